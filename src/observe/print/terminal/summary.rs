//! The last lines: what was done, what went wrong, goodbye.

use std::time::Duration;

use crate::exchange::{Ending, RefusalFacts};
use crate::i18n::{Args, Language, text, text_with};
use crate::observe::events::Totals;
use crate::observe::why::Tally;
use crate::observe::words::{Units, count_text};

/// The sentences at the end, each to be wrapped at will: what was done, what went wrong (if
/// anything), goodbye.
pub fn last_lines(
    language: Language,
    units: &Units,
    totals: &Totals,
    tally: &Tally,
    lasted: Duration,
) -> Vec<String> {
    let counted = |key: &str, count: u64| {
        let args = Args::new()
            .with("events", count)
            .with("count", count_text(count));
        text_with(language, key, &args)
    };
    let time = match lasted.as_secs() {
        0 => units.duration_text(lasted),
        seconds => units.long_duration_text(seconds),
    };
    let args = Args::new()
        .with("connections", counted("connections", totals.connections))
        .with("requests", counted("requests", totals.requests))
        .with("sent", units.size_text(totals.content_bytes))
        .with("time", time);
    let wrong: Vec<String> = [
        ("summary-client-errors", tally.client_errors),
        ("summary-server-errors", tally.server_errors),
        ("summary-broken", tally.broken),
        ("summary-refused", refused(totals) + tally.refused),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| counted(key, count))
    .collect();
    let mut sentences = vec![text_with(language, "summary", &args)];
    if !wrong.is_empty() {
        let args = Args::new()
            .with("errors", counted("errors", all_errors(tally, totals)))
            .with("what", wrong.join(", "));
        sentences.push(text_with(language, "summary-wrong", &args));
    }
    let shut_out = totals.endings[Ending::TooManyOfAddress.index()];
    for (key, count) in [
        ("summary-shut-out", shut_out),
        ("summary-limited", totals.limited),
        ("summary-would-refuse", totals.shadowed),
    ] {
        if count > 0 {
            sentences.push(counted(key, count));
        }
    }
    if tally.probes > 0 {
        sentences.push(counted("summary-probes", tally.probes));
    }
    if totals.lost_lines > 0 {
        sentences.push(counted("summary-lost-lines", totals.lost_lines));
    }
    sentences.push(text(language, "goodbye"));
    sentences
}

/// Everything that went wrong, each thing once: an error that broke off counts as broken off.
pub fn all_errors(tally: &Tally, totals: &Totals) -> u64 {
    tally.client_errors + tally.server_errors + tally.broken + tally.refused + refused(totals)
}

/// Connections that ended because a rule was broken.
fn refused(totals: &Totals) -> u64 {
    let refused = Ending::Refused(RefusalFacts {
        name: "",
        status: None,
        rfc: "",
    });
    totals.endings[refused.index()]
}
