//! Lets pages of other sites read the answers, where that was asked for (CORS).
//!
//! # Spec
//! Fetch, §3.3 (CORS protocol). There are no credentials here, so nobody gets anything by it that he
//! could not get himself; but what is served on loopback or in a network of one's own can then be read
//! by every page that a browser there has open. That is why it has to be asked for.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderValue,
};

use crate::config::Readers;
use crate::exchange::{FieldList, Request};

/// Every answer says it: errors too, or the page would not learn which one.
pub(crate) fn apply(fields: &mut FieldList, readers: Readers) {
    if readers == Readers::Anybody {
        let anybody = HeaderValue::from_static("*");
        fields.set_if_absent(ACCESS_CONTROL_ALLOW_ORIGIN, anybody.clone());
        fields.set_if_absent(ACCESS_CONTROL_EXPOSE_HEADERS, anybody);
    }
}

/// Whether a browser asks whether it may ask.
pub(crate) fn is_preflight(request: &Request<'_>) -> bool {
    request.field("origin").is_some() && request.field("access-control-request-method").is_some()
}

/// What a browser that asks beforehand is told.
pub(crate) fn allow(fields: &mut FieldList) {
    let anything = HeaderValue::from_static("*");
    fields.add(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, OPTIONS"),
    );
    fields.add(ACCESS_CONTROL_ALLOW_HEADERS, anything);
    // A day, in seconds: browsers remember it for two hours at most anyway.
    fields.add(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}
