//! How values are read that tables of several kinds have: patterns, pages, methods, statuses, fields.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use super::table::Word;
use crate::config::pattern::{Pattern, PatternFault, Template};
use crate::config::quantity::{Unit, Unreadable};
use crate::config::routing::{UNTOUCHABLE, known_method};
use crate::config::{ConfigError, Fault};
use crate::i18n::shown;

pub(super) fn wrong(option: &'static str, value: &str, fault: Fault) -> ConfigError {
    ConfigError {
        option,
        value: shown(value),
        fault,
    }
}

pub(super) fn bad_rule(case: &'static str, other: &'static str) -> Fault {
    Fault::BadRule { case, other }
}

pub(super) fn pattern(key: &'static str, text: &str) -> Result<Pattern, ConfigError> {
    Pattern::read(text).map_err(|fault| wrong(key, text, Fault::Pattern(fault)))
}

/// A page of the site's own: `{name}` means nothing there, for nothing was caught.
pub(super) fn page(key: &'static str, text: &str) -> Result<Template, ConfigError> {
    page_of(key, text, None)
}

pub(super) fn page_of(
    key: &'static str,
    text: &str,
    path: Option<&Pattern>,
) -> Result<Template, ConfigError> {
    if !text.starts_with('/') && !text.starts_with("{path}") {
        return Err(wrong(key, text, Fault::Pattern(PatternFault::NoSlash)));
    }
    target(key, text, path)
}

pub(super) fn target(
    key: &'static str,
    text: &str,
    path: Option<&Pattern>,
) -> Result<Template, ConfigError> {
    Template::read(text, path).map_err(|fault| wrong(key, text, Fault::Pattern(fault)))
}

pub(super) fn method(key: &'static str, word: &Word<'_>) -> Result<Method, ConfigError> {
    // One that hello does not know is refused before any rule could see it.
    known_method(word.text).ok_or_else(|| wrong(key, word.text, Fault::BadMethod))
}

pub(super) fn status(
    key: &'static str,
    text: &str,
    is_fit: impl Fn(u16) -> bool,
) -> Result<StatusCode, ConfigError> {
    let code = text.parse().ok().filter(|code| is_fit(*code));
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.filter(|status| status.as_u16() < 600);
    status.ok_or_else(|| wrong(key, text, Fault::BadStatus { case: "answer" }))
}

pub(super) fn duration(key: &'static str, text: &str) -> Result<Duration, ConfigError> {
    Unit::Duration
        .read(text)
        .map(Duration::from_millis)
        .map_err(|unreadable| {
            let fault = match unreadable {
                Unreadable::DurationWithoutUnit => Fault::DurationWithoutUnit,
                Unreadable::AmbiguousUnit { .. } | Unreadable::NotANumber => Fault::BadDuration,
            };
            wrong(key, text, fault)
        })
}

pub(super) fn value(key: &'static str, text: &str) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_str(text).map_err(|_| wrong(key, text, Fault::BadField { case: "value" }))
}

pub(super) fn field_name(key: &'static str, text: &str) -> Result<HeaderName, ConfigError> {
    HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| wrong(key, text, Fault::BadField { case: "name" }))
}

/// The name of a field that lines may touch.
pub(super) fn own_field_name(key: &'static str, text: &str) -> Result<HeaderName, ConfigError> {
    let name = field_name(key, text)?;
    if UNTOUCHABLE.contains(&name.as_str()) {
        return Err(wrong(
            key,
            text,
            Fault::BadField {
                case: "untouchable",
            },
        ));
    }
    Ok(name)
}

pub(super) fn names(names: &[HeaderName]) -> Value {
    json!(names.iter().map(HeaderName::as_str).collect::<Vec<_>>())
}
