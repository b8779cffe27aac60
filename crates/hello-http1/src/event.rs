//! What the engine tells its driver, and what it was told wrongly.
//!
//! Law: an event owns no bytes. It says where in the driver's own input
//! something lies, and how much of that input is used up.

use crate::refusal::Refusal;
use crate::state::Misstep;
use std::time::Instant;

/// What the received bytes mean, next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A complete head. The offsets in the head count in the input of this call.
    Request {
        /// Bytes of the input used up: those of the head, and an empty line before it.
        consumed: usize,
    },
    /// Body bytes: `input[start..end]`. Never empty.
    Data {
        /// Where the data begins; what lies before it was chunk framing.
        start: usize,
        /// Where the data ends, and how many bytes of the input are used up.
        end: usize,
    },
    /// The body is complete; its trailers count in the input of this call.
    End {
        /// Bytes of the input used up.
        consumed: usize,
    },
    /// More bytes are needed; those after `consumed` are to be shown again.
    NeedBytes {
        /// Bytes of the input used up.
        consumed: usize,
    },
    /// The input, if there is any, waits until the answer in hand is complete.
    Paused,
    /// The input belongs to the protocol that was switched to.
    Upgraded,
    /// Nothing that arrives is read any more.
    Closed,
}

/// The version that a request speaks. Answers are always HTTP/1.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// HTTP/1.0: no interim answers, no chunks, and no keeping unless asked.
    #[default]
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// When patience ends, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The moment from which on `overdue` holds.
    pub at: Instant,
    /// What will be overdue then.
    pub overdue: Overdue,
}

/// What did not happen in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overdue {
    /// The first byte after accept: close without a word.
    FirstByte,
    /// The end of a head: answer 408 and close.
    Head,
    /// The end of a body, or its minimum rate: answer 408 and close.
    Body,
    /// The peer's taking of a single byte: reset.
    Send,
    /// The next request: close without a word (RFC 9112 §9.5).
    Idle,
}

impl Overdue {
    /// The refusal that the client is told, if it is told anything.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Head => Some(Refusal::SlowHead),
            Self::Body => Some(Refusal::SlowBody),
            Self::FirstByte | Self::Send | Self::Idle => None,
        }
    }
}

/// How long a body is: of a request as it was announced, of a response as it is described.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BodyLength {
    /// No body. A response says no length either, unless its status demands one.
    #[default]
    None,
    /// This many bytes.
    Exact(u64),
    /// Known only at its end: a chunked request, a response made as it is sent.
    Unknown,
}

/// What follows the head of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Nothing: the answer is complete, and needs no `finish`.
    Empty,
    /// This many bytes, then `finish`.
    Exact(u64),
    /// Chunks: `begin_chunk` before each piece of data, then `finish`.
    Chunked,
    /// Data until `finish`, after which the connection closes. RFC 9112 §6.3.
    UntilClose,
}

/// What the driver or the application did wrong: a bug of ours. Nothing was
/// written and nothing has changed, except where a variant says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// A move that the state table forbids, such as a second answer.
    #[error(transparent)]
    Misstep(#[from] Misstep),
    /// A field name that is not a token in lower case.
    #[error("a field name is not a token in lower case")]
    BadFieldName,
    /// A field value with a line end, a control character, or whitespace around it.
    #[error("a field value has a control character, or whitespace around it")]
    BadFieldValue,
    /// A field that the engine alone may write.
    #[error("`{0}` is written by the engine alone")]
    OwnedField(&'static str),
    /// A final answer with an interim status, the reverse, or one beyond 599.
    #[error("the status does not fit this kind of answer")]
    BadStatus,
    /// A successful answer to CONNECT, which this engine does not tunnel.
    #[error("CONNECT cannot succeed here")]
    NoTunnel,
    /// A trailer that belongs in a head, such as `content-length`.
    #[error("this field cannot be a trailer")]
    NoSuchTrailer,
    /// Chunk framing, or body bytes, outside a body that has them.
    #[error("the answer in hand has no such body")]
    NoSuchBody,
    /// More bytes than were announced. The announced ones still count.
    #[error("more body bytes than announced")]
    TooManyBytes,
    /// Fewer bytes than announced. The connection is closed: only that tells
    /// the client that its copy is not whole (RFC 9112 §8).
    #[error("fewer body bytes than announced")]
    TooFewBytes,
    /// An upgrade that the client did not offer, or before its body was read.
    #[error("the client did not offer an upgrade, or has not finished its request")]
    NoUpgrade,
}
