//! The walk of a request through the site, written down for whoever asks why.
//!
//! Law: whoever is not asked writes nothing. What is to be written is made in a closure, and
//! [`Untraced`] never calls it.

use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use crate::exchange::{
    FieldStep, FileKind, HostMatch, Origin, RuleOutcome, Said, Step, Unmet,
};

/// Who writes the walk down. A clone writes to the same place, wherever it goes.
pub(crate) trait Trace: Clone + Send + Sync + 'static {
    /// A step was taken.
    fn note(&self, step: impl FnOnce() -> Step);

    /// Whether everything is to be looked at, what lies below the deciding rule too, and nothing that
    /// was looked at before is to be taken for granted.
    fn is_on(&self) -> bool;

    /// Whether something holds that hangs on what nobody kept of the request; `None`: all of it is
    /// there, so it can be looked at.
    fn suppose(&self, _: impl FnOnce() -> Hang) -> Option<bool> {
        None
    }

    /// Whether somebody really asks, so that it counts.
    fn is_asked(&self) -> bool;

    /// Whether it is known who asked.
    fn knows_client(&self) -> bool {
        true
    }
}

/// Something that hangs on what nobody kept of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hang {
    /// What would have to be known.
    pub on: HangsOn,
    /// The line that asks for it.
    pub origin: Option<Origin>,
    /// What is asked of it. Two questions that are alike have one answer, under whatever settings.
    pub question: String,
}

/// What is not kept of a request, or changes from one to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HangsOn {
    /// A field, by its name.
    Field(String),
    /// A value of the query that is a secret, by its name.
    Query(String),
    /// A password.
    Password,
    /// The certificate of a client.
    Certificate,
    /// The signature of a link.
    Signature,
    /// Whose request a proxy passed on.
    Client,
    /// How long its content is.
    Length,
    /// What was counted for limits, by their names.
    Limits(String),
}

/// What is supposed of a request, for as long as nobody knows better: that each question has one of its
/// two answers. A further question is answered no.
#[derive(Default)]
pub struct Suppositions(Mutex<Vec<(Hang, bool)>>);

impl Suppositions {
    fn holds(&self, hang: Hang) -> bool {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made
            .iter()
            .find(|(known, _)| known.question == hang.question);
        if let Some((_, holds)) = known {
            return *holds;
        }
        made.push((hang, false));
        false
    }

    /// All that were made, in the order of their questions.
    pub fn made(&self) -> Vec<(Hang, bool)> {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.clone()
    }

    /// The next ones, after those before were gone through; `None`: there are no others.
    pub fn next(&self) -> Option<Self> {
        let mut made = self.made();
        while let Some((hang, holds)) = made.pop() {
            if !holds {
                made.push((hang, true));
                return Some(Self(Mutex::new(made)));
            }
        }
        None
    }
}

/// Nobody asked.
#[derive(Clone, Copy)]
pub(crate) struct Untraced;

impl Trace for Untraced {
    fn note(&self, _: impl FnOnce() -> Step) {}

    fn is_on(&self) -> bool {
        false
    }

    fn is_asked(&self) -> bool {
        true
    }
}

/// The steps that were taken.
#[derive(Clone, Default)]
pub struct Walk {
    steps: Arc<Mutex<Vec<Step>>>,
    /// Of a request that was not kept whole.
    recalled: Option<Recalled>,
}

/// What goes for a request that was not kept whole.
#[derive(Clone)]
struct Recalled {
    supposed: Arc<Suppositions>,
    knows_client: bool,
}

impl Walk {
    /// The walk of a request of which only its target, its host and who asked were kept; the last of
    /// them, if `knows_client`.
    pub fn of_recalled(supposed: &Arc<Suppositions>, knows_client: bool) -> Self {
        Self {
            steps: Arc::default(),
            recalled: Some(Recalled {
                supposed: supposed.clone(),
                knows_client,
            }),
        }
    }

    /// A step that was taken before a site was asked.
    pub fn add(&self, step: Step) {
        self.note(|| step);
    }

    /// All steps, in order.
    pub fn into_steps(self) -> Vec<Step> {
        std::mem::take(&mut *self.steps.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Trace for Walk {
    fn note(&self, step: impl FnOnce() -> Step) {
        let step = step();
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(step);
    }

    fn is_on(&self) -> bool {
        true
    }

    fn suppose(&self, hang: impl FnOnce() -> Hang) -> Option<bool> {
        let recalled = self.recalled.as_ref()?;
        Some(recalled.supposed.holds(hang()))
    }

    fn knows_client(&self) -> bool {
        { self.recalled.as_ref() }.is_none_or(|recalled| recalled.knows_client)
    }

    fn is_asked(&self) -> bool {
        false
    }
}

/// Bytes of a name or an address, as a text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
