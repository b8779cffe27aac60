//! The ledger of RFC 9112 names only what exists, and all that is refused.

use hello_http1::Refusal;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_row_of_the_ledger_is_enforced_and_tested_or_says_why_not() {
    let mut rows = 0;
    for row in ledger()
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains(" | "))
    {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [section, _, enforced, tested] = cells[..] else {
            continue;
        };
        if section == "section" {
            continue;
        }
        rows += 1;
        let (enforced_names, tested_names) = (names(enforced), names(tested));
        for name in enforced_names.iter().chain(&tested_names) {
            assert!(exists(name), "`{name}` does not exist: {row}");
        }
        if enforced.starts_with("not applicable: ") {
            assert_eq!(tested, "", "{row}");
            continue;
        }
        assert!(
            !enforced_names.is_empty() || enforced.contains("*driver*"),
            "{row}"
        );
        assert!(!tested_names.is_empty() || tested == "driver", "{row}");
        for name in tested_names {
            assert!(is_test(name), "`{name}` is no test: {row}");
        }
    }
    assert!(rows > 60, "{rows} rows");
}

#[test]
fn every_refusal_is_in_the_ledger() {
    let ledger = ledger();
    for refusal in Refusal::ALL {
        let (name, status, rfc) = (refusal.name(), refusal.status().as_u16(), refusal.rfc());
        let row = format!("| `{name}` | {status} | {rfc} |\n");
        assert!(ledger.contains(&row), "missing: {row}");
    }
}

fn ledger() -> String {
    fs::read_to_string(root().join("docs/spec.md")).expect("the ledger is part of the repository")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("two folders up")
        .to_path_buf()
}

/// Everything between backticks that looks like `file.rs::function`.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains(".rs::"))
        .collect()
}

/// The text of the file, and the name of the function.
///
/// Nothing for a file of the server that does not exist yet.
fn look_up(name: &str) -> Option<(String, &str)> {
    let (file, function) = name.split_once("::").expect("file.rs::function");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = match file.split_once('/') {
        None => here.join("src").join(file),
        Some(("it", _)) => here.join("tests").join(file),
        Some(_) => root().join(file),
    };
    let text = fs::read_to_string(&path).ok();
    assert!(
        text.is_some() || !path.starts_with(here),
        "no {}",
        path.display()
    );
    text.map(|text| (text, function))
}

fn exists(name: &str) -> bool {
    look_up(name).is_none_or(|(text, function)| {
        text.contains(&format!("fn {function}(")) || text.contains(&format!("fn {function}<"))
    })
}

fn is_test(name: &str) -> bool {
    look_up(name).is_none_or(|(text, function)| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let after = |pair: &[&str]| {
            pair[0].starts_with("#[")
                && pair[0].ends_with("test]")
                && pair[1].contains(&format!("fn {function}("))
        };
        // Or a claim in one of the lists that make tests of claims (`tests/it/harness/protocol.rs`).
        let is_listed = || lines.contains(&&*format!("{function},")) && exists(name);
        lines.windows(2).any(after) || is_listed()
    })
}
