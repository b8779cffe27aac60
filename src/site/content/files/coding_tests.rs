//! Forms of a file that have fewer bytes: when they are made, looked for and forgotten.
//!
//! Time is a number here, as in `tests.rs`.

use std::fs;
use std::time::Duration;

use bytes::Bytes;

use super::coding::Coded;
use super::entry::{Content, Facts};
use super::find::facts;
use super::tests::{AFTER_MS, content_of, files, found, set_modified};
use super::*;
use crate::exchange::Coding;
use crate::site::trace::Untraced;

/// A file whose times can be trusted, which takes a tick of the kernel's clock.
fn found_settled(files: &Files, path: &str) -> (Arc<Entry>, u64) {
    let mut tick = clock::tick_ms();
    loop {
        let entry = found(files, path, tick).unwrap();
        if entry.is_settled() {
            return (entry, tick);
        }
        tick += AFTER_MS;
    }
}

/// What a client gets that accepts this.
fn in_form(files: &Arc<Files>, path: &str, accepted: &str, entry: &Arc<Entry>) -> Response {
    let fields = vec![("accept-encoding", accepted.as_bytes())];
    let request = Request {
        method: &http::Method::GET,
        scheme: crate::exchange::Scheme::Http,
        path: path.as_bytes(),
        query: None,
        authority: None,
        is_misdirected: false,
        proof: None,
        told_scheme: None,
        offer: None,
        body_bytes: Some(0),
        fields: &fields,
        peer: &crate::exchange::Peer::Unix,
        tick_ms: 0,
    };
    let path = FilePath::decode(path.as_bytes()).unwrap();
    let response = files.in_form(&path, entry, &request, 0, &Untraced);
    response.unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Does what was ordered, here and now; how much that was.
fn compress_all(files: &Files) -> usize {
    let mut done = 0;
    while files.compressor.do_one(|job| files.make(job)) {
        done += 1;
    }
    done
}

#[test]
fn a_form_is_made_behind_the_first_answer_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page.txt"), "page ".repeat(1000)).unwrap();
    let files = Arc::new(files(folder.path()));
    let (entry, _) = found_settled(&files, "/page.txt");
    let held = files.cache.held().0;
    for _ in 0..3 {
        assert_eq!(in_form(&files, "/page.txt", "br", &entry).coding(), None);
    }
    assert_eq!(compress_all(&files), 1, "ordered three times, made once");
    assert_eq!(
        files.cache.held().0,
        held + 4096 + 17,
        "it counts, with both names"
    );
    for _ in 0..3 {
        let response = in_form(&files, "/page.txt", "br", &entry);
        assert_eq!(response.coding(), Some(Coding::Brotli));
        // Who takes another coding has it made too.
        let response = in_form(&files, "/page.txt", "gzip", &entry);
        assert_eq!(response.coding(), None);
    }
    assert_eq!(compress_all(&files), 1);
}

#[test]
fn what_does_not_pay_is_tried_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    });
    let noise: Vec<u8> = noise.take(5000).collect();
    fs::write(folder.path().join("noise.txt"), noise).unwrap();
    let files = Arc::new(files(folder.path()));
    let (entry, _) = found_settled(&files, "/noise.txt");
    in_form(&files, "/noise.txt", "br", &entry);
    assert_eq!(compress_all(&files), 1);
    for accepted in ["br", "gzip", "zstd"] {
        let response = in_form(&files, "/noise.txt", accepted, &entry);
        assert_eq!(response.coding(), None, "{accepted}");
    }
    assert_eq!(compress_all(&files), 0);
}

#[test]
fn where_nothing_can_be_kept_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page.txt"), "page ".repeat(1000)).unwrap();
    for (memory_bytes_max, is_made) in [(0, false), (16 * 4999, false), (16 * 5000, true)] {
        let settings = FileSettings {
            memory_bytes_max,
            ..FileSettings::default()
        };
        let files = Arc::new(Files::alone(folder.path(), &settings).unwrap());
        let (entry, _) = found_settled(&files, "/page.txt");
        in_form(&files, "/page.txt", "br", &entry);
        assert_eq!(
            compress_all(&files),
            usize::from(is_made),
            "{memory_bytes_max}"
        );
    }
}

/// Between two looks nobody asks the disk for siblings, and after it somebody does.
#[test]
fn siblings_are_looked_at_with_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let (page, sibling) = (
        folder.path().join("page.txt"),
        folder.path().join("page.txt.gz"),
    );
    fs::write(&page, "page ".repeat(1000)).unwrap();
    let files = Arc::new(files(folder.path()));
    let (entry, tick) = found_settled(&files, "/page.txt");
    fs::write(&sibling, "sibling").unwrap();
    let at = |tick| found(&files, "/page.txt", tick).unwrap();
    assert!(Arc::ptr_eq(&at(tick + AFTER_MS - 1), &entry));
    let entry = at(tick + AFTER_MS);
    let response = in_form(&files, "/page.txt", "gzip", &entry);
    assert_eq!(content_of(&response), "sibling");
    // Older than its file, and renamed: no good any more, though its content is the same.
    set_modified(&sibling, 1_000_000_000);
    let entry = at(tick + 2 * AFTER_MS);
    assert_eq!(in_form(&files, "/page.txt", "gzip", &entry).coding(), None);
    set_modified(&page, 1_000_000_000);
    let entry = at(tick + 3 * AFTER_MS);
    let response = in_form(&files, "/page.txt", "gzip", &entry);
    assert_eq!(response.coding(), Some(Coding::Gzip), "of the same age");
    fs::rename(&sibling, folder.path().join("elsewhere")).unwrap();
    let entry = at(tick + 4 * AFTER_MS);
    assert_eq!(in_form(&files, "/page.txt", "gzip", &entry).coding(), None);
}

/// Two writes within a tick of the kernel's clock leave the same times, those of a sibling too: what
/// was read before it is over is not kept for what comes after.
#[test]
fn a_sibling_that_was_read_too_young_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page.txt"), "page ".repeat(100)).unwrap();
    fs::write(folder.path().join("page.txt.gz"), "new").unwrap();
    let files = Arc::new(files(folder.path()));
    let (entry, _) = found_settled(&files, "/page.txt");
    let place = files.root.place(0, Patience::Plenty).unwrap();
    let read_at = |now| {
        let opened = place.open_file(b"page.txt.gz", Patience::Plenty).unwrap();
        let facts = Facts {
            coded: Some(Coded {
                coding: Coding::Gzip,
                is_made: false,
                name: b"page.txt"[..].into(),
            }),
            ..facts(&place, b"page.txt.gz"[..].into(), &opened, 0)
        };
        let content = Content::Memory(Bytes::from_static(b"old"));
        let presentation = &files.presentation;
        Arc::new(Entry::new(
            entry.generation,
            facts,
            content,
            presentation,
            now,
        ))
    };
    let written = folder.path().join("page.txt.gz").metadata().unwrap();
    let written = written.modified().unwrap();
    for (now, expected) in [
        (written, "new"),
        (written + Duration::from_hours(1), "old"), // what is kept is what is sent
    ] {
        files.cache.put(b"/page.txt", &read_at(now));
        let response = in_form(&files, "/page.txt", "gzip", &entry);
        assert_eq!(content_of(&response), expected);
    }
}
