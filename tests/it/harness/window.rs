//! A running server in a terminal: a real one, of which the test holds the other end.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::launch::HELLO;
use super::{Client, PATIENCE, address_in};

/// A server whose screen is watched and whose keyboard is ours. Killed when it is dropped.
pub struct Window {
    child: Child,
    keyboard: File,
    address: SocketAddr,
    output: Receiver<Vec<u8>>,
    seen: RefCell<Vec<u8>>,
}

impl Window {
    /// Serves a folder, on a port that the system chooses, in a window of so many columns.
    pub fn of(columns: u16, options: &[&str], folder: &Path) -> Self {
        Self::with(columns, ("TERM", "xterm-256color"), options, folder)
    }

    /// The same with a variable in the environment.
    pub fn with(
        columns: u16,
        (name, value): (&str, &str),
        options: &[&str],
        folder: &Path,
    ) -> Self {
        let (ours, theirs) = terminal_of(columns);
        // With a session of its own, so that the terminal turns ^C into a signal.
        let mut command = Command::new("setsid");
        command.args(["--ctty", HELLO]).arg(folder).args(options);
        command.args(["--listen", "127.0.0.1:0"]);
        for variable in [
            "LC_ALL",
            "LC_MESSAGES",
            "LANG",
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
        ] {
            command.env_remove(variable);
        }
        command.env("TERM", "xterm-256color").env(name, value);
        let same = || Stdio::from(theirs.try_clone().unwrap());
        command.stdin(same()).stdout(same()).stderr(same());
        let child = command.spawn().expect("util-linux is installed");
        drop(command);
        drop(theirs);
        let keyboard = File::from(ours);
        let output = chunks_of(keyboard.try_clone().unwrap());
        let mut window = Self {
            child,
            keyboard,
            address: SocketAddr::from(([0; 4], 0)),
            output,
            seen: RefCell::default(),
        };
        let line = window.line_with("http://");
        window.address = address_in(without_colours(&line).trim_end());
        window
    }

    pub fn connect(&self) -> Client {
        Client::of(self.address)
    }

    /// Types something.
    pub fn press(&self, keys: &str) {
        (&self.keyboard).write_all(keys.as_bytes()).unwrap();
    }

    /// Makes it as wide as this.
    pub fn resize(&self, columns: u16) {
        tcsetwinsize(&self.keyboard, size_of(columns)).unwrap();
    }

    /// Waits for a line with this text in it (it may stand there already), colours and all.
    pub fn line_with(&self, text: &str) -> String {
        let mut seen = self.seen.borrow_mut();
        loop {
            let screen = String::from_utf8_lossy(&seen).into_owned();
            let complete = screen
                .rsplit_once('\n')
                .map_or("", |(complete, _)| complete);
            if let Some(line) = complete.lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            let Ok(more) = self.output.recv_timeout(PATIENCE) else {
                panic!("no line with {text:?} on the screen:\n{screen}");
            };
            seen.extend(more);
        }
    }

    /// Waits for the end, which has been asked for; answers it with all that was on the screen.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let mut seen = self.seen.take();
        while let Ok(more) = self.output.recv_timeout(PATIENCE) {
            seen.extend(more);
        }
        let status = self.child.wait().unwrap();
        (status, String::from_utf8(seen).unwrap())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Both ends of a new terminal: the window, and the line to the program.
fn terminal_of(columns: u16) -> (OwnedFd, OwnedFd) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let theirs = open(&*name, flags, Mode::empty()).unwrap();
    tcsetwinsize(&theirs, size_of(columns)).unwrap();
    (ours, theirs)
}

fn size_of(columns: u16) -> Winsize {
    Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

/// Sends on what appears on the screen, until nobody writes there any more.
fn chunks_of(mut screen: File) -> Receiver<Vec<u8>> {
    let (tell, told) = channel();
    hello::tasks::thread("screen", move || {
        let mut chunk = [0; 4096];
        while let Ok(bytes) = screen.read(&mut chunk) {
            if bytes == 0 || tell.send(chunk[..bytes].to_vec()).is_err() {
                return;
            }
        }
    })
    .unwrap();
    told
}

/// A text without the sequences that colour it.
pub fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
