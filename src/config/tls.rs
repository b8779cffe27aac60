//! Who we are, and how long a client may take to find out.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who we are, and how long a client may take to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Certificates with their keys, in the order they were given; the first is for whoever names
    /// no name of ours. None: everything is spoken in clear.
    pub certificates: Vec<CertificateFiles>,
    /// The folder of the local authority, if it is to vouch for us (`--https`) where no certificate
    /// is given.
    pub authority: Option<PathBuf>,
    /// Longest time a handshake may take, from accept. Reason: four trips to the far side of a slow
    /// network, one of them repeated. At the limit: closed.
    pub handshake_timeout: Duration,
}

impl TlsSettings {
    /// Whether TLS is spoken at all.
    pub fn is_spoken(&self) -> bool {
        !self.certificates.is_empty() || self.authority.is_some()
    }

    /// The folder of the authority that vouches for us, if one does.
    pub fn local_authority(&self) -> Option<&Path> {
        let is_alone = self.certificates.is_empty();
        self.authority.as_deref().filter(|_| is_alone)
    }
}

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, and behind it those of its issuers (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self {
            certificates: Vec::new(),
            authority: None,
            handshake_timeout: Duration::from_secs(10),
        }
    }
}
