//! The header with which a proxy begins a connection that it passes on: whose connection it is.
//!
//! Versions 1 (a line of text) and 2 (bytes) of the PROXY protocol, as HAProxy describes them
//! (<https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt>). Law: pure. It is heard in
//! `introduction.rs`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::limits::PROXY_HEADER_BYTES_MAX;
use crate::exchange::Peer;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The connection is the proxy's own (a look whether we are here), or it does not say whose.
    Itself,
    /// It is that of somebody else.
    Other(Peer),
}

/// How far a header has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// All bytes so far are its own, and there are more.
    NotYet,
    /// It is so many bytes long, and says this.
    Whole(usize, Told),
}

/// What is wrong with a header; the words of the journal (`failure`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something else came.
    NoHeader,
    /// It is longer than it may be.
    TooLong,
    /// Another version than 1 or 2.
    UnknownVersion,
    /// Neither LOCAL nor PROXY.
    UnknownCommand,
    /// No kind of address that there is.
    UnknownFamily,
    /// It breaks a rule of its form.
    Malformed,
}

impl Fault {
    /// Each of them, for texts and tests.
    pub const ALL: [Self; 6] = [
        Self::NoHeader,
        Self::TooLong,
        Self::UnknownVersion,
        Self::UnknownCommand,
        Self::UnknownFamily,
        Self::Malformed,
    ];

    /// The stable word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoHeader => "no-header",
            Self::TooLong => "too-long",
            Self::UnknownVersion => "unknown-version",
            Self::UnknownCommand => "unknown-command",
            Self::UnknownFamily => "unknown-family",
            Self::Malformed => "malformed",
        }
    }
}

/// How version 1 begins.
const LINE_BEGIN: &[u8] = b"PROXY ";
/// The longest line, its end included (§2.1).
const LINE_BYTES_MAX: usize = 107;
/// How version 2 begins: no protocol's first words.
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// What comes before the addresses in version 2.
const FIXED_BYTES: usize = 16;

/// Reads the header at the beginning of what has come.
pub fn read(bytes: &[u8]) -> Result<Header, Fault> {
    if begins(bytes, SIGNATURE) {
        return if bytes.len() < SIGNATURE.len() {
            Ok(Header::NotYet)
        } else {
            read_binary(bytes)
        };
    }
    if begins(bytes, LINE_BEGIN) {
        return read_line(bytes);
    }
    Err(Fault::NoHeader)
}

/// Whether both are the same as far as both go.
fn begins(bytes: &[u8], with: &[u8]) -> bool {
    let common = bytes.len().min(with.len());
    bytes[..common] == with[..common]
}

fn read_line(bytes: &[u8]) -> Result<Header, Fault> {
    let within = &bytes[..bytes.len().min(LINE_BYTES_MAX)];
    let Some(end) = within.windows(2).position(|pair| pair == b"\r\n") else {
        return if bytes.len() < LINE_BYTES_MAX {
            Ok(Header::NotYet)
        } else {
            Err(Fault::TooLong)
        };
    };
    let line = std::str::from_utf8(&within[LINE_BEGIN.len().min(end)..end]);
    let line = line.map_err(|_| Fault::Malformed)?;
    let whole = |told| Ok(Header::Whole(end + 2, told));
    let (family, rest) = line.split_once(' ').unwrap_or((line, ""));
    if family == "UNKNOWN" {
        // Whatever follows (§2.1).
        return whole(Told::Itself);
    }
    let mut words = rest.split(' ');
    let mut word = || words.next().ok_or(Fault::Malformed);
    let [from, to, from_port, to_port] = [word()?, word()?, word()?, word()?];
    if words.next().is_some() {
        return Err(Fault::Malformed);
    }
    let address = |text: &str| match family {
        "TCP4" => Some(IpAddr::V4(text.parse::<Ipv4Addr>().ok()?)),
        _ => Some(IpAddr::V6(text.parse::<Ipv6Addr>().ok()?)),
    };
    if family != "TCP4" && family != "TCP6" {
        return Err(Fault::UnknownFamily);
    }
    let both = address(from).zip(address(to)).ok_or(Fault::Malformed)?;
    let ports = port(from_port).zip(port(to_port)).ok_or(Fault::Malformed)?;
    whole(Told::Other(Peer::Told(SocketAddr::new(both.0, ports.0))))
}

/// Digits, and no more of them than needed.
fn port(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain && is_short)
}

fn read_binary(bytes: &[u8]) -> Result<Header, Fault> {
    let rest = &bytes[SIGNATURE.len()..];
    let [kind, family, high, low, ..] = *rest else {
        return match rest.first() {
            Some(kind) if kind >> 4 != 2 => Err(Fault::UnknownVersion),
            _ => Ok(Header::NotYet),
        };
    };
    if kind >> 4 != 2 {
        return Err(Fault::UnknownVersion);
    }
    let length = usize::from(u16::from_be_bytes([high, low]));
    if FIXED_BYTES + length > PROXY_HEADER_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let is_local = match kind & 15 {
        0 => true,
        1 => false,
        _ => return Err(Fault::UnknownCommand),
    };
    if family >> 4 > 3 || family & 15 > 2 {
        return Err(Fault::UnknownFamily);
    }
    let Some(block) = bytes.get(FIXED_BYTES..FIXED_BYTES + length) else {
        return Ok(Header::NotYet);
    };
    let whole = |told| Ok(Header::Whole(FIXED_BYTES + length, told));
    if is_local {
        return whole(Told::Itself);
    }
    // What follows the addresses says more than we ask (§2.2, TLV).
    let told = match family >> 4 {
        1 => v4(block).ok_or(Fault::Malformed)?,
        2 => v6(block).ok_or(Fault::Malformed)?,
        3 if block.len() >= UNIX_BYTES => Peer::Untold,
        3 => return Err(Fault::Malformed),
        _ => return whole(Told::Itself),
    };
    whole(Told::Other(told))
}

/// Two paths of Unix sockets.
const UNIX_BYTES: usize = 216;

fn v4(block: &[u8]) -> Option<Peer> {
    let (addresses, ports) = block.get(..12)?.split_at(8);
    let from: [u8; 4] = addresses.get(..4)?.try_into().ok()?;
    told(IpAddr::from(from), ports)
}

fn v6(block: &[u8]) -> Option<Peer> {
    let (addresses, ports) = block.get(..36)?.split_at(32);
    let from: [u8; 16] = addresses.get(..16)?.try_into().ok()?;
    told(IpAddr::from(from), ports)
}

fn told(from: IpAddr, ports: &[u8]) -> Option<Peer> {
    let port = ports.get(..2)?.try_into().ok()?;
    let port = u16::from_be_bytes(port);
    Some(Peer::Told(SocketAddr::new(from.to_canonical(), port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str) -> Told {
        Told::Other(Peer::Told(address.parse().unwrap()))
    }

    fn binary(kind: u8, family: u8, block: &[u8]) -> Vec<u8> {
        let length = u16::try_from(block.len()).unwrap().to_be_bytes();
        [SIGNATURE, &[kind, family], &length, block].concat()
    }

    fn v4_block() -> Vec<u8> {
        [&[192, 0, 2, 7][..], &[10, 0, 0, 1], &[0x12, 0x67], &[0, 80]].concat()
    }

    fn v6_block() -> Vec<u8> {
        let from: Ipv6Addr = "2001:db8::7".parse().unwrap();
        [&from.octets()[..], &[0; 16], &[0x12, 0x67], &[0, 80]].concat()
    }

    fn good() -> Vec<(Vec<u8>, Told)> {
        let tlv = [v4_block(), vec![0x20, 0, 3, 1, 2, 3]].concat();
        vec![
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 4711 80\r\n".to_vec(),
                told("192.0.2.7:4711"),
            ),
            (
                b"PROXY TCP6 2001:db8::7 ::1 4711 80\r\n".to_vec(),
                told("[2001:db8::7]:4711"),
            ),
            (b"PROXY UNKNOWN\r\n".to_vec(), Told::Itself),
            (
                b"PROXY UNKNOWN ffff::1 whatever it says\r\n".to_vec(),
                Told::Itself,
            ),
            (binary(0x21, 0x11, &v4_block()), told("192.0.2.7:4711")),
            (binary(0x21, 0x11, &tlv), told("192.0.2.7:4711")),
            (binary(0x21, 0x21, &v6_block()), told("[2001:db8::7]:4711")),
            (binary(0x20, 0x00, &[]), Told::Itself),
            (binary(0x20, 0x11, &v4_block()), Told::Itself),
            (binary(0x21, 0x00, b"anything"), Told::Itself),
            (
                binary(0x21, 0x31, &[0; UNIX_BYTES]),
                Told::Other(Peer::Untold),
            ),
        ]
    }

    #[test]
    fn a_header_tells_whose_connection_it_is_however_it_is_cut() {
        for (header, told) in good() {
            let with_more = [&header[..], b"GET / HTTP/1.1\r\n"].concat();
            let whole = Header::Whole(header.len(), told);
            assert_eq!(read(&with_more), Ok(whole), "{header:?}");
            for cut in 0..header.len() {
                assert_eq!(read(&header[..cut]), Ok(Header::NotYet), "{cut} {header:?}");
            }
        }
    }

    #[test]
    fn what_is_wrong_has_a_name() {
        let too_long = [&b"PROXY UNKNOWN "[..], &[b'x'; LINE_BYTES_MAX]].concat();
        let short_v6 = &v6_block()[..35];
        let large = vec![0; PROXY_HEADER_BYTES_MAX - FIXED_BYTES + 1];
        for (header, fault) in [
            (b"GET / HTTP/1.1\r\n".to_vec(), Fault::NoHeader),
            (b"\x16\x03\x01".to_vec(), Fault::NoHeader),
            (b"\r\n\r\nGET".to_vec(), Fault::NoHeader),
            (b"PROXX".to_vec(), Fault::NoHeader),
            (b"proxy TCP4".to_vec(), Fault::NoHeader),
            (too_long, Fault::TooLong),
            (b"PROXY TCP5 1 2 3 4\r\n".to_vec(), Fault::UnknownFamily),
            (b"PROXY \r\n".to_vec(), Fault::Malformed),
            (b"PROXY TCP4\r\n".to_vec(), Fault::Malformed),
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 1 2 3\r\n".to_vec(),
                Fault::Malformed,
            ),
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 1\r\n".to_vec(),
                Fault::Malformed,
            ),
            (
                b"PROXY TCP4  192.0.2.7 10.0.0.1 1 2\r\n".to_vec(),
                Fault::Malformed,
            ),
            (b"PROXY TCP4 ::1 ::1 1 2\r\n".to_vec(), Fault::Malformed),
            (
                b"PROXY TCP6 192.0.2.7 ::1 1 2\r\n".to_vec(),
                Fault::Malformed,
            ),
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 70000 2\r\n".to_vec(),
                Fault::Malformed,
            ),
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 +1 2\r\n".to_vec(),
                Fault::Malformed,
            ),
            (
                b"PROXY TCP4 192.0.2.7 10.0.0.1 01 2\r\n".to_vec(),
                Fault::Malformed,
            ),
            (b"PROXY TCP4 \xff\r\n".to_vec(), Fault::Malformed),
            (binary(0x11, 0x11, &v4_block()), Fault::UnknownVersion),
            (binary(0x22, 0x11, &v4_block()), Fault::UnknownCommand),
            (binary(0x21, 0x41, &v4_block()), Fault::UnknownFamily),
            (binary(0x21, 0x13, &v4_block()), Fault::UnknownFamily),
            (binary(0x21, 0x11, &v4_block()[..11]), Fault::Malformed),
            (binary(0x21, 0x21, short_v6), Fault::Malformed),
            (binary(0x21, 0x31, &[0; UNIX_BYTES - 1]), Fault::Malformed),
            (binary(0x20, 0x00, &large), Fault::TooLong),
        ] {
            assert_eq!(read(&header), Err(fault), "{header:?}");
        }
        // Nobody waits for the rest of what cannot become right.
        assert_eq!(
            read(&[SIGNATURE, &[0x31]].concat()),
            Err(Fault::UnknownVersion)
        );
    }
}
