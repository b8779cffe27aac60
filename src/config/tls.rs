//! Who we are, who may come in, and how long a client may take to find out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{ConfigError, Fault};
use super::quantity::{Unit, Unreadable};
use super::{HostName, bad_choice};
use crate::i18n::shown;

/// Who we are, who may come in, and how long a client may take to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Certificates with their keys, in the order they were given; the first is for whoever names
    /// no name of ours. None: everything is spoken in clear.
    pub certificates: Vec<CertificateFiles>,
    /// The folder of the local authority, if it is to vouch for us (`--https`) where no certificate
    /// is given.
    pub authority: Option<PathBuf>,
    /// The oldest version that is spoken.
    pub least_version: TlsVersion,
    /// Who vouches for clients (PEM). None: clients need not prove who they are.
    pub client_authorities: Vec<PathBuf>,
    /// What becomes of clients without a certificate, where somebody vouches for clients; `None`: they
    /// are let in if some path asks for a certificate by itself, and otherwise not.
    pub client_certificate: Option<ClientCertificate>,
    /// How long browsers remember to come in private only (RFC 6797). `None`: they are told nothing.
    pub hsts: Option<Duration>,
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

/// What a site says of TLS for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteTls {
    /// Certificates for its hosts, with their keys; none: those of the server.
    pub certificates: Vec<CertificateFiles>,
    /// Who vouches for its clients (PEM); none: whoever does so for the server.
    pub client_authorities: Vec<PathBuf>,
    /// As of the server, where somebody vouches for its clients alone.
    pub client_certificate: Option<ClientCertificate>,
}

/// What a site wants to have proved, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientProof {
    /// Who vouches for clients (PEM).
    pub authorities: Vec<PathBuf>,
    /// What becomes of clients without a certificate.
    pub certificate: ClientCertificate,
}

/// What handshakes depend on, of the server and of its sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsPlan {
    /// What holds for all.
    pub server: TlsSettings,
    /// Who vouches for clients of the server, if somebody does.
    pub client: Option<ClientProof>,
    /// Sites with hosts of their own, in their order.
    pub sites: Vec<SitePlan>,
    /// Which of them are found where.
    pub places: Vec<Vec<usize>>,
}

impl TlsPlan {
    /// Whether TLS is spoken at a place: where the server speaks it, or a site there has a certificate.
    pub fn is_spoken_at(&self, place: usize) -> bool {
        let sites = self.places.get(place).into_iter().flatten();
        let has_own = |site: &usize| !self.sites[*site].certificates.is_empty();
        self.server.is_spoken() || { sites }.any(has_own)
    }
}

/// What a site says of TLS, and for which hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePlan {
    /// The hosts.
    pub hosts: Vec<HostName>,
    /// Its certificates, with their keys; none: those of the server.
    pub certificates: Vec<CertificateFiles>,
    /// Who vouches for its clients; `None`: whoever does so for the server.
    pub client: Option<ClientProof>,
}

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateFiles {
    /// The certificate, and behind it those of its issuers (PEM).
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
}

/// A version of TLS; older ones are broken and not spoken at all (RFC 8996).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// RFC 5246, with its sound ciphers.
    Tls12,
    /// RFC 8446.
    Tls13,
}

/// What becomes of clients that have no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// They are not let in.
    Required,
    /// They are let in, as nobody in particular.
    Optional,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self {
            certificates: Vec::new(),
            authority: None,
            least_version: TlsVersion::Tls12,
            client_authorities: Vec::new(),
            client_certificate: None,
            hsts: None,
            handshake_timeout: Duration::from_secs(10),
        }
    }
}

impl ClientProof {
    /// Of the authorities, if there are any; where nothing is wished, clients without a certificate are
    /// let in if some path asks for one by itself.
    pub(super) fn of(
        authorities: &[PathBuf],
        wish: Option<ClientCertificate>,
        asked_below: bool,
    ) -> Option<Self> {
        let certificate = wish.unwrap_or(if asked_below {
            ClientCertificate::Optional
        } else {
            ClientCertificate::Required
        });
        (!authorities.is_empty()).then(|| Self {
            authorities: authorities.to_vec(),
            certificate,
        })
    }
}

impl TlsVersion {
    /// The words [`TlsVersion::read`] understands.
    pub const CHOICES: &'static str = "1.2, 1.3";

    /// Reads `1.2` or `1.3`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "1.2" => Ok(Self::Tls12),
            "1.3" => Ok(Self::Tls13),
            _ => Err(bad_choice("tls-min", value, Self::CHOICES)),
        }
    }
}

impl ClientCertificate {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
        }
    }

    /// The words [`ClientCertificate::read`] understands.
    pub const CHOICES: &'static str = "required, optional";

    /// Reads `required` or `optional`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "required" => Ok(Self::Required),
            "optional" => Ok(Self::Optional),
            _ => Err(bad_choice("client-cert", value, Self::CHOICES)),
        }
    }
}

impl TlsSettings {
    /// Reads how long browsers are to remember: whole seconds count (RFC 6797 §6.1.1).
    pub fn read_hsts(value: &str) -> Result<Duration, ConfigError> {
        let amount = Unit::Duration
            .read(value)
            .map_err(|unreadable| ConfigError {
                option: "hsts",
                value: shown(value),
                fault: match unreadable {
                    Unreadable::DurationWithoutUnit => Fault::DurationWithoutUnit,
                    Unreadable::AmbiguousUnit { .. } | Unreadable::NotANumber => Fault::BadDuration,
                },
            })?;
        Ok(Duration::from_secs(amount / 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_asks_for_a_certificate_lets_the_others_be_unless_something_else_is_said() {
        use ClientCertificate::{Optional, Required};
        let authorities = [PathBuf::from("a.pem")];
        for (wish, asked_below, expected) in [
            (None, false, Required),
            (None, true, Optional),
            (Some(Required), true, Required),
            (Some(Optional), false, Optional),
        ] {
            let proof = ClientProof::of(&authorities, wish, asked_below).unwrap();
            assert_eq!(proof.certificate, expected, "{wish:?} {asked_below}");
            assert_eq!(ClientProof::of(&[], wish, asked_below), None);
        }
    }
}
