//! Networks: whom a list of addresses means.
//!
//! An IPv4 address that came in the clothes of IPv6 (`::ffff:192.0.2.1`) is IPv4, in the lists and
//! where it is looked for in them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::{ConfigError, Fault};
use crate::i18n::shown;

/// Networks in one list. Reason: each request may be compared with all of them, and whole countries are
/// a firewall's business. Above: an error at the start.
pub const NETWORKS_MAX: usize = 1024;

/// Part of a list of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The addresses that begin like this.
    Ip(IpNet),
    /// Whoever comes through a Unix socket, and has no address.
    Unix,
}

/// What stands for whoever comes through a Unix socket.
const UNIX: &str = "unix";

impl Network {
    /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32` or `unix`.
    pub fn read(option: &'static str, value: &str) -> Result<Self, ConfigError> {
        let error = |fault| ConfigError {
            option,
            value: shown(value),
            fault,
        };
        if value == UNIX {
            return Ok(Self::Unix);
        }
        let network = match (value.parse::<IpAddr>(), value.parse::<IpNet>()) {
            (Ok(address), _) => IpNet::from(address.to_canonical()),
            (_, Ok(network)) => network,
            (Err(_), Err(_)) => return Err(error(Fault::BadNetwork)),
        };
        if network.trunc() != network {
            return Err(error(Fault::NetworkOfAnAddress {
                network: network.trunc().to_string(),
                address: network.addr().to_string(),
            }));
        }
        Ok(Self::Ip(canonical(network)))
    }

    /// Reads all values of an option.
    pub fn read_all<'a>(
        option: &'static str,
        values: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Self>, ConfigError> {
        let mut networks = Vec::new();
        for value in values {
            if networks.len() == NETWORKS_MAX {
                return Err(ConfigError {
                    option,
                    value: shown(value),
                    fault: Fault::TooManyNetworks { most: NETWORKS_MAX },
                });
            }
            networks.push(Self::read(option, value)?);
        }
        Ok(networks)
    }

    /// Whether an address lies in it, given as what it is.
    pub fn has(&self, address: IpAddr) -> bool {
        match self {
            Self::Ip(network) => network.contains(&address),
            Self::Unix => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(network) if network.prefix_len() == network.max_prefix_len() => {
                write!(f, "{}", network.addr())
            }
            Self::Ip(network) => write!(f, "{network}"),
            Self::Unix => f.write_str(UNIX),
        }
    }
}

/// A part of `::ffff:0:0/96` is a part of IPv4.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED_BITS: u8 = 96;
    let (IpAddr::V6(address), bits) = (network.addr(), network.prefix_len()) else {
        return network;
    };
    let mapped = Ipv6Addr::to_ipv4_mapped(&address);
    match (mapped, bits.checked_sub(MAPPED_BITS)) {
        (Some(address), Some(bits)) => IpNet::new(address.into(), bits).unwrap_or(network),
        _ => network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Network, Fault> {
        Network::read("allow", value).map_err(|error| error.fault)
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        for (network, address, is_in) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.9", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::ffff:192.0.2.0/120", "192.0.2.9", true),
            ("::ffff:192.0.2.9", "192.0.2.9", true),
            ("unix", "192.0.2.9", false),
        ] {
            let address = address.parse().unwrap();
            let network = read(network).unwrap();
            assert_eq!(network.has(address), is_in, "{network:?} {address}");
        }
        assert_eq!(read("unix"), Ok(Network::Unix));
    }

    #[test]
    fn what_is_no_network_is_told_what_it_may_have_meant() {
        for value in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "example.com",
            "10.0.0.0/255.0.0.0",
            "[::1]",
            "10.0.0.1:80",
            "Unix",
            " 10.0.0.1",
            "010.0.0.1",
        ] {
            assert_eq!(read(value), Err(Fault::BadNetwork), "{value}");
        }
        let meant = Fault::NetworkOfAnAddress {
            network: "10.0.0.0/8".to_owned(),
            address: "10.1.2.3".to_owned(),
        };
        assert_eq!(read("10.1.2.3/8"), Err(meant));
    }

    #[test]
    fn a_list_has_a_longest_length() {
        let many = |count| Network::read_all("deny", std::iter::repeat_n("10.0.0.1", count));
        assert!(many(NETWORKS_MAX).is_ok());
        let error = many(NETWORKS_MAX + 1).unwrap_err();
        assert_eq!(error.fault, Fault::TooManyNetworks { most: NETWORKS_MAX });
    }
}
