//! Which methods a site of files has an answer for (RFC 9110 §9).

use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};

use crate::config::Readers;
use crate::exchange::{Body, FieldList, Reason, Request, Response};
use crate::site::finish::readers;

/// The methods that have an answer here, for the Allow field (RFC 9110 §10.2.1).
pub(crate) const ALLOWED: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Lets GET and HEAD pass; answers OPTIONS (`OPTIONS *` too); refuses the others.
///
/// # Spec
/// RFC 9110 §9.3.7 (OPTIONS), §15.5.6 (405 has to come with Allow).
///
/// `allowed`: what the operator wants to be asked with; others have no answer.
pub(crate) fn judge(
    request: &Request<'_>,
    readers: Readers,
    allowed: Option<&[Method]>,
) -> Option<Result<Response, Reason>> {
    if allowed.is_some_and(|allowed| !allowed.contains(request.method)) {
        return Some(Err(Reason::MethodNotAllowed));
    }
    match *request.method {
        ref method if passes(method) => None,
        Method::OPTIONS => {
            let is_allowed = readers == Readers::Anybody && readers::is_preflight(request);
            Some(Ok(options(is_allowed)))
        }
        _ => Some(Err(Reason::MethodNotAllowed)),
    }
}

/// Whether a site has an answer of its own for it, unless the operator wants others only.
#[inline]
pub(crate) fn passes(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// `is_preflight`: a browser asks on behalf of a page of another site, and may.
fn options(is_preflight: bool) -> Response {
    let mut fields = FieldList::new();
    fields.add(ALLOW, ALLOWED);
    if is_preflight {
        readers::allow(&mut fields);
    }
    Response::new(StatusCode::NO_CONTENT, fields, Body::Empty)
}
