//! Answers on their way to the kernel: a bounded queue of bytes and stretches of files.

use std::io::{self, IoSlice};
use std::ops::Range;

use bytes::Bytes;

use super::limits::{COPIED_BYTES_MAX, OUTPUT_BYTES_MAX, OUTPUT_KEPT_BYTES};
use crate::driving::{ColdWindow, Probe, probe};
use crate::exchange::{Body, FileSlice};
use crate::lasting;
use crate::net::Sent;
use crate::net::limits::{SEND_WINDOW_BYTES, SLICES_MAX};
use crate::tls::{Channel, Follows};

/// What waits to be sent, in order.
#[derive(Default)]
pub(super) struct Output {
    /// Heads and small contents, one after the other. The engine writes here.
    pub(super) copied: Vec<u8>,
    queue: Vec<Piece>,
    /// The first piece that is not sent completely.
    next: usize,
    /// Bytes of `copied` that are queued.
    queued: usize,
    /// Bytes of shared content that are queued.
    shared_bytes: usize,
    /// Bytes given to the kernel since the last [`Output::clear`].
    sent: u64,
    /// Of these, bytes that were told by [`Output::newly_sent`].
    told: u64,
    /// Bytes queued since the last [`Output::clear`].
    total: u64,
    /// Whether the connection is closed when everything is sent.
    close_follows: bool,
}

enum Piece {
    Copied(Range<usize>),
    Shared(Bytes),
    File(FileInHand),
}

/// A file being sent.
struct FileInHand {
    slice: FileSlice,
    /// Up to here the page cache is known to hold the file.
    probed_to: u64,
}

/// How far a step of sending came.
pub(super) enum Step {
    /// Everything is with the kernel.
    Done,
    /// Some bytes are with the kernel; there is more.
    Some(usize),
    /// The kernel's buffer is full.
    Full,
    /// The file's next window is not in memory: read it elsewhere, then come back.
    Cold(ColdWindow),
    /// The file is not the one that was described any more.
    FileChanged,
}

impl Output {
    /// Whether everything queued is with the kernel.
    pub(super) fn is_empty(&self) -> bool {
        self.next == self.queue.len() && self.queued == self.copied.len()
    }

    /// Whether it is time to send before more is queued.
    pub(super) fn is_full(&self) -> bool {
        let held = self.copied.len() + self.shared_bytes;
        held >= OUTPUT_BYTES_MAX || matches!(self.queue.last(), Some(Piece::File(_)))
    }

    /// Whether what is left leaves at once, if the client takes it: nothing has to be found for it.
    pub(super) fn ends_here(&self) -> bool {
        let mut rest = self.queue[self.next..].iter();
        rest.all(|piece| match piece {
            Piece::Copied(_) | Piece::Shared(_) => true,
            Piece::File(file) => file.slice.len <= SEND_WINDOW_BYTES,
        })
    }

    /// Bytes given to the kernel since the last clear.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Bytes given to the kernel since this was last asked.
    pub(super) fn newly_sent(&mut self) -> u64 {
        let told = std::mem::replace(&mut self.told, self.sent);
        self.sent - told
    }

    /// Bytes queued since the last clear: where the next answer begins.
    pub(super) fn total(&self) -> u64 {
        self.total + (self.copied.len() - self.queued) as u64
    }

    /// Forgets everything; keeps a moderate buffer for the next turn.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.copied.clear();
        if self.copied.capacity() > OUTPUT_KEPT_BYTES {
            self.copied = Vec::new();
        }
        (self.next, self.queued, self.shared_bytes) = (0, 0, 0);
        (self.sent, self.told, self.total) = (0, 0, 0);
        self.close_follows = false;
    }

    /// Gives up memory that holds nothing.
    pub(super) fn narrow(&mut self) {
        if self.copied.is_empty() {
            self.copied = Vec::new();
        }
    }

    /// The connection is closed right after what is queued: its last bytes wait for the close, so
    /// that both leave in one packet.
    pub(super) fn close_follows(&mut self) {
        self.close_follows = true;
    }

    /// Queues the content of an answer whose head was just written to `copied`.
    pub(super) fn push_body(&mut self, body: Body) {
        match body {
            // A stream is queued piece by piece, as it is made.
            Body::Empty | Body::Stream(_) | Body::Takeover(_) => {}
            Body::Bytes(bytes) if bytes.len() <= COPIED_BYTES_MAX => {
                self.copied.extend_from_slice(&bytes);
            }
            Body::Bytes(bytes) => {
                self.queue_copied();
                self.total += bytes.len() as u64;
                self.shared_bytes += bytes.len();
                self.queue.push(Piece::Shared(bytes));
            }
            Body::Parts(parts) => parts.into_iter().for_each(|part| self.push_body(part)),
            Body::File(slice) if slice.len == 0 => {}
            Body::File(slice) => {
                self.queue_copied();
                self.total += slice.len;
                let probed_to = slice.start;
                self.queue
                    .push(Piece::File(FileInHand { slice, probed_to }));
            }
        }
    }

    fn queue_copied(&mut self) {
        let range = self.queued..self.copied.len();
        if !range.is_empty() {
            self.total += range.len() as u64;
            self.queued = range.end;
            self.queue.push(Piece::Copied(range));
        }
    }

    /// The stretch that was cold has been read: it is not asked about again.
    pub(super) fn warmed(&mut self) {
        if let Some(Piece::File(file)) = self.queue.get_mut(self.next) {
            file.probed_to = file.window_end();
        }
    }

    /// Gives the kernel as much as one system call takes.
    pub(super) fn send_some(&mut self, socket: &mut Channel) -> io::Result<Step> {
        self.queue_copied();
        let sent = match self.queue.get_mut(self.next) {
            None => return Ok(Step::Done),
            Some(Piece::File(file)) => match file.send_some(socket)? {
                Step::Some(sent) => sent,
                other => return Ok(other),
            },
            Some(piece) => {
                let sent = match piece.lasting(socket) {
                    Some(bytes) => {
                        let bytes = bytes.clone();
                        socket.send_lasting(&bytes, self.follows(1))?
                    }
                    None => self.send_bytes(socket)?,
                };
                match sent {
                    Sent::Bytes(sent) => sent,
                    Sent::Full => return Ok(Step::Full),
                }
            }
        };
        self.advance(sent);
        Ok(if self.is_empty() {
            Step::Done
        } else {
            Step::Some(sent)
        })
    }

    /// The same, of so many bytes at most.
    pub(super) fn send_some_of(&mut self, socket: &mut Channel, most: u64) -> io::Result<Step> {
        self.queue_copied();
        let is_last = self.next + 1 == self.queue.len();
        let close_follows = self.close_follows && is_last;
        let sent = match self.queue.get_mut(self.next) {
            None => return Ok(Step::Done),
            Some(Piece::File(file)) => match file.send_some_of(socket, most)? {
                Step::Some(sent) => sent,
                other => return Ok(other),
            },
            Some(_) => {
                let bytes = self.bytes_of(&self.queue[self.next]);
                let count = bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX));
                let follows = if close_follows && count == bytes.len() {
                    Follows::Close
                } else {
                    Follows::Nothing
                };
                match socket.send(&bytes[..count], follows)? {
                    Sent::Bytes(sent) => sent,
                    Sent::Full => return Ok(Step::Full),
                }
            }
        };
        self.advance(sent);
        Ok(if self.is_empty() {
            Step::Done
        } else {
            Step::Some(sent)
        })
    }

    fn send_bytes(&self, socket: &mut Channel) -> io::Result<Sent> {
        let rest = &self.queue[self.next..];
        let in_memory = rest
            .iter()
            .take_while(|piece| !matches!(piece, Piece::File(_)) && piece.lasting(socket).is_none())
            .count();
        let count = in_memory.min(SLICES_MAX);
        let follows = self.follows(count);
        if count == 1 {
            return socket.send(self.bytes_of(&rest[0]), follows);
        }
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        for (slice, piece) in slices.iter_mut().zip(rest).take(count) {
            *slice = IoSlice::new(self.bytes_of(piece));
        }
        socket.send_slices(&slices[..count], follows)
    }

    /// What comes right after so many of the pieces that are left.
    fn follows(&self, pieces: usize) -> Follows {
        if self.next + pieces < self.queue.len() {
            Follows::More
        } else if self.close_follows {
            Follows::Close
        } else {
            Follows::Nothing
        }
    }

    fn bytes_of<'a>(&'a self, piece: &'a Piece) -> &'a [u8] {
        match piece {
            Piece::Copied(range) => &self.copied[range.clone()],
            Piece::Shared(bytes) => bytes,
            Piece::File(_) => &[],
        }
    }

    /// Marks `sent` bytes as given to the kernel.
    fn advance(&mut self, mut sent: usize) {
        self.sent += sent as u64;
        while let Some(piece) = self.queue.get_mut(self.next) {
            let left = match piece {
                Piece::Copied(range) => {
                    let taken = sent.min(range.len());
                    range.start += taken;
                    sent -= taken;
                    range.len() as u64
                }
                Piece::Shared(bytes) => {
                    let taken = sent.min(bytes.len());
                    let _ = bytes.split_to(taken);
                    self.shared_bytes -= taken;
                    sent -= taken;
                    bytes.len() as u64
                }
                Piece::File(file) => {
                    let taken = (sent as u64).min(file.slice.len);
                    file.slice.start += taken;
                    file.slice.len -= taken;
                    sent = 0;
                    file.slice.len
                }
            };
            if left > 0 {
                return;
            }
            self.next += 1;
        }
    }
}

impl Piece {
    /// What can be sent without a copy, if it can.
    fn lasting(&self, socket: &Channel) -> Option<&Bytes> {
        match self {
            Self::Shared(bytes) if socket.takes_pages() && lasting::holds(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl FileInHand {
    fn window_end(&self) -> u64 {
        self.slice.start + self.slice.len.min(SEND_WINDOW_BYTES)
    }

    /// Sends one window, if the page cache has it and the file is still itself.
    fn send_some(&mut self, socket: &mut Channel) -> io::Result<Step> {
        self.send_some_of(socket, u64::MAX)
    }

    /// The same, of so many bytes of it at most.
    fn send_some_of(&mut self, socket: &mut Channel, most: u64) -> io::Result<Step> {
        let end = self.window_end();
        let window = end - self.slice.start;
        if self.probed_to < end {
            match probe(&self.slice, end)? {
                Probe::Warm => self.probed_to = end,
                Probe::Cold => {
                    let slice = FileSlice {
                        len: window,
                        ..self.slice.clone()
                    };
                    return Ok(Step::Cold(ColdWindow::of(slice)));
                }
                Probe::Ended => return Ok(Step::FileChanged),
            }
        }
        // The last window is what makes the answer look whole: look again before each part of it.
        if window == self.slice.len && !self.slice.file.still_whole() {
            return Ok(Step::FileChanged);
        }
        Ok(
            match socket.send_file(
                self.slice.file.descriptor(),
                self.slice.start,
                window.min(most),
            )? {
                Sent::Bytes(0) => Step::FileChanged,
                Sent::Bytes(sent) => Step::Some(sent),
                Sent::Full => Step::Full,
            },
        )
    }
}
