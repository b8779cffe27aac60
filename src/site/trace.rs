//! The walk of a request through the site, written down for whoever asks why.
//!
//! Law: whoever is not asked writes nothing. What is to be written is made in a closure, and
//! [`Untraced`] never calls it.

use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use crate::config::routing::Origin;
use crate::exchange::{Reason, Response};

/// Who writes the walk down.
pub(crate) trait Trace: Sync {
    /// A step was taken.
    fn note(&self, step: impl FnOnce() -> Step);

    /// Whether every rule is to be looked at, those below the one that decides too.
    fn is_on(&self) -> bool;
}

/// Nobody asked.
pub(crate) struct Untraced;

impl Trace for Untraced {
    fn note(&self, _: impl FnOnce() -> Step) {}

    fn is_on(&self) -> bool {
        false
    }
}

/// The steps that were taken.
#[derive(Default)]
pub struct Walk(Mutex<Vec<Step>>);

impl Walk {
    /// All steps, in order.
    pub fn into_steps(self) -> Vec<Step> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Trace for Walk {
    fn note(&self, step: impl FnOnce() -> Step) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(step());
    }

    fn is_on(&self) -> bool {
        true
    }
}

/// One step of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A guard was asked.
    Guard {
        /// Which.
        name: &'static str,
        /// What it said; `None`: it let the request pass.
        said: Option<Said>,
    },
    /// A rule was looked at.
    Rule {
        /// Where it stands.
        origin: Origin,
        /// The word for what it does.
        action: &'static str,
        /// Whether it decided.
        outcome: RuleOutcome,
    },
    /// A path was looked for among what the site is made of.
    Path {
        /// In the canonical form.
        path: String,
        /// What came of it.
        said: Said,
    },
    /// A page stands in for an answer that is an error.
    ErrorPage {
        /// Where that is said.
        origin: Origin,
        /// The path of the page.
        path: String,
        /// Whether it was found.
        is_found: bool,
    },
    /// Fields were changed.
    Fields {
        /// Where that is said.
        origin: Origin,
        /// Whether the line was meant.
        is_meant: bool,
    },
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The status, so far.
    pub status: Option<StatusCode>,
    /// Why, if there is something to say.
    pub reason: Option<Reason>,
}

impl Said {
    /// An answer, or a reason why there is none.
    pub(crate) fn of(outcome: &Result<Response, Reason>) -> Self {
        match outcome {
            Ok(response) => Self {
                status: Some(response.status()),
                reason: response.reason,
            },
            Err(reason) => Self {
                status: None,
                reason: Some(*reason),
            },
        }
    }
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It decides.
    Decides,
    /// One of its conditions does not hold.
    Fails(Unmet),
    /// One above has decided.
    NotReached,
}

/// The condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// Another path was asked for.
    Path,
    /// Another method was used.
    Method,
    /// A field of the request.
    Field(String),
    /// A part of the query.
    Query(String),
}
