//! The texts that were read, and places in them: files, and what was said beside them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The texts of one configuration: the file that was named, those that it includes, and what was said
/// beside them, in the order they count.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

/// Where a text comes from. What comes later here wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// A file.
    #[default]
    File,
    /// `HELLO_SET`.
    Variable,
    /// `--set`.
    Line,
}

/// A piece of hello.toml that was said beside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As it is called where something is wrong with it.
    pub name: String,
    /// Who said it.
    pub layer: Layer,
    /// What it says.
    pub text: String,
}

/// One text.
#[derive(Clone, Debug)]
pub struct Source {
    /// As it is called on the command line or in an `include`.
    pub name: Arc<str>,
    /// Where it is; nowhere, if it is no file: paths in it begin where the program was started.
    pub path: PathBuf,
    /// Where it comes from.
    pub layer: Layer,
    /// What it says.
    pub text: Box<str>,
    /// Where its lines begin.
    lines: Vec<usize>,
}

/// A place in one of the texts: bytes from `start` up to `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which file.
    pub file: usize,
    /// The first byte.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
}

/// Where files are read from. Whoever has a disk hands it in.
pub trait Disk {
    /// The content of a file, but no more of it than this.
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>>;
    /// The names in a folder, but no more of them than this.
    fn names(&self, folder: &Path, names_max: usize) -> io::Result<Vec<String>>;
}

/// A disk with nothing on it.
pub struct NoDisk;

impl Disk for NoDisk {
    fn read(&self, _path: &Path, _bytes_max: u64) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn names(&self, _folder: &Path, _names_max: usize) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Sources {
    /// One more file; its number.
    pub(super) fn add(&mut self, path: &Path, text: String) -> usize {
        self.push(path.to_string_lossy().into(), path, Layer::File, text)
    }

    /// One more piece; its number.
    pub(super) fn add_piece(&mut self, piece: &Piece) -> usize {
        let Piece { name, layer, text } = piece;
        self.push((**name).into(), Path::new(""), *layer, text.clone())
    }

    fn push(&mut self, name: Arc<str>, path: &Path, layer: Layer, text: String) -> usize {
        let breaks = text.match_indices('\n').map(|(place, _)| place + 1);
        self.0.push(Source {
            name,
            path: path.to_owned(),
            layer,
            lines: [0].into_iter().chain(breaks).collect(),
            text: text.into(),
        });
        self.0.len() - 1
    }

    /// All of them, in the order they were read.
    pub fn all(&self) -> &[Source] {
        &self.0
    }

    /// What those are called that these places are in, or all of them: the file that was named for all
    /// files, and what was said beside it.
    pub fn names(&self, places: Option<&[Place]>) -> String {
        let is_meant = |n: usize| places.is_none_or(|all| all.iter().any(|at| at.file == n));
        let mut names: Vec<&str> = Vec::new();
        for layer in [Layer::File, Layer::Variable, Layer::Line] {
            let of_layer = self.0.iter().enumerate();
            let mut of_layer = of_layer.filter(|(_, source)| source.layer == layer);
            let first = of_layer.clone().next();
            let mut meant = of_layer.by_ref().filter(|(n, _)| is_meant(*n));
            let (one, more) = (meant.next(), meant.next());
            match (layer, first, one, more) {
                (_, _, None, _) | (_, None, ..) => {}
                (Layer::Line, _, Some(_), Some(_)) => names.push("--set"),
                (Layer::Line, _, Some((_, one)), None) => names.push(&one.name),
                (Layer::File | Layer::Variable, Some((_, first)), ..) => names.push(&first.name),
            }
        }
        names.join(", ")
    }

    /// The one a place is in.
    pub fn of(&self, place: Place) -> &Source {
        &self.0[place.file]
    }

    /// `hello.toml:12`.
    pub fn told(&self, place: Place) -> String {
        let source = self.of(place);
        match source.told_line_of(place.start) {
            0 => source.name.to_string(),
            line => format!("{}:{line}", source.name),
        }
    }
}

impl Source {
    /// The line of a byte as it is told: 0 where there is only one, and nobody would count it.
    pub fn told_line_of(&self, byte: usize) -> usize {
        match self.layer {
            Layer::Variable | Layer::Line if self.lines.len() == 1 => 0,
            _ => self.line_of(byte),
        }
    }

    /// The line that a byte is in, counted from 1.
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte)
    }

    /// A line without its end, and where it begins; counted from 1.
    pub fn line(&self, number: usize) -> (usize, &str) {
        let start = self.lines[number - 1];
        let end = self.lines.get(number).map_or(self.text.len(), |next| *next);
        (start, self.text[start..end].trim_end_matches(['\n', '\r']))
    }
}
