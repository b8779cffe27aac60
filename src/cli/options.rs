//! The options of the command line.
//!
//! Law: this table and the table of limits ([`crate::config::limits`]) are the only lists of
//! them. The parser, the help and the errors are made of the two.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, Command, value_parser};

use crate::config::limits::{self, LIMITS};

/// An option that is not a limit. Its texts are `option-NAME` and `option-NAME-about`.
pub(super) struct MainOption {
    pub(super) name: &'static str,
    short: Option<char>,
    kind: Kind,
}

/// What follows an option, with an example of its value.
enum Kind {
    /// The one word that needs no option before it: a path, in whatever bytes.
    Path,
    /// An address, in whatever bytes; may be repeated.
    Addresses(&'static str),
    /// One of a few words.
    Choice(&'static str),
    /// Nothing.
    Flag,
    /// Nothing; the run ends with an answer.
    Question(ArgAction),
}

/// The options in the order of the help.
pub(super) static OPTIONS: [MainOption; 8] = [
    MainOption::new("path", None, Kind::Path),
    MainOption::new("listen", None, Kind::Addresses("127.0.0.1:8080")),
    MainOption::new("quiet", Some('q'), Kind::Flag),
    MainOption::new("tui", None, Kind::Flag),
    MainOption::new("log", None, Kind::Choice("json")),
    MainOption::new("lang", None, Kind::Choice("ru")),
    MainOption::new("help", Some('h'), Kind::Question(ArgAction::Help)),
    MainOption::new("version", Some('V'), Kind::Question(ArgAction::Version)),
];

impl MainOption {
    const fn new(name: &'static str, short: Option<char>, kind: Kind) -> Self {
        Self { name, short, kind }
    }

    fn example(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Addresses(example) | Kind::Choice(example) => Some(example),
            Kind::Path | Kind::Flag | Kind::Question(_) => None,
        }
    }

    fn arg(&self) -> Arg {
        let arg = match &self.kind {
            Kind::Path => return Arg::new(self.name).value_parser(value_parser!(OsString)),
            Kind::Addresses(_) => with_value(self.name)
                .value_parser(value_parser!(OsString))
                .action(ArgAction::Append),
            Kind::Choice(_) => with_value(self.name),
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
    let known = OPTIONS.iter().find(|option| option.name == name);
    known
        .and_then(MainOption::example)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        command().debug_assert();
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
