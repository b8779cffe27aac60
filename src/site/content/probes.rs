//! Answers what browsers ask every site for, where the site itself has nothing of that name.
//!
//! Law: asked last, and only if the person said so. What is known of such paths, and which of them
//! have an answer, stands in `observe/why/probes.rs`. The reason stays what it was, for no file
//! answered: so it counts as a probe, as it would without an answer.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::settled::Settled;
use crate::exchange::{Body, FieldList, Reason, Request, Response};
use crate::observe::why::{BuiltInAnswer, probe_of};

/// The icons, in the two forms that are asked for.
pub(crate) struct ProbeAnswers {
    tab_icon: Settled,
    touch_icon: Settled,
}

impl ProbeAnswers {
    pub(crate) fn new() -> Self {
        let icon = |content_type, content| {
            let mut fields = FieldList::new();
            fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
            Settled::new(fields, Bytes::from_static(content))
        };
        Self {
            tab_icon: icon("image/vnd.microsoft.icon", FAVICON),
            touch_icon: icon("image/png", &FAVICON[PICTURE_AT..]),
        }
    }

    /// What to answer instead of `reason`, if this is a probe that has an answer.
    pub(crate) fn answer(&self, request: &Request<'_>, reason: Reason) -> Option<Response> {
        if reason != Reason::NoSuchFile {
            return None;
        }
        let response = match probe_of(request.path)?.built_in_answer()? {
            BuiltInAnswer::TabIcon => self.tab_icon.response(),
            BuiltInAnswer::TouchIcon => self.touch_icon.response(),
            BuiltInAnswer::NoContent => {
                Response::new(StatusCode::NO_CONTENT, FieldList::new(), Body::Empty)
            }
        };
        Some(response.because(reason))
    }
}

/// The icon of the built-in site: an `.ico` that holds one picture, a PNG.
const FAVICON: &[u8] = include_bytes!("../../../assets/favicon.ico");

/// Where that picture begins: behind a header of six bytes and one entry of sixteen. Phones want
/// the PNG alone.
const PICTURE_AT: usize = 6 + 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_touch_icon_is_the_picture_in_the_other_one() {
        assert!(FAVICON[PICTURE_AT..].starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(FAVICON.ends_with(b"IEND\xaeB`\x82"));
    }
}
