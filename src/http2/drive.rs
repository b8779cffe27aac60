//! The life of a connection, from its opening words to its close.
//!
//! All of it happens in one task and one function, [`Conversation::poll`]: what arrived is laid before
//! the library, what it understood is answered at once if that is possible, content is fed to it in
//! the order that `feed.rs` decides, and what it says leaves in one piece. What has to wait (for a
//! disk, for the client) is remembered in lists, each of them bounded.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use h2::Reason;

use super::conversation::{Conversation, Speech};
use super::head::Asked;
use super::limits::READ_BYTES;
use super::offence::Offence;
use super::send::Went;
use super::takeover::Tunnel;
use crate::clock;
use crate::driving::{Handover, Room, Witness, ending_of_read_error};
use crate::exchange::Ending;
use crate::net::Permit;
use crate::observe::Order;
use crate::tls::Channel;

/// Serves one connection to its end, and journals the end.
pub async fn serve(handover: Handover, room: Arc<Room>) {
    let mut talk = Conversation::new(handover, room);
    let ending = poll_fn(|cx| talk.poll(cx)).await;
    talk.part(ending).await;
    talk.end(ending);
}

/// Tells a connection for which there is no room so, and closes it. No request is read: the client may
/// ask all of them again elsewhere (RFC 9113 §6.8).
pub async fn refuse_for_lack_of_room(
    channel: Channel,
    live: Witness,
    permit: Permit,
    room: Arc<Room>,
) {
    let handover = Handover {
        channel,
        live,
        permit,
        heard: Vec::new(),
    };
    let mut talk = Conversation::new(handover, room);
    talk.part(Ending::Overloaded).await;
    talk.end(Ending::Overloaded);
}

impl Conversation {
    /// Goes on as far as it can; ready at the end of the connection.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ending> {
        match self.turn(cx) {
            Ok(Went::Enough) => {
                self.burst = 0;
                if self.live.order() == Order::Stop {
                    return Poll::Ready(Ending::CutShort);
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Ok(Went::All | Went::Some) => {
                self.feed.show_progress(&self.live);
                match self.rest(cx) {
                    Poll::Ready(Ok(())) => {
                        // There is something to do after all.
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    }
                    Poll::Ready(Err(ending)) => Poll::Ready(ending),
                    Poll::Pending => Poll::Pending,
                }
            }
            Err(ending) => Poll::Ready(ending),
        }
    }

    /// Reads, answers and sends, until all that is left has to be waited for. An error is the end.
    pub(super) fn turn(&mut self, cx: &mut Context<'_>) -> Result<Went, Ending> {
        let now = clock::now();
        let tick_ms = clock::tick_ms();
        let mut left = Vec::new();
        let mut has_said = matches!(self.speech, Speech::Greeting(_)) || self.is_blocked();
        loop {
            let has_heard = self.hear(cx, now, tick_ms)?;
            if has_heard {
                self.understand(now, tick_ms)?;
                self.feed.look_again(&mut left);
                if self.unread.discard(self.room.limits.unread_body_bytes_max) {
                    self.understand(now, tick_ms)?;
                }
            } else if has_said {
                self.understand(now, tick_ms)?;
            }
            let has_moved = self.go_on(cx, now);
            if has_moved {
                self.understand(now, tick_ms)?;
            }
            let fed = self.feed.give(
                &mut self.grip.hold().outgoing,
                &mut self.pace,
                now,
                &mut left,
            );
            if fed > 0 || !left.is_empty() {
                self.bid_farewell(&mut left, now);
                self.understand(now, tick_ms)?;
            }
            // Last, so that whatever has to be waited for has our waker.
            let is_pondered = self.ponder(cx, now, tick_ms);
            let is_draining = self.live.order() >= Order::Drain;
            let is_warm = self.feed.poll_ready(cx, now, is_draining);
            self.leave_if_told(now, tick_ms)?;
            let went = self.send(now)?;
            // What was blocked has room now; and who heard once may do so again, until told to wait.
            has_said = is_pondered || self.is_blocked();
            let has_more = has_heard || has_said || has_moved || is_warm;
            if went != Went::All || !(has_more || self.has_content_to_give(now)) {
                return Ok(went);
            }
        }
    }

    /// Whether there is something to give to the library, now that there is room.
    fn has_content_to_give(&mut self, now: Instant) -> bool {
        let paced = { self.pace.as_mut() }.map_or(u64::MAX, |pace| pace.room(now));
        self.feed.is_ready(paced) || self.tunnels.iter().any(Tunnel::wants_room)
    }

    /// Reads once, unless the library has not read what was read before. Whether there is something
    /// for it; if not, the task is woken when there is.
    fn hear(&mut self, cx: &mut Context<'_>, now: Instant, tick_ms: u64) -> Result<bool, Ending> {
        if matches!(self.speech, Speech::Over) {
            return Ok(false);
        }
        let mut ends = self.grip.hold();
        if !ends.is_read() {
            return Ok(true);
        }
        if self.peer_done || ends.census.offence.is_some() {
            return Ok(false);
        }
        let read = with_desk(|desk| {
            let read = self.socket.poll_read(cx, desk);
            if let Poll::Ready(Ok(count)) = read {
                ends.take_in(&desk[..count], tick_ms);
            }
            read
        });
        match read {
            Poll::Ready(Ok(0)) => {
                self.peer_done = true;
                Ok(false)
            }
            Poll::Ready(Ok(count)) => {
                self.live.count_received(count);
                self.mid_frame = match (ends.census.is_mid_frame(), self.mid_frame) {
                    (false, _) => None,
                    (true, since) => since.or(Some(now)),
                };
                Ok(true)
            }
            Poll::Ready(Err(error)) => Err(ending_of_read_error(error.kind())),
            Poll::Pending => Ok(false),
        }
    }

    /// Lets the library read what arrived and say what it has to say; answers the requests in it.
    pub(super) fn understand(&mut self, now: Instant, tick_ms: u64) -> Result<(), Ending> {
        // The library never waits by itself, so nothing has to wake it.
        let cx = &mut Context::from_waker(Waker::noop());
        {
            let mut ends = self.grip.hold();
            ends.is_blocked = false;
            ends.sip();
        }
        self.promised = 0;
        if let Speech::Greeting(handshake) = &mut self.speech {
            match pin!(handshake).poll(cx) {
                Poll::Ready(Ok(connection)) => {
                    self.speech = Speech::Open(connection);
                    self.has_opened = true;
                }
                Poll::Ready(Err(_)) => {
                    self.speech = Speech::Over;
                    return Err(Offence::BadPreface.ending());
                }
                Poll::Pending => {}
            }
        }
        while let Speech::Open(connection) = &mut self.speech {
            match connection.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => {
                    let (asked, body) = Asked::of(request);
                    if let Some(body) = body {
                        self.unread.expect(body, now);
                    }
                    self.take_up(asked, respond, now, tick_ms);
                }
                Poll::Ready(Some(Err(error))) => {
                    self.speech = Speech::Over;
                    return Err(self.ending_of(&error));
                }
                // It has said all that it had to; what is left of it leaves like anything else.
                Poll::Ready(None) => self.speech = Speech::Over,
                Poll::Pending if self.grip.hold().sip() => {}
                Poll::Pending => break,
            }
        }
        self.tell_verdicts(now);
        self.hand_out_updates();
        let mut ends = self.grip.hold();
        if let Some(offence) = ends.census.offence {
            return Err(offence.ending());
        }
        if !ends.is_blocked {
            let unknown = { self.leaving.iter_mut().rev() }.take_while(|one| one.ends_at.is_none());
            unknown.for_each(|one| one.ends_at = Some(ends.said));
            ends.outgoing.is_given_back();
        }
        Ok(())
    }

    /// §6.8). Those on their way are still answered.
    fn leave_if_told(&mut self, now: Instant, tick_ms: u64) -> Result<(), Ending> {
        if !self.has_to_say_that_we_leave() {
            return Ok(());
        }
        self.is_leaving = true;
        if let Speech::Open(connection) = &mut self.speech {
            connection.graceful_shutdown();
            self.understand(now, tick_ms)?;
        }
        Ok(())
    }

    pub(super) fn has_to_say_that_we_leave(&self) -> bool {
        !self.is_leaving && self.live.order() >= Order::Shed && !self.is_idle()
    }

    /// What the library found wrong, or heard from the client.
    fn ending_of(&self, error: &h2::Error) -> Ending {
        if error.is_remote() {
            return match error.reason() {
                Some(Reason::NO_ERROR) => Ending::ClosedByClient,
                _ => Ending::ResetByClient,
            };
        }
        if error.is_io() {
            return Ending::Failed;
        }
        Offence::found(error, self.grip.hold().outgoing.last_words()).ending()
    }
}

/// A worker's buffer for what is read, lent for as long as a call lasts.
pub(super) fn with_desk<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    thread_local! {
        static DESK: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
    }
    DESK.with_borrow_mut(|desk| work(desk))
}
