//! The catalogues and the code hold each other: a text that nobody says is a text nobody corrects.

use std::fmt::Write as _;

use hello::i18n::{self, Language};
use http::StatusCode;

use crate::repository;

/// What a key begins with when the code makes the rest of it: a word that stands in the code.
const FAMILIES: [&str; 10] = [
    "limit-",
    "option-",
    "error-",
    "hint-",
    "refusal-",
    "reason-",
    "ending-",
    "probe-",
    "tui-ending-",
    "tui-state-",
];

/// What a key ends with that belongs to the one without it.
const COMPANIONS: [&str; 5] = ["-about", "-reason", "-consequence", "-text", "-title"];

#[test]
fn every_text_is_said_somewhere() {
    let code = everything();
    let mut unsaid = String::new();
    for (key, _) in i18n::keys(Language::English) {
        if !is_said(&key, &code) {
            writeln!(unsaid, "  {key}").unwrap();
        }
    }
    assert!(
        unsaid.is_empty(),
        "nobody says these: delete them from every catalogue\n{unsaid}"
    );
}

fn is_said(key: &str, code: &str) -> bool {
    let stands = |word: &str| code.contains(&format!("\"{word}\""));
    if stands(key) || code.contains(&format!("{{{{{key}}}}}")) {
        return true;
    }
    let key = { COMPANIONS.iter() }
        .find_map(|end| key.strip_suffix(end))
        .unwrap_or(key);
    if let Some(number) = key.strip_prefix("status-") {
        return number == "other" || is_a_status(number, code);
    }
    { FAMILIES.iter() }
        .filter_map(|family| key.strip_prefix(family))
        .any(stands)
}

/// Whether the code names a status, as in `StatusCode::NOT_FOUND`.
fn is_a_status(number: &str, code: &str) -> bool {
    let name = { number.parse().ok() }
        .and_then(|number| StatusCode::from_u16(number).ok())
        .and_then(|status| status.canonical_reason());
    name.is_some_and(|name| {
        let name = name.to_uppercase().replace([' ', '-'], "_");
        code.contains(&format!("StatusCode::{name}")) || code.contains(&format!("S::{name}"))
    })
}

/// The code of the program and the engine, and the pages.
fn everything() -> String {
    let folders = ["src", "crates/hello-http1/src"];
    let code = folders.into_iter().flat_map(repository::rust_files);
    let mut all: String = code.map(|text| text.content).collect();
    for page in ["assets/index.html", "assets/error.html"] {
        all.push_str(&repository::read(page));
    }
    all
}
