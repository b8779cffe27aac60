//! Answers 304 to a client that has it already, 412 to one whose assumption is wrong (RFC 9110 §13).
//!
//! [`judge`] is the order of §13.2.2 and nothing else; [`apply`] makes the answer.

use std::time::SystemTime;

use http::StatusCode;

use crate::exchange::{
    Body, Reason, Request, RequestFields, Response, ResponseHead, Validators, Which,
};
use crate::site::finish::etag;
use crate::site::language_of;
use crate::site::pages::Pages;

/// What the conditions of a GET or HEAD come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They hold, or there are none.
    Proceed,
    /// The client's copy is current: 304.
    NotModified,
    /// The client wants nothing unless its copy is current, and it is not: 412.
    Failed,
}

/// Evaluates the conditions of a GET or HEAD, in the order of RFC 9110 §13.2.2.
///
/// # Spec
/// RFC 9110 §13.1.1 to §13.1.4. A date that is none, or that is given twice, is ignored (§13.1.3, §13.1.4).
pub fn judge(fields: &dyn RequestFields, validators: &Validators) -> Verdict {
    let current = validators.etag.as_bytes();
    if fields.first("if-match").is_some() {
        if !any_tag(fields, "if-match", |tag| etag::strong_match(tag, current)) {
            return Verdict::Failed;
        }
    } else if let Some(limit) = date(fields, "if-unmodified-since")
        && validators.last_modified.is_some_and(|time| time > limit)
    {
        return Verdict::Failed;
    }
    if fields.first("if-none-match").is_some() {
        if any_tag(fields, "if-none-match", |tag| {
            etag::weak_match(tag, current)
        }) {
            return Verdict::NotModified;
        }
    } else if let Some(since) = date(fields, "if-modified-since")
        && validators.last_modified.is_some_and(|time| time <= since)
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether the list, over all its field lines, is `*` or has a tag that matches.
fn any_tag(fields: &dyn RequestFields, name: &str, matches: impl Fn(&[u8]) -> bool) -> bool {
    (0..)
        .map_while(|skip| fields.nth(name, skip))
        .any(|list| etag::is_any(list) || etag::tags(list).any(&matches))
}

fn date(fields: &dyn RequestFields, name: &str) -> Option<SystemTime> {
    let field = fields.first(name)?;
    if fields.nth(name, 1).is_some() {
        return None;
    }
    httpdate::parse_http_date(std::str::from_utf8(field).ok()?).ok()
}

/// Replaces a 200 by what the conditions say. Other statuses pass: conditions are for what would
/// have been a success (RFC 9110 §13.2.1).
pub(crate) fn apply(request: &Request<'_>, response: &mut Response, pages: &Pages) {
    if response.status() != StatusCode::OK {
        return;
    }
    let Some(validators) = response.validators() else {
        return;
    };
    match judge(request.fields, validators) {
        Verdict::Proceed => {}
        Verdict::NotModified => not_modified(response),
        Verdict::Failed => {
            *response = pages.answer(Reason::PreconditionFailed, language_of(request));
        }
    }
}

fn not_modified(response: &mut Response) {
    if let ResponseHead::Kept { which, .. } = &mut response.head {
        *which = Which::NotModified;
        response.body = Body::Empty;
    }
}
