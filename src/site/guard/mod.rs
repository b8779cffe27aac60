//! Guards: what may answer before anything is looked for. Their order stands in `pipeline.rs`.
//!
//! Who may come in is in [`access`]: by address, with a signed link, with a password.

pub(crate) mod access;
pub(crate) mod address;
pub(crate) mod client;
mod followed;
pub(crate) mod method;
pub(crate) mod name;
pub(crate) mod onlooker;
pub(crate) mod password;
mod recent;
pub(crate) mod signature;

use crate::exchange::{FieldList, Reason};

/// Why a request may not pass, and what its answer says besides.
pub(crate) struct Denial {
    pub(crate) reason: Reason,
    pub(crate) fields: FieldList,
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            fields: FieldList::new(),
        }
    }
}
