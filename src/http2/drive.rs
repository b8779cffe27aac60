//! The life of a connection, from its opening words to its close.
//!
//! All of it happens in one task and one function, [`Conversation::poll`]: what arrived is laid before
//! the library, what it understood is answered at once if that is possible, content is fed to it in
//! the order that `feed.rs` decides, and what it says leaves in one piece. What has to wait (for a
//! disk, for the client) is remembered in lists, each of them bounded.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use h2::server::{Builder, Connection, Handshake, SendResponse};
use h2::{Reason, SendStream};
use http::StatusCode;

use super::content::Content;
use super::feed::{Answering, Feed, Left};
use super::head::{self, Asked};
use super::limits::{
    BODY_WINDOW_BYTES, BURST_BYTES_MAX, FIELD_LIST_FACTOR, FORCED_RESETS_MAX, OUTPUT_BYTES_MIN,
    PONDERED_MAX, QUANTUM_BYTES, READ_BYTES, STREAMS_MAX, UNNOTICED_RESETS_MAX,
};
use super::offence::Offence;
use super::takeover::Tunnel;
use super::unread::UnreadBodies;
use super::wire::{Grip, Wire, wire};
use crate::clock;
use crate::driving::{
    Alarm, Handover, Room, Witness, ask, caught, ending_of_write_error, language_of,
};
use crate::exchange::{
    Answer, Body, Ending, Patient, Reason as Why, Reply, RequestFields, Response, Rule,
};
use crate::i18n::Language;
use crate::net::limits::SLICES_MAX;
use crate::net::{Permit, Sent};
use crate::observe::{Exchange, Method, Order, Protocol, Underway};
use crate::tls::{Channel, Follows};

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

/// What the library is doing.
pub(super) enum Speech {
    /// It waits for the client's opening words.
    Greeting(Handshake<Wire, Bytes>),
    Open(Connection<Wire, Bytes>),
    /// It has said its last.
    Over,
}

/// A request whose answer takes time.
pub(super) struct Pondered {
    asked: Arc<Asked>,
    pub(super) exchange: Exchange,
    respond: SendResponse<Bytes>,
    /// Its place among the requests that run.
    running: Underway,
    /// Nothing as long as others have their turn.
    answer: Option<Patient>,
}

impl Pondered {
    /// Its stream.
    pub(super) fn stream(&self) -> u32 {
        self.respond.stream_id().as_u32()
    }
}

/// An answer that is with the library.
pub(super) struct Leaving {
    pub(super) asked: Asked,
    pub(super) exchange: Exchange,
    /// Where in all that was ever said it ends; unknown as long as the library holds some of it.
    ends_at: Option<u64>,
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

/// One connection with everything it needs. Fields are dropped in order: the socket is closed
/// before the place is given back, so that a free place is really free.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one connection"
)]
pub(super) struct Conversation {
    pub(super) socket: Channel,
    pub(super) speech: Speech,
    pub(super) grip: Grip,
    pub(super) feed: Feed,
    /// Streams on which another protocol is spoken.
    pub(super) tunnels: Vec<Tunnel>,
    pub(super) unread: UnreadBodies,
    pub(super) pondered: VecDeque<Pondered>,
    pub(super) leaving: VecDeque<Leaving>,
    pub(super) alarm: Alarm,
    pub(super) live: Witness,
    pub(super) room: Arc<Room>,
    /// Bytes sent since others had their turn on this worker.
    pub(super) burst: u64,
    /// What the kernel held for the client when its buffer became full.
    pub(super) unacknowledged: Option<u64>,
    /// When something was last done: the beginning, an answer that left, bytes that were taken.
    pub(super) since: Instant,
    /// When a frame began that is not complete.
    pub(super) mid_frame: Option<Instant>,
    /// The client has no more to say.
    pub(super) peer_done: bool,
    /// It was told that we are leaving.
    is_leaving: bool,
    /// Its opening words were right.
    pub(super) has_opened: bool,
    /// An exchange came to its end since the registry was told.
    pub(super) has_settled: bool,
    /// Content given to the library since it last spoke, bytes.
    promised: usize,
    _permit: Permit,
}

/// Everything is over for this reason.
pub(super) type Over = Ending;

impl Conversation {
    pub(super) fn new(handover: Handover, room: Arc<Room>) -> Self {
        let Handover {
            channel,
            live,
            permit,
            heard,
        } = handover;
        let (wire, grip) = wire();
        let fields_max = room.limits.head_bytes_max * FIELD_LIST_FACTOR;
        let handshake = Builder::new()
            .max_concurrent_streams(STREAMS_MAX)
            .enable_connect_protocol()
            .max_header_list_size(u32::try_from(fields_max).unwrap_or(u32::MAX))
            .initial_window_size(BODY_WINDOW_BYTES)
            .initial_connection_window_size(BODY_WINDOW_BYTES)
            .max_pending_accept_reset_streams(UNNOTICED_RESETS_MAX)
            .max_local_error_reset_streams(Some(FORCED_RESETS_MAX))
            .handshake(wire);
        let now = clock::now();
        let mid_frame = {
            let mut ends = grip.hold();
            ends.take_in(&heard, clock::tick_ms());
            ends.census.is_mid_frame() && !heard.is_empty()
        };
        Self {
            socket: channel,
            speech: Speech::Greeting(handshake),
            grip,
            feed: Feed::default(),
            tunnels: Vec::new(),
            unread: UnreadBodies::default(),
            pondered: VecDeque::new(),
            leaving: VecDeque::new(),
            alarm: Alarm::default(),
            live,
            room,
            burst: 0,
            unacknowledged: None,
            since: now,
            mid_frame: mid_frame.then_some(now),
            peer_done: false,
            is_leaving: false,
            has_opened: false,
            has_settled: false,
            promised: 0,
            _permit: permit,
        }
    }

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

    /// Reads, answers and sends, until all that is left has to be waited for.
    pub(super) fn turn(&mut self, cx: &mut Context<'_>) -> Result<Went, Over> {
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
            let fed = self
                .feed
                .give(&mut self.grip.hold().outgoing, now, &mut left);
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
            if went != Went::All || !(has_more || self.has_content_to_give()) {
                return Ok(went);
            }
        }
    }

    /// Whether there is something to give to the library, now that there is room.
    fn has_content_to_give(&self) -> bool {
        self.feed.is_ready() || self.tunnels.iter().any(Tunnel::wants_room)
    }

    fn is_blocked(&self) -> bool {
        self.grip.hold().is_blocked
    }

    /// Reads once, unless the library has not read what was read before. Whether there is something
    /// for it; if not, the task is woken when there is.
    fn hear(&mut self, cx: &mut Context<'_>, now: Instant, tick_ms: u64) -> Result<bool, Over> {
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
            Poll::Ready(Err(error)) => Err(ending_of_read_error(&error)),
            Poll::Pending => Ok(false),
        }
    }

    /// Lets the library read what arrived and say what it has to say; answers the requests in it.
    pub(super) fn understand(&mut self, now: Instant, tick_ms: u64) -> Result<(), Over> {
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
                    self.asked(asked, respond, now, tick_ms);
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

    /// Answers a request, or remembers it.
    fn asked(
        &mut self,
        asked: Asked,
        mut respond: SendResponse<Bytes>,
        now: Instant,
        tick_ms: u64,
    ) {
        let fault = self.fault_of(&respond);
        let exchange = Exchange {
            number: self.live.count_request(),
            target: (0, 0),
            method: Method::of(asked.sent_method()),
            protocol: Protocol::Http2,
            status: 0,
            reason: fault,
            coding: None,
            lacks_sibling: false,
            content_bytes: 0,
            begun: now,
        };
        let way = asked.way(&self.socket);
        let answer = match asked.check(&self.room.limits) {
            Err(refusal) => {
                let language = Language::accepted(asked.first("accept-language"));
                let site = &self.room.site;
                let response = site.refuse(refusal.status(), refusal.name(), language);
                Some(match Rule::named(refusal.name()) {
                    Some(rule) => response.because(Why::Refused(rule)),
                    None => response,
                })
            }
            Ok(()) => match ask(
                &self.room.site,
                asked.request(&self.live.peer, way, tick_ms),
            ) {
                Reply::Now(response) => Some(response),
                // Asked again where waiting is possible: judging has no effects.
                Reply::Later(_) | Reply::Patient(_) => None,
            },
        };
        if let Some(response) = answer {
            self.answer(asked, exchange, respond, response, now);
            return;
        }
        let request = asked.request(&self.live.peer, way, tick_ms);
        if let Some(hints) = self.room.site.hints(&request) {
            head::hint(&mut respond, &hints);
        }
        let Exchange { number, method, .. } = exchange;
        let running = self.live.begin(number, method, asked.target(), now);
        self.pondered.push_back(Pondered {
            asked: Arc::new(asked),
            exchange,
            respond,
            running,
            answer: None,
        });
    }

    /// Sends the head of an answer, and has its content sent.
    fn answer(
        &mut self,
        asked: Asked,
        mut exchange: Exchange,
        mut respond: SendResponse<Bytes>,
        response: Response,
        now: Instant,
    ) {
        let (asked, response) = self.without_misunderstanding(asked, response, now);
        let status = head::status_of(&response);
        exchange.status = status.as_u16();
        exchange.reason = exchange.reason.or(response.reason);
        exchange.coding = response.coding();
        exchange.lacks_sibling = response.lacks_sibling;
        let is_head_only = exchange.method == Method::Head
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let is_whole = is_head_only || response.body.is_empty();
        let private_only = match &self.socket {
            Channel::Plain(_) => None,
            Channel::Sealed(_) => self.room.private_only.as_ref().map(|only| &only.value),
        };
        let date = clock::http_date(now);
        let sent = head::respond(&mut respond, &response, &date, private_only, is_whole);
        let Ok(mut stream) = sent else {
            // The client took it back.
            let of = if is_whole {
                0
            } else {
                response.body.len().unwrap_or(0)
            };
            self.broken(&asked, &exchange, of, now);
            return;
        };
        if !is_whole {
            let body = match response.body {
                Body::Takeover(takeover) => {
                    self.begin_tunnel(asked, exchange, stream, takeover);
                    return;
                }
                Body::Bytes(bytes) if self.may_leave_at_once(&mut stream, bytes.len()) => {
                    exchange.content_bytes = bytes.len() as u64;
                    self.grip.hold().outgoing.lend(&bytes);
                    if stream.send_data(bytes, true).is_err() {
                        self.broken(&asked, &exchange, exchange.content_bytes, now);
                        return;
                    }
                    Body::Empty
                }
                body => body,
            };
            if !body.is_empty() {
                let content = Content::of(body);
                let answering = Answering::new(asked, exchange, stream, content, now);
                self.begin_to_feed(answering);
                return;
            }
        }
        self.leaving.push_back(Leaving {
            asked,
            exchange,
            ends_at: None,
        });
    }

    /// Success would mean, to a client that wants to go on in another protocol, that it may: if nobody
    /// takes over, it is told that there is nobody (RFC 8441 §4, RFC 9220 §3).
    fn without_misunderstanding(
        &mut self,
        mut asked: Asked,
        response: Response,
        now: Instant,
    ) -> (Asked, Response) {
        if !asked.wants_tunnel() || matches!(response.body, Body::Takeover(_)) {
            return (asked, response);
        }
        if let Some(body) = asked.take_tunnel() {
            self.unread.expect(body, now);
        }
        if !response.status().is_success() {
            return (asked, response);
        }
        let reason = Why::UnknownProtocol;
        let language = Language::accepted(asked.first("accept-language"));
        let status = StatusCode::NOT_IMPLEMENTED;
        let refusal = self.room.site.refuse(status, reason.name(), language);
        (asked, refusal.because(reason))
    }

    /// Whether a small content need not wait for its turn: nobody else does, and there is room.
    fn may_leave_at_once(&mut self, stream: &mut SendStream<Bytes>, bytes: usize) -> bool {
        if bytes > QUANTUM_BYTES
            || self.promised + bytes > OUTPUT_BYTES_MIN
            || !self.feed.answers.is_empty()
        {
            return false;
        }
        stream.reserve_capacity(bytes);
        if stream.capacity() < bytes {
            stream.reserve_capacity(0);
            return false;
        }
        self.promised += bytes;
        true
    }

    /// Goes on with answers that take time. Whether one of them is done.
    fn ponder(&mut self, cx: &mut Context<'_>, now: Instant, tick_ms: u64) -> bool {
        let mut place = 0;
        let mut is_any = false;
        while let Some(pondered) = self.pondered.get_mut(place)
            && place < PONDERED_MAX
        {
            let answer = pondered.answer.get_or_insert_with(|| {
                let (asked, room) = (pondered.asked.clone(), self.room.clone());
                let (peer, way) = (self.live.peer, asked.way(&self.socket));
                Box::pin(async move {
                    let request = asked.request(&peer, way, tick_ms);
                    match ask(&room.site, request) {
                        Reply::Now(response) => Answer::Final(response),
                        Reply::Later(later) => Answer::Final(later.await),
                        Reply::Patient(patient) => {
                            caught(&room.site, patient, language_of(&request)).await
                        }
                    }
                })
            });
            let Poll::Ready(answer) = answer.as_mut().poll(cx) else {
                place += 1;
                continue;
            };
            is_any = true;
            let response = match answer {
                Answer::Final(response) => response,
                Answer::EarlyHints(fields, rest) => {
                    head::hint(&mut pondered.respond, &fields);
                    let (asked, room) = (pondered.asked.clone(), self.room.clone());
                    pondered.answer = Some(Box::pin(async move {
                        let language = Language::accepted(asked.first("accept-language"));
                        caught(&room.site, rest, language).await
                    }));
                    continue;
                }
            };
            if let Some(Pondered {
                asked,
                exchange,
                respond,
                running,
                answer,
            }) = self.pondered.remove(place)
            {
                drop((answer, running));
                if let Some(asked) = Arc::into_inner(asked) {
                    self.answer(asked, exchange, respond, response, now);
                }
            }
        }
        is_any
    }

    /// Sees off the answers that have left the feed.
    pub(super) fn bid_farewell(&mut self, left: &mut Vec<(Answering, Left)>, now: Instant) {
        for (answering, how) in left.drain(..) {
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
        self.has_settled = true;
    }

    /// Journals an answer that could not be finished.
    fn broken(&mut self, asked: &Asked, exchange: &Exchange, of: u64, now: Instant) {
        let journal = &self.room.journal;
        journal.broken(self.live.id, now, asked.target(), exchange, of);
        self.has_settled = true;
    }

    /// Tells the client that we are leaving, once, if we are: no further requests, please (RFC 9113
    /// §6.8). Those on their way are still answered.
    fn leave_if_told(&mut self, now: Instant, tick_ms: u64) -> Result<(), Over> {
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

    /// Whether nothing is in hand.
    pub(super) fn is_idle(&self) -> bool {
        self.feed.answers.is_empty()
            && self.tunnels.is_empty()
            && self.pondered.is_empty()
            && self.leaving.is_empty()
            && self.grip.hold().outgoing.is_empty()
    }

    /// Sends what was said, as far as the kernel takes it at once.
    pub(super) fn send(&mut self, now: Instant) -> Result<Went, Over> {
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

fn ending_of_read_error(error: &io::Error) -> Ending {
    match error.kind() {
        io::ErrorKind::InvalidData => Ending::BrokenTls,
        _ => Ending::ResetByClient,
    }
}
