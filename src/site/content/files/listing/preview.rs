//! A file looked at within the page: pictures, sound, moving pictures, and text as text.
//!
//! Law: what is in a file is shown, never obeyed. A text is read up to a limit and escaped; everything
//! else is a link that the browser follows with the policy of the page on it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::exchange::Reason;
use crate::i18n::{self, Args, Language, printable};
use crate::observe::count_text;
use crate::site::limits::PREVIEW_BYTES_MAX;

use super::super::open::Failure;
use super::Asked;
use super::page::{framed, push_date, push_preview_address};
use super::read::{self, Entry, Facts, Folder, Kind, Names, can_be_asked_for};
use super::write::{push_escaped, push_name, push_way};

/// How a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Picture,
    Sound,
    Film,
    Text,
}

/// Ends of names, and how files of these names are looked at.
const ENDS: [(&str, Seen); 4] = [
    ("apng|avif|bmp|gif|ico|jpeg|jpg|png|svg|webp", Seen::Picture),
    ("aac|flac|m4a|mp3|oga|ogg|opus|wav|weba", Seen::Sound),
    ("m4v|mov|mp4|ogv|webm", Seen::Film),
    (TEXTS, Seen::Text),
];

const TEXTS: &str = "adoc|asm|astro|awk|bat|bib|c|cc|cfg|clj|cmake|conf|cpp|cs|css|csv|cxx|d|dart|diff|el|\
    erl|ex|fs|ftl|go|gradle|graphql|h|hpp|hs|htm|html|ini|java|jl|js|json|jsonl|jsx|kt|\
    less|lisp|log|lua|m|markdown|md|mjs|ml|nix|org|patch|php|pl|po|properties|proto|ps1|\
    py|r|rb|rs|rst|scala|scss|sh|sql|srt|svelte|swift|tex|toml|ts|tsv|tsx|txt|vue|xml|\
    yaml|yml";

/// Files known by their whole names.
const NAMES: &str =
    "authors|changelog|copying|dockerfile|install|license|makefile|news|notice|readme";

static BY_END: LazyLock<HashMap<&[u8], Seen>> = LazyLock::new(|| {
    let pairs = ENDS
        .iter()
        .flat_map(|(ends, seen)| ends.split('|').map(move |end| (end, *seen)));
    pairs.map(|(end, seen)| (end.as_bytes(), seen)).collect()
});

impl Seen {
    /// How a file of this name is looked at, if it is.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let dot = name.iter().rposition(|byte| *byte == b'.');
        let Some(dot) = dot else {
            let is_known = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
            return NAMES.split('|').any(is_known).then_some(Self::Text);
        };
        let end = &name[dot + 1..];
        let mut small = [0; LONGEST];
        let small = small.get_mut(..end.len())?;
        small.copy_from_slice(end);
        small.make_ascii_lowercase();
        BY_END.get(&*small).copied()
    }
}

/// Letters of the longest end.
const LONGEST: usize = 10;

/// The page of a file in a folder.
pub(super) fn make(
    asked: &Asked<'_>,
    folder: &Folder,
    names: &Names,
    name: &[u8],
) -> Result<String, Failure> {
    let gone = Failure::Refused(Reason::NoSuchFile);
    if !can_be_asked_for(name, asked.place.hidden()) {
        return Err(gone);
    }
    // The folder decides what it has: what is not told of cannot be looked at.
    let entry = { files(names) }
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
    let neighbours = neighbours(names, name);
    let language = asked.view.language;
    let room = text.as_ref().map_or(0, |(bytes, _)| 2 * bytes.len()) + 4096;
    Ok(framed(asked, name, room, |page| {
        push_head(name, facts, language, page);
        push_neighbours(asked, neighbours, page);
        push_media(seen, name, page);
        if let Some((bytes, is_whole)) = &text {
            push_text(bytes, *is_whole, language, page);
        }
    }))
}

fn files(names: &Names) -> impl Iterator<Item = &Entry> {
    { names.entries().iter() }.filter(|entry| entry.kind == Kind::File)
}

/// The files before and after, among those that can be looked at.
fn neighbours<'a>(names: &'a Names, name: &[u8]) -> [Option<&'a [u8]>; 2] {
    let mut before = None;
    let mut others = files(names).map(|entry| names.name(*entry));
    for other in others.by_ref().take_while(|other| *other != name) {
        if Seen::of(other).is_some() {
            before = Some(other);
        }
    }
    [before, others.find(|other| Seen::of(other).is_some())]
}

/// What it is called, and what else is known of it.
fn push_head(name: &[u8], facts: Facts, language: Language, page: &mut String) {
    page.push_str("<h1><bdi>");
    push_name(name, page);
    page.push_str("</bdi></h1>\n<p class=\"count\">");
    let size = Args::new().with("bytes", facts.size);
    let size = size.with("shown", count_text(facts.size));
    page.push_str(&i18n::text_with(language, "listing-bytes", &size));
    page.push_str(" · ");
    push_date(facts.modified, page);
    for (key, download) in [("listing-open", ""), ("listing-download", " download")] {
        page.push_str(" · <a href=\"");
        push_way(name, page);
        page.push('"');
        page.push_str(download);
        page.push('>');
        page.push_str(&i18n::text(language, key));
        page.push_str("</a>");
    }
    page.push_str("</p>\n");
}

/// What the browser shows by itself. Sound and films are loaded when they are asked for.
fn push_media(seen: Seen, name: &[u8], page: &mut String) {
    let (start, label, end) = match seen {
        Seen::Picture => ("<img class=\"seen\" src=\"", "alt", ""),
        Seen::Sound => (
            "<audio class=\"seen\" controls preload=\"none\" src=\"",
            "title",
            "</audio>",
        ),
        Seen::Film => (
            "<video class=\"seen\" controls preload=\"none\" src=\"",
            "title",
            "</video>",
        ),
        Seen::Text => return,
    };
    page.push_str(start);
    push_way(name, page);
    page.push_str("\" ");
    page.push_str(label);
    page.push_str("=\"");
    push_name(name, page);
    page.push_str("\">");
    page.push_str(end);
    page.push('\n');
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
    fn the_longest_end_is_as_long_as_it_is_said_to_be() {
        let longest = BY_END.keys().map(|end| end.len()).max();
        assert_eq!(longest, Some(LONGEST));
        let ends = ENDS.iter().map(|(ends, _)| ends.split('|').count());
        assert_eq!(ends.sum::<usize>(), BY_END.len(), "each has one look");
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
