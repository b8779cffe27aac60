//! Which site answers whom: by the host that is asked for.
//!
//! Sites, and which host leads to which, are made anew whenever the settings are read, as a
//! [`Generation`]; [`Sites`] is where the present one is. Each request is answered by the generation
//! that was there when it came, however long that takes.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use http::{HeaderValue, StatusCode};

use super::guard::client::{Introduction, Proxies};
use super::trace::{HostMatch, Step, Trace, Untraced, Walk, text};
use super::{LimitStates, Site};
use crate::config::routing::Origin;
use crate::config::{HostName, MountPoint, ProxySettings};
use crate::exchange::{FieldList, Peer, Reply, Request, RequestFields, Response, host_of};
use crate::i18n::Language;
use crate::observe::CacheCounts;

/// The sites as they are now.
pub struct Sites(ArcSwap<Generation>);

impl Sites {
    /// These.
    pub fn new(first: Generation) -> Self {
        Self(ArcSwap::from_pointee(first))
    }

    /// The present generation, for what is done at once.
    pub fn now(&self) -> Guard<Arc<Generation>> {
        self.0.load()
    }

    /// The present generation, for what takes time.
    pub fn held(&self) -> Arc<Generation> {
        self.0.load_full()
    }

    /// From here on others answer; the number of their generation. What is being answered goes on as
    /// it began.
    pub fn replace(&self, mut next: Generation) -> u32 {
        next.number = self.now().number.wrapping_add(1);
        let number = next.number;
        self.0.store(Arc::new(next));
        number
    }
}

/// All sites that were made of one reading of the settings.
pub struct Generation {
    /// Counted from 1.
    pub number: u32,
    /// The one for hosts that no other has comes first.
    sites: Vec<Arc<Site>>,
    /// What they are called, and where they are described, in the same order.
    names: Vec<(Box<str>, Option<Origin>)>,
    exact: HashMap<Box<[u8]>, usize>,
    /// By what follows the `*`.
    below: HashMap<Box<[u8]>, usize>,
    /// Whose word about their clients is taken; `None`: nobody's.
    proxies: Option<Box<Proxies>>,
}

/// The number of the first generation.
const FIRST: u32 = 1;

/// What a site without hosts is called.
const DEFAULT_NAME: &str = "default";

/// Most bytes of a host that are looked for: a longer one is nobody's (RFC 1035 §2.3.4).
const HOST_BYTES_MAX: usize = 253;

impl Generation {
    /// A site that answers whatever is asked for.
    pub fn of(site: Site) -> Self {
        Self {
            number: FIRST,
            sites: vec![Arc::new(site)],
            names: vec![(DEFAULT_NAME.into(), None)],
            exact: HashMap::new(),
            below: HashMap::new(),
            proxies: None,
        }
    }

    /// The same, behind proxies whose word is taken.
    #[must_use]
    pub fn behind(mut self, settings: &ProxySettings) -> Self {
        self.proxies = Proxies::new(settings).map(Box::new);
        self
    }

    /// What begins a connection of this peer's.
    pub fn introduction(&self, peer: &Peer) -> Introduction {
        let proxies = self.proxies.as_ref();
        proxies.map_or(Introduction::None, |proxies| {
            proxies.expect_introduction(peer)
        })
    }

    /// Whose request it is, if a trusted proxy passed it on.
    #[inline]
    pub fn client(&self, peer: &Peer, fields: &dyn RequestFields) -> Option<Peer> {
        self.proxies.as_ref()?.client(peer, fields)
    }

    /// A further site, for these hosts, and where it is described.
    pub fn add(&mut self, hosts: &[HostName], origin: Option<Origin>, site: Site) {
        let place = self.sites.len();
        self.sites.push(Arc::new(site));
        let name = hosts.first().map_or(DEFAULT_NAME, HostName::as_str);
        self.names.push((name.into(), origin));
        for host in hosts {
            let (hosts, name) = match host.parent() {
                Some(_) => (&mut self.below, &host.as_str()[1..]),
                None => (&mut self.exact, host.as_str()),
            };
            hosts.entry(name.as_bytes().into()).or_insert(place);
        }
    }

    /// Which site answers for an authority: the one of its very name, or the one of the longest end of
    /// it, or the one for all others.
    pub(super) fn place_for(&self, authority: Option<&[u8]>) -> usize {
        self.place_by(authority, &Untraced)
    }

    fn place_by(&self, authority: Option<&[u8]>, trace: &impl Trace) -> usize {
        let found = |place: usize, by: &dyn Fn() -> HostMatch| {
            trace.note(|| {
                let (name, origin) = &self.names[place];
                Step::Site {
                    name: name.to_string(),
                    by: by(),
                    origin: origin.clone(),
                }
            });
            place
        };
        if self.sites.len() == 1 {
            return found(0, &|| HostMatch::Only);
        }
        let default = || found(0, &|| HostMatch::Default);
        let host = host_of(authority.unwrap_or_default());
        let host = host.strip_suffix(b".").unwrap_or(host);
        let mut small = [0; HOST_BYTES_MAX];
        let Some(small) = small.get_mut(..host.len()) else {
            return default();
        };
        small.copy_from_slice(host);
        small.make_ascii_lowercase();
        let host = &*small;
        if let Some(place) = self.exact.get(host) {
            return found(*place, &|| HostMatch::Exact(text(host)));
        }
        if self.below.is_empty() {
            return default();
        }
        // At least one byte stands before the dot.
        let mut dots = (1..host.len()).filter(|at| host[*at] == b'.');
        let place = dots.find_map(|at| Some((at, *self.below.get(&host[at..])?)));
        match place {
            Some((at, place)) => found(place, &|| {
                HostMatch::Wildcard(format!("*{}", text(&host[at..])))
            }),
            None => default(),
        }
    }

    fn site_for(&self, authority: Option<&[u8]>) -> &Site {
        &self.sites[self.place_for(authority)]
    }

    /// The answer to a request: now, unless something has to be waited for.
    pub fn respond<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        self.site_for(request.authority).respond(request)
    }

    /// The same, with every step written down.
    pub fn explain<'a>(&'a self, request: Request<'a>, walk: &'a Walk) -> Reply<'a> {
        let place = self.place_by(request.authority, walk);
        self.sites[place].explain(request, walk)
    }

    /// The same for a request that is over: [`Site::recall`].
    pub fn recall<'a>(&'a self, request: Request<'a>, walk: &'a Walk) -> Reply<'a> {
        let place = self.place_by(request.authority, walk);
        self.sites[place].recall(request, walk)
    }

    /// From now on its limits count.
    pub fn take_effect(&self, counted: &LimitStates) {
        self.sites.iter().for_each(|site| site.take_effect(counted));
        counted.tidy();
    }

    /// What the answer to a request is likely to link to: [`Site::hints`].
    pub fn hints(&self, request: &Request<'_>) -> Option<FieldList> {
        self.site_for(request.authority).hints(request)
    }

    /// The answer to what never became a request: [`Site::refuse`]. Nobody knows for which site it was
    /// meant.
    pub fn refuse(&self, status: StatusCode, key: &'static str, language: Language) -> Response {
        self.sites[0].refuse(status, key, language)
    }

    /// The answer to a request that is to be sent again, to this address.
    pub fn elsewhere(&self, address: HeaderValue, language: Language) -> Response {
        self.sites[0].elsewhere(address, language)
    }

    /// Whether there is something to see where a mount of the first site begins. May wait for a disk.
    pub fn has_start_page(&self, at: &MountPoint) -> bool {
        self.sites[0].has_start_page(at)
    }

    /// [`Site::spare_descriptors`] of all.
    pub fn spare_descriptors(&self) {
        self.sites.iter().for_each(|site| site.spare_descriptors());
    }

    /// [`Site::cache_counts`] of all together.
    pub fn cache_counts(&self) -> CacheCounts {
        let counts = self.sites.iter().map(|site| site.cache_counts());
        counts.fold(CacheCounts::default(), CacheCounts::and)
    }

    /// [`Site::close_deleted`] of all.
    pub fn close_deleted(&self) {
        self.sites.iter().for_each(|site| site.close_deleted());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_that_nobody_is_answered_by_any_more_are_let_go() {
        let sites = Sites::new(Generation::of(Site::built_in_alone()));
        let in_flight = sites.held();
        let (old, site) = (
            Arc::downgrade(&in_flight),
            Arc::downgrade(&in_flight.sites[0]),
        );
        assert_eq!(sites.replace(Generation::of(Site::built_in_alone())), 2);
        assert_eq!(in_flight.number, 1, "an answer goes on as it began");
        drop(in_flight);
        assert!(old.upgrade().is_none() && site.upgrade().is_none());
        assert_eq!(sites.now().number, 2);
    }

    #[test]
    fn the_nearest_name_answers() {
        let mut sites = Generation::of(Site::built_in_alone());
        for hosts in [
            &["example.com", "www.example.com"][..],
            &["*.example.com"],
            &["*.b.example.com", "[::1]"],
        ] {
            let hosts: Vec<_> = hosts
                .iter()
                .map(|host| HostName::read(host).unwrap())
                .collect();
            sites.add(&hosts, None, Site::built_in_alone());
        }
        for (authority, expected) in [
            ("example.com", 1),
            ("EXAMPLE.com:8080", 1),
            ("www.example.com.", 1),
            ("a.example.com", 2),
            ("a.c.example.com", 2),
            ("b.example.com", 2),
            ("a.b.example.com", 3),
            (".example.com", 0),
            ("example.org", 0),
            ("notexample.com", 0),
            ("[::1]:80", 3),
            ("", 0),
        ] {
            let place = sites.place_for(Some(authority.as_bytes()));
            assert_eq!(place, expected, "{authority}");
        }
        assert_eq!(sites.place_for(None), 0);
        assert_eq!(sites.place_for(Some(&[b'a'; 300])), 0);
    }
}
