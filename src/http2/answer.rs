//! From a request to the beginning of its answer: at once if the site can tell at once, and if small
//! and alone, whole.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{SendStream, StreamId};
use http::StatusCode;

use super::content::Content;
use super::conversation::Conversation;
use super::feed::Answering;
use super::head::{self, Asked};
use super::limits::{OUTPUT_BYTES_MIN, QUANTUM_BYTES};
use super::pondered::Pondered;
use super::send::Leaving;
use crate::clock;
use crate::driving::{Pace, ask};
use crate::exchange::{Body, Reason, Reply, RequestFields, Response, Rule};
use crate::i18n::Language;
use crate::observe::{Exchange, Method, Protocol};
use crate::tls::Channel;

impl Conversation {
    /// Answers a request, or remembers it.
    pub(super) fn take_up(
        &mut self,
        mut asked: Asked,
        mut respond: SendResponse<Bytes>,
        now: Instant,
        tick_ms: u64,
    ) {
        asked.hear_who_asks(&self.live, &self.room.sites.now());
        asked.note(self.room.journal.wanted(), &self.live.peer);
        let fault = self.fault_of(&respond);
        let mut exchange = Exchange {
            number: self.live.count_request(),
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::of(asked.sent_method()),
            protocol: Protocol::Http2,
            status: 0,
            reason: fault,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: 0,
            begun: now,
        };
        let way = asked.way(&self.socket);
        let answer = match asked.check(&self.room.limits) {
            Err(refusal) => {
                let language = Language::accepted(asked.first("accept-language"));
                let sites = self.room.sites.now();
                let response = sites.refuse(refusal.status(), refusal.name(), language);
                Some(match Rule::named(refusal.name()) {
                    Some(rule) => response.because(Reason::Refused(rule)),
                    None => response,
                })
            }
            Ok(()) => match ask(
                &self.room.sites.now(),
                asked.request(&self.live.peer, &way, tick_ms),
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
        let request = asked.request(&self.live.peer, &way, tick_ms);
        if let Some(hints) = self.room.sites.now().hints(&request) {
            head::hint(&mut respond, &hints);
        }
        // Known before the answer, should there be none.
        exchange.site = self.room.sites.now().number_for(request.authority);
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
    pub(super) fn answer(
        &mut self,
        mut asked: Asked,
        mut exchange: Exchange,
        mut respond: SendResponse<Bytes>,
        mut response: Response,
        now: Instant,
    ) {
        // Held as long as what was asked is: until the last byte has left, or nobody wants it.
        asked.is_limited(response.limited.take());
        if let Some(user) = response.user.take() {
            asked.note_user(self.room.journal.wanted(), &user);
        }
        self.keep_limits(&asked, respond.stream_id(), now);
        exchange.shadow = asked.limited().and_then(|limited| limited.shadow);
        let (mut asked, response) = self.without_misunderstanding(asked, response, now);
        let status = head::status_of(&response);
        exchange.status = status.as_u16();
        exchange.site = response.site;
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
        let sent = head::respond(
            &mut respond,
            &response,
            &date,
            (private_only, asked.id()),
            is_whole,
        );
        let Ok(mut stream) = sent else {
            // The client took it back.
            let of = if is_whole {
                0
            } else {
                response.body.len().unwrap_or(0)
            };
            asked.release();
            self.broken(&asked, &exchange, of, now);
            return;
        };
        if !is_whole {
            let body = match response.body {
                Body::Takeover(takeover) => {
                    self.begin_tunnel(asked, exchange, stream, takeover);
                    return;
                }
                Body::Bytes(bytes)
                    if self.pace.is_none() && self.may_leave_at_once(&mut stream, bytes.len()) =>
                {
                    exchange.content_bytes = bytes.len() as u64;
                    self.grip.hold().outgoing.lend(&bytes);
                    if stream.send_data(bytes, true).is_err() {
                        asked.release();
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
        asked.release();
        self.leaving.push_back(Leaving {
            asked,
            exchange,
            ends_at: None,
        });
    }

    /// Does what limits say of an answer.
    fn keep_limits(&mut self, asked: &Asked, stream: StreamId, now: Instant) {
        let Some(limited) = asked.limited() else {
            return;
        };
        if let Some(most) = limited.body_bytes_max {
            self.unread.limit(stream, most);
        }
        match (&mut self.pace, limited.bandwidth) {
            (Some(pace), Some(rate)) => pace.change(rate, now),
            (None, Some(rate)) => self.pace = Some(Box::new(Pace::new(rate, now))),
            (_, None) => {}
        }
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
        let reason = Reason::UnknownProtocol;
        let language = Language::accepted(asked.first("accept-language"));
        let status = StatusCode::NOT_IMPLEMENTED;
        let refusal = self
            .room
            .sites
            .now()
            .refuse(status, reason.name(), language);
        let site = response.site;
        (asked, Response { site, ..refusal }.because(reason))
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
}
