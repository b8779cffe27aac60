//! A certificate for this machine: what it is for, and how long.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::crypto::aws_lc_rs::sign::any_ecdsa_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::{Authority, CLOCKS_APART, valid_between};
use crate::tls::identity::Identity;
use crate::tls::limits::LEAF_LIFETIME;

/// What a certificate is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tls) struct Names {
    pub(super) names: BTreeSet<String>,
    pub(super) addresses: BTreeSet<IpAddr>,
}

impl Authority {
    /// Of these names and addresses those it may vouch for.
    pub(super) fn permitted(&self, all: Names) -> Names {
        let Names { names, addresses } = all;
        Names {
            names: { names.into_iter() }
                .filter(|name| self.scope.permits_name(name))
                .collect(),
            addresses: { addresses.into_iter() }
                .filter(|address| self.scope.permits_address(*address))
                .collect(),
        }
    }

    /// A certificate with a key of its own, which nobody keeps; and until when it is valid. `None` if
    /// the system gave no randomness for the key.
    pub(super) fn issue(&self, names: &Names, now: SystemTime) -> Option<(Identity, SystemTime)> {
        let key = KeyPair::generate().ok()?;
        let until = (now + LEAF_LIFETIME).min(self.until);
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        // Names count in the list below and nowhere else (RFC 9525 §2); this one is for people.
        params.distinguished_name.push(DnType::CommonName, "hello");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        valid_between(&mut params, now - CLOCKS_APART, until);
        for name in &names.names {
            let name = name.as_str().try_into().ok()?;
            params.subject_alt_names.push(SanType::DnsName(name));
        }
        for address in &names.addresses {
            params.subject_alt_names.push(SanType::IpAddress(*address));
        }
        let certificate = params.signed_by(&key, &self.issuer).ok()?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = any_ecdsa_type(&key).ok()?;
        // The authority's own is left out: who believes in it has it, and nobody else would.
        let key = CertifiedKey::new(vec![certificate.der().clone()], key);
        let identity = Identity {
            names: names.names.clone(),
            key: Arc::new(key),
        };
        Some((identity, until))
    }
}
