//! What concerns the server itself: lines for standard error, in the look of the others.

use rustix::io::Errno;

use super::opening::Opening;
use super::pad;
use super::palette::{Ink, Palette};
use crate::i18n::{Args, Language, printable, system_in_words, text, text_with, wrapped};
use crate::observe::events::Notice;
use crate::observe::words::{count_text, notice_in_words};

/// What concerns the server itself, for standard error: its own page.
pub(in crate::observe) struct Asides {
    language: Language,
    palette: Palette,
}

impl Asides {
    pub(in crate::observe) fn new(language: Language, has_colours: bool) -> Self {
        Self {
            language,
            palette: if has_colours {
                Palette::Colours
            } else {
                Palette::Plain
            },
        }
    }

    /// A notice.
    pub(in crate::observe) fn notice(&self, notice: Notice, window: Option<usize>) -> Vec<u8> {
        self.said(&notice_in_words(self.language, notice), window)
    }

    /// That so much was not said, because too much was.
    pub(in crate::observe) fn left_out(&self, lines: u64, window: Option<usize>) -> Vec<u8> {
        let args = Args::new()
            .with("lines", lines)
            .with("count", count_text(lines));
        self.said(&text_with(self.language, "notice-left-out", &args), window)
    }

    /// Why nothing can be printed.
    pub(in crate::observe) fn cannot_print(&self, errno: Errno, window: Option<usize>) -> Vec<u8> {
        let args = Args::new().with("system", system_in_words(self.language, &errno.into()));
        let key = match errno {
            Errno::NOSPC | Errno::DQUOT => "notice-disk-full",
            _ => "notice-cannot-print",
        };
        self.said(&text_with(self.language, key, &args), window)
    }

    /// That nobody will read what is printed: whoever stays behind should know what goes on.
    pub(in crate::observe) fn nobody_reads(&self, window: Option<usize>) -> Vec<u8> {
        self.said(&text(self.language, "notice-nobody-reads"), window)
    }

    /// Where we listen, for a person who asked for silence and for a port that nobody can know.
    pub(in crate::observe) fn listening(
        &self,
        opening: &Opening,
        window: Option<usize>,
    ) -> Vec<u8> {
        let args = Args::new().with("address", opening.listening.join(", "));
        self.said(&text_with(self.language, "listening-at", &args), window)
    }

    /// `hello: …`, broken between words, further lines below the first word.
    fn said(&self, sentence: &str, window: Option<usize>) -> Vec<u8> {
        const LABEL: &str = "hello:";
        let indent = LABEL.len() + 1;
        let room = window.map_or(usize::MAX, |window| window.saturating_sub(indent));
        let mut out = Vec::new();
        for (place, line) in wrapped(&printable(sentence), room).iter().enumerate() {
            if place == 0 {
                self.palette.write(Ink::Notable, LABEL, &mut out);
                pad(1, &mut out);
            } else {
                pad(indent, &mut out);
            }
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        out
    }
}
