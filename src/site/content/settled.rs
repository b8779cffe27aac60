//! A content that is made once and given again: its heads are settled, its tag is made of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT_RANGES, ETAG, HeaderValue};

use crate::exchange::{Body, FieldList, Kept, Response, Validators};
use crate::site::pipeline::{self, Dressing};

/// Something in the binary, ready to be sent.
#[derive(Clone)]
pub(in crate::site) struct Settled {
    kept: Arc<Kept>,
    body: Bytes,
}

impl Settled {
    /// Settles a content that can be validated by its tag.
    pub(in crate::site) fn new(mut fields: FieldList, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let validators = validators(&body);
        fields.add(ETAG, validators.etag.clone());
        fields.add(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        Self {
            kept: Arc::new(pipeline::settle(
                StatusCode::OK,
                fields,
                Some(validators),
                Dressing::default(),
            )),
            body,
        }
    }

    pub(in crate::site) fn response(&self) -> Response {
        Response::kept(self.kept.clone(), Body::Bytes(self.body.clone()))
    }
}

fn validators(content: &[u8]) -> Validators {
    Validators {
        etag: tag_of(content),
        last_modified: None,
    }
}

/// A tag made of the content: another version of hello, another page, another tag.
pub(super) fn tag_of(content: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()))
        .expect("hexadecimal digits are a valid field value")
}
