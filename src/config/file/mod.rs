//! hello.toml: text becomes settings, or everything that is wrong with it.
//!
//! Law: no side effects. Files are read by a [`Disk`] that is handed in. All that is wrong is told at
//! once, each with its place.
//!
//! The keys are declared in `keys.rs`, in the form that `table.rs` describes; `read.rs` walks a file
//! along them, `include.rs` finds further files, `finish.rs` asks whether what was said fits together.

mod access;
mod advice;
mod client_limits;
mod error;
mod finish;
mod include;
mod keys;
mod limits;
mod logs;
mod read;
mod rules;
mod source;
mod syntax;
mod table;
mod told;

#[cfg(test)]
mod reference_page;

use std::path::{Path, PathBuf};

use serde_json::Value;
use toml::de::DeTable;

pub use error::{FileError, FileFault, IncludeFault, Unread};
pub use keys::declared;
pub use read::Origins;
pub use source::{Disk, Layer, NoDisk, Piece, Place, Source, Sources};
pub use table::{Declared, Form, Needs, Shape, quoted};

use super::{ControlSettings, Settings};
use crate::i18n::Language;
use include::Included;
use keys::{Draft, SERVER};
use read::{Findings, Reader, Toml};
use syntax::Slip;

/// The file that is looked for in the folder that hello is started in.
pub const USUAL_NAME: &str = "hello.toml";

/// What a file says, and where.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Everything that is decided, what the file does not say as usual.
    pub settings: Settings,
    /// Where it says what.
    pub origins: Origins,
    /// The file, and those that it includes.
    pub sources: Sources,
}

impl Configuration {
    /// The files, the one that was named first.
    pub fn files(&self) -> Vec<PathBuf> {
        let sources = self.sources.all().iter();
        let files = sources.filter(|source| source.layer == Layer::File);
        files.map(|source| source.path.clone()).collect()
    }

    /// Whether a key was said beside the file, and by whom.
    pub fn beside(&self, key: &str) -> Option<Layer> {
        let place = self.origins.get(key)?;
        let layer = self.sources.of(*place).layer;
        Some(layer).filter(|layer| *layer != Layer::File)
    }
}

/// What is said beside a file.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Pieces of hello.toml, those that win last.
    pub pieces: Vec<Piece>,
    /// Keys that options say.
    pub options: Vec<Spoken>,
}

/// A key that an option says.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The key.
    pub key: String,
    /// Whether the option was typed, or stands in a variable.
    pub layer: Layer,
    /// As it is written: `--listen`, `HELLO_LISTEN`.
    pub written: String,
}

/// Why a file cannot be used.
#[derive(Debug)]
pub enum Failure {
    /// It could not be read.
    Unread(Unread),
    /// Something in it is wrong; at least one thing.
    Wrong(Box<Wrong>),
}

/// Everything that is wrong with a file.
#[derive(Debug)]
pub struct Wrong {
    /// What, in the order it stands there.
    pub errors: Vec<FileError>,
    /// The files.
    pub sources: Sources,
    /// The language that it asks for, if that could be read.
    pub language: Option<Language>,
    /// Where its server is asked, if that could be read.
    pub control: ControlSettings,
}

/// Reads a file and those that it includes.
///
/// `authority` is the folder of the local authority, for `https = true`.
pub fn read(path: &Path, disk: &dyn Disk, authority: &Path) -> Result<Configuration, Failure> {
    read_beside(Some(path), &Beside::default(), disk, authority)
}

/// Reads a file, if there is one, and what is said beside it: that wins. A table wins key by key, a list
/// of tables as a whole.
pub fn read_beside(
    path: Option<&Path>,
    beside: &Beside,
    disk: &dyn Disk,
    authority: &Path,
) -> Result<Configuration, Failure> {
    let (mut findings, mut draft) = (Findings::default(), Draft::default());
    let mut sources = Sources::default();
    if let Some(path) = path {
        let found = (&mut findings, &mut draft);
        files(path, disk, &mut sources, found).map_err(|why| {
            let path = path.to_owned();
            Failure::Unread(Unread { path, why })
        })?;
    }
    for piece in &beside.pieces {
        let number = sources.add_piece(piece);
        one(number, &sources, &mut findings, &mut draft);
    }
    refuse_twice(beside, &sources, &mut findings);
    let options = beside.options.iter();
    findings.said = options.map(|spoken| spoken.key.clone()).collect();
    let language = keys::language(&draft);
    let control = draft.settings.control.clone();
    let settings = finish::finish(draft, authority, &mut findings);
    let Findings {
        mut errors,
        origins,
        ..
    } = findings;
    if errors.is_empty() {
        return Ok(Configuration {
            settings,
            origins,
            sources,
        });
    }
    errors.sort_by_key(|error| error.place);
    Err(Failure::Wrong(Box::new(Wrong {
        errors,
        sources,
        language,
        control,
    })))
}

/// A key is said once in one breath: nobody knows whether a piece counts, or the option beside it.
fn refuse_twice(beside: &Beside, sources: &Sources, findings: &mut Findings) {
    for spoken in &beside.options {
        let place = findings.origins.get(&spoken.key).copied();
        let place = place.filter(|place| sources.of(*place).layer == spoken.layer);
        if let Some(place) = place {
            let (key, option) = (spoken.key.clone(), spoken.written.clone());
            findings.refuse(place, FileFault::OptionToo { key, option });
        }
    }
}

/// Reads a file and those that it includes into the draft.
fn files(
    path: &Path,
    disk: &dyn Disk,
    sources: &mut Sources,
    (findings, draft): (&mut Findings, &mut Draft),
) -> Result<(), IncludeFault> {
    let mut included = Included::new(disk);
    let text = included.read(path)?;
    let first = sources.add(path, text);
    let mut waiting = vec![(first, vec![path.to_owned()])];
    while let Some((number, chain)) = waiting.pop() {
        one(number, sources, findings, draft);
        let wanted = std::mem::take(&mut draft.include);
        let mut found = Vec::new();
        for (pattern, place) in wanted {
            let from = sources.of(place).path.clone();
            for path in included.named(&from, &pattern, place, findings) {
                let Some(text) = included.enter(&path, &chain, place, findings) else {
                    continue;
                };
                let chain: Vec<PathBuf> = chain.iter().cloned().chain([path.clone()]).collect();
                found.push((sources.add(&path, text), chain));
            }
        }
        // The first one named is read first.
        waiting.extend(found.into_iter().rev());
    }
    Ok(())
}

/// Tells of each key what it is in these settings, under its path in the file; null: nothing.
pub fn show(settings: &Settings, tell: &mut dyn FnMut(String, Value)) {
    let draft = Draft {
        settings: settings.clone(),
        ..Draft::default()
    };
    SERVER.show(&draft, "", tell);
}

/// Reads one text into the draft.
fn one(number: usize, sources: &Sources, findings: &mut Findings, draft: &mut Draft) {
    let source = &sources.all()[number];
    let (toml, errors) = DeTable::parse_recoverable(&source.text);
    let place = |start: usize, end: usize| Place {
        file: number,
        start,
        end,
    };
    let mut lines = Vec::new();
    for error in &errors {
        let span = error.span().unwrap_or_default();
        let line = source.line_of(span.start);
        // What follows from the first slip of a line is of no use to anybody.
        if lines.contains(&line) {
            continue;
        }
        lines.push(line);
        let slip = Slip::of(error);
        findings.is_broken |= !slip.is_twice();
        findings.refuse(place(span.start, span.end), FileFault::Syntax(slip));
    }
    let table = Toml {
        table: toml.get_ref(),
        place: place(0, 0),
    };
    let before = findings.errors.len();
    Reader::new(number, sources, findings).table(&SERVER, &table, draft);
    // Of a line that is broken, only that is said.
    let is_new = |error: &FileError| !lines.contains(&source.line_of(error.place.start));
    let new = findings.errors.split_off(before);
    findings.errors.extend(new.into_iter().filter(is_new));
}
