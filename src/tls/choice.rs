//! Which certificate a client gets: by the name it asks for, and by what it can verify.
//!
//! A site that has certificates of its own shows these, and among them as follows; for other hosts
//! all are looked through. The exact name counts first, then the wildcard one label up (RFC 6125
//! §6.4.3), then the first certificate that was given: who asks for a name of somebody else, or for
//! none, is told who we are and may decide. Of several for one name the client gets one it can verify;
//! ECDSA before RSA, for it costs a tenth.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rustls::SignatureAlgorithm;
use rustls::server::ClientHello;
use rustls::sign::CertifiedKey;

use super::certificates::AtPlace;
use super::identity::Identity;
use crate::config::{HostName, HostTable};
use crate::exchange::host_of;

/// Every certificate there is.
#[derive(Debug)]
pub(super) struct Choice {
    /// By the host of a site, its place in `own`; `None`: the site has none of its own.
    sites: HostTable<Option<usize>>,
    /// Those of each site that has some.
    own: Vec<Named>,
    /// All of them.
    all: Named,
}

/// Certificates by the names they are for.
#[derive(Debug, Default)]
struct Named {
    exact: HashMap<String, Vec<Arc<CertifiedKey>>>,
    /// By what follows the `*.`.
    wildcard: HashMap<String, Vec<Arc<CertifiedKey>>>,
    default: Vec<Arc<CertifiedKey>>,
}

thread_local! {
    /// The name the client of the handshake in hand asks for. The library asks for a certificate in
    /// the middle of a call of ours, and tells the name nobody else.
    static ASKED_FOR: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The name that was asked for since the last call, on this thread.
pub(super) fn name_asked_for() -> Option<String> {
    ASKED_FOR.take()
}

/// Whom a client took us for: what it may ask for on its connection.
pub(super) struct TakenFor {
    certificates: AtPlace,
    /// The name it asked for, in small letters.
    name: Option<Box<str>>,
}

impl TakenFor {
    /// Nothing where there is but one certificate: then we are the same for everybody.
    pub(super) fn new(certificates: &AtPlace, name: Option<&str>) -> Option<Self> {
        certificates.certificates.are_several().then(|| Self {
            certificates: certificates.clone(),
            name: name.map(Into::into),
        })
    }

    pub(super) fn answers_for(&self, authority: &[u8]) -> bool {
        let host = host_of(authority);
        // The dot of the root changes nothing.
        let host = host.strip_suffix(b".").unwrap_or(host);
        let name = self.name.as_deref();
        if name.is_some_and(|name| host.eq_ignore_ascii_case(name.as_bytes())) {
            return true;
        }
        let Ok(host) = std::str::from_utf8(host).map(str::to_ascii_lowercase) else {
            return false;
        };
        let Some(now) = self.certificates.now() else {
            return false;
        };
        let (for_host, for_name) = (now.for_name(Some(&host)), now.for_name(name));
        let is_there = |key: &Arc<CertifiedKey>| for_name.iter().any(|own| Arc::ptr_eq(own, key));
        for_host.iter().any(is_there)
    }
}

impl Choice {
    /// Of the server's, in the order they were given, and those of sites, each for its hosts.
    pub(super) fn of<'a>(
        server: &[Identity],
        sites: impl Iterator<Item = (&'a [HostName], &'a [Identity])>,
    ) -> Self {
        let (mut by_host, mut own) = (HostTable::default(), Vec::new());
        let mut all: Vec<&Identity> = server.iter().collect();
        for (hosts, identities) in sites {
            let place = (!identities.is_empty()).then_some(own.len());
            if place.is_some() {
                own.push(Named::of(&identities.iter().collect::<Vec<_>>()));
            }
            for host in hosts {
                by_host.add(host, place);
            }
            all.extend(identities);
        }
        Self {
            sites: by_host,
            own,
            all: Named::of(&all),
        }
    }

    /// The certificate for a client.
    pub(super) fn for_client(&self, hello: &ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let keys = self.for_name(name.as_deref());
        let can_verify = |key: &&Arc<CertifiedKey>| {
            let schemes = hello.signature_schemes();
            key.key.choose_scheme(schemes).is_some()
        };
        let chosen = keys.iter().find(can_verify).or(keys.first()).cloned();
        ASKED_FOR.set(name);
        chosen
    }

    /// Those for a name, in small letters.
    pub(super) fn for_name(&self, name: Option<&str>) -> &[Arc<CertifiedKey>] {
        let site = name.and_then(|name| self.sites.find(name.as_bytes()));
        let own = site.and_then(|found| self.own.get((*found.what)?));
        own.unwrap_or(&self.all).for_name(name)
    }
}

impl Named {
    /// In the order they were given.
    fn of(identities: &[&Identity]) -> Self {
        let mut choice = Self::default();
        let first = identities.first();
        for identity in identities {
            for name in &identity.names {
                let (names, name) = match name.strip_prefix("*.") {
                    Some(parent) => (&mut choice.wildcard, parent),
                    None => (&mut choice.exact, &**name),
                };
                let keys = names.entry(name.to_owned()).or_default();
                keys.push(identity.key.clone());
            }
            // With its twin for the same names, if it has one.
            if first.is_some_and(|first| first.names == identity.names) {
                choice.default.push(identity.key.clone());
            }
        }
        let lists = { choice.exact.values_mut() }
            .chain(choice.wildcard.values_mut())
            .chain([&mut choice.default]);
        for keys in lists {
            keys.sort_by_key(|key| key.key.algorithm() == SignatureAlgorithm::RSA);
        }
        choice
    }

    fn for_name(&self, name: Option<&str>) -> &[Arc<CertifiedKey>] {
        let by_name = name.and_then(|name| {
            let parent = || name.split_once('.').map(|(_, parent)| parent);
            { self.exact.get(name) }.or_else(|| self.wildcard.get(parent()?))
        });
        by_name.unwrap_or(&self.default)
    }
}
