//! What was looked for in vain, and comes. Time is a number here, as in `tests.rs`.

use std::fs;

use super::tests::{AFTER_MS, files, found};
use super::*;

/// What is known of a path at a tick without waiting: nothing, if the disk would have to be asked.
fn known(files: &Arc<Files>, path: &str, tick: u64) -> Option<Result<u16, Reason>> {
    let fields: Vec<(&str, &[u8])> = Vec::new();
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
        fields: &fields,
        peer: &crate::exchange::Peer::Unix,
        tick_ms: tick,
        body_bytes: Some(0),
    };
    let answer = files.answer(&request, tick, &Untraced).ok()?;
    Some(answer.map(|response| response.status().as_u16()))
}

const MISSING: Option<Result<u16, Reason>> = Some(Err(Reason::NoSuchFile));

/// Looks for a path in vain, first with patience: from then on the system knows without a disk.
fn look_in_vain(files: &Arc<Files>, path: &str, tick: u64) {
    assert!(found(files, "/404.html", tick).is_err());
    assert_eq!(found(files, path, tick).err(), Some(Reason::NoSuchFile));
    assert_eq!(known(files, path, tick), MISSING);
}

#[test]
fn what_was_missing_is_looked_for_again_when_its_look_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let (files, start) = (Arc::new(files(folder.path())), clock::tick_ms());
    look_in_vain(&files, "/page", start);
    fs::write(folder.path().join("page"), "hi").unwrap();
    assert_eq!(known(&files, "/page", start + AFTER_MS - 1), MISSING);
    assert_ne!(known(&files, "/page", start + AFTER_MS), MISSING);
}

#[test]
fn where_files_are_followed_nothing_is_taken_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = FileSettings {
        changes: Changes::Followed,
        ..FileSettings::default()
    };
    let files = Arc::new(Files::alone(folder.path(), &settings).unwrap());
    let start = clock::tick_ms();
    look_in_vain(&files, "/page", start);
    fs::write(folder.path().join("page"), "hi").unwrap();
    assert_ne!(known(&files, "/page", start), MISSING);
}

#[test]
fn what_is_missing_in_one_root_may_be_in_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("root")).unwrap();
    fs::create_dir(path("next")).unwrap();
    fs::write(path("next/page"), "hi").unwrap();
    let (files, start) = (Arc::new(files(&path("root"))), clock::tick_ms());
    look_in_vain(&files, "/page", start + AFTER_MS / 2);
    fs::rename(path("root"), path("last")).unwrap();
    fs::rename(path("next"), path("root")).unwrap();
    // Now the root is looked at again, and nothing is known of what is in it.
    assert!(found(&files, "/other", start + AFTER_MS).is_err());
    assert_ne!(known(&files, "/page", start + AFTER_MS), MISSING);
    assert!(found(&files, "/page", start + AFTER_MS).is_ok());
    assert_eq!(known(&files, "/page", start + AFTER_MS), Some(Ok(200)));
}

#[test]
fn the_page_for_what_is_missing_is_seen_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (files, start) = (Arc::new(files(folder.path())), clock::tick_ms());
    look_in_vain(&files, "/one", start);
    look_in_vain(&files, "/other", start + AFTER_MS - 1);
    fs::write(folder.path().join("404.html"), "nothing").unwrap();
    assert_eq!(known(&files, "/other", start + AFTER_MS - 1), MISSING);
    // Known to be missing is the name since a moment, but the page for longer.
    let tick = start + AFTER_MS;
    assert!(found(&files, "/404.html", tick).is_ok());
    assert_eq!(known(&files, "/other", tick), Some(Ok(404)));
}
