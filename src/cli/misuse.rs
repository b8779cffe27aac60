//! A command line that does not follow the grammar, in our own words.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::options;
use crate::i18n::{Args, shown};

/// What is wrong with the command line as a whole; a wrong value is a
/// [`crate::config::ConfigError`]. Options stand here as they are typed, with their dashes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misuse {
    UnknownOption {
        option: String,
    },
    UnknownOptionSimilar {
        option: String,
        similar: String,
    },
    /// A command has no such option; the server may have it.
    NoOptionOf {
        command: &'static str,
        option: String,
    },
    /// `-dist` is several options to the grammar, and a path to the person.
    UnknownOptionOrPath {
        option: String,
    },
    MissingValue {
        option: String,
    },
    UnexpectedValue {
        option: String,
        value: String,
    },
    OptionTwice {
        option: String,
    },
    SecondPath {
        value: String,
    },
    EmptyPath,
    /// `--cert` and `--key` are not as many.
    Unpaired {
        /// The option that is missing.
        missing: &'static str,
    },
    /// An option that means nothing without another one.
    Needs {
        option: &'static str,
        needs: &'static str,
    },
    /// An option that tells how a folder is served, and no folder.
    NeedsFolder {
        option: &'static str,
    },
    /// A word that other tools have for serving, and a path behind it.
    NoSuchCommand {
        word: String,
        /// What follows it, as it may be typed.
        rest: String,
    },
    /// Two options of which each makes the other mean nothing.
    Excludes {
        option: &'static str,
        other: &'static str,
    },
    /// A word after all that a command takes.
    ExtraWord {
        command: &'static str,
        value: String,
    },
    /// A variable that says neither yes nor no.
    BadVariable {
        variable: String,
        value: String,
    },
    /// `hello compress`, and no folder.
    MissingFolder,
    /// `hello sign`, and no address.
    MissingLink,
    /// `hello sign`, and no key.
    MissingLinkKey,
    /// `hello sign` of something that is no address.
    BadLink {
        value: String,
    },
    /// A name that no file of users can have.
    BadUserName {
        value: String,
    },
    /// No password, or one that nobody can type into a browser.
    BadPassword,
    /// `hello explain`, and no address.
    MissingUrl,
    /// What is no address that can be asked for.
    BadUrl {
        value: String,
    },
    /// `--method` with something that is none.
    BadMethod {
        value: String,
    },
    /// `--header` with something that is no field.
    BadHeader {
        value: String,
    },
    /// `--from` with something that nobody asks from.
    BadFrom {
        value: String,
    },
    /// `--at` with an address that is not listened on.
    BadAt {
        value: String,
        addresses: String,
    },
    /// `hello close`, and no connection.
    MissingConnection,
    /// `hello trace`, and nothing to trace.
    MissingTraced,
    /// `hello trace` of what is neither a path nor an address.
    BadTraced {
        value: String,
    },
    /// `--last` with what is no number of requests.
    BadCount {
        value: String,
    },
    /// `hello close` with what is no number of one.
    BadConnection {
        value: String,
    },
    /// `hello completions`, and no shell.
    MissingShell,
    /// A shell that there are no completions for.
    UnknownShell {
        shell: String,
    },
    /// `hello help` about something that is no key.
    UnknownTopic {
        topic: String,
        /// Keys and options that may be meant, the likeliest first.
        similar: Vec<String>,
    },
    /// What the grammar cannot bring about as it is now.
    Unclear,
}

impl Misuse {
    /// Translates what the library found in `words`.
    pub(super) fn from_clap(error: &clap::Error, words: &[OsString]) -> Self {
        let part = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(shown(text)),
            Some(ContextValue::Strings(texts)) => texts.first().map(|text| shown(text)),
            _ => None,
        };
        let Some(argument) = part(ContextKind::InvalidArg) else {
            return Self::Unclear;
        };
        // The library shows an option with its placeholder: `--listen <listen>`.
        let option = argument.split(' ').next().unwrap_or("").to_owned();
        match error.kind() {
            ErrorKind::UnknownArgument if !argument.starts_with('-') => {
                Self::SecondPath { value: argument }
            }
            ErrorKind::UnknownArgument => unknown(argument, part(ContextKind::SuggestedArg), words),
            ErrorKind::InvalidValue | ErrorKind::NoEquals => Self::MissingValue { option },
            ErrorKind::TooManyValues => Self::UnexpectedValue {
                option,
                value: part(ContextKind::InvalidValue).unwrap_or_default(),
            },
            ErrorKind::ArgumentConflict => Self::OptionTwice { option },
            _ => Self::Unclear,
        }
    }

    /// The stable word for it, which `hello help` explains.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::UnknownOption { .. }
            | Self::NoOptionOf { .. }
            | Self::UnknownOptionOrPath { .. }
            | Self::UnknownOptionSimilar { .. } => "unknown-option",
            Self::MissingValue { .. } => "missing-value",
            Self::UnexpectedValue { .. } => "unexpected-value",
            Self::OptionTwice { .. } => "option-twice",
            Self::SecondPath { .. } => "second-path",
            Self::EmptyPath => "empty-path",
            Self::Unpaired { .. } => "unpaired-certificate",
            Self::Needs { .. } | Self::NeedsFolder { .. } => "option-alone",
            Self::NoSuchCommand { .. } => "no-such-command",
            Self::Excludes { .. } => "options-exclude",
            Self::ExtraWord { .. } => "extra-word",
            Self::BadVariable { .. } => "bad-variable",
            Self::MissingFolder => "missing-folder",
            Self::MissingUrl => "missing-url",
            Self::MissingLinkKey => "missing-link-key",
            Self::BadLink { .. } => "bad-link",
            Self::MissingLink => "missing-link",
            Self::BadUserName { .. } => "bad-user-name",
            Self::BadPassword => "bad-password",
            Self::BadUrl { .. } => "bad-url",
            Self::BadMethod { .. } => "bad-method",
            Self::BadHeader { .. } => "bad-header",
            Self::BadFrom { .. } => "bad-from",
            Self::BadAt { .. } => "bad-at",
            Self::MissingConnection => "missing-connection",
            Self::MissingTraced => "missing-traced",
            Self::BadTraced { .. } => "bad-traced",
            Self::BadCount { .. } => "bad-last",
            Self::BadConnection { .. } => "bad-connection",
            Self::MissingShell => "missing-shell",
            Self::UnknownShell { .. } => "unknown-shell",
            Self::UnknownTopic { .. } => "unknown-topic",
            Self::Unclear => "unclear-arguments",
        }
    }

    /// Which of several hints fits, if not the usual one.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoOptionOf { .. } => Some("command"),
            Self::UnknownOptionOrPath { .. } => Some("or-path"),
            Self::UnknownOptionSimilar { .. } => Some("similar"),
            Self::Excludes {
                option: "share", ..
            } => Some("share"),
            Self::Excludes { option: "list", .. } => Some("list"),
            Self::Excludes { option: "set", .. } => Some("set"),
            Self::Excludes {
                option: "access-log",
                ..
            }
            | Self::Needs {
                needs: "access-log",
                ..
            } => Some("access-log"),
            Self::Needs {
                needs: "against-traffic",
                ..
            } => Some("against-traffic"),
            Self::Needs {
                needs: "config", ..
            } => Some("config"),
            Self::NeedsFolder { .. } => Some("folder"),
            Self::UnknownTopic { similar, .. } => match similar.len() {
                0 => None,
                1 => Some("similar"),
                _ => Some("several"),
            },
            _ => None,
        }
    }

    /// The option it is about, without dashes, if there is one.
    pub(super) fn option(&self) -> Option<String> {
        match self {
            Self::UnknownOptionSimilar { similar, .. } => Some(similar.clone()),
            Self::MissingValue { option }
            | Self::OptionTwice { option }
            | Self::UnexpectedValue { option, .. } => Some(option.clone()),
            Self::EmptyPath | Self::SecondPath { .. } => Some("path".to_owned()),
            Self::BadMethod { .. } => Some("method".to_owned()),
            Self::BadHeader { .. } => Some("header".to_owned()),
            Self::BadFrom { .. } => Some("from".to_owned()),
            Self::BadCount { .. } => Some("last".to_owned()),
            Self::BadAt { .. } => Some("at".to_owned()),
            Self::Unpaired { missing: option }
            | Self::Needs { option, .. }
            | Self::NeedsFolder { option }
            | Self::Excludes { option, .. } => Some((*option).to_owned()),
            _ => None,
        }
        .map(|option| option.trim_start_matches('-').to_owned())
    }

    /// What the sentences are told.
    pub(super) fn args(&self) -> Args<'_> {
        let args = Args::new();
        match self {
            Self::UnknownOption { option }
            | Self::UnknownOptionOrPath { option }
            | Self::OptionTwice { option } => args.with("option", option.as_str()),
            Self::NoOptionOf { command, option } => args
                .with("command", *command)
                .with("option", option.as_str()),
            Self::UnknownOptionSimilar { option, similar } => args
                .with("option", option.as_str())
                .with("similar", similar.as_str()),
            Self::MissingValue { option } => args
                .with("option", option.as_str())
                .with("example", options::example(option.trim_start_matches('-'))),
            Self::UnexpectedValue { option, value } => args
                .with("option", option.as_str())
                .with("value", value.as_str()),
            Self::Unpaired { missing } => args.with("missing", *missing),
            Self::Needs { option, needs } => {
                args.with("option", *option).with("needs", *needs).with(
                    "page",
                    if options::is_of_access(option) {
                        "access"
                    } else {
                        "tls"
                    },
                )
            }
            Self::NeedsFolder { option } => {
                let typed = format!("--{option} {}", options::example(option));
                args.with("option", *option)
                    .with("needs", "folder")
                    .with("typed", typed.trim_end().to_owned())
            }
            Self::NoSuchCommand { word, rest } => {
                args.with("word", word.as_str()).with("rest", rest.as_str())
            }
            Self::Excludes { option, other } => args.with("option", *option).with("other", *other),
            Self::SecondPath { value }
            | Self::BadUrl { value }
            | Self::BadLink { value }
            | Self::BadUserName { value }
            | Self::BadMethod { value }
            | Self::BadHeader { value }
            | Self::BadFrom { value }
            | Self::BadCount { value }
            | Self::BadTraced { value }
            | Self::BadConnection { value } => args.with("value", value.as_str()),
            Self::BadAt { value, addresses } => args
                .with("value", value.as_str())
                .with("addresses", addresses.as_str()),
            Self::BadVariable { variable, value } => args
                .with("variable", variable.as_str())
                .with("value", value.as_str()),
            Self::ExtraWord { command, value } => {
                args.with("command", *command).with("value", value.as_str())
            }
            Self::UnknownShell { shell } => args.with("shell", shell.as_str()),
            Self::UnknownTopic { topic, similar } => args
                .with("topic", topic.as_str())
                .with("similar", similar.join(", ")),
            Self::EmptyPath
            | Self::MissingFolder
            | Self::MissingUrl
            | Self::MissingLink
            | Self::MissingLinkKey
            | Self::BadPassword
            | Self::MissingConnection
            | Self::MissingTraced
            | Self::MissingShell
            | Self::Unclear => args,
        }
    }
}

/// What other tools call serving: it is no command here.
pub(super) const SERVING_ELSEWHERE: [&str; 4] = ["serve", "start", "run", "server"];

/// What other servers call `--listen`.
const LISTEN_ELSEWHERE: [&str; 6] = ["-p", "-l", "-b", "--port", "--host", "--bind"];

/// The library reports one letter; if a longer word starts with it, that is what was typed.
/// `similar` is the option that the library took it for; it knows nothing of capitals and of habits.
fn unknown(option: String, similar: Option<String>, words: &[OsString]) -> Misuse {
    let is_letter = !option.starts_with("--");
    let longer = words
        .iter()
        .map(|word| word.to_string_lossy())
        .find(|word| is_letter && word.len() > option.len() && word.starts_with(&option));
    if let Some(word) = longer {
        let is_port = word[option.len()..].parse::<u16>().is_ok();
        if !is_port || !LISTEN_ELSEWHERE.contains(&&option[..]) {
            let option = shown(&word);
            return Misuse::UnknownOptionOrPath { option };
        }
    }
    let similar = if LISTEN_ELSEWHERE.contains(&&option[..]) {
        Some("--listen".to_owned())
    } else {
        options::in_small_letters(&option).or(similar)
    };
    match similar {
        Some(similar) => Misuse::UnknownOptionSimilar { option, similar },
        None => Misuse::UnknownOption { option },
    }
}
