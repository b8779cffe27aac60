//! Entity tags: their grammar and their two comparisons (RFC 9110 §8.8.3).
//!
//! ```text
//! entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
//! etagc      = %x21 / %x23-7E / obs-text
//! ```

use crate::site::limits::ETAGS_MAX;

/// Both tags are strong and the same: the same bytes.
pub fn strong_match(one: &[u8], other: &[u8]) -> bool {
    one == other && one.starts_with(b"\"") && is_tag(one)
}

/// The tags are the same but for `W/`: the same to a reader.
pub fn weak_match(one: &[u8], other: &[u8]) -> bool {
    opaque(one) == opaque(other) && is_tag(one)
}

fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

fn is_tag(bytes: &[u8]) -> bool {
    matches!(split_tag(bytes), Some((_, b"")))
}

/// Whether a field is `*`.
pub fn is_any(field: &[u8]) -> bool {
    field.trim_ascii() == b"*"
}

/// The tags of a list. A comma may stand within a tag, so the quotes decide; the first thing that
/// is no tag ends the list.
pub fn tags(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = list;
    std::iter::from_fn(move || {
        // Empty members are ignored (RFC 9110 §5.6.1.2).
        while let [b' ' | b'\t' | b',', after @ ..] = rest {
            rest = after;
        }
        let (tag, after) = split_tag(rest)?;
        match after.trim_ascii_start() {
            b"" | [b',', ..] => rest = after,
            _ => return None,
        }
        Some(tag)
    })
    .take(ETAGS_MAX)
}

/// The tag at the start, and what follows it.
fn split_tag(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let quoted = opaque(bytes).strip_prefix(b"\"")?;
    let inner = quoted
        .iter()
        .take_while(|&&byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..=0xff))
        .count();
    let end = bytes.len() - quoted.len() + inner;
    (bytes.get(end) == Some(&b'"')).then(|| bytes.split_at(end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of RFC 9110 §8.8.3.2.
    #[test]
    fn tags_are_compared_as_the_table_says() {
        for (one, other, strong, weak) in [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
            ("1", "1", false, false),
            ("w/\"1\"", "\"1\"", false, false),
            ("\"1", "\"1", false, false),
            ("\"a\"b\"", "\"a\"b\"", false, false),
        ] {
            let (one, other) = (one.as_bytes(), other.as_bytes());
            assert_eq!(strong_match(one, other), strong);
            assert_eq!(strong_match(other, one), strong);
            assert_eq!(weak_match(one, other), weak);
            assert_eq!(weak_match(other, one), weak);
        }
    }

    #[test]
    fn a_list_is_cut_at_commas_outside_of_quotes() {
        for (list, expected) in [
            ("\"a\"", &["\"a\""][..]),
            ("\"a\",\"b\"", &["\"a\"", "\"b\""]),
            ("\"a\" , W/\"b\"\t,\t\"c\"", &["\"a\"", "W/\"b\"", "\"c\""]),
            (",, \"a\",,\"b\",", &["\"a\"", "\"b\""]),
            ("\"a,b\",\"c\"", &["\"a,b\"", "\"c\""]),
            ("\"\"", &["\"\""]),
            ("", &[]),
            ("*", &[]),
            ("a", &[]),
            ("\"a\" \"b\"", &[]),
            ("\"a\", b, \"c\"", &["\"a\""]),
            ("\"a b\"", &[]),
            ("\"a", &[]),
            ("W/", &[]),
        ] {
            let found: Vec<_> = tags(list.as_bytes()).collect();
            let expected: Vec<_> = expected.iter().map(|tag| tag.as_bytes()).collect();
            assert_eq!(found, expected, "{list}");
        }
    }

    #[test]
    fn a_list_of_thousands_is_looked_at_in_part() {
        let list = "\"x\",".repeat(10_000);
        assert_eq!(tags(list.as_bytes()).count(), ETAGS_MAX);
    }
}
