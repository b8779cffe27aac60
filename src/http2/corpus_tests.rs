//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/http2/`.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/http2/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the checks are public in `fuzz/` and private here"
)]
mod checks;

/// Checks every file, and every file with each of its bytes replaced by a few others.
#[test]
fn the_corpus_of_frames_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/http2_frames");
    let mut files = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        checks::frames::check(&bytes);
        for at in 0..bytes.len().min(64) {
            for byte in [0, 1, 4, 9, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[at] = byte;
                checks::frames::check(&changed);
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus is empty");
}
