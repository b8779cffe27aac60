//! The disk that settings are read from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::config::file::Disk;

/// The files of this machine.
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        File::open(path)?
            .take(bytes_max)
            .read_to_end(&mut content)?;
        Ok(content)
    }

    fn names(&self, folder: &Path, names_max: usize) -> io::Result<Vec<String>> {
        let entries = folder.read_dir()?.take(names_max);
        entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }
}
