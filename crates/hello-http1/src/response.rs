//! The head of a response as bytes: made once, sent as often as it is true.
//!
//! Law: nothing reaches the wire that could end a line early. Names and values
//! are checked when a head is rendered, and refused as a [`Misuse`], never mended.
//!
//! What differs from answer to answer (date, length, persistence) is added by
//! [`Connection::respond`](crate::Connection::respond).

use crate::event::Misuse;
use crate::fields::{is_space, is_token, is_value};
use http::StatusCode;

/// Status line and fields of a final response, without what the engine adds:
/// `date`, `content-length`, `transfer-encoding` and `connection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedHead {
    status: StatusCode,
    /// Whether `upgrade` is among the fields, so that `connection` must name it.
    names_upgrade: bool,
    bytes: Box<[u8]>,
}

/// Fields that stand in every final response of a connection: what is true of the way it came, not
/// of what was asked for (`strict-transport-security`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonFields {
    bytes: Box<[u8]>,
}

impl CommonFields {
    /// Renders the fields.
    ///
    /// # Errors
    /// As [`RenderedHead::new`], but for the status.
    pub fn new<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, Misuse> {
        let mut bytes = Vec::new();
        for (name, value) in fields {
            field(name, value, &mut bytes)?;
        }
        Ok(Self {
            bytes: bytes.into(),
        })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The fields that the engine alone may write.
const OWNED: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

impl RenderedHead {
    /// Renders a final response's status line and fields.
    ///
    /// # Errors
    /// - [`Misuse::BadStatus`]: the status is interim, or beyond 599.
    /// - [`Misuse::OwnedField`]: a field that the engine writes.
    /// - [`Misuse::BadFieldName`], [`Misuse::BadFieldValue`]: a name that is no
    ///   lower-case token, or a value that could be read as something else.
    ///
    /// # Spec
    /// RFC 9112 §4, §5; RFC 9110 §5.5.
    pub fn new<'a>(
        status: StatusCode,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Misuse> {
        if status.is_informational() || status.as_u16() > 599 {
            return Err(Misuse::BadStatus);
        }
        let mut bytes = Vec::with_capacity(256);
        status_line(status, &mut bytes);
        let mut names_upgrade = false;
        for (name, value) in fields {
            field(name, value, &mut bytes)?;
            names_upgrade |= name == "upgrade";
        }
        Ok(Self {
            status,
            names_upgrade,
            bytes: bytes.into(),
        })
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn names_upgrade(&self) -> bool {
        self.names_upgrade
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Writes a status line. RFC 9112 §4: the last space stays if there is no phrase.
pub(crate) fn status_line(status: StatusCode, out: &mut Vec<u8>) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Writes one field line, or nothing and the reason.
pub(crate) fn field(name: &str, value: &[u8], out: &mut Vec<u8>) -> Result<(), Misuse> {
    check_field(name, value)?;
    if let Some(owned) = OWNED.into_iter().find(|&owned| owned == name) {
        return Err(Misuse::OwnedField(owned));
    }
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// Whether a field may be written at all. RFC 9110 §5.1, §5.5.
fn check_field(name: &str, value: &[u8]) -> Result<(), Misuse> {
    let lower = |byte: u8| is_token(byte) && !byte.is_ascii_uppercase();
    if name.is_empty() || !name.bytes().all(lower) {
        return Err(Misuse::BadFieldName);
    }
    let at_edge = |byte: Option<&u8>| byte.copied().is_some_and(is_space);
    if !value.iter().copied().all(is_value) || at_edge(value.first()) || at_edge(value.last()) {
        return Err(Misuse::BadFieldValue);
    }
    Ok(())
}

/// Writes a number in decimal digits.
pub(crate) fn decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = DIGITS[(number % 10) as usize];
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number in hexadecimal digits.
pub(crate) fn hexadecimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 16];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = DIGITS[(number & 15) as usize];
        number >>= 4;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    fn render(name: &str, value: &[u8]) -> Result<RenderedHead, Misuse> {
        RenderedHead::new(StatusCode::OK, [(name, value)])
    }

    #[test]
    fn a_head_is_a_status_line_and_fields() {
        let head = render("server", b"hello").unwrap();
        assert_eq!(head.bytes(), b"HTTP/1.1 200 OK\r\nserver: hello\r\n");
        assert_eq!(head.status(), StatusCode::OK);
    }

    #[test]
    fn a_status_without_a_phrase_keeps_its_space() {
        let head = RenderedHead::new(StatusCode::from_u16(599).unwrap(), []).unwrap();
        assert_eq!(head.bytes(), b"HTTP/1.1 599 \r\n");
    }

    #[test]
    fn nothing_can_be_smuggled_into_a_head() {
        for value in [
            &b"a\r\nx: y"[..],
            b"a\n",
            b"\r",
            b"a\0b",
            b"\x7f",
            b" a",
            b"a\t",
        ] {
            assert_eq!(
                render("x", value),
                Err(Misuse::BadFieldValue),
                "{}",
                value.escape_ascii()
            );
        }
        for name in ["", "x y", "x:", "X", "x\r\n", "é"] {
            assert_eq!(render(name, b"a"), Err(Misuse::BadFieldName), "{name}");
        }
        for name in OWNED {
            assert_eq!(render(name, b"a"), Err(Misuse::OwnedField(name)));
        }
        assert!(render("x", b"").is_ok());
    }

    #[test]
    fn a_final_head_needs_a_final_status() {
        for status in [100, 101, 199, 600, 999] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(RenderedHead::new(status, []), Err(Misuse::BadStatus));
        }
    }

    #[test]
    fn numbers_are_written_in_full() {
        let mut out = Vec::new();
        decimal(0, &mut out);
        decimal(1900, &mut out);
        decimal(u64::MAX, &mut out);
        assert_eq!(out, b"0190018446744073709551615");
        out.clear();
        hexadecimal(0, &mut out);
        hexadecimal(0xbeef, &mut out);
        hexadecimal(u64::MAX, &mut out);
        assert_eq!(out, b"0beefffffffffffffffff");
    }
}
