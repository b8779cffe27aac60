//! What IANA's numbers of TLS are called.
//!
//! Names are those of the registry, so that they can be looked up; a number that has none here is
//! told as it stands, in hexadecimal.

use std::borrow::Cow;

/// The version of a handshake; `None` if none was agreed.
pub(in crate::observe) fn version(number: u16) -> Option<Cow<'static, str>> {
    name(number, &[(0x0303, "TLS 1.2"), (0x0304, "TLS 1.3")])
}

/// What seals the records.
pub(in crate::observe) fn cipher(number: u16) -> Option<Cow<'static, str>> {
    const NAMES: [(u16, &str); 9] = [
        (0x1301, "TLS_AES_128_GCM_SHA256"),
        (0x1302, "TLS_AES_256_GCM_SHA384"),
        (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
        (0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        (0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ];
    name(number, &NAMES)
}

/// What the keys were agreed in.
pub(in crate::observe) fn group(number: u16) -> Option<Cow<'static, str>> {
    const NAMES: [(u16, &str); 7] = [
        (0x0017, "secp256r1"),
        (0x0018, "secp384r1"),
        (0x0019, "secp521r1"),
        (0x001d, "x25519"),
        (0x0201, "MLKEM768"),
        (0x11eb, "SecP256r1MLKEM768"),
        (0x11ec, "X25519MLKEM768"),
    ];
    name(number, &NAMES)
}

fn name(number: u16, names: &[(u16, &'static str)]) -> Option<Cow<'static, str>> {
    if number == 0 {
        return None;
    }
    let known = names.iter().find(|(known, _)| *known == number);
    Some(known.map_or_else(
        || format!("{number:#06x}").into(),
        |(_, name)| Cow::Borrowed(*name),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_by_its_name_or_as_it_stands() {
        assert_eq!(version(0), None);
        assert_eq!(version(0x0304).as_deref(), Some("TLS 1.3"));
        assert_eq!(group(0x11ec).as_deref(), Some("X25519MLKEM768"));
        assert_eq!(cipher(0x1305).as_deref(), Some("0x1305"));
    }
}
