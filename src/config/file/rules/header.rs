//! `[[header]]`: fields of answers that are set, added or removed.

use http::HeaderName;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde_json::Value;
use serde_json::json;

use super::super::table::{Failed, Form, Key, Kind, Table, Word};
use super::super::values::{bad_rule, own_field_name, pattern, value, wrong};
use crate::config::pattern::Pattern;
use crate::config::routing::{FieldChange, FieldRule, Origin, StatusRange};
use crate::config::{ConfigError, Fault};

/// Answers that a copy may be kept of: what a line about copies is meant for (RFC 9110 §15.1, §15.4.5).
const CACHEABLE: &[StatusRange] = &[
    StatusRange {
        first: 200,
        last: 299,
    },
    StatusRange {
        first: 304,
        last: 304,
    },
];

/// `[[header]]`, as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderDraft {
    path: Option<Pattern>,
    statuses: Vec<StatusRange>,
    changes: Vec<FieldChange>,
    cache: Option<HeaderValue>,
}

pub(super) static HEADER: Table<HeaderDraft> = Table {
    name: "header",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/assets/*",
            |header| json!(header.path.as_ref().map(Pattern::as_str)),
            |header, word| {
                header.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "status",
            Form::StatusRange,
            "5xx",
            |header| {
                json!(
                    header
                        .statuses
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                )
            },
            |header| header.statuses.clear(),
            |header, word| {
                let range = StatusRange::read(word.text);
                let range = range.ok_or_else(|| {
                    wrong("status", word.text, Fault::BadStatus { case: "range" })
                })?;
                header.statuses.push(range);
                Ok(())
            },
        ),
        Key::of(
            "set",
            "{ \"x-frame-options\" = \"DENY\" }",
            Kind::Map {
                names: Form::FieldName,
                form: Form::Text,
                may_be_one: false,
                get: |header| {
                    changes(header, |change| match change {
                        FieldChange::Set(name, value) => Some((name, value)),
                        _ => None,
                    })
                },
                clear: |_| {},
                add: |header, name, word| {
                    let (name, value) = field("set", name, word)?;
                    header.changes.push(FieldChange::Set(name, value));
                    Ok(())
                },
            },
        ),
        Key::of(
            "add",
            "{ \"link\" = \"</a.css>; rel=preload\" }",
            Kind::Map {
                names: Form::FieldName,
                form: Form::Text,
                may_be_one: false,
                get: |header| {
                    changes(header, |change| match change {
                        FieldChange::Add(name, value) => Some((name, value)),
                        _ => None,
                    })
                },
                clear: |_| {},
                add: |header, name, word| {
                    let (name, value) = field("add", name, word)?;
                    header.changes.push(FieldChange::Add(name, value));
                    Ok(())
                },
            },
        ),
        Key::texts(
            "remove",
            Form::FieldName,
            "server",
            |header| {
                let removed = header.changes.iter().filter_map(|change| match change {
                    FieldChange::Remove(name) => Some(name.as_str()),
                    _ => None,
                });
                json!(removed.collect::<Vec<_>>())
            },
            |_| {},
            |header, word| {
                let name = own_field_name("remove", word.text)?;
                header.changes.push(FieldChange::Remove(name));
                Ok(())
            },
        ),
        Key::text(
            "cache",
            Form::Text,
            "public, max-age=3600",
            |header| json!(header.cache.as_ref().and_then(|value| value.to_str().ok())),
            |header, word| {
                header.cache = Some(value("cache", word.text)?);
                Ok(())
            },
        ),
    ],
};

impl HeaderDraft {
    /// As it was written, of what was made of it.
    pub(super) fn of(rule: &FieldRule) -> Self {
        let (mut changes, mut statuses) = (rule.changes.clone(), rule.statuses.clone());
        let cache = match (&*changes, &*statuses) {
            ([FieldChange::Set(name, value)], CACHEABLE) if *name == CACHE_CONTROL => {
                Some(value.clone())
            }
            _ => None,
        };
        if cache.is_some() {
            changes.clear();
            statuses.clear();
        }
        Self {
            path: rule.path.clone(),
            statuses,
            changes,
            cache,
        }
    }

    pub(super) fn into_rule(mut self, origin: &Origin) -> Result<FieldRule, Failed> {
        if let Some(value) = self.cache {
            if !self.changes.is_empty() && self.statuses.is_empty() {
                // What is said of copies is meant for what may be copied, the rest for every answer.
                return Err((
                    "cache",
                    wrong("cache", "", bad_rule("cache-beside-others", "")),
                ));
            }
            if self.statuses.is_empty() {
                self.statuses = CACHEABLE.to_vec();
            }
            self.changes.push(FieldChange::Set(CACHE_CONTROL, value));
        }
        if self.changes.is_empty() {
            return Err(("", wrong("header", "", bad_rule("no-change", ""))));
        }
        Ok(FieldRule {
            origin: origin.clone(),
            path: self.path,
            statuses: self.statuses,
            changes: self.changes,
        })
    }
}

fn field(
    key: &'static str,
    name: Option<&Word<'_>>,
    word: &Word<'_>,
) -> Result<(HeaderName, HeaderValue), ConfigError> {
    let name = own_field_name(key, name.map_or("", |name| name.text))?;
    Ok((name, value(key, word.text)?))
}

fn changes(
    header: &HeaderDraft,
    of: impl Fn(&FieldChange) -> Option<(&HeaderName, &HeaderValue)>,
) -> Value {
    let written = header.changes.iter().filter_map(of);
    written
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                json!(value.to_str().unwrap_or_default()),
            )
        })
        .collect()
}
