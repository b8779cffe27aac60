//! The line about files that have changed, and the pages that were told.

use super::Lines;
use crate::i18n::{Args, show_target, text, text_with};
use crate::observe::events::{Batch, Change};
use crate::observe::words::count_text;

impl Lines {
    /// `changed: app.css and 3 more → styles updated on 2 pages (127.0.0.1)`
    pub(super) fn write_changed(&self, change: &Change, batch: &Batch, out: &mut Vec<u8>) {
        let mut path = String::new();
        show_target(batch.text_at(change.path), &mut path);
        let what = if path.is_empty() {
            text(self.language, "changed-much")
        } else if change.files == 0 {
            let args = Args::new().with("path", path);
            text_with(self.language, "changed-path-and-much", &args)
        } else {
            let more = u64::from(change.files) - 1;
            let args = Args::new()
                .with("path", path)
                .with("more", more)
                .with("count", count_text(more));
            text_with(self.language, "changed-path", &args)
        };
        let how = if change.are_styles {
            "changed-styles"
        } else {
            "changed-reloaded"
        };
        let pages = Args::new()
            .with("pages", change.pages)
            .with("count", count_text(u64::from(change.pages)));
        let mut told = text_with(self.language, how, &pages);
        // Addresses, written by us.
        let whose = String::from_utf8_lossy(batch.text_at(change.whose()));
        if !whose.is_empty() {
            told = format!("{told} ({whose})");
        }
        let args = Args::new().with("what", what).with("told", told);
        self.write_aside(&text_with(self.language, "changed", &args), out);
    }
}
