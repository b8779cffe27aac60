//! Texts in a given number of columns.

use std::borrow::Cow;

use ratatui_core::text::Span;

/// What stands between things on one line.
const BETWEEN: &str = " · ";

/// Columns of a text, as the library counts them that lays out the picture.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        Span::raw(text).width()
    }
}

/// A text, cut at its end if it is longer than `columns`.
pub(super) fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    for letter in text.chars() {
        let before = kept.len();
        kept.push(letter);
        if width(&kept) + 1 > columns {
            kept.truncate(before);
            break;
        }
    }
    if columns > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// A text, cut at its beginning: of an address its end tells more.
pub(super) fn fit_end(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let skipped = text.chars().count() + 1 - columns.max(1);
    Cow::Owned(
        text.chars()
            .skip(skipped)
            .fold("…".to_owned(), |mut kept, letter| {
                kept.push(letter);
                kept
            }),
    )
}

/// Things side by side, on as many lines as it takes, at most `lines_max`: further ones are left
/// out.
pub(super) fn flow(things: &[String], columns: usize, lines_max: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for thing in things {
        let line = lines.last_mut().expect("there is always a last line");
        if line.is_empty() {
            line.push_str(&fit(thing, columns));
        } else if width(line) + width(BETWEEN) + width(thing) <= columns {
            line.push_str(BETWEEN);
            line.push_str(thing);
        } else {
            lines.push(fit(thing, columns).into_owned());
        }
    }
    lines.truncate(lines_max);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_tells_least() {
        assert_eq!(fit("/index.html", 11), "/index.html");
        assert_eq!(fit("/index.html", 6), "/inde…");
        assert_eq!(fit("привет", 4), "при…");
        assert_eq!(fit("宽宽宽", 4), "宽…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit_end("[2001:db8::1]:4711", 8), "…1]:4711");
        assert_eq!(fit_end("1.2.3.4:5", 9), "1.2.3.4:5");
    }

    #[test]
    fn things_are_packed_into_lines() {
        let things = ["a b", "c", "d e f"].map(str::to_owned);
        assert_eq!(flow(&things, 8, 3), ["a b · c", "d e f"]);
        assert_eq!(flow(&things, 8, 1), ["a b · c"]);
    }
}
