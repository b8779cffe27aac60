//! When patience ends.
//!
//! Law: time is a parameter. Nothing here looks at a clock; a deadline is a
//! value that the driver waits for, and a wait of our own making is nobody's
//! fault: while we are the ones who are slow, the client has no deadline.

use crate::connection::Connection;
use crate::event::{Deadline, Overdue};
use crate::state::{Persist, Reading, Said, Seen, Why, Writing};
use std::time::{Duration, Instant};

impl Connection {
    /// The nearest moment at which something is overdue; `None` while we are
    /// waiting for nothing that the peer could do.
    pub fn deadline(&self) -> Option<Deadline> {
        let reading = self.reading_deadline();
        let Some(sending) = self.sending else {
            return reading;
        };
        let sending = deadline(sending, self.limits.write_timeout, Overdue::Send);
        match (reading, sending) {
            (Some(reading), Some(sending)) if reading.at <= sending.at => Some(reading),
            (reading, sending) => sending.or(reading),
        }
    }

    /// Says what is overdue at `now`, if anything is, and ends what has to end.
    ///
    /// `FirstByte` and `Idle` close without a word. `Head` and `Body` are
    /// refusals: [`Overdue::refusal`] names them, and they are answered as such
    /// if no answer has begun. `Send` means reset: nobody is listening.
    pub fn expire(&mut self, now: Instant) -> Option<Overdue> {
        let Deadline { at, overdue } = self.deadline()?;
        if now < at {
            return None;
        }
        match overdue.refusal() {
            Some(refusal) => {
                let _: Result<(), _> = self.refuse(refusal);
            }
            None => self.give_up(Why::Overdue),
        }
        Some(overdue)
    }

    /// The peer just took some bytes, or we just began to wait for it to take
    /// some: its time to take the next ones starts anew.
    pub fn sending(&mut self, now: Instant) {
        self.sending = Some(now);
    }

    /// The peer has taken everything: nothing waits for it any more. Between two exchanges, its
    /// time to ask for the next thing begins now; and if it has begun to ask already, the time to
    /// finish that, as we did not read meanwhile.
    pub fn sent(&mut self, now: Instant) {
        let waited = self.sending.take().is_some();
        let is_between = self.reading == Reading::Done && self.writing == Writing::Done;
        if is_between || (waited && matches!(self.reading, Reading::Idle | Reading::Head)) {
            self.since = now;
        }
    }

    /// The driver stops reading the body for a while, because whoever reads it
    /// is busy: the body's deadline rests until [`resume_body`](Self::resume_body).
    pub fn hold_body(&mut self, now: Instant) {
        if self.reading == Reading::Body {
            self.held = self.held.or(Some(now));
        }
    }

    /// The driver reads the body again: the time it did not is not the client's.
    pub fn resume_body(&mut self, now: Instant) {
        if let Some(held) = self.held.take() {
            let pause = now.saturating_duration_since(held);
            self.since = self.since.checked_add(pause).unwrap_or(now);
        }
    }

    /// Stops reading and writing for a reason of our own.
    pub(crate) fn give_up(&mut self, why: Why) {
        if self.reading != Reading::Closed {
            self.see(Seen::GaveUp);
        }
        if self.writing != Writing::Closed {
            self.say(Said::GaveUp);
        }
        self.persist = self.persist.close(why);
        self.sending = None;
    }

    fn reading_deadline(&self) -> Option<Deadline> {
        let limits = &self.limits;
        match self.reading {
            // While the peer is taking an answer it is not idle, however much was queued; and we
            // do not read the head that follows.
            Reading::Idle | Reading::Head | Reading::Done if self.sending.is_some() => None,
            Reading::Idle if self.fresh => {
                deadline(self.since, limits.first_byte_timeout, Overdue::FirstByte)
            }
            Reading::Idle => deadline(self.since, limits.idle_timeout, Overdue::Idle),
            Reading::Head => deadline(self.since, limits.head_timeout, Overdue::Head),
            Reading::Body if self.held.is_none() => {
                let patience = limits.body_patience(self.received);
                deadline(self.since, patience, Overdue::Body)
            }
            Reading::Done if self.writing == Writing::Done && self.persist == Persist::Keep => {
                deadline(self.since, limits.idle_timeout, Overdue::Idle)
            }
            Reading::Body | Reading::Done | Reading::Closed => None,
        }
    }
}

/// A moment so far away that the clock cannot name it is no deadline at all.
fn deadline(since: Instant, patience: Duration, overdue: Overdue) -> Option<Deadline> {
    since
        .checked_add(patience)
        .map(|at| Deadline { at, overdue })
}
