//! Places for answers without end: so many, and who has had one for long gives way to others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::limits::LIVE_TURN;

/// How many are taken, and how many there are.
#[derive(Clone)]
pub(super) struct Seats {
    taken: Arc<AtomicUsize>,
    max: usize,
}

/// A place; dropping it gives it back.
pub(super) struct Seat(Seats);

impl Seats {
    /// So many, all of them free.
    pub(super) fn new(max: usize) -> Self {
        Self {
            taken: Arc::default(),
            max,
        }
    }

    /// A place, unless all are taken.
    pub(super) fn take(&self) -> Option<Seat> {
        let seat = Seat(self.clone());
        // Counted first and looked at then: two who come together cannot take the last one twice.
        (self.taken.fetch_add(1, Ordering::AcqRel) < self.max).then_some(seat)
    }
}

impl Seat {
    /// Whether somebody who has sat for so long gives way to others: all seats are taken.
    pub(super) fn gives_way_after(&self, sat: Duration) -> bool {
        sat >= LIVE_TURN && self.0.taken.load(Ordering::Acquire) >= self.0.max
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 3;

    #[test]
    fn no_more_are_taken_than_there_are() {
        let seats = Seats::new(MAX);
        let mut taken: Vec<Seat> = (0..MAX).filter_map(|_| seats.take()).collect();
        assert_eq!(taken.len(), MAX);
        assert!(seats.take().is_none());
        taken.pop();
        assert!(seats.take().is_some(), "who was refused took no seat");
    }

    #[test]
    fn who_has_sat_long_gives_way_only_if_all_seats_are_taken() {
        let seats = Seats::new(MAX);
        let mut taken: Vec<Seat> = (0..MAX).filter_map(|_| seats.take()).collect();
        let patient = LIVE_TURN.saturating_sub(Duration::from_millis(1));
        assert!(!taken[0].gives_way_after(patient));
        assert!(taken[0].gives_way_after(LIVE_TURN));
        taken.pop();
        assert!(!taken[0].gives_way_after(LIVE_TURN * 1000));
    }
}
