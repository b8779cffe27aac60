//! Who traces a running server, and which requests they mean.
//!
//! Law: while nobody does, a request pays for one look at a flag. Whoever traces is a [`Tracer`]; when that
//! is dropped, for whatever reason, it is over.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use arc_swap::ArcSwap;

use super::{Audience, Journal, Subscription, WhenFull, lock};
use crate::clock;
use crate::config::Traced;
use crate::exchange::{TRACERS_MAX, TracedFor};
use crate::observe::events::Exchange;

/// Those who trace.
#[derive(Default)]
pub struct Tracers {
    are_any: AtomicBool,
    /// Read by requests, so never waited for.
    present: ArcSwap<Vec<Present>>,
    /// Held by whoever comes or goes.
    changing: Mutex<()>,
}

/// One of them.
#[derive(Clone)]
struct Present {
    whom: TracedFor,
    wanted: Arc<[Traced]>,
}

impl Tracers {
    /// Whether there is any.
    #[inline]
    pub fn are_any(&self) -> bool {
        self.are_any.load(Ordering::Relaxed)
    }

    /// Which of them mean a request for this path, as it was sent, of this client.
    pub fn meaning(&self, path: &[u8], client: Option<IpAddr>, is_unix: bool) -> TracedFor {
        let present = self.present.load();
        let meaning = present.iter().filter(|tracer| {
            let is_meant = |traced: &Traced| traced.means(path, client, is_unix);
            tracer.wanted.iter().any(is_meant)
        });
        meaning.fold(TracedFor::NOBODY, |all, tracer| all.and(tracer.whom))
    }

    fn enter(&self, wanted: Vec<Traced>) -> Option<TracedFor> {
        let _changing = lock(&self.changing);
        let mut present = Vec::clone(&self.present.load());
        let whom = (0..TRACERS_MAX)
            .filter_map(TracedFor::tracer)
            .find(|whom| present.iter().all(|tracer| tracer.whom != *whom))?;
        present.push(Present {
            whom,
            wanted: wanted.into(),
        });
        self.present.store(Arc::new(present));
        self.are_any.store(true, Ordering::Relaxed);
        Some(whom)
    }

    fn leave(&self, whom: TracedFor) {
        let _changing = lock(&self.changing);
        let mut present = Vec::clone(&self.present.load());
        present.retain(|tracer| tracer.whom != whom);
        self.are_any.store(!present.is_empty(), Ordering::Relaxed);
        self.present.store(Arc::new(present));
    }
}

/// Somebody who traces a running server, until it is dropped.
pub struct Tracer {
    journal: Arc<Journal>,
    whom: TracedFor,
    since: Instant,
}

impl Tracer {
    /// From now on requests that one of these means have their walk written down; `None`: too many trace
    /// already. Its reader hears of requests that were traced for it, and of those that it finds among
    /// others: [`Tracer::means`].
    pub(super) fn enter(
        journal: &Arc<Journal>,
        wanted: Vec<Traced>,
    ) -> Option<(Self, Subscription)> {
        let reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let since = clock::now();
        let whom = journal.tracers.enter(wanted)?;
        journal.settle_wanted();
        let tracer = Self {
            journal: journal.clone(),
            whom,
            since,
        };
        Some((tracer, reader.of_traced(whom)))
    }

    /// Its place among those whom walks are for.
    pub fn whom(&self) -> TracedFor {
        self.whom
    }

    /// Whether a request that was traced for its place was traced for it: not for somebody who had that
    /// place before.
    pub fn means(&self, exchange: &Exchange, traced_for: TracedFor) -> bool {
        traced_for.has(self.whom) && exchange.begun >= self.since
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.journal.tracers.leave(self.whom);
        self.journal.settle_wanted();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::events::Wanted;

    fn traced(text: &str) -> Vec<Traced> {
        vec![Traced::read("trace", text).unwrap()]
    }

    #[test]
    fn who_traces_is_asked_while_it_is_there_and_never_again() {
        let journal = Arc::new(Journal::new(1));
        journal.want(Wanted::HOST);
        let tracers = journal.tracers().clone();
        assert!(!tracers.are_any());
        let (first, _reader) = journal.trace(traced("/api/*")).unwrap();
        let (second, _reader) = journal.trace(traced("10.0.0.7")).unwrap();
        let client = "10.0.0.7".parse().ok();
        let (one, other) = (first.whom(), second.whom());
        assert_eq!(tracers.meaning(b"/api/x", None, false), one);
        assert_eq!(tracers.meaning(b"/", client, false), other);
        assert_eq!(tracers.meaning(b"/api/", client, false), one.and(other));
        assert!(tracers.meaning(b"/", None, true).is_nobody());
        assert_eq!(journal.wanted(), Wanted::HOST.and(Wanted::CLIENT));
        drop(first);
        assert!(tracers.meaning(b"/api/x", None, false).is_nobody() && tracers.are_any());
        drop(second);
        assert!(!tracers.are_any());
        assert_eq!(journal.wanted(), Wanted::HOST);
    }

    #[test]
    fn only_so_many_trace_at_once_and_whoever_leaves_makes_room() {
        let journal = Arc::new(Journal::new(1));
        let mut here: Vec<_> = (0..TRACERS_MAX)
            .map(|_| journal.trace(traced("/")).unwrap())
            .collect();
        assert!(journal.trace(traced("/")).is_none());
        let (gone, _) = here.remove(1);
        let whom = gone.whom();
        drop(gone);
        let (next, _reader) = journal.trace(traced("/")).unwrap();
        assert_eq!(next.whom(), whom, "the place is taken again");
    }
}
