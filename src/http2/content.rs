//! The content of an answer, in pieces of the size that may be sent.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use bytes::Bytes;
use rustix::buffer::spare_capacity;

use super::limits::{CHUNK_BYTES, CHUNKS_KEPT};
use crate::driving::{ColdWindow, Probe, probe};
use crate::exchange::{Body, FieldList, FileSlice, Next, SendableFile, Stream};
use crate::net::limits::SEND_WINDOW_BYTES;

/// What is left of a content.
pub(super) enum Content {
    Bytes(Bytes),
    File {
        slice: FileSlice,
        /// Up to here the page cache is known to hold the file.
        probed_to: u64,
    },
    /// One after the other.
    Parts(VecDeque<Content>),
    Stream(Made),
}

/// Content that is made while it is sent.
pub(super) struct Made {
    stream: Box<dyn Stream>,
    /// What was made and is not given to the library. Nothing more is made before.
    waiting: Bytes,
    /// What comes after all of it, once that is known.
    end: Option<FieldList>,
    has_failed: bool,
    is_draining: bool,
}

/// A piece of a content, or why there is none.
pub(super) enum Piece {
    /// As many bytes as were asked for, or fewer.
    Bytes(Bytes),
    /// The file's next window is not in memory: read it elsewhere, then come back.
    Cold(ColdWindow),
    /// The file is not the one that was described any more.
    Changed,
    /// It cannot be read.
    Failed,
}

impl Content {
    pub(super) fn of(body: Body) -> Self {
        match body {
            // Who takes over has no content: that is seen to elsewhere.
            Body::Empty | Body::Takeover(_) => Self::Bytes(Bytes::new()),
            Body::Bytes(bytes) => Self::Bytes(bytes),
            Body::File(slice) => {
                let probed_to = slice.start;
                Self::File { slice, probed_to }
            }
            Body::Parts(parts) => Self::Parts(parts.into_iter().map(Self::of).collect()),
            Body::Stream(stream) => Self::Stream(Made {
                stream,
                waiting: Bytes::new(),
                end: None,
                has_failed: false,
                is_draining: false,
            }),
        }
    }

    /// Bytes that are left, as far as they are known.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { slice, .. } => slice.len,
            Self::Parts(parts) => parts.iter().map(Self::len).sum(),
            Self::Stream(made) => made.waiting.len() as u64,
        }
    }

    /// Whether nothing follows.
    pub(super) fn is_over(&self) -> bool {
        let is_made = match self {
            Self::Bytes(_) | Self::File { .. } | Self::Parts(_) => true,
            Self::Stream(made) => made.end.is_some(),
        };
        is_made && self.len() == 0
    }

    /// Whether its next piece is still to be made.
    pub(super) fn is_in_the_making(&self) -> bool {
        match self {
            Self::Bytes(_) | Self::File { .. } | Self::Parts(_) => false,
            Self::Stream(made) => made.waiting.is_empty() && made.end.is_none() && !made.has_failed,
        }
    }

    /// Whether it has no end of its own: whoever leaves it has missed nothing.
    pub(super) fn is_endless(&self) -> bool {
        matches!(self, Self::Stream(made) if made.stream.is_endless())
    }

    /// What follows the content, if anything does (RFC 9110 §6.5).
    pub(super) fn trailers(&self) -> Option<&FieldList> {
        match self {
            Self::Stream(made) => made.end.as_ref().filter(|end| end.iter().next().is_some()),
            Self::Bytes(_) | Self::File { .. } | Self::Parts(_) => None,
        }
    }

    /// Has the next piece made; if that takes time, the task is woken.
    pub(super) fn make(&mut self, cx: &mut Context<'_>, is_draining: bool) {
        let Self::Stream(made) = self else {
            return;
        };
        if is_draining && !std::mem::replace(&mut made.is_draining, true) {
            made.stream.drain();
        }
        while made.waiting.is_empty() && made.end.is_none() && !made.has_failed {
            match catch_unwind(AssertUnwindSafe(|| made.stream.poll_next(cx))) {
                Ok(Poll::Ready(Next::Data(bytes))) => made.waiting = bytes,
                // What was made before leaves at the end of the turn in any case.
                Ok(Poll::Ready(Next::Flush)) => {}
                Ok(Poll::Ready(Next::End(trailers))) => made.end = Some(trailers),
                Ok(Poll::Ready(Next::Failed)) | Err(_) => made.has_failed = true,
                Ok(Poll::Pending) => return,
            }
        }
    }

    /// The next piece, of `count` bytes at most. A file is looked at again before its last one.
    pub(super) fn take(&mut self, count: usize) -> Piece {
        match self {
            Self::Bytes(bytes) => Piece::Bytes(bytes.split_to(count.min(bytes.len()))),
            Self::Parts(parts) => {
                while parts.len() > 1 && parts.front().is_some_and(Self::is_over) {
                    parts.pop_front();
                }
                match parts.front_mut() {
                    Some(part) => part.take(count),
                    None => Piece::Bytes(Bytes::new()),
                }
            }
            Self::Stream(made) if made.has_failed => Piece::Failed,
            Self::Stream(made) => {
                Piece::Bytes(made.waiting.split_to(count.min(made.waiting.len())))
            }
            Self::File { slice, probed_to } => {
                let chunk = slice.start / CHUNK_BYTES as u64 * CHUNK_BYTES as u64;
                let left_of_it = chunk + CHUNK_BYTES as u64 - slice.start;
                let count = slice.len.min(count as u64).min(left_of_it);
                let kept = SHELF.with_borrow(|shelf| shelf.find(&slice.file, chunk));
                if kept.is_none() && *probed_to < slice.start + count {
                    let window = slice.len.min(SEND_WINDOW_BYTES);
                    match probe(slice, slice.start + window) {
                        Ok(Probe::Warm) => *probed_to = slice.start + window,
                        Ok(Probe::Cold) => {
                            return Piece::Cold(ColdWindow::of(FileSlice {
                                len: window,
                                ..slice.clone()
                            }));
                        }
                        Ok(Probe::Ended) => return Piece::Changed,
                        Err(_) => return Piece::Failed,
                    }
                }
                if count == slice.len && !slice.file.still_whole() {
                    return Piece::Changed;
                }
                match kept.map_or_else(|| read_chunk(&slice.file, chunk), Ok) {
                    Ok(bytes) => cut(slice, &bytes, chunk, count),
                    Err(_) => Piece::Failed,
                }
            }
        }
    }

    /// The stretch that was cold has been read: it is not asked about again.
    pub(super) fn warmed(&mut self) {
        match self {
            Self::File { slice, probed_to } => {
                *probed_to = slice.start + slice.len.min(SEND_WINDOW_BYTES);
            }
            // What was cold is the first of them that is not over, as when it was taken.
            Self::Parts(parts) => {
                if let Some(part) = parts.iter_mut().find(|part| !part.is_over()) {
                    part.warmed();
                }
            }
            Self::Bytes(_) | Self::Stream(_) => {}
        }
    }
}

/// The next bytes of a file, out of the chunk that begins at `chunk`.
fn cut(slice: &mut FileSlice, bytes: &Bytes, chunk: u64, count: u64) -> Piece {
    let place = |at: u64| usize::try_from(at).map_or(bytes.len(), |at| at.min(bytes.len()));
    let from = slice.start - chunk;
    let piece = bytes.slice(place(from)..place(from + count));
    if piece.is_empty() {
        return Piece::Changed;
    }
    slice.start += piece.len() as u64;
    slice.len -= piece.len() as u64;
    Piece::Bytes(piece)
}

fn read_chunk(file: &Arc<dyn SendableFile>, start: u64) -> io::Result<Bytes> {
    // Not zeroed beforehand: that would cost as much as copying.
    let mut bytes = Vec::with_capacity(CHUNK_BYTES);
    rustix::io::pread(file.descriptor(), spare_capacity(&mut bytes), start)?;
    let bytes = Bytes::from(bytes);
    SHELF.with_borrow_mut(|shelf| shelf.keep(file, start, &bytes));
    Ok(bytes)
}

/// Chunks of files that this worker has read lately.
///
/// A file that changes is described anew, and opened anew for it; so what is remembered of the old
/// one is what its answer described, and whoever looks at it again before the end finds out.
#[derive(Default)]
struct Shelf {
    chunks: [Option<Chunk>; CHUNKS_KEPT],
    next: usize,
}

struct Chunk {
    /// Not held open for this.
    file: Weak<dyn SendableFile>,
    start: u64,
    bytes: Bytes,
}

thread_local! {
    static SHELF: RefCell<Shelf> = RefCell::default();
}

impl Shelf {
    fn find(&self, file: &Arc<dyn SendableFile>, start: u64) -> Option<Bytes> {
        let is_it = |chunk: &&Chunk| {
            chunk.start == start && std::ptr::addr_eq(chunk.file.as_ptr(), Arc::as_ptr(file))
        };
        let found = self.chunks.iter().flatten().find(is_it);
        found.map(|chunk| chunk.bytes.clone())
    }

    fn keep(&mut self, file: &Arc<dyn SendableFile>, start: u64, bytes: &Bytes) {
        let chunk = Chunk {
            file: Arc::downgrade(file),
            start,
            bytes: bytes.clone(),
        };
        if let Some(place) = self.chunks.get_mut(self.next) {
            *place = Some(chunk);
        }
        self.next = (self.next + 1) % CHUNKS_KEPT;
    }
}
