//! What the library takes for a socket: two buffers in memory.
//!
//! Law: whatever it says in one turn is gathered here and leaves at once; and no byte reaches it that
//! the census has not looked at. So the library needs no waker, and nothing waits within it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::census::Census;
use super::limits::SIP_BYTES;
use super::outgoing::Outgoing;

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
    /// Said by the library, and not with the kernel.
    pub(super) outgoing: Outgoing,
    /// Bytes the library has said since the connection began.
    pub(super) said: u64,
    /// Of these, with the kernel.
    pub(super) sent: u64,
    /// Whether the library had more to say than there was room for.
    pub(super) is_blocked: bool,
    /// What the library may read before it is asked again, bytes.
    sip: usize,
    pub(super) census: Census,
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

    /// Lets the library read some more, if there is more and nothing speaks against it.
    pub(super) fn sip(&mut self) -> bool {
        self.sip = SIP_BYTES;
        !(self.is_read() || self.is_blocked || self.census.is_enough)
    }

    /// The kernel took so many bytes.
    pub(super) fn took(&mut self, count: usize) {
        self.outgoing.took(count);
        self.sent += count as u64;
        self.census.sent(count);
    }

    fn read(&mut self, buffer: &mut ReadBuf<'_>) {
        let rest = &self.incoming[self.read_from..];
        let count = rest.len().min(buffer.remaining()).min(self.sip);
        self.sip -= count;
        buffer.put_slice(&rest[..count]);
        self.read_from += count;
        if self.is_read() {
            (self.incoming, self.read_from) = (Vec::new(), 0);
        }
    }

    /// Says a frame of our own, where the library does not.
    pub(super) fn add(&mut self, frame: &[u8]) {
        if self.outgoing.room() >= frame.len() {
            self.say(frame);
        }
    }

    fn say(&mut self, bytes: &[u8]) -> usize {
        let count = self.outgoing.say(bytes);
        if count < bytes.len() {
            self.is_blocked = true;
        }
        self.census.overhear(&bytes[..count]);
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
        if ends.is_read() || ends.sip == 0 {
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
