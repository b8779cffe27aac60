//! hello: a web server that tells you what it is doing and why.
//!
//! The rooms stand in the order bytes travel; a room may name only rooms listed above it
//! (`tests/it/house.rs` holds the table). `ARCHITECTURE.md` follows one request through them.

// The checks of `fuzz/` name this crate from outside; some unit tests include them.
#[cfg(test)]
extern crate self as hello;

pub mod clock;
pub mod tasks;

pub mod lasting;

pub mod exchange;
pub mod i18n;

pub mod config;
pub mod observe;

pub mod net;

pub mod tls;

pub mod site;

pub mod driving;

pub mod http1;
pub mod http2;

pub mod tui;

pub mod control;

pub mod trust;

pub mod server;

pub mod cli;
