//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/config/`.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/config/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the checks are public in `fuzz/` and private here"
)]
mod checks;

#[test]
fn the_corpus_of_config_holds() {
    replay("config", b"", checks::file::check);
}

#[test]
fn the_corpus_of_pattern_holds() {
    replay("pattern", b"/*{}%.\n2Ff:\0\xff", checks::pattern::check);
}

/// Checks every file, and every file with each of its bytes replaced by each of these.
fn replay(target: &str, others: &[u8], check: impl Fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut files = 0;
    for entry in fs::read_dir(corpus.join(target)).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        check(&bytes);
        for at in 0..bytes.len() {
            for byte in others {
                let mut changed = bytes.clone();
                changed[at] = *byte;
                check(&changed);
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus is empty");
}
