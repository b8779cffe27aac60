//! How much happens in a second.

use std::collections::VecDeque;
use std::time::Instant;

use super::limits::{PULSE, PULSE_BEATS_MAX};
use crate::observe::Totals;

/// The totals of the last second, one for each frame.
#[derive(Default)]
pub(super) struct Pulse(VecDeque<Beat>);

#[derive(Clone, Copy)]
struct Beat {
    at: Instant,
    connections: u64,
    requests: u64,
    bytes: u64,
}

/// What happened in the last second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rates {
    pub(super) connections: u64,
    pub(super) requests: u64,
    pub(super) bytes: u64,
}

impl Pulse {
    /// Takes down the totals of now.
    pub(super) fn beat(&mut self, at: Instant, totals: &Totals) {
        // One that is older than a second stays, so that there is a whole second to count.
        while self.0.len() >= PULSE_BEATS_MAX || { self.0.get(1) }
            .is_some_and(|beat| at.saturating_duration_since(beat.at) >= PULSE)
        {
            self.0.pop_front();
        }
        self.0.push_back(Beat {
            at,
            connections: totals.connections,
            requests: totals.requests,
            bytes: totals.content_bytes,
        });
    }

    /// What happened in the last second, or in the part of it that was seen.
    pub(super) fn rates(&self) -> Rates {
        let (Some(first), Some(last)) = (self.0.front(), self.0.back()) else {
            return Rates::default();
        };
        let span = last.at.saturating_duration_since(first.at).max(PULSE);
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let rate =
            |before: u64, after: u64| after.saturating_sub(before).saturating_mul(1000) / millis;
        Rates {
            connections: rate(first.connections, last.connections),
            requests: rate(first.requests, last.requests),
            bytes: rate(first.bytes, last.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;

    #[test]
    fn a_second_is_counted_whatever_the_pause_between_frames() {
        for pause in [100, 400, 2000] {
            let mut pulse = Pulse::default();
            let start = clock::now();
            assert_eq!(pulse.rates(), Rates::default());
            for beat in 0..40 {
                let totals = Totals {
                    requests: beat * pause,
                    ..Totals::default()
                };
                pulse.beat(start + Duration::from_millis(beat * pause), &totals);
            }
            assert_eq!(pulse.rates().requests, 1000, "every {pause} ms");
            assert!(pulse.0.len() <= PULSE_BEATS_MAX);
        }
    }

    #[test]
    fn the_first_moments_are_not_multiplied() {
        let mut pulse = Pulse::default();
        let start = clock::now();
        pulse.beat(start, &Totals::default());
        let totals = Totals {
            requests: 5,
            ..Totals::default()
        };
        pulse.beat(start + Duration::from_millis(100), &totals);
        assert_eq!(pulse.rates().requests, 5);
    }
}
