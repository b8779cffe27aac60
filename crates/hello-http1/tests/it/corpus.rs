//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/http1/`.

use std::fs;
use std::path::Path;

#[path = "../../../../fuzz/src/http1/mod.rs"]
pub mod checks;

#[test]
fn the_corpus_of_http1_cuts_holds() {
    replay("http1_cuts", checks::cuts::check);
}

#[test]
fn the_corpus_of_http1_dialogue_holds() {
    replay("http1_dialogue", checks::dialogue::check);
}

#[test]
fn the_corpus_of_chunked_holds() {
    replay("chunked", checks::chunked::check);
}

#[test]
fn the_corpus_of_target_holds() {
    replay("target", checks::target::check);
}

/// Chance without a fuzzer: no coverage, but in every run of the tests.
#[test]
fn programs_by_chance_hold() {
    let mut chance = checks::script::Chance(9112);
    for _ in 0..3000 {
        let length = chance.below(200);
        let program: Vec<u8> = (0..length)
            .map(|_| chance.below(256).to_le_bytes()[0])
            .collect();
        checks::dialogue::check(&program);
    }
}

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is part of the repository") {
        check(&fs::read(entry.expect("a file").path()).expect("a readable file"));
        files += 1;
    }
    assert!(files > 0, "{} is empty", folder.display());
}
