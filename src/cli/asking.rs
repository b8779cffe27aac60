//! The commands that ask a running server: `hello status`, `connections`, `trace`, `close`, `reload`, `top`.
//!
//! Which server is found, what it says and when it is given up is the business of
//! [`crate::control::client`]; how its answer reads, of `status.rs`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::attached;
use super::complain::{self, Complaint};
use super::status;
use super::stop::Stop;
use super::trial;
use crate::config::OutputSettings;
use crate::control::client::{Report, Server, Unasked, Whom, find};
use crate::control::protocol::{Ask, Error, Reply};
use crate::i18n::{Args, Language, shown, text_with};

/// What is asked, of whom, and how the answer is told.
#[derive(Debug)]
pub struct Question {
    /// What.
    pub what: Asked,
    /// Of whom.
    pub whom: Whom,
    /// The file that names the socket of whoever is asked, if one does.
    pub file: Option<String>,
    /// What is to be said beforehand, of a file that does not tell it.
    pub note: Option<String>,
    /// Where servers may be found.
    pub folders: Vec<PathBuf>,
    /// Whether the answer is for a program.
    pub is_for_programs: bool,
    /// In which language and colours.
    pub output: OutputSettings,
}

/// What a running server may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// How it is.
    Status,
    /// Its connections.
    Connections,
    /// What happens on them, until somebody has seen enough.
    Follow,
    /// How it answers some requests, step by step.
    Trace {
        /// Which: patterns of paths, or the addresses of clients, at least one.
        what: Vec<String>,
        /// For how long; `None`: until somebody has seen enough.
        time: Option<Duration>,
    },
    /// To close one.
    Close {
        /// Which.
        connection: u64,
        /// Whether at once.
        now: bool,
    },
    /// To read its configuration anew.
    Reload,
    /// To be shown on the whole screen.
    Top,
    /// How its configuration, as it is on the disk, would have answered the last requests.
    Try {
        /// How many at most.
        last: Option<usize>,
    },
}

impl Asked {
    /// The command, as it is typed.
    fn command(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Connections | Self::Follow => "connections",
            Self::Trace { .. } => "trace",
            Self::Close { .. } => "close",
            Self::Reload => "reload",
            Self::Top => "top",
            Self::Try { .. } => "check --against-traffic",
        }
    }
}

/// The exit code where no server runs, or the one that does will not.
const EXIT_NOT_DONE: u8 = 1;

/// The same where 1 says something else: [`Asked::Try`].
const EXIT_NOT_TRIED: u8 = 2;

/// Asks, and answers what to say. `room`: columns of the terminal that is written to, if it is one.
pub(super) fn run(question: &Question, room: Option<usize>) -> Stop {
    let language = question.output.text_language();
    let done =
        find(&question.whom, &question.folders).and_then(|server| ask(question, &server, room));
    done.unwrap_or_else(|unasked| Stop {
        text: complaint(language, question, &unasked).in_full(language),
        to_stdout: false,
        // What the server shows of a file stays as it is.
        is_laid_out: matches!(&unasked, Unasked::Refused(error) if !error.text.is_empty()),
        exit_code: match question.what {
            Asked::Try { .. } => EXIT_NOT_TRIED,
            _ => EXIT_NOT_DONE,
        },
    })
}

fn ask(question: &Question, server: &Server, room: Option<usize>) -> Result<Stop, Unasked> {
    let language = question.output.text_language();
    let is_for_programs = question.is_for_programs;
    Ok(match &question.what {
        Asked::Status => {
            let report = server.report(Ask::Connections)?;
            Stop::answering(if is_for_programs {
                object(&report).to_string()
            } else {
                status::status(language, &report, room)
            })
        }
        Asked::Connections => {
            let report = server.report(Ask::Connections)?;
            Stop::answering(if is_for_programs {
                let lines = report
                    .connections
                    .iter()
                    .map(|line| json!(line).to_string());
                lines.collect::<Vec<_>>().join("\n")
            } else {
                status::connections(language, &report, room)
            })
        }
        Asked::Close { connection, now } => {
            let (connection, now) = (*connection, *now);
            let ask = Ask::Close { connection, now };
            match server.order(ask)? {
                Reply::Closed { state, .. } => {
                    let key = match state.as_deref() {
                        None => "close-done",
                        // Everything is said, and its client has yet to see it.
                        Some("draining") => "close-told",
                        Some(_) => "close-begun",
                    };
                    let args = Args::new().with("connection", connection.to_string());
                    Stop::answering(text_with(language, key, &args))
                }
                _ => return Err(not_understood()),
            }
        }
        Asked::Reload => {
            let code = Some(language.code().to_owned());
            match server.order(Ask::Reload { language: code })? {
                Reply::Reloaded { generation } => {
                    let args = Args::new().with("generation", generation.to_string());
                    Stop::answering(text_with(language, "reload-done", &args))
                }
                _ => return Err(not_understood()),
            }
        }
        Asked::Try { last } => {
            let language_code = Some(language.code().to_owned());
            let ask = Ask::Try {
                last: *last,
                language: language_code,
            };
            let (replies, tried) = server.trial(ask)?;
            trial::answer(language, &replies, &tried, is_for_programs)
        }
        Asked::Follow => attached::follow(server, &question.output, is_for_programs)?,
        Asked::Trace { what, time } => {
            let ask = Ask::Trace {
                what: what.clone(),
                for_ms: time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            };
            let begun = |pid: u32| {
                let args = Args::new()
                    .with("what", shown(&what.join(" ")))
                    .with("pid", pid.to_string());
                let key = match time {
                    Some(_) => "trace-begun-for-a-while",
                    None => "trace-begun",
                };
                // Nobody may be reading; that is no failure.
                let _ = writeln!(io::stderr().lock(), "{}", text_with(language, key, &args));
            };
            attached::trace(server, ask, &question.output, (is_for_programs, begun))?
        }
        Asked::Top => attached::top(server, &question.output)?,
    })
}

/// A server whose words are not those of this version.
fn not_understood() -> Unasked {
    Unasked::Refused(Error::of("other-control-version"))
}

/// A report as one object.
fn object(report: &Report) -> serde_json::Value {
    let mut object = json!(report.status);
    object["listening"] = json!(report.listening);
    object["places"] = json!(report.places);
    object["connections"] = json!(report.connections);
    object
}

/// Why nobody answered, and what to do now.
fn complaint<'a>(language: Language, question: &Question, unasked: &Unasked) -> Complaint<'a> {
    let command = question.what.command();
    match unasked {
        Unasked::NoServer { folders } => {
            complain::without_server(command, &status::folders(folders))
        }
        Unasked::NobodyAt { path } => match &question.file {
            Some(file) => complain::without_server_of_file(command, path, file),
            None => complain::without_server_at(command, path),
        },
        Unasked::Several { paths } => {
            let choices = paths.iter().map(|path| {
                let report = find(&Whom::At(path.clone()), &[])
                    .and_then(|server| server.report(Ask::Status))
                    .ok();
                status::choice(language, command, path, report.as_ref())
            });
            complain::of_several_servers(choices.collect())
        }
        Unasked::NotPermitted { path } => complain::not_permitted(command, path),
        Unasked::NoAnswer { path, source } => complain::without_answer(path, source),
        Unasked::Refused(error) => complain::of_refusal(&question.what, error),
    }
}

/// A failure of the view's own, rather than of the server's.
pub(super) fn not_shown(server: &Server, source: io::Error) -> Unasked {
    let path = server.path().to_owned();
    Unasked::NoAnswer { path, source }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::config::golden;

    #[test]
    fn whatever_is_in_the_way_is_said_with_what_to_do_now() {
        let path = || PathBuf::from("/run/user/1000/hello/4242\u{1b}[2J.sock");
        let close = Asked::Close {
            connection: 12,
            now: false,
        };
        let refused = |error: &str, text: &str| {
            Unasked::Refused(Error {
                error: error.to_owned(),
                text: text.to_owned(),
            })
        };
        let wrong = "hello.toml:3:1\n 3 | colour = 1\n   | ^^^^^^ unknown\u{1b}[2J";
        let folders = vec!["/run/user/1000/hello".into(), "/run/hello".into()];
        let all = [
            (Asked::Status, Unasked::NoServer { folders }),
            (Asked::Connections, Unasked::NobodyAt { path: path() }),
            (Asked::Reload, Unasked::NobodyAt { path: path() }),
            (
                Asked::Top,
                Unasked::Several {
                    paths: vec![path(), "/run/hello/web.sock".into()],
                },
            ),
            (Asked::Status, Unasked::NotPermitted { path: path() }),
            (
                Asked::Status,
                Unasked::NoAnswer {
                    path: path(),
                    source: io::ErrorKind::UnexpectedEof.into(),
                },
            ),
            (close, refused("no-such-connection", "")),
            (Asked::Reload, refused("nothing-to-reload", "")),
            (Asked::Reload, refused("not-reloaded", wrong)),
            (Asked::Try { last: None }, refused("not-tried", wrong)),
            (Asked::Follow, refused("server-busy", "")),
            (
                Asked::Trace {
                    what: vec!["/api/*".to_owned()],
                    time: None,
                },
                refused("too-many-tracers", ""),
            ),
            (Asked::Status, refused("other-control-version", "")),
            (Asked::Status, refused("from-the-future", "")),
        ];
        let mut page = String::new();
        for language in Language::ALL {
            for (what, unasked) in &all {
                let question = Question {
                    what: what.clone(),
                    whom: Whom::TheOne,
                    file: (*what == Asked::Reload).then(|| "hello.toml".to_owned()),
                    note: None,
                    folders: Vec::new(),
                    is_for_programs: false,
                    output: OutputSettings::in_language(Some(language)),
                };
                let said = complaint(language, &question, unasked).in_full(language);
                writeln!(page, "$ hello {}\n{said}\n", what.command()).unwrap();
            }
            let said = complain::without_terminal().in_full(language);
            writeln!(page, "$ hello top | cat\n{said}\n").unwrap();
        }
        assert!(!page.contains('\u{1b}'), "nobody writes to the terminal");
        golden::check("tests/golden/asking-errors.txt", &page);
    }
}
