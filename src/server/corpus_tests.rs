//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/server/`.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/server/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the checks are public in `fuzz/` and private here"
)]
mod checks;

/// Checks every file, and every file with each of its first bytes left out or replaced by a few others.
#[test]
fn the_corpus_of_first_bytes_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/first_bytes");
    let mut files = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        checks::first_bytes::check(&bytes);
        for at in 0..bytes.len().min(32) {
            let (before, after) = (&bytes[..at], &bytes[at + 1..]);
            checks::first_bytes::check(&[before, after].concat());
            for byte in *b"\x16\r\n P\0" {
                checks::first_bytes::check(&[before, &[byte], after].concat());
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus is empty");
}
