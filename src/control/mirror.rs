//! A journal and a registry that follow those of a server in another process: whatever shows a server
//! shows it from them as if it were here.
//!
//! Law: what it holds is what the server tells, and is bounded as at the server's: events by the
//! journal, connections by [`WATCHED_MAX`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::limits::WATCHED_MAX;
use super::protocol::{Connection, Reply, Status};
use super::wire::{method_of, peer_of};
use crate::clock;
use crate::observe::{Batch, Entered, Journal, Kind, Progress, Registry, State, Target, Underway};

/// What is known here of a server elsewhere.
pub struct Mirror {
    /// What happened since we look.
    pub journal: Arc<Journal>,
    /// What lives.
    pub registry: Arc<Registry>,
    connections: BTreeMap<u64, Reflection>,
}

/// A connection of the other process.
struct Reflection {
    live: Entered,
    running: Vec<Underway>,
}

impl Mirror {
    /// Begins to follow a server that is like this now.
    pub fn new(status: &Status, now: Instant) -> Self {
        let started = now.checked_sub(Duration::from_millis(status.uptime_ms));
        let journal = Journal::following(started.unwrap_or(now));
        journal.recount(&status.totals.totals());
        Self {
            journal: Arc::new(journal),
            registry: Arc::new(Registry::new()),
            connections: BTreeMap::new(),
        }
    }

    /// Takes over what the server says.
    pub fn hear(&mut self, reply: &Reply, now: Instant) {
        match reply {
            Reply::Event(told) => {
                let mut batch = Batch::default();
                if told.add_to(&mut batch, self.journal.started()) {
                    self.journal.repeat(&batch);
                }
            }
            Reply::Dropped { events } => {
                let mut batch = Batch::default();
                for (kind, name) in Kind::ALL {
                    batch.dropped[kind as usize] = events.get(name).copied().unwrap_or(0);
                }
                self.journal.repeat(&batch);
            }
            Reply::Connection(connection) => self.reflect(connection, now),
            Reply::Gone { connection } => {
                self.connections.remove(connection);
            }
            Reply::Totals(totals) => self.journal.recount(&totals.totals()),
            _ => {}
        }
    }

    fn reflect(&mut self, told: &Connection, now: Instant) {
        let before = |ms| now.checked_sub(Duration::from_millis(ms)).unwrap_or(now);
        let (Some(state), Some(peer)) = (State::named(&told.state), peer_of(&told.peer)) else {
            return;
        };
        if !self.connections.contains_key(&told.connection) {
            if self.connections.len() >= WATCHED_MAX {
                return;
            }
            let live = self
                .registry
                .enter_as(told.connection, peer, before(told.age_ms));
            let running = Vec::new();
            let reflection = Reflection { live, running };
            self.connections.insert(told.connection, reflection);
        }
        let Some(Reflection { live, running }) = self.connections.get_mut(&told.connection) else {
            return;
        };
        let since_ms = clock::tick_ms().saturating_sub(told.state_ms);
        let (received, sent) = (told.received_bytes, told.sent_bytes);
        live.reflect(state, since_ms, told.requests, received, sent);
        running.retain(|known| {
            told.running
                .iter()
                .any(|asked| asked.number == known.number)
        });
        for asked in &told.running {
            let place = running
                .iter()
                .position(|known| known.number == asked.number);
            let place = place.unwrap_or_else(|| {
                let target = Target {
                    bytes: asked.target.as_bytes(),
                    // It came without its secrets.
                    has_query: false,
                    client: None,
                    said: &[],
                };
                let method = method_of(&asked.method);
                running.push(live.begin(asked.number, method, target, before(asked.took_ms)));
                running.len() - 1
            });
            running[place].has_come(Progress {
                status: asked.status,
                sent: asked.content_bytes,
                of: asked.of,
                is_endless: asked.endless,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::protocol::{Asked, TotalsTold};
    use crate::observe::{Audience, Chronicle, WhenFull};

    fn connection(id: u64, state: &str) -> Connection {
        Connection {
            connection: id,
            peer: "127.0.0.1:4000".to_owned(),
            state: state.to_owned(),
            age_ms: 5000,
            state_ms: 40,
            requests: 2,
            received_bytes: 7,
            sent_bytes: 9,
            running: vec![Asked {
                number: 2,
                method: "GET".to_owned(),
                target: "/big.iso".to_owned(),
                took_ms: 4000,
                status: Some(200),
                content_bytes: 3,
                of: Some(10),
                endless: false,
                generation: 1,
            }],
            more_running: 0,
            generation: 1,
        }
    }

    #[test]
    fn a_chronicle_made_of_it_tells_what_the_server_told() {
        let now = clock::now();
        let mut mirror = Mirror::new(&Status::default(), now);
        let mut reader = mirror
            .journal
            .subscribe(Audience::Everything, WhenFull::TurnPage);
        mirror.hear(&Reply::Connection(connection(7, "sending")), now);
        let accepted =
            r#"{"say":"event","at_us":5,"connection":8,"event":"accepted","peer":"unix"}"#;
        mirror.hear(&serde_json::from_str(accepted).unwrap(), now);
        let (mut batch, mut chronicle) = (Batch::default(), Chronicle::new());
        reader.take(&mut batch);
        chronicle.hear(&batch);
        chronicle.look(&mirror.registry, now);
        let story = chronicle.story(7).unwrap();
        assert_eq!(
            (story.state, story.received, story.sent),
            (State::Sending, 7, 9)
        );
        assert_eq!(story.running[0].target, "/big.iso");
        assert_eq!(story.running[0].progress.sent, 3);
        assert!(chronicle.story(8).is_some());

        // What it is answering is over, and then it is gone.
        let mut later = connection(7, "waiting");
        later.running.clear();
        mirror.hear(&Reply::Connection(later), now);
        chronicle.look(&mirror.registry, now);
        assert!(chronicle.story(7).unwrap().running.is_empty());
        mirror.hear(&Reply::Gone { connection: 7 }, now);
        assert_eq!(mirror.registry.open(), 0);
    }

    #[test]
    fn whatever_a_server_says_it_stays_bounded() {
        let now = clock::now();
        let mut mirror = Mirror::new(&Status::default(), now);
        for id in 0..2 * WATCHED_MAX as u64 {
            mirror.hear(&Reply::Connection(connection(id, "sending")), now);
        }
        assert_eq!(mirror.registry.open(), WATCHED_MAX);
        mirror.hear(&Reply::Connection(connection(1, "dancing")), now);
        let totals = TotalsTold {
            requests: 5,
            ..TotalsTold::default()
        };
        mirror.hear(&Reply::Totals(totals), now);
        assert_eq!(mirror.journal.totals().requests, 5);
    }
}
