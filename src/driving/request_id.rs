//! The name of a request, by which a person finds it in several logs: the one that came with it, if that
//! is one, or a new one.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

use crate::observe::limits::REQUEST_ID_BYTES_MAX;

/// The field that carries it, in both directions.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// A name: letters, digits and a few signs that mean nothing to whoever reads logs.
#[derive(Clone, Copy)]
pub(crate) struct RequestId {
    bytes: [u8; REQUEST_ID_BYTES_MAX],
    len: usize,
}

impl RequestId {
    /// The name that was sent, if it can stand anywhere; otherwise a new one.
    pub(crate) fn of(sent: Option<&[u8]>) -> Self {
        sent.and_then(Self::taken).unwrap_or_else(Self::made)
    }

    fn taken(sent: &[u8]) -> Option<Self> {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:+/=~".contains(byte);
        let mut bytes = [0; REQUEST_ID_BYTES_MAX];
        let is_one = !sent.is_empty() && sent.iter().all(is_plain);
        bytes.get_mut(..sent.len())?.copy_from_slice(sent);
        is_one.then_some(Self {
            bytes,
            len: sent.len(),
        })
    }

    /// 128 bits that nobody else has, as 32 digits.
    fn made() -> Self {
        thread_local! {
            static MADE: (RandomState, Cell<u64>) = (RandomState::new(), Cell::new(0));
        }
        let halves = MADE.with(|(keys, count)| {
            let number = count.get();
            count.set(number.wrapping_add(2));
            [number, number.wrapping_add(1)].map(|half| keys.hash_one(half))
        });
        let mut bytes = [0; REQUEST_ID_BYTES_MAX];
        for (half, digits) in halves.into_iter().zip(bytes.chunks_exact_mut(16)) {
            for (place, digit) in digits.iter_mut().enumerate() {
                let nibble = (half >> (60 - 4 * place)) & 0xf;
                *digit = DIGITS[usize::try_from(nibble).unwrap_or(0)];
            }
        }
        Self { bytes, len: 32 }
    }

    /// Its bytes: a valid field value.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_name_that_was_sent_is_taken_if_it_can_stand_anywhere() {
        let longest = "x".repeat(REQUEST_ID_BYTES_MAX);
        for name in [
            "7",
            "0b5e1f7a-3c2d-4e",
            "Root=1-67891233-abc:9/+~_.",
            &longest,
        ] {
            assert_eq!(
                RequestId::of(Some(name.as_bytes())).as_bytes(),
                name.as_bytes()
            );
        }
        let too_long = "x".repeat(REQUEST_ID_BYTES_MAX + 1);
        for name in [
            "", " 7", "a b", "a\"b", "a\\b", "a;b", "é", "{a}", "\x1b[2J", &too_long,
        ] {
            let made = RequestId::of(Some(name.as_bytes()));
            assert_ne!(made.as_bytes(), name.as_bytes(), "{name:?}");
            assert_eq!(made.as_bytes().len(), 32);
        }
    }

    #[test]
    fn no_two_are_alike() {
        let made: HashSet<Vec<u8>> = (0..1000)
            .map(|_| RequestId::of(None).as_bytes().to_vec())
            .collect();
        assert_eq!(made.len(), 1000);
        let is_digits = |id: &Vec<u8>| id.iter().all(u8::is_ascii_hexdigit);
        assert!(made.iter().all(is_digits));
    }
}
