//! What must hold of the sockets' pure parts for any bytes.

pub mod proxy_protocol;
