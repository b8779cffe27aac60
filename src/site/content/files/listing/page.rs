//! A folder for people: one page, whole in itself, which works without its script.
//!
//! The form is `assets/listing.html`, with `listing.css` and `listing.js` in it: a page that asks for
//! nothing else is there at once, and stands under any prefix. Law: nothing inline is allowed but
//! these two, by their sums ([`POLICY`]); whatever else comes into the page goes through `write.rs`.

use std::fmt::Write as _;
use std::sync::LazyLock;

use http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};

use crate::exchange::FieldList;
use crate::i18n::{self, Args, Language};
use crate::observe::{Units, count_text};
use crate::site::limits::PAGE_ENTRIES_MAX;
use crate::site::pages;

use super::preview::Seen;
use super::read::Kind;
use super::view::{Look, Sort, View};
use super::write::{push_encoded, push_escaped, push_name, push_time, push_way};
use super::{Asked, Row, Told};

const TEMPLATE: &str = include_str!("../../../../../assets/listing.html");
const STYLE: &str = include_str!("../../../../../assets/listing.css");
const SCRIPT: &str = include_str!("../../../../../assets/listing.js");

/// What may be done in the page: its own style and script, pictures and sound of this site, forms
/// back to it. A test recalculates the sums, and says what they should be.
pub(in crate::site) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'sha256-S92G28EzcgHNbXWhzqNA3QNkKEQsLpYg9ghJZMQnMFA='; \
     script-src 'sha256-Qws3q6G0Dj560jTdGQr8nhm0Foq6u4aQpWfRrDlxrjA='; img-src 'self' data:; \
     media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'",
);

/// Fields of every page here.
pub(super) fn fields(language: Language) -> FieldList {
    let mut fields = pages::html_fields(language);
    fields.add(CONTENT_SECURITY_POLICY, POLICY);
    fields.add(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    fields.add(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    fields
}

/// The form with its texts, cut where something is to be put: text and slot in turn.
type Frame = Vec<(String, String)>;

static FRAMES: LazyLock<[Frame; Language::ALL.len()]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        let filled = pages::fill(TEMPLATE, language);
        let mut frame = Vec::new();
        let mut rest = &filled[..];
        while let Some((text, after)) = rest.split_once("[[") {
            let (slot, after) = after.split_once("]]").unwrap_or((after, ""));
            frame.push((text.to_owned(), slot.to_owned()));
            rest = after;
        }
        frame.push((rest.to_owned(), String::new()));
        frame
    })
});

/// Puts a page together.
pub(super) fn framed(
    asked: &Asked<'_>,
    title: &[u8],
    room: usize,
    main: impl FnOnce(&mut String),
) -> String {
    let view = asked.view;
    let mut page = String::with_capacity(TEMPLATE.len() + STYLE.len() + SCRIPT.len() + room);
    let mut main = Some(main);
    for (text, slot) in &FRAMES[view.language as usize] {
        page.push_str(text);
        match &slot[..] {
            "title" => push_name(title, &mut page),
            "style" => page.push_str(STYLE),
            "script" => page.push_str(SCRIPT),
            "languages" => push_languages(view, &mut page),
            "crumbs" => push_crumbs(asked, &mut page),
            "main" => {
                if let Some(main) = main.take() {
                    main(&mut page);
                }
            }
            _ => {}
        }
    }
    page
}

fn push_languages(view: &View, page: &mut String) {
    for language in Language::ALL {
        let other = View {
            language,
            names_language: true,
            ..view.clone()
        };
        let (code, name) = (language.code(), i18n::text(language, "listing-language"));
        let mut link = other.link();
        if let Some(preview) = &view.preview {
            link.push_str("&preview=");
            push_encoded(preview, &mut link);
        }
        page.push_str("<a href=\"");
        push_escaped(&link, page);
        let current = if language == view.language {
            " aria-current=\"true\""
        } else {
            ""
        };
        let _ = write!(
            page,
            "\" hreflang=\"{code}\" lang=\"{code}\"{current}>{name}</a>"
        );
    }
}

/// The names on the way from the root; none for the root itself.
fn names(way: &[u8]) -> impl Iterator<Item = &[u8]> {
    way.split(|byte| *byte == b'/')
        .filter(|name| !name.is_empty())
}

/// The way here from the site's root, each step a link. All are relative: none leads above it.
fn push_crumbs(asked: &Asked<'_>, page: &mut String) {
    let view = asked.view;
    let (way, along) = (asked.path.below_root(), along(view));
    let above = names(asked.mount).count();
    let depth = above + names(way).count();
    let last = if view.preview.is_some() {
        depth + 1
    } else {
        depth
    };
    let mut push = |name: &dyn Fn(&mut String), place: usize| {
        page.push_str("<li><a href=\"");
        if place == depth {
            page.push_str("./");
        }
        for _ in place..depth {
            page.push_str("../");
        }
        page.push_str(&along);
        page.push_str(if place == last {
            "\" aria-current=\"page\">"
        } else {
            "\">"
        });
        name(page);
        page.push_str("</a>");
    };
    push(
        &|page| page.push_str(&i18n::text(view.language, "listing-root")),
        0,
    );
    if above > 0 {
        // One step, however long: what lies between need not lead to anything.
        push(&|page| push_isolated(asked.mount, page), above);
    }
    for (place, name) in (above..).zip(names(way)) {
        push(&|page| push_isolated(name, page), place + 1);
    }
}

/// A name whose direction of writing is its own business.
fn push_isolated(name: &[u8], page: &mut String) {
    if name.is_ascii() {
        push_name(name, page);
    } else {
        page.push_str("<bdi>");
        push_name(name, page);
        page.push_str("</bdi>");
    }
}

/// What links to other folders take along, to stand within quotes.
fn along(view: &View) -> String {
    view.parameters().replace('&', "&amp;")
}

/// The page of a folder, or of what was found below it.
pub(super) fn make(asked: &Asked<'_>, told: &Told<'_>) -> String {
    let (view, language) = (asked.view, asked.view.language);
    let contents = i18n::text(language, "listing-contents");
    let title = names(asked.path.below_root()).last();
    let title = title.or(names(asked.mount).last());
    let title = title.unwrap_or(contents.as_bytes());
    let ways: usize = told.rows.iter().map(|row| 2 * row.way.len()).sum();
    let readme = told.readme.as_ref().map_or(0, |(_, html)| html.len());
    let room = 2 * ways + 300 * told.rows.len() + readme + 4096;
    framed(asked, title, room, |page| {
        page.push_str("<h1>");
        push_isolated(title, page);
        page.push_str("</h1>\n");
        push_tools(view, told, page);
        push_status(view, told, page);
        if told.rows.is_empty() {
            let key = if view.query.is_some() {
                "listing-nothing-found"
            } else {
                "listing-empty"
            };
            let _ = writeln!(page, "<p class=\"empty\">{}</p>", i18n::text(language, key));
        } else if view.look == Look::Tiles {
            push_tiles(view, told, page);
        } else {
            push_table(view, told, page);
        }
        push_pages(view, told, page);
        if let Some((name, html)) = &told.readme {
            page.push_str("<section class=\"readme\" aria-label=\"");
            push_name(name, page);
            page.push_str("\">\n<p class=\"from\">");
            push_name(name, page);
            page.push_str("</p>\n");
            page.push_str(html);
            page.push_str("</section>\n");
        }
    })
}

/// What is looked for, the order and the look.
fn push_tools(view: &View, told: &Told<'_>, page: &mut String) {
    let text = |key: &str| i18n::text(view.language, key);
    page.push_str("<div class=\"tools\">\n<form role=\"search\" action=\"./\" id=\"search\"");
    if told.pages > 1 || told.is_cut {
        // What is not on this page has to be asked for.
        page.push_str(" data-partial");
    }
    let _ = write!(
        page,
        " data-shown=\"{}\">\n<label for=\"q\">{}</label>\
         <input type=\"search\" id=\"q\" name=\"q\" maxlength=\"200\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"{}\" value=\"",
        text("listing-shown"),
        text("listing-search"),
        text("listing-filter")
    );
    push_escaped(view.query.as_deref().unwrap_or_default(), page);
    page.push_str("\">");
    if view.names_language {
        let code = view.language.code();
        let _ = write!(
            page,
            "<input type=\"hidden\" name=\"lang\" value=\"{code}\">"
        );
    }
    let _ = write!(
        page,
        "<button>{}</button>\n</form>\n",
        text("listing-search-below")
    );
    if !super::is_search(view) {
        let _ = write!(
            page,
            "<nav class=\"sorts\" aria-label=\"{}\">",
            text("listing-sort")
        );
        for sort in Sort::ALL {
            push_sort(view, sort, page);
        }
        page.push_str("</nav>\n");
        push_looks(view, page);
    }
    page.push_str("</div>\n");
}

/// A link to this folder in another order; in its own order, the other way round.
fn push_sort(view: &View, sort: Sort, page: &mut String) {
    let is_current = sort == view.sort;
    let direction = if is_current {
        view.direction.other()
    } else {
        sort.usual_direction()
    };
    let other = View {
        sort,
        direction,
        page: 1,
        ..view.clone()
    };
    page.push_str("<a href=\"");
    push_escaped(&other.link(), page);
    page.push('"');
    if is_current {
        let _ = write!(
            page,
            " aria-current=\"true\" class=\"{}\"",
            view.direction.word()
        );
    }
    let word = i18n::text(view.language, sort.key());
    let _ = write!(page, ">{word}</a>");
}

fn push_looks(view: &View, page: &mut String) {
    let label = i18n::text(view.language, "listing-look");
    let _ = write!(page, "<nav class=\"looks\" aria-label=\"{label}\">");
    for (look, key) in [(Look::List, "listing-list"), (Look::Tiles, "listing-tiles")] {
        let other = View {
            look,
            ..view.clone()
        };
        page.push_str("<a href=\"");
        push_escaped(&other.link(), page);
        page.push_str(if look == view.look {
            "\" aria-current=\"true\">"
        } else {
            "\">"
        });
        page.push_str(&i18n::text(view.language, key));
        page.push_str("</a>");
    }
    page.push_str("</nav>\n");
}

/// How much there is, and whether that is all.
fn push_status(view: &View, told: &Told<'_>, page: &mut String) {
    let language = view.language;
    let counted = |key: &str, count: usize| {
        let args = Args::new().with("count", count);
        i18n::text_with(language, key, &args.with("shown", digits(count)))
    };
    page.push_str("<p class=\"count\"><span id=\"count\" role=\"status\">");
    let below = super::is_search(view);
    if below {
        page.push_str(&counted("listing-found", told.all));
    } else {
        let files = told.all - told.folders;
        if told.folders > 0 {
            page.push_str(&counted("listing-folders", told.folders));
        }
        if told.folders > 0 && files > 0 {
            page.push_str(" · ");
        }
        if files > 0 || told.folders == 0 {
            page.push_str(&counted("listing-files", files));
        }
    }
    page.push_str("</span>");
    if told.pages > 1 {
        let first = (told.page - 1) * PAGE_ENTRIES_MAX + 1;
        let last = (first + PAGE_ENTRIES_MAX - 1).min(told.all);
        let args = Args::new()
            .with("first", digits(first))
            .with("last", digits(last));
        let words = i18n::text_with(language, "listing-part", &args);
        let _ = write!(page, " · {words}");
    }
    if view.query.is_some() {
        let all = View {
            query: None,
            page: 1,
            ..view.clone()
        };
        page.push_str(" · <a href=\"");
        push_escaped(&all.link(), page);
        let _ = write!(page, "\">{}</a>", i18n::text(language, "listing-all"));
    }
    page.push_str("</p>\n");
    if told.is_cut {
        let key = if below {
            "listing-search-cut"
        } else {
            "listing-cut"
        };
        let _ = writeln!(page, "<p class=\"cut\">{}</p>", i18n::text(language, key));
    }
}

/// A count with its thousands apart.
fn digits(count: usize) -> String {
    count_text(count as u64)
}

fn push_table(view: &View, told: &Told<'_>, page: &mut String) {
    let _ = write!(
        page,
        "<table id=\"entries\" class=\"by-{}\">\n<thead><tr>",
        view.sort.word()
    );
    let below = super::is_search(view);
    for sort in Sort::ALL {
        page.push_str("<th scope=\"col\"");
        if below {
            let word = i18n::text(view.language, sort.key());
            let _ = write!(page, ">{word}");
            continue;
        }
        if sort == view.sort {
            let word = match view.direction {
                super::Direction::Ascending => "ascending",
                super::Direction::Descending => "descending",
            };
            let _ = write!(page, " aria-sort=\"{word}\"");
        }
        page.push('>');
        push_sort(view, sort, page);
        if sort == Sort::Date {
            // Until the script makes it the reader's own time.
            page.push_str("<span class=\"utc\"> UTC</span>");
        }
    }
    let download = i18n::text(view.language, "listing-download");
    let _ = write!(
        page,
        "<th scope=\"col\" class=\"g\"><span>{download}</span>"
    );
    page.push_str("</thead>\n<tbody>\n");
    let (along, words) = (along(view), Words::of(view.language));
    for row in &told.rows {
        push_row(row, &along, view, &words, page);
    }
    page.push_str("</tbody>\n</table>\n");
}

/// Words that every row may need.
struct Words {
    units: Units,
    view: String,
    download: String,
}

impl Words {
    fn of(language: Language) -> Self {
        Self {
            units: Units::of(language),
            view: i18n::text(language, "listing-view"),
            download: i18n::text(language, "listing-download"),
        }
    }
}

fn push_row(row: &Row<'_>, along: &str, view: &View, words: &Words, page: &mut String) {
    let at = row
        .way
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    let (folder, name) = row.way.split_at(at);
    page.push_str("<tr><td>");
    if !folder.is_empty() {
        page.push_str("<span class=\"in\">");
        push_isolated(folder, page);
        page.push_str("</span>");
    }
    push_link(row, along, page);
    push_isolated(name, page);
    match row.kind {
        Kind::Folder => page.push_str("/</a><td><td>"),
        Kind::File => {
            page.push_str("</a>");
            if folder.is_empty() && Seen::of(name).is_some() {
                push_preview_link(name, view, words, page);
            }
            page.push_str("<td>");
            page.push_str(&words.units.size_text(row.facts.size));
            page.push_str("<td>");
        }
    }
    push_date(row.facts.modified, page);
    page.push_str("<td class=\"g\">");
    if row.kind == Kind::File {
        push_download_link(row.way, name, words, page);
    }
    page.push('\n');
}

/// The link that offers a file under its name; a sign, whose words are for those who hear them.
fn push_download_link(way: &[u8], name: &[u8], words: &Words, page: &mut String) {
    page.push_str("<a href=\"");
    push_way(way, page);
    page.push_str("?download\" aria-label=\"");
    page.push_str(&words.download);
    page.push(' ');
    push_name(name, page);
    page.push_str("\"></a>");
}

/// The start of a link to an entry.
fn push_link(row: &Row<'_>, along: &str, page: &mut String) {
    match row.kind {
        Kind::Folder => page.push_str("<a class=\"d\" href=\""),
        Kind::File => page.push_str("<a href=\""),
    }
    push_way(row.way, page);
    if row.kind == Kind::Folder {
        page.push('/');
        page.push_str(along);
    }
    page.push_str("\">");
}

fn push_preview_link(name: &[u8], view: &View, words: &Words, page: &mut String) {
    page.push_str("<a class=\"p\" href=\"");
    push_preview_address(name, view, page);
    page.push_str("\" aria-label=\"");
    page.push_str(&words.view);
    page.push(' ');
    push_name(name, page);
    page.push_str("\">");
    page.push_str(&words.view);
    page.push_str("</a>");
}

/// The address of a preview, to stand within quotes.
pub(super) fn push_preview_address(name: &[u8], view: &View, page: &mut String) {
    let along = along(view);
    page.push_str(&along);
    page.push_str(if along.is_empty() {
        "?preview="
    } else {
        "&amp;preview="
    });
    push_encoded(name, page);
}

/// A time to be read: the day and the minute, in UTC; the script makes it the reader's own.
pub(super) fn push_date(seconds: i64, page: &mut String) {
    page.push_str("<time datetime=\"");
    let start = page.len();
    push_time(seconds, page);
    // 2026-11-21T17:31:00Z
    let (day, minute) = (start..start + 10, start + 11..start + 16);
    page.push_str("\">");
    page.extend_from_within(day);
    page.push(' ');
    page.extend_from_within(minute);
    page.push_str("</time>");
}

/// Pictures as pictures, everything else by its name.
fn push_tiles(view: &View, told: &Told<'_>, page: &mut String) {
    page.push_str("<ul id=\"entries\" class=\"tiles\">\n");
    let along = along(view);
    for row in &told.rows {
        page.push_str("<li>");
        let seen = match row.kind {
            Kind::Folder => None,
            Kind::File => Seen::of(row.way),
        };
        if seen.is_some() {
            page.push_str("<a href=\"");
            push_preview_address(row.way, view, page);
            page.push_str("\">");
        } else {
            push_link(row, &along, page);
        }
        if seen == Some(Seen::Picture) {
            page.push_str("<img loading=\"lazy\" decoding=\"async\" alt=\"\" src=\"");
            push_way(row.way, page);
            page.push_str("\">");
        } else {
            page.push_str("<span class=\"end\" aria-hidden=\"true\">");
            push_name(end_of(row), page);
            page.push_str("</span>");
        }
        page.push_str("<span>");
        push_isolated(row.way, page);
        page.push_str(match row.kind {
            Kind::Folder => "/</span></a>\n",
            Kind::File => "</span></a>\n",
        });
    }
    page.push_str("</ul>\n");
}

/// The end of a name, if it is short enough to stand for a picture.
fn end_of<'a>(row: &Row<'a>) -> &'a [u8] {
    if row.kind == Kind::Folder {
        return b"/";
    }
    let dot = row.way.iter().rposition(|byte| *byte == b'.');
    match dot.map(|dot| &row.way[dot + 1..]) {
        Some(end @ ([_] | [_, _] | [_, _, _] | [_, _, _, _])) if end.is_ascii() => end,
        _ => b"\xc2\xb7",
    }
}

fn push_pages(view: &View, told: &Told<'_>, page: &mut String) {
    if told.pages == 1 {
        return;
    }
    let text = |key: &str| i18n::text(view.language, key);
    let link = |number: usize, page: &mut String| {
        let other = View {
            page: number,
            ..view.clone()
        };
        page.push_str("<a href=\"");
        push_escaped(&other.link(), page);
        page.push('"');
    };
    let _ = write!(
        page,
        "<nav class=\"pages\" aria-label=\"{}\">",
        text("listing-pages")
    );
    if told.page > 1 {
        link(told.page - 1, page);
        let _ = write!(page, " rel=\"prev\">{}</a>", text("listing-previous"));
    }
    let mut before = 0;
    for number in 1..=told.pages {
        let is_near = number.abs_diff(told.page) <= 2;
        if !is_near && number != 1 && number != told.pages {
            continue;
        }
        if number != before + 1 {
            page.push_str("<span>…</span>");
        }
        before = number;
        link(number, page);
        let current = if number == told.page {
            " aria-current=\"page\""
        } else {
            ""
        };
        let _ = write!(page, "{current}>{number}</a>");
    }
    if told.page < told.pages {
        link(told.page + 1, page);
        let _ = write!(page, " rel=\"next\">{}</a>", text("listing-next"));
    }
    page.push_str("</nav>\n");
}
