//! A request target, as it was sent and as it may be kept.
//!
//! Law: keeps secrets out of whatever is recorded: query values that look like keys.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::exchange::Peer;

/// A request target as it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Whether it has a query, in which secrets may stand.
    pub has_query: bool,
    /// Who asked for it, where somebody else passed it on.
    pub client: Option<&'a Peer>,
    /// What the client said of itself, packed ([`super::pack`]).
    pub said: &'a [u8],
}

/// Parts of names whose values are secrets.
const SECRET_PARTS: [&str; 12] = [
    "assertion",
    "auth",
    "bearer",
    "cred",
    "jwt",
    "key",
    "pass",
    "pwd",
    "secret",
    "session",
    "signature",
    "token",
];

/// Whole words of names whose values are secrets: as parts they would hit `design` and `estate`.
const SECRET_WORDS: [&str; 9] = [
    "code", "otp", "pin", "pw", "sas", "sid", "sig", "state", "ticket",
];

/// Length from which a value without spaces that mixes letters and digits counts as a key.
/// Reason: 20 characters of base64 carry 120 bits; ordinary words and dates are shorter.
const KEY_LENGTH_MIN: usize = 20;

/// What stands in the place of a secret.
pub const REDACTED: &[u8] = b"[redacted]";

/// A request target as it may be kept: query values that look like keys are replaced.
///
/// `name=value` pairs, separated by `&` or `;`, are judged one by one, by name (decoded) and by
/// the look of the value. The path and harmless values stay as they are: what stands in a path is
/// kept, whatever it is.
pub(in crate::observe) fn redacted_target(target: &[u8]) -> Cow<'_, [u8]> {
    let Some(question) = target.iter().position(|byte| *byte == b'?') else {
        return Cow::Borrowed(target);
    };
    let (path, query) = target.split_at(question + 1);
    let separates = |byte: &u8| matches!(byte, b'&' | b';');
    if !query.split(separates).any(is_secret) {
        return Cow::Borrowed(target);
    }
    let mut kept = path.to_vec();
    for pair in query.split_inclusive(separates) {
        let (pair, separator) = match pair.split_last() {
            Some((last, rest)) if separates(last) => (rest, Some(*last)),
            _ => (pair, None),
        };
        match pair.iter().position(|byte| *byte == b'=') {
            Some(equals) if is_secret(pair) => {
                kept.extend_from_slice(&pair[..=equals]);
                kept.extend_from_slice(REDACTED);
            }
            None if is_secret(pair) => kept.extend_from_slice(REDACTED),
            _ => kept.extend_from_slice(pair),
        }
        kept.extend(separator);
    }
    Cow::Owned(kept)
}

fn is_secret(pair: &[u8]) -> bool {
    match pair.iter().position(|byte| *byte == b'=') {
        Some(equals) => {
            let (name, value) = (&pair[..equals], &pair[equals + 1..]);
            !value.is_empty() && (names_a_secret(name) || looks_like_a_key(value))
        }
        None => looks_like_a_key(pair),
    }
}

fn names_a_secret(name: &[u8]) -> bool {
    let name: Vec<u8> = percent_decode(name).collect();
    let name = name.to_ascii_lowercase();
    let part = |word: &&str| name.windows(word.len()).any(|part| part == word.as_bytes());
    let mut words = name.split(|byte| !byte.is_ascii_alphanumeric());
    SECRET_PARTS.iter().any(part)
        || words.any(|word| SECRET_WORDS.iter().any(|secret| secret.as_bytes() == word))
}

fn looks_like_a_key(value: &[u8]) -> bool {
    let of_a_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~+/=%".contains(byte);
    value.len() >= KEY_LENGTH_MIN
        && value.iter().all(of_a_key)
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, kept: &str) {
        assert_eq!(
            String::from_utf8_lossy(&redacted_target(target.as_bytes())),
            kept
        );
    }

    #[test]
    fn values_that_look_like_keys_are_not_kept() {
        check("/a?token=abc&page=2", "/a?token=[redacted]&page=2");
        check(
            "/a?X-Amz-Signature=0af3&x=1",
            "/a?X-Amz-Signature=[redacted]&x=1",
        );
        check("/a?q=dGhpcyBpcyBhIHNlY3JldCAx0", "/a?q=[redacted]");
        check("/a?4f2a9c1e7b4f2a9c1e7b4f2a", "/a?[redacted]");
        check("/a?api_key=1#", "/a?api_key=[redacted]");
        check("/a?%74oken=abc&x=1", "/a?%74oken=[redacted]&x=1");
        check("/a?b=1;token=abc;c=2", "/a?b=1;token=[redacted];c=2");
        check("/a?user-pin=4711", "/a?user-pin=[redacted]");
    }

    #[test]
    fn ordinary_queries_stay_as_they_are() {
        for target in [
            "/a",
            "/a?",
            "/a?page=2&sort=name",
            "/a?token=",
            "/a?q=two+words",
            "/a?design=3&zipcode=12345&estate=big",
            "/?&&=",
        ] {
            check(target, target);
        }
    }
}
