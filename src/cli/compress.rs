//! The answer to `hello compress`: how far it has come, what was saved, and what could not be done.

use std::io::{self, IsTerminal, Write};

use super::complain;
use super::stop::Stop;
use crate::config::OutputSettings;
use crate::i18n::{Args, Language, shown, system_in_words, text, text_with};
use crate::server::compress::{
    CODINGS, CompressOrder, Failure, FailureKind, Tally, compress, percent_text, size_in_words,
};
use crate::server::{Facts, StartError};

/// What `hello compress` is to do, and how it is told.
#[derive(Debug)]
pub struct CompressWish {
    /// What is to be done.
    pub order: CompressOrder,
    /// In which language.
    pub output: OutputSettings,
}

/// The exit code where something could not be done.
const EXIT_TO_DO: u8 = 1;

/// Does it, and answers what to say.
pub(super) fn run(wish: &CompressWish) -> Stop {
    let language = wish.output.text_language();
    let mut bar = Bar::on_terminal(language, wish.output.quiet);
    let done = compress(&wish.order, &mut |done, of| bar.show(done, of));
    bar.clear();
    match done {
        Err(error) => {
            let error = StartError::from(error);
            let complaint = complain::of_compressing(&error, &Facts::about(&error));
            Stop::complaining(complaint.in_full(language))
        }
        Ok(tally) => Stop {
            text: report(language, &wish.order, &tally),
            to_stdout: true,
            is_laid_out: true,
            exit_code: if tally.failed > 0 { EXIT_TO_DO } else { 0 },
        },
    }
}

/// A line that is written over itself, on a terminal.
struct Bar {
    label: Option<String>,
    /// What stands there.
    shown: String,
}

/// Characters of the bar. Reason: with the numbers it fits into half of a usual terminal.
const BAR_CHARS: u64 = 24;

impl Bar {
    fn on_terminal(language: Language, is_quiet: bool) -> Self {
        let is_seen = io::stderr().is_terminal() && !is_quiet;
        Self {
            label: is_seen.then(|| text(language, "compress-progress")),
            shown: String::new(),
        }
    }

    fn show(&mut self, done: u64, of: u64) {
        let Some(label) = &self.label else {
            return;
        };
        let line = line(label, done, of);
        if line != self.shown {
            // Nobody may be looking; that is no failure.
            let _ = write!(io::stderr().lock(), "\r{line}");
            self.shown = line;
        }
    }

    fn clear(&self) {
        if !self.shown.is_empty() {
            let blank = " ".repeat(self.shown.chars().count());
            let _ = write!(io::stderr().lock(), "\r{blank}\r");
        }
    }
}

/// `compressing  [############------------]  12/24`
fn line(label: &str, done: u64, of: u64) -> String {
    let filled = (done * BAR_CHARS).checked_div(of).unwrap_or(BAR_CHARS);
    let bar: String = (0..BAR_CHARS)
        .map(|place| if place < filled { '#' } else { '-' })
        .collect();
    format!("{label}  [{bar}]  {done}/{of}")
}

/// What was done, without a line break at the end.
fn report(language: Language, order: &CompressOrder, tally: &Tally) -> String {
    let mut lines = Vec::new();
    let size = |bytes: u64| size_in_words(language, bytes);
    let say = |key: &str, args: &Args<'_>| text_with(language, key, args);
    let path = shown(&order.path.to_string_lossy());
    let head = match (tally.files, order.is_dry) {
        (0, _) if tally.failed > 0 => None,
        (0, _) => Some("compress-nothing"),
        _ if tally.made == 0 && tally.fresh > 0 => Some("compress-all-fresh"),
        (_, false) => Some("compress-done"),
        (_, true) => Some("compress-would"),
    };
    let args = Args::new()
        .with("path", &*path)
        .with("files", tally.files)
        .with("compressed", tally.renewed)
        .with("made", tally.made)
        .with("fresh", tally.fresh);
    lines.extend(head.map(|head| say(head, &args)));
    if tally.compressed > 0 {
        for (coding, bytes) in CODINGS.into_iter().zip(tally.coded_bytes) {
            let saved = tally.plain_bytes.saturating_sub(bytes);
            let args = Args::new()
                .with("coding", format!("{coding:<4}"))
                .with("plain", size(tally.plain_bytes))
                .with("coded", size(bytes))
                .with("saved", size(saved))
                .with("percent", percent_text(saved, tally.plain_bytes));
            lines.push(format!("  {}", say("compress-saved", &args)));
        }
    }
    for (key, count) in [
        ("compress-fresh", tally.fresh),
        (
            "compress-left",
            tally.files - tally.compressed - tally.too_large,
        ),
        ("compress-too-large", tally.too_large),
        (
            if order.is_dry {
                "compress-would-remove"
            } else {
                "compress-removed"
            },
            tally.removed,
        ),
    ] {
        if count > 0 {
            lines.push(format!("  {}", say(key, &Args::new().with("count", count))));
        }
    }
    lines.extend(tally.failures.iter().map(|failure| told(language, failure)));
    let more = tally.failed - tally.failures.len() as u64;
    if more > 0 {
        lines.push(format!(
            "  {}",
            say("compress-more", &Args::new().with("count", more))
        ));
    }
    if tally.is_cut_short {
        lines.push(text(language, "compress-cut-short"));
    }
    lines.join("\n")
}

fn told(language: Language, failure: &Failure) -> String {
    let (key, said) = match &failure.kind {
        FailureKind::Read(error) => ("compress-unreadable", system_in_words(language, error)),
        FailureKind::Write(error) => ("compress-unwritable", system_in_words(language, error)),
        FailureKind::InTheWay => ("compress-in-the-way", String::new()),
        FailureKind::Changed => ("compress-changed", String::new()),
        FailureKind::TooDeep => ("compress-too-deep", String::new()),
        FailureKind::Panicked => ("compress-panicked", String::new()),
    };
    let args = Args::new()
        .with("path", shown(&failure.path.to_string_lossy()))
        .with("said", shown(&said));
    format!("  {}", text_with(language, key, &args))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::config::golden;

    #[test]
    fn the_bar_fills_and_never_overflows() {
        for (done, of, filled) in [(0, 3, 0), (1, 3, 8), (3, 3, 24), (0, 0, 24)] {
            let line = line("x", done, of);
            assert_eq!(line.matches('#').count(), filled, "{line}");
            assert_eq!(line.matches('-').count(), 24 - filled, "{line}");
        }
    }

    #[test]
    fn what_was_saved_reads_well_in_both_languages() {
        let failure = |path: &str, kind| Failure {
            path: path.into(),
            kind,
        };
        let system = |number| std::io::Error::from_raw_os_error(number);
        let whole = |files| Tally {
            files,
            compressed: files,
            renewed: files,
            made: files * 3,
            plain_bytes: 4_823_449,
            coded_bytes: [1_153_434, 1_258_291, 1_363_149],
            ..Tally::default()
        };
        let again = Tally {
            compressed: 82,
            renewed: 2,
            made: 2,
            fresh: 244,
            removed: 1,
            too_large: 1,
            ..whole(87)
        };
        let fresh = Tally {
            renewed: 0,
            made: 0,
            fresh: 3,
            files: 5,
            compressed: 1,
            ..whole(5)
        };
        let failures = vec![
            failure("site/a.js", FailureKind::Read(system(13))),
            failure("site/a.js.br", FailureKind::Write(system(28))),
            failure("site/b.js.gz", FailureKind::InTheWay),
            failure("site/c\u{1b}[2J.js", FailureKind::Changed),
            failure("site/deep", FailureKind::TooDeep),
            failure("site", FailureKind::Panicked),
        ];
        let fallen = Tally {
            failed: failures.len() as u64 + 21,
            failures,
            is_cut_short: true,
            ..Tally::default()
        };
        let mut page = String::new();
        for language in Language::ALL {
            for (tally, is_dry) in [
                (&whole(1), false),
                (&again, false),
                (&again, true),
                (&fresh, false),
                (&fresh, true),
                (&fallen, false),
            ] {
                let order = CompressOrder {
                    path: "./site".into(),
                    is_dry,
                };
                let words = if is_dry { " --dry-run" } else { "" };
                let text = report(language, &order, tally);
                writeln!(page, "$ hello compress ./site{words}\n{text}\n").unwrap();
            }
        }
        assert!(
            !page.contains('\u{1b}'),
            "names write nothing to the terminal"
        );
        golden::check("tests/golden/compress.txt", &page);
    }
}
