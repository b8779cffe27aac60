//! A command line that does not follow the grammar, in our own words.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::options;
use crate::config::shown;
use crate::i18n::Args;

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
    /// What the grammar cannot bring about as it is now.
    Unclear,
}

impl Misuse {
    /// Translates what the library found.
    pub(super) fn from_clap(error: &clap::Error) -> Self {
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
            ErrorKind::UnknownArgument => match part(ContextKind::SuggestedArg) {
                Some(similar) => Self::UnknownOptionSimilar {
                    option: argument,
                    similar,
                },
                None => Self::UnknownOption { option: argument },
            },
            ErrorKind::InvalidValue | ErrorKind::NoEquals => Self::MissingValue { option },
            ErrorKind::TooManyValues => Self::UnexpectedValue {
                option,
                value: part(ContextKind::InvalidValue).unwrap_or_default(),
            },
            ErrorKind::ArgumentConflict => Self::OptionTwice { option },
            _ => Self::Unclear,
        }
    }

    /// The stable word for it.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::UnknownOption { .. } => "unknown-option",
            Self::UnknownOptionSimilar { .. } => "unknown-option-similar",
            Self::MissingValue { .. } => "missing-value",
            Self::UnexpectedValue { .. } => "unexpected-value",
            Self::OptionTwice { .. } => "option-twice",
            Self::SecondPath { .. } => "second-path",
            Self::EmptyPath => "empty-path",
            Self::Unclear => "unclear-arguments",
        }
    }

    /// What the sentences are told.
    pub(super) fn args(&self) -> Args<'_> {
        let args = Args::new();
        match self {
            Self::UnknownOption { option } | Self::OptionTwice { option } => {
                args.with("option", option.as_str())
            }
            Self::UnknownOptionSimilar { option, similar } => args
                .with("option", option.as_str())
                .with("similar", similar.as_str()),
            Self::MissingValue { option } => args
                .with("option", option.as_str())
                .with("example", options::example(option.trim_start_matches('-'))),
            Self::UnexpectedValue { option, value } => args
                .with("option", option.as_str())
                .with("value", value.as_str()),
            Self::SecondPath { value } => args.with("value", value.as_str()),
            Self::EmptyPath | Self::Unclear => args,
        }
    }
}
