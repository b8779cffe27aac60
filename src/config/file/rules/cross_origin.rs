//! `[[cross-origin]]`: which pages of other sites may read what.

use std::time::Duration;

use http::HeaderName;
use http::Method;
use serde_json::json;

use super::super::table::{Failed, Form, Key, Table};
use super::super::values::{bad_rule, duration, field_name, method, names, pattern, wrong};
use crate::config::pattern::Pattern;
use crate::config::routing::{Cors, Origin};
use crate::config::{ConfigError, Fault};

/// `[[cross-origin]]`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct CorsDraft {
    path: Option<Pattern>,
    origins: Vec<String>,
    methods: Vec<Method>,
    request_fields: Vec<HeaderName>,
    exposed_fields: Vec<HeaderName>,
    credentials: bool,
    max_age: Duration,
}

impl Default for CorsDraft {
    fn default() -> Self {
        Self {
            path: None,
            origins: Vec::new(),
            methods: Vec::new(),
            request_fields: Vec::new(),
            exposed_fields: Vec::new(),
            credentials: false,
            max_age: CORS_MAX_AGE,
        }
    }
}

pub(super) static CROSS_ORIGIN: Table<CorsDraft> = Table {
    name: "cross-origin",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/api/*",
            |cors| json!(cors.path.as_ref().map(Pattern::as_str)),
            |cors, word| {
                cors.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "origin",
            Form::WebOrigin,
            "https://app.example.com",
            |cors| json!(cors.origins),
            |cors| cors.origins.clear(),
            |cors, word| {
                cors.origins.push(web_origin(word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "method",
            Form::Method,
            "PUT",
            |cors| json!(cors.methods.iter().map(Method::as_str).collect::<Vec<_>>()),
            |cors| cors.methods.clear(),
            |cors, word| {
                cors.methods.push(method("method", word)?);
                Ok(())
            },
        ),
        Key::texts(
            "request-header",
            Form::FieldName,
            "x-token",
            |cors| names(&cors.request_fields),
            |cors| cors.request_fields.clear(),
            |cors, word| {
                cors.request_fields
                    .push(field_name("request-header", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "expose-header",
            Form::FieldName,
            "x-total",
            |cors| names(&cors.exposed_fields),
            |cors| cors.exposed_fields.clear(),
            |cors, word| {
                cors.exposed_fields
                    .push(field_name("expose-header", word.text)?);
                Ok(())
            },
        ),
        Key::flag(
            "credentials",
            |cors| cors.credentials,
            |cors, on| cors.credentials = on,
        ),
        Key::text(
            "max-age",
            Form::Duration,
            "10m",
            |cors| json!(humantime::format_duration(cors.max_age).to_string()),
            |cors, word| {
                cors.max_age = duration("max-age", word.text)?;
                Ok(())
            },
        ),
    ],
};

impl CorsDraft {
    pub(super) fn of(cors: &Cors) -> Self {
        let cors = cors.clone();
        Self {
            path: cors.path,
            origins: cors.origins,
            methods: cors.methods,
            request_fields: cors.request_fields,
            exposed_fields: cors.exposed_fields,
            credentials: cors.credentials,
            max_age: cors.max_age,
        }
    }

    pub(super) fn into_cors(self, origin: &Origin) -> Result<Cors, Failed> {
        if self.credentials && self.origins.is_empty() {
            return Err((
                "credentials",
                wrong(
                    "credentials",
                    "true",
                    bad_rule("credentials-for-anybody", "origin"),
                ),
            ));
        }
        Ok(Cors {
            origin: origin.clone(),
            path: self.path,
            origins: self.origins,
            methods: self.methods,
            request_fields: self.request_fields,
            exposed_fields: self.exposed_fields,
            credentials: self.credentials,
            max_age: self.max_age,
        })
    }
}

/// How long browsers remember a preflight where nothing is said. Reason: none remembers it longer than
/// this by more than a little.
const CORS_MAX_AGE: Duration = Duration::from_hours(1);

/// An origin as browsers send it (RFC 6454 §6.2).
fn web_origin(text: &str) -> Result<String, ConfigError> {
    let rest = { text.strip_prefix("https://") }.or_else(|| text.strip_prefix("http://"));
    let is_host = |host: &str| {
        let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\".contains(&byte);
        !host.is_empty()
            && host.bytes().all(is_fit)
            && !host.bytes().any(|b| b.is_ascii_uppercase())
    };
    if rest.is_some_and(is_host) || text == "null" {
        Ok(text.to_owned())
    } else {
        Err(wrong("origin", text, Fault::BadWebOrigin))
    }
}
