//! Proves who we are and keeps what is said to ourselves: certificates, handshakes, records.
//!
//! A connection that begins is greeted ([`greet`]); what comes out is a [`Channel`], which a driver
//! sends through as it would through a socket. Who we are stands in [`Certificates`], read from
//! files and looked at again like any file.
//!
//! Law: nobody else names rustls, and nobody but `terms.rs` builds its configuration.

mod certificates;
mod channel;
mod choice;
mod greet;
mod identity;
pub mod limits;
mod protocol;
mod stream;
mod terms;

pub use certificates::Certificates;
pub use channel::{Channel, Follows};
pub use greet::{Greeted, greet};
pub use identity::{CertificateError, Instead, Trouble};
pub use protocol::Protocol;
pub use terms::Terms;

#[cfg(test)]
mod tests;
