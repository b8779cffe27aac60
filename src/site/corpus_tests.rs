//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/site/`.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/site/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the checks are public in `fuzz/` and private here"
)]
mod checks;

#[test]
fn the_corpus_of_range_holds() {
    replay("range", checks::range::check);
}

#[test]
fn the_corpus_of_path_holds() {
    replay("path", checks::path::check);
}

#[test]
fn the_corpus_of_accept_encoding_holds() {
    replay("accept_encoding", checks::accept_encoding::check);
}

/// Checks every file, and every file with each of its bytes left out, doubled or replaced: chance
/// without a fuzzer finds less, but it is there in every run of the tests.
fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut files = 0;
    for entry in fs::read_dir(corpus.join(target)).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        check(&bytes);
        for at in 0..bytes.len().min(256) {
            let (before, after) = (&bytes[..at], &bytes[at + 1..]);
            check(&[before, after].concat());
            check(&[before, &bytes[at..=at], &bytes[at..]].concat());
            for byte in *b"./%\\\0-,0 9;=q*" {
                check(&[before, &[byte], after].concat());
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus of {target} is empty");
}
