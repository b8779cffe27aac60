//! The terms on which we speak TLS: the one place that configures the library.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{self, Ticketer};
use rustls::server::{NoServerSessionStorage, UnbufferedServerConnection};
use rustls::version::{TLS12, TLS13};

use super::certificates::Certificates;
use super::protocol::Protocol;
use crate::config::TlsSettings;

/// What all handshakes of a server share.
pub struct Terms {
    pub(super) certificates: Arc<Certificates>,
    pub(super) handshake_timeout: Duration,
    config: Arc<ServerConfig>,
}

impl Terms {
    /// TLS 1.2 and 1.3 with the library's ciphers and groups, the first of which withstands quantum
    /// computers. HTTP/2 and HTTP/1.1 are offered, in this order.
    ///
    /// # Errors
    /// Where the system gives no randomness for the keys of tickets.
    pub fn new(settings: &TlsSettings, certificates: Certificates) -> Result<Self, rustls::Error> {
        let certificates = Arc::new(certificates);
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(certificates.clone());
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
