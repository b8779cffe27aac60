//! One certificate with its key: read from two files, and whatever can be wrong with them.
//!
//! What a client would find wrong is found here first, where it can be said in words: a key of
//! another certificate, a date, a certificate authority that nobody can find the way to.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustls::SupportedCipherSuite;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, SubjectAltName};
use x509_cert::name::Name;

use super::limits::PEM_BYTES_MAX;
use crate::config::{CertificateFiles, HostName, SitePlan, TlsPlan};

/// A certificate that can be used.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// The names it is for, in small letters; `*.` begins a wildcard.
    pub(super) names: BTreeSet<String>,
    pub(super) key: Arc<CertifiedKey>,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", certificate.display())]
pub struct CertificateError {
    /// The file with the certificate.
    pub certificate: PathBuf,
    /// The file with its key.
    pub key: PathBuf,
    /// What is wrong.
    #[source]
    pub trouble: Trouble,
}

/// What can be wrong with a certificate or its key.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The certificate's file cannot be read.
    #[error("cannot be read: {0}")]
    Certificate(#[source] io::Error),
    /// The key's file cannot be read.
    #[error("the key cannot be read: {0}")]
    Key(#[source] io::Error),
    /// There is no certificate in the file; perhaps there is a key.
    #[error("no certificate")]
    NoCertificate {
        /// Whether the two files were given the wrong way round.
        is_key: bool,
    },
    /// There is no key in the file that can be read without a password.
    #[error("no key")]
    NoKey(Instead),
    /// What stands there is no certificate that can be understood.
    #[error("not understood")]
    BadCertificate,
    /// What stands there is no key that can be used.
    #[error("the key is of no use")]
    BadKey,
    /// The key belongs to another certificate.
    #[error("the key belongs to another certificate")]
    Mismatch {
        /// The beginning of the sum over the certificate's public key.
        certificate: String,
        /// The same of the key's.
        key: String,
    },
    /// It is not valid any more.
    #[error("expired")]
    Expired {
        /// Since when.
        since: SystemTime,
    },
    /// It is not valid yet.
    #[error("not valid yet")]
    NotYetValid {
        /// From when on.
        from: SystemTime,
    },
    /// Clients cannot find the way from it to an authority they know.
    #[error("issuer missing")]
    IssuerMissing {
        /// Who issued it.
        issuer: String,
        /// Where the issuer's certificate can be had, if it says so.
        url: String,
    },
    /// It is not for a host that it is given for. Clients that ask for the host refuse it.
    #[error("not for {host}")]
    NotForHost {
        /// The host.
        host: String,
        /// The names it is for, as far as they are told.
        names: String,
    },
}

/// What stands in a file instead of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// A certificate: the two files were given the wrong way round.
    Certificate,
    /// A key that only opens with a password.
    LockedKey,
    /// Something else.
    Nothing,
}

impl CertificateError {
    /// Whether the file with the key is at fault, not that with the certificate.
    pub fn is_about_key(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::Key(_) | Trouble::NoKey(_) | Trouble::BadKey | Trouble::Mismatch { .. }
        )
    }

    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self.trouble {
            Trouble::Certificate(_) => "certificate-unreadable",
            Trouble::Key(_) => "key-unreadable",
            Trouble::NoCertificate { .. } => "no-certificate",
            Trouble::NoKey(_) => "no-key",
            Trouble::BadCertificate => "bad-certificate",
            Trouble::BadKey => "bad-key",
            Trouble::Mismatch { .. } => "key-mismatch",
            Trouble::Expired { .. } => "certificate-expired",
            Trouble::NotYetValid { .. } => "certificate-not-yet-valid",
            Trouble::IssuerMissing { .. } => "issuer-missing",
            Trouble::NotForHost { .. } => "certificate-not-for-host",
        }
    }
}

impl Identity {
    /// Reads a certificate, its chain and its key, and looks for what is wrong.
    pub(super) fn read(
        files: &CertificateFiles,
        now: SystemTime,
    ) -> Result<Self, CertificateError> {
        Self::of_files(files, now).map_err(|trouble| CertificateError {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
            trouble,
        })
    }

    /// Whether a client that asks for this host takes it: by its name or by the wildcard one label up
    /// (RFC 9525 §6.3). All hosts below one need the wildcard.
    pub(super) fn is_for(&self, host: &HostName) -> bool {
        let host = host.as_str();
        let parent = host
            .split_once('.')
            .map(|(_, parent)| format!("*.{parent}"));
        self.names.contains(host) || parent.is_some_and(|parent| self.names.contains(&parent))
    }

    fn of_files(files: &CertificateFiles, now: SystemTime) -> Result<Self, Trouble> {
        let certificate = read(&files.certificate).map_err(Trouble::Certificate)?;
        let key = read(&files.key).map_err(Trouble::Key)?;
        Self::of_pem(&certificate, &key, now)
    }

    pub(super) fn of_pem(certificate: &[u8], key: &[u8], now: SystemTime) -> Result<Self, Trouble> {
        let chain = chain_in(certificate)?;
        let key = key_in(key)?;
        let bad = |_| Trouble::BadCertificate;
        let leaf = chain.first().ok_or(Trouble::BadCertificate)?;
        let leaf = Certificate::from_der(leaf).map_err(bad)?;
        let spki = leaf.tbs_certificate().subject_public_key_info();
        let spki = spki.to_der().map_err(bad)?;
        let own = key.public_key().ok_or(Trouble::BadKey)?;
        if own.as_ref() != spki {
            return Err(Trouble::Mismatch {
                certificate: fingerprint(&spki),
                key: fingerprint(own.as_ref()),
            });
        }
        in_time(&leaf, now)?;
        with_issuer(&leaf, &chain[1..])?;
        let key = Arc::new(CertifiedKey::new(chain, key));
        // What the library will ask of it at every handshake.
        key.keys_match().map_err(|_| Trouble::BadCertificate)?;
        Ok(Self {
            names: names(&leaf),
            key,
        })
    }
}

/// What tells whether a file is still the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Option<[i64; 5]>);

/// The stamp of the file at a path now; a file that is not there has one, too.
pub(super) fn stamp(path: &Path) -> Stamp {
    let found = path.metadata().ok().map(|found| {
        let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
        [
            number(found.ino()),
            number(found.len()),
            found.mtime(),
            found.mtime_nsec(),
            found.ctime_nsec(),
        ]
    });
    Stamp(found)
}

/// Reads a file of certificates or keys.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A pipe or a device may have no end; a byte more than the limit tells that there is more.
    File::open(path)?
        .take(PEM_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PEM_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn chain_in(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Ok(_) => Err(Trouble::NoCertificate {
            is_key: PrivateKeyDer::from_pem_slice(pem).is_ok(),
        }),
        Err(_) => Err(Trouble::BadCertificate),
    }
}

fn key_in(pem: &[u8]) -> Result<Arc<dyn SigningKey>, Trouble> {
    let Ok(key) = PrivateKeyDer::from_pem_slice(pem) else {
        let instead = if is_locked(pem) {
            Instead::LockedKey
        } else if CertificateDer::from_pem_slice(pem).is_ok() {
            Instead::Certificate
        } else {
            Instead::Nothing
        };
        return Err(Trouble::NoKey(instead));
    };
    any_supported_type(&key).map_err(|_| {
        if is_locked(pem) {
            Trouble::NoKey(Instead::LockedKey)
        } else {
            Trouble::BadKey
        }
    })
}

/// Whether the key only opens with a password: in the form of today, or in OpenSSL's of old.
fn is_locked(pem: &[u8]) -> bool {
    let has = |words: &[u8]| pem.windows(words.len()).any(|part| part == words);
    has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED")
}

fn in_time(leaf: &Certificate, now: SystemTime) -> Result<(), Trouble> {
    let validity = leaf.tbs_certificate().validity();
    let (from, until) = (
        validity.not_before.to_system_time(),
        validity.not_after.to_system_time(),
    );
    if now < from {
        return Err(Trouble::NotYetValid { from });
    }
    if now > until {
        return Err(Trouble::Expired { since: until });
    }
    Ok(())
}

/// Whether clients can find who issued it. That is certain to be missing where other certificates
/// stand in the file and none is the issuer's, or where there is none and the certificate tells
/// where the issuer's can be had: authorities that browsers know do so, and none issues from its
/// root. A private authority that issues from its root tells nothing, and nothing is missing.
fn with_issuer(leaf: &Certificate, others: &[CertificateDer<'_>]) -> Result<(), Trouble> {
    let leaf = leaf.tbs_certificate();
    if leaf.issuer() == leaf.subject() {
        return Ok(());
    }
    let is_issuer = |other: &CertificateDer<'_>| {
        let other = Certificate::from_der(other);
        other.is_ok_and(|other| other.tbs_certificate().subject() == leaf.issuer())
    };
    let url = issuer_url(leaf);
    if others.iter().any(is_issuer) || (others.is_empty() && url.is_none()) {
        return Ok(());
    }
    Err(Trouble::IssuerMissing {
        issuer: shown(leaf.issuer()),
        url: url.unwrap_or_default(),
    })
}

/// Where the issuer's certificate can be had (RFC 5280 §4.2.2.1, caIssuers).
fn issuer_url(leaf: &x509_cert::certificate::TbsCertificate) -> Option<String> {
    const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");
    let (_, access) = leaf
        .get_extension::<AuthorityInfoAccessSyntax>()
        .ok()
        .flatten()?;
    let ways = access.0.iter();
    ways.filter(|way| way.access_method == CA_ISSUERS)
        .find_map(|way| match &way.access_location {
            GeneralName::UniformResourceIdentifier(url) => Some(url.to_string()),
            _ => None,
        })
}

/// A name as people call it: `R11`; if it has no common name, all of it.
pub(super) fn shown(name: &Name) -> String {
    let common = name.common_name().ok().flatten();
    common.map_or_else(|| name.to_string(), |common| common.value().into_owned())
}

/// The names it is for. The common name counts for nothing any more (RFC 9525 §2).
fn names(leaf: &Certificate) -> BTreeSet<String> {
    let found = leaf.tbs_certificate().get_extension::<SubjectAltName>();
    let Ok(Some((_, names))) = found else {
        return BTreeSet::new();
    };
    let names = names.0.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.to_string().to_ascii_lowercase()),
        GeneralName::IpAddress(bytes) => address(bytes.as_bytes()),
        _ => None,
    });
    names.collect()
}

/// An address as it stands in a URL (RFC 5280 §4.2.1.6).
fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).to_string());
    }
    let six = <[u8; 16]>::try_from(bytes).ok()?;
    Some(format!("[{}]", Ipv6Addr::from(six)))
}

/// Hosts of a site that none of its own certificates is for. Those that cannot be read are told
/// elsewhere.
pub fn strangers(site: &SitePlan, now: SystemTime) -> Vec<CertificateError> {
    let files = &site.certificates;
    let read: Result<Vec<_>, _> = files.iter().map(|pair| Identity::read(pair, now)).collect();
    let (Ok(identities), Some(first)) = (read, files.first()) else {
        return Vec::new();
    };
    let names: BTreeSet<&str> = { identities.iter() }
        .flat_map(|identity| identity.names.iter().map(|name| &**name))
        .collect();
    let names: Vec<&str> = names.into_iter().take(NAMES_SHOWN_MAX).collect();
    let is_alone = |host: &&HostName| !identities.iter().any(|identity| identity.is_for(host));
    let hosts = site.hosts.iter().filter(is_alone);
    hosts
        .map(|host| CertificateError {
            certificate: first.certificate.clone(),
            key: first.key.clone(),
            trouble: Trouble::NotForHost {
                host: host.as_str().to_owned(),
                names: names.join(", "),
            },
        })
        .collect()
}

/// Hosts of sites that have no certificate of their own, and that none of those is for that are shown at
/// their place. What the local authority issues is for whoever is asked for.
pub fn unnamed(plan: &TlsPlan, now: SystemTime) -> Vec<String> {
    let mut found = BTreeSet::new();
    if plan.server.local_authority().is_some() {
        return Vec::new();
    }
    for (place, sites) in plan.places.iter().enumerate() {
        if !plan.is_spoken_at(place) {
            continue;
        }
        let sites = || sites.iter().map(|n| &plan.sites[*n]);
        let of_sites = sites().flat_map(|site| &site.certificates);
        let without = sites().filter(|site| site.certificates.is_empty());
        let together = SitePlan {
            hosts: without.flat_map(|site| site.hosts.clone()).collect(),
            certificates: { plan.server.certificates.iter() }
                .chain(of_sites)
                .cloned()
                .collect(),
            client: None,
        };
        for error in strangers(&together, now) {
            if let Trouble::NotForHost { host, .. } = error.trouble {
                found.insert(host);
            }
        }
    }
    found.into_iter().collect()
}

/// The beginning of the SHA-256 sum over a public key, as `openssl` would tell it.
pub(super) fn fingerprint(spki: &[u8]) -> String {
    let mut sum = sha256(spki);
    sum.truncate(2 * FINGERPRINT_BYTES);
    sum
}

/// A SHA-256 sum, in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else {
        return String::new();
    };
    let sum = suite.common.hash_provider.hash(bytes);
    let mut shown = String::new();
    for byte in sum.as_ref() {
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

/// Names of a certificate that are shown. Reason: enough to see whose it is.
const NAMES_SHOWN_MAX: usize = 5;

/// Bytes of a fingerprint that are shown. Reason: enough that no two keys of one person look alike.
const FINGERPRINT_BYTES: usize = 8;
