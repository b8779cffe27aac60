//! The first words: what is served, where, and how to stop; never more than three lines.

use super::palette::{Ink, Palette};
use crate::i18n::{Args, Language, columns, printable, shortened, text, text_with};

/// What is to be told at the start.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The folder or file that is served; `None`: the built-in site.
    pub path: Option<String>,
    /// Where we listen, as programs are told it: `http://0.0.0.0:8080`, `unix:/run/hello.sock`.
    pub listening: Vec<String>,
    /// Addresses that can be opened on this machine.
    pub machine: Vec<String>,
    /// Addresses that others in the network can open.
    pub network: Vec<String>,
    /// Whether the system chose a port, so that nobody knows it yet.
    pub port_was_chosen: bool,
}

/// What stands before an address, and between two.
const GAP: &str = "  ";

impl Opening {
    /// The lines for a window of this many columns, or for a pipe.
    pub(super) fn write(
        &self,
        language: Language,
        palette: Palette,
        window: Option<usize>,
        out: &mut Vec<u8>,
    ) {
        let room = window.unwrap_or(usize::MAX);
        self.write_what(language, palette, room, out);
        let rows = [
            (text(language, "this-machine"), &self.machine),
            (text(language, "the-network"), &self.network),
        ];
        let widest = { rows.iter() }
            .filter(|(_, addresses)| !addresses.is_empty())
            .map(|(label, _)| columns(label))
            .max()
            .unwrap_or(0);
        for (label, addresses) in rows {
            if addresses.is_empty() {
                continue;
            }
            out.extend_from_slice(GAP.as_bytes());
            palette.write(Ink::Faint, &label, out);
            let start = 2 * GAP.len() + widest;
            let padding = widest - columns(&label);
            out.extend(std::iter::repeat_n(b' ', padding + GAP.len()));
            write_addresses(
                language,
                palette,
                addresses,
                room.saturating_sub(start),
                out,
            );
            out.push(b'\n');
        }
    }

    /// `hello serves ./dist; Ctrl-C stops it`, a long path without its middle.
    fn write_what(&self, language: Language, palette: Palette, room: usize, out: &mut Vec<u8>) {
        let stop = text(language, "how-to-stop");
        let Some(path) = &self.path else {
            let what = text(language, "serving-built-in");
            out.extend_from_slice(format!("{what}; {stop}\n").as_bytes());
            return;
        };
        // The path stands where the sentence of this language has it.
        let sentence = text_with(language, "serving-path", &Args::new().with("path", "\n"));
        let (before, after) = sentence.split_once('\n').unwrap_or((&sentence, ""));
        let rest = format!("{after}; {stop}");
        let room = room.saturating_sub(columns(before) + columns(&rest));
        out.extend_from_slice(before.as_bytes());
        palette.open(Ink::Strong, out);
        shortened(&printable(path), room, out);
        palette.close(out);
        out.extend_from_slice(rest.as_bytes());
        out.push(b'\n');
    }
}

/// As many addresses as there is room for, at least one; then how many more there are.
fn write_addresses(
    language: Language,
    palette: Palette,
    addresses: &[String],
    room: usize,
    out: &mut Vec<u8>,
) {
    let more = |left: usize| match left {
        0 => String::new(),
        _ => format!(
            "{GAP}{}",
            text_with(
                language,
                "more-addresses",
                &Args::new().with("addresses", left)
            )
        ),
    };
    let fit = (1..=addresses.len()).rev().find(|fit| {
        let shown = addresses[..*fit]
            .iter()
            .map(|address| columns(address) + GAP.len());
        let used = shown.sum::<usize>() - GAP.len();
        used + columns(&more(addresses.len() - fit)) <= room
    });
    let fit = fit.unwrap_or(1);
    for (place, address) in addresses[..fit].iter().enumerate() {
        if place > 0 {
            out.extend_from_slice(GAP.as_bytes());
        }
        palette.write(Ink::Strong, &printable(address), out);
    }
    out.extend_from_slice(more(addresses.len() - fit).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(path: Option<&str>, machine: usize, network: usize) -> Opening {
        let addresses = |net: &str, count: usize| {
            (1..=count)
                .map(|n| format!("http://{net}.{n}:7878"))
                .collect()
        };
        Opening {
            path: path.map(str::to_owned),
            listening: Vec::new(),
            machine: addresses("127.0.0", machine),
            network: addresses("192.168.100", network),
            port_was_chosen: false,
        }
    }

    fn lines(opening: &Opening, window: Option<usize>) -> Vec<String> {
        let mut out = Vec::new();
        opening.write(Language::English, Palette::Plain, window, &mut out);
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn three_lines_are_enough_however_many_addresses_there_are() {
        for window in [None, Some(60), Some(80), Some(200)] {
            for (machine, network) in [(1, 0), (2, 0), (1, 1), (2, 9), (0, 3)] {
                let long = format!("/srv/{}", "a".repeat(300));
                for path in [None, Some("./dist"), Some(&long)] {
                    let lines = lines(&opening(path, machine, network), window);
                    assert!(lines.len() <= 3, "{lines:#?}");
                    for line in &lines {
                        assert!(columns(line) <= window.unwrap_or(usize::MAX), "{line}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_path_cannot_write_to_the_terminal_on_its_own() {
        let lines = lines(&opening(Some("a\u{1b}[2J\nb"), 1, 0), Some(80));
        assert_eq!(lines[0], "hello serves a\\u{1b}[2J\\nb; Ctrl-C stops it");
    }

    #[test]
    fn addresses_that_find_no_room_are_counted() {
        let lines = lines(&opening(None, 1, 5), Some(80));
        assert_eq!(
            lines[2],
            "  the network   http://192.168.100.1:7878  http://192.168.100.2:7878  and 3 more"
        );
    }
}
