//! The walk of a request through the site, written down for whoever asks why.
//!
//! Law: whoever is not asked writes nothing. What is to be written is made in a closure, and
//! [`Untraced`] never calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::clock;
pub(crate) use crate::exchange::{
    FieldStep, FileKind, HostMatch, Origin, RuleOutcome, Said, Step, Unmet,
};
use crate::exchange::{Stage, Took, Walked};

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
#[derive(Clone)]
pub struct Walk {
    notes: Arc<Mutex<Notes>>,
    /// Whether somebody really went.
    is_asked: bool,
    /// Of a request that was not kept whole.
    recalled: Option<Recalled>,
}

/// What goes for a request that was not kept whole.
#[derive(Clone)]
struct Recalled {
    supposed: Arc<Suppositions>,
    knows_client: bool,
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
            recalled: None,
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
            recalled: None,
        }
    }

    /// The walk of a request of which only its target, its host and who asked were kept; the last of
    /// them, if `knows_client`.
    pub fn of_recalled(supposed: &Arc<Suppositions>, knows_client: bool) -> Self {
        Self {
            recalled: Some(Recalled {
                supposed: supposed.clone(),
                knows_client,
            }),
            ..Self::default()
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

    fn suppose(&self, hang: impl FnOnce() -> Hang) -> Option<bool> {
        let recalled = self.recalled.as_ref()?;
        Some(recalled.supposed.holds(hang()))
    }

    fn knows_client(&self) -> bool {
        { self.recalled.as_ref() }.is_none_or(|recalled| recalled.knows_client)
    }

    fn is_asked(&self) -> bool {
        self.is_asked
    }
}

/// Bytes of a name or an address, as a text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
