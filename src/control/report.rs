//! What a server says of itself when it is asked: a look at the registry and the journal's totals.

use std::time::{Duration, Instant};

use super::limits::{LOOKED_AT_MAX, RUNNING_TOLD_MAX};
use super::protocol::{Asked, Connection, Status, TotalsTold, VERSION};
use super::serve::Inside;
use crate::clock;
use crate::observe::{Live, Registry};

/// How the server is.
pub(super) fn status(inside: &Inside, now: Instant) -> Status {
    let serving = inside.serving.borrow();
    let (open, busy) = inside.registry.counts();
    Status {
        control: VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        user: rustix::process::geteuid().as_raw(),
        state: serving.state().to_owned(),
        uptime_ms: millis(now.saturating_duration_since(inside.journal.started())),
        generation: serving.generation,
        open: open as u64,
        busy: busy as u64,
        totals: TotalsTold::of(&inside.journal.totals()),
    }
}

/// The connections in the next places of the registry; answers the place to go on from, and `None`
/// after the last.
pub(super) fn connections(
    registry: &Registry,
    from: usize,
    now: Instant,
    told: &mut Vec<Connection>,
) -> Option<usize> {
    let mut seen = Vec::new();
    let next = registry.visit(from, LOOKED_AT_MAX, |live| seen.push(live.clone()));
    told.extend(seen.iter().map(|live| connection(registry, live, now)));
    (next > from).then_some(next)
}

/// A connection as it is now.
pub(super) fn connection(registry: &Registry, live: &Live, now: Instant) -> Connection {
    let (mut running, mut more_running) = (Vec::new(), 0);
    registry.running_on(live.id, |asked| {
        if running.len() >= RUNNING_TOLD_MAX {
            more_running += 1;
            return;
        }
        let progress = asked.progress();
        running.push(Asked {
            number: asked.number,
            method: asked.method.name().to_owned(),
            target: String::from_utf8_lossy(asked.target()).into_owned(),
            took_ms: millis(now.saturating_duration_since(asked.begun)),
            status: progress.status,
            content_bytes: progress.sent,
            of: progress.of,
            endless: progress.is_endless,
            generation: registry.generation_at(asked.begun),
        });
    });
    Connection {
        connection: live.id,
        peer: live.peer.to_string(),
        state: live.state().name().to_owned(),
        age_ms: millis(now.saturating_duration_since(live.since)),
        state_ms: clock::tick_ms().saturating_sub(live.state_since_ms()),
        requests: live.requests(),
        received_bytes: live.received(),
        sent_bytes: live.sent(),
        running,
        more_running,
        generation: registry.generation_at(live.since),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::exchange::Peer;
    use crate::observe::{Method, State, Target};

    #[test]
    fn every_connection_is_told_once_however_many_there_are() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let lives: Vec<_> = (0..3 * LOOKED_AT_MAX)
            .map(|_| registry.enter(Peer::Unix, now))
            .collect();
        let (mut told, mut place) = (Vec::new(), Some(0));
        while let Some(from) = place {
            place = connections(&registry, from, now, &mut told);
        }
        let numbers: Vec<u64> = told.iter().map(|told| told.connection).collect();
        assert!(numbers.iter().copied().eq(1..=lives.len() as u64));
        drop(lives);
        told.clear();
        assert_eq!(connections(&Registry::new(), 0, now, &mut told), None);
        assert!(told.is_empty());
    }

    #[test]
    fn of_very_many_requests_the_first_are_told_and_the_others_counted() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let live = registry.enter(Peer::Unix, now);
        live.enter(State::Sending, clock::tick_ms());
        let target = Target {
            bytes: b"/a?token=1",
            has_query: true,
            client: None,
            said: &[],
        };
        let count = 3 + u32::try_from(RUNNING_TOLD_MAX).unwrap();
        let _running: Vec<_> = (1..=count)
            .map(|number| live.begin(number, Method::Get, target, now))
            .collect();
        let told = connection(&registry, &live, now + Duration::from_secs(2));
        assert_eq!(
            (told.running.len(), told.more_running),
            (RUNNING_TOLD_MAX, 3)
        );
        assert_eq!(told.running[0].target, "/a?token=[redacted]");
        assert_eq!((told.running[0].took_ms, told.age_ms), (2000, 2000));
        assert_eq!(told.state, "sending");
    }
}
