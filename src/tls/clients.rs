//! Who vouches for clients, and what a client is called that somebody vouches for.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use x509_cert::Certificate;
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::identity;
use super::limits::CLIENT_NAME_CHARS_MAX;
use crate::config::{ClientCertificate, ClientProof};
use crate::exchange::{ClientNames, Proof};

/// Why those who vouch for clients cannot.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct AuthorityError {
    /// The file with their certificates.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub trouble: AuthorityTrouble,
}

/// What can be wrong with the certificates of those who vouch for clients.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityTrouble {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// There is no certificate in the file, or one that cannot be understood.
    #[error("no certificate that can be used")]
    Unusable,
}

impl AuthorityError {
    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self.trouble {
            AuthorityTrouble::Unreadable(_) => "client-ca-unreadable",
            AuthorityTrouble::Unusable => "client-ca-unusable",
        }
    }
}

/// Those who vouch for clients, read from files.
#[derive(Clone)]
pub struct ClientAuthorities {
    files: Arc<[PathBuf]>,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl ClientAuthorities {
    /// Reads all of them; `None` if clients need not prove who they are. The first that cannot be used
    /// is the error.
    pub fn read(wanted: Option<&ClientProof>) -> Result<Option<Self>, AuthorityError> {
        let Some(ClientProof {
            authorities,
            certificate,
        }) = wanted
        else {
            return Ok(None);
        };
        let mut roots = RootCertStore::empty();
        for path in authorities {
            let fail = |trouble| AuthorityError {
                path: path.clone(),
                trouble,
            };
            let pem =
                identity::read(path).map_err(|error| fail(AuthorityTrouble::Unreadable(error)))?;
            add_all(&pem, &mut roots).ok_or_else(|| fail(AuthorityTrouble::Unusable))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = verifier(roots, provider, *certificate);
        let unusable = || AuthorityError {
            path: authorities.last().cloned().unwrap_or_default(),
            trouble: AuthorityTrouble::Unusable,
        };
        Ok(Some(Self {
            files: authorities.as_slice().into(),
            verifier: verifier.ok_or_else(unusable)?,
        }))
    }

    pub(super) fn verifier(&self) -> Arc<dyn ClientCertVerifier> {
        self.verifier.clone()
    }

    /// What a client has proved to them that showed these certificates.
    pub(super) fn proof(&self, shown: Option<&[CertificateDer<'_>]>) -> Proof {
        let client = shown.and_then(<[_]>::first).map(names);
        Proof::new(self.files.clone(), client)
    }
}

fn verifier(
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
    wish: ClientCertificate,
) -> Option<Arc<dyn ClientCertVerifier>> {
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    let builder = match wish {
        ClientCertificate::Required => builder,
        ClientCertificate::Optional => builder.allow_unauthenticated(),
    };
    builder.build().ok()
}

/// Adds every certificate of a file, of which there has to be one.
fn add_all(pem: &[u8], roots: &mut RootCertStore) -> Option<()> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate.ok()?).ok()?;
    }
    (roots.len() > before).then_some(())
}

/// What a client is called: by its common name, or by the first name its certificate is for.
///
/// Whoever vouches for it chose the name; it is shown, and cut if it is long.
pub(super) fn name(certificate: &CertificateDer<'_>) -> String {
    let Ok(certificate) = Certificate::from_der(certificate) else {
        return String::new();
    };
    let certificate = certificate.tbs_certificate();
    let common = certificate.subject().common_name().ok().flatten();
    let common = common.map(|common| common.value().into_owned());
    let name = { common.or_else(|| first_name(certificate)) }
        .unwrap_or_else(|| certificate.subject().to_string());
    name.chars().take(CLIENT_NAME_CHARS_MAX).collect()
}

/// All that a client is called by: its common name, and what its certificate is for (RFC 5280
/// §4.2.1.6), as far as that can be told in a word.
fn names(certificate: &CertificateDer<'_>) -> ClientNames {
    let mut names = ClientNames::default();
    let Ok(certificate) = Certificate::from_der(certificate) else {
        return names;
    };
    let certificate = certificate.tbs_certificate();
    if let Ok(Some(common)) = certificate.subject().common_name() {
        names.exact.push(common.value().into());
    }
    if let Ok(Some((_, others))) = certificate.get_extension::<SubjectAltName>() {
        for name in others.0 {
            match name {
                GeneralName::Rfc822Name(name) => names.exact.push(name.to_string().into()),
                GeneralName::UniformResourceIdentifier(uri) => {
                    names.exact.push(uri.to_string().into());
                }
                GeneralName::DnsName(name) => names.hosts.push(name.to_string().into()),
                _ => {}
            }
        }
    }
    names
}

/// The first name a certificate is for that can be told in a word.
fn first_name(certificate: &TbsCertificate) -> Option<String> {
    let (_, names) = certificate.get_extension::<SubjectAltName>().ok()??;
    names.0.iter().find_map(|name| match name {
        GeneralName::Rfc822Name(name)
        | GeneralName::DnsName(name)
        | GeneralName::UniformResourceIdentifier(name) => Some(name.to_string()),
        _ => None,
    })
}
