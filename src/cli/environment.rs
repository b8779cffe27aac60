//! What the surroundings of the process say. The only file that reads the environment.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::geteuid;

use super::{options, variables};
use crate::config::{Colour, ServiceSettings};
use crate::i18n::Language;

/// What the environment says, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The language of the locale; `None` if it names none (`C`, `POSIX`, unset).
    pub language: Option<Language>,
    /// Who reads what is said, if that is somebody else than who started this: their language counts more
    /// than any other.
    pub reader: Option<Language>,
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
    /// What whoever started us wants, and has handed over.
    pub service: ServiceSettings,
    /// Whether what goes wrong is said on a terminal.
    pub errors_are_seen: bool,
    /// Whether what was asked for is said on a terminal.
    pub answers_are_seen: bool,
    /// What stands in the variables of options, by the options' names.
    pub variables: Vec<(&'static str, OsString)>,
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
            reader: None,
            locale: Locale::default(),
            colour: Colour::Auto,
            columns: None,
            places: Places::default(),
            has_display: false,
            service: ServiceSettings::default(),
            errors_are_seen: false,
            answers_are_seen: false,
            variables: Vec::new(),
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
            answers_are_seen: io::stdout().is_terminal(),
            variables: variables(),
            ..Self::of(variable)
        }
    }

    /// The language that a variable of ours asks for.
    pub fn language_asked_for(&self) -> Option<Language> {
        let (_, tag) = self
            .variables
            .iter()
            .find(|(option, _)| *option == "lang")?;
        Language::of_tag(tag.to_str()?)
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
            reader: None,
            locale: Locale::of(locale),
            colour: colour(&variable),
            columns: variable("COLUMNS").and_then(|columns| columns.parse().ok()),
            places: Places::of(&variable, geteuid().is_root()),
            has_display: has_display(&variable),
            service: service(&variable, std::process::id()),
            errors_are_seen: false,
            answers_are_seen: false,
            variables: Vec::new(),
        }
    }
}

/// What a service manager says (`sd_notify(3)`, `sd_watchdog_enabled(3)`, `sd_listen_fds(3)`): what is
/// meant for another process is not for us.
fn service(variable: impl Fn(&str) -> Option<String>, pid: u32) -> ServiceSettings {
    let number = |name| {
        variable(name)?
            .parse::<u64>()
            .ok()
            .filter(|number| *number > 0)
    };
    let is_for_us = |name| number(name) == Some(pid.into());
    let is_watched = is_for_us("WATCHDOG_PID") || number("WATCHDOG_PID").is_none();
    let count = number("LISTEN_FDS").filter(|_| is_for_us("LISTEN_PID"));
    let count = usize::try_from(count.unwrap_or(0)).unwrap_or(usize::MAX);
    let names = variable("LISTEN_FDNAMES").unwrap_or_default();
    let names = names.split(':').map(str::to_owned);
    ServiceSettings {
        notify: variable("NOTIFY_SOCKET")
            .filter(|name| name.starts_with(['/', '@']))
            .map(Into::into),
        watchdog: number("WATCHDOG_USEC")
            .filter(|_| is_watched)
            .map(Duration::from_micros),
        handed: names
            .chain(std::iter::repeat(String::new()))
            .take(count.min(HANDED_MAX))
            .collect(),
    }
}

/// Sockets that are taken over. Reason: more than anybody has addresses. Beyond it: left alone.
const HANDED_MAX: usize = 64;

fn variables() -> Vec<(&'static str, OsString)> {
    let of = |option| Some((option, std::env::var_os(variables::name(option))?));
    options::with_variables().filter_map(of).collect()
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
    fn what_a_service_manager_says_is_heard_unless_it_is_for_somebody_else() {
        let service = |variables: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            service(variable, 42)
        };
        assert_eq!(service(&[]), ServiceSettings::default());
        let all = service(&[
            ("NOTIFY_SOCKET", "/run/systemd/notify"),
            ("WATCHDOG_USEC", "30000000"),
            ("WATCHDOG_PID", "42"),
            ("LISTEN_PID", "42"),
            ("LISTEN_FDS", "3"),
            ("LISTEN_FDNAMES", "web:redirect-http"),
        ]);
        assert_eq!(all.notify, Some("/run/systemd/notify".into()));
        assert_eq!(all.watchdog, Some(Duration::from_secs(30)));
        assert_eq!(all.handed, ["web", "redirect-http", ""]);
        let others = service(&[
            ("NOTIFY_SOCKET", "vsock:2:1"),
            ("WATCHDOG_USEC", "30000000"),
            ("WATCHDOG_PID", "7"),
            ("LISTEN_PID", "7"),
            ("LISTEN_FDS", "1"),
        ]);
        assert_eq!(others, ServiceSettings::default());
        assert!(service(&[("LISTEN_FDS", "1")]).handed.is_empty());
        let many = service(&[("LISTEN_PID", "42"), ("LISTEN_FDS", "4000000000")]);
        assert_eq!(many.handed.len(), HANDED_MAX);
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
