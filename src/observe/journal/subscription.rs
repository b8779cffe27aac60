//! Several readers of one journal, none of which holds up another.
//!
//! Whoever reads empties the workers' pages and hands what was in them to everybody: each
//! subscription has a bounded mailbox of its own. A reader that is stuck loses its own post, by
//! the rule it chose. Where there is only one reader, nothing is handed on.

use std::sync::Arc;
use std::time::Duration;

use super::recent::Recent;
use super::{Audience, Journal, Reading};
use crate::exchange::TracedFor;
use crate::observe::events::{Batch, Event, Kind, Record};
use crate::observe::limits::{
    EVENTS_MAX, PAGE_EVENTS_MAX, PAGE_TEXT_BYTES_MAX, REQUEST_EVENTS_MAX, TEXT_BYTES_MAX,
};

/// What a mailbox does that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// Drops what comes, counted by kind: for whoever tells a story from its beginning.
    DropNewest,
    /// Forgets the older half, counted by kind: for whoever shows how things are now.
    TurnPage,
}

/// One reader's place at the journal. Dropping it gives the place up.
pub struct Subscription {
    journal: Arc<Journal>,
    id: u64,
    /// How often the bell had rung when it last waited.
    heard: u64,
}

impl Subscription {
    pub(super) fn new(journal: Arc<Journal>, id: u64) -> Self {
        Self {
            journal,
            id,
            heard: 0,
        }
    }

    /// Takes everything that happened since the last time, oldest first, without waiting.
    /// `batch` is emptied first and its memory used again.
    pub fn take(&mut self, batch: &mut Batch) -> Reading {
        self.journal.take(self.id, batch);
        if batch.is_empty() {
            Reading::Nothing
        } else {
            Reading::Some
        }
    }

    /// The same; waits for something to happen, up to `patience`.
    pub fn read(&mut self, batch: &mut Batch, patience: Duration) -> Reading {
        let reader = (self.id, &mut self.heard);
        self.journal.read(reader, batch, patience)
    }

    /// Lets events gather for a while: until the bell rings, at most `pause`.
    pub fn rest(&mut self, pause: Duration) {
        self.journal.rest(&mut self.heard, pause);
    }

    /// The same, told no walks of requests.
    #[must_use]
    pub fn without_walks(self) -> Self {
        let walks = Walks::of(TracedFor::NOBODY);
        self.journal.tell_walks(self.id, walks);
        self
    }

    /// The same, told the walks for this place, and of what others take from the pages no more than the
    /// requests that have such a walk.
    pub(super) fn of_traced(self, whom: TracedFor) -> Self {
        let are_all = true;
        self.journal.tell_walks(self.id, Walks { whom, are_all });
        self
    }

    /// From now on it wants to hear this.
    pub fn listen_for(&mut self, audience: Audience) {
        self.journal.listen_for(self.id, audience);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.journal.unsubscribe(self.id);
    }
}

/// Which walks of requests a reader is told.
#[derive(Clone, Copy)]
pub(super) struct Walks {
    /// Those for these.
    whom: TracedFor,
    /// Whether it wants nothing else.
    are_all: bool,
}

impl Walks {
    fn of(whom: TracedFor) -> Self {
        let are_all = false;
        Self { whom, are_all }
    }
}

/// Where post is handed out. Locked for as long as that takes, never while somebody waits or
/// prints.
#[derive(Default)]
pub(super) struct Desk {
    mailboxes: Vec<Mailbox>,
    last_id: u64,
    /// What the workers' pages are exchanged for.
    pub(super) taken: Vec<Batch>,
    /// All of it in order, when there is more than one to hand it to.
    sorted: Batch,
    /// The requests that were handed out last.
    pub(super) recent: Recent,
}

struct Mailbox {
    id: u64,
    audience: Audience,
    when_full: WhenFull,
    walks: Walks,
    post: Batch,
    /// The page before, where pages are turned.
    earlier: Batch,
}

impl Desk {
    pub(super) fn add(&mut self, audience: Audience, when_full: WhenFull) -> u64 {
        self.last_id += 1;
        self.mailboxes.push(Mailbox {
            id: self.last_id,
            audience,
            when_full,
            walks: Walks::of(TracedFor::SETTINGS),
            post: Batch::default(),
            earlier: Batch::default(),
        });
        self.last_id
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.mailboxes.retain(|mailbox| mailbox.id != id);
    }

    pub(super) fn set_audience(&mut self, id: u64, audience: Audience) {
        for mailbox in self.mailboxes.iter_mut().filter(|mailbox| mailbox.id == id) {
            mailbox.audience = audience;
        }
    }

    pub(super) fn set_walks(&mut self, id: u64, walks: Walks) {
        for mailbox in self.mailboxes.iter_mut().filter(|mailbox| mailbox.id == id) {
            mailbox.walks = walks;
        }
    }

    /// The greatest of all.
    pub(super) fn audience(&self) -> Audience {
        let audiences = self.mailboxes.iter().map(|mailbox| mailbox.audience);
        audiences.max().unwrap_or(Audience::Nobody)
    }

    pub(super) fn audience_of(&self, id: u64) -> Audience {
        let mailbox = self.mailboxes.iter().find(|mailbox| mailbox.id == id);
        mailbox.map_or(Audience::Nobody, |mailbox| mailbox.audience)
    }

    /// Remembers the requests among what was taken.
    pub(super) fn remember(&mut self) {
        for part in &self.taken {
            self.recent.keep(part);
        }
    }

    /// Hands what was taken to everybody, and gives one reader all its post.
    pub(super) fn hand_out(&mut self, id: u64, batch: &mut Batch) {
        batch.clear();
        if let [only] = &self.mailboxes[..]
            && only.id == id
            && only.is_empty()
        {
            sort_into(batch, &mut self.taken);
            return;
        }
        if let Some(own) = self.mailboxes.iter().position(|mailbox| mailbox.id == id)
            && self.mailboxes[own].hears_all()
            && self.mailboxes[own].is_empty()
        {
            // It gets all of it, so the others can be handed theirs from what it got.
            sort_into(batch, &mut self.taken);
            for (place, mailbox) in self.mailboxes.iter_mut().enumerate() {
                if place != own {
                    mailbox.receive(batch);
                }
            }
            return;
        }
        self.sorted.clear();
        sort_into(&mut self.sorted, &mut self.taken);
        for mailbox in &mut self.mailboxes {
            if mailbox.id != id {
                mailbox.receive(&self.sorted);
            } else if mailbox.hears_all() {
                mailbox.empty_into(batch);
                batch.append(&self.sorted);
            } else {
                mailbox.receive(&self.sorted);
                mailbox.empty_into(batch);
            }
        }
    }
}

/// Puts what was taken into an empty batch, in order. Usually most of it is one worker's: that is not
/// copied, but exchanged.
fn sort_into(batch: &mut Batch, taken: &mut [Batch]) {
    if let Some(longest) = taken.iter_mut().max_by_key(|part| part.records.len()) {
        std::mem::swap(batch, longest);
    }
    for part in taken {
        batch.append(part);
    }
    batch.records.sort_by_key(|record| record.at);
}

impl Mailbox {
    fn is_empty(&self) -> bool {
        self.post.is_empty() && self.earlier.is_empty()
    }

    /// Whether its reader, when it asks, is given all that was taken: the workers' pages are bound
    /// enough, and whoever counts must not lose what a view that is up to date may forget.
    fn hears_all(&self) -> bool {
        self.audience == Audience::Everything && self.when_full == WhenFull::DropNewest
    }

    fn receive(&mut self, sorted: &Batch) {
        if self.audience == Audience::Everything {
            self.post.count_dropped(&sorted.dropped);
        }
        for record in &sorted.records {
            let is_wanted = match self.audience {
                Audience::Nobody => false,
                Audience::Notices => matches!(record.event, Event::Notice(_)),
                Audience::Everything => {
                    !self.walks.are_all || sorted.traced_for(record).has(self.walks.whom)
                }
            };
            if is_wanted {
                self.keep(record, sorted);
            }
        }
    }

    fn keep(&mut self, record: &Record, sorted: &Batch) {
        let kind = Kind::of(&record.event);
        // Walks are for whoever traces: nobody else loses anything for their length.
        let unwanted = sorted.unwanted_walk(record, self.walks.whom);
        let text_bytes = self.post.text.len() + sorted.text_bytes(record) - usize::from(unwanted);
        match self.when_full {
            WhenFull::DropNewest => {
                let room = match kind {
                    Kind::Request => REQUEST_EVENTS_MAX,
                    Kind::Accepted | Kind::Handshake | Kind::Ended | Kind::Notice => EVENTS_MAX,
                };
                if self.post.records.len() >= room || text_bytes > TEXT_BYTES_MAX {
                    self.post.dropped[kind as usize] += 1;
                    return;
                }
            }
            WhenFull::TurnPage => {
                let is_full = self.post.records.len() >= PAGE_EVENTS_MAX;
                if is_full || text_bytes > PAGE_TEXT_BYTES_MAX {
                    self.turn_page();
                }
            }
        }
        self.post.copy_without(record, sorted, unwanted);
    }

    fn turn_page(&mut self) {
        std::mem::swap(&mut self.post, &mut self.earlier);
        let mut dropped = self.post.dropped;
        for forgotten in &self.post.records {
            dropped[Kind::of(&forgotten.event) as usize] += 1;
        }
        self.post.clear();
        self.post.dropped = dropped;
    }

    fn empty_into(&mut self, batch: &mut Batch) {
        std::mem::swap(batch, &mut self.post);
        if !self.earlier.is_empty() {
            self.earlier.append(batch);
            std::mem::swap(batch, &mut self.earlier);
            self.earlier.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::exchange::Peer;

    fn journal() -> Arc<Journal> {
        Arc::new(Journal::new(1))
    }

    fn numbers(reader: &mut Subscription) -> Vec<u64> {
        let mut batch = Batch::default();
        reader.take(&mut batch);
        batch
            .records
            .iter()
            .map(|record| record.connection)
            .collect()
    }

    fn accept(journal: &Journal, numbers: std::ops::RangeInclusive<u64>) {
        for number in numbers {
            journal.accepted(number, Peer::Unix, clock::now());
        }
    }

    #[test]
    fn everybody_hears_everything_once_and_in_order_whoever_reads_first() {
        let journal = journal();
        let mut printer = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let mut view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        accept(&journal, 1..=2);
        assert_eq!(numbers(&mut view), [1, 2]);
        accept(&journal, 3..=3);
        assert_eq!(numbers(&mut view), [3]);
        accept(&journal, 4..=4);
        assert_eq!(numbers(&mut printer), [1, 2, 3, 4]);
        assert_eq!(numbers(&mut view), [4]);
        assert!(numbers(&mut printer).is_empty() && numbers(&mut view).is_empty());
    }

    #[test]
    fn a_stuck_printer_loses_the_newest_and_a_stuck_view_the_oldest() {
        let journal = journal();
        let mut printer = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let mut view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        let mut third = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        let happened = 3 * EVENTS_MAX as u64;
        let mut heard = 0;
        for first in (1..=happened).step_by(EVENTS_MAX / 4) {
            accept(&journal, first..=first + EVENTS_MAX as u64 / 4 - 1);
            heard += numbers(&mut third).len() as u64;
        }
        assert_eq!(heard, happened, "who reads in time misses nothing");
        for (reader, most) in [(&mut printer, EVENTS_MAX), (&mut view, 2 * PAGE_EVENTS_MAX)] {
            let mut batch = Batch::default();
            reader.take(&mut batch);
            let kept = batch.records.len() as u64;
            assert!((1..=most as u64).contains(&kept), "{kept}");
            assert_eq!(batch.dropped[Kind::Accepted as usize], happened - kept);
            let first = batch.records[0].connection;
            let last = batch.records[batch.records.len() - 1].connection;
            if most == EVENTS_MAX {
                assert_eq!(first, 1, "a printer begins at the beginning");
            } else {
                assert_eq!(last, happened, "a view shows what is now");
            }
            assert_eq!(last - first + 1, kept, "and nothing is missing between");
        }
    }

    #[test]
    fn who_tells_a_story_hears_all_that_was_taken_beside_a_view() {
        let journal = journal();
        let mut teller = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let mut view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        let most = EVENTS_MAX as u64;
        accept(&journal, 1..=most);
        assert_eq!(numbers(&mut view).last(), Some(&most));
        // The post is full; what the teller takes itself needs no place there.
        accept(&journal, most + 1..=2 * most);
        let heard = numbers(&mut teller);
        assert!(heard.iter().copied().eq(1..=2 * most), "{}", heard.len());
        assert!(numbers(&mut teller).is_empty());
        assert_eq!(numbers(&mut view).last(), Some(&(2 * most)));
    }

    #[test]
    fn the_journal_keeps_what_the_most_curious_reader_wants() {
        let journal = journal();
        let mut quiet = journal.subscribe(Audience::Notices, WhenFull::DropNewest);
        accept(&journal, 1..=1);
        assert!(numbers(&mut quiet).is_empty());
        let mut view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        journal.notice(crate::observe::Notice::Draining { busy: 1 });
        accept(&journal, 2..=2);
        let seen = numbers(&mut view);
        assert!(seen.contains(&2), "{seen:?}");
        assert_eq!(numbers(&mut quiet), [0], "the notice, and nothing else");
        drop(view);
        assert_eq!(journal.audience_now(), Audience::Notices);
        drop(quiet);
        assert_eq!(journal.audience_now(), Audience::Nobody);
    }

    #[test]
    fn ends_and_targets_go_with_their_records() {
        let journal = journal();
        let mut first = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        let mut second = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let registry = Arc::new(crate::observe::Registry::new());
        let live = registry.enter(Peer::Unix, clock::now());
        let target = crate::observe::Target {
            bytes: b"/big.iso",
            has_query: false,
            client: None,
            said: &[],
        };
        let ending = crate::exchange::Ending::ResetByClient;
        for sent in [1, 2] {
            journal.ended(&live, ending, clock::now(), Some((target, sent, 9)));
            first.take(&mut Batch::default());
        }
        let mut batch = Batch::default();
        second.take(&mut batch);
        let told: Vec<_> = { batch.records.iter() }
            .filter_map(|record| match record.event {
                Event::Ended { place } => batch.end(place),
                _ => None,
            })
            .map(|end| (batch.text_at(end.target), end.progress))
            .collect();
        let expected = [1, 2].map(|sent| (&b"/big.iso"[..], Some((sent, 9))));
        assert_eq!(told, expected);
    }

    /// Targets, with a mark on those that have a walk for these.
    fn heard(reader: &mut Subscription, whom: TracedFor) -> Vec<String> {
        let mut batch = Batch::default();
        reader.take(&mut batch);
        let tell = |record: &Record| {
            let Event::Answered { exchange } = record.event else {
                panic!("nothing else happened");
            };
            let said = crate::observe::events::Said::read(batch.text_at(exchange.said()));
            assert_eq!(said.host, Some(&b"h"[..]));
            assert_eq!(batch.text_at(exchange.client()), b"unix");
            let target = String::from_utf8_lossy(batch.text_at(exchange.target));
            let mark = said.walk_for(whom).map_or("", |_| "!");
            format!("{target}{mark}")
        };
        batch.records.iter().map(tell).collect()
    }

    /// Whoever traces is told what is his; nobody else pays for its length.
    #[test]
    fn walks_are_handed_to_those_they_are_for() {
        use crate::config::Traced;
        use crate::observe::events::{Target, Wanted, pack_walk};

        let journal = journal();
        let traced = || vec![Traced::read("trace", "/").unwrap()];
        let (one, mut of_one) = journal.trace(traced()).unwrap();
        let (other, mut of_other) = journal.trace(traced()).unwrap();
        let mut printer = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let mut log = journal
            .subscribe(Audience::Everything, WhenFull::DropNewest)
            .without_walks();
        let mut view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        journal.remember();
        let settings = TracedFor::SETTINGS;
        for (target, whom) in [
            ("/0", TracedFor::NOBODY),
            ("/1", one.whom()),
            ("/2", one.whom().and(settings)),
            ("/3", other.whom()),
        ] {
            let mut said = vec![Wanted::HOST.bits(), 1, 0, b'h'];
            if !whom.is_nobody() {
                pack_walk(whom, b"{}", &mut said);
            }
            let target = Target {
                bytes: target.as_bytes(),
                has_query: false,
                client: Some(&Peer::Unix),
                said: &said,
            };
            journal.answered(1, clock::now(), target, &super::super::tests::exchange(1));
        }
        // The view takes all of it; the others are handed theirs.
        assert_eq!(heard(&mut view, settings), ["/0", "/1", "/2!", "/3"]);
        assert_eq!(heard(&mut of_one, one.whom()), ["/1!", "/2!"]);
        assert_eq!(heard(&mut of_other, other.whom()), ["/3!"]);
        assert_eq!(heard(&mut printer, settings), ["/0", "/1", "/2!", "/3"]);
        assert_eq!(heard(&mut log, settings), ["/0", "/1", "/2", "/3"]);
    }
}
