//! Makes this machine believe in a local authority, or no longer: its stores, one by one.
//!
//! The system's store is in `system.rs`, those of browsers are in `browsers.rs`. Each answers with
//! [`Step`]s: what was done, what was so already, and what could not be done and by what it can.
//!
//! Law: nothing is changed that is not reported, and nothing but certificates of ours is touched.
//! Nothing is asked of the process: who it is and where it looks is handed in as a [`Machine`].

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod browsers;
mod system;

pub use system::is_believed;

/// What is put into stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The name of the authority, which no other has.
    pub name: String,
    /// A short word made of the same, for names of files.
    pub tag: String,
    /// Its certificate.
    pub pem: String,
    /// The same in a file, for commands that a person types.
    pub file: PathBuf,
}

/// Where it is done, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The top of all paths of the system's.
    pub root: PathBuf,
    /// Folders of programs (`PATH`).
    pub path: OsString,
    /// Whether the system's store may be changed.
    pub is_administrator: bool,
    /// Whose browsers.
    pub person: Person,
}

/// Somebody with browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The home; a person without one has no browsers.
    pub home: Option<PathBuf>,
    /// Where programs keep their data, if not in `.local/share`.
    pub data: Option<PathBuf>,
    /// User and group, where they are not our own: what a program writes is then theirs.
    pub ids: Option<(u32, u32)>,
}

/// Something that was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which store.
    pub place: Place,
    /// What came of it.
    pub outcome: Outcome,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The system's: curl, wget, programs; with the file that is put there, if it is known where.
    System(Option<PathBuf>),
    /// One of Chromium's and of its kin.
    Chromium(Option<PathBuf>),
    /// A profile of Firefox.
    Firefox(Option<PathBuf>),
    /// That of Windows, around this Linux.
    Windows,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was put there, or taken away.
    Done,
    /// It was so already.
    Already,
    /// There is no such store.
    NoStore,
    /// This command does it: we may not, or cannot.
    ByHand(String),
    /// A program is missing; this command installs it, where it is known.
    NoTool {
        /// Its name.
        tool: &'static str,
        /// What installs it.
        install: &'static str,
    },
    /// It failed; what the program said, or the system.
    Failed(String),
}

/// Whether it is to be put there or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To be believed.
    Trust,
    /// To be forgotten.
    Remove,
}

/// Does it in every store there is.
pub fn go_through(machine: &Machine, anchor: &Anchor, wish: Wish) -> Vec<Step> {
    let mut steps = vec![system::step(machine, anchor, wish)];
    steps.extend(browsers::steps(machine, anchor, wish));
    if machine.is_in_windows() {
        steps.push(Step {
            place: Place::Windows,
            outcome: Outcome::ByHand(windows_command(anchor, wish)),
        });
    }
    steps
}

impl Machine {
    /// A path of the system's, wherever its top is.
    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// A program, by its name: on the path, or where programs of the administrator are.
    fn program(&self, name: &str) -> Option<PathBuf> {
        let others = ["usr/local/sbin", "usr/sbin", "sbin"].map(|folder| self.at(folder));
        std::env::split_paths(&self.path)
            .chain(others)
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    }

    /// Whether this Linux runs inside of Windows, whose browsers have another store.
    fn is_in_windows(&self) -> bool {
        let kernel = std::fs::read_to_string(self.at("proc/sys/kernel/osrelease"));
        kernel.is_ok_and(|kernel| kernel.to_ascii_lowercase().contains("microsoft"))
    }
}

fn windows_command(anchor: &Anchor, wish: Wish) -> String {
    match wish {
        Wish::Trust => format!(
            "certutil.exe -user -addstore Root \"$(wslpath -w {})\"",
            quoted(&anchor.file)
        ),
        Wish::Remove => format!("certutil.exe -user -delstore Root \"{}\"", anchor.name),
    }
}

/// A path as it may be typed into a shell.
fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:,".contains(c);
    if path.chars().all(is_plain) {
        path.into_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// Runs a program that is told something, and says nothing unless it fails.
///
/// # Errors
/// What it said last, or the system.
fn run(program: &Path, words: &[&str], told: &str, person: Option<&Person>) -> Result<(), String> {
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(person) = person {
        if let Some(home) = &person.home {
            command.env("HOME", home);
        }
        if let Some((user, group)) = person.ids {
            command.uid(user).gid(group);
        }
    }
    let told = told.to_owned();
    let output = command.spawn().and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            // Fits into a pipe; who does not read it has ended, and says why.
            let _ = stdin.write_all(told.as_bytes());
        }
        child.wait_with_output()
    });
    let output = output.map_err(|error| in_words(&error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(last.map_or_else(|| output.status.to_string(), str::to_owned))
}

/// What the system said, without the number for programs.
fn in_words(error: &io::Error) -> String {
    let words = error.to_string();
    let number = words.find(NUMBER).unwrap_or(words.len());
    words[..number].to_owned()
}

/// How the number begins.
const NUMBER: &str = " (os error";
