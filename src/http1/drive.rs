//! The life of a connection, from its first byte to its close.
//!
//! A connection is idle (it holds a socket, an engine, a place in the registry and one timer) or
//! in a [`Turn`]. In a turn it answers whatever has arrived, sends it, and reads on until nothing
//! is in hand.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hello_http1::{After, Connection, Limits, Next, Overdue, Persist, Refusal, Why};
use http::StatusCode;

use super::alarm::Alarm;
use super::input::Input;
use super::limits::{BURST_BYTES_MAX, LINGER_BYTES_MAX};
use super::output::{Output, Step};
use super::turn::{self, Later, Turn};
use crate::clock;
use crate::exchange::{Ending, Reason, RefusalFacts, Reply, Response};
use crate::i18n::Language;
use crate::net::Transport;
use crate::observe::{Journal, Live, Order, State};
use crate::site::Site;
use crate::tasks;

/// What all HTTP/1.1 connections of a server share.
pub struct Room {
    /// Who decides the answers.
    pub site: Arc<Site>,
    /// Who remembers what happened.
    pub journal: Arc<Journal>,
    /// The engine's limits.
    pub limits: Arc<Limits>,
    /// How long a refused client may take to hear the refusal.
    pub linger_timeout: Duration,
}

/// Serves one connection to its end, and journals the end.
pub async fn serve(socket: Transport, live: &Live, room: &Room) {
    let engine = Connection::new(room.limits.clone(), clock::now());
    let mut talk = Conversation {
        socket,
        engine,
        alarm: Alarm::default(),
        live,
        room,
    };
    loop {
        match talk.first_bytes().await {
            Ok(mut turn) => {
                let ended = talk.take_turn(&mut turn).await;
                if let Err(ending) = ended {
                    talk.end(turn, ending).await;
                    return;
                }
                turn.give_back();
            }
            Err(heard) => {
                let ending = talk.ending_when_idle(heard);
                room.journal.ended(live, ending, clock::now(), None);
                return;
            }
        }
    }
}

/// Tells a connection for which there is no room so, as far as one write goes, and closes it.
pub async fn refuse_for_lack_of_room(socket: Transport, live: &Live, room: &Room) {
    let now = clock::now();
    let mut talk = Conversation {
        socket,
        engine: Connection::new(room.limits.clone(), now),
        alarm: Alarm::default(),
        live,
        room,
    };
    let mut turn = Turn::lend(talk.input_bytes());
    // The answer does not wait for the request: reading it is what there is no room for.
    talk.engine.close_after_this();
    let reason = Reason::Overloaded;
    let response = room.site.refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        reason.name(),
        Language::English,
    );
    if turn.refuse(&mut talk.engine, now, response).is_ok() {
        let _ = talk.flush(&mut turn.output).await;
        talk.linger(&mut turn).await;
    }
    room.journal
        .ended(live, Ending::Overloaded, clock::now(), None);
    turn.give_back();
}

/// What woke a connection that waited for bytes.
#[derive(Clone, Copy, Debug)]
enum Heard {
    Bytes,
    End,
    Reset,
    Overdue,
    Order(Order),
}

/// How sending ended.
enum Flushed {
    Done,
    Ended(Ending),
}

/// One connection with everything it needs.
struct Conversation<'a> {
    socket: Transport,
    engine: Connection,
    alarm: Alarm,
    live: &'a Live,
    room: &'a Room,
}

impl Conversation<'_> {
    fn input_bytes(&self) -> usize {
        let limits = &self.room.limits;
        limits
            .head_bytes_max
            .max(limits.trailer_bytes_max)
            .max(limits.chunk_line_bytes_max)
    }

    /// Waits while nothing is in hand. The buffers are lent only when there is something to read.
    async fn first_bytes(&mut self) -> Result<Box<Turn>, Heard> {
        poll_fn(|cx| {
            let mut turn = Turn::lend(self.input_bytes());
            match self.poll_bytes(cx, &mut turn.input, Order::Shed) {
                Poll::Ready(Heard::Bytes) => Poll::Ready(Ok(turn)),
                other => {
                    turn.give_back();
                    other.map(Err)
                }
            }
        })
        .await
    }

    /// Reads what is there, or hears why there is nothing to wait for. Orders milder than `heed`
    /// are left for later.
    fn poll_bytes(&mut self, cx: &mut Context<'_>, input: &mut Input, heed: Order) -> Poll<Heard> {
        match self.socket.poll_read(cx, input.room()) {
            Poll::Ready(Ok(0)) => Poll::Ready(Heard::End),
            Poll::Ready(Ok(count)) => {
                input.filled(count);
                self.live.count_received(count);
                Poll::Ready(Heard::Bytes)
            }
            Poll::Ready(Err(_)) => Poll::Ready(Heard::Reset),
            Poll::Pending => self.poll_interruption(cx, heed),
        }
    }

    fn poll_interruption(&mut self, cx: &mut Context<'_>, heed: Order) -> Poll<Heard> {
        self.live.hear_orders(cx.waker());
        let order = self.live.order();
        // A request that has just arrived is still answered; the poller is about to say so.
        if order >= heed && (order == Order::Stop || !self.socket.has_unread_bytes()) {
            return Poll::Ready(Heard::Order(order));
        }
        match self.engine.deadline() {
            Some(deadline) => self.alarm.poll(cx, deadline.at).map(|()| Heard::Overdue),
            None => Poll::Pending,
        }
    }

    /// Answers everything that arrives until nothing is in hand. An error is the connection's end.
    async fn take_turn(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        let mut now = clock::now();
        self.live.enter(State::Answering, now);
        loop {
            match turn.receive(&mut self.engine, now) {
                Ok(Next::Request { consumed }) => {
                    self.exchange(turn, now).await?;
                    turn.input.consume(consumed);
                    if turn.output.is_full() {
                        self.send(turn).await?;
                    }
                }
                Ok(Next::Data { end, .. }) => turn.input.consume(end),
                Ok(Next::End { consumed }) => turn.input.consume(consumed),
                Ok(Next::NeedBytes { consumed }) => {
                    turn.input.consume(consumed);
                    self.send(turn).await?;
                    match self.engine.after() {
                        After::NextRequest if turn.input.is_empty() => break,
                        After::NextRequest | After::Busy => self.more_bytes(turn).await?,
                        After::Close { .. } | After::Switched => return Err(self.own_ending()),
                    }
                    now = clock::now();
                }
                Ok(Next::Paused | Next::Upgraded | Next::Closed) => {
                    self.send(turn).await?;
                    return Err(self.own_ending());
                }
                Err(refusal) => return Err(self.refuse(turn, refusal).await),
            }
        }
        self.live.enter(State::Waiting, clock::now());
        Ok(())
    }

    /// Gets one answer and queues it.
    async fn exchange(&mut self, turn: &mut Turn, now: Instant) -> Result<(), Ending> {
        if self.live.order() >= Order::Shed {
            self.engine.close_after_this();
        }
        let response = {
            let view = turn.view();
            match turn::ask(&self.room.site, view.request(&self.live.peer)) {
                Reply::Now(response) => response,
                Reply::Later(later) => self.wait_for(later).await?,
            }
        };
        let panicked = response.reason == Some(Reason::Panicked);
        let queued = turn.answer(&mut self.engine, self.live, now, response);
        if queued.is_err() {
            Err(Ending::Failed)
        } else if panicked {
            self.send(turn).await
        } else {
            Ok(())
        }
    }

    /// Waits for an answer that takes time; only an order to stop interrupts it.
    async fn wait_for(&mut self, mut later: Later<'_>) -> Result<Response, Ending> {
        poll_fn(|cx| {
            if let Poll::Ready(response) = later.as_mut().poll(cx) {
                return Poll::Ready(Ok(response));
            }
            self.live.hear_orders(cx.waker());
            if self.live.order() == Order::Stop {
                return Poll::Ready(Err(Ending::CutShort));
            }
            Poll::Pending
        })
        .await
    }

    /// Reads more of a request that has begun.
    async fn more_bytes(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        self.live.enter(State::Reading, clock::now());
        loop {
            let heard = poll_fn(|cx| self.poll_bytes(cx, &mut turn.input, Order::Stop)).await;
            match heard {
                Heard::Bytes => return Ok(()),
                Heard::Reset => return Err(Ending::ResetByClient),
                Heard::Order(_) => return Err(Ending::CutShort),
                Heard::End => {
                    return Err(match self.engine.receive_end() {
                        Ok(()) => Ending::ClosedByClient,
                        Err(_) => Ending::LeftMidRequest,
                    });
                }
                Heard::Overdue => match self.engine.expire(clock::now()) {
                    None => {}
                    Some(overdue) => match overdue.refusal() {
                        Some(refusal) => return Err(self.refuse(turn, refusal).await),
                        None => return Err(ending_of(overdue)),
                    },
                },
            }
        }
    }

    /// Answers a refusal. The connection ends with it.
    async fn refuse(&mut self, turn: &mut Turn, refusal: Refusal) -> Ending {
        if matches!(refusal, Refusal::TruncatedHead | Refusal::TruncatedBody) {
            return Ending::LeftMidRequest;
        }
        let site = &self.room.site;
        let response = site.refuse(refusal.status(), refusal.name(), Language::English);
        // An answer that has begun cannot be taken back; then the close has to speak for itself.
        let _ = turn.refuse(&mut self.engine, clock::now(), response);
        match self.send(turn).await {
            Ok(()) => Ending::Refused(RefusalFacts {
                name: refusal.name(),
                status: refusal.status().as_u16(),
                rfc: refusal.rfc(),
            }),
            Err(ending) => ending,
        }
    }

    /// Sends what is queued and journals what was answered.
    async fn send(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        if turn.owes() {
            match self.flush(&mut turn.output).await {
                Flushed::Done => {}
                Flushed::Ended(ending) => return Err(ending),
            }
        }
        turn.settle(&self.room.journal, self.live, clock::now());
        Ok(())
    }

    async fn flush(&mut self, output: &mut Output) -> Flushed {
        let mut patience = clock::now() + self.room.limits.write_timeout;
        let mut burst = 0;
        loop {
            let step = poll_fn(|cx| self.poll_flush(cx, output, &mut patience, &mut burst)).await;
            match step {
                Ok(Step::Cold(window)) => {
                    // A panic in there is impossible; if the pool is gone, sending may wait.
                    let _ = tasks::blocking(move || window.warm()).await;
                }
                Ok(Step::FileChanged) => return Flushed::Ended(Ending::FileChanged),
                Ok(Step::Done | Step::Some(_) | Step::Full) => return Flushed::Done,
                Err(ending) => return Flushed::Ended(ending),
            }
        }
    }

    fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        output: &mut Output,
        patience: &mut Instant,
        burst: &mut u64,
    ) -> Poll<Result<Step, Ending>> {
        loop {
            match output.send_some(&self.socket) {
                Ok(Step::Done) => return Poll::Ready(Ok(Step::Done)),
                Ok(Step::Some(sent)) => {
                    *patience = clock::now() + self.room.limits.write_timeout;
                    *burst += sent as u64;
                    if *burst >= BURST_BYTES_MAX {
                        *burst = 0;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
                Ok(Step::Full) => {
                    self.live.enter(State::Sending, clock::now());
                    if let Err(ending) = ready!(self.poll_room_to_send(cx, *patience)) {
                        return Poll::Ready(Err(ending));
                    }
                }
                Ok(step) => return Poll::Ready(Ok(step)),
                Err(error) => return Poll::Ready(Err(ending_of_error(&error))),
            }
        }
    }

    fn poll_room_to_send(
        &mut self,
        cx: &mut Context<'_>,
        patience: Instant,
    ) -> Poll<Result<(), Ending>> {
        match self.socket.poll_writable(cx) {
            Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
            Poll::Ready(Err(error)) => return Poll::Ready(Err(ending_of_error(&error))),
            Poll::Pending => {}
        }
        self.live.hear_orders(cx.waker());
        if self.live.order() == Order::Stop {
            return Poll::Ready(Err(Ending::CutShort));
        }
        self.alarm
            .poll(cx, patience)
            .map(|()| Err(Ending::WriteTimeout))
    }

    fn ending_when_idle(&mut self, heard: Heard) -> Ending {
        match heard {
            Heard::Bytes | Heard::End => Ending::ClosedByClient,
            Heard::Reset => Ending::ResetByClient,
            Heard::Overdue => self
                .engine
                .expire(clock::now())
                .map_or(Ending::IdleTimeout, ending_of),
            Heard::Order(Order::Shed) => Ending::Shed,
            Heard::Order(_) => Ending::Drained,
        }
    }

    /// Why we close a connection that the client would have kept.
    fn own_ending(&self) -> Ending {
        match self.engine.state().2 {
            Persist::Close(Why::ServerAsked) if self.live.order() == Order::Shed => Ending::Shed,
            Persist::Close(Why::ServerAsked) => Ending::Drained,
            Persist::Close(Why::UnreadBody | Why::UnmetExpectation) => Ending::UnreadBody,
            Persist::Close(Why::BrokenAnswer) => Ending::Failed,
            Persist::Close(_) | Persist::Keep => Ending::ClosedAsAsked,
        }
    }

    /// Journals the end, closes as the end demands, gives the buffers back.
    async fn end(&mut self, mut turn: Box<Turn>, ending: Ending) {
        let now = clock::now();
        let Self { live, room, .. } = *self;
        let journal = &room.journal;
        match turn.settle_broken(journal, live, now) {
            Some(broken) => {
                journal.broken(live.id, now, broken.target, broken.exchange, broken.of);
                let progress = (broken.target, broken.exchange.content_bytes, broken.of);
                journal.ended(live, ending, now, Some(progress));
                // Whoever has half an answer must not take it for the whole.
                let _ = self.socket.reset_on_close();
            }
            None => {
                if matches!(self.engine.after(), After::Close { linger: true }) {
                    self.linger(&mut turn).await;
                }
                journal.ended(live, ending, clock::now(), None);
            }
        }
        turn.give_back();
    }

    /// Lets the client see the answer before the close: unread bytes in the kernel would turn the
    /// close into a reset, and the reset can overtake the answer (RFC 9112 §9.6).
    async fn linger(&mut self, turn: &mut Turn) {
        self.live.enter(State::Draining, clock::now());
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
                    Poll::Ready(Ok(count)) => discarded += count as u64,
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

fn ending_of(overdue: Overdue) -> Ending {
    match overdue {
        Overdue::FirstByte => Ending::FirstByteTimeout,
        Overdue::Idle => Ending::IdleTimeout,
        Overdue::Send => Ending::WriteTimeout,
        // These are answered 408 and end as a refusal; here the answer had begun already.
        Overdue::Head | Overdue::Body => Ending::LeftMidRequest,
    }
}

fn ending_of_error(error: &io::Error) -> Ending {
    match error.kind() {
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::NotConnected
        | io::ErrorKind::TimedOut => Ending::ResetByClient,
        _ => Ending::Failed,
    }
}
