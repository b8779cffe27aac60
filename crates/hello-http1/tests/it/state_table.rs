//! The state table, as the documentation shows it.

use hello_http1::state;
use std::fs;
use std::path::Path;

const OPENING: &str = "\
# How a connection moves

Two halves and a latch; what is not written here is forbidden. The prose is in
`crates/hello-http1/src/state.rs`, which this table is printed from: run
`UPDATE_GOLDEN=1 cargo test -p hello-http1` after changing it.

```text
";

#[test]
fn the_golden_file_shows_the_table() {
    compare("tests/state_table.golden", &state::table());
}

#[test]
fn the_documentation_shows_the_table() {
    compare(
        "../../docs/state-table.md",
        &format!("{OPENING}{}```\n", state::table()),
    );
}

/// Compares a file of this crate, or writes it if it is asked to.
fn compare(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::vars().any(|(key, _)| key == "UPDATE_GOLDEN") {
        fs::write(&path, expected).expect("the golden can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found,
        expected,
        "{} is not what it should be",
        path.display()
    );
}
