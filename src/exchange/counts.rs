//! How many of something each client has at once, and no more than it may.
//!
//! Law: what is taken is given back when the [`Place`] is dropped, however it comes to that. Nobody who
//! has nothing is remembered, so this holds as much as there are places taken: connections, or requests
//! in hand, both of which are bounded.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

/// Parts that are locked alone. Reason: workers seldom want the same one.
const SHARDS: usize = 16;

/// How many each client has.
#[derive(Default)]
pub struct Counts {
    /// Random for each process: nobody outside can tell who shares a part, or a sum.
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, u32>>; SHARDS],
}

/// One of those that a client may have; dropping it gives it back.
pub struct Place {
    counts: Arc<Counts>,
    client: u64,
}

impl Counts {
    /// Nobody has any.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many a client has. Changes nothing.
    pub fn held_by(&self, client: &impl Hash) -> u32 {
        let client = self.hasher.hash_one(client);
        self.with(client, |held| held.get(&client).copied().unwrap_or(0))
    }

    /// One more for a client, unless it has as many as it may.
    pub fn take(self: &Arc<Self>, client: &impl Hash, most: u32) -> Option<Place> {
        let client = self.hasher.hash_one(client);
        let is_taken = self.with(client, |held| {
            let count = held.entry(client).or_insert(0);
            let may = *count < most;
            *count += u32::from(may);
            if *count == 0 {
                held.remove(&client);
            }
            may
        });
        is_taken.then(|| Place {
            counts: self.clone(),
            client,
        })
    }

    /// How many clients have any.
    pub fn clients(&self) -> usize {
        let held = |shard: &Mutex<HashMap<u64, u32>>| {
            shard.lock().unwrap_or_else(PoisonError::into_inner).len()
        };
        self.shards.iter().map(held).sum()
    }

    fn with<T>(&self, client: u64, work: impl FnOnce(&mut HashMap<u64, u32>) -> T) -> T {
        let shard = usize::try_from(client % SHARDS as u64).unwrap_or(0);
        let mut held = self.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(&mut held)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let client = self.client;
        self.counts.with(client, |held| {
            if let Some(count) = held.get_mut(&client) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    held.remove(&client);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_no_more_than_it_may_and_others_have_theirs() {
        let counts = Arc::new(Counts::new());
        let first = counts.take(&"a", 2);
        let second = counts.take(&"a", 2);
        assert!(first.is_some() && second.is_some());
        assert!(counts.take(&"a", 2).is_none());
        let other = counts.take(&"b", 2);
        assert_eq!((counts.held_by(&"a"), counts.held_by(&"b")), (2, 1));
        drop(first);
        assert!(
            counts.take(&"a", 2).is_some(),
            "what was given back is free"
        );
        drop((second, other));
        assert_eq!(counts.clients(), 0, "who has nothing is forgotten");
    }

    #[test]
    fn who_may_have_none_is_not_remembered() {
        let counts = Arc::new(Counts::new());
        assert!(counts.take(&"a", 0).is_none());
        assert_eq!(counts.clients(), 0);
    }

    #[test]
    fn a_place_is_given_back_by_whoever_falls() {
        let counts = Arc::new(Counts::new());
        let place = counts.take(&"a", 1);
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _place = place;
            panic!("planted");
        }));
        std::panic::set_hook(hook);
        assert!(fell.is_err());
        assert_eq!(counts.held_by(&"a"), 0);
    }

    /// However many threads want places, a client never has more than it may, and all come back.
    #[test]
    fn places_are_counted_whoever_takes_them() {
        const MOST: u32 = 3;
        let counts = Arc::new(Counts::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for client in (0..50_u8).cycle().take(5000) {
                        let place = counts.take(&client, MOST);
                        assert!(counts.held_by(&client) <= MOST);
                        drop(place);
                    }
                });
            }
        });
        assert_eq!(counts.clients(), 0);
    }
}
