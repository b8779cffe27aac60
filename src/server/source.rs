//! Reads what the system tells about itself: the only file here that opens anything.
//!
//! Law: bounded, and nothing fails: what cannot be read is `None` or empty.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::limits::{DIAGNOSE_BYTES_MAX, DIAGNOSE_ENTRIES_MAX};

/// The bytes of a file, as far as they are looked at.
pub(super) fn bytes(path: impl AsRef<Path>) -> Option<Vec<u8>> {
    let file = fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(DIAGNOSE_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The text of a file; empty if there is none. What is no text becomes U+FFFD.
pub(super) fn text(path: impl AsRef<Path>) -> String {
    bytes(path).map_or_else(String::new, |bytes| {
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Where a link leads.
pub(super) fn link(path: impl AsRef<Path>) -> Option<PathBuf> {
    fs::read_link(path).ok()
}

/// The names in a folder, sorted, as far as they are looked at.
pub(super) fn names(folder: impl AsRef<Path>) -> Vec<OsString> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let entries = entries.take(DIAGNOSE_ENTRIES_MAX).filter_map(Result::ok);
    let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    names
}

/// The processes there are, by number.
pub(super) fn processes() -> Vec<u32> {
    let names = names("/proc").into_iter();
    let mut found: Vec<u32> = names
        .filter_map(|name| name.to_str()?.parse().ok())
        .collect();
    found.sort_unstable();
    found
}
