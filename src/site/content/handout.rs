//! The certificate of the local authority, for phones to take: `hello trust --phone`.
//!
//! Law: the certificate and nothing else. The key is not in this room at all.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};

use super::files::path::FilePath;
use super::settled::Settled;
use crate::exchange::{FieldList, Reason, Request, Response};
use crate::i18n::Language;
use crate::site::language_of;
use crate::site::pages::{self, Alone};

const PAGE: Alone = Alone {
    title: "{{phone-page-title}} · hello",
    style: "",
    content: include_str!("../../../assets/authority.html"),
};

/// The page with what to tap, and the certificate in the two forms that phones take.
pub(crate) struct Handout {
    pages: [Settled; Language::ALL.len()],
    /// For Android, and everything else.
    certificate: Settled,
    /// For iPhone and iPad.
    profile: Settled,
}

impl Handout {
    /// `name`, and the certificate as DER and as PEM.
    pub(crate) fn new(name: &str, der: &[u8], pem: &str) -> Self {
        let page = |language| {
            let mut fields = pages::html_fields(language);
            fields.add(CONTENT_SECURITY_POLICY, pages::POLICY);
            let html = PAGE.fill(language).replace("[[name]]", name);
            Settled::new(kept_by_nobody(fields), html)
        };
        Self {
            pages: Language::ALL.map(page),
            certificate: file(
                "application/x-x509-ca-cert",
                "attachment; filename=\"hello-authority.crt\"",
                der.to_vec(),
            ),
            profile: file(
                "application/x-apple-aspen-config",
                "attachment; filename=\"hello-authority.mobileconfig\"",
                profile(name, pem).into_bytes(),
            ),
        }
    }

    pub(crate) fn answer(&self, request: &Request<'_>) -> Result<Response, Reason> {
        match FilePath::decode(request.path)?.as_bytes() {
            b"/" => Ok(self.pages[language_of(request) as usize].response()),
            b"/hello-authority.crt" => Ok(self.certificate.response()),
            b"/hello-authority.mobileconfig" => Ok(self.profile.response()),
            _ => Err(Reason::NoSuchFile),
        }
    }
}

fn file(content_type: &'static str, disposition: &'static str, content: Vec<u8>) -> Settled {
    let mut fields = FieldList::new();
    fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
    fields.add(CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    Settled::new(kept_by_nobody(fields), Bytes::from(content))
}

/// A phone that kept an old one would believe in an authority that is gone.
fn kept_by_nobody(mut fields: FieldList) -> FieldList {
    fields.add(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields
}

/// Apple's form: a property list around the same certificate.
///
/// Its identifiers are made of the authority's name: a second time it replaces the first.
fn profile(name: &str, pem: &str) -> String {
    let tag = name.rsplit(' ').next().unwrap_or(name);
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let payload = |kind: &str, number: char, content: &str| {
        format!(
            "<key>PayloadType</key><string>{kind}</string>\
             <key>PayloadVersion</key><integer>1</integer>\
             <key>PayloadIdentifier</key><string>hello.authority.{tag}.{number}</string>\
             <key>PayloadUUID</key><string>{tag}-0000-4000-8000-00000000000{number}</string>\
             <key>PayloadDisplayName</key><string>{name}</string>{content}"
        )
    };
    let certificate = format!(
        "<key>PayloadContent</key><array><dict>{}</dict></array>",
        payload(
            "com.apple.security.root",
            '1',
            &format!("<key>PayloadContent</key><data>{base64}</data>"),
        )
    );
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>{}</dict></plist>\n",
        payload("Configuration", '0', &certificate)
    )
}
