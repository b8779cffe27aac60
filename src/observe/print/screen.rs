//! What standard output or standard error is: a terminal's window of some width, or anything else.

use std::io::IsTerminal;
use std::os::fd::AsFd;

use rustix::termios::tcgetwinsize;

/// Where colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// On terminals.
    OnTerminals,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Columns of a terminal that does not tell them.
const WIDTH_UNTOLD: usize = 80;

/// One of the two outputs.
pub(super) struct Screen<F> {
    output: F,
    is_terminal: bool,
    /// Columns that the surroundings tell, for a terminal that does not.
    told: Option<usize>,
}

impl<F: AsFd + IsTerminal> Screen<F> {
    pub(super) fn of(output: F, told: Option<usize>) -> Self {
        Self {
            is_terminal: output.is_terminal(),
            output,
            told,
        }
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The window's columns now (a person may have changed them since the last line); `None` if
    /// there is no window.
    pub(super) fn width(&self) -> Option<usize> {
        if !self.is_terminal {
            return None;
        }
        let asked = tcgetwinsize(&self.output).map_or(0, |size| usize::from(size.ws_col));
        let width = Some(asked).filter(|columns| *columns > 0).or(self.told);
        Some(width.unwrap_or(WIDTH_UNTOLD))
    }

    /// Whether what is written here has colours.
    pub(super) fn has_colours(&self, colours: Colours) -> bool {
        match colours {
            Colours::OnTerminals => self.is_terminal,
            Colours::Always => true,
            Colours::Never => false,
        }
    }
}
