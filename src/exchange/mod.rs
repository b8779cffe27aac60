//! The nouns every room shares: a request, a response, its body, the peer, the ending.
//!
//! Law: nothing here knows a socket, a protocol or a file system. A response is a description;
//! whoever holds the socket picks the cheapest way to send it.

mod body;
mod coding;
mod counts;
mod ending;
mod limited;
mod peer;
mod proof;
mod reason;
mod request;
mod response;
mod takeover;
mod walk;
mod word;

pub use body::{Body, FileSlice, Next, SendableFile, Stream};
pub use coding::Coding;
pub use counts::{Counts, Place};
pub use ending::{Ending, RefusalFacts};
pub use limited::{LimitSaid, Limited, Restraint};
pub use peer::{Network, Peer};
pub use proof::{ClientNames, Proof};
pub use reason::{Reason, Rule, reason_named};
pub use request::{OWN_PATHS, Request, RequestFields, Scheme, host_of};
pub use response::{
    Answer, Dressed, FieldList, Keepsake, Kept, KeptHead, Patient, Reply, Response, ResponseHead,
    Validators, Which,
};
pub use takeover::{Duplex, Takeover};
pub use walk::{
    FieldStep, FileKind, HostMatch, ListenerMatch, Origin, RuleOutcome, Said, Stage, Step,
    TRACERS_MAX, ToldWalk, Took, TracedFor, Unmet, WALK_BYTES_MAX, Walked,
};
pub use word::{WORD_BYTES_MAX, WORDS_MAX, word};
