//! What is asked and answered on a control socket: lines of JSON, as `docs/control.md` tells them.
//!
//! Law: fields and kinds of lines are added, never changed or removed; whoever reads passes over what
//! it does not know. What would break that gets a new [`VERSION`]. Targets and names stand here as
//! they were sent: whoever shows them makes them fit to be shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exchange::Ending;
use crate::observe::Totals;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// One line: everything a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The version it speaks.
    pub control: u32,
    /// What it wants.
    #[serde(flatten)]
    pub ask: Ask,
}

impl Request {
    /// A question of this version.
    pub fn new(ask: Ask) -> Self {
        let control = VERSION;
        Self { control, ask }
    }
}

/// What may be wanted of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Ask {
    /// How it is, and what it serves where.
    Status,
    /// The same, and every living connection.
    Connections,
    /// An end of one connection.
    Close {
        /// Which.
        connection: u64,
        /// Whether at once, with an answer in flight.
        #[serde(default)]
        now: bool,
    },
    /// A new look at its configuration.
    Reload {
        /// The language of what is said if that fails.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// How its configuration, as it is on the disk, would have answered what was asked last.
    Try {
        /// How many requests at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<usize>,
        /// The language of what is said if the configuration cannot be used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// Everything as it happens, until one of both ends.
    Watch,
    /// How these requests are answered, step by step, from now on, until one of both ends.
    Trace {
        /// Patterns of paths, or the addresses of clients.
        what: Vec<String>,
        /// For how long at most, milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_ms: Option<u64>,
    },
}

/// One line of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Reply {
    /// How the server is.
    Status(Status),
    /// One address it listens on.
    Listening {
        /// As programs are told it: `http://127.0.0.1:7878`, `unix:/run/hello.sock`.
        address: String,
    },
    /// One thing it serves.
    Place(Place),
    /// One living connection; to one who watches, as it is now.
    Connection(Connection),
    /// To one who watches: a connection that lives no more.
    Gone {
        /// Which.
        connection: u64,
    },
    /// To one who watches: what happened since the start, added up.
    Totals(TotalsTold),
    /// To one who watches: something that happened.
    Event(super::wire::Told),
    /// To one who watches: events that are missing, by kind.
    Dropped {
        /// How many of each kind, by the words of the journal.
        events: BTreeMap<String, u64>,
    },
    /// The connection is closed, or will be as soon as it has finished what it is doing.
    Closed {
        /// Which.
        connection: u64,
        /// What it is still doing; nothing if it has ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<String>,
    },
    /// The configuration was read anew.
    Reloaded {
        /// Its number from now on.
        generation: u64,
        /// Keys that say something else than at the start, and count from the next one on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        needs_restart: Vec<String>,
    },
    /// Requests alike that would be answered in another way.
    Differs(Differs),
    /// Requests alike of which nobody can tell.
    Unjudged(Unjudged),
    /// What trying a configuration came to; nothing more follows.
    Tried(Tried),
    /// Nothing more follows.
    Done {},
    /// It cannot be done, and nothing more follows.
    Error(Error),
    /// Something of a later server; passed over.
    #[serde(other)]
    Unknown,
}

/// How a server is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The version of the protocol it speaks.
    pub control: u32,
    /// Its own version.
    pub version: String,
    /// Its number as a process.
    pub pid: u32,
    /// The number of the user it runs as.
    pub user: u32,
    /// `serving`, or `draining` if it has been told to stop.
    pub state: String,
    /// For how long it has run, milliseconds.
    pub uptime_ms: u64,
    /// Which configuration new requests are answered with, counted from 1.
    pub generation: u64,
    /// Connections that live.
    pub open: u64,
    /// Those of them with a request.
    pub busy: u64,
    /// What happened since the start.
    pub totals: TotalsTold,
}

/// One thing that is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// For which host; nothing if for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Where its addresses begin: `/`, `/docs/`.
    pub at: String,
    /// The folder or file; nothing for a site inside the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// A living connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its number.
    pub connection: u64,
    /// Address and port of the other end, or `unix`.
    pub peer: String,
    /// What it is doing, in the journal's word.
    pub state: String,
    /// For how long it has been there, milliseconds.
    pub age_ms: u64,
    /// For how long in this state, milliseconds.
    pub state_ms: u64,
    /// Requests so far.
    pub requests: u32,
    /// Bytes received so far.
    pub received_bytes: u64,
    /// Bytes sent so far.
    pub sent_bytes: u64,
    /// Requests that are being answered and have to be waited for; of very many the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub running: Vec<Asked>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_running: u64,
    /// Which configuration its limits and its TLS are of, until it ends.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub generation: u64,
}

/// A request that is being answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Which of its connection, counted from 1.
    pub number: u32,
    /// The method.
    pub method: String,
    /// What was asked for, as it was sent, without its secrets; cut if it is long.
    pub target: String,
    /// For how long it has been answered, milliseconds.
    pub took_ms: u64,
    /// The status; nothing while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of content sent.
    pub content_bytes: u64,
    /// Of how many, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// Whether it lasts for as long as somebody listens.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub endless: bool,
    /// Which configuration answers it, until it is done.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub generation: u64,
}

/// Requests alike that would be answered in another way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differs {
    /// How many.
    pub requests: u64,
    /// The method.
    pub method: String,
    /// What was asked for, as the journal has it; of several, what their addresses begin with and a `*`.
    pub url: String,
    /// How the configuration that counts answers it.
    pub old: Outcome,
    /// How the one on the disk would.
    pub new: Outcome,
    /// Whether the content is another, though the status is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub content: bool,
    /// Fields that are others, though the status is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ChangedField>,
}

/// How a request is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// The status.
    pub status: u16,
    /// Why, in the journal's word, if there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The line that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Line>,
}

/// A line of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    /// The file.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

/// A field that is another, or is there or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChangedField {
    /// Its name.
    pub name: String,
    /// The line that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Line>,
    /// The line that it would come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Line>,
}

/// Requests alike of which nobody can tell whether they would be answered in another way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unjudged {
    /// How many.
    pub requests: u64,
    /// The method.
    pub method: String,
    /// As for [`Differs`].
    pub url: String,
    /// What it hangs on: `field`, `query`, `password`, `certificate`, `signature`, `client`, `length`, `limits`,
    /// `target`.
    pub hangs_on: String,
    /// Which field, name of the query, or limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The line that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Line>,
}

/// What trying a configuration came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Requests that were tried.
    pub requests: u64,
    /// Of these, those that would be answered in another way.
    pub differ: u64,
    /// Those of which nobody can tell.
    pub unjudged: u64,
    /// Kinds of such requests that are not told one by one, for there are very many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub untold: u64,
    /// The number of the configuration that counts.
    pub generation: u64,
    /// The file that was read, and those it includes.
    pub files: Vec<String>,
}

/// What happened since the start, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalsTold {
    /// Connections accepted.
    pub connections: u64,
    /// Requests answered.
    pub requests: u64,
    /// Bytes of content sent.
    pub content_bytes: u64,
    /// Connections ended, by the journal's words; those that never happened are left out.
    pub endings: BTreeMap<String, u64>,
}

impl TotalsTold {
    /// Totals as they are told.
    pub fn of(totals: &Totals) -> Self {
        let endings = Ending::ALL.into_iter().map(|ending| {
            let count = totals.endings[ending.index()];
            (ending.name().to_owned(), count)
        });
        Self {
            connections: totals.connections,
            requests: totals.requests,
            content_bytes: totals.content_bytes,
            endings: endings.filter(|(_, count)| *count > 0).collect(),
        }
    }

    /// What was told; words of a later server are left out.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals {
            connections: self.connections,
            requests: self.requests,
            content_bytes: self.content_bytes,
            ..Totals::default()
        };
        for ending in Ending::ALL {
            let told = self.endings.get(ending.name());
            totals.endings[ending.index()] = told.copied().unwrap_or(0);
        }
        totals
    }
}

/// Why something cannot be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// The stable word, which `hello help` explains.
    pub error: String,
    /// In words, where the server alone can say what is wrong: of several lines, in the language that
    /// was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Error {
    /// An error that its word says all about.
    pub fn of(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            text: String::new(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_the_lines_that_the_document_shows() {
        for (line, ask) in [
            (r#"{"control":1,"ask":"status"}"#, Ask::Status),
            (r#"{"control":1,"ask":"connections"}"#, Ask::Connections),
            (
                r#"{"control":1,"ask":"close","connection":7,"now":true}"#,
                Ask::Close {
                    connection: 7,
                    now: true,
                },
            ),
            (
                r#"{"control":1,"ask":"reload","language":"ru"}"#,
                Ask::Reload {
                    language: Some("ru".to_owned()),
                },
            ),
            (
                r#"{"control":1,"ask":"try","last":100,"language":"ru"}"#,
                Ask::Try {
                    last: Some(100),
                    language: Some("ru".to_owned()),
                },
            ),
            (r#"{"control":1,"ask":"watch"}"#, Ask::Watch),
            (
                r#"{"control":1,"ask":"trace","what":["/api/*"],"for_ms":60000}"#,
                Ask::Trace {
                    what: vec!["/api/*".to_owned()],
                    for_ms: Some(60_000),
                },
            ),
        ] {
            let request = Request::new(ask);
            assert_eq!(serde_json::to_string(&request).unwrap(), line);
            assert_eq!(serde_json::from_str::<Request>(line).unwrap(), request);
        }
        let short = r#"{"control":1,"ask":"close","connection":7,"colour":"red"}"#;
        let gentle = Ask::Close {
            connection: 7,
            now: false,
        };
        let read: Request = serde_json::from_str(short).unwrap();
        assert_eq!(read.ask, gentle, "what is not known is passed over");
    }

    #[test]
    fn what_a_later_server_says_is_passed_over() {
        let line = r#"{"say":"weather","sun":true}"#;
        let read: Reply = serde_json::from_str(line).unwrap();
        assert_eq!(read, Reply::Unknown);
        let line = r#"{"say":"gone","connection":3,"why":"later"}"#;
        let read: Reply = serde_json::from_str(line).unwrap();
        assert_eq!(read, Reply::Gone { connection: 3 });
    }

    #[test]
    fn totals_survive_the_way() {
        let mut totals = Totals {
            connections: 3,
            requests: 5,
            content_bytes: 7,
            ..Totals::default()
        };
        totals.endings[Ending::Drained.index()] = 2;
        let told = TotalsTold::of(&totals);
        assert_eq!(told.endings.len(), 1);
        let back = told.totals();
        assert_eq!(back.endings, totals.endings);
        let sums = (back.connections, back.requests, back.content_bytes);
        assert_eq!(sums, (3, 5, 7));
    }
}
