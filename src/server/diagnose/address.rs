//! The addresses of this machine, and the names it knows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{alike, source};

/// The addresses of this machine; empty if the system does not tell.
pub fn local_addresses() -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = ipv4(&source::text("/proc/net/fib_trie"))
        .into_iter()
        .map(IpAddr::from)
        .collect();
    let six = ipv6(&source::text("/proc/net/if_inet6")).into_iter();
    addresses.extend(six.map(IpAddr::from));
    addresses.sort();
    addresses.dedup();
    addresses
}

/// Names of this machine's table of hosts that are like this one.
pub fn names_like(host: &str) -> Vec<String> {
    let mut names = names_in(&source::text("/etc/hosts"));
    names.push("localhost".to_owned());
    names.sort();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    alike(host, &names)
}

/// Our own addresses in the kernel's table of routes: a line with the address, and below it one
/// that calls it a host of ours.
fn ipv4(trie: &str) -> Vec<Ipv4Addr> {
    let mut found = Vec::new();
    let mut last: Option<Ipv4Addr> = None;
    for line in trie.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse().ok();
        } else if line.starts_with("/32 host LOCAL") {
            found.extend(last);
        }
    }
    found
}

/// The addresses in the kernel's table of IPv6. Those that count on one link alone are left out:
/// they cannot be listened on by the address alone.
fn ipv6(table: &str) -> Vec<Ipv6Addr> {
    let address = |line: &str| {
        let digits = line.split_whitespace().next()?;
        let address = Ipv6Addr::from(u128::from_str_radix(digits, 16).ok()?);
        (digits.len() == 32 && !address.is_unicast_link_local()).then_some(address)
    };
    table.lines().filter_map(address).collect()
}

fn names_in(hosts: &str) -> Vec<String> {
    let without_comments = hosts.lines().filter_map(|line| line.split('#').next());
    without_comments
        .flat_map(|line| line.split_whitespace().skip(1))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_tell_our_addresses() {
        let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n\
            \u{20}          |-- 127.0.0.0\n              /8 host LOCAL\n\
            \u{20}          |-- 127.0.0.1\n              /32 host LOCAL\n\
            \u{20}          |-- 192.0.2.2\n              /32 host LOCAL\n\
            \u{20}       |-- 192.0.2.255\n           /32 link BROADCAST\n";
        let loopback = Ipv4Addr::LOCALHOST;
        assert_eq!(ipv4(trie), [loopback, Ipv4Addr::new(192, 0, 2, 2)]);
        let table = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n\
            fd000000000000000000000000000002 04 40 00 82     eth0\n\
            00000000000000000000000000000001 01 80 10 80       lo\n1 2\n";
        let told: Vec<String> = ipv6(table).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["fd00::2", "::1"]);
    }

    #[test]
    fn every_machine_has_a_loopback() {
        assert!(local_addresses().contains(&Ipv4Addr::LOCALHOST.into()));
    }

    #[test]
    fn a_misspelt_name_is_like_one_that_is_known() {
        let hosts = "127.0.0.1 localhost\n# 10.0.0.1 not.me\n10.0.0.2 web.lan web # mine\n";
        assert_eq!(names_in(hosts), ["localhost", "web.lan", "web"]);
        assert!(names_like("localhots").contains(&"localhost".to_owned()));
        assert!(names_like("example.com").is_empty());
    }
}
