//! What metrics tell, counted where the journal is written, under the lock that is held there anyway.
//!
//! Law: what is counted does not depend on who reads. Its size depends on the number of sites, which the
//! operator decides, up to a limit, and on nothing that a client sends.

use std::time::Instant;

use crate::observe::events::{Exchange, Protocol};
use crate::observe::limits::SITES_TOLD_MAX;

/// What was counted, of one worker or of all of them.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By the number of the site; those from [`SITES_TOLD_MAX`] on together, behind the others.
    pub sites: Vec<SiteTally>,
    /// Of these exchanges, those whose answer could not be finished.
    pub broken: u64,
    /// Requests that their protocol refused by itself.
    pub refused: u64,
    /// How often the settings were read anew and applied, and how often they had a mistake.
    pub reloads: [u64; 2],
}

/// What was counted of one site.
#[derive(Clone, Copy, Debug, Default)]
pub struct SiteTally {
    /// Exchanges, by protocol ([`Protocol::index`]) and by the first digit of the status; 0 where there
    /// was no answer.
    pub exchanges: [[u64; 6]; Protocol::COUNT],
    /// Exchanges by how long they took: up to each bound of [`TOOK_BOUNDS_US`], and above the last.
    pub took: [u64; TOOK_BOUNDS_US.len() + 1],
    /// How long they took together, microseconds.
    pub took_us: u64,
    /// Bytes of content sent.
    pub content_bytes: u64,
}

/// Bounds of the histogram, microseconds. Reason: from what a cached file takes to where clients give up,
/// each about twice the one before.
pub const TOOK_BOUNDS_US: [u64; 17] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

impl Tally {
    /// Counts an exchange that came to its end.
    #[inline]
    pub(super) fn count(&mut self, exchange: &Exchange, at: Instant) {
        let place = usize::from(exchange.site).min(SITES_TOLD_MAX);
        if place >= self.sites.len() {
            self.make_room(place);
        }
        let Some(site) = self.sites.get_mut(place) else {
            return;
        };
        let class = usize::from(exchange.status / 100).min(5);
        site.exchanges[exchange.protocol.index()][class] += 1;
        site.content_bytes += exchange.content_bytes;
        let took = at.saturating_duration_since(exchange.begun).as_micros();
        let took = u64::try_from(took).unwrap_or(u64::MAX);
        site.took_us = site.took_us.saturating_add(took);
        let bound = TOOK_BOUNDS_US.iter().position(|bound| took <= *bound);
        site.took[bound.unwrap_or(TOOK_BOUNDS_US.len())] += 1;
    }

    #[cold]
    fn make_room(&mut self, place: usize) {
        self.sites.resize(place + 1, SiteTally::default());
    }

    /// Adds what another worker counted.
    pub(super) fn add(&mut self, other: &Self) {
        if self.sites.len() < other.sites.len() {
            self.make_room(other.sites.len() - 1);
        }
        for (sum, more) in self.sites.iter_mut().zip(&other.sites) {
            let sums = sum.exchanges.iter_mut().flatten().chain(&mut sum.took);
            let mores = more.exchanges.iter().flatten().chain(&more.took);
            for (sum, more) in sums.zip(mores) {
                *sum += more;
            }
            sum.took_us = sum.took_us.saturating_add(more.took_us);
            sum.content_bytes += more.content_bytes;
        }
        self.broken += other.broken;
        self.refused += other.refused;
        for (sum, more) in self.reloads.iter_mut().zip(other.reloads) {
            *sum += more;
        }
    }
}
