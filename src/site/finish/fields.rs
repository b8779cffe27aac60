//! Sets, adds and removes the fields that the operator's lines say, after everything else.

use crate::config::pattern::Pattern;
use crate::config::routing::{FieldChange, FieldRule};
use crate::exchange::{FieldList, Response};
use crate::site::trace::{Step, Trace};

/// Every line that is meant, in order. `path` is in the canonical form; `None`: nobody knows what was
/// asked for, so lines that name a path are not meant.
pub(crate) fn apply(
    rules: &[FieldRule],
    path: Option<&[u8]>,
    response: &mut Response,
    trace: &impl Trace,
) {
    for rule in rules {
        let status = response.status();
        let statuses = &rule.statuses;
        let is_meant = (statuses.is_empty() || statuses.iter().any(|range| range.has(status)))
            && match path {
                Some(path) => is_meant(rule.path.as_ref(), path),
                None => rule.path.is_none(),
            };
        trace.note(|| Step::Fields {
            origin: rule.origin.clone(),
            is_meant,
        });
        if is_meant {
            let (_, fields) = response.head_to_edit();
            for change in &rule.changes {
                change_one(change, fields);
            }
        }
    }
}

/// Whether a path is meant; without a pattern, every one is.
pub(crate) fn is_meant(pattern: Option<&Pattern>, path: &[u8]) -> bool {
    pattern.is_none_or(|pattern| pattern.catch(path).is_some())
}

fn change_one(change: &FieldChange, fields: &mut FieldList) {
    match change {
        FieldChange::Set(name, value) => fields.set(name.clone(), value.clone()),
        FieldChange::SetIfAbsent(name, value) => fields.set_if_absent(name.clone(), value.clone()),
        FieldChange::Add(name, value) => fields.add(name.clone(), value.clone()),
        FieldChange::Remove(name) => fields.remove(name),
    }
}
