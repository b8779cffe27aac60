//! Says what went wrong, why, and what to do now.
//!
//! Law: pure. What could be found out comes in as [`Facts`]; the sentences are the catalogues'.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use super::asking::Asked;
use super::help::option_line;
use super::misuse::{Misuse, SERVING_ELSEWHERE};
use super::neighbour;
use super::options::{self, COMMANDS};
use crate::config::file::Unread;
use crate::config::{ConfigError, HintFault, ListenAddress, mount_meant_by};
use crate::control::protocol::Error;
use crate::i18n::{
    Args, Language, columns, resolver_in_words, shown, system_in_words, text, text_with,
};
use crate::server::compress::size_in_words;
use crate::server::diagnose::{
    Barrier, Closed, Holder, Missing, Occupant, Place, Remedy, alike, user_name,
};
use crate::server::{
    AccessTrouble, BadUser, CertificateError, CertificateTrouble, Facts, HintsTrouble, Instead,
    LocalAuthorityError, LocalAuthorityTrouble, RootErrorKind, StartError, UserFault,
};

/// What is said of one error: keys of sentences, and what they are told.
pub(super) struct Complaint<'a> {
    /// The stable word, which `hello help` explains.
    key: &'static str,
    /// What happened.
    what: String,
    /// Why, as far as it is known.
    why: Vec<&'static str>,
    /// What there is to choose from: what to type, and what that is.
    choices: Vec<(String, String)>,
    /// What to do now.
    hint: String,
    /// The option it is about, as a line of the help.
    option: Option<String>,
    /// What is not told alike in every language, such as what the system said.
    worded: Vec<(&'static str, [String; Language::ALL.len()])>,
    args: Args<'a>,
}

impl<'a> Complaint<'a> {
    /// What happened (`error-KEY`) and what to do now (`hint-KEY`).
    pub(super) fn new(key: &'static str, args: Args<'a>) -> Self {
        Self {
            key,
            what: format!("error-{key}"),
            why: Vec::new(),
            choices: Vec::new(),
            hint: format!("hint-{key}"),
            option: None,
            worded: Vec::new(),
            args,
        }
    }

    fn because(mut self, why: &'static str) -> Self {
        self.why.push(why);
        self
    }

    /// With a hint for this case. A socket's file has one hint for all cases.
    fn hint(mut self, ending: &str) -> Self {
        if self.key == "socket-path-failed" {
            return self;
        }
        self.hint = format!("hint-{}-{ending}", self.key);
        self
    }

    /// Whether its hint is the one for this case.
    fn is_hint(&self, ending: &str) -> bool {
        self.hint.strip_prefix("hint-") == Some(&format!("{}-{ending}", self.key))
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args = self.args.with(name, shown(&value.into()));
        self
    }

    /// With what is not told alike in every language.
    fn worded(mut self, name: &'static str, words: impl Fn(Language) -> String) -> Self {
        let words = Language::ALL.map(|language| shown(&words(language)));
        self.worded.push((name, words));
        self
    }

    fn say(&self, language: Language, key: &str) -> String {
        let worded =
            { self.worded.iter() }.map(|(name, words)| (*name, words[language as usize].clone()));
        text_with(language, key, &self.args.and(worded))
    }

    /// What happened, on one line; why, indented; what to do now; where to read more.
    ///
    /// Nothing is carried by colour, and there is no line break at the end.
    pub(super) fn in_full(&self, language: Language) -> String {
        let mut page = format!("hello: {}", self.what(language));
        for why in self.reasons(language) {
            let _ = write!(page, "\n  {why}");
        }
        let widest = self.choices.iter().map(|(typed, _)| columns(typed)).max();
        for (typed, about) in &self.choices {
            let padding = " ".repeat(widest.unwrap_or(0) - columns(typed));
            let line = format!("  {typed}{padding}  {about}");
            let _ = write!(page, "\n{}", line.trim_end());
        }
        let _ = write!(
            page,
            "\n{}: {}",
            text(language, "label-hint"),
            self.advice(language)
        );
        if let Some(option) = &self.option {
            let _ = write!(page, "\n  {}", option_line(language, option));
        }
        let more = text_with(language, "label-more", &Args::new().with("key", self.key));
        let _ = write!(page, "\n{more}");
        page
    }

    /// With what the system said.
    pub(super) fn of_system(self, system: &std::io::Error) -> Self {
        self.worded("system", |language| system_in_words(language, system))
    }

    /// The stable word.
    pub(super) fn key(&self) -> &'static str {
        self.key
    }

    /// What happened.
    pub(super) fn what(&self, language: Language) -> String {
        self.say(language, &self.what)
    }

    /// Why, one sentence for each line.
    pub(super) fn reasons(&self, language: Language) -> Vec<String> {
        let why = self.why.iter();
        why.map(|key| self.say(language, key)).collect()
    }

    /// What to do now.
    pub(super) fn advice(&self, language: Language) -> String {
        self.say(language, &self.hint)
    }
}

/// A command line that does not follow the grammar.
pub(super) fn of_misuse(misuse: &Misuse) -> Complaint<'_> {
    let mut complaint = Complaint::new(misuse.key(), misuse.args());
    if let Some(ending) = misuse.hint() {
        complaint = complaint.hint(ending);
    }
    complaint.option = misuse.option();
    complaint
}

/// A file of settings that cannot be read at all.
pub(super) fn of_unread(unread: &Unread) -> Complaint<'_> {
    let args = unread.why.args(&unread.path.to_string_lossy());
    let complaint = Complaint::new("config-unreadable", args);
    match unread.why.system() {
        Some(system) => complaint.of_system(system),
        None => complaint,
    }
}

/// A setting that cannot be used.
pub(super) fn of_setting(error: &ConfigError) -> Complaint<'_> {
    let mut complaint = Complaint::new(error.code(), error.args());
    complaint.option = Some(error.option.to_owned());
    complaint
}

/// The same of a variable.
pub(super) fn of_variable<'a>(error: &'a ConfigError, variable: &str) -> Complaint<'a> {
    let mut complaint = Complaint::new(error.code(), error.args_of_variable(variable));
    complaint.option = Some(error.option.to_owned());
    complaint
}

/// Phones are to be served, and there is no network to do it in.
pub(super) fn without_network() -> Complaint<'static> {
    Complaint::new("no-network", Args::new())
}

/// A running server was to be asked, and there is none in these folders.
pub(super) fn without_server(command: &str, folders: &str) -> Complaint<'static> {
    let complaint = Complaint::new("no-server-running", Args::new());
    complaint.with("command", command).with("folders", folders)
}

/// A running server was to be asked, and nobody listens at its socket.
pub(super) fn without_server_at(command: &str, path: &Path) -> Complaint<'static> {
    let mut complaint = Complaint::new("no-server-running", Args::new());
    "asking-nobody-at".clone_into(&mut complaint.what);
    complaint
        .hint("at")
        .with("command", command)
        .with("path", path.to_string_lossy())
}

/// The same of a socket that a file names.
pub(super) fn without_server_of_file(command: &str, path: &Path, file: &str) -> Complaint<'static> {
    let complaint = without_server_at(command, path);
    complaint.hint("of-file").with("file", shown(file))
}

/// Several servers run, and none was named: what to type, and which that is.
pub(super) fn of_several_servers(choices: Vec<(String, String)>) -> Complaint<'static> {
    Complaint {
        choices,
        ..Complaint::new("several-servers", Args::new())
    }
}

/// The server belongs to somebody else.
pub(super) fn not_permitted(command: &str, path: &Path) -> Complaint<'static> {
    Complaint::new("not-permitted", Args::new())
        .with("command", command)
        .with("path", path.to_string_lossy())
}

/// The server says nothing that could be understood.
pub(super) fn without_answer(path: &Path, source: &io::Error) -> Complaint<'static> {
    let complaint = Complaint::new("no-answer", Args::new());
    let complaint = complaint.with("path", path.to_string_lossy());
    complaint.worded("system", |language| system_in_words(language, source))
}

/// The full-screen view of a running server was asked for where there is no terminal.
pub(super) fn without_terminal() -> Complaint<'static> {
    let mut complaint = Complaint::new("no-terminal", Args::new()).hint("top");
    "asking-no-terminal".clone_into(&mut complaint.what);
    complaint
}

/// The server will not do what it was asked.
pub(super) fn of_refusal(asked: &Asked, error: &Error) -> Complaint<'static> {
    let known = SERVER_ERRORS.into_iter().find(|key| *key == error.error);
    let mut complaint = Complaint::new(known.unwrap_or("other-control-version"), Args::new());
    if let Asked::Close { connection, .. } = asked {
        complaint = complaint.with("connection", connection.to_string());
    }
    let lines = error.text.lines().filter(|line| !line.is_empty());
    let lines = lines.map(|line| (shown(line), String::new()));
    complaint.choices = lines.collect();
    complaint
}

/// What a server may answer that will not do what it was asked.
pub(super) const SERVER_ERRORS: [&str; 7] = [
    "no-such-connection",
    "nothing-to-reload",
    "not-reloaded",
    "not-tried",
    "server-busy",
    "too-many-tracers",
    "other-control-version",
];

/// A start that failed, with what could be found out about it.
pub(super) fn of_start(error: &StartError, facts: &Facts) -> Complaint<'static> {
    let complaint = names(error, Complaint::new(error.key(), Args::new()));
    match facts {
        Facts::Occupant(occupant) => {
            let complaint = of_occupant(complaint, occupant);
            match free_sibling(error) {
                Some(free) => complaint.because("why-sibling-free").with("free", free),
                None => complaint,
            }
        }
        Facts::Right(right) => {
            let complaint = complaint
                .with("first", right.first_free.to_string())
                .with("user", &*right.user);
            match &right.remedy {
                Remedy::Policy => complaint.because("why-policy").hint("policy"),
                Remedy::Container => complaint.because("why-low-port").hint("container"),
                Remedy::System => complaint.because("why-low-port").hint("system"),
                Remedy::Service(unit) => {
                    let complaint = complaint.because("why-low-port").with("unit", unit);
                    complaint.hint("service")
                }
                Remedy::Capability(program) => {
                    let program = quoted(&program.to_string_lossy());
                    let complaint = complaint.because("why-low-port").with("program", program);
                    complaint.hint("capability")
                }
            }
        }
        Facts::Addresses(addresses) if !addresses.is_empty() => {
            let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            complaint
                .because("why-addresses")
                .with("addresses", list.join(", "))
        }
        Facts::Names(names) => match names.first() {
            Some(name) => complaint.hint("similar").with("similar", name),
            None => complaint,
        },
        Facts::Missing(missing) => of_missing(complaint, missing),
        Facts::Closed(closed) => of_closed(complaint, closed),
        Facts::Nothing if error.key() == "path-unreadable" => complaint.hint("unknown"),
        Facts::OpenFiles(limit) => complaint
            .because("why-open-files")
            .with("limit", limit.to_string()),
        Facts::Memory(Some(limit)) => {
            let complaint = complaint.because("why-memory-limit");
            complaint.worded("limit", |language| size_in_words(language, limit.bytes()))
        }
        Facts::Addresses(_) | Facts::Memory(None) | Facts::Nothing => complaint,
    }
}

/// A folder that cannot be compressed: the errors are those of a start, but nothing is served.
pub(super) fn of_compressing(error: &StartError, facts: &Facts) -> Complaint<'static> {
    let mut complaint = names(error, Complaint::new(error.key(), Args::new()));
    let what = match error.key() {
        "no-such-path" => Some("compress-no-such-path"),
        "path-unreadable" => Some("compress-path-unreadable"),
        "path-not-servable" => Some("compress-path-not-servable"),
        _ => None,
    };
    if let Some(what) = what {
        what.clone_into(&mut complaint.what);
        // An address or a command is not what was meant.
        complaint.hint = format!("hint-{}", error.key());
    }
    match (error.key(), facts) {
        ("no-such-path", Facts::Missing(missing)) => of_missing(complaint, missing),
        ("path-unreadable", Facts::Closed(closed)) => of_closed(complaint, closed),
        ("path-unreadable", _) => complaint.hint("unknown"),
        _ => complaint,
    }
}

/// Where one could listen, of the two addresses that "localhost" means.
fn free_sibling(error: &StartError) -> Option<String> {
    match error {
        StartError::Listen { free_sibling, .. } => free_sibling.map(|free| free.to_string()),
        _ => None,
    }
}

/// The names that are in an error itself.
fn names(error: &StartError, complaint: Complaint<'static>) -> Complaint<'static> {
    let complaint = match (error.system(), error) {
        (Some(system), _) => {
            complaint.worded("system", |language| system_in_words(language, system))
        }
        (None, StartError::NotResolved { system, .. }) => {
            complaint.worded("system", |language| resolver_in_words(language, system))
        }
        _ => complaint,
    };
    match error {
        StartError::Listen { address, .. } => complaint
            .with("address", address.to_string())
            .with("port", address.port().to_string()),
        StartError::ListenTwice { address } => complaint
            .with("given", format!("--listen {address}"))
            .with("name", "--listen"),
        StartError::NoFreePort { address, last } => complaint
            .with("address", address.ip().to_string())
            .with("port", address.port().to_string())
            .with("last", last.to_string()),
        StartError::ListenUnix { path, .. } => complaint
            .with("path", path.to_string_lossy())
            .with("address", format!("unix:{}", path.display())),
        StartError::Handed { name, number } => complaint
            .with("number", number.to_string())
            .with("name", name),
        StartError::NotResolved { host, port, .. } => complaint
            .with("name", format!("{host}:{port}"))
            .with("port", port.to_string()),
        StartError::Root(error) => {
            let path = error.path.to_string_lossy();
            let complaint = match error.kind {
                RootErrorKind::Missing => meant_otherwise(complaint, &path),
                _ => complaint,
            };
            complaint.with("path", path)
        }
        StartError::ClientAuthority(error) => {
            complaint.with("certificate", error.path.to_string_lossy())
        }
        StartError::Hints(error) => {
            let complaint = complaint.with("path", error.path.to_string_lossy());
            match &error.trouble {
                HintsTrouble::Unreadable(_) => complaint,
                HintsTrouble::Line(bad) => complaint
                    .because(match bad.fault {
                        HintFault::NoPath => "why-hint-no-path",
                        HintFault::NoLink => "why-hint-no-link",
                        HintFault::NoRelation => "why-hint-no-relation",
                        HintFault::TooMany => "why-hint-too-many",
                    })
                    .with("line", bad.line.to_string()),
            }
        }
        StartError::Access(error) => {
            let complaint = complaint.with("path", error.path.to_string_lossy());
            match &error.trouble {
                AccessTrouble::User(bad) => of_bad_user(complaint, *bad),
                _ => complaint,
            }
        }
        StartError::Certificate(error) => of_certificate(complaint, error),
        StartError::Authority(error) => of_authority(complaint, error),
        StartError::Log(error) => complaint.with("path", error.log.clone()),
        StartError::NoTerminal | StartError::Runtime(_) => complaint,
    }
}

/// What is wrong with a line of a file of users. The line itself is not shown: it may be a password.
fn of_bad_user(complaint: Complaint<'static>, bad: BadUser) -> Complaint<'static> {
    let complaint = complaint.because(match bad.fault {
        UserFault::NotText => "why-user-not-text",
        UserFault::NoName => "why-user-no-name",
        UserFault::BadName => "why-user-bad-name",
        UserFault::NameTwice => "why-user-name-twice",
        UserFault::WeakHash(_) => "why-user-weak-hash",
        UserFault::NoHash => "why-user-no-hash",
        UserFault::BadHash => "why-user-bad-hash",
        UserFault::CostlyHash => "why-user-costly-hash",
        UserFault::TooMany => "why-user-too-many",
    });
    let complaint = match bad.fault {
        UserFault::WeakHash(kind) => complaint.with("kind", kind),
        _ => complaint,
    };
    complaint.with("line", bad.line.to_string())
}

/// What is wrong with a certificate, in figures.
fn of_certificate(complaint: Complaint<'static>, error: &CertificateError) -> Complaint<'static> {
    let complaint = complaint
        .with("certificate", error.certificate.to_string_lossy())
        .with("file", error.key.to_string_lossy());
    match &error.trouble {
        CertificateTrouble::NoCertificate { is_key: true }
        | CertificateTrouble::NoKey(Instead::Certificate) => complaint.hint("swapped"),
        CertificateTrouble::NoKey(Instead::LockedKey) => {
            complaint.because("why-key-locked").hint("locked")
        }
        CertificateTrouble::Mismatch { certificate, key } => complaint
            .because("why-key-mismatch")
            .with("sum", certificate)
            .with("other", key),
        CertificateTrouble::Expired { since: date }
        | CertificateTrouble::NotYetValid { from: date } => {
            complaint.with("date", humantime::format_rfc3339_seconds(*date).to_string())
        }
        CertificateTrouble::NotForHost { host, names } => {
            let complaint = complaint.with("host", host);
            if names.is_empty() {
                complaint
            } else {
                complaint.because("why-other-names").with("names", names)
            }
        }
        CertificateTrouble::IssuerMissing { issuer, url } => {
            let complaint = complaint.with("issuer", issuer);
            if url.is_empty() {
                complaint
            } else {
                complaint.hint("known").with("url", url)
            }
        }
        _ => complaint,
    }
}

/// What is no path, but a place to listen, a command or an option.
fn meant_otherwise<'a>(complaint: Complaint<'a>, path: &str) -> Complaint<'a> {
    if let Some(address) = ListenAddress::meant_by(path) {
        return complaint.hint(MEANT_AS_ADDRESS).with("meant", address);
    }
    if let Some(mount) = mount_meant_by(path) {
        return complaint.hint(MEANT_AS_MOUNT).with("meant", mount);
    }
    if SERVING_ELSEWHERE.contains(&path) {
        return complaint.hint("elsewhere");
    }
    let word = path.to_lowercase();
    let option = options::names().into_iter().find(|name| *name == word);
    let command = alike(&word, &COMMANDS).into_iter().next();
    match command.or_else(|| option.map(|name| format!("--{name}"))) {
        Some(words) => complaint.hint(MEANT_AS_COMMAND).with("command", words),
        None => complaint,
    }
}

/// Cases of the hint for a path that is not there.
const MEANT_AS_ADDRESS: &str = "address";
const MEANT_AS_COMMAND: &str = "command";
const MEANT_AS_MOUNT: &str = "mount";

/// What is wrong with the local authority: where, and the command that mends it.
fn of_authority(complaint: Complaint<'static>, error: &LocalAuthorityError) -> Complaint<'static> {
    let path = error.path.to_string_lossy();
    let complaint = complaint.with("path", &*path);
    match error.trouble {
        LocalAuthorityTrouble::Exposed { mode, wanted } => complaint
            .with("mode", format!("{mode:04o}"))
            .with("fix", format!("chmod {wanted:o} {}", quoted(&path))),
        LocalAuthorityTrouble::Foreign { uid } => complaint.with("owner", user_name(uid)),
        LocalAuthorityTrouble::Expired { since: date } => {
            complaint.with("date", humantime::format_rfc3339_seconds(date).to_string())
        }
        _ => complaint,
    }
}

fn of_occupant<'a>(complaint: Complaint<'a>, occupant: &Occupant) -> Complaint<'a> {
    let holder = match occupant {
        Occupant::Process(holder) => holder,
        Occupant::Hidden { user } => {
            return complaint
                .because("why-held-hidden")
                .hint("hidden")
                .with("user", user);
        }
        Occupant::Unknown => return complaint.because("why-held-unknown").hint("hidden"),
    };
    let command: Vec<_> = holder
        .words
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let complaint = complaint
        .with("pid", holder.pid.to_string())
        .with("name", &*holder.name)
        .with("user", &*holder.user)
        .with("command", shortened(&command.join(" ")))
        .with("stop", stopping(holder));
    if let Some(serve) = neighbour::served_by(holder) {
        return match serve.as_typed() {
            Some(words) => complaint.because("why-held-hello").with("serves", words),
            None => complaint.because("why-held-hello-built-in"),
        };
    }
    match &holder.place {
        Place::Unit(unit) | Place::UserUnit(unit) => {
            complaint.because("why-held-unit").with("unit", unit)
        }
        Place::Container(id) => complaint.because("why-held-container").with("unit", id),
        Place::Plain => complaint.because("why-held-process"),
    }
}

/// The command that stops a process, as it would be typed.
fn stopping(holder: &Holder) -> String {
    match &holder.place {
        Place::Unit(unit) => format!("sudo systemctl stop {unit}"),
        Place::UserUnit(unit) => format!("systemctl --user stop {unit}"),
        Place::Container(id) => format!("docker stop {id}"),
        Place::Plain if holder.is_our_user => format!("kill {}", holder.pid),
        Place::Plain => format!("sudo kill {}", holder.pid),
    }
}

fn of_missing<'a>(complaint: Complaint<'a>, missing: &Missing) -> Complaint<'a> {
    let folder = missing.folder.to_string_lossy();
    let complaint = complaint
        .with("folder", folder)
        .with("missing", &*missing.name);
    let is_deeper = missing.folder.components().count() > 1 || missing.folder.has_root();
    let complaint = match &missing.barrier {
        Some(Barrier::PrivateTmp) => complaint.because("why-private-tmp").hint("sandbox"),
        Some(_) => complaint.because("why-sandbox").hint("sandbox"),
        None if missing.in_a_file => complaint.because("why-in-a-file"),
        None if is_deeper => complaint.because("why-missing"),
        None => complaint,
    };
    let Some(likeliest) = missing.similar.first() else {
        return complaint;
    };
    let likeliest = likeliest.to_string_lossy();
    let case = if complaint.is_hint(MEANT_AS_ADDRESS) || complaint.is_hint(MEANT_AS_MOUNT) {
        // Neither is a slip of the finger.
        return complaint;
    } else if complaint.is_hint(MEANT_AS_COMMAND) {
        "similar-or-command"
    } else {
        "similar"
    };
    complaint.hint(case).with("similar", likeliest)
}

fn of_closed<'a>(complaint: Complaint<'a>, closed: &Closed) -> Complaint<'a> {
    let part = closed.part.to_string_lossy();
    let complaint = complaint
        .with("fix", opening(closed))
        .with("part", part)
        .with("mode", &*closed.mode)
        .with("owner", &*closed.owner)
        .with("group", &*closed.group)
        .with("user", &*closed.user)
        .because("why-closed");
    match &closed.barrier {
        None => complaint,
        Some(Barrier::Sandbox | Barrier::PrivateTmp) => {
            complaint.because("why-sandbox").hint("sandbox")
        }
        Some(Barrier::Fuse(kind)) => complaint
            .because("why-fuse")
            .with("kind", kind)
            .hint("fuse"),
        Some(Barrier::Network(kind)) => complaint
            .because("why-network")
            .with("kind", kind)
            .hint("network"),
        Some(Barrier::Profile(label)) => complaint
            .because("why-profile")
            .with("label", label)
            .hint("unseen"),
        Some(Barrier::Unseen) => complaint.because("why-unseen").hint("unseen"),
    }
}

/// The command that opens a folder or file to everybody, as it would be typed.
fn opening(closed: &Closed) -> String {
    let right = if closed.is_folder { "o+rx" } else { "o+r" };
    format!("chmod {right} {}", quoted(&closed.part.to_string_lossy()))
}

/// A path as it may be typed into a shell.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:,=".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// Words as they may be typed into a shell.
pub(super) fn typed(words: &[impl AsRef<OsStr>]) -> String {
    let words = words.iter().map(AsRef::as_ref);
    let words: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    words.join(" ")
}

/// Characters of a command line that are shown. Reason: the line of a terminal; a Java program's
/// would fill the screen.
const COMMAND_CHARS_MAX: usize = 80;

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = text.chars().take(COMMAND_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
