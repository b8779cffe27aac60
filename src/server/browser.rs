//! Opens a browser at the start, if that was asked for (`--open`), or says why not.
//!
//! Law: a child is left to itself: it has a group of its own, so that Ctrl-C ends us and not the
//! browser, and nobody who serves waits for it. Never as the administrator: a browser is the last
//! program that should run as one.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::io::Errno;

use crate::config::Desktop;
use crate::observe::{Journal, NotOpened, Notice};
use crate::tasks;

/// What opens an address for a person, with the words before it. The first that is there: Windows
/// around Linux, Android around a terminal and macOS before the ways of a Linux desktop, of which the
/// first knows the others.
const OPENERS: [(&str, &[&str]); 5] = [
    ("wslview", &[]),
    ("termux-open-url", &[]),
    #[cfg(target_os = "macos")]
    ("open", &[]),
    #[cfg(not(target_os = "macos"))]
    ("xdg-open", &[]),
    ("gio", &["open"]),
    ("kde-open", &[]),
];

/// Opens an address in the browser of whoever started us; the journal is told if that fails.
pub(super) fn open(desktop: &Desktop, url: Option<&str>, journal: &Arc<Journal>) {
    if let Err(why) = try_to_open(desktop, url, journal) {
        journal.notice(Notice::NotOpened { why });
    }
}

fn try_to_open(
    desktop: &Desktop,
    url: Option<&str>,
    journal: &Arc<Journal>,
) -> Result<(), NotOpened> {
    if desktop.is_administrator {
        return Err(NotOpened::AsAdministrator);
    }
    if !desktop.has_display {
        return Err(NotOpened::NoDisplay);
    }
    let url = url.ok_or(NotOpened::NoAddress)?.to_owned();
    let openers = openers(&desktop.path);
    if openers.is_empty() {
        return Err(NotOpened::NoProgram);
    }
    let journal = journal.clone();
    let work = move || {
        if let Some(why) = open_with(openers, &url) {
            journal.notice(Notice::NotOpened { why });
        }
    };
    match tasks::thread("hello-open", work) {
        Ok(_) => Ok(()),
        Err(_) => Err(NotOpened::NoProgram),
    }
}

/// A program that is there, with its name and the words before an address.
type Opener = (PathBuf, &'static str, &'static [&'static str]);

/// The programs that are there, by the folders of programs.
fn openers(path: &str) -> Vec<Opener> {
    let find = |name: &str| {
        let mut places = std::env::split_paths(OsStr::new(path)).map(|folder| folder.join(name));
        places.find(|place| {
            let found = place.metadata();
            found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })
    };
    { OPENERS.into_iter() }
        .filter_map(|(name, words)| Some((find(name)?, name, words)))
        .collect()
}

/// Tries one after the other, until one succeeds; each says so by its end, which takes it a moment.
/// Answers why the last of them did not.
fn open_with(openers: Vec<Opener>, url: &str) -> Option<NotOpened> {
    let mut why = None;
    for (path, program, words) in openers {
        match run(&path, words, url) {
            Ok(true) => return None,
            Ok(false) | Err(_) => why = Some(NotOpened::Failed { program }),
        }
    }
    why
}

fn run(program: &PathBuf, words: &[&str], url: &str) -> io::Result<bool> {
    let mut command = Command::new(program);
    command.args(words).arg(url).process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.spawn()?.wait() {
        // As the first process of a container we bury all children elsewhere.
        Err(error) if Errno::from_io_error(&error) == Some(Errno::CHILD) => Ok(true),
        ended => Ok(ended?.success()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::observe::{Audience, Batch, Event, Reading, WhenFull};

    /// A folder with programs of these names and what they do.
    fn programs(programs: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in programs {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    fn desktop(path: &std::path::Path) -> Desktop {
        Desktop {
            has_display: true,
            is_administrator: false,
            path: path.display().to_string(),
        }
    }

    const URL: &str = "http://127.0.0.1:7878/";

    #[test]
    fn the_first_program_that_succeeds_gets_the_address() {
        let folder = programs(&[("gio", "exit 0"), ("xdg-open", "exit 3")]);
        let note = folder.path().join("note");
        let say = |code: u8| format!("echo \"$0 $*\" >> {}; exit {code}", note.display());
        for (name, code) in [("xdg-open", 3), ("gio", 0), ("kde-open", 0)] {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{}\n", say(code))).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = folder.path().display().to_string();
        assert_eq!(open_with(openers(&path), URL), None);
        let said = fs::read_to_string(&note).unwrap();
        assert_eq!(
            said,
            format!("{path}/xdg-open {URL}\n{path}/gio open {URL}\n")
        );
    }

    #[test]
    fn what_fails_is_named() {
        let folder = programs(&[("xdg-open", "exit 3")]);
        let openers = openers(&folder.path().display().to_string());
        let program = "xdg-open";
        assert_eq!(open_with(openers, URL), Some(NotOpened::Failed { program }));
    }

    #[test]
    fn nothing_is_opened_where_nobody_would_see_it() {
        let folder = programs(&[("xdg-open", "exit 0")]);
        let empty = tempfile::tempdir().unwrap();
        let able = desktop(folder.path());
        for (desktop, url, why) in [
            (
                Desktop {
                    is_administrator: true,
                    ..able.clone()
                },
                Some(URL),
                NotOpened::AsAdministrator,
            ),
            (
                Desktop {
                    has_display: false,
                    ..able.clone()
                },
                Some(URL),
                NotOpened::NoDisplay,
            ),
            (able.clone(), None, NotOpened::NoAddress),
            (desktop(empty.path()), Some(URL), NotOpened::NoProgram),
        ] {
            let journal = Arc::new(Journal::new(1));
            let mut reader = journal.subscribe(Audience::Notices, WhenFull::DropNewest);
            open(&desktop, url, &journal);
            let mut batch = Batch::default();
            let patience = std::time::Duration::ZERO;
            assert_eq!(reader.read(&mut batch, patience), Reading::Some);
            let told: Vec<Event> = batch.records.iter().map(|record| record.event).collect();
            assert!(
                matches!(told[..], [Event::Notice(Notice::NotOpened { why: told })] if told == why),
                "{told:?}"
            );
        }
    }
}
