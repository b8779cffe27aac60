//! Hears the journal in order, remembers the last connections, and labels each event.
//!
//! A label may be known only at the end: that a connection was a spare one is certain when it
//! closes without a byte. Whoever shows connections that live asks [`Labeller::so_far`].
//!
//! Everything here is paid by whoever reads the journal, never by a worker; a request on a
//! connection in use costs a look into a table.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use super::label::{Cause, Sign, Why, client_left};
use super::likely::{self, Before, Rhythm, Sibling, Silent};
use super::machine::{Family, Machine};
use super::probes::{Probe, probe_in};
use crate::exchange::{Ending, Peer};
use crate::observe::batch::Batch;
use crate::observe::limits::{
    MACHINES_MAX, REMEMBERED_CONNECTIONS_MAX, RHYTHM_PERIOD_MIN, RHYTHMS_MAX, SIBLINGS_MAX,
};
use crate::observe::record::{End, Event, Exchange, Method, Record};

/// Labels events as they are heard.
pub struct Labeller {
    /// By number, modulo the length: the last so many.
    connections: Vec<Known>,
    /// The newest connection of each machine; the older ones hang on it.
    newest: HashMap<Machine, u64>,
    /// By a hash of machine and request.
    rhythms: Vec<Option<(u64, Rhythm)>>,
    hasher: RandomState,
    tally: Tally,
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
}

/// What is remembered of a connection.
#[derive(Clone, Copy)]
struct Known {
    /// Its number; 0 for a place that is free.
    id: u64,
    machine: Machine,
    family: Family,
    accepted_at: Instant,
    /// The connection of the same machine before this one; 0 if there is none.
    before: u64,
    requests: u32,
    first_request: Option<Instant>,
    last_request: Instant,
    /// What was asked when an answer broke off, and whether it was something to play.
    broken: Option<(u64, bool)>,
    end: Option<(Instant, Ending)>,
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
            connections: Vec::new(),
            newest: HashMap::new(),
            rhythms: Vec::new(),
            hasher: RandomState::new(),
            tally: Tally::default(),
        }
    }

    /// Hears one event, in the order of the journal, and answers its label, if it has one.
    pub fn hear(&mut self, record: &Record, batch: &Batch) -> Option<Why> {
        match record.event {
            Event::Accepted { peer } => {
                self.accepted(record.connection, peer, record.at);
                None
            }
            Event::Answered { exchange } => {
                let target = batch.text_at(exchange.target);
                self.asked(record, &exchange, target)
            }
            Event::Broken { exchange, .. } => {
                let target = batch.text_at(exchange.target);
                let why = self.asked(record, &exchange, target);
                self.broken(record.connection, &exchange, target);
                why
            }
            Event::Ended { place } => {
                let end = batch.end(place)?;
                self.ended(record, end, batch.text_at(end.target))
            }
            Event::Notice(_) => None,
        }
    }

    /// What is likely of a connection that lives and has not said a word until now: whether it
    /// is a spare one. The caller knows that not one byte came.
    pub fn so_far(&self, connection: u64, now: Instant) -> Option<Why> {
        let known = self.known(connection)?;
        if known.requests > 0 || known.end.is_some() {
            return None;
        }
        let silent = known.silent_until(now);
        self.siblings(known)
            .find_map(|sibling| likely::spare(&silent, &sibling))
    }

    /// What was heard, counted.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn accepted(&mut self, id: u64, peer: Peer, at: Instant) {
        let machine = Machine::of(peer);
        if self.newest.len() >= MACHINES_MAX {
            let oldest = id.saturating_sub(REMEMBERED_CONNECTIONS_MAX as u64);
            self.newest.retain(|_, newest| *newest > oldest);
        }
        let before = self.newest.insert(machine, id).unwrap_or(0);
        let place = place(id);
        let known = Known {
            id,
            machine,
            family: Family::of(peer),
            accepted_at: at,
            before,
            requests: 0,
            first_request: None,
            last_request: at,
            broken: None,
            end: None,
        };
        if place >= self.connections.len() {
            self.connections.resize(place + 1, Known { id: 0, ..known });
        }
        self.connections[place] = known;
    }

    fn asked(&mut self, record: &Record, exchange: &Exchange, target: &[u8]) -> Option<Why> {
        self.tally.requests += 1;
        if (exchange.status >= 400 || exchange.status == 204)
            && let Some(why) = self.unsuccessful(exchange, target)
        {
            self.note_request(record.connection, exchange);
            return Some(why);
        }
        let (is_first, paused) = self.note_request(record.connection, exchange)?;
        // A connection at work: nothing more to find, and this is what is heard most.
        if !is_first && !paused {
            return None;
        }
        let mark = self.mark(exchange.method, target);
        let known = *self.known(record.connection)?;
        let repeated = if is_first {
            self.repeated(&known, exchange, mark)
        } else {
            None
        };
        let rhythm = self.beat(known.machine, mark, exchange.begun);
        repeated.or_else(|| rhythm?.label(Sign::Rhythm))
    }

    /// Counts an answer that is no success. A health check by its path is labelled as such.
    fn unsuccessful(&mut self, exchange: &Exchange, target: &[u8]) -> Option<Why> {
        let Some(probe) = probe_in(exchange, target) else {
            self.tally.errors += u64::from(exchange.status >= 400);
            return None;
        };
        self.tally.probes += 1;
        (probe == Probe::HealthCheck).then_some(Why::HealthCheck {
            by: Sign::Path,
            times: 1,
            period_ms: 0,
        })
    }

    /// Whether it is the connection's first request, and whether it came after a pause.
    fn note_request(&mut self, connection: u64, exchange: &Exchange) -> Option<(bool, bool)> {
        let known = self.known_mut(connection)?;
        let is_first = known.requests == 0 && exchange.number == 1;
        let pause = exchange.begun.saturating_duration_since(known.last_request);
        known.requests = exchange.number;
        known.last_request = exchange.begun;
        known.first_request.get_or_insert(exchange.begun);
        Some((is_first, pause >= RHYTHM_PERIOD_MIN / 2))
    }

    fn broken(&mut self, connection: u64, exchange: &Exchange, target: &[u8]) {
        let mark = self.mark(exchange.method, target);
        if let Some(known) = self.known_mut(connection) {
            let is_media = exchange.status == 206 || likely::is_media(target);
            known.broken = Some((mark, is_media));
        }
    }

    fn ended(&mut self, record: &Record, end: &End, target: &[u8]) -> Option<Why> {
        let broken = match self.known_mut(record.connection) {
            Some(known) => {
                known.end = Some((record.at, end.ending));
                known.broken
            }
            None => None,
        };
        let is_media = || broken.map_or_else(|| likely::is_media(target), |(_, media)| media);
        likely::of_end(end, is_media).or_else(|| self.of_silence(record, end))
    }

    /// Why a connection ended on which not one byte came.
    fn of_silence(&mut self, record: &Record, end: &End) -> Option<Why> {
        let by_client = client_left(end.ending);
        let by_us = matches!(
            end.ending,
            Ending::FirstByteTimeout | Ending::Shed | Ending::Drained
        );
        if end.received > 0 || !(by_client || by_us) {
            return None;
        }
        let known = *self.known(record.connection)?;
        let silent = known.silent_until(record.at);
        if by_client
            && let Some(why) = self
                .siblings(&known)
                .find_map(|sibling| likely::lost_race(&silent, &sibling))
        {
            return Some(why);
        }
        let spare = self
            .siblings(&known)
            .find_map(|sibling| likely::spare(&silent, &sibling));
        if spare.is_some() || !by_client {
            return spare;
        }
        let knock = self.hasher.hash_one(known.machine);
        let rhythm = self.beat(known.machine, knock, known.accepted_at);
        rhythm
            .and_then(|rhythm| rhythm.label(Sign::Knocks))
            .or(Some(Why::PortKnock {
                lasted_ms: end.lasted_ms,
            }))
    }

    fn repeated(&self, known: &Known, exchange: &Exchange, mark: u64) -> Option<Why> {
        let (accepted_at, begun) = (known.accepted_at, exchange.begun);
        let mut stale = None;
        for earlier in self.chain(known) {
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
    fn beat(&mut self, machine: Machine, mark: u64, at: Instant) -> Option<Rhythm> {
        let key = self.hasher.hash_one((machine, mark));
        let place = usize::try_from(key % RHYTHMS_MAX as u64).unwrap_or(0);
        if place >= self.rhythms.len() {
            self.rhythms.resize(place + 1, None);
        }
        match &mut self.rhythms[place] {
            Some((known, rhythm)) if *known == key => {
                rhythm.beat(at);
                Some(*rhythm)
            }
            // Whoever keeps a rhythm keeps its place; else what came last is remembered.
            Some((_, rhythm)) if rhythm.lives(at) => None,
            other => {
                let rhythm = Rhythm::new(at);
                *other = Some((key, rhythm));
                Some(rhythm)
            }
        }
    }

    fn mark(&self, method: Method, target: &[u8]) -> u64 {
        self.hasher.hash_one((method.name(), target))
    }

    /// The other connections of the same machine, those opened last first.
    fn siblings(&self, known: &Known) -> impl Iterator<Item = Sibling> {
        let newest = self.newest.get(&known.machine).copied().unwrap_or(0);
        let id = known.id;
        self.linked(newest)
            .filter(move |sibling| sibling.id != id)
            .map(|sibling| Sibling {
                id: sibling.id,
                family: sibling.family,
                accepted_at: sibling.accepted_at,
                first_request: sibling.first_request,
                ended_at: sibling.end.map(|(at, _)| at),
            })
    }

    /// The connections of the same machine before this one, newest first.
    fn chain(&self, known: &Known) -> impl Iterator<Item = &Known> {
        self.linked(known.before)
    }

    fn linked(&self, newest: u64) -> impl Iterator<Item = &Known> {
        std::iter::successors(self.known(newest), |known| self.known(known.before))
            .take(SIBLINGS_MAX)
    }

    fn known(&self, id: u64) -> Option<&Known> {
        let known = self.connections.get(place(id))?;
        (known.id == id && id > 0).then_some(known)
    }

    fn known_mut(&mut self, id: u64) -> Option<&mut Known> {
        let known = self.connections.get_mut(place(id))?;
        (known.id == id && id > 0).then_some(known)
    }
}

impl Known {
    fn silent_until(&self, until: Instant) -> Silent {
        Silent {
            family: self.family,
            accepted_at: self.accepted_at,
            until,
        }
    }
}

/// Numbers are given in order, so the last so many have places of their own.
fn place(id: u64) -> usize {
    usize::try_from(id % REMEMBERED_CONNECTIONS_MAX as u64).unwrap_or(0)
}
