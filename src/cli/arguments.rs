//! Turns the words of the command line into settings, or into the last thing to say.
//!
//! Law: no side effects. The language of what is said is found first, so that a mistake
//! elsewhere on the line is explained in the language that was asked for.
//!
//! The grammar is in `options.rs`, what options become in `given.rs`, what is said in `stop.rs`.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::ErrorKind;
use clap::parser::ValueSource;

use super::asking::{Asked, Question};
use super::check::CheckWish;
use super::command_pages;
use super::complain;
use super::completions;
use super::compress::CompressWish;
use super::effective::Effective;
use super::environment::Environment;
use super::excerpt;
use super::explain;
pub use super::explain::ExplainWish;
use super::given::{Given, Wrong, keys_of, settings};
use super::hash_password::{self, HashWish};
use super::help::help;
use super::manual::manual;
use super::misuse::Misuse;
use super::options::{self, COMMANDS};
use super::sign::SignWish;
use super::stop::Stop;
use super::topics;
use super::trust::{TrustOrder, TrustWish};
use super::variables::Variables;
use crate::config::file::{self, Configuration, Disk, Failure, Layer};
use crate::config::{
    self, Colour, ConfigError, ControlSettings, ListenAddress, OutputSettings, Settings, Traced,
    trace_time,
};
use crate::control::client::Whom;
use crate::control::limits::TRACED_MAX;
use crate::i18n::{self, Args, Language, text_with};
use crate::server::compress::CompressOrder;

/// What the person wants.
#[derive(Debug)]
pub enum Command {
    /// Serve, with these settings.
    Serve(Box<Settings>),
    /// Check whether serving would work.
    Doctor {
        /// With these settings.
        settings: Box<Settings>,
        /// The words that ask for it, as they may be typed into a shell.
        asked: String,
    },
    /// Say what a request would be answered, and why.
    Explain(Box<ExplainWish>),
    /// Have this machine believe in the local authority, or no longer.
    Trust(Box<TrustOrder>),
    /// Lay compressed siblings beside the files of a folder.
    Compress(Box<CompressWish>),
    /// Make a line for a file of users.
    HashPassword(HashWish),
    /// Sign a link.
    Sign(SignWish),
    /// Ask a running server, or tell it something.
    Ask(Box<Question>),
    /// Look for everything that a file of settings names.
    Check(Box<CheckWish>),
    /// Tell every setting, and where it was said.
    Config(Box<Effective>),
}

/// Reads the words after the program's name.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    disk: &dyn Disk,
) -> Result<Command, Stop> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let asked_language = { environment.reader }
        .or_else(|| language_asked_for(&words))
        .or_else(|| environment.language_asked_for());
    let language = asked_language.or(environment.language);
    let text_language = language.unwrap_or(Language::English);
    let command = take_command(&mut words);
    if command == Some("trust") {
        return trust_order(&words, text_language, language, environment);
    }
    if command == Some("compress") {
        return compress_wish(&words, text_language, language);
    }
    if command == Some("hash-password") {
        return hash_wish(&words, text_language);
    }
    if command == Some("sign") {
        return sign_wish(&words, text_language);
    }
    if let Some(command) = command.filter(|command| options::ASKING.contains(command)) {
        return question(
            command,
            &words,
            text_language,
            (language, environment),
            disk,
        );
    }
    if command == Some("check") {
        return check_wish(&words, asked_language, environment, disk);
    }
    let serves = |command: &&str| ["doctor", "config", "explain"].contains(command);
    if let Some(command) = command.filter(|command| !serves(command)) {
        return Err(answer_to(command, &words, text_language));
    }
    let grammar = match command {
        Some("config") => options::config(),
        Some("explain") => options::explain(),
        _ => options::command(),
    };
    let matches = match grammar.try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer(command, &error, &words, text_language)),
    };
    let variables = Variables::read(&environment.variables);
    let variables = variables.map_err(|misuse| misused(text_language, &misuse))?;
    let given = Given::with(&matches, &variables);
    let file = configuration(&given, environment, disk)
        .map_err(|failure| unusable(&failure, &given, asked_language, environment))?;
    let variables = outdone(&variables, file.as_ref());
    let given = Given::with(&matches, &variables);
    let settings = settings(&given, asked_language, environment, file.as_ref());
    let settings = settings.map_err(|wrong| match wrong {
        Wrong::Line(misuse) => misused(text_language, &misuse),
        Wrong::Value(error) => {
            let variable = given.variable_of(error.option);
            let complaint = match &variable {
                Some(variable) => complain::of_variable(&error, variable),
                None => complain::of_setting(&error),
            };
            Stop::complaining(complaint.in_full(text_language))
        }
    })?;
    Ok(match command {
        None => Command::Serve(Box::new(settings)),
        Some("config") => Command::Config(Box::new(Effective {
            said: given.said(),
            as_json: matches.get_flag("json"),
            settings,
            file,
        })),
        Some("explain") => {
            let wish = explain::wish(&given, settings);
            let wish = wish.map_err(|misuse| misused(text_language, &misuse))?;
            Command::Explain(Box::new(wish))
        }
        Some(_) => Command::Doctor {
            settings: Box::new(settings),
            asked: complain::typed(&words),
        },
    })
}

/// The file of settings: the one that was named, or the one that lies here, if nothing was said of what
/// to serve. What `hello ./dist` means does not depend on what lies here.
fn configuration(
    given: &Given<'_>,
    environment: &Environment,
    disk: &dyn Disk,
) -> Result<Option<Configuration>, Failure> {
    let authority = environment.places.authority();
    let beside = given.beside();
    let read = |path: Option<&str>| {
        let path = path.map(Path::new);
        file::read_beside(path, &beside, disk, &authority).map(Some)
    };
    let without_file = || {
        let is_silent = beside.pieces.is_empty();
        if is_silent { Ok(None) } else { read(None) }
    };
    if let Some(path) = given.all("config").next() {
        return file::read_beside(Some(Path::new(path)), &beside, disk, &authority).map(Some);
    }
    if given.all("path").next().is_some() {
        return without_file();
    }
    match read(Some(file::USUAL_NAME)) {
        Err(Failure::Unread(unread)) if unread.is_missing() => without_file(),
        read => read,
    }
}

/// The variables without those of options whose keys are said by `--set`: what was typed counts.
fn outdone(variables: &Variables, file: Option<&Configuration>) -> Variables {
    let is_typed = |key: &str| file.is_some_and(|file| file.beside(key) == Some(Layer::Line));
    { variables.clone() }.without(|option| keys_of(option).any(|key| is_typed(&key)))
}

/// What `hello check` is to look at: the file that is named, or the one that a start would take.
fn check_wish(
    words: &[OsString],
    asked: Option<Language>,
    environment: &Environment,
    disk: &dyn Disk,
) -> Result<Command, Stop> {
    let text_language = asked.or(environment.language).unwrap_or(Language::English);
    let misused = |misuse: &Misuse| misused(text_language, misuse);
    let matches = match options::check().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake("check", &error, words, text_language)),
    };
    let variables = Variables::read(&environment.variables).map_err(|error| misused(&error))?;
    let given = Given::with(&matches, &variables);
    let refuse =
        |error: &ConfigError| Stop::complaining(complain::of_setting(error).in_full(text_language));
    if let Some(value) = given.text("lang") {
        config::language(value).map_err(|error| refuse(&error))?;
    }
    let colour = given
        .text("color")
        .map_or(Ok(environment.colour), Colour::read);
    let colour = colour.map_err(|error| refuse(&error))?;
    let typed = matches.get_one::<OsString>("file").map(OsString::as_os_str);
    if matches.get_flag("against-traffic") {
        let given = Given::of(&matches);
        let named = server_of(&given, text_language, environment, disk)?;
        let question = trial(&given, typed, colour, (asked, environment), named);
        return question.map_err(|wrong| match wrong {
            Wrong::Line(misuse) => misused(&misuse),
            Wrong::Value(error) => refuse(&error),
        });
    }
    for option in ["last", "json", "control"] {
        if matches.value_source(option) == Some(ValueSource::CommandLine) {
            let needs = "against-traffic";
            return Err(misused(&Misuse::Needs { option, needs }));
        }
    }
    let (authority, beside) = (environment.places.authority(), given.beside());
    let read =
        |path: Option<&OsStr>| file::read_beside(path.map(Path::new), &beside, disk, &authority);
    let path = typed.or_else(|| given.all("config").next());
    let usual = Some(OsStr::new(file::USUAL_NAME));
    let file = match read(path.or(usual)) {
        // As a start would do without it.
        Err(Failure::Unread(unread))
            if path.is_none() && unread.is_missing() && !beside.pieces.is_empty() =>
        {
            read(None)
        }
        read => read,
    };
    let file = file.map_err(|failure| unusable(&failure, &given, asked, environment))?;
    let language = asked.or(file.settings.output.language);
    let output = OutputSettings::in_language(language.or(environment.language));
    Ok(Command::Check(Box::new(CheckWish {
        file,
        output,
        has_colours: match colour {
            Colour::Auto => environment.answers_are_seen,
            Colour::Always => true,
            Colour::Never => false,
        },
    })))
}

/// What `hello check --against-traffic` asks a running server, which reads its own file.
fn trial(
    given: &Given<'_>,
    typed: Option<&OsStr>,
    colour: Colour,
    (asked, environment): (Option<Language>, &Environment),
    named: Named,
) -> Result<Command, Wrong> {
    if given.is_typed("set") {
        let (option, other) = ("set", "against-traffic");
        return Err(Misuse::Excludes { option, other }.into());
    }
    if let Some(file) = typed {
        let (command, value) = (
            "check --against-traffic",
            i18n::shown(&file.to_string_lossy()),
        );
        return Err(Misuse::ExtraWord { command, value }.into());
    }
    let last = given.text("last").map(|word| {
        let count = word.parse().ok().filter(|count| *count > 0);
        count.ok_or_else(|| Misuse::BadCount {
            value: i18n::shown(word),
        })
    });
    Ok(Command::Ask(Box::new(Question {
        what: Asked::Try {
            last: last.transpose()?,
        },
        whom: named.whom.map_or_else(|| given.whom(), Ok)?,
        file: named.file,
        note: named.note,
        folders: environment.places.runtime.sockets(),
        is_for_programs: given.flag("json") == Some(true),
        output: OutputSettings {
            colour,
            columns: environment.columns,
            ..OutputSettings::in_language(asked.or(environment.language))
        },
    })))
}

/// What is said of a file that cannot be used; in its language, unless another was asked for.
fn unusable(
    failure: &Failure,
    given: &Given<'_>,
    asked: Option<Language>,
    environment: &Environment,
) -> Stop {
    let english = Language::English;
    match failure {
        Failure::Unread(unread) => {
            let language = asked.or(environment.language).unwrap_or(english);
            Stop::complaining(complain::of_unread(unread).in_full(language))
        }
        Failure::Wrong(wrong) => {
            let language = asked.or(wrong.language).or(environment.language);
            let colour = given
                .text("color")
                .and_then(|value| Colour::read(value).ok());
            let has_colours = match colour.unwrap_or(environment.colour) {
                Colour::Auto => environment.errors_are_seen,
                Colour::Always => true,
                Colour::Never => false,
            };
            Stop::showing(excerpt::all(
                language.unwrap_or(english),
                wrong,
                has_colours,
            ))
        }
    }
}

fn misused(language: Language, misuse: &Misuse) -> Stop {
    Stop::complaining(complain::of_misuse(misuse).in_full(language))
}

fn answer(
    command: Option<&str>,
    error: &clap::Error,
    words: &[OsString],
    language: Language,
) -> Stop {
    match error.kind() {
        ErrorKind::DisplayHelp => {
            let page = command.and_then(|command| command_pages::page_of(language, command));
            Stop::answering(page.unwrap_or_else(|| help(language)))
        }
        ErrorKind::DisplayVersion => {
            Stop::answering(concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned())
        }
        _ => misused(language, &Misuse::from_clap(error, words)),
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

/// What `hello trust` is to do.
fn trust_order(
    words: &[OsString],
    text_language: Language,
    language: Option<Language>,
    environment: &Environment,
) -> Result<Command, Stop> {
    let matches = match options::trust().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake("trust", &error, words, text_language)),
    };
    let given = Given::of(&matches);
    let wrong = |misuse: &Misuse| misused(text_language, misuse);
    let refuse =
        |error: &ConfigError| Stop::complaining(complain::of_setting(error).in_full(text_language));
    let (remove, phone) = (matches.get_flag("remove"), matches.get_flag("phone"));
    let what = match (remove, phone) {
        (false, false) => TrustWish::Trust,
        (true, false) => TrustWish::Remove,
        (false, true) => TrustWish::Phone,
        (true, true) => {
            return Err(wrong(&Misuse::ExtraWord {
                command: "trust",
                value: "--phone".to_owned(),
            }));
        }
    };
    let listen = ListenAddress::read_all("listen", given.all("listen"));
    let listen = listen.map_err(|error| refuse(&error))?;
    let listen = Some(listen).filter(|listen| !listen.is_empty());
    let mut output = OutputSettings {
        colour: environment.colour,
        columns: environment.columns,
        ..OutputSettings::in_language(language)
    };
    if let Some(value) = given.text("lang") {
        config::language(value).map_err(|error| refuse(&error))?;
    }
    if let Some(value) = given.text("color") {
        output.colour = Colour::read(value).map_err(|error| refuse(&error))?;
    }
    Ok(Command::Trust(Box::new(TrustOrder {
        what,
        listen,
        output,
    })))
}

/// What `hello compress` is to do.
fn compress_wish(
    words: &[OsString],
    text_language: Language,
    language: Option<Language>,
) -> Result<Command, Stop> {
    let matches = match options::compress().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake("compress", &error, words, text_language)),
    };
    let given = Given::of(&matches);
    if let Some(value) = given.text("lang") {
        config::language(value).map_err(|error| {
            Stop::complaining(complain::of_setting(&error).in_full(text_language))
        })?;
    }
    let misused = |misuse: &Misuse| misused(text_language, misuse);
    let path = match matches.get_one::<OsString>("path") {
        Some(path) if !path.is_empty() => path.into(),
        // `$FOLDER` that is empty names none either.
        _ => return Err(misused(&Misuse::MissingFolder)),
    };
    Ok(Command::Compress(Box::new(CompressWish {
        order: CompressOrder {
            path,
            is_dry: matches.get_flag("dry-run"),
        },
        output: OutputSettings {
            quiet: matches.get_flag("quiet"),
            ..OutputSettings::in_language(language)
        },
    })))
}

/// Whose password `hello hash-password` is to hash.
fn hash_wish(words: &[OsString], language: Language) -> Result<Command, Stop> {
    let matches = match options::one_word("hash-password").try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake("hash-password", &error, words, language)),
    };
    let name = Given::of(&matches).text("word").map(str::to_owned);
    if let Some(name) = name
        .as_deref()
        .filter(|name| !hash_password::is_user_name(name))
    {
        let value = i18n::shown(name);
        return Err(misused(language, &Misuse::BadUserName { value }));
    }
    Ok(Command::HashPassword(HashWish { name, language }))
}

/// What `hello sign` is to sign.
fn sign_wish(words: &[OsString], language: Language) -> Result<Command, Stop> {
    let matches = match options::sign().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake("sign", &error, words, language)),
    };
    SignWish::read(&Given::of(&matches), language)
        .map_err(|wrong| match wrong {
            Wrong::Line(misuse) => misused(language, &misuse),
            Wrong::Value(error) => {
                Stop::complaining(complain::of_setting(&error).in_full(language))
            }
        })
        .map(Command::Sign)
}

/// What a running server is to be asked.
fn question(
    command: &'static str,
    words: &[OsString],
    text_language: Language,
    (language, environment): (Option<Language>, &Environment),
    disk: &dyn Disk,
) -> Result<Command, Stop> {
    let matches = match options::asking(command).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return Err(answer_to_mistake(command, &error, words, text_language)),
    };
    let given = Given::of(&matches);
    let refuse =
        |error: &ConfigError| Stop::complaining(complain::of_setting(error).in_full(text_language));
    let misused = |misuse: &Misuse| misused(text_language, misuse);
    let has = |flag| options::is_taken_by(command, flag) && matches.get_flag(flag);
    if let Some(value) = given.text("lang") {
        config::language(value).map_err(|error| refuse(&error))?;
    }
    let what = match command {
        "status" => Asked::Status,
        "connections" if has("follow") => Asked::Follow,
        "connections" => Asked::Connections,
        "close" => Asked::Close {
            connection: connection_of(given.text("connection")).map_err(|wrong| misused(&wrong))?,
            now: has("now"),
        },
        "trace" => traced(&given).map_err(|wrong| match wrong {
            Wrong::Line(wrong) => misused(&wrong),
            Wrong::Value(error) => refuse(&error),
        })?,
        "reload" => Asked::Reload,
        _ => Asked::Top,
    };
    let named = server_of(&given, text_language, environment, disk)?;
    let whom = named.whom.map_or_else(|| given.whom(), Ok);
    Ok(Command::Ask(Box::new(Question {
        what,
        whom: whom.map_err(|error| refuse(&error))?,
        file: named.file,
        note: named.note,
        folders: environment.places.runtime.sockets(),
        is_for_programs: has("json"),
        output: OutputSettings {
            colour: environment.colour,
            columns: environment.columns,
            ..OutputSettings::in_language(language)
        },
    })))
}

/// The server that a file names.
#[derive(Default)]
struct Named {
    whom: Option<Whom>,
    /// As it is called.
    file: Option<String>,
    /// What is to be said of a file that does not tell.
    note: Option<String>,
}

/// The server whose socket a file names: the one after `--config`, or the one that lies here. A file
/// that cannot be used is in nobody's way.
fn server_of(
    given: &Given<'_>,
    language: Language,
    environment: &Environment,
    disk: &dyn Disk,
) -> Result<Named, Stop> {
    if given.is_typed("control") {
        return Ok(Named::default());
    }
    let typed = given.all("config").next();
    let path = Path::new(typed.unwrap_or(OsStr::new(file::USUAL_NAME)));
    let name = path.to_string_lossy().into_owned();
    let (control, is_wrong) = match file::read(path, disk, &environment.places.authority()) {
        Ok(file) => (file.settings.control, false),
        Err(Failure::Wrong(wrong)) => (wrong.control, true),
        Err(Failure::Unread(unread)) if typed.is_some() => {
            let complaint = complain::of_unread(&unread);
            return Err(Stop::complaining(complaint.in_full(language)));
        }
        Err(Failure::Unread(unread)) if unread.is_missing() => return Ok(Named::default()),
        Err(Failure::Unread(_)) => (Settings::default().control, true),
    };
    let args = Args::new().with("file", i18n::shown(&name));
    let note = || text_with(language, "asking-without-file", &args);
    Ok(match control {
        ControlSettings::At(path) => Named {
            whom: Some(Whom::At(path)),
            file: Some(name),
            note: None,
        },
        _ => Named {
            note: is_wrong.then(note),
            ..Named::default()
        },
    })
}

/// What is to be traced, and for how long.
fn traced(given: &Given<'_>) -> Result<Asked, Wrong> {
    let mut what = Vec::new();
    for text in given.texts("what") {
        let value = i18n::shown(text);
        if what.len() == TRACED_MAX {
            let command = "trace";
            return Err(Misuse::ExtraWord { command, value }.into());
        }
        let traced = Traced::read("trace", text).map_err(|_| Misuse::BadTraced { value })?;
        what.push(traced.to_string());
    }
    if what.is_empty() {
        return Err(Misuse::MissingTraced.into());
    }
    let time = given.text("for").map(trace_time).transpose()?;
    Ok(Asked::Trace { what, time })
}

/// The number of a connection; `#12`, as the journal has it, is one too.
fn connection_of(word: Option<&str>) -> Result<u64, Misuse> {
    let word = word.ok_or(Misuse::MissingConnection)?;
    let number = word.strip_prefix('#').unwrap_or(word).parse();
    number.map_err(|_| Misuse::BadConnection {
        value: i18n::shown(word),
    })
}

/// A mistake in the words of a command.
fn answer_to_mistake(
    command: &'static str,
    error: &clap::Error,
    words: &[OsString],
    language: Language,
) -> Stop {
    let stop = answer(Some(command), error, words, language);
    match Misuse::from_clap(error, words) {
        Misuse::SecondPath { value } => misused(language, &Misuse::ExtraWord { command, value }),
        Misuse::UnknownOptionSimilar { option, similar } if option != similar => stop,
        // The server has one of that name, or nobody.
        Misuse::UnknownOption { option } | Misuse::UnknownOptionSimilar { option, .. } => {
            misused(language, &Misuse::NoOptionOf { command, option })
        }
        _ => stop,
    }
}

/// What a command that only says something has to say.
fn answer_to(command: &'static str, words: &[OsString], language: Language) -> Stop {
    let matches = match options::one_word(command).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return answer_to_mistake(command, &error, words, language),
    };
    let word = Given::of(&matches).text("word");
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
        Err(misuse) => misused(language, &misuse),
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

#[cfg(test)]
mod tests;
