//! What browsers are told to beware of, and what we say about ourselves: a name, no version.

use http::header::{HeaderValue, SERVER, X_CONTENT_TYPE_OPTIONS};

use crate::exchange::FieldList;

/// `nosniff`: the type we name is the type it is, or an uploaded text becomes a script.
pub(crate) fn apply(fields: &mut FieldList) {
    fields.set_if_absent(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.set_if_absent(SERVER, HeaderValue::from_static("hello"));
}
