//! How content leaves that is made while it is sent.
//!
//! Law: a stream is asked only when everything it made before is with the kernel. So a slow client
//! slows it down, meets the same deadline as with a file, and makes nobody hold more than
//! [`OUTPUT_BYTES_MAX`] and one piece. While the stream waits, the connection holds no buffer.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use bytes::Bytes;
use hello_http1::{Connection, Framing, Misuse};

use super::drive::Conversation;
use super::limits::OUTPUT_BYTES_MAX;
use super::turn::{Answered, Turn, pairs};
use crate::clock;
use crate::exchange::{Body, Ending, FieldList, Limited, Next, Stream, Takeover};
use crate::observe::{Exchange, Order, State};

/// An answer whose head is queued and whose content is being made.
pub(super) struct Streaming {
    pub(super) source: Source,
    framing: Framing,
    is_draining: bool,
    /// The exchange, with the bytes of content that were made so far.
    pub(super) answered: Answered,
    /// What limits hold for it until it is over.
    limited: Option<Box<Limited>>,
}

/// Who makes it.
pub(super) enum Source {
    Stream(Box<dyn Stream>),
    /// Somebody who speaks another protocol (`takeover.rs`).
    Takeover(Box<dyn Takeover>),
}

/// What a stream has given.
enum Given {
    /// Something to be sent before it is asked again.
    Some,
    /// Its end, which is queued.
    End,
}

impl Streaming {
    pub(super) fn new(
        source: Source,
        framing: Framing,
        answered: Answered,
        limited: Option<Box<Limited>>,
    ) -> Self {
        Self {
            source,
            framing,
            is_draining: false,
            answered,
            limited,
        }
    }

    /// The exchange as far as it got, when so many bytes (framing included) were not sent.
    pub(super) fn exchange(&self, unsent: u64) -> Exchange {
        let made = &self.answered.exchange;
        Exchange {
            content_bytes: made.content_bytes.saturating_sub(unsent),
            ..*made
        }
    }

    /// Gives back what limits hold for it.
    pub(super) fn release(&mut self) {
        self.limited = None;
    }

    /// Whether it lasts for as long as somebody listens.
    pub(super) fn is_endless(&self) -> bool {
        match &self.source {
            Source::Stream(stream) => stream.is_endless(),
            Source::Takeover(_) => true,
        }
    }

    /// Says once that the server is stopping.
    pub(super) fn drain(&mut self) {
        if std::mem::replace(&mut self.is_draining, true) {
            return;
        }
        match &mut self.source {
            Source::Stream(stream) => stream.drain(),
            Source::Takeover(takeover) => takeover.drain(),
        }
    }
}

impl Conversation {
    /// Sends content as it is made, to its end.
    pub(super) async fn stream(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        let is_takeover = { turn.streaming.as_ref() }
            .is_some_and(|streaming| matches!(streaming.source, Source::Takeover(_)));
        if is_takeover {
            return self.be_taken_over(turn).await;
        }
        let given = self.stream_to_the_end(turn).await;
        turn.widen(self.input_bytes());
        given?;
        self.close_stream(turn);
        Ok(())
    }

    async fn stream_to_the_end(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        self.engine.hold_body(clock::now());
        loop {
            // From here on it is busy: never idle, and never shed as such.
            self.live.enter(State::Sending, clock::tick_ms());
            turn.show_progress(&self.live);
            let given = poll_fn(|cx| self.poll_given(cx, turn)).await?;
            let is_end = matches!(given, Given::End);
            if let Some(streaming) = turn.streaming.as_mut().filter(|_| is_end) {
                streaming.release();
            }
            self.send_piece(turn).await?;
            if is_end {
                return Ok(());
            }
        }
    }

    /// The stream is complete, and everything is with the kernel: says so in the journal.
    pub(super) fn close_stream(&mut self, turn: &mut Turn) {
        let now = clock::now();
        self.engine.resume_body(now);
        if let Some(mut streaming) = turn.streaming.take() {
            // Whoever hears of its end may ask again at once.
            streaming.release();
            let answered = &streaming.answered;
            let target = answered.target(&turn.input, &turn.said);
            self.room
                .journal
                .answered(self.live.id, now, target, &answered.exchange);
        }
        turn.running = None;
    }

    /// Asks the stream until it waits, or has given what is to be sent at once.
    fn poll_given(&mut self, cx: &mut Context<'_>, turn: &mut Turn) -> Poll<Result<Given, Ending>> {
        self.live.hear_orders(cx.waker());
        let order = self.live.order();
        if order == Order::Stop {
            return Poll::Ready(Err(Ending::CutShort));
        }
        let Some(streaming) = &mut turn.streaming else {
            return Poll::Ready(Ok(Given::End));
        };
        if order == Order::Drain {
            streaming.drain();
            self.engine.close_after_this();
        }
        let Source::Stream(stream) = &mut streaming.source else {
            return Poll::Ready(Ok(Given::End));
        };
        let output = &mut turn.output;
        while output.total() < OUTPUT_BYTES_MAX as u64 {
            let asked = AssertUnwindSafe(|| stream.poll_next(cx));
            let queued = match catch_unwind(asked) {
                Ok(Poll::Ready(Next::Data(bytes))) => {
                    streaming.answered.exchange.content_bytes += bytes.len() as u64;
                    queue(&mut self.engine, streaming.framing, output, bytes)
                }
                Ok(Poll::Ready(Next::Flush)) if output.is_empty() => Ok(()),
                Ok(Poll::Ready(Next::End(trailers))) => {
                    let ended = end(&mut self.engine, &trailers, output);
                    return Poll::Ready(ended.map(|()| Given::End).map_err(|_| Ending::Failed));
                }
                Ok(Poll::Ready(Next::Failed)) => {
                    self.engine.abandon();
                    return Poll::Ready(Err(Ending::Failed));
                }
                Ok(Poll::Pending) if output.is_empty() => {
                    turn.narrow();
                    return self.poll_left(cx, turn);
                }
                Ok(Poll::Pending | Poll::Ready(Next::Flush)) => {
                    return Poll::Ready(Ok(Given::Some));
                }
                Err(_panic) => {
                    self.engine.abandon();
                    return Poll::Ready(Err(Ending::Panicked));
                }
            };
            if queued.is_err() {
                return Poll::Ready(Err(Ending::Failed));
            }
        }
        Poll::Ready(Ok(Given::Some))
    }

    /// Nothing is there to be sent: looks whether somebody is there to send it to.
    ///
    /// Deliberately, a client that has closed its side counts as gone, though it might still
    /// listen: nobody can tell the two apart, and a page that is closed should not be served on.
    fn poll_left(&mut self, cx: &mut Context<'_>, turn: &mut Turn) -> Poll<Result<Given, Ending>> {
        if self.socket.poll_gone(cx).is_pending() {
            return Poll::Pending;
        }
        let is_endless = { turn.streaming.as_ref() }.is_some_and(|given| given.is_endless());
        if is_endless {
            // Whoever leaves what has no end has missed nothing: the answer is as whole as it gets.
            self.close_stream(turn);
            return Poll::Ready(Err(Ending::ClosedByClient));
        }
        Poll::Ready(Err(Ending::ResetByClient))
    }
}

/// Queues a piece of content, in a chunk if the client knows chunks.
fn queue(
    engine: &mut Connection,
    framing: Framing,
    output: &mut super::output::Output,
    bytes: Bytes,
) -> Result<(), Misuse> {
    if framing == Framing::Chunked {
        engine.begin_chunk(bytes.len(), &mut output.copied)?;
    }
    engine.body_sent(bytes.len() as u64)?;
    output.push_body(Body::Bytes(bytes));
    Ok(())
}

/// Queues the end of the content.
fn end(
    engine: &mut Connection,
    trailers: &FieldList,
    output: &mut super::output::Output,
) -> Result<(), Misuse> {
    engine.finish(clock::now(), &pairs(trailers), &mut output.copied)
}
