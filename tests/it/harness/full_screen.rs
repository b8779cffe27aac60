//! The full-screen view as a person sees it: a terminal with nothing behind it but this file.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcgetattr, tcsetwinsize};

use super::process::Process;
use super::{Client, PATIENCE, address_in};

/// A program in a terminal.
pub struct FullScreen {
    pub process: Process,
    /// Our end; `None` once the terminal is gone.
    ours: Option<Arc<OwnedFd>>,
    /// The program's end, kept to see how it is left.
    theirs: Option<OwnedFd>,
    before: Settings,
    written: Receiver<Vec<u8>>,
    picture: Picture,
}

/// How a terminal treats what is typed and written.
type Settings = (u32, u32, u32, u32);

impl FullScreen {
    pub(super) fn of(columns: u16, lines: u16, start: impl FnOnce(OwnedFd) -> Process) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = ioctl_tiocgptpeer(&ours, flags).unwrap();
        tcsetwinsize(&ours, size(columns, lines)).unwrap();
        let before = settings(&theirs);
        let process = start(theirs.try_clone().unwrap());
        let ours = Arc::new(ours);
        Self {
            process,
            written: written_to(&ours),
            ours: Some(ours),
            theirs: Some(theirs),
            before,
            picture: Picture::empty(columns, lines),
        }
    }

    /// Waits until the screen shows this; answers the whole picture.
    pub fn until_shown(&mut self, text: &str) -> String {
        self.until(text, |picture| picture.text().contains(text))
    }

    /// Waits until the screen does not show this any more.
    pub fn until_gone(&mut self, text: &str) -> String {
        self.until(text, |picture| !picture.text().contains(text))
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&Picture) -> bool) -> String {
        while !is_so(&self.picture) {
            let Ok(bytes) = self.written.recv_timeout(PATIENCE) else {
                let picture = self.picture.text();
                panic!(
                    "waited for {what:?}:\n{picture}\n{}",
                    self.process.complaints()
                );
            };
            self.picture.write(&bytes);
        }
        self.picture.text()
    }

    /// Types something.
    pub fn type_keys(&self, keys: &str) {
        let ours = self.ours.as_ref().expect("the terminal is there");
        let written = rustix::io::write(ours, keys.as_bytes()).unwrap();
        assert_eq!(written, keys.len());
    }

    /// Pulls at the window's corner.
    pub fn resize(&mut self, columns: u16, lines: u16) {
        let ours = self.ours.as_ref().expect("the terminal is there");
        tcsetwinsize(ours, size(columns, lines)).unwrap();
        self.picture.resize(columns, lines);
    }

    /// Where it listens, as the title says.
    pub fn address(&mut self) -> SocketAddr {
        let picture = self.until_shown("http://");
        address_in(picture.lines().next().unwrap())
    }

    pub fn connect(&mut self) -> Client {
        Client::of(self.address())
    }

    /// Closes the terminal under the program. Nobody tells it: it is not its controlling one.
    pub fn close(&mut self) {
        self.theirs = None;
        self.ours = None;
    }

    /// Every byte that was written until now.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.picture.raw).into_owned()
    }

    pub fn send_signal(&self, signal: Signal) {
        self.process.send_signal(signal);
    }

    /// Waits for the end, which has been asked for, and sees how the terminal was left. Answers
    /// what stands on the ordinary screen, and the complaints.
    pub fn ended(mut self) -> (Option<i32>, String, String) {
        let (status, complaints) = self.process.ended();
        if let Some(theirs) = self.theirs.take() {
            assert_eq!(settings(&theirs), self.before, "settings as they were");
            // With the last of its ends closed, reading ends, and so does what was written.
            drop(theirs);
            while let Ok(bytes) = self.written.recv_timeout(PATIENCE) {
                self.picture.write(&bytes);
            }
        }
        assert!(!self.picture.is_alternate, "the ordinary screen is back");
        assert!(!self.picture.is_cursor_hidden, "the cursor is back");
        (status.code(), self.picture.ordinary, complaints)
    }
}

fn size(columns: u16, lines: u16) -> Winsize {
    Winsize {
        ws_col: columns,
        ws_row: lines,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn settings(terminal: &OwnedFd) -> Settings {
    let now = tcgetattr(terminal).unwrap();
    let (input, output) = (now.input_modes.bits(), now.output_modes.bits());
    (
        input,
        output,
        now.control_modes.bits(),
        now.local_modes.bits(),
    )
}

/// Sends on what is written, from a thread of its own, until nobody can write any more.
fn written_to(ours: &Arc<OwnedFd>) -> Receiver<Vec<u8>> {
    let ours = Arc::downgrade(ours);
    let (tell, told) = channel();
    hello::tasks::thread("terminal", move || {
        loop {
            // Held only while reading is sure not to wait, so that the terminal can be closed.
            let Some(ours) = ours.upgrade() else { return };
            if !is_readable(&ours) {
                continue;
            }
            let mut bytes = [0; 4096];
            match rustix::io::read(&ours, &mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    if tell.send(bytes[..count].to_vec()).is_err() {
                        return;
                    }
                }
            }
        }
    })
    .unwrap();
    told
}

/// Waits a little for something to read.
fn is_readable(ours: &OwnedFd) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let patience = Timespec {
        tv_sec: 0,
        tv_nsec: 10_000_000,
    };
    let mut watched = [PollFd::new(ours, PollFlags::IN)];
    poll(&mut watched, Some(&patience)).is_ok_and(|count| count > 0)
}

/// What a terminal shows after what was written to it: as much of ECMA-48 as the view uses, and a
/// failed test for anything else.
struct Picture {
    cells: Vec<Vec<char>>,
    at: (usize, usize),
    is_alternate: bool,
    is_cursor_hidden: bool,
    /// What was written on the ordinary screen.
    ordinary: String,
    /// A sequence or a character whose rest has not come.
    begun: Vec<u8>,
    raw: Vec<u8>,
}

impl Picture {
    fn empty(columns: u16, lines: u16) -> Self {
        let mut picture = Self {
            cells: Vec::new(),
            at: (0, 0),
            is_alternate: false,
            is_cursor_hidden: false,
            ordinary: String::new(),
            begun: Vec::new(),
            raw: Vec::new(),
        };
        picture.resize(columns, lines);
        picture
    }

    fn resize(&mut self, columns: u16, lines: u16) {
        self.cells = vec![vec![' '; columns.into()]; lines.into()];
    }

    fn text(&self) -> String {
        let lines = self.cells.iter();
        let lines = lines.map(|line| String::from_iter(line).trim_end().to_owned() + "\n");
        lines.collect()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        for byte in bytes {
            self.begun.push(*byte);
            if let Some(sequence) = self.begun.strip_prefix(b"\x1b[") {
                if let Some((last @ 0x40..0x7f, parameters)) = sequence.split_last() {
                    let parameters = String::from_utf8(parameters.to_vec()).unwrap();
                    self.obey(*last, &parameters);
                    self.begun.clear();
                }
            } else if let Ok(text) = str::from_utf8(&self.begun)
                && !text.starts_with('\x1b')
            {
                let letter = text.chars().next().unwrap();
                self.begun.clear();
                self.put(letter);
            }
        }
    }

    fn obey(&mut self, last: u8, parameters: &str) {
        match (last, parameters) {
            (b'm', _) => {}
            (b'H', place) => {
                let (line, column) = place.split_once(';').unwrap();
                let number = |text: &str| text.parse::<usize>().unwrap() - 1;
                self.at = (number(line), number(column));
            }
            (b'J', "2") => {
                for line in &mut self.cells {
                    line.fill(' ');
                }
            }
            (b'h' | b'l', "?1049") => self.is_alternate = last == b'h',
            (b'h' | b'l', "?25") => self.is_cursor_hidden = last == b'l',
            _ => panic!("unknown: CSI {parameters} {}", char::from(last)),
        }
    }

    fn put(&mut self, letter: char) {
        if !self.is_alternate {
            self.ordinary.push(letter);
            return;
        }
        assert!(!letter.is_control(), "{letter:?} in a picture");
        // A window that has just become smaller may get the rest of a larger picture.
        let cell = { self.cells.get_mut(self.at.0) }.and_then(|line| line.get_mut(self.at.1));
        if let Some(cell) = cell {
            *cell = letter;
        }
        self.at.1 += 1;
    }
}
