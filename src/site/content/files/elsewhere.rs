//! Sends clients to the address that what they asked for has.

use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::exchange::{Body, FieldList, Reason, Request, Response};

/// Sends the client to a folder's address: that of its request, with a slash behind it.
pub(in crate::site::content) fn to_folder(request: &Request<'_>) -> Response {
    elsewhere(request, &[request.path, b"/"].concat()).because(Reason::SlashMissing)
}

/// What may not stand in a Location as it is, if a client sent it so (RFC 3986 §2).
pub(super) const NOT_IN_A_REFERENCE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The same for a path that is decoded: what would end or split it.
pub(super) const NOT_IN_A_PATH: &AsciiSet =
    &NOT_IN_A_REFERENCE.add(b'%').add(b'?').add(b'#').add(b';');

/// Sends the client to another path, query and all: to a folder with its slash (relative links in its
/// page would otherwise lead beside it), or to the one address of a page.
///
/// The path was decoded and found without empty segments, so it cannot start with two slashes,
/// which a browser would take for another host.
pub(super) fn elsewhere(request: &Request<'_>, path: &[u8]) -> Response {
    let path = percent_encode(path, NOT_IN_A_REFERENCE);
    let location = match request.query {
        None => path.to_string(),
        Some(query) => format!("{path}?{}", percent_encode(query, NOT_IN_A_REFERENCE)),
    };
    let mut fields = FieldList::new();
    fields.add(
        LOCATION,
        HeaderValue::try_from(location).expect("what may not stand in a field was encoded"),
    );
    Response::new(StatusCode::MOVED_PERMANENTLY, fields, Body::Empty)
}
