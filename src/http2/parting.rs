//! How a connection ends: the last words, and what is told of it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use h2::Reason;

use super::conversation::{Conversation, Speech};
use super::drive::with_desk;
use super::head::Asked;
use super::limits::LINGER_BYTES_MAX;
use super::offence::Offence;
use super::send::Went;
use crate::clock;
use crate::exchange::Ending;
use crate::observe::{Exchange, Order, State};

impl Conversation {
    /// Takes leave: tells the client why, and up to which request it was heard, and lets it see that
    /// before the close.
    pub(super) async fn part(&mut self, ending: Ending) {
        let reason = match ending {
            Ending::SentAway(_) => {
                let offence = self.grip.hold().census.offence;
                offence.map_or(Reason::ENHANCE_YOUR_CALM, Offence::code)
            }
            Ending::IdleTimeout
            | Ending::FirstByteTimeout
            | Ending::Drained
            | Ending::Shed
            | Ending::Overloaded
            | Ending::CutShort => Reason::NO_ERROR,
            // It said so, and waits for what it had asked.
            Ending::ClosedByClient if self.has_said_all() => Reason::NO_ERROR,
            Ending::Failed => Reason::INTERNAL_ERROR,
            // It is gone, or takes nothing.
            _ => return,
        };
        // Whoever still has to take an answer opens windows meanwhile; and what meets a closed socket
        // takes back everything that is on its way.
        let is_on_its_way = self.socket.unacknowledged_bytes().unwrap_or(0) > 0;
        let is_unread = self.has_said_all();
        self.say_goodbye(reason);
        let must_linger = match ending {
            Ending::SentAway(_) | Ending::Overloaded => true,
            Ending::Shed | Ending::CutShort => false,
            _ => is_on_its_way || is_unread,
        };
        let until = clock::now() + self.room.linger_timeout;
        self.live.enter(State::Draining, clock::tick_ms());
        let mut discarded = 0;
        poll_fn(|cx| {
            self.burst = 0;
            match self.send(clock::now()) {
                Ok(Went::All) => {}
                Ok(_) if ending == Ending::CutShort => return Poll::Ready(()),
                Ok(_) => return self.poll_goodbye(cx, until),
                Err(_) => return Poll::Ready(()),
            }
            if !must_linger || self.socket.shut_down_sending().is_err() {
                return Poll::Ready(());
            }
            self.poll_linger(cx, until, &mut discarded)
        })
        .await;
    }

    /// Whether the library came to an end by itself, after a GOAWAY of either side: nothing was read
    /// since.
    pub(super) fn has_said_all(&self) -> bool {
        self.has_opened && !self.peer_done && matches!(self.speech, Speech::Over)
    }

    /// Waits for room for the last words.
    fn poll_goodbye(&mut self, cx: &mut Context<'_>, until: Instant) -> Poll<()> {
        match self.socket.poll_writable(cx) {
            Poll::Ready(Ok(())) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Ready(Err(_)) => Poll::Ready(()),
            Poll::Pending => self.poll_patience(cx, until),
        }
    }

    /// Reads and throws away: unread bytes in the kernel would turn the close into a reset, and the
    /// reset can overtake the last words.
    fn poll_linger(
        &mut self,
        cx: &mut Context<'_>,
        until: Instant,
        discarded: &mut u64,
    ) -> Poll<()> {
        while *discarded < LINGER_BYTES_MAX {
            match with_desk(|desk| self.socket.poll_read(cx, desk)) {
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(count)) => {
                    self.live.count_received(count);
                    *discarded += count as u64;
                }
                Poll::Pending => return self.poll_patience(cx, until),
            }
        }
        Poll::Ready(())
    }

    fn poll_patience(&mut self, cx: &mut Context<'_>, until: Instant) -> Poll<()> {
        self.live.hear_orders(cx.waker());
        if self.live.order() == Order::Stop {
            return Poll::Ready(());
        }
        self.alarm.poll(cx, until)
    }

    /// Has the library say its last, or says it ourselves where it never came to a word.
    fn say_goodbye(&mut self, reason: Reason) {
        let cx = &mut Context::from_waker(Waker::noop());
        match std::mem::replace(&mut self.speech, Speech::Over) {
            Speech::Open(mut connection) => {
                connection.abrupt_shutdown(reason);
                // Ready once it has said so; not at all where there is no room for it.
                let _ = connection.poll_closed(cx);
            }
            Speech::Greeting(mut handshake) => {
                let _ = pin!(&mut handshake).poll(cx);
                self.grip.hold().add(&goodbye(reason));
            }
            Speech::Over if !self.has_opened => self.grip.hold().add(&goodbye(reason)),
            Speech::Over => {}
        }
    }

    /// Journals what was unfinished, and the end. The socket closes when this is dropped.
    pub(super) fn end(mut self, ending: Ending) {
        let now = clock::now();
        self.tell_verdicts(now);
        self.release();
        for pondered in std::mem::take(&mut self.pondered) {
            let target = pondered.asked.target();
            let journal = &self.room.journal;
            journal.broken(self.live.id, now, target, &pondered.exchange, 0);
        }
        let unsent = self.grip.hold().outgoing.len() as u64;
        let leaving = std::mem::take(&mut self.leaving).into_iter();
        let leaving = leaving.map(|one| (one.exchange.content_bytes, one.asked, one.exchange));
        let fed = std::mem::take(&mut self.feed.answers);
        let is_closed = ending == Ending::ClosedByClient;
        let tunnels = std::mem::take(&mut self.tunnels);
        for tunnel in tunnels.iter().filter(|_| is_closed) {
            self.tunnelled(tunnel, now);
        }
        let cut = { tunnels.into_iter() }
            .filter(|_| !is_closed)
            .map(|tunnel| (0, tunnel.asked, tunnel.exchange));
        let (endless, fed) =
            { fed.into_iter() }.partition::<Vec<_>, _>(|answer| is_closed && answer.is_endless());
        for answer in &endless {
            self.answered(answer, now);
        }
        let fed = fed
            .into_iter()
            .map(|answer| (answer.of, answer.asked, answer.exchange));
        let mut broken: Vec<(u64, Asked, Exchange)> = leaving.chain(fed).chain(cut).collect();
        for (of, asked, exchange) in &mut broken {
            // What waits here may belong to any of them: none is said to have more than it has.
            exchange.content_bytes = exchange.content_bytes.saturating_sub(unsent);
            let (of, target) = (*of, asked.target());
            let journal = &self.room.journal;
            journal.broken(self.live.id, now, target, exchange, of);
        }
        let progress = match &broken[..] {
            [(of, asked, exchange)] => Some((asked.target(), exchange.content_bytes, *of)),
            _ => None,
        };
        self.socket.take_leave();
        self.live.ended(ending, now, progress);
    }

    /// Gives back what limits hold for what is in hand.
    fn release(&mut self) {
        for pondered in &mut self.pondered {
            pondered.answer = None;
        }
        for answering in &mut self.feed.answers {
            answering.asked.release();
        }
        for tunnel in &mut self.tunnels {
            tunnel.asked.release();
        }
    }
}

/// A GOAWAY frame of our own: nothing was asked yet (RFC 9113 §6.8).
fn goodbye(reason: Reason) -> [u8; 17] {
    let mut frame = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    frame[13..].copy_from_slice(&u32::from(reason).to_be_bytes());
    frame
}
