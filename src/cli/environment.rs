//! What the surroundings of the process say. The only file that reads the environment.

use crate::i18n::Language;

/// What the environment says, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The language of the locale; `None` if it names none (`C`, `POSIX`, unset).
    pub language: Option<Language>,
    /// Whether colours are unwanted (no-color.org).
    pub no_color: bool,
}

impl Environment {
    /// Reads the environment of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let variable = |name: &str| std::env::var(name).ok();
        Self::of(variable)
    }

    /// Reads an environment that is asked by name.
    ///
    /// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty decides (POSIX, Base
    /// Definitions §8.2), even if it names no language.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(&variable)
            .find(|value| !value.is_empty());
        Self {
            language: locale.as_deref().and_then(language_of_locale),
            no_color: variable("NO_COLOR").is_some_and(|value| !value.is_empty()),
        }
    }
}

/// A language that we do not speak gets English, the one most of its readers know.
fn language_of_locale(locale: &str) -> Option<Language> {
    let name = locale.split(['.', '@']).next().unwrap_or("");
    match name {
        "" | "C" | "POSIX" => None,
        _ => Some(Language::of_tag(locale).unwrap_or(Language::English)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], language: Option<Language>) {
        let environment = Environment::of(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(environment.language, language, "{variables:?}");
    }

    #[test]
    fn the_locale_names_a_language_or_none() {
        let (english, russian) = (Some(Language::English), Some(Language::Russian));
        check(&[], None);
        check(&[("LANG", "ru_RU.UTF-8")], russian);
        check(&[("LANG", "en_GB")], english);
        check(&[("LANG", "de_DE.UTF-8")], english);
        check(&[("LANG", "C")], None);
        check(&[("LANG", "C.UTF-8")], None);
        check(&[("LANG", "POSIX")], None);
        check(&[("LANG", ".UTF-8")], None);
        check(&[("LANGUAGE", "ru")], None);
    }

    #[test]
    fn colours_can_be_declined() {
        for (value, no_color) in [(None, false), (Some(""), false), (Some("1"), true)] {
            let environment = Environment::of(|name| {
                let value = value.filter(|_| name == "NO_COLOR");
                value.map(str::to_owned)
            });
            assert_eq!(environment.no_color, no_color, "{value:?}");
        }
    }

    #[test]
    fn the_stronger_variable_decides_unless_it_is_empty() {
        let (english, russian) = (Some(Language::English), Some(Language::Russian));
        check(&[("LANG", "en_US"), ("LC_MESSAGES", "ru_RU")], russian);
        check(&[("LC_MESSAGES", "ru_RU"), ("LC_ALL", "en_US")], english);
        check(&[("LANG", "ru_RU"), ("LC_ALL", "C")], None);
        check(&[("LANG", "ru_RU"), ("LC_ALL", "")], russian);
    }
}
