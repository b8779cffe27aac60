//! Says how long a copy may be used without asking (RFC 9111 §5.2.2).

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::exchange::FieldList;

/// Keep it, but ask before every use: an edited file is seen at once, and asking costs a 304.
pub(crate) fn apply(fields: &mut FieldList) {
    fields.set_if_absent(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}
