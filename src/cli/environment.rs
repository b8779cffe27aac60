//! What the surroundings of the process say. The only file that reads the environment.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use rustix::process::geteuid;

use crate::config::Colour;
use crate::i18n::Language;

/// What the environment says, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The language of the locale; `None` if it names none (`C`, `POSIX`, unset).
    pub language: Option<Language>,
    /// The locale itself.
    pub locale: Locale,
    /// Where the person wants colours.
    pub colour: Colour,
    /// Columns of the terminal (`COLUMNS`), if they are told here.
    pub columns: Option<u16>,
    /// Where things of this person are.
    pub places: Places,
    /// Whether there is a display that a browser could be shown on.
    pub has_display: bool,
    /// Whether what goes wrong is said on a terminal.
    pub errors_are_seen: bool,
}

/// Where things are kept, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The home.
    pub home: Option<PathBuf>,
    /// Where programs keep their data (`XDG_DATA_HOME`), if it is said; a path from the top, as the
    /// rules want it.
    pub data: Option<PathBuf>,
    /// Where programs keep what goes when they end: `RUNTIME_DIRECTORY`, if a service was given one,
    /// and a folder of this person's own (`XDG_RUNTIME_DIR`).
    pub runtime: Runtime,
    /// Folders of programs.
    pub path: String,
    /// User and group of the person who became administrator for this one command (sudo).
    pub behind: Option<(u32, u32)>,
    /// Whether this is the administrator.
    pub is_administrator: bool,
}

/// Where things are kept that go when their program ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runtime {
    /// A folder of the service's own.
    pub service: Option<PathBuf>,
    /// A folder of the person's own, with one for each program in it.
    pub person: Option<PathBuf>,
    /// The number of the user.
    pub user: u32,
}

/// Where control sockets of the administrator and of services are.
const SYSTEM_SOCKETS: &str = "/run/hello";

impl Runtime {
    /// The folders where control sockets may be, those that are wanted most first. The last is for
    /// machines and containers that have no other.
    pub fn sockets(&self) -> Vec<PathBuf> {
        let own = self.person.as_ref().map(|folder| folder.join("hello"));
        let last = format!("/tmp/hello-{}", self.user).into();
        let folders = [
            self.service.clone(),
            own,
            Some(SYSTEM_SOCKETS.into()),
            Some(last),
        ];
        let mut folders: Vec<PathBuf> = folders.into_iter().flatten().collect();
        folders.dedup();
        folders
    }
}

impl Places {
    fn of(variable: impl Fn(&str) -> Option<String>, is_administrator: bool) -> Self {
        let folder = |name| {
            let path = variable(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let number = |name| variable(name)?.parse::<u32>().ok();
        let behind = number("SUDO_UID").zip(number("SUDO_GID"));
        Self {
            home: folder("HOME"),
            data: folder("XDG_DATA_HOME"),
            runtime: Runtime {
                // Of several, separated by colons, the first.
                service: variable("RUNTIME_DIRECTORY")
                    .and_then(|folders| folders.split(':').next().map(PathBuf::from))
                    .filter(|folder| folder.is_absolute()),
                person: folder("XDG_RUNTIME_DIR"),
                user: geteuid().as_raw(),
            },
            path: variable("PATH").unwrap_or_default(),
            behind: behind.filter(|(user, _)| is_administrator && *user != 0),
            is_administrator,
        }
    }

    /// The folder of the local authority. The administrator's is the system's, so that what runs as
    /// root never leaves files in somebody's home.
    pub fn authority(&self) -> PathBuf {
        let data = match (&self.data, &self.home) {
            (Some(data), _) => Some(data.clone()),
            (None, Some(home)) if !self.is_administrator => Some(home.join(".local/share")),
            _ => None,
        };
        data.unwrap_or_else(|| "/var/lib".into()).join("hello")
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            language: None,
            locale: Locale::default(),
            colour: Colour::Auto,
            columns: None,
            places: Places::default(),
            has_display: false,
            errors_are_seen: false,
        }
    }
}

/// The locale, as the system names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    /// Its name; `None` if it is not set.
    pub name: Option<String>,
    /// Whether it names a language that we speak, or none.
    pub is_ours: bool,
    /// Whether texts are UTF-8 there; where nothing is said, they are.
    pub is_utf8: bool,
}

impl Locale {
    fn of(name: Option<String>) -> Self {
        let text = name.as_deref().unwrap_or_default();
        let charset = text.split('@').next().and_then(|text| text.split_once('.'));
        let charset = charset.map_or("utf8".to_owned(), |(_, charset)| {
            charset.to_ascii_lowercase().replace('-', "")
        });
        Self {
            is_ours: names_no_language(text) || Language::of_tag(text).is_some(),
            is_utf8: charset == "utf8",
            name,
        }
    }
}

impl Environment {
    /// Reads the environment of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let variable = |name: &str| std::env::var(name).ok();
        Self {
            errors_are_seen: io::stderr().is_terminal(),
            ..Self::of(variable)
        }
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
            locale: Locale::of(locale),
            colour: colour(&variable),
            columns: variable("COLUMNS").and_then(|columns| columns.parse().ok()),
            places: Places::of(&variable, geteuid().is_root()),
            has_display: has_display(&variable),
            errors_are_seen: false,
        }
    }
}

/// X or Wayland; Windows around Linux; Android around a terminal; a Mac always has one.
fn has_display(variable: impl Fn(&str) -> Option<String>) -> bool {
    const TOLD_BY: [&str; 4] = [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "WSL_DISTRO_NAME",
        "TERMUX_VERSION",
    ];
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    cfg!(target_os = "macos") || TOLD_BY.into_iter().any(is_set)
}

/// The conventions of no-color.org and bixense.com/clicolors; who wants none counts before who
/// wants some, and a person before what is known of the terminal.
fn colour(variable: impl Fn(&str) -> Option<String>) -> Colour {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let is_on = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    if is_set("NO_COLOR") {
        Colour::Never
    } else if is_on("CLICOLOR_FORCE") {
        Colour::Always
    } else if variable("TERM").is_some_and(|terminal| terminal == "dumb") {
        Colour::Never
    } else {
        Colour::Auto
    }
}

/// A language that we do not speak gets English, the one most of its readers know.
fn language_of_locale(locale: &str) -> Option<Language> {
    if names_no_language(locale) {
        return None;
    }
    Some(Language::of_tag(locale).unwrap_or(Language::English))
}

fn names_no_language(locale: &str) -> bool {
    let name = locale.split(['.', '@']).next().unwrap_or("");
    matches!(name, "" | "C" | "POSIX")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn check(variables: &[(&str, &str)], language: Option<Language>) {
        assert_eq!(environment(variables).language, language, "{variables:?}");
    }

    #[test]
    fn colours_are_where_the_surroundings_want_them() {
        for (variables, expected) in [
            (&[][..], Colour::Auto),
            (&[("NO_COLOR", "1")], Colour::Never),
            (&[("NO_COLOR", "")], Colour::Auto),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Colour::Never),
            (&[("CLICOLOR_FORCE", "1")], Colour::Always),
            (&[("CLICOLOR_FORCE", "0")], Colour::Auto),
            (&[("TERM", "dumb")], Colour::Never),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], Colour::Always),
            (&[("TERM", "xterm")], Colour::Auto),
        ] {
            assert_eq!(environment(variables).colour, expected, "{variables:?}");
        }
    }

    #[test]
    fn the_authority_is_at_home_or_the_systems() {
        let places = |variables: &[(&str, &str)], is_administrator| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            Places::of(variable, is_administrator)
        };
        let (home, data) = (("HOME", "/home/me"), ("XDG_DATA_HOME", "/data"));
        for (variables, is_administrator, expected) in [
            (&[home][..], false, "/home/me/.local/share/hello"),
            (&[home, data], false, "/data/hello"),
            (
                &[home, ("XDG_DATA_HOME", "data")],
                false,
                "/home/me/.local/share/hello",
            ),
            (&[home], true, "/var/lib/hello"),
            (&[home, data], true, "/data/hello"),
            (&[], false, "/var/lib/hello"),
        ] {
            let folder = places(variables, is_administrator).authority();
            assert_eq!(folder.to_str(), Some(expected));
        }
        let sudo = [("SUDO_UID", "1000"), ("SUDO_GID", "100")];
        assert_eq!(places(&sudo, true).behind, Some((1000, 100)));
        assert_eq!(
            places(&sudo, false).behind,
            None,
            "only sudo says who is behind it"
        );
        assert_eq!(
            places(&[("SUDO_UID", "0"), ("SUDO_GID", "0")], true).behind,
            None
        );
    }

    #[test]
    fn sockets_are_where_the_service_or_the_person_has_a_folder() {
        let folders = |variables: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let mut runtime = Places::of(variable, false).runtime;
            runtime.user = 1000;
            let folders = runtime.sockets();
            let folders = folders.iter().map(|folder| folder.to_str().unwrap());
            folders.collect::<Vec<_>>().join(" ")
        };
        let person = ("XDG_RUNTIME_DIR", "/run/user/1000");
        let service = ("RUNTIME_DIRECTORY", "/run/web:/run/more");
        for (variables, expected) in [
            (&[][..], "/run/hello /tmp/hello-1000"),
            (&[person], "/run/user/1000/hello /run/hello /tmp/hello-1000"),
            (&[service], "/run/web /run/hello /tmp/hello-1000"),
            (
                &[("RUNTIME_DIRECTORY", "/run/hello")],
                "/run/hello /tmp/hello-1000",
            ),
            (&[("XDG_RUNTIME_DIR", "run")], "/run/hello /tmp/hello-1000"),
        ] {
            assert_eq!(folders(variables), expected);
        }
    }

    #[test]
    fn columns_are_a_number_or_nothing() {
        assert_eq!(environment(&[("COLUMNS", "132")]).columns, Some(132));
        assert_eq!(environment(&[("COLUMNS", "wide")]).columns, None);
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
    fn a_locale_is_judged_by_its_language_and_its_letters() {
        for (name, is_ours, is_utf8) in [
            ("ru_RU.UTF-8", true, true),
            ("ru_RU.utf8@euro", true, true),
            ("ru_RU.KOI8-R", true, false),
            ("de_DE.UTF-8", false, true),
            ("en_GB", true, true),
            ("C", true, true),
        ] {
            let locale = Locale::of(Some(name.to_owned()));
            assert_eq!(
                (locale.is_ours, locale.is_utf8),
                (is_ours, is_utf8),
                "{name}"
            );
        }
        assert_eq!(Locale::of(None).name, None);
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
