//! The local authority of `--https`: made once on this machine, kept, and asked for certificates.
//!
//! What it may vouch for is in `scope.rs` and written into its certificate, so that a stolen key is
//! of little use; where it is kept is in `store.rs`; what it issues is in `leaf.rs`.
//!
//! Law: the key leaves this folder of the source in no form but a signature.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

use super::identity::{fingerprint, sha256, shown};
use super::limits::AUTHORITY_LIFETIME;

mod error;
mod leaf;
mod local;
mod machine;
mod scope;
mod store;
#[cfg(test)]
mod tests;

pub use error::{LocalAuthorityError, LocalAuthorityTrouble};
pub(super) use local::Local;
pub use machine::names as machine_names;
use store::KEY_FILE;

use scope::Scope;

/// Somebody on this machine who vouches for its names, and for no others.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    /// Its certificate as PEM.
    pem: String,
    name: String,
    scope: Scope,
    until: SystemTime,
}

/// What others may know of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityCard {
    /// Its name, which no other has: the beginning of its key's sum is in it.
    pub name: String,
    /// A short word made of the same, for names of files.
    pub tag: String,
    /// The SHA-256 sum of its certificate, for people to compare: groups of four digits.
    pub sum: String,
    /// Its certificate, DER.
    pub der: Vec<u8>,
    /// The same as PEM.
    pub pem: String,
}

impl Authority {
    /// The authority that is kept in a folder, made if there is none yet, its certificate beside it.
    /// Two who come at once get the same.
    pub fn in_folder(folder: &Path, now: SystemTime) -> Result<Self, LocalAuthorityError> {
        let found = match Self::find(folder, now)? {
            Some(found) => found,
            None => Self::make_in(folder, now)?,
        };
        // For whoever tells a command of it; a disk that is read-only by now holds up nobody.
        let _ = found.show(folder);
        Ok(found)
    }

    fn make_in(folder: &Path, now: SystemTime) -> Result<Self, LocalAuthorityError> {
        let failed = |trouble| LocalAuthorityError::new(folder, trouble);
        let made = pem_of_new(now).ok_or_else(|| failed(LocalAuthorityTrouble::NoKeys))?;
        store::keep(folder, &made)?;
        // Whichever of several came first.
        Self::find(folder, now)?.ok_or_else(|| {
            failed(LocalAuthorityTrouble::Unreadable(
                std::io::ErrorKind::NotFound.into(),
            ))
        })
    }

    /// The authority that is kept in a folder, if there is one.
    pub fn find(folder: &Path, now: SystemTime) -> Result<Option<Self>, LocalAuthorityError> {
        Self::find_of(folder, None, now)
    }

    /// The same, where it belongs to another user than the process.
    pub fn find_of(
        folder: &Path,
        owner: Option<u32>,
        now: SystemTime,
    ) -> Result<Option<Self>, LocalAuthorityError> {
        let Some(pem) = store::read(folder, owner)? else {
            return Ok(None);
        };
        let at = folder.join(KEY_FILE);
        let found = Self::of_pem(&pem).ok_or(LocalAuthorityTrouble::Broken);
        let found = found.and_then(|found| found.valid_at(now));
        found
            .map(Some)
            .map_err(|trouble| LocalAuthorityError::new(&at, trouble))
    }

    /// Whether there is one in a folder or one could be made, without making it.
    ///
    /// # Errors
    /// What would be the error.
    pub fn try_out(folder: &Path, now: SystemTime) -> Result<(), LocalAuthorityError> {
        match Self::find(folder, now)? {
            Some(_) => Ok(()),
            None => store::try_out(folder),
        }
    }

    /// Deletes the authority that is kept in a folder, readable or not; answers what was deleted.
    pub fn forget(folder: &Path) -> Result<Vec<PathBuf>, LocalAuthorityError> {
        store::forget(folder)
    }

    /// What others may know of it.
    pub fn card(&self) -> AuthorityCard {
        let tag = self.name.rsplit(' ').next().unwrap_or(&self.name);
        AuthorityCard {
            tag: tag.to_owned(),
            name: self.name.clone(),
            sum: in_groups(&sha256(&self.der)),
            der: self.der.to_vec(),
            pem: self.pem.clone(),
        }
    }

    /// Puts its certificate into a file of its own, which commands can be told; the key is not in it.
    pub fn show(&self, folder: &Path) -> Result<PathBuf, LocalAuthorityError> {
        store::show(folder, &self.pem)
    }

    /// Whether one is kept in a folder, readable or not.
    pub fn is_kept_in(folder: &Path) -> bool {
        folder.join(KEY_FILE).exists()
    }

    /// Notes that browsers were told to believe in it: their stores take long to ask.
    pub fn note_browsers(&self, folder: &Path) -> Result<(), LocalAuthorityError> {
        store::note(folder, &self.name)
    }

    /// Whether that was noted.
    pub fn is_noted(folder: &Path) -> bool {
        store::is_noted(folder)
    }

    fn of_pem(pem: &[u8]) -> Option<Self> {
        let pem = std::str::from_utf8(pem).ok()?;
        let (key, certificate) = pem.split_at(pem.find(BEGIN_CERTIFICATE)?);
        let key = KeyPair::from_pem(key).ok()?;
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).ok()?;
        let read = Certificate::from_der(&der).ok()?;
        let content = read.tbs_certificate();
        let own = content.subject_public_key_info().to_der().ok()?;
        if own != key.subject_public_key_info() {
            return None;
        }
        let name = shown(content.subject());
        Some(Self {
            scope: Scope::of_certificate(&read)?,
            until: content.validity().not_after.to_system_time(),
            issuer: Issuer::new(params(&name), key),
            pem: certificate.to_owned(),
            der,
            name,
        })
    }

    fn valid_at(self, now: SystemTime) -> Result<Self, LocalAuthorityTrouble> {
        if now > self.until {
            return Err(LocalAuthorityTrouble::Expired { since: self.until });
        }
        Ok(self)
    }
}

/// A new authority for this machine, its key and its certificate as PEM.
fn pem_of_new(now: SystemTime) -> Option<String> {
    let key = KeyPair::generate().ok()?;
    let certificate = new_certificate(&key, &Scope::of_machine(&machine::names()), now)?;
    Some(format!("{}{}", key.serialize_pem(), certificate.pem()))
}

fn new_certificate(key: &KeyPair, scope: &Scope, now: SystemTime) -> Option<rcgen::Certificate> {
    // No two authorities have the same name, or browsers would take one for the other.
    let name = format!(
        "{NAME} {}",
        &fingerprint(&key.subject_public_key_info())[..TAG_LETTERS]
    );
    let mut params = params(&name);
    params.name_constraints = Some(scope.constraints());
    valid_between(&mut params, now - CLOCKS_APART, now + AUTHORITY_LIFETIME);
    params.self_signed(key).ok()
}

/// What every authority of ours has in common.
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // It issues for servers, and makes no other authorities.
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// How every authority of ours is called, before what tells it from others.
const NAME: &str = "hello local authority";

/// Letters of a tag. Reason: no two authorities on one machine look alike.
const TAG_LETTERS: usize = 8;

/// `0a1b 2c3d …`
fn in_groups(digits: &str) -> String {
    let groups = digits.as_bytes().chunks(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

/// How the certificate begins, behind the key.
const BEGIN_CERTIFICATE: &str = "-----BEGIN CERTIFICATE";

/// How long before its making a certificate is valid. Reason: the clocks of a phone and of this
/// machine differ, seldom by more than their time zones.
const CLOCKS_APART: Duration = Duration::from_hours(24);

/// Makes a certificate valid in this time, to the second.
fn valid_between(params: &mut CertificateParams, from: SystemTime, until: SystemTime) {
    let since_1970 = |time: SystemTime| {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Duration::from_secs(since.as_secs())
    };
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(from);
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(until);
}
