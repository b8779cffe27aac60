//! The colours, and that there need not be any.
//!
//! Law: a colour repeats what a word or a number says already. Only the sixteen colours whose
//! look the person has chosen; the default for whatever is read most.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// The number of a connection: the same colour on all its lines.
    Connection(u64),
    /// An answer, by its status.
    Status(u16),
    /// What was asked for first: addresses, names.
    Strong,
    /// What need not be read.
    Faint,
    /// What is likely, and not known.
    Likely,
    /// What deserves a look.
    Notable,
    /// What went wrong.
    Alarming,
    /// What a camera looks at: light on dark, whatever the person has chosen.
    Picture,
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    Colours,
    Plain,
}

/// Colours of connections, as far apart as six can be; not those of the answers.
const CONNECTIONS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

impl Palette {
    /// From here on in this ink.
    #[inline]
    pub(super) fn open(self, ink: Ink, out: &mut Vec<u8>) {
        if self == Self::Colours {
            let _ = write!(out, "{}", style(ink).render());
        }
    }

    /// From here on as usual.
    #[inline]
    pub(super) fn close(self, out: &mut Vec<u8>) {
        if self == Self::Colours {
            let _ = write!(out, "{}", anstyle::Reset.render());
        }
    }

    /// A text in this ink.
    pub(super) fn write(self, ink: Ink, text: &str, out: &mut Vec<u8>) {
        self.open(ink, out);
        out.extend_from_slice(text.as_bytes());
        self.close(out);
    }
}

fn style(ink: Ink) -> Style {
    match ink {
        Ink::Connection(number) => {
            let place = usize::try_from(number % CONNECTIONS.len() as u64).unwrap_or(0);
            CONNECTIONS[place].on_default()
        }
        Ink::Status(100..300) => AnsiColor::Green.on_default(),
        Ink::Status(300..400) => AnsiColor::Cyan.on_default(),
        Ink::Status(400..500) | Ink::Notable => AnsiColor::Yellow.on_default(),
        Ink::Status(_) | Ink::Alarming => AnsiColor::Red.on_default().bold(),
        Ink::Picture => AnsiColor::BrightWhite.on(AnsiColor::Black),
        Ink::Strong => Style::new().bold(),
        Ink::Faint => Style::new().dimmed(),
        Ink::Likely => Style::new().italic().dimmed(),
    }
}
