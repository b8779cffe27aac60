//! The answer to `hello check --against-traffic`: which requests of those that a running server was asked
//! last would be answered in another way. Pure.
//!
//! Law: what strangers sent, and what another process says, passes [`crate::i18n`] before it is part of
//! a line.

use std::fmt::Write as _;

use serde_json::json;

use super::help::COLUMNS;
use super::stop::Stop;
use crate::control::protocol::{ChangedField, Differs, Line, Outcome, Reply, Tried, Unjudged};
use crate::exchange::reason_named;
use crate::i18n::{Args, Language, columns, printable, text, text_with, wrapped};
use crate::observe::{count_text, reason_in_words};

/// The exit code where something would be answered in another way, or nobody can tell.
const EXIT_DIFFERS: u8 = 1;

/// What stands before what is said of a request, columns.
const INDENT: usize = 2;

/// What to say of it. `is_for_programs`: as one object.
pub(super) fn answer(
    language: Language,
    replies: &[Reply],
    tried: &Tried,
    is_for_programs: bool,
) -> Stop {
    let text = if is_for_programs {
        object(replies, tried).to_string()
    } else {
        in_words(language, replies, tried)
    };
    let is_alike = tried.differ == 0 && tried.unjudged == 0;
    Stop {
        exit_code: if is_alike { 0 } else { EXIT_DIFFERS },
        ..Stop::answering(text)
    }
}

fn object(replies: &[Reply], tried: &Tried) -> serde_json::Value {
    let (mut differs, mut unjudged) = (Vec::new(), Vec::new());
    for reply in replies {
        match reply {
            Reply::Differs(told) => differs.push(json!(told)),
            Reply::Unjudged(told) => unjudged.push(json!(told)),
            _ => {}
        }
    }
    json!({ "tried": tried, "differs": differs, "unjudged": unjudged })
}

fn in_words(language: Language, replies: &[Reply], tried: &Tried) -> String {
    let mut parts = Vec::new();
    for reply in replies {
        match reply {
            Reply::Differs(told) => parts.push(differs(language, told)),
            Reply::Unjudged(told) => parts.push(unjudged(language, told)),
            _ => {}
        }
    }
    if tried.untold > 0 {
        let count = count_text(tried.untold);
        parts.push(text_with(
            language,
            "trial-untold",
            &Args::new().with("count", count),
        ));
    }
    parts.push(sum(language, tried));
    parts.join("\n\n")
}

/// How many of them, and what they asked for.
fn title(language: Language, requests: u64, method: &str, url: &str) -> String {
    let args = Args::new()
        .with("count", count_text(requests))
        .with("method", printable(method))
        .with("url", printable(url));
    let key = if requests == 1 {
        "trial-request"
    } else {
        "trial-requests"
    };
    text_with(language, key, &args)
}

fn differs(language: Language, told: &Differs) -> String {
    let mut lines = vec![title(language, told.requests, &told.method, &told.url)];
    let [now, then] = ["trial-old", "trial-new"].map(|key| text(language, key));
    let widest = columns(&now).max(columns(&then));
    for (when, outcome) in [(now, &told.old), (then, &told.new)] {
        let gap = widest - columns(&when);
        let what = in_short(language, outcome);
        let indent = INDENT + widest + 1;
        let mut rows = wrapped(&what, COLUMNS.saturating_sub(indent)).into_iter();
        let first = rows.next().unwrap_or_default();
        lines.push(format!("{:INDENT$}{when}{:gap$} {first}", "", ""));
        lines.extend(rows.map(|row| format!("{:indent$}{row}", "")));
    }
    if told.content {
        lines.push(indented(&text(language, "trial-content")));
    }
    for field in &told.fields {
        lines.push(indented(&changed(language, field)));
    }
    lines.join("\n")
}

/// A status, why, and the line that decides.
fn in_short(language: Language, outcome: &Outcome) -> String {
    let mut short = outcome.status.to_string();
    let why = outcome.reason.as_deref().map(|name| {
        reason_named(name).map_or_else(
            || printable(name),
            |reason| reason_in_words(language, reason),
        )
    });
    if let Some(why) = why {
        short.push_str(": ");
        short.push_str(&why);
    }
    if let Some(line) = &outcome.origin {
        let _ = write!(short, " ({})", place(line));
    }
    short
}

fn changed(language: Language, field: &ChangedField) -> String {
    let args = Args::new().with("field", printable(&field.name));
    let mut told = text_with(language, "trial-field", &args);
    let lines = match (&field.old, &field.new) {
        (None, None) => return told,
        (Some(old), Some(new)) => format!("{} → {}", place(old), place(new)),
        (Some(line), None) | (None, Some(line)) => place(line),
    };
    let _ = write!(told, " ({lines})");
    told
}

fn unjudged(language: Language, told: &Unjudged) -> String {
    let name = told.name.as_deref().unwrap_or_default();
    let args = Args::new().with("name", printable(name));
    let key = match &*told.hangs_on {
        "field" => "trial-hangs-field",
        "query" => "trial-hangs-query",
        "password" => "trial-hangs-password",
        "certificate" => "trial-hangs-certificate",
        "signature" => "trial-hangs-signature",
        "client" => "trial-hangs-client",
        "length" => "trial-hangs-length",
        "limits" => "trial-hangs-limits",
        _ => "trial-hangs-target",
    };
    let mut why = text_with(language, key, &args);
    if let Some(line) = &told.origin {
        let _ = write!(why, " ({})", place(line));
    }
    let title = title(language, told.requests, &told.method, &told.url);
    format!("{title}\n{}", indented(&why))
}

/// The same, as lines below a title.
fn indented(text: &str) -> String {
    let lines = wrapped(text, COLUMNS - INDENT);
    let lines = lines.iter().map(|line| format!("{:INDENT$}{line}", ""));
    lines.collect::<Vec<_>>().join("\n")
}

fn place(line: &Line) -> String {
    let file = printable(&line.file);
    match line.line {
        0 => file,
        number => format!("{file}:{number}"),
    }
}

fn sum(language: Language, tried: &Tried) -> String {
    let files: Vec<String> = tried.files.iter().map(|file| printable(file)).collect();
    let same = tried.requests - (tried.differ + tried.unjudged).min(tried.requests);
    let args = Args::new()
        .with("n", tried.requests)
        .with("requests", count_text(tried.requests))
        .with("same", count_text(same))
        .with("differ", count_text(tried.differ))
        .with("unjudged", count_text(tried.unjudged))
        .with("generation", tried.generation.to_string())
        .with("file", files.first().cloned().unwrap_or_default());
    let key = match (tried.requests, tried.differ + tried.unjudged) {
        (0, _) => "trial-none",
        (_, 0) => "trial-same",
        _ => "trial-sum",
    };
    wrapped(&text_with(language, key, &args), COLUMNS).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::golden;

    fn line(line: u32) -> Line {
        let file = "hello.toml".to_owned();
        Line { file, line }
    }

    fn outcome(status: u16, reason: Option<&str>, origin: Option<Line>) -> Outcome {
        let reason = reason.map(str::to_owned);
        Outcome {
            status,
            reason,
            origin,
        }
    }

    fn differ(requests: u64, url: &str, [old, new]: [Outcome; 2]) -> Differs {
        Differs {
            requests,
            method: "GET".to_owned(),
            url: url.to_owned(),
            old,
            new,
            ..Differs::default()
        }
    }

    fn hangs(requests: u64, on: &str, name: &str, at: u32) -> Reply {
        Reply::Unjudged(Unjudged {
            requests,
            method: "POST".to_owned(),
            url: "http://example.com/api/*".to_owned(),
            hangs_on: on.to_owned(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            origin: (at > 0).then(|| line(at)),
        })
    }

    fn replies() -> Vec<Reply> {
        let field = |name: &str, old, new| ChangedField {
            name: name.to_owned(),
            old,
            new,
        };
        let none = Some("no-such-file");
        vec![
            Reply::Differs(differ(
                12_412,
                "http://example.com/old/*",
                [
                    outcome(404, none, Some(line(3))),
                    outcome(301, Some("by-rule"), Some(line(16))),
                ],
            )),
            Reply::Differs(Differs {
                fields: vec![
                    field("cache-control", Some(line(20)), Some(line(22))),
                    field("x-robots-tag", Some(line(30)), None),
                    field("x-frame-options", None, None),
                ],
                content: true,
                ..differ(
                    1,
                    "http://example.com/a\u{1b}[2J",
                    [outcome(200, None, None), outcome(200, None, None)],
                )
            }),
            Reply::Differs(differ(
                2,
                "http://example.com/b",
                [
                    outcome(200, None, None),
                    outcome(451, Some("from-a-later-server"), None),
                ],
            )),
            hangs(7, "field", "cookie", 12),
            hangs(1, "query", "token", 13),
            hangs(2, "password", "", 14),
            hangs(3, "signature", "", 15),
            hangs(3, "certificate", "", 15),
            hangs(4, "client", "", 16),
            hangs(5, "length", "", 17),
            hangs(6, "limits", "search, all", 18),
            hangs(8, "target", "", 0),
        ]
    }

    fn tried(differ: u64, unjudged: u64) -> Tried {
        Tried {
            requests: 13_000,
            differ,
            unjudged,
            untold: differ / 1000,
            generation: 3,
            files: vec!["hello.toml".to_owned(), "more.toml".to_owned()],
        }
    }

    #[test]
    fn a_trial_reads_well_in_both_languages() {
        let mut page = String::new();
        for language in Language::ALL {
            let none = Tried {
                requests: 0,
                ..tried(0, 0)
            };
            for (replies, tried) in [
                (replies(), tried(12_415, 36)),
                (Vec::new(), tried(0, 0)),
                (Vec::new(), none),
            ] {
                let stop = answer(language, &replies, &tried, false);
                for line in stop.text.lines() {
                    assert!(columns(line) <= COLUMNS, "{line}");
                    assert_eq!(line.trim_end(), line);
                }
                assert_eq!(stop.exit_code, u8::from(!replies.is_empty()));
                writeln!(page, "$ hello check --against-traffic\n{}\n", stop.text).unwrap();
            }
        }
        assert!(!page.contains('\u{1b}'), "nobody writes to the terminal");
        golden::check("tests/golden/trial.txt", &page);
    }

    #[test]
    fn the_object_of_a_trial_stays_what_it_is() {
        let told = object(&replies()[..4], &tried(3, 7));
        let told = serde_json::to_string_pretty(&told).unwrap();
        golden::check("tests/golden/trial.json", &(told + "\n"));
    }
}
