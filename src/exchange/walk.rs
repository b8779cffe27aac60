//! The walk of a request through a site, step by step, for whoever asks why.
//!
//! Law: a step is a fact that was found on the way, and names the line of the settings that it comes
//! from. The words are elsewhere; the names in JSON are stable (`docs/explain.md`).

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Reason, Response, Rule, word};

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, as it is called on the command line or in an `include`; or what else says it.
    #[serde(serialize_with = "as_text", deserialize_with = "of_text")]
    pub file: Arc<str>,
    /// Counted from 1; 0 where there is only one.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// A word of ours, or of a server of the same version.
type Word = &'static str;

/// One step of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The request breaks a rule of HTTP: no site is asked.
    Refused {
        /// The name of the rule.
        #[serde(deserialize_with = "the_word")]
        rule: Word,
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
        #[serde(deserialize_with = "the_word")]
        name: Word,
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
        #[serde(deserialize_with = "the_word")]
        outcome: Word,
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
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "maybe_word"
        )]
        open_to: Option<Word>,
    },
    /// A rule was looked at.
    Rule {
        /// Where it stands.
        origin: Origin,
        /// The pattern of its path, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The word for what it does.
        #[serde(deserialize_with = "the_word")]
        action: Word,
        /// Where it leads, as it is written.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<String>,
        /// Whether it decided.
        outcome: RuleOutcome,
    },
    /// What the site is made of was asked for a path.
    Asked {
        /// As it was sent, or as a rule has it.
        path: String,
        /// What that is.
        #[serde(deserialize_with = "the_word")]
        content: Word,
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
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "maybe_word"
        )]
        system: Option<Word>,
        /// Why it is not sent, if it is not.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "maybe_reason",
            deserialize_with = "maybe_a_reason"
        )]
        reason: Option<Reason>,
    },
    /// The path led to nothing, and something else is looked for.
    Instead {
        /// What the path came to.
        #[serde(serialize_with = "the_reason", deserialize_with = "a_reason")]
        reason: Reason,
        /// Why that is looked for: `start-page`, `not-found-page`.
        #[serde(deserialize_with = "the_word")]
        what: Word,
    },
    /// The folder has no page of its own: whether it is told what is in it.
    Listing {
        /// To whom it may be told: `everybody`, `this-machine`, `nobody`.
        #[serde(deserialize_with = "the_word")]
        told_to: Word,
        /// Whether it is told to this one.
        is_told: bool,
    },
    /// A compressed sibling was looked for.
    Sibling {
        /// Its name, below the root.
        name: String,
        /// How it would be coded.
        #[serde(deserialize_with = "the_word")]
        coding: Word,
        /// What is there: `used`, `missing`, `outdated`, `not-smaller`, `no-file`, `unreadable`.
        #[serde(deserialize_with = "the_word")]
        state: Word,
    },
    /// The form was chosen in which the file is sent.
    Form {
        /// `plain`, `stored`, `made`; `ordered`: plain now, and made for whoever asks next.
        #[serde(deserialize_with = "the_word")]
        choice: Word,
        /// Its coding, if it has one.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "maybe_word"
        )]
        coding: Option<Word>,
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
        #[serde(serialize_with = "the_status", deserialize_with = "a_status")]
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
        #[serde(deserialize_with = "the_word")]
        name: Word,
        /// What it became.
        #[serde(serialize_with = "the_status", deserialize_with = "a_status")]
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
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "maybe_word"
        )]
        unmet: Option<Word>,
        /// What it did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<FieldStep>,
    },
}

/// A walk that somebody really went, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// Its steps, as far as there was room.
    pub steps: Vec<Step>,
    /// Steps that found none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
    /// Microseconds that each stage took.
    pub took_us: Took,
}

/// For whom a walk is written down: whoever wrote it into the settings, and those who trace a running
/// server. A set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TracedFor(u8);

/// Those who may trace a running server at once. Reason: as many as look for one mistake; each costs a look
/// at every request. At the limit: told so (`too-many-tracers`).
pub const TRACERS_MAX: usize = 4;

impl TracedFor {
    /// Nobody.
    pub const NOBODY: Self = Self(0);
    /// Whoever wrote it into the settings.
    pub const SETTINGS: Self = Self(1);

    /// One of those who trace a running server, counted from 0; `None`: there are not so many.
    pub fn tracer(place: usize) -> Option<Self> {
        (place < TRACERS_MAX).then(|| Self(1 << (place + 1)))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any of these is among them.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is nobody.
    pub fn is_nobody(self) -> bool {
        self.0 == 0
    }

    /// As a number, and back.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Those of this number.
    pub fn of_bits(bits: u8) -> Self {
        Self(bits)
    }
}

/// A walk on its way to whoever wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldWalk {
    /// Who that is.
    pub whom: TracedFor,
    /// [`Walked`] as JSON.
    pub json: Box<[u8]>,
}

/// Microseconds for each stage of a walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// Which site, and who may pass: limits and rules too.
    pub guards: u64,
    /// What is there.
    pub content: u64,
    /// What becomes of the answer on its way out.
    pub finish: u64,
}

/// A stage of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Which site, and who may pass.
    Guards,
    /// What is there.
    Content,
    /// What becomes of the answer on its way out.
    Finish,
}

/// Bytes of a walk in the journal. Reason: a page of a site with a hundred rules takes a tenth. Steps
/// that find no room are counted.
pub const WALK_BYTES_MAX: usize = 16 << 10;

impl Took {
    /// That of a stage, to be added to.
    pub fn of(&mut self, stage: Stage) -> &mut u64 {
        match stage {
            Stage::Guards => &mut self.guards,
            Stage::Content => &mut self.content,
            Stage::Finish => &mut self.finish,
        }
    }
}

impl Step {
    /// To which stage it belongs.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Refused { .. }
            | Self::InClear
            | Self::Listener { .. }
            | Self::Client { .. }
            | Self::Site { .. }
            | Self::Guard { .. }
            | Self::Limit { .. }
            | Self::Maintenance { .. }
            | Self::Rule { .. } => Stage::Guards,
            Self::Asked { .. }
            | Self::Kept { .. }
            | Self::File { .. }
            | Self::Instead { .. }
            | Self::Listing { .. }
            | Self::Sibling { .. }
            | Self::Form { .. }
            | Self::Path { .. }
            | Self::Probe { .. } => Stage::Content,
            Self::OtherSlash { .. }
            | Self::ErrorPage { .. }
            | Self::Followed
            | Self::Judged { .. }
            | Self::Cors { .. }
            | Self::Fields { .. } => Stage::Finish,
        }
    }
}

impl Walked {
    /// As JSON, in no more than [`WALK_BYTES_MAX`].
    pub fn to_json(&self) -> Vec<u8> {
        let mut kept = self.clone();
        loop {
            let json = serde_json::to_vec(&kept).unwrap_or_default();
            if json.len() <= WALK_BYTES_MAX || kept.steps.is_empty() {
                return json;
            }
            // Too long by so much, so about that part of the steps; at least one.
            let over = json.len() - WALK_BYTES_MAX;
            let less = (kept.steps.len() * over).div_ceil(json.len()).max(1);
            kept.left_out += u32::try_from(less).unwrap_or(u32::MAX);
            kept.steps.truncate(kept.steps.len().saturating_sub(less));
        }
    }

    /// Reads what [`Walked::to_json`] wrote.
    pub fn of_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde hands out")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How the address was found where a request comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldStep {
    /// `set`, `add`, `remove`; `kept`: there was one already.
    #[serde(deserialize_with = "the_word")]
    pub change: Word,
    /// Its name.
    pub name: String,
    /// Its value, if it has one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The status, so far.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_status",
        deserialize_with = "maybe_a_status"
    )]
    pub status: Option<StatusCode>,
    /// Why, if there is something to say.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_reason",
        deserialize_with = "maybe_a_reason"
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

fn of_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}

fn the_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    String::deserialize(deserializer).map(|text| word(&text))
}

fn maybe_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(|text| word(&text)))
}

fn a_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let code = u16::deserialize(deserializer)?;
    StatusCode::from_u16(code).map_err(serde::de::Error::custom)
}

fn maybe_a_status<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<StatusCode>, D::Error> {
    let code = Option::<u16>::deserialize(deserializer)?;
    Ok(code.and_then(|code| StatusCode::from_u16(code).ok()))
}

fn a_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reason, D::Error> {
    let name = String::deserialize(deserializer)?;
    reason_of(&name).ok_or_else(|| serde::de::Error::custom(name))
}

fn maybe_a_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Reason>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    Ok(name.and_then(|name| reason_of(&name)))
}

fn reason_of(name: &str) -> Option<Reason> {
    let known = Reason::ALL.into_iter().find(|reason| reason.name() == name);
    known.or_else(|| Rule::named(name).map(Reason::Refused))
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
