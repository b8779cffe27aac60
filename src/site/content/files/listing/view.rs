//! What of a folder is to be shown, and how: read from the query and from `Accept`.
//!
//! Law: everything may stand in a query, so everything is taken for something: what is unknown or
//! wrong is as if it were not there.

use std::fmt::Write as _;

use crate::exchange::{Coding, Request};
use crate::i18n::Language;
use crate::site::language_of;
use crate::site::limits::{LISTING_PARAMETERS_MAX, LISTING_QUERY_BYTES_MAX};

use super::super::coding::negotiate::Acceptance;
use super::write::push_encoded;

/// A way to show a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct View {
    pub(super) format: Format,
    pub(super) language: Language,
    /// Whether the address names the language: then the links on the page do too.
    pub(super) names_language: bool,
    pub(super) sort: Sort,
    pub(super) direction: Direction,
    pub(super) look: Look,
    /// From 1.
    pub(super) page: usize,
    /// What is looked for.
    pub(super) query: Option<String>,
    /// Where it is looked for.
    pub(super) scope: Scope,
    /// The name of a file to be looked at within the page, as bytes.
    pub(super) preview: Option<Vec<u8>>,
    /// How the client takes it most gladly; `None`: as it is.
    pub(super) coding: Option<Coding>,
}

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    Page,
    /// For programs.
    Json,
}

/// By what entries are ordered. Folders come first in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Name,
    Size,
    Date,
}

impl Sort {
    pub(super) const ALL: [Self; 3] = [Self::Name, Self::Size, Self::Date];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Size => "size",
            Self::Date => "date",
        }
    }

    /// The key of its text.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Name => "listing-name",
            Self::Size => "listing-size",
            Self::Date => "listing-date",
        }
    }

    /// What one wants to see first: the first letters, the largest, the latest.
    pub(super) fn usual_direction(self) -> Direction {
        match self {
            Self::Name => Direction::Ascending,
            Self::Size | Self::Date => Direction::Descending,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// A list, or tiles with pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    List,
    Tiles,
}

/// Where something is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In this folder alone.
    Here,
    /// In this folder and those below.
    Below,
}

impl View {
    /// How this request wants a folder shown.
    pub(in super::super) fn of(request: &Request<'_>) -> Self {
        let mut view = Self {
            format: Format::Page,
            language: language_of(request),
            names_language: false,
            sort: Sort::Name,
            direction: Direction::Ascending,
            look: Look::List,
            page: 1,
            query: None,
            scope: Scope::Below,
            preview: None,
            coding: Acceptance::of(request).best(Coding::ALL),
        };
        let (mut format, mut direction) = (None, None);
        let pairs = request
            .query
            .unwrap_or_default()
            .split(|byte| *byte == b'&');
        for pair in pairs.take(LISTING_PARAMETERS_MAX) {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = at.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
            match name {
                b"format" => format = Format::named(value),
                b"lang" => view.set_language(value),
                b"sort" => view.set_sort(value),
                b"order" => direction = Direction::named(value),
                b"view" if value == b"tiles" => view.look = Look::Tiles,
                b"page" => view.page = number(value).unwrap_or(1),
                b"q" => view.query = looked_for(value),
                b"here" => view.scope = Scope::Here,
                b"preview" => view.preview = Some(form_decoded(value)),
                _ => {}
            }
        }
        view.format = format.unwrap_or_else(|| accepted(request));
        view.direction = direction.unwrap_or_else(|| view.sort.usual_direction());
        view
    }

    fn set_language(&mut self, value: &[u8]) {
        let named = std::str::from_utf8(value).ok().and_then(Language::of_tag);
        if let Some(language) = named {
            self.language = language;
            self.names_language = true;
        }
    }

    fn set_sort(&mut self, value: &[u8]) {
        let named = Sort::ALL
            .into_iter()
            .find(|sort| sort.word().as_bytes() == value);
        self.sort = named.unwrap_or(self.sort);
    }

    /// The query of a link to the same view; `?`, or `./` if nothing is unusual about it.
    pub(super) fn link(&self) -> String {
        let mut link = self.parameters();
        if let Some(query) = &self.query {
            let joint = if link.is_empty() { '?' } else { '&' };
            link.push(joint);
            link.push_str("q=");
            push_encoded(query.as_bytes(), &mut link);
            if self.scope == Scope::Here {
                link.push_str("&here");
            }
        }
        if self.page > 1 {
            let joint = if link.is_empty() { '?' } else { '&' };
            // Writing to a string cannot fail.
            let _ = write!(link, "{joint}page={}", self.page);
        }
        if link.is_empty() {
            "./".to_owned()
        } else {
            link
        }
    }

    /// What links to other folders take along: language, order, look.
    pub(super) fn parameters(&self) -> String {
        let mut parameters = String::new();
        let mut push = |name: &str, value: &str| {
            let joint = if parameters.is_empty() { '?' } else { '&' };
            let _ = write!(parameters, "{joint}{name}={value}");
        };
        if self.names_language {
            push("lang", self.language.code());
        }
        if self.sort != Sort::Name {
            push("sort", self.sort.word());
        }
        if self.direction != self.sort.usual_direction() {
            push("order", self.direction.word());
        }
        if self.look == Look::Tiles {
            push("view", "tiles");
        }
        parameters
    }

    /// What tells this view of a folder from others of the same folder.
    pub(super) fn key(&self) -> String {
        let format = match self.format {
            Format::Page => 'p',
            Format::Json => 'j',
        };
        format!("{format}{}{}", self.language.code(), self.link())
    }
}

impl Format {
    fn named(value: &[u8]) -> Option<Self> {
        match value {
            b"json" => Some(Self::Json),
            b"html" => Some(Self::Page),
            _ => None,
        }
    }
}

impl Direction {
    fn named(value: &[u8]) -> Option<Self> {
        match value {
            b"asc" => Some(Self::Ascending),
            b"desc" => Some(Self::Descending),
            _ => None,
        }
    }
}

/// A whole number from 1.
fn number(value: &[u8]) -> Option<usize> {
    let number: usize = std::str::from_utf8(value).ok()?.parse().ok()?;
    (number > 0).then_some(number)
}

/// What is looked for, as text; nothing if there is nothing but space.
fn looked_for(value: &[u8]) -> Option<String> {
    let decoded = form_decoded(&value[..value.len().min(3 * LISTING_QUERY_BYTES_MAX)]);
    let text = String::from_utf8_lossy(&decoded);
    let mut text = text.trim().to_owned();
    let end = text.floor_char_boundary(LISTING_QUERY_BYTES_MAX);
    text.truncate(end);
    (!text.is_empty()).then_some(text)
}

/// A value of a form (`application/x-www-form-urlencoded`): `+` is a space.
fn form_decoded(value: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = { value.iter() }
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_encoding::percent_decode(&spaced).collect()
}

/// The format that is preferred (RFC 9110 §12.5.1): a program that wants JSON says so by name.
fn accepted(request: &Request<'_>) -> Format {
    let lists = (0..).map_while(|skip| request.fields.nth("accept", skip));
    let (mut json, mut page) = (0, (0, 0));
    for item in lists.flat_map(|list| list.split(|byte| *byte == b',')) {
        let Ok(item) = std::str::from_utf8(item) else {
            continue;
        };
        let mut parts = item.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q="));
        let quality = quality.map_or(1000, thousandths);
        match media {
            _ if media.eq_ignore_ascii_case("application/json") => json = quality,
            _ if media.eq_ignore_ascii_case("text/html") => page = (3, quality),
            "text/*" if page.0 < 2 => page = (2, quality),
            "*/*" if page.0 < 1 => page = (1, quality),
            _ => {}
        }
    }
    // Where a page is only covered by a wildcard, JSON by name is meant.
    let is_preferred = match page {
        (3, quality) => json > quality,
        (_, quality) => json >= quality,
    };
    if json > 0 && is_preferred {
        Format::Json
    } else {
        Format::Page
    }
}

/// A quality in thousandths; what cannot be read counts as unwanted.
fn thousandths(text: &str) -> u32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits) {
        ("1", true) => 1000,
        ("0", true) => format!("{part:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Peer, Scheme};

    fn view(query: &str, fields: &[(&str, &str)]) -> View {
        let fields: Vec<(&str, &[u8])> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
        View::of(&Request {
            scheme: Scheme::Http,
            is_misdirected: false,
            proof: None,
            told_scheme: None,
            offer: None,
            body_bytes: Some(0),
            method: &http::Method::GET,
            path: b"/",
            query: Some(query.as_bytes()),
            authority: None,
            fields: &fields,
            peer: &Peer::Unix,
            tick_ms: 0,
        })
    }

    #[test]
    fn a_format_is_named_or_preferred() {
        let page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, format) in [
            ("", Format::Page),
            ("*/*", Format::Page),
            (page, Format::Page),
            ("application/json", Format::Json),
            ("Application/JSON", Format::Json),
            ("application/json, text/plain, */*", Format::Json),
            ("application/json;q=0.5, text/html", Format::Page),
            ("application/json, text/html;q=0.9", Format::Json),
            ("application/json, text/html", Format::Page),
            ("application/json;q=0", Format::Page),
            ("application/json;q=0.5, */*;q=0.6", Format::Page),
            ("application/json;q=x", Format::Page),
            ("text/*, application/json;q=0.9", Format::Page),
        ] {
            assert_eq!(view("", &[("accept", accept)]).format, format, "{accept}");
        }
        let json = [("accept", "application/json")];
        assert_eq!(view("format=html", &json).format, Format::Page);
        assert_eq!(view("format=json", &[]).format, Format::Json);
        assert_eq!(view("format=xml", &json).format, Format::Json);
    }

    #[test]
    fn a_link_leads_to_the_view_it_was_made_of() {
        for query in [
            "",
            "lang=ru",
            "sort=size",
            "sort=size&order=asc",
            "sort=date&view=tiles",
            "order=desc",
            "q=a%20b%26c%3D%2B%23",
            "lang=en&sort=date&order=asc&view=tiles&q=%D1%8F&here&page=7",
        ] {
            let seen = view(query, &[]);
            let link = seen.link();
            assert_eq!(view(link.trim_start_matches(['?', '.', '/']), &[]), seen);
            let expected = if query.is_empty() {
                "./"
            } else {
                &format!("?{query}")
            };
            assert_eq!(link, expected);
        }
    }

    #[test]
    fn what_is_unknown_or_wrong_is_not_there() {
        let usual = view("", &[]);
        for query in [
            "x=y&&=&sort=&order=&page=&page=0&page=-1&view=&format=",
            "sort=colour&order=up&lang=xx&view=carpet&q=%20%20+",
            "page=99999999999999999999999",
        ] {
            assert_eq!(view(query, &[]), usual, "{query}");
        }
    }

    #[test]
    fn what_is_looked_for_is_bounded() {
        let long = view(&format!("q={}", "%D1%8F".repeat(5000)), &[]);
        let query = long.query.unwrap();
        assert!(query.len() <= LISTING_QUERY_BYTES_MAX);
        assert!(query.starts_with("яяя") && !query.contains('\u{fffd}'));
        let many = format!("{}sort=size", "a&".repeat(LISTING_PARAMETERS_MAX));
        assert_eq!(view(&many, &[]).sort, Sort::Name);
    }
}
