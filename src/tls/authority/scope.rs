//! What an authority may vouch for: written into its certificate, and enforced by whoever checks.
//!
//! Law: nothing that somebody else could own. A name is in it if no public authority may issue for
//! it, or if it is this machine's.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rcgen::{CidrSubnet, GeneralSubtree, NameConstraints};
use x509_cert::Certificate;
use x509_cert::ext::pkix::NameConstraints as ReadConstraints;
use x509_cert::ext::pkix::name::GeneralName;

/// Names with all below them, and networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    names: Vec<String>,
    /// An address and a mask, of the same length.
    networks: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Names that nobody owns: this machine (RFC 6761 §6.3), tests (§6.2), neighbours (RFC 6762), homes
/// (RFC 8375), and what ICANN keeps for private use.
const NAMES: [&str; 5] = ["localhost", "test", "local", "home.arpa", "internal"];

/// Networks that lead nowhere in the internet, with the bits of their mask: this machine, private
/// ones (RFC 1918), link-local ones, those that providers and VPNs share out (RFC 6598), and the
/// same of IPv6 (RFC 4193).
const NETWORKS: [(&str, u8); 9] = [
    ("127.0.0.0", 8),
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("::1", 128),
    ("fc00::", 7),
    ("fe80::", 10),
];

impl Scope {
    /// That of a machine with these names.
    pub(super) fn of_machine(machine: &BTreeSet<String>) -> Self {
        let mut names: Vec<String> = NAMES.map(str::to_owned).into();
        for name in machine {
            if !names.iter().any(|known| is_within(name, known)) && !may_be_top_level(name) {
                names.push(name.clone());
            }
        }
        let networks = NETWORKS.map(|(address, bits)| {
            let address: IpAddr = address.parse().expect("an address of the table");
            match CidrSubnet::from_addr_prefix(address, bits) {
                CidrSubnet::V4(address, mask) => (address.to_vec(), mask.to_vec()),
                CidrSubnet::V6(address, mask) => (address.to_vec(), mask.to_vec()),
            }
        });
        Self {
            names,
            networks: networks.into(),
        }
    }

    /// What a certificate says; `None` if it says nothing, and so could vouch for everything.
    pub(super) fn of_certificate(certificate: &Certificate) -> Option<Self> {
        let found = certificate.tbs_certificate();
        let (is_critical, constraints) = found.get_extension::<ReadConstraints>().ok()??;
        let permitted = constraints.permitted_subtrees?;
        if !is_critical || constraints.excluded_subtrees.is_some() {
            return None;
        }
        let (mut names, mut networks) = (Vec::new(), Vec::new());
        for tree in permitted {
            match tree.base {
                GeneralName::DnsName(name) => names.push(name.to_string()),
                GeneralName::IpAddress(bytes) => {
                    let (address, mask) = bytes.as_bytes().split_at(bytes.as_bytes().len() / 2);
                    networks.push((address.to_vec(), mask.to_vec()));
                }
                _ => return None,
            }
        }
        let says_both = !names.is_empty() && !networks.is_empty();
        says_both.then_some(Self { names, networks })
    }

    pub(super) fn constraints(&self) -> NameConstraints {
        let names = self.names.iter().cloned().map(GeneralSubtree::DnsName);
        let networks = self.networks.iter().filter_map(|(address, mask)| {
            let four = <[u8; 4]>::try_from(&address[..]).ok();
            let six = <[u8; 16]>::try_from(&address[..]).ok();
            Some(GeneralSubtree::IpAddress(match (four, six) {
                (Some(address), _) => CidrSubnet::V4(address, mask[..].try_into().ok()?),
                (_, Some(address)) => CidrSubnet::V6(address, mask[..].try_into().ok()?),
                _ => return None,
            }))
        });
        NameConstraints {
            permitted_subtrees: names.chain(networks).collect(),
            excluded_subtrees: Vec::new(),
        }
    }

    pub(super) fn permits_name(&self, name: &str) -> bool {
        self.names.iter().any(|known| is_within(name, known))
    }

    pub(super) fn permits_address(&self, address: IpAddr) -> bool {
        let bytes = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        self.networks.iter().any(|(network, mask)| {
            let same = |((byte, of_network), mask)| byte & mask == of_network & mask;
            network.len() == bytes.len() && bytes.iter().zip(network).zip(mask).all(same)
        })
    }
}

/// The name itself, or one below it (RFC 5280 §4.2.1.10).
fn is_within(name: &str, parent: &str) -> bool {
    let rest = name.strip_suffix(parent);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a name could be one of the internet's top-level domains.
///
/// A machine may be called `dev` or `box`; to permit that name would permit all that is below it,
/// and that is somebody else's. They are all letters, or begin with `xn--`.
fn may_be_top_level(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_ascii_alphabetic()) || name.starts_with("xn--");
    !name.contains('.') && is_word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(machine: &[&str]) -> Scope {
        Scope::of_machine(&machine.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn what_is_nobodys_or_this_machines_is_permitted_and_nothing_else() {
        let scope = scope(&["web.example.com", "pi4", "pi4.local"]);
        for name in [
            "localhost",
            "app.localhost",
            "a.b.test",
            "pi4.local",
            "pi4",
            "nas.home.arpa",
            "ci.internal",
            "web.example.com",
        ] {
            assert!(scope.permits_name(name), "{name}");
        }
        for name in [
            "example.com",
            "notlocalhost",
            "arpa",
            "google.com",
            "aweb.example.com",
            "",
        ] {
            assert!(!scope.permits_name(name), "{name}");
        }
        for address in [
            "127.9.9.9",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.5",
            "100.100.0.1",
            "169.254.1.1",
            "::1",
            "fd12::1",
            "fe80::1",
        ] {
            assert!(scope.permits_address(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2001:db8::1",
            "::2",
            "0.0.0.0",
        ] {
            assert!(
                !scope.permits_address(address.parse().unwrap()),
                "{address}"
            );
        }
    }

    #[test]
    fn a_machine_called_like_a_top_level_domain_opens_none() {
        for machine in ["dev", "box", "xn--p1ai"] {
            let scope = scope(&[machine, &format!("{machine}.local")]);
            assert!(!scope.permits_name(machine), "{machine}");
            assert!(!scope.permits_name(&format!("shop.{machine}")));
            assert!(scope.permits_name(&format!("{machine}.local")));
        }
        assert!(scope(&["dev-1"]).permits_name("dev-1"));
    }
}
