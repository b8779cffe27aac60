//! What an answer carries after its head.

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::{FieldList, Takeover};

/// The content of a response. A closed list: every driver sends every kind.
#[derive(Default)]
pub enum Body {
    /// No content.
    #[default]
    Empty,
    /// Content in memory, shared with whoever keeps it.
    Bytes(Bytes),
    /// Content in an open file; the kernel sends it.
    File(FileSlice),
    /// One after the other, in memory or in files.
    Parts(Vec<Body>),
    /// Content that is made while it is sent.
    Stream(Box<dyn Stream>),
    /// No content: from here on another protocol is spoken, one that the client has offered
    /// ([`Request::offer`](super::Request::offer)). The status is 101, and a field `upgrade` names it.
    Takeover(Box<dyn Takeover>),
}

impl Body {
    /// Bytes of content; `None` if that is known only at its end.
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(slice) => Some(slice.len),
            Self::Parts(parts) => parts.iter().map(Self::len).sum(),
            Self::Stream(_) | Self::Takeover(_) => None,
        }
    }

    /// Whether it is known that there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

/// Content that is made while it is sent.
///
/// It is asked for the next piece only when everything before it is with the kernel, so a slow
/// client slows it down and nothing piles up. It is dropped when its end is sent, or when nobody
/// takes it any more; a client that has left is noticed while the stream waits.
pub trait Stream: Send {
    /// What comes next. While nothing does, the task of `cx` is woken when that changes.
    ///
    /// A piece of data should not be larger than 64 KiB: it is held until the client takes it.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next>;

    /// The server is stopping. What has an end of its own may go on to it; what has none ends with
    /// the next piece. Said once, and the stream is asked again at once.
    fn drain(&mut self) {}

    /// Whether it has no end of its own: then a client that leaves has missed nothing.
    fn is_endless(&self) -> bool {
        false
    }
}

/// The next thing of a [`Stream`].
pub enum Next {
    /// Content. Several pieces may leave together.
    Data(Bytes),
    /// What came before is to leave now, though more may follow at once.
    Flush,
    /// The content is complete. Trailers reach whoever can hear them (RFC 9110 §6.5).
    End(FieldList),
    /// The rest cannot be made: the client must not take what it has for the whole.
    Failed,
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
