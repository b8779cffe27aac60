//! Why a connection ended: including every ordinary reason.
//!
//! The one vocabulary for journal, terminal, metrics, tests and texts. A variant is a fact;
//! the sentence a person reads is made of it in `observe::words`.

/// The end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The client closed, between requests.
    ClosedByClient,
    /// The client reset the connection, or went away while we were answering.
    ResetByClient,
    /// The client closed in the middle of a request.
    LeftMidRequest,
    /// We closed after an answer, as the request asked (or HTTP/1.0 implies).
    ClosedAsAsked,
    /// A request broke a rule; it was answered and the connection closed.
    Refused(RefusalFacts),
    /// The client broke a rule that concerns the whole connection: it was told so and sent away.
    SentAway(RefusalFacts),
    /// Not one byte came.
    FirstByteTimeout,
    /// The handshake was not done in time.
    HandshakeTimeout,
    /// The handshake failed, for the reason of this name.
    HandshakeFailed(&'static str),
    /// Whoever should have said whose connection it passes on did not, for the reason of this name.
    ProxyFailed(&'static str),
    /// What came, where TLS is spoken, was neither TLS nor HTTP.
    NotTls,
    /// HTTP in clear, where TLS is spoken: told to come back, or refused.
    PlainHttp,
    /// What came could not be opened: damaged, or forged.
    BrokenTls,
    /// No further request came.
    IdleTimeout,
    /// The client took nothing of the answer for too long.
    WriteTimeout,
    /// A request body larger than we read for nothing.
    UnreadBody,
    /// The longest idle, closed to make room.
    Shed,
    /// No room: answered 503 at once.
    Overloaded,
    /// Its address has as many connections as it may: closed at once.
    TooManyOfAddress,
    /// We are stopping; nothing was in flight.
    Drained,
    /// We are stopping; the answer in flight was cut off.
    CutShort,
    /// Closed because somebody asked us to (`hello close`).
    ClosedByOperator,
    /// The file changed while it was being sent; reset, so that nobody takes it for whole.
    FileChanged,
    /// The system failed us (a read error of a file being sent, of the socket).
    Failed,
    /// Our own code failed. A bug.
    Panicked,
}

/// What a refusal says about itself, whatever protocol refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalFacts {
    /// The word for it, such as `two-lengths`.
    pub name: &'static str,
    /// The status that was answered; `None` if the answer had gone out before the rule was broken
    /// (in the request's body).
    pub status: Option<u16>,
    /// The rule, such as `RFC 9112 §6.3`.
    pub rfc: &'static str,
}

impl Ending {
    /// The word used in the journal, in metrics and as the key of its text.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClosedByClient => "closed-by-client",
            Self::ResetByClient => "reset-by-client",
            Self::LeftMidRequest => "left-mid-request",
            Self::ClosedAsAsked => "closed-as-asked",
            Self::Refused(_) => "refused",
            Self::SentAway(_) => "sent-away",
            Self::FirstByteTimeout => "first-byte-timeout",
            Self::HandshakeTimeout => "handshake-timeout",
            Self::HandshakeFailed(_) => "handshake-failed",
            Self::ProxyFailed(_) => "proxy-failed",
            Self::NotTls => "not-tls",
            Self::PlainHttp => "plain-http",
            Self::BrokenTls => "broken-tls",
            Self::IdleTimeout => "idle-timeout",
            Self::WriteTimeout => "write-timeout",
            Self::UnreadBody => "unread-body",
            Self::Shed => "shed",
            Self::Overloaded => "overloaded",
            Self::TooManyOfAddress => "too-many-of-address",
            Self::Drained => "drained",
            Self::CutShort => "cut-short",
            Self::ClosedByOperator => "closed-by-operator",
            Self::FileChanged => "file-changed",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
        }
    }

    /// One of each kind, for tests and catalogues.
    pub const ALL: [Self; Self::KINDS] = [
        Self::ClosedByClient,
        Self::ResetByClient,
        Self::LeftMidRequest,
        Self::ClosedAsAsked,
        Self::Refused(RefusalFacts {
            name: "two-lengths",
            status: Some(400),
            rfc: "RFC 9112 §6.3",
        }),
        Self::FirstByteTimeout,
        Self::IdleTimeout,
        Self::WriteTimeout,
        Self::UnreadBody,
        Self::Shed,
        Self::Overloaded,
        Self::Drained,
        Self::CutShort,
        Self::FileChanged,
        Self::Failed,
        Self::Panicked,
        Self::HandshakeTimeout,
        Self::HandshakeFailed("malformed"),
        Self::NotTls,
        Self::PlainHttp,
        Self::BrokenTls,
        Self::SentAway(RefusalFacts {
            name: "reset-flood",
            status: None,
            rfc: "RFC 9113 §10.5",
        }),
        Self::ClosedByOperator,
        Self::TooManyOfAddress,
        Self::ProxyFailed("no-header"),
    ];

    /// How many kinds there are; [`Ending::index`] is below it.
    pub const KINDS: usize = 25;

    /// A number for counting by kind.
    pub fn index(self) -> usize {
        match self {
            Self::ClosedByClient => 0,
            Self::ResetByClient => 1,
            Self::LeftMidRequest => 2,
            Self::ClosedAsAsked => 3,
            Self::Refused(_) => 4,
            Self::FirstByteTimeout => 5,
            Self::IdleTimeout => 6,
            Self::WriteTimeout => 7,
            Self::UnreadBody => 8,
            Self::Shed => 9,
            Self::Overloaded => 10,
            Self::Drained => 11,
            Self::CutShort => 12,
            Self::FileChanged => 13,
            Self::Failed => 14,
            Self::Panicked => 15,
            Self::HandshakeTimeout => 16,
            Self::HandshakeFailed(_) => 17,
            Self::NotTls => 18,
            Self::PlainHttp => 19,
            Self::BrokenTls => 20,
            Self::SentAway(_) => 21,
            Self::ClosedByOperator => 22,
            Self::TooManyOfAddress => 23,
            Self::ProxyFailed(_) => 24,
        }
    }
}
