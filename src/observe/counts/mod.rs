//! A number that every worker may add to and nobody waits for.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::observe::limits::COUNTER_PARTS;

/// Counts up. Each thread adds to a part of its own, as long as there are parts: two workers never
/// write to the same cache line.
#[derive(Default)]
pub struct Counter([Part; COUNTER_PARTS]);

#[derive(Default)]
#[repr(align(128))]
struct Part(AtomicU64);

thread_local! {
    static PART: Cell<usize> = const { Cell::new(usize::MAX) };
}

impl Counter {
    /// Counts so many more.
    #[inline]
    pub fn add(&self, more: u64) {
        let part = PART.get();
        let part = if part < COUNTER_PARTS {
            part
        } else {
            first_part()
        };
        self.0[part].0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn sum(&self) -> u64 {
        let parts = self.0.iter();
        parts.map(|part| part.0.load(Ordering::Relaxed)).sum()
    }
}

/// Gives this thread a part, the first time it counts.
#[cold]
fn first_part() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let part = NEXT.fetch_add(1, Ordering::Relaxed) % COUNTER_PARTS;
    PART.set(part);
    part
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn nothing_is_lost_however_many_count() {
        let counter = Arc::new(Counter::default());
        let threads: Vec<_> = (0..3 * COUNTER_PARTS)
            .map(|_| {
                let counter = counter.clone();
                let count = move || (0..1000).for_each(|_| counter.add(2));
                crate::tasks::thread("counting", count).unwrap()
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(counter.sum(), 3 * COUNTER_PARTS as u64 * 2000);
    }
}
