//! Owns sockets: opens them, admits connections, sends bytes and files, closes them.
//!
//! Law: nobody else makes a system call on a socket, and nobody here knows what the bytes mean.

mod accept;
mod descriptors;
mod interfaces;
mod introduction;
pub mod limits;
mod listen;
mod permits;
pub mod proxy_protocol;
mod transport;
mod unsent;

pub use accept::{Arrival, Door, Source, accept_until};
pub use descriptors::{Descriptors, raise_limit};
pub use interfaces::addresses;
pub use introduction::introduction;
pub use listen::{ListenError, Listener};
pub use permits::{OfAddress, Permit, Permits};
pub use transport::{Family, Sent, Transport, is_gone};

#[cfg(test)]
mod corpus_tests;
