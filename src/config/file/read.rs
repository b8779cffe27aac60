//! Walks the tables of a file along the declarations, and gathers all that is wrong.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::advice;
use super::error::{FileError, FileFault, Found, Wanted};
use super::limits::ERRORS_MAX;
use super::source::{Layer, Place, Source, Sources};
use super::table::{Form, Key, Kind, Needs, Nested, Table, Word};
use crate::config::ConfigError;
use crate::config::routing::Origin;
use crate::i18n::shown;

/// Where each key was said, by its path in the file: `limits.head-timeout`, `site[2].serve`.
pub type Origins = BTreeMap<String, Place>;

/// What was found so far, over all texts.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<FileError>,
    pub(super) origins: Origins,
    /// Keys that options say: what needs them is not alone.
    pub(super) said: BTreeSet<String>,
    /// How many tables there are of each name.
    counts: HashMap<String, usize>,
    /// The texts under names of those tables that further ones add to.
    maps: HashMap<String, Vec<Pair>>,
    /// Tables that stand there once, as far as they were read.
    drafts: HashMap<String, Box<dyn Any>>,
    /// Whether something could not even be taken apart: then nothing is said of what is missing.
    pub(super) is_broken: bool,
}

impl Findings {
    pub(super) fn refuse(&mut self, place: Place, fault: FileFault) {
        self.refuse_beside(place, None, fault);
    }

    pub(super) fn refuse_beside(&mut self, place: Place, before: Option<Place>, fault: FileFault) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(FileError {
                place,
                before,
                fault,
            });
        }
    }

    /// Takes away where a key was said, and all in it: it is said anew.
    fn forget(&mut self, path: &str) {
        let is_in = |found: &String| {
            let rest = found.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.origins.retain(|found, _| !is_in(found));
        self.counts.remove(path);
    }
}

/// A text under a name of the person's choice, with what is needed to read it once more.
struct Pair {
    name: String,
    name_at: Place,
    text: String,
    place: Place,
    folder: PathBuf,
    origin: Origin,
    layer: Layer,
}

/// A table, and where it is.
pub(super) struct Toml<'a> {
    pub(super) table: &'a DeTable<'a>,
    pub(super) place: Place,
}

/// A key with its value.
pub(super) struct Entry<'a> {
    name: &'a str,
    key: Place,
    value: &'a Spanned<DeValue<'a>>,
}

/// Reads one text.
pub(super) struct Reader<'a> {
    file: usize,
    source: &'a Source,
    sources: &'a Sources,
    folder: &'a Path,
    findings: &'a mut Findings,
    /// The path of the table that is being read.
    path: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: usize, sources: &'a Sources, findings: &'a mut Findings) -> Self {
        let source = &sources.all()[file];
        Self {
            file,
            source,
            sources,
            folder: source.path.parent().unwrap_or(Path::new("")),
            findings,
            path: String::new(),
        }
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place {
            file: self.file,
            start: span.start,
            end: span.end,
        }
    }

    /// The line that a place is in.
    pub(super) fn origin(&self, place: Place) -> Origin {
        let line = self.source.told_line_of(place.start);
        Origin {
            file: self.source.name.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }
    }

    /// Reads a table; whether nothing was wrong.
    pub(super) fn table<T>(
        &mut self,
        table: &'static Table<T>,
        toml: &Toml<'_>,
        into: &mut T,
    ) -> bool {
        let before = self.findings.errors.len();
        for (name, value) in toml.table {
            let entry = Entry {
                name: name.get_ref(),
                key: self.place(name.span()),
                value,
            };
            if !self.key(table, &entry, into) {
                let fault = FileFault::UnknownKey {
                    key: entry.name.to_owned(),
                    meant: advice::meant(entry.name, &self.path, &names_of(table)),
                };
                self.findings.refuse(entry.key, fault);
            }
        }
        let required = table.keys.iter().filter(|key| key.needs == Needs::Itself);
        for key in required {
            if !toml.table.contains_key(key.name) {
                let fault = FileFault::MissingKey {
                    key: key.name,
                    example: key.example(),
                };
                self.findings.refuse(toml.place, fault);
            }
        }
        self.findings.errors.len() == before
    }

    /// Reads a key, if the table has one of this name.
    pub(super) fn key<T>(
        &mut self,
        table: &'static Table<T>,
        entry: &Entry<'_>,
        into: &mut T,
    ) -> bool {
        for key in table.keys {
            match &key.kind {
                Kind::Flat(flat) if flat.read_key(self, entry, into) => return true,
                Kind::Flat(_) => {}
                _ if key.name == entry.name => {
                    self.value(key, entry, into);
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// What was read so far of the table that is being read, if it stands there once.
    pub(super) fn take_draft<U: 'static>(&mut self) -> Option<U> {
        let draft = self.findings.drafts.remove(&self.path)?;
        draft.downcast().ok().map(|draft| *draft)
    }

    /// Keeps what was read of it: another text may say more.
    pub(super) fn keep_draft<U: 'static>(&mut self, draft: U) {
        let path = self.path.clone();
        self.findings.drafts.insert(path, Box::new(draft));
    }

    /// Refuses a table that was read, at one of its keys if it is there.
    pub(super) fn refuse_key(&mut self, toml: &Toml<'_>, key: &str, error: ConfigError) {
        let found = toml.table.get_key_value(key);
        let place = found.map_or(toml.place, |(_, value)| self.place(value.span()));
        self.findings.refuse(place, FileFault::Value(error));
    }

    fn value<T>(&mut self, key: &Key<T>, entry: &Entry<'_>, into: &mut T) {
        let path = self.path_of(entry.name);
        let place = self.place(entry.value.span());
        let layer = self.source.layer;
        if key.in_files_only && layer != Layer::File {
            let key = key.name;
            let fault = FileFault::FileOnly { key };
            self.findings.refuse(entry.key, fault);
            return;
        }
        let before = self.findings.origins.get(&path).copied();
        let wins = before.is_some_and(|before| self.sources.of(before).layer < layer);
        let goes_on = match &key.kind {
            Kind::Part(_) => true,
            Kind::Parts(_) => !wins,
            Kind::Map { .. } => {
                let is_table = matches!(entry.value.get_ref(), DeValue::Table(_));
                is_table && layer != Layer::File && self.findings.maps.contains_key(&path)
            }
            _ => key.adds_up,
        };
        match (before, &key.kind) {
            (Some(before), _) if !wins && !goes_on => {
                let key = entry.name.to_owned();
                let fault = FileFault::KeyTwice { key };
                self.findings.refuse_beside(entry.key, Some(before), fault);
                return;
            }
            (Some(_), Kind::Parts(parts)) if wins => {
                self.findings.forget(&path);
                parts.clear(into);
            }
            (Some(_), _) if wins && !goes_on => self.findings.forget(&path),
            _ => {}
        }
        let whole = Place {
            end: place.end,
            ..entry.key
        };
        self.findings.origins.insert(path.clone(), whole);
        self.put(key, entry.value, path, into);
    }

    /// Reads what stands behind a key.
    fn put<T>(&mut self, key: &Key<T>, spanned: &Spanned<DeValue<'_>>, path: String, into: &mut T) {
        let (place, value) = (self.place(spanned.span()), spanned.get_ref());
        match &key.kind {
            Kind::Flag { set, .. } => match value {
                DeValue::Boolean(flag) => set(into, *flag),
                _ => self.wrong_type(key, place, value),
            },
            Kind::Text { form, set, .. } => match text_of(value, *form) {
                Some(text) => self.with_word(&text, place, |word| set(into, word)),
                None => self.wrong_type(key, place, value),
            },
            Kind::Limit { limit, set, .. } => match text_of(value, Form::of_unit(limit.unit)) {
                Some(text) => self.with_word(&text, place, |word| set(into, limit, word.text)),
                None => self.wrong_type(key, place, value),
            },
            Kind::Texts { .. } => self.texts(key, spanned, &path, into),
            Kind::Map { .. } => self.map(key, spanned, &path, into),
            Kind::Part(part) => match value {
                DeValue::Table(table) => {
                    let toml = Toml { table, place };
                    self.below(path, |reader| part.read(reader, &toml, into));
                }
                _ => self.wrong_type(key, place, value),
            },
            Kind::Parts(parts) => match value {
                DeValue::Array(list) => {
                    for element in list {
                        self.part(key, *parts, &path, element, into);
                    }
                }
                // Beside a file, one is as good as a list of one.
                DeValue::Table(_) if self.source.layer != Layer::File => {
                    self.part(key, *parts, &path, spanned, into);
                }
                _ => self.wrong_type(key, place, value),
            },
            Kind::Flat(_) => {}
        }
    }

    /// Reads a text or a list of them.
    fn texts<T>(&mut self, key: &Key<T>, spanned: &Spanned<DeValue<'_>>, path: &str, into: &mut T) {
        let Kind::Texts {
            form, clear, add, ..
        } = &key.kind
        else {
            return;
        };
        clear(into);
        let elements = match spanned.get_ref() {
            DeValue::Array(list) if list.is_empty() && key.has_some => {
                let fault = FileFault::EmptyList {
                    key: key.name.to_owned(),
                    example: key.example(),
                };
                self.findings.refuse(self.place(spanned.span()), fault);
                return;
            }
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![spanned],
        };
        for (n, element) in elements.into_iter().enumerate() {
            let place = self.place(element.span());
            self.findings.origins.insert(format!("{path}[{n}]"), place);
            match text_of(element.get_ref(), *form) {
                Some(text) => self.with_word(&text, place, |word| add(into, word)),
                None => self.wrong_type(key, place, element.get_ref()),
            }
        }
    }

    /// Reads texts under names, beside those that stand elsewhere.
    fn map<T>(&mut self, key: &Key<T>, spanned: &Spanned<DeValue<'_>>, path: &str, into: &mut T) {
        let Kind::Map {
            form,
            may_be_one,
            clear,
            add,
            ..
        } = &key.kind
        else {
            return;
        };
        clear(into);
        let (place, value) = (self.place(spanned.span()), spanned.get_ref());
        let mut pairs = self.findings.maps.remove(path).unwrap_or_default();
        let DeValue::Table(table) = value else {
            match text_of(value, *form).filter(|_| *may_be_one) {
                Some(text) => self.with_word(&text, place, |word| add(into, None, word)),
                None => self.wrong_type(key, place, value),
            }
            return;
        };
        for (name, value) in table {
            let pair = self.pair(key, *form, (name, value));
            let Some(pair) = pair else { continue };
            match pairs.iter().position(|before| before.name == pair.name) {
                Some(n) if pairs[n].layer == pair.layer => {
                    let fault = FileFault::KeyTwice { key: pair.name };
                    let before = pairs[n].name_at;
                    self.findings
                        .refuse_beside(pair.name_at, Some(before), fault);
                }
                Some(n) => pairs[n] = pair,
                None => pairs.push(pair),
            }
        }
        for pair in &pairs {
            let at = format!("{path}.{}", pair.name);
            self.findings.origins.insert(at, pair.place);
            let name = Word {
                text: &pair.name,
                folder: &pair.folder,
                place: pair.name_at,
                origin: &pair.origin,
            };
            let word = Word {
                text: &pair.text,
                place: pair.place,
                ..name
            };
            if let Err(error) = add(into, Some(&name), &word) {
                let is_of_name = error.value == shown(name.text);
                let place = if is_of_name { name.place } else { word.place };
                self.findings.refuse(place, FileFault::Value(error));
            }
        }
        // Nobody adds to what stands in a table of which there are several.
        if self.path.is_empty() {
            self.findings.maps.insert(path.to_owned(), pairs);
        }
    }

    /// Reads a text under a name.
    fn pair<T>(
        &mut self,
        key: &Key<T>,
        form: Form,
        (name, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>),
    ) -> Option<Pair> {
        let (name_at, place) = (self.place(name.span()), self.place(value.span()));
        let Some(text) = text_of(value.get_ref(), form) else {
            self.wrong_type(key, place, value.get_ref());
            return None;
        };
        Some(Pair {
            name: name.get_ref().to_string(),
            name_at,
            text: text.into_owned(),
            place,
            folder: self.folder.to_owned(),
            origin: self.origin(name_at),
            layer: self.source.layer,
        })
    }

    /// Reads one of several tables.
    fn part<T>(
        &mut self,
        key: &Key<T>,
        parts: &dyn Nested<T>,
        path: &str,
        element: &Spanned<DeValue<'_>>,
        into: &mut T,
    ) {
        let place = self.place(element.span());
        let DeValue::Table(table) = element.get_ref() else {
            self.wrong_type(key, place, element.get_ref());
            return;
        };
        let count = self.findings.counts.entry(path.to_owned()).or_default();
        let path = format!("{path}[{count}]");
        *count += 1;
        self.findings.origins.insert(path.clone(), place);
        let toml = Toml { table, place };
        self.below(path, |reader| parts.read(reader, &toml, into));
    }

    fn below(&mut self, path: String, read: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.path, path);
        read(self);
        self.path = before;
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn with_word(
        &mut self,
        text: &str,
        place: Place,
        read: impl FnOnce(&Word<'_>) -> Result<(), ConfigError>,
    ) {
        let origin = self.origin(place);
        let word = Word {
            text,
            folder: self.folder,
            place,
            origin: &origin,
        };
        if let Err(error) = read(&word) {
            self.findings.refuse(place, FileFault::Value(error));
        }
    }

    fn wrong_type<T>(&mut self, key: &Key<T>, place: Place, found: &DeValue<'_>) {
        let wanted = match wanted(&key.kind) {
            Wanted::Tables if self.source.layer != Layer::File => Wanted::TablesOrOne,
            wanted => wanted,
        };
        let fault = FileFault::WrongType {
            key: key.name.to_owned(),
            wanted,
            found: what(found),
            example: key.example(),
        };
        self.findings.refuse(place, fault);
    }
}

/// The names of a table's keys, those of other tables that stand in it too.
fn names_of<T>(table: &'static Table<T>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in table.keys {
        match &key.kind {
            Kind::Flat(flat) => {
                let declared = flat.declared();
                names.extend(declared.into_iter().map(|key| key.name));
            }
            _ => names.push(key.name),
        }
    }
    names
}

/// A text, or a number where its digits are one.
fn text_of<'v>(value: &'v DeValue<'_>, form: Form) -> Option<Cow<'v, str>> {
    match value {
        DeValue::String(text) => Some(Cow::Borrowed(text)),
        DeValue::Integer(number) if form.takes_numbers() => Some(digits(number).into()),
        DeValue::Float(number) if form.takes_numbers() => Some(number.as_str().into()),
        _ => None,
    }
}

/// A whole number in decimal digits, however it is written; one that is too large as it is.
fn digits(number: &DeInteger<'_>) -> String {
    match i128::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => number.to_string(),
        Err(_) => number.to_string(),
    }
}

fn wanted<T>(kind: &Kind<T>) -> Wanted {
    match kind {
        Kind::Flag { .. } => Wanted::Flag,
        Kind::Text { form, .. } if form.takes_numbers() => Wanted::TextOrNumber,
        Kind::Text { .. } => Wanted::Text,
        Kind::Limit { .. } => Wanted::TextOrNumber,
        Kind::Texts { form, .. } if form.takes_numbers() => Wanted::TextsOrNumbers,
        Kind::Texts { .. } => Wanted::Texts,
        Kind::Map {
            may_be_one: true, ..
        } => Wanted::TextOrTable,
        Kind::Map { .. } => Wanted::TextsByName,
        Kind::Part(_) | Kind::Flat(_) => Wanted::Table,
        Kind::Parts(_) => Wanted::Tables,
    }
}

fn what(value: &DeValue<'_>) -> Found {
    match value {
        DeValue::String(_) => Found::Text,
        DeValue::Integer(_) | DeValue::Float(_) => Found::Number,
        DeValue::Boolean(_) => Found::Flag,
        DeValue::Datetime(_) => Found::Date,
        DeValue::Array(_) => Found::List,
        DeValue::Table(_) => Found::Table,
    }
}
