//! Tells browsers which pages of other sites may read an answer, where lines of the site say so.
//!
//! # Spec
//! Fetch, §3.3 (CORS protocol).

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

use super::readers::is_preflight;
use crate::config::routing::Cors;
use crate::exchange::{Body, FieldList, Request, Response};
use crate::site::trace::{Hang, HangsOn, Trace};

/// Methods that need no leave (Fetch §2.2.1).
const SAFELISTED: &str = "GET, HEAD, POST";

/// The answer to a browser that asks whether it may ask; `None`: it does not ask that.
pub(crate) fn preflight(
    cors: &Cors,
    request: &Request<'_>,
    trace: &impl Trace,
) -> Option<Response> {
    if *request.method != Method::OPTIONS {
        return None;
    }
    let mut fields = FieldList::new();
    if !is_preflight(request) {
        let question = || {
            let Cors {
                methods,
                request_fields,
                max_age,
                ..
            } = cors;
            format!("preflight {methods:?} {request_fields:?} {max_age:?}")
        };
        let is_supposed = trace.suppose(|| hang(cors, question())) == Some(true);
        is_supposed.then(|| add(&mut fields, ACCESS_CONTROL_ALLOW_METHODS, &question()))?;
    }
    if allow_origin(cors, request, &mut fields) {
        let mut methods = SAFELISTED.to_owned();
        for method in &cors.methods {
            methods.push_str(", ");
            methods.push_str(method.as_str());
        }
        add(&mut fields, ACCESS_CONTROL_ALLOW_METHODS, &methods);
        if !cors.request_fields.is_empty() {
            add(
                &mut fields,
                ACCESS_CONTROL_ALLOW_HEADERS,
                &list(&cors.request_fields),
            );
        }
        let age = cors.max_age.as_secs().to_string();
        add(&mut fields, ACCESS_CONTROL_MAX_AGE, &age);
    }
    Some(Response::new(StatusCode::NO_CONTENT, fields, Body::Empty))
}

/// What every other answer says.
pub(crate) fn apply(
    cors: &Cors,
    request: &Request<'_>,
    response: &mut Response,
    trace: &impl Trace,
) {
    let (_, fields) = response.head_to_edit();
    if !cors.origins.is_empty() && request.field(ORIGIN.as_str()).is_none() {
        let question = || {
            let Cors {
                origins,
                exposed_fields,
                credentials,
                ..
            } = cors;
            format!("origin {origins:?} {exposed_fields:?} {credentials}")
        };
        if trace.suppose(|| hang(cors, question())) == Some(true) {
            // Which of them it was nobody knows; the same lines would have said the same.
            add(fields, ACCESS_CONTROL_ALLOW_ORIGIN, &question());
        }
    }
    if allow_origin(cors, request, fields) && !cors.exposed_fields.is_empty() {
        add(
            fields,
            ACCESS_CONTROL_EXPOSE_HEADERS,
            &list(&cors.exposed_fields),
        );
    }
}

fn hang(cors: &Cors, question: String) -> Hang {
    Hang {
        on: HangsOn::Field(ORIGIN.as_str().to_owned()),
        origin: Some(cors.origin.clone()),
        question,
    }
}

/// Says so if the asking page may read. An answer that depends on who asks says that, too, whoever
/// asks: caches would give it to others (RFC 9110 §12.5.5).
fn allow_origin(cors: &Cors, request: &Request<'_>, fields: &mut FieldList) -> bool {
    if cors.origins.is_empty() {
        fields.set(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        return true;
    }
    vary_by_origin(fields);
    let Some(origin) = request.field(ORIGIN.as_str()) else {
        return false;
    };
    let is_allowed = |allowed: &String| allowed.as_bytes() == origin;
    let Ok(value) = HeaderValue::from_bytes(origin) else {
        return false;
    };
    if !cors.origins.iter().any(is_allowed) {
        return false;
    }
    fields.set(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    if cors.credentials {
        let credentials = HeaderValue::from_static("true");
        fields.set(ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
    }
    true
}

fn vary_by_origin(fields: &mut FieldList) {
    let value = match fields.get(&VARY) {
        // A preflight passes here twice: as it is answered, and as every answer does.
        Some(known) if names(known).any(|name| name == b"origin") => return,
        Some(known) => [known.as_bytes(), b", origin"].concat(),
        None => b"origin".to_vec(),
    };
    if let Ok(value) = HeaderValue::from_bytes(&value) {
        fields.set(VARY, value);
    }
}

/// The names in a list of them (RFC 9110 §5.6.1).
fn names(list: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let names = list.as_bytes().split(|byte| *byte == b',');
    names.map(<[u8]>::trim_ascii)
}

fn list(names: &[HeaderName]) -> String {
    let names: Vec<_> = names.iter().map(HeaderName::as_str).collect();
    names.join(", ")
}

fn add(fields: &mut FieldList, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        fields.add(name, value);
    }
}
