//! Where connections come from: at each address its sites, and how TLS is spoken there.
//!
//! An address that stays keeps its place when settings are read anew, and so do the connections that came
//! through it: their next request is answered by the new sites of that address. What was closed goes on
//! to be answered as where the server listens, if it was one of those; and otherwise by nobody (421), for
//! its sites are not there any more.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};

use super::assemble::room;
use crate::config::{ListenAddress, Settings};
use crate::driving::Room;
use crate::observe::Journal;
use crate::site::{Generation, Site, Sites};
use crate::tls::Terms;

/// All places.
pub(super) struct Places {
    /// Where the server listens, whatever the address.
    main: Arc<Place>,
    known: Mutex<Vec<Known>>,
    /// How TLS is spoken at each place of the settings.
    terms: Mutex<Vec<Option<Arc<Terms>>>>,
}

/// What new connections share that come from one address.
pub(super) struct Place {
    sites: Arc<Sites>,
    pub(super) room: ArcSwap<Room>,
    /// How TLS is spoken, if it is.
    pub(super) terms: ArcSwapOption<Terms>,
}

struct Known {
    address: ListenAddress,
    place: Arc<Place>,
    /// Whether the server listens there, and not single sites alone.
    is_of_server: bool,
}

/// How TLS is spoken from here on.
pub(super) enum NextTerms {
    /// As before: what clients can resume stays, too.
    Same,
    /// So at each place, or not at all.
    New(Vec<Option<Arc<Terms>>>),
}

impl Places {
    /// None yet; `sites` answer where the server listens.
    pub(super) fn new(settings: &Settings, sites: &Arc<Sites>, journal: &Arc<Journal>) -> Self {
        Self {
            main: Arc::new(Place::new(settings, sites.clone(), journal)),
            known: Mutex::default(),
            terms: Mutex::default(),
        }
    }

    /// From here on these sites answer, each generation at the place of the settings with its number.
    pub(super) fn replace(
        &self,
        settings: &Settings,
        found: &[Generation],
        next: NextTerms,
        journal: &Arc<Journal>,
    ) {
        let Some(first) = found.first() else { return };
        let mut terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        if let NextTerms::New(next) = next {
            *terms = next;
        }
        // An address may have come to another place that was there before.
        let at = |n: usize| terms.get(n).cloned().flatten();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.main.replace(settings, (first, at(0)), journal);
        let wanted = settings.addresses();
        for gone in known
            .iter()
            .filter(|known| !wanted.contains(&&known.address))
        {
            let nobody = Generation::of(Site::of_nobody()).numbered(first.number);
            let next = if gone.is_of_server {
                first.clone()
            } else {
                nobody
            };
            gone.place.sites.replace(next);
        }
        // Who came through a door that is closed may still be here.
        known.retain(|known| wanted.contains(&&known.address) || known.place.is_in_use());
        for (n, place) in settings.places().iter().enumerate() {
            let Some(generation) = found.get(n) else {
                continue;
            };
            for address in &place.addresses {
                let is_of_server = settings.listen.contains(address);
                let here = known.iter_mut().find(|known| known.address == *address);
                if let Some(here) = here {
                    here.is_of_server = is_of_server;
                    here.place.replace(settings, (generation, at(n)), journal);
                    continue;
                }
                let sites = Arc::new(Sites::new(generation.clone()));
                let place = Place::new(settings, sites, journal);
                place.replace(settings, (generation, at(n)), journal);
                known.push(Known {
                    address: address.clone(),
                    place: Arc::new(place),
                    is_of_server,
                });
            }
        }
    }

    /// Where the server listens.
    pub(super) fn main(&self) -> Arc<Place> {
        self.main.clone()
    }

    /// The place of an address.
    pub(super) fn at(&self, address: &ListenAddress) -> Arc<Place> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let here = known.iter().find(|known| known.address == *address);
        here.map_or_else(|| self.main(), |known| known.place.clone())
    }

    /// Whether all who vouch for clients are still who they were. May wait for a disk.
    pub(super) fn are_fresh(&self) -> bool {
        let terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        terms.iter().flatten().all(|terms| terms.are_fresh())
    }
}

impl Place {
    fn new(settings: &Settings, sites: Arc<Sites>, journal: &Arc<Journal>) -> Self {
        Self {
            room: ArcSwap::from_pointee(room(settings, sites.clone(), journal.clone())),
            terms: ArcSwapOption::empty(),
            sites,
        }
    }

    fn replace(
        &self,
        settings: &Settings,
        (generation, terms): (&Generation, Option<Arc<Terms>>),
        journal: &Arc<Journal>,
    ) {
        let room = room(settings, self.sites.clone(), journal.clone());
        self.room.store(Arc::new(room));
        self.terms.store(terms);
        self.sites.replace(generation.clone());
    }

    /// Whether somebody else than its own room has its sites.
    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.sites) > 2
    }
}
