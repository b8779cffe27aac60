//! Drives one HTTP/1.1 connection: bytes to requests, responses to bytes.
//!
//! `drive.rs` is the life of a connection, `turn.rs` what it does between two waits, `output.rs`,
//! `send.rs` and `stream.rs` how its answers leave, `takeover.rs` how it goes on in another protocol. The protocol itself is the engine's (`crates/hello-http1`).

mod drive;
mod input;
pub mod limits;
mod output;
#[cfg(test)]
mod pace_tests;
mod redirect;
mod request;
#[cfg(test)]
mod running_tests;
mod send;
mod stream;
#[cfg(test)]
mod stream_tests;
mod takeover;
#[cfg(test)]
mod takeover_tests;
#[cfg(test)]
mod tests;
mod turn;

pub use drive::{refuse_for_lack_of_room, serve};
pub(crate) use redirect::address as address_in_private;
pub use redirect::redirect_to_https;
