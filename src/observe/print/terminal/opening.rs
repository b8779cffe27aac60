//! The first words: what is served, where, and how to stop; three lines for a folder, however long
//! its name and however many the addresses. Who asks for more gets more: a line for each mount, and
//! with `--share` every address and what that means.

use super::palette::{Ink, Palette};
use super::{phone, picture};
use crate::i18n::{Args, Language, columns, printable, shortened, text, text_with, wrapped};
use crate::observe::stories::ServedFolder;

/// What is to be told at the start.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The folder or file that is served; `None`: the built-in site.
    pub path: Option<String>,
    /// Whether there is something to see at `/`.
    pub has_start_page: bool,
    /// What is served instead of one path, where several are.
    pub mounts: Vec<Mounted>,
    /// The folders among them, for what is advised at the end.
    pub folders: Vec<ServedFolder>,
    /// Where we listen, as programs are told it: `http://0.0.0.0:8080`, `unix:/run/hello.sock`.
    pub listening: Vec<String>,
    /// Addresses that can be opened on this machine.
    pub machine: Vec<String>,
    /// Addresses that others in the network can open.
    pub network: Vec<String>,
    /// Whether the system chose a port, so that nobody knows it yet.
    pub port_was_chosen: bool,
    /// What others can read, where it was asked for that they can (`--share`).
    pub shared: Option<Shared>,
    /// Whether the best address is drawn, to point a phone at (`--qr`).
    pub is_drawn: bool,
    /// What else, if there is anything.
    pub besides: Option<Besides>,
    /// The file that all of it comes from, if it does.
    pub configuration: Option<String>,
    /// Sites with names of their own.
    pub sites: usize,
}

/// One of several folders and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Where its addresses begin: `/docs/`.
    pub start: String,
    /// Where it lies.
    pub path: String,
    /// Whether there is something to see where they begin.
    pub has_start_page: bool,
}

/// How much everybody can read who reaches us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Nothing of this machine's: the built-in site.
    NoFiles,
    /// Files.
    Files {
        /// How many.
        files: u64,
        /// Names that begin with a dot, and are not served.
        hidden: u64,
        /// Whether nothing is left uncounted.
        is_everything: bool,
    },
}

/// What else is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Besides {
    /// Browsers do not believe in our authority yet.
    NotTrusted,
    /// What is served is its certificate, for phones.
    ForPhones {
        /// The certificate's sum, to be compared.
        sum: String,
    },
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
        if let Some(file) = &self.configuration {
            let args = Args::new().with("file", printable(file));
            let line = text_with(language, "configured-by", &args);
            out.extend_from_slice(GAP.as_bytes());
            shortened(&line, room.saturating_sub(GAP.len()), out);
            out.push(b'\n');
        }
        let mut advice = self.advice(language);
        let has_both = !self.machine.is_empty() && !self.network.is_empty();
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
            if self.shared.is_some() {
                // Whoever shares wants to pass one of them on, and knows which.
                write_every_address(palette, addresses, room, start, out);
                continue;
            }
            write_addresses(
                language,
                palette,
                addresses,
                room.saturating_sub(start),
                out,
            );
            // A line of its own would be the fourth.
            let used = start
                + addresses
                    .iter()
                    .map(|a| columns(a) + GAP.len())
                    .sum::<usize>();
            if has_both
                && let Some(advice) = advice.take()
                && used + columns(&advice) <= room
            {
                out.extend_from_slice(format!("{GAP}{advice}").as_bytes());
            }
            out.push(b'\n');
        }
        if let Some(advice) = advice {
            for line in wrapped(&advice, room.saturating_sub(GAP.len()))
                .into_iter()
                .take(1)
            {
                out.extend_from_slice(format!("{GAP}{line}\n").as_bytes());
            }
        }
        self.write_mounts(language, palette, room, out);
        if let Some(shared) = self.shared {
            for line in wrapped(&shared_in_words(language, shared), room) {
                out.extend_from_slice(format!("{line}\n").as_bytes());
            }
        }
        if let Some(Besides::ForPhones { sum }) = &self.besides
            && let Some(url) = self.network.first().or(self.machine.first())
        {
            phone::write(language, palette, url, sum, out);
        }
    }

    /// The picture that was asked for, or why there is none.
    pub(super) fn write_picture(
        &self,
        language: Language,
        palette: Palette,
        window: Option<usize>,
        out: &mut Vec<u8>,
    ) {
        if self.is_drawn {
            let url = self.network.first().map(String::as_str);
            picture::write(language, palette, url, window, out);
        }
    }

    /// What would make browsers content, if they are not.
    fn advice(&self, language: Language) -> Option<String> {
        (self.besides == Some(Besides::NotTrusted)).then(|| text(language, "not-trusted-yet"))
    }

    /// `hello serves ./dist; Ctrl-C stops it`, a long path without its middle.
    fn write_what(&self, language: Language, palette: Palette, room: usize, out: &mut Vec<u8>) {
        let stop = text(language, "how-to-stop");
        let Some(path) = &self.path else {
            let what = match self.besides {
                _ if !self.mounts.is_empty() => {
                    let args = Args::new().with("paths", self.mounts.len());
                    text_with(language, "serving-mounts", &args)
                }
                Some(Besides::ForPhones { .. }) => text(language, "serving-authority"),
                _ if self.sites > 0 => {
                    let args = Args::new().with("sites", self.sites);
                    text_with(language, "serving-sites", &args)
                }
                _ => text(language, "serving-built-in"),
            };
            out.extend_from_slice(format!("{what}; {stop}\n").as_bytes());
            return;
        };
        // The path stands where the sentence of this language has it.
        let sentence = text_with(language, "serving-path", &Args::new().with("path", "\n"));
        let (before, after) = sentence.split_once('\n').unwrap_or((&sentence, ""));
        let rest = format!("{after}; {stop}");
        let path = printable(path);
        let room = room.saturating_sub(columns(before) + columns(&rest));
        let lack = if self.has_start_page {
            String::new()
        } else {
            lack(language, room, columns(&path))
        };
        out.extend_from_slice(before.as_bytes());
        palette.open(Ink::Strong, out);
        shortened(&path, room.saturating_sub(columns(&lack)), out);
        palette.close(out);
        palette.write(Ink::Notable, &lack, out);
        out.extend_from_slice(rest.as_bytes());
        out.push(b'\n');
    }

    /// `http://127.0.0.1:7878/docs/  ./docs`, a line for each mount; below several addresses, each
    /// of which leads there, `/docs/  ./docs`.
    fn write_mounts(&self, language: Language, palette: Palette, room: usize, out: &mut Vec<u8>) {
        let mut urls = self.machine.iter().chain(&self.network);
        let begin = urls
            .next()
            .filter(|url| url.starts_with("http") && urls.next().is_none());
        let shown = &self.mounts[..self.mounts.len().min(MOUNTS_SHOWN_MAX)];
        let address = |mounted: &Mounted| {
            let begin = begin.map_or("", String::as_str);
            printable(&format!("{begin}{}", mounted.start))
        };
        let widest = { shown.iter() }
            .map(|mounted| columns(&address(mounted)))
            .max();
        for mounted in shown {
            let address = address(mounted);
            let padding = widest.unwrap_or(0) - columns(&address);
            out.extend_from_slice(GAP.as_bytes());
            palette.write(Ink::Strong, &address, out);
            out.extend(std::iter::repeat_n(b' ', padding + GAP.len()));
            let room = room.saturating_sub(2 * GAP.len() + widest.unwrap_or(0));
            let lack = if mounted.has_start_page {
                String::new()
            } else {
                format!(" {}", text(language, "no-start-page-in-short"))
            };
            let path = printable(&mounted.path);
            shortened(&path, room.saturating_sub(columns(&lack)), out);
            palette.write(Ink::Notable, &lack, out);
            out.push(b'\n');
        }
        let left = self.mounts.len() - shown.len();
        if left > 0 {
            let more = more_addresses(language, left);
            out.extend_from_slice(format!("{GAP}{more}\n").as_bytes());
        }
    }
}

/// Mounts with a line of their own. Reason: half a window; beyond: counted.
const MOUNTS_SHOWN_MAX: usize = 12;

/// ` (no index.html: / is 404; `--list` lists it)`, or as much of it as has room beside the path.
fn lack(language: Language, room: usize, path: usize) -> String {
    let lack = |key| format!(" {}", text(language, key));
    let fitting = ["no-start-page", "no-start-page-shorter"]
        .map(lack)
        .into_iter()
        .find(|lack| columns(lack) + path <= room);
    fitting.unwrap_or_else(|| lack("no-start-page-in-short"))
}

/// What it means that others can reach us.
fn shared_in_words(language: Language, shared: Shared) -> String {
    let Shared::Files {
        files,
        hidden,
        is_everything,
    } = shared
    else {
        return text(language, "shared-built-in");
    };
    let args = Args::new().with("files", files).with("hidden", hidden);
    let key = if is_everything {
        "shared-files"
    } else {
        "shared-files-and-more"
    };
    let mut words = text_with(language, key, &args);
    if hidden > 0 {
        words.push(' ');
        words.push_str(&text_with(language, "shared-but-hidden", &args));
    }
    words
}

fn more_addresses(language: Language, left: usize) -> String {
    let args = Args::new().with("addresses", left);
    text_with(language, "more-addresses", &args)
}

/// Every address, as many on a line as there is room for.
fn write_every_address(
    palette: Palette,
    addresses: &[String],
    room: usize,
    start: usize,
    out: &mut Vec<u8>,
) {
    let mut at = start;
    for (place, address) in addresses.iter().enumerate() {
        let address = printable(address);
        let width = columns(&address);
        if place > 0 && at + GAP.len() + width > room {
            out.push(b'\n');
            out.extend(std::iter::repeat_n(b' ', start));
            at = start;
        } else if place > 0 {
            out.extend_from_slice(GAP.as_bytes());
            at += GAP.len();
        }
        palette.write(Ink::Strong, &address, out);
        at += width;
    }
    out.push(b'\n');
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
        _ => format!("{GAP}{}", more_addresses(language, left)),
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
            has_start_page: true,
            listening: Vec::new(),
            machine: addresses("127.0.0", machine),
            network: addresses("192.168.100", network),
            mounts: Vec::new(),
            folders: Vec::new(),
            port_was_chosen: false,
            shared: None,
            is_drawn: false,
            besides: None,
            configuration: None,
            sites: 0,
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
                let paths = [None, Some("./dist"), Some(&*long)];
                for (path, has_start_page) in paths
                    .into_iter()
                    .flat_map(|path| [(path, true), (path, false)])
                {
                    let opening = Opening {
                        has_start_page,
                        ..opening(path, machine, network)
                    };
                    let lines = lines(&opening, window);
                    assert!(lines.len() <= 3, "{lines:#?}");
                    for line in &lines {
                        assert!(columns(line) <= window.unwrap_or(usize::MAX), "{line}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_folder_without_a_page_to_begin_with_is_said_to_be_one() {
        let long = "/srv/www/example.org/releases/current";
        for (path, window, first) in [
            (
                ".",
                80,
                "hello serves . (no index.html: / is 404; `--list` lists it); Ctrl-C stops it",
            ),
            (
                "./dist",
                80,
                "hello serves ./dist (no index.html; `--list` lists it); Ctrl-C stops it",
            ),
            (
                long,
                80,
                "hello serves /srv/www/exam…org/releases/current (no index.html); Ctrl-C stops it",
            ),
            (
                "./dist",
                60,
                "hello serves ./dist (no index.html); Ctrl-C stops it",
            ),
        ] {
            let opening = Opening {
                has_start_page: false,
                ..opening(Some(path), 1, 0)
            };
            assert_eq!(lines(&opening, Some(window))[0], first);
        }
        // What the Russian sentence leaves of 80 columns, with ./dist in it.
        let told = lack(Language::Russian, 47, columns("./dist"));
        assert_eq!(told, " (index.html нет; список — с «--list»)");
    }

    #[test]
    fn who_is_not_trusted_is_told_what_to_do_within_the_three_lines() {
        for window in [None, Some(60), Some(80), Some(200)] {
            for (machine, network) in [(1, 0), (2, 0), (1, 1), (2, 9), (0, 3)] {
                let opening = Opening {
                    besides: Some(Besides::NotTrusted),
                    ..opening(Some("./dist"), machine, network)
                };
                let lines = lines(&opening, window);
                assert!(lines.len() <= 3, "{lines:#?}");
                for line in &lines {
                    assert!(columns(line) <= window.unwrap_or(usize::MAX), "{line}");
                }
                let is_told = lines.iter().any(|line| line.ends_with("`hello trust`"));
                // Where there is no room, it is not.
                let is_narrow = network > 0 && machine > 0 && window == Some(60);
                assert!(
                    is_told || is_narrow || machine == 2 && network == 9,
                    "{lines:#?}"
                );
            }
        }
    }

    #[test]
    fn phones_are_told_where_with_a_picture_and_what_to_tap() {
        let opening = Opening {
            besides: Some(Besides::ForPhones {
                sum: "0a1b 2c3d".to_owned(),
            }),
            ..opening(None, 0, 1)
        };
        let lines = lines(&opening, Some(80));
        assert!(
            lines[1].ends_with("http://192.168.100.1:7878"),
            "{lines:#?}"
        );
        assert!(lines[3].starts_with("████"), "{lines:#?}");
        let told = lines.join(" ");
        for word in ["Android: ", "iPhone: ", "SHA-256", "0a1b 2c3d"] {
            assert!(told.contains(word), "{word} in {told}");
        }
        assert!(lines.iter().all(|line| columns(line) <= 80), "{lines:#?}");
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

    fn mounted(start: &str, path: &str, has_start_page: bool) -> Mounted {
        Mounted {
            start: start.to_owned(),
            path: path.to_owned(),
            has_start_page,
        }
    }

    #[test]
    fn each_of_several_folders_has_a_line_that_can_be_opened() {
        let opening = Opening {
            mounts: vec![
                mounted("/docs/", "./docs", true),
                mounted("/a/", &format!("/srv/{}", "a".repeat(300)), false),
                mounted("/x\u{1b}[2J", "./\u{1b}[2J", true),
            ],
            ..opening(None, 1, 0)
        };
        let all = lines(&opening, Some(80));
        assert_eq!(all[0], "hello serves 3 paths; Ctrl-C stops it");
        assert_eq!(all[1], "  this machine  http://127.0.0.1:7878");
        assert_eq!(all[2], "  http://127.0.0.1:7878/docs/       ./docs");
        assert!(all[3].ends_with("(no index.html)"), "{all:#?}");
        for window in [60, 80, 200] {
            let all = lines(&opening, Some(window));
            assert_eq!(all.len(), 5, "{all:#?}");
            assert!(all.iter().all(|line| columns(line) <= window), "{all:#?}");
            assert!(all.iter().all(|line| !line.contains('\u{1b}')), "{all:#?}");
        }
        let shared = Opening {
            mounts: vec![mounted("/docs/", "./docs", true)],
            ..self::opening(None, 1, 2)
        };
        let last = lines(&shared, Some(80)).pop().unwrap();
        assert_eq!(last, "  /docs/  ./docs", "every address leads there");
        let many = Opening {
            mounts: vec![mounted("/a/", "a", true); MOUNTS_SHOWN_MAX + 3],
            ..opening
        };
        let last = lines(&many, None).pop().unwrap();
        assert_eq!(last, "  and 3 more");
    }

    #[test]
    fn who_shares_sees_every_address_and_what_it_means() {
        for window in [None, Some(45), Some(60), Some(80), Some(200)] {
            let opening = Opening {
                shared: Some(Shared::Files {
                    files: 1,
                    hidden: 2,
                    is_everything: false,
                }),
                ..opening(Some("./dist"), 2, 9)
            };
            let lines = lines(&opening, window);
            let told = lines.join("\n");
            for url in opening.machine.iter().chain(&opening.network) {
                assert!(told.contains(url), "{url} in {told}");
            }
            assert!(
                lines
                    .iter()
                    .all(|line| columns(line) <= window.unwrap_or(usize::MAX))
            );
            let sentence = lines.join(" ");
            assert!(sentence.contains("more than 1 file."), "{sentence}");
            assert!(
                sentence.contains("2 names that begin with a dot."),
                "{sentence}"
            );
        }
        let russian = |files, hidden| {
            let shared = Shared::Files {
                files,
                hidden,
                is_everything: true,
            };
            shared_in_words(Language::Russian, shared)
        };
        assert!(russian(21, 0).ends_with(": 21 файл."));
        assert!(russian(2, 0).ends_with(": 2 файла."));
        assert!(
            russian(5, 1).ends_with("5 файлов. Не отдаётся 1 имя, которое начинается с точки.")
        );
        assert!(russian(0, 0).ends_with(": файлов пока нет."));
    }

    #[test]
    fn the_picture_is_of_the_address_that_others_reach_first() {
        let draw = |opening: &Opening, window| {
            let mut out = Vec::new();
            opening.write_picture(Language::English, Palette::Plain, window, &mut out);
            String::from_utf8(out).unwrap()
        };
        let asked = |machine, network| Opening {
            is_drawn: true,
            ..opening(Some("./dist"), machine, network)
        };
        for window in [None, Some(80)] {
            let drawn = draw(&asked(1, 3), window);
            assert!(drawn.contains("██"), "{drawn}");
            assert!(drawn.contains("\nhttp://192.168.100.1:7878\n"), "{drawn}");
        }
        let narrow = draw(&asked(1, 3), Some(20));
        assert!(
            narrow.contains("window of") && !narrow.contains('█'),
            "{narrow}"
        );
        let alone = draw(&asked(2, 0), Some(80));
        assert!(alone.contains("--share") && !alone.contains('█'), "{alone}");
        assert_eq!(draw(&opening(None, 1, 1), Some(80)), "");
    }
}
