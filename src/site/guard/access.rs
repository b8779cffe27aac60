//! Everything that decides who may come in, made of its settings.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::address::Gate;
use super::followed::Followed;
use super::password::{BadUser, Guesses, Hashing, Passwords, Verified};
use super::signature::{LinkKey, Links};
use crate::config::AccessSettings;
use crate::observe::Journal;
use crate::site::limits::{LINK_KEY_BYTES_MAX, LINK_KEYS_MAX, USERS_BYTES_MAX};

/// Who may come in. Each part that there is has to let a request pass.
pub(crate) struct Access {
    pub(crate) gate: Gate,
    pub(crate) links: Option<Links>,
    pub(crate) passwords: Option<Passwords>,
}

/// What is counted about those who come, whatever the settings are: it outlives them.
#[derive(Clone)]
pub struct AccessState {
    guesses: Arc<Guesses>,
    hashing: Arc<Hashing>,
}

impl Default for AccessState {
    fn default() -> Self {
        Self {
            guesses: Arc::new(Guesses::new()),
            hashing: Arc::new(Hashing::new()),
        }
    }
}

/// A file that says who may come in, and that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct AccessError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub trouble: AccessTrouble,
}

/// What can be wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum AccessTrouble {
    /// It cannot be read, or is too long.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// A line of a file of users.
    #[error("line {}: {}", .0.line, .0.fault.code())]
    User(BadUser),
    /// What is in it is too short for a key.
    #[error("too short for a key")]
    ShortKey,
    /// One key more than there may be.
    #[error("too many keys")]
    TooManyKeys,
    /// The system has no randomness.
    #[error("no randomness")]
    NoRandomness,
}

impl AccessTrouble {
    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "access-unreadable",
            Self::User(_) => "users-unusable",
            Self::ShortKey => "link-key-too-short",
            Self::TooManyKeys => "too-many-link-keys",
            Self::NoRandomness => "no-randomness",
        }
    }

    /// The line that it is about.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::User(bad) => Some(bad.line),
            Self::Unreadable(_) | Self::ShortKey | Self::TooManyKeys | Self::NoRandomness => None,
        }
    }
}

impl Access {
    /// Reads the files that are named; `None`: everybody may come. May wait for a disk.
    pub(crate) fn begin(
        settings: &AccessSettings,
        look_again_after: Duration,
        state: &AccessState,
        journal: &Arc<Journal>,
    ) -> Result<Option<Self>, AccessError> {
        if settings.is_open() {
            return Ok(None);
        }
        let passwords = match &settings.users {
            None => None,
            Some(path) => {
                let users =
                    Followed::begin(path, USERS_BYTES_MAX, look_again_after, Verified::read)?;
                let counted = (state.guesses.clone(), state.hashing.clone());
                let journal = journal.clone();
                let passwords = Passwords::new(users, &settings.realm, counted, journal);
                Some(passwords.ok_or_else(|| AccessError {
                    path: path.clone(),
                    trouble: AccessTrouble::NoRandomness,
                })?)
            }
        };
        if let Some(path) = settings.link_keys.get(LINK_KEYS_MAX) {
            return Err(AccessError {
                path: path.clone(),
                trouble: AccessTrouble::TooManyKeys,
            });
        }
        let keys = { settings.link_keys.iter() }.map(|path| {
            Followed::begin(path, LINK_KEY_BYTES_MAX, look_again_after, LinkKey::of_file)
        });
        let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
        let links = (!keys.is_empty()).then(|| Links::new(keys, journal.clone()));
        Ok(Some(Self {
            gate: Gate::new(settings.allow.clone(), settings.deny.clone()),
            links,
            passwords,
        }))
    }
}
