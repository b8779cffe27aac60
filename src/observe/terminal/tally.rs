//! What the last lines tell beyond the journal's totals, counted as it is told.

use std::time::Duration;

use crate::exchange::{Ending, RefusalFacts};
use crate::i18n::{Args, Language, text, text_with};
use crate::observe::batch::Batch;
use crate::observe::record::{Event, Record, Totals};
use crate::observe::units::{Units, count_text};
use crate::observe::why::probe_in;

/// The last lines, for whoever tells nothing else in lines.
#[derive(Default)]
pub struct LastLines(Tally);

impl LastLines {
    /// Hears what the journal has to tell.
    pub fn hear(&mut self, batch: &Batch) {
        for record in &batch.records {
            self.0.hear(record, batch);
        }
    }

    /// The sentences at the end, each to be wrapped at will.
    pub fn in_words(
        &self,
        language: Language,
        units: &Units,
        totals: &Totals,
        lasted: Duration,
    ) -> Vec<String> {
        self.0.summary(language, units, totals, lasted)
    }
}

/// Answers that were errors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Whose cause is the client's: 4xx.
    client_errors: u64,
    /// Whose cause is ours: 5xx.
    server_errors: u64,
    /// Answers that broke off.
    broken: u64,
    /// Requests for what everybody is asked for: no errors.
    probes: u64,
}

impl Tally {
    pub(super) fn hear(&mut self, record: &Record, batch: &Batch) {
        let exchange = match record.event {
            Event::Answered { exchange } => exchange,
            Event::Broken { exchange, .. } => {
                self.broken += 1;
                exchange
            }
            Event::Accepted { .. }
            | Event::Handshake(_)
            | Event::Ended { .. }
            | Event::Notice(_) => return,
        };
        if probe_in(&exchange, batch.text_at(exchange.target)).is_some() {
            self.probes += 1;
            return;
        }
        match exchange.status {
            400..500 => self.client_errors += 1,
            500.. => self.server_errors += 1,
            _ => {}
        }
    }

    /// The sentences at the end: what was done, what went wrong (if anything), goodbye.
    pub(super) fn summary(
        &self,
        language: Language,
        units: &Units,
        totals: &Totals,
        lasted: Duration,
    ) -> Vec<String> {
        let counted = |key: &str, count: u64| {
            let args = Args::new()
                .with("events", count)
                .with("count", count_text(count));
            text_with(language, key, &args)
        };
        let args = Args::new()
            .with("connections", counted("connections", totals.connections))
            .with("requests", counted("requests", totals.requests))
            .with("sent", units.size_text(totals.content_bytes))
            .with("time", units.long_duration_text(lasted.as_secs()));
        let refused = Ending::Refused(RefusalFacts {
            name: "",
            status: None,
            rfc: "",
        });
        let wrong: Vec<String> = [
            ("summary-client-errors", self.client_errors),
            ("summary-server-errors", self.server_errors),
            ("summary-broken", self.broken),
            ("summary-refused", totals.endings[refused.index()]),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| counted(key, count))
        .collect();
        let mut sentences = vec![text_with(language, "summary", &args)];
        if !wrong.is_empty() {
            let args = Args::new().with("what", wrong.join(", "));
            sentences.push(text_with(language, "summary-wrong", &args));
        }
        if self.probes > 0 {
            sentences.push(counted("summary-probes", self.probes));
        }
        sentences.push(text(language, "goodbye"));
        sentences
    }
}
