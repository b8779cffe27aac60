//! How much may leave now, where a connection is held to so many bytes each second.
//!
//! Law: a bucket that fills by and by. What has gathered in an eighth of a second leaves at once, for
//! many small packets would cost both sides more than they carry; never more than that, and over any
//! stretch of time never more than the rate and one such heap. The time is a parameter.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

/// A heap is what gathers in one part of a second out of so many. Reason: short enough for a film to go
/// on, long enough for a handful of packets.
const HEAPS_PER_SECOND: u64 = 8;

/// Smallest heap, bytes. Reason: a packet. A rate that is slower than eight of them each second waits
/// longer for each.
const HEAP_BYTES_MIN: u64 = 1200;

/// The pace of one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Bytes each second.
    rate: NonZeroU64,
    /// Bytes that may leave, as of `since`.
    gathered: u64,
    since: Instant,
}

impl Pace {
    /// At this rate, from now on; the first heap is there.
    pub(crate) fn new(rate: NonZeroU64, now: Instant) -> Self {
        Self {
            rate,
            gathered: heap(rate),
            since: now,
        }
    }

    /// At another rate from now on. Whoever changes it often gains nothing.
    pub(crate) fn change(&mut self, rate: NonZeroU64, now: Instant) {
        self.gather(now);
        self.rate = rate;
        self.gathered = self.gathered.min(heap(rate));
    }

    /// Bytes that may leave now.
    pub(crate) fn room(&mut self, now: Instant) -> u64 {
        self.gather(now);
        // Not less than a heap, or every packet would be as small as what has just gathered.
        if self.gathered < heap(self.rate) / 2 {
            0
        } else {
            self.gathered
        }
    }

    /// It was waited until then, whatever the clock says: it may be a tick behind, or stand still.
    pub(crate) fn has_waited_until(&mut self, at: Instant) {
        self.gather(at);
    }

    /// So many bytes have left.
    pub(crate) fn took(&mut self, bytes: u64) {
        self.gathered = self.gathered.saturating_sub(bytes);
    }

    /// When there is room again.
    pub(crate) fn ready_at(&self) -> Instant {
        let missing = (heap(self.rate) / 2).saturating_sub(self.gathered);
        let ns = u128::from(missing) * NS_PER_SECOND / u128::from(self.rate.get());
        // A little later rather than too early.
        let ns = u64::try_from(ns).unwrap_or(u64::MAX).saturating_add(1);
        self.since + Duration::from_nanos(ns)
    }

    fn gather(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.since);
        let rate = u128::from(self.rate.get());
        let bytes = elapsed.as_nanos() * rate / NS_PER_SECOND;
        if bytes == 0 {
            // The moment stays, so that what is less than a byte is not lost.
            return;
        }
        let full = heap(self.rate);
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.gathered = self.gathered.saturating_add(bytes).min(full);
        let worth = u128::from(bytes) * NS_PER_SECOND / rate;
        let worth = Duration::from_nanos(u64::try_from(worth).unwrap_or(u64::MAX));
        self.since = if self.gathered == full {
            now
        } else {
            self.since + worth
        };
    }
}

const NS_PER_SECOND: u128 = 1_000_000_000;

fn heap(rate: NonZeroU64) -> u64 {
    (rate.get() / HEAPS_PER_SECOND).max(HEAP_BYTES_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn rate(bytes: u64) -> NonZeroU64 {
        NonZeroU64::new(bytes).unwrap()
    }

    #[test]
    fn over_any_stretch_of_time_no_more_leaves_than_the_rate_and_a_heap() {
        for bytes_each_second in [1, 1024, 100_000, 1 << 20, 1 << 40] {
            let start = clock::now();
            let mut pace = Pace::new(rate(bytes_each_second), start);
            let (mut state, mut elapsed_ms, mut left) = (7_u64, 0_u64, 0_u128);
            for _ in 0..5000 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                elapsed_ms += (state >> 40) % 50;
                let room = pace.room(start + Duration::from_millis(elapsed_ms));
                let sent = if state % 3 == 0 { room } else { room / 2 };
                pace.took(sent);
                left += u128::from(sent);
                let rate = u128::from(bytes_each_second) * u128::from(elapsed_ms) / 1000;
                let most = rate + u128::from(heap(pace.rate));
                assert!(left <= most, "{left} of {most} after {elapsed_ms} ms");
            }
        }
    }

    #[test]
    fn whoever_comes_when_told_finds_room_and_in_the_long_run_gets_the_whole_rate() {
        for bytes_each_second in [1000, 65_536, 1 << 20, 10 << 20] {
            let start = clock::now();
            let mut pace = Pace::new(rate(bytes_each_second), start);
            let (mut now, mut left) = (start, 0);
            while left < 20 * bytes_each_second {
                let room = pace.room(now);
                if room == 0 {
                    assert!(pace.ready_at() > now);
                    now = pace.ready_at();
                    assert!(pace.room(now) > 0, "as was told");
                    continue;
                }
                pace.took(room);
                left += room;
            }
            let took = now.duration_since(start);
            assert!(took <= Duration::from_millis(20_500), "{took:?}");
            assert!(took >= Duration::from_secs(18), "{took:?}");
        }
    }

    #[test]
    fn a_change_of_pace_gives_nothing_away() {
        let now = clock::now();
        let mut pace = Pace::new(rate(8 << 20), now);
        pace.took(pace.gathered);
        for _ in 0..10 {
            pace.change(rate(1 << 30), now);
            pace.change(rate(1 << 20), now);
        }
        assert_eq!(pace.room(now), 0);
    }
}
