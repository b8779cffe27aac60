//! The field `Authorization`: a name and a password.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::exchange::Request;
use crate::site::limits::CREDENTIAL_BYTES_MAX;

/// Padding may be left out: there are clients that do.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Somebody's word about who they are. Not to be shown anywhere.
#[derive(PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) name: String,
    pub(super) password: String,
}

/// The word of a request, if there is one, and one alone, that can be understood.
pub(super) fn of(request: &Request<'_>) -> Option<Credentials> {
    let value = request.field("authorization")?;
    if request.fields.nth("authorization", 1).is_some() {
        // Whoever says it twice says two things.
        return None;
    }
    read(value)
}

/// Reads `Basic` and what follows it. Letters are UTF-8, as we say in the challenge.
///
/// # Spec
/// RFC 7617 §2 (the first colon ends the name; no controls), RFC 9110 §11.4 (the scheme in letters of
/// any size).
pub(super) fn read(value: &[u8]) -> Option<Credentials> {
    let (scheme, rest) = value.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) || !rest.starts_with(b" ") {
        return None;
    }
    let token = rest.trim_ascii();
    if token.len() > CREDENTIAL_BYTES_MAX {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(token).ok()?).ok()?;
    if text.chars().any(char::is_control) {
        return None;
    }
    let (name, password) = text.split_once(':')?;
    Some(Credentials {
        name: name.to_owned(),
        password: password.to_owned(),
    })
}

const SCHEME: &[u8] = b"basic";

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(value: &str) -> Option<(String, String)> {
        let credentials = read(value.as_bytes())?;
        Some((credentials.name, credentials.password))
    }

    #[test]
    fn a_name_and_a_password_are_read_as_the_rfc_writes_them() {
        for (value, name, password) in [
            (
                "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "Aladdin",
                "open sesame",
            ),
            ("Basic dGVzdDoxMjPCow==", "test", "123£"),
            ("bAsIc   OnNlY3JldA==", "", "secret"),
            ("Basic YTo=", "a", ""),
            ("Basic YTo", "a", ""),
            ("Basic YTpiOmM=", "a", "b:c"),
        ] {
            let expected = Some((name.to_owned(), password.to_owned()));
            assert_eq!(pair(value), expected, "{value}");
        }
    }

    #[test]
    fn whatever_else_is_said_is_no_password() {
        for value in [
            "",
            "Basic",
            "Basic ",
            "BasicYTpi",
            "Basic\tYTpi",
            "Basic YTp",     // cut off
            "Basic YWI=",    // no colon
            "Basic YT pi",   // a space inside
            "Basic YTpi=Yg", // something behind the end
            "Basic _-8=",
            "Basic /zo=",     // not UTF-8
            "Basic YQA6Yg==", // a control
            "Basic YTpiCg==",
            "Bearer YTpi",
            "Digest username=\"a\"",
        ] {
            assert_eq!(pair(value), None, "{value}");
        }
        let long = format!("Basic {}", "YTpi".repeat(CREDENTIAL_BYTES_MAX / 4));
        assert!(pair(&long).is_some());
        assert_eq!(pair(&(long + "YTpi")), None);
    }

    /// Every beginning of it, and every other byte at every place, is read or refused, and never more.
    #[test]
    fn no_damage_makes_it_fall() {
        let whole = b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        for cut in 0..whole.len() {
            read(&whole[..cut]);
            for byte in 0..=255 {
                let mut damaged = *whole;
                damaged[cut] = byte;
                if let Some(credentials) = read(&damaged) {
                    assert!(!credentials.name.contains(':'));
                    assert!(!credentials.password.contains(char::is_control));
                }
            }
        }
    }
}
