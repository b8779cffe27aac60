//! Where passwords are hashed: off the workers, so many at a time, and no longer a queue than that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use crate::site::limits::{HASHES_MAX, HASHES_WAITING_MAX};
use crate::tasks;

/// The places where hashing is done.
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// Why something was not hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unhashed {
    /// Too many wait already.
    Crowded,
    /// Our own code failed, or the server is stopping.
    Failed,
}

impl Hashing {
    /// All places are free.
    pub(crate) fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(HASHES_MAX)),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Does the work when it is its turn, and holds the place until it is done, whoever waits for it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unhashed> {
        let place = if let Ok(place) = self.places.clone().try_acquire_owned() {
            place
        } else {
            let _waiting = Waiting::join(&self.waiting).ok_or(Unhashed::Crowded)?;
            let place = self.places.clone().acquire_owned().await;
            place.map_err(|_closed| Unhashed::Failed)?
        };
        let done = tasks::blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.ok_or(Unhashed::Failed)
    }
}

/// Somebody who waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(waiting: &'a AtomicUsize) -> Option<Self> {
        let join = |count| (count < HASHES_WAITING_MAX).then_some(count + 1);
        { waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, join) }.ok()?;
        Some(Self(waiting))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Work<'a> = Pin<Box<dyn Future<Output = Result<usize, Unhashed>> + 'a>>;

    fn is_ready(work: &mut Work<'_>) -> Option<Result<usize, Unhashed>> {
        match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn so_many_are_hashed_so_many_wait_and_the_others_are_told() {
        let hashing = Hashing::new();
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let mut gates = Vec::new();
        let (tell, told) = mpsc::channel::<()>();
        let mut works: Vec<Work<'_>> = Vec::new();
        for number in 0..HASHES_MAX + HASHES_WAITING_MAX {
            let (open, gate) = mpsc::channel::<()>();
            gates.push(open);
            let (running, most, tell) = (running.clone(), most.clone(), tell.clone());
            works.push(Box::pin(hashing.run(move || {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                let _ = tell.send(());
                let _ = gate.recv();
                running.fetch_sub(1, Ordering::SeqCst);
                number
            })));
            assert_eq!(is_ready(&mut works[number]), None);
        }
        let mut one_more: Work<'_> = Box::pin(hashing.run(|| 0));
        assert_eq!(is_ready(&mut one_more), Some(Err(Unhashed::Crowded)));
        // Who waits no longer makes room for another.
        drop(works.pop());
        let (open, gate) = mpsc::channel::<()>();
        gates.push(open);
        works.push(Box::pin(hashing.run(move || {
            let _ = gate.recv();
            0
        })));
        let last = works.len() - 1;
        assert_eq!(is_ready(&mut works[last]), None);
        for _ in 0..HASHES_MAX {
            told.recv().unwrap();
        }
        drop(gates);
        for work in works {
            assert!(work.await.is_ok());
        }
        assert_eq!(most.load(Ordering::SeqCst), HASHES_MAX);
        assert_eq!(hashing.waiting.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn whoever_leaves_does_not_free_a_place_that_is_still_at_work() {
        let hashing = Hashing::new();
        let mut gates = Vec::new();
        for _ in 0..HASHES_MAX {
            let (open, gate) = mpsc::channel::<()>();
            gates.push(open);
            let mut work: Work<'_> = Box::pin(hashing.run(move || {
                let _ = gate.recv();
                0
            }));
            assert_eq!(is_ready(&mut work), None);
        }
        // Nobody waits for them any more, and they go on.
        assert_eq!(hashing.places.available_permits(), 0);
        drop(gates);
        assert_eq!(hashing.run(|| 7).await, Ok(7));
    }
}
