//! The chunk decoder against a slow model that reads the grammar literally.

use super::script::{connection, dawn};
use hello_http1::{Next, RequestHead};

/// What became of a chunked body.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub data: Vec<u8>,
    pub end: End,
}

#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Complete, with so many bytes after it and so many trailers.
    Complete {
        left: usize,
        trailers: usize,
    },
    Incomplete,
    Refused,
}

/// The bytes are a chunked body.
pub fn check(bytes: &[u8]) {
    assert_eq!(engine(bytes), model(bytes), "{}", bytes.escape_ascii());
}

fn engine(mut input: &[u8]) -> Outcome {
    const HEAD: &[u8] = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let now = dawn();
    let (mut connection, mut head) = (connection(now), RequestHead::default());
    let begun = connection.receive(now, HEAD, &mut head);
    assert_eq!(
        begun,
        Ok(Next::Request {
            consumed: HEAD.len()
        })
    );
    let mut data = Vec::new();
    let end = loop {
        match connection.receive(now, input, &mut head) {
            Ok(Next::Data { start, end }) => {
                data.extend_from_slice(&input[start..end]);
                input = &input[end..];
            }
            Ok(Next::End { consumed }) => {
                let trailers = head.trailers(input).count();
                break End::Complete {
                    left: input.len() - consumed,
                    trailers,
                };
            }
            Ok(Next::NeedBytes { .. }) => break End::Incomplete,
            Ok(other) => panic!("{other:?} in a body"),
            Err(_) => break End::Refused,
        }
    };
    Outcome { data, end }
}

/// Reads the body as RFC 9112 §7.1 writes it down, one rule after another.
fn model(bytes: &[u8]) -> Outcome {
    let mut data = Vec::new();
    let end = chunks(bytes, &mut data).unwrap_or_else(|end| end);
    Outcome { data, end }
}

fn chunks(mut rest: &[u8], data: &mut Vec<u8>) -> Result<End, End> {
    let mut extension_bytes = 0;
    loop {
        let (line, after) = line(rest, 32 + 2)?;
        let digits: Vec<u8> = line
            .iter()
            .copied()
            .take_while(u8::is_ascii_hexdigit)
            .collect();
        let size = u128_of(&digits).ok_or(End::Refused)?;
        let extension = &line[digits.len()..];
        extension_bytes += extension.len();
        if extension_bytes > 40 || !extensions(extension) {
            return Err(End::Refused);
        }
        if size == 0 {
            return trailers(after);
        }
        let taken = after.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        data.extend_from_slice(&after[..taken]);
        rest = &after[taken..];
        if (taken as u128) < size || rest.is_empty() || rest == b"\r" {
            return Err(End::Incomplete);
        }
        rest = rest.strip_prefix(b"\r\n").ok_or(End::Refused)?;
    }
}

/// At most 64 bits, and at least one digit.
fn u128_of(digits: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(digits).ok()?.trim_start_matches('0');
    match (digits, text) {
        ([], _) => None,
        (_, "") => Some(0),
        _ => u64::from_str_radix(text, 16).ok().map(u128::from),
    }
}

/// A line and what follows it; it must end within `most` bytes, its end included.
fn line(bytes: &[u8], most: usize) -> Result<(&[u8], &[u8]), End> {
    for (at, &byte) in bytes.iter().enumerate().take(most) {
        match (byte, bytes.get(at + 1)) {
            (b'\r', None) if at + 1 < most => return Err(End::Incomplete),
            (b'\r', Some(b'\n')) if at + 1 < most => return Ok((&bytes[..at], &bytes[at + 2..])),
            (b'\r' | b'\n', _) => return Err(End::Refused),
            _ => {}
        }
    }
    Err(if bytes.len() < most {
        End::Incomplete
    } else {
        End::Refused
    })
}

/// `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted ) ] )`, by going back to
/// the start of the rule after every match.
fn extensions(text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some(rest) = space(text).strip_prefix(b";") else {
        return false;
    };
    let Some(rest) = token(space(rest)) else {
        return false;
    };
    let Some(value) = space(rest).strip_prefix(b"=") else {
        return extensions(rest);
    };
    let value = space(value);
    let rest = if value.first() == Some(&b'"') {
        quoted(&value[1..])
    } else {
        token(value)
    };
    rest.is_some_and(extensions)
}

fn space(text: &[u8]) -> &[u8] {
    match text {
        [b' ' | b'\t', rest @ ..] => space(rest),
        _ => text,
    }
}

fn token(text: &[u8]) -> Option<&[u8]> {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_graphic() || b"\"(),/:;<=>?@[\\]{}".contains(byte));
    match end.unwrap_or(text.len()) {
        0 => None,
        end => Some(&text[end..]),
    }
}

fn quoted(text: &[u8]) -> Option<&[u8]> {
    let visible = |byte: u8| byte == b'\t' || byte >= b' ' && byte != 0x7f;
    match text {
        [b'"', rest @ ..] => Some(rest),
        [b'\\', byte, rest @ ..] if visible(*byte) => quoted(rest),
        [b'\\', ..] => None,
        [byte, rest @ ..] if visible(*byte) => quoted(rest),
        _ => None,
    }
}

/// At most 64 bytes of trailers, the empty line included, and twelve fields.
fn trailers(section: &[u8]) -> Result<End, End> {
    let (mut rest, mut lines) = (section, Vec::new());
    loop {
        let used = section.len() - rest.len();
        let (line, after) = line(rest, 64 - used)?;
        rest = after;
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut kept = 0;
    for line in &lines {
        let after = token(line)
            .and_then(|rest| rest.strip_prefix(b":"))
            .ok_or(End::Refused)?;
        if after
            .iter()
            .any(|&byte| byte == 0x7f || byte < b' ' && byte != b'\t')
        {
            return Err(End::Refused);
        }
        let name = line[..line.len() - after.len() - 1].to_ascii_lowercase();
        kept += usize::from(!dropped(&name));
    }
    if lines.len() > 12 {
        return Err(End::Refused);
    }
    Ok(End::Complete {
        left: rest.len(),
        trailers: kept,
    })
}

fn dropped(name: &[u8]) -> bool {
    let names = "authorization cache-control connection content-encoding content-length \
        content-range content-type cookie date expect forwarded host keep-alive location \
        max-forwards pragma proxy-authorization range set-cookie te trailer transfer-encoding \
        upgrade x-forwarded-for";
    names
        .split_whitespace()
        .any(|dropped| dropped.as_bytes() == name)
}
