//! Reads the files of early hints (`--hints`).

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::config::{BadHint, FileSettings, Hints};

/// A file of early hints that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct HintsError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub trouble: HintsTrouble,
}

/// What can be wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum HintsTrouble {
    /// It cannot be read, or is no text.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// A line of it.
    #[error("line {}: {}", .0.line, .0.fault.code())]
    Line(BadHint),
}

impl HintsError {
    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self.trouble {
            HintsTrouble::Unreadable(_) => "hints-unreadable",
            HintsTrouble::Line(_) => "hints-unusable",
        }
    }
}

/// Reads all of them. The first that cannot be used is the error.
pub(super) fn read(settings: &FileSettings) -> Result<Hints, HintsError> {
    let mut hints = Hints::default();
    let index = settings.indexes.first().map(|index| index.as_bytes());
    for path in &settings.hint_files {
        let error = |trouble| HintsError {
            path: path.clone(),
            trouble,
        };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|cause| error(HintsTrouble::Unreadable(cause)))?;
        { hints.add(&text, index.unwrap_or_default()) }
            .map_err(|bad| error(HintsTrouble::Line(bad)))?;
    }
    Ok(hints)
}
