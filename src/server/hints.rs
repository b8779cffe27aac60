//! Reads the files of early hints (`--hints`).

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::limits::HINT_FILE_BYTES_MAX;
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
        let text = bounded_text(path);
        let text = text.map_err(|cause| error(HintsTrouble::Unreadable(cause)))?;
        { hints.add(&text, index.unwrap_or_default()) }
            .map_err(|bad| error(HintsTrouble::Line(bad)))?;
    }
    Ok(hints)
}

/// The text of a file, unless it is larger than one that a person wrote.
fn bounded_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let mut file = File::open(path)?.take(HINT_FILE_BYTES_MAX + 1);
    if file.read_to_string(&mut text)? as u64 > HINT_FILE_BYTES_MAX {
        return Err(Errno::FBIG.into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hints");
        let largest = "#".repeat(usize::try_from(HINT_FILE_BYTES_MAX).unwrap());
        std::fs::write(&path, &largest).unwrap();
        assert_eq!(bounded_text(&path).unwrap(), largest);
        std::fs::write(&path, largest + "#").unwrap();
        let error = bounded_text(&path).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::FBIG.raw_os_error()));
        // What has no end is not read to it.
        assert!(bounded_text(Path::new("/dev/zero")).is_err());
    }
}
