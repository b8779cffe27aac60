//! Takes the chunks off a body, without touching the data.
//!
//! Law: only framing waits for the rest of itself; data is handed on as it
//! comes, in place. A line that opens a chunk is read when it is complete, and
//! it is complete only with its CR LF.

use crate::fields::{
    FieldSpan, LineSearch, Span, field_line, is_space, is_token, is_value, narrow,
};
use crate::limits::Limits;
use crate::refusal::Refusal;

/// How far a chunked body has been read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chunks {
    stage: Stage,
    /// Bytes of extensions so far, over all chunks.
    extension_bytes: u32,
    /// Bytes left of the data of the chunk in hand.
    left: u64,
}

/// What comes next in a chunked body. RFC 9112 §7.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The line that says how long the next chunk is.
    #[default]
    Size,
    /// Data of the chunk in hand.
    Data,
    /// The line end after the data.
    DataEnd,
    /// Trailer fields, and the empty line that ends everything.
    Trailers,
}

/// What was found in the input, up to where it is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Data { start: usize, end: usize },
    NeedBytes { consumed: usize },
    End { consumed: usize },
}

impl Chunks {
    /// Finds the next piece, with at most `most` bytes of data: empty data means
    /// that there is more than that. `search` begins with the first line, and
    /// stays with these chunks; `trailers` is filled when the end is found.
    pub(crate) fn next(
        &mut self,
        input: &[u8],
        most: u64,
        search: &mut LineSearch,
        limits: &Limits,
        trailers: &mut Vec<FieldSpan>,
    ) -> Result<Piece, Refusal> {
        let mut at = 0;
        loop {
            let rest = &input[at..];
            let step = match self.stage {
                Stage::Size => self.size_line(rest, search, limits)?,
                Stage::Data if rest.is_empty() => None,
                Stage::Data => return Ok(self.data(at, rest, most)),
                Stage::DataEnd => self.data_end(rest)?,
                Stage::Trailers => match section_end(rest, search, limits)? {
                    None => None,
                    Some(length) => {
                        search.restart();
                        search.count(length);
                        let consumed = at + length;
                        note_trailers(&input[..consumed], at, limits, trailers)?;
                        return Ok(Piece::End { consumed });
                    }
                },
            };
            match step {
                Some(taken) => at += taken,
                None => return Ok(Piece::NeedBytes { consumed: at }),
            }
        }
    }

    /// Reads the line that opens a chunk, and says how many bytes it takes.
    fn size_line(
        &mut self,
        rest: &[u8],
        search: &mut LineSearch,
        limits: &Limits,
    ) -> Result<Option<usize>, Refusal> {
        let longest = limits.chunk_line_bytes_max.saturating_add(2);
        let window = &rest[..rest.len().min(longest)];
        let Some(line) = search.next_line(window)? else {
            return if window.len() < longest {
                Ok(None)
            } else {
                Err(Refusal::ChunkLineTooLong)
            };
        };
        search.restart();
        let (size, extension) = size(line)?;
        check_extension(extension)?;
        self.extension_bytes = self.extension_bytes.saturating_add(narrow(extension.len()));
        if self.extension_bytes as usize > limits.chunk_extension_bytes_max {
            return Err(Refusal::ChunkExtensionsTooLong);
        }
        self.left = size;
        self.stage = if size == 0 {
            Stage::Trailers
        } else {
            Stage::Data
        };
        Ok(Some(line.len() + 2))
    }

    /// Hands on as much data as there is.
    fn data(&mut self, start: usize, rest: &[u8], most: u64) -> Piece {
        let taken = at_most(self.left.min(most), rest.len());
        self.left -= taken as u64;
        if self.left == 0 {
            self.stage = Stage::DataEnd;
        }
        Piece::Data {
            start,
            end: start + taken,
        }
    }

    /// Takes the line end after the data.
    fn data_end(&mut self, rest: &[u8]) -> Result<Option<usize>, Refusal> {
        match rest {
            [] | [b'\r'] => Ok(None),
            [b'\r', b'\n', ..] => {
                self.stage = Stage::Size;
                Ok(Some(2))
            }
            [b'\r', ..] => Err(Refusal::BareCr),
            [b'\n', ..] => Err(Refusal::BareLf),
            _ => Err(Refusal::MissingChunkEnd),
        }
    }
}

/// As many of the `available` bytes as there may be.
pub(crate) fn at_most(bytes: u64, available: usize) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX).min(available)
}

/// Reads a chunk size, and returns what follows it on the line. RFC 9112 §7.1.
fn size(line: &[u8]) -> Result<(u64, &[u8]), Refusal> {
    let mut size: u64 = 0;
    let mut digits = 0;
    while let Some(digit) = line
        .get(digits)
        .and_then(|&byte| char::from(byte).to_digit(16))
    {
        if size >> 60 != 0 {
            return Err(Refusal::ChunkSizeOverflow);
        }
        size = size << 4 | u64::from(digit);
        digits += 1;
    }
    let (number, rest) = line.split_at(digits);
    match (number, rest) {
        ([], [] | [b';', ..]) => Err(Refusal::EmptyChunkSize),
        ([], [b'+' | b'-', ..]) => Err(Refusal::SignedChunkSize),
        ([], [b' ' | b'\t', ..]) => Err(Refusal::SpacedChunkSize),
        (b"0", [b'x' | b'X', ..]) => Err(Refusal::PrefixedChunkSize),
        ([_, ..], [] | [b';', ..]) => Ok((size, rest)),
        // "Bad whitespace" is in the grammar, but only before an extension.
        ([_, ..], [b' ' | b'\t', ..]) => match skip_space(rest) {
            [b';', ..] => Ok((size, rest)),
            _ => Err(Refusal::SpacedChunkSize),
        },
        _ => Err(Refusal::MalformedChunkSize),
    }
}

/// Checks extensions, and forgets them. RFC 9112 §7.1.1:
///
/// `chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`
fn check_extension(mut rest: &[u8]) -> Result<(), Refusal> {
    while !rest.is_empty() {
        let Some(after) = skip_space(rest).strip_prefix(b";") else {
            return Err(Refusal::MalformedChunkExtension);
        };
        rest = skip_token(skip_space(after))?;
        if let Some(value) = skip_space(rest).strip_prefix(b"=") {
            rest = match skip_space(value) {
                [b'"', quoted @ ..] => skip_quoted(quoted)?,
                token => skip_token(token)?,
            };
        }
    }
    Ok(())
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    let start = bytes
        .iter()
        .position(|&byte| !is_space(byte))
        .unwrap_or(bytes.len());
    &bytes[start..]
}

fn skip_token(bytes: &[u8]) -> Result<&[u8], Refusal> {
    match bytes
        .iter()
        .position(|&byte| !is_token(byte))
        .unwrap_or(bytes.len())
    {
        0 => Err(Refusal::MalformedChunkExtension),
        end => Ok(&bytes[end..]),
    }
}

/// Skips the rest of a quoted string, its closing quote included. RFC 9110 §5.6.4.
fn skip_quoted(mut bytes: &[u8]) -> Result<&[u8], Refusal> {
    loop {
        bytes = match bytes {
            [b'"', rest @ ..] => return Ok(rest),
            [b'\\', escaped, rest @ ..] if is_value(*escaped) => rest,
            [byte, rest @ ..] if is_value(*byte) && *byte != b'\\' => rest,
            _ => return Err(Refusal::MalformedChunkExtension),
        };
    }
}

/// Finds the end of the trailer section: how many bytes it takes.
fn section_end(
    rest: &[u8],
    search: &mut LineSearch,
    limits: &Limits,
) -> Result<Option<usize>, Refusal> {
    let longest = limits.trailer_bytes_max.max(2);
    let window = &rest[..rest.len().min(longest)];
    while let Some(line) = search.next_line(window)? {
        if line.is_empty() {
            return Ok(Some(search.line()));
        }
    }
    if window.len() < longest {
        Ok(None)
    } else {
        Err(Refusal::TrailersTooLarge)
    }
}

/// Notes the trailer fields that lie in `input` from `start` on.
///
/// Fields that a trailer must not carry are dropped: RFC 9110 §6.5.1 has them
/// ignored, and nothing here merges trailers into the head.
fn note_trailers(
    input: &[u8],
    start: usize,
    limits: &Limits,
    trailers: &mut Vec<FieldSpan>,
) -> Result<(), Refusal> {
    let mut search = LineSearch::default();
    let mut fields = 0;
    while let Some(line) = search.next_line(&input[start..])? {
        if line.is_empty() {
            break;
        }
        fields += 1;
        if fields > limits.fields_max {
            return Err(Refusal::TooManyFields);
        }
        let (name, value) = field_line(line)?;
        if may_trail(name) {
            let (name, value) = (Span::of(name, input), Span::of(value, input));
            trailers.push(FieldSpan { name, value });
        }
    }
    Ok(())
}

/// Whether a field may come after the body that it speaks of. RFC 9110 §6.5.1:
/// not framing, routing, request modifiers, authentication or content format.
pub(crate) fn may_trail(name: &[u8]) -> bool {
    !HEAD_ONLY
        .iter()
        .any(|head_only| name.eq_ignore_ascii_case(head_only.as_bytes()))
}

const HEAD_ONLY: [&str; 24] = [
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "location",
    "max-forwards",
    "pragma",
    "proxy-authorization",
    "range",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything the decoder says, with the data joined.
    fn decode(mut input: &[u8]) -> Result<(Vec<u8>, Vec<String>), Refusal> {
        let (mut chunks, mut search) = (Chunks::default(), LineSearch::default());
        let (mut data, mut trailers) = (Vec::new(), Vec::new());
        loop {
            match chunks.next(
                input,
                u64::MAX,
                &mut search,
                &Limits::default(),
                &mut trailers,
            )? {
                Piece::Data { start, end } => {
                    data.extend_from_slice(&input[start..end]);
                    input = &input[end..];
                }
                Piece::End { .. } => {
                    let text =
                        |span: Span| String::from_utf8_lossy(span.of_input(input)).into_owned();
                    let both = |field: &FieldSpan| text(field.name) + "=" + &text(field.value);
                    return Ok((data, trailers.iter().map(both).collect()));
                }
                Piece::NeedBytes { consumed } => panic!("incomplete after {consumed}"),
            }
        }
    }

    #[test]
    fn chunks_come_off_the_data() {
        let (data, trailers) =
            decode(b"3\r\nabc\r\n00a;x=\"\\\" ;\";y\r\n0123456789\r\n0\r\n\r\n").unwrap();
        assert_eq!(data, b"abc0123456789");
        assert!(trailers.is_empty());
    }

    #[test]
    fn trailers_are_noted_and_those_that_belong_in_a_head_are_dropped() {
        let (_, trailers) =
            decode(b"0\r\nX-Sum: 9 \r\nContent-Length: 3\r\nhost: b\r\ny:\r\n\r\n").unwrap();
        assert_eq!(trailers, ["X-Sum=9", "y="]);
    }

    #[test]
    fn what_is_wrong_with_a_chunk_has_a_name() {
        let table: [(&[u8], Refusal); 23] = [
            (b"\r\n", Refusal::EmptyChunkSize),
            (b";a\r\n", Refusal::EmptyChunkSize),
            (b"-1\r\n", Refusal::SignedChunkSize),
            (b"+1\r\n", Refusal::SignedChunkSize),
            (b" 1\r\n", Refusal::SpacedChunkSize),
            (b"1 \r\n", Refusal::SpacedChunkSize),
            (b"1 2\r\n", Refusal::SpacedChunkSize),
            (b"0x1\r\n", Refusal::PrefixedChunkSize),
            (b"1g\r\n", Refusal::MalformedChunkSize),
            (b"g\r\n", Refusal::MalformedChunkSize),
            (b"10000000000000000\r\n", Refusal::ChunkSizeOverflow),
            (b"1;\r\n", Refusal::MalformedChunkExtension),
            (b"1;a=\r\n", Refusal::MalformedChunkExtension),
            (b"1;a=\"b\r\n", Refusal::MalformedChunkExtension),
            (b"1;a=\"\0\"\r\n", Refusal::MalformedChunkExtension),
            (b"1;a \r\n", Refusal::MalformedChunkExtension),
            (b"1;a=b c\r\n", Refusal::MalformedChunkExtension),
            (b"1\n", Refusal::BareLf),
            (b"1\ra", Refusal::BareCr),
            (b"1\r\nab", Refusal::MissingChunkEnd),
            (b"1\r\na\n", Refusal::BareLf),
            (b"1\r\na\rb", Refusal::BareCr),
            (b"0\r\n a: b\r\n\r\n", Refusal::FoldedField),
        ];
        for (input, refusal) in table {
            assert_eq!(decode(input), Err(refusal), "{}", input.escape_ascii());
        }
    }

    #[test]
    fn the_largest_size_has_sixteen_digits_and_zeros_do_not_count() {
        assert_eq!(size(b"ffffffffffffffff"), Ok((u64::MAX, &b""[..])));
        assert_eq!(size(b"00000000000000000000f"), Ok((15, &b""[..])));
    }

    #[test]
    fn space_is_taken_only_before_an_extension() {
        assert!(decode(b"1 \t; a = b\r\nx\r\n0\r\n\r\n").is_ok());
    }

    #[test]
    fn the_list_of_names_is_in_order() {
        assert!(HEAD_ONLY.is_sorted());
    }
}
