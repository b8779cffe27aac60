//! Sets, adds and removes the fields that the operator's lines say, after everything else.

use http::StatusCode;

use crate::config::pattern::Pattern;
use crate::config::routing::{FieldChange, FieldRule};
use crate::exchange::{Dressed, FieldList, Kept, KeptHead, Response, ResponseHead};
use crate::site::trace::{FieldStep, Step, Trace, Untraced, text};

/// Every line that is meant, in order. `path` is in the canonical form; `None`: nobody knows what was
/// asked for, so lines that name a path are not meant.
pub(crate) fn apply(
    rules: &[FieldRule],
    path: Option<&[u8]>,
    response: &mut Response,
    trace: &impl Trace,
) {
    let status = response.status();
    for rule in rules {
        let is_meant = concerns(rule, path, status);
        trace.note(|| Step::Fields {
            origin: rule.origin.clone(),
            path: rule.path.as_ref().map(|path| path.as_str().to_owned()),
            unmet: (!is_meant).then(|| unmet(rule, path)),
            changes: { rule.changes.iter() }
                .filter(|_| is_meant)
                .map(|change| step_of(change, response.fields()))
                .collect(),
        });
        if is_meant {
            let (_, fields) = response.head_to_edit();
            change(rule, fields);
        }
    }
}

/// The same for heads that were settled: what the lines make of them is kept beside them, so that it is
/// written once. `id` is a number that no other lines have.
pub(crate) fn apply_to_kept(rules: &[FieldRule], id: u64, path: &[u8], response: &mut Response) {
    let ResponseHead::Kept { kept, which } = &response.head else {
        return apply(rules, Some(path), response, &Untraced);
    };
    let status = kept.head(*which).status;
    let mut meant = 0;
    for (place, rule) in rules.iter().enumerate() {
        if concerns(rule, Some(path), status) {
            let Some(bit) = u32::try_from(place)
                .ok()
                .and_then(|place| 1_u64.checked_shl(place))
            else {
                return apply(rules, Some(path), response, &Untraced);
            };
            meant |= bit;
        }
    }
    if meant == 0 {
        return;
    }
    let dress = |head: &KeptHead| {
        let mut fields = head.fields.clone();
        for (place, rule) in rules.iter().enumerate() {
            if place < 64 && meant & (1 << place) != 0 {
                change(rule, &mut fields);
            }
        }
        KeptHead::new(head.status, fields)
    };
    let dressed = kept.dressed.get_or_make((id, meant), || Kept {
        whole: dress(&kept.whole),
        not_modified: kept.not_modified.as_ref().map(dress),
        validators: kept.validators.clone(),
        coding: kept.coding,
        dressed: Dressed::default(),
    });
    response.head = ResponseHead::Kept {
        kept: dressed,
        which: *which,
    };
}

/// Whether a line is meant for what was asked for, and came of it.
fn concerns(rule: &FieldRule, path: Option<&[u8]>, status: StatusCode) -> bool {
    let statuses = &rule.statuses;
    (statuses.is_empty() || statuses.iter().any(|range| range.has(status)))
        && match path {
            Some(path) => is_meant(rule.path.as_ref(), path),
            None => rule.path.is_none(),
        }
}

/// Why a line is not meant: `path`, `status`.
fn unmet(rule: &FieldRule, path: Option<&[u8]>) -> &'static str {
    match path {
        Some(path) if is_meant(rule.path.as_ref(), path) => "status",
        None if rule.path.is_none() => "status",
        _ => "path",
    }
}

/// What a change is going to do.
fn step_of(change: &FieldChange, fields: &FieldList) -> FieldStep {
    let (word, name, value) = match change {
        FieldChange::Set(name, value) => ("set", name, Some(value)),
        FieldChange::SetIfAbsent(name, value) => match fields.get(name) {
            None => ("set", name, Some(value)),
            Some(present) => ("kept", name, Some(present)),
        },
        FieldChange::Add(name, value) => ("add", name, Some(value)),
        FieldChange::Remove(name) => ("remove", name, None),
    };
    FieldStep {
        change: word,
        name: name.as_str().to_owned(),
        value: value.map(|value| text(value.as_bytes())),
    }
}

fn change(rule: &FieldRule, fields: &mut FieldList) {
    for change in &rule.changes {
        change_one(change, fields);
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
