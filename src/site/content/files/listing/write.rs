//! Writes names into pages: what they say is shown, and nothing of it is obeyed.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::i18n::printable_bytes;

/// What stands in a link as it is (RFC 3986 §2.3): everything else is encoded, byte by byte.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Appends text to a page. It may stand between tags and within quotes.
pub(super) fn push_escaped(text: &str, page: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        page.push_str(&rest[..at]);
        page.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    page.push_str(rest);
}

/// Appends a name to a page: controls, marks of direction and bytes that are no text are written out.
pub(super) fn push_name(name: &[u8], page: &mut String) {
    if { name.iter() }.all(|byte| byte.is_ascii_alphanumeric() || b"-_. ()+,".contains(byte)) {
        // What nearly every name is made of, at a tenth of the price.
        page.extend(name.iter().map(|byte| char::from(*byte)));
        return;
    }
    push_escaped(&printable_bytes(name), page);
}

/// Appends bytes to a link, encoded. It may stand within quotes.
pub(super) fn push_encoded(bytes: &[u8], page: &mut String) {
    page.extend(percent_encode(bytes, ENCODED));
}

/// Appends the way from a folder to what is below it. The dot keeps `a:b` from being a scheme and
/// `//a` from being a host.
pub(super) fn push_way(way: &[u8], page: &mut String) {
    page.push('.');
    for name in way.split(|byte| *byte == b'/') {
        page.push('/');
        push_encoded(name, page);
    }
}

/// Appends a time: `2026-11-21T17:31:00Z`. Whoever has a clock of the year 10000 is told 9999.
pub(super) fn push_time(seconds: i64, page: &mut String) {
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days.clamp(-719_468, 2_932_896));
    let (hours, minutes, seconds) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z"
    );
}

/// The date of a day, counted from the first of January 1970. Years are counted from March, so
/// that the day that comes every four years is their last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468; // from the first of March of the year 0
    let era = days.div_euclid(146_097); // of 400 years
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_name_is_shown_and_never_obeyed() {
        for (name, shown) in [
            (&b"plain-name_1 (2).txt"[..], "plain-name_1 (2).txt"),
            (
                b"<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            (b"\" onclick='x'&", "&quot; onclick=&#39;x&#39;&amp;"),
            (b"a\nb\x1b[2J", "a\\nb\\u{1b}[2J"),
            ("txt.\u{202e}exe".as_bytes(), "txt.\\u{202e}exe"),
            (b"\xff\xfe.txt", "\\xff\\xfe.txt"),
            ("Привет, שלום".as_bytes(), "Привет, שלום"),
        ] {
            let mut page = String::new();
            push_name(name, &mut page);
            assert_eq!(page, shown);
        }
    }

    #[test]
    fn a_way_is_encoded_byte_by_byte() {
        for (way, link) in [
            (&b"a.txt"[..], "./a.txt"),
            (b"a/b c", "./a/b%20c"),
            (b"100%?#\xff\n", "./100%25%3F%23%FF%0A"),
            (b"javascript:alert(1)", "./javascript%3Aalert%281%29"),
            (b"\"'<>&", "./%22%27%3C%3E%26"),
        ] {
            let mut page = String::new();
            push_way(way, &mut page);
            assert_eq!(page, link);
        }
    }

    /// Against the library that prints dates elsewhere.
    #[test]
    fn a_time_is_that_of_the_calendar() {
        let day = 86_400;
        for seconds in (0..253_402_300_800_i64).step_by(7_777_777).chain([
            951_782_400,
            951_868_799,
            4_107_542_399,
            day - 1,
            day,
            253_402_300_799,
        ]) {
            let mut page = String::new();
            push_time(seconds, &mut page);
            let time = UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
            assert_eq!(page, humantime::format_rfc3339_seconds(time).to_string());
        }
        for (seconds, time) in [
            (-1, "1969-12-31T23:59:59Z"),
            (i64::MAX, "9999-12-31T"),
            (i64::MIN, "0000-03-01T"),
        ] {
            let mut page = String::new();
            push_time(seconds, &mut page);
            assert!(page.starts_with(time), "{page}");
        }
    }
}
