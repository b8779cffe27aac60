//! The files that were read, and places in them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of one configuration: the one that was named first, then those that it includes.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

/// One file.
#[derive(Clone, Debug)]
pub struct Source {
    /// As it is called on the command line or in an `include`.
    pub name: Arc<str>,
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: Box<str>,
    /// Where its lines begin.
    lines: Vec<usize>,
}

/// A place in one of the files: bytes from `start` up to `end`.
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
        let breaks = text.match_indices('\n').map(|(place, _)| place + 1);
        self.0.push(Source {
            name: path.to_string_lossy().into(),
            path: path.to_owned(),
            lines: [0].into_iter().chain(breaks).collect(),
            text: text.into(),
        });
        self.0.len() - 1
    }

    /// All of them, in the order they were read.
    pub fn all(&self) -> &[Source] {
        &self.0
    }

    /// The one a place is in.
    pub fn of(&self, place: Place) -> &Source {
        &self.0[place.file]
    }

    /// `hello.toml:12`.
    pub fn told(&self, place: Place) -> String {
        let source = self.of(place);
        format!("{}:{}", source.name, source.line_of(place.start))
    }
}

impl Source {
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
