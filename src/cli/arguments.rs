//! Turns the words of the command line into settings, or into the last thing to say.
//!
//! Law: no side effects. The language of what is said is found first, so that a mistake
//! elsewhere on the line is explained in the language that was asked for.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::complain;
use super::completions;
use super::environment::Environment;
use super::help::help;
use super::manual::manual;
use super::misuse::Misuse;
use super::options;
use super::topics;
use crate::config::{
    self, CertificateFiles, Colour, ConfigError, ListenAddress, LogFormat, OutputSettings, Serve,
    Settings, limits,
};
use crate::i18n::{self, Language};

/// What the person wants.
#[derive(Debug)]
pub enum Command {
    /// Serve, with these settings.
    Serve(Box<Settings>),
    /// Check whether serving with these settings would work.
    Doctor(Box<Settings>),
}

/// The first words that are commands. They win over a folder of that name, always: what a word
/// means must not depend on what lies in the current folder. The folder is `./help`.
pub(super) const COMMANDS: [&str; 4] = ["doctor", "help", "completions", "man"];

/// Nothing is to be done but to say something.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop {
    /// What to say, without a line break at the end.
    pub text: String,
    /// Whether it was asked for, and so goes to standard output.
    pub to_stdout: bool,
    /// 0 if it was asked for, 2 for what we cannot do.
    pub exit_code: u8,
}

/// The exit code where we cannot do what we were asked.
const EXIT_CANNOT: u8 = 2;

/// Reads the words after the program's name.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    environment: &Environment,
) -> Result<Command, Stop> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let language = language_asked_for(&words).or(environment.language);
    let text_language = language.unwrap_or(Language::English);
    let command = take_command(&mut words);
    if let Some(command) = command.filter(|command| *command != "doctor") {
        return Err(answer_to(command, &words, text_language));
    }
    let matches = match options::command().try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer(&error, &words, text_language)),
    };
    let settings =
        settings(&Given(&matches), language, environment).map_err(|wrong| match wrong {
            Wrong::Line(misuse) => Stop::misused(text_language, &misuse),
            Wrong::Value(error) => {
                Stop::complaining(complain::of_setting(&error).in_full(text_language))
            }
        })?;
    Ok(match command {
        None => Command::Serve(Box::new(settings)),
        Some(_) => Command::Doctor(Box::new(settings)),
    })
}

impl Stop {
    fn answering(text: String) -> Self {
        Self {
            text,
            to_stdout: true,
            exit_code: 0,
        }
    }

    /// What was asked cannot be done, and why.
    pub(super) fn complaining(text: String) -> Self {
        Self {
            text,
            to_stdout: false,
            exit_code: EXIT_CANNOT,
        }
    }

    fn misused(language: Language, misuse: &Misuse) -> Self {
        Self::complaining(complain::of_misuse(misuse).in_full(language))
    }
}

fn answer(error: &clap::Error, words: &[OsString], language: Language) -> Stop {
    match error.kind() {
        ErrorKind::DisplayHelp => Stop::answering(help(language)),
        ErrorKind::DisplayVersion => {
            Stop::answering(concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned())
        }
        _ => Stop::misused(language, &Misuse::from_clap(error, words)),
    }
}

/// Takes the command out of the words, if the first of them, but for `--lang`, is one.
fn take_command(words: &mut Vec<OsString>) -> Option<&'static str> {
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += match word.to_str()? {
            "--lang" => 2,
            word if word.starts_with("--lang=") => 1,
            word => {
                let command = COMMANDS.into_iter().find(|command| *command == word)?;
                words.remove(place);
                return Some(command);
            }
        };
    }
    None
}

/// What a command that only says something has to say.
fn answer_to(command: &'static str, words: &[OsString], language: Language) -> Stop {
    let matches = match options::one_word(command).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => {
            let stop = answer(&error, words, language);
            let misuse = match Misuse::from_clap(&error, words) {
                Misuse::SecondPath { value } => Misuse::ExtraWord { command, value },
                _ => return stop,
            };
            return Stop::misused(language, &misuse);
        }
    };
    let word = Given(&matches).text("word");
    let text = match (command, word) {
        ("help", None) => Ok(topics::list(language)),
        ("help", Some(key)) => topics::explain(language, key),
        ("completions", None) => Err(Misuse::MissingShell),
        ("completions", Some(shell)) => completions::for_shell(language, shell),
        (_, None) => Ok(manual(language)),
        (command, Some(word)) => Err(Misuse::ExtraWord {
            command,
            value: i18n::shown(word),
        }),
    };
    match text {
        Ok(text) => Stop::answering(text),
        Err(misuse) => Stop::misused(language, &misuse),
    }
}

/// The language of `--lang`, before anything else is understood.
fn language_asked_for(words: &[OsString]) -> Option<Language> {
    let mut words = words.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let word = word.to_string_lossy();
        let value = match word.strip_prefix("--lang") {
            Some("") => words.next()?.to_string_lossy(),
            Some(rest) => match rest.strip_prefix('=') {
                Some(value) => value.to_owned().into(),
                None => continue,
            },
            None => continue,
        };
        return config::language(&value).ok();
    }
    None
}

enum Wrong {
    Line(Misuse),
    Value(ConfigError),
}

impl From<ConfigError> for Wrong {
    fn from(error: ConfigError) -> Self {
        Self::Value(error)
    }
}

impl From<Misuse> for Wrong {
    fn from(misuse: Misuse) -> Self {
        Self::Line(misuse)
    }
}

fn settings(
    given: &Given<'_>,
    language: Option<Language>,
    environment: &Environment,
) -> Result<Settings, Wrong> {
    given.refuse_swallowed_options()?;
    if let Some(value) = given.text("lang") {
        config::language(value)?;
    }
    let mut settings = Settings {
        serve: given.serve()?,
        listen: ListenAddress::read_all(given.addresses())?,
        answer_probes: given.0.get_flag("answer-probes"),
        next_port: given.0.get_flag("next-port"),
        output: OutputSettings {
            quiet: given.0.get_flag("quiet"),
            full_screen: given.0.get_flag("tui"),
            colour: environment.colour,
            columns: environment.columns,
            ..OutputSettings::in_language(language)
        },
        ..Settings::default()
    };
    settings.tls.certificates = given.certificates()?;
    if let Some(value) = given.text("log") {
        settings.output.format = LogFormat::read(value)?;
    }
    if let Some(value) = given.text("color") {
        settings.output.colour = Colour::read(value)?;
    }
    limits::apply(&mut settings, |option| given.text(option))?;
    Ok(settings)
}

/// What was given, by the name of its option.
struct Given<'a>(&'a ArgMatches);

impl<'a> Given<'a> {
    fn text(&self, option: &str) -> Option<&'a str> {
        self.0.get_one::<String>(option).map(String::as_str)
    }

    fn addresses(&self) -> impl Iterator<Item = &'a OsStr> {
        self.all("listen")
    }

    fn all(&self, option: &str) -> impl Iterator<Item = &'a OsStr> + Clone + use<'a> {
        let values = self.0.get_many::<OsString>(option);
        values.into_iter().flatten().map(OsString::as_os_str)
    }

    /// The first `--cert` with the first `--key`, and so on.
    fn certificates(&self) -> Result<Vec<CertificateFiles>, Misuse> {
        let (certificates, keys) = (self.all("cert"), self.all("key"));
        let missing = match certificates.clone().count().cmp(&keys.clone().count()) {
            Ordering::Less => "cert",
            Ordering::Equal => {
                let pairs = certificates
                    .zip(keys)
                    .map(|(certificate, key)| CertificateFiles {
                        certificate: certificate.into(),
                        key: key.into(),
                    });
                return Ok(pairs.collect());
            }
            Ordering::Greater => "key",
        };
        Err(Misuse::Unpaired { missing })
    }

    fn serve(&self) -> Result<Serve, Misuse> {
        match self.0.get_one::<OsString>("path") {
            None => Ok(Serve::BuiltIn),
            Some(path) if path.is_empty() => Err(Misuse::EmptyPath),
            Some(path) => Ok(Serve::Path(path.into())),
        }
    }

    /// `--listen --quiet`: the grammar takes the second for the value of the first.
    fn refuse_swallowed_options(&self) -> Result<(), Misuse> {
        let swallowed =
            |value: &OsStr| value.is_empty() || value.as_encoded_bytes().starts_with(b"--");
        for name in options::with_values() {
            let mut values = self.0.get_raw(name).into_iter().flatten();
            if values.any(swallowed) {
                let option = format!("--{name}");
                return Err(Misuse::MissingValue { option });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStringExt;
    use std::time::Duration;

    use super::*;
    use crate::config::golden;

    fn parse_in(line: &str, language: Option<Language>) -> Result<Settings, Stop> {
        let words = line.split_whitespace().map(|word| match word {
            "''" => OsString::new(),
            word => OsString::from(word),
        });
        let environment = Environment {
            language,
            ..Environment::default()
        };
        match parse(words, &environment)? {
            Command::Serve(settings) | Command::Doctor(settings) => Ok(*settings),
        }
    }

    fn settings_of(line: &str) -> Settings {
        parse_in(line, None).unwrap()
    }

    #[test]
    fn without_a_word_the_built_in_site_is_served_on_loopback() {
        let settings = settings_of("");
        assert_eq!(settings.serve, Serve::BuiltIn);
        assert_eq!(settings.listen[0].to_string(), "127.0.0.1:7878");
        assert_eq!(settings.drain_timeout, Duration::from_secs(30));
        assert_eq!(settings.output, OutputSettings::in_language(None));
        assert_eq!(settings.connections.max, None);
    }

    #[test]
    fn every_word_finds_its_setting() {
        let settings = settings_of(
            "./dist --answer-probes --listen localhost --listen 8080 --quiet --tui --log json --lang ru --color never \
             --head-timeout 250ms --max-connections 64 --memory-bytes-max=8m \
             --cert a.pem --key b.pem --key d.pem --cert c.pem",
        );
        let pairs: Vec<_> = { settings.tls.certificates.iter() }
            .map(|pair| (pair.certificate.to_str(), pair.key.to_str()))
            .collect();
        let expected = [("a.pem", "b.pem"), ("c.pem", "d.pem")];
        assert_eq!(pairs, expected.map(|(a, b)| (Some(a), Some(b))));
        assert_eq!(settings.serve, Serve::Path("./dist".into()));
        let listen: Vec<String> = settings.listen.iter().map(ToString::to_string).collect();
        assert_eq!(listen, ["localhost:7878", "127.0.0.1:8080"]);
        assert!(settings.answer_probes && !settings_of("").answer_probes);
        assert!(settings.output.quiet && settings.output.full_screen);
        assert_eq!(settings.output.format, LogFormat::Json);
        assert_eq!(settings.output.colour, Colour::Never);
        assert_eq!(settings.output.language, Some(Language::Russian));
        assert_eq!(settings.http1.head_timeout, Duration::from_millis(250));
        assert_eq!(settings.connections.max, Some(64));
        assert_eq!(settings.files.memory_bytes_max, 8 << 20);
    }

    #[test]
    fn options_may_stand_before_the_path_and_after_two_hyphens_all_is_path() {
        assert_eq!(settings_of("-q dist").serve, Serve::Path("dist".into()));
        assert_eq!(
            settings_of("-- --quiet").serve,
            Serve::Path("--quiet".into())
        );
        assert_eq!(settings_of("-").serve, Serve::Path("-".into()));
    }

    #[test]
    fn a_path_need_not_be_text() {
        let path = OsString::from_vec(b"/srv/\xff".to_vec());
        let parsed = parse([path.clone()], &Environment::default());
        let Command::Serve(settings) = parsed.unwrap() else {
            panic!("no command was given");
        };
        assert_eq!(settings.serve, Serve::Path(path.into()));
    }

    #[test]
    fn a_value_that_is_no_text_is_refused_as_a_value() {
        let words = [
            "--head-timeout".into(),
            OsString::from_vec(b"10\xffs".to_vec()),
        ];
        let stop = parse(words, &Environment::default()).unwrap_err();
        assert!(
            stop.text.contains("`--head-timeout 10\u{fffd}s`"),
            "{}",
            stop.text
        );
    }

    #[test]
    fn the_option_decides_the_language_and_else_the_locale() {
        let (english, russian) = (Some(Language::English), Some(Language::Russian));
        for (line, locale, language, greeting) in [
            ("", None, None, Language::Russian),
            ("", english, english, Language::English),
            ("", russian, russian, Language::Russian),
            ("--lang en", None, english, Language::English),
            ("--lang=en", russian, english, Language::English),
            ("--lang ru", english, russian, Language::Russian),
            ("--lang ru-RU", english, russian, Language::Russian),
            ("-- --lang=ru", english, english, Language::English),
        ] {
            let output = parse_in(line, locale).unwrap().output;
            assert_eq!(output.language, language, "{line}");
            assert_eq!(output.greeting_language, greeting, "{line}");
        }
    }

    #[test]
    fn colours_are_as_the_surroundings_say_unless_the_option_says_otherwise() {
        let environment = Environment {
            colour: Colour::Never,
            columns: Some(120),
            ..Environment::default()
        };
        for (line, colour) in [
            ("", Colour::Never),
            ("--color=always", Colour::Always),
            ("--color auto", Colour::Auto),
        ] {
            let words = line.split_whitespace().map(OsString::from);
            let (Command::Serve(settings) | Command::Doctor(settings)) =
                parse(words, &environment).unwrap();
            assert_eq!(settings.output.colour, colour, "{line}");
            assert_eq!(settings.output.columns, Some(120));
        }
    }

    #[test]
    fn a_question_is_answered_on_standard_output_in_the_language_asked_for() {
        for (line, text) in [
            ("--help", help(Language::English)),
            ("-h", help(Language::English)),
            ("--help --lang ru", help(Language::Russian)),
            ("--head-timeout 10 --help", help(Language::English)),
            ("--help --frobnicate", help(Language::English)),
            ("--lang=ru dist -h --quiet", help(Language::Russian)),
            ("doctor --help", help(Language::English)),
            ("man -h", help(Language::English)),
            (
                "--version",
                concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            (
                "-V",
                concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
        ] {
            assert_eq!(
                parse_in(line, None).unwrap_err(),
                Stop::answering(text),
                "{line}"
            );
        }
    }

    #[test]
    fn a_command_is_the_first_word_and_a_folder_of_that_name_has_a_path() {
        let command = |line: &str| {
            let words = line.split_whitespace().map(OsString::from);
            parse(words, &Environment::default())
        };
        for (line, path) in [
            ("./help", "./help"),
            ("-- help", "help"),
            ("-q man", "man"),
            ("--log json doctor", "doctor"),
            ("doctors", "doctors"),
        ] {
            let Ok(Command::Serve(settings)) = command(line) else {
                panic!("{line} is no command");
            };
            assert_eq!(settings.serve, Serve::Path(path.into()), "{line}");
        }
        for line in [
            "doctor ./dist -q",
            "--lang ru doctor ./dist",
            "--lang=ru doctor ./dist",
        ] {
            let Ok(Command::Doctor(settings)) = command(line) else {
                panic!("{line} is a command");
            };
            assert_eq!(settings.serve, Serve::Path("./dist".into()), "{line}");
        }
        for line in ["help --listen", "help --head-timeout --lang en"] {
            assert_eq!(command(line).unwrap_err().exit_code, 0, "{line}");
        }
        for line in [
            "help",
            "--lang ru help",
            "help --lang ru",
            "man",
            "completions fish",
        ] {
            let stop = command(line).unwrap_err();
            assert!(stop.to_stdout && stop.exit_code == 0, "{line}");
            let is_russian = stop.text.contains("У каждой ошибки");
            assert_eq!(is_russian, line.contains("ru"), "{line}");
        }
    }

    /// One line for each way to go wrong, and for those that look alike.
    const MISTAKES: [&str; 68] = [
        "--lisen 8080",
        "--LANG ru",
        "--Head-Timeout=5s",
        "--port 8080",
        "-p 8080",
        "-p8080",
        "-l 8080",
        "--frobnicate",
        "-x",
        "-dist",
        "-qx",
        "--listen",
        "--listen --quiet",
        "--listen=",
        "--head-timeout",
        "--head-timeout ''",
        "--max-connections",
        "--log",
        "--quiet=yes",
        "--quiet --quiet",
        "--lang ru --lang en",
        "--head-timeout 1s --head-timeout 2s",
        "one two",
        "''",
        "--head-timeout 10",
        "--head-timeout 1.5s",
        "--head-timeout -5s",
        "--head-timeout soon",
        "--idle-timeout 0s",
        "--idle-timeout 48h",
        "--head-bytes-max big",
        "--head-bytes-max 64KB",
        "--head-bytes-max 512",
        "--head-bytes-max 1MiB",
        "--body-rate-min slow",
        "--body-rate-min 0",
        "--fields-max many",
        "--fields-max 101",
        "--max-connections many",
        "--max-connections 0",
        "--target-bytes-max 32KiB",
        "--memory-file-bytes-max 1MiB --memory-bytes-max 512KiB",
        "--log xml",
        "--lang de",
        "--color sometimes",
        "--listen *:80",
        "--listen 127.0.0.300:80",
        "--listen unix:",
        "--listen 127.0.0.1:http",
        "--listen 127.0.0.1:65536",
        "--listen localhost:",
        "--listen ::1:8080",
        "--listen http://localhost:8080/",
        "--listen /run/hello.sock",
        "--listen unix:/srv/a/path/that/is/longer/than/the/hundred/and/seven/bytes/\
         which/the/kernel/takes/for/the/path/of/a/socket.sock",
        "--listen 8080 --listen localhost:8080",
        "--listen 127.0.0.1:80\u{1b}[2J",
        "--cert a.pem",
        "--key a.pem --cert b.pem --key c.pem",
        "--cert --key a.pem",
        "--next-prot",
        "help prot-in-use",
        "help nonsense",
        "help port-in-use twice",
        "help --frobnicate",
        "completions",
        "completions powershell",
        "man hello",
    ];

    #[test]
    fn every_mistake_is_explained_in_both_languages() {
        let mut page = String::new();
        for line in MISTAKES {
            writeln!(page, "$ hello {}", line.replace('\u{1b}', "<ESC>")).unwrap();
            for language in Language::ALL {
                let stop = parse_in(line, Some(language)).unwrap_err();
                writeln!(page, "{}", stop.text).unwrap();
                assert_eq!((stop.to_stdout, stop.exit_code), (false, 2), "{line}");
            }
            page.push('\n');
        }
        golden::check("tests/golden/option-errors.txt", &page);
    }
}
