//! Proves who we are and keeps what is said to ourselves: certificates, handshakes, records.
//!
//! A connection that begins is greeted ([`greet`]); what comes out is a [`Channel`], which a driver
//! sends through as it would through a socket. Who we are stands in [`Certificates`], read from
//! files and looked at again like any file, or issued by the local authority ([`Authority`]).
//!
//! Law: nobody else names rustls, and nobody but `terms.rs` builds its configuration.

mod authority;
mod certificates;
mod channel;
mod choice;
mod clients;
pub mod first;
mod greet;
mod identity;
pub mod limits;
mod protocol;
mod stream;
mod terms;

pub use authority::{
    Authority, AuthorityCard, LocalAuthorityError, LocalAuthorityTrouble, machine_names,
};
pub use certificates::Certificates;
pub use channel::{Channel, Follows};
pub use clients::{AuthorityError, AuthorityTrouble, ClientAuthorities};
pub use greet::{Greeted, greet};
pub use identity::{CertificateError, Instead, Trouble, strangers, unnamed};
pub use protocol::Protocol;
pub use terms::{ClientFiles, Terms};

#[cfg(test)]
mod tests;
