//! Says how long a copy may be used without asking (RFC 9111 §5.2.2).

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::exchange::{FieldList, Response};

/// Keep it, but ask before every use: an edited file is seen at once, and asking costs a 304.
pub(crate) fn apply(fields: &mut FieldList) {
    fields.set_if_absent(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// What is not for everybody is kept by nobody but whoever was let in: a shared cache would give it to
/// the next one (RFC 9111 §5.2.2.7, §5.2.2.9).
pub(crate) fn keep_private(response: &mut Response) {
    let said = response.fields().get(&CACHE_CONTROL);
    let is_public = |value: &&HeaderValue| value.as_bytes().starts_with(PUBLIC);
    let Some(value) = said.filter(is_public) else {
        return;
    };
    let private = [b"private", &value.as_bytes()[PUBLIC.len()..]].concat();
    if let Ok(private) = HeaderValue::from_bytes(&private) {
        let (_, fields) = response.head_to_edit();
        fields.set(CACHE_CONTROL, private);
    }
}

/// How what everybody may keep begins.
const PUBLIC: &[u8] = b"public";
