//! Whether this server is one to send people to.

use std::sync::atomic::{AtomicBool, Ordering};

/// Not ready at first, then ready, and no longer once it is asked to stop.
#[derive(Debug, Default)]
pub struct Readiness(AtomicBool);

impl Readiness {
    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// It is from now on, or no longer.
    pub fn set(&self, is_ready: bool) {
        self.0.store(is_ready, Ordering::SeqCst);
    }
}
