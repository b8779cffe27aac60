//! How numbers, addresses and what clients sent become part of a line.
//!
//! Law: nothing that a client sends can end a line, a field or a quote, or speak to a terminal. What is
//! written is printable ASCII; everything else is escaped, as is the escape itself.

use std::io::Write as _;
use std::net::{IpAddr, Ipv6Addr};

/// A whole number.
pub(super) fn decimal(number: u64, out: &mut Vec<u8>) {
    match u16::try_from(number) {
        Ok(number @ ..=999) => short_decimal(number, out),
        _ => long_decimal(number, out),
    }
}

/// One below a thousand, as most of them are: statuses, parts of addresses.
#[inline]
fn short_decimal(number: u16, out: &mut Vec<u8>) {
    let digit = |number: u16| b'0' + u8::try_from(number % 10).unwrap_or(0);
    match number {
        0..=9 => out.push(digit(number)),
        10..=99 => out.extend([digit(number / 10), digit(number)]),
        _ => out.extend([digit(number / 100), digit(number / 10), digit(number)]),
    }
}

fn long_decimal(number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Thousandths or millionths: the whole, a point, and as many digits as there are.
pub(super) fn fraction(number: u64, of: u64, out: &mut Vec<u8>) {
    decimal(number / of, out);
    let start = out.len();
    // The leading one keeps the zeros.
    decimal(of + number % of, out);
    out[start] = b'.';
}

/// An address.
pub(super) fn address(address: IpAddr, out: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            for (place, part) in [a, b, c, d].into_iter().enumerate() {
                if place > 0 {
                    out.push(b'.');
                }
                short_decimal(part.into(), out);
            }
        }
        // Writing into memory cannot fail.
        IpAddr::V6(address) => drop(write!(out, "{address}")),
    }
}

/// The network of an address: its first 24 bits, or 48 of IPv6.
pub(super) fn masked(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [a, b, c, 0].into()
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()
        }
    }
}

/// Bytes that stand for themselves: printable ASCII but for a few.
pub(super) struct Plain {
    /// One flag for each byte.
    flags: [bool; 256],
    /// Those of printable ASCII that do not; some twice.
    odd: [u8; ODD_MAX],
}

/// Most bytes of printable ASCII that do not stand for themselves: quote, escape, space, and both ends.
const ODD_MAX: usize = 5;

/// How many bytes are looked at together.
const STRIDE: usize = 16;

impl Plain {
    /// Printable ASCII but for quotes and the escape; and for the space and `ends`, where nothing else
    /// says where it ends.
    pub(super) fn within(ends: [Option<char>; 2]) -> Self {
        let mut odd = [b'"', b'\\', b'"', b'"', b'"'];
        if ends != [Some('"'); 2] {
            odd[2] = b' ';
            for (place, end) in ends.into_iter().enumerate() {
                let end = end.and_then(|end| u8::try_from(end).ok());
                if let Some(end @ b' '..=b'~') = end.filter(|end| !end.is_ascii_alphanumeric()) {
                    odd[3 + place] = end;
                }
            }
        }
        Self::but(odd)
    }

    /// All printable ASCII but for these.
    const fn but(odd: [u8; ODD_MAX]) -> Self {
        let mut flags = [false; 256];
        let mut byte = b' ';
        while byte <= b'~' {
            flags[byte as usize] = true;
            byte += 1;
        }
        let mut place = 0;
        while place < ODD_MAX {
            flags[odd[place] as usize] = false;
            place += 1;
        }
        Self { flags, odd }
    }

    /// Whether all bytes stand for themselves.
    #[inline]
    fn is_all_of(&self, bytes: &[u8]) -> bool {
        let (strides, rest) = bytes.as_chunks::<STRIDE>();
        // Without a way out in between the processor compares all of a stride at once.
        let is_plain = |stride: &[u8; STRIDE]| {
            let unfit = |byte: &u8| {
                let is_printable = byte.wrapping_sub(b' ') <= b'~' - b' ';
                let found = |any, odd: &u8| any | u8::from(byte == odd);
                self.odd.iter().fold(u8::from(!is_printable), found)
            };
            stride.iter().fold(0, |any, byte| any | unfit(byte)) == 0
        };
        strides.iter().all(is_plain)
            && rest
                .iter()
                .fold(true, |all, byte| all & self.flags[usize::from(*byte)])
    }

    /// Appends bytes; what does not stand for itself as `\x0a`.
    pub(super) fn push(&self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.is_all_of(bytes) {
            out.extend_from_slice(bytes);
        } else {
            self.push_escaped(bytes, out);
        }
    }

    #[cold]
    fn push_escaped(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some(odd) = { rest.iter() }.position(|byte| !self.flags[usize::from(*byte)]) {
            out.extend_from_slice(&rest[..odd]);
            push_hex(b"\\x", &[rest[odd]], out);
            rest = &rest[odd + 1..];
        }
        out.extend_from_slice(rest);
    }
}

/// Appends a text of JSON, in quotes. What is not ASCII is escaped, what is no text becomes U+FFFD.
pub(super) fn json(bytes: &[u8], out: &mut Vec<u8>) {
    const PLAIN: &Plain = &Plain::but([b'"', b'\\', b'"', b'"', b'"']);
    out.push(b'"');
    if PLAIN.is_all_of(bytes) {
        out.extend_from_slice(bytes);
    } else {
        let is_plain = |byte: &u8| PLAIN.flags[usize::from(*byte)];
        for chunk in bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                match u8::try_from(character) {
                    Ok(byte) if is_plain(&byte) => out.push(byte),
                    Ok(byte @ (b'"' | b'\\')) => out.extend_from_slice(&[b'\\', byte]),
                    _ => {
                        let mut units = [0; 2];
                        for unit in character.encode_utf16(&mut units) {
                            push_hex(b"\\u", &unit.to_be_bytes(), out);
                        }
                    }
                }
            }
            if !chunk.invalid().is_empty() {
                out.extend_from_slice(b"\\ufffd");
            }
        }
    }
    out.push(b'"');
}

fn push_hex(start: &[u8], bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(start);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_and_addresses_are_written_as_the_library_does() {
        for number in [0, 7, 10, 42, 99, 100, 503, 999, 1000, u64::MAX] {
            assert_eq!(told(|out| decimal(number, out)), number.to_string());
        }
        assert_eq!(told(|out| fraction(1_000_007, 1_000_000, out)), "1.000007");
        assert_eq!(told(|out| fraction(45, 1000, out)), "0.045");
        for text in ["127.0.0.1", "255.10.0.99", "::1", "2001:db8::7", "::"] {
            let parsed: IpAddr = text.parse().unwrap();
            assert_eq!(told(|out| address(parsed, out)), text);
        }
        for (whole, network) in [
            ("192.0.2.77", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ] {
            assert_eq!(
                masked(whole.parse().unwrap()),
                network.parse::<IpAddr>().unwrap()
            );
        }
    }

    /// Every byte there is, quoted and unquoted: what comes out is one field of one line.
    #[test]
    fn no_byte_ends_a_field_or_speaks_to_a_terminal() {
        let all: Vec<u8> = (0..=255).collect();
        let quoted = told(|out| Plain::within([Some('"'); 2]).push(&all, out));
        let bare = told(|out| Plain::within([Some(' '), Some('|')]).push(&all, out));
        for text in [&quoted, &bare] {
            assert!(
                text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
                "{text}"
            );
            assert!(!text.contains('"'));
            assert!(
                text.contains("\\x0a\\x0b") && text.contains("\\x1b") && text.contains("\\x5c")
            );
            assert_eq!(text.matches('\\').count(), text.matches("\\x").count());
        }
        assert!(quoted.contains("{|}"));
        assert!(!bare.contains([' ', '|']), "{bare}");
    }

    /// What is looked at in strides and what is left over are judged alike.
    #[test]
    fn each_byte_counts_wherever_it_stands() {
        for ends in [[Some('"'); 2], [Some(' '), Some('|')], [None, Some('é')]] {
            let plain = Plain::within(ends);
            for byte in 0..=255 {
                for place in 0..2 * STRIDE + 5 {
                    let mut bytes = [b'a'; 2 * STRIDE + 5];
                    bytes[place] = byte;
                    let slowly = told(|out| plain.push_escaped(&bytes, out));
                    assert_eq!(
                        told(|out| plain.push(&bytes, out)),
                        slowly,
                        "{byte} at {place}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_text_comes_back_from_json() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [
            &all[..],
            b"",
            b"/plain",
            b"a\"b\\c\nd\x1b[2J\x7f",
            "é и 🦀 \u{202e} \u{85}".as_bytes(),
            b"\xff\xfe\xf0\x9f",
        ] {
            let written = told(|out| json(bytes, out));
            assert!(written.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            let read: String = serde_json::from_str(&written).unwrap();
            assert_eq!(read, String::from_utf8_lossy(bytes));
        }
    }
}
