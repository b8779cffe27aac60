//! Has files compressed in the pool: each once, a few at a time, the others wait their turn.
//!
//! Law: nobody's answer waits for this, but that of a client that takes nothing else. What waits is
//! a path, not a content; what comes of it goes into the cache, and counts there.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::exchange::Coding;
use crate::site::limits::{COMPRESSIONS_MAX, COMPRESSIONS_WAITING_MAX};

use super::super::path::FilePath;

/// What is to be compressed, and what just is.
#[derive(Default)]
pub(in super::super) struct Compressor {
    jobs: Mutex<Jobs>,
    /// Heard whenever a job is done.
    done: Notify,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    at_work: Vec<Job>,
    /// Threads that take jobs until there is none.
    hands: usize,
}

/// A file, and the form that is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Job {
    pub(in super::super) path: FilePath<'static>,
    pub(in super::super) coding: Coding,
}

/// What becomes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Ordered {
    /// It waits, and another thread has to take jobs.
    HandWanted,
    /// It will be done.
    Waits,
    /// Too many wait.
    Refused,
}

impl Compressor {
    /// Orders a job, unless it was ordered before.
    pub(in super::super) fn order(&self, job: Job) -> Ordered {
        let mut jobs = self.jobs();
        if jobs.has(&job) {
            return Ordered::Waits;
        }
        if jobs.waiting.len() == COMPRESSIONS_WAITING_MAX {
            return Ordered::Refused;
        }
        jobs.waiting.push_back(job);
        if jobs.hands == COMPRESSIONS_MAX {
            return Ordered::Waits;
        }
        jobs.hands += 1;
        Ordered::HandWanted
    }

    /// Does one job. Whether there may be another for this hand.
    pub(in super::super) fn do_one(&self, work: impl FnOnce(&Job)) -> bool {
        let job = {
            let mut jobs = self.jobs();
            let Some(job) = jobs.waiting.pop_front() else {
                jobs.hands = jobs.hands.saturating_sub(1);
                return false;
            };
            jobs.at_work.push(job.clone());
            job
        };
        let mut done = Done {
            compressor: self,
            job: &job,
            has_fallen: true,
        };
        work(&job);
        done.has_fallen = false;
        true
    }

    /// Waits until a job is neither waiting nor at work.
    pub(in super::super) async fn until_done(&self, job: &Job) {
        loop {
            let mut done = std::pin::pin!(self.done.notified());
            done.as_mut().enable();
            if !self.jobs().has(job) {
                return;
            }
            done.await;
        }
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs {
    fn has(&self, job: &Job) -> bool {
        self.at_work.contains(job) || self.waiting.contains(job)
    }
}

/// Takes a job off the list, however it ended.
struct Done<'a> {
    compressor: &'a Compressor,
    job: &'a Job,
    /// Whether the work panicked: then the hand is gone, and the next order asks for another.
    has_fallen: bool,
}

impl Drop for Done<'_> {
    fn drop(&mut self) {
        let mut jobs = self.compressor.jobs();
        jobs.at_work.retain(|job| job != self.job);
        if self.has_fallen {
            jobs.hands = jobs.hands.saturating_sub(1);
        }
        drop(jobs);
        self.compressor.done.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn job(path: &str) -> Job {
        Job {
            path: FilePath::decode(path.as_bytes()).unwrap().into_owned(),
            coding: Coding::Gzip,
        }
    }

    #[test]
    fn a_job_is_done_once_however_often_it_is_ordered() {
        let compressor = Compressor::default();
        assert_eq!(compressor.order(job("/a")), Ordered::HandWanted);
        assert_eq!(compressor.order(job("/a")), Ordered::Waits);
        let mut done = Vec::new();
        let mut work = |doing: &Job| {
            assert_eq!(
                compressor.order(job("/a")),
                Ordered::Waits,
                "while it is done"
            );
            assert_eq!(compressor.order(job("/b")), Ordered::Waits);
            done.push(doing.path.as_bytes().to_vec());
        };
        assert!(compressor.do_one(&mut work));
        let brotli = Job {
            coding: Coding::Brotli,
            ..job("/b")
        };
        assert_eq!(compressor.order(brotli), Ordered::Waits, "another form");
        assert!(compressor.do_one(|job| assert_eq!(job.coding, Coding::Gzip)));
        assert!(compressor.do_one(|job| assert_eq!(job.coding, Coding::Brotli)));
        assert!(!compressor.do_one(|_| panic!("nothing waits")));
        assert_eq!(compressor.order(job("/a")), Ordered::HandWanted);
        assert_eq!(done, [b"/a"]);
    }

    #[test]
    fn only_so_many_wait() {
        let compressor = Compressor::default();
        for number in 0..COMPRESSIONS_WAITING_MAX {
            assert_ne!(
                compressor.order(job(&format!("/{number}"))),
                Ordered::Refused
            );
        }
        assert_eq!(compressor.order(job("/more")), Ordered::Refused);
        assert_eq!(compressor.order(job("/0")), Ordered::Waits);
        assert!(compressor.do_one(|_| ()));
        assert_eq!(compressor.order(job("/more")), Ordered::Waits);
    }

    #[test]
    fn a_job_that_panics_stops_nobody() {
        let compressor = Compressor::default();
        compressor.order(job("/a"));
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let fallen = catch_unwind(AssertUnwindSafe(|| {
            compressor.do_one(|_| panic!("planted"))
        }));
        std::panic::set_hook(quiet);
        assert!(fallen.is_err());
        assert_eq!(compressor.order(job("/b")), Ordered::HandWanted);
        assert!(compressor.do_one(|job| assert_eq!(job.path.as_bytes(), b"/b")));
        assert!(!compressor.do_one(|_| ()));
    }

    #[tokio::test]
    async fn who_waits_for_a_job_hears_that_it_is_done() {
        let compressor = Compressor::default();
        compressor.until_done(&job("/a")).await;
        compressor.order(job("/a"));
        let awaited = job("/a");
        let mut waiting = std::pin::pin!(compressor.until_done(&awaited));
        let first =
            std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx).is_ready()));
        assert!(!first.await, "it is not done");
        compressor.do_one(|_| ());
        waiting.await;
    }
}
