//! The requests that are being answered now, and how far each has come.
//!
//! The journal tells what is over; here stands what is not. Law: a request stands here only if it
//! has to be waited for (a disk, a slow page, a client that takes its time), so what is answered
//! at once pays nothing. And it is no event: whoever looks sees it, nobody can miss it, and it is
//! counted when it is journalled, which is once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::registry::Registry;
use crate::observe::events::{Method, Target, redacted_target};
use crate::observe::limits::{RUNNING_SHARDS, STORY_TARGET_BYTES_MAX};

/// A request that is being answered. Only the connection's own task writes to it.
#[derive(Debug)]
pub struct Running {
    /// Its connection.
    pub connection: u64,
    /// Which request of it, counted from 1.
    pub number: u32,
    /// The method.
    pub method: Method,
    /// When it was first looked at.
    pub begun: Instant,
    target: Box<[u8]>,
    /// 0 while there is no answer.
    status: AtomicU16,
    sent: AtomicU64,
    /// Bytes of content there are to send; [`UNKNOWN`] if nobody knows.
    of: AtomicU64,
    is_endless: AtomicBool,
}

const UNKNOWN: u64 = u64::MAX;

/// How far an answer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Its status; `None` while it is still being made.
    pub status: Option<u16>,
    /// Bytes of content sent.
    pub sent: u64,
    /// Of how many, if that is known.
    pub of: Option<u64>,
    /// Whether it lasts for as long as somebody listens.
    pub is_endless: bool,
}

impl Running {
    /// A request to which there is no answer yet. Its target is cut as in a story: a client that is
    /// slow on purpose makes us keep no more. Secrets in its query are not kept.
    pub fn new(
        connection: u64,
        number: u32,
        method: Method,
        target: Target<'_>,
        begun: Instant,
    ) -> Self {
        let redacted;
        let kept = if target.has_query {
            redacted = redacted_target(target.bytes);
            &redacted[..]
        } else {
            target.bytes
        };
        Self {
            connection,
            number,
            method,
            begun,
            target: kept[..kept.len().min(STORY_TARGET_BYTES_MAX)].into(),
            status: AtomicU16::new(0),
            sent: AtomicU64::new(0),
            of: AtomicU64::new(UNKNOWN),
            is_endless: AtomicBool::new(false),
        }
    }

    /// What was asked for, as it was sent.
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let status = self.status.load(Ordering::Relaxed);
        let of = self.of.load(Ordering::Relaxed);
        Progress {
            status: (status > 0).then_some(status),
            sent: self.sent.load(Ordering::Relaxed),
            of: (of != UNKNOWN).then_some(of),
            is_endless: self.is_endless.load(Ordering::Relaxed),
        }
    }

    /// It has come this far.
    pub fn has_come(&self, progress: Progress) {
        let (status, of) = (progress.status.unwrap_or(0), progress.of.unwrap_or(UNKNOWN));
        self.sent.store(progress.sent, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        self.is_endless
            .store(progress.is_endless, Ordering::Relaxed);
        self.status.store(status, Ordering::Relaxed);
    }
}

/// A request's place among those that run; dropping it gives the place up.
pub struct Underway {
    running: Arc<Running>,
    registry: Arc<Registry>,
}

impl std::ops::Deref for Underway {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.registry.running.remove(&self.running);
    }
}

/// All of them, by connection and number. In parts, so that workers seldom meet at one lock.
#[derive(Default)]
pub(super) struct AllRunning {
    shards: [Shard; RUNNING_SHARDS],
    count: AtomicUsize,
}

type Shard = Mutex<BTreeMap<(u64, u32), Arc<Running>>>;

impl AllRunning {
    /// Enters a request in its registry.
    pub(super) fn enter(registry: Arc<Registry>, running: Running) -> Underway {
        let running = Arc::new(running);
        let all = &registry.running;
        let place = (running.connection, running.number);
        let before = all.shard(running.connection).insert(place, running.clone());
        if before.is_none() {
            all.count.fetch_add(1, Ordering::Relaxed);
        }
        Underway { running, registry }
    }

    fn remove(&self, running: &Arc<Running>) {
        let place = (running.connection, running.number);
        let mut shard = self.shard(running.connection);
        // It may have been replaced by one that knows more.
        if { shard.get(&place) }.is_some_and(|found| Arc::ptr_eq(found, running)) {
            shard.remove(&place);
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Those of one connection, in order.
    pub(super) fn of(&self, connection: u64, mut see: impl FnMut(&Running)) {
        if self.count.load(Ordering::Relaxed) == 0 {
            return;
        }
        let shard = self.shard(connection);
        for (_, running) in shard.range((connection, 0)..=(connection, u32::MAX)) {
            see(running);
        }
    }

    /// At most `most` of those that began before a moment, those of the oldest connections first.
    pub(super) fn since_before(&self, moment: Instant, most: usize) -> Vec<Arc<Running>> {
        let mut found = Vec::new();
        if self.count.load(Ordering::Relaxed) == 0 {
            return found;
        }
        for shard in &self.shards {
            let shard = lock(shard);
            let old = shard.values().filter(|running| running.begun <= moment);
            found.extend(old.take(most).cloned());
        }
        found.sort_unstable_by_key(|running| (running.connection, running.number));
        found.truncate(most);
        found
    }

    fn shard(&self, connection: u64) -> MutexGuard<'_, BTreeMap<(u64, u32), Arc<Running>>> {
        let place = connection % RUNNING_SHARDS as u64;
        lock(&self.shards[usize::try_from(place).unwrap_or(0)])
    }
}

fn lock(shard: &Shard) -> MutexGuard<'_, BTreeMap<(u64, u32), Arc<Running>>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::exchange::Peer;

    fn target(text: &str) -> Target<'_> {
        Target {
            bytes: text.as_bytes(),
            has_query: text.contains('?'),
            client: None,
            said: &[],
        }
    }

    fn numbers(registry: &Registry, connection: u64) -> Vec<u32> {
        let mut numbers = Vec::new();
        registry.running_on(connection, |running| numbers.push(running.number));
        numbers
    }

    #[test]
    fn a_request_stands_there_for_as_long_as_its_place_is_held() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let live = registry.enter(Peer::Unix, now);
        let other = registry.enter(Peer::Unix, now);
        assert!(numbers(&registry, live.id).is_empty());
        let second = live.begin(2, Method::Get, target("/b"), now);
        let first = live.begin(1, Method::Get, target("/a"), now);
        let alien = other.begin(1, Method::Get, target("/c"), now);
        assert_eq!(numbers(&registry, live.id), [1, 2]);
        drop(first);
        assert_eq!(numbers(&registry, live.id), [2]);
        drop((second, alien));
        assert!(registry.running_since_before(now, 9).is_empty());
        assert_eq!(registry.running.count.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn whoever_comes_later_with_the_same_number_takes_the_place() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let live = registry.enter(Peer::Unix, now);
        let early = live.begin(1, Method::Get, target("/early"), now);
        let late = live.begin(1, Method::Get, target("/late"), now);
        drop(early);
        assert_eq!(numbers(&registry, live.id), [1], "the other holds it");
        drop(late);
        assert!(numbers(&registry, live.id).is_empty());
        assert_eq!(registry.running.count.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn secrets_are_not_kept_and_what_is_long_is_cut() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let live = registry.enter(Peer::Unix, now);
        let secret = live.begin(1, Method::Get, target("/a?token=swordfish&b=1"), now);
        assert_eq!(secret.target(), b"/a?token=[redacted]&b=1");
        let long = "/".repeat(3 * STORY_TARGET_BYTES_MAX);
        let long = live.begin(2, Method::Get, target(&long), now);
        assert_eq!(long.target().len(), STORY_TARGET_BYTES_MAX);
    }

    #[test]
    fn only_so_many_are_shown_and_only_the_old_ones() {
        let registry = Arc::new(Registry::new());
        let start = clock::now();
        let later = start + std::time::Duration::from_secs(1);
        let lives: Vec<_> = (0..40).map(|_| registry.enter(Peer::Unix, start)).collect();
        let underway: Vec<_> = { lives.iter() }
            .map(|live| {
                let begun = if live.id > 30 { later } else { start };
                live.begin(1, Method::Get, target("/"), begun)
            })
            .collect();
        let old = |most| -> Vec<u64> {
            let found = registry.running_since_before(start, most);
            found.iter().map(|running| running.connection).collect()
        };
        assert_eq!(old(100), (1..=30).collect::<Vec<u64>>());
        assert_eq!(old(3).len(), 3);
        drop(underway);
        assert!(old(100).is_empty());
    }

    #[test]
    fn progress_is_what_was_told_last() {
        let registry = Arc::new(Registry::new());
        let live = registry.enter(Peer::Unix, clock::now());
        let running = live.begin(1, Method::Get, target("/"), clock::now());
        assert_eq!(running.progress(), Progress::default());
        let progress = Progress {
            status: Some(206),
            sent: 7,
            of: Some(9),
            is_endless: false,
        };
        running.has_come(progress);
        assert_eq!(running.progress(), progress);
    }
}
