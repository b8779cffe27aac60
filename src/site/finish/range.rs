//! Cuts the part a client asked for out of the whole (RFC 9110 §14).
//!
//! [`judge`] reads the field and knows nothing else; [`if_range`] says whether the client's half
//! and ours belong to the same whole; `apply` makes the 206 or the 416.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_RANGE, HeaderValue};
use http::{Method, StatusCode};

use crate::clock;
use crate::exchange::{Body, FileSlice, Reason, Request, Response, Validators};
use crate::site::finish::etag;
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
    // A stream has no parts: nobody knows where it ends.
    let Some(size) = response.body.len() else {
        return;
    };
    match judge(range, size) {
        Ranged::Whole => {}
        Ranged::Part { start, len } => *response = partial(response, start, len, size),
        Ranged::Unsatisfiable => *response = unsatisfiable(request, size, pages),
    }
}

fn unsatisfiable(request: &Request<'_>, size: u64, pages: &Pages) -> Response {
    let page = pages.answer(Reason::RangeUnsatisfiable, request);
    let mut fields = page.fields().clone();
    fields.set(CONTENT_RANGE, content_range(format_args!("*/{size}")));
    Response::new(page.status(), fields, page.body).because(Reason::RangeUnsatisfiable)
}

/// The 206. All fields of the 200 go with it: the client may have none of them (RFC 9110 §15.3.7).
fn partial(whole: &Response, start: u64, len: u64, size: u64) -> Response {
    let mut fields = whole.fields().clone();
    let last = start + len - 1;
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
        Body::Empty | Body::Stream(_) | Body::Takeover(_) => Body::Empty,
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

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::HeaderValue;
    use std::time::UNIX_EPOCH;

    fn part(start: u64, len: u64) -> Ranged {
        Ranged::Part { start, len }
    }

    #[test]
    fn a_range_is_read_as_the_specification_says() {
        use Ranged::{Unsatisfiable, Whole};
        for (field, size, expected) in [
            // The examples of RFC 9110 §14.1.2.
            ("bytes=0-499", 10_000, part(0, 500)),
            ("bytes=500-999", 10_000, part(500, 500)),
            ("bytes=-500", 10_000, part(9500, 500)),
            ("bytes=9500-", 10_000, part(9500, 500)),
            ("bytes=0-0,-1", 10_000, Whole),
            ("bytes= 0-999, 4500-5499, -1000", 10_000, Whole),
            ("bytes=500-600,601-999", 10_000, Whole),
            // Edges.
            ("bytes=0-", 10, part(0, 10)),
            ("bytes=0-9", 10, part(0, 10)),
            ("bytes=0-10", 10, part(0, 10)),
            ("bytes=9-9", 10, part(9, 1)),
            ("bytes=9-", 10, part(9, 1)),
            ("bytes=10-", 10, Unsatisfiable),
            ("bytes=10-10", 10, Unsatisfiable),
            ("bytes=-1", 10, part(9, 1)),
            ("bytes=-10", 10, part(0, 10)),
            ("bytes=-11", 10, part(0, 10)),
            ("bytes=-0", 10, Unsatisfiable),
            ("bytes=-00", 10, Unsatisfiable),
            ("bytes=000-001", 10, part(0, 2)),
            ("bytes=0-0", 0, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=-1", 0, Whole),
            ("bytes=-0", 0, Unsatisfiable),
            // Numbers without end.
            ("bytes=99999999999999999999999-", 10, Unsatisfiable),
            ("bytes=0-99999999999999999999999", 10, part(0, 10)),
            ("bytes=-99999999999999999999999", 10, part(0, 10)),
            ("bytes=18446744073709551615-", u64::MAX, Unsatisfiable),
            (
                "bytes=18446744073709551614-",
                u64::MAX,
                part(u64::MAX - 1, 1),
            ),
            // Letter case, empty members.
            ("BYTES=0-1", 10, part(0, 2)),
            ("bytes=,0-1,", 10, part(0, 2)),
            ("bytes= , 0-1 ,, ", 10, part(0, 2)),
            // Not understood, so ignored.
            ("bytes=5-4", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes=,", 10, Whole),
            ("bytes=-", 10, Whole),
            ("bytes=--1", 10, Whole),
            ("bytes=1", 10, Whole),
            ("bytes=1-2-3", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes=1-+2", 10, Whole),
            ("bytes=0x1-2", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("bytes=1 - 2", 10, Whole),
            ("bytes=0-1;x", 10, Whole),
            ("bytes 0-1", 10, Whole),
            ("bytes =0-1", 10, Whole),
            ("bytes:0-1", 10, Whole),
            ("lines=0-1", 10, Whole),
            ("0-1", 10, Whole),
            ("", 10, Whole),
            ("bytes", 10, Whole),
        ] {
            assert_eq!(judge(field.as_bytes(), size), expected, "{field} of {size}");
        }
        assert_eq!(judge(b"bytes=\xd9\xa1-2", 10), Whole);
    }

    /// All small ranges of all small sizes, against a list of the bytes that are meant.
    #[test]
    fn a_range_is_the_bytes_it_names() {
        for size in 0..7_u64 {
            for first in 0..9 {
                for last in first..9 {
                    let meant: Vec<_> = (0..size).filter(|n| (first..=last).contains(n)).collect();
                    assert_means(&format!("bytes={first}-{last}"), size, &meant);
                }
                let meant: Vec<_> = (0..size).filter(|n| *n >= first).collect();
                assert_means(&format!("bytes={first}-"), size, &meant);
                let meant: Vec<_> = (0..size).filter(|n| *n + first >= size).collect();
                if size > 0 || first == 0 {
                    assert_means(&format!("bytes=-{first}"), size, &meant);
                }
            }
        }
    }

    fn assert_means(field: &str, size: u64, meant: &[u64]) {
        let expected = match meant {
            [] => Ranged::Unsatisfiable,
            [first, ..] => part(*first, meant.len() as u64),
        };
        assert_eq!(judge(field.as_bytes(), size), expected, "{field} of {size}");
    }

    /// RFC 9110 §13.1.5.
    #[test]
    fn a_part_is_sent_only_to_who_surely_has_the_rest() {
        let modified = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let later = modified + Duration::from_secs(1);
        for (etag, field, now, expected) in [
            ("\"a\"", "\"a\"", later, true),
            ("\"a\"", "\"b\"", later, false),
            ("\"a\"", "W/\"a\"", later, false),
            ("W/\"a\"", "W/\"a\"", later, false),
            ("W/\"a\"", "\"a\"", later, false),
            ("\"a\"", "\"a\", \"b\"", later, false),
            ("\"a\"", "a", later, false),
            ("\"a\"", "*", later, false),
            ("\"a\"", "", later, false),
            ("\"a\"", date, later, true),
            ("\"a\"", "Sunday, 06-Nov-94 08:49:37 GMT", later, true),
            ("\"a\"", date, later - Duration::from_millis(1), false),
            ("\"a\"", date, modified - Duration::from_secs(9), false),
            ("\"a\"", "Sun, 06 Nov 1994 08:49:36 GMT", later, false),
            ("\"a\"", "Sun, 06 Nov 1994 08:49:38 GMT", later, false),
        ] {
            let validators = Validators {
                etag: HeaderValue::from_static(etag),
                last_modified: Some(modified),
            };
            let holds = if_range(field.as_bytes(), &validators, now);
            assert_eq!(holds, expected, "{field} against {etag}");
        }
        let nobody_knows = Validators {
            etag: HeaderValue::from_static("\"a\""),
            last_modified: None,
        };
        assert!(!if_range(date.as_bytes(), &nobody_knows, later));
    }
}
