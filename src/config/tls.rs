//! Who we are, and how long a client may take to find out.

use std::path::PathBuf;
use std::time::Duration;

/// Who we are, and how long a client may take to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Certificates with their keys, in the order they were given; the first is for whoever names
    /// no name of ours. None: everything is spoken in clear.
    pub certificates: Vec<CertificateFiles>,
    /// Longest time a handshake may take, from accept. Reason: four trips to the far side of a slow
    /// network, one of them repeated. At the limit: closed.
    pub handshake_timeout: Duration,
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
            handshake_timeout: Duration::from_secs(10),
        }
    }
}
