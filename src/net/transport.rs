//! A connected socket, TCP or Unix, and the cheapest ways to send through it.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::net::SendFlags;
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// A connected socket.
#[derive(Debug)]
pub enum Transport {
    /// Over the network, or this machine's own.
    Tcp(TcpStream),
    /// Within this machine.
    Unix(UnixStream),
}

/// How a try to send went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The kernel took this many bytes.
    Bytes(usize),
    /// The kernel's buffer is full; wait for [`Transport::poll_writable`].
    Full,
}

impl Transport {
    /// Reads what is there into `buffer`; zero bytes mean that the peer will send no more.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(match self {
            Self::Tcp(socket) => Pin::new(socket).poll_read(cx, &mut buffer),
            Self::Unix(socket) => Pin::new(socket).poll_read(cx, &mut buffer),
        })?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Whether the kernel takes bytes again.
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(socket) => socket.poll_write_ready(cx),
            Self::Unix(socket) => socket.poll_write_ready(cx),
        }
    }

    /// Sends bytes; `more` tells the kernel that a file follows, so that both share packets.
    pub fn send(&self, bytes: &[u8], more: bool) -> io::Result<Sent> {
        let mut flags = SendFlags::NOSIGNAL;
        flags.set(SendFlags::MORE, more);
        self.attempt(|socket| Ok(rustix::net::send(socket, bytes, flags)?))
    }

    /// Sends several stretches of bytes at once.
    pub fn send_slices(&self, slices: &[IoSlice<'_>]) -> io::Result<Sent> {
        self.attempt(|socket| Ok(rustix::io::writev(socket, slices)?))
    }

    /// Has the kernel send a stretch of a file; zero bytes mean that the file ends here.
    pub fn send_file(&self, file: BorrowedFd<'_>, start: u64, len: u64) -> io::Result<Sent> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        self.attempt(|socket| {
            let mut offset = start;
            Ok(rustix::fs::sendfile(socket, file, Some(&mut offset), len)?)
        })
    }

    /// Says that nothing more will be sent; the peer may still send.
    pub fn shut_down_sending(&self) -> io::Result<()> {
        Ok(rustix::net::shutdown(
            self.descriptor(),
            rustix::net::Shutdown::Write,
        )?)
    }

    /// Makes the coming close a reset, so that the peer cannot take what it got for the whole.
    pub fn reset_on_close(&self) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => Ok(rustix::net::sockopt::set_socket_linger(
                socket,
                Some(Duration::ZERO),
            )?),
            // A Unix socket has no reset; the missing bytes of the declared length must do.
            Self::Unix(_) => Ok(()),
        }
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(socket) => socket.as_fd(),
            Self::Unix(socket) => socket.as_fd(),
        }
    }

    fn attempt(&self, call: impl Fn(BorrowedFd<'_>) -> io::Result<usize>) -> io::Result<Sent> {
        let interest = Interest::WRITABLE;
        let outcome = match self {
            Self::Tcp(socket) => socket.try_io(interest, || uninterrupted(|| call(socket.as_fd()))),
            Self::Unix(socket) => {
                socket.try_io(interest, || uninterrupted(|| call(socket.as_fd())))
            }
        };
        match outcome {
            Ok(bytes) => Ok(Sent::Bytes(bytes)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Sent::Full),
            Err(error) => Err(error),
        }
    }
}

fn uninterrupted(call: impl Fn() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
