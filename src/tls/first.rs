//! What is spoken to a port of ours that expects TLS, by the first bytes.
//!
//! Law: whatever is decided stays so however much follows, and it is decided within
//! [`UNDECIDED_BYTES_MAX`] bytes. So it makes no difference how the network cut them.

/// What a client turned out to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// A record that begins a handshake.
    Tls,
    /// A method and the space behind it: HTTP in clear.
    Http,
    /// Another protocol, or none.
    Neither,
    /// Letters that may be a method yet, or nothing at all.
    NotYet,
}

/// Bytes that may be there without telling what they are: a method without its end.
pub const UNDECIDED_BYTES_MAX: usize = METHOD_BYTES_MAX;

/// The first byte of a record that begins a handshake (RFC 8446 §5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// Letters in the longest method that is known, and then some.
const METHOD_BYTES_MAX: usize = 16;

/// Says what these bytes, the first of a connection, are.
pub fn first_of(said: &[u8]) -> First {
    if let [HANDSHAKE_RECORD, ..] = said {
        return First::Tls;
    }
    let letters = said.iter().take_while(|byte| byte.is_ascii_uppercase());
    let letters = letters.take(METHOD_BYTES_MAX + 1).count();
    match said.get(letters) {
        _ if letters > METHOD_BYTES_MAX => First::Neither,
        None => First::NotYet,
        Some(b' ') if letters > 0 => First::Http,
        Some(_) => First::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_in_clear_is_known_by_its_method() {
        for (said, first) in [
            ("GET / HTTP/1.1\r\n", First::Http),
            ("PROPFIND /", First::Http),
            ("OPTIONS *", First::Http),
            ("PRI * HTTP/2.0\r\n", First::Http),
            ("ABCDEFGHIJKLMNOP ", First::Http),
            ("", First::NotYet),
            ("G", First::NotYet),
            ("ABCDEFGHIJKLMNOP", First::NotYet),
            ("ABCDEFGHIJKLMNOPQ", First::Neither),
            (" GET /", First::Neither),
            ("get / HTTP/1.1", First::Neither),
            ("GE\u{0}", First::Neither),
            ("\u{0}\u{1}", First::Neither),
            ("SSH-2.0-x", First::Neither),
            ("\r\n", First::Neither),
            ("\u{16}", First::Tls),
            ("\u{16}GET /", First::Tls),
        ] {
            assert_eq!(first_of(said.as_bytes()), first, "{said:?}");
        }
    }
}
