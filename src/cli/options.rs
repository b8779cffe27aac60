//! The options of the command line.
//!
//! Law: this table and the table of limits ([`crate::config::limits`]) are the only lists of
//! them. The parser, the help and the errors are made of the two.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

use crate::config::limits::{self, LIMITS};

/// An option that is not a limit. Its texts are `option-NAME` and `option-NAME-about`.
pub(super) struct MainOption {
    pub(super) name: &'static str,
    short: Option<char>,
    kind: Kind,
}

enum Kind {
    /// A word without dashes.
    Word,
    /// A value, such as the example; the last column tells whether it may be repeated.
    Value(&'static str, Repeat),
    /// No value.
    Flag,
    /// No value; ends the run with an answer.
    Question(ArgAction),
}

#[derive(Clone, Copy)]
enum Repeat {
    Never,
    AtWill,
}

/// The options in the order of the help.
pub(super) static OPTIONS: [MainOption; 7] = [
    MainOption::new("path", None, Kind::Word),
    MainOption::new(
        "listen",
        None,
        Kind::Value("127.0.0.1:8080", Repeat::AtWill),
    ),
    MainOption::new("quiet", Some('q'), Kind::Flag),
    MainOption::new("log", None, Kind::Value("json", Repeat::Never)),
    MainOption::new("lang", None, Kind::Value("ru", Repeat::Never)),
    MainOption::new("help", Some('h'), Kind::Question(ArgAction::Help)),
    MainOption::new("version", Some('V'), Kind::Question(ArgAction::Version)),
];

impl MainOption {
    const fn new(name: &'static str, short: Option<char>, kind: Kind) -> Self {
        Self { name, short, kind }
    }

    fn arg(&self) -> Arg {
        let arg = match &self.kind {
            Kind::Word => return Arg::new(self.name).value_parser(value_parser!(OsString)),
            Kind::Value(_, Repeat::Never) => with_value(self.name),
            Kind::Value(_, Repeat::AtWill) => with_value(self.name).action(ArgAction::Append),
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
    Command::new("hello")
        .version(env!("CARGO_PKG_VERSION"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(OPTIONS.iter().map(MainOption::arg))
        .args(
            LIMITS
                .iter()
                .map(|limit| with_value(limit.option).long(limit.option)),
        )
}

/// An option that takes one value. A value may start with a hyphen: `--head-timeout -5s` is
/// then refused as a bad value, not as an unknown option.
fn with_value(name: &'static str) -> Arg {
    Arg::new(name)
        .action(ArgAction::Set)
        .value_parser(value_parser!(OsString))
        .allow_hyphen_values(true)
}

/// A value that the option would take, for errors; `option` without dashes.
pub(super) fn example(option: &str) -> String {
    if let Some(limit) = limits::find(option) {
        return limit.example();
    }
    let found = OPTIONS.iter().find(|known| known.name == option);
    match found.map(|known| &known.kind) {
        Some(Kind::Value(example, _)) => (*example).to_owned(),
        _ => String::new(),
    }
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
            if arg.get_long().is_some() && arg.get_action().takes_values() {
                assert_ne!(example(arg.get_id().as_str()), "", "{arg}");
            }
        }
    }
}
