//! Who talks with the person while the server runs: lines, or the full-screen view.

use super::assemble::House;
use super::{StartError, logs};
use crate::config::{Colour, LogFormat, OutputSettings, Settings};
use crate::observe::{Colours, Format, Opening, Printer, Style};
use crate::tui::{self, Screen, View};

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
fn view(
    screen: Screen,
    settings: &Settings,
    house: &House,
    addresses: Vec<String>,
) -> Result<Face, StartError> {
    let output = &settings.output;
    let style = tui::Style {
        language: output.text_language(),
        has_colours: output.colour != Colour::Never,
        path: settings.site.serve.as_typed(),
        addresses,
    };
    View::start(screen, &house.journal, &house.registry, &style)
        .map(Face::View)
        .map_err(StartError::Runtime)
}

/// Starts the lines.
fn start_printer(
    settings: &Settings,
    house: &House,
    opening: Opening,
) -> Result<Printer, StartError> {
    let output = &settings.output;
    // Lines of requests on standard output leave no room for others.
    let is_quiet = output.quiet || logs::has_output(settings);
    let format = match (is_quiet, output.format) {
        (true, _) => Format::Quiet,
        (false, LogFormat::Text) => Format::Lines,
        (false, LogFormat::Json) => Format::Json,
    };
    let style = Style {
        format,
        language: output.text_language(),
        greeting_language: output.greeting_language,
        colours: match output.colour {
            Colour::Auto => Colours::OnTerminals,
            Colour::Always => Colours::Always,
            Colour::Never => Colours::Never,
        },
        columns: output.columns.map(usize::from),
        is_attached: false,
        has_hints: !settings.site.files.hint_files.is_empty(),
    };
    let (journal, registry) = (house.journal.clone(), house.registry.clone());
    Printer::start(journal, registry, style, opening).map_err(StartError::Runtime)
}

impl Face {
    /// Shows itself: on the screen, if there is to be one, or in lines that begin with this opening.
    pub(super) fn begin(
        screen: Option<Screen>,
        settings: &Settings,
        house: &House,
        opening: Opening,
    ) -> Result<Self, StartError> {
        let Some(screen) = screen else {
            return start_printer(settings, house, opening).map(Self::Printer);
        };
        // One for here and those for others: there is one line for all of them.
        let urls = opening.machine.into_iter().take(1);
        let urls = urls.chain(opening.network).collect();
        view(screen, settings, house, urls)
    }

    /// Says what is left to say, and the lines that sum it up.
    pub(super) fn stop(self) {
        match self {
            Self::Printer(printer) => printer.stop(),
            Self::View(view) => view.stop(),
        }
    }
}
