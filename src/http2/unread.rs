//! Bodies that nobody reads: received and thrown away, within limits, as in HTTP/1.1.
//!
//! A client that is told to stop before it has sent everything may take that for a failure, so small
//! bodies are heard to their end. The answer does not wait for it (RFC 9113 §8.1).

use std::task::{Context, Poll, Waker};
use std::time::Instant;

use h2::{RecvStream, StreamId};
use hello_http1::Limits;

/// A body that is thrown away.
struct Unread {
    body: RecvStream,
    bytes: u64,
    /// More than this is not heard, whatever is thrown away of others.
    most: u64,
    since: Instant,
}

/// All of them, of one connection: no more than it may have streams.
#[derive(Default)]
pub(super) struct UnreadBodies(Vec<Unread>);

impl UnreadBodies {
    /// A request has come, and perhaps more of it is to come.
    pub(super) fn expect(&mut self, body: RecvStream, now: Instant) {
        if !body.is_end_stream() {
            self.0.push(Unread {
                body,
                bytes: 0,
                most: u64::MAX,
                since: now,
            });
        }
    }

    /// Of the body on this stream no more is thrown away than so many bytes.
    pub(super) fn limit(&mut self, stream: StreamId, most: u64) {
        for unread in &mut self.0 {
            if unread.body.stream_id() == stream {
                unread.most = most;
            }
        }
    }

    /// Whether all of them have come to their end, or were given up.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Throws away what has come. Whoever sends more than `most` is told to stop. Whether the library
    /// has something to say to somebody.
    pub(super) fn discard(&mut self, most: u64) -> bool {
        let mut is_any = false;
        let cx = &mut Context::from_waker(Waker::noop());
        self.0.retain_mut(|unread| {
            loop {
                match unread.body.poll_data(cx) {
                    Poll::Ready(Some(Ok(data))) => {
                        is_any = true;
                        unread.bytes += data.len() as u64;
                        let more = unread.body.flow_control().release_capacity(data.len());
                        if more.is_err() || unread.bytes > most.min(unread.most) {
                            return false;
                        }
                    }
                    Poll::Ready(Some(Err(_)) | None) => return false,
                    Poll::Pending => return true,
                }
            }
        });
        is_any
    }

    /// When the first of them will have taken too long.
    pub(super) fn deadline(&self, limits: &Limits) -> Option<Instant> {
        self.0.iter().map(|unread| unread.deadline(limits)).min()
    }

    /// Tells those to stop that have taken too long.
    pub(super) fn give_up(&mut self, limits: &Limits, now: Instant) {
        self.0.retain(|unread| unread.deadline(limits) > now);
    }
}

impl Unread {
    /// When its time is up, which it earns by arriving (`--body-timeout`, `--body-rate-min`).
    fn deadline(&self, limits: &Limits) -> Instant {
        self.since + limits.body_patience(self.bytes)
    }
}
