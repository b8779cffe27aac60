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
        Body::Empty | Body::Stream(_) | Body::Takeover(_) => Body::Empty,
        Body::Parts(pieces) => Body::Parts(cut_pieces(pieces, part)),
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

/// Of several pieces those that a part lies in, or what of them does.
fn cut_pieces(pieces: &[Body], part: Part) -> Vec<Body> {
    let mut begins = 0;
    let mut found = Vec::new();
    for piece in pieces {
        let ends = begins + piece.len().unwrap_or(0);
        let (start, end) = (part.start.max(begins), part.end().min(ends));
        if start < end {
            let within = Part {
                start: start - begins,
                len: end - start,
            };
            found.push(cut(piece, within));
        }
        begins = ends;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_several_pieces_is_the_bytes_it_names() {
        let piece = |text: &'static str| Body::Bytes(Bytes::from_static(text.as_bytes()));
        let whole = Body::Parts(vec![piece("abc"), Body::Empty, piece("de"), piece("f")]);
        for start in 0..6 {
            for len in 1..=6 - start {
                let Body::Parts(found) = cut(&whole, Part { start, len }) else {
                    panic!("pieces");
                };
                let bytes = found.iter().flat_map(|piece| match piece {
                    Body::Bytes(bytes) => bytes.to_vec(),
                    _ => panic!("nothing empty is sent"),
                });
                let place = |at: u64| usize::try_from(at).unwrap();
                assert_eq!(
                    bytes.collect::<Vec<u8>>(),
                    b"abcdef"[place(start)..place(start + len)]
                );
            }
        }
    }
}
