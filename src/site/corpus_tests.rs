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

#[test]
fn the_corpus_of_forwarded_holds() {
    replay("forwarded", checks::forwarded::check);
}

#[test]
fn the_corpus_of_markdown_holds() {
    replay("markdown", checks::markdown::check);
}

/// Every list of up to three members, of each coding and of what is more than one, with every kind
/// of weight.
#[test]
fn every_short_list_of_codings_holds() {
    let weights = ["", ";q=0", ";q=0.5", ";q=1.0", ";q=9"];
    let members: Vec<String> = { ["br", "gzip", "identity", "*", "deflate"].iter() }
        .flat_map(|name| weights.iter().map(move |weight| format!("{name}{weight}")))
        .collect();
    every_short_list(&members, checks::accept_encoding::check);
}

/// Every list of up to three members, of ranges that lie within, across, outside, or are none.
#[test]
fn every_short_list_of_ranges_holds() {
    let members = [
        "", "0-", "0-0", "5-9", "150-159", "300-", "-0", "-1", "-200", "9-5", "-", "x",
    ];
    for size in ["0", "1", "9", "160", "400", "18446744073709551615"] {
        every_short_list(&members.map(str::to_owned), |list| {
            checks::range::check(&[size.as_bytes(), b"\nbytes=", list].concat());
        });
    }
}

fn every_short_list(members: &[String], check: impl Fn(&[u8])) {
    for first in members {
        check(first.as_bytes());
        for second in members {
            check(format!("{first}, {second}").as_bytes());
            for third in members {
                check(format!("{first}, {second}, {third}").as_bytes());
            }
        }
    }
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
            for byte in *b"./%\\\0-,0 9;=q*<[(:#" {
                check(&[before, &[byte], after].concat());
            }
        }
        files += 1;
    }
    assert!(files > 0, "the corpus of {target} is empty");
}
