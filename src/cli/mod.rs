//! Talks with the person at the terminal.
//!
//! The words of the command line become settings in [`arguments`] and `given.rs`, by the grammar of
//! `options.rs`; the surroundings are read in [`environment`]. What goes wrong is said by `complain.rs` and explained by `topics.rs`; `doctor.rs`
//! says it beforehand.

pub mod arguments;
mod asking;
mod attached;
mod check;
mod command_pages;
mod complain;
mod completions;
mod compress;
mod doctor;
mod effective;
pub mod environment;
mod excerpt;
mod explain;
mod given;
mod hash_password;
mod help;
mod manual;
mod misuse;
mod nearest;
mod neighbour;
mod options;
mod sign;
mod status;
mod stop;
mod topics;
mod trial;
mod trust;
mod variables;

use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use arguments::Command;
use environment::Environment;
use rustix::termios::tcgetwinsize;
use stop::Stop;

use crate::clock;
use crate::config::Settings;
use crate::config::file::Disk;
use crate::i18n::Language;
use crate::observe::Restraint;
use crate::server::{self, Facts, Found, LocalDisk, Source, Stamp, StartError};

/// The exit code of a check-up that found something to be mended.
const EXIT_TO_FIX: u8 = 1;

/// Runs the program and tells how it went: 0; 1 if the doctor found something to mend, if trust or
/// compress left something to do, or if no server runs that could be asked; 2 if it cannot do what it was asked.
pub fn run() -> ExitCode {
    let environment = Environment::of_process();
    let witness = Witness::default();
    match arguments::parse(std::env::args_os().skip(1), &environment, &witness) {
        Ok(Command::Serve(settings)) => serve(&settings, environment, witness.found()),
        Ok(Command::Doctor { settings, asked }) => examine(&settings, &asked, &environment),
        Ok(Command::Trust(order)) => match trust::run(&order, &environment.places) {
            Ok(stop) => say(&stop),
            Err(settings) => serve(&settings, environment, Found::default()),
        },
        Ok(Command::Compress(wish)) => say(&compress::run(&wish)),
        Ok(Command::HashPassword(wish)) => say(&hash_password::run(&wish)),
        Ok(Command::Sign(wish)) => say(&sign::run(&wish)),
        Ok(Command::Explain(wish)) => match explain::run(&wish) {
            Ok(stop) => say(&stop),
            Err(error) => say(&cannot(wish.settings.output.text_language(), &error)),
        },
        Ok(Command::Ask(question)) => {
            if let Some(note) = &question.note {
                say(&Stop::complaining(note.clone()));
            }
            say(&asking::run(&question, columns_of(&io::stdout())))
        }
        Ok(Command::Check(wish)) => say(&check::run(&wish)),
        Ok(Command::Config(effective)) => {
            let language = effective.settings.output.text_language();
            say(&Stop::answering(effective.page(language)))
        }
        Err(stop) => say(&stop),
    }
}

/// Says whether serving would work.
fn examine(settings: &Settings, asked: &str, environment: &Environment) -> ExitCode {
    let checks = server::checkup::checkup(settings);
    let language = settings.output.text_language();
    let (text, worst) = doctor::report(language, asked, &checks, &environment.locale);
    let exit_code = match worst {
        doctor::Verdict::Fix => EXIT_TO_FIX,
        doctor::Verdict::Pass | doctor::Verdict::Warning => 0,
    };
    say(&Stop {
        text,
        to_stdout: true,
        is_laid_out: true,
        exit_code,
    })
}

/// The command line, which says where the settings are.
struct Line {
    environment: Environment,
    /// The files that were read last.
    files: Mutex<Vec<PathBuf>>,
    /// What was looked at for that.
    found: Mutex<Found>,
    /// How much may be said of files that cannot be used: somebody may ask for them again and again.
    restraint: Mutex<Restraint>,
}

/// The disk, and a note of what was looked at there, as it was just before.
#[derive(Default)]
struct Witness(Mutex<Found>);

impl Witness {
    fn note(&self, path: &Path, stamp: Stamp) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(path.to_owned(), stamp);
    }

    fn found(self) -> Found {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for Witness {
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        self.note(path, Stamp::of_file(path));
        LocalDisk.read(path, bytes_max)
    }

    fn names(&self, folder: &Path, names_max: usize) -> io::Result<Vec<String>> {
        self.note(folder, Stamp::of_folder(folder));
        LocalDisk.names(folder, names_max)
    }
}

impl Source for Line {
    fn read(&self, language: Option<&str>) -> Result<Settings, server::Complaint> {
        let words = std::env::args_os().skip(1);
        let reader = language.and_then(Language::of_tag);
        let environment = match reader {
            None => &self.environment,
            Some(_) => &Environment {
                reader,
                ..self.environment.clone()
            },
        };
        let witness = Witness::default();
        let parsed = arguments::parse(words, environment, &witness);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *found = witness.found();
        match parsed {
            Ok(Command::Serve(settings)) => {
                let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
                files.clone_from(&settings.configuration);
                Ok(*settings)
            }
            // The words are what they were, so it is still this command.
            Ok(_) => Err(server::Complaint::default()),
            Err(stop) => Err(stop.into_complaint()),
        }
    }

    fn complaint(
        &self,
        settings: &Settings,
        error: &StartError,
        language: Option<&str>,
    ) -> server::Complaint {
        let reader = language.and_then(Language::of_tag);
        let language = reader.unwrap_or_else(|| settings.output.text_language());
        cannot(language, error).into_complaint()
    }

    fn tell(&self, complaint: &server::Complaint) {
        let mut restraint = { self.restraint.lock() }.unwrap_or_else(PoisonError::into_inner);
        if restraint.allows(clock::now()).is_some() {
            say(&Stop {
                is_laid_out: complaint.is_laid_out,
                ..Stop::complaining(complaint.text.clone())
            });
        }
    }

    fn found(&self) -> Found {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone()
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.clone()
    }
}

/// Why it cannot be served so.
fn cannot(language: Language, error: &StartError) -> Stop {
    let complaint = complain::of_start(error, &Facts::about(error));
    Stop::complaining(complaint.in_full(language))
}

/// Serves until told to stop, or says why it cannot.
fn serve(settings: &Settings, environment: Environment, found: Found) -> ExitCode {
    let line = Line {
        environment,
        files: Mutex::new(settings.configuration.clone()),
        found: Mutex::new(found),
        restraint: Mutex::default(),
    };
    match server::run(settings, Arc::new(line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say(&cannot(settings.output.text_language(), &error)),
    }
}

/// Writes the last words and returns the exit code. Nobody may be reading; that is no failure.
fn say(stop: &Stop) -> ExitCode {
    if stop.text.is_empty() {
        return ExitCode::from(stop.exit_code);
    }
    let _ = if stop.to_stdout {
        writeln!(io::stdout().lock(), "{}", stop.text)
    } else {
        let text = match columns_of(&io::stderr()) {
            Some(columns) if !stop.is_laid_out => help::fitted(&stop.text, columns),
            _ => stop.text.clone(),
        };
        writeln!(io::stderr().lock(), "{text}")
    };
    ExitCode::from(stop.exit_code)
}

/// The columns of a terminal; `None` for anything else, and for one that does not tell.
fn columns_of(output: &(impl AsFd + IsTerminal)) -> Option<usize> {
    let size = output.is_terminal().then(|| tcgetwinsize(output))?.ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}
