//! Hears the journal in order, has the last connections remembered (`memory`), and labels each event.
//!
//! A label may be known only at the end: that a connection was a spare one is certain when it
//! closes without a request. Whoever shows connections that live asks [`Labeller::so_far`].
//!
//! Everything here is paid by whoever reads the journal, never by a worker; a request on a
//! connection in use costs a look into a table.

use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use super::label::{Cause, Sign, Why, client_left};
use super::likely::{self, Before, Rhythm};
use super::memory::{Known, Memory};
use super::probes::{Probe, probe_in};
use crate::exchange::Ending;
use crate::observe::events::{Batch, End, Event, Exchange, Method, Record};
use crate::observe::limits::{RHYTHM_PERIOD_MIN, RHYTHMS_MAX};

/// Labels events as they are heard.
pub struct Labeller {
    memory: Memory,
    /// By a hash of machine and request.
    rhythms: Vec<Option<(u64, Rhythm)>>,
    hasher: RandomState,
    tally: Tally,
}

/// What is behind an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// What is likely.
    pub why: Option<Why>,
    /// What everybody is asked for, if it is that.
    pub probe: Option<Probe>,
}

/// What was heard, counted: probes apart, so that they do not count as errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests heard, probes included.
    pub requests: u64,
    /// Requests for what nobody here has, by clients that ask everybody for it.
    pub probes: u64,
    /// Requests answered with an error (4xx, 5xx) that are no probes.
    pub errors: u64,
    /// What went wrong, each thing once. Answers whose cause is the client's: 4xx.
    pub client_errors: u64,
    /// Answers whose cause is ours: 5xx.
    pub server_errors: u64,
    /// Answers that broke off, whatever their status.
    pub broken: u64,
    /// Requests that were refused before they were any, on connections that went on.
    pub refused: u64,
}

impl Default for Labeller {
    fn default() -> Self {
        Self::new()
    }
}

impl Labeller {
    /// One that has heard nothing yet.
    pub fn new() -> Self {
        Self {
            memory: Memory::default(),
            rhythms: Vec::new(),
            hasher: RandomState::new(),
            tally: Tally::default(),
        }
    }

    /// Hears one event, in the order of the journal, and answers what is behind it. Whoever tells of
    /// the event is told so here, once: the table of probes is asked for nothing twice.
    pub fn hear(&mut self, record: &Record, batch: &Batch) -> Label {
        match record.event {
            Event::Accepted { peer, .. } => {
                self.memory.accepted(record.connection, peer, record.at);
                Label::default()
            }
            Event::Answered { exchange } => {
                let target = batch.text_at(exchange.target);
                self.asked(record, &exchange, target)
            }
            Event::Broken { exchange, .. } => {
                let target = batch.text_at(exchange.target);
                let label = self.asked(record, &exchange, target);
                self.broken(record.connection, &exchange, target);
                label
            }
            Event::Ended { place } => {
                let end = batch.end(place);
                let why = end.and_then(|end| self.ended(record, end, batch.text_at(end.target)));
                Label { why, probe: None }
            }
            Event::Refused { .. } => {
                self.tally.refused += 1;
                Label::default()
            }
            Event::Handshake(_) => {
                if let Some(known) = self.memory.known_mut(record.connection) {
                    known.is_private = true;
                }
                Label::default()
            }
            Event::Changed(_) | Event::Notice(_) => Label::default(),
        }
    }

    /// What is likely of a connection that lives and has not said a word until now: whether it
    /// is a spare one. The caller knows that not one byte came.
    pub fn so_far(&self, connection: u64, now: Instant) -> Option<Why> {
        let known = self.memory.known(connection)?;
        if known.requests > 0 || known.end.is_some() {
            return None;
        }
        let silent = known.silent_until(now);
        self.memory
            .siblings(known)
            .find_map(|sibling| likely::spare_so_far(&silent, &sibling))
    }

    /// What was heard, counted.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn asked(&mut self, record: &Record, exchange: &Exchange, target: &[u8]) -> Label {
        let probe = probe_in(exchange, target);
        self.count(record, exchange, probe);
        let why = if probe == Some(Probe::HealthCheck) {
            self.note_request(record.connection, exchange);
            Some(Why::HealthCheck {
                by: Sign::Path,
                times: 1,
                period_ms: 0,
            })
        } else {
            self.why_asked(record, exchange, target)
        };
        Label { why, probe }
    }

    /// Why something was asked for that is no health check by its path.
    fn why_asked(&mut self, record: &Record, exchange: &Exchange, target: &[u8]) -> Option<Why> {
        let (is_first, paused) = self.note_request(record.connection, exchange)?;
        // A connection at work: nothing more to find, and this is what is heard most.
        if !is_first && !paused {
            return None;
        }
        let mark = self.mark(exchange.method, target);
        let known = *self.memory.known(record.connection)?;
        let repeated = if is_first {
            self.repeated(&known, exchange, mark)
        } else {
            None
        };
        let rhythm = self.beat(&known, mark, exchange.begun);
        repeated.or_else(|| rhythm?.label(Sign::Rhythm))
    }

    /// Counts requests, probes and what went wrong.
    fn count(&mut self, record: &Record, exchange: &Exchange, probe: Option<Probe>) {
        let tally = &mut self.tally;
        tally.requests += 1;
        if probe.is_some() {
            tally.probes += 1;
            return;
        }
        tally.errors += u64::from(exchange.status >= 400);
        match (record.event, exchange.status) {
            (Event::Broken { .. }, _) => tally.broken += 1,
            (_, 400..500) => tally.client_errors += 1,
            (_, 500..) => tally.server_errors += 1,
            _ => {}
        }
    }

    /// Whether it is the connection's first request, and whether it came after a pause.
    fn note_request(&mut self, connection: u64, exchange: &Exchange) -> Option<(bool, bool)> {
        let known = self.memory.known_mut(connection)?;
        let is_first = known.requests == 0 && exchange.number == 1;
        let pause = exchange.begun.saturating_duration_since(known.last_request);
        known.requests = exchange.number;
        known.last_request = exchange.begun;
        known.first_request.get_or_insert(exchange.begun);
        let paused = pause >= RHYTHM_PERIOD_MIN / 2;
        known.asks_for_more |= !is_first && !paused;
        Some((is_first, paused))
    }

    fn broken(&mut self, connection: u64, exchange: &Exchange, target: &[u8]) {
        let mark = self.mark(exchange.method, target);
        if let Some(known) = self.memory.known_mut(connection) {
            let is_media = exchange.status == 206 || likely::is_media(target);
            known.broken = Some((mark, is_media));
        }
    }

    fn ended(&mut self, record: &Record, end: &End, target: &[u8]) -> Option<Why> {
        let broken = match self.memory.known_mut(record.connection) {
            Some(known) => {
                known.end = Some((record.at, end.ending));
                known.broken
            }
            None => None,
        };
        let is_media = || broken.map_or_else(|| likely::is_media(target), |(_, media)| media);
        likely::of_end(end, is_media).or_else(|| self.of_silence(record, end))
    }

    /// Why a connection ended on which nothing was asked: not one byte came, or only those that any
    /// private connection begins with.
    fn of_silence(&mut self, record: &Record, end: &End) -> Option<Why> {
        let by_client = client_left(end.ending);
        let by_us = matches!(
            end.ending,
            Ending::FirstByteTimeout | Ending::IdleTimeout | Ending::Shed | Ending::Drained
        );
        let known = *self.memory.known(record.connection)?;
        let is_silent = end.received == 0 || known.is_private && end.requests == 0;
        if !is_silent || !(by_client || by_us) {
            return None;
        }
        let silent = known.silent_until(record.at);
        if by_client
            && let Some(why) = self
                .memory
                .siblings(&known)
                .find_map(|sibling| likely::lost_race(&silent, &sibling))
        {
            return Some(why);
        }
        let spare = self
            .memory
            .siblings(&known)
            .find_map(|sibling| likely::spare(&silent, &sibling));
        if spare.is_some() || !by_client {
            return spare;
        }
        let knock = self.hasher.hash_one(known.machine);
        let rhythm = self.beat(&known, knock, known.accepted_at);
        rhythm
            .and_then(|rhythm| rhythm.label(Sign::Knocks))
            .or(Some(Why::PortKnock {
                lasted_ms: end.lasted_us / 1000,
            }))
    }

    fn repeated(&self, known: &Known, exchange: &Exchange, mark: u64) -> Option<Why> {
        let (accepted_at, begun) = (known.accepted_at, exchange.begun);
        let mut stale = None;
        for earlier in self.memory.chain(known) {
            let Some((ended_at, ending)) = earlier.end else {
                continue;
            };
            let before = Before {
                id: earlier.id,
                ended_at,
                ending,
                same_broken: earlier.broken.is_some_and(|(broken, _)| broken == mark),
                is_media: earlier.broken.is_some_and(|(_, media)| media),
                requests: earlier.requests,
            };
            match likely::repeated(accepted_at, begun, &before) {
                // What broke off says more than what was closed at the right moment.
                Some(
                    why @ Why::RepeatedRequest {
                        cause: Cause::BrokenAnswer,
                        ..
                    },
                ) => return Some(why),
                why => stale = stale.or(why),
            }
        }
        stale
    }

    /// Notes that something came again. None if there is no place to remember it.
    fn beat(&mut self, known: &Known, mark: u64, at: Instant) -> Option<Rhythm> {
        let key = self.hasher.hash_one((known.machine, mark));
        let connection = known.id;
        let place = usize::try_from(key % RHYTHMS_MAX as u64).unwrap_or(0);
        if place >= self.rhythms.len() {
            self.rhythms.resize(place + 1, None);
        }
        match &mut self.rhythms[place] {
            Some((known, rhythm)) if *known == key => {
                // Whoever asks for more than the one thing looks at pages, however steadily.
                let last = self.memory.known(rhythm.connection);
                if last.is_some_and(|last| last.asks_for_more) {
                    *rhythm = Rhythm::new(connection, at);
                } else {
                    rhythm.beat(connection, at);
                }
                Some(*rhythm)
            }
            // Whoever keeps a rhythm keeps its place; else what came last is remembered.
            Some((_, rhythm)) if rhythm.lives(at) => None,
            other => {
                let rhythm = Rhythm::new(connection, at);
                *other = Some((key, rhythm));
                Some(rhythm)
            }
        }
    }

    fn mark(&self, method: Method, target: &[u8]) -> u64 {
        self.hasher.hash_one((method.name(), target))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;
    use crate::exchange::Peer;
    use crate::observe::limits::{MACHINES_MAX, SIBLINGS_MAX};
    use crate::observe::{Protocol, Standing};

    /// A labeller and the time, which goes as it is told.
    struct Heard {
        labeller: Labeller,
        now: Instant,
        last: u64,
    }

    impl Heard {
        fn nothing() -> Self {
            Self {
                labeller: Labeller::new(),
                now: clock::now(),
                last: 0,
            }
        }

        fn hear(&mut self, connection: u64, event: Event, batch: &Batch) -> Option<Why> {
            let record = Record {
                at: self.now,
                connection,
                event,
            };
            self.labeller.hear(&record, batch).why
        }

        fn accept(&mut self, peer: &str) -> u64 {
            self.last += 1;
            let peer = Peer::Tcp(peer.parse().unwrap());
            let why = self.hear(
                self.last,
                Event::Accepted {
                    peer,
                    standing: Standing::Welcome,
                },
                &Batch::default(),
            );
            assert_eq!(why, None);
            self.last
        }

        fn ask(&mut self, connection: u64, number: u32, target: &str, status: u16) -> Option<Why> {
            let batch = Batch {
                text: target.as_bytes().to_vec(),
                ..Batch::default()
            };
            let exchange = Exchange {
                number,
                target: (0, u16::try_from(target.len()).unwrap()),
                client_bytes: 0,
                said_bytes: 0,
                site: 0,
                method: Method::Get,
                protocol: crate::observe::Protocol::Http11,
                status,
                reason: None,
                coding: None,
                lacks_sibling: false,
                shadow: None,
                content_bytes: 0,
                begun: self.now,
            };
            self.hear(connection, Event::Answered { exchange }, &batch)
        }

        fn end(&mut self, connection: u64, ending: Ending) -> Option<Why> {
            let batch = Batch {
                ends: vec![End {
                    ending,
                    requests: 0,
                    progress: None,
                    lasted_us: 4_321,
                    waited_ms: 4,
                    received: 0,
                    sent: 0,
                    target: (0, 0),
                    said_bytes: 0,
                }],
                ..Batch::default()
            };
            self.hear(connection, Event::Ended { place: 0 }, &batch)
        }

        fn wait(&mut self, ms: u64) {
            self.now += Duration::from_millis(ms);
        }
    }

    #[test]
    fn a_check_is_known_by_its_rhythm_on_one_connection_or_many() {
        for reuses in [true, false] {
            let mut heard = Heard::nothing();
            let mut labels = Vec::new();
            let mut connection = 0;
            for check in 1..=6 {
                if !reuses || check == 1 {
                    connection = heard.accept("192.0.2.1:1");
                }
                let number = if reuses { check } else { 1 };
                labels.push(heard.ask(connection, number, "/", 200));
                // Others ask the same, each once.
                let other = heard.accept(&format!("192.0.2.{}:1", 100 + check));
                assert_eq!(heard.ask(other, 1, "/", 200), None);
                heard.wait(u64::from(check) * 7 + 10_000);
            }
            assert_eq!(labels[..4], [None; 4], "four times is chance");
            let check = |times, period_ms| {
                let by = Sign::Rhythm;
                Some(Why::HealthCheck {
                    by,
                    times,
                    period_ms,
                })
            };
            assert_eq!(labels[4..], [check(5, 10_028), check(6, 10_035)]);
        }
    }

    #[test]
    fn a_page_that_is_loaded_again_and_again_is_no_check() {
        let mut heard = Heard::nothing();
        for _ in 0..6 {
            let connection = heard.accept("192.0.2.1:1");
            assert_eq!(heard.ask(connection, 1, "/", 200), None);
            assert_eq!(heard.ask(connection, 2, "/style.css", 200), None);
            heard.wait(2000);
        }
    }

    #[test]
    fn knocks_in_a_rhythm_are_a_health_check_of_the_port() {
        let mut heard = Heard::nothing();
        let mut knock = || {
            let connection = heard.accept("192.0.2.1:1");
            let why = heard.end(connection, Ending::ResetByClient);
            heard.wait(5000);
            why
        };
        let single = Some(Why::PortKnock { lasted_ms: 4 });
        for _ in 0..4 {
            assert_eq!(knock(), single);
        }
        let check = Why::HealthCheck {
            by: Sign::Knocks,
            times: 5,
            period_ms: 5000,
        };
        assert_eq!(knock(), Some(check));
    }

    #[test]
    fn somebody_elses_connections_explain_nothing() {
        let mut heard = Heard::nothing();
        let silent = heard.accept("192.0.2.1:1");
        let other = heard.accept("192.0.2.2:1");
        heard.ask(other, 1, "/", 200);
        heard.wait(10_000);
        assert_eq!(heard.labeller.so_far(silent, heard.now), None);
        let why = heard.end(silent, Ending::ClosedByClient);
        assert!(matches!(why, Some(Why::PortKnock { .. })), "{why:?}");
    }

    #[test]
    fn our_own_closing_is_no_knock() {
        let mut heard = Heard::nothing();
        let silent = heard.accept("192.0.2.1:1");
        heard.wait(10_000);
        assert_eq!(heard.end(silent, Ending::FirstByteTimeout), None);
    }

    #[test]
    fn errors_and_probes_are_told_apart() {
        let mut heard = Heard::nothing();
        let connection = heard.accept("192.0.2.1:1");
        let asked = [
            ("/", 200),
            ("/favicon.ico", 404),
            ("/logo.svg", 404),
            ("/", 500),
        ];
        for (number, (target, status)) in (1..).zip(asked) {
            assert_eq!(heard.ask(connection, number, target, status), None);
        }
        let tally = Tally {
            requests: 4,
            probes: 1,
            errors: 2,
            client_errors: 1,
            server_errors: 1,
            broken: 0,
            refused: 0,
        };
        assert_eq!(heard.labeller.tally(), tally);
        // What breaks off is that, and nothing else besides.
        let target = b"/film.mp4".to_vec();
        let batch = Batch {
            text: target,
            ..Batch::default()
        };
        let exchange = Exchange {
            number: 5,
            target: (0, 9),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: Protocol::Http11,
            status: 500,
            reason: None,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: 1,
            begun: heard.now,
        };
        heard.hear(connection, Event::Broken { exchange, of: 2 }, &batch);
        let tally = Tally {
            requests: 5,
            errors: 3,
            broken: 1,
            ..tally
        };
        assert_eq!(heard.labeller.tally(), tally);
    }

    #[test]
    fn its_memory_is_bounded_and_forgets_the_oldest() {
        let mut heard = Heard::nothing();
        let first = heard.accept("192.0.2.1:1");
        for n in 0..3 * MACHINES_MAX {
            let peer = format!("10.{}.{}.{}:1", n >> 16 & 255, n >> 8 & 255, n & 255);
            let connection = heard.accept(&peer);
            heard.ask(connection, 1, &format!("/{n}"), 200);
        }
        let labeller = &heard.labeller;
        assert!(labeller.rhythms.len() <= RHYTHMS_MAX);
        assert!(labeller.memory.known(first).is_none());
        assert_eq!(
            heard.end(first, Ending::ClosedByClient),
            None,
            "unknown, and said so"
        );
        assert_eq!(heard.ask(first, 9, "/", 200), None);
    }

    #[test]
    fn of_one_machine_only_the_last_connections_are_looked_at() {
        let mut heard = Heard::nothing();
        let used = heard.accept("192.0.2.1:1");
        heard.ask(used, 1, "/", 200);
        let silent = heard.accept("192.0.2.1:2");
        for _ in 0..SIBLINGS_MAX {
            heard.accept("192.0.2.1:3");
        }
        heard.wait(5000);
        assert_eq!(heard.labeller.so_far(silent, heard.now), None);
    }
}
