//! Which methods a site of files has an answer for (RFC 9110 §9).

use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};

use crate::exchange::{Body, FieldList, Reason, Request, Response};

/// The methods that have an answer here, for the Allow field (RFC 9110 §10.2.1).
pub(crate) const ALLOWED: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Lets GET and HEAD pass; answers OPTIONS (`OPTIONS *` too); refuses the others.
///
/// # Spec
/// RFC 9110 §9.3.7 (OPTIONS), §15.5.6 (405 has to come with Allow).
pub(crate) fn judge(request: &Request<'_>) -> Option<Result<Response, Reason>> {
    match *request.method {
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(Ok(options())),
        _ => Some(Err(Reason::MethodNotAllowed)),
    }
}

fn options() -> Response {
    let mut fields = FieldList::new();
    fields.add(ALLOW, ALLOWED);
    Response::new(StatusCode::NO_CONTENT, fields, Body::Empty)
}
