//! Why there is no local authority.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Why there is no local authority.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct LocalAuthorityError {
    /// The file or folder it is about.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub trouble: LocalAuthorityTrouble,
}

/// What can be wrong with a local authority.
#[derive(Debug, thiserror::Error)]
pub enum LocalAuthorityTrouble {
    /// It cannot be kept there.
    #[error("cannot be written: {0}")]
    Unwritable(#[source] io::Error),
    /// What is there cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// Others may read the key, or put another in its place.
    #[error("open to others: {mode:o}")]
    Exposed {
        /// Its permissions.
        mode: u32,
        /// What they ought to be.
        wanted: u32,
    },
    /// It belongs to somebody else.
    #[error("belongs to user {uid}")]
    Foreign {
        /// To whom, by number.
        uid: u32,
    },
    /// It is not, or no longer, an authority of ours.
    #[error("not understood")]
    Broken,
    /// It is not valid any more.
    #[error("expired")]
    Expired {
        /// Since when.
        since: SystemTime,
    },
    /// The system gave no randomness for a key.
    #[error("no keys can be made")]
    NoKeys,
}

impl LocalAuthorityError {
    pub(super) fn new(path: &Path, trouble: LocalAuthorityTrouble) -> Self {
        Self {
            path: path.to_owned(),
            trouble,
        }
    }

    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self.trouble {
            LocalAuthorityTrouble::Unwritable(_) => "authority-unwritable",
            LocalAuthorityTrouble::Unreadable(_) => "authority-unreadable",
            LocalAuthorityTrouble::Exposed { .. } => "authority-exposed",
            LocalAuthorityTrouble::Foreign { .. } => "authority-foreign",
            LocalAuthorityTrouble::Broken => "authority-broken",
            LocalAuthorityTrouble::Expired { .. } => "authority-expired",
            LocalAuthorityTrouble::NoKeys => "runtime-failed",
        }
    }

    /// What the system said, if it was the system.
    pub fn system(&self) -> Option<&io::Error> {
        match &self.trouble {
            LocalAuthorityTrouble::Unwritable(error) | LocalAuthorityTrouble::Unreadable(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}
