//! What must hold for any bytes: one module for each room, one check for each target.

pub mod config;
pub mod http1;
pub mod http2;
pub mod net;
pub mod server;
pub mod site;
