//! A connected socket, TCP or Unix, and the cheapest ways to send through it.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags};
use rustix::pipe::{PipeFlags, SpliceFlags};
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use crate::lasting;

/// A connected socket, TCP or Unix.
///
/// It starts unknown to the poller: a client that has sent its request by the time it is accepted
/// is read, answered and, if it asked for that, closed without the poller ever hearing of it. The
/// first time something has to be waited for, and before a second read, it is registered: the
/// poller is what ends the turn of a client that always has more to say.
#[derive(Debug)]
pub struct Transport(Socket);

#[derive(Debug)]
enum Socket {
    /// Not registered.
    Fresh {
        socket: OwnedFd,
        family: Family,
        was_read: bool,
    },
    Tcp(TcpStream),
    Unix(UnixStream),
    /// Registering failed; every further call says so.
    Lost,
}

/// What kind of socket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Over the network, or this machine's own.
    Tcp,
    /// Within this machine.
    Unix,
}

/// How a try to send went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The kernel took this many bytes.
    Bytes(usize),
    /// The kernel's buffer is full; wait for [`Transport::poll_writable`].
    Full,
}

/// Whether an error of a socket says that the peer has gone, or cannot be reached any more.
pub fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::TimedOut
    )
}

impl Transport {
    /// A connected, non-blocking socket that was just accepted.
    pub fn accepted(socket: OwnedFd, family: Family) -> Self {
        Self(Socket::Fresh {
            socket,
            family,
            was_read: false,
        })
    }

    /// Reads what is there into `buffer`; zero bytes mean that the peer will send no more.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if let Socket::Fresh {
            socket,
            was_read: was_read @ false,
            ..
        } = &mut self.0
        {
            match rustix::net::recv(&*socket, &mut *buffer, RecvFlags::empty()) {
                Ok((count, _)) => {
                    *was_read = true;
                    return Poll::Ready(Ok(count));
                }
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(errno) => return Poll::Ready(Err(errno.into())),
            }
        }
        self.register()?;
        let mut buffer = ReadBuf::new(buffer);
        ready!(match &mut self.0 {
            Socket::Tcp(socket) => Pin::new(socket).poll_read(cx, &mut buffer),
            Socket::Unix(socket) => Pin::new(socket).poll_read(cx, &mut buffer),
            Socket::Fresh { .. } | Socket::Lost => Poll::Ready(Err(lost())),
        })?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Shows what is there without taking it; zero bytes mean that the peer will send no more. What was
    /// seen has to be taken before there is a wait for more.
    pub fn poll_peek(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut peek = |socket: BorrowedFd<'_>| {
            rustix::net::recv(socket, &mut *buffer, RecvFlags::PEEK).map(|(count, _)| count)
        };
        if let Socket::Fresh { socket, .. } = &self.0 {
            match peek(socket.as_fd()) {
                Ok(count) => return Poll::Ready(Ok(count)),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(errno) => return Poll::Ready(Err(errno.into())),
            }
        }
        self.register()?;
        loop {
            ready!(match &self.0 {
                Socket::Tcp(socket) => socket.poll_read_ready(cx),
                Socket::Unix(socket) => socket.poll_read_ready(cx),
                Socket::Fresh { .. } | Socket::Lost => Poll::Ready(Err(lost())),
            })?;
            match self.attempt(Interest::READABLE, &mut peek)? {
                Sent::Bytes(count) => return Poll::Ready(Ok(count)),
                // Not ready after all: the poller has been told, and is asked again.
                Sent::Full => {}
            }
        }
    }

    /// Takes bytes that have been seen.
    pub fn take(&self, buffer: &mut [u8]) -> io::Result<()> {
        let socket = self.descriptor().ok_or_else(lost)?;
        let mut taken = 0;
        while taken < buffer.len() {
            let rest = &mut buffer[taken..];
            match uninterrupted(|| {
                let received = rustix::net::recv(socket, &mut *rest, RecvFlags::DONTWAIT);
                received.map(|(count, _)| count)
            })? {
                0 => return Err(lost()),
                count => taken += count,
            }
        }
        Ok(())
    }

    /// Whether bytes have arrived that nobody has read, as far as the kernel knows right now.
    pub fn has_unread_bytes(&self) -> bool {
        let mut byte = [0];
        let peek = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let received = self
            .descriptor()
            .map(|socket| rustix::net::recv(socket, &mut byte, peek));
        matches!(received, Some(Ok((1.., _))))
    }

    /// Ready when the peer has closed or broken its side. Bytes that arrive are left unread; while
    /// there are some, nobody can see what is behind them, and this waits for ever.
    pub fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.register().is_err() {
            return Poll::Ready(());
        }
        loop {
            let ready = match &self.0 {
                Socket::Tcp(socket) => socket.poll_read_ready(cx),
                Socket::Unix(socket) => socket.poll_read_ready(cx),
                Socket::Fresh { .. } | Socket::Lost => return Poll::Ready(()),
            };
            if ready!(ready).is_err() {
                return Poll::Ready(());
            }
            match self.attempt(Interest::READABLE, |socket| {
                rustix::net::recv(socket, &mut [0; 1], RecvFlags::PEEK).map(|(count, _)| count)
            }) {
                Ok(Sent::Bytes(0)) | Err(_) => return Poll::Ready(()),
                Ok(Sent::Bytes(_)) => return Poll::Pending,
                // Not ready after all: the poller has been told, and is asked again.
                Ok(Sent::Full) => {}
            }
        }
    }

    /// Whether the kernel takes bytes again.
    pub fn poll_writable(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.register()?;
        match &self.0 {
            Socket::Tcp(socket) => socket.poll_write_ready(cx),
            Socket::Unix(socket) => socket.poll_write_ready(cx),
            Socket::Fresh { .. } | Socket::Lost => Poll::Ready(Err(lost())),
        }
    }

    /// Bytes that the kernel holds for the peer and that it has not acknowledged; `None` where
    /// nobody can tell.
    pub fn unacknowledged_bytes(&self) -> Option<u64> {
        super::unsent::unacknowledged_bytes(self.descriptor()?)
    }

    /// Sends bytes; `more` tells the kernel that a file or the close follows at once, so that both
    /// share a packet.
    #[inline]
    pub fn send(&self, bytes: &[u8], more: bool) -> io::Result<Sent> {
        self.attempt(Interest::WRITABLE, |socket| {
            rustix::net::send(socket, bytes, flags(more))
        })
    }

    /// Sends several stretches of bytes at once; `more` as for [`Transport::send`].
    pub fn send_slices(&self, slices: &[IoSlice<'_>], more: bool) -> io::Result<Sent> {
        let nothing_else = &mut SendAncillaryBuffer::default();
        self.attempt(Interest::WRITABLE, |socket| {
            rustix::net::sendmsg(socket, slices, nothing_else, flags(more))
        })
    }

    /// Sends bytes that are never written again, as far as possible without a copy: as many as a pipe
    /// takes. `more` as for [`Transport::send`].
    pub fn send_lasting(&self, bytes: &[u8], more: bool) -> io::Result<Sent> {
        PIPE.with_borrow_mut(|kept| {
            let filled = Pipe::filled(kept, bytes);
            let Some((pipe, count)) = filled else {
                return self.send(bytes, more);
            };
            let sent = self.attempt(Interest::WRITABLE, |socket| {
                pipe.empty_into(socket, count, more)
            });
            if !matches!(sent, Ok(Sent::Bytes(sent)) if sent == count) {
                // What is left in it is not to be found there by the next one.
                *kept = None;
            }
            sent
        })
    }

    /// Has the kernel send a stretch of a file; zero bytes mean that the file ends here.
    pub fn send_file(&self, file: BorrowedFd<'_>, start: u64, len: u64) -> io::Result<Sent> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        self.attempt(Interest::WRITABLE, |socket| {
            let mut offset = start;
            rustix::fs::sendfile(socket, file, Some(&mut offset), len)
        })
    }

    /// Says that nothing more will be sent; the peer may still send.
    pub fn shut_down_sending(&self) -> io::Result<()> {
        let socket = self.descriptor().ok_or_else(lost)?;
        Ok(rustix::net::shutdown(socket, rustix::net::Shutdown::Write)?)
    }

    /// Makes the coming close a reset, so that the peer cannot take what it got for the whole.
    ///
    /// A Unix socket has no reset; there the missing bytes of the declared length must do.
    pub fn reset_on_close(&self) -> io::Result<()> {
        if let Socket::Unix(_)
        | Socket::Fresh {
            family: Family::Unix,
            ..
        } = self.0
        {
            return Ok(());
        }
        let socket = self.descriptor().ok_or_else(lost)?;
        Ok(rustix::net::sockopt::set_socket_linger(
            socket,
            Some(Duration::ZERO),
        )?)
    }

    /// Makes the socket known to the poller, if it is not.
    fn register(&mut self) -> io::Result<()> {
        if !matches!(self.0, Socket::Fresh { .. }) {
            return Ok(());
        }
        if let Socket::Fresh { socket, family, .. } = std::mem::replace(&mut self.0, Socket::Lost) {
            self.0 = match family {
                Family::Tcp => Socket::Tcp(TcpStream::from_std(socket.into())?),
                Family::Unix => Socket::Unix(UnixStream::from_std(socket.into())?),
            };
        }
        Ok(())
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.0 {
            Socket::Fresh { socket, .. } => Some(socket.as_fd()),
            Socket::Tcp(socket) => Some(socket.as_fd()),
            Socket::Unix(socket) => Some(socket.as_fd()),
            Socket::Lost => None,
        }
    }

    fn attempt(
        &self,
        interest: Interest,
        mut call: impl FnMut(BorrowedFd<'_>) -> rustix::io::Result<usize>,
    ) -> io::Result<Sent> {
        // Asked directly first: most of the time the kernel takes it. Only a refusal has to be heard
        // by the poller, and then by a call of its own, so that no word of room in between is lost.
        let socket = self.descriptor().ok_or_else(lost)?;
        let outcome = match uninterrupted(|| call(socket)) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let again = || uninterrupted(|| call(socket));
                match &self.0 {
                    Socket::Tcp(stream) => stream.try_io(interest, again),
                    Socket::Unix(stream) => stream.try_io(interest, again),
                    Socket::Fresh { .. } | Socket::Lost => Err(error),
                }
            }
            outcome => outcome,
        };
        match outcome {
            Ok(bytes) => Ok(Sent::Bytes(bytes)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Sent::Full),
            Err(error) => Err(error),
        }
    }
}

/// What pages go through on their way to a socket.
struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
}

thread_local! {
    /// Empty between two calls.
    static PIPE: RefCell<Option<Pipe>> = const { RefCell::new(None) };
}

/// Set once the kernel, or a sandbox around us, has shown that pages do not go this way.
static NO_PIPES: AtomicBool = AtomicBool::new(false);

impl Pipe {
    /// This worker's pipe with pages of these bytes in it, and how many they are; `None` where that
    /// cannot be had.
    fn filled<'a>(kept: &'a mut Option<Self>, bytes: &[u8]) -> Option<(&'a Self, usize)> {
        if NO_PIPES.load(Ordering::Relaxed) {
            return None;
        }
        if kept.is_none() {
            let flags = PipeFlags::CLOEXEC | PipeFlags::NONBLOCK;
            // Out of descriptors: they will be copied.
            let (read, write) = rustix::pipe::pipe_with(flags).ok()?;
            *kept = Some(Self { read, write });
        }
        let pipe = kept.as_ref()?;
        match lasting::hand_over(bytes, pipe.write.as_fd()) {
            Ok(count) if count > 0 => Some((pipe, count)),
            Err(Errno::NOSYS | Errno::PERM) => {
                NO_PIPES.store(true, Ordering::Relaxed);
                None
            }
            Ok(_) | Err(_) => None,
        }
    }

    fn empty_into(
        &self,
        socket: BorrowedFd<'_>,
        count: usize,
        more: bool,
    ) -> rustix::io::Result<usize> {
        let mut flags = SpliceFlags::NONBLOCK;
        flags.set(SpliceFlags::MORE, more);
        rustix::pipe::splice(&self.read, None, socket, None, count, flags)
    }
}

fn flags(more: bool) -> SendFlags {
    let mut flags = SendFlags::NOSIGNAL;
    flags.set(SendFlags::MORE, more);
    flags
}

fn lost() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

fn uninterrupted(mut call: impl FnMut() -> rustix::io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            outcome => return Ok(outcome?),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    /// Reads one byte; `None` if that has to be waited for.
    async fn byte(socket: &mut Transport) -> Option<u8> {
        let mut byte = [0];
        match poll_fn(|cx| Poll::Ready(socket.poll_read(cx, &mut byte))).await {
            Poll::Ready(count) => Some(byte[..count.unwrap()][0]),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn whoever_always_has_more_to_say_is_read_once_before_the_poller_knows() {
        let (mut client, server) = UnixStream::pair().unwrap();
        server.set_nonblocking(true).unwrap();
        let mut socket = Transport::accepted(server.into(), Family::Unix);
        client.write_all(b"ab").unwrap();
        assert_eq!(byte(&mut socket).await, Some(b'a'));
        assert_eq!(byte(&mut socket).await, None, "the poller has its say");
        let mut rest = [0];
        let count = poll_fn(|cx| socket.poll_read(cx, &mut rest)).await;
        assert_eq!((count.unwrap(), rest), (1, *b"b"));
    }
}
