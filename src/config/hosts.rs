//! Which of several things the name of a host leads to: its very name counts first, then the longest
//! end that a wildcard names.
//!
//! Law: sites and certificates are found by the same rule, so that who is shown the certificate of a
//! site is answered by that site.

use std::collections::HashMap;

use super::HostName;

/// Things by the names of hosts.
#[derive(Clone, Debug)]
pub struct HostTable<T> {
    exact: HashMap<Box<[u8]>, T>,
    /// By what follows the `*`.
    below: HashMap<Box<[u8]>, T>,
}

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostFound<T> {
    /// What.
    pub what: T,
    /// Where the end begins that a wildcard names; `None`: it was the very name.
    pub end_at: Option<usize>,
}

impl<T> Default for HostTable<T> {
    fn default() -> Self {
        Self {
            exact: HashMap::new(),
            below: HashMap::new(),
        }
    }
}

impl<T> HostTable<T> {
    /// One more name; who has it already keeps it.
    pub fn add(&mut self, host: &HostName, what: T) {
        let (hosts, name) = match host.parent() {
            Some(_) => (&mut self.below, &host.as_str()[1..]),
            None => (&mut self.exact, host.as_str()),
        };
        hosts.entry(name.as_bytes().into()).or_insert(what);
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.below.is_empty()
    }

    /// What a host leads to: in small letters, without a port and without the dot of the root.
    pub fn find(&self, host: &[u8]) -> Option<HostFound<&T>> {
        if let Some(what) = self.exact.get(host) {
            let end_at = None;
            return Some(HostFound { what, end_at });
        }
        if self.below.is_empty() {
            return None;
        }
        // At least one byte stands before the dot.
        let mut dots = (1..host.len()).filter(|at| host[*at] == b'.');
        dots.find_map(|at| {
            let what = self.below.get(&host[at..])?;
            let end_at = Some(at);
            Some(HostFound { what, end_at })
        })
    }
}
