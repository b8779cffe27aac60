//! The requests that were read last, for whoever asks for them later.
//!
//! Law: two pages, each of them bounded. Who reads the journal fills them, never who writes it.

use crate::exchange::TracedFor;
use crate::observe::events::{Batch, Event};
use crate::observe::limits::{RECENT_PAGE_REQUESTS_MAX, RECENT_PAGE_TEXT_BYTES_MAX};

/// Two pages of requests.
#[derive(Default)]
pub(super) struct Recent {
    current: Batch,
    earlier: Batch,
}

impl Recent {
    /// Keeps the requests of a batch.
    pub(super) fn keep(&mut self, batch: &Batch) {
        // What would be forgotten at once is not kept first.
        let beyond = batch.records.len().saturating_sub(RECENT_PAGE_REQUESTS_MAX);
        for record in &batch.records[beyond..] {
            let (Event::Answered { .. } | Event::Broken { .. }) = record.event else {
                continue;
            };
            if self.current.records.len() >= RECENT_PAGE_REQUESTS_MAX
                || self.current.text.len() >= RECENT_PAGE_TEXT_BYTES_MAX
            {
                std::mem::swap(&mut self.current, &mut self.earlier);
                self.current.clear();
            }
            let walk = batch.unwanted_walk(record, TracedFor::NOBODY);
            self.current.copy_without(record, batch, walk);
        }
    }

    /// The older one first.
    pub(super) fn pages(&self) -> [&Batch; 2] {
        [&self.earlier, &self.current]
    }
}
