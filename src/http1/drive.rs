//! The life of a connection, from its first byte to its close.
//!
//! A connection is idle (it holds a socket, an engine, a place in the registry and one timer) or
//! in a [`Turn`]. What can be done at once is done by [`Conversation::advance`], without waiting
//! and without a future: for most requests that is everything. What has to wait (for more bytes,
//! for room in the kernel's buffer, for a disk) is pursued in a future boxed for that turn.
//!
//! How answers leave is in `send.rs`.

use std::future::{Future, poll_fn};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use hello_http1::{After, Connection, Next, Overdue, Persist, Reading, Refusal, Why, Writing};
use http::StatusCode;

use super::input::Input;
use super::limits::BURST_BYTES_MAX;
use super::turn::Turn;
use crate::clock;
use crate::driving::{
    Alarm, Asker, Handover, Pace, Room, Witness, ask, asker_of, caught, ending_of_read_error,
};
use crate::exchange::{Answer, Ending, Limited, Patient, Reason, RefusalFacts, Reply, Response};
use crate::i18n::Language;
use crate::net::Permit;
use crate::observe::{Order, State};
use crate::tls::Channel;

/// Serves one connection to its end, and journals the end; unless the client turns out to speak
/// HTTP/2, which is somebody else's business.
pub fn serve(
    socket: Channel,
    live: Witness,
    permit: Permit,
    room: Arc<Room>,
) -> impl Future<Output = Option<Box<Handover>>> + Send {
    let mut talk = Conversation::new(socket, live, permit, room);
    async move {
        let mut kept = None;
        while let Ok(mut turn) = talk.first_bytes(kept.take()).await {
            let need = talk.advance(&mut turn);
            let over = match need {
                Need::Nothing => None,
                Need::End(ending) => Some(Over::Ended(ending)),
                Need::Http2 => Some(Over::Http2),
                need => Box::pin(talk.pursue(&mut turn, need)).await.err(),
            };
            match over {
                None => kept = Some(turn.cleared()),
                Some(Over::Http2) => return Some(Box::new(talk.hand_over(turn))),
                Some(Over::Ended(ending)) => {
                    if talk.must_linger(&turn) {
                        Box::pin(talk.linger(&mut turn)).await;
                    }
                    talk.end(turn, ending);
                    return None;
                }
            }
            if talk.burst >= BURST_BYTES_MAX {
                talk.burst = 0;
                if let Some(turn) = kept.take() {
                    turn.put_back();
                }
                tokio::task::yield_now().await;
            }
        }
        None
    }
}

/// Tells a connection for which there is no room so, and closes it. The request is not read.
pub async fn refuse_for_lack_of_room(
    socket: Channel,
    live: Witness,
    permit: Permit,
    room: Arc<Room>,
) {
    let mut talk = Conversation::new(socket, live, permit, room);
    let mut turn = Turn::lend(talk.input_bytes());
    let (status, reason) = (StatusCode::SERVICE_UNAVAILABLE, Reason::Overloaded);
    let response = talk
        .room
        .sites
        .now()
        .refuse(status, reason.name(), Language::English);
    let queued = talk
        .engine
        .turn_away()
        .and_then(|()| turn.refuse(&mut talk.engine, clock::now(), response));
    if queued.is_ok() && talk.send(&mut turn).await.is_ok() {
        talk.linger(&mut turn).await;
    }
    talk.end(turn, Ending::Overloaded);
}

/// What woke a connection that waited for bytes.
#[derive(Clone, Copy, Debug)]
enum Heard {
    Bytes,
    End,
    /// Nothing that could be read.
    Broken(io::ErrorKind),
    Overdue,
    Order(Order),
}

/// What a turn needs before it can go on.
enum Need {
    /// Nothing is in hand: the turn is over.
    Nothing,
    /// The client speaks HTTP/2: that is another driver's business.
    Http2,
    /// The site has to wait for the answer to the request in hand.
    Answer,
    /// More of a request that has begun.
    Bytes,
    /// Room in the kernel's buffer, or a stretch of a file in memory.
    Sending,
    /// The content of the answer in hand, which is made while it is sent.
    Content,
    /// The client is to be told that it broke a rule.
    Refusal(Refusal),
    /// The connection is over.
    End(Ending),
}

/// How a turn came to the end of this conversation.
enum Over {
    Ended(Ending),
    Http2,
}

impl From<Ending> for Over {
    fn from(ending: Ending) -> Self {
        Self::Ended(ending)
    }
}

/// One connection with everything it needs. Fields are dropped in order: the socket is closed
/// before the place is given back, so that a free place is really free.
pub(super) struct Conversation {
    pub(super) socket: Channel,
    pub(super) engine: Connection,
    pub(super) alarm: Alarm,
    pub(super) live: Witness,
    pub(super) room: Arc<Room>,
    /// Bytes sent since others had their turn on this worker.
    pub(super) burst: u64,
    /// How fast its answers may leave, if that is limited.
    pub(super) pace: Option<Box<Pace>>,
    permit: Permit,
}

impl Conversation {
    pub(super) fn new(socket: Channel, live: Witness, permit: Permit, room: Arc<Room>) -> Self {
        // The first byte is waited for from here on: a handshake has its own time.
        let since = match &socket {
            Channel::Plain(_) => live.since,
            Channel::Sealed(_) => clock::now(),
        };
        let mut engine = Connection::new(room.limits.clone(), since);
        if let (Channel::Sealed(_), Some(fields)) = (&socket, &room.private_only) {
            engine.always_say(fields.fields.clone());
        }
        let alarm = Alarm::default();
        Self {
            socket,
            engine,
            alarm,
            live,
            room,
            burst: 0,
            pace: None,
            permit,
        }
    }

    pub(super) fn input_bytes(&self) -> usize {
        let limits = &self.room.limits;
        limits
            .head_bytes_max
            .max(limits.trailer_bytes_max)
            .max(limits.chunk_line_bytes_max)
    }

    /// Waits while nothing is in hand. The buffers are lent only when there is something to read, and
    /// those of the turn before are `kept` no longer than that.
    /// Otherwise the connection's end is journalled, and an error.
    async fn first_bytes(&mut self, mut kept: Option<Box<Turn>>) -> Result<Box<Turn>, ()> {
        poll_fn(|cx| {
            let kept = kept.take();
            let mut turn = kept.unwrap_or_else(|| Turn::lend(self.input_bytes()));
            match self.poll_bytes(cx, &mut turn.input, Order::Shed) {
                Poll::Ready(Heard::Bytes) => Poll::Ready(Ok(turn)),
                Poll::Ready(heard) => {
                    let ending = self.ending_when_idle(heard);
                    self.end(turn, ending);
                    Poll::Ready(Err(()))
                }
                Poll::Pending => {
                    turn.put_back();
                    self.burst = 0;
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Reads what is there, or hears why there is nothing to wait for. Orders milder than `heed`
    /// are left for later.
    #[inline]
    fn poll_bytes(&mut self, cx: &mut Context<'_>, input: &mut Input, heed: Order) -> Poll<Heard> {
        match self.socket.poll_read(cx, input.room()) {
            Poll::Ready(Ok(0)) => Poll::Ready(Heard::End),
            Poll::Ready(Ok(count)) => {
                input.filled(count);
                self.live.count_received(count);
                Poll::Ready(Heard::Bytes)
            }
            Poll::Ready(Err(error)) => Poll::Ready(Heard::Broken(error.kind())),
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

    /// Answers everything that has arrived and sends it, as far as nothing has to be waited for.
    fn advance(&mut self, turn: &mut Turn) -> Need {
        let now = clock::now();
        turn.tick_ms = clock::tick_ms();
        turn.wanted = self.room.journal.wanted();
        loop {
            match turn.receive(&mut self.engine, now) {
                Ok(Next::Request { consumed }) => {
                    turn.found(consumed);
                    match self.answer_now(turn, now) {
                        Ok(true) if turn.output.is_full() => match self.send_now(turn) {
                            Ok(true) => {}
                            Ok(false) => return Need::Sending,
                            Err(ending) => return Need::End(ending),
                        },
                        Ok(true) => {}
                        Ok(false) => return Need::Answer,
                        Err(ending) => return Need::End(ending),
                    }
                }
                Ok(Next::Data { end, .. }) => turn.input.consume(end),
                Ok(Next::End { consumed }) => turn.input.consume(consumed),
                Ok(Next::NeedBytes { consumed }) => {
                    turn.input.consume(consumed);
                    return self.rest(turn);
                }
                Ok(Next::Paused | Next::Upgraded | Next::Closed) => return self.rest(turn),
                Err(Refusal::Http2Preface) if self.speaks_http2(turn) => return Need::Http2,
                Err(refusal) => return Need::Refusal(refusal),
            }
        }
    }

    /// Whether what was refused as the opening words of HTTP/2 is all of them, in clear and at the
    /// very beginning. With TLS it would have been agreed in the handshake.
    fn speaks_http2(&self, turn: &Turn) -> bool {
        let is_plain = matches!(self.socket, Channel::Plain(_));
        is_plain && self.engine.opens_http2(turn.input.unread())
    }

    /// Leaves the connection, and what was said on it, to another driver.
    fn hand_over(self, turn: Box<Turn>) -> Handover {
        let heard = turn.input.unread().to_vec();
        turn.give_back();
        Handover {
            channel: self.socket,
            live: self.live,
            permit: self.permit,
            heard,
        }
    }

    /// Nothing more can be understood: sends what is queued and sees what the turn needs.
    fn rest(&mut self, turn: &mut Turn) -> Need {
        match self.send_now(turn) {
            Ok(true) => match self.engine.after() {
                After::NextRequest if turn.input.is_empty() => Need::Nothing,
                After::Busy | After::Switched if turn.streaming.is_some() => Need::Content,
                After::NextRequest | After::Busy => Need::Bytes,
                After::Close { .. } | After::Switched => Need::End(self.own_ending()),
            },
            Ok(false) => Need::Sending,
            Err(ending) => Need::End(ending),
        }
    }

    /// Queues the answer to the request in hand, unless the site has to wait for it.
    fn answer_now(&mut self, turn: &mut Turn, now: Instant) -> Result<bool, Ending> {
        let response = {
            let sites = self.room.sites.now();
            turn.hear_who_asks(&self.live, &sites);
            let view = turn.view();
            let request = view.request(&self.live.peer, &self.socket, turn.tick_ms);
            let Reply::Now(response) = ask(&sites, request) else {
                // Asked again where waiting is possible: judging has no effects.
                return Ok(false);
            };
            response
        };
        self.queue(turn, (now, now), response).map(|()| true)
    }

    /// Queues an answer: when it was begun, and what time it is.
    pub(super) fn queue(
        &mut self,
        turn: &mut Turn,
        times: (Instant, Instant),
        response: Response,
    ) -> Result<(), Ending> {
        if self.live.order() >= Order::Shed {
            self.engine.close_after_this();
        }
        if response.limited.is_some() || self.pace.is_some() {
            self.keep_limits(turn, response.limited.as_deref());
        }
        if turn
            .answer(&mut self.engine, &self.live, times, response)
            .is_ok()
        {
            return Ok(());
        }
        // A head that cannot be written is a bug of ours: the client is told so, as of a panic.
        let reason = Reason::Panicked;
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let refusal = self
            .room
            .sites
            .now()
            .refuse(status, reason.name(), Language::English);
        turn.answer(&mut self.engine, &self.live, times, refusal.because(reason))
            .map_err(|_misuse| Ending::Failed)
    }

    /// Does what limits say of the answer that is queued next.
    #[cold]
    fn keep_limits(&mut self, turn: &Turn, limited: Option<&Limited>) {
        if let Some(most) = limited.and_then(|limited| limited.body_bytes_max) {
            self.engine.discard_at_most(most);
        }
        let bandwidth = limited.and_then(|limited| limited.bandwidth);
        match (&mut self.pace, bandwidth) {
            (Some(pace), Some(rate)) => pace.change(rate, clock::now()),
            (None, Some(rate)) => self.pace = Some(Box::new(Pace::new(rate, clock::now()))),
            // What is before it still has its pace.
            (Some(_), None) if turn.owes() => {}
            (_, None) => self.pace = None,
        }
    }

    /// Goes on with a turn that has to wait, until nothing is in hand. An error is the end.
    async fn pursue(&mut self, turn: &mut Turn, mut need: Need) -> Result<(), Over> {
        loop {
            match need {
                Need::Nothing => return Ok(()),
                Need::Answer => self.wait_for_answer(turn).await?,
                Need::Bytes => self.more_bytes(turn).await?,
                Need::Sending => self.send(turn).await?,
                Need::Content => self.stream(turn).await?,
                Need::Refusal(refusal) => return Err(self.refuse(turn, refusal).await.into()),
                Need::End(ending) => return Err(ending.into()),
                Need::Http2 => return Err(Over::Http2),
            }
            need = self.advance(turn);
            if !matches!(need, Need::Sending | Need::Content) {
                // What was waited for has been answered meanwhile.
                turn.running = None;
            }
        }
    }

    /// Gets the answer to the request in hand from the site, which has to wait for it.
    async fn wait_for_answer(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        let begun = clock::now();
        self.send(turn).await?;
        self.live.enter(State::Answering, clock::tick_ms());
        turn.begin(&self.live, begun);
        self.hint(turn).await?;
        let sites = self.room.sites.held();
        let waited = {
            let view = turn.view();
            let request = view.request(&self.live.peer, &self.socket, turn.tick_ms);
            match ask(&sites, request) {
                Reply::Now(response) => Ok(response),
                Reply::Later(later) => Ok(self.wait_for(later).await?),
                Reply::Patient(patient) => Err((patient, asker_of(&sites, &request))),
            }
        };
        let response = match waited {
            Ok(response) => response,
            Err((patient, asker)) => self.wait_patiently(turn, patient, asker).await?,
        };
        // What was found meanwhile may be younger than the question, but must not be younger than its
        // answer (RFC 9110 §8.8.2.1).
        self.queue(turn, (begun, clock::now()), response)
    }

    /// Says what the answer is likely to link to, if the site knows.
    async fn hint(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        let hints = {
            let view = turn.view();
            let request = view.request(&self.live.peer, &self.socket, turn.tick_ms);
            self.room.sites.now().hints(&request)
        };
        if let Some(hints) = hints {
            turn.hint(&mut self.engine, &hints);
            self.send_piece(turn).await?;
            self.live.enter(State::Answering, clock::tick_ms());
        }
        Ok(())
    }

    /// Waits for an answer that may take long. Meanwhile no more is held than the request.
    async fn wait_patiently(
        &mut self,
        turn: &mut Turn,
        mut patient: Patient,
        asker: Asker,
    ) -> Result<Response, Ending> {
        turn.narrow();
        let sites = self.room.sites.held();
        let waited = loop {
            let caught = caught(&sites, patient, asker);
            match self.wait_for(Box::pin(caught)).await {
                Ok(Answer::Final(response)) => break Ok(response),
                Ok(Answer::EarlyHints(fields, rest)) => {
                    turn.hint(&mut self.engine, &fields);
                    patient = rest;
                    if let Err(ending) = self.send_piece(turn).await {
                        break Err(ending);
                    }
                    self.live.enter(State::Answering, clock::tick_ms());
                }
                Err(ending) => break Err(ending),
            }
        };
        turn.widen(self.input_bytes());
        waited
    }

    /// Waits for what takes time, like a disk; only an order to stop interrupts it.
    pub(super) async fn wait_for<T>(&self, work: impl Future<Output = T>) -> Result<T, Ending> {
        let mut work = std::pin::pin!(work);
        poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
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
    pub(super) async fn more_bytes(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        // A body that is thrown away after its answer is no exchange any more: the connection
        // waits, and may be closed to make room, or a slow body would hold its place for nothing.
        let discarding = matches!(self.engine.state(), (Reading::Body, Writing::Done, _));
        let heed = if discarding {
            Order::Shed
        } else {
            self.live.enter(State::Reading, clock::tick_ms());
            Order::Stop
        };
        loop {
            match poll_fn(|cx| self.poll_bytes(cx, &mut turn.input, heed)).await {
                Heard::Bytes => return Ok(()),
                Heard::Broken(error) => return Err(ending_of_read_error(error)),
                Heard::Order(Order::Stop) => return Err(Ending::CutShort),
                heard @ Heard::Order(_) => return Err(self.ending_when_idle(heard)),
                Heard::End => {
                    return Err(match self.engine.receive_end() {
                        Ok(()) => Ending::ClosedByClient,
                        Err(_) => Ending::LeftMidRequest,
                    });
                }
                Heard::Overdue => {
                    let overdue = self.engine.expire(clock::now());
                    if let Some(overdue) = overdue {
                        return Err(match overdue.refusal() {
                            Some(refusal) => self.refuse(turn, refusal).await,
                            None => ending_of(overdue),
                        });
                    }
                }
            }
        }
    }

    /// Answers a refusal. The connection ends with it.
    pub(super) async fn refuse(&mut self, turn: &mut Turn, refusal: Refusal) -> Ending {
        if matches!(refusal, Refusal::TruncatedHead | Refusal::TruncatedBody) {
            return Ending::LeftMidRequest;
        }
        let language = Language::accepted(turn.asked_language());
        let sites = self.room.sites.now();
        let response = sites.refuse(refusal.status(), refusal.name(), language);
        // An answer that has begun cannot be taken back; then the close has to speak for itself.
        let refused = turn.refuse(&mut self.engine, clock::now(), response);
        match self.send(turn).await {
            Ok(()) => Ending::Refused(RefusalFacts {
                name: refusal.name(),
                status: refused.is_ok().then(|| refusal.status().as_u16()),
                rfc: refusal.rfc(),
            }),
            Err(ending) => ending,
        }
    }

    fn ending_when_idle(&mut self, heard: Heard) -> Ending {
        match heard {
            Heard::Bytes | Heard::End => Ending::ClosedByClient,
            Heard::Broken(error) => ending_of_read_error(error),
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
            Persist::Close(Why::Switched) if self.live.order() == Order::Drain => Ending::Drained,
            Persist::Close(Why::UnreadBody | Why::UnmetExpectation) => Ending::UnreadBody,
            Persist::Close(Why::BrokenAnswer) => Ending::Failed,
            Persist::Close(_) | Persist::Keep => Ending::ClosedAsAsked,
        }
    }

    /// Whether unread bytes may exist that would turn the close into a reset.
    pub(super) fn must_linger(&self, turn: &Turn) -> bool {
        !turn.owes() && matches!(self.engine.after(), After::Close { linger: true })
    }

    /// Journals the end and gives the buffers back. The socket closes when this is dropped.
    pub(super) fn end(&mut self, mut turn: Box<Turn>, ending: Ending) {
        let now = clock::now();
        let journal = &self.room.journal;
        self.live.count_sent(turn.output.newly_sent());
        turn.release();
        if let Some(streaming) = &mut turn.streaming {
            streaming.release();
        }
        if let Some(broken) = turn.settle_broken(journal, &self.live, now) {
            journal.broken(
                self.live.id,
                now,
                broken.target,
                &broken.exchange,
                broken.of,
            );
            let progress = (broken.target, broken.exchange.content_bytes, broken.of);
            self.live.ended(ending, now, Some(progress));
            turn.streaming = None;
            // Whoever has half an answer must not take it for the whole.
            let _ = self.socket.reset_on_close();
        } else {
            if let Some(unanswered) = turn.unanswered(&self.live, &self.room.sites.now()) {
                let target = unanswered.target(&turn.input, &turn.said);
                journal.broken(self.live.id, now, target, &unanswered.exchange, 0);
            }
            self.socket.take_leave();
            self.live.ended(ending, now, None);
        }
        turn.running = None;
        turn.give_back();
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
