//! How a connection goes on in another protocol, after the 101 (RFC 9110 §7.8).
//!
//! Law: whoever took over is asked in every turn, whether or not the client takes what was said
//! before: the two directions do not wait for each other. What is said and not taken is bounded by
//! [`OUTPUT_BYTES_MAX`], and has the deadline of an answer; where nothing is, silence has its own.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use super::drive::Conversation;
use super::input::Input;
use super::limits::OUTPUT_BYTES_MAX;
use super::output::Output;
use super::send::Effort;
use super::stream::Source;
use super::turn::Turn;
use crate::clock;
use crate::driving::ending_of_read_error;
use crate::exchange::{Duplex, Ending};
use crate::observe::{Entered, Order, State};
use crate::tls::Channel;

/// What is remembered of a takeover from turn to turn.
struct Course {
    effort: Effort,
    /// When either side last said something.
    since: Instant,
    /// The client will say no more.
    has_heard_end: bool,
    leave: Leave,
    /// Whoever took over has come to an end.
    is_over: bool,
    /// The client is gone, or cannot be understood.
    broken: Option<Ending>,
}

/// Whether we have more to say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leave {
    NotTaken,
    /// Nothing, once what was said has left.
    Wanted,
    /// Nothing, and the client knows.
    Taken,
}

/// Both directions of the connection, for as long as a call lasts.
struct Lent<'a> {
    socket: &'a mut Channel,
    /// What came with the request comes first.
    input: &'a mut Input,
    output: &'a mut Output,
    live: &'a Entered,
    course: &'a mut Course,
    has_written: bool,
}

impl Conversation {
    /// Leaves the connection to whoever takes it over, to its end.
    pub(super) async fn be_taken_over(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        // The 101 has left. From here on it is busy: never idle, and never shed as such.
        self.live.enter(State::Sending, clock::tick_ms());
        turn.show_progress(&self.live);
        let mut course = Course {
            effort: Effort::default(),
            since: clock::now(),
            has_heard_end: false,
            leave: Leave::NotTaken,
            is_over: false,
            broken: None,
        };
        poll_fn(|cx| self.poll_takeover(cx, turn, &mut course)).await?;
        self.close_stream(turn);
        if course.has_heard_end {
            return Err(Ending::ClosedByClient);
        }
        Ok(())
    }

    fn poll_takeover(
        &mut self,
        cx: &mut Context<'_>,
        turn: &mut Turn,
        course: &mut Course,
    ) -> Poll<Result<(), Ending>> {
        self.live.hear_orders(cx.waker());
        let order = self.live.order();
        if order == Order::Stop {
            return Poll::Ready(Err(Ending::CutShort));
        }
        if let Some(streaming) = turn.streaming.as_mut().filter(|_| order == Order::Drain) {
            streaming.drain();
        }
        loop {
            match self.poll_send(cx, turn, &mut course.effort) {
                Poll::Ready(Ok(_)) => {
                    if turn.output.sent() > 0 {
                        course.since = clock::now();
                    }
                    self.live.count_sent(turn.output.newly_sent());
                    turn.output.clear();
                    self.engine.sent(clock::now());
                    if course.is_over {
                        return Poll::Ready(Ok(()));
                    }
                    if course.leave == Leave::Wanted {
                        course.leave = Leave::Taken;
                        // An error will show again, in what is read.
                        let _ = self.socket.shut_down_sending();
                    }
                }
                Poll::Ready(Err(ending)) => return Poll::Ready(Err(ending)),
                Poll::Pending if course.is_over => return Poll::Pending,
                Poll::Pending => {}
            }
            let has_written = match self.go_on(cx, turn, course) {
                Ok(has_written) => has_written,
                Err(ending) => return Poll::Ready(Err(ending)),
            };
            if !has_written && !course.is_over {
                turn.narrow();
                return self.poll_silence(cx, turn, course);
            }
        }
    }

    /// Neither side has anything to say for now: waits for the time when that has lasted too long.
    fn poll_silence(
        &mut self,
        cx: &mut Context<'_>,
        turn: &mut Turn,
        course: &Course,
    ) -> Poll<Result<(), Ending>> {
        if turn.owes() {
            // The client has the time that it has for an answer.
            return Poll::Pending;
        }
        ready!(self.alarm.poll(cx, course.since + self.room.tunnel_timeout));
        // It has no end that could be missed.
        self.close_stream(turn);
        Poll::Ready(Err(Ending::IdleTimeout))
    }

    /// Asks whoever took over to go on. Whether it wrote.
    fn go_on(
        &mut self,
        cx: &mut Context<'_>,
        turn: &mut Turn,
        course: &mut Course,
    ) -> Result<bool, Ending> {
        let Some(streaming) = &mut turn.streaming else {
            course.is_over = true;
            return Ok(false);
        };
        let Source::Takeover(takeover) = &mut streaming.source else {
            return Err(Ending::Failed);
        };
        let before = turn.output.total();
        let mut lent = Lent {
            socket: &mut self.socket,
            input: &mut turn.input,
            output: &mut turn.output,
            live: &self.live,
            course,
            has_written: false,
        };
        let polled = catch_unwind(AssertUnwindSafe(|| takeover.poll(cx, &mut lent)));
        let has_written = lent.has_written;
        if has_written {
            self.engine.sending(clock::now());
        }
        streaming.answered.exchange.content_bytes += turn.output.total() - before;
        match polled {
            Err(_panic) => Err(Ending::Panicked),
            Ok(_) if course.broken.is_some() => Err(course.broken.unwrap_or(Ending::ResetByClient)),
            Ok(poll) => {
                course.is_over = poll.is_ready();
                Ok(has_written)
            }
        }
    }
}

impl Duplex for Lent<'_> {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<usize> {
        let early = self.input.unread();
        if !early.is_empty() {
            let count = early.len().min(buffer.len());
            buffer[..count].copy_from_slice(&early[..count]);
            self.input.consume(count);
            return Poll::Ready(count);
        }
        if self.course.has_heard_end {
            return Poll::Ready(0);
        }
        match self.socket.poll_read(cx, buffer) {
            Poll::Ready(Ok(0)) => {
                self.course.has_heard_end = true;
                Poll::Ready(0)
            }
            Poll::Ready(Ok(count)) => {
                self.live.count_received(count);
                self.course.since = clock::now();
                Poll::Ready(count)
            }
            Poll::Ready(Err(error)) => {
                self.course.broken = Some(ending_of_read_error(error.kind()));
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<usize> {
        let room = OUTPUT_BYTES_MAX.saturating_sub(self.output.copied.len());
        let count = bytes.len().min(room);
        if count == 0 || self.course.leave != Leave::NotTaken {
            // The task is woken when the kernel has taken everything, and then this is asked again.
            return Poll::Pending;
        }
        self.output.copied.extend_from_slice(&bytes[..count]);
        self.has_written = true;
        Poll::Ready(count)
    }

    fn finish(&mut self) {
        if self.course.leave == Leave::NotTaken {
            self.course.leave = Leave::Wanted;
            self.has_written = true;
        }
    }
}
