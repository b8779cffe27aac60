//! Which paths are meant: `/about`, `/docs/*`, `*.css`, `/blog/{year}/{slug}`; and what is made of
//! what they caught.
//!
//! Law: a path is compared in one form, whatever it was sent as ([`canonical`]): `/%61dmin` is `/admin`,
//! and what a rule guards cannot be reached by writing it differently. Small and capital letters differ,
//! as they do in names of files.

use std::borrow::Cow;

/// Longest pattern or template, bytes. Reason: no path is longer that a file could have in two folders.
/// Above: an error.
pub const PATTERN_BYTES_MAX: usize = 1024;
/// Most names a pattern may catch. Above: an error.
pub const CAUGHT_MAX: usize = 8;

/// Which paths are meant.
///
/// | written | means |
/// |---|---|
/// | `/about` | this path |
/// | `/docs/*` | `/docs`, and everything below it |
/// | `*.css` | every path whose last name ends so |
/// | `/a/*.css`, `/a/*/b` | anything in place of the star, but no slash |
/// | `/blog/{year}/{slug}` | something in place of each name, but no slash |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: Box<str>,
    /// Whether it may begin at any slash.
    is_anywhere: bool,
    parts: Vec<Part>,
    names: Vec<Box<str>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// These bytes, in the canonical form.
    Literal(Box<[u8]>),
    /// Something, or nothing, without a slash.
    Star,
    /// Something without a slash, under a name.
    Caught,
    /// A slash and all that follows, or nothing: the end of `/docs/*`.
    Rest,
}

/// What is wrong with a pattern or a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternFault {
    /// Neither `/` nor `*` at its beginning; for a template, nothing that an address begins with.
    NoSlash,
    /// A slash in one that begins with a star: it means names, wherever they stand.
    StarBeforeSlash,
    /// Longer than [`PATTERN_BYTES_MAX`], or more than [`CAUGHT_MAX`] names.
    TooLong,
    /// `{` without `}`, or no name between them.
    BadBraces,
    /// A name that stands there twice.
    NameTwice(String),
    /// Two stars or names with nothing between them.
    Ambiguous,
    /// A query or a fragment: `?`, `#`.
    NotAPath,
    /// A name that the pattern does not catch.
    UnknownName(String),
    /// A space or a control character, which no address may have.
    NotAnAddress,
}

impl PatternFault {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSlash => "pattern-without-slash",
            Self::StarBeforeSlash => "pattern-star-before-slash",
            Self::TooLong => "pattern-too-long",
            Self::BadBraces => "pattern-braces",
            Self::NameTwice(_) => "pattern-name-twice",
            Self::Ambiguous => "pattern-ambiguous",
            Self::NotAPath => "pattern-not-a-path",
            Self::UnknownName(_) => "pattern-unknown-name",
            Self::NotAnAddress => "pattern-not-an-address",
        }
    }
}

/// What a pattern caught of a path, in the canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caught<'p> {
    names: [&'p [u8]; CAUGHT_MAX],
    /// What follows the slash before the star at the end.
    rest: &'p [u8],
}

impl Pattern {
    /// Reads a pattern.
    pub fn read(text: &str) -> Result<Self, PatternFault> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(PatternFault::TooLong);
        }
        if !text.starts_with(['/', '*']) {
            return Err(PatternFault::NoSlash);
        }
        if text.starts_with('*') && text.contains('/') {
            return Err(PatternFault::StarBeforeSlash);
        }
        if text.contains(['?', '#']) {
            return Err(PatternFault::NotAPath);
        }
        let (body, has_rest) = match text.strip_suffix("/*") {
            Some(body) => (body, true),
            None => (text, false),
        };
        let (mut parts, mut names) = (Vec::new(), Vec::<Box<str>>::new());
        for piece in pieces(body)? {
            let part = match piece {
                Piece::Text(text) => Part::Literal(canonical_of(text).into()),
                Piece::Star => Part::Star,
                Piece::Name(name) if names.iter().any(|known| **known == *name) => {
                    return Err(PatternFault::NameTwice(name.to_owned()));
                }
                Piece::Name(name) => {
                    names.push(name.into());
                    Part::Caught
                }
            };
            let is_open = |part: &Part| matches!(part, Part::Star | Part::Caught);
            if parts.last().is_some_and(is_open) && is_open(&part) {
                return Err(PatternFault::Ambiguous);
            }
            parts.push(part);
        }
        if names.len() > CAUGHT_MAX {
            return Err(PatternFault::TooLong);
        }
        if has_rest {
            parts.push(Part::Rest);
        }
        Ok(Self {
            written: text.into(),
            is_anywhere: text.starts_with('*'),
            parts,
            names,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What it catches of a path in the canonical form; `None`: the path is not meant.
    ///
    /// Takes time in proportion to the path: each star and name ends where what follows it in the
    /// pattern begins for the first time.
    pub fn catch<'p>(&self, path: &'p [u8]) -> Option<Caught<'p>> {
        let path = if self.is_anywhere {
            let slash = path.iter().rposition(|byte| *byte == b'/')?;
            &path[slash + 1..]
        } else {
            path
        };
        let mut caught = Caught::default();
        let (mut rest, mut name) = (path, 0);
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Literal(bytes) => rest = rest.strip_prefix(&**bytes)?,
                Part::Rest => {
                    return match rest {
                        [] => Some(caught),
                        [b'/', below @ ..] => {
                            caught.rest = below;
                            Some(caught)
                        }
                        _ => None,
                    };
                }
                Part::Star | Part::Caught => {
                    let room = rest.iter().position(|byte| *byte == b'/');
                    let room = &rest[..room.unwrap_or(rest.len())];
                    let length = match (self.parts.get(at + 1), self.parts.get(at + 2)) {
                        (None | Some(Part::Rest), _) => room.len(),
                        (Some(Part::Literal(next)), None) if rest.ends_with(next) => {
                            // The last word: `*.css` is not ended by the first dot.
                            let length = rest.len() - next.len();
                            (length <= room.len()).then_some(length)?
                        }
                        (Some(Part::Literal(next)), _) => first_of(rest, next, room.len())?,
                        (Some(Part::Star | Part::Caught), _) => return None,
                    };
                    if *part == Part::Caught {
                        if length == 0 {
                            return None;
                        }
                        caught.names[name] = &rest[..length];
                        name += 1;
                    }
                    rest = &rest[length..];
                }
            }
        }
        rest.is_empty().then_some(caught)
    }

    /// What every path that is meant begins with, and whether that is all of it. For whoever sorts
    /// patterns; nothing where it may begin anywhere.
    pub fn beginning(&self) -> (&[u8], Exactness) {
        match &*self.parts {
            [Part::Literal(bytes)] => (bytes, Exactness::Whole),
            [Part::Rest] => (b"", Exactness::Below),
            [Part::Literal(bytes), Part::Rest] => (bytes, Exactness::Below),
            [Part::Literal(bytes), ..] if !self.is_anywhere => (bytes, Exactness::Beginning),
            _ => (b"", Exactness::Beginning),
        }
    }
}

/// What the known beginning of a pattern says of the paths that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// It is the only one.
    Whole,
    /// It is one, and so is everything below it.
    Below,
    /// They begin with it.
    Beginning,
}

/// Where `wanted` begins first, at most `most` bytes from the beginning.
fn first_of(bytes: &[u8], wanted: &[u8], most: usize) -> Option<usize> {
    (0..=most).find(|at| bytes[*at..].starts_with(wanted))
}

/// A path made of what was caught: `/new/{*}`, `https://{host}{path}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    written: Box<str>,
    parts: Vec<Filling>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Filling {
    Text(Box<[u8]>),
    Name(usize),
    Rest,
    Host,
    Path,
}

impl Template {
    /// Reads what is to be made of the paths that `pattern` means; without one, of any.
    pub fn read(text: &str, pattern: Option<&Pattern>) -> Result<Self, PatternFault> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(PatternFault::TooLong);
        }
        if text
            .bytes()
            .any(|byte| byte.is_ascii_control() || byte == b' ')
        {
            return Err(PatternFault::NotAnAddress);
        }
        // Whatever else it began with could be chosen by a client, and lead anywhere.
        let begins = |with: &&str| text.starts_with(with);
        if !["/", "{path}", "http://", "https://"].iter().any(begins) {
            return Err(PatternFault::NoSlash);
        }
        let names = pattern.map_or(&[][..], |pattern| &pattern.names);
        let has_rest = pattern.is_some_and(|pattern| pattern.parts.last() == Some(&Part::Rest));
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(PatternFault::BadBraces)?;
            parts.push(Filling::Text(encoded(before).into()));
            let place = names.iter().position(|known| **known == *name);
            parts.push(match (place, name) {
                (Some(place), _) => Filling::Name(place),
                (None, "*") if has_rest => Filling::Rest,
                (None, "host") => Filling::Host,
                (None, "path") => Filling::Path,
                (None, "") => return Err(PatternFault::BadBraces),
                (None, name) => return Err(PatternFault::UnknownName(name.to_owned())),
            });
            rest = after;
        }
        if rest.contains('}') {
            return Err(PatternFault::BadBraces);
        }
        parts.push(Filling::Text(encoded(rest).into()));
        parts.retain(|part| *part != Filling::Text([].into()));
        Ok(Self {
            written: text.into(),
            parts,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether it says what the query is.
    pub fn has_query(&self) -> bool {
        self.written.contains('?')
    }

    /// Puts in what was caught of a path; `host` is the one that was asked for.
    ///
    /// What begins with one slash still does when it is filled in: two would lead to another host
    /// (RFC 3986 §4.2), which a client could then choose.
    pub fn fill(&self, caught: &Caught<'_>, path: &[u8], host: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(self.written.len() + path.len());
        for part in &self.parts {
            filled.extend_from_slice(match part {
                Filling::Text(text) => text,
                Filling::Name(place) => caught.names[*place],
                Filling::Rest => caught.rest,
                Filling::Host => host,
                Filling::Path => path,
            });
        }
        let slashes = filled.iter().take_while(|byte| **byte == b'/').count();
        let meant = self
            .written
            .bytes()
            .take_while(|byte| *byte == b'/')
            .count();
        if slashes > meant.max(1) {
            filled.drain(..slashes - meant.max(1));
        }
        filled
    }
}

enum Piece<'a> {
    Text(&'a str),
    Star,
    Name(&'a str),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, PatternFault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '{', '}']) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        if let Some(after) = from.strip_prefix('*') {
            pieces.push(Piece::Star);
            rest = after;
            continue;
        }
        let inner = from
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'));
        let (name, after) = inner.ok_or(PatternFault::BadBraces)?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(PatternFault::BadBraces);
        }
        pieces.push(Piece::Name(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// The one form of a path, however it was sent: what need not be encoded is not, everything else is,
/// with capital digits. A slash that was encoded stays so, for it is part of a name (RFC 3986 §2.2).
/// A `%` that begins no encoding is one itself, `%25`: else what follows could make it begin one.
///
/// # Spec
/// RFC 3986 §6.2.2.
pub fn canonical(path: &[u8]) -> Cow<'_, [u8]> {
    if path.iter().all(|byte| is_plain(*byte)) {
        return Cow::Borrowed(path);
    }
    let mut form = Vec::with_capacity(path.len() + 16);
    let mut rest = path;
    while let Some((byte, after)) = rest.split_first() {
        let decoded = match (byte, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex);
                byte.map(|byte| (byte, after))
            }
            _ => None,
        };
        let (byte, is_plain) = if let Some((byte, after)) = decoded {
            rest = after;
            (byte, is_plain(byte) && byte != b'/')
        } else {
            rest = after;
            (*byte, is_plain(*byte))
        };
        if is_plain {
            form.push(byte);
        } else {
            push_encoded(&mut form, byte);
        }
    }
    Cow::Owned(form)
}

/// A text that a person wrote in the place of a path: letters of any script, and perhaps encoded ones.
fn canonical_of(text: &str) -> Vec<u8> {
    canonical(text.as_bytes()).into_owned()
}

/// A text of a person's as it may stand in an address: what no address may have is encoded, and nothing
/// else is touched.
fn encoded(text: &str) -> Vec<u8> {
    let mut form = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`') {
            form.push(byte);
        } else {
            push_encoded(&mut form, byte);
        }
    }
    form
}

fn push_encoded(form: &mut Vec<u8>, byte: u8) {
    const DIGITS: [u8; 16] = *b"0123456789ABCDEF";
    form.extend([
        b'%',
        DIGITS[usize::from(byte >> 4)],
        DIGITS[usize::from(byte & 15)],
    ]);
}

/// What stands in a path as it is: unreserved characters, and those that mean nothing there
/// (RFC 3986 §3.3).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(pattern: &str, path: &str) -> Option<String> {
        let pattern = Pattern::read(pattern).unwrap();
        let path = canonical(path.as_bytes());
        let caught = pattern.catch(&path)?;
        let names = caught.names.iter().take(pattern.names.len());
        let names = names.chain([&caught.rest]);
        let names: Vec<_> = names.map(|name| String::from_utf8_lossy(name)).collect();
        Some(names.join("|"))
    }

    #[test]
    fn patterns_mean_what_they_look_like() {
        for (pattern, path, expected) in [
            ("/about", "/about", Some("")),
            ("/about", "/about/", None),
            ("/about", "/About", None),
            ("/about", "/%61bout", Some("")),
            ("/docs/*", "/docs", Some("")),
            ("/docs/*", "/docs/", Some("")),
            ("/docs/*", "/docs/a/b", Some("a/b")),
            ("/docs/*", "/docsy", None),
            ("/docs/*", "/%64ocs/%61", Some("a")),
            ("/docs/*", "/docs%2Fa", None),
            ("/*", "/", Some("")),
            ("/*", "/a/b", Some("a/b")),
            ("*", "/a/b", Some("")),
            ("*.css", "/a/b.css", Some("")),
            ("*.css", "/a.b.css", Some("")),
            ("*.css", "/a.css/b", None),
            ("*.css", "/.css", Some("")),
            ("/a/*.css", "/a/b.css", Some("")),
            ("/a/*.css", "/a/b/c.css", None),
            ("/a/*/b", "/a/x/b", Some("")),
            ("/a/*/b", "/a//b", Some("")),
            ("/a/*/b", "/a/x/y/b", None),
            ("/blog/{year}/{slug}", "/blog/2024/hi", Some("2024|hi|")),
            ("/blog/{year}/{slug}", "/blog/2024/", None),
            ("/blog/{year}/{slug}", "/blog/2024/hi/", None),
            ("/{a}-{b}.html", "/x-y-z.html", Some("x|y-z|")),
            ("/{user}/*", "/me", Some("me|")),
            ("/{user}/*", "/me/a/b", Some("me|a/b")),
            (
                "/привет/*",
                "/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82/мир",
                Some("%D0%BC%D0%B8%D1%80"),
            ),
            ("/a b", "/a%20b", Some("")),
            ("/a%20b", "/a%20b", Some("")),
            ("/100%", "/100%", Some("")),
            ("/", "/", Some("")),
            ("/", "/a", None),
        ] {
            assert_eq!(
                caught(pattern, path).as_deref(),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        use PatternFault::{
            Ambiguous, BadBraces, NameTwice, NoSlash, NotAPath, StarBeforeSlash, TooLong,
        };
        for (pattern, fault) in [
            ("about", NoSlash),
            ("", NoSlash),
            ("*/a", StarBeforeSlash),
            ("/a?b", NotAPath),
            ("/{a}/{a}", NameTwice("a".to_owned())),
            ("/{a}{b}", Ambiguous),
            ("/**", Ambiguous),
            ("/{a", BadBraces),
            ("/a}", BadBraces),
            ("/{}", BadBraces),
            ("/{a b}", BadBraces),
            ("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", TooLong),
            (&"/a".repeat(600), TooLong),
        ] {
            assert_eq!(Pattern::read(pattern), Err(fault), "{pattern}");
        }
    }

    #[test]
    fn templates_are_filled_with_what_was_caught() {
        for (pattern, template, path, expected) in [
            ("/old/*", "/new/{*}", "/old/a/b", "/new/a/b"),
            ("/old/*", "/new/{*}", "/old", "/new/"),
            (
                "/{y}/{s}",
                "/blog/{s}?year={y}",
                "/2024/hi",
                "/blog/hi?year=2024",
            ),
            (
                "/*",
                "https://{host}{path}",
                "/a%20b",
                "https://example.com/a%20b",
            ),
            ("/*", "/{*}", "//evil.example", "/evil.example"),
            ("/*", "/{*}", "/\\evil.example", "/%5Cevil.example"),
            ("/*", "{path}.html", "//evil", "/evil.html"),
            ("/a", "/ü", "/a", "/%C3%BC"),
            ("/a", "//cdn.example/a", "/a", "//cdn.example/a"),
        ] {
            let pattern = Pattern::read(pattern).unwrap();
            let template = Template::read(template, Some(&pattern)).unwrap();
            let path = canonical(path.as_bytes());
            let caught = pattern.catch(&path).unwrap();
            let filled = template.fill(&caught, &path, b"example.com");
            assert_eq!(String::from_utf8(filled).unwrap(), expected);
        }
        let fault = Template::read("/{nobody}", None).unwrap_err();
        assert_eq!(fault, PatternFault::UnknownName("nobody".to_owned()));
        assert_eq!(
            Template::read("/{*}", None).unwrap_err().code(),
            "pattern-unknown-name"
        );
        assert_eq!(
            Template::read("/a b", None),
            Err(PatternFault::NotAnAddress)
        );
        assert_eq!(Template::read("{host}/", None), Err(PatternFault::NoSlash));
        assert_eq!(Template::read("/{a", None), Err(PatternFault::BadBraces));
        assert_eq!(Template::read("/a}", None), Err(PatternFault::BadBraces));
    }

    #[test]
    fn however_a_path_is_sent_its_form_is_one() {
        for (sent, form) in [
            ("/a/b", "/a/b"),
            ("/%61", "/a"),
            ("/%2f", "/%2F"),
            ("/a b", "/a%20b"),
            ("/%zz", "/%25zz"),
            ("/%", "/%25"),
            ("/%4", "/%254"),
            ("/%25", "/%25"),
            ("/%2541", "/%2541"),
            ("/[x]", "/%5Bx%5D"),
            ("/%21", "/!"),
            ("/%+1", "/%25+1"),
            ("/%6%31", "/%2561"),
        ] {
            assert_eq!(canonical(sent.as_bytes()), form.as_bytes(), "{sent}");
        }
    }
}
