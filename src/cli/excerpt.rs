//! Shows what is wrong with a file: the line, the place in it, what is wrong and what would be right.
//!
//! Law: nothing of the file reaches a terminal as it is: what does not print is written out.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::complain::Complaint;
use super::help::{COLUMNS, lines_of};
use crate::config::file::{FileError, Place, Sources, Wrong};
use crate::i18n::{Args, Language, columns, printable, shown, text, text_with};

/// Errors that are shown. Reason: what a person mends in one go. Further ones are counted.
const SHOWN_MAX: usize = 20;

/// Everything that is wrong with a file, and how many that is; without a line break at the end.
pub(super) fn all(language: Language, wrong: &Wrong, has_colours: bool) -> String {
    let mut page = String::new();
    for error in wrong.errors.iter().take(SHOWN_MAX) {
        let complaint = of_file(error);
        let places = [Some(error.place), error.before];
        let places = places.into_iter().flatten().collect::<Vec<_>>();
        page.push_str(&one(
            language,
            &complaint,
            &wrong.sources,
            &places,
            has_colours,
        ));
        page.push_str("\n\n");
    }
    let count = wrong.errors.len();
    if count > SHOWN_MAX {
        let args = Args::new().with("more", count - SHOWN_MAX);
        page.push_str(&text_with(language, "config-more-errors", &args));
        page.push_str("\n\n");
    }
    let places: Vec<Place> = wrong.errors.iter().map(|error| error.place).collect();
    let names = wrong.sources.names(Some(&places));
    let args = Args::new()
        .with("file", shown(&names))
        .with("errors", count);
    let key = wrong.errors.first().map_or("", |error| error.fault.key());
    let summary = text_with(language, "config-unusable", &args);
    let more = text_with(language, "config-more", &Args::new().with("key", key));
    page + &format!("hello: {summary}\n{more}")
}

/// What is wrong with a file, as a complaint: its sentences.
pub(super) fn of_file(error: &FileError) -> Complaint<'_> {
    let complaint = Complaint::new(error.fault.key(), error.fault.args());
    match error.fault.system() {
        Some(system) => complaint.of_system(system),
        None => complaint,
    }
}

/// One complaint with the lines it is about, the first of them marked.
pub(super) fn one(
    language: Language,
    complaint: &Complaint<'_>,
    sources: &Sources,
    places: &[Place],
    has_colours: bool,
) -> String {
    let name = text(language, "config-error");
    // `error[key]: ` and `  = hint: `, and what follows goes on below its beginning.
    let before = columns(&name) + complaint.key().len() + 4;
    let what = lines_of(&complaint.what(language), COLUMNS - before).join("\n");
    let label = text(language, "label-hint");
    let room = COLUMNS - 10 - columns(&label);
    let advice = lines_of(&complaint.advice(language), room).join("\n");
    let snippets = places.iter().enumerate().map(|(n, place)| {
        let source = sources.of(*place);
        let number = source.line_of(place.start);
        let (start, line) = source.line(number);
        let (line, marked) = visible(line, place.start - start..place.end.saturating_sub(start));
        let kind = match n {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        Snippet::source(line)
            .line_start(number)
            .path(shown(&source.name))
            .annotation(kind.span(marked))
    });
    let reasons = complaint.reasons(language).into_iter();
    let reasons = reasons.map(|reason| {
        let reason = lines_of(&reason, COLUMNS - 6).join("\n");
        Level::NOTE.no_name().message(reason)
    });
    let report = Level::ERROR
        .with_name(name)
        .primary_title(what)
        .id(complaint.key())
        .elements(snippets)
        .elements(reasons)
        .element(Level::HELP.with_name(label).message(advice));
    let renderer = if has_colours {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let page = renderer.term_width(COLUMNS).render(&[report]);
    let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// A line as it may be shown, and its marked bytes in that; at least one place is marked.
fn visible(line: &str, marked: Range<usize>) -> (String, Range<usize>) {
    let (mut shown, mut start, mut end) = (String::new(), None, None);
    for (place, character) in line.char_indices() {
        if place >= marked.start && start.is_none() {
            start = Some(shown.len());
        }
        if place >= marked.end && end.is_none() {
            end = Some(shown.len());
        }
        match character {
            '\t' => shown.push(' '),
            character => shown.push_str(&printable(character.encode_utf8(&mut [0; 4]))),
        }
    }
    let start = start.unwrap_or(shown.len());
    let mut end = end.unwrap_or(shown.len()).max(start);
    if start == end {
        if start == shown.len() {
            shown.push(' ');
        }
        end += shown[start..].chars().next().map_or(0, char::len_utf8);
    }
    (shown, start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marked_place_is_seen_whatever_stands_around_it() {
        for (line, marked, shown, text) in [
            ("a = 1", 0..1, "a = 1", "a"),
            ("a = 1", 5..5, "a = 1 ", " "),
            ("a = 1", 4..4, "a = 1", "1"),
            ("\ta = 1", 1..2, " a = 1", "a"),
            (
                "a = \"\u{1b}[2J\"",
                4..10,
                "a = \"\\u{1b}[2J\"",
                "\"\\u{1b}[2J\"",
            ),
            ("я = 1", 0..2, "я = 1", "я"),
            ("", 0..0, " ", " "),
        ] {
            let (line, marked) = visible(line, marked);
            assert_eq!((&*line, &line[marked]), (shown, text));
        }
    }
}
