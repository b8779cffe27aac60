//! The grammar of lines and fields that heads, trailers and chunks share.
//!
//! Law: a line ends with CR LF and with nothing else, and it is looked for only
//! once: what was searched in vain is remembered, so that a head that drips
//! byte by byte costs no more than its bytes.

use crate::refusal::Refusal;
use memchr::memchr2;

/// A stretch of the input, in bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The span from `start` to `end`. Limits keep both below 4 GiB.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// Where `part` lies in `whole`, of which it is a slice.
    pub(crate) fn of(part: &[u8], whole: &[u8]) -> Self {
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        Self::new(start, start + part.len())
    }

    /// The bytes of this span; none if the input is not the one it was made for.
    pub(crate) fn of_input(self, input: &[u8]) -> &[u8] {
        input
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// Where a field's name and value lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldSpan {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// A number of bytes that limits keep below 4 GiB.
pub(crate) fn narrow(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The search for line ends in bytes that arrive piece by piece.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineSearch {
    /// Bytes that need no second look.
    searched: u32,
    /// Where the line in hand begins.
    line: u32,
    /// Bytes looked at since the connection began, wrapping: what the tests
    /// hold against the bytes received.
    work: u32,
}

impl LineSearch {
    /// Begins a new section: what was searched before it is used up.
    pub(crate) fn restart(&mut self) {
        *self = Self {
            work: self.work,
            ..Self::default()
        };
    }

    /// Bytes looked at since the connection began, wrapping.
    pub(crate) fn work(self) -> u32 {
        self.work
    }

    /// Counts bytes that are looked at again, or elsewhere.
    pub(crate) fn count(&mut self, bytes: usize) {
        self.work = self.work.wrapping_add(narrow(bytes));
    }

    /// Where the line in hand begins.
    pub(crate) fn line(self) -> usize {
        self.line as usize
    }

    /// How many bytes need no second look.
    pub(crate) fn searched(self) -> usize {
        self.searched as usize
    }

    /// Finds the end of the line in hand and moves on to the next.
    ///
    /// Returns the line without its CR LF; `None` if it does not end in `window`.
    pub(crate) fn next_line<'a>(&mut self, window: &'a [u8]) -> Result<Option<&'a [u8]>, Refusal> {
        let from = self.searched();
        let fresh = window.get(from..).unwrap_or_default();
        let Some(found) = memchr2(b'\r', b'\n', fresh) else {
            self.count(fresh.len());
            self.searched = narrow(window.len());
            return Ok(None);
        };
        self.count(found + 1);
        let end = from + found;
        match (window[end], window.get(end + 1)) {
            (b'\n', _) => Err(Refusal::BareLf),
            (_, None) => {
                self.searched = narrow(end);
                Ok(None)
            }
            (_, Some(b'\n')) => {
                let line = &window[self.line()..end];
                self.line = narrow(end + 2);
                self.searched = self.line;
                Ok(Some(line))
            }
            (_, Some(_)) => Err(Refusal::BareCr),
        }
    }
}

/// Whether this byte may stand in a token. RFC 9110 §5.6.2.
pub(crate) fn is_token(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
        || byte.is_ascii_alphanumeric()
}

/// Whether this byte may stand in a field value. RFC 9110 §5.5.
pub(crate) fn is_value(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

/// Whether this byte is optional whitespace. RFC 9110 §5.6.3.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The value without the whitespace around it.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = value
        && is_space(*first)
    {
        value = rest;
    }
    while let [rest @ .., last] = value
        && is_space(*last)
    {
        value = rest;
    }
    value
}

/// The elements of a comma-separated list, empty ones included. RFC 9110 §5.6.1.
///
/// For lists of tokens only: it has never heard of quoted commas.
pub(crate) fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(trim)
}

/// Splits a field line, or says what is wrong with it. RFC 9112 §5.
pub(crate) fn field_line(line: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let Some(&first) = line.first() else {
        return Err(Refusal::MissingColon);
    };
    if is_space(first) {
        return Err(Refusal::FoldedField);
    }
    let name_end = line
        .iter()
        .position(|&byte| !is_token(byte))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(name_end);
    match rest.first() {
        None => return Err(Refusal::MissingColon),
        Some(b':') if name.is_empty() => return Err(Refusal::EmptyFieldName),
        Some(b':') => {}
        Some(&byte) if is_space(byte) => return Err(space_in_name(rest)),
        Some(_) => return Err(Refusal::BadFieldName),
    }
    let value = &rest[1..];
    if !value.iter().copied().all(is_value) {
        return Err(Refusal::ControlInValue);
    }
    Ok((name, trim(value)))
}

/// What is wrong with a name that whitespace follows.
fn space_in_name(rest: &[u8]) -> Refusal {
    let after = rest.iter().copied().find(|&byte| !is_space(byte));
    match after {
        Some(b':') => Refusal::SpaceBeforeColon,
        _ if rest.contains(&b':') => Refusal::BadFieldName,
        _ => Refusal::MissingColon,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_line_is_a_name_a_colon_and_a_value() {
        assert_eq!(field_line(b"Host: a"), Ok((&b"Host"[..], &b"a"[..])));
        assert_eq!(field_line(b"Host:\t a \t"), Ok((&b"Host"[..], &b"a"[..])));
        assert_eq!(field_line(b"x:"), Ok((&b"x"[..], &b""[..])));
        assert_eq!(field_line(b"x: \xff"), Ok((&b"x"[..], &b"\xff"[..])));
    }

    #[test]
    fn what_is_wrong_with_a_field_line_has_a_name() {
        let table: [(&[u8], Refusal); 9] = [
            (b" x: a", Refusal::FoldedField),
            (b"\tx: a", Refusal::FoldedField),
            (b": a", Refusal::EmptyFieldName),
            (b"x : a", Refusal::SpaceBeforeColon),
            (b"x y: a", Refusal::BadFieldName),
            (b"x y", Refusal::MissingColon),
            (b"x\0: a", Refusal::BadFieldName),
            (b"x", Refusal::MissingColon),
            (b"x: a\0b", Refusal::ControlInValue),
        ];
        for (line, refusal) in table {
            assert_eq!(field_line(line), Err(refusal), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn a_line_that_drips_is_searched_once() {
        let bytes = b"abc\r\nde\r\n";
        let mut search = LineSearch::default();
        let mut lines = Vec::new();
        for end in 1..=bytes.len() {
            if let Some(line) = search
                .next_line(&bytes[..end])
                .expect("the line ends are whole")
            {
                lines.push(line);
            }
            // Only a CR that waits for its LF is looked at again.
            assert!(search.searched() + 1 >= end);
        }
        assert_eq!(lines, [&b"abc"[..], b"de"]);
    }

    #[test]
    fn half_a_line_end_is_refused() {
        assert_eq!(
            LineSearch::default().next_line(b"a\nb\r\n"),
            Err(Refusal::BareLf)
        );
        assert_eq!(
            LineSearch::default().next_line(b"a\rb\r\n"),
            Err(Refusal::BareCr)
        );
        assert_eq!(
            LineSearch::default().next_line(b"a\r\r\n"),
            Err(Refusal::BareCr)
        );
    }
}
