//! Which requests have been answered for so long that it is worth a word, and when to look again.
//!
//! For whoever prints: a view sees what runs by itself. Pure but for the look into the registry.
//! Nobody is woken when a request begins to last: while connections are open somebody looks once a
//! second, at a lock and two numbers if nothing runs; when none is, nobody does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::observe::limits::{LASTING_AFTER, LASTING_FACTOR, LASTING_MAX, LASTING_PACE};
use crate::observe::live::{Registry, Running};

/// Remembers what was said, so that nothing is said too often.
#[derive(Default)]
pub(super) struct Lasting {
    /// When each of them is worth its next word, by connection and number.
    next: BTreeMap<(u64, u32), Instant>,
    /// When to look again; `None` while no connection is open.
    look_at: Option<Instant>,
}

impl Lasting {
    /// When there may be something to say; `None` while no connection is open.
    pub(super) fn deadline(&mut self, registry: &Registry, now: Instant) -> Option<Instant> {
        if self.look_at.is_none() && registry.open() > 0 {
            self.look_at = Some(now + LASTING_PACE);
        }
        self.look_at
    }

    /// Those that are worth a word now.
    pub(super) fn due(&mut self, registry: &Registry, now: Instant) -> Vec<Arc<Running>> {
        if self.look_at.is_none_or(|look_at| now < look_at) {
            return Vec::new();
        }
        let mut running = registry.running_since_before(now, LASTING_MAX);
        let before = std::mem::take(&mut self.next);
        running.retain(|running| {
            let place = (running.connection, running.number);
            let known = before.get(&place).copied();
            let next = known.unwrap_or(running.begun + LASTING_AFTER);
            let is_due = next <= now;
            let next = if is_due {
                after(running.begun, now)
            } else {
                next
            };
            self.next.insert(place, next);
            is_due
        });
        let soonest = self.next.values().min().copied();
        let look_at = soonest.map_or(now + LASTING_PACE, |next| next.min(now + LASTING_PACE));
        self.look_at = (registry.open() > 0).then_some(look_at);
        running
    }
}

/// When something that has lasted until now is worth its next word.
fn after(begun: Instant, now: Instant) -> Instant {
    let mut lasts: Duration = LASTING_AFTER;
    while begun + lasts <= now {
        lasts *= LASTING_FACTOR;
    }
    begun + lasts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::exchange::Peer;
    use crate::observe::{Entered, Method, Target, Underway};

    struct House {
        registry: Arc<Registry>,
        lasting: Lasting,
        start: Instant,
    }

    impl House {
        fn new() -> Self {
            Self {
                registry: Arc::new(Registry::new()),
                lasting: Lasting::default(),
                start: clock::now(),
            }
        }

        fn enter(&self) -> Entered {
            self.registry.enter(Peer::Unix, self.start)
        }

        fn begin(&self, live: &Entered, ms: u64) -> Underway {
            let begun = self.start + Duration::from_millis(ms);
            live.begin(1, Method::Get, Target::default(), begun)
        }

        /// When there is something to say next, in milliseconds.
        fn deadline(&mut self, ms: u64) -> Option<u128> {
            let now = self.start + Duration::from_millis(ms);
            let deadline = self.lasting.deadline(&self.registry, now);
            deadline.map(|at| at.duration_since(self.start).as_millis())
        }

        fn due(&mut self, ms: u64) -> Vec<u64> {
            let now = self.start + Duration::from_millis(ms);
            let due = self.lasting.due(&self.registry, now);
            due.iter().map(|running| running.connection).collect()
        }
    }

    #[test]
    fn nobody_looks_while_nobody_is_there() {
        let mut house = House::new();
        assert_eq!(house.deadline(0), None);
        let live = house.enter();
        assert_eq!(house.deadline(0), Some(1_000));
        assert!(house.due(1_000).is_empty());
        assert_eq!(house.deadline(1_000), Some(2_000));
        drop(live);
        assert!(house.due(2_000).is_empty());
        assert_eq!(house.deadline(2_000), None);
    }

    #[test]
    fn what_lasts_is_told_when_it_has_and_ever_more_seldom() {
        let mut house = House::new();
        let live = house.enter();
        let running = house.begin(&live, 300);
        let mut told = Vec::new();
        let mut now = 0;
        while now < 300_000 {
            now = u64::try_from(house.deadline(now).unwrap()).unwrap();
            if !house.due(now).is_empty() {
                told.push(now);
            }
        }
        assert_eq!(told, [2_300, 20_300, 200_300]);
        drop(running);
    }

    #[test]
    fn each_has_its_own_time_and_what_is_over_is_forgotten() {
        let mut house = House::new();
        let (one, two) = (house.enter(), house.enter());
        let first = house.begin(&one, 0);
        let second = house.begin(&two, 500);
        assert_eq!(house.deadline(0), Some(1_000));
        assert!(house.due(1_000).is_empty());
        assert_eq!(house.due(2_000), [1]);
        assert_eq!(house.deadline(2_000), Some(2_500));
        assert!(house.due(2_400).is_empty(), "too early to look");
        assert_eq!(house.due(2_500), [2]);
        drop((first, second));
        assert!(house.due(3_500).is_empty());
        assert!(house.lasting.next.is_empty());
        // The same place, another request.
        let again = house.begin(&one, 3_600);
        assert!(house.due(4_500).is_empty());
        assert_eq!(house.due(5_600), [1]);
        drop(again);
    }
}
