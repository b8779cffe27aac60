//! How a connection's answers leave: at once if the kernel takes them, else as the peer does.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use hello_http1::After;

use super::drive::Conversation;
use super::limits::{BURST_BYTES_MAX, LINGER_BYTES_MAX};
use super::output::Step;
use super::turn::Turn;
use crate::clock;
use crate::driving::{ColdWindow, ending_of_write_error};
use crate::exchange::Ending;
use crate::observe::{Live, Order, State};
use crate::tasks;

/// What is remembered while an answer is being sent.
#[derive(Default)]
pub(super) struct Effort {
    /// What the kernel held for the client when its buffer became full.
    unacknowledged: Option<u64>,
}

impl Conversation {
    /// Sends what is queued, as far as the kernel takes it at once. True if that was everything.
    pub(super) fn send_now(&mut self, turn: &mut Turn) -> Result<bool, Ending> {
        self.announce_close(turn);
        while turn.owes() {
            if self.pace.is_some() || self.burst + turn.output.sent() >= BURST_BYTES_MAX {
                return Ok(false);
            }
            turn.release_before_the_end();
            match turn.output.send_some(&mut self.socket) {
                Ok(Step::Done) => break,
                Ok(Step::Some(_)) => {}
                Ok(Step::Full | Step::Cold(_)) => return Ok(false),
                Ok(Step::FileChanged) => return Err(Ending::FileChanged),
                Err(error) => return Err(ending_of_write_error(&error)),
            }
        }
        self.burst += turn.output.sent();
        self.settle(turn);
        Ok(true)
    }

    /// If the connection closes after what is queued, the kernel may hold the last packet for it.
    fn announce_close(&self, turn: &mut Turn) {
        if matches!(self.engine.after(), After::Close { .. }) {
            turn.output.close_follows();
        }
    }

    /// Everything queued is with the kernel.
    fn settle(&mut self, turn: &mut Turn) {
        let now = clock::now();
        self.live.count_sent(turn.output.newly_sent());
        let live: &Live = &self.live;
        turn.settle(&self.room.journal, live, now);
        live.enter(State::Waiting, turn.tick_ms);
        self.engine.sent(now);
        self.engine.resume_body(now);
    }

    /// Sends what is queued, however long the peer takes (within its deadline).
    pub(super) async fn send(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        let now = clock::now();
        // From the start, not from the first full buffer: whoever takes everything at once is
        // busy too, and must be neither shed as idle nor left out where answers are counted.
        self.live.enter(State::Sending, clock::tick_ms());
        self.engine.sending(now);
        // While we send, the body is not read: that is not the client's slowness.
        self.engine.hold_body(now);
        self.announce_close(turn);
        self.show_progress(turn);
        if self.burst + turn.output.sent() >= BURST_BYTES_MAX {
            self.burst = 0;
            tokio::task::yield_now().await;
        }
        let mut effort = Effort::default();
        loop {
            if let Some(window) = poll_fn(|cx| self.poll_send(cx, turn, &mut effort)).await? {
                // If the pool is gone the server is stopping, and sending may wait for the disk.
                let warming = tasks::blocking(move || window.warm());
                let _ = self.wait_for(warming).await?;
                turn.output.warmed();
                // The disk's time is not the client's.
                self.engine.sending(clock::now());
            } else {
                turn.tick_ms = clock::tick_ms();
                self.settle(turn);
                turn.running = None;
                return Ok(());
            }
        }
    }

    /// Sends a piece of an answer that is not complete, however long the peer takes.
    pub(super) async fn send_piece(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        self.live.enter(State::Sending, clock::tick_ms());
        self.engine.sending(clock::now());
        self.announce_close(turn);
        let mut effort = Effort::default();
        // Nothing in it is cold: a piece lies in memory.
        poll_fn(|cx| self.poll_send(cx, turn, &mut effort)).await?;
        self.live.count_sent(turn.output.newly_sent());
        turn.output.clear();
        self.engine.sent(clock::now());
        Ok(())
    }

    /// Lets others see which answer is leaving, and how far it has come.
    fn show_progress(&self, turn: &mut Turn) {
        self.live.count_sent(turn.output.newly_sent());
        turn.show_progress(&self.live);
    }

    /// Sends until everything is with the kernel (`None`) or a stretch of a file must be warmed.
    pub(super) fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        turn: &mut Turn,
        effort: &mut Effort,
    ) -> Poll<Result<Option<ColdWindow>, Ending>> {
        loop {
            let step = if self.pace.is_some() && turn.owes() {
                match ready!(self.poll_paced(cx, turn)) {
                    Ok(step) => Ok(step),
                    Err(ending) => return Poll::Ready(Err(ending)),
                }
            } else {
                turn.release_before_the_end();
                turn.output.send_some(&mut self.socket)
            };
            match step {
                Ok(Step::Done) => return Poll::Ready(Ok(None)),
                Ok(Step::Cold(window)) => return Poll::Ready(Ok(Some(window))),
                Ok(Step::FileChanged) => return Poll::Ready(Err(Ending::FileChanged)),
                Err(error) => return Poll::Ready(Err(ending_of_write_error(&error))),
                Ok(Step::Some(sent)) => {
                    self.engine.sending(clock::now());
                    self.live.enter(State::Sending, clock::tick_ms());
                    self.burst += sent as u64;
                    self.show_progress(turn);
                    effort.unacknowledged = None;
                    if self.burst >= BURST_BYTES_MAX {
                        if self.live.order() == Order::Stop {
                            return Poll::Ready(Err(Ending::CutShort));
                        }
                        self.burst = 0;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
                Ok(Step::Full) => {
                    if let Err(ending) = ready!(self.poll_room_to_send(cx, effort)) {
                        return Poll::Ready(Err(ending));
                    }
                }
            }
        }
    }

    /// Sends as much as the pace of the connection lets leave now, once it lets something.
    fn poll_paced(&mut self, cx: &mut Context<'_>, turn: &mut Turn) -> Poll<Result<Step, Ending>> {
        let Some(pace) = &mut self.pace else {
            return Poll::Ready(Ok(Step::Done));
        };
        let room = loop {
            let room = pace.room(clock::now());
            if room > 0 {
                break room;
            }
            self.live.hear_orders(cx.waker());
            if self.live.order() == Order::Stop {
                return Poll::Ready(Err(Ending::CutShort));
            }
            let at = pace.ready_at();
            ready!(self.alarm.poll(cx, at));
            pace.has_waited_until(at);
            // That was our time, not the client's.
            self.engine.sending(clock::now());
        };
        if turn.output.total() - turn.output.sent() <= room {
            turn.release_before_the_end();
        }
        let output = &mut turn.output;
        let before = output.sent();
        let sent = output.send_some_of(&mut self.socket, room);
        pace.took(output.sent() - before);
        Poll::Ready(sent.map_err(|error| ending_of_write_error(&error)))
    }

    fn poll_room_to_send(
        &mut self,
        cx: &mut Context<'_>,
        effort: &mut Effort,
    ) -> Poll<Result<(), Ending>> {
        loop {
            match self.socket.poll_writable(cx) {
                Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(ending_of_write_error(&error))),
                Poll::Pending => {}
            }
            self.live.hear_orders(cx.waker());
            if self.live.order() == Order::Stop {
                return Poll::Ready(Err(Ending::CutShort));
            }
            let held = effort.unacknowledged;
            if held.is_none() {
                effort.unacknowledged = self.socket.unacknowledged_bytes();
            }
            let Some(deadline) = self.engine.deadline() else {
                return Poll::Pending;
            };
            ready!(self.alarm.poll(cx, deadline.at));
            // The kernel calls a socket writable only when a good part of its buffer is free. A
            // slow client may have taken bytes all the same: then it has its time again.
            effort.unacknowledged = self.socket.unacknowledged_bytes();
            if held.is_none() || effort.unacknowledged >= held {
                return Poll::Ready(Err(Ending::WriteTimeout));
            }
            self.engine.sending(clock::now());
            self.live.enter(State::Sending, clock::tick_ms());
        }
    }

    /// Lets the client see the answer before the close: unread bytes in the kernel would turn the
    /// close into a reset, and the reset can overtake the answer (RFC 9112 §9.6).
    pub(super) async fn linger(&mut self, turn: &mut Turn) {
        self.live.enter(State::Draining, clock::tick_ms());
        if self.socket.shut_down_sending().is_err() {
            return;
        }
        let until = clock::now() + self.room.linger_timeout;
        let mut discarded = 0;
        poll_fn(|cx| {
            while discarded < LINGER_BYTES_MAX {
                turn.input.clear();
                match self.socket.poll_read(cx, turn.input.room()) {
                    Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
                    Poll::Ready(Ok(count)) => {
                        self.live.count_received(count);
                        discarded += count as u64;
                    }
                    Poll::Pending => {
                        self.live.hear_orders(cx.waker());
                        if self.live.order() == Order::Stop {
                            return Poll::Ready(());
                        }
                        return self.alarm.poll(cx, until);
                    }
                }
            }
            Poll::Ready(())
        })
        .await;
    }
}
