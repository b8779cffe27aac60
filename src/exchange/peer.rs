//! Who is at the other end.

use std::fmt;
use std::net::SocketAddr;

/// The other end of a connection, as the socket knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// An address and port.
    Tcp(SocketAddr),
    /// A process on this machine, through a Unix socket: it has no address.
    Unix,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // An IPv4 client of a dual-stack socket is shown as what it is.
            Self::Tcp(SocketAddr::V6(v6)) => match v6.ip().to_ipv4_mapped() {
                Some(v4) => write!(f, "{v4}:{}", v6.port()),
                None => write!(f, "{v6}"),
            },
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix => f.write_str("unix"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_client_of_an_ipv6_socket_is_shown_as_ipv4() {
        let peer = Peer::Tcp("[::ffff:127.0.0.1]:80".parse().unwrap());
        assert_eq!(peer.to_string(), "127.0.0.1:80");
        assert_eq!(
            Peer::Tcp("[::1]:80".parse().unwrap()).to_string(),
            "[::1]:80"
        );
        assert_eq!(Peer::Unix.to_string(), "unix");
    }
}
