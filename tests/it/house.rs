//! The laws of the house that no compiler checks.
//!
//! Each fails with a sentence that says what to do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::repository::{self, Text};

/// Which rooms a room may name, in the order bytes travel. `clock` and `tasks` are open to all.
///
/// An arrow points up this table and nowhere else: a room may be understood, tested and replaced
/// without what stands below it.
const MAY_IMPORT: [(&str, &[&str]); 18] = [
    ("clock", &[]),
    ("tasks", &[]),
    // Memory that is written once: the site fills it, and who sends may hand it over.
    ("lasting", &[]),
    ("exchange", &[]),
    ("i18n", &[]),
    ("config", &["exchange", "i18n"]),
    ("observe", &["exchange", "i18n", "config"]),
    ("net", &["lasting", "exchange", "observe"]),
    // Who we are, and what is sealed: on top of a socket, beneath every protocol.
    ("tls", &["exchange", "config", "observe", "net"]),
    // The site decides answers: it has never heard of sockets or protocols.
    (
        "site",
        &["lasting", "exchange", "i18n", "config", "observe"],
    ),
    // What all protocols' drivers share.
    (
        "driving",
        &["exchange", "i18n", "observe", "net", "tls", "site"],
    ),
    // Protocols never name each other.
    (
        "http1",
        &[
            "lasting", "exchange", "i18n", "observe", "net", "tls", "site", "driving",
        ],
    ),
    (
        "http2",
        &[
            "exchange", "i18n", "observe", "net", "tls", "site", "driving",
        ],
    ),
    // The full-screen view reads what is observed, and touches nothing.
    ("tui", &["exchange", "i18n", "observe"]),
    // Two processes, one of which asks the other what it does.
    ("control", &["exchange", "config", "observe"]),
    // Stores of certificates, handed to it: it knows neither who made them nor who wants it.
    ("trust", &[]),
    // It joins the rooms, and says nothing itself: `cli` and `observe` have the words.
    (
        "server",
        &[
            "exchange", "config", "observe", "net", "tls", "site", "driving", "http1", "http2",
            "tui", "control", "trust",
        ],
    ),
    // What another process says is shown by the same code as what happens here.
    (
        "cli",
        &[
            "exchange", "i18n", "config", "observe", "tui", "control", "server",
        ],
    ),
];

/// The rooms that may name the engine: its driver, those who write its limits down, and who shares
/// its opinion of what a request may be.
const MAY_IMPORT_THE_ENGINE: [&str; 4] = ["config", "driving", "http1", "http2"];

const OPEN_TO_ALL: [&str; 2] = ["clock", "tasks"];

#[test]
fn rooms_name_only_rooms_above_them() {
    for Text { path, content } in repository::rust_files("src") {
        let Some(room) = room_of(&path) else {
            continue;
        };
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == room) else {
            panic!(
                "{path}: the room `{room}` has no row in MAY_IMPORT; add it where bytes pass it"
            );
        };
        for named in rooms_named(&content) {
            let is_allowed =
                named == room || OPEN_TO_ALL.contains(&&named[..]) || allowed.contains(&&named[..]);
            assert!(
                is_allowed,
                "{path} names `crate::{named}`, which `{room}` may not: pass in what it needs from \
                 `server`, or move the noun they share to `exchange`"
            );
        }
        let names_engine = without_tests(&content).contains("hello_http1");
        assert!(
            !names_engine || MAY_IMPORT_THE_ENGINE.contains(&room),
            "{path} names the HTTP/1.1 engine: only its driver `http1` speaks with it"
        );
    }
}

#[test]
fn the_table_of_rooms_is_the_list_of_rooms() {
    for (place, (room, allowed)) in MAY_IMPORT.iter().enumerate() {
        for named in *allowed {
            let above = MAY_IMPORT[..place].iter().any(|(name, _)| name == named);
            assert!(above, "`{room}` may name `{named}`, which is not above it");
        }
    }
    let library = repository::read("src/lib.rs");
    let listed: Vec<&str> = { library.lines() }
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let table = MAY_IMPORT.map(|(room, _)| room);
    assert_eq!(
        listed, table,
        "src/lib.rs and MAY_IMPORT tell the same order"
    );
}

/// A room with floors: its folders stand in its `mod.rs` in an order of their own.
const ROOM_OF_FLOORS: &str = "observe";

#[test]
fn folders_of_a_room_with_floors_name_only_folders_above_them() {
    let here = format!("crate::{ROOM_OF_FLOORS}::");
    let list = repository::read(&format!("src/{ROOM_OF_FLOORS}/mod.rs"));
    let floors: Vec<&str> = { list.lines() }
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .filter_map(|name| name.strip_suffix(';'))
        .collect();
    assert!(floors.len() > 5, "the folders were found: {floors:?}");
    for Text { path, content } in repository::rust_files(&format!("src/{ROOM_OF_FLOORS}")) {
        let parts: Vec<&str> = path.split('/').collect();
        let [_, _, folder, .., file] = parts[..] else {
            let is_of_all = ["mod.rs", "limits.rs"].contains(&parts[parts.len() - 1]);
            assert!(is_of_all, "{path}: put it into the folder it belongs to");
            continue;
        };
        let place = floors.iter().position(|floor| *floor == folder);
        let above = &floors[..place.expect("the compiler knows every folder")];
        let code = without_comments(without_tests(&content));
        for named in code.split(&here).skip(1).map(first_name) {
            let named = named.unwrap_or_default();
            assert!(
                above.contains(&&named[..]),
                "{path} names `{here}{named}`, which is no folder above `{folder}`: say which \
                 folder it takes it from, pass it in, or move what both need to a folder above"
            );
        }
        let is_top = file == "mod.rs" && parts.len() == 4;
        let climbs = code.contains("super::super::") || (is_top && code.contains("super::"));
        assert!(!climbs, "{path} says `super::` where it means `{here}`");
    }
}

#[test]
fn every_file_opens_with_its_purpose() {
    for Text { path, content } in repository::rust_files(".") {
        assert!(
            content.starts_with("//! "),
            "{path} does not say what it is for: begin it with `//! `"
        );
    }
}

#[test]
fn tests_neither_sleep_nor_are_skipped() {
    // In two halves, so that this file does not find itself.
    let forbidden = [
        (concat!("#[ig", "nore"), "make it pass, or delete it"),
        (
            concat!("should_", "panic"),
            "catch what is expected and look at it",
        ),
        (
            concat!("sle", "ep("),
            "wait for the journal, a socket or a channel",
        ),
        (
            concat!("Instant::", "now"),
            "count work, or ask hello::clock",
        ),
    ];
    let folders = ["tests", "crates/hello-http1/tests"];
    for Text { path, content } in folders.into_iter().flat_map(repository::rust_files) {
        for (what, instead) in forbidden {
            // The engine's tests have to begin their time somewhere, and say why.
            let excused = content.contains("an Instant has no other beginning");
            assert!(
                !content.contains(what) || (what.starts_with("Instant") && excused),
                "{path} has `{what}`: {instead}"
            );
        }
    }
}

#[test]
fn every_path_in_the_documents_exists() {
    let files: Vec<PathBuf> = repository::files();
    let mut missing = Vec::new();
    for Text { path, content } in repository::documents() {
        for name in repository::quoted(&content) {
            let file = name.split("::").next().and_then(path_in);
            if file.is_some_and(|file| !exists(&file, &files)) {
                missing.push(format!("{path} names `{name}`"));
            }
        }
        for link in links(&content) {
            let target = repository::root().join(&path).with_file_name(link);
            if !target.exists() {
                missing.push(format!("{path} links to {link}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "these do not exist: correct the documents.\n{}",
        missing.join("\n")
    );
}

/// Whether it is the path of a file of ours, or its end.
fn path_in(name: &str) -> Option<String> {
    const FOLDERS: [&str; 9] = [
        "src/", "crates/", "docs/", "tests/", "bench/", "fuzz/", "locales/", "assets/", ".ci/",
    ];
    let is_pattern = |c: char| c.is_ascii_uppercase() || "*{}<> …".contains(c);
    let in_folder = FOLDERS.iter().any(|folder| name.starts_with(folder));
    let is_code = Path::new(name).extension().is_some_and(|end| end == "rs");
    let ours = (in_folder || is_code) && !name.contains(is_pattern);
    ours.then(|| name.replacen("engine/", "crates/hello-http1/src/", 1))
}

fn exists(name: &str, files: &[PathBuf]) -> bool {
    repository::root().join(name).exists() || files.iter().any(|file| file.ends_with(name))
}

/// The targets of links within the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|target| !target.is_empty() && !target.contains(':'))
}

#[test]
fn every_attack_is_held_off_by_a_test_that_exists() {
    let known = repository::functions();
    let Some(attacks) = repository::try_read("docs/attacks.md") else {
        return;
    };
    let rows = attacks.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        let cells: Vec<&str> = row.trim().trim_matches('|').split(" | ").collect();
        let [_, _, tests] = cells[..] else {
            continue;
        };
        for name in repository::quoted(tests).filter(|name| name.contains('_')) {
            let target = format!("fuzz/fuzz_targets/{name}.rs");
            assert!(
                known.contains(name) || repository::root().join(target).exists(),
                "docs/attacks.md names the test `{name}`, which does not exist: {row}"
            );
        }
    }
}

/// The room a file of `src/` belongs to; none for `main.rs` and `lib.rs`.
fn room_of(path: &str) -> Option<&str> {
    let within = path.strip_prefix("src/")?;
    match within.split_once('/') {
        Some((room, _)) => Some(room),
        None => within
            .strip_suffix(".rs")
            .filter(|file| !["main", "lib"].contains(file)),
    }
}

/// The rooms that a file names, wherever it does: in `use` lines or in the middle of a sentence.
fn rooms_named(content: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in without_comments(content).split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => named.extend(first_name(rest)),
            Some(list) => {
                let (mut depth, mut at_start) = (0, true);
                for (place, character) in list.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => at_start = true,
                        c if at_start && depth == 0 && !c.is_whitespace() => {
                            named.extend(first_name(&list[place..]));
                            at_start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    named
}

/// The name at the start, if it is that of a module.
fn first_name(text: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let name: String = text.chars().take_while(|c| is_name(*c)).collect();
    (!name.is_empty()).then_some(name)
}

fn without_comments(content: &str) -> String {
    { content.lines() }
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

fn without_tests(content: &str) -> &str {
    content
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default()
}

#[test]
fn rooms_are_found_wherever_they_are_named() {
    let code = "use crate::{clock, net::{Door, Permit},\n observe};\n// crate::cli\n\
                fn a() -> crate::site::Site { x }";
    let expected = ["clock", "net", "observe", "site"].map(str::to_owned);
    assert_eq!(rooms_named(code), BTreeSet::from(expected));
}
