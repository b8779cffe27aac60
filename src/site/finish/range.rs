//! Cuts the part a client asked for out of the whole (RFC 9110 §14).
//!
//! [`judge`] reads the field and knows nothing else; [`if_range`] says whether the client's half
//! and ours belong to the same whole; `apply` has `parts.rs` make the 206, or makes the 416.

use std::time::{Duration, SystemTime};

use http::header::{ACCEPT_RANGES, CONTENT_RANGE};
use http::{Method, StatusCode};

use crate::clock;
use crate::exchange::{Reason, Request, Response, Validators};
use crate::site::finish::{etag, parts};
use crate::site::limits::{RANGE_GAP_BYTES, RANGES_MAX};
use crate::site::pages::Pages;

/// What a Range field means for a representation of a given size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranged {
    /// The field is to be ignored: another unit, malformed, or too many ranges.
    Whole,
    /// One stretch.
    Part(Part),
    /// Several, in the order they were asked for, far enough from each other.
    Parts(Vec<Part>),
    /// Well-formed, but outside of what there is: 416.
    Unsatisfiable,
}

/// A stretch within a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Offset of its first byte.
    pub start: u64,
    /// Number of bytes, at least one.
    pub len: u64,
}

impl Part {
    /// Offset behind its last byte.
    pub fn end(self) -> u64 {
        self.start + self.len
    }

    /// Whether both are better sent as one: they overlap, touch, or nearly do.
    fn is_near(self, other: Self) -> bool {
        let gap = RANGE_GAP_BYTES;
        self.start <= other.end().saturating_add(gap)
            && other.start <= self.end().saturating_add(gap)
    }

    fn joined(self, other: Self) -> Self {
        let start = self.start.min(other.start);
        let len = self.end().max(other.end()) - start;
        Self { start, len }
    }
}

/// Reads a Range field against a representation of `size` bytes.
///
/// A malformed field is ignored (§14.2), and so is a last byte before the first (§14.1.1). A suffix of
/// an empty representation is the whole of it: `Content-Range` cannot say "nothing". Ranges that overlap
/// or nearly do become one, where the first of them stood (§15.3.7.2), so that nobody gets more bytes
/// than there are; more than `RANGES_MAX` are ignored.
///
/// # Spec
/// RFC 9110 §14.1.1, §14.1.2, §14.2, §15.3.7.2.
pub fn judge(field: &[u8], size: u64) -> Ranged {
    let Some(ranges) = bytes_unit(field) else {
        return Ranged::Whole;
    };
    // Empty list members are ignored (RFC 9110 §5.6.1.2).
    let members = { ranges.split(|&byte| byte == b',') }
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty());
    let (mut first, mut more) = (None, Vec::new());
    let mut count = 0;
    for member in members {
        count += 1;
        match one(member, size) {
            Ranged::Part(_) | Ranged::Unsatisfiable if count > RANGES_MAX => return Ranged::Whole,
            Ranged::Part(part) => match first {
                None => first = Some(part),
                Some(_) => more.push(part),
            },
            Ranged::Unsatisfiable => {}
            Ranged::Whole | Ranged::Parts(_) => return Ranged::Whole,
        }
    }
    match first {
        None if count == 0 => Ranged::Whole,
        None => Ranged::Unsatisfiable,
        Some(part) if more.is_empty() => Ranged::Part(part),
        Some(part) => {
            more.insert(0, part);
            match &far_apart(more)[..] {
                [part] => Ranged::Part(*part),
                parts => Ranged::Parts(parts.to_vec()),
            }
        }
    }
}

/// Joins those that are near each other, each where the first of them stood.
fn far_apart(asked: Vec<Part>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(asked.len());
    for mut part in asked {
        let mut place = parts.len();
        // What has grown may have come near to another.
        while let Some(near) = parts.iter().position(|other| other.is_near(part)) {
            part = part.joined(parts.remove(near));
            place = place.min(near);
        }
        parts.insert(place.min(parts.len()), part);
    }
    parts
}

/// One member of the list.
fn one(member: &[u8], size: u64) -> Ranged {
    let Some(dash) = member.iter().position(|&byte| byte == b'-') else {
        return Ranged::Whole;
    };
    match (&member[..dash], &member[dash + 1..]) {
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
            Ranged::Part(Part {
                start: size - len,
                len,
            })
        }
    }
}

fn part(first: u64, last: u64, size: u64) -> Ranged {
    if first >= size {
        return Ranged::Unsatisfiable;
    }
    let last = last.min(size - 1);
    Ranged::Part(Part {
        start: first,
        len: last - first + 1,
    })
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
    // Only what says so can be had in parts (RFC 9110 §14.3): not what was compressed just now.
    if response.fields().get(&ACCEPT_RANGES).is_none() {
        return;
    }
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
        Ranged::Part(part) => *response = parts::single(response, part, size),
        Ranged::Parts(several) => *response = parts::multipart(response, &several, size),
        Ranged::Unsatisfiable => *response = unsatisfiable(request, size, pages),
    }
}

fn unsatisfiable(request: &Request<'_>, size: u64, pages: &Pages) -> Response {
    let page = pages.answer(Reason::RangeUnsatisfiable, request);
    let mut fields = page.fields().clone();
    fields.set(CONTENT_RANGE, parts::content_range(None, size));
    Response::new(page.status(), fields, page.body).because(Reason::RangeUnsatisfiable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::HeaderValue;
    use std::time::UNIX_EPOCH;

    fn part(start: u64, len: u64) -> Ranged {
        Ranged::Part(Part { start, len })
    }

    fn parts(all: &[(u64, u64)]) -> Ranged {
        let part = |&(start, len)| Part { start, len };
        Ranged::Parts(all.iter().map(part).collect())
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
            ("bytes=0-0,-1", 10_000, parts(&[(0, 1), (9999, 1)])),
            (
                "bytes= 0-999, 4500-5499, -1000",
                10_000,
                parts(&[(0, 1000), (4500, 1000), (9000, 1000)]),
            ),
            ("bytes=500-600,601-999", 10_000, part(500, 500)),
            ("bytes=500-700,601-999", 10_000, part(500, 500)),
            // In the order they were asked for, and joined where the first stood.
            ("bytes=-1,0-0", 10_000, parts(&[(9999, 1), (0, 1)])),
            (
                "bytes=5000-5009,0-9,5010-5019",
                10_000,
                parts(&[(5000, 20), (0, 10)]),
            ),
            ("bytes=0-9,400-409,200-209,5-405", 10_000, part(0, 410)),
            ("bytes=0-9,110-119", 10_000, part(0, 120)),
            ("bytes=0-9,111-119", 10_000, parts(&[(0, 10), (111, 9)])),
            // Those that lie outside are left out, unless all do.
            ("bytes=0-9,20000-", 10_000, part(0, 10)),
            ("bytes=10000-,20000-", 10_000, Unsatisfiable),
            ("bytes=0-9,x", 10_000, Whole),
            ("bytes=0-9,5-4", 10_000, Whole),
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

    /// All sets of three small ranges, spread so that some are near and some are not.
    #[test]
    fn several_ranges_are_the_bytes_they_name_and_what_lies_close_between_them() {
        const STEP: u64 = 60;
        let size = 6 * STEP;
        let ranges: Vec<(u64, u64)> = (0..7)
            .flat_map(|first| (first..7).map(move |last| (first * STEP, last * STEP)))
            .collect();
        for a in &ranges {
            for b in &ranges {
                for c in &ranges {
                    let asked = [a, b, c];
                    let field = asked.map(|(first, last)| format!("{first}-{last}"));
                    let field = format!("bytes={}", field.join(","));
                    let given = match judge(field.as_bytes(), size) {
                        Ranged::Part(part) => vec![part],
                        Ranged::Parts(parts) => parts,
                        Ranged::Unsatisfiable => Vec::new(),
                        Ranged::Whole => panic!("{field}"),
                    };
                    let is_asked = |byte: u64| {
                        { asked.iter() }.any(|(first, last)| (*first..=*last).contains(&byte))
                    };
                    let is_given = |byte: u64| {
                        let times = { given.iter() }
                            .filter(|part| (part.start..part.end()).contains(&byte));
                        times.count()
                    };
                    for byte in (0..size).step_by(20) {
                        let times = is_given(byte);
                        assert!(times <= 1, "{field}: {byte} is given {times} times");
                        assert!(times == 1 || !is_asked(byte), "{field}: {byte} is missing");
                        // What was not asked for lies between two that were, and close to both.
                        let is_near =
                            |mut bytes: std::ops::RangeInclusive<u64>| bytes.any(is_asked);
                        let gap = RANGE_GAP_BYTES;
                        assert!(
                            times == 0
                                || is_near(byte.saturating_sub(gap)..=byte)
                                    && is_near(byte..=byte + gap),
                            "{field}: {byte}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn more_ranges_than_anybody_needs_are_the_whole() {
        let asked = |count: usize| {
            let each: Vec<String> = (0..count).map(|n| format!("{0}-{0}", n * 1000)).collect();
            judge(format!("bytes={}", each.join(",")).as_bytes(), 1 << 30)
        };
        let Ranged::Parts(parts) = asked(RANGES_MAX) else {
            panic!("as many as may be");
        };
        assert_eq!(parts.len(), RANGES_MAX);
        assert_eq!(asked(RANGES_MAX + 1), Ranged::Whole);
        // Neither do they cost more bytes than there are when they are all the same.
        let same = format!("bytes=0-{}", ",0-".repeat(RANGES_MAX - 1));
        assert_eq!(judge(same.as_bytes(), 1000), part(0, 1000));
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
