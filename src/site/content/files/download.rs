//! A file that is to be kept, not shown: `?download` after its address.
//!
//! Law: the name is that of the file on the disk, never one that the client sends: a link could
//! otherwise have a page of ours offered as somebody's program.

use std::sync::Arc;

use http::header::{CONTENT_DISPOSITION, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::exchange::{Dressed, Kept, KeptHead, Response, ResponseHead};

/// Whether a query asks for it: a parameter of this name, with or without a value.
pub(super) fn is_asked_for(query: &[u8]) -> bool {
    query
        .split(|&byte| byte == b'&')
        .any(|parameter| parameter == b"download" || parameter.starts_with(b"download="))
}

/// The same response, offered under the name of the file. Its validators stay: a download that broke
/// off goes on where it was.
pub(super) fn offered(mut response: Response, name: &[u8]) -> Response {
    if let ResponseHead::Kept { kept, .. } = &mut response.head {
        *kept = Arc::new(with_disposition(kept, disposition(name)));
    }
    response
}

fn with_disposition(kept: &Kept, disposition: HeaderValue) -> Kept {
    let mut fields = kept.whole.fields.clone();
    fields.set(CONTENT_DISPOSITION, disposition);
    let not_modified = kept.not_modified.as_ref();
    Kept {
        whole: KeptHead::new(kept.whole.status, fields),
        not_modified: not_modified.map(|head| KeptHead::new(head.status, head.fields.clone())),
        validators: kept.validators.clone(),
        coding: kept.coding,
        dressed: Dressed::default(),
    }
}

/// What is left as it is in `filename*`: `attr-char` (RFC 8187 §3.2.1).
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `attachment`, with the last part of a name: in ASCII for everybody, and in full for those who read
/// it, where that is another (RFC 6266 §4.3, appendix D).
///
/// Bytes that are no text, controls, and what turns the direction of writing become `_`: the name is
/// shown to somebody who decides by it whether to open the file.
fn disposition(name: &[u8]) -> HeaderValue {
    let name = name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let or_a_line = |is_fit: fn(char) -> bool, text: &str| -> String {
        { text.chars() }
            .map(|c| if is_fit(c) { c } else { '_' })
            .collect()
    };
    let in_full = or_a_line(is_honest, &String::from_utf8_lossy(name));
    let in_ascii = or_a_line(is_plain, &in_full);
    let value = if in_ascii == in_full {
        format!("attachment; filename=\"{in_ascii}\"")
    } else {
        let in_full = utf8_percent_encode(&in_full, NOT_ATTR_CHAR);
        format!("attachment; filename=\"{in_ascii}\"; filename*=UTF-8''{in_full}")
    };
    HeaderValue::try_from(value).expect("letters, digits and signs of ASCII are a field value")
}

/// Whether a character is what it looks like.
fn is_honest(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
    ) || matches!(c, '\u{2066}'..='\u{2069}');
    let breaks = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    !turns && !breaks && c != char::REPLACEMENT_CHARACTER
}

/// Whether everybody reads a character in a quoted string alike: no quotes and no backslash, which
/// some do not unescape, and no percent, which some decode.
fn is_plain(c: char) -> bool {
    (c == ' ' || c.is_ascii_graphic()) && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_by_a_parameter_of_its_own() {
        for query in [
            "download",
            "download=",
            "download=1",
            "a=b&download",
            "download&a",
        ] {
            assert!(is_asked_for(query.as_bytes()), "{query}");
        }
        for query in [
            "",
            "downloads",
            "a=download",
            "Download",
            "%64ownload",
            "a;download",
        ] {
            assert!(!is_asked_for(query.as_bytes()), "{query}");
        }
    }

    #[test]
    fn a_name_is_offered_to_everybody_in_a_form_they_read() {
        for (name, expected) in [
            (&b"report.pdf"[..], "filename=\"report.pdf\""),
            (b"a/b/c d.txt", "filename=\"c d.txt\""),
            (b"it's; fine, (1).txt", "filename=\"it's; fine, (1).txt\""),
            (
                "Отчёт.pdf".as_bytes(),
                "filename=\"_____.pdf\"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.pdf",
            ),
            (
                b"a\"b\\c%41.txt",
                "filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%5Cc%2541.txt",
            ),
            (b"\xff\xfe.bin", "filename=\"__.bin\""),
            (b"a\r\nb\x00\x7f", "filename=\"a__b__\""),
            ("gpj\u{202e}exe".as_bytes(), "filename=\"gpj_exe\""),
            (
                "it's ü".as_bytes(),
                "filename=\"it's _\"; filename*=UTF-8''it%27s%20%C3%BC",
            ),
            (b"", "filename=\"\""),
        ] {
            let value = disposition(name);
            let expected = format!("attachment; {expected}");
            assert_eq!(value.to_str().unwrap(), expected);
        }
    }

    /// Whatever a file is called, the field is one field, and its quoted string ends where it should.
    #[test]
    fn no_byte_breaks_out_of_the_field() {
        for first in 0..=255_u8 {
            for second in [b'"', b'\\', b'\'', b'%', b'\n', b'a', 0xd0, 0xff] {
                let value = disposition(&[first, second]);
                let text = value.to_str().unwrap();
                assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
                assert_eq!(text.matches('"').count(), 2, "{text}");
                assert!(!text.contains('\\'), "{text}");
            }
        }
    }
}
