//! Certificates made for a test, and clients that believe in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, SignatureAlgorithm, date_time_ymd,
};
use rustls::client::WantsClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;

use super::Protocol;

/// The certificate of servers in tests that do not care which.
pub static USUAL: LazyLock<(TempDir, Pair)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let pair = AUTHORITY
        .issue(&["localhost"])
        .write(folder.path(), "usual");
    (folder, pair)
});

/// The authority that clients in tests believe in.
pub static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::new("Test Root"));

/// Somebody who issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    pub pem: String,
}

/// A certificate with its key, as PEM.
#[derive(Clone)]
pub struct Issued {
    pub certificate: String,
    pub key: String,
}

/// The files of a certificate and its key.
pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let root = params.self_signed(&key).unwrap();
        Self {
            pem: root.pem(),
            root: root.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for these names.
    pub fn issue(&self, names: &[&str]) -> Issued {
        self.issue_with(names, &PKCS_ECDSA_P256_SHA256, |_| ())
    }

    /// The same with an RSA key.
    pub fn issue_rsa(&self, names: &[&str]) -> Issued {
        self.issue_with(names, &PKCS_RSA_SHA256, |_| ())
    }

    /// The same, with something peculiar about it.
    pub fn issue_with(
        &self,
        names: &[&str],
        algorithm: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "a leaf");
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

/// Makes a certificate valid in these years only.
pub fn valid_in(params: &mut CertificateParams, years: std::ops::Range<i32>) {
    params.not_before = date_time_ymd(years.start, 1, 1);
    params.not_after = date_time_ymd(years.end, 1, 1);
}

/// Lets a certificate tell where that of its issuer can be had, as those of public authorities do.
pub fn telling_its_issuer(params: &mut CertificateParams) {
    // AuthorityInfoAccess: caIssuers, URI http://ca.test/
    let url = b"http://ca.test/";
    let oid = [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    let mut content = vec![0x30, 28, 0x30, 26];
    content[1] = u8::try_from(oid.len() + 2 + url.len() + 2).unwrap();
    content[3] = content[1] - 2;
    content.extend(oid);
    content.extend([0x86, u8::try_from(url.len()).unwrap()]);
    content.extend(url);
    let oid = [1, 3, 6, 1, 5, 5, 7, 1, 1];
    let extension = CustomExtension::from_oid_content(&oid, content);
    params.custom_extensions.push(extension);
}

/// The options by which servers speak TLS that have no certificate of their own.
pub fn usual_certificate() -> [&'static str; 4] {
    USUAL.1.options()
}

impl Issued {
    /// Writes both into a folder.
    pub fn write(&self, folder: &Path, name: &str) -> Pair {
        let pair = Pair {
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        };
        fs::write(&pair.certificate, &self.certificate).unwrap();
        fs::write(&pair.key, &self.key).unwrap();
        pair
    }
}

impl Pair {
    /// As options of the command line.
    pub fn options(&self) -> [&str; 4] {
        let text = |path: &'_ Path| path.to_str().unwrap().to_owned().leak() as &str;
        ["--cert", text(&self.certificate), "--key", text(&self.key)]
    }
}

/// A client that believes in [`AUTHORITY`], and speaks every version.
pub fn believer() -> Arc<ClientConfig> {
    static BELIEVERS: LazyLock<[Arc<ClientConfig>; 2]> = LazyLock::new(|| {
        let believer = believer_in(&AUTHORITY, &[&TLS13, &TLS12]);
        let mut in_http2 = ClientConfig::clone(&believer);
        in_http2.alpn_protocols = vec![b"h2".to_vec()];
        [believer, Arc::new(in_http2)]
    });
    let [believer, in_http2] = &*BELIEVERS;
    if Protocol::spoken().has_streams() {
        in_http2.clone()
    } else {
        believer.clone()
    }
}

/// A client that believes in an authority, and speaks these versions.
pub fn believer_in(
    authority: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    Arc::new(trusting(authority, versions).with_no_client_auth())
}

/// A client that believes in [`AUTHORITY`], and shows this certificate to whoever asks.
pub fn somebody(issued: &Issued, version: &'static SupportedProtocolVersion) -> Arc<ClientConfig> {
    let chain = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
    let config = trusting(&AUTHORITY, &[version]).with_client_auth_cert(vec![chain], key);
    Arc::new(config.unwrap())
}

fn trusting(
    authority: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.root.clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
}
