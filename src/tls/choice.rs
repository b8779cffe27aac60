//! Which certificate a client gets: by the name it asks for, and by what it can verify.
//!
//! The exact name counts first, then the wildcard one label up (RFC 6125 §6.4.3), then the first
//! certificate that was given: who asks for a name of somebody else, or for none, is told who we
//! are and may decide. Of several for one name the client gets one it can verify; ECDSA before RSA,
//! for it costs a tenth.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rustls::SignatureAlgorithm;
use rustls::server::ClientHello;
use rustls::sign::CertifiedKey;

use super::certificates::Certificates;
use super::identity::Identity;
use crate::exchange::host_of;

/// Every certificate there is, by name.
#[derive(Debug, Default)]
pub(super) struct Choice {
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
    certificates: Arc<Certificates>,
    /// The name it asked for, in small letters.
    name: Option<Box<str>>,
}

impl TakenFor {
    /// Nothing where there is but one certificate: then we are the same for everybody.
    pub(super) fn new(certificates: &Arc<Certificates>, name: Option<&str>) -> Option<Self> {
        certificates.are_several().then(|| Self {
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
        let now = self.certificates.now();
        let (for_host, for_name) = (now.for_name(Some(&host)), now.for_name(name));
        let is_there = |key: &Arc<CertifiedKey>| for_name.iter().any(|own| Arc::ptr_eq(own, key));
        for_host.iter().any(is_there)
    }
}

impl Choice {
    /// In the order they were given.
    pub(super) fn of(identities: &[Identity]) -> Self {
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

    pub(super) fn for_name(&self, name: Option<&str>) -> &[Arc<CertifiedKey>] {
        let by_name = name.and_then(|name| {
            let parent = || name.split_once('.').map(|(_, parent)| parent);
            { self.exact.get(name) }.or_else(|| self.wildcard.get(parent()?))
        });
        by_name.unwrap_or(&self.default)
    }
}
