//! One connection, from its first byte to its last: what arrives.
//!
//! Law: bytes are used up in order and shown again until they are. A refused
//! connection is its refusal: nothing is read after it.
//!
//! The states and their moves are in [`crate::state`]. Where a head begins and
//! ends is found in `opening.rs`, what we say is in `answer.rs`, and when
//! patience ends in `deadline.rs`.

use crate::chunked::{Chunks, Piece, at_most};
use crate::event::{BodyLength, Next, Version};
use crate::fields::LineSearch;
use crate::head::RequestHead;
use crate::limits::Limits;
use crate::opening::Opening;
use crate::refusal::Refusal;
use crate::response::CommonFields;
use crate::state::{After, Misstep, Persist, Reading, Said, Seen, Why, Writing, after};
use http::Method;
use std::sync::Arc;
use std::time::Instant;

/// The server's side of one HTTP/1.1 connection, without its socket.
///
/// The driver shows received bytes to [`receive`](Self::receive), removes as many
/// as it is told are consumed, and answers each request with
/// [`respond`](Self::respond). Whenever it waits, it waits no longer than
/// [`deadline`](Self::deadline). After each answer, [`after`](Self::after)
/// says what becomes of the connection.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one connection"
)]
pub struct Connection {
    pub(crate) limits: Arc<Limits>,
    pub(crate) reading: Reading,
    pub(crate) writing: Writing,
    pub(crate) persist: Persist,
    /// The rule that was broken, once one was.
    refusal: Option<Refusal>,
    /// What was asked, as far as the answer depends on it.
    pub(crate) asked: Asked,
    /// The client has closed its side.
    pub(crate) peer_done: bool,
    /// The empty line that is ignored before a request line was there.
    pub(crate) skipped_line: bool,
    /// No request has begun yet.
    pub(crate) fresh: bool,
    /// Nothing was used up yet: what is shown begins with the connection's first byte.
    pub(crate) untouched: bool,
    pub(crate) search: LineSearch,
    body: Body,
    /// Body bytes handed on, of the request in hand.
    pub(crate) received: u64,
    /// Body bytes handed on after the answer was complete.
    discarded: u64,
    pub(crate) answer: Answer,
    /// When the phase began that the reading half is in.
    pub(crate) since: Instant,
    /// When the driver stopped asking for the body, if it did.
    pub(crate) held: Option<Instant>,
    /// When the peer last took bytes, while some wait for it.
    pub(crate) sending: Option<Instant>,
    /// What stands in every final response.
    pub(crate) common: Option<Arc<CommonFields>>,
    /// What stands in the next final response and in no other.
    pub(crate) once: Option<Box<CommonFields>>,
}

/// What was asked, as far as the answer depends on it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one request"
)]
pub(crate) struct Asked {
    pub(crate) version: Version,
    /// HEAD: the answer is its head.
    pub(crate) head_only: bool,
    pub(crate) connect: bool,
    /// An HTTP/1.0 client asked to keep the connection, and must be told.
    pub(crate) keep_alive: bool,
    pub(crate) upgrade: bool,
    /// The client waits for a 100 before it sends its body.
    pub(crate) expects_continue: bool,
}

/// How the request's body is told from what follows it.
#[derive(Clone, Copy, Debug)]
enum Body {
    /// By its length: so many bytes are left.
    Exact(u64),
    /// By its chunks.
    Chunked(Chunks),
}

/// How the body of the answer in hand is told from what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// By its length: so many bytes are left.
    Exact(u64),
    /// By its chunks: so many bytes are left of the one in hand, if there is one.
    Chunked(Option<u64>),
    /// By the end of the connection.
    UntilClose,
}

impl Connection {
    /// A connection that was just accepted.
    pub fn new(limits: Arc<Limits>, now: Instant) -> Self {
        Self {
            limits,
            reading: Reading::Idle,
            writing: Writing::Waiting,
            persist: Persist::Keep,
            refusal: None,
            asked: Asked::default(),
            peer_done: false,
            skipped_line: false,
            fresh: true,
            untouched: true,
            search: LineSearch::default(),
            body: Body::Exact(0),
            received: 0,
            discarded: 0,
            answer: Answer::Exact(0),
            since: now,
            held: None,
            sending: None,
            common: None,
            once: None,
        }
    }

    /// Lets these fields stand in every final response from now on, behind its own.
    pub fn always_say(&mut self, fields: Arc<CommonFields>) {
        self.common = Some(fields);
    }

    /// Lets these fields stand in the next final response, behind its own.
    pub fn say_once(&mut self, fields: Box<CommonFields>) {
        self.once = Some(fields);
    }

    /// Says what the received bytes mean, one event at a time.
    ///
    /// `input` holds the bytes not yet consumed: it starts where the last
    /// `consumed` ended, and may have grown since. Call it again until it says
    /// [`Next::NeedBytes`], [`Next::Paused`] or [`Next::Closed`]. `head` is filled
    /// by [`Next::Request`], and its trailers by [`Next::End`].
    ///
    /// # Errors
    /// The rule that the client broke; from then on always the same one. Answer
    /// it with its status if [`after`](Self::after) says `Busy` and no answer
    /// has begun, then close.
    pub fn receive(
        &mut self,
        now: Instant,
        input: &[u8],
        head: &mut RequestHead,
    ) -> Result<Next, Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let next = match self.reading {
            Reading::Idle | Reading::Head => self.receive_head(now, input, head),
            Reading::Body => self.receive_body(now, input, head),
            Reading::Done if self.writing != Writing::Done => return Ok(Next::Paused),
            Reading::Done if self.persist == Persist::Keep => {
                self.next_exchange();
                self.receive_head(now, input, head)
            }
            Reading::Closed if self.persist == Persist::Close(Why::Switched) => {
                return Ok(Next::Upgraded);
            }
            Reading::Done | Reading::Closed => return Ok(Next::Closed),
        };
        match next {
            Err(refusal) => self.refuse(refusal),
            Ok(Next::NeedBytes { .. }) if self.peer_done => {
                self.end_of_input().map(|()| Next::Closed)
            }
            next => next,
        }
    }

    /// Says that the client has closed its side, and will send nothing more.
    ///
    /// Show everything received to [`receive`](Self::receive) first, as far as
    /// it is not `Paused`; what waits behind the answer in hand can still be
    /// shown afterwards.
    ///
    /// # Errors
    /// [`Refusal::TruncatedHead`], [`Refusal::TruncatedBody`]: in the middle of
    /// a message. RFC 9112 §8.
    pub fn receive_end(&mut self) -> Result<(), Refusal> {
        self.peer_done = true;
        match self.refusal {
            None => self.end_of_input(),
            Some(_) => Ok(()),
        }
    }

    /// What becomes of the connection now.
    pub fn after(&self) -> After {
        after(self.reading, self.writing, self.persist, self.peer_done)
    }

    /// Where the connection stands.
    pub fn state(&self) -> (Reading, Writing, Persist) {
        (self.reading, self.writing, self.persist)
    }

    /// Ends the connection after the answer in hand, or the next one.
    ///
    /// An answer that has not begun yet says `connection: close`. RFC 9112 §9.6.
    pub fn close_after_this(&mut self) {
        self.persist = self.persist.close(Why::ServerAsked);
    }

    /// Of the body of the request in hand no more than this is thrown away to
    /// save the connection, if the settings do not say less. Beyond: close.
    pub fn discard_at_most(&mut self, bytes: u64) {
        let spent = self.limits.unread_body_bytes_max.saturating_sub(bytes);
        self.discarded = self.discarded.max(spent);
    }

    /// Whether the client waits for a 100 before it sends its body.
    ///
    /// Send it with [`interim`](Self::interim) once the body is wanted. RFC 9110 §10.1.1.
    pub fn expects_continue(&self) -> bool {
        self.asked.expects_continue
    }

    /// Bytes that were looked at since the connection began, wrapping: at most
    /// a small multiple of those received, however they were cut.
    #[doc(hidden)]
    pub fn work(&self) -> u32 {
        self.search.work()
    }

    fn receive_head(
        &mut self,
        now: Instant,
        input: &[u8],
        head: &mut RequestHead,
    ) -> Result<Next, Refusal> {
        let mut start = 0;
        if self.search.searched() == 0 {
            match self.opening(now, input)? {
                Opening::At(first) => start = first,
                Opening::NotYet { consumed } => return Ok(Next::NeedBytes { consumed }),
            }
            // Most heads arrive whole: then their end need not be searched first.
            if let Some(length) = head.parse_whole(input, start, &self.limits) {
                return self.head_taken(now, start, head, Ok(length));
            }
            self.search.count(input.len() - start);
        }
        let found = self.head_end(&input[start..]);
        if found.is_err() {
            // RFC 9110 §9.3.2: the answer to HEAD has no content, not even one that refuses it.
            self.asked.head_only = input[start..].starts_with(b"HEAD ");
        }
        let Some(length) = found? else {
            return Ok(Next::NeedBytes { consumed: start });
        };
        let parsed = head.parse(input, (start, start + length), &self.limits);
        self.head_taken(now, start, head, parsed.map(|()| length))
    }

    /// A complete head was read: an exchange begins, unless it breaks a rule.
    fn head_taken(
        &mut self,
        now: Instant,
        start: usize,
        head: &RequestHead,
        taken: Result<usize, Refusal>,
    ) -> Result<Next, Refusal> {
        self.search.restart();
        self.search.count(head.bytes());
        self.asked.version = head.version();
        self.asked.head_only = *head.method() == Method::HEAD;
        let consumed = start + taken?;
        self.begin_exchange(now, head);
        Ok(Next::Request { consumed })
    }

    /// Takes from a complete head what the rest of the exchange depends on.
    fn begin_exchange(&mut self, now: Instant, head: &RequestHead) {
        self.untouched = false;
        let wishes = head.wishes();
        let old = head.version() == Version::Http10;
        let keeps = if old {
            wishes.keep_alive && !wishes.close
        } else {
            !wishes.close
        };
        if !keeps {
            self.persist = self.persist.close(if wishes.close {
                Why::ClientAsked
            } else {
                Why::OldClient
            });
        }
        self.asked.keep_alive = old && keeps;
        self.asked.connect = *head.method() == Method::CONNECT;
        self.asked.upgrade = head.offers_upgrade();
        self.say(Said::Asked);
        self.body = match head.body() {
            BodyLength::None => return self.see(Seen::HeadAlone),
            BodyLength::Exact(left) => Body::Exact(left),
            BodyLength::Unknown => Body::Chunked(Chunks::default()),
        };
        self.asked.expects_continue = wishes.expect_continue;
        self.since = now;
        self.see(Seen::HeadBeforeBody);
    }

    fn receive_body(
        &mut self,
        now: Instant,
        input: &[u8],
        head: &mut RequestHead,
    ) -> Result<Next, Refusal> {
        if self.writing == Writing::Done && self.persist != Persist::Keep {
            return Ok(Next::Closed);
        }
        head.trailers.clear();
        let most = match self.writing {
            Writing::Done => self
                .limits
                .unread_body_bytes_max
                .saturating_sub(self.discarded),
            _ => u64::MAX,
        };
        let piece = match &mut self.body {
            Body::Exact(0) => Piece::End { consumed: 0 },
            Body::Exact(_) if input.is_empty() => Piece::NeedBytes { consumed: 0 },
            Body::Exact(left) => {
                let end = at_most((*left).min(most), input.len());
                *left -= end as u64;
                Piece::Data { start: 0, end }
            }
            Body::Chunked(chunks) => chunks.next(
                input,
                most,
                &mut self.search,
                &self.limits,
                &mut head.trailers,
            )?,
        };
        if !input.is_empty() {
            // A client that sends its body no longer waits for a 100.
            self.asked.expects_continue = false;
        }
        Ok(match piece {
            Piece::NeedBytes { consumed } => Next::NeedBytes { consumed },
            Piece::Data { start, end } => self.hand_on(start, end),
            Piece::End { consumed } => {
                self.see(Seen::BodyEnd);
                self.since = now;
                Next::End { consumed }
            }
        })
    }

    /// Hands body bytes on, or gives up if too many of them were for nobody.
    fn hand_on(&mut self, start: usize, end: usize) -> Next {
        if start == end {
            self.persist = self.persist.close(Why::UnreadBody);
            self.see(Seen::GaveUp);
            return Next::Closed;
        }
        let bytes = (end - start) as u64;
        self.received = self.received.saturating_add(bytes);
        if self.writing == Writing::Done {
            self.discarded = self.discarded.saturating_add(bytes);
        }
        Next::Data { start, end }
    }

    /// How many bytes of the body are certainly still to come.
    pub(crate) fn body_bytes_left(&self) -> u64 {
        match self.body {
            Body::Exact(left) if self.reading == Reading::Body => left,
            _ => 0,
        }
    }

    fn next_exchange(&mut self) {
        self.see(Seen::NextExchange);
        self.say(Said::NextExchange);
        self.asked = Asked::default();
        self.skipped_line = false;
        self.received = 0;
        self.discarded = 0;
        self.held = None;
        self.search.restart();
    }

    /// Nothing more will arrive, and everything that did was looked at.
    fn end_of_input(&mut self) -> Result<(), Refusal> {
        match self.reading {
            Reading::Idle => self.see(Seen::PeerDone),
            Reading::Head => return self.refuse(Refusal::TruncatedHead),
            Reading::Body => return self.refuse(Refusal::TruncatedBody),
            Reading::Done | Reading::Closed => {}
        }
        Ok(())
    }

    /// Becomes its refusal.
    pub(crate) fn refuse<T>(&mut self, refusal: Refusal) -> Result<T, Refusal> {
        self.see(Seen::Refused);
        self.say(Said::Refused);
        self.persist = self.persist.close(Why::Refused);
        self.refusal = Some(refusal);
        self.asked.expects_continue = false;
        Err(refusal)
    }

    /// Moves the reading half. The callers have looked at its state, so the
    /// table knows the move; were it otherwise, nothing more would be read.
    pub(crate) fn see(&mut self, seen: Seen) {
        let next = self.reading.next(seen);
        debug_assert!(next.is_ok(), "{next:?}");
        self.reading = next.unwrap_or(Reading::Closed);
    }

    /// Moves the writing half, likewise.
    pub(crate) fn say(&mut self, said: Said) {
        let next = self.writing.next(said);
        debug_assert!(next.is_ok(), "{next:?}");
        self.writing = next.unwrap_or(Writing::Closed);
    }

    /// Moves the writing half where the driver asks for it, and may not.
    pub(crate) fn try_say(&self, said: Said) -> Result<Writing, Misstep> {
        self.writing.next(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_small_for_thousands_of_them_are_idle() {
        let bytes = std::mem::size_of::<Connection>();
        assert!(bytes <= 160, "{bytes} bytes");
    }
}
