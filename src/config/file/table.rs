//! How keys are declared: once, as rows of a table.
//!
//! Law: a key is a row and nothing else. Reading it, refusing it, naming what was meant by a misspelt
//! one, showing its value, the reference and the schema are all made of the row. A row says how it is
//! called, what may stand there, an example, how the value gets into the settings and how it is got out
//! again; its sentence is `key-NAME` of the catalogues (`key-TABLE-NAME` within a table of a name).

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read::{Entry, Reader, Toml};
use super::source::Place;
use crate::config::ConfigError;
use crate::config::limits::Limit;
use crate::config::quantity::Unit;
use crate::config::routing::Origin;

/// Keys that stand in one table of the file.
pub(super) struct Table<T: 'static> {
    /// What its sentences are called after; nothing for those of the file itself and of every site.
    pub name: &'static str,
    /// Its keys, in the order people read them.
    pub keys: &'static [Key<T>],
}

/// One key.
pub(super) struct Key<T: 'static> {
    /// As it is written.
    pub name: &'static str,
    /// What stands behind it.
    pub kind: Kind<T>,
    /// A value that would do; a text without its quotes.
    pub example: &'static str,
    /// What it depends on.
    pub needs: Needs,
    /// Whether each file may have it.
    pub adds_up: bool,
    /// Whether it stands in files alone, and cannot be said beside them.
    pub in_files_only: bool,
    /// Whether a list without anything in it is a mistake.
    pub has_some: bool,
}

/// What a key depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// It has to be there itself.
    Itself,
    /// Something that is served.
    Served,
    /// One of these keys of the file.
    One(&'static [&'static str]),
}

/// A text of the file, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// The text.
    pub text: &'a str,
    /// The folder of the file: paths begin there.
    pub folder: &'a Path,
    /// Where.
    pub place: Place,
    /// The same, to be remembered with what is made of it.
    pub origin: &'a Origin,
}

impl Word<'_> {
    /// The text as a path, seen from where the program was started.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(self.text)
    }
}

/// Puts a text into the settings.
pub(super) type Set<T> = fn(&mut T, &Word<'_>) -> Result<(), ConfigError>;

/// Puts a text there, under its name if it has one.
pub(super) type Add<T> = fn(&mut T, Option<&Word<'_>>, &Word<'_>) -> Result<(), ConfigError>;

/// The key at which a table fails, and why.
pub(super) type Failed = (&'static str, ConfigError);

/// What stands behind a key.
pub(super) enum Kind<T: 'static> {
    /// `true` or `false`.
    Flag {
        /// How it is.
        get: fn(&T) -> bool,
        /// Makes it so.
        set: fn(&mut T, bool),
    },
    /// One text.
    Text {
        /// What kind of.
        form: Form,
        /// The present one; null: none.
        get: fn(&T) -> Value,
        /// Puts it there.
        set: Set<T>,
    },
    /// One text or a list of them.
    Texts {
        /// What kind of.
        form: Form,
        /// The present ones.
        get: fn(&T) -> Value,
        /// Takes away those that are there by default.
        clear: fn(&mut T),
        /// Puts one more there.
        add: Set<T>,
    },
    /// Texts under names of the person's choice.
    Map {
        /// What the names are.
        names: Form,
        /// What the texts are.
        form: Form,
        /// Whether a text may stand there alone.
        may_be_one: bool,
        /// The present ones.
        get: fn(&T) -> Value,
        /// Takes away those that are there by default.
        clear: fn(&mut T),
        /// Puts one there; without a name, it stands alone.
        add: Add<T>,
    },
    /// A row of the table of limits.
    Limit {
        /// The row.
        limit: &'static Limit,
        /// The present amount.
        get: fn(&T, &Limit) -> Value,
        /// Puts it there.
        set: fn(&mut T, &Limit, &str) -> Result<(), ConfigError>,
    },
    /// A table of its own: `[limits]`.
    Part(&'static dyn Nested<T>),
    /// As many tables as there are: `[[site]]`.
    Parts(&'static dyn Nested<T>),
    /// Keys of another table that stand in this one.
    Flat(&'static dyn Nested<T>),
}

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Anything.
    Text,
    /// One of these words.
    Choice(&'static str),
    /// An address to listen on.
    Address,
    /// A path on the disk, seen from the file it stands in.
    Path,
    /// Paths of files, with stars: `sites/*.toml`.
    PathPattern,
    /// A time with its unit.
    Duration,
    /// Bytes, with or without a unit.
    Bytes,
    /// Bytes in a second.
    Rate,
    /// A whole number.
    Count,
    /// The name of a host, or of all below one.
    Host,
    /// The name of a file.
    FileName,
    /// The path that addresses begin with.
    MountPoint,
    /// An address, a network, or `unix`.
    Network,
    /// A pattern of paths, or an address, a network, `unix`.
    Traced,
    /// What stands behind the last dot of a file's name.
    Extension,
    /// A media type.
    MediaType,
    /// Which paths are meant: `/docs/*`.
    Pattern,
    /// Where a client is sent, with what a pattern caught.
    Target,
    /// The path of a page of the site.
    PagePath,
    /// A method.
    Method,
    /// The name of a field.
    FieldName,
    /// What a value is like, with stars.
    Like,
    /// A status.
    Status,
    /// A status, or a hundred of them.
    StatusRange,
    /// An origin as browsers send it.
    WebOrigin,
}

impl Form {
    /// The stable word for it; its sentence is `form-WORD`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "free",
            Self::Choice(_) => "choice",
            Self::Address => "address",
            Self::Path => "path",
            Self::PathPattern => "path-pattern",
            Self::Duration => "duration",
            Self::Bytes => "bytes",
            Self::Rate => "rate",
            Self::Count => "count",
            Self::Host => "host",
            Self::FileName => "file-name",
            Self::MountPoint => "mount-point",
            Self::Network => "network",
            Self::Traced => "traced",
            Self::Extension => "extension",
            Self::MediaType => "media-type",
            Self::Pattern => "pattern",
            Self::Target => "target",
            Self::PagePath => "page-path",
            Self::Method => "method",
            Self::FieldName => "field-name",
            Self::Like => "like",
            Self::Status => "status",
            Self::StatusRange => "status-range",
            Self::WebOrigin => "web-origin",
        }
    }

    /// Whether a number stands for its digits: ports, counts, bytes, versions. A time never does:
    /// it is read all the same, so that the error can say what is missing.
    pub fn takes_numbers(self) -> bool {
        match self {
            Self::Choice(words) => words.starts_with(|c: char| c.is_ascii_digit()),
            Self::Address
            | Self::Duration
            | Self::Bytes
            | Self::Rate
            | Self::Count
            | Self::Status
            | Self::StatusRange => true,
            _ => false,
        }
    }

    /// That of a limit.
    pub fn of_unit(unit: Unit) -> Self {
        match unit {
            Unit::Duration => Self::Duration,
            Unit::Bytes => Self::Bytes,
            Unit::BytesPerSecond => Self::Rate,
            Unit::Count => Self::Count,
        }
    }
}

/// A table within a table of `T`, whatever its own settings are.
pub(super) trait Nested<T>: Sync {
    /// Reads one such table, or the keys of one.
    fn read(&self, reader: &mut Reader<'_>, toml: &Toml<'_>, into: &mut T);
    /// Reads one key of it, if it has one of this name; for [`Kind::Flat`].
    fn read_key(&self, reader: &mut Reader<'_>, entry: &Entry<'_>, into: &mut T) -> bool;
    /// Takes away the tables that are there, if there may be several.
    fn clear(&self, _into: &mut T) {}
    /// Tells of each key of what is there.
    fn show(&self, of: &T, path: &str, tell: &mut dyn FnMut(String, Value));
    /// What its keys are, with the values they have by default.
    fn declared(&self) -> Vec<Declared>;
}

/// A key, told without its settings: for the reference, the schema and advice.
pub struct Declared {
    /// The table it is in, as its sentences call it.
    pub table: &'static str,
    /// As it is written.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// As it may be written behind `=`.
    pub example: String,
    /// What it is if nothing is said.
    pub default: Value,
    /// What it depends on.
    pub needs: Needs,
    /// Whether it stands in files alone.
    pub in_files_only: bool,
    /// The limit it is, if it is one: its sentences are elsewhere.
    pub limit: Option<&'static Limit>,
}

/// What may stand behind a key.
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A text.
    Text(Form),
    /// A text or several.
    Texts(Form),
    /// Texts under names.
    Map {
        /// What the names are.
        names: Form,
        /// What the texts are.
        form: Form,
        /// Whether a text may stand there alone.
        may_be_one: bool,
    },
    /// A table.
    Table(Vec<Declared>),
    /// Tables.
    Tables(Vec<Declared>),
}

impl<T> Key<T> {
    const fn new(name: &'static str, example: &'static str, kind: Kind<T>) -> Self {
        Self {
            name,
            kind,
            example,
            needs: Needs::Nothing,
            adds_up: false,
            in_files_only: false,
            has_some: false,
        }
    }

    /// `true` or `false`.
    pub(super) const fn flag(
        name: &'static str,
        get: fn(&T) -> bool,
        set: fn(&mut T, bool),
    ) -> Self {
        Self::new(name, "true", Kind::Flag { get, set })
    }

    /// One text.
    pub(super) const fn text(
        name: &'static str,
        form: Form,
        example: &'static str,
        get: fn(&T) -> Value,
        set: Set<T>,
    ) -> Self {
        Self::new(name, example, Kind::Text { form, get, set })
    }

    /// One text or a list.
    pub(super) const fn texts(
        name: &'static str,
        form: Form,
        example: &'static str,
        get: fn(&T) -> Value,
        clear: fn(&mut T),
        add: Set<T>,
    ) -> Self {
        let kind = Kind::Texts {
            form,
            get,
            clear,
            add,
        };
        Self::new(name, example, kind)
    }

    /// Anything else.
    pub(super) const fn of(name: &'static str, example: &'static str, kind: Kind<T>) -> Self {
        Self::new(name, example, kind)
    }

    /// `[NAME]`.
    pub(super) const fn part(name: &'static str, part: &'static dyn Nested<T>) -> Self {
        Self::new(name, "", Kind::Part(part))
    }

    /// `[[NAME]]`.
    pub(super) const fn parts(name: &'static str, parts: &'static dyn Nested<T>) -> Self {
        Self::new(name, "", Kind::Parts(parts))
    }

    /// Keys of another table that stand in this one.
    pub(super) const fn flat(part: &'static dyn Nested<T>) -> Self {
        Self::new("", "", Kind::Flat(part))
    }

    /// What may stand there; `None` for keys that stand elsewhere.
    fn shape(&self) -> Option<Shape> {
        Some(match &self.kind {
            Kind::Flag { .. } => Shape::Flag,
            Kind::Text { form, .. } => Shape::Text(*form),
            Kind::Texts { form, .. } => Shape::Texts(*form),
            Kind::Map {
                names,
                form,
                may_be_one,
                ..
            } => Shape::Map {
                names: *names,
                form: *form,
                may_be_one: *may_be_one,
            },
            Kind::Limit { limit, .. } => Shape::Text(Form::of_unit(limit.unit)),
            Kind::Part(part) => Shape::Table(part.declared()),
            Kind::Parts(parts) => Shape::Tables(parts.declared()),
            Kind::Flat(_) => return None,
        })
    }

    /// The example as it may be written behind `=`.
    pub(super) fn example(&self) -> String {
        match &self.kind {
            Kind::Text { form, .. }
                if form.takes_numbers() && self.example.parse::<u64>().is_ok() =>
            {
                self.example.to_owned()
            }
            Kind::Text { .. } | Kind::Texts { .. } => quoted(self.example),
            Kind::Limit { limit, .. } => match limit.unit {
                Unit::Count => limit.example(),
                _ => quoted(&limit.example()),
            },
            _ => self.example.to_owned(),
        }
    }

    /// The present value; null if there is none.
    fn value(&self, of: &T) -> Value {
        match &self.kind {
            Kind::Flag { get, .. } => Value::Bool(get(of)),
            Kind::Text { get, .. } | Kind::Texts { get, .. } | Kind::Map { get, .. } => get(of),
            Kind::Limit { limit, get, .. } => get(of, limit),
            Kind::Part(_) | Kind::Parts(_) | Kind::Flat(_) => Value::Null,
        }
    }
}

/// A key with what it depends on.
pub(super) const fn needing<T>(needs: Needs, mut key: Key<T>) -> Key<T> {
    key.needs = needs;
    key
}

/// A key that each of several files may have.
pub(super) const fn adding_up<T>(mut key: Key<T>) -> Key<T> {
    key.adds_up = true;
    key
}

/// A key that stands in files alone: what it says concerns files, or more than one site.
pub(super) const fn in_files<T>(mut key: Key<T>) -> Key<T> {
    key.in_files_only = true;
    key
}

/// A key whose list names somebody: of an empty one, nobody knows whether it means everybody or nobody.
pub(super) const fn naming_some<T>(mut key: Key<T>) -> Key<T> {
    key.has_some = true;
    key
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl<T> Table<T> {
    /// Tells of each key of what is there, under its path in the file.
    pub(super) fn show(&self, of: &T, path: &str, tell: &mut dyn FnMut(String, Value)) {
        for key in self.keys {
            match &key.kind {
                Kind::Flat(flat) => flat.show(of, path, tell),
                Kind::Part(part) | Kind::Parts(part) => {
                    part.show(of, &joined(path, key.name), tell);
                }
                _ => tell(joined(path, key.name), key.value(of)),
            }
        }
    }

    /// What its keys are, with the values they have in `usual`.
    pub(super) fn declared(&self, usual: &T) -> Vec<Declared> {
        let mut declared = Vec::new();
        for key in self.keys {
            match (&key.kind, key.shape()) {
                (Kind::Flat(flat), _) => declared.extend(flat.declared()),
                (kind, Some(shape)) => declared.push(Declared {
                    table: self.name,
                    name: key.name,
                    shape,
                    example: key.example(),
                    default: key.value(usual),
                    needs: key.needs,
                    in_files_only: key.in_files_only,
                    limit: match kind {
                        Kind::Limit { limit, .. } => Some(limit),
                        _ => None,
                    },
                }),
                (_, None) => {}
            }
        }
        declared
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A table whose settings are a part of those of `T`: `[limits]`, or keys that stand in both.
pub(super) struct Part<T: 'static, U: 'static> {
    /// Its keys.
    pub table: &'static Table<U>,
    /// Its settings.
    pub of: fn(&T) -> &U,
    /// The same, to be changed.
    pub of_mut: fn(&mut T) -> &mut U,
}

impl<T, U: Default> Nested<T> for Part<T, U> {
    fn read(&self, reader: &mut Reader<'_>, toml: &Toml<'_>, into: &mut T) {
        reader.table(self.table, toml, (self.of_mut)(into));
    }

    fn read_key(&self, reader: &mut Reader<'_>, entry: &Entry<'_>, into: &mut T) -> bool {
        reader.key(self.table, entry, (self.of_mut)(into))
    }

    fn show(&self, of: &T, path: &str, tell: &mut dyn FnMut(String, Value)) {
        self.table.show((self.of)(of), path, tell);
    }

    fn declared(&self) -> Vec<Declared> {
        self.table.declared(&U::default())
    }
}

/// Tables of which there may be several: `[[site]]`.
pub(super) struct Parts<T: 'static, U: 'static> {
    /// Its keys.
    pub table: &'static Table<U>,
    /// How many there are.
    pub count: fn(&T) -> usize,
    /// Takes them away.
    pub clear: fn(&mut T),
    /// One of them, to be shown.
    pub nth: fn(&T, usize) -> U,
    /// Takes one more, once it is read; where not, the key it fails at, and why.
    pub push: fn(&mut T, U, &Origin) -> Result<(), Failed>,
}

impl<T, U: Default> Nested<T> for Parts<T, U> {
    fn read(&self, reader: &mut Reader<'_>, toml: &Toml<'_>, into: &mut T) {
        let mut one = U::default();
        let origin = reader.origin(toml.place);
        let is_whole = reader.table(self.table, toml, &mut one);
        if let (Err((key, error)), true) = ((self.push)(into, one, &origin), is_whole) {
            reader.refuse_key(toml, key, error);
        }
    }

    fn read_key(&self, _reader: &mut Reader<'_>, _entry: &Entry<'_>, _into: &mut T) -> bool {
        false
    }

    fn clear(&self, into: &mut T) {
        (self.clear)(into);
    }

    fn show(&self, of: &T, path: &str, tell: &mut dyn FnMut(String, Value)) {
        for n in 0..(self.count)(of) {
            self.table
                .show(&(self.nth)(of, n), &format!("{path}[{n}]"), tell);
        }
    }

    fn declared(&self) -> Vec<Declared> {
        self.table.declared(&U::default())
    }
}

/// A table that stands there once or not at all: `[maintenance]`.
pub(super) struct Once<T: 'static, U: 'static> {
    /// Its keys.
    pub table: &'static Table<U>,
    /// What is there, to be shown.
    pub get: fn(&T) -> Option<U>,
    /// Takes it, once it is read; where not, the key it fails at, and why.
    pub put: fn(&mut T, U, &Origin) -> Result<(), Failed>,
}

impl<T, U: Default + Clone + 'static> Nested<T> for Once<T, U> {
    fn read(&self, reader: &mut Reader<'_>, toml: &Toml<'_>, into: &mut T) {
        // What stands elsewhere goes on here, key by key.
        let mut one: U = reader.take_draft().unwrap_or_default();
        let origin = reader.origin(toml.place);
        let is_whole = reader.table(self.table, toml, &mut one);
        reader.keep_draft(one.clone());
        if let (Err((key, error)), true) = ((self.put)(into, one, &origin), is_whole) {
            reader.refuse_key(toml, key, error);
        }
    }

    fn read_key(&self, _reader: &mut Reader<'_>, _entry: &Entry<'_>, _into: &mut T) -> bool {
        false
    }

    fn show(&self, of: &T, path: &str, tell: &mut dyn FnMut(String, Value)) {
        if let Some(one) = (self.get)(of) {
            self.table.show(&one, path, tell);
        }
    }

    fn declared(&self) -> Vec<Declared> {
        self.table.declared(&U::default())
    }
}
