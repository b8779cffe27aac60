//! What limits say of an answer, beside the answer; and the walk that led to it, if that was wanted.

use std::any::Any;
use std::num::NonZeroU64;

use super::{Origin, Reason, ToldWalk};

/// What limits say of an answer, and how it came about. Most sites have none, and their answers carry nothing of this.
#[derive(Default)]
pub struct Limited {
    /// Why it would have been refused, by a limit that only tells.
    pub shadow: Option<Restraint>,
    /// What is given back when the exchange is over, however it ends: whoever sends the answer drops
    /// it then.
    pub held: Vec<Box<dyn Any + Send + Sync>>,
    /// How fast the connection may send it, bytes each second.
    pub bandwidth: Option<NonZeroU64>,
    /// How much of the request's content may come, bytes, where that is not known before it has come.
    pub body_bytes_max: Option<u64>,
    /// Which limit refused it, where one did.
    pub refused_by: Option<Box<LimitSaid>>,
    /// How it came about, if somebody wants to know.
    pub walk: Option<ToldWalk>,
}

impl Limited {
    /// Whether there is nothing that whoever sends the answer has to know.
    pub fn says_nothing(&self) -> bool {
        self.shadow.is_none()
            && self.held.is_empty()
            && self.bandwidth.is_none()
            && self.body_bytes_max.is_none()
            && self.refused_by.is_none()
            && self.walk.is_none()
    }
}

/// A limit, and where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitSaid {
    /// What it is called.
    pub name: String,
    /// The line, the option or the variable; `None`: nobody knows any more.
    pub origin: Option<Origin>,
}

/// What a limit of clients restrains; in a byte, for the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restraint {
    /// How often they ask.
    Rate,
    /// How much they ask at once.
    AtOnce,
    /// How much their requests carry.
    Body,
}

impl Restraint {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Rate, Self::AtOnce, Self::Body];

    /// Why it refuses.
    pub fn reason(self) -> Reason {
        match self {
            Self::Rate => Reason::RateLimited,
            Self::AtOnce => Reason::TooManyAtOnce,
            Self::Body => Reason::BodyTooLarge,
        }
    }
}
