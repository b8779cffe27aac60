//! Which machine is at the other end: what makes connections siblings.

use std::net::{IpAddr, Ipv6Addr};

use crate::exchange::Peer;

/// The machine at the other end of a connection, as far as its address tells.
///
/// `127.0.0.1` and `::1` are the same machine: a browser that is told `localhost` tries both.
/// Two machines behind one address (a router, a proxy) are taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Machine {
    /// At this address; an IPv4 address as IPv6 writes it.
    At(Ipv6Addr),
    /// At the other end of a Unix socket: on this machine, and nothing more is known.
    Unix,
}

/// Which of the two internets an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
    None,
}

impl Machine {
    /// The machine of a peer.
    pub fn of(peer: Peer) -> Self {
        let Peer::Tcp(address) = peer else {
            return Self::Unix;
        };
        let ip = address.ip().to_canonical();
        if ip.is_loopback() {
            return Self::At(Ipv6Addr::LOCALHOST);
        }
        Self::At(match ip {
            IpAddr::V4(v4) => v4.to_ipv6_mapped(),
            IpAddr::V6(v6) => v6,
        })
    }
}

impl Family {
    pub(super) fn of(peer: Peer) -> Self {
        match peer {
            Peer::Tcp(address) | Peer::Told(address) => match address.ip().to_canonical() {
                IpAddr::V4(_) => Self::V4,
                IpAddr::V6(_) => Self::V6,
            },
            Peer::Unix | Peer::Untold => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(peer: &str) -> Machine {
        Machine::of(Peer::Tcp(peer.parse().unwrap()))
    }

    #[test]
    fn every_way_to_this_machine_is_the_same_machine() {
        let here = machine("127.0.0.1:1");
        for peer in ["[::1]:2", "[::ffff:127.0.0.1]:3", "127.8.9.10:4"] {
            assert_eq!(machine(peer), here, "{peer}");
        }
        assert_ne!(machine("192.0.2.1:1"), here);
        assert_eq!(machine("192.0.2.1:1"), machine("[::ffff:192.0.2.1]:9"));
        assert_ne!(machine("192.0.2.1:1"), machine("192.0.2.2:1"));
        assert_ne!(Machine::of(Peer::Unix), here);
    }
}
