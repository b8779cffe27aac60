//! The options and commands of the command line: its grammar.
//!
//! Law: this table and the table of limits ([`crate::config::limits`]) are the only lists of
//! them. The parser, the help and the errors are made of the two.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};

use super::topics;
use crate::config::limits::{self, LIMITS};
use crate::config::{
    ClientCertificate, ClientField, Colour, LANGUAGE_CHOICES, Links, LogCompression, LogFormat,
    TlsVersion,
};
use crate::i18n::{Language, text};

/// The first words that are commands. They win over a folder of that name, always: what a word
/// means must not depend on what lies in the current folder. The folder is `./help`.
pub(super) const COMMANDS: [&str; 17] = [
    "doctor",
    "explain",
    "check",
    "config",
    "status",
    "connections",
    "trace",
    "close",
    "reload",
    "top",
    "compress",
    "trust",
    "hash-password",
    "sign",
    "help",
    "completions",
    "man",
];

/// Those that ask a running server.
pub(super) const ASKING: [&str; 6] = ["status", "connections", "trace", "close", "reload", "top"];

/// An option that is not a limit. Its texts are `option-NAME` and `option-NAME-about`.
pub(super) struct MainOption {
    pub(super) name: &'static str,
    short: Option<char>,
    kind: Kind,
    page: Page,
}

/// Which page of the help tells of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// `hello --help`.
    First,
    /// `hello help tls`, and the first.
    FirstAndTls,
    /// `hello help tls`.
    Tls,
    /// `hello help access`, and the first.
    FirstAndAccess,
    /// `hello help access`.
    Access,
    /// `hello help files`, and the first.
    FirstAndFiles,
    /// `hello help files`.
    Files,
    /// `hello help logs`, and the first.
    FirstAndLogs,
    /// `hello help logs`.
    Logs,
    /// `hello help limits`.
    Limits,
}

/// What follows an option, with an example of its value.
enum Kind {
    /// The words that need no option before them: paths, in whatever bytes.
    Path,
    /// An address, in whatever bytes; may be repeated.
    Addresses(&'static str),
    /// A path, in whatever bytes; may be repeated.
    Paths(&'static str),
    /// A text.
    Text(&'static str),
    /// A text; may be repeated.
    Texts(&'static str),
    /// A piece of hello.toml; may be repeated. Its variable has lines of it.
    Piece(&'static str),
    /// A path, in whatever bytes.
    File(&'static str),
    /// A time with its unit.
    Duration(&'static str),
    /// One of a few words.
    Choice {
        words: &'static str,
        example: &'static str,
    },
    /// Nothing.
    Flag,
    /// Nothing; the run ends with an answer.
    Question(ArgAction),
}

/// The options in the order of the help.
pub(super) static OPTIONS: [MainOption; 60] = [
    MainOption::new("path", None, Kind::Path),
    MainOption::new("config", None, Kind::File("hello.toml")),
    MainOption::new("set", None, Kind::Piece("'trailing-slash = \"add\"'")),
    MainOption::new("watch", None, Kind::Flag),
    MainOption::new("listen", None, Kind::Addresses("127.0.0.1:8080")),
    MainOption::new("share", None, Kind::Flag),
    MainOption::new("next-port", None, Kind::Flag),
    MainOption::new("list", None, Kind::Flag),
    MainOption::new("no-list", None, Kind::Flag),
    MainOption::new("qr", None, Kind::Flag),
    MainOption::new("open", None, Kind::Flag),
    MainOption::new("answer-probes", None, Kind::Flag),
    MainOption::new("live", None, Kind::Flag).on(Page::FirstAndFiles),
    MainOption::new("spa", None, Kind::Flag).on(Page::FirstAndFiles),
    MainOption::new("clean-urls", None, Kind::Flag).on(Page::Files),
    MainOption::new("index", None, Kind::Paths("home.html")).on(Page::Files),
    MainOption::new("immutable", None, Kind::Flag).on(Page::Files),
    MainOption::new("cors", None, Kind::Flag).on(Page::FirstAndFiles),
    MainOption::new("no-compression", None, Kind::Flag).on(Page::Files),
    MainOption::new("hidden", None, Kind::Flag).on(Page::Files),
    MainOption::new("links", None, Kind::choice(Links::CHOICES, "none")).on(Page::Files),
    MainOption::new("type", None, Kind::Paths("md=text/markdown")).on(Page::Files),
    MainOption::new("hints", None, Kind::Paths("hints.txt")).on(Page::Files),
    MainOption::new("rate-limit", None, Kind::Texts("10/s,burst=20")).on(Page::Limits),
    MainOption::new("shadow-limits", None, Kind::Flag).on(Page::Limits),
    MainOption::new("cert", None, Kind::Paths("fullchain.pem")).on(Page::FirstAndTls),
    MainOption::new("key", None, Kind::Paths("privkey.pem")).on(Page::FirstAndTls),
    MainOption::new("https", None, Kind::Flag).on(Page::FirstAndTls),
    MainOption::new("redirect-http", None, Kind::Addresses("127.0.0.1:8080")).on(Page::Tls),
    MainOption::new("hsts", None, Kind::Duration("180d")).on(Page::Tls),
    MainOption::new("tls-min", None, Kind::choice(TlsVersion::CHOICES, "1.3")).on(Page::Tls),
    MainOption::new("client-ca", None, Kind::Paths("clients.pem")).on(Page::Tls),
    MainOption::new(
        "client-cert",
        None,
        Kind::choice(ClientCertificate::CHOICES, "optional"),
    )
    .on(Page::Tls),
    MainOption::new("users", None, Kind::File("users.htpasswd")).on(Page::FirstAndAccess),
    MainOption::new("realm", None, Kind::Text("Staff")).on(Page::Access),
    MainOption::new("allow", None, Kind::Addresses("192.0.2.0/24")).on(Page::FirstAndAccess),
    MainOption::new("deny", None, Kind::Addresses("192.0.2.7")).on(Page::Access),
    MainOption::new("link-key", None, Kind::Paths("links.key")).on(Page::Access),
    MainOption::new("trusted-proxy", None, Kind::Addresses("10.0.0.0/8")).on(Page::Access),
    MainOption::new(
        "client-field",
        None,
        Kind::choice(ClientField::CHOICES, "forwarded"),
    )
    .on(Page::Access),
    MainOption::new("proxy-protocol", None, Kind::Flag).on(Page::Access),
    MainOption::new("control", None, Kind::File("/run/hello/web.sock")),
    MainOption::new("quiet", Some('q'), Kind::Flag),
    MainOption::new("tui", None, Kind::Flag),
    MainOption::new("log", None, Kind::choice(LogFormat::CHOICES, "json")),
    MainOption::new("access-log", None, Kind::Paths("access.log")).on(Page::FirstAndLogs),
    MainOption::new("access-log-format", None, Kind::Text("combined")).on(Page::Logs),
    MainOption::new("access-log-mask", None, Kind::Flag).on(Page::Logs),
    MainOption::new("access-log-status", None, Kind::Text("4xx,5xx")).on(Page::Logs),
    MainOption::new("access-log-path", None, Kind::Text("/api/*")).on(Page::Logs),
    MainOption::new("access-log-slow", None, Kind::Duration("1s")).on(Page::Logs),
    MainOption::new(
        "access-log-compression",
        None,
        Kind::choice(LogCompression::CHOICES, "zstd"),
    )
    .on(Page::Logs),
    MainOption::new("request-id", None, Kind::Flag).on(Page::Logs),
    MainOption::new("metrics", None, Kind::Addresses("127.0.0.1:9180")).on(Page::FirstAndLogs),
    MainOption::new("trace", None, Kind::Texts("/api/*")).on(Page::FirstAndLogs),
    MainOption::new("server-timing", None, Kind::Addresses("127.0.0.1")).on(Page::Logs),
    MainOption::new("lang", None, Kind::choice(LANGUAGE_CHOICES, "ru")),
    MainOption::new("color", None, Kind::choice(Colour::CHOICES, "never")),
    MainOption::new("help", Some('h'), Kind::Question(ArgAction::Help)),
    MainOption::new("version", Some('V'), Kind::Question(ArgAction::Version)),
];

impl Kind {
    const fn choice(words: &'static str, example: &'static str) -> Self {
        Self::Choice { words, example }
    }
}

impl MainOption {
    const fn new(name: &'static str, short: Option<char>, kind: Kind) -> Self {
        Self {
            name,
            short,
            kind,
            page: Page::First,
        }
    }

    const fn on(mut self, page: Page) -> Self {
        self.page = page;
        self
    }

    /// Whether a page of the help tells of it.
    pub(super) fn is_on(&self, page: Page) -> bool {
        self.page == page
            || match self.page {
                Page::FirstAndTls => matches!(page, Page::First | Page::Tls),
                Page::FirstAndFiles => matches!(page, Page::First | Page::Files),
                Page::FirstAndAccess => matches!(page, Page::First | Page::Access),
                Page::FirstAndLogs => matches!(page, Page::First | Page::Logs),
                Page::First
                | Page::Tls
                | Page::Files
                | Page::Limits
                | Page::Logs
                | Page::Access => false,
            }
    }

    fn example(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Addresses(example)
            | Kind::Paths(example)
            | Kind::Text(example)
            | Kind::Texts(example)
            | Kind::Piece(example)
            | Kind::File(example)
            | Kind::Duration(example)
            | Kind::Choice { example, .. } => Some(example),
            Kind::Path | Kind::Flag | Kind::Question(_) => None,
        }
    }

    fn arg(&self) -> Arg {
        let arg = match &self.kind {
            Kind::Path => {
                return Arg::new(self.name)
                    .value_parser(value_parser!(OsString))
                    .action(ArgAction::Append)
                    .num_args(0..);
            }
            Kind::Addresses(_) | Kind::Paths(_) => with_value(self.name)
                .value_parser(value_parser!(OsString))
                .action(ArgAction::Append),
            Kind::Texts(_) | Kind::Piece(_) => with_value(self.name).action(ArgAction::Append),
            Kind::File(_) => with_value(self.name).value_parser(value_parser!(OsString)),
            Kind::Text(_) | Kind::Duration(_) | Kind::Choice { .. } => with_value(self.name),
            Kind::Flag => Arg::new(self.name).action(ArgAction::SetTrue),
            Kind::Question(action) => Arg::new(self.name).action(action.clone()),
        };
        let arg = arg.long(self.name);
        match self.short {
            Some(short) => arg.short(short),
            None => arg,
        }
    }
}

/// The grammar for the library that splits the command line.
pub(super) fn command() -> Command {
    let limits = LIMITS.iter().map(|limit| limit.option);
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(OPTIONS.iter().map(MainOption::arg))
        .args(limits.map(|option| with_value(option).long(option)))
}

/// The whole grammar with its texts, for completions: the commands too, and the words that may
/// follow.
#[expect(clippy::too_many_lines, reason = "one piece for each command")]
pub(super) fn documented(language: Language) -> Command {
    let about = |name: &str| text(language, &format!("option-{name}-about"));
    let main = OPTIONS.iter().map(|option| {
        let arg = option.arg().help(about(option.name));
        match option.kind {
            Kind::Path => arg.value_hint(ValueHint::AnyPath),
            Kind::Paths(_) | Kind::File(_) => arg.value_hint(ValueHint::FilePath),
            Kind::Choice { words, .. } => arg.value_parser(words.split(", ").collect::<Vec<_>>()),
            Kind::Addresses(_)
            | Kind::Text(_)
            | Kind::Texts(_)
            | Kind::Piece(_)
            | Kind::Duration(_)
            | Kind::Flag
            | Kind::Question(_) => arg,
        }
    });
    let main: Vec<Arg> = main.collect();
    let limits = LIMITS.iter().map(|limit| {
        let about = text(language, &format!("limit-{}", limit.option));
        with_value(limit.option).long(limit.option).help(about)
    });
    let limits: Vec<Arg> = limits.collect();
    let command = |name: &'static str| {
        Command::new(name)
            .about(text(language, &format!("command-{name}-about")))
            .disable_help_flag(true)
    };
    let language_only = || main.iter().filter(|arg| arg.get_id() == "lang").cloned();
    let word = |name: &'static str, words: Vec<&'static str>| Arg::new(name).value_parser(words);
    let keys: Vec<&str> = topics::keys().collect();
    Command::new("hello")
        .about(text(language, "help-purpose"))
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(&main)
        .args(&limits)
        .subcommand(command("doctor").args(&main).args(&limits))
        .subcommand(
            command("config")
                .arg(json().help(about("json")))
                .args(&main)
                .args(&limits),
        )
        .subcommand(
            command("check")
                .arg(Arg::new("file").value_hint(ValueHint::FilePath))
                .args(CHECK_OPTIONS.map(|option| check_option(option).help(about(option.0))))
                .args(
                    main.iter()
                        .filter(|arg| with_check(arg.get_id().as_str()))
                        .cloned(),
                ),
        )
        .subcommand(
            command("explain")
                .arg(url().value_hint(ValueHint::Url))
                .args(EXPLAIN_OPTIONS.map(|option| explain_option(option).help(about(option.0))))
                .args(main.iter().cloned().map(|arg| {
                    if arg.get_id() == "path" {
                        arg.index(2)
                    } else {
                        arg
                    }
                }))
                .args(&limits),
        )
        .subcommand(
            command("compress")
                .arg(Arg::new("path").value_hint(ValueHint::AnyPath))
                .args(COMPRESS_OPTIONS.map(|name| compress_option(name).help(about(name))))
                .args(
                    main.iter()
                        .filter(|arg| with_compress(arg.get_id().as_str()))
                        .cloned(),
                ),
        )
        .subcommand(
            command("trust")
                .args(TRUST_OPTIONS.map(|name| trust_option(name).help(about(name))))
                .args(
                    main.iter()
                        .filter(|arg| with_trust(arg.get_id().as_str()))
                        .cloned(),
                ),
        )
        .subcommand(
            command("hash-password").arg(Arg::new("name")).args(
                main.iter()
                    .filter(|arg| with_word(arg.get_id().as_str()))
                    .cloned(),
            ),
        )
        .subcommand(
            command("sign")
                .arg(Arg::new("url"))
                .args(SIGN_OPTIONS.map(|name| sign_option(name).help(about(name))))
                .args(
                    main.iter()
                        .filter(|arg| with_sign(arg.get_id().as_str()))
                        .cloned(),
                ),
        )
        .subcommands(ASKING.map(|name| {
            command(name)
                .args({ of_asking(name).iter() }.map(|option| {
                    let arg = asking_option(option);
                    arg.help(about(option))
                }))
                .args(
                    main.iter()
                        .filter(|arg| with_asking(arg.get_id().as_str()))
                        .cloned(),
                )
        }))
        .subcommand(command("help").arg(word("key", keys)).args(language_only()))
        .subcommand(
            command("completions")
                .arg(word("shell", super::completions::SHELLS.to_vec()))
                .args(language_only()),
        )
        .subcommand(command("man").args(language_only()))
}

/// The grammar of `hello config`: that of serving, and one more.
pub(super) fn config() -> Command {
    command().arg(json())
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue)
}

/// Whether `hello check` takes an option of serving.
fn with_check(name: &str) -> bool {
    [
        "config", "set", "control", "lang", "color", "help", "version",
    ]
    .contains(&name)
}

/// What only `hello check` knows, with an example of its value; none: a flag. Their texts are
/// `option-NAME-about`.
const CHECK_OPTIONS: [(&str, Option<&str>); 3] = [
    ("against-traffic", None),
    ("last", Some("1000")),
    ("json", None),
];

fn check_option((name, example): (&'static str, Option<&'static str>)) -> Arg {
    match example {
        Some(_) => with_value(name).long(name),
        None => Arg::new(name).long(name).action(ArgAction::SetTrue),
    }
}

/// The grammar of `hello check`.
pub(super) fn check() -> Command {
    let main = OPTIONS.iter().filter(|option| with_check(option.name));
    let file = Arg::new("file").value_parser(value_parser!(OsString));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(file)
        .args(CHECK_OPTIONS.map(check_option))
        .args(main.map(MainOption::arg))
}

/// What only `hello explain` knows, with an example of its value; none: a flag. Their texts are
/// `option-NAME-about`.
const EXPLAIN_OPTIONS: [(&str, Option<&str>); 6] = [
    ("method", Some("POST")),
    ("header", Some("'Accept-Encoding: gzip'")),
    ("from", Some("203.0.113.9")),
    ("client-name", Some("anna@example.com")),
    ("at", Some("127.0.0.1:8081")),
    ("json", None),
];

fn explain_option((name, example): (&'static str, Option<&'static str>)) -> Arg {
    match (name, example) {
        ("header", _) => with_value(name)
            .value_parser(value_parser!(OsString))
            .action(ArgAction::Append)
            .long(name),
        (_, Some(_)) => with_value(name).long(name),
        (_, None) => Arg::new(name).long(name).action(ArgAction::SetTrue),
    }
}

/// The grammar of `hello explain`: the address that is asked for, and then that of serving.
pub(super) fn explain() -> Command {
    command()
        .mut_arg("path", |path| path.index(2))
        .arg(url())
        .args(EXPLAIN_OPTIONS.map(explain_option))
}

fn url() -> Arg {
    Arg::new("url")
        .value_parser(value_parser!(OsString))
        .index(1)
}

/// What only `hello trust` knows. Their texts are `option-NAME-about`.
const TRUST_OPTIONS: [&str; 2] = ["remove", "phone"];

/// Whether `hello trust` takes an option of serving.
fn with_trust(name: &str) -> bool {
    ["listen", "lang", "color", "help", "version"].contains(&name)
}

fn trust_option(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// What only `hello sign` knows. Their texts are `option-NAME-about`.
const SIGN_OPTIONS: [&str; 1] = ["for"];

/// Whether `hello sign` takes an option of serving.
fn with_sign(name: &str) -> bool {
    ["link-key", "lang", "help", "version"].contains(&name)
}

fn sign_option(name: &'static str) -> Arg {
    with_value(name).long(name)
}

/// The grammar of `hello sign`.
pub(super) fn sign() -> Command {
    let main = OPTIONS.iter().filter(|option| with_sign(option.name));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("url"))
        .args(SIGN_OPTIONS.map(sign_option))
        .args(main.map(MainOption::arg))
}

/// What only `hello compress` knows. Their texts are `option-NAME-about`.
const COMPRESS_OPTIONS: [&str; 1] = ["dry-run"];

/// Whether `hello compress` takes an option of serving, besides the path.
fn with_compress(name: &str) -> bool {
    ["quiet", "lang", "help", "version"].contains(&name)
}

fn compress_option(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// What only a command that asks a running server knows; `connection` and `what` stand without a name. Their
/// texts are `option-NAME-about`.
fn of_asking(command: &str) -> &'static [&'static str] {
    match command {
        "status" => &["json"],
        "connections" => &["follow", "json"],
        "trace" => &["what", "for", "json"],
        "close" => &["connection", "now"],
        _ => &[],
    }
}

/// Whether a command that asks a running server knows a flag.
pub(super) fn is_taken_by(command: &str, flag: &str) -> bool {
    of_asking(command).contains(&flag)
}

/// Whether such a command takes an option of serving.
fn with_asking(name: &str) -> bool {
    ["control", "config", "lang", "help", "version"].contains(&name)
}

fn asking_option(name: &'static str) -> Arg {
    match name {
        "connection" => Arg::new(name),
        // What follows with a hyphen is an option.
        "what" => { with_value(name).allow_hyphen_values(false) }
            .action(ArgAction::Append)
            .num_args(1..),
        "for" => with_value(name).long(name),
        name => Arg::new(name).long(name).action(ArgAction::SetTrue),
    }
}

/// The grammar of a command that asks a running server.
pub(super) fn asking(command: &str) -> Command {
    let main = OPTIONS.iter().filter(|option| with_asking(option.name));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(of_asking(command).iter().map(|name| asking_option(name)))
        .args(main.map(MainOption::arg))
}

/// The grammar of `hello compress`.
pub(super) fn compress() -> Command {
    let main = OPTIONS.iter().filter(|option| with_compress(option.name));
    // One, and without a name.
    let path = Arg::new("path").value_parser(value_parser!(OsString));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(COMPRESS_OPTIONS.map(compress_option))
        .arg(path)
        .args(main.map(MainOption::arg))
}

/// The grammar of `hello trust`.
pub(super) fn trust() -> Command {
    let main = OPTIONS.iter().filter(|option| with_trust(option.name));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(TRUST_OPTIONS.map(trust_option))
        .args(main.map(MainOption::arg))
}

/// The grammar of a command that takes one word at most.
///
/// `hello help --listen` asks about an option: there, the word may look like one.
pub(super) fn one_word(command: &str) -> Command {
    let questions = OPTIONS.iter().filter(|option| with_word(option.name));
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("word").allow_hyphen_values(command == "help"))
        .args(questions.map(MainOption::arg))
}

/// Whether a command of one word takes an option of serving.
fn with_word(name: &str) -> bool {
    ["lang", "help", "version"].contains(&name)
}

/// An option that takes one text.
///
/// It may start with a hyphen: `--head-timeout -5s` is then refused as a bad value, not as an
/// unknown option. Bytes that are no text become U+FFFD, which no value contains, so that they
/// are refused with the option they were given to.
fn with_value(name: &'static str) -> Arg {
    Arg::new(name)
        .action(ArgAction::Set)
        .allow_hyphen_values(true)
        .value_parser(OsStringValueParser::new().map(|value| value.to_string_lossy().into_owned()))
}

/// The options that take values, without dashes.
pub(super) fn with_values() -> impl Iterator<Item = &'static str> {
    let main = OPTIONS.iter().filter(|option| option.example().is_some());
    main.map(|option| option.name)
        .chain(LIMITS.iter().map(|limit| limit.option))
}

/// The options that mean nothing where no folder is served, without dashes.
pub(super) fn of_folders() -> impl Iterator<Item = &'static str> {
    let files = OPTIONS.iter().filter(|option| option.is_on(Page::Files));
    files.map(|option| option.name).chain(["list", "no-list"])
}

/// Whether an option, named without dashes, is about who may come in.
pub(super) fn is_of_access(name: &str) -> bool {
    { OPTIONS.iter() }.any(|option| option.name == name && option.is_on(Page::Access))
}

/// What follows an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// A text.
    Text,
    /// A path, in whatever bytes.
    One,
    /// Several, in whatever bytes.
    Several,
    /// Several texts that may have commas in them.
    SeveralTexts,
}

/// What follows an option, named without dashes.
pub(super) fn takes(name: &str) -> Takes {
    let option = OPTIONS.iter().find(|option| option.name == name);
    match option.map(|option| &option.kind) {
        Some(Kind::Path | Kind::Addresses(_) | Kind::Paths(_)) => Takes::Several,
        Some(Kind::Texts(_)) => Takes::SeveralTexts,
        Some(Kind::File(_)) => Takes::One,
        Some(Kind::Flag | Kind::Question(_)) => Takes::Nothing,
        Some(Kind::Text(_) | Kind::Piece(_) | Kind::Duration(_) | Kind::Choice { .. }) | None => {
            Takes::Text
        }
    }
}

/// The options that have a variable: all that say something about serving, without dashes.
pub(super) fn with_variables() -> impl Iterator<Item = &'static str> {
    let main = { OPTIONS.iter() }.filter(|option| !matches!(option.kind, Kind::Question(_)));
    main.map(|option| option.name)
        .chain(LIMITS.iter().map(|limit| limit.option))
}

/// Every option that is no limit, and what stands in the place of a path, without dashes.
pub(super) fn names() -> Vec<&'static str> {
    OPTIONS.iter().map(|option| option.name).collect()
}

/// The option that was meant, with its dashes, if only its letters are of the wrong size.
pub(super) fn in_small_letters(option: &str) -> Option<String> {
    let meant = option.strip_prefix("--")?.to_ascii_lowercase();
    let main = OPTIONS.iter().filter(|option| option.name != "path");
    main.map(|option| option.name)
        .chain(LIMITS.iter().map(|limit| limit.option))
        .find(|name| *name == meant)
        .map(|name| format!("--{name}"))
}

/// A value that the option would take, for errors; `name` without dashes.
pub(super) fn example(name: &str) -> String {
    if let Some(limit) = limits::find(name) {
        return limit.example();
    }
    if SIGN_OPTIONS.contains(&name) {
        return "1h".to_owned();
    }
    let known = OPTIONS.iter().find(|option| option.name == name);
    let of_explain =
        { EXPLAIN_OPTIONS.iter().chain(&CHECK_OPTIONS) }.find(|(option, _)| *option == name);
    { known.and_then(MainOption::example) }
        .or_else(|| of_explain.and_then(|(_, example)| *example))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        command().debug_assert();
        trust().debug_assert();
        compress().debug_assert();
        sign().debug_assert();
        explain().debug_assert();
        for command in ASKING {
            asking(command).debug_assert();
        }
        check().debug_assert();
        config().debug_assert();
    }

    #[test]
    fn the_documented_grammar_is_sound_and_the_same() {
        for language in Language::ALL {
            let documented = documented(language);
            documented.clone().debug_assert();
            let names = |command: &Command| -> Vec<String> {
                let ids = command.get_arguments().map(|arg| arg.get_id().to_string());
                ids.collect()
            };
            assert_eq!(names(&documented), names(&command()));
            let commands = documented.get_subcommands().map(Command::get_name);
            let mut commands: Vec<&str> = commands.collect();
            commands.sort_unstable();
            let mut known = COMMANDS;
            known.sort_unstable();
            assert_eq!(commands, known);
        }
    }

    #[test]
    fn every_option_with_a_value_has_an_example() {
        for arg in command().get_arguments() {
            let takes_value = arg.get_long().is_some() && arg.get_action().takes_values();
            let name = arg.get_id().as_str();
            assert_eq!(
                with_values().any(|known| known == name),
                takes_value,
                "{name}"
            );
            assert_eq!(!example(name).is_empty(), takes_value, "{name}");
        }
    }
}
