//! The report of `hello doctor`: what was looked at, in columns, with what to do now.
//!
//! Law: pure. What was found comes in as [`Check`]s; the words are the catalogues'.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::complain::{self, Complaint};
use super::environment::Locale;
use super::help::{COLUMNS, GAP, lines_of};
use crate::config::quantity::Unit;
use crate::i18n::{self, Args, Language, shown, text, text_with};
use crate::server::checkup::{Check, Listens, Output, Served, Trouble, Vouching};
use crate::server::compress::size_in_words;
use crate::server::diagnose::Feature;
use crate::server::memory::MemoryLimit;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Pass,
    /// It works, but somebody may be surprised.
    Warning,
    /// It does not work.
    Fix,
}

/// A line of the report.
struct Finding {
    verdict: Verdict,
    subject: String,
    /// What was found, then what to do: a paragraph each.
    words: Vec<String>,
}

/// The report, without a line break at the end, and the worst that was found. `asked` is the command
/// line it is about, without the program's name.
pub(super) fn report(
    language: Language,
    asked: &str,
    checks: &[Check],
    locale: &Locale,
) -> (String, Verdict) {
    let say = Say(language);
    let mut findings: Vec<Finding> = checks.iter().map(|check| say.finding(check)).collect();
    findings.push(say.locale(locale));
    let worst = findings.iter().map(|found| found.verdict).max();
    let command = format!("hello {asked}");
    let args = Args::new().with("command", shown(command.trim_end()));
    let title = text_with(language, "doctor-title", &args);
    let count = |verdict| {
        findings
            .iter()
            .filter(|found| found.verdict == verdict)
            .count()
    };
    let (fixes, warnings) = (count(Verdict::Fix), count(Verdict::Warning));
    let args = Args::new().with("fixes", fixes).with("warnings", warnings);
    let summary = match (fixes, warnings) {
        (0, 0) => text(language, "doctor-all-well"),
        (0, _) => text_with(language, "doctor-warned", &args),
        (_, _) => text_with(language, "doctor-to-fix", &args),
    };
    let report = format!("{title}\n\n{}\n\n{summary}", columns(language, &findings));
    (report, worst.unwrap_or(Verdict::Pass))
}

/// The findings in three columns; words go on below their beginning.
fn columns(language: Language, findings: &[Finding]) -> String {
    let mark = |verdict| match verdict {
        Verdict::Pass => text(language, "doctor-pass"),
        Verdict::Warning => text(language, "doctor-warning"),
        Verdict::Fix => text(language, "doctor-fix"),
    };
    let all = [Verdict::Pass, Verdict::Warning, Verdict::Fix];
    let widest_mark = all
        .map(|verdict| i18n::columns(&mark(verdict)))
        .into_iter()
        .max();
    let widest_subject = findings
        .iter()
        .map(|found| i18n::columns(&found.subject))
        .max();
    let (marks, subjects) = (widest_mark.unwrap_or(0), widest_subject.unwrap_or(0));
    let indent = marks + GAP.len() + subjects + GAP.len();
    let padded = |text: &str, columns: usize| {
        let padding = " ".repeat(columns - i18n::columns(text));
        format!("{text}{padding}{GAP}")
    };
    let row = |found: &Finding| {
        let lines = { found.words.iter() }.flat_map(|words| {
            words
                .lines()
                .flat_map(|line| lines_of(line, COLUMNS - indent))
                .collect::<Vec<_>>()
        });
        let words = lines
            .collect::<Vec<_>>()
            .join(&format!("\n{}", " ".repeat(indent)));
        let begin = padded(&mark(found.verdict), marks) + &padded(&found.subject, subjects);
        format!("{begin}{words}")
    };
    findings.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// Puts findings into words of a language.
struct Say(Language);

impl Say {
    fn finding(&self, check: &Check) -> Finding {
        match check {
            Check::Served { at, outcome } => self.served(at.as_deref(), outcome),
            Check::Listen { wanted, outcome } => self.listen(wanted, outcome),
            Check::Certificates(Ok(count)) => {
                let args = Args::new().with("certificates", *count);
                self.of(Verdict::Pass, "certificates", "doctor-certificates", &args)
            }
            Check::Certificates(Err(trouble)) => self.trouble("certificates", trouble),
            Check::Access(Ok(files)) => {
                let args = Args::new().with("files", *files);
                self.of(Verdict::Pass, "access", "doctor-access", &args)
            }
            Check::Access(Err(trouble)) => self.trouble("access", trouble),
            Check::Logs(Ok(logs)) => {
                let args = Args::new().with("logs", *logs);
                self.of(Verdict::Pass, "logs", "doctor-logs", &args)
            }
            Check::Logs(Err(trouble)) => self.trouble("logs", trouble),
            Check::Authority(Ok(vouching)) => {
                let (verdict, key) = match vouching {
                    Vouching::NotYet => (Verdict::Warning, "doctor-authority-none"),
                    Vouching::NotTrusted => (Verdict::Warning, "doctor-authority-not-trusted"),
                    Vouching::Trusted => (Verdict::Pass, "doctor-authority"),
                };
                self.of(verdict, "authority", key, &Args::new())
            }
            Check::Authority(Err(trouble)) => self.trouble("authority", trouble),
            Check::User(me) => {
                let args = Args::new().with("user", &*me.name);
                match me.uid {
                    0 => self.of(Verdict::Warning, "user", "doctor-user-root", &args),
                    _ => self.of(Verdict::Pass, "user", "doctor-user", &args),
                }
            }
            Check::OpenFiles { shared, wanted } => {
                let room = shared.connections;
                let args = Args::new()
                    .with("limit", shared.limit.to_string())
                    .with("room", room)
                    .with("wanted", wanted.unwrap_or(room));
                match wanted {
                    Some(wanted) if room < *wanted => self.of(
                        Verdict::Warning,
                        "open-files",
                        "doctor-open-files-few",
                        &args,
                    ),
                    None if room < ROOM_ENOUGH => self.of(
                        Verdict::Warning,
                        "open-files",
                        "doctor-open-files-low",
                        &args,
                    ),
                    _ => self.of(Verdict::Pass, "open-files", "doctor-open-files", &args),
                }
            }
            Check::Memory {
                limit,
                files,
                is_too_tight,
            } => self.memory(*limit, *files, *is_too_tight),
            Check::Kernel(missing) => self.kernel(missing),
            Check::Clock(now) => self.clock(*now),
            Check::Output(output) => self.output(*output),
        }
    }

    /// A finding in one sentence; the subject's key is `doctor-on-SUBJECT`.
    fn of(&self, verdict: Verdict, subject: &str, key: &str, args: &Args<'_>) -> Finding {
        Finding {
            verdict,
            subject: text(self.0, &format!("doctor-on-{subject}")),
            words: vec![text_with(self.0, key, args)],
        }
    }

    /// A start that would fail for this reason.
    fn trouble(&self, subject: &str, trouble: &Trouble) -> Finding {
        let (error, facts) = &**trouble;
        let complaint = complain::of_start(error, facts);
        Finding {
            verdict: Verdict::Fix,
            subject: text(self.0, &format!("doctor-on-{subject}")),
            words: self.advice(&complaint),
        }
    }

    fn advice(&self, complaint: &Complaint<'_>) -> Vec<String> {
        let mut words = vec![complaint.what(self.0)];
        words.extend(complaint.reasons(self.0));
        let label = text(self.0, "label-hint");
        words.push(format!("{label}: {}", complaint.advice(self.0)));
        let args = Args::new().with("key", complaint.key());
        words.push(text_with(self.0, "label-more", &args));
        words
    }

    fn served(&self, at: Option<&str>, served: &Result<Served, Trouble>) -> Finding {
        let mut found = match served {
            Err(trouble) => self.trouble("served", trouble),
            Ok(served) => self.of_served(at.unwrap_or("/"), served),
        };
        if let Some(at) = at {
            found.subject = format!("{} {}", found.subject, shown(at));
        }
        found
    }

    fn of_served(&self, start: &str, served: &Served) -> Finding {
        match served {
            Served::BuiltIn => self.of(
                Verdict::Pass,
                "served",
                "doctor-served-built-in",
                &Args::new(),
            ),
            Served::File(path) => {
                let args = Args::new().with("path", shown(&path.to_string_lossy()));
                self.of(Verdict::Pass, "served", "doctor-served-file", &args)
            }
            Served::Folder {
                path,
                entries,
                unreadable,
                has_start_page,
            } => {
                let args = Args::new()
                    .with("path", shown(&path.to_string_lossy()))
                    .with("entries", *entries)
                    .with("unreadable", unreadable.len())
                    .with("first", shown(unreadable.first().map_or("", |first| first)));
                let mut found = match unreadable.len() {
                    0 => self.of(Verdict::Pass, "served", "doctor-served-folder", &args),
                    _ => self.of(Verdict::Warning, "served", "doctor-served-partly", &args),
                };
                if !has_start_page {
                    found.verdict = Verdict::Warning;
                    let args = Args::new().with("start", shown(start));
                    let key = "doctor-served-no-start-page";
                    found.words.push(text_with(self.0, key, &args));
                }
                found
            }
        }
    }

    fn listen(&self, wanted: &str, outcome: &Result<Listens, Trouble>) -> Finding {
        match outcome {
            Err(trouble) => self.trouble("listen", trouble),
            Ok(Listens {
                urls,
                moved: Some((taken, port)),
            }) => {
                let args = Args::new()
                    .with("address", urls.join(", "))
                    .with("taken", taken.to_string())
                    .with("port", port.to_string());
                self.of(Verdict::Warning, "listen", "doctor-listen-next", &args)
            }
            Ok(Listens { urls, moved: None }) => {
                let address = if wanted.ends_with(":0") {
                    wanted.to_owned()
                } else {
                    urls.join(", ")
                };
                let args = Args::new().with("address", shown(&address));
                self.of(Verdict::Pass, "listen", "doctor-listen", &args)
            }
        }
    }

    fn memory(&self, limit: Option<MemoryLimit>, files: u64, is_too_tight: bool) -> Finding {
        let files = size_in_words(self.0, files);
        let Some(limit) = limit else {
            let args = Args::new().with("files", files);
            return self.of(Verdict::Pass, "memory", "doctor-memory-unlimited", &args);
        };
        let half = Unit::Bytes.write((limit.bytes() / 4).next_power_of_two().max(1));
        let args = Args::new()
            .with("limit", size_in_words(self.0, limit.bytes()))
            .with("files", files)
            .with("half", half);
        if is_too_tight {
            self.of(Verdict::Warning, "memory", "doctor-memory-tight", &args)
        } else {
            self.of(Verdict::Pass, "memory", "doctor-memory", &args)
        }
    }

    fn kernel(&self, missing: &[Feature]) -> Finding {
        let names = |features: &[Feature]| {
            let names: Vec<&str> = features.iter().map(|feature| feature.name()).collect();
            names.join(", ")
        };
        let args = Args::new()
            .with("all", names(&Feature::ALL))
            .with("missing", names(missing));
        if missing.is_empty() {
            self.of(Verdict::Pass, "kernel", "doctor-kernel", &args)
        } else {
            self.of(Verdict::Warning, "kernel", "doctor-kernel-lacks", &args)
        }
    }

    fn clock(&self, now: SystemTime) -> Finding {
        let date = humantime::format_rfc3339_seconds(now).to_string();
        let args = Args::new().with("now", date);
        let is_sane = now > UNIX_EPOCH + WRITTEN_AFTER && now < UNIX_EPOCH + WRONG_AFTER;
        if is_sane {
            self.of(Verdict::Pass, "clock", "doctor-clock", &args)
        } else {
            self.of(Verdict::Fix, "clock", "doctor-clock-wrong", &args)
        }
    }

    fn output(&self, output: Output) -> Finding {
        let (verdict, key) = match output {
            Output::Terminal => (Verdict::Pass, "doctor-output-terminal"),
            Output::Pipe => (Verdict::Pass, "doctor-output-pipe"),
            Output::File(free) if free < DISK_FREE_ENOUGH => {
                (Verdict::Warning, "doctor-output-disk-low")
            }
            Output::File(_) => (Verdict::Pass, "doctor-output-file"),
            Output::Device => (Verdict::Pass, "doctor-output-device"),
        };
        let free = match output {
            Output::File(free) => free >> 20,
            _ => 0,
        };
        self.of(verdict, "output", key, &Args::new().with("free", free))
    }

    fn locale(&self, locale: &Locale) -> Finding {
        let name = locale.name.as_deref().unwrap_or_default();
        let args = Args::new().with("locale", shown(name));
        let (verdict, key) = match locale {
            Locale { name: None, .. } => (Verdict::Pass, "doctor-locale-none"),
            Locale { is_utf8: false, .. } => (Verdict::Warning, "doctor-locale-not-utf8"),
            Locale { is_ours: false, .. } => (Verdict::Pass, "doctor-locale-other"),
            _ => (Verdict::Pass, "doctor-locale"),
        };
        self.of(verdict, "locale", key, &args)
    }
}

/// Connections that are enough for anybody who did not ask for a number. Reason: what the usual
/// limit of 1024 open files leaves room for.
const ROOM_ENOUGH: usize = 500;

/// The clock is wrong before this: 55 years after 1970, before hello was written.
const WRITTEN_AFTER: Duration = Duration::from_hours(55 * 8766);

/// The clock is wrong after this: 130 years after 1970.
const WRONG_AFTER: Duration = Duration::from_hours(130 * 8766);

/// Bytes free on the disk that the output goes to. Reason: a busy server writes that in an hour.
const DISK_FREE_ENOUGH: u64 = 256 << 20;

#[cfg(test)]
mod tests;
