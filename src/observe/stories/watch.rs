//! The chronicle for a live page: shared by all who watch, cheap to ask, never waited for long.
//!
//! Who asks pays: nothing is done between two questions but keeping the journal's last events,
//! and a question that comes just after another is answered from what that one found.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::chronicle::Chronicle;
use super::story::Story;
use crate::exchange::Peer;
use crate::observe::events::Batch;
use crate::observe::journal::{Audience, Journal, Reading, Subscription, WhenFull};
use crate::observe::limits::{LOOK_PAUSE, STORIES_SHOWN_MAX};
use crate::observe::live::Registry;
use crate::observe::why::Machine;

/// What live pages look through. From the moment it is made it keeps the journal's last events.
pub struct Watch {
    registry: Arc<Registry>,
    desk: Mutex<Desk>,
}

struct Desk {
    subscription: Subscription,
    batch: Batch,
    chronicle: Chronicle,
    looked_at: Option<Instant>,
}

/// What is new since the last question.
pub struct Changes {
    /// To be asked from, the next time.
    pub revision: u64,
    /// Stories that changed, in the order their connections were accepted; of very many the last.
    pub stories: Vec<Story>,
}

impl Watch {
    /// Begins to watch.
    pub fn new(journal: &Arc<Journal>, registry: Arc<Registry>) -> Self {
        Self {
            registry,
            desk: Mutex::new(Desk {
                subscription: journal
                    .subscribe(Audience::Everything, WhenFull::TurnPage)
                    .without_walks(),
                batch: Batch::default(),
                chronicle: Chronicle::new(),
                looked_at: None,
            }),
        }
    }

    /// What became of the connections of a visitor's machine since a revision (0: since ever).
    ///
    /// Nobody sees another machine's connections, and whoever comes through a Unix socket sees
    /// none: nothing tells its users apart.
    pub fn changes_since(&self, revision: u64, visitor: Peer, now: Instant) -> Changes {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.look(&self.registry, now);
        let machine = Machine::of(visitor);
        let chronicle = &desk.chronicle;
        let own = |story: &&Story| machine != Machine::Unix && story.is_of(machine);
        let mut stories: Vec<Story> = { chronicle.changes_since(revision) }
            .rev()
            .filter(own)
            .take(STORIES_SHOWN_MAX)
            .map(Story::for_view)
            .collect();
        stories.reverse();
        Changes {
            revision: chronicle.revision(),
            stories,
        }
    }
}

impl Desk {
    fn look(&mut self, registry: &Registry, now: Instant) {
        let is_fresh = { self.looked_at }
            .is_some_and(|looked| now.saturating_duration_since(looked) < LOOK_PAUSE);
        if is_fresh {
            return;
        }
        self.looked_at = Some(now);
        if self.subscription.take(&mut self.batch) == Reading::Some {
            self.chronicle.hear(&self.batch);
        }
        self.chronicle.look(registry, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn peer(text: &str) -> Peer {
        Peer::Tcp(text.parse().unwrap())
    }

    fn ids(changes: &Changes) -> Vec<u64> {
        changes.stories.iter().map(|story| story.id).collect()
    }

    #[test]
    fn a_visitor_sees_what_is_new_of_their_own_machine_and_nothing_else() {
        let journal = Arc::new(Journal::new(1));
        let registry = Arc::new(Registry::new());
        let watch = Watch::new(&journal, registry);
        let mut now = clock::now();
        for (id, from) in (1..).zip(["127.0.0.1:1", "192.0.2.7:2", "[::1]:3"]) {
            journal.accepted(id, peer(from), now);
        }
        journal.accepted(4, Peer::Unix, now);
        let here = watch.changes_since(0, peer("127.0.0.1:9"), now);
        assert_eq!(ids(&here), [1, 3]);
        let there = watch.changes_since(0, peer("192.0.2.7:9"), now);
        assert_eq!(ids(&there), [2]);
        assert!(watch.changes_since(0, Peer::Unix, now).stories.is_empty());

        journal.accepted(5, peer("127.0.0.1:4"), now);
        now += LOOK_PAUSE;
        let new = watch.changes_since(here.revision, peer("127.0.0.1:9"), now);
        assert_eq!(ids(&new), [5]);
        assert!(
            watch
                .changes_since(new.revision, peer("127.0.0.1:9"), now)
                .stories
                .is_empty()
        );
    }

    #[test]
    fn a_question_just_after_another_costs_no_look() {
        let journal = Arc::new(Journal::new(1));
        let watch = Watch::new(&journal, Arc::new(Registry::new()));
        let now = clock::now();
        watch.changes_since(0, peer("127.0.0.1:9"), now);
        journal.accepted(1, peer("127.0.0.1:1"), now);
        let ask = |at| {
            watch
                .changes_since(0, peer("127.0.0.1:9"), at)
                .stories
                .len()
        };
        assert_eq!(ask(now + LOOK_PAUSE / 2), 0);
        assert_eq!(ask(now + LOOK_PAUSE), 1);
    }
}
