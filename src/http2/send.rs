//! How what was said leaves, and what the journal hears of an answer that has left.

use std::io::IoSlice;
use std::time::Instant;

use super::conversation::Conversation;
use super::feed::{Answering, Left};
use super::head::Asked;
use super::limits::BURST_BYTES_MAX;
use crate::driving::ending_of_write_error;
use crate::exchange::Ending;
use crate::net::Sent;
use crate::net::limits::SLICES_MAX;
use crate::observe::Exchange;
use crate::tls::Follows;

/// An answer that is with the library.
pub(super) struct Leaving {
    pub(super) asked: Asked,
    pub(super) exchange: Exchange,
    /// Where in all that was ever said it ends; unknown as long as the library holds some of it.
    pub(super) ends_at: Option<u64>,
}

/// What the kernel did with what was said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    /// It took all of it.
    All,
    /// It took some, and wants to be asked again later.
    Some,
    /// The client has had its share of this worker's time.
    Enough,
}

impl Conversation {
    /// Sends what was said, as far as the kernel takes it at once.
    pub(super) fn send(&mut self, now: Instant) -> Result<Went, Ending> {
        let grip = self.grip.clone();
        let mut ends = grip.hold();
        let went = loop {
            if ends.outgoing.is_empty() {
                break Went::All;
            }
            if self.burst >= BURST_BYTES_MAX {
                break Went::Enough;
            }
            let mut slices = [IoSlice::new(&[]); SLICES_MAX];
            let count = ends.outgoing.slices(&mut slices);
            let sent = match &slices[..count] {
                [slice] => self.socket.send(slice, Follows::Nothing),
                slices => self.socket.send_slices(slices, Follows::Nothing),
            };
            match sent {
                Ok(Sent::Bytes(count)) => {
                    ends.took(count);
                    self.burst += count as u64;
                    self.live.count_sent(count as u64);
                    self.since = now;
                    self.unacknowledged = None;
                }
                Ok(Sent::Full) => {
                    ends.outgoing.is_refused();
                    break Went::Some;
                }
                Err(error) => return Err(ending_of_write_error(&error)),
            }
        };
        while let Some(leaving) = self.leaving.front()
            && leaving.ends_at.is_some_and(|ends_at| ends_at <= ends.sent)
        {
            let target = leaving.asked.target();
            let journal = &self.room.journal;
            journal.answered(self.live.id, now, target, &leaving.exchange);
            ends.census.answered();
            self.has_settled = true;
            self.leaving.pop_front();
        }
        Ok(went)
    }

    /// Sees off the answers that have left the feed.
    pub(super) fn bid_farewell(&mut self, left: &mut Vec<(Answering, Left)>, now: Instant) {
        for (mut answering, how) in left.drain(..) {
            answering.asked.release();
            match how {
                Left::Reset if answering.is_endless() => self.answered(&answering, now),
                Left::Whole => self.leaving.push_back(Leaving {
                    asked: answering.asked,
                    exchange: answering.exchange,
                    ends_at: None,
                }),
                Left::Reset | Left::Broken => {
                    self.broken(&answering.asked, &answering.exchange, answering.of, now);
                }
            }
        }
    }

    /// Journals an answer that has no end: it is as whole as it gets.
    pub(super) fn answered(&mut self, answering: &Answering, now: Instant) {
        let target = answering.asked.target();
        let journal = &self.room.journal;
        journal.answered(self.live.id, now, target, &answering.exchange);
        self.has_come_to_an_end(now);
    }

    /// Journals an answer that could not be finished.
    pub(super) fn broken(&mut self, asked: &Asked, exchange: &Exchange, of: u64, now: Instant) {
        let journal = &self.room.journal;
        journal.broken(self.live.id, now, asked.target(), exchange, of);
        self.has_come_to_an_end(now);
    }

    /// An exchange is over: the client's time to ask for something else begins, even if its end came
    /// with no byte of ours.
    pub(super) fn has_come_to_an_end(&mut self, now: Instant) {
        self.has_settled = true;
        if self.grip.hold().outgoing.is_empty() {
            self.since = now;
        }
    }
}
