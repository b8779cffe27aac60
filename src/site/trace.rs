//! The walk of a request through the site, written down for whoever asks why.
//!
//! Law: whoever is not asked writes nothing. What is to be written is made in a closure, and
//! [`Untraced`] never calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::clock;
pub(crate) use crate::exchange::{FieldStep, FileKind, HostMatch, RuleOutcome, Said, Step, Unmet};
use crate::exchange::{Stage, Took, Walked};

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
#[derive(Clone)]
pub struct Walk {
    notes: Arc<Mutex<Notes>>,
    /// Whether somebody really went.
    is_asked: bool,
}

#[derive(Default)]
struct Notes {
    steps: Vec<Step>,
    left_out: u32,
    took: Took,
    /// When the last step was taken, where that is wanted.
    last: Option<Instant>,
}

/// Steps of a walk that somebody really goes. Reason: more than a page of paper; rules for other paths
/// are not among them. Beyond: counted.
const STEPS_MAX: usize = 256;

impl Default for Walk {
    /// Of a request that nobody sent.
    fn default() -> Self {
        Self {
            notes: Arc::default(),
            is_asked: false,
        }
    }
}

impl Walk {
    /// Of a request that somebody sent: it counts, and it is timed.
    pub(crate) fn asked() -> Self {
        let notes = Notes {
            last: Some(clock::now()),
            ..Notes::default()
        };
        Self {
            notes: Arc::new(Mutex::new(notes)),
            is_asked: true,
        }
    }

    /// A step that was taken before a site was asked.
    pub fn add(&self, step: Step) {
        self.note(|| step);
    }

    /// All steps, in order.
    pub fn into_steps(self) -> Vec<Step> {
        std::mem::take(&mut self.notes().steps)
    }

    /// All that is known of it at its end.
    pub(crate) fn into_walked(self) -> Walked {
        let mut notes = self.notes();
        notes.pass(Stage::Finish);
        for step in &mut notes.steps {
            // Secrets stand in queries; here the path is enough.
            if let Step::OtherSlash { location } = step {
                location.truncate(location.find('?').unwrap_or(location.len()));
            }
        }
        Walked {
            steps: std::mem::take(&mut notes.steps),
            left_out: notes.left_out,
            took_us: notes.took,
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    /// The time since the last step is that of this stage.
    fn pass(&mut self, stage: Stage) {
        if let Some(last) = self.last {
            let now = clock::now();
            let took = now.saturating_duration_since(last).as_micros();
            *self.took.of(stage) += u64::try_from(took).unwrap_or(u64::MAX);
            self.last = Some(now);
        }
    }
}

/// Whether a step says something to whoever did not ask for all of them: of ten thousand rules, those
/// for other paths do not.
fn is_telling(step: &Step) -> bool {
    !matches!(
        step,
        Step::Rule {
            outcome: RuleOutcome::NotReached | RuleOutcome::Fails(Unmet::Path),
            ..
        } | Step::Limit {
            outcome: "not-meant",
            ..
        }
    )
}

impl Trace for Walk {
    fn note(&self, step: impl FnOnce() -> Step) {
        let step = step();
        let mut notes = self.notes();
        notes.pass(step.stage());
        if !self.is_asked || is_telling(&step) && notes.steps.len() < STEPS_MAX {
            notes.steps.push(step);
        } else {
            notes.left_out = notes.left_out.saturating_add(1);
        }
    }

    fn is_on(&self) -> bool {
        true
    }

    fn is_asked(&self) -> bool {
        self.is_asked
    }
}

/// Bytes of a name or an address, as a text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
