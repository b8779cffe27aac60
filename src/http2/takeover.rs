//! How a stream goes on in another protocol, after an extended CONNECT (RFC 8441).
//!
//! Law: whoever took over is asked in every turn, before any content is fed: a tunnel carries what
//! somebody waits for. What it says and the client does not take is bounded by the stream's window
//! and by [`QUANTUM_BYTES`] a turn; what it has not heard stays in the stream's window, unread, and
//! the connection's is so much wider.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::{Buf, Bytes};
use h2::{Reason, RecvStream, SendStream};

use super::conversation::{Conversation, Speech};
use super::head::Asked;
use super::limits::{BODY_WINDOW_BYTES, QUANTUM_BYTES, STREAMS_MAX};
use super::outgoing::Outgoing;
use crate::clock;
use crate::exchange::{Duplex, Takeover};
use crate::observe::{Exchange, Order, Progress, Underway};

/// A stream that somebody has taken over.
pub(super) struct Tunnel {
    pub(super) asked: Asked,
    pub(super) exchange: Exchange,
    /// When the client last took something.
    pub(super) progress: Instant,
    /// When either side last said something.
    pub(super) since: Instant,
    takeover: Box<dyn Takeover>,
    /// Its place among the requests that run.
    running: Underway,
    is_draining: bool,
    ends: Ends,
}

/// Both directions of the stream.
struct Ends {
    sending: SendStream<Bytes>,
    hearing: RecvStream,
    /// Arrived, and not heard by whoever took over.
    heard: Bytes,
    has_heard_end: bool,
    is_finished: bool,
    held_up_by: HeldUpBy,
    /// The client has given the stream up.
    is_reset: bool,
}

/// What holds up what is to be said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HeldUpBy {
    Nothing,
    /// The client's windows are closed to it for now.
    Window,
    /// What was said before has not left.
    Room,
}

/// The same, for as long as a call lasts.
struct Lent<'a> {
    ends: &'a mut Ends,
    outgoing: &'a mut Outgoing,
    /// Bytes that may still be said in this turn.
    room: usize,
    written: usize,
    has_moved: bool,
}

/// What became of a tunnel in a turn.
enum Course {
    GoesOn { has_moved: bool },
    Over,
}

impl Tunnel {
    /// Whether it waits for its client to open a window.
    pub(super) fn is_stalled(&self) -> bool {
        self.ends.held_up_by == HeldUpBy::Window
    }

    /// Whether it has something to say as soon as there is room.
    pub(super) fn wants_room(&self) -> bool {
        self.ends.held_up_by == HeldUpBy::Room
    }

    /// Gives it up, and tells the client.
    pub(super) fn reset(&mut self, reason: Reason) {
        self.ends.sending.send_reset(reason);
    }

    fn go_on(
        &mut self,
        cx: &mut Context<'_>,
        outgoing: &mut Outgoing,
        now: Instant,
        is_draining: bool,
    ) -> Course {
        let noop = &mut Context::from_waker(Waker::noop());
        if self.ends.sending.poll_reset(noop).is_ready() {
            return Course::Over;
        }
        if is_draining && !std::mem::replace(&mut self.is_draining, true) {
            self.takeover.drain();
        }
        let was_stalled = self.is_stalled();
        self.ends.held_up_by = HeldUpBy::Nothing;
        let room = outgoing.room().min(QUANTUM_BYTES);
        let mut lent = Lent {
            ends: &mut self.ends,
            outgoing,
            room,
            written: 0,
            has_moved: false,
        };
        let polled = catch_unwind(AssertUnwindSafe(|| self.takeover.poll(cx, &mut lent)));
        let (written, has_moved) = (lent.written, lent.has_moved);
        if has_moved {
            self.since = now;
        }
        if written > 0 || (self.is_stalled() && !was_stalled) {
            self.progress = now;
        }
        if written > 0 {
            self.exchange.content_bytes += written as u64;
            self.running.has_come(Progress {
                status: Some(self.exchange.status),
                sent: self.exchange.content_bytes,
                of: None,
                is_endless: true,
            });
        }
        match polled {
            Ok(Poll::Pending) if !self.ends.is_reset => Course::GoesOn { has_moved },
            Ok(_) => {
                self.ends.finish();
                Course::Over
            }
            Err(_panic) => {
                self.reset(Reason::INTERNAL_ERROR);
                Course::Over
            }
        }
    }
}

impl Conversation {
    /// Leaves a stream to whoever takes it over: from here on it is theirs.
    pub(super) fn begin_tunnel(
        &mut self,
        mut asked: Asked,
        exchange: Exchange,
        sending: SendStream<Bytes>,
        takeover: Box<dyn Takeover>,
    ) {
        let Some(hearing) = asked.take_tunnel() else {
            return;
        };
        let Exchange { number, method, .. } = exchange;
        let now = clock::now();
        let running = self.live.begin(number, method, asked.target(), now);
        self.tunnels.push(Tunnel {
            asked,
            exchange,
            progress: now,
            since: now,
            takeover,
            running,
            is_draining: false,
            ends: Ends {
                sending,
                hearing,
                heard: Bytes::new(),
                has_heard_end: false,
                is_finished: false,
                held_up_by: HeldUpBy::Nothing,
                is_reset: false,
            },
        });
        self.share_windows();
    }

    /// Has everybody go on who has taken a stream over. Whether the library has something to say.
    pub(super) fn go_on(&mut self, cx: &mut Context<'_>, now: Instant) -> bool {
        let is_draining = self.live.order() >= Order::Drain;
        let mut is_any = false;
        let mut place = 0;
        while let Some(tunnel) = self.tunnels.get_mut(place) {
            let course = { tunnel }.go_on(cx, &mut self.grip.hold().outgoing, now, is_draining);
            match course {
                Course::GoesOn { has_moved } => {
                    is_any |= has_moved;
                    place += 1;
                }
                Course::Over => {
                    is_any = true;
                    let mut over = self.tunnels.remove(place);
                    over.asked.release();
                    self.tunnelled(&over, now);
                }
            }
        }
        is_any
    }

    /// Journals a tunnel that has come to its end: it has none that could be missed.
    pub(super) fn tunnelled(&mut self, over: &Tunnel, now: Instant) {
        let (journal, target) = (&self.room.journal, over.asked.target());
        journal.answered(self.live.id, now, target, &over.exchange);
        self.has_come_to_an_end(now);
        self.share_windows();
    }

    /// Has the connection's window be as wide as those of its tunnels and one body together: what one
    /// of them does not hear is in nobody's way.
    fn share_windows(&mut self) {
        let sharers = u32::try_from(1 + self.tunnels.len()).unwrap_or(STREAMS_MAX);
        if let Speech::Open(connection) = &mut self.speech {
            connection.set_target_window_size(BODY_WINDOW_BYTES * sharers.min(1 + STREAMS_MAX));
        }
    }
}

impl Ends {
    fn finish(&mut self) {
        if !std::mem::replace(&mut self.is_finished, true) {
            // An error means that the client has given it up.
            let _ = self.sending.send_data(Bytes::new(), true);
        }
    }
}

impl Duplex for Lent<'_> {
    fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<usize> {
        let ends = &mut *self.ends;
        // What arrives does so in this task, and everybody is asked afterwards: no need to be woken.
        let noop = &mut Context::from_waker(Waker::noop());
        while ends.heard.is_empty() && !ends.has_heard_end {
            match ends.hearing.poll_data(noop) {
                Poll::Ready(Some(Ok(bytes))) => ends.heard = bytes,
                Poll::Ready(None) => ends.has_heard_end = true,
                Poll::Ready(Some(Err(_))) => {
                    ends.is_reset = true;
                    return Poll::Pending;
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        let count = ends.heard.len().min(buffer.len());
        ends.heard
            .split_to(count)
            .copy_to_slice(&mut buffer[..count]);
        if count > 0 {
            // The window opens again by what was heard.
            let _ = ends.hearing.flow_control().release_capacity(count);
            self.has_moved = true;
        }
        Poll::Ready(count)
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<usize> {
        let ends = &mut *self.ends;
        let wanted = bytes.len().min(self.room);
        if ends.is_finished {
            return Poll::Pending;
        }
        if wanted == 0 {
            // There is room when that has left, and then everybody is asked again.
            ends.held_up_by = HeldUpBy::Room;
            return Poll::Pending;
        }
        ends.sending.reserve_capacity(wanted);
        let count = ends.sending.capacity().min(wanted);
        if count < wanted {
            // Or the library would keep the next room for it.
            ends.sending.reserve_capacity(count);
        }
        if count == 0 {
            ends.held_up_by = HeldUpBy::Window;
            return Poll::Pending;
        }
        let bytes = Bytes::copy_from_slice(&bytes[..count]);
        self.outgoing.lend(&bytes);
        if ends.sending.send_data(bytes, false).is_err() {
            ends.is_reset = true;
            return Poll::Pending;
        }
        (self.room, self.written) = (self.room - count, self.written + count);
        self.has_moved = true;
        Poll::Ready(count)
    }

    fn finish(&mut self) {
        self.has_moved |= !self.ends.is_finished;
        self.ends.finish();
    }
}
