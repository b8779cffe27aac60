//! The terms on which we speak TLS: the one place that configures the library.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, Ticketer, cipher_suite};
use rustls::server::{NoServerSessionStorage, UnbufferedServerConnection};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedCipherSuite};

use super::certificates::Certificates;
use super::clients::ClientAuthorities;
use super::protocol::Protocol;
use crate::config::{TlsSettings, TlsVersion};

/// What seals records, the first that the client knows: all are sound and forward secret, so the
/// cheapest comes first. AES takes a third longer with 256 bits, and nobody breaks it with 128.
const CIPHERS: [SupportedCipherSuite; 9] = [
    cipher_suite::TLS13_AES_128_GCM_SHA256,
    cipher_suite::TLS13_AES_256_GCM_SHA384,
    cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    cipher_suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

/// What all handshakes of a server share.
pub struct Terms {
    pub(super) certificates: Arc<Certificates>,
    pub(super) handshake_timeout: Duration,
    config: Arc<ServerConfig>,
}

impl Terms {
    /// TLS 1.3, and 1.2 if it may be, with the library's groups, the first of which withstands
    /// quantum computers. HTTP/2 and HTTP/1.1 are offered, in this order.
    ///
    /// # Errors
    /// Where the system gives no randomness for the keys of tickets.
    pub fn new(
        settings: &TlsSettings,
        certificates: Certificates,
        clients: ClientAuthorities,
    ) -> Result<Self, rustls::Error> {
        let certificates = Arc::new(certificates);
        let provider = Arc::new(CryptoProvider {
            cipher_suites: CIPHERS.to_vec(),
            ..aws_lc_rs::default_provider()
        });
        let versions: &[_] = match settings.least_version {
            TlsVersion::Tls12 => &[&TLS13, &TLS12],
            TlsVersion::Tls13 => &[&TLS13],
        };
        let config =
            ServerConfig::builder_with_provider(provider).with_protocol_versions(versions)?;
        let config = match clients.verifier() {
            Some(verifier) => config.with_client_cert_verifier(verifier),
            None => config.with_no_client_auth(),
        };
        let mut config = config.with_cert_resolver(certificates.clone());
        config.ignore_client_order = true;
        config.alpn_protocols = Protocol::ALL.map(|known| known.name().into()).to_vec();
        // Sealed with keys that change every six hours: any worker resumes what another began, and
        // nothing is kept here for those who never come back. A session is resumed for the name it
        // was begun for, and for no other: the library sees to that.
        config.ticketer = Ticketer::new()?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self {
            certificates,
            handshake_timeout: settings.handshake_timeout,
            config: Arc::new(config),
        })
    }

    pub(super) fn session(&self) -> Result<UnbufferedServerConnection, rustls::Error> {
        UnbufferedServerConnection::new(self.config.clone())
    }
}
