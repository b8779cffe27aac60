//! What the library takes for a socket: two buffers in memory.
//!
//! Law: whatever it says in one turn is gathered here and leaves at once; and no byte reaches it that
//! the census has not looked at. So the library needs no waker, and nothing waits within it.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::census::Census;
use super::limits::{BUFFERS_KEPT, OUTPUT_BYTES_MAX};

/// The library's end.
pub(super) struct Wire(Arc<Mutex<Ends>>);

/// Our end. Both are held by one task: nobody ever waits for the lock.
#[derive(Clone)]
pub(super) struct Grip(Arc<Mutex<Ends>>);

/// What lies between the socket and the library.
#[derive(Default)]
pub(super) struct Ends {
    /// Arrived, and not read by the library from [`Ends::read_from`] on.
    incoming: Vec<u8>,
    read_from: usize,
    /// Said by the library, and not with the kernel from [`Ends::sent_to`] on.
    outgoing: Vec<u8>,
    sent_to: usize,
    /// Bytes the library has said since the connection began.
    pub(super) said: u64,
    /// Of these, with the kernel.
    pub(super) sent: u64,
    /// Whether the library had more to say than there was room for.
    pub(super) is_blocked: bool,
    pub(super) census: Census,
}

thread_local! {
    /// Buffers for what is said, lent for as long as there is something.
    static READY: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Both ends of a new wire.
pub(super) fn wire() -> (Wire, Grip) {
    let ends = Arc::new(Mutex::new(Ends::default()));
    (Wire(ends.clone()), Grip(ends))
}

impl Grip {
    pub(super) fn hold(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ends {
    /// Lays what arrived before the library, as far as the census lets it pass.
    pub(super) fn take_in(&mut self, bytes: &[u8], tick_ms: u64) {
        let passed = self.census.count(bytes, tick_ms);
        self.incoming.extend_from_slice(&bytes[..passed]);
    }

    /// Whether the library has read everything.
    pub(super) fn is_read(&self) -> bool {
        self.read_from == self.incoming.len()
    }

    /// What waits for the kernel.
    pub(super) fn unsent(&self) -> &[u8] {
        &self.outgoing[self.sent_to..]
    }

    /// Room for more to be said, bytes.
    pub(super) fn room(&self) -> usize {
        OUTPUT_BYTES_MAX.saturating_sub(self.outgoing.len())
    }

    /// The kernel took so many bytes.
    pub(super) fn took(&mut self, count: usize) {
        self.sent_to += count;
        self.sent += count as u64;
        self.census.sent(count);
        if self.sent_to == self.outgoing.len() {
            self.sent_to = 0;
            let mut buffer = std::mem::take(&mut self.outgoing);
            buffer.clear();
            READY.with_borrow_mut(|ready| {
                if ready.len() < BUFFERS_KEPT {
                    ready.push(buffer);
                }
            });
        }
    }

    /// Bytes held in memory.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        self.incoming.capacity() + self.outgoing.capacity()
    }

    fn read(&mut self, buffer: &mut ReadBuf<'_>) {
        let rest = &self.incoming[self.read_from..];
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..count]);
        self.read_from += count;
        if self.is_read() {
            (self.incoming, self.read_from) = (Vec::new(), 0);
        }
    }

    /// Says a frame of our own, where the library does not.
    pub(super) fn add(&mut self, frame: &[u8]) {
        if self.room() >= frame.len() {
            self.say(frame);
        }
    }

    fn say(&mut self, bytes: &[u8]) -> usize {
        let count = self.room().min(bytes.len());
        if count < bytes.len() {
            self.is_blocked = true;
        }
        if self.outgoing.capacity() == 0 && count > 0 {
            let kept = READY.with_borrow_mut(Vec::pop);
            self.outgoing = kept.unwrap_or_else(|| Vec::with_capacity(OUTPUT_BYTES_MAX));
        }
        self.outgoing.extend_from_slice(&bytes[..count]);
        self.said += count as u64;
        count
    }
}

impl Wire {
    fn hold(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Wire {
    /// The end of the connection is never told: whoever drives the library knows better what to do.
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut ends = self.hold();
        if ends.is_read() {
            return Poll::Pending;
        }
        ends.read(buffer);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut ends = self.hold();
        let mut count = 0;
        for slice in slices {
            let said = ends.say(slice);
            count += said;
            if said < slice.len() {
                break;
            }
        }
        if count == 0 && slices.iter().any(|slice| !slice.is_empty()) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Nothing is flushed in the middle of a turn: that is the point.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_bounded_and_gives_its_memory_back() {
        let (wire, grip) = wire();
        let mut wire = Box::pin(wire);
        let cx = &mut Context::from_waker(std::task::Waker::noop());
        let much = vec![b'a'; OUTPUT_BYTES_MAX + 1];
        let said = wire.as_mut().poll_write(cx, &much);
        assert!(matches!(said, Poll::Ready(Ok(OUTPUT_BYTES_MAX))));
        assert!(wire.as_mut().poll_write(cx, b"b").is_pending());
        let mut ends = grip.hold();
        assert!(ends.is_blocked);
        assert!(ends.held_bytes() >= OUTPUT_BYTES_MAX);
        ends.took(OUTPUT_BYTES_MAX - 1);
        assert_eq!(ends.unsent(), b"a");
        ends.took(1);
        assert_eq!((ends.said, ends.sent), (ends.sent, OUTPUT_BYTES_MAX as u64));
        assert_eq!(ends.held_bytes(), 0);
    }
}
