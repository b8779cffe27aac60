//! The walk of a request through the site, written down for whoever asks why.
//!
//! Law: whoever is not asked writes nothing. What is to be written is made in a closure, and
//! [`Untraced`] never calls it.

use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use crate::exchange::{FieldStep, FileKind, HostMatch, RuleOutcome, Said, Step, Unmet};

/// Who writes the walk down. A clone writes to the same place, wherever it goes.
pub(crate) trait Trace: Clone + Send + Sync + 'static {
    /// A step was taken.
    fn note(&self, step: impl FnOnce() -> Step);

    /// Whether everything is to be looked at, what lies below the deciding rule too, and nothing that
    /// was looked at before is to be taken for granted.
    fn is_on(&self) -> bool;

    /// Whether somebody really asks, so that it counts.
    fn is_asked(&self) -> bool;
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
pub struct Walk(Arc<Mutex<Vec<Step>>>);

impl Walk {
    /// A step that was taken before a site was asked.
    pub fn add(&self, step: Step) {
        self.note(|| step);
    }

    /// All steps, in order.
    pub fn into_steps(self) -> Vec<Step> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Trace for Walk {
    fn note(&self, step: impl FnOnce() -> Step) {
        let step = step();
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(step);
    }

    fn is_on(&self) -> bool {
        true
    }

    fn is_asked(&self) -> bool {
        false
    }
}

/// Bytes of a name or an address, as a text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
