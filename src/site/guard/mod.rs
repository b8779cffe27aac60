//! Guards: what may answer before anything is looked for. Their order stands in `pipeline.rs`.
//!
//! Who may come in is in [`access`]: by address, with a signed link, with a password.

pub(crate) mod access;
pub(crate) mod address;
pub(crate) mod client;
pub(crate) mod clients;
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

/// How far a guard gets without waiting.
pub(crate) enum Judged {
    Passed,
    Denied(Denial),
    /// A file has to be looked at, or a password to be hashed.
    MustWait,
}

impl Judged {
    /// By a reason why not.
    fn of(reason: Option<Reason>) -> Self {
        reason.map_or(Self::Passed, |reason| Self::Denied(reason.into()))
    }

    /// What the next one says, if this lets it pass.
    fn and(self, next: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Passed => next(),
            judged => judged,
        }
    }
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            fields: FieldList::new(),
        }
    }
}
