//! Compares a text with a file that somebody has read and approved.

use std::fs;
use std::path::Path;

/// Holds `actual` against the file at `path`, counted from the package's root.
///
/// `UPDATE_GOLDEN=1 cargo test` writes the file instead; the difference is then for review.
pub(crate) fn check(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == actual,
        "{path} differs; UPDATE_GOLDEN=1 cargo test rewrites it. Now it would be:\n{actual}"
    );
}
