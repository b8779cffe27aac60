//! Access logs: where they go, what their lines say, and which requests they tell of.
//!
//! A format is `combined`, `json`, or a text with names in braces: `{client} {request} {status}`. The
//! names are the journal's words (`docs/journal.md`); names that other servers have lead to ours.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use super::error::{ConfigError, Fault};
use super::quantity::{Unit, Unreadable};
use crate::i18n::shown;

/// What is logged of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// The access logs: for all sites that have none of their own.
    pub access: Vec<AccessLog>,
    /// How files are put away, where nothing else is said.
    pub rotation: Rotation,
    /// Whether each request has a name, taken or made, that its answer says.
    pub names_requests: bool,
}

/// One access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLog {
    /// Where it goes.
    pub place: LogPlace,
    /// What its lines say.
    pub format: LineFormat,
    /// How its file is put away, if it is one.
    pub rotation: Rotation,
    /// How much of a client's address it tells.
    pub addresses: Addresses,
    /// Which requests it tells of.
    pub only: LogConditions,
}

/// What stands in hello.toml before anything is said: a log needs a place of its own.
impl Default for AccessLog {
    fn default() -> Self {
        Self {
            place: LogPlace::StandardOutput,
            format: LineFormat::default(),
            rotation: Rotation::default(),
            addresses: Addresses::Whole,
            only: LogConditions::default(),
        }
    }
}

/// Where a log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogPlace {
    /// Standard output.
    StandardOutput,
    /// A file.
    File(PathBuf),
    /// The system's log, through the socket of syslog.
    Syslog(PathBuf),
    /// The journal of systemd, through its socket.
    Journald(PathBuf),
}

/// Where syslog listens.
const SYSLOG_SOCKET: &str = "/dev/log";

/// Where systemd's journal listens.
const JOURNALD_SOCKET: &str = "/run/systemd/journal/socket";

impl LogPlace {
    /// Reads `-`, `syslog`, `journald`, either with a colon and the path of its socket, or a path.
    pub fn read(value: &OsStr) -> Self {
        let socket = |name: &[u8], usual: &str| match value.as_bytes().strip_prefix(name)? {
            b"" => Some(usual.into()),
            [b':', path @ ..] => Some(PathBuf::from(OsStr::from_bytes(path))),
            _ => None,
        };
        if value == "-" {
            Self::StandardOutput
        } else if let Some(path) = socket(b"syslog", SYSLOG_SOCKET) {
            Self::Syslog(path)
        } else if let Some(path) = socket(b"journald", JOURNALD_SOCKET) {
            Self::Journald(path)
        } else {
            Self::File(value.into())
        }
    }
}

impl fmt::Display for LogPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardOutput => f.write_str("-"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Syslog(path) => write!(f, "syslog:{}", path.display()),
            Self::Journald(path) => write!(f, "journald:{}", path.display()),
        }
    }
}

/// What the lines of a log say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// An object with everything there is.
    Json,
    /// Texts and fields, one after the other.
    Parts(Vec<LinePart>),
}

impl Default for LineFormat {
    fn default() -> Self {
        Self::Parts(parts(COMBINED).expect("our own fields are known"))
    }
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// This text.
    Text(String),
    /// A field.
    Field {
        /// Which.
        field: LogField,
        /// What stands before it and after it: never left as it is within what a client sent, or a client
        /// could end the field where it likes.
        ends: [Option<char>; 2],
    },
}

/// Something that a line can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogField {
    /// When the answer was with the kernel, RFC 3339, milliseconds, UTC.
    At,
    /// The same as Apache and nginx write it.
    CommonTime,
    /// The site that answered.
    Site,
    /// The client's address.
    Client,
    /// Who signed in.
    User,
    /// Host and port it asked for.
    Host,
    /// The method.
    Method,
    /// What was asked for, path and query.
    Target,
    /// Its path.
    Path,
    /// Its query.
    Query,
    /// What was spoken.
    Version,
    /// Method, target and version, as in the first line of HTTP/1.1.
    Request,
    /// The status; 0 where there was no answer.
    Status,
    /// Why the answer is not the file asked for.
    Reason,
    /// Bytes of content sent.
    ContentBytes,
    /// How the content is coded.
    Coding,
    /// How long it took, microseconds.
    TookUs,
    /// The same in milliseconds.
    TookMs,
    /// The same in seconds.
    TookS,
    /// Where the client says it comes from.
    Referer,
    /// What the client says it is.
    UserAgent,
    /// The name of the request.
    RequestId,
    /// The number of the connection.
    Connection,
    /// Which request of its connection.
    Number,
    /// Whether the answer was sent to its end: `yes` or `no`.
    Whole,
}

impl LogField {
    /// Every field with its name, in the order they are told.
    pub const ALL: [(Self, &'static str); 25] = [
        (Self::At, "at"),
        (Self::CommonTime, "common_time"),
        (Self::Site, "site"),
        (Self::Client, "client"),
        (Self::User, "user"),
        (Self::Host, "host"),
        (Self::Method, "method"),
        (Self::Target, "target"),
        (Self::Path, "path"),
        (Self::Query, "query"),
        (Self::Version, "version"),
        (Self::Request, "request"),
        (Self::Status, "status"),
        (Self::Reason, "reason"),
        (Self::ContentBytes, "content_bytes"),
        (Self::Coding, "coding"),
        (Self::TookUs, "took_us"),
        (Self::TookMs, "took_ms"),
        (Self::TookS, "took_s"),
        (Self::Referer, "referer"),
        (Self::UserAgent, "user_agent"),
        (Self::RequestId, "request_id"),
        (Self::Connection, "connection"),
        (Self::Number, "number"),
        (Self::Whole, "whole"),
    ];

    fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(_, known)| *known == name);
        known.map(|(field, _)| *field)
    }
}

/// What other servers and other people call it.
const OTHER_NAMES: [(&str, &str); 31] = [
    ("time", "at"),
    ("timestamp", "at"),
    ("date", "at"),
    ("time_iso8601", "at"),
    ("time_local", "common_time"),
    ("ip", "client"),
    ("address", "client"),
    ("peer", "client"),
    ("remote", "client"),
    ("remote_addr", "client"),
    ("remote_host", "client"),
    ("remote_user", "user"),
    ("user_name", "user"),
    ("login", "user"),
    ("url", "target"),
    ("uri", "target"),
    ("request_uri", "target"),
    ("args", "query"),
    ("query_string", "query"),
    ("protocol", "version"),
    ("server_protocol", "version"),
    ("code", "status"),
    ("bytes", "content_bytes"),
    ("size", "content_bytes"),
    ("body_bytes_sent", "content_bytes"),
    ("duration", "took_us"),
    ("latency", "took_us"),
    ("request_time", "took_s"),
    ("http_referer", "referer"),
    ("referrer", "referer"),
    ("http_user_agent", "user_agent"),
];

/// The format of Apache and nginx that everything reads.
const COMBINED: &str = "{client} - {user} [{common_time}] \"{request}\" {status} {content_bytes} \
                        \"{referer}\" \"{user_agent}\"";

impl LineFormat {
    /// The words that are formats.
    pub const CHOICES: &'static str = "combined, json";

    /// Reads `combined`, `json`, or a text with fields in braces. `{{` is a brace.
    pub fn read(option: &'static str, value: &str) -> Result<Self, ConfigError> {
        match value {
            "json" => return Ok(Self::Json),
            "combined" => return Ok(Self::default()),
            _ => {}
        }
        parts(value).map(Self::Parts).map_err(|fault| ConfigError {
            option,
            value: shown(value),
            fault,
        })
    }

    /// As it would be written.
    pub fn as_written(&self) -> String {
        if *self == Self::default() {
            return "combined".to_owned();
        }
        match self {
            Self::Json => "json".to_owned(),
            Self::Parts(parts) => parts.iter().map(LinePart::as_written).collect(),
        }
    }

    /// Whether its lines say this.
    pub fn says(&self, wanted: LogField) -> bool {
        match self {
            // The name of a request is told where requests have names.
            Self::Json => wanted != LogField::RequestId,
            Self::Parts(parts) => { parts.iter() }
                .any(|part| matches!(part, LinePart::Field { field, .. } if *field == wanted)),
        }
    }
}

impl LinePart {
    fn as_written(&self) -> String {
        match self {
            Self::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Self::Field { field, .. } => {
                let known = LogField::ALL.iter().find(|(known, _)| known == field);
                format!("{{{}}}", known.map_or("", |(_, name)| name))
            }
        }
    }
}

fn parts(text: &str) -> Result<Vec<LinePart>, Fault> {
    let mut parts: Vec<LinePart> = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '{' | '}' if rest.starts_with(character) => {
                literal.push(character);
                rest = &rest[1..];
            }
            '{' => {
                let Some((name, after)) = rest.split_once('}') else {
                    return Err(Fault::LoneBrace);
                };
                rest = after;
                let before = literal.chars().next_back();
                if !literal.is_empty() {
                    parts.push(LinePart::Text(std::mem::take(&mut literal)));
                }
                parts.push(LinePart::Field {
                    field: LogField::named(name).ok_or_else(|| unknown(name))?,
                    ends: [before, after.chars().next()],
                });
            }
            '}' => return Err(Fault::LoneBrace),
            // A line is a line.
            '\n' | '\r' => return Err(Fault::BadLogFormat { similar: None }),
            character => literal.push(character),
        }
    }
    if !literal.is_empty() {
        parts.push(LinePart::Text(literal));
    }
    let has_field = { parts.iter() }.any(|part| matches!(part, LinePart::Field { .. }));
    if !has_field {
        // `$remote_addr`, `%h` or a word that is no format.
        return Err(Fault::BadLogFormat {
            similar: format_meant_by(text),
        });
    }
    Ok(parts)
}

/// The format that may have been meant by a word that is none.
fn format_meant_by(word: &str) -> Option<&'static str> {
    let word = word.trim().to_ascii_lowercase();
    let nearness = { LineFormat::CHOICES.split(", ") }
        .map(|known| (strsim::jaro_winkler(&word, known), known));
    nearness
        .filter(|(nearness, _)| *nearness >= ALIKE_FROM)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

/// What may have been meant by a name.
fn unknown(name: &str) -> Fault {
    let plain = name.trim().trim_start_matches('$').to_ascii_lowercase();
    let plain = plain.replace('-', "_");
    let own = LogField::named(&plain).and_then(|field| {
        let known = LogField::ALL.iter().find(|(known, _)| *known == field);
        known.map(|(_, name)| *name)
    });
    let elsewhere = OTHER_NAMES.iter().find(|(other, _)| *other == plain);
    let spelt_alike = || {
        let names = LogField::ALL.iter().map(|(_, name)| *name);
        let others = OTHER_NAMES.iter().copied();
        let all = names.map(|name| (name, name)).chain(others);
        let nearness = all.map(|(known, own)| (strsim::jaro_winkler(&plain, known), own));
        nearness
            .filter(|(nearness, _)| *nearness >= ALIKE_FROM)
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, own)| own)
    };
    let similar = own.or(elsewhere.map(|(_, own)| *own)).or_else(spelt_alike);
    Fault::UnknownLogField {
        field: shown(name),
        similar,
    }
}

/// How alike a name is spelt if a finger slipped.
const ALIKE_FROM: f64 = 0.85;

/// How a log's file is put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// From which size on, bytes.
    pub bytes: u64,
    /// After which time, counted from midnight UTC.
    pub every: Duration,
    /// How many are kept beside the one that is written.
    pub keep: usize,
    /// What those that are kept become.
    pub compression: LogCompression,
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            bytes: 100 << 20,
            every: Duration::from_hours(24),
            keep: 7,
            compression: LogCompression::Gzip,
        }
    }
}

/// What becomes of a log's file that is put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogCompression {
    /// It stays as it is.
    None,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

impl LogCompression {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The words [`LogCompression::read`] understands.
    pub const CHOICES: &'static str = "gzip, zstd, none";

    /// Reads `gzip`, `zstd` or `none`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            "none" => Ok(Self::None),
            _ => Err(super::bad_choice(
                "access-log-compression",
                value,
                Self::CHOICES,
            )),
        }
    }
}

/// How much of a client's address is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// All of it.
    Whole,
    /// Its network: the first 24 bits of IPv4, 48 of IPv6.
    Masked,
}

/// Which requests a log tells of: those whose path fits, and of these the ones whose status fits or that
/// took long, if either is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogConditions {
    /// Whose status: classes (1 to 5) and whole numbers. Nothing: any.
    pub statuses: Vec<u16>,
    /// Whose path. `None`: any.
    pub path: Option<LogPath>,
    /// Who took at least this long.
    pub slow: Option<Duration>,
}

/// Paths that a log tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPath {
    /// What they begin with.
    pub start: String,
    /// Whether something may follow it.
    pub is_prefix: bool,
}

impl fmt::Display for LogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start)?;
        f.write_str(if self.is_prefix { "*" } else { "" })
    }
}

impl LogConditions {
    /// The statuses, each as it would be written.
    pub fn statuses_as_written(&self) -> Vec<String> {
        let status = |status: &u16| match status {
            class @ 1..=5 => format!("{class}xx"),
            code => code.to_string(),
        };
        self.statuses.iter().map(status).collect()
    }

    /// How long is long, as it would be written.
    pub fn slow_as_written(&self) -> Option<String> {
        let ms = u64::try_from(self.slow?.as_millis()).unwrap_or(u64::MAX);
        Some(Unit::Duration.write(ms))
    }

    /// Reads `5xx`, `404`, or several with commas between.
    pub fn read_statuses(option: &'static str, value: &str) -> Result<Vec<u16>, ConfigError> {
        let status = |word: &str| {
            let number = word.parse().ok().filter(|code| (100..600).contains(code));
            let class = { word.strip_suffix("xx") }
                .and_then(|class| class.parse().ok())
                .filter(|class| (1..=5).contains(class));
            number.or(class).ok_or_else(|| ConfigError {
                option,
                value: shown(value),
                fault: Fault::BadStatuses,
            })
        };
        value.split(',').map(|word| status(word.trim())).collect()
    }

    /// Reads `/path`, or `/path/*` for all below it.
    pub fn read_path(option: &'static str, value: &str) -> Result<LogPath, ConfigError> {
        let start = value.strip_suffix('*').unwrap_or(value);
        if !start.starts_with('/') || start.contains(['*', '?', ' ']) {
            return Err(ConfigError {
                option,
                value: shown(value),
                fault: Fault::BadPathPattern,
            });
        }
        Ok(LogPath {
            start: start.to_owned(),
            is_prefix: start.len() < value.len(),
        })
    }

    /// Reads how long is long.
    pub fn read_slow(option: &'static str, value: &str) -> Result<Duration, ConfigError> {
        let amount = Unit::Duration
            .read(value)
            .map_err(|unreadable| ConfigError {
                option,
                value: shown(value),
                fault: match unreadable {
                    Unreadable::DurationWithoutUnit => Fault::DurationWithoutUnit,
                    Unreadable::AmbiguousUnit { .. } | Unreadable::NotANumber => Fault::BadDuration,
                },
            })?;
        Ok(Duration::from_millis(amount))
    }

    /// Whether there are none: every request is told of.
    #[inline]
    pub fn are_none(&self) -> bool {
        self.path.is_none() && self.statuses.is_empty() && self.slow.is_none()
    }

    /// Whether a request is told of: its path, its status, and how long it took.
    #[inline]
    pub fn fit(&self, path: &[u8], status: u16, took: Duration) -> bool {
        let is_its_path = self.path.as_ref().is_none_or(|wanted| {
            let start = wanted.start.as_bytes();
            path == start || wanted.is_prefix && path.starts_with(start)
        });
        if !is_its_path {
            return false;
        }
        let is_its_status =
            || self.statuses.contains(&status) || self.statuses.contains(&(status / 100));
        match self.slow {
            None => self.statuses.is_empty() || is_its_status(),
            Some(slow) => took >= slow || is_its_status(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<LineFormat, Fault> {
        LineFormat::read("access-log-format", value).map_err(|error| error.fault)
    }

    fn similar(value: &str) -> Option<&'static str> {
        match read(value) {
            Err(Fault::UnknownLogField { similar, .. }) => similar,
            other => panic!("{value}: {other:?}"),
        }
    }

    #[test]
    fn a_place_is_a_word_or_a_path() {
        for (value, place) in [
            ("-", LogPlace::StandardOutput),
            ("access.log", LogPlace::File("access.log".into())),
            ("./syslog", LogPlace::File("./syslog".into())),
            ("syslogs", LogPlace::File("syslogs".into())),
            ("syslog", LogPlace::Syslog("/dev/log".into())),
            ("syslog:/a b", LogPlace::Syslog("/a b".into())),
            ("journald", LogPlace::Journald(JOURNALD_SOCKET.into())),
            ("journald:/j", LogPlace::Journald("/j".into())),
        ] {
            assert_eq!(LogPlace::read(OsStr::new(value)), place, "{value}");
        }
    }

    #[test]
    fn every_field_can_be_named_and_every_other_name_leads_to_one() {
        for (field, name) in LogField::ALL {
            let LineFormat::Parts(parts) = read(&format!("{{{name}}}")).unwrap() else {
                panic!("{name}");
            };
            assert_eq!(
                parts,
                [LinePart::Field {
                    field,
                    ends: [None; 2]
                }]
            );
        }
        for (other, own) in OTHER_NAMES {
            assert_eq!(LogField::named(other), None, "{other} is our own name");
            assert!(LogField::named(own).is_some(), "{own}");
            assert_eq!(similar(&format!("{{{other}}}")), Some(own));
        }
    }

    #[test]
    fn what_is_misspelt_leads_to_what_was_meant() {
        for (value, own) in [
            ("{stauts}", "status"),
            ("{ status }", "status"),
            ("{Status}", "status"),
            ("{user-agent}", "user_agent"),
            ("{$remote_addr}", "client"),
            ("{methd}", "method"),
            ("{took}", "took_s"),
        ] {
            let found = similar(value).unwrap();
            assert!(
                found == own || own == "took_s" && found.starts_with("took"),
                "{value}: {found}"
            );
        }
        assert_eq!(similar("{weather}"), None);
    }

    #[test]
    fn a_text_around_fields_stays_as_it_is_and_braces_are_doubled() {
        let LineFormat::Parts(parts) = read("{{\"{path}\"|{status}}}").unwrap() else {
            panic!("parts");
        };
        let text = |text: &str| LinePart::Text(text.to_owned());
        let field = |field, before, after| LinePart::Field {
            field,
            ends: [before, after],
        };
        assert_eq!(
            parts,
            [
                text("{\""),
                field(LogField::Path, Some('"'), Some('"')),
                text("\"|"),
                field(LogField::Status, Some('|'), Some('}')),
                text("}"),
            ]
        );
        for value in ["{status", "status}", "{a{status}}"] {
            assert!(read(value).is_err(), "{value}");
        }
        for value in ["", "combned", "$remote_addr", "%h %l", "{status}\n{path}"] {
            let similar = (value == "combned").then_some("combined");
            let fault = Fault::BadLogFormat { similar };
            assert_eq!(read(value), Err(fault), "{value}");
        }
    }

    #[test]
    fn what_is_shown_can_be_written() {
        for value in ["combined", "json", "{{{client}}} {status}", "{path}"] {
            assert_eq!(read(value).unwrap().as_written(), value);
        }
        for value in ["-", "a/b.log", "syslog:/dev/log", "journald:/j"] {
            assert_eq!(LogPlace::read(OsStr::new(value)).to_string(), value);
        }
        let only = LogConditions {
            statuses: LogConditions::read_statuses("o", "4xx,503").unwrap(),
            path: Some(LogConditions::read_path("o", "/a/*").unwrap()),
            slow: Some(Duration::from_millis(1500)),
        };
        assert_eq!(only.statuses_as_written(), ["4xx", "503"]);
        assert_eq!(only.path.as_ref().unwrap().to_string(), "/a/*");
        assert_eq!(only.slow_as_written().as_deref(), Some("1500ms"));
    }

    #[test]
    fn conditions_are_those_that_were_asked_for() {
        let conditions = |statuses: &str, path: &str, slow: &str| LogConditions {
            statuses: match statuses {
                "" => Vec::new(),
                statuses => LogConditions::read_statuses("o", statuses).unwrap(),
            },
            path: (!path.is_empty()).then(|| LogConditions::read_path("o", path).unwrap()),
            slow: (!slow.is_empty()).then(|| LogConditions::read_slow("o", slow).unwrap()),
        };
        for (only, told, untold) in [
            (conditions("", "", ""), &[("/", 200, 0)][..], &[][..]),
            (
                conditions("5xx, 404", "", ""),
                &[("/", 503, 0), ("/", 404, 0)],
                &[("/", 200, 0), ("/", 403, 9000)],
            ),
            (
                conditions("", "/api/*", ""),
                &[("/api/", 200, 0), ("/api/a", 200, 0)],
                &[("/api", 200, 0), ("/", 200, 0)],
            ),
            (
                conditions("", "/a", ""),
                &[("/a", 200, 0)],
                &[("/a/", 200, 0)],
            ),
            (
                conditions("", "", "1s"),
                &[("/", 200, 1000)],
                &[("/", 500, 999)],
            ),
            (
                conditions("5xx", "/api/*", "1s"),
                &[("/api/", 500, 0), ("/api/", 200, 1000)],
                &[("/", 500, 1000), ("/api/", 200, 999)],
            ),
        ] {
            let fits = |(path, status, ms): (&str, u16, u64)| {
                only.fit(path.as_bytes(), status, Duration::from_millis(ms))
            };
            assert!(told.iter().copied().all(fits), "{only:?}");
            assert!(!untold.iter().copied().any(fits), "{only:?}");
        }
        for value in ["", "6xx", "99", "600", "4xx,", "xx", "abc", "0xx"] {
            assert!(LogConditions::read_statuses("o", value).is_err(), "{value}");
        }
        for value in ["", "api", "/a*b", "/a?b", "*"] {
            assert!(LogConditions::read_path("o", value).is_err(), "{value}");
        }
    }
}
