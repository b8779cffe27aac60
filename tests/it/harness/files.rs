//! Folders to be served.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

/// A folder with these files in it, an hour old; gone when it is dropped.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        make_old(&path);
    }
    folder
}

/// Writes a file whose bytes tell their place, so that a piece from elsewhere is noticed.
pub fn large_file(path: &Path, bytes: usize) -> Vec<u8> {
    /// Counted once: that takes longer than everything that is done with it.
    static COUNTED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    for number in counted.len() / 8..bytes / 8 {
        counted.extend_from_slice(&number.to_be_bytes());
    }
    let content = counted[..bytes / 8 * 8].to_vec();
    drop(counted);
    fs::write(path, &content).unwrap();
    make_old(path);
    content
}

/// Dates a file back by an hour: its tag is strong then.
pub fn make_old(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(hello::clock::wall() - HOUR).unwrap();
}

const HOUR: Duration = Duration::from_hours(1);
