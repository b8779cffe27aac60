//! The text that a folder says about itself: `README.md` as a page, `README.txt` as it stands.
//!
//! Law: who may write into the folder may write into its page, and nothing more. What comes out has
//! elements and attributes of a short list alone (the fuzz target `markdown` holds it to that): HTML
//! in the text is dropped, links lead to http, https, mailto or below this site, pictures come from
//! this site, and no identifier can be taken for one of the page's own.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::site::limits::{README_EVENTS_MAX, README_HTML_BYTES_MAX};

use super::write::push_escaped;

/// How likely a file of this name is what a folder says about itself; less is likelier.
pub(super) fn rank(name: &[u8]) -> Option<usize> {
    const NAMES: [&[u8]; 4] = [b"readme.md", b"readme.markdown", b"readme.txt", b"readme"];
    // Most names are none, and there may be a hundred thousand.
    if !matches!(name.first(), Some(b'r' | b'R')) {
        return None;
    }
    { NAMES.iter() }.position(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a file of this name is written in Markdown.
pub(super) fn is_markdown(name: &[u8]) -> bool {
    matches!(rank(name), Some(0 | 1))
}

/// Markdown as HTML to stand in a page of ours, below its first heading.
///
/// A text that would grow out of all proportion is shown as it stands.
pub fn markdown_to_html(text: &str) -> String {
    let mut page = Bounded(String::new());
    let written = tamed(text).map(|events| html::write_html_fmt(&mut page, events.into_iter()));
    match written {
        Some(Ok(())) => page.0,
        Some(Err(_)) | None => as_it_stands(text),
    }
}

/// A text with its line breaks, and nothing of it obeyed.
pub(super) fn as_it_stands(text: &str) -> String {
    let mut page = "<pre>".to_owned();
    push_escaped(text, &mut page);
    page.push_str("</pre>\n");
    page
}

/// A page that does not grow beyond a limit.
struct Bounded(String);

impl std::fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if self.0.len() + text.len() > README_HTML_BYTES_MAX {
            return Err(std::fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// What is read in a text, less what may not be said; `None` if that is out of all proportion.
fn tamed(text: &str) -> Option<Vec<Event<'_>>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Vec::new();
    // For each link or picture that is open: whether its ends are to be written.
    let mut open = Vec::new();
    for event in Parser::new_ext(text, options) {
        if events.len() >= README_EVENTS_MAX {
            return None;
        }
        match event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::HtmlBlock)
            | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(Tag::Heading { level, .. }) => events.push(Event::Start(Tag::Heading {
                level: lowered(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Event::End(TagEnd::Heading(level)) => {
                events.push(Event::End(TagEnd::Heading(lowered(level))));
            }
            // Their alignment would be written as a style, which the page does not allow.
            Event::Start(Tag::Table(columns)) => {
                let plain = columns.iter().map(|_| pulldown_cmark::Alignment::None);
                events.push(Event::Html(CowStr::Borrowed(WIDE)));
                events.push(Event::Start(Tag::Table(plain.collect())));
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                events.push(Event::Html(CowStr::Borrowed("</div>\n")));
            }
            Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. })) => {
                let tag = tamed_link(tag);
                open.push(tag.is_some());
                events.extend(tag.map(Event::Start));
            }
            Event::End(end @ (TagEnd::Link | TagEnd::Image)) => {
                if open.pop() == Some(true) {
                    events.push(Event::End(end));
                }
            }
            other => events.push(other),
        }
    }
    name_headings(&mut events);
    Some(events)
}

/// Around each table, which may be wider than a phone: it scrolls there, by keyboard too, and not the
/// page.
const WIDE: &str = "<div class=\"wide\" tabindex=\"0\">\n";

/// Below the page's own heading.
fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// A link or picture that may stand there; `None`: only what is written in it.
fn tamed_link(tag: Tag<'_>) -> Option<Tag<'_>> {
    match tag {
        Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        } => {
            let dest_url = match dest_url.strip_prefix('#') {
                Some(place) => CowStr::from(format!("#{PREFIX}{place}")),
                None if leads_somewhere(&dest_url) => dest_url,
                None => return None,
            };
            Some(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            })
        }
        Tag::Image { ref dest_url, .. } => is_within(dest_url).then_some(tag),
        _ => None,
    }
}

/// Whether a link leads to a page, ours or another's, and runs nothing.
fn leads_somewhere(link: &str) -> bool {
    match scheme(link) {
        None => true,
        Some(scheme) => ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known)),
    }
}

/// Whether a link leads to this site: pictures from elsewhere would tell others who reads.
fn is_within(link: &str) -> bool {
    let mut seen = link.bytes().filter(|byte| *byte > b' ');
    let begins_with_two = [seen.next(), seen.next()]
        .iter()
        .all(|byte| matches!(byte, Some(b'/' | b'\\')));
    scheme(link).is_none() && !begins_with_two
}

/// What stands before the first colon, if a browser may take that for a scheme: it leaves out white
/// space and controls before it looks (WHATWG URL §4.4), so we do not ask what it is made of.
fn scheme(link: &str) -> Option<&str> {
    let end = link.find([':', '/', '?', '#'])?;
    (link.as_bytes()[end] == b':').then(|| &link[..end])
}

/// Gives every heading an identifier made of its words, so that contents can lead to it.
fn name_headings(events: &mut [Event<'_>]) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut at = 0;
    while at < events.len() {
        let Event::Start(Tag::Heading { .. }) = &events[at] else {
            at += 1;
            continue;
        };
        let mut words = String::new();
        let mut end = at + 1;
        while let Some(event) = events.get(end) {
            match event {
                Event::End(TagEnd::Heading(_)) => break,
                Event::Text(text) | Event::Code(text) => words.push_str(text),
                _ => {}
            }
            end += 1;
        }
        let slug = slug(&words);
        let count = taken.entry(slug.clone()).or_default();
        let name = match *count {
            0 => format!("{PREFIX}{slug}"),
            count => format!("{PREFIX}{slug}-{count}"),
        };
        *count += 1;
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(name));
        }
        at = end;
    }
}

/// As code hosts have it: small letters, hyphens for spaces, and nothing but letters and digits.
fn slug(words: &str) -> String {
    let mut slug = String::new();
    for character in words.trim().chars() {
        match character {
            ' ' => slug.push('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// What identifiers begin with, so that none is the page's own.
const PREFIX: &str = "readme-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_a_page() {
        for (text, page) in [
            (
                "# Hi\n\nthere",
                "<h2 id=\"readme-hi\">Hi</h2>\n<p>there</p>\n",
            ),
            ("###### x", "<h6 id=\"readme-x\">x</h6>\n"),
            ("[a](b.md)", "<p><a href=\"b.md\">a</a></p>\n"),
            ("![a](b.png)", "<p><img src=\"b.png\" alt=\"a\" /></p>\n"),
            ("[Up](#Hi)", "<p><a href=\"#readme-Hi\">Up</a></p>\n"),
            (
                "|a|\n|:-:|\n|b|",
                "<div class=\"wide\" tabindex=\"0\">\n<table><thead><tr><th>a</th></tr></thead><tbody>\n\
                 <tr><td>b</td></tr>\n</tbody></table>\n</div>\n",
            ),
            (
                "<a@b.example>",
                "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>\n",
            ),
        ] {
            assert_eq!(markdown_to_html(text), page);
        }
    }

    #[test]
    fn nothing_in_it_runs_or_calls_home() {
        for (text, page) in [
            ("<script>alert(1)</script>", ""),
            ("a <b onclick=x>c</b>", "<p>a c</p>\n"),
            ("[a](javascript:alert(1))", "<p>a</p>\n"),
            ("[a](JaVaScript:alert(1))", "<p>a</p>\n"),
            ("[a](&#1;javascript:alert(1))", "<p>a</p>\n"),
            ("[a](java&Tab;script:alert(1))", "<p>a</p>\n"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n"),
            ("[a](data:text/html,x)", "<p>a</p>\n"),
            ("[a](vbscript:x)", "<p>a</p>\n"),
            ("![a](data:image/png;base64,x)", "<p>a</p>\n"),
            ("![a](https://far.example/x.png)", "<p>a</p>\n"),
            ("![a](//far.example/x.png)", "<p>a</p>\n"),
            ("![a](\\\\\\\\far.example/x.png)", "<p>a</p>\n"),
            (
                "[a](<\" onclick=\"x>)",
                "<p><a href=\"%22%20onclick=%22x\">a</a></p>\n",
            ),
        ] {
            assert_eq!(markdown_to_html(text), page, "{text}");
        }
    }

    #[test]
    fn headings_of_one_name_have_names_of_their_own() {
        let page = markdown_to_html("# A b!\n# A b\n# `a` b\n# Ёж");
        for name in [
            "readme-a-b\"",
            "readme-a-b-1\"",
            "readme-a-b-2\"",
            "readme-ёж\"",
        ] {
            assert!(page.contains(name), "{page}");
        }
    }

    #[test]
    fn a_text_that_would_explode_is_shown_as_it_stands() {
        let long = "x".repeat(60_000);
        let text = format!("[a]: {long}\n\n{}", "[a] ".repeat(60_000));
        let page = markdown_to_html(&text);
        assert!(page.len() <= README_HTML_BYTES_MAX + 2 * text.len());
        let deep = "> ".repeat(50_000) + &"[".repeat(50_000);
        assert!(markdown_to_html(&deep).len() <= README_HTML_BYTES_MAX + 8 * deep.len());
    }

    /// Each row of a table has as many cells as its head, whoever wrote them: few bytes become many
    /// cells.
    #[test]
    fn an_enormous_table_is_shown_as_it_stands() {
        let head = "|a".repeat(5_000);
        let text = format!("{head}\n{}\n{}", "|-".repeat(5_000), "|b\n".repeat(50_000));
        assert_eq!(tamed(&text), None, "given up before it is all there");
        assert_eq!(markdown_to_html(&text), as_it_stands(&text));
        // As large as people make them, it is a table.
        let row = "|a word or two".repeat(50) + "\n";
        let text = format!("{row}{}\n{}", "|-".repeat(50), row.repeat(200));
        let page = markdown_to_html(&text);
        assert_eq!(page.matches("<td>a word or two</td>").count(), 50 * 200);
    }

    #[test]
    fn a_readme_is_known_by_its_name() {
        for (name, expected) in [
            ("README.md", Some(0)),
            ("readme.markdown", Some(1)),
            ("ReadMe.TXT", Some(2)),
            ("README", Some(3)),
            ("README.html", None),
            ("docs", None),
            ("", None),
        ] {
            assert_eq!(rank(name.as_bytes()), expected, "{name}");
        }
    }
}
