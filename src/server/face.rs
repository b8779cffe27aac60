//! Who talks with the person while the server runs: lines, or the full-screen view.

use super::StartError;
use super::assemble::House;
use crate::config::{Colour, OutputSettings, Settings};
use crate::observe::Printer;
use crate::tui::{Screen, Style, View};

/// What was started.
pub(super) enum Face {
    Printer(Printer),
    View(View),
}

/// The screen that was asked for, if one was: known before anything is begun.
pub(super) fn screen(output: &OutputSettings) -> Result<Option<Screen>, StartError> {
    if !output.full_screen {
        return Ok(None);
    }
    let screen = Screen::of_process().ok_or(StartError::NoTerminal)?;
    screen.map(Some).map_err(StartError::Runtime)
}

/// Starts the full-screen view.
pub(super) fn view(
    screen: Screen,
    settings: &Settings,
    house: &House,
    addresses: Vec<String>,
) -> Result<Face, StartError> {
    let output = &settings.output;
    let style = Style {
        language: output.text_language(),
        has_colours: output.colour != Colour::Never,
        path: settings.site.serve.as_typed(),
        addresses,
    };
    View::start(screen, &house.journal, &house.registry, &style)
        .map(Face::View)
        .map_err(StartError::Runtime)
}

impl Face {
    /// Says what is left to say, and the lines that sum it up.
    pub(super) fn stop(self) {
        match self {
            Self::Printer(printer) => printer.stop(),
            Self::View(view) => view.stop(),
        }
    }
}
