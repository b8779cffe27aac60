//! The files of this repository, as text.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file and what is in it.
pub struct Text {
    /// From the root of the repository.
    pub path: String,
    pub content: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    try_read(path).unwrap_or_else(|| panic!("{path} is part of the repository"))
}

pub fn try_read(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

/// Holds a text against a golden file.
pub fn check_golden(name: &str, actual: &str) {
    let path = format!("tests/golden/{name}");
    if std::env::vars().any(|(key, _)| key == "UPDATE_GOLDEN") {
        fs::write(root().join(&path), actual).unwrap();
    }
    let expected = try_read(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{path} differs; UPDATE_GOLDEN=1 cargo test rewrites it. Now it would be:\n{actual}"
    );
}

/// Every file, except what is built, fetched or kept by version control.
pub fn files() -> Vec<PathBuf> {
    files_below(root())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let skipped = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        matches!(name, Some("target" | ".git" | "corpus" | "node_modules"))
    };
    let kept = paths.into_iter().filter(|path| !skipped(path));
    kept.flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    })
    .collect()
}

/// The Rust files below a folder.
pub fn rust_files(folder: &str) -> Vec<Text> {
    let files = files_below(&root().join(folder));
    let rust = |path: &Path| path.extension().is_some_and(|end| end == "rs");
    files
        .iter()
        .filter(|path| rust(path))
        .map(|path| text(path))
        .collect()
}

/// What people read.
pub fn documents() -> Vec<Text> {
    let is_document = |path: &Path| {
        let folder = path.parent().expect("a file is in a folder");
        let places = ["", "docs", "docs/guide"];
        let is_there = places.iter().any(|place| folder == root().join(place));
        is_there && path.extension().is_some_and(|end| end == "md")
    };
    let files = files();
    let documents = files.iter().filter(|path| is_document(path));
    documents.map(|path| text(path)).collect()
}

fn text(path: &Path) -> Text {
    let name = path.strip_prefix(root().join(".")).unwrap_or(path);
    let name = name.strip_prefix(root()).unwrap_or(name);
    Text {
        path: name.display().to_string(),
        content: fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
    }
}

/// The names of all functions, in all crates.
pub fn functions() -> HashSet<String> {
    let mut names = HashSet::new();
    for Text { content, .. } in rust_files(".") {
        for rest in content.split("fn ").skip(1) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            names.insert(rest.chars().take_while(|c| is_name(*c)).collect());
        }
    }
    names
}

/// What stands between backticks, in one line.
pub fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}
