//! What a driver sends through: a socket, with TLS or without.

use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::stream::Stream;
use crate::exchange::{Proof, Scheme};
use crate::net::{Sent, Transport};

/// A connection's way to its peer.
///
/// Where there is no TLS it is the socket, and a match arm: the same calls, the same system calls.
pub enum Channel {
    /// In clear.
    Plain(Transport),
    /// Sealed; behind a pointer, so that a connection in clear is no larger for it.
    Sealed(Box<Stream>),
}

/// What comes right after the bytes that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Nothing for now.
    Nothing,
    /// More, at once: a file after its head.
    More,
    /// The close.
    Close,
}

impl Channel {
    /// What is asked over it is asked in clear or in private.
    pub fn scheme(&self) -> Scheme {
        match self {
            Self::Plain(_) => Scheme::Http,
            Self::Sealed(_) => Scheme::Https,
        }
    }

    /// Whether pages of memory are sent as they are, rather than sealed.
    #[inline]
    pub fn takes_pages(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    /// Whether we are for a host what the client took us for when the connection was made: the
    /// same certificate. In clear nobody takes us for anybody.
    ///
    /// # Spec
    /// RFC 9110 §4.3.3, §7.4.
    #[inline]
    pub fn answers_for(&self, authority: Option<&[u8]>) -> bool {
        match (self, authority) {
            (Self::Sealed(stream), Some(authority)) => stream.answers_for(authority),
            (Self::Plain(_), _) | (_, None) => true,
        }
    }

    /// What the client has proved of itself; `None` where it was not asked to.
    #[inline]
    pub fn proof(&self) -> Option<&Proof> {
        match self {
            Self::Plain(_) => None,
            Self::Sealed(stream) => stream.proof.as_deref(),
        }
    }

    /// The same, for what outlives a turn.
    pub fn shared_proof(&self) -> Option<Arc<Proof>> {
        match self {
            Self::Plain(_) => None,
            Self::Sealed(stream) => stream.proof.clone(),
        }
    }

    /// Reads what is there into `buffer`; zero bytes mean that the peer will send no more.
    ///
    /// # Errors
    /// `InvalidData` where something came that no key of ours opens, or that breaks a rule of TLS;
    /// the others are the socket's.
    #[inline]
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(socket) => socket.poll_read(cx, buffer),
            Self::Sealed(stream) => stream.poll_read(cx, buffer),
        }
    }

    /// Whether bytes have arrived that nobody has read, as far as the kernel knows right now.
    pub fn has_unread_bytes(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.has_unread_bytes(),
            Self::Sealed(stream) => stream.has_unread_bytes(),
        }
    }

    /// Ready when the peer has closed or broken its side. While there are bytes nobody has read,
    /// this waits for ever: what is behind them cannot be seen.
    pub fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Plain(socket) => socket.poll_gone(cx),
            Self::Sealed(stream) => stream.poll_gone(cx),
        }
    }

    /// Whether the kernel takes bytes again.
    pub fn poll_writable(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket_mut().poll_writable(cx)
    }

    /// Bytes that the kernel holds for the peer and that it has not acknowledged; `None` where
    /// nobody can tell.
    pub fn unacknowledged_bytes(&self) -> Option<u64> {
        self.socket().unacknowledged_bytes()
    }

    /// Sends bytes. After [`Sent::Full`] the same bytes have to be offered again: some of them may
    /// be sealed already.
    #[inline]
    pub fn send(&mut self, bytes: &[u8], follows: Follows) -> io::Result<Sent> {
        match self {
            Self::Plain(socket) => socket.send(bytes, follows != Follows::Nothing),
            Self::Sealed(stream) => stream.send_slices(&[IoSlice::new(bytes)], follows),
        }
    }

    /// Sends several stretches of bytes at once; as [`Channel::send`].
    pub fn send_slices(&mut self, slices: &[IoSlice<'_>], follows: Follows) -> io::Result<Sent> {
        match self {
            Self::Plain(socket) => socket.send_slices(slices, follows != Follows::Nothing),
            Self::Sealed(stream) => stream.send_slices(slices, follows),
        }
    }

    /// Sends bytes that are never written again ([`crate::lasting`]), if possible without a copy; as
    /// [`Channel::send`].
    pub fn send_lasting(&mut self, bytes: &[u8], follows: Follows) -> io::Result<Sent> {
        match self {
            Self::Plain(socket) => socket.send_lasting(bytes, follows != Follows::Nothing),
            Self::Sealed(_) => self.send(bytes, follows),
        }
    }

    /// Sends a stretch of a file: by the kernel, or read and sealed; as [`Channel::send`]. Zero
    /// bytes mean that the file ends here.
    pub fn send_file(&mut self, file: BorrowedFd<'_>, start: u64, len: u64) -> io::Result<Sent> {
        match self {
            Self::Plain(socket) => socket.send_file(file, start, len),
            Self::Sealed(stream) => stream.send_file(file, start, len),
        }
    }

    /// Says that nothing more will be sent; the peer may still send.
    pub fn shut_down_sending(&mut self) -> io::Result<()> {
        self.take_leave();
        self.socket().shut_down_sending()
    }

    /// Says that what was sent is all: the peer can tell it from a connection that was cut. In
    /// clear the close itself says so.
    pub fn take_leave(&mut self) {
        if let Self::Sealed(stream) = self {
            stream.take_leave();
        }
    }

    /// Makes the coming close a reset, so that the peer cannot take what it got for the whole.
    pub fn reset_on_close(&self) -> io::Result<()> {
        self.socket().reset_on_close()
    }

    fn socket(&self) -> &Transport {
        match self {
            Self::Plain(socket) => socket,
            Self::Sealed(stream) => stream.socket(),
        }
    }

    fn socket_mut(&mut self) -> &mut Transport {
        match self {
            Self::Plain(socket) => socket,
            Self::Sealed(stream) => stream.socket_mut(),
        }
    }
}
