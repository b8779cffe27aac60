//! The terms on which we speak TLS: the one place that configures the library.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, Ticketer, cipher_suite};
use rustls::pki_types::CertificateDer;
use rustls::server::{NoServerSessionStorage, UnbufferedServerConnection};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedCipherSuite};

use super::certificates::{AtPlace, Certificates};
use super::clients::ClientAuthorities;
use super::identity::{self, Stamp};
use super::protocol::Protocol;
use crate::config::{HostName, HostTable, TlsPlan, TlsSettings, TlsVersion};
use crate::exchange::Proof;

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

/// What all handshakes at one place share.
pub struct Terms {
    pub(super) certificates: AtPlace,
    pub(super) handshake_timeout: Duration,
    least_version: TlsVersion,
    usual: Arc<Manner>,
    /// Of sites that ask other certificates of their clients than the server does, the place in
    /// `manners`; `None`: it is the usual one. Empty where there is no such site.
    hosts: HostTable<Option<usize>>,
    manners: Vec<Arc<Manner>>,
    /// The files of those who vouch for clients, as they were before they were read.
    stamps: Vec<(PathBuf, Stamp)>,
}

/// The files of those who vouch for clients, as they are now.
#[derive(Clone)]
pub struct ClientFiles(Vec<(PathBuf, Stamp)>);

impl ClientFiles {
    /// Looks at those of a plan. May wait for a disk.
    pub fn of(plan: &TlsPlan) -> Self {
        let sites = plan.sites.iter().filter_map(|site| site.client.as_ref());
        let all = plan.client.iter().chain(sites);
        let paths = all.flat_map(|client| &client.authorities);
        Self(
            paths
                .map(|path| (path.clone(), identity::stamp(path)))
                .collect(),
        )
    }
}

/// How a handshake goes.
pub(super) struct Manner {
    config: Arc<ServerConfig>,
    /// Whose certificates clients are asked for, if they are.
    clients: Option<ClientAuthorities>,
}

impl Manner {
    pub(super) fn session(&self) -> Result<UnbufferedServerConnection, rustls::Error> {
        UnbufferedServerConnection::new(self.config.clone())
    }

    /// What a client has proved that showed these certificates; `None`: it was not asked to.
    pub(super) fn proof(&self, shown: Option<&[CertificateDer<'_>]>) -> Option<Arc<Proof>> {
        let clients = self.clients.as_ref()?;
        Some(Arc::new(clients.proof(shown)))
    }
}

impl Terms {
    /// TLS 1.3, and 1.2 if it may be, with the library's groups, the first of which withstands
    /// quantum computers. HTTP/2 and HTTP/1.1 are offered, in this order.
    ///
    /// # Errors
    /// Where the system gives no randomness for the keys of tickets.
    pub fn new(
        settings: &TlsSettings,
        (certificates, place): (Arc<Certificates>, usize),
        clients: Option<ClientAuthorities>,
    ) -> Result<Self, rustls::Error> {
        let certificates = AtPlace::new(certificates, place);
        let usual = manner(settings.least_version, &certificates, clients)?;
        Ok(Self {
            certificates,
            handshake_timeout: settings.handshake_timeout,
            least_version: settings.least_version,
            usual: Arc::new(usual),
            hosts: HostTable::default(),
            manners: Vec::new(),
            stamps: Vec::new(),
        })
    }

    /// The same, made of a plan.
    #[must_use]
    pub fn read_from(mut self, stamps: ClientFiles) -> Self {
        self.stamps = stamps.0;
        self
    }

    /// Whether those who vouch for clients are still who they were. May wait for a disk.
    pub fn are_fresh(&self) -> bool {
        let is_fresh = |(path, stamp): &(PathBuf, Stamp)| identity::stamp(path) == *stamp;
        self.stamps.iter().all(is_fresh)
    }

    /// The same, where sites have their own clients: whoever asks for one of these hosts is asked for a
    /// certificate of these authorities; `None`: for the same as everybody.
    ///
    /// # Errors
    /// As [`Terms::new`].
    pub fn asking_for<'a>(
        mut self,
        sites: impl Iterator<Item = (&'a [HostName], Option<ClientAuthorities>)>,
    ) -> Result<Self, rustls::Error> {
        for (hosts, clients) in sites {
            let mut place = None;
            if clients.is_some() {
                let manner = manner(self.least_version, &self.certificates, clients)?;
                place = Some(self.manners.len());
                self.manners.push(Arc::new(manner));
            }
            for host in hosts {
                self.hosts.add(host, place);
            }
        }
        if self.manners.is_empty() {
            self.hosts = HostTable::default();
        }
        Ok(self)
    }

    /// How a handshake goes, as far as nobody knows who is asked for.
    pub(super) fn usual(&self) -> Arc<Manner> {
        self.usual.clone()
    }

    /// Whether that depends on who is asked for.
    pub(super) fn depend_on_name(&self) -> bool {
        !self.manners.is_empty()
    }

    /// How it goes with whoever asks for this name.
    pub(super) fn manner_for(&self, name: Option<&str>) -> Arc<Manner> {
        let name = name.map(str::to_ascii_lowercase);
        let found = { name.as_ref() }.and_then(|name| self.hosts.find(name.as_bytes()));
        let own = found.and_then(|found| self.manners.get((*found.what)?));
        own.unwrap_or(&self.usual).clone()
    }
}

fn manner(
    least_version: TlsVersion,
    certificates: &AtPlace,
    clients: Option<ClientAuthorities>,
) -> Result<Manner, rustls::Error> {
    let provider = Arc::new(CryptoProvider {
        cipher_suites: CIPHERS.to_vec(),
        ..aws_lc_rs::default_provider()
    });
    let versions: &[_] = match least_version {
        TlsVersion::Tls12 => &[&TLS13, &TLS12],
        TlsVersion::Tls13 => &[&TLS13],
    };
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions)?;
    let config = match &clients {
        Some(clients) => config.with_client_cert_verifier(clients.verifier()),
        None => config.with_no_client_auth(),
    };
    let mut config = config.with_cert_resolver(Arc::new(certificates.clone()));
    config.ignore_client_order = true;
    config.alpn_protocols = Protocol::ALL.map(|known| known.name().into()).to_vec();
    // Sealed with keys that change every six hours: any worker resumes what another began, and
    // nothing is kept here for those who never come back. A session is resumed for the name it
    // was begun for, and for no other: the library sees to that. Each manner has keys of its own: what
    // was proved to some is not proved to others.
    config.ticketer = Ticketer::new()?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Manner {
        config: Arc::new(config),
        clients,
    })
}
