//! Folders to be served.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A folder with these files in it, gone when it is dropped.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Writes a file whose bytes tell their place, so that a piece from elsewhere is noticed.
pub fn large_file(path: &Path, bytes: usize) -> Vec<u8> {
    let content: Vec<u8> = (0..bytes / 8)
        .flat_map(|place| place.to_be_bytes())
        .collect();
    fs::write(path, &content).unwrap();
    content
}
