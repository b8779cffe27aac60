//! What this machine is called, and where it is in its networks.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::net;

/// The names of this machine, without `localhost`: as it calls itself, and what the neighbours in
/// its network call it (RFC 6762).
pub fn names() -> BTreeSet<String> {
    let name = rustix::system::uname();
    names_of(&name.nodename().to_string_lossy())
}

fn names_of(node: &str) -> BTreeSet<String> {
    let node = node.to_ascii_lowercase();
    let node = node.trim_end_matches('.');
    if !is_name(node) || node == "localhost" || node.starts_with("localhost.") {
        return BTreeSet::new();
    }
    let first = node.split('.').next().unwrap_or(node);
    BTreeSet::from([node.to_owned(), format!("{first}.local")])
}

/// Whether it can stand in a certificate (RFC 1123 §2.1): not `(none)`, and no address.
pub(super) fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let ends = [label.chars().next(), label.chars().last()];
        (1..=63).contains(&label.len())
            && ends.iter().flatten().all(char::is_ascii_alphanumeric)
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    name.len() <= 253 && name.parse::<IpAddr>().is_err() && name.split('.').all(is_label)
}

/// Every address of this machine that a browser can open.
pub(super) fn addresses() -> BTreeSet<IpAddr> {
    let mut addresses: BTreeSet<IpAddr> = net::addresses().into_iter().collect();
    addresses.insert(Ipv4Addr::LOCALHOST.into());
    addresses.insert(Ipv6Addr::LOCALHOST.into());
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_called_by_its_name_and_by_its_neighbours() {
        let named = |node| -> Vec<String> { names_of(node).into_iter().collect() };
        assert_eq!(named("Laptop"), ["laptop", "laptop.local"]);
        assert_eq!(named("web.example.com"), ["web.example.com", "web.local"]);
        assert_eq!(named("pi.local"), ["pi.local"]);
        for none in [
            "localhost",
            "localhost.localdomain",
            "(none)",
            "",
            "a_b",
            "10.0.0.1",
            "-a",
        ] {
            assert!(named(none).is_empty(), "{none}");
        }
    }
}
