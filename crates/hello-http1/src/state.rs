//! Where a connection stands, and every way it may move.
//!
//! Law: everything that changes the state of a connection is written here, as
//! a table. What the table does not say is forbidden: a forbidden move is a
//! [`Misstep`], a bug of ours, never something a client can cause.
//!
//! # How a connection lives
//!
//! HTTP/1.1 is two conversations on one wire. The client speaks a request
//! while we may still be speaking the answer, or the answer may be complete
//! before the request is: a 413 does not wait for the gigabyte it refuses. One
//! machine with a state for each combination would need twenty-five of them,
//! and nobody could say them aloud. So there are two halves:
//!
//! * [`Reading`] is what the client has said: nothing yet, part of a head, a
//!   head and part of its body, everything.
//! * [`Writing`] is what we have said about it: nothing was asked, an answer is
//!   owed, its body is under way, everything.
//!
//! and one latch between them:
//!
//! * [`Persist`] says whether another request may follow. It starts at `Keep`,
//!   falls to `Close` for the first reason that comes along, and never rises
//!   again: a promise to close that was taken back would leave the client
//!   waiting for a close that never comes (RFC 9112 §9.6).
//!
//! The halves meet in one place only. When both are `Done`, the exchange is
//! over. With `Keep`, both move on through `NextExchange` and the same bytes
//! that waited behind the request are read as the next one; that is all that
//! pipelining is. With `Close`, nothing moves any more. That joint rule is
//! [`after`].
//!
//! # A refusal ends the reading, not the writing
//!
//! When the client breaks a rule, we no longer know where its messages begin
//! and end, so `Reading` closes for good. `Writing` stays: the client is owed a
//! sentence that says what was wrong. If our answer had already begun it is too
//! late for that sentence, and the table says so: `Refused` leaves `Body` and
//! `Done` where they are.
//!
//! # Not every end is a refusal
//!
//! `GaveUp` closes a half for reasons of our own (nobody spoke in time, the
//! body nobody reads is too long, the peer stopped taking bytes). `PeerDone`
//! closes an idle half because the client said goodbye. `Switched` closes both
//! halves because the bytes belong to another protocol now: for HTTP the
//! connection is over, though the socket lives on.

use std::fmt;

/// What the client has said of the exchange in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Nothing: between requests, or before the first.
    Idle,
    /// Part of a request head.
    Head,
    /// The head, and a body that is not complete.
    Body,
    /// The whole request. What follows belongs to the next one.
    Done,
    /// Nothing that arrives is read as HTTP any more.
    Closed,
}

/// What we have said of the exchange in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Writing {
    /// Nothing, and nothing was asked.
    Waiting,
    /// Nothing final, though an answer is owed (interim responses do not pay it).
    Owed,
    /// The head of the final response, and a body that is not complete.
    Body,
    /// The whole response.
    Done,
    /// Nothing more will be said.
    Closed,
}

/// Whether another request may follow on this connection: a one-way latch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Persist {
    /// Another request may follow.
    Keep,
    /// The exchange in hand is the last, and this is why.
    Close(Why),
}

/// Why a connection ends after the exchange in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The client said `Connection: close`. RFC 9112 §9.6.
    ClientAsked,
    /// An HTTP/1.0 client that did not ask to keep the connection. RFC 9112 §9.3.
    OldClient,
    /// The server wants the connection gone: it drains or sheds load.
    ServerAsked,
    /// The client broke a rule, or was too slow to finish a message.
    Refused,
    /// More body is unread than we care to discard. RFC 9112 §9.3.
    UnreadBody,
    /// We answered before the client knew whether to send its body, so we
    /// cannot know whether the body will come. RFC 9110 §10.1.1.
    UnmetExpectation,
    /// The end of the connection is the end of the body. RFC 9112 §6.3.
    UnknownLength,
    /// Nobody spoke in time, or the peer stopped taking bytes.
    Overdue,
    /// Our own answer broke off. RFC 9112 §8.
    BrokenAnswer,
    /// The bytes belong to another protocol. RFC 9110 §7.8.
    Switched,
}

/// What can happen to the reading half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The first byte of a request head.
    FirstByte,
    /// The end of a head that announces no body.
    HeadAlone,
    /// The end of a head that announces a body.
    HeadBeforeBody,
    /// The end of the body, its trailers included.
    BodyEnd,
    /// Both halves are done, and another exchange may follow.
    NextExchange,
    /// The client will send nothing more.
    PeerDone,
    /// The client broke a rule, or broke off in the middle of a message.
    Refused,
    /// We stop listening for a reason of our own.
    GaveUp,
    /// Another protocol takes over.
    Switched,
}

/// What can happen to the writing half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    /// A complete request head arrived: an answer is owed.
    Asked,
    /// The client broke a rule: an answer is owed, unless one has begun.
    Refused,
    /// A final response that consists of its head.
    AnswerWhole,
    /// The head of a final response that has a body.
    AnswerBegun,
    /// The end of the response's body.
    AnswerEnd,
    /// Both halves are done, and another exchange may follow.
    NextExchange,
    /// We stop talking.
    GaveUp,
    /// The 101 that hands the connection to another protocol.
    Switched,
}

/// A move that the table forbids: a bug of ours, never of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misstep {
    /// The reading half cannot do this here.
    #[error("reading is {0:?} and cannot see {1:?}")]
    Reading(Reading, Seen),
    /// The writing half cannot do this here.
    #[error("writing is {0:?} and cannot say {1:?}")]
    Writing(Writing, Said),
}

impl Reading {
    /// Every state, in the order a request passes through them.
    pub const ALL: [Self; 5] = [Self::Idle, Self::Head, Self::Body, Self::Done, Self::Closed];

    /// Moves on, or says that this move does not exist.
    pub fn next(self, seen: Seen) -> Result<Self, Misstep> {
        use {Reading as R, Seen as S};
        Ok(match (self, seen) {
            (R::Idle, S::FirstByte) => R::Head,
            (R::Head, S::HeadAlone) | (R::Body, S::BodyEnd) => R::Done,
            (R::Head, S::HeadBeforeBody) => R::Body,
            (R::Done, S::NextExchange) => R::Idle,
            (R::Idle, S::PeerDone)
            | (R::Head | R::Body, S::Refused)
            | (R::Idle | R::Head | R::Body | R::Done, S::GaveUp)
            | (R::Done, S::Switched) => R::Closed,
            (state, seen) => return Err(Misstep::Reading(state, seen)),
        })
    }
}

impl Writing {
    /// Every state, in the order a response passes through them.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Owed,
        Self::Body,
        Self::Done,
        Self::Closed,
    ];

    /// Moves on, or says that this move does not exist.
    pub fn next(self, said: Said) -> Result<Self, Misstep> {
        use {Said as S, Writing as W};
        Ok(match (self, said) {
            (W::Waiting, S::Asked) | (W::Waiting | W::Owed, S::Refused) => W::Owed,
            (W::Owed, S::AnswerWhole) | (W::Body, S::AnswerEnd) => W::Done,
            (W::Owed, S::AnswerBegun) => W::Body,
            (W::Done, S::NextExchange) => W::Waiting,
            // Too late to say what was wrong: the answer in hand has begun.
            (state @ (W::Body | W::Done), S::Refused) => state,
            (W::Waiting | W::Owed | W::Body | W::Done, S::GaveUp) | (W::Owed, S::Switched) => {
                W::Closed
            }
            (state, said) => return Err(Misstep::Writing(state, said)),
        })
    }
}

impl Persist {
    /// Falls to `Close`. The first reason stays, as it is the one that explains the rest.
    #[must_use]
    pub fn close(self, why: Why) -> Self {
        match self {
            Self::Keep => Self::Close(why),
            closed @ Self::Close(_) => closed,
        }
    }
}

impl Seen {
    /// Everything that can happen to the reading half.
    pub const ALL: [Self; 9] = [
        Self::FirstByte,
        Self::HeadAlone,
        Self::HeadBeforeBody,
        Self::BodyEnd,
        Self::NextExchange,
        Self::PeerDone,
        Self::Refused,
        Self::GaveUp,
        Self::Switched,
    ];
}

impl Said {
    /// Everything that can happen to the writing half.
    pub const ALL: [Self; 8] = [
        Self::Asked,
        Self::Refused,
        Self::AnswerWhole,
        Self::AnswerBegun,
        Self::AnswerEnd,
        Self::NextExchange,
        Self::GaveUp,
        Self::Switched,
    ];
}

/// What to do with the connection now: the joint rule of both halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum After {
    /// Nothing is in hand: read the next request.
    NextRequest,
    /// A request is still being read, or an answer is still due.
    Busy,
    /// The connection has served its purpose.
    Close {
        /// Whether unread bytes may exist, or may be on their way. If so, stop
        /// sending, read and discard for a while, and close then: a close with
        /// unread bytes becomes a reset, and a reset can overtake the answer
        /// so that the client never sees it (RFC 9112 §9.6).
        linger: bool,
    },
    /// The connection belongs to another protocol. RFC 9110 §7.8.
    Switched,
}

/// Decides what becomes of a connection in this state.
///
/// `peer_done` says that the client has closed its side, so nothing of it can
/// be unread or on its way.
pub fn after(reading: Reading, writing: Writing, persist: Persist, peer_done: bool) -> After {
    use {Reading as R, Writing as W};
    let close = |linger: bool| After::Close {
        linger: linger && !peer_done,
    };
    match (reading, writing, persist) {
        (_, _, Persist::Close(Why::Switched)) => After::Switched,
        // Nobody spoke, or nobody listens: there is no answer to protect.
        (_, W::Closed, _) | (R::Closed, W::Waiting, _) => close(false),
        (R::Head, _, _) | (_, W::Owed | W::Body, _) | (R::Body, _, Persist::Keep) => After::Busy,
        (R::Idle | R::Done, _, Persist::Keep) => After::NextRequest,
        // Nothing was said, or by a client that announced its last request.
        (R::Idle, _, Persist::Close(_))
        | (R::Done, _, Persist::Close(Why::ClientAsked | Why::OldClient)) => close(false),
        (R::Body | R::Done | R::Closed, _, _) => close(true),
    }
}

/// The pairs that the halves can be in; all others would be a bug.
pub const TOGETHER: [(Reading, Writing); 13] = {
    use {Reading as R, Writing as W};
    [
        (R::Idle, W::Waiting),
        (R::Head, W::Waiting),
        (R::Body, W::Owed),
        (R::Body, W::Body),
        (R::Body, W::Done),
        (R::Done, W::Owed),
        (R::Done, W::Body),
        (R::Done, W::Done),
        (R::Closed, W::Waiting),
        (R::Closed, W::Owed),
        (R::Closed, W::Body),
        (R::Closed, W::Done),
        (R::Closed, W::Closed),
    ]
};

/// The table as text: what the documentation shows and the tests compare.
pub fn table() -> String {
    let mut lines = vec!["reading   sees             becomes".into()];
    for (state, seen) in pairs(&Reading::ALL, &Seen::ALL) {
        lines.extend(state.next(seen).ok().map(|next| line(&state, &seen, &next)));
    }
    lines.push("\nwriting   says             becomes".into());
    for (state, said) in pairs(&Writing::ALL, &Said::ALL) {
        lines.extend(state.next(said).ok().map(|next| line(&state, &said, &next)));
    }
    lines.push("\nreading   writing   persist             after".into());
    let asked = Persist::Close(Why::ClientAsked);
    let refused = Persist::Close(Why::Refused);
    for (reading, writing) in TOGETHER {
        for persist in [Persist::Keep, asked, refused] {
            let then = after(reading, writing, persist, false);
            let (reading, writing, persist) = (word(&reading), word(&writing), word(&persist));
            lines.push(format!("{reading:<9} {writing:<9} {persist:<19} {then:?}"));
        }
    }
    lines.join("\n") + "\n"
}

fn pairs<A: Copy, B: Copy>(left: &[A], right: &[B]) -> impl Iterator<Item = (A, B)> {
    left.iter()
        .flat_map(move |&a| right.iter().map(move |&b| (a, b)))
}

fn line(state: &dyn fmt::Debug, event: &dyn fmt::Debug, next: &dyn fmt::Debug) -> String {
    format!("{:<9} {:<16} {next:?}", word(state), word(event))
}

/// The name of a state, as a string that can be padded.
fn word(state: &dyn fmt::Debug) -> String {
    format!("{state:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_walks_from_idle_to_done_and_back() {
        let mut reading = Reading::Idle;
        for seen in [
            Seen::FirstByte,
            Seen::HeadBeforeBody,
            Seen::BodyEnd,
            Seen::NextExchange,
        ] {
            reading = reading.next(seen).expect("the table knows this walk");
        }
        assert_eq!(reading, Reading::Idle);
    }

    #[test]
    fn closed_is_the_end_of_both_halves() {
        for seen in Seen::ALL {
            let misstep = Misstep::Reading(Reading::Closed, seen);
            assert_eq!(Reading::Closed.next(seen), Err(misstep));
        }
        for said in Said::ALL {
            let misstep = Misstep::Writing(Writing::Closed, said);
            assert_eq!(Writing::Closed.next(said), Err(misstep));
        }
    }

    #[test]
    fn no_answer_is_given_twice() {
        for said in [Said::AnswerWhole, Said::AnswerBegun] {
            for writing in [
                Writing::Waiting,
                Writing::Body,
                Writing::Done,
                Writing::Closed,
            ] {
                assert!(writing.next(said).is_err(), "{writing:?} {said:?}");
            }
        }
    }

    #[test]
    fn the_latch_keeps_the_first_reason() {
        let latched = Persist::Keep.close(Why::ClientAsked).close(Why::Refused);
        assert_eq!(latched, Persist::Close(Why::ClientAsked));
    }

    #[test]
    fn a_peer_that_is_done_needs_no_lingering() {
        let refused = Persist::Close(Why::Refused);
        let with = |peer_done| after(Reading::Closed, Writing::Done, refused, peer_done);
        assert_eq!(with(false), After::Close { linger: true });
        assert_eq!(with(true), After::Close { linger: false });
    }
}
