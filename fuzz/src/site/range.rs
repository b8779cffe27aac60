//! A Range field is the bytes that a plain reading of it names, for any field and any size.
//!
//! Input: the size in decimal digits, a line feed, the field. Without a size: the input's length.

use hello::site::finish::range::{Ranged, judge};

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
    if let Ranged::Part { start, len } = answer {
        assert!(len > 0, "{field:?} of {size}: nothing is no part");
        let end = start.checked_add(len);
        assert!(
            end.is_some_and(|end| end <= size),
            "{field:?} of {size}: beyond the end"
        );
    }
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
    let &[member] = &members[..] else {
        return Ranged::Whole;
    };
    let Some((first, last)) = member.split_once('-') else {
        return Ranged::Whole;
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first) || !is_number(last) {
        return Ranged::Whole;
    }
    let size = u128::from(size);
    let (from, to) = match (first.is_empty(), last.is_empty()) {
        (true, true) => return Ranged::Whole,
        (true, false) if size == 0 && wide(last) > 0 => return Ranged::Whole,
        (true, false) => (size.saturating_sub(wide(last)), size),
        (false, true) => (wide(first), size),
        (false, false) if wide(first) > wide(last) => return Ranged::Whole,
        (false, false) => (wide(first), size.min(wide(last) + 1)),
    };
    if from >= to {
        return Ranged::Unsatisfiable;
    }
    let narrow = |number| u64::try_from(number).expect("a part lies within a size of 64 bits");
    Ranged::Part {
        start: narrow(from),
        len: narrow(to - from),
    }
}

/// Whatever has more than 19 digits is larger than any size, and one such number as good as another.
fn wide(digits: &str) -> u128 {
    let digits = digits.trim_start_matches('0');
    if digits.len() > 19 && digits.parse::<u64>().is_err() {
        return u128::from(u64::MAX);
    }
    digits.parse().unwrap_or(0)
}
