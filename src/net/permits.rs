//! How many connections there may be at once.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::exchange::{Counts, Peer, Place};
use crate::observe::Standing;

/// A number of places; each connection holds one.
#[derive(Clone)]
pub struct Permits {
    places: Arc<Semaphore>,
    limit: usize,
}

/// One place; dropping it gives it back.
pub struct Permit {
    _place: OwnedSemaphorePermit,
    /// Its place among those of its address, where these are counted.
    _of_address: Option<Place>,
}

impl Permits {
    /// This many places.
    pub fn new(limit: usize) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(limit)),
            limit,
        }
    }

    /// All places there are.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Places that are free now.
    pub fn free(&self) -> usize {
        self.places.available_permits()
    }

    /// A place, if one is free.
    pub fn try_take(&self) -> Option<Permit> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        Some(Permit {
            _place: place,
            _of_address: None,
        })
    }

    /// A place, as soon as one is free.
    pub async fn take(&self) -> Permit {
        let place = self.places.clone().acquire_owned().await;
        Permit {
            _place: place.expect("the semaphore is never closed"),
            _of_address: None,
        }
    }
}

impl Permit {
    /// The same, with a place among those of its address; both are given back together.
    #[must_use]
    pub fn with(self, of_address: Option<Place>) -> Self {
        Self {
            _of_address: of_address,
            ..self
        }
    }
}

/// How many connections each address may have, and has. What it may have can be changed at any time;
/// what was counted stays.
pub struct PerAddress {
    counts: Arc<Counts>,
    most: AtomicU32,
    ipv6_prefix: AtomicU8,
    is_shadow: AtomicBool,
    /// Who stands at the door for many others, and is not counted as one.
    for_others: OnceLock<ForOthers>,
}

/// Whether somebody connects on behalf of others.
type ForOthers = Box<dyn Fn(&Peer) -> bool + Send + Sync>;

/// What becomes of a connection, as far as its address is concerned.
pub enum OfAddress {
    /// It is let in; the place is counted, if anybody counts.
    LetIn(Option<Place>, Standing),
    /// Its address has as many as it may.
    TooMany,
}

/// As many as may be: nobody counts.
const UNLIMITED: u32 = u32::MAX;

impl Default for PerAddress {
    fn default() -> Self {
        Self {
            counts: Arc::default(),
            most: AtomicU32::new(UNLIMITED),
            ipv6_prefix: AtomicU8::new(0),
            is_shadow: AtomicBool::new(false),
            for_others: OnceLock::new(),
        }
    }
}

impl PerAddress {
    /// From here on each address may have so many; of IPv6, so many bits make one.
    pub fn limit(&self, most: Option<u32>, ipv6_prefix: u8, standing_beyond: Standing) {
        self.ipv6_prefix.store(ipv6_prefix, Ordering::Relaxed);
        let is_shadow = standing_beyond == Standing::Beyond;
        self.is_shadow.store(is_shadow, Ordering::Relaxed);
        self.most
            .store(most.unwrap_or(UNLIMITED), Ordering::Relaxed);
    }

    /// From here on whoever connects for others is let in, however often. Said once.
    pub fn let_in(&self, for_others: impl Fn(&Peer) -> bool + Send + Sync + 'static) {
        let _ = self.for_others.set(Box::new(for_others));
    }

    /// Takes a place for a connection, if its address may have one. Whoever connects for others needs
    /// none: those are counted when it is known who they are.
    pub fn take(&self, peer: &Peer) -> OfAddress {
        let is_limited = self.most.load(Ordering::Relaxed) != UNLIMITED;
        match self.for_others.get() {
            Some(is_for_others) if is_limited && is_for_others(peer) => {
                OfAddress::LetIn(None, Standing::Welcome)
            }
            _ => self.take_for(peer),
        }
    }

    /// Takes a place for whoever a connection is for, if that address may have one.
    pub fn take_for(&self, peer: &Peer) -> OfAddress {
        let most = self.most.load(Ordering::Relaxed);
        if most == UNLIMITED {
            return OfAddress::LetIn(None, Standing::Welcome);
        }
        let Some(network) = peer.network(self.ipv6_prefix.load(Ordering::Relaxed)) else {
            return OfAddress::LetIn(None, Standing::Welcome);
        };
        match self.counts.take(&network, most) {
            Some(place) => OfAddress::LetIn(Some(place), Standing::Welcome),
            None if self.is_shadow.load(Ordering::Relaxed) => {
                let place = self.counts.take(&network, UNLIMITED);
                OfAddress::LetIn(place, Standing::Beyond)
            }
            None => OfAddress::TooMany,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_given_back_is_free_again() {
        let permits = Permits::new(1);
        let permit = permits.try_take().unwrap();
        assert!(permits.try_take().is_none());
        drop(permit);
        permits.take().await;
        assert!(permits.try_take().is_some());
    }

    #[test]
    fn there_is_always_at_least_one_place() {
        assert_eq!(Permits::new(0).limit(), 1);
    }
}
