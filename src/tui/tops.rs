//! The slowest and the largest answers since the view was opened.

use std::time::{Duration, Instant};

use super::limits::{TOP_MAX, TOP_TARGET_BYTES_MAX};
use crate::i18n::show_target;
use crate::observe::{Batch, Event, Exchange, Method};

/// The slowest and the largest, each target once.
#[derive(Default)]
pub(super) struct Tops {
    pub(super) slowest: Top,
    pub(super) largest: Top,
}

/// One list, the greatest first.
#[derive(Default)]
pub(super) struct Top(Vec<Place>);

/// An answer that stands in a list.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Microseconds, or bytes.
    pub(super) value: u64,
    pub(super) connection: u64,
    pub(super) method: Method,
    pub(super) status: u16,
    pub(super) target: String,
}

impl Tops {
    /// Hears what the journal has to tell.
    pub(super) fn hear(&mut self, batch: &Batch) {
        for record in &batch.records {
            let (Event::Answered { exchange } | Event::Broken { exchange, .. }) = record.event
            else {
                continue;
            };
            let took = micros(exchange.begun, record.at);
            let target = batch.text_at(exchange.target);
            self.slowest
                .offer(took, record.connection, &exchange, target);
            let bytes = exchange.content_bytes;
            self.largest
                .offer(bytes, record.connection, &exchange, target);
        }
    }
}

impl Top {
    pub(super) fn places(&self) -> &[Place] {
        &self.0
    }

    fn offer(&mut self, value: u64, connection: u64, exchange: &Exchange, target: &[u8]) {
        let is_full = self.0.len() >= TOP_MAX;
        // What is heard most does not come further than here.
        if value == 0 || is_full && self.0.last().is_some_and(|last| value <= last.value) {
            return;
        }
        let target = &target[..target.len().min(TOP_TARGET_BYTES_MAX)];
        let mut shown = String::new();
        show_target(target, &mut shown);
        let same = { self.0.iter() }
            .position(|place| place.method == exchange.method && place.target == shown);
        match same {
            Some(same) if self.0[same].value >= value => return,
            Some(same) => drop(self.0.remove(same)),
            None if is_full => drop(self.0.pop()),
            None => {}
        }
        let place = self.0.partition_point(|place| place.value >= value);
        self.0.insert(
            place,
            Place {
                value,
                connection,
                method: exchange.method,
                status: exchange.status,
                target: shown,
            },
        );
    }
}

fn micros(from: Instant, until: Instant) -> u64 {
    let took: Duration = until.saturating_duration_since(from);
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn offer(top: &mut Top, value: u64, target: &str) {
        let exchange = Exchange {
            number: 1,
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: crate::observe::Protocol::Http11,
            status: 200,
            reason: None,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: value,
            begun: clock::now(),
        };
        top.offer(value, 7, &exchange, target.as_bytes());
    }

    fn listed(top: &Top) -> Vec<(u64, &str)> {
        { top.places().iter() }
            .map(|place| (place.value, &place.target[..]))
            .collect()
    }

    #[test]
    fn the_greatest_stand_first_and_each_target_once() {
        let mut top = Top::default();
        for (value, target) in [(3, "/a"), (9, "/b"), (5, "/a"), (4, "/a"), (0, "/none")] {
            offer(&mut top, value, target);
        }
        assert_eq!(listed(&top), [(9, "/b"), (5, "/a")]);
    }

    #[test]
    fn a_full_list_forgets_the_least() {
        let mut top = Top::default();
        for value in 1..=TOP_MAX as u64 + 3 {
            offer(&mut top, value, &format!("/{value}"));
        }
        let values: Vec<u64> = listed(&top).iter().map(|(value, _)| *value).collect();
        let expected: Vec<u64> = (4..=TOP_MAX as u64 + 3).rev().collect();
        assert_eq!(values, expected);
        offer(&mut top, 4, "/late");
        assert_eq!(listed(&top).len(), TOP_MAX);
        assert!(listed(&top).iter().all(|(_, target)| *target != "/late"));
    }
}
