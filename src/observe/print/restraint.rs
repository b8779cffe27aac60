//! How much may be said in a row: whatever goes wrong, and however often, being told of it fills no disk.

use std::time::Instant;

use crate::observe::limits::{SAID_AT_ONCE_MAX, SAID_EACH};

/// Lets so many things be said at once, and then one each while.
#[derive(Default)]
pub struct Restraint {
    /// How many may still be said at once: those that were, and when the first of them is forgotten.
    said: usize,
    since: Option<Instant>,
    left_out: u64,
}

impl Restraint {
    /// Whether something may be said now: then how many were left out before it. Otherwise it is counted
    /// as left out.
    pub fn allows(&mut self, now: Instant) -> Option<u64> {
        let since = *self.since.get_or_insert(now);
        let passed = now.saturating_duration_since(since).as_millis() / SAID_EACH.as_millis();
        let forgotten = usize::try_from(passed).unwrap_or(usize::MAX).min(self.said);
        if forgotten > 0 {
            self.said -= forgotten;
            self.since = Some(since + SAID_EACH * u32::try_from(forgotten).unwrap_or(u32::MAX));
        }
        if self.said == 0 {
            self.since = Some(now);
        }
        if self.said >= SAID_AT_ONCE_MAX {
            self.left_out += 1;
            return None;
        }
        self.said += 1;
        Some(std::mem::take(&mut self.left_out))
    }

    /// How many were left out since one was allowed.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn so_many_are_said_at_once_and_then_one_each_while() {
        let mut restraint = Restraint::default();
        let start = clock::now();
        for _ in 0..SAID_AT_ONCE_MAX {
            assert_eq!(restraint.allows(start), Some(0));
        }
        for _ in 0..1000 {
            assert_eq!(restraint.allows(start), None);
        }
        assert_eq!(restraint.left_out(), 1000);
        assert_eq!(restraint.allows(start + SAID_EACH), Some(1000));
        assert_eq!(restraint.allows(start + SAID_EACH), None);
        assert_eq!(restraint.allows(start + 2 * SAID_EACH), Some(1));
        // After a long calm as many as at first.
        let later = start + SAID_EACH * 1000;
        let said = (0..1000).filter(|_| restraint.allows(later).is_some());
        assert_eq!(said.count(), SAID_AT_ONCE_MAX);
    }

    #[test]
    fn in_a_day_of_faults_little_is_said() {
        let mut restraint = Restraint::default();
        let start = clock::now();
        let said = (0..24 * 60 * 60).filter(|second| {
            let now = start + std::time::Duration::from_secs(*second);
            restraint.allows(now).is_some()
        });
        let said = said.count();
        assert!(said <= SAID_AT_ONCE_MAX + 8640, "{said}");
    }
}
