//! Replays what the fuzzers know: `fuzz/corpus/` through the checks of `fuzz/src/net/`.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/net/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the checks are public in `fuzz/` and private here"
)]
mod checks;

/// Checks every file, and every file with each of its bytes replaced by a few others.
#[test]
fn the_corpus_of_proxy_protocol_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/proxy_protocol");
    let mut files = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        checks::proxy_protocol::check(&bytes);
        for at in 0..bytes.len() {
            for byte in [
                0, b' ', b'.', b':', b'0', b'9', b'\r', b'\n', 0x11, 0x21, 0x20, 0xff,
            ] {
                let mut changed = bytes.clone();
                changed[at] = byte;
                checks::proxy_protocol::check(&changed);
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus is empty");
}
