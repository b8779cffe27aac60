//! Folds what comes faster than a person reads into one line a second, and loses no count.
//!
//! Pure: time comes in with the events. In a second as calm as usual everything is shown, even
//! that a page with its hundred pictures is opened. What goes beyond it is counted; and as long as
//! the rush lasts, each second shows its first few events, and the count of the others.

use std::time::{Duration, Instant};

/// How long one count lasts.
pub(super) const PERIOD: Duration = Duration::from_secs(1);

/// Events shown in one period. Reason: a page with its pictures, which can be read afterwards.
/// Beyond: counted.
const SHOWN_MAX: u64 = 120;

/// Events shown in one period of a rush. Reason: what a person reads in a second, generously;
/// enough to see what kind of rush it is. Beyond: counted.
const SHOWN_IN_A_RUSH_MAX: u64 = 8;

/// Events in a period from which on the next counts as part of the rush.
const CALM_MAX: u64 = 60;

/// What happens, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Connection,
    Request,
    /// A request that was answered with an error.
    Error,
    End,
}

/// What was not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) connections: u64,
    pub(super) requests: u64,
    /// Of the requests, those answered with an error.
    pub(super) errors: u64,
    pub(super) ends: u64,
}

/// Decides what is shown and counts the rest.
#[derive(Debug, Default)]
pub(super) struct Fold {
    /// The period that has begun, if one has.
    period: Option<Period>,
    /// Until when a new period is part of a rush.
    rush_until: Option<Instant>,
}

#[derive(Debug)]
struct Period {
    ends_at: Instant,
    happened: u64,
    shown_max: u64,
    folded: Folded,
}

impl Fold {
    /// Whether this event is shown; if not, it is counted. A period that is over by then has to
    /// be ended first ([`Fold::over`]).
    pub(super) fn shows(&mut self, what: What, at: Instant) -> bool {
        let rush_until = self.rush_until;
        let period = self.period.get_or_insert_with(|| Period {
            ends_at: at + PERIOD,
            happened: 0,
            shown_max: match rush_until {
                Some(until) if at < until => SHOWN_IN_A_RUSH_MAX,
                _ => SHOWN_MAX,
            },
            folded: Folded::default(),
        });
        period.happened += 1;
        if period.happened <= period.shown_max {
            return true;
        }
        let folded = &mut period.folded;
        match what {
            What::Connection => folded.connections += 1,
            What::Request => folded.requests += 1,
            What::Error => {
                folded.requests += 1;
                folded.errors += 1;
            }
            What::End => folded.ends += 1,
        }
        false
    }

    /// Whether what belongs to an event is left out along with it.
    pub(super) fn is_full(&self) -> bool {
        let period = self.period.as_ref();
        period.is_some_and(|period| period.happened >= period.shown_max)
    }

    /// Ends the period if it is over; answers what was not shown in it.
    pub(super) fn over(&mut self, now: Instant) -> Option<Folded> {
        if self
            .period
            .as_ref()
            .is_none_or(|period| now < period.ends_at)
        {
            return None;
        }
        self.end()
    }

    /// Ends the period; answers what was not shown in it.
    pub(super) fn end(&mut self) -> Option<Folded> {
        let period = self.period.take()?;
        let was_rush = period.shown_max == SHOWN_IN_A_RUSH_MAX;
        let rushes = period.happened > if was_rush { CALM_MAX } else { SHOWN_MAX };
        self.rush_until = rushes.then(|| period.ends_at + PERIOD);
        (period.folded != Folded::default()).then_some(period.folded)
    }

    /// When something that was counted has to be told.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let period = self.period.as_ref()?;
        (period.folded != Folded::default()).then_some(period.ends_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// So many events in each second, one after the other: how many of each were shown, and how
    /// many counted.
    fn seconds(happening: &[u64]) -> Vec<(u64, u64)> {
        let mut fold = Fold::default();
        let start = clock::now();
        let mut told = Vec::new();
        for (second, events) in happening.iter().enumerate() {
            let begin = start + PERIOD * u32::try_from(second).unwrap();
            let mut shown = 0;
            for _ in 0..*events {
                shown += u64::from(fold.shows(What::Request, begin));
            }
            assert_eq!(fold.over(begin), None, "the second lasts");
            let folded = fold.over(begin + PERIOD).unwrap_or_default().requests;
            assert_eq!(shown + folded, *events, "counts stay right");
            told.push((shown, folded));
        }
        told
    }

    #[test]
    fn what_a_person_can_read_is_shown() {
        assert_eq!(seconds(&[120, 120, 1]), [(120, 0), (120, 0), (1, 0)]);
    }

    #[test]
    fn a_rush_is_counted_until_it_is_over() {
        let told = seconds(&[1000, 1000, 61, 60, 100]);
        let expected = [(120, 880), (8, 992), (8, 53), (8, 52), (100, 0)];
        assert_eq!(told, expected);
    }

    #[test]
    fn after_a_pause_everything_is_shown_again() {
        assert_eq!(seconds(&[1000, 0, 100])[2], (100, 0));
    }

    #[test]
    fn every_kind_is_counted_by_itself() {
        let mut fold = Fold::default();
        let now = clock::now();
        while fold.shows(What::Request, now) {}
        assert_eq!(
            fold.over(now + PERIOD).map(|folded| folded.requests),
            Some(1)
        );
        let now = now + PERIOD * 3;
        for _ in 0..SHOWN_MAX {
            assert!(fold.shows(What::End, now));
        }
        assert_eq!(fold.deadline(), None, "nothing has to be told");
        for (what, times) in [
            (What::Connection, 1),
            (What::Request, 2),
            (What::Error, 3),
            (What::End, 4),
        ] {
            for _ in 0..times {
                assert!(!fold.shows(what, now));
            }
        }
        assert_eq!(fold.deadline(), Some(now + PERIOD));
        let folded = Folded {
            connections: 1,
            requests: 5,
            errors: 3,
            ends: 4,
        };
        assert_eq!(fold.end(), Some(folded));
        assert_eq!((fold.end(), fold.deadline()), (None, None));
    }
}
