//! Who we are with `--https`: a certificate that follows the machine as it changes its networks.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::leaf::Names;
use super::{Authority, LocalAuthorityError, LocalAuthorityTrouble, machine};
use crate::tls::identity::Identity;
use crate::tls::limits::{LEAF_LIFETIME, LEARNED_NAMES_MAX};

/// The authority, and what it issued last.
pub(in crate::tls) struct Local {
    authority: Authority,
    held: Mutex<Held>,
}

/// What a certificate is for, and until when it will do.
#[derive(Default)]
struct Held {
    names: Names,
    renewed_at: Option<SystemTime>,
    /// Names that clients came with, and that can be nobody else's.
    learned: Vec<String>,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys have no business in any output.
        f.debug_struct("Local").finish_non_exhaustive()
    }
}

impl Local {
    /// The first certificate of a start.
    pub(in crate::tls) fn begin(
        authority: Authority,
        now: SystemTime,
    ) -> Result<(Self, Identity), LocalAuthorityError> {
        let local = Self {
            authority,
            held: Mutex::default(),
        };
        let mut first = None;
        local.anew(now, |identity| first = Some(identity));
        let first = first
            .ok_or_else(|| LocalAuthorityError::new("".as_ref(), LocalAuthorityTrouble::NoKeys))?;
        Ok((local, first))
    }

    /// A new certificate, if the machine has other names or addresses than before, or if a third of
    /// the time of the one before is left. It is put into its place before anybody makes another.
    pub(in crate::tls) fn anew(&self, now: SystemTime, put: impl FnOnce(Identity)) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if now > self.authority.until {
            return;
        }
        let wanted = self.wanted(&held);
        let is_fresh = held.renewed_at.is_some_and(|renewal| now < renewal);
        if !is_fresh || wanted != held.names {
            self.issue(&mut held, wanted, now).map(put);
        }
    }

    /// A new certificate, if a client asks for a name that is not in the one before and that always
    /// means this machine, or a test: below `localhost` or `test` (RFC 6761).
    pub(in crate::tls) fn learn(&self, name: &str, now: SystemTime, put: impl FnOnce(Identity)) {
        let name = name.to_ascii_lowercase();
        let top = name.rsplit_once('.').map(|(_, top)| top);
        if !matches!(top, Some("localhost" | "test")) || !machine::is_name(&name) {
            return;
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.names.names.contains(&name) || held.learned.len() >= LEARNED_NAMES_MAX {
            return;
        }
        held.learned.push(name);
        let wanted = self.wanted(&held);
        self.issue(&mut held, wanted, now).map(put);
    }

    /// As if the machine had had none when the last certificate was made.
    #[cfg(test)]
    pub(super) fn forget_addresses(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.names.addresses.clear();
    }

    fn wanted(&self, held: &Held) -> Names {
        let mut names = machine::names();
        names.insert("localhost".to_owned());
        names.extend(held.learned.iter().cloned());
        self.authority.permitted(Names {
            names,
            addresses: machine::addresses(),
        })
    }

    fn issue(&self, held: &mut Held, wanted: Names, now: SystemTime) -> Option<Identity> {
        let (identity, until) = self.authority.issue(&wanted, now)?;
        held.names = wanted;
        held.renewed_at = Some((now + LEAF_LIFETIME * 2 / 3).min(until));
        Some(identity)
    }
}
