//! The file of early hints: what pages link to, so that clients can begin to fetch it early.
//!
//! A line is the path of a page and the value of a `Link` field (RFC 8288); a page may have several
//! lines. Empty lines and those that begin with `#` say nothing:
//!
//! ```text
//! /index.html  </style.css>; rel=preload; as=style
//! /index.html  </app.js>; rel=modulepreload
//! ```

use std::collections::HashMap;

use http::HeaderValue;

/// What pages link to, by the name of their file below the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints(HashMap<Box<[u8]>, Vec<HeaderValue>>);

/// A line that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadHint {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: HintFault,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintFault {
    /// It does not begin with a path.
    NoPath,
    /// Nothing follows the path, or nothing that a link is.
    NoLink,
    /// The link does not say what is behind it (`rel=`).
    NoRelation,
    /// There are too many for one page.
    TooMany,
}

impl HintFault {
    /// Each of them, for texts and tests.
    pub const ALL: [Self; 4] = [Self::NoPath, Self::NoLink, Self::NoRelation, Self::TooMany];

    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoPath => "no-path",
            Self::NoLink => "no-link",
            Self::NoRelation => "no-relation",
            Self::TooMany => "too-many",
        }
    }
}

/// Links of one page. Reason: what a browser needs at once is a handful; all of them stand in the head
/// of every answer with that page.
const HINTS_MAX: usize = 16;

impl Hints {
    /// Reads the text of a file, and adds what it says. `index` stands for a folder.
    ///
    /// # Errors
    /// The first line that cannot be used.
    pub fn add(&mut self, text: &str, index: &[u8]) -> Result<(), BadHint> {
        for (place, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |fault| BadHint {
                line: place + 1,
                fault,
            };
            let (path, target) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let name = path.strip_prefix('/').ok_or(bad(HintFault::NoPath))?;
            let hint = valid(target.trim()).map_err(bad)?;
            let mut name = name.as_bytes().to_vec();
            if name.is_empty() || name.ends_with(b"/") {
                name.extend_from_slice(index);
            }
            let links = self.0.entry(name.into()).or_default();
            if links.len() == HINTS_MAX {
                return Err(bad(HintFault::TooMany));
            }
            links.push(hint);
        }
        Ok(())
    }

    /// What the page in a file of this name, below the root, links to.
    pub fn of(&self, name: &[u8]) -> &[HeaderValue] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether no page has any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn valid(link: &str) -> Result<HeaderValue, HintFault> {
    let rest = link.strip_prefix('<').and_then(|link| link.split_once('>'));
    let Some((_, parameters)) = rest.filter(|(target, _)| !target.is_empty()) else {
        return Err(HintFault::NoLink);
    };
    let mut parameters = parameters.split(';').map(str::trim_start);
    if !parameters.any(|parameter| parameter.starts_with("rel=")) {
        return Err(HintFault::NoRelation);
    }
    HeaderValue::from_str(link).map_err(|_| HintFault::NoLink)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Hints, BadHint> {
        let mut hints = Hints::default();
        hints.add(text, b"index.html").map(|()| hints)
    }

    #[test]
    fn a_page_has_the_links_of_its_lines() {
        let hints = read(
            "# what the start page needs\n\
             /  </style.css>; rel=preload; as=style\n\n\
             /index.html\t</app.js>; rel=modulepreload\n\
             /docs/ <https://fonts.example>; crossorigin; rel=preconnect\n",
        )
        .unwrap();
        assert_eq!(
            hints.of(b"index.html"),
            [
                "</style.css>; rel=preload; as=style",
                "</app.js>; rel=modulepreload"
            ]
        );
        assert_eq!(hints.of(b"docs/index.html").len(), 1);
        assert!(hints.of(b"docs/other.html").is_empty());
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn a_line_that_says_nothing_is_named() {
        use HintFault::{NoLink, NoPath, NoRelation, TooMany};
        let many = "/ </a>; rel=preload\n".repeat(HINTS_MAX + 1);
        for (text, line, fault) in [
            ("\nindex.html </a>; rel=preload", 2, NoPath),
            ("/index.html", 1, NoLink),
            ("/ /a.css; rel=preload", 1, NoLink),
            ("/ <>; rel=preload", 1, NoLink),
            ("/ </a.css", 1, NoLink),
            ("/ </ü>; rel=preload\u{7f}", 1, NoLink),
            ("/ </a.css>; as=style", 1, NoRelation),
            (&many, HINTS_MAX + 1, TooMany),
        ] {
            assert_eq!(read(text), Err(BadHint { line, fault }), "{text}");
        }
    }
}
