//! How facts are said: endings, notices and progress as sentences, quantities in units, numbers by
//! their names.
//!
//! - `sentences`: what a person reads of an ending, a notice, an answer under way.
//! - `units`: sizes, durations and counts.
//! - `walk`: the way of a request through a site.
//! - `tls`: what IANA's numbers are called.
//!
//! Law: pure; the sentences themselves stand in `locales/`. Where on a screen they stand is not
//! known here: [`super::print`], `src/tui/` and the built-in site lay them out.

mod sentences;
pub(super) mod tls;
mod units;
mod walk;

use std::borrow::Cow;

pub(super) use sentences::EndingDetails;
pub use sentences::{
    changed_in_words, ending_in_words, kind_in_words, notice_in_words, progress_in_words,
    refused_in_words, service_in_words,
};
pub(super) use units::write_number;
pub use units::{Units, count_text, duration_in_words, percent_text, size_in_words};
pub(super) use walk::walked_in_words;
pub use walk::{WalkPart, reason_in_words, walk_in_words};

/// A status as people read it; a dash where there was no answer. Three columns.
pub fn status_text(status: u16) -> Cow<'static, str> {
    match status {
        0 => Cow::Borrowed("  –"),
        status => Cow::Owned(status.to_string()),
    }
}
