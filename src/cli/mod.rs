//! Talks with the person at the terminal.
//!
//! The words of the command line become settings in [`arguments`], the surroundings are read in
//! [`environment`], and what goes wrong is said by [`complain`].

pub mod arguments;
pub mod complain;
pub mod environment;
mod help;
mod misuse;
mod options;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::{Command, Stop};
use environment::Environment;

use crate::config::Settings;
use crate::server;

/// Runs the program and tells how it went: 0, or 2 if it cannot do what it was asked.
pub fn run() -> ExitCode {
    let environment = Environment::of_process();
    match arguments::parse(std::env::args_os().skip(1), &environment) {
        Ok(Command::Serve(settings)) => serve(&settings),
        Err(stop) => say(&stop),
    }
}

/// Serves until told to stop, or says why it cannot.
fn serve(settings: &Settings) -> ExitCode {
    match server::run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let language = settings.output.text_language();
            let complaint = complain::complaint(language, error.key(), &error.args());
            say(&Stop::complaining(complaint))
        }
    }
}

/// Writes the last words and returns the exit code. Nobody may be reading; that is no failure.
fn say(stop: &Stop) -> ExitCode {
    let _ = if stop.to_stdout {
        writeln!(io::stdout().lock(), "{}", stop.text)
    } else {
        writeln!(io::stderr().lock(), "{}", stop.text)
    };
    ExitCode::from(stop.exit_code)
}
