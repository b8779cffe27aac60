//! Recent connections as stories, from accept to close: what live views show.
//!
//! Made of what the journal tells and of a look at those that live. Always bounded: of many
//! connections the last, of many requests the last. Every change has a revision, so that a view
//! can ask what is new.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::story::{Finish, Story, Told, kept};
use crate::exchange::TracedFor;
use crate::observe::events::{Batch, End, Event, Exchange, Kind, Record, Said};
use crate::observe::limits::{LOOKED_AT_MAX, STORIES_MAX, STORY_REQUESTS_MAX, STORY_WALKS_MAX};
use crate::observe::live::{Live, Registry};
use crate::observe::why::{Label, Labeller, Tally, Why};

/// The stories of the last connections.
#[derive(Default)]
pub struct Chronicle {
    stories: BTreeMap<u64, Story>,
    /// Those that have ended, in the order they did.
    ended: VecDeque<u64>,
    /// Answers that have a walk: connection and number, in the order they were given.
    walks: VecDeque<(u64, u32)>,
    labeller: Labeller,
    revision: u64,
    /// Where the next look at the registry begins.
    place: usize,
    seen: Vec<Arc<Live>>,
}

impl Chronicle {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hears what the journal has to tell, in its order.
    pub fn hear(&mut self, batch: &Batch) {
        if batch.dropped[Kind::Ended as usize] > 0 {
            // Some may be over and nobody said so; the next look finds those that live.
            self.stories
                .retain(|_, story| story.end.is_some() || story.live.is_some());
        }
        for record in &batch.records {
            let label = self.labeller.hear(record, batch);
            match record.event {
                Event::Accepted { peer, .. } => {
                    self.begin(Story::new(record.connection, peer, record.at));
                }
                Event::Answered { exchange } => self.tell(record, &exchange, None, label, batch),
                Event::Broken { exchange, of } => {
                    self.tell(record, &exchange, Some(of), label, batch);
                }
                Event::Ended { place } => {
                    if let Some(end) = batch.end(place) {
                        self.finish(record, end, label.why, batch);
                    }
                }
                Event::Handshake(_)
                | Event::Refused { .. }
                | Event::Changed(_)
                | Event::Notice(_) => {}
            }
        }
    }

    /// Looks at the connections that live: what they are doing, and what is likely of those that
    /// say nothing. Of very many, some at each look.
    pub fn look(&mut self, registry: &Registry, now: Instant) {
        let mut seen = std::mem::take(&mut self.seen);
        self.place = registry.visit(self.place, LOOKED_AT_MAX, |live| seen.push(live.clone()));
        for live in seen.drain(..) {
            let is_new = !self.stories.contains_key(&live.id);
            if is_new && self.stories.len() < STORIES_MAX {
                self.begin(Story::new(live.id, live.peer, live.since));
            }
            if let Some(story) = self.stories.get_mut(&live.id)
                && story.end.is_none()
            {
                story.live.get_or_insert(live);
            }
        }
        self.seen = seen;
        let (labeller, revision) = (&self.labeller, &mut self.revision);
        self.stories.retain(|_, story| {
            let is_new = story.update(labeller, now);
            if story.update_running(registry) || is_new {
                *revision += 1;
                story.revision = *revision;
            }
            // Gone at two looks, and its end was never told: it was dropped.
            let is_gone = story.live.as_ref().is_some_and(|live| live.is_gone());
            let is_lost = is_gone && std::mem::replace(&mut story.is_orphan, is_gone);
            !is_lost
        });
    }

    /// Counts every change; never goes back.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The stories, in the order their connections were accepted.
    pub fn stories(&self) -> impl DoubleEndedIterator<Item = &Story> {
        self.stories.values()
    }

    /// One of them.
    pub fn story(&self, id: u64) -> Option<&Story> {
        self.stories.get(&id)
    }

    /// Those that changed after a revision, in the order their connections were accepted.
    pub fn changes_since(&self, revision: u64) -> impl DoubleEndedIterator<Item = &Story> {
        self.stories()
            .filter(move |story| story.revision > revision)
    }

    /// What was heard, counted.
    pub fn tally(&self) -> Tally {
        self.labeller.tally()
    }

    fn begin(&mut self, mut story: Story) {
        while self.stories.len() >= STORIES_MAX {
            // Of those that are over the one that ended first; if all live, the oldest.
            match self.ended.pop_front() {
                Some(id) => self.stories.remove(&id),
                None => self.stories.pop_first().map(|(_, story)| story),
            };
        }
        self.revision += 1;
        story.revision = self.revision;
        self.stories.insert(story.id, story);
    }

    fn tell(
        &mut self,
        record: &Record,
        exchange: &Exchange,
        broken_of: Option<u64>,
        label: Label,
        batch: &Batch,
    ) {
        let Some(story) = self.stories.get_mut(&record.connection) else {
            return;
        };
        if story.requests.is_empty() {
            // Whatever seemed likely while it was silent: it has spoken.
            story.why = None;
        }
        // The memory of the one that goes is used for the one that comes.
        let forgotten = if story.requests.len() >= STORY_REQUESTS_MAX {
            story.requests.pop_front()
        } else {
            None
        };
        let target = batch.text_at(exchange.target);
        story.requests.push_back(Told {
            number: exchange.number,
            method: exchange.method,
            target: kept(
                target,
                forgotten.map(|told| told.target).unwrap_or_default(),
            ),
            status: exchange.status,
            content_bytes: exchange.content_bytes,
            broken_of,
            begun: exchange.begun,
            ended: record.at,
            reason: exchange.reason,
            probe: label.probe,
            why: label.why,
            walk: Said::read(batch.text_at(exchange.said()))
                .walk_for(TracedFor::SETTINGS)
                .map(Arc::from),
        });
        let is_traced = { story.requests.back() }.is_some_and(|told| told.walk.is_some());
        story.requests_total = exchange.number;
        story
            .running
            .retain(|asked| asked.number != exchange.number);
        self.revision += 1;
        story.revision = self.revision;
        if is_traced {
            self.walks.push_back((record.connection, exchange.number));
            self.forget_walks();
        }
    }

    /// Keeps the walks of the last answers, however many stories there are.
    fn forget_walks(&mut self) {
        while self.walks.len() > STORY_WALKS_MAX {
            let Some((id, number)) = self.walks.pop_front() else {
                return;
            };
            let told = { self.stories.get_mut(&id) }.and_then(|story| {
                let mut requests = story.requests.iter_mut();
                requests.find(|told| told.number == number)
            });
            if let Some(told) = told {
                told.walk = None;
            }
        }
    }

    fn finish(&mut self, record: &Record, end: &End, why: Option<Why>, batch: &Batch) {
        let Some(story) = self.stories.get_mut(&record.connection) else {
            return;
        };
        if story.end.is_none() {
            self.ended.push_back(story.id);
        }
        story.live = None;
        story.running.clear();
        story.received = end.received;
        story.sent = end.sent;
        // What seemed likely before is no more than that; the end knows better.
        story.why = why;
        story.end = Some(Finish {
            at: record.at,
            ending: end.ending,
            progress: end.progress,
            target: kept(batch.text_at(end.target), String::new()),
            requests: end.requests,
            waited_ms: end.waited_ms,
        });
        self.revision += 1;
        story.revision = self.revision;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;
    use crate::exchange::{Ending, Peer};
    use crate::i18n::Language;
    use crate::observe::limits::STORY_TARGET_BYTES_MAX;
    use crate::observe::{
        Audience, Entered, Journal, Method, Progress, Protocol, State, Subscription, Target,
        Underway, WhenFull,
    };

    struct House {
        journal: Arc<Journal>,
        registry: Arc<Registry>,
        reader: Subscription,
        chronicle: Chronicle,
    }

    impl House {
        fn new() -> Self {
            let journal = Arc::new(Journal::new(1));
            Self {
                reader: journal.subscribe(Audience::Everything, WhenFull::TurnPage),
                journal,
                registry: Arc::new(Registry::new()),
                chronicle: Chronicle::new(),
            }
        }

        fn accept(&self, at: Instant) -> Entered {
            let peer = Peer::Tcp("127.0.0.1:4000".parse().unwrap());
            let live = self.registry.enter(peer, at);
            self.journal.accepted(live.id, peer, at);
            live
        }

        fn answer(&self, live: &Entered, at: Instant, target: &str) {
            self.answer_saying(live, at, target, &[]);
        }

        fn answer_saying(&self, live: &Entered, at: Instant, target: &str, said: &[u8]) {
            let exchange = Exchange {
                number: live.count_request(),
                target: (0, 0),
                client_bytes: 0,
                said_bytes: 0,
                site: 0,
                method: Method::Get,
                protocol: Protocol::Http11,
                status: 200,
                reason: None,
                coding: None,
                lacks_sibling: false,
                shadow: None,
                content_bytes: 5,
                begun: at,
            };
            let target = Target {
                bytes: target.as_bytes(),
                has_query: false,
                client: None,
                said,
            };
            live.count_received(10);
            self.journal.answered(live.id, at, target, &exchange);
        }

        fn end(&self, live: &Live, at: Instant) {
            self.journal.ended(live, Ending::ClosedByClient, at, None);
        }

        fn look(&mut self, now: Instant) -> Vec<u64> {
            let before = self.chronicle.revision();
            let mut batch = Batch::default();
            self.reader.take(&mut batch);
            self.chronicle.hear(&batch);
            self.chronicle.look(&self.registry, now);
            let changes = self.chronicle.changes_since(before);
            changes.map(|story| story.id).collect()
        }
    }

    #[test]
    fn a_story_is_told_from_accept_to_close() {
        let mut house = House::new();
        let start = clock::now();
        let first = house.accept(start);
        let second = house.accept(start);
        assert_eq!(house.look(start), [1, 2]);
        assert!(house.look(start).is_empty(), "nothing is new");
        house.answer(&first, start, "/a");
        first.enter(State::Waiting, 1);
        assert_eq!(house.look(start), [1]);
        let story = house.chronicle.story(1).unwrap();
        assert_eq!(story.state, State::Waiting);
        assert_eq!((story.received, story.requests_total), (10, 1));
        assert_eq!(story.requests[0].target, "/a");

        // The other is held without a word, and is labelled while it lives.
        let later = start + Duration::from_secs(3);
        assert_eq!(house.look(later), [2]);
        let spare = Why::SpareConnection {
            sibling: 1,
            held_ms: 3000,
        };
        assert_eq!(house.chronicle.story(2).unwrap().why, Some(spare));
        assert!(house.look(later + Duration::from_secs(1)).is_empty());
        // Until it is used.
        house.answer(&second, later, "/b");
        assert_eq!(house.look(later), [2]);
        assert_eq!(house.chronicle.story(2).unwrap().why, None);

        house.end(&first, later);
        drop(first);
        assert_eq!(house.look(later), [1]);
        let end = house.chronicle.story(1).unwrap().end.as_ref().unwrap();
        assert_eq!(
            end.in_words(Language::English),
            "closed by the client after 1 request"
        );
    }

    fn begin(live: &Entered, number: u32, at: Instant) -> Underway {
        let target = Target {
            bytes: b"/big.iso",
            has_query: false,
            client: None,
            said: &[],
        };
        live.begin(number, Method::Get, target, at)
    }

    #[test]
    fn a_request_runs_until_it_is_told_and_stands_in_one_place_only() {
        let mut house = House::new();
        let start = clock::now();
        let live = house.accept(start);
        house.answer(&live, start, "/a");
        house.look(start);
        let running = begin(&live, 2, start);
        assert_eq!(house.look(start), [1]);
        assert!(house.look(start).is_empty(), "nothing is new");
        let progress = Progress {
            status: Some(200),
            sent: 3_000,
            of: Some(9_000),
            is_endless: false,
        };
        running.has_come(progress);
        assert_eq!(house.look(start), [1]);
        let story = house.chronicle.story(1).unwrap();
        let asked = &story.running[0];
        assert_eq!((asked.number, &asked.target[..]), (2, "/big.iso"));
        assert_eq!((asked.progress, story.requests_total), (progress, 1));
        assert_eq!(asked.rate(start + Duration::from_secs(3)), Some(1_000));
        assert_eq!(asked.rate(start), None, "too early to say");

        // It is journalled before it gives up its place, and counted once.
        house.answer(&live, start, "/big.iso");
        assert_eq!(house.look(start), [1]);
        let story = house.chronicle.story(1).unwrap();
        assert!(story.running.is_empty());
        assert_eq!((story.requests.len(), story.requests_total), (2, 2));
        assert_eq!(house.chronicle.tally().requests, 2);
        drop(running);
        assert!(house.look(start).is_empty());
    }

    #[test]
    fn what_runs_no_more_is_not_shown_though_nobody_told_its_end() {
        let mut house = House::new();
        let start = clock::now();
        let live = house.accept(start);
        let (first, second) = (begin(&live, 1, start), begin(&live, 2, start));
        house.look(start);
        drop(first);
        assert_eq!(house.look(start), [1]);
        let numbers = |house: &House| -> Vec<u32> {
            let story = house.chronicle.story(1).unwrap();
            story.running.iter().map(|asked| asked.number).collect()
        };
        assert_eq!(numbers(&house), [2]);
        house.end(&live, start);
        house.look(start);
        assert!(numbers(&house).is_empty(), "the connection is over");
        drop(second);
    }

    #[test]
    fn who_was_there_before_has_a_story_too() {
        let mut house = House::new();
        let start = clock::now();
        let peer = Peer::Unix;
        let live = house.registry.enter(peer, start);
        live.enter(State::Sending, 1);
        assert_eq!(house.look(start), [1]);
        assert_eq!(house.chronicle.story(1).unwrap().state, State::Sending);
        drop(live);
        // Its end is never told.
        house.look(start);
        house.look(start);
        assert!(house.chronicle.story(1).is_none());
    }

    #[test]
    fn it_is_bounded_whatever_happens() {
        let mut house = House::new();
        let start = clock::now();
        let lasting = house.accept(start);
        for _ in 0..3 {
            for _ in 0..STORIES_MAX {
                let live = house.accept(start);
                house.end(&live, start);
            }
            house.look(start);
        }
        assert_eq!(house.chronicle.stories().count(), STORIES_MAX);
        assert!(house.chronicle.ended.len() < STORIES_MAX);
        let long = format!("/{}", "a".repeat(2 * STORY_TARGET_BYTES_MAX));
        for _ in 0..3 * STORY_REQUESTS_MAX {
            house.answer(&lasting, start, &long);
        }
        house.look(start);
        let story = house.chronicle.story(1).expect("who lives is kept longest");
        assert_eq!(story.requests.len(), STORY_REQUESTS_MAX);
        assert_eq!(story.requests_total as usize, 3 * STORY_REQUESTS_MAX);
        let last = story.requests.back().unwrap();
        assert_eq!(last.number, story.requests_total);
        assert_eq!(last.target.len(), STORY_TARGET_BYTES_MAX);
        house.answer(&lasting, start, "/%D0%9F%D1%80%1B");
        house.look(start);
        let story = house.chronicle.story(1).unwrap();
        assert_eq!(story.requests.back().unwrap().target, "/Пр%1B");
    }

    #[test]
    fn how_answers_came_about_is_kept_of_the_last() {
        let mut house = House::new();
        let now = clock::now();
        let mut said = Vec::new();
        crate::observe::pack_walk(TracedFor::SETTINGS, b"{}", &mut said);
        let several: Vec<Entered> = (0..2 * STORY_WALKS_MAX)
            .map(|_| house.accept(now))
            .collect();
        for live in &several {
            house.answer_saying(live, now, "/", &said);
        }
        house.look(now);
        let has_walk = |story: &&Story| story.requests.iter().any(|told| told.walk.is_some());
        let kept: Vec<u64> = { house.chronicle.stories() }
            .filter(has_walk)
            .map(|story| story.id)
            .collect();
        assert_eq!(kept.len(), STORY_WALKS_MAX);
        assert_eq!(kept.last(), several.last().map(|live| &live.id));
        assert_eq!(house.chronicle.walks.len(), STORY_WALKS_MAX);
    }
}
