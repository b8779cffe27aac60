//! Who is at the other end.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Who asks: the other end of a connection as the socket knows it, or whoever a trusted proxy there
/// says that it speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// An address and port.
    Tcp(SocketAddr),
    /// A process on this machine, through a Unix socket: it has no address.
    Unix,
    /// Whoever is behind a trusted proxy, as it says; port 0 where it does not say one. Never this
    /// machine's own person, whatever the address.
    Told(SocketAddr),
    /// Somebody behind a trusted proxy that does not say who.
    Untold,
}

impl Peer {
    /// The address, if there is one; that of an IPv4 client of a dual-stack socket is IPv4.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) | Self::Told(address) => Some(address.ip().to_canonical()),
            Self::Unix | Self::Untold => None,
        }
    }

    /// Whether somebody else's word is all there is for it.
    pub fn is_hearsay(&self) -> bool {
        matches!(self, Self::Told(_) | Self::Untold)
    }
}

/// Whom limits take for one client: an address of IPv4, or a network of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// That of an address; of IPv6 so many bits count.
    pub fn of(address: IpAddr, ipv6_prefix: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.into()),
            IpAddr::V6(v6) => {
                let others = 128_u32.saturating_sub(ipv6_prefix.into());
                let mask = u128::MAX.checked_shl(others).unwrap_or(0);
                Self(Ipv6Addr::from_bits(v6.to_bits() & mask).into())
            }
        }
    }
}

impl Peer {
    /// Whom limits take it for, if it has an address.
    pub fn network(&self, ipv6_prefix: u8) -> Option<Network> {
        match self {
            Self::Tcp(address) | Self::Told(address) => {
                Some(Network::of(address.ip(), ipv6_prefix))
            }
            Self::Unix | Self::Untold => None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // An IPv4 client of a dual-stack socket is shown as what it is.
            Self::Told(address) if address.port() == 0 => {
                write!(f, "{}", address.ip().to_canonical())
            }
            Self::Tcp(SocketAddr::V6(v6)) | Self::Told(SocketAddr::V6(v6)) => {
                match v6.ip().to_ipv4_mapped() {
                    Some(v4) => write!(f, "{v4}:{}", v6.port()),
                    None => write!(f, "{v6}"),
                }
            }
            Self::Tcp(address) | Self::Told(address) => write!(f, "{address}"),
            Self::Unix => f.write_str("unix"),
            Self::Untold => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_address_of_ipv4_or_the_first_bits_of_ipv6() {
        let of = |text: &str, prefix| Network::of(text.parse().unwrap(), prefix);
        for (one, other, prefix, are_same) in [
            ("192.0.2.1", "192.0.2.1", 64, true),
            ("192.0.2.1", "192.0.2.2", 64, false),
            ("192.0.2.1", "::ffff:192.0.2.1", 64, true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", 64, false),
            ("2001:db8::1", "2001:db8::ffff:2", 64, true),
            ("2001:db8::1", "2001:db8:0:1::1", 64, false),
            ("2001:db8::1", "2001:db8:0:1::1", 48, true),
            ("2001:db8::1", "2001:db8::2", 128, false),
            ("2001:db8::1", "fe80::1", 0, true),
        ] {
            let same = of(one, prefix) == of(other, prefix);
            assert_eq!(same, are_same, "{one} and {other} by {prefix} bits");
        }
        assert_eq!(Peer::Unix.network(64), None);
    }

    #[test]
    fn an_ipv4_client_of_an_ipv6_socket_is_shown_as_ipv4() {
        let peer = Peer::Tcp("[::ffff:127.0.0.1]:80".parse().unwrap());
        assert_eq!(peer.to_string(), "127.0.0.1:80");
        assert_eq!(
            Peer::Tcp("[::1]:80".parse().unwrap()).to_string(),
            "[::1]:80"
        );
        assert_eq!(Peer::Unix.to_string(), "unix");
        let told = |address: &str| Peer::Told(address.parse().unwrap()).to_string();
        assert_eq!(told("[::ffff:192.0.2.1]:0"), "192.0.2.1");
        assert_eq!(told("[2001:db8::1]:0"), "2001:db8::1");
        assert_eq!(told("[2001:db8::1]:5"), "[2001:db8::1]:5");
        assert_eq!(Peer::Untold.to_string(), "unknown");
    }
}
