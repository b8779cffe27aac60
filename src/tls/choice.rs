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

use super::identity::Identity;

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
