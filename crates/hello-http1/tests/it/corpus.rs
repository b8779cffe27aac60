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

/// Checks every file, and some that differ from it by a few bytes: chance
/// without a fuzzer finds less, but it is there in every run of the tests.
fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the corpus is part of the repository")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    for (seed, file) in files.iter().enumerate() {
        let bytes = fs::read(file).expect("a readable file");
        check(&bytes);
        let mut chance = checks::script::Chance(seed as u64);
        for _ in 0..100 {
            check(&mutant(bytes.clone(), &mut chance));
        }
    }
}

/// Changes, removes or doubles a few bytes.
fn mutant(mut bytes: Vec<u8>, chance: &mut checks::script::Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        match chance.below(4) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, bytes[at]),
            2 => bytes[at] = b"\r\n \t:;,0aA/%\0\x7f\xff\""[chance.below(16)],
            _ => bytes[at] ^= 1 << chance.below(8),
        }
    }
    bytes
}
