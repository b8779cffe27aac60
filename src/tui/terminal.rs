//! The terminal: taken for a picture, and given back as it was.
//!
//! The system is asked directly. The library that usually stands here spins in its loop of reading
//! when a terminal goes away without its program being told (`docs/decisions.md`).

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Size;
use ratatui_core::style::{Color, Modifier};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{
    OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetwinsize, tcsetattr,
};

/// The other screen (without history), no cursor, everything empty.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[0m\x1b[2J";
/// Ordinary colours, the cursor, the screen that was there before. The picture is wiped off first:
/// tmux leaves pieces of it when the window has been resized meanwhile.
const LEAVE: &[u8] = b"\x1b[0m\x1b[2J\x1b[?25h\x1b[?1049l";

/// Everything empty.
pub(super) const CLEAR: &[u8] = b"\x1b[0m\x1b[2J";

/// Size where the terminal does not tell it. Reason: that of the terminals of old.
const SIZE_UNKNOWN: Size = Size {
    width: 80,
    height: 24,
};

/// A terminal. Dropping it gives it back.
pub(super) struct Terminal {
    input: OwnedFd,
    output: OwnedFd,
    /// How it was before.
    before: Termios,
    is_ours: AtomicBool,
}

/// What a wait was ended by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// There is something to read, or the terminal is gone: reading tells.
    Input,
    /// Somebody else wants something, or time is over.
    Else,
}

impl Terminal {
    /// The terminal this program was started in; `None` if it is not read from one and written to
    /// one.
    pub(super) fn of_process() -> Option<io::Result<Self>> {
        let (input, output) = (io::stdin(), io::stdout());
        (isatty(&input) && isatty(&output)).then(|| {
            let input = input.as_fd().try_clone_to_owned()?;
            Self::of(input, output.as_fd().try_clone_to_owned()?)
        })
    }

    pub(super) fn of(input: OwnedFd, output: OwnedFd) -> io::Result<Self> {
        let before = tcgetattr(&input)?;
        Ok(Self {
            input,
            output,
            before,
            is_ours: AtomicBool::new(false),
        })
    }

    /// Takes it: keys come one by one and unseen, and pictures cover what was there.
    pub(super) fn enter(&self) -> io::Result<()> {
        let mut raw = self.before.clone();
        raw.make_raw();
        tcsetattr(&self.input, OptionalActions::Now, &raw)?;
        self.is_ours.store(true, Ordering::SeqCst);
        self.write(ENTER)
    }

    /// Whether it is taken.
    pub(super) fn is_ours(&self) -> bool {
        self.is_ours.load(Ordering::SeqCst)
    }

    /// Gives it back as it was. Once is enough, from whatever thread.
    pub(super) fn leave(&self) {
        if self.is_ours.swap(false, Ordering::SeqCst) {
            let _ = self.write(LEAVE);
            self.reset();
        }
    }

    /// Gives its settings back without a word: somebody else is stuck writing to it.
    pub(super) fn reset(&self) {
        self.is_ours.store(false, Ordering::SeqCst);
        // Keys that nobody read were meant for the view, not for the shell.
        let _ = tcflush(&self.input, QueueSelector::IFlush);
        let _ = tcsetattr(&self.input, OptionalActions::Now, &self.before);
    }

    /// Its size now. Asked at every frame, so that no signal has to be heard for it.
    pub(super) fn size(&self) -> Size {
        match tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size {
                width: size.ws_col,
                height: size.ws_row,
            },
            _ => SIZE_UNKNOWN,
        }
    }

    /// Waits for a key or for `bell`, at most so long.
    pub(super) fn wait(&self, bell: &OwnedFd, patience: Duration) -> Waited {
        let mut watched = [
            PollFd::new(&self.input, PollFlags::IN),
            PollFd::new(bell, PollFlags::IN),
        ];
        let patience = Timespec::try_from(patience).ok();
        match poll(&mut watched, patience.as_ref()) {
            Ok(_) if !watched[0].revents().is_empty() => Waited::Input,
            _ => Waited::Else,
        }
    }

    /// Reads what was typed; nothing at all means that the terminal is gone.
    pub(super) fn read<'a>(&self, into: &'a mut [u8]) -> io::Result<&'a [u8]> {
        loop {
            match rustix::io::read(&self.input, &mut *into) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => return Ok(&into[..count]),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(&[]),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Writes everything, however long it takes.
    pub(super) fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match rustix::io::write(&self.output, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let mut watched = [PollFd::new(&self.output, PollFlags::OUT)];
                    poll(&mut watched, None)?;
                }
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// What makes one picture of another: ECMA-48 sequences for the cells that differ.
pub(super) fn difference(before: &Buffer, after: &Buffer, out: &mut Vec<u8>) {
    let mut pen = Pen::default();
    let mut next = None;
    for (x, y, cell) in before.diff(after) {
        if next != Some((x, y)) {
            put(out, format_args!("\x1b[{};{}H", y + 1, x + 1));
        }
        pen.turn_to(cell, out);
        out.extend_from_slice(cell.symbol().as_bytes());
        // Whatever is wide or strange: better told again where we are.
        next = (cell.symbol().len() == 1).then_some((x + 1, y));
    }
    if pen != Pen::default() {
        out.extend_from_slice(b"\x1b[0m");
    }
}

/// How the terminal writes now.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pen {
    colour: Color,
    modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            colour: Color::Reset,
            modifier: Modifier::empty(),
        }
    }
}

impl Pen {
    fn turn_to(&mut self, cell: &Cell, out: &mut Vec<u8>) {
        let wanted = Self {
            colour: cell.fg,
            modifier: cell.modifier,
        };
        if *self == wanted {
            return;
        }
        out.extend_from_slice(b"\x1b[0");
        for (modifier, code) in [
            (Modifier::BOLD, ";1"),
            (Modifier::DIM, ";2"),
            (Modifier::UNDERLINED, ";4"),
            (Modifier::REVERSED, ";7"),
        ] {
            if wanted.modifier.contains(modifier) {
                out.extend_from_slice(code.as_bytes());
            }
        }
        // The eight that every terminal has and every person has chosen: no others are used.
        let colour = match wanted.colour {
            Color::Red => ";31",
            Color::Green => ";32",
            Color::Yellow => ";33",
            Color::Cyan => ";36",
            _ => "",
        };
        out.extend_from_slice(colour.as_bytes());
        out.push(b'm');
        *self = wanted;
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = io::Write::write_fmt(out, text);
}

#[cfg(test)]
mod tests {
    use ratatui_core::layout::Rect;
    use ratatui_core::style::Style;

    use super::*;
    use crate::tui::fixture::terminal;

    fn settings(terminal: &OwnedFd) -> (u32, u32, u32) {
        let now = tcgetattr(terminal).unwrap();
        let modes = (now.input_modes, now.output_modes, now.local_modes);
        (modes.0.bits(), modes.1.bits(), modes.2.bits())
    }

    /// All that was written. Nobody may hold the other side any more: its end is the end.
    fn written(ours: &OwnedFd) -> String {
        let (mut all, mut bytes) = (Vec::new(), [0; 4096]);
        while let Ok(count) = rustix::io::read(ours, &mut bytes) {
            all.extend_from_slice(&bytes[..count]);
        }
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn a_terminal_is_given_back_as_it_was() {
        let (ours, theirs, terminal) = terminal();
        let before = settings(&theirs);
        terminal.enter().unwrap();
        assert_ne!(settings(&theirs), before);
        terminal.leave();
        terminal.leave();
        assert_eq!(settings(&theirs), before);
        drop((theirs, terminal));
        let all = written(&ours);
        let leave = std::str::from_utf8(LEAVE).unwrap();
        let entered = all.strip_suffix(leave).expect("the last word");
        assert!(entered.contains("\x1b[?1049h"));
        assert!(!entered.contains(leave), "said once");
    }

    #[test]
    fn a_panic_gives_it_back() {
        let (ours, theirs, terminal) = terminal();
        let before = settings(&theirs);
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let terminal = terminal;
            terminal.enter().unwrap();
            panic!("planted");
        }));
        std::panic::set_hook(quiet);
        assert!(outcome.is_err());
        assert_eq!(settings(&theirs), before);
        drop(theirs);
        assert!(written(&ours).ends_with("\x1b[?25h\x1b[?1049l"));
    }

    #[test]
    fn a_terminal_that_is_gone_is_an_error_and_not_a_wait_for_ever() {
        let (ours, theirs, terminal) = terminal();
        terminal.enter().unwrap();
        drop((ours, theirs));
        let bell = rustix::event::eventfd(0, rustix::event::EventfdFlags::CLOEXEC).unwrap();
        assert_eq!(terminal.wait(&bell, Duration::from_secs(20)), Waited::Input);
        assert!(terminal.read(&mut [0; 16]).is_err());
        assert!(terminal.write(b"hello").is_err());
    }

    #[test]
    fn only_what_differs_is_written() {
        let area = Rect::new(0, 0, 10, 2);
        let before = Buffer::empty(area);
        let mut after = before.clone();
        after.set_string(2, 1, "ab", Style::new());
        after.set_string(6, 1, "c", Style::new().red().bold());
        let mut out = Vec::new();
        difference(&before, &after, &mut out);
        let expected = "\x1b[2;3Hab\x1b[2;7H\x1b[0;1;31mc\x1b[0m";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        let mut nothing = Vec::new();
        difference(&after, &after, &mut nothing);
        assert!(nothing.is_empty());
    }
}
