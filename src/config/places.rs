//! Which sites answer where: those that say so at their own addresses, all others where the server listens.

use super::{ListenAddress, Settings};

/// Addresses at which the same sites answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceSettings {
    /// Which.
    pub addresses: Vec<ListenAddress>,
    /// Those of [`Settings::sites`] that are found there by their hosts.
    pub sites: Vec<usize>,
    /// Who answers for all other hosts.
    pub others: Others,
}

/// Who answers for hosts that no site has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// The site at the top.
    Top,
    /// This one of [`Settings::sites`].
    Site(usize),
    /// Nobody.
    Nobody,
}

impl Settings {
    /// All places; the first is where the server listens, though there may be no address left for it.
    pub fn places(&self) -> Vec<PlaceSettings> {
        let everywhere = |n: &usize| self.sites[*n].listen.is_empty();
        let mut places = vec![PlaceSettings {
            addresses: Vec::new(),
            sites: (0..self.sites.len()).filter(everywhere).collect(),
            others: Others::Top,
        }];
        for address in self.addresses() {
            let is_of_server = self.listen.contains(address);
            let is_here = |n: &usize| {
                let listen = &self.sites[*n].listen;
                listen.contains(address) || is_of_server && listen.is_empty()
            };
            let here: Vec<usize> = (0..self.sites.len()).filter(is_here).collect();
            let for_all = here.iter().find(|n| self.sites[**n].hosts.is_empty());
            let others = match (for_all, is_of_server) {
                (Some(n), _) => Others::Site(*n),
                (None, true) => Others::Top,
                (None, false) => Others::Nobody,
            };
            let known =
                { places.iter_mut() }.find(|place| place.sites == here && place.others == others);
            match known {
                Some(place) => place.addresses.push(address.clone()),
                None => places.push(PlaceSettings {
                    addresses: vec![address.clone()],
                    sites: here,
                    others,
                }),
            }
        }
        places
    }

    /// Every address that is listened on for the sites: the server's, then those of single sites.
    pub fn addresses(&self) -> Vec<&ListenAddress> {
        let mut addresses: Vec<&ListenAddress> = self.listen.iter().collect();
        for address in self.sites.iter().flat_map(|site| &site.listen) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The place that an address belongs to.
    pub fn place_of(&self, address: &ListenAddress) -> usize {
        let is_it = |place: &PlaceSettings| place.addresses.contains(address);
        self.places().iter().position(is_it).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostName, SiteSettings};

    fn address(port: u16) -> ListenAddress {
        ListenAddress::Tcp(([127, 0, 0, 1], port).into())
    }

    fn site(hosts: &[&str], ports: &[u16]) -> SiteSettings {
        SiteSettings {
            hosts: hosts
                .iter()
                .filter_map(|host| HostName::read(host))
                .collect(),
            listen: ports.iter().copied().map(address).collect(),
            ..SiteSettings::default()
        }
    }

    #[test]
    fn sites_are_where_they_say_and_the_others_where_the_server_listens() {
        let settings = Settings {
            listen: vec![address(80), address(81), address(82)],
            sites: vec![
                site(&["a.test"], &[]),
                site(&["b.test"], &[90, 81]),
                site(&[], &[90]),
                site(&["c.test"], &[91, 92]),
            ],
            ..Settings::default()
        };
        let place = |ports: &[u16], sites: &[usize], others| PlaceSettings {
            addresses: ports.iter().copied().map(address).collect(),
            sites: sites.to_vec(),
            others,
        };
        let expected = [
            place(&[80, 82], &[0], Others::Top),
            place(&[81], &[0, 1], Others::Top),
            place(&[90], &[1, 2], Others::Site(2)),
            place(&[91, 92], &[3], Others::Nobody),
        ];
        assert_eq!(settings.places(), expected);
        assert_eq!(settings.place_of(&address(92)), 3);
        assert_eq!(settings.place_of(&address(7)), 0);
        let alone = Settings::default();
        let usual = [place(&[7878], &[], Others::Top)];
        assert_eq!(alone.places(), usual);
    }
}
