//! Which site answers whom: by the host that is asked for.
//!
//! Sites, and which host leads to which, are made anew whenever the settings are read, as a
//! [`Generation`]; [`Sites`] is where the present one is. Each request is answered by the generation
//! that was there when it came, however long that takes.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use http::{HeaderName, HeaderValue, StatusCode};

use super::guard::address::is_among;
use super::guard::client::{Introduction, Proxies};
use super::trace::{HostMatch, Step, Trace, Untraced, Walk, text};
use super::{LimitStates, Site};
use crate::config::routing::Origin;
use crate::config::{
    HostFound, HostName, HostTable, MountPoint, ProxySettings, TraceSettings, Traced,
};
use crate::exchange::{
    FieldList, Peer, Reply, Request, RequestFields, Response, Scheme, ToldWalk, Took, TracedFor,
    host_of,
};
use crate::i18n::Language;
use crate::observe::Tracers;

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

    /// From here on others answer. What is being answered goes on as it began.
    pub fn replace(&self, next: Generation) {
        self.0.store(Arc::new(next));
    }
}

/// All sites that were made of one reading of the settings, as they are found at one place. A clone has
/// the same sites.
#[derive(Clone)]
pub struct Generation {
    /// Counted from 1.
    pub number: u32,
    /// Wherever they are found; that of the server comes first.
    sites: Vec<Arc<Site>>,
    /// What they are called, and where they are described, in the same order.
    names: Vec<(Arc<str>, Option<Origin>)>,
    hosts: HostTable<usize>,
    /// The one for hosts that no other has.
    others: usize,
    /// Whose word about their clients is taken; `None`: nobody's.
    proxies: Option<Arc<Proxies>>,
    /// Whether a site sends clients to addresses with its own host in them.
    tells_addresses: bool,
    /// Whose requests are traced; `None`: nobody's.
    trace: Option<Arc<TraceSettings>>,
    /// Who traces, besides.
    tracers: Arc<Tracers>,
    /// The site, where no other is found by a host and nobody is traced: nothing has to be asked.
    plain: Option<Arc<Site>>,
}

/// How long the stages took (Server Timing, §3).
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Stages and all of them, in milliseconds.
fn timing(took: Took) -> HeaderValue {
    let all = took.guards + took.content + took.finish;
    let stages = [
        ("guards", took.guards),
        ("content", took.content),
        ("finish", took.finish),
        ("total", all),
    ];
    let ms = |us: u64| format!("{}.{:03}", us / 1000, us % 1000);
    let stages = stages.map(|(name, us)| format!("{name};dur={}", ms(us)));
    HeaderValue::try_from(stages.join(", ")).expect("names and digits are a valid field value")
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
        let site = Arc::new(site);
        Self {
            tells_addresses: site.has_canonical_host(),
            number: FIRST,
            plain: Some(site.clone()),
            trace: None,
            tracers: Arc::default(),
            sites: vec![site],
            names: vec![(DEFAULT_NAME.into(), None)],
            hosts: HostTable::default(),
            others: 0,
            proxies: None,
        }
    }

    /// The same, of this number.
    #[must_use]
    pub fn numbered(self, number: u32) -> Self {
        Self { number, ..self }
    }

    /// The same, behind proxies whose word is taken.
    #[must_use]
    pub fn behind(mut self, settings: &ProxySettings) -> Self {
        self.proxies = Proxies::new(settings).map(Arc::new);
        self
    }

    /// The same, where some requests have their walk written down.
    #[must_use]
    pub fn tracing(mut self, settings: &TraceSettings) -> Self {
        self.trace = (!settings.is_empty()).then(|| Arc::new(settings.clone()));
        self.settled()
    }

    /// The same, where these may trace.
    #[must_use]
    pub fn traced_by(mut self, tracers: &Arc<Tracers>) -> Self {
        self.tracers = tracers.clone();
        self
    }

    /// The same, once it is known whether anything has to be asked before a site is.
    fn settled(mut self) -> Self {
        let is_plain = self.hosts.is_empty() && self.trace.is_none();
        self.plain = is_plain.then(|| self.sites[self.others].clone());
        self
    }

    /// What begins a connection of this peer's.
    pub fn introduction(&self, peer: &Peer) -> Introduction {
        let proxies = self.proxies.as_ref();
        proxies.map_or(Introduction::None, |proxies| {
            proxies.expect_introduction(peer)
        })
    }

    /// Whether whoever connects is a trusted proxy, behind which there are others.
    pub fn speaks_for_others(&self, peer: &Peer) -> bool {
        let proxies = self.proxies.as_ref();
        proxies.is_some_and(|proxies| proxies.trust(peer))
    }

    /// Whose request it is, if a trusted proxy passed it on.
    #[inline]
    pub fn client(&self, peer: &Peer, fields: &dyn RequestFields) -> Option<Peer> {
        self.proxies.as_ref()?.client(peer, fields)
    }

    /// How the client of whoever sent this asked, if that is a trusted proxy and says so. Nothing
    /// where no answer depends on it.
    #[inline]
    pub fn told_scheme(&self, sender: &Peer, fields: &dyn RequestFields) -> Option<Scheme> {
        let proxies = self.proxies.as_ref().filter(|_| self.tells_addresses)?;
        proxies.scheme(sender, fields)
    }

    /// A further site, for these hosts, and where it is described; the number it has from here on.
    pub fn add(&mut self, hosts: &[HostName], origin: Option<Origin>, site: Site) -> usize {
        let name = hosts.first().map_or(DEFAULT_NAME, HostName::as_str);
        let place = self.keep(name, origin, site);
        self.plain = None;
        for host in hosts {
            self.hosts.add(host, place);
        }
        place
    }

    /// A further site that is found elsewhere.
    pub fn keep(&mut self, name: &str, origin: Option<Origin>, site: Site) -> usize {
        self.tells_addresses |= site.has_canonical_host();
        self.sites.push(Arc::new(site));
        self.names.push((name.into(), origin));
        self.sites.len() - 1
    }

    /// The same sites at another place: these are found there by their hosts, and this one answers for
    /// all others.
    #[must_use]
    pub fn at<'h>(
        &self,
        found: impl Iterator<Item = (usize, &'h [HostName])>,
        others: usize,
    ) -> Self {
        let mut hosts = HostTable::default();
        for (place, names) in found {
            for host in names {
                hosts.add(host, place);
            }
        }
        Self {
            hosts,
            others,
            ..self.clone()
        }
        .settled()
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
        if self.hosts.is_empty() {
            return found(self.others, &|| HostMatch::Only);
        }
        let default = || found(self.others, &|| HostMatch::Default);
        let host = host_of(authority.unwrap_or_default());
        let host = host.strip_suffix(b".").unwrap_or(host);
        let mut small = [0; HOST_BYTES_MAX];
        let Some(small) = small.get_mut(..host.len()) else {
            return default();
        };
        small.copy_from_slice(host);
        small.make_ascii_lowercase();
        let host = &*small;
        match self.hosts.find(host) {
            None => default(),
            Some(HostFound { what, end_at: None }) => {
                found(*what, &|| HostMatch::Exact(text(host)))
            }
            Some(HostFound {
                what,
                end_at: Some(at),
            }) => found(*what, &|| {
                HostMatch::Wildcard(format!("*{}", text(&host[at..])))
            }),
        }
    }

    fn site_for(&self, authority: Option<&[u8]>) -> &Site {
        &self.sites[self.place_for(authority)]
    }

    /// The number of the site that answers for an authority, in what is journalled.
    pub(crate) fn number_for(&self, authority: Option<&[u8]>) -> u16 {
        self.site_for(authority).number()
    }

    /// The answer to a request: now, unless something has to be waited for.
    pub fn respond<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        let is_watched = self.tracers.are_any();
        if let Some(site) = &self.plain
            && !is_watched
        {
            return site.respond(request);
        }
        if is_watched || self.trace.is_some() {
            return self.respond_traced(request);
        }
        self.site_for(request.authority).respond(request)
    }

    /// Who wants to know how a request is answered.
    fn traced_for(&self, request: &Request<'_>) -> TracedFor {
        let (client, is_unix) = (request.peer.address(), *request.peer == Peer::Unix);
        let is_meant = |traced: &Traced| traced.means(request.path, client, is_unix);
        let settings = { self.trace.as_ref() }
            .filter(|trace| trace.wanted.iter().any(is_meant))
            .map_or(TracedFor::NOBODY, |_| TracedFor::SETTINGS);
        settings.and(self.tracers.meaning(request.path, client, is_unix))
    }

    /// The same, with every step written down if somebody wants to know.
    fn respond_traced<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        let whom = self.traced_for(&request);
        let is_timed =
            { self.trace.as_ref() }.is_some_and(|trace| is_among(request.peer, &trace.timing));
        if whom.is_nobody() && !is_timed {
            return self.site_for(request.authority).respond(request);
        }
        // Whoever asks now may drop this, and ask again where waiting is possible.
        Reply::Later(Box::pin(async move {
            let walk = Walk::asked();
            if request.peer.is_hearsay() {
                walk.add(Step::Client {
                    address: request.peer.to_string(),
                });
            }
            let place = self.place_by(request.authority, &walk);
            let mut response = self.sites[place].respond_walking(request, &walk).await;
            let walked = walk.into_walked();
            if is_timed {
                let (_, fields) = response.head_to_edit();
                fields.set(SERVER_TIMING, timing(walked.took_us));
            }
            if !whom.is_nobody() {
                let limited = response.limited.get_or_insert_default();
                limited.walk = Some(ToldWalk {
                    whom,
                    json: walked.to_json().into(),
                });
            }
            response
        }))
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
        self.sites[self.others].refuse(status, key, language)
    }

    /// The answer to a request that is to be sent again, to this address.
    pub fn elsewhere(&self, address: HeaderValue, language: Language) -> Response {
        self.sites[self.others].elsewhere(address, language)
    }

    /// Whether there is something to see where a mount of the first site begins. May wait for a disk.
    pub fn has_start_page(&self, at: &MountPoint) -> bool {
        self.sites[self.others].has_start_page(at)
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
        sites.replace(Generation::of(Site::built_in_alone()).numbered(2));
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
