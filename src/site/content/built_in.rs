//! The site in the binary: one page, in the visitor's language.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT_RANGES, ETAG, HeaderValue};

use crate::exchange::{Body, Kept, Reason, Request, Response, Validators};
use crate::i18n::Language;
use crate::site::{language_of, pages, pipeline};

use super::files::path::FilePath;

const INDEX: &str = include_str!("../../../assets/index.html");

/// The pages in the binary.
pub(crate) struct BuiltIn {
    index: [(Arc<Kept>, Bytes); Language::ALL.len()],
}

impl BuiltIn {
    pub(crate) fn new() -> Self {
        Self {
            index: Language::ALL.map(page),
        }
    }

    /// The page, or why there is none.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Result<Response, Reason> {
        let path = FilePath::decode(request.path)?;
        match path.as_bytes() {
            b"/" | b"/index.html" => {
                let (kept, html) = &self.index[language_of(request) as usize];
                Ok(Response::kept(kept.clone(), Body::Bytes(html.clone())))
            }
            _ => Err(Reason::NoSuchFile),
        }
    }
}

fn page(language: Language) -> (Arc<Kept>, Bytes) {
    let html = pages::fill(INDEX, language);
    let mut fields = pages::html_fields(language);
    let etag = etag_of(&html);
    fields.add(ETAG, etag.clone());
    fields.add(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let validators = Validators {
        etag,
        last_modified: None,
    };
    let kept = pipeline::settle(StatusCode::OK, fields, Some(validators));
    (Arc::new(kept), Bytes::from(html))
}

/// A tag made of the content: another version of hello, another page, another tag.
fn etag_of(content: &str) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()))
        .expect("hexadecimal digits are a valid field value")
}
