//! What `HELLO_*` variables say: the same as the options of their names, where the command line says
//! nothing.
//!
//! `HELLO_HEAD_TIMEOUT=5s` is `--head-timeout 5s`, `HELLO_SPA=true` is `--spa`, `HELLO_SERVE=./dist` is the
//! path. Several values stand in one variable, with commas between them, or with semicolons where a value
//! may have commas in it (`HELLO_RATE_LIMIT`). Other variables that begin so
//! mean nothing: Kubernetes makes some for a service that is called hello.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::misuse::Misuse;
use super::options::{self, Takes};
use crate::i18n::shown;

/// What is said, by the names of options.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<&'static str, Vec<OsString>>,
    flags: BTreeMap<&'static str, bool>,
}

/// What says yes, and what says no.
const YES: [&str; 4] = ["1", "true", "yes", "on"];
const NO: [&str; 4] = ["0", "false", "no", "off"];

impl Variables {
    /// Nothing is said.
    pub(super) const NONE: &'static Self = &Self {
        values: BTreeMap::new(),
        flags: BTreeMap::new(),
    };

    /// Reads the variables that are set, by the names of their options. An empty one says nothing.
    pub(super) fn read(set: &[(&'static str, OsString)]) -> Result<Self, Misuse> {
        let mut variables = Self::default();
        for (option, value) in set {
            if value.is_empty() {
                continue;
            }
            match options::takes(option) {
                Takes::Nothing => {
                    let word = value.to_string_lossy().to_ascii_lowercase();
                    let flag = match &*word {
                        word if YES.contains(&word) => true,
                        word if NO.contains(&word) => false,
                        _ => {
                            return Err(Misuse::BadVariable {
                                variable: name(option),
                                value: shown(&value.to_string_lossy()),
                            });
                        }
                    };
                    variables.flags.insert(option, flag);
                }
                Takes::Text => {
                    let text = value.to_string_lossy().into_owned();
                    variables.values.insert(option, vec![text.into()]);
                }
                Takes::One => {
                    variables.values.insert(option, vec![value.clone()]);
                }
                takes @ (Takes::Several | Takes::SeveralTexts) => {
                    let between = if takes == Takes::Several { b',' } else { b';' };
                    let values = value.as_bytes().split(|byte| *byte == between);
                    let values = values
                        .map(<[u8]>::trim_ascii)
                        .filter(|value| !value.is_empty());
                    let values = values.map(|value| OsString::from_vec(value.to_vec()));
                    variables.values.insert(option, values.collect());
                }
            }
        }
        Ok(variables)
    }

    /// Forgets what is said of options that something typed counts before.
    pub(super) fn without(mut self, is_outdone: impl Fn(&'static str) -> bool) -> Self {
        self.values.retain(|option, _| !is_outdone(option));
        self.flags.retain(|option, _| !is_outdone(option));
        self
    }

    /// The values of an option.
    pub(super) fn all(&self, option: &str) -> &[OsString] {
        self.values.get(option).map_or(&[], Vec::as_slice)
    }

    /// The one value of an option.
    pub(super) fn text(&self, option: &str) -> Option<&str> {
        self.all(option)
            .first()
            .map(OsString::as_os_str)
            .and_then(OsStr::to_str)
    }

    /// Whether something is so, if that is said.
    pub(super) fn flag(&self, option: &str) -> Option<bool> {
        self.flags.get(option).copied()
    }

    /// Whether an option is said.
    pub(super) fn has(&self, option: &str) -> bool {
        self.flag(option) == Some(true) || !self.all(option).is_empty()
    }

    /// The options that are said anything of.
    pub(super) fn said(&self) -> impl Iterator<Item = &'static str> {
        self.values.keys().chain(self.flags.keys()).copied()
    }
}

/// The variable of an option: `HELLO_HEAD_TIMEOUT`.
pub(super) fn name(option: &str) -> String {
    let option = match option {
        "path" => "serve",
        option => option,
    };
    format!("HELLO_{}", option.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&'static str, &str)]) -> Result<Variables, Misuse> {
        let set: Vec<_> = { set.iter() }
            .map(|(option, value)| (*option, OsString::from(value)))
            .collect();
        Variables::read(&set)
    }

    #[test]
    fn a_variable_says_what_its_option_does() {
        let said = read(&[
            ("listen", "8080, [::1]:8081 ,"),
            ("config", "a,b.toml"),
            ("head-timeout", "5s"),
            ("spa", "Yes"),
            ("live", "off"),
            ("hidden", ""),
            ("log", ""),
        ])
        .unwrap();
        assert_eq!(said.all("listen"), ["8080", "[::1]:8081"]);
        assert_eq!(said.all("config"), ["a,b.toml"]);
        assert_eq!(said.text("head-timeout"), Some("5s"));
        assert_eq!(
            [said.flag("spa"), said.flag("live")],
            [Some(true), Some(false)]
        );
        assert!(said.has("spa") && !said.has("live") && !said.has("hidden") && !said.has("log"));
        let bad = read(&[("spa", "maybe")]).unwrap_err();
        assert_eq!(bad.key(), "bad-variable");
        assert_eq!(name("path"), "HELLO_SERVE");
        assert_eq!(name("head-timeout"), "HELLO_HEAD_TIMEOUT");
    }
}
