//! What an answer carries after its head.

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use bytes::Bytes;

/// The content of a response. A closed list: every driver sends every kind.
#[derive(Clone, Default)]
pub enum Body {
    /// No content.
    #[default]
    Empty,
    /// Content in memory, shared with whoever keeps it.
    Bytes(Bytes),
    /// Content in an open file; the kernel sends it.
    File(FileSlice),
}

impl Body {
    /// Bytes of content.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(slice) => slice.len,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A stretch of an open file.
#[derive(Clone)]
pub struct FileSlice {
    /// The file, held open until the last byte is sent.
    pub file: Arc<dyn SendableFile>,
    /// Offset of the first byte.
    pub start: u64,
    /// Number of bytes.
    pub len: u64,
}

/// A file that can be sent by the kernel and asked whether it is still the one that was described.
pub trait SendableFile: Send + Sync {
    /// The open descriptor to send from.
    fn descriptor(&self) -> BorrowedFd<'_>;

    /// Looks again: are size and times those the response head was made of?
    ///
    /// A rename or deletion does not count as a change (the content is the same); a write does.
    /// Asked before the last part is sent, so that no client takes a mixture for the whole.
    fn still_whole(&self) -> bool;
}
