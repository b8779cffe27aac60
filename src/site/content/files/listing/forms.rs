//! A listing that was made, in the forms that clients take.
//!
//! Law: a form is made once for a content, in the pool, by the first who asks for it, and waited for:
//! whoever asks for a folder waits for its page in any case, and the form takes less than the page.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, ETAG, HeaderValue};

use crate::exchange::{Body, Coding, FieldList, Kept, Response, Validators};
use crate::site::content::settled::tag_of;
use crate::site::limits::CODED_BYTES_MIN;
use crate::site::pipeline::{self, Dressing};

use super::super::coding::encode::{Effort, encode};

/// A content as it is, and what was made of it.
pub(super) struct Forms {
    /// What all forms say.
    fields: FieldList,
    tag: HeaderValue,
    plain: Form,
    /// By coding: not made yet, or not worth it.
    coded: [OnceLock<Option<Form>>; Coding::COUNT],
}

/// One form, ready to be sent.
struct Form {
    kept: Arc<Kept>,
    body: Bytes,
}

impl Form {
    fn response(&self) -> Response {
        Response::kept(self.kept.clone(), Body::Bytes(self.body.clone()))
    }
}

impl Forms {
    /// The forms of a content, of which there is one so far.
    pub(super) fn of(fields: FieldList, body: String, dressing: Dressing) -> Self {
        let body = Bytes::from(body);
        let tag = tag_of(&body);
        Self {
            plain: Form {
                kept: settled(fields.clone(), tag.clone(), dressing),
                body,
            },
            fields,
            tag,
            coded: Default::default(),
        }
    }

    /// Whether these are forms of the same content.
    pub(super) fn are_of_the_same(&self, other: &Self) -> bool {
        self.tag == other.tag && self.plain.body == other.plain.body
    }

    /// The form in a coding, if it is known what that is.
    pub(super) fn at_hand(&self, coding: Option<Coding>) -> Option<Response> {
        let Some(coding) = coding.filter(|_| self.is_worth_trying()) else {
            return Some(self.plain.response());
        };
        let form = self.coded[coding.index()].get()?;
        Some(form.as_ref().unwrap_or(&self.plain).response())
    }

    /// The same, made if it has to be. Only in the pool.
    pub(super) fn get(&self, coding: Option<Coding>, dressing: Dressing) -> Response {
        if let Some(coding) = coding.filter(|_| self.is_worth_trying()) {
            self.coded[coding.index()].get_or_init(|| self.make(coding, dressing));
        }
        { self.at_hand(coding) }.unwrap_or_else(|| self.plain.response())
    }

    /// Bytes of all forms that there are.
    pub(super) fn weight(&self) -> u64 {
        let coded = self.coded.iter().filter_map(|form| form.get()?.as_ref());
        let all = std::iter::once(&self.plain).chain(coded);
        all.map(|form| form.body.len() as u64).sum()
    }

    fn is_worth_trying(&self) -> bool {
        self.plain.body.len() as u64 >= CODED_BYTES_MIN
    }

    fn make(&self, coding: Coding, dressing: Dressing) -> Option<Form> {
        let body = encode(&self.plain.body, coding, Effort::Quick)?;
        let mut fields = self.fields.clone();
        let name = coding.name();
        fields.add(CONTENT_ENCODING, HeaderValue::from_static(name));
        // Weak, as of files: another server may make other bytes of the same content.
        let tag = self.tag.to_str().unwrap_or_default().trim_matches('"');
        let tag = HeaderValue::from_str(&format!("W/\"{tag}-{name}\"")).ok()?;
        Some(Form {
            kept: settled(fields, tag, dressing),
            body: body.into(),
        })
    }
}

fn settled(mut fields: FieldList, etag: HeaderValue, dressing: Dressing) -> Arc<Kept> {
    fields.add(ETAG, etag.clone());
    let validators = Validators {
        etag,
        last_modified: None,
    };
    let status = StatusCode::OK;
    Arc::new(pipeline::settle(status, fields, Some(validators), dressing))
}
