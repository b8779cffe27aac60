//! Makes the 206: one part of the whole, or several in an envelope (RFC 9110 §14.6, §15.3.7).

use std::hash::{BuildHasher, RandomState};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, HeaderValue};

use super::range::Part;
use crate::exchange::{Body, FileSlice, Response};

/// One part. All fields of the 200 go with it: the client may have none of them (RFC 9110 §15.3.7).
pub(super) fn single(whole: &Response, part: Part, size: u64) -> Response {
    let mut fields = whole.fields().clone();
    fields.set(CONTENT_RANGE, content_range(Some(part), size));
    let body = cut(&whole.body, part);
    Response::new(StatusCode::PARTIAL_CONTENT, fields, body)
}

/// Several parts, each with a head of its own that says what it is and where it lies. How it is
/// coded stands there too: the envelope around them is not.
pub(super) fn multipart(whole: &Response, parts: &[Part], size: u64) -> Response {
    let boundary = boundary();
    let mut fields = whole.fields().clone();
    let told_apart = [CONTENT_TYPE, CONTENT_ENCODING];
    let told_apart = told_apart.map(|name| (fields.get(&name).cloned(), name));
    fields.remove(&CONTENT_ENCODING);
    let envelope = format!("multipart/byteranges; boundary={boundary}");
    fields.set(CONTENT_TYPE, valid(&envelope));
    let mut bodies = Vec::with_capacity(2 * parts.len() + 1);
    for part in parts {
        let mut head = format!("\r\n--{boundary}\r\n").into_bytes();
        for (value, name) in &told_apart {
            if let Some(value) = value {
                head.extend_from_slice(name.as_str().as_bytes());
                head.extend_from_slice(b": ");
                head.extend_from_slice(value.as_bytes());
                head.extend_from_slice(b"\r\n");
            }
        }
        head.extend_from_slice(b"content-range: ");
        head.extend_from_slice(content_range(Some(*part), size).as_bytes());
        head.extend_from_slice(b"\r\n\r\n");
        bodies.push(Body::Bytes(head.into()));
        bodies.push(cut(&whole.body, *part));
    }
    let end = format!("\r\n--{boundary}--\r\n");
    bodies.push(Body::Bytes(Bytes::from(end)));
    Response::new(StatusCode::PARTIAL_CONTENT, fields, Body::Parts(bodies))
}

/// Where a part lies in its whole; without one, how large the whole is (RFC 9110 §14.4).
pub(super) fn content_range(part: Option<Part>, size: u64) -> HeaderValue {
    match part {
        Some(part) => valid(&format!("bytes {}-{}/{size}", part.start, part.end() - 1)),
        None => valid(&format!("bytes */{size}")),
    }
}

fn valid(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("digits and letters are a valid field value")
}

/// What no content has in it, for nobody knows it beforehand: 32 random digits.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", random(), random())
}

fn cut(body: &Body, part: Part) -> Body {
    match body {
        // Nobody cuts these: where they end is not known, or nothing is there.
        Body::Empty | Body::Parts(_) | Body::Stream(_) | Body::Takeover(_) => Body::Empty,
        Body::Bytes(bytes) => {
            let place = |at: u64| usize::try_from(at).expect("a part lies within its whole");
            Body::Bytes(bytes.slice(place(part.start)..place(part.end())))
        }
        Body::File(slice) => Body::File(FileSlice {
            file: slice.file.clone(),
            start: slice.start + part.start,
            len: part.len,
        }),
    }
}
