//! What readers that wait are woken by.
//!
//! A ring is counted, and each reader remembers the count it heard last: one that was busy while it rang
//! hears it when it next waits, and however many wait, all of them hear it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Counts how often it has rung.
#[derive(Default)]
pub(super) struct Bell {
    /// Whether somebody listens for the next thing that happens. Cleared by who rings.
    is_awaited: AtomicBool,
    rings: Mutex<u64>,
    rung: Condvar,
}

impl Bell {
    /// How often it has rung.
    #[cfg(test)]
    pub(super) fn rings(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on whatever happens rings.
    pub(super) fn listen(&self) {
        self.is_awaited.store(true, Ordering::SeqCst);
    }

    /// Waits for a ring after the one `heard` last, up to `patience`.
    pub(super) fn wait(&self, heard: &mut u64, patience: Duration) {
        let now = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .rung
            .wait_timeout_while(now, patience, |now| *now == *heard);
        *heard = *waited.unwrap_or_else(PoisonError::into_inner).0;
    }

    /// Rings, if somebody listens.
    #[inline]
    pub(super) fn ring_if_awaited(&self) {
        if self.is_awaited.load(Ordering::SeqCst) {
            self.ring_for_the_next();
        }
    }

    /// Rings, unless somebody else just did for the same listeners.
    #[cold]
    #[inline(never)]
    fn ring_for_the_next(&self) {
        if self.is_awaited.swap(false, Ordering::SeqCst) {
            self.ring();
        }
    }

    /// Rings.
    #[cold]
    #[inline(never)]
    pub(super) fn ring(&self) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        *rings = rings.wrapping_add(1);
        drop(rings);
        self.rung.notify_all();
    }
}
