//! The addresses this machine has in its networks.

use std::net::IpAddr;

use if_addrs::get_if_addrs;

/// Beginnings of the names of interfaces that lead to containers and virtual machines on this
/// machine, not out of it.
const INWARD: [&str; 6] = ["br-", "docker", "lxc", "veth", "virbr", "vnet"];

/// Addresses under which others may reach this machine; those that lead out of it first, and of
/// these IPv4 before IPv6, which is longer to type. None if the system does not tell.
///
/// Without loopback, and without link-local ones: those need a zone, which no browser takes.
pub fn addresses() -> Vec<IpAddr> {
    let interfaces = get_if_addrs().unwrap_or_default();
    let mut found: Vec<(bool, IpAddr)> = { interfaces.iter() }
        .filter(|interface| interface.is_oper_up() && !interface.is_loopback())
        .map(|interface| (leads_inward(&interface.name), interface.ip()))
        .filter(|(_, address)| can_be_typed(*address))
        .collect();
    found.sort_by_key(|(inward, address)| (*inward, address.is_ipv6()));
    found.dedup();
    found.into_iter().map(|(_, address)| address).collect()
}

fn leads_inward(interface: &str) -> bool {
    INWARD
        .iter()
        .any(|beginning| interface.starts_with(beginning))
}

fn can_be_typed(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_link_local(),
        IpAddr::V6(address) => !address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_of_no_use_to_others() {
        for address in addresses() {
            assert!(
                !address.is_loopback() && !address.is_unspecified(),
                "{address}"
            );
        }
        assert!(!can_be_typed("fe80::1".parse().unwrap()));
        assert!(!can_be_typed("169.254.1.1".parse().unwrap()));
        assert!(can_be_typed("fd00::1".parse().unwrap()));
        assert!(leads_inward("docker0") && !leads_inward("eth0"));
    }
}
