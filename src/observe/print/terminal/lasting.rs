//! The lines about requests that have been answered for a while, and still are: calm, and few.

use std::sync::Arc;
use std::time::Instant;

use super::layout::{GAP, METHOD, METHOD_WIDTH, PATH_MIN, STATUS_WIDTH};
use super::palette::Ink;
use super::{Lines, pad};
use crate::i18n::{Args, columns, shortened, show_target, text_with};
use crate::observe::limits::LASTING_LINES_MAX;
use crate::observe::live::Running;
use crate::observe::words::{count_text, progress_in_words, write_number};

/// Stands before the method of a request that is not over, where on other lines nothing stands.
const UNFINISHED: &str = "… ";

impl Lines {
    /// Appends a line for each of these requests, which are still being answered; of many the first,
    /// and how many more. What has no end is not worth a word: it is meant to last.
    pub fn write_lasting(&mut self, running: &[Arc<Running>], now: Instant, out: &mut Vec<u8>) {
        let told = { running.iter() }.filter(|running| !running.progress().is_endless);
        let more = told.clone().count().saturating_sub(LASTING_LINES_MAX);
        for running in told.take(LASTING_LINES_MAX) {
            self.write_one(running, now, out);
        }
        if more > 0 {
            let args = Args::new()
                .with("events", more)
                .with("count", count_text(more as u64));
            self.write_aside(&text_with(self.language, "lasting-more", &args), out);
        }
    }

    /// `#4   … GET  /big.iso  200  37 % of 5.0 GiB after 2.0 s`
    fn write_one(&mut self, running: &Running, now: Instant, out: &mut Vec<u8>) {
        let progress = running.progress();
        let lasts = now.saturating_duration_since(running.begun);
        let args = Args::new()
            .with("progress", progress_in_words(self.language, progress))
            .with("time", self.units.age_text(lasts));
        let sentence = text_with(self.language, "lasting", &args);
        let mut shown = std::mem::take(&mut self.shown);
        show_target(running.target(), &mut shown);

        let mark = METHOD - columns(UNFINISHED);
        let start = self.begin(running.connection, mark, out) + columns(UNFINISHED);
        out.extend_from_slice(UNFINISHED.as_bytes());
        let method = running.method.name();
        out.extend_from_slice(method.as_bytes());
        let method_columns = method.len().max(METHOD_WIDTH) + 1;
        pad(method_columns - method.len(), out);
        let start = start + method_columns;

        let status = progress.status.map_or(0, |_| STATUS_WIDTH + GAP);
        let tail = GAP + status + columns(&sentence);
        let least = columns(&shown).min(PATH_MIN);
        let is_beside = { self.layout.width }.is_none_or(|width| start + least + tail <= width);
        match self.layout.width {
            None => out.extend_from_slice(shown.as_bytes()),
            Some(width) => {
                let tail = if is_beside { tail } else { status };
                let room = width.saturating_sub(start + tail);
                shortened(&shown, room, out);
            }
        }
        self.shown = shown;
        if let Some(status) = progress.status {
            pad(GAP, out);
            self.palette.open(Ink::Status(status), out);
            write_number(out, u64::from(status));
            self.palette.close(out);
        }
        if is_beside {
            pad(GAP, out);
            self.palette.write(Ink::Faint, &sentence, out);
            out.push(b'\n');
        } else {
            out.push(b'\n');
            self.write_below(Ink::Faint, &sentence, start, out);
        }
    }
}
