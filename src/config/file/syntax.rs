//! What is wrong with a file that is no TOML, in our own words.
//!
//! The library finds what is wrong and where; it speaks English, and of grammar. Here its sentences
//! become one of a few slips that people make. What has no slip of its own is told as the library says it.

use toml::de::Error;

/// Why a file is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    kind: Kind,
    /// What the library says.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text without quotes.
    Unquoted,
    /// A character that does not print.
    Unprintable,
    /// A quote that is opened, and not closed on its line.
    OpenQuote,
    /// A backslash that means nothing in a text with double quotes.
    Escape,
    /// No comma between two of a list or table.
    Comma,
    /// A bracket that is not closed.
    OpenBracket,
    /// No equals sign behind a key.
    NoEquals,
    /// Nothing behind the equals sign.
    NoValue,
    /// Something behind the value.
    Trailing,
    /// A key that stands there twice.
    Twice,
    /// A key with letters that need quotes.
    BadKey,
    /// A number that is written as none is.
    BadNumber,
    /// Too many levels of brackets.
    TooDeep,
    /// Anything else.
    Other,
}

/// What the library's sentences begin with or contain, and what they mean; the first that fits.
const SLIPS: [(&str, Kind); 42] = [
    ("string values must be quoted", Kind::Unquoted),
    ("missing opening quote", Kind::Unquoted),
    ("invalid float", Kind::Unquoted),
    ("invalid integer", Kind::Unquoted),
    ("invalid datetime", Kind::Unquoted),
    ("invalid date", Kind::Unquoted),
    ("invalid time", Kind::Unquoted),
    ("invalid boolean", Kind::Unquoted),
    ("invalid basic string, expected non", Kind::Unprintable),
    ("invalid literal string, expected non", Kind::Unprintable),
    (
        "invalid multi-line basic string, expected non",
        Kind::Unprintable,
    ),
    (
        "invalid multi-line literal string, expected non",
        Kind::Unprintable,
    ),
    ("invalid comment character", Kind::Unprintable),
    ("carriage return", Kind::Unprintable),
    ("duplicate key", Kind::Twice),
    ("cannot extend value", Kind::Twice),
    ("invalid basic string, expected `\"`", Kind::OpenQuote),
    ("invalid literal string, expected `'`", Kind::OpenQuote),
    (
        "invalid multi-line basic string, expected `\"`",
        Kind::OpenQuote,
    ),
    (
        "invalid multi-line literal string, expected `'`",
        Kind::OpenQuote,
    ),
    ("missing escaped value", Kind::Escape),
    ("too few unicode value digits", Kind::Escape),
    ("invalid value, expected unicode", Kind::Escape),
    ("missing comma", Kind::Comma),
    ("extra comma", Kind::Comma),
    ("unclosed", Kind::OpenBracket),
    ("missing array opening", Kind::OpenBracket),
    ("missing inline table opening", Kind::OpenBracket),
    ("missing table open", Kind::OpenBracket),
    ("key with no value", Kind::NoEquals),
    ("missing assignment", Kind::NoEquals),
    ("extra `=`", Kind::NoEquals),
    ("missing value", Kind::NoValue),
    ("unexpected key or value", Kind::Trailing),
    ("unexpected content", Kind::Trailing),
    ("unquoted keys cannot be empty", Kind::BadKey),
    ("invalid unquoted key", Kind::BadKey),
    ("unexpected leading zero", Kind::BadNumber),
    ("redundant", Kind::BadNumber),
    ("integers with", Kind::BadNumber),
    ("radix must", Kind::BadNumber),
    ("cannot recurse", Kind::TooDeep),
];

impl Slip {
    pub(super) fn of(error: &Error) -> Self {
        let said = error.message();
        let slip = SLIPS.iter().find(|(begin, _)| said.starts_with(begin));
        let is_nothing = error.span().is_some_and(|span| span.is_empty());
        Self {
            kind: match slip {
                Some((_, Kind::Unquoted)) if is_nothing => Kind::NoValue,
                Some((_, kind)) => *kind,
                None => Kind::Other,
            },
            said: said.to_owned(),
        }
    }

    /// Whether a key stands there twice.
    pub(super) fn is_twice(&self) -> bool {
        self.kind == Kind::Twice
    }

    /// The stable word for it: the sentences choose by it.
    pub fn code(&self) -> &'static str {
        match self.kind {
            Kind::Unquoted => "unquoted",
            Kind::Unprintable => "unprintable",
            Kind::OpenQuote => "open-quote",
            Kind::Escape => "escape",
            Kind::Comma => "comma",
            Kind::OpenBracket => "open-bracket",
            Kind::NoEquals => "no-equals",
            Kind::NoValue => "no-value",
            Kind::Trailing => "trailing",
            Kind::Twice => "twice",
            Kind::BadKey => "bad-key",
            Kind::BadNumber => "bad-number",
            Kind::TooDeep => "too-deep",
            Kind::Other => "other",
        }
    }
}
