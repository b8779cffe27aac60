//! What can be wrong with a file.
//!
//! The sentences are `error-KEY` and `hint-KEY` of the catalogues.

use std::io;
use std::path::PathBuf;

use super::source::Place;
use super::syntax::Slip;
use crate::config::ConfigError;
use crate::i18n::{Args, shown};

/// Something that is wrong, and where.
#[derive(Debug)]
pub struct FileError {
    /// What is marked.
    pub place: Place,
    /// What it is at odds with.
    pub before: Option<Place>,
    /// What is wrong.
    pub fault: FileFault,
}

/// What can be wrong with a file.
#[derive(Debug)]
pub enum FileFault {
    /// A value that cannot be used; on the command line it could not either.
    Value(ConfigError),
    /// Not TOML.
    Syntax(Slip),
    /// A key that nobody reads.
    UnknownKey {
        /// As it is written.
        key: String,
        /// What may have been meant.
        meant: Meant,
    },
    /// Something else than what the key takes.
    WrongType {
        /// The key.
        key: String,
        /// What it takes.
        wanted: Wanted,
        /// What stands there.
        found: Found,
        /// As it may be written behind `=`.
        example: String,
    },
    /// A list that has to name somebody, and is empty.
    EmptyList {
        /// The key.
        key: String,
        /// As it may be written behind `=`.
        example: String,
    },
    /// A key that has to be there.
    MissingKey {
        /// The key.
        key: &'static str,
        /// As it may be written behind `=`.
        example: String,
    },
    /// A key that another of the files has already.
    KeyTwice {
        /// The key.
        key: String,
    },
    /// A key that stands in files alone, said beside them.
    FileOnly {
        /// The key.
        key: &'static str,
    },
    /// A key that an option says too.
    OptionToo {
        /// The key.
        key: String,
        /// The option, as it is written.
        option: String,
    },
    /// A key that means nothing without another.
    KeyAlone {
        /// The key.
        key: String,
        /// Another that it needs.
        needs: &'static str,
    },
    /// Certificates and keys are not as many.
    Unpaired {
        /// Of which there are fewer.
        missing: &'static str,
    },
    /// A host that another site has already.
    HostTwice {
        /// The host.
        host: String,
    },
    /// An address has a site for all hosts already.
    OthersTwice {
        /// The address.
        address: String,
    },
    /// A file that is to be included, and cannot be.
    Include {
        /// Which.
        path: String,
        /// Why not.
        why: IncludeFault,
    },
}

/// What may have been meant by a key that nobody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Nothing that we know.
    Unknown,
    /// This one.
    Similar(String),
    /// One of the same name in another table.
    In(String),
    /// One that stands before the first table.
    AtTheTop,
    /// An option that the command line alone has.
    OptionOnly,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// A text or a number.
    TextOrNumber,
    /// A text or a list of them.
    Texts,
    /// The same, or numbers.
    TextsOrNumbers,
    /// A table.
    Table,
    /// A table of texts.
    TextsByName,
    /// A text, or a table of them.
    TextOrTable,
    /// `[[key]]`.
    Tables,
    /// The same, or one alone.
    TablesOrOne,
}

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A date or a time.
    Date,
    /// A list.
    List,
    /// A table.
    Table,
}

/// Why a file cannot be included.
#[derive(Debug)]
pub enum IncludeFault {
    /// The system says.
    Unreadable(io::Error),
    /// It includes itself, by way of others.
    Loop,
    /// Too many that include each other.
    TooDeep {
        /// How many there may be.
        most: usize,
    },
    /// Too many files.
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// A star in the name of a folder.
    StarInFolder,
    /// Too many bytes.
    TooLarge {
        /// How many there may be, as it would be written.
        most: String,
    },
    /// Not text.
    NotText,
}

/// Why nothing was read at all: the file that was named first cannot be.
#[derive(Debug)]
pub struct Unread {
    /// Which.
    pub path: PathBuf,
    /// Why not.
    pub why: IncludeFault,
}

impl Unread {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        let error = self.why.system();
        error.is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
    }
}

impl FileFault {
    /// What the system said, if it did.
    pub fn system(&self) -> Option<&io::Error> {
        match self {
            Self::Include { why, .. } => why.system(),
            _ => None,
        }
    }

    /// The stable word for it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Value(error) => error.code(),
            Self::Syntax(_) => "bad-toml",
            Self::UnknownKey { .. } => "unknown-key",
            Self::WrongType { .. } => "wrong-type",
            Self::EmptyList { .. } => "empty-list",
            Self::MissingKey { .. } => "missing-key",
            Self::KeyTwice { .. } => "key-twice",
            Self::FileOnly { .. } => "file-only",
            Self::OptionToo { .. } => "option-too",
            Self::KeyAlone { .. } => "key-alone",
            Self::Unpaired { .. } => "unpaired-keys",
            Self::HostTwice { .. } => "host-twice",
            Self::OthersTwice { .. } => "others-twice",
            Self::Include { .. } => "config-unreadable",
        }
    }

    /// What the sentences are told.
    pub fn args(&self) -> Args<'_> {
        let args = Args::new();
        match self {
            Self::Value(error) => error.args_in_file(),
            Self::Syntax(slip) => args
                .with("slip", slip.code())
                .with("said", slip.said.as_str()),
            Self::UnknownKey { key, meant } => {
                let args = args.with("key", shown(key)).with("meant", meant.code());
                match meant {
                    Meant::Similar(similar) => args.with("similar", similar.as_str()),
                    Meant::In(table) => args.with("table", table.as_str()),
                    Meant::Unknown | Meant::AtTheTop | Meant::OptionOnly => args,
                }
            }
            Self::WrongType {
                key,
                wanted,
                found,
                example,
            } => args
                .with("key", key.as_str())
                .with("wanted", wanted.code())
                .with("found", found.code())
                .with("example", example.as_str()),
            Self::MissingKey { key, example } => {
                args.with("key", *key).with("example", example.as_str())
            }
            Self::EmptyList { key, example } => args
                .with("key", key.as_str())
                .with("example", example.as_str()),
            Self::KeyTwice { key } => args.with("key", key.as_str()),
            Self::FileOnly { key } => args.with("key", *key),
            Self::OptionToo { key, option } => {
                let args = args.with("key", key.as_str());
                args.with("option", option.as_str())
            }
            Self::KeyAlone { key, needs } => args.with("key", key.as_str()).with("needs", *needs),
            Self::Unpaired { missing } => args.with("missing", *missing),
            Self::HostTwice { host } => args.with("host", host.as_str()),
            Self::OthersTwice { address } => args.with("address", address.as_str()),
            Self::Include { path, why } => why.args(path),
        }
    }
}

impl IncludeFault {
    /// The stable word for it: the sentences choose by it.
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => "missing",
            Self::Unreadable(_) => "system",
            Self::Loop => "loop",
            Self::TooDeep { .. } => "deep",
            Self::TooMany { .. } => "many",
            Self::StarInFolder => "star",
            Self::TooLarge { .. } => "large",
            Self::NotText => "not-text",
        }
    }

    /// What the sentences are told; what the system said comes besides.
    pub fn args(&self, path: &str) -> Args<'_> {
        let args = Args::new()
            .with("path", shown(path))
            .with("why", self.code());
        match self {
            Self::TooDeep { most } | Self::TooMany { most } => args.with("most", *most),
            Self::TooLarge { most } => args.with("most", most.as_str()),
            Self::Unreadable(_) | Self::Loop | Self::StarInFolder | Self::NotText => args,
        }
    }

    /// What the system said, if it did.
    pub fn system(&self) -> Option<&io::Error> {
        match self {
            Self::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

impl Meant {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Similar(_) => "similar",
            Self::In(_) => "elsewhere",
            Self::AtTheTop => "top",
            Self::OptionOnly => "option",
        }
    }
}

impl Wanted {
    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Text => "text",
            Self::TextOrNumber => "text-or-number",
            Self::Texts => "texts",
            Self::TextsOrNumbers => "texts-or-numbers",
            Self::Table => "table",
            Self::TextsByName => "texts-by-name",
            Self::TextOrTable => "text-or-table",
            Self::Tables => "tables",
            Self::TablesOrOne => "tables-or-one",
        }
    }
}

impl Found {
    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Date => "date",
            Self::List => "list",
            Self::Table => "table",
        }
    }
}
