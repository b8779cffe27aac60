//! Records over a socket: seals what is sent, opens what arrives.
//!
//! Law: an idle connection holds keys and nothing else. Buffers belong to the worker; only what the
//! kernel does not take, a record that has not arrived in full, and content nobody has asked for
//! yet stay with the connection, each bounded in `limits.rs`.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustix::io::Errno;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus,
};

use super::channel::Follows;
use super::choice::TakenFor;
use super::limits::{HELD_BYTES_MAX, INCOMING_BYTES, SEAL_BYTES_MAX, SEALED_SPARE_BYTES};
use crate::exchange::Proof;
use crate::net::{Sent, Transport};

/// A socket with TLS on top.
pub struct Stream {
    socket: Transport,
    pub(super) session: UnbufferedServerConnection,
    /// Whom the client took us for, if we are several.
    pub(super) taken_for: Option<TakenFor>,
    /// What it has proved of itself, if it was asked to.
    pub(super) proof: Option<Arc<Proof>>,
    /// Records that have not arrived in full.
    arrived: Vec<u8>,
    /// Content that was opened and not asked for yet, from [`Stream::unread_from`] on.
    unread: Vec<u8>,
    unread_from: usize,
    /// Sealed, and not with the kernel.
    unsent: Vec<u8>,
    /// Content within `unsent` that the caller has not been told about: it is offered again.
    untold: usize,
    /// Content that waits for what follows it; the caller takes it for sent.
    held: Vec<u8>,
    /// The peer sends no more: it said so, or its connection is gone.
    is_over: bool,
    has_taken_leave: bool,
}

/// Buffers of a worker, lent for as long as a call lasts.
struct Desk {
    incoming: Box<[u8]>,
    content: Buffer,
    sealed: Buffer,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::new(Desk {
        incoming: vec![0; INCOMING_BYTES].into_boxed_slice(),
        content: Buffer::with_room(SEAL_BYTES_MAX),
        sealed: Buffer::with_room(SEAL_BYTES_MAX + SEALED_SPARE_BYTES),
    });
}

impl Stream {
    pub(super) fn new(socket: Transport, session: UnbufferedServerConnection) -> Self {
        Self {
            socket,
            session,
            taken_for: None,
            proof: None,
            arrived: Vec::new(),
            unread: Vec::new(),
            unread_from: 0,
            unsent: Vec::new(),
            untold: 0,
            held: Vec::new(),
            is_over: false,
            has_taken_leave: false,
        }
    }

    pub(super) fn answers_for(&self, authority: &[u8]) -> bool {
        { self.taken_for.as_ref() }.is_none_or(|taken_for| taken_for.answers_for(authority))
    }

    pub(super) fn into_socket(self) -> Transport {
        self.socket
    }

    pub(super) fn socket(&self) -> &Transport {
        &self.socket
    }

    pub(super) fn socket_mut(&mut self) -> &mut Transport {
        &mut self.socket
    }

    pub(super) fn has_unread_bytes(&self) -> bool {
        !self.unread.is_empty() || self.socket.has_unread_bytes()
    }

    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            if !self.unread.is_empty() {
                return Poll::Ready(Ok(self.take_unread(buffer)));
            }
            // A connection that is cut is an end like any other: a request tells by itself whether
            // it is whole (RFC 9112 §9.8), and what was cut off never becomes one.
            if self.is_over || buffer.is_empty() {
                return Poll::Ready(Ok(0));
            }
            let (opened, _) = ready!(self.poll_open(cx, buffer)).map_err(Fault::into_io)?;
            if opened > 0 {
                return Poll::Ready(Ok(opened));
            }
        }
    }

    /// Ready when the peer has closed or broken its side: its farewell is sealed like all it says,
    /// so what comes is opened, and content is kept until it is asked for. Behind that nothing is
    /// looked for, and this waits for ever.
    pub(super) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.is_over && self.unread.is_empty() {
            if ready!(self.poll_open(cx, &mut [])).is_err() {
                return Poll::Ready(());
            }
        }
        if self.is_over {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn take_unread(&mut self, buffer: &mut [u8]) -> usize {
        let rest = &self.unread[self.unread_from..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.unread_from += count;
        if self.unread_from == self.unread.len() {
            (self.unread, self.unread_from) = (Vec::new(), 0);
        }
        count
    }

    /// Reads once and opens what came: into `buffer`, and what does not fit there is kept. Answers
    /// the bytes that were opened into it, and those that were read.
    pub(super) fn poll_open(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<(usize, usize), Fault>> {
        DESK.with_borrow_mut(|desk| {
            let kept = self.arrived.len();
            if kept >= desk.incoming.len() {
                return Poll::Ready(Err(Fault::Protocol(too_long())));
            }
            let count = ready!(self.socket.poll_read(cx, &mut desk.incoming[kept..]));
            let count = count.map_err(Fault::System)?;
            if count == 0 {
                self.is_over = true;
                return Poll::Ready(Ok((0, 0)));
            }
            desk.incoming[..kept].copy_from_slice(&self.arrived);
            let opened = self.open(&mut desk.incoming[..kept + count], buffer)?;
            Poll::Ready(Ok((opened, count)))
        })
    }

    /// Opens what has arrived, as far as it is whole.
    pub(super) fn open(&mut self, incoming: &mut [u8], buffer: &mut [u8]) -> Result<usize, Fault> {
        let (mut at, mut filled) = (0, 0);
        let outcome = loop {
            let UnbufferedStatus { mut discard, state } =
                self.session.process_tls_records(&mut incoming[at..]);
            let mut is_done = false;
            match state {
                Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                    while let Some(record) = traffic.next_record() {
                        let Ok(record) = record else { break };
                        discard += record.discard;
                        let fits = record.payload.len().min(buffer.len() - filled);
                        let (now, later) = record.payload.split_at(fits);
                        buffer[filled..filled + fits].copy_from_slice(now);
                        filled += fits;
                        self.unread.extend_from_slice(later);
                    }
                }
                Ok(ConnectionState::EncodeTlsData(mut data)) => {
                    append(&mut self.unsent, |room| data.encode(room))?;
                }
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::PeerClosed) => self.is_over = true,
                // No early data is accepted; the others want nothing of us.
                Ok(_) => is_done = true,
                Err(error) => break Err(error),
            }
            at += discard;
            if is_done {
                break Ok(filled);
            }
        };
        self.arrived.clear();
        if at == incoming.len() {
            self.arrived = Vec::new();
        } else {
            self.arrived.extend_from_slice(&incoming[at..]);
        }
        match outcome {
            Err(error) => {
                self.tell_alert();
                Err(Fault::Protocol(error))
            }
            filled => Ok(filled.unwrap_or(0)),
        }
    }

    /// Tells the peer what was wrong, if the kernel takes it.
    fn tell_alert(&mut self) {
        while self.session.wants_write() {
            let UnbufferedStatus { state, .. } = self.session.process_tls_records(&mut []);
            let Ok(ConnectionState::EncodeTlsData(mut data)) = state else {
                break;
            };
            if append(&mut self.unsent, |room| data.encode(room)).is_err() {
                break;
            }
        }
        let _ = self.flush(Follows::Close);
        self.has_taken_leave = true;
    }

    pub(super) fn send_slices(
        &mut self,
        slices: &[IoSlice<'_>],
        follows: Follows,
    ) -> io::Result<Sent> {
        if let Some(told) = self.send_untold()? {
            return Ok(told);
        }
        let offered: usize = slices.iter().map(|slice| slice.len()).sum();
        if follows == Follows::More && self.held.len() + offered <= HELD_BYTES_MAX {
            for slice in slices {
                self.held.extend_from_slice(slice);
            }
            return Ok(Sent::Bytes(offered));
        }
        DESK.with_borrow_mut(|desk| {
            let Desk {
                content, sealed, ..
            } = desk;
            content.begin_with(&mut self.held);
            let count = if let ([slice], []) = (slices, content.filled()) {
                let count = slice.len().min(SEAL_BYTES_MAX);
                self.seal(&slice[..count], sealed)?;
                count
            } else {
                let count = slices.iter().map(|slice| content.extend(slice)).sum();
                self.seal(content.filled(), sealed)?;
                count
            };
            // Of content that does not fit, the rest follows.
            let follows = if count < offered {
                Follows::More
            } else {
                follows
            };
            if follows == Follows::Close {
                self.seal_leave(sealed)?;
            }
            self.hand_over(sealed, count, follows)
        })
    }

    pub(super) fn send_file(
        &mut self,
        file: BorrowedFd<'_>,
        start: u64,
        len: u64,
    ) -> io::Result<Sent> {
        if let Some(told) = self.send_untold()? {
            return Ok(told);
        }
        DESK.with_borrow_mut(|desk| {
            let Desk {
                content, sealed, ..
            } = desk;
            content.begin_with(&mut self.held);
            let count = content.read(file, start, len)?;
            if count == 0 {
                return Ok(Sent::Bytes(0));
            }
            self.seal(content.filled(), sealed)?;
            let follows = if (count as u64) < len {
                Follows::More
            } else {
                Follows::Nothing
            };
            self.hand_over(sealed, count, follows)
        })
    }

    /// What was sealed earlier goes first. Answers how that went if it concerns the caller: the
    /// kernel is full, or content that was offered before is with it by now.
    fn send_untold(&mut self) -> io::Result<Option<Sent>> {
        if self.untold == 0 {
            return Ok(None);
        }
        if !self.flush(Follows::More)? {
            return Ok(Some(Sent::Full));
        }
        Ok(Some(Sent::Bytes(std::mem::take(&mut self.untold))))
    }

    /// Seals content behind whatever else there is to say (tickets, an answer to new keys).
    fn seal(&mut self, content: &[u8], sealed: &mut Buffer) -> io::Result<()> {
        sealed.len = 0;
        loop {
            // Always shown what has arrived: the session remembers how far it has read in it.
            let UnbufferedStatus { discard, state } =
                self.session.process_tls_records(&mut self.arrived);
            let is_done = match state {
                Ok(ConnectionState::EncodeTlsData(mut data)) => {
                    sealed.append(|room| data.encode(room))?;
                    false
                }
                Ok(ConnectionState::TransmitTlsData(data)) => {
                    data.done();
                    false
                }
                Ok(ConnectionState::PeerClosed) => {
                    self.is_over = true;
                    false
                }
                Ok(ConnectionState::WriteTraffic(mut writer)) => {
                    sealed.append(|room| writer.encrypt(content, room))?;
                    true
                }
                Ok(_) => return Err(io::ErrorKind::NotConnected.into()),
                Err(error) => return Err(Fault::Protocol(error).into_io()),
            };
            self.arrived.drain(..discard);
            if is_done {
                return Ok(());
            }
        }
    }

    /// Seals the farewell behind the last content: it is offered again with it, and cannot be lost
    /// to a kernel that is full just then.
    fn seal_leave(&mut self, sealed: &mut Buffer) -> io::Result<()> {
        let UnbufferedStatus { state, .. } = self.session.process_tls_records(&mut self.arrived);
        if let Ok(ConnectionState::WriteTraffic(mut writer)) = state {
            sealed.append(|room| writer.queue_close_notify(room))?;
            self.has_taken_leave = true;
        }
        Ok(())
    }

    /// Gives the kernel what was sealed, behind what it has not taken yet. `count` bytes of content
    /// are in it.
    fn hand_over(&mut self, sealed: &Buffer, count: usize, follows: Follows) -> io::Result<Sent> {
        let mut rest = sealed.filled();
        if !self.unsent.is_empty() {
            self.unsent.extend_from_slice(rest);
            rest = &[];
        }
        while !rest.is_empty() {
            match self.socket.send(rest, follows != Follows::Nothing)? {
                Sent::Bytes(sent) => rest = &rest[sent..],
                Sent::Full => break,
            }
        }
        self.unsent.extend_from_slice(rest);
        if self.flush(follows)? {
            Ok(Sent::Bytes(count))
        } else {
            self.untold = count;
            Ok(Sent::Full)
        }
    }

    /// Gives the kernel what it has not taken yet. Whether that was everything.
    pub(super) fn flush(&mut self, follows: Follows) -> io::Result<bool> {
        let mut sent_to = 0;
        while sent_to < self.unsent.len() {
            let rest = &self.unsent[sent_to..];
            match self.socket.send(rest, follows != Follows::Nothing)? {
                Sent::Bytes(sent) => sent_to += sent,
                Sent::Full => {
                    self.unsent.drain(..sent_to);
                    return Ok(false);
                }
            }
        }
        self.unsent = Vec::new();
        Ok(true)
    }

    /// Says once that nothing follows (close_notify, RFC 8446 §6.1), unless an answer is unfinished:
    /// then nobody may take it for whole.
    pub(super) fn take_leave(&mut self) {
        let is_unfinished = self.untold > 0 || !self.held.is_empty();
        if is_unfinished || std::mem::replace(&mut self.has_taken_leave, true) {
            return;
        }
        let UnbufferedStatus { state, .. } = self.session.process_tls_records(&mut self.arrived);
        if let Ok(ConnectionState::WriteTraffic(mut writer)) = state {
            let queued = append(&mut self.unsent, |room| writer.queue_close_notify(room));
            // With the close right behind it, so that both share a packet.
            let _ = queued.and_then(|()| self.flush(Follows::Close).map_err(Fault::System));
        }
    }

    /// Bytes that this connection holds beside its keys.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        let held = [&self.arrived, &self.unread, &self.unsent, &self.held];
        held.into_iter().map(Vec::capacity).sum()
    }
}

/// A buffer that is never cleared: zeroing it at each turn would cost as much as copying.
struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    fn with_room(bytes: usize) -> Self {
        Self {
            bytes: vec![0; bytes],
            len: 0,
        }
    }

    fn filled(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Begins with what was held, and keeps none of it elsewhere.
    fn begin_with(&mut self, held: &mut Vec<u8>) {
        self.len = 0;
        if !held.is_empty() {
            self.extend(held);
            *held = Vec::new();
        }
    }

    /// Appends as much as there is room for; answers how much.
    fn extend(&mut self, more: &[u8]) -> usize {
        let count = more.len().min(self.bytes.len() - self.len);
        self.bytes[self.len..self.len + count].copy_from_slice(&more[..count]);
        self.len += count;
        count
    }

    /// Reads as much of a file as there is room for; answers how much.
    fn read(&mut self, file: BorrowedFd<'_>, start: u64, len: u64) -> io::Result<usize> {
        let room = self.bytes.len() - self.len;
        let len = usize::try_from(len).map_or(room, |len| len.min(room));
        loop {
            let room = &mut self.bytes[self.len..self.len + len];
            match rustix::io::pread(file, room, start) {
                Ok(count) => {
                    self.len += count;
                    return Ok(count);
                }
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Appends what `encode` writes; grows if it needs more room.
    fn append<E: Into<Shortage>>(
        &mut self,
        mut encode: impl FnMut(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), Fault> {
        loop {
            match encode(&mut self.bytes[self.len..]).map_err(Into::into) {
                Ok(count) => {
                    self.len += count;
                    return Ok(());
                }
                Err(Shortage::Room(needed)) => self.bytes.resize(self.len + needed, 0),
                Err(Shortage::Keys) => return Err(Fault::System(io::ErrorKind::Other.into())),
            }
        }
    }
}

/// Appends what `encode` writes to what is kept for later: seldom, and little.
fn append<E: Into<Shortage>>(
    out: &mut Vec<u8>,
    mut encode: impl FnMut(&mut [u8]) -> Result<usize, E>,
) -> Result<(), Fault> {
    let begin = out.len();
    loop {
        match encode(&mut out[begin..]).map_err(Into::into) {
            Ok(count) => {
                out.truncate(begin + count);
                return Ok(());
            }
            Err(Shortage::Room(needed)) => out.resize(begin + needed, 0),
            Err(Shortage::Keys) => return Err(Fault::System(io::ErrorKind::Other.into())),
        }
    }
}

/// What was missing for sealing.
enum Shortage {
    /// So many bytes of room.
    Room(usize),
    /// Keys that may still be used.
    Keys,
}

impl From<EncodeError> for Shortage {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::InsufficientSize(InsufficientSizeError { required_size }) => {
                Self::Room(required_size)
            }
            EncodeError::AlreadyEncoded => Self::Keys,
        }
    }
}

impl From<EncryptError> for Shortage {
    fn from(error: EncryptError) -> Self {
        match error {
            EncryptError::InsufficientSize(InsufficientSizeError { required_size }) => {
                Self::Room(required_size)
            }
            EncryptError::EncryptExhausted => Self::Keys,
        }
    }
}

/// Why nothing more can be read.
#[derive(Debug)]
pub(super) enum Fault {
    /// The socket failed.
    System(io::Error),
    /// What came breaks a rule of TLS, or tells that the peer gave up.
    Protocol(rustls::Error),
}

impl Fault {
    fn into_io(self) -> io::Error {
        match self {
            Self::System(error) => error,
            // The peer tears the connection down: a reset in words.
            Self::Protocol(rustls::Error::AlertReceived(_)) => {
                io::ErrorKind::ConnectionReset.into()
            }
            Self::Protocol(error) => io::Error::new(io::ErrorKind::InvalidData, error),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        fault.into_io()
    }
}

/// A record, or a message of a handshake, that is longer than there is room for.
fn too_long() -> rustls::Error {
    rustls::Error::InvalidMessage(rustls::InvalidMessage::MessageTooLarge)
}
