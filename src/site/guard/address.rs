//! Who may come in, by address: whoever is denied may not; of all others, where some are allowed,
//! those alone.

use crate::config::Network;
use crate::exchange::{Peer, Reason};

/// The lists of addresses.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    allow: Vec<Network>,
    deny: Vec<Network>,
}

impl Gate {
    pub(crate) fn new(allow: Vec<Network>, deny: Vec<Network>) -> Self {
        Self { allow, deny }
    }

    /// Why somebody may not come in; `None`: they may.
    ///
    /// # Spec
    /// RFC 9110 §15.5.4 (403).
    pub(crate) fn judge(&self, peer: &Peer) -> Option<Reason> {
        if is_among(peer, &self.deny) {
            Some(Reason::AddressDenied)
        } else if self.allow.is_empty() || is_among(peer, &self.allow) {
            None
        } else {
            Some(Reason::AddressNotAllowed)
        }
    }
}

/// Whether somebody is meant by a list. Of whom nobody knows the address, no list does.
pub(crate) fn is_among(peer: &Peer, networks: &[Network]) -> bool {
    match (peer, peer.address()) {
        (_, Some(address)) => networks.iter().any(|network| network.has(address)),
        (Peer::Unix, None) => networks.contains(&Network::Unix),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(allow: &[&str], deny: &[&str], peer: Peer) -> Option<Reason> {
        let read = |list: &[&str]| Network::read_all("allow", list.iter().copied()).unwrap();
        Gate::new(read(allow), read(deny)).judge(&peer)
    }

    fn at(address: &str) -> Peer {
        Peer::Tcp((address.parse::<std::net::IpAddr>().unwrap(), 5).into())
    }

    #[test]
    fn whoever_is_denied_may_not_and_of_all_others_those_who_are_allowed() {
        let (denied, not_allowed) = (Some(Reason::AddressDenied), Some(Reason::AddressNotAllowed));
        for (allow, deny, address, expected) in [
            (&[][..], &[][..], "192.0.2.1", None),
            (&[], &["192.0.2.0/24"], "192.0.2.1", denied),
            (&[], &["192.0.2.0/24"], "192.0.3.1", None),
            (&["192.0.2.0/24"], &[], "192.0.2.1", None),
            (&["192.0.2.0/24"], &[], "192.0.3.1", not_allowed),
            // Whatever else allows it, and however exactly.
            (&["192.0.2.1"], &["192.0.2.0/24"], "192.0.2.1", denied),
            (&["192.0.2.0/24"], &["192.0.2.1"], "192.0.2.1", denied),
            (&["192.0.2.0/24"], &["192.0.2.1"], "192.0.2.2", None),
            (&["192.0.2.0/24"], &[], "::ffff:192.0.2.1", None),
            (&[], &["192.0.2.0/24"], "::ffff:192.0.2.1", denied),
            (&["::1"], &[], "::1", None),
        ] {
            let judged = judged(allow, deny, at(address));
            assert_eq!(judged, expected, "{allow:?} {deny:?} {address}");
        }
    }

    #[test]
    fn who_has_no_address_is_meant_by_its_own_word_or_by_none() {
        let everybody = ["0.0.0.0/0", "::/0"];
        let not_allowed = Some(Reason::AddressNotAllowed);
        assert_eq!(judged(&everybody, &[], Peer::Unix), not_allowed);
        assert_eq!(judged(&["unix"], &[], Peer::Unix), None);
        assert_eq!(
            judged(&[], &["unix"], Peer::Unix),
            Some(Reason::AddressDenied)
        );
        assert_eq!(judged(&[], &everybody, Peer::Unix), None);
        assert_eq!(judged(&["unix"], &[], Peer::Untold), not_allowed);
        assert_eq!(judged(&everybody, &[], Peer::Untold), not_allowed);
    }
}
