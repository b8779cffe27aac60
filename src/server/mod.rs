//! Builds the rooms from settings; starts, drains and stops.

mod assemble;
pub mod checkup;
pub mod diagnose;
mod error;
mod face;
mod facts;
mod guest;
pub mod limits;
mod listeners;
mod memory;
mod run;

pub use crate::net::Descriptors;
pub use crate::tls::{CertificateError, Instead, Trouble as CertificateTrouble};
pub use error::{ListenError, RootError, RootErrorKind, StartError};
pub use facts::Facts;
pub use run::run;
