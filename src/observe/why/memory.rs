//! What is remembered of the last connections, so that one can be judged by the others.
//!
//! Law: bounded, and by number: the last so many have places of their own, and those of one machine
//! hang on each other, newest first. What was forgotten gets no label.

use std::collections::HashMap;
use std::time::Instant;

use super::likely::{Sibling, Silent};
use super::machine::{Family, Machine};
use crate::exchange::{Ending, Peer};
use crate::observe::limits::{MACHINES_MAX, REMEMBERED_CONNECTIONS_MAX, SIBLINGS_MAX};

/// The last connections.
#[derive(Default)]
pub(super) struct Memory {
    /// By number, modulo the length: the last so many.
    connections: Vec<Known>,
    /// The newest connection of each machine; the older ones hang on it.
    newest: HashMap<Machine, u64>,
}

/// What is remembered of a connection.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Its number; 0 for a place that is free.
    pub(super) id: u64,
    pub(super) machine: Machine,
    pub(super) family: Family,
    pub(super) accepted_at: Instant,
    /// Whether its handshake is over.
    pub(super) is_private: bool,
    /// The connection of the same machine before this one; 0 if there is none.
    before: u64,
    pub(super) requests: u32,
    pub(super) first_request: Option<Instant>,
    pub(super) last_request: Instant,
    /// Whether a request followed another at once, as the parts of a page do.
    pub(super) asks_for_more: bool,
    /// What was asked when an answer broke off, and whether it was something to play.
    pub(super) broken: Option<(u64, bool)>,
    pub(super) end: Option<(Instant, Ending)>,
}

impl Memory {
    /// Begins to remember a connection.
    pub(super) fn accepted(&mut self, id: u64, peer: Peer, at: Instant) {
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
            is_private: false,
            before,
            requests: 0,
            first_request: None,
            last_request: at,
            asks_for_more: false,
            broken: None,
            end: None,
        };
        if place >= self.connections.len() {
            self.connections.resize(place + 1, Known { id: 0, ..known });
        }
        self.connections[place] = known;
    }

    /// The other connections of the same machine, those opened last first.
    pub(super) fn siblings(&self, known: &Known) -> impl Iterator<Item = Sibling> {
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
    pub(super) fn chain(&self, known: &Known) -> impl Iterator<Item = &Known> {
        self.linked(known.before)
    }

    fn linked(&self, newest: u64) -> impl Iterator<Item = &Known> {
        std::iter::successors(self.known(newest), |known| self.known(known.before))
            .take(SIBLINGS_MAX)
    }

    /// A connection, if it is remembered.
    pub(super) fn known(&self, id: u64) -> Option<&Known> {
        let known = self.connections.get(place(id))?;
        (known.id == id && id > 0).then_some(known)
    }

    /// The same, to note what it did.
    pub(super) fn known_mut(&mut self, id: u64) -> Option<&mut Known> {
        let known = self.connections.get_mut(place(id))?;
        (known.id == id && id > 0).then_some(known)
    }
}

impl Known {
    /// It, as far as it said nothing until a moment.
    pub(super) fn silent_until(&self, until: Instant) -> Silent {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn however_many_machines_come_the_last_connections_are_remembered() {
        let (mut memory, now) = (Memory::default(), clock::now());
        let last = 3 * MACHINES_MAX as u64;
        for id in 1..=last {
            let machine = std::net::Ipv4Addr::from_bits(u32::try_from(id).unwrap());
            memory.accepted(id, Peer::Tcp((machine, 1).into()), now);
        }
        assert_eq!(memory.connections.len(), REMEMBERED_CONNECTIONS_MAX);
        assert!(memory.newest.len() <= MACHINES_MAX);
        let oldest = last + 1 - REMEMBERED_CONNECTIONS_MAX as u64;
        assert!(memory.known(oldest).is_some());
        assert!(memory.known(oldest - 1).is_none(), "forgotten");
        assert!(memory.known(0).is_none(), "no connection has this number");
    }
}
