//! The walk of a request in words: what was found on the way, part by part.
//!
//! Law: whoever reads it knows the request, and not this program. A part says where it went on, a row
//! what was looked at and what came of it; what is alike in many rows is said once.

use std::fmt::Write as _;
use std::time::Duration;

use crate::exchange::{
    Coding, FieldStep, FileKind, HostMatch, ListenerMatch, Origin, Reason, RuleOutcome, Said, Step,
    Unmet, Walked,
};
use crate::i18n::{Args, Language, columns, printable, text, text_with, wrapped};

use super::units::{Units, count_text, size_in_words};

/// Some of the walk: a title, and what was looked at with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkPart {
    /// What this part is about.
    pub title: String,
    /// What was looked at, and what came of it.
    pub rows: Vec<(String, String)>,
}

impl WalkPart {
    /// A title and its rows, in columns; no line is longer than `room`, if its words allow it. Without a
    /// line break at the end.
    pub fn laid_out(&self, room: usize) -> String {
        let left = |(left, _): &(String, String)| columns(left);
        let widest = { self.rows.iter().map(left) }
            .filter(|left| *left <= LEFT_COLUMNS_MAX)
            .max()
            .unwrap_or(0);
        let mut page = self.title.clone();
        for (left, right) in &self.rows {
            let taken = columns(left);
            let indent = match (widest, left.is_empty()) {
                (0, _) | (_, true) => GAP,
                (widest, false) => GAP + widest + GAP,
            };
            let mut lines = wrapped(right, room.saturating_sub(indent)).into_iter();
            let _ = write!(page, "\n{:GAP$}{left}", "");
            if taken <= widest {
                let first = lines.next().unwrap_or_default();
                let padding = indent.saturating_sub(GAP + taken);
                let _ = write!(page, "{:padding$}{first}", "");
            }
            for line in lines {
                let _ = write!(page, "\n{:indent$}{line}", "");
            }
        }
        page
    }
}

/// What stands before a row, and between its two halves, columns.
const GAP: usize = 2;

/// Most columns of what was looked at. Reason: half of a usual terminal. Longer: what came of it stands
/// on the next line.
const LEFT_COLUMNS_MAX: usize = 34;

/// Rows in a row that say the same. Further ones are counted.
const ALIKE_MAX: usize = 4;

/// What the site is called that has no name of its own.
const DEFAULT_SITE: &str = "default";

/// The walk, part by part.
pub fn walk_in_words(language: Language, steps: &[Step]) -> Vec<WalkPart> {
    parts(language, steps, "explain-limits")
}

/// A walk that somebody really went, part by part, and how long it took.
pub(in crate::observe) fn walked_in_words(language: Language, walked: &Walked) -> Vec<WalkPart> {
    let mut parts = parts(language, &walked.steps, "walk-limits");
    let units = Units::of(language);
    let ms = |us: u64| units.duration_text(Duration::from_micros(us));
    let args = Args::new()
        .with("guards", ms(walked.took_us.guards))
        .with("content", ms(walked.took_us.content))
        .with("finish", ms(walked.took_us.finish));
    let mut rows = vec![(String::new(), text_with(language, "walk-stages", &args))];
    if walked.left_out > 0 {
        let args = Args::new()
            .with("steps", u64::from(walked.left_out))
            .with("count", count_text(walked.left_out.into()));
        rows.push((String::new(), text_with(language, "walk-left-out", &args)));
    }
    parts.push(WalkPart {
        title: text(language, "walk-took"),
        rows,
    });
    parts
}

fn parts(language: Language, steps: &[Step], limits: &str) -> Vec<WalkPart> {
    let writer = Writer { language };
    let parts = [
        ("explain-site", writer.site(steps)),
        ("explain-guards", writer.guards(steps)),
        (limits, writer.limits(steps)),
        ("explain-rules", writer.rules(steps)),
        ("explain-content", writer.content(steps)),
        ("explain-finish", writer.finish(steps)),
    ];
    { parts.into_iter() }
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(title, rows)| WalkPart {
            title: text(language, title),
            rows,
        })
        .collect()
}

/// Why an answer is what it is, in a few words.
pub fn reason_in_words(language: Language, reason: Reason) -> String {
    let name = reason.name();
    let key = match reason {
        Reason::Refused(_) => format!("refusal-{name}"),
        Reason::SlashMissing
        | Reason::OtherName
        | Reason::PrivateView
        | Reason::UnknownProtocol
        | Reason::OtherSite => format!("explain-because-{name}"),
        _ => format!("remark-{name}"),
    };
    text(language, &key)
}

type Rows = Vec<(String, String)>;

struct Writer {
    language: Language,
}

impl Writer {
    fn say(&self, key: &str) -> String {
        text(self.language, key)
    }

    fn say_with(&self, key: &str, name: &'static str, value: &str) -> String {
        let args = Args::new().with(name, printable(value));
        text_with(self.language, key, &args)
    }

    fn site(&self, steps: &[Step]) -> Rows {
        let mut rows = Rows::new();
        for step in steps {
            match step {
                Step::Refused { rule } => {
                    let what = self.say(&format!("refusal-{rule}"));
                    rows.push((
                        String::new(),
                        self.say_with("explain-refused", "what", &what),
                    ));
                }
                Step::InClear => rows.push((String::new(), self.say("explain-in-clear"))),
                Step::Listener { address, by } => {
                    let why = match by {
                        ListenerMatch::Said => self.say("explain-listener-said"),
                        ListenerMatch::Port => self.say("explain-listener-port"),
                        ListenerMatch::Server => self.say("explain-listener-server"),
                    };
                    rows.push((printable(address), why));
                }
                Step::Client { address } => {
                    let client = self.say_with("explain-client", "address", address);
                    rows.push((String::new(), client));
                }
                Step::Site { name, by, origin } => {
                    let mut why = match by {
                        HostMatch::Only => self.say("explain-site-only"),
                        HostMatch::Exact(host) => self.say_with("explain-site-exact", "host", host),
                        HostMatch::Wildcard(hosts) => {
                            self.say_with("explain-site-wildcard", "hosts", hosts)
                        }
                        HostMatch::Default => self.say("explain-site-default"),
                    };
                    if let Some(origin) = origin {
                        let _ = write!(why, " ({})", place(origin));
                    }
                    let name = match &**name {
                        DEFAULT_SITE => self.say("explain-site-unnamed"),
                        name => printable(name),
                    };
                    rows.push((name, why));
                }
                _ => {}
            }
        }
        rows
    }

    fn guards(&self, steps: &[Step]) -> Rows {
        let mut rows = Rows::new();
        let mut passed = Vec::new();
        for step in steps {
            match step {
                Step::Guard {
                    name, said: None, ..
                } => passed.push(self.guard(name)),
                Step::Guard {
                    name,
                    origin,
                    said: Some(said),
                } => {
                    let mut said = self.said(*said);
                    if let Some(origin) = origin {
                        let _ = write!(said, " ({})", place(origin));
                    }
                    rows.push((self.guard(name), said));
                }
                Step::Maintenance { origin, open_to } => {
                    let key = match *open_to {
                        Some("address") => "explain-open-to-address",
                        Some(_) => "explain-open-to-path",
                        None => "explain-not-open",
                    };
                    rows.push((place(origin), self.say(key)));
                }
                _ => {}
            }
        }
        if !passed.is_empty() {
            let names = passed.join(", ");
            let all = self.say_with("explain-guards-passed", "guards", &names);
            rows.insert(0, (String::new(), all));
        }
        rows
    }

    /// What a guard is called; one that has no text, as in JSON.
    fn guard(&self, name: &'static str) -> String {
        let key = format!("explain-guard-{name}");
        let known = self.say(&key);
        if known == key { name.to_owned() } else { known }
    }

    fn said(&self, said: Said) -> String {
        let why = said
            .reason
            .map(|reason| reason_in_words(self.language, reason));
        match (said.status, why) {
            (Some(status), None) => self.say_with("explain-answers", "status", status.as_str()),
            (Some(status), Some(why)) => {
                let answers = self.say_with("explain-answers", "status", status.as_str());
                format!("{answers}: {why}")
            }
            (None, why) => why.unwrap_or_default(),
        }
    }

    fn limits(&self, steps: &[Step]) -> Rows {
        let mut rows = Rows::new();
        for step in steps {
            let Step::Limit {
                name,
                origin,
                by,
                outcome,
                is_shadow,
                left,
                wait_seconds,
            } = step
            else {
                continue;
            };
            let args = Args::new()
                .with("left", left.unwrap_or(0))
                .with("seconds", wait_seconds.unwrap_or(0));
            let key = match (*outcome, left) {
                ("passes", Some(_)) => "explain-limit-leaves",
                ("passes", None) => "explain-limit-passes",
                ("waits", _) => "explain-limit-waits",
                ("too-many-at-once", _) => "explain-limit-at-once",
                ("too-long", _) => "explain-limit-too-long",
                ("unknown-client", _) => "explain-limit-unknown",
                _ => "explain-limit-not-meant",
            };
            let mut said = text_with(self.language, key, &args);
            if *is_shadow {
                said = self.say_with("explain-limit-shadow", "said", &said);
            }
            if by != "address" {
                said = format!("{said}; {}", self.say_with("explain-limit-by", "by", by));
            }
            if let Some(origin) = origin {
                let _ = write!(said, " ({})", place(origin));
            }
            rows.push((printable(name), said));
        }
        rows
    }

    fn rules(&self, steps: &[Step]) -> Rows {
        let mut looked_at: Vec<(&Origin, String, String)> = Vec::new();
        for step in steps {
            let Step::Rule {
                origin,
                path,
                action,
                targets,
                outcome,
            } = step
            else {
                continue;
            };
            let mut rule = (*action).to_owned();
            if let Some(path) = path {
                let _ = write!(rule, " {}", printable(path));
            }
            if !targets.is_empty() {
                let _ = write!(rule, " → {}", printable(&targets.join(", ")));
            }
            let outcome = match outcome {
                RuleOutcome::Decides => self.say("explain-rule-decides"),
                RuleOutcome::NotReached => self.say("explain-rule-not-reached"),
                RuleOutcome::Fails(Unmet::Path) => self.say("explain-unmet-path"),
                RuleOutcome::Fails(Unmet::Method) => self.say("explain-unmet-method"),
                RuleOutcome::Fails(Unmet::From) => self.say("explain-unmet-from"),
                RuleOutcome::Fails(Unmet::Field(name)) => {
                    self.say_with("explain-unmet-field", "name", name)
                }
                RuleOutcome::Fails(Unmet::Query(name)) => {
                    self.say_with("explain-unmet-query", "name", name)
                }
            };
            looked_at.push((origin, rule, outcome));
        }
        let mut rows = Rows::new();
        for alike in looked_at.chunk_by(|(.., one), (.., other)| one == other) {
            let (shown, further) = alike.split_at(alike.len().min(ALIKE_MAX));
            for (origin, rule, outcome) in shown {
                rows.push((place(origin), format!("{rule}: {outcome}")));
            }
            if let [(_, _, outcome), ..] = further {
                let args = Args::new()
                    .with("count", further.len())
                    .with("outcome", outcome.as_str());
                let more = text_with(self.language, "explain-rules-more", &args);
                rows.push((String::new(), more));
            }
        }
        rows
    }

    fn content(&self, steps: &[Step]) -> Rows {
        let mut rows = Rows::new();
        let mut missing = Vec::new();
        let asked = { steps.iter() }.filter(|step| matches!(step, Step::Asked { .. }));
        let asked_for_several = asked.count() > 1;
        for step in steps {
            if !matches!(step, Step::Sibling { .. }) {
                self.no_siblings(&mut missing, &mut rows);
            }
            match step {
                Step::Asked {
                    path,
                    content,
                    root,
                    mount,
                } => {
                    let args = Args::new()
                        .with("root", printable(root.as_deref().unwrap_or_default()))
                        .with("mount", printable(mount.as_deref().unwrap_or_default()));
                    let key = match (*content, root, mount) {
                        ("mounts", None, _) => "explain-no-mount",
                        (_, Some(_), Some(mount)) if !mount.is_empty() => "explain-in-mount",
                        (_, Some(_), _) => "explain-in-folder",
                        ("nobody", ..) => "explain-in-nobody",
                        ("certificate", ..) => "explain-in-certificate",
                        _ => "explain-in-built-in",
                    };
                    rows.push((printable(path), text_with(self.language, key, &args)));
                }
                Step::Kept { name } => rows.push((printable(name), self.say("explain-kept"))),
                Step::File {
                    name,
                    is,
                    bytes,
                    system,
                    reason,
                } => rows.push((
                    printable(if name.is_empty() { "." } else { name }),
                    self.file(*is, *bytes, *system, *reason),
                )),
                Step::Instead { reason, what } => {
                    let why = reason_in_words(self.language, *reason);
                    let key = match *what {
                        "start-page" => "explain-start-page",
                        _ => "explain-not-found-page",
                    };
                    rows.push((String::new(), self.say_with(key, "why", &why)));
                }
                Step::Listing { told_to, is_told } => {
                    let key = match (*told_to, is_told) {
                        (_, true) => "explain-listed",
                        ("this-machine", false) => "explain-listed-here-only",
                        (_, false) => "explain-not-listed",
                    };
                    rows.push((String::new(), self.say(key)));
                }
                Step::Sibling { name, state, .. } => match *state {
                    "missing" => missing.push(name.as_str()),
                    state => {
                        let key = match state {
                            "used" => "explain-sibling-used",
                            "outdated" => "explain-sibling-outdated",
                            "not-smaller" => "explain-sibling-not-smaller",
                            "no-file" => "explain-sibling-no-file",
                            _ => "explain-sibling-unreadable",
                        };
                        rows.push((printable(name), self.say(key)));
                    }
                },
                Step::Form {
                    choice,
                    coding,
                    accept_encoding,
                } => rows.push((
                    String::new(),
                    self.form(choice, *coding, accept_encoding.as_deref()),
                )),
                // A single one comes to the answer.
                Step::Path { path, said } if asked_for_several => {
                    rows.push((printable(path), self.said(*said)));
                }
                Step::Probe { status } => {
                    let answered = self.say_with("explain-probe", "status", status.as_str());
                    rows.push((String::new(), answered));
                }
                Step::OtherSlash { location } => {
                    let where_to = self.say_with("explain-other-slash", "location", location);
                    rows.push((String::new(), where_to));
                }
                _ => {}
            }
        }
        self.no_siblings(&mut missing, &mut rows);
        rows
    }

    /// Says in one row which siblings are not there.
    fn no_siblings(&self, missing: &mut Vec<&str>, rows: &mut Rows) {
        let Some((first, others)) = missing.split_first() else {
            return;
        };
        let mut names = printable(first);
        for other in others {
            let end = other.rfind('.').map_or("", |dot| &other[dot..]);
            let _ = write!(names, ", {end}");
        }
        let key = match others.len() + 1 {
            Coding::COUNT => "explain-sibling-missing",
            _ => "explain-file-missing",
        };
        rows.push((names, self.say(key)));
        missing.clear();
    }

    fn file(
        &self,
        is: FileKind,
        bytes: Option<u64>,
        system: Option<&str>,
        reason: Option<Reason>,
    ) -> String {
        let mut said = match (is, reason) {
            (FileKind::File, _) => {
                let size = size_in_words(self.language, bytes.unwrap_or(0));
                self.say_with("explain-file-found", "size", &size)
            }
            (FileKind::Folder, _) => self.say("explain-file-folder"),
            (FileKind::Missing, _) | (FileKind::Refused, None) => self.say("explain-file-missing"),
            (FileKind::Refused, Some(reason)) => reason_in_words(self.language, reason),
        };
        if let Some(system) = system {
            let _ = write!(said, " ({system})");
        }
        said
    }

    fn form(&self, choice: &str, coding: Option<&str>, accept: Option<&str>) -> String {
        let key = match choice {
            "stored" => "explain-form-stored",
            "made" => "explain-form-made",
            "ordered" => "explain-form-ordered",
            _ => "explain-form-plain",
        };
        let form = self.say_with(key, "coding", coding.unwrap_or_default());
        let accept = match accept {
            Some(accept) => format!("Accept-Encoding: {}", printable(accept)),
            None => self.say("explain-no-accept-encoding"),
        };
        format!("{form} ({accept})")
    }

    fn finish(&self, steps: &[Step]) -> Rows {
        let mut rows = Rows::new();
        for step in steps {
            match step {
                Step::ErrorPage {
                    origin,
                    path,
                    is_found,
                } => {
                    let key = if *is_found {
                        "explain-error-page"
                    } else {
                        "explain-error-page-missing"
                    };
                    rows.push((place(origin), self.say_with(key, "path", path)));
                }
                Step::Followed => rows.push((String::new(), self.say("explain-followed"))),
                Step::Judged { name, status } => {
                    let key = match (*name, status.as_u16()) {
                        ("conditions", 304) => "explain-not-modified",
                        ("conditions", _) => "explain-precondition",
                        (_, 206) => "explain-part",
                        _ => "explain-no-part",
                    };
                    rows.push((status.as_str().to_owned(), self.say(key)));
                }
                Step::Cors { origin, is_allowed } => {
                    let key = if *is_allowed {
                        "explain-cors-allowed"
                    } else {
                        "explain-cors-refused"
                    };
                    rows.push((place(origin), self.say(key)));
                }
                Step::Fields {
                    origin,
                    path,
                    unmet,
                    changes,
                } => {
                    let said = match unmet {
                        Some("status") => self.say("explain-unmet-status"),
                        Some(_) => {
                            let path = path.as_deref().unwrap_or_default();
                            let unmet = self.say("explain-unmet-path");
                            format!("{}: {unmet}", printable(path))
                        }
                        None => self.changes(changes),
                    };
                    rows.push((place(origin), said));
                }
                _ => {}
            }
        }
        rows
    }

    fn changes(&self, changes: &[FieldStep]) -> String {
        let one = |change: &FieldStep| {
            let key = match change.change {
                "add" => "explain-field-added",
                "remove" => "explain-field-removed",
                "kept" => "explain-field-kept",
                _ => "explain-field-set",
            };
            self.say_with(key, "name", &change.name)
        };
        let changes: Vec<String> = changes.iter().map(one).collect();
        changes.join("; ")
    }
}

fn place(origin: &Origin) -> String {
    printable(&origin.to_string())
}
