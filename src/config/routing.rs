//! What becomes of a request before a file is looked for, and of its answer after.
//!
//! Rules are asked in order, and the first whose conditions all hold decides. Fields are set by every
//! line that is meant, in order.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, StatusCode};

use super::bad_choice;
use super::error::ConfigError;
use super::networks::Network;
use super::pattern::{Pattern, Template};
use super::site::HostName;

pub use crate::exchange::Origin;

/// Everything that a site decides by rules.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    /// The one host that the site is to be found at; whoever asks for another of its hosts is sent
    /// there.
    pub canonical_host: Option<HostName>,
    /// The site is being worked on.
    pub maintenance: Option<Maintenance>,
    /// The first that is meant decides.
    pub rules: Vec<Rule>,
    /// Methods that are answered; `None`: those that the content knows.
    pub methods: Option<Vec<Method>>,
    /// What paths that lead to nothing end with.
    pub trailing_slash: TrailingSlash,
    /// What is shown instead of our own pages.
    pub error_pages: Vec<ErrorPage>,
    /// Which pages of other sites may read what.
    pub cors: Vec<Cors>,
    /// What browsers are told to beware of.
    pub security: Option<Security>,
    /// Fields set, added and removed; every line that is meant, in order.
    pub fields: Vec<FieldRule>,
}

impl Routing {
    /// Whether nothing is decided by rules: then no request pays for any.
    pub fn is_empty(&self) -> bool {
        self.canonical_host.is_none()
            && self.maintenance.is_none()
            && self.rules.is_empty()
            && self.methods.is_none()
            && self.trailing_slash == TrailingSlash::AsIs
            && self.error_pages.is_empty()
            && self.cors.is_empty()
            && self.security.is_none()
            && self.fields.is_empty()
    }
}

/// What becomes of requests that are meant.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it stands.
    pub origin: Origin,
    /// Which requests.
    pub when: Conditions,
    /// What becomes of them.
    pub action: Action,
}

/// Which requests are meant: those for which every condition holds.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// The path; `None`: any.
    pub path: Option<Pattern>,
    /// One of these; none: any.
    pub methods: Vec<Method>,
    /// Fields, by their names in small letters.
    pub fields: Vec<(String, ValueTest)>,
    /// Parts of the query, by their names as they are decoded.
    pub query: Vec<(String, ValueTest)>,
    /// The client is one of these; none: anybody.
    pub from: Vec<Network>,
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueTest {
    /// There, whatever it is.
    Present,
    /// Not there.
    Absent,
    /// This; each `*` stands for anything.
    Like(String),
}

impl ValueTest {
    /// Reads what a value has to be like; a star alone is anything.
    pub fn of(text: &str) -> Self {
        match text {
            "*" => Self::Present,
            text => Self::Like(text.to_owned()),
        }
    }
}

/// What becomes of a request that is meant.
#[derive(Clone, Debug)]
pub enum Action {
    /// The client is sent elsewhere.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: StatusCode,
        /// Where to.
        target: Template,
        /// Whether the query goes along, where the target says nothing of one.
        keeps_query: bool,
    },
    /// It is answered as if it had asked for this path.
    Rewrite(Template),
    /// It is answered with the first of these paths that leads to something.
    Try(Vec<Template>),
    /// It is answered at once.
    Respond {
        /// The status.
        status: StatusCode,
        /// The content and its type; `None`: a page of our own that says what happened.
        content: Option<(HeaderValue, String)>,
    },
    /// Nothing: rules below do not concern it.
    Pass,
}

/// The site is being worked on: 503, but for some.
#[derive(Clone, Debug)]
pub struct Maintenance {
    /// Where it is said.
    pub origin: Origin,
    /// When it is worth asking again.
    pub retry_after: Duration,
    /// Paths that are answered all the same.
    pub except: Vec<Pattern>,
    /// Clients who are answered all the same.
    pub allow: Vec<Network>,
    /// The page that says so; `None`: our own.
    pub page: Option<Template>,
}

/// What paths end with that lead to nothing as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrailingSlash {
    /// They stay as they are.
    #[default]
    AsIs,
    /// With a slash, unless the last name has an extension.
    Added,
    /// Without one.
    Removed,
}

impl TrailingSlash {
    /// The words [`TrailingSlash::read`] understands.
    pub const CHOICES: &'static str = "keep, add, remove";

    /// Reads `keep`, `add` or `remove`.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        match text {
            "keep" => Ok(Self::AsIs),
            "add" => Ok(Self::Added),
            "remove" => Ok(Self::Removed),
            _ => Err(bad_choice("trailing-slash", text, Self::CHOICES)),
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AsIs => "keep",
            Self::Added => "add",
            Self::Removed => "remove",
        }
    }
}

/// A page that is shown instead of one of our own.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// Where it is said.
    pub origin: Origin,
    /// For which statuses.
    pub statuses: StatusRange,
    /// The path of the page in the site.
    pub page: Template,
}

/// A status, or a hundred of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}xx", self.first / 100)
        }
    }
}

impl StatusRange {
    /// Reads `404` or `5xx`.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(hundred) = text.strip_suffix("xx") {
            let hundred: u16 = hundred
                .parse()
                .ok()
                .filter(|hundred| (1..=5).contains(hundred))?;
            let first = hundred * 100;
            return Some(Self {
                first,
                last: first + 99,
            });
        }
        let status: u16 = text
            .parse()
            .ok()
            .filter(|status| (100..=599).contains(status))?;
        (text.len() == 3).then_some(Self {
            first: status,
            last: status,
        })
    }

    /// Whether a status is one of them.
    pub fn has(self, status: StatusCode) -> bool {
        (self.first..=self.last).contains(&status.as_u16())
    }
}

/// What browsers are told to beware of, beside `nosniff`, which every answer says.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// Where it is said.
    pub origin: Option<Origin>,
    /// By their place in [`Security::NAMES`]; `None`: as usual; empty: nothing is said.
    pub values: [Option<String>; 7],
}

impl Security {
    /// What may be said. All but `frame-ancestors`, a part of `content-security-policy`, are fields.
    pub const NAMES: [&'static str; 7] = [
        "referrer-policy",
        "permissions-policy",
        "content-security-policy",
        "frame-ancestors",
        "cross-origin-opener-policy",
        "cross-origin-embedder-policy",
        "cross-origin-resource-policy",
    ];
    /// What is said if nothing else is.
    const USUAL: [&'static str; 7] = [
        "strict-origin-when-cross-origin",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "",
        "'self'",
        "same-origin",
        "",
        "",
    ];

    /// What is said of the name at this place; empty: nothing.
    pub fn said(&self, place: usize) -> &str {
        let own = self.values[place].as_deref();
        own.unwrap_or(Self::USUAL[place])
    }

    /// The fields that say it, where an answer does not say something else.
    pub fn fields(&self) -> FieldRule {
        let said = |place| self.said(place);
        let (policy, ancestors) = (said(2), said(3));
        let policy = match (policy, ancestors) {
            (policy, "") => policy.to_owned(),
            ("", ancestors) => format!("frame-ancestors {ancestors}"),
            (policy, _) if policy.contains("frame-ancestors") => policy.to_owned(),
            (policy, ancestors) => format!("{policy}; frame-ancestors {ancestors}"),
        };
        let fields = [0, 1, 4, 5, 6].map(|place| (Self::NAMES[place], said(place)));
        let fields = fields.into_iter().chain([(Self::NAMES[2], &*policy)]);
        let changes = fields
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, value)| {
                let value = HeaderValue::from_str(value).ok()?;
                Some(FieldChange::SetIfAbsent(
                    HeaderName::from_static(name),
                    value,
                ))
            });
        FieldRule {
            origin: self.origin.clone().unwrap_or_else(|| Origin {
                file: "".into(),
                line: 0,
            }),
            path: None,
            statuses: Vec::new(),
            changes: changes.collect(),
        }
    }
}

/// Which pages of other sites may read what (CORS, the Fetch standard).
#[derive(Clone, Debug)]
pub struct Cors {
    /// Where it is said.
    pub origin: Origin,
    /// Which paths; `None`: all.
    pub path: Option<Pattern>,
    /// The origins of those pages; none: any.
    pub origins: Vec<String>,
    /// Methods beside those that need no leave (GET, HEAD, POST).
    pub methods: Vec<Method>,
    /// Request fields beside those that need no leave.
    pub request_fields: Vec<HeaderName>,
    /// Response fields beside those that may be read anyway.
    pub exposed_fields: Vec<HeaderName>,
    /// Whether cookies and passwords may come along. Not with any origin.
    pub credentials: bool,
    /// How long a browser may remember the answer to a preflight.
    pub max_age: Duration,
}

/// Fields that are set, added or removed.
#[derive(Clone, Debug)]
pub struct FieldRule {
    /// Where it is said.
    pub origin: Origin,
    /// Which paths; `None`: all.
    pub path: Option<Pattern>,
    /// Which statuses; none: all.
    pub statuses: Vec<StatusRange>,
    /// What is done, in order.
    pub changes: Vec<FieldChange>,
}

/// What is done to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldChange {
    /// It has this value and no other.
    Set(HeaderName, HeaderValue),
    /// It has this value unless it has one.
    SetIfAbsent(HeaderName, HeaderValue),
    /// It has this value too.
    Add(HeaderName, HeaderValue),
    /// It is not there.
    Remove(HeaderName),
}

/// Fields that are made while an answer is sent, or that belong to the connection: no rule may touch
/// them (RFC 9110 §7.6.1, §8.6, §14.4; RFC 9112 §6).
pub const UNTOUCHABLE: [&str; 12] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "date",
    "etag",
    "keep-alive",
    "last-modified",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A method that has an answer other than 501; `None`: it has not.
pub fn known_method(name: &str) -> Option<Method> {
    const KNOWN: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
        Method::TRACE,
        Method::CONNECT,
    ];
    KNOWN.into_iter().find(|method| method.as_str() == name)
}

impl Action {
    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Redirect { .. } => "redirect",
            Self::Rewrite(_) => "rewrite",
            Self::Try(_) => "try",
            Self::Respond { .. } => "respond",
            Self::Pass => "pass",
        }
    }

    /// Where it leads, as it is written: the paths that are asked for, the address that is told.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        let targets = match self {
            Self::Redirect { target, .. } | Self::Rewrite(target) => std::slice::from_ref(target),
            Self::Try(targets) => targets,
            Self::Respond { .. } | Self::Pass => &[],
        };
        targets.iter().map(Template::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_one_or_a_hundred() {
        for (text, expected) in [
            ("404", Some((404, 404))),
            ("5xx", Some((500, 599))),
            ("4xx", Some((400, 499))),
            ("600", None),
            ("99", None),
            ("6xx", None),
            ("xx", None),
            ("4x", None),
            ("0404", None),
            ("", None),
        ] {
            let range = StatusRange::read(text).map(|range| (range.first, range.last));
            assert_eq!(range, expected, "{text}");
        }
        assert!(
            StatusRange::read("5xx")
                .unwrap()
                .has(StatusCode::BAD_GATEWAY)
        );
        assert!(!StatusRange::read("404").unwrap().has(StatusCode::GONE));
    }
}
