//! Records and what they point at, as they are written, handed on and read.

use std::time::Instant;

use super::record::{End, Event, Kind, Record};
use super::said::{Said, unwanted_walk};
use crate::exchange::TracedFor;

/// Records and the text they point into.
#[derive(Default)]
pub struct Batch {
    /// What happened, oldest first.
    pub records: Vec<Record>,
    /// Targets, one after the other.
    pub text: Vec<u8>,
    /// How connections ended, for the records that say so.
    pub ends: Vec<End>,
    /// Events that found no room, by [`Kind`].
    pub dropped: [u64; Kind::COUNT],
}

impl Batch {
    /// The text a record points at.
    pub fn text_at(&self, (start, len): (u32, u16)) -> &[u8] {
        let start = start as usize;
        self.text
            .get(start..start + usize::from(len))
            .unwrap_or_default()
    }

    /// How the connection of a record ended.
    pub fn end(&self, place: u32) -> Option<&End> {
        self.ends.get(place as usize)
    }

    /// Whether nothing happened and nothing was lost.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.dropped.iter().all(|count| *count == 0)
    }

    /// Appends what another worker wrote; what points into its texts and ends points into ours.
    pub(in crate::observe) fn append(&mut self, other: &Self) {
        let text = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let ends = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.extend_from_slice(&other.text);
        self.ends.extend(other.ends.iter().map(|end| End {
            target: (end.target.0 + text, end.target.1),
            ..*end
        }));
        self.records.extend(other.records.iter().map(|record| {
            let mut record = *record;
            match &mut record.event {
                Event::Answered { exchange } | Event::Broken { exchange, .. } => {
                    exchange.target.0 += text;
                }
                Event::Handshake(handshake) => handshake.name.0 += text,
                Event::Changed(change) => change.path.0 += text,
                Event::Ended { place } => *place += ends,
                Event::Refused { said, .. } if said.1 > 0 => said.0 += text,
                Event::Refused { .. } | Event::Accepted { .. } | Event::Notice(_) => {}
            }
            record
        }));
        self.count_dropped(&other.dropped);
    }

    /// Appends one record of another batch, with what it points at.
    pub(in crate::observe) fn copy(&mut self, record: &Record, from: &Self) {
        self.copy_without(record, from, 0);
    }

    /// The same without the last bytes, so many, of what the client of a request said of itself: the walk,
    /// where it is not wanted.
    pub(in crate::observe) fn copy_without(&mut self, record: &Record, from: &Self, unwanted: u16) {
        let mut record = *record;
        match &mut record.event {
            Event::Answered { exchange } | Event::Broken { exchange, .. } => {
                let (begin, bytes) = exchange.target;
                let client = exchange.client();
                exchange.said_bytes = exchange.said_bytes.saturating_sub(unwanted);
                let bytes = bytes.saturating_add(exchange.said_bytes);
                let (start, _) = self.copy_text((begin, bytes), from);
                self.copy_text(client, from);
                exchange.target.0 = start;
            }
            Event::Handshake(handshake) => {
                let (start, _) = self.copy_text(handshake.text(), from);
                handshake.name.0 = start;
            }
            Event::Changed(change) => {
                let (start, _) = self.copy_text(change.text(), from);
                change.path.0 = start;
            }
            Event::Ended { place } => {
                // A record that points nowhere says nothing.
                let Some(end) = from.end(*place) else {
                    return;
                };
                let (start, _) = self.copy_text(end.text(), from);
                let target = (start, end.target.1);
                self.ends.push(End { target, ..*end });
                *place = u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX);
            }
            Event::Refused { said, .. } if said.1 > 0 => *said = self.copy_text(*said, from),
            Event::Refused { .. } | Event::Accepted { .. } | Event::Notice(_) => {}
        }
        self.records.push(record);
    }

    /// Appends the requests of another batch, with what they point at but their walks.
    pub(in crate::observe) fn copy_requests(&mut self, from: &Self) {
        for record in &from.records {
            if let Event::Answered { .. } | Event::Broken { .. } = record.event {
                let walk = from.unwanted_walk(record, TracedFor::NOBODY);
                self.copy_without(record, from, walk);
            }
        }
    }

    /// For whom the walk of a request was written down.
    pub(in crate::observe) fn traced_for(&self, record: &Record) -> TracedFor {
        match record.event {
            Event::Answered { exchange } | Event::Broken { exchange, .. } => {
                Said::read(self.text_at(exchange.said())).traced_for
            }
            _ => TracedFor::NOBODY,
        }
    }

    /// How many of the last bytes of what a client said are a walk that is for none of these.
    pub(in crate::observe) fn unwanted_walk(&self, record: &Record, whom: TracedFor) -> u16 {
        match record.event {
            Event::Answered { exchange } | Event::Broken { exchange, .. }
                if exchange.said_bytes > 0 =>
            {
                unwanted_walk(self.text_at(exchange.said()), whom)
            }
            _ => 0,
        }
    }

    fn copy_text(&mut self, text: (u32, u16), from: &Self) -> (u32, u16) {
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.extend_from_slice(from.text_at(text));
        (start, text.1)
    }

    /// Bytes of text that a record points at.
    pub(in crate::observe) fn text_bytes(&self, record: &Record) -> usize {
        usize::from(match record.event {
            Event::Answered { exchange } | Event::Broken { exchange, .. } => exchange.text().1,
            Event::Handshake(handshake) => handshake.text().1,
            Event::Changed(change) => change.text().1,
            Event::Ended { place } => self.end(place).map_or(0, |end| end.text().1),
            Event::Refused { said, .. } => said.1,
            Event::Accepted { .. } | Event::Notice(_) => 0,
        })
    }

    pub(in crate::observe) fn push(&mut self, at: Instant, connection: u64, event: Event) {
        self.records.push(Record {
            at,
            connection,
            event,
        });
    }

    pub(in crate::observe) fn count_dropped(&mut self, more: &[u64; Kind::COUNT]) {
        for (sum, more) in self.dropped.iter_mut().zip(more) {
            *sum += more;
        }
    }

    pub(in crate::observe) fn clear(&mut self) {
        self.records.clear();
        self.text.clear();
        self.ends.clear();
        self.dropped = Default::default();
    }
}
