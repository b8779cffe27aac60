//! A file looked at within the page: pictures, sound, moving pictures, and text as text.
//!
//! Law: what is in a file is shown, never obeyed. A text is read up to a limit and escaped; everything
//! else is a link that the browser follows with the policy of the page on it.

use crate::i18n::{self, Args, Language, printable};
use crate::observe::count_text;
use crate::site::limits::PREVIEW_BYTES_MAX;

use super::super::open::Failure;
use super::Asked;
use super::page::{framed, push_date, push_preview_address};
use super::read::{self, Folder, Kind, Names, can_be_asked_for};
use super::write::{push_escaped, push_name, push_way};
use crate::exchange::Reason;

/// How a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Picture,
    Sound,
    Film,
    Text,
}

const PICTURES: [&str; 10] = [
    "apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp",
];
const SOUNDS: [&str; 9] = [
    "aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "weba",
];
const FILMS: [&str; 5] = ["m4v", "mov", "mp4", "ogv", "webm"];
const TEXTS: [&str; 81] = [
    "adoc",
    "asm",
    "astro",
    "awk",
    "bat",
    "bib",
    "c",
    "cc",
    "cfg",
    "clj",
    "cmake",
    "conf",
    "cpp",
    "cs",
    "css",
    "csv",
    "cxx",
    "d",
    "dart",
    "diff",
    "el",
    "erl",
    "ex",
    "fs",
    "ftl",
    "go",
    "gradle",
    "graphql",
    "h",
    "hpp",
    "hs",
    "htm",
    "html",
    "ini",
    "java",
    "jl",
    "js",
    "json",
    "jsonl",
    "jsx",
    "kt",
    "less",
    "lisp",
    "log",
    "lua",
    "m",
    "markdown",
    "md",
    "mjs",
    "ml",
    "nix",
    "org",
    "patch",
    "php",
    "pl",
    "po",
    "properties",
    "proto",
    "ps1",
    "py",
    "r",
    "rb",
    "rs",
    "rst",
    "scala",
    "scss",
    "sh",
    "sql",
    "srt",
    "svelte",
    "swift",
    "tex",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "txt",
    "vue",
    "xml",
    "yaml",
    "yml",
];
/// Files known by their whole names.
const NAMES: [&str; 10] = [
    "authors",
    "changelog",
    "copying",
    "dockerfile",
    "install",
    "license",
    "makefile",
    "news",
    "notice",
    "readme",
];

impl Seen {
    /// How a file of this name is looked at, if it is.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let dot = name.iter().rposition(|byte| *byte == b'.');
        let Some(dot) = dot else {
            return is_among(&NAMES, name).then_some(Self::Text);
        };
        let end = &name[dot + 1..];
        [
            (&PICTURES[..], Self::Picture),
            (&SOUNDS, Self::Sound),
            (&FILMS, Self::Film),
            (&TEXTS, Self::Text),
        ]
        .into_iter()
        .find_map(|(ends, seen)| is_among(ends, end).then_some(seen))
    }
}

/// Whether a word is in a list that is in order, large or small.
fn is_among(list: &[&str], word: &[u8]) -> bool {
    if word.len() > LONGEST {
        return false;
    }
    let mut small = [0; LONGEST];
    let small = &mut small[..word.len()];
    small.copy_from_slice(word);
    small.make_ascii_lowercase();
    list.binary_search_by(|known| known.as_bytes().cmp(small))
        .is_ok()
}

/// Letters of the longest word in the lists.
const LONGEST: usize = 10;

/// The page of a file in a folder.
pub(super) fn make(
    asked: &Asked<'_>,
    folder: &Folder,
    names: &Names,
    name: &[u8],
) -> Result<(Language, String), Failure> {
    let gone = Failure::Refused(Reason::NoSuchFile);
    if !can_be_asked_for(name) {
        return Err(gone);
    }
    // The folder decides what it has: what is not told of cannot be looked at.
    let files = || {
        names
            .entries()
            .iter()
            .filter(|entry| entry.kind == Kind::File)
    };
    let entry = { files() }
        .find(|entry| names.name(**entry) == name)
        .ok_or(gone)?;
    let facts = folder.look_at(name, *entry).ok_or(gone)?;
    let seen = Seen::of(name).unwrap_or(Seen::Text);
    let text = match seen {
        Seen::Text => {
            let way = folder.way_to(name);
            Some(read::beginning(asked.place, &way, PREVIEW_BYTES_MAX)?)
        }
        Seen::Picture | Seen::Sound | Seen::Film => None,
    };
    let mut neighbours = [None, None];
    let mut is_behind = false;
    for other in files().map(|entry| names.name(*entry)) {
        if other == name {
            is_behind = true;
        } else if Seen::of(other).is_some() {
            neighbours[usize::from(is_behind)] = Some(other);
            if is_behind {
                break;
            }
        }
    }
    let language = asked.view.language;
    let word = |key: &str| i18n::text(language, key);
    let room = text.as_ref().map_or(0, |(bytes, _)| 2 * bytes.len()) + 4096;
    let html = framed(asked, name, room, |page| {
        page.push_str("<h1><bdi>");
        push_name(name, page);
        page.push_str("</bdi></h1>\n<p class=\"count\">");
        let size = Args::new()
            .with("bytes", facts.size)
            .with("shown", count_text(facts.size));
        page.push_str(&i18n::text_with(language, "listing-bytes", &size));
        page.push_str(" · ");
        push_date(facts.modified, page);
        for (href, download) in [("listing-open", ""), ("listing-download", " download")] {
            page.push_str(" · <a href=\"");
            push_way(name, page);
            page.push('"');
            page.push_str(download);
            page.push('>');
            page.push_str(&word(href));
            page.push_str("</a>");
        }
        page.push_str("</p>\n");
        push_neighbours(asked, neighbours, page);
        match seen {
            Seen::Picture => push_element("<img class=\"seen\" src=\"", name, "\" alt=\"", page),
            Seen::Sound => push_element(
                "<audio class=\"seen\" controls preload=\"none\" src=\"",
                name,
                "\" title=\"",
                page,
            ),
            Seen::Film => push_element(
                "<video class=\"seen\" controls preload=\"none\" src=\"",
                name,
                "\" title=\"",
                page,
            ),
            Seen::Text => {}
        }
        page.push_str(match seen {
            Seen::Sound => "</audio>\n",
            Seen::Film => "</video>\n",
            Seen::Picture | Seen::Text => "",
        });
        if let Some((bytes, is_whole)) = &text {
            push_text(bytes, *is_whole, language, page);
        }
    });
    Ok((language, html))
}

fn push_element(start: &str, name: &[u8], label: &str, page: &mut String) {
    page.push_str(start);
    push_way(name, page);
    page.push_str(label);
    push_name(name, page);
    page.push_str("\">");
}

/// Links to the file before and the file after, among those that can be looked at.
fn push_neighbours(asked: &Asked<'_>, neighbours: [Option<&[u8]>; 2], page: &mut String) {
    let language = asked.view.language;
    page.push_str("<nav class=\"pages\" aria-label=\"");
    page.push_str(&i18n::text(language, "listing-neighbours"));
    page.push_str("\">");
    for (name, rel, [before, after]) in [
        (neighbours[0], "prev", ["← ", ""]),
        (neighbours[1], "next", ["", " →"]),
    ] {
        let Some(name) = name else {
            continue;
        };
        page.push_str("<a rel=\"");
        page.push_str(rel);
        page.push_str("\" href=\"");
        push_preview_address(name, asked.view, page);
        page.push_str("\">");
        page.push_str(before);
        page.push_str("<bdi>");
        push_name(name, page);
        page.push_str("</bdi>");
        page.push_str(after);
        page.push_str("</a>");
    }
    page.push_str("</nav>\n");
}

fn push_text(bytes: &[u8], is_whole: bool, language: Language, page: &mut String) {
    if bytes.contains(&0) {
        let words = i18n::text(language, "listing-no-text");
        push_remark(&words, page);
        return;
    }
    // Where it was cut, half a character may be left.
    let text = String::from_utf8_lossy(bytes);
    page.push_str("<pre class=\"seen\" tabindex=\"0\">");
    let mut rest = &text[..];
    while let Some(at) = rest.find(['\n', '\t', '\r']) {
        push_escaped(&printable(&rest[..at]), page);
        match rest.as_bytes()[at] {
            b'\r' => {}
            byte => page.push(char::from(byte)),
        }
        rest = &rest[at + 1..];
    }
    push_escaped(&printable(rest), page);
    page.push_str("</pre>\n");
    if !is_whole {
        let args = Args::new().with("kib", PREVIEW_BYTES_MAX >> 10);
        let words = i18n::text_with(language, "listing-preview-cut", &args);
        push_remark(&words, page);
    }
}

fn push_remark(words: &str, page: &mut String) {
    page.push_str("<p class=\"cut\">");
    page.push_str(words);
    page.push_str("</p>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order_and_short() {
        for list in [&PICTURES[..], &SOUNDS, &FILMS, &TEXTS, &NAMES] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|word| word.len() <= LONGEST));
        }
    }

    #[test]
    fn a_file_is_looked_at_as_its_name_says() {
        for (name, seen) in [
            ("a.JPG", Some(Seen::Picture)),
            ("a.b.svg", Some(Seen::Picture)),
            ("a.mp3", Some(Seen::Sound)),
            ("a.webm", Some(Seen::Film)),
            ("a.rs", Some(Seen::Text)),
            ("a.ts", Some(Seen::Text)),
            ("LICENSE", Some(Seen::Text)),
            ("page.html", Some(Seen::Text)),
            ("a.zip", None),
            ("a", None),
            ("a.", None),
            ("a.properties2", None),
        ] {
            assert_eq!(Seen::of(name.as_bytes()), seen, "{name}");
        }
    }
}
