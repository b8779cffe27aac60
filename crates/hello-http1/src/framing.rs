//! Decides how long a request's body is.
//!
//! Law: nobody else looks at `Content-Length` or `Transfer-Encoding`. Request
//! smuggling lives in the gap between two opinions; here there is one.
//!
//! The bytes themselves are decoded in [`crate::chunked`].

use crate::event::{BodyLength, Version};
use crate::fields::{is_space, list};
use crate::refusal::Refusal;

/// What the fields of a head have said about its body so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claims {
    length: Option<u64>,
    codings: Codings,
}

/// What `Transfer-Encoding` has said so far, over all its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Codings {
    /// It did not occur.
    #[default]
    None,
    /// `chunked`, once and last; the flag says that another coding came before.
    Chunked { after_another: bool },
    /// Something that is not `chunked` came last.
    NotChunked,
}

impl Claims {
    /// Notes a `Content-Length` field.
    ///
    /// # Refuses
    /// Everything that is not one decimal number: [`Refusal::TwoLengths`],
    /// [`Refusal::EmptyLength`] and its neighbours.
    ///
    /// # Spec
    /// RFC 9110 §8.6, RFC 9112 §6.3. Both let a recipient take a list of equal
    /// numbers for one; we deliberately do not, as no honest client sends it.
    pub(crate) fn note_length(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.length.is_some() {
            return Err(Refusal::TwoLengths);
        }
        self.length = Some(decimal(value)?);
        Ok(())
    }

    /// Notes a `Transfer-Encoding` field.
    ///
    /// # Refuses
    /// - [`Refusal::EmptyCoding`]: an empty list element. RFC 9110 §5.6.1.2 would
    ///   ignore it; here, deliberately, framing is not guessed.
    /// - [`Refusal::ChunkedTwice`]: RFC 9112 §6.1.
    pub(crate) fn note_codings(&mut self, value: &[u8]) -> Result<(), Refusal> {
        for coding in list(value) {
            let chunked = coding.eq_ignore_ascii_case(b"chunked");
            self.codings = match self.codings {
                _ if coding.is_empty() => return Err(Refusal::EmptyCoding),
                Codings::Chunked { .. } if chunked => return Err(Refusal::ChunkedTwice),
                Codings::None if chunked => Codings::Chunked {
                    after_another: false,
                },
                Codings::NotChunked if chunked => Codings::Chunked {
                    after_another: true,
                },
                _ => Codings::NotChunked,
            };
        }
        Ok(())
    }

    /// Finds the rule that delimits the body.
    ///
    /// Returns [`BodyLength::Unknown`] for chunks. "Until close" is impossible
    /// here: a client that closes can no longer hear the answer.
    ///
    /// # Refuses
    /// - [`Refusal::LengthAndChunks`]: both fields present.
    /// - [`Refusal::ChunkedOnHttp10`]: RFC 9112 §6.1 has such framing treated as faulty.
    /// - [`Refusal::ChunkedNotLast`]: the body would have no end.
    /// - [`Refusal::UnknownCoding`]: a coding before `chunked`; RFC 9112 §6.1 asks for 501.
    ///
    /// # Spec
    /// RFC 9112 §6.1, §6.2, §6.3.
    pub(crate) fn body(self, version: Version) -> Result<BodyLength, Refusal> {
        match (self.codings, self.length) {
            (Codings::None, None | Some(0)) => Ok(BodyLength::None),
            (Codings::None, Some(length)) => Ok(BodyLength::Exact(length)),
            (_, Some(_)) => Err(Refusal::LengthAndChunks),
            _ if version == Version::Http10 => Err(Refusal::ChunkedOnHttp10),
            (Codings::NotChunked, None) => Err(Refusal::ChunkedNotLast),
            (
                Codings::Chunked {
                    after_another: true,
                },
                None,
            ) => Err(Refusal::UnknownCoding),
            (
                Codings::Chunked {
                    after_another: false,
                },
                None,
            ) => Ok(BodyLength::Unknown),
        }
    }
}

/// A decimal number without sign, space or list.
fn decimal(value: &[u8]) -> Result<u64, Refusal> {
    let mut number: u64 = 0;
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(name_length(value));
    }
    for byte in value {
        let digit = u64::from(byte - b'0');
        number = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(digit))
            .ok_or(Refusal::LengthOverflow)?;
    }
    Ok(number)
}

/// Why this is not a length.
fn name_length(value: &[u8]) -> Refusal {
    let digits = value
        .strip_prefix(b"0x")
        .or(value.strip_prefix(b"0X"))
        .unwrap_or(value);
    match value.first() {
        None => Refusal::EmptyLength,
        _ if value.contains(&b',') => Refusal::ListedLength,
        Some(b'+' | b'-') => Refusal::SignedLength,
        _ if value.iter().copied().any(is_space) => Refusal::SpacedLength,
        _ if !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit) => {
            Refusal::HexadecimalLength
        }
        _ => Refusal::MalformedLength,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(lengths: &[&str], codings: &[&str]) -> Result<BodyLength, Refusal> {
        let mut claims = Claims::default();
        for length in lengths {
            claims.note_length(length.as_bytes())?;
        }
        for coding in codings {
            claims.note_codings(coding.as_bytes())?;
        }
        claims.body(Version::Http11)
    }

    #[test]
    fn a_body_is_delimited_by_one_rule() {
        assert_eq!(body(&[], &[]), Ok(BodyLength::None));
        assert_eq!(body(&["0"], &[]), Ok(BodyLength::None));
        assert_eq!(body(&["007"], &[]), Ok(BodyLength::Exact(7)));
        assert_eq!(
            body(&["18446744073709551615"], &[]),
            Ok(BodyLength::Exact(u64::MAX))
        );
        assert_eq!(body(&[], &["Chunked"]), Ok(BodyLength::Unknown));
    }

    #[test]
    fn a_length_that_can_be_read_twice_is_refused() {
        assert_eq!(body(&["3", "3"], &[]), Err(Refusal::TwoLengths));
        assert_eq!(body(&["3, 3"], &[]), Err(Refusal::ListedLength));
        assert_eq!(body(&[""], &[]), Err(Refusal::EmptyLength));
        assert_eq!(body(&["+3"], &[]), Err(Refusal::SignedLength));
        assert_eq!(body(&["3 4"], &[]), Err(Refusal::SpacedLength));
        assert_eq!(body(&["0x3"], &[]), Err(Refusal::HexadecimalLength));
        assert_eq!(body(&["a"], &[]), Err(Refusal::HexadecimalLength));
        assert_eq!(body(&["3.0"], &[]), Err(Refusal::MalformedLength));
        assert_eq!(
            body(&["18446744073709551616"], &[]),
            Err(Refusal::LengthOverflow)
        );
    }

    #[test]
    fn codings_other_than_one_final_chunked_are_refused() {
        assert_eq!(body(&["3"], &["chunked"]), Err(Refusal::LengthAndChunks));
        assert_eq!(body(&["0"], &["chunked"]), Err(Refusal::LengthAndChunks));
        assert_eq!(body(&[], &[""]), Err(Refusal::EmptyCoding));
        assert_eq!(body(&[], &["chunked,"]), Err(Refusal::EmptyCoding));
        assert_eq!(body(&[], &["chunked, chunked"]), Err(Refusal::ChunkedTwice));
        assert_eq!(
            body(&[], &["chunked", "chunked"]),
            Err(Refusal::ChunkedTwice)
        );
        assert_eq!(body(&[], &["chunked, gzip"]), Err(Refusal::ChunkedNotLast));
        assert_eq!(body(&[], &["chunked;a=b"]), Err(Refusal::ChunkedNotLast));
        assert_eq!(body(&[], &["xchunked"]), Err(Refusal::ChunkedNotLast));
        assert_eq!(body(&[], &["gzip, chunked"]), Err(Refusal::UnknownCoding));
        assert_eq!(body(&[], &["gzip", "chunked"]), Err(Refusal::UnknownCoding));
    }
}
