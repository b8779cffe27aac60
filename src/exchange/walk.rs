//! The walk of a request through a site, step by step, for whoever asks why.
//!
//! Law: a step is a fact that was found on the way, and names the line of the settings that it comes
//! from. The words are elsewhere; the names in JSON are stable (`docs/explain.md`).

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::{Serialize, Serializer};

use super::{Reason, Response};

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The file, as it is called on the command line or in an `include`.
    #[serde(serialize_with = "as_text")]
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One step of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The request breaks a rule of HTTP: no site is asked.
    Refused {
        /// The name of the rule.
        rule: &'static str,
    },
    /// It came in clear to where TLS is spoken, and is sent to the same page there.
    InClear,
    /// Where it came in, if that makes a difference.
    Listener {
        /// The address, as it is written.
        address: String,
        /// How it was found.
        by: ListenerMatch,
    },
    /// A trusted proxy passed it on, and said for whom.
    Client {
        /// Whom it named; `unknown`: nobody.
        address: String,
    },
    /// Which site answers.
    Site {
        /// What it is called.
        name: String,
        /// How it was found.
        by: HostMatch,
        /// Where it is described.
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// A guard was asked.
    Guard {
        /// Which.
        name: &'static str,
        /// The line that it answers by.
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
        /// What it said; `None`: it let the request pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        said: Option<Said>,
    },
    /// A limit of clients was judged. Nothing was counted.
    Limit {
        /// What it is called.
        name: String,
        /// Where it is said, if that is a line of a file.
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
        /// Who counts as one client, as it is written.
        by: String,
        /// `not-meant`, `unknown-client` (nothing tells the client from others), `passes`, `waits`,
        /// `too-many-at-once`, `too-long`.
        outcome: &'static str,
        /// Whether it refuses nobody, and only tells whom it would have refused.
        is_shadow: bool,
        /// So many would pass behind this one at once.
        #[serde(skip_serializing_if = "Option::is_none")]
        left: Option<u32>,
        /// After so many seconds it would pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait_seconds: Option<u64>,
    },
    /// The site is being worked on.
    Maintenance {
        /// Where that is said.
        origin: Origin,
        /// Why this request is answered all the same: `address`, `path`.
        #[serde(skip_serializing_if = "Option::is_none")]
        open_to: Option<&'static str>,
    },
    /// A rule was looked at.
    Rule {
        /// Where it stands.
        origin: Origin,
        /// The pattern of its path, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The word for what it does.
        action: &'static str,
        /// Where it leads, as it is written.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        targets: Vec<String>,
        /// Whether it decided.
        outcome: RuleOutcome,
    },
    /// What the site is made of was asked for a path.
    Asked {
        /// As it was sent, or as a rule has it.
        path: String,
        /// What that is.
        content: &'static str,
        /// Where it lies on the disk.
        #[serde(skip_serializing_if = "Option::is_none")]
        root: Option<String>,
        /// Below which path of the site it stands, if that is not its beginning.
        #[serde(skip_serializing_if = "Option::is_none")]
        mount: Option<String>,
    },
    /// A file was in memory, or open, and nobody wrote to it.
    Kept {
        /// Its name, below the root.
        name: String,
    },
    /// A name was tried.
    File {
        /// Below the root.
        name: String,
        /// What it is.
        is: FileKind,
        /// Bytes.
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
        /// What the system says of it: `ENOENT`, `EACCES`.
        #[serde(skip_serializing_if = "Option::is_none")]
        system: Option<&'static str>,
        /// Why it is not sent, if it is not.
        #[serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "maybe_reason"
        )]
        reason: Option<Reason>,
    },
    /// The path led to nothing, and something else is looked for.
    Instead {
        /// What the path came to.
        #[serde(serialize_with = "the_reason")]
        reason: Reason,
        /// Why that is looked for: `start-page`, `not-found-page`.
        what: &'static str,
    },
    /// The folder has no page of its own: whether it is told what is in it.
    Listing {
        /// To whom it may be told: `everybody`, `this-machine`, `nobody`.
        told_to: &'static str,
        /// Whether it is told to this one.
        is_told: bool,
    },
    /// A compressed sibling was looked for.
    Sibling {
        /// Its name, below the root.
        name: String,
        /// How it would be coded.
        coding: &'static str,
        /// What is there: `used`, `missing`, `outdated`, `not-smaller`, `no-file`, `unreadable`.
        state: &'static str,
    },
    /// The form was chosen in which the file is sent.
    Form {
        /// `plain`, `stored`, `made`; `ordered`: plain now, and made for whoever asks next.
        choice: &'static str,
        /// Its coding, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        coding: Option<&'static str>,
        /// What the client says that it takes.
        #[serde(skip_serializing_if = "Option::is_none")]
        accept_encoding: Option<String>,
    },
    /// What a path came to.
    Path {
        /// The path.
        path: String,
        /// What came of it.
        said: Said,
    },
    /// What browsers ask every site for was answered, where there is no such file.
    Probe {
        /// The status.
        #[serde(serialize_with = "the_status")]
        status: StatusCode,
    },
    /// The path led to nothing, and is asked for with a slash, or without.
    OtherSlash {
        /// Where it is looked for.
        location: String,
    },
    /// A page stands in for an answer that is an error.
    ErrorPage {
        /// Where that is said.
        origin: Origin,
        /// The path of the page.
        path: String,
        /// Whether it was found.
        is_found: bool,
    },
    /// The page was given a script that follows its files.
    Followed,
    /// What the client has, or wants a part of, changed the answer.
    Judged {
        /// `conditions`, `range`.
        name: &'static str,
        /// What it became.
        #[serde(serialize_with = "the_status")]
        status: StatusCode,
    },
    /// Whether pages of other sites may read the answer.
    Cors {
        /// Where that is said.
        origin: Origin,
        /// Whether the page that asks is one of them.
        is_allowed: bool,
    },
    /// A line that sets fields was looked at.
    Fields {
        /// Where it stands.
        origin: Origin,
        /// The pattern of its path, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// Whether it was meant; otherwise why not: `path`, `status`.
        #[serde(skip_serializing_if = "Option::is_none")]
        unmet: Option<&'static str>,
        /// What it did.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        changes: Vec<FieldStep>,
    },
}

/// How the address was found where a request comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListenerMatch {
    /// It was said.
    Said,
    /// By the port that is asked for.
    Port,
    /// Nobody listens at the port that is asked for: then somebody in between leads to where the server
    /// listens.
    Server,
}

/// How a site was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", content = "host", rename_all = "kebab-case")]
pub enum HostMatch {
    /// There is no other.
    Only,
    /// It has this very name.
    Exact(String),
    /// It has all names that end so: `*.example.com`.
    Wildcard(String),
    /// No other has the name.
    Default,
}

/// What a name turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A file that can be sent.
    File,
    /// A folder.
    Folder,
    /// Nothing has that name.
    Missing,
    /// Something that is not sent.
    Refused,
}

/// What was done to one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldStep {
    /// `set`, `add`, `remove`; `kept`: there was one already.
    pub change: &'static str,
    /// Its name.
    pub name: String,
    /// Its value, if it has one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The status, so far.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_status"
    )]
    pub status: Option<StatusCode>,
    /// Why, if there is something to say.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_reason"
    )]
    pub reason: Option<Reason>,
}

impl Said {
    /// An answer, or a reason why there is none.
    pub fn of(outcome: &Result<Response, Reason>) -> Self {
        match outcome {
            Ok(response) => Self {
                status: Some(response.status()),
                reason: response.reason,
            },
            Err(reason) => Self {
                status: None,
                reason: Some(*reason),
            },
        }
    }
}

/// What came of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "unmet", rename_all = "kebab-case")]
pub enum RuleOutcome {
    /// It decides.
    Decides,
    /// One of its conditions does not hold.
    Fails(Unmet),
    /// One above has decided.
    NotReached,
}

/// The condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "condition", content = "name", rename_all = "kebab-case")]
pub enum Unmet {
    /// Another path was asked for.
    Path,
    /// Another method was used.
    Method,
    /// A field of the request.
    Field(String),
    /// A part of the query.
    Query(String),
    /// Another client asks.
    From,
}

fn as_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands out")]
fn the_status<S: Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "what serde hands out"
)]
fn maybe_status<S: Serializer>(
    status: &Option<StatusCode>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    status.map(|status| status.as_u16()).serialize(serializer)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands out")]
fn the_reason<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.name())
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "what serde hands out"
)]
fn maybe_reason<S: Serializer>(reason: &Option<Reason>, serializer: S) -> Result<S::Ok, S::Error> {
    reason.map(Reason::name).serialize(serializer)
}
