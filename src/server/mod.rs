//! Builds the rooms from settings; starts, drains and stops.

mod assemble;
mod browser;
pub mod checkup;
mod code;
pub mod compress;
mod control;
#[cfg(test)]
mod corpus_tests;
pub mod diagnose;
mod disk;
mod doors;
mod error;
pub mod explain;
mod face;
mod facts;
mod following;
mod guest;
mod handed;
mod hints;
pub mod limits;
pub mod links;
mod listeners;
mod logs;
mod manager;
pub mod memory;
pub mod named;
mod panics;
mod places;
mod reaper;
mod reload;
mod restart;
mod run;
mod served;
mod sites;
mod source;
mod steward;
mod trial;
pub mod trust;
mod watching;

pub use crate::net::{Descriptors, addresses as network_addresses};
pub use crate::site::hash_password;
pub use crate::tls::{
    AuthorityError, AuthorityTrouble, CertificateError, Instead, LocalAuthorityError,
    LocalAuthorityTrouble, Trouble as CertificateTrouble,
};
pub use disk::LocalDisk;
pub use error::{
    AccessError, AccessTrouble, BadUser, HintsError, HintsTrouble, ListenError, LogError,
    RootError, RootErrorKind, StartError, UserFault,
};
pub use facts::Facts;
pub use following::{Found, Stamp};
pub use reload::{Complaint, Source};
pub use run::run;
