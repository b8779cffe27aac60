//! What can happen, as the journal keeps it: fixed-size records, their texts in one arena.

use std::time::Instant;

use super::notice::Notice;
use crate::exchange::{Coding, Ending, Peer, Reason, RefusalFacts, Restraint};

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// When.
    pub at: Instant,
    /// The connection's number, counted from 1; 0 for what concerns the whole server.
    pub connection: u64,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A connection was accepted.
    Accepted {
        /// Who connected.
        peer: Peer,
        /// Whether it may.
        standing: Standing,
    },
    /// A handshake came to an end: what was agreed, or why nothing was.
    Handshake(Handshake),
    /// A request was answered, completely as far as the kernel is concerned.
    Answered {
        /// What was asked and said.
        exchange: Exchange,
    },
    /// An answer was begun and could not be finished.
    Broken {
        /// What was asked and said.
        exchange: Exchange,
        /// Bytes of content there were to send.
        of: u64,
    },
    /// A request was refused before anybody but its protocol heard of it; the connection goes on.
    Refused {
        /// Its stream.
        stream: u32,
        /// The rule that was broken.
        facts: RefusalFacts,
        /// What is known of the client, in the text: offset and length ([`super::Said`]).
        said: (u32, u16),
    },
    /// A connection ended; [`Batch::end`](super::Batch::end) knows how. Ends are kept apart, so
    /// that they do not make every record as large as themselves.
    Ended {
        /// Its place among the ends.
        place: u32,
    },
    /// Files have changed, and pages were told.
    Changed(Change),
    /// Something a person should know about the server itself.
    Notice(Notice),
}

/// A change of files, in short.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// The path that changed first, in the text: offset and length. Empty if nobody knows.
    pub path: (u32, u16),
    /// Bytes of the addresses that pages were shown at, right behind that path.
    pub whose_bytes: u16,
    /// How many files; 0 if nobody knows.
    pub files: u32,
    /// How many pages were told.
    pub pages: u32,
    /// Whether they took styles anew and stayed as they were; otherwise they were loaded again.
    pub are_styles: bool,
}

impl Change {
    /// All its text: offset and length.
    pub(super) fn text(&self) -> (u32, u16) {
        (self.path.0, self.path.1.saturating_add(self.whose_bytes))
    }

    /// Whose pages were told, in the text: offset and length.
    pub fn whose(&self) -> (u32, u16) {
        (self.path.0 + u32::from(self.path.1), self.whose_bytes)
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// How.
    pub ending: Ending,
    /// Requests answered on it.
    pub requests: u32,
    /// How far the answer in hand got: bytes of content sent, and of how many.
    pub progress: Option<(u64, u64)>,
    /// Microseconds from accept to close.
    pub lasted_us: u64,
    /// Of these, milliseconds since the last change of state: how long it waited.
    pub waited_ms: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub sent: u64,
    /// The target being answered when it ended (offset and length in the text).
    pub target: (u32, u16),
    /// Bytes of what is known of the client, right behind the target, where a rule was broken.
    pub said_bytes: u16,
}

impl End {
    /// All its text: offset and length.
    pub(super) fn text(&self) -> (u32, u16) {
        (self.target.0, self.target.1.saturating_add(self.said_bytes))
    }

    /// What is known of the client, in the text: offset and length.
    pub fn said(&self) -> (u32, u16) {
        (self.target.0 + u32::from(self.target.1), self.said_bytes)
    }
}

/// A handshake, in short. Versions, ciphers and groups are IANA's numbers, 0 where none was agreed.
#[derive(Clone, Copy, Debug)]
pub struct Handshake {
    /// The name that was asked for, in the text: offset and length. Empty if there was none.
    pub name: (u32, u16),
    /// Bytes of what the client is called, right behind that name. None: it did not say.
    pub client_bytes: u16,
    /// How long it took, microseconds.
    pub took_us: u32,
    /// The version of TLS.
    pub version: u16,
    /// What seals the records.
    pub cipher: u16,
    /// What the keys were agreed in.
    pub group: u16,
    /// The protocol that was agreed (ALPN); `None` where the client named none.
    pub protocol: Option<&'static str>,
    /// Whether an earlier session goes on.
    pub is_resumed: bool,
    /// Why nothing was agreed.
    pub failure: Option<&'static str>,
}

impl Handshake {
    /// All its text: offset and length.
    pub(super) fn text(&self) -> (u32, u16) {
        (self.name.0, self.name.1.saturating_add(self.client_bytes))
    }

    /// What the client is called, in the text: offset and length. Empty if it did not say.
    pub fn client(&self) -> (u32, u16) {
        (self.name.0 + u32::from(self.name.1), self.client_bytes)
    }
}

/// A request and its answer, in short.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    /// Which request of its connection, counted from 1.
    pub number: u32,
    /// Where the target stands in the text: offset and length.
    pub target: (u32, u16),
    /// Bytes of what the client said of itself, right behind the target ([`super::Said`]).
    pub said_bytes: u16,
    /// Which site answered: its number, which it keeps for good.
    pub site: u16,
    /// Bytes of the address of whoever asked, right behind what it said, where somebody else passed the
    /// request on.
    pub client_bytes: u8,
    /// The method's first letters, enough to tell the nine apart.
    pub method: Method,
    /// What was spoken.
    pub protocol: Protocol,
    /// Status code; 0 where the connection ended before there was an answer.
    pub status: u16,
    /// Why the answer is not the file asked for.
    pub reason: Option<Reason>,
    /// How the content is coded, if it is.
    pub coding: Option<Coding>,
    /// Whether a form in fewer bytes would have been sent, if one lay beside the file.
    pub lacks_sibling: bool,
    /// Why it would have been refused, by a limit that only tells.
    pub shadow: Option<Restraint>,
    /// Bytes of content sent.
    pub content_bytes: u64,
    /// When the request was first looked at; the record's time is that of the last byte given to
    /// the kernel.
    pub begun: Instant,
}

impl Exchange {
    /// All its text: offset and length.
    pub(super) fn text(&self) -> (u32, u16) {
        let (start, bytes) = self.target;
        let behind = self.said_bytes.saturating_add(self.client_bytes.into());
        (start, bytes.saturating_add(behind))
    }

    /// Who asked, in the text, where somebody else passed the request on: offset and length.
    pub fn client(&self) -> (u32, u16) {
        let (start, bytes) = self.target;
        let start = start + u32::from(bytes) + u32::from(self.said_bytes);
        (start, self.client_bytes.into())
    }

    /// What the client said of itself, in the text: offset and length.
    pub fn said(&self) -> (u32, u16) {
        (self.target.0 + u32::from(self.target.1), self.said_bytes)
    }
}

/// What an exchange was spoken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    Http11,
    /// HTTP/2
    Http2,
}

impl Protocol {
    /// How many there are; [`Protocol::index`] is below it.
    pub const COUNT: usize = 3;

    /// Each, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [Self::Http10, Self::Http11, Self::Http2];

    /// A number for counting.
    pub fn index(self) -> usize {
        match self {
            Self::Http10 => 0,
            Self::Http11 => 1,
            Self::Http2 => 2,
        }
    }

    /// Its name, as people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

/// The methods hello knows, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// OPTIONS
    Options,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
    /// CONNECT
    Connect,
    /// TRACE
    Trace,
    /// PATCH
    Patch,
    /// Any other (refused, but journalled)
    Other,
}

impl Method {
    /// The byte for a method.
    pub fn of(method: &http::Method) -> Self {
        match *method {
            http::Method::GET => Self::Get,
            http::Method::HEAD => Self::Head,
            http::Method::OPTIONS => Self::Options,
            http::Method::POST => Self::Post,
            http::Method::PUT => Self::Put,
            http::Method::DELETE => Self::Delete,
            http::Method::CONNECT => Self::Connect,
            http::Method::TRACE => Self::Trace,
            http::Method::PATCH => Self::Patch,
            _ => Self::Other,
        }
    }

    /// The method as sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
            Self::Trace => "TRACE",
            Self::Patch => "PATCH",
            Self::Other => "?",
        }
    }
}

/// Kinds of records, for counting what was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Greetings.
    Accepted,
    /// Requests, whole, broken or refused.
    Request,
    /// Endings.
    Ended,
    /// Notices.
    Notice,
    /// Handshakes, done or failed.
    Handshake,
}

impl Kind {
    /// The kind of an event.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Accepted { .. } => Self::Accepted,
            Event::Answered { .. } | Event::Broken { .. } | Event::Refused { .. } => Self::Request,
            Event::Ended { .. } => Self::Ended,
            // Told of the files rather than of visitors, and as seldom.
            Event::Changed(_) | Event::Notice(_) => Self::Notice,
            Event::Handshake(_) => Self::Handshake,
        }
    }

    /// How many kinds there are.
    pub const COUNT: usize = 5;

    /// Every kind with the word the journal uses, in the order they are counted.
    pub const ALL: [(Self, &'static str); Self::COUNT] = [
        (Self::Accepted, "accepted"),
        (Self::Request, "request"),
        (Self::Ended, "ended"),
        (Self::Notice, "notice"),
        (Self::Handshake, "handshake"),
    ];
}

/// What happened since the start, added up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Connections accepted.
    pub connections: u64,
    /// Requests answered.
    pub requests: u64,
    /// Bytes of content sent.
    pub content_bytes: u64,
    /// Requests and connections that a limit of clients refused.
    pub limited: u64,
    /// Those that one would have refused that only tells.
    pub shadowed: u64,
    /// Connections ended, by [`Ending::index`].
    pub endings: [u64; Ending::KINDS],
    /// Events dropped because nobody read them in time, by [`Kind`].
    pub dropped: [u64; Kind::COUNT],
    /// Lines that access logs lost.
    pub lost_lines: u64,
}

impl Totals {
    /// Adds what another worker counted.
    pub fn add(&mut self, other: &Self) {
        self.connections += other.connections;
        self.requests += other.requests;
        self.content_bytes += other.content_bytes;
        self.limited += other.limited;
        self.shadowed += other.shadowed;
        for (sum, more) in self.endings.iter_mut().zip(other.endings) {
            *sum += more;
        }
        for (sum, more) in self.dropped.iter_mut().zip(other.dropped) {
            *sum += more;
        }
        self.lost_lines += other.lost_lines;
    }
}

/// Whether a client has as many connections as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not, or nobody says how many it may have.
    Welcome,
    /// It has. By a limit that only tells: it is let in.
    Beyond,
}

/// What a limit of clients did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsDone {
    /// It refused somebody.
    Refused,
    /// It would have, and only tells.
    WouldRefuse,
}
