//! What a connection waits for, and for how long.

use std::task::{Context, Poll};
use std::time::Instant;

use h2::Reason;

use super::conversation::Conversation;
use super::feed::{Answering, Left};
use super::offence::Offence;
use super::takeover::Tunnel;
use crate::clock;
use crate::driving::ending_of_write_error;
use crate::exchange::Ending;
use crate::observe::{Order, State};

/// What a deadline is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overdue {
    /// Nobody asks for anything.
    Idle,
    /// A frame has begun and does not end.
    Frame,
    /// The client takes nothing of what was said.
    Write,
    /// The client opens no window for an answer.
    Window,
    /// In a tunnel, neither side says anything.
    Silence,
    /// A body that nobody reads does not end.
    Body,
    /// More may leave of what is held to a pace: nobody is late.
    Pace,
}

impl Conversation {
    /// Nothing more can be done at once: waits, or ends.
    pub(super) fn rest(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        let is_idle = self.is_idle();
        let state = if is_idle {
            State::Waiting
        } else if self.feed.answers.is_empty() && self.leaving.is_empty() && self.tunnels.is_empty()
        {
            State::Answering
        } else {
            State::Sending
        };
        if self.live.state() != state || std::mem::take(&mut self.has_settled) {
            self.live.enter(state, clock::tick_ms());
            self.has_settled = false;
        }
        if is_idle {
            self.burst = 0;
        }
        if is_idle && self.has_said_all() {
            return Poll::Ready(Err(self.own_ending()));
        }
        if self.peer_done && (is_idle || self.is_cut_off()) {
            return Poll::Ready(Err(self.ending_without_peer(is_idle)));
        }
        self.live.hear_orders(cx.waker());
        match self.live.order() {
            Order::Stop if is_idle => return Poll::Ready(Err(Ending::Drained)),
            Order::Stop => return Poll::Ready(Err(Ending::CutShort)),
            // A request that has just arrived is still answered; the poller is about to say so. One
            // that has begun may be finished while we stop.
            Order::Drain if self.mid_frame.is_some() => {}
            Order::Shed | Order::Drain if is_idle && !self.socket.has_unread_bytes() => {
                return Poll::Ready(Err(self.own_ending()));
            }
            // It came after the turn, and before there was anybody to wake.
            Order::Shed | Order::Drain if self.has_to_say_that_we_leave() => {
                return Poll::Ready(Ok(()));
            }
            _ => {}
        }
        if !self.grip.hold().outgoing.is_empty() {
            match self.socket.poll_writable(cx) {
                Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => {
                    return Poll::Ready(Err(ending_of_write_error(&error)));
                }
                Poll::Pending => {}
            }
            if self.unacknowledged.is_none() {
                self.unacknowledged = self.socket.unacknowledged_bytes();
            }
        }
        self.poll_deadline(cx)
    }

    /// Whether a client that says nothing more will never let us finish.
    fn is_cut_off(&self) -> bool {
        self.pondered.is_empty()
            && self.grip.hold().outgoing.is_empty()
            && self.feed.answers.iter().all(Answering::is_waiting)
    }

    fn ending_without_peer(&self, is_idle: bool) -> Ending {
        let is_served = is_idle || self.feed.answers.iter().all(Answering::is_endless);
        let is_mid_request = self.mid_frame.is_some() || !self.unread.is_empty();
        match (is_served, is_mid_request) {
            (false, _) => Ending::ResetByClient,
            (true, true) => Ending::LeftMidRequest,
            (true, false) => Ending::ClosedByClient,
        }
    }

    /// Waits for the next deadline, and does what it asks for.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        loop {
            let Some((at, overdue)) = self.deadline() else {
                return Poll::Pending;
            };
            if self.alarm.poll(cx, at).is_pending() {
                return Poll::Pending;
            }
            let ending = match overdue {
                Overdue::Idle if !self.has_opened => Ending::FirstByteTimeout,
                Overdue::Idle => Ending::IdleTimeout,
                Overdue::Frame => Offence::SlowFrame.ending(),
                Overdue::Body => {
                    let now = clock::now();
                    self.unread.give_up(&self.room.limits, now);
                    return Poll::Ready(self.understand(now, clock::tick_ms()));
                }
                Overdue::Write => {
                    // The kernel calls a socket writable only when a good part of its buffer is
                    // free. A slow client may have taken bytes all the same.
                    let held = self.unacknowledged;
                    self.unacknowledged = self.socket.unacknowledged_bytes();
                    if held.is_some() && self.unacknowledged < held {
                        self.since = clock::now();
                        continue;
                    }
                    Ending::WriteTimeout
                }
                Overdue::Pace => {
                    if let Some(pace) = &mut self.pace {
                        pace.has_waited_until(at);
                    }
                    return Poll::Ready(Ok(()));
                }
                Overdue::Silence => {
                    let now = clock::now();
                    self.give_up_silent(now);
                    return Poll::Ready(self.understand(now, clock::tick_ms()));
                }
                Overdue::Window => {
                    let now = clock::now();
                    if self.give_up_stalled(now) {
                        // So that the resets leave.
                        return Poll::Ready(self.understand(now, clock::tick_ms()));
                    }
                    Ending::WriteTimeout
                }
            };
            return Poll::Ready(Err(ending));
        }
    }

    fn deadline(&self) -> Option<(Instant, Overdue)> {
        let limits = &self.room.limits;
        let is_sending = !self.grip.hold().outgoing.is_empty();
        let write = is_sending.then(|| (self.since + limits.write_timeout, Overdue::Write));
        let frame = self
            .mid_frame
            .map(|since| (since + limits.head_timeout, Overdue::Frame));
        let tunnels = { self.tunnels.iter() }
            .filter(|tunnel| tunnel.is_stalled())
            .map(|tunnel| tunnel.progress);
        let stalled = { self.feed.answers.iter() }
            .filter(|answer| answer.is_stalled())
            .map(|answer| answer.progress)
            .chain(tunnels)
            .map(|progress| (progress + limits.write_timeout, Overdue::Window))
            .min_by_key(|(at, _)| *at);
        let idle = self.is_idle().then(|| {
            let patience = if self.has_opened {
                limits.idle_timeout
            } else {
                limits.first_byte_timeout
            };
            (self.since + patience, Overdue::Idle)
        });
        let body = self.unread.deadline(limits).map(|at| (at, Overdue::Body));
        let silence = { self.tunnels.iter() }
            .map(|tunnel| (tunnel.since + self.room.tunnel_timeout, Overdue::Silence))
            .min_by_key(|(at, _)| *at);
        let pace = { self.pace.as_ref() }
            .filter(|_| self.feed.waits_for_pace())
            .map(|pace| (pace.ready_at(), Overdue::Pace));
        let all = [write, frame, stalled, idle, body, silence, pace];
        all.into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Resets tunnels in which neither side has said anything for too long.
    fn give_up_silent(&mut self, now: Instant) {
        let patience = self.room.tunnel_timeout;
        let is_silent = |tunnel: &mut Tunnel| tunnel.since + patience <= now;
        self.give_up_tunnels(is_silent, now);
    }

    fn give_up_tunnels(&mut self, is_late: impl FnMut(&mut Tunnel) -> bool, now: Instant) {
        let tunnels: Vec<Tunnel> = self.tunnels.extract_if(.., is_late).collect();
        for mut tunnel in tunnels {
            tunnel.reset(Reason::CANCEL);
            tunnel.asked.release();
            self.tunnelled(&tunnel, now);
        }
    }

    /// Resets answers whose window the client has not opened in time. Whether others are left for
    /// whom the connection is worth keeping.
    fn give_up_stalled(&mut self, now: Instant) -> bool {
        let patience = self.room.limits.write_timeout;
        let is_late =
            |tunnel: &mut Tunnel| tunnel.is_stalled() && tunnel.progress + patience <= now;
        self.give_up_tunnels(is_late, now);
        let mut left = Vec::new();
        let mut place = 0;
        while let Some(answer) = self.feed.answers.get(place) {
            if answer.is_stalled() && answer.progress + patience <= now {
                left.push((self.feed.answers.remove(place), Left::Broken));
            } else {
                place += 1;
            }
        }
        if self.is_idle() {
            // Nobody is left: as where a client takes nothing in HTTP/1.1.
            self.feed
                .answers
                .extend(left.into_iter().map(|(answer, _)| answer));
            return false;
        }
        for (answer, _) in &mut left {
            answer.reset(Reason::CANCEL);
        }
        self.bid_farewell(&mut left, now);
        true
    }

    /// Why we end a connection that the client would have kept.
    pub(super) fn own_ending(&self) -> Ending {
        match self.live.order() {
            Order::Carry => Ending::ClosedByClient,
            Order::Shed => Ending::Shed,
            Order::Drain | Order::Stop => Ending::Drained,
        }
    }
}
