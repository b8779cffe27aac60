//! Cuts the part a client asked for out of the whole (RFC 9110 §14).
//!
//! [`judge`] reads the field and knows nothing else; [`if_range`] says whether the client's half
//! and ours belong to the same whole; [`apply`] makes the 206 or the 416.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_RANGE, HeaderValue};
use http::{Method, StatusCode};

use crate::clock;
use crate::exchange::{Body, FileSlice, Reason, Request, Response, Validators};
use crate::site::finish::etag;
use crate::site::language_of;
use crate::site::pages::Pages;

/// What a Range field means for a representation of a given size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranged {
    /// The field is to be ignored: another unit, malformed, or several ranges.
    Whole,
    /// One stretch, within the representation and not empty.
    Part {
        /// Offset of its first byte.
        start: u64,
        /// Number of bytes, at least one.
        len: u64,
    },
    /// Well-formed, but outside of what there is: 416.
    Unsatisfiable,
}

/// Reads a Range field against a representation of `size` bytes.
///
/// Several ranges are answered with the whole, which RFC 9110 §14.2 allows, until there is
/// multipart. A malformed field is ignored (§14.2), and so is a last byte before the first
/// (§14.1.1). A suffix of an empty representation is the whole of it: `Content-Range` cannot say "nothing".
///
/// # Spec
/// RFC 9110 §14.1.1, §14.1.2, §14.2.
pub fn judge(field: &[u8], size: u64) -> Ranged {
    let Some(ranges) = bytes_unit(field) else {
        return Ranged::Whole;
    };
    // Empty list members are ignored (RFC 9110 §5.6.1.2).
    let mut members = ranges
        .split(|&byte| byte == b',')
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty());
    let (Some(only), None) = (members.next(), members.next()) else {
        return Ranged::Whole;
    };
    let Some(dash) = only.iter().position(|&byte| byte == b'-') else {
        return Ranged::Whole;
    };
    match (&only[..dash], &only[dash + 1..]) {
        (b"", last) => number(last).map_or(Ranged::Whole, |count| suffix(count, size)),
        (first, b"") => number(first).map_or(Ranged::Whole, |first| part(first, u64::MAX, size)),
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => part(first, last, size),
            _ => Ranged::Whole,
        },
    }
}

/// What follows `bytes=`; names of units are case-insensitive (RFC 9110 §14.1).
fn bytes_unit(field: &[u8]) -> Option<&[u8]> {
    let (unit, list) = field.split_at_checked(6)?;
    unit.eq_ignore_ascii_case(b"bytes=").then_some(list)
}

/// A number of any length; what no file can reach is as good as the largest.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0_u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    }))
}

fn suffix(count: u64, size: u64) -> Ranged {
    match (count, size) {
        (0, _) => Ranged::Unsatisfiable,
        (_, 0) => Ranged::Whole,
        (count, size) => {
            let len = count.min(size);
            Ranged::Part {
                start: size - len,
                len,
            }
        }
    }
}

fn part(first: u64, last: u64, size: u64) -> Ranged {
    if first >= size {
        return Ranged::Unsatisfiable;
    }
    let last = last.min(size - 1);
    Ranged::Part {
        start: first,
        len: last - first + 1,
    }
}

/// Whether an If-Range field holds, so that the part may be sent.
///
/// A tag has to be strong on both sides. A date has to equal ours and be strong: at least one
/// second old, or a second change within the same second would look the same (RFC 9110 §8.8.2.2).
///
/// # Spec
/// RFC 9110 §13.1.5.
pub fn if_range(field: &[u8], validators: &Validators, now: SystemTime) -> bool {
    if field.starts_with(b"\"") || field.starts_with(b"W/") {
        return etag::strong_match(field, validators.etag.as_bytes());
    }
    let date = std::str::from_utf8(field)
        .ok()
        .and_then(|text| httpdate::parse_http_date(text).ok());
    let (Some(date), Some(modified)) = (date, validators.last_modified) else {
        return false;
    };
    date == modified
        && now
            .duration_since(modified)
            .is_ok_and(|age| age >= Duration::from_secs(1))
}

/// Cuts the response, if it is the whole of something and a part was asked for.
///
/// GET alone: for other methods the field has no meaning and is ignored (RFC 9110 §14.2).
pub(crate) fn apply(request: &Request<'_>, response: &mut Response, pages: &Pages) {
    if request.method != Method::GET || response.status() != StatusCode::OK {
        return;
    }
    let Some(validators) = response.validators() else {
        return;
    };
    let Some(range) = request.field("range") else {
        return;
    };
    if let Some(field) = request.field("if-range")
        && !if_range(field, validators, clock::wall())
    {
        return;
    }
    let size = response.body.len();
    match judge(range, size) {
        Ranged::Whole => {}
        Ranged::Part { start, len } => *response = partial(response, start, len),
        Ranged::Unsatisfiable => *response = unsatisfiable(request, size, pages),
    }
}

fn unsatisfiable(request: &Request<'_>, size: u64, pages: &Pages) -> Response {
    let page = pages.answer(Reason::RangeUnsatisfiable, language_of(request));
    let mut fields = page.fields().clone();
    fields.set(CONTENT_RANGE, content_range(format_args!("*/{size}")));
    Response::new(page.status(), fields, page.body).because(Reason::RangeUnsatisfiable)
}

/// The 206. All fields of the 200 go with it: the client may have none of them (RFC 9110 §15.3.7).
fn partial(whole: &Response, start: u64, len: u64) -> Response {
    let mut fields = whole.fields().clone();
    let (last, size) = (start + len - 1, whole.body.len());
    fields.set(
        CONTENT_RANGE,
        content_range(format_args!("{start}-{last}/{size}")),
    );
    Response::new(
        StatusCode::PARTIAL_CONTENT,
        fields,
        cut(&whole.body, start, len),
    )
}

fn content_range(range: std::fmt::Arguments<'_>) -> HeaderValue {
    HeaderValue::from_str(&format!("bytes {range}")).expect("digits are a valid field value")
}

fn cut(body: &Body, start: u64, len: u64) -> Body {
    match body {
        Body::Empty => Body::Empty,
        Body::Bytes(bytes) => {
            let start = usize::try_from(start).expect("a part lies within its whole");
            let len = usize::try_from(len).expect("a part lies within its whole");
            Body::Bytes(bytes.slice(start..start + len))
        }
        Body::File(slice) => Body::File(FileSlice {
            file: slice.file.clone(),
            start: slice.start + start,
            len,
        }),
    }
}
