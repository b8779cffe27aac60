//! A Range field is the bytes that a plain reading of it names, for any field and any size.
//!
//! Input: the size in decimal digits, a line feed, the field. Without a size: the input's length.

use hello::site::finish::range::{Part, Ranged, judge};

/// Checks the field as it is, and as what follows the unit: chance rarely writes `bytes=`.
pub fn check(input: &[u8]) {
    let (size, field) = split(input);
    check_field(field, size);
    check_field(&[b"bytes=", field].concat(), size);
}

/// Compares the answer with the plain reading, and with what no answer may be.
fn check_field(field: &[u8], size: u64) {
    let answer = judge(field, size);
    let field = String::from_utf8_lossy(field);
    assert_eq!(answer, plain_reading(&field, size), "{field:?} of {size}");
    let parts = match answer {
        Ranged::Part(part) => vec![part],
        Ranged::Parts(parts) => parts,
        Ranged::Whole | Ranged::Unsatisfiable => Vec::new(),
    };
    let mut sum = 0_u64;
    for Part { start, len } in parts {
        assert!(len > 0, "{field:?} of {size}: nothing is no part");
        let end = start.checked_add(len);
        assert!(
            end.is_some_and(|end| end <= size),
            "{field:?} of {size}: beyond the end"
        );
        sum = sum.saturating_add(len);
    }
    assert!(sum <= size, "{field:?} of {size}: more than there is");
}

fn split(input: &[u8]) -> (u64, &[u8]) {
    let whole = (input.len() as u64, input);
    let Some(end) = input.iter().position(|&byte| byte == b'\n') else {
        return whole;
    };
    let size = std::str::from_utf8(&input[..end]).ok();
    size.and_then(|digits| digits.parse().ok())
        .map_or(whole, |size| (size, &input[end + 1..]))
}

/// RFC 9110 §14.1.2 in wide numbers and strings: slow, and easy to believe.
fn plain_reading(field: &str, size: u64) -> Ranged {
    let lower = field.to_ascii_lowercase();
    let Some(ranges) = lower.strip_prefix("bytes=") else {
        return Ranged::Whole;
    };
    let is_space = |c: char| c.is_ascii_whitespace();
    let members = ranges
        .split(',')
        .map(|member| member.trim_matches(is_space));
    let members: Vec<_> = members.filter(|member| !member.is_empty()).collect();
    if members.is_empty() || members.len() > RANGES_MAX {
        return Ranged::Whole;
    }
    let mut meant = Vec::new();
    for (place, member) in members.into_iter().enumerate() {
        match plain_member(member, u128::from(size)) {
            Member::Malformed => return Ranged::Whole,
            Member::Outside => {}
            Member::Within(from, to) => meant.push((from, to, place)),
        }
    }
    // Sorted, those that are near each other are neighbours.
    meant.sort_unstable();
    let mut joined: Vec<(u128, u128, usize)> = Vec::new();
    for (from, to, place) in meant {
        match joined.last_mut() {
            Some(last) if from <= last.1 + GAP => {
                *last = (last.0, last.1.max(to), last.2.min(place));
            }
            _ => joined.push((from, to, place)),
        }
    }
    joined.sort_unstable_by_key(|(_, _, place)| *place);
    let narrow = |number| u64::try_from(number).expect("a part lies within a size of 64 bits");
    let part = |&(from, to, _): &(u128, u128, usize)| Part {
        start: narrow(from),
        len: narrow(to - from),
    };
    match &joined[..] {
        [] => Ranged::Unsatisfiable,
        [only] => Ranged::Part(part(only)),
        several => Ranged::Parts(several.iter().map(part).collect()),
    }
}

/// What one member of the list means.
enum Member {
    Malformed,
    Outside,
    Within(u128, u128),
}

fn plain_member(member: &str, size: u128) -> Member {
    let Some((first, last)) = member.split_once('-') else {
        return Member::Malformed;
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first) || !is_number(last) {
        return Member::Malformed;
    }
    let (from, to) = match (first.is_empty(), last.is_empty()) {
        (true, true) => return Member::Malformed,
        (true, false) if size == 0 && wide(last) > 0 => return Member::Malformed,
        (true, false) => (size.saturating_sub(wide(last)), size),
        (false, true) => (wide(first), size),
        (false, false) if wide(first) > wide(last) => return Member::Malformed,
        (false, false) => (wide(first), size.min(wide(last) + 1)),
    };
    if from >= to {
        return Member::Outside;
    }
    Member::Within(from, to)
}

/// As many ranges as are answered as such, and how close they have to be to be sent as one.
const RANGES_MAX: usize = 32;
const GAP: u128 = 100;

/// Whatever has more than 19 digits is larger than any size, and one such number as good as another.
fn wide(digits: &str) -> u128 {
    let digits = digits.trim_start_matches('0');
    if digits.len() > 19 && digits.parse::<u64>().is_err() {
        return u128::from(u64::MAX);
    }
    digits.parse().unwrap_or(0)
}
