//! Endings, notices and progress in words.

use std::time::Duration;

use rustix::io::Errno;

use crate::exchange::{Ending, RefusalFacts};
use crate::i18n::{Args, Language, printable, show_target, system_in_words, text, text_with};

use super::units::{Units, count_text, percent_text, size_in_words};
use crate::observe::events::{Batch, Change, NotOpened, Notice};
use crate::observe::live::Progress;

/// What a sentence about an ending needs to know beyond the ending itself.
#[derive(Clone, Copy, Debug)]
pub struct EndingDetails<'a> {
    /// Requests answered on the connection.
    pub requests: u32,
    /// How far the answer in hand got: bytes sent, of how many.
    pub progress: Option<(u64, u64)>,
    /// The target being answered.
    pub target: &'a str,
    /// How long nothing had happened, milliseconds.
    pub waited_ms: u64,
}

/// An ending as a person reads it, such as "closed by the client after 2 requests".
pub fn ending_in_words(language: Language, ending: Ending, details: &EndingDetails<'_>) -> String {
    let args = Args::new()
        .with("requests", details.requests)
        .with("target", details.target)
        .with("seconds", seconds(language, details.waited_ms));
    let mut sentence = match ending {
        Ending::Refused(RefusalFacts { name, status, rfc }) => {
            let what = text(language, &format!("refusal-{name}"));
            let args = args.with("what", what).with("rfc", rfc);
            match status {
                Some(status) => {
                    let args = args.with("status", status.to_string());
                    text_with(language, "ending-refused", &args)
                }
                None => text_with(language, "ending-refused-late", &args),
            }
        }
        Ending::SentAway(RefusalFacts { name, rfc, .. }) => {
            let what = text(language, &format!("refusal-{name}"));
            let args = args.with("what", what).with("rfc", rfc);
            text_with(language, "ending-sent-away", &args)
        }
        Ending::HandshakeFailed(failure) => {
            let what = text(language, &format!("handshake-{failure}"));
            text_with(
                language,
                "ending-handshake-failed",
                &args.with("what", what),
            )
        }
        Ending::ProxyFailed(failure) => {
            let what = text(language, &format!("proxy-{failure}"));
            text_with(language, "ending-proxy-failed", &args.with("what", what))
        }
        _ => text_with(language, &format!("ending-{}", ending.name()), &args),
    };
    if let Some((sent, of)) = details.progress {
        let args = Args::new()
            .with("percent", percent_text(sent, of))
            .with("target", details.target);
        sentence.push_str(&text_with(language, "ending-progress", &args));
    }
    sentence
}

/// Files that have changed, and the pages that were told: `changed: app.css and 3 more → styles updated
/// on 2 pages (127.0.0.1)`.
pub fn changed_in_words(language: Language, change: &Change, batch: &Batch) -> String {
    let mut path = String::new();
    show_target(batch.text_at(change.path), &mut path);
    let what = if path.is_empty() {
        text(language, "changed-much")
    } else if change.files == 0 {
        let args = Args::new().with("path", path);
        text_with(language, "changed-path-and-much", &args)
    } else {
        let more = u64::from(change.files) - 1;
        let args = Args::new()
            .with("path", path)
            .with("more", more)
            .with("count", count_text(more));
        text_with(language, "changed-path", &args)
    };
    let how = if change.are_styles {
        "changed-styles"
    } else {
        "changed-reloaded"
    };
    let pages = Args::new()
        .with("pages", change.pages)
        .with("count", count_text(u64::from(change.pages)));
    let mut told = text_with(language, how, &pages);
    // Addresses, written by us.
    let whose = String::from_utf8_lossy(batch.text_at(change.whose()));
    if !whose.is_empty() {
        told = format!("{told} ({whose})");
    }
    let args = Args::new().with("what", what).with("told", told);
    text_with(language, "changed", &args)
}

/// A request that was refused while its connection went on.
pub fn refused_in_words(language: Language, facts: &RefusalFacts) -> String {
    let what = text(language, &format!("refusal-{}", facts.name));
    let args = Args::new().with("what", what).with("rfc", facts.rfc);
    match facts.status {
        Some(status) => {
            let args = args.with("status", status.to_string());
            text_with(language, "request-refused-with", &args)
        }
        None => text_with(language, "request-refused", &args),
    }
}

/// A kind of ending in a few words: the sentence about it, if that is short and needs no details.
pub fn kind_in_words(language: Language, ending: Ending) -> String {
    let sentence = format!("ending-{}", ending.name());
    let kind = format!("{sentence}-kind");
    match text(language, &kind) {
        missing if missing == kind => text(language, &sentence),
        words => words,
    }
}

/// How far an answer has come: "no answer yet", "37 % of 5.0 GiB", "3.2 MiB sent".
pub fn progress_in_words(language: Language, progress: Progress) -> String {
    if progress.status.is_none() {
        return text(language, "running-no-answer");
    }
    let Some(of) = progress.of else {
        let args = Args::new().with("size", size_in_words(language, progress.sent));
        return text_with(language, "running-so-far", &args);
    };
    let args = Args::new()
        .with("percent", percent_text(progress.sent, of))
        .with("size", size_in_words(language, of));
    text_with(language, "running-share", &args)
}

/// Whole seconds, and hundredths where a second is too coarse: `75`, `0.05`.
fn seconds(language: Language, ms: u64) -> String {
    if ms < 1000 {
        format!("0{}{:02}", text(language, "decimal-mark"), ms / 10)
    } else {
        ((ms + 500) / 1000).to_string()
    }
}

/// How a server is, as the service manager shows it to a person.
pub fn service_in_words(language: Language, is_stopping: bool, open: u64, requests: u64) -> String {
    let key = if is_stopping {
        "service-stopping"
    } else {
        "service-serving"
    };
    let args = Args::new()
        .with("open", count_text(open))
        .with("requests", count_text(requests));
    text_with(language, key, &args)
}

/// A notice as a person reads it.
#[expect(clippy::too_many_lines, reason = "one arm for each notice")]
pub fn notice_in_words(language: Language, notice: Notice) -> String {
    match notice {
        Notice::Crowded { limit } => text_with(
            language,
            "notice-crowded",
            &Args::new().with("limit", limit),
        ),
        Notice::CrowdOver { shed, refused } => {
            let args = Args::new().with("shed", shed).with("refused", refused);
            text_with(language, "notice-crowd-over", &args)
        }
        Notice::AcceptFails { errno } => {
            let key = match Errno::from_raw_os_error(errno) {
                Errno::MFILE | Errno::NFILE => "notice-too-many-open-files",
                Errno::NOMEM | Errno::NOBUFS => "notice-out-of-memory",
                _ => "notice-accept-fails",
            };
            let system = std::io::Error::from_raw_os_error(errno);
            let system = system_in_words(language, &system);
            text_with(language, key, &Args::new().with("system", system))
        }
        Notice::AcceptWorks { failures } => text_with(
            language,
            "notice-accept-works",
            &Args::new().with("failures", failures),
        ),
        Notice::NextPort { taken, port } => {
            // As texts: a port is no quantity, and is not written with separators.
            let args = Args::new().with("taken", taken.to_string());
            let args = args.with("port", port.to_string());
            text_with(language, "notice-next-port", &args)
        }
        Notice::MemoryLimit { limit, files } => {
            let units = Units::of(language);
            let args = Args::new()
                .with("limit", units.size_text(limit))
                .with("files", units.size_text(files));
            text_with(language, "notice-memory-limit", &args)
        }
        Notice::CertificatesRenewed { certificates } => text_with(
            language,
            "notice-certificates-renewed",
            &Args::new().with("certificates", certificates),
        ),
        Notice::CertificateKept { path, error } => {
            let what = text(language, &format!("help-{error}-title"));
            let args = Args::new()
                .with("path", printable(path))
                .with("what", what)
                .with("error", error);
            text_with(language, "notice-certificate-kept", &args)
        }
        Notice::AccessRenewed { path } => {
            let args = Args::new().with("path", printable(path));
            text_with(language, "notice-access-renewed", &args)
        }
        Notice::AccessKept { path, line, error } => access_kept(language, path, line, error),
        Notice::NotOpened { why } => {
            let program = match why {
                NotOpened::Failed { program } => program,
                _ => "",
            };
            let key = format!("notice-not-opened-{}", why.name());
            text_with(language, &key, &Args::new().with("program", program))
        }
        Notice::ClientsForgotten { remembered } => text_with(
            language,
            "notice-clients-forgotten",
            &Args::new().with("remembered", remembered),
        ),
        Notice::LooksForChanges { why } => {
            let why = text(language, &format!("looks-{why}"));
            let args = Args::new().with("why", why);
            text_with(language, "notice-looks-for-changes", &args)
        }
        Notice::LogFails { .. } | Notice::LogWorks { .. } | Notice::LogMissed { .. } => {
            log_in_words(language, notice)
        }
        Notice::Metrics { address } => {
            let address = format!("http://{address}/metrics");
            text_with(
                language,
                "notice-metrics",
                &Args::new().with("address", address),
            )
        }
        Notice::NotReady { delay_ms } => {
            let delay = Units::of(language).duration_text(Duration::from_millis(delay_ms));
            text_with(
                language,
                "notice-not-ready",
                &Args::new().with("delay", delay),
            )
        }
        Notice::CloseAsked { connection, user } => {
            // As texts: numbers of things are no quantities.
            let args = Args::new()
                .with("connection", connection.to_string())
                .with("user", user.to_string());
            text_with(language, "notice-close-asked", &args)
        }
        Notice::NoControlSocket { errno } => {
            let system = std::io::Error::from_raw_os_error(errno);
            let system = system_in_words(language, &system);
            let args = Args::new().with("system", system);
            text_with(language, "notice-no-control-socket", &args)
        }
        Notice::Reloaded { generation, sites } => text_with(
            language,
            "notice-reloaded",
            &Args::new()
                .with("generation", generation)
                .with("sites", sites),
        ),
        Notice::NeedsRestart { key } => text_with(
            language,
            "notice-needs-restart",
            &Args::new().with("key", key),
        ),
        Notice::NotReloaded => text(language, "notice-not-reloaded"),
        Notice::Draining { busy } => {
            text_with(language, "notice-draining", &Args::new().with("busy", busy))
        }
    }
}

fn access_kept(language: Language, path: &str, line: u64, error: &str) -> String {
    let what = text(language, &format!("help-{error}-title"));
    let args = Args::new()
        .with("path", printable(path))
        .with("line", line.to_string())
        .with("what", what)
        .with("error", error);
    let key = match line {
        0 => "notice-access-kept",
        _ => "notice-access-kept-line",
    };
    text_with(language, key, &args)
}

/// What became of access logs.
fn log_in_words(language: Language, notice: Notice) -> String {
    let told = |key: &str, log: &str, lost: u64| {
        let args = Args::new()
            .with("log", printable(log))
            .with("lost", lost)
            .with("count", count_text(lost));
        text_with(language, key, &args)
    };
    match notice {
        Notice::LogFails { log, errno } => {
            let key = match Errno::from_raw_os_error(errno) {
                Errno::NOSPC | Errno::DQUOT => "notice-log-disk-full",
                _ => "notice-log-fails",
            };
            let system = std::io::Error::from_raw_os_error(errno);
            let args = Args::new()
                .with("log", printable(log))
                .with("system", system_in_words(language, &system));
            text_with(language, key, &args)
        }
        Notice::LogWorks { log, lost } => told("notice-log-works", log, lost),
        Notice::LogMissed { lost } => told("notice-log-missed", "", lost),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(requests: u32) -> EndingDetails<'static> {
        EndingDetails {
            requests,
            progress: None,
            target: "/big.iso",
            waited_ms: 75_004,
        }
    }

    #[test]
    fn endings_read_like_sentences() {
        let english = |ending, details| ending_in_words(Language::English, ending, &details);
        assert_eq!(
            english(Ending::ClosedByClient, details(2)),
            "closed by the client after 2 requests"
        );
        assert_eq!(
            english(Ending::ClosedByClient, details(1)),
            "closed by the client after 1 request"
        );
        let cut = EndingDetails {
            progress: Some((41, 100)),
            ..details(1)
        };
        assert_eq!(
            english(Ending::ResetByClient, cut),
            "reset by the client, 41 % of /big.iso sent"
        );
        let refused = Ending::Refused(RefusalFacts {
            name: "two-lengths",
            status: Some(400),
            rfc: "RFC 9112 §6.3",
        });
        assert_eq!(
            english(refused, details(0)),
            "refused: two lengths (RFC 9112 §6.3), answered 400"
        );
        let late = Ending::Refused(RefusalFacts {
            name: "bare-lf",
            status: None,
            rfc: "RFC 9112 §2.2",
        });
        assert_eq!(
            english(late, details(1)),
            "refused: a line feed without its carriage return (RFC 9112 §2.2), after the answer"
        );
    }

    #[test]
    fn waits_are_told_as_long_as_they_were() {
        let idle = |waited_ms| {
            let details = EndingDetails {
                waited_ms,
                ..details(1)
            };
            ending_in_words(Language::English, Ending::IdleTimeout, &details)
        };
        assert_eq!(idle(75_004), "closed by us: idle for 75 s, after 1 request");
        assert_eq!(idle(50), "closed by us: idle for 0.05 s, after 1 request");
    }

    #[test]
    fn russian_counts_decline() {
        let russian = |requests| {
            ending_in_words(
                Language::Russian,
                Ending::ClosedByClient,
                &details(requests),
            )
        };
        assert_eq!(russian(1), "закрыто клиентом после 1 запроса");
        assert_eq!(russian(2), "закрыто клиентом после 2 запросов");
        assert_eq!(russian(21), "закрыто клиентом после 21 запроса");
    }

    #[test]
    fn what_is_wrong_with_the_server_is_said_with_where_to_read_on() {
        let fails = |errno: Errno| Notice::AcceptFails {
            errno: errno.raw_os_error(),
        };
        let limit = Notice::MemoryLimit {
            limit: 32 << 20,
            files: 64 << 20,
        };
        for (notice, key) in [
            (Notice::Crowded { limit: 1 }, "too-many-connections"),
            (fails(Errno::MFILE), "too-many-open-files"),
            (fails(Errno::NFILE), "too-many-open-files"),
            (fails(Errno::NOMEM), "memory-limit"),
            (fails(Errno::PERM), "accept-fails"),
            (limit, "memory-limit"),
            (
                Notice::ClientsForgotten { remembered: 1 },
                "clients-forgotten",
            ),
        ] {
            for language in Language::ALL {
                let words = notice_in_words(language, notice);
                assert!(words.contains(&format!("hello help {key}")), "{words}");
            }
        }
        let moved = Notice::NextPort {
            taken: 7878,
            port: 7879,
        };
        let [english, russian] = Language::ALL.map(|language| notice_in_words(language, moved));
        assert_eq!(english, "port 7878 is taken; taking 7879 instead");
        assert_eq!(russian, "порт 7878 занят; вместо него — 7879");
    }

    #[test]
    fn every_refusal_and_every_ending_has_its_words() {
        let keys = crate::i18n::keys(Language::English);
        let has = |key: String| assert!(keys.iter().any(|(known, _)| *known == key), "{key}");
        for refusal in hello_http1::Refusal::ALL {
            has(format!("refusal-{}", refusal.name()));
        }
        for ending in Ending::ALL {
            has(format!("ending-{}", ending.name()));
        }
    }
}
