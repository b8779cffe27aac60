//! The content of an answer, in pieces of the size that may be sent.

use bytes::Bytes;

use crate::driving::{ColdWindow, Probe, probe};
use crate::exchange::{Body, FileSlice};
use crate::net::limits::SEND_WINDOW_BYTES;

/// What is left of a content.
pub(super) enum Content {
    Bytes(Bytes),
    File {
        slice: FileSlice,
        /// Up to here the page cache is known to hold the file.
        probed_to: u64,
    },
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
            Body::Empty => Self::Bytes(Bytes::new()),
            Body::Bytes(bytes) => Self::Bytes(bytes),
            Body::File(slice) => {
                let probed_to = slice.start;
                Self::File { slice, probed_to }
            }
        }
    }

    /// Bytes that are left.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { slice, .. } => slice.len,
        }
    }

    /// The next piece, of `count` bytes at most. A file is looked at again before its last one.
    pub(super) fn take(&mut self, count: usize) -> Piece {
        match self {
            Self::Bytes(bytes) => Piece::Bytes(bytes.split_to(count.min(bytes.len()))),
            Self::File { slice, probed_to } => {
                let count = slice.len.min(count as u64);
                let end = slice.start + count;
                if *probed_to < end {
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
                read(slice, count)
            }
        }
    }

    /// The stretch that was cold has been read: it is not asked about again.
    pub(super) fn warmed(&mut self) {
        if let Self::File { slice, probed_to } = self {
            *probed_to = slice.start + slice.len.min(SEND_WINDOW_BYTES);
        }
    }
}

/// Reads the next bytes of a file.
fn read(slice: &mut FileSlice, count: u64) -> Piece {
    let Ok(room) = usize::try_from(count) else {
        return Piece::Failed;
    };
    let mut bytes = vec![0; room];
    match rustix::io::pread(slice.file.descriptor(), &mut bytes[..], slice.start) {
        Ok(0) => Piece::Changed,
        Ok(read) => {
            bytes.truncate(read);
            slice.start += read as u64;
            slice.len -= read as u64;
            Piece::Bytes(bytes.into())
        }
        Err(_) => Piece::Failed,
    }
}
