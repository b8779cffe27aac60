//! What is kept of many folders together: how much, whose, and when it goes.
//!
//! Time is a number here, as in `tests.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use super::tests::{AFTER_MS, content_of, found};
use super::*;

const MEMORY: u64 = 1 << 20;
const OPEN: usize = 16;

fn limits() -> FileSettings {
    FileSettings {
        memory_bytes_max: MEMORY,
        open_files_max: OPEN,
        ..FileSettings::default()
    }
}

/// A folder with a file that is kept in memory and one that is kept open, which say who they are.
fn of_name(parent: &Path, name: &str) -> PathBuf {
    let folder = parent.join(name);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("small"), name).unwrap();
    let large = fs::File::create(folder.join("large")).unwrap();
    large.set_len(100_000).unwrap();
    folder
}

/// Descriptors of this process that lead to large files below a folder.
fn open_below(folder: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let leads_to = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    leads_to
        .filter(|path| path.starts_with(folder) && path.ends_with("large"))
        .count()
}

fn text(files: &Files, path: &str, tick: u64) -> String {
    content_of(&found(files, path, tick).unwrap().response())
}

#[test]
fn folders_together_take_what_is_set_however_many_they_are() {
    let place = tempfile::tempdir().unwrap();
    let cache = FileCache::of(&limits());
    let tick = clock::tick_ms();
    let mut all = Vec::new();
    for n in 0..300 {
        let folder = of_name(place.path(), &n.to_string());
        let files = Files::new(&folder, &limits(), &cache).unwrap();
        assert_eq!(text(&files, "/small", tick), n.to_string());
        found(&files, "/large", tick).unwrap();
        all.push(files);
        let counts = cache.counts();
        assert!(counts.bytes <= MEMORY && counts.open_files <= OPEN as u64);
    }
    assert_eq!(open_below(place.path()), OPEN);
    // 4 KiB and two names each; all of it is used.
    let counts = cache.counts();
    assert!(counts.bytes > MEMORY - 2 * 4110, "{counts:?}");
    // And all of it is there for a single one.
    let busy = &all[0];
    let names: Vec<_> = (0..240).map(|n| format!("/{n:03}")).collect();
    for name in &names {
        fs::write(place.path().join("0").join(&name[1..]), "busy").unwrap();
    }
    for name in &names {
        for _ in 0..2 {
            found(busy, name, tick).unwrap();
        }
    }
    let kept = names
        .iter()
        .filter(|name| busy.fresh(name.as_bytes(), tick).is_some());
    assert!(kept.count() > 230);
    assert!(cache.counts().bytes <= MEMORY);
}

#[test]
fn a_file_is_never_taken_for_that_of_another_folder() {
    let place = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| of_name(place.path(), name));
    let cache = FileCache::of(&limits());
    let tick = clock::tick_ms();
    let open = |folder: &Path| Files::new(folder, &limits(), &cache).unwrap();
    let [first, second] = [open(&a), open(&b)];
    for _ in 0..2 {
        assert_eq!(text(&first, "/small", tick), "a");
        assert_eq!(text(&second, "/small", tick), "b");
    }
    // The folder of the first is served no more, and another in its place.
    drop(first);
    let third = open(&b);
    assert!(third.fresh(b"/small", tick).is_none());
    assert_eq!(text(&third, "/small", tick), "b");
}

#[test]
fn a_folder_that_is_served_no_more_takes_its_files_along() {
    let place = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| of_name(place.path(), name));
    let cache = FileCache::of(&limits());
    let tick = clock::tick_ms();
    let [first, second] = [&a, &b].map(|folder| Files::new(folder, &limits(), &cache).unwrap());
    for files in [&first, &second] {
        text(files, "/small", tick);
        found(files, "/large", tick).unwrap();
    }
    first.cache.hit(3);
    assert_eq!(open_below(&a), 1);
    drop(first);
    assert_eq!(open_below(&a), 0);
    let counts = cache.counts();
    assert_eq!((counts.files, counts.open_files, counts.hits), (1, 1, 3));
    for name in ["/small", "/large"] {
        assert!(second.fresh(name.as_bytes(), tick).is_some(), "{name}");
    }
}

#[test]
fn files_below_a_root_that_was_replaced_are_let_go() {
    let place = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| of_name(place.path(), name));
    let root = place.path().join("current");
    std::os::unix::fs::symlink(&a, &root).unwrap();
    let cache = FileCache::of(&limits());
    let tick = clock::tick_ms();
    let [files, other] = [&root, &b].map(|path| Files::new(path, &limits(), &cache).unwrap());
    for files in [&files, &other] {
        found(files, "/large", tick).unwrap();
    }
    assert_eq!(text(&files, "/small", tick), "a");
    fs::remove_file(&root).unwrap();
    std::os::unix::fs::symlink(&b, &root).unwrap();
    assert_eq!(text(&files, "/small", tick + AFTER_MS), "b");
    assert_eq!(open_below(&a), 0);
    assert!(other.fresh(b"/large", tick).is_some(), "that of another");
    assert_eq!(cache.counts().files, 1);
}

#[test]
fn what_fits_stays_when_there_is_to_be_more_or_less_of_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = of_name(place.path(), "a");
    let cache = FileCache::of(&limits());
    let files = Files::new(&folder, &limits(), &cache).unwrap();
    let tick = clock::tick_ms();
    for n in 0..100 {
        fs::write(folder.join(n.to_string()), "x").unwrap();
        found(&files, &format!("/{n}"), tick).unwrap();
    }
    for (bytes_max, kept) in [
        (2 * MEMORY, 100),
        (MEMORY, 100),
        (10 * 4200, 10),
        (0, 0),
        (MEMORY, 0),
    ] {
        cache.resize(bytes_max);
        let counts = cache.counts();
        assert_eq!(counts.files, kept, "{bytes_max}");
        assert!(counts.bytes <= bytes_max);
    }
    found(&files, "/1", tick).unwrap();
    assert!(files.fresh(b"/1", tick).is_some(), "there is room again");
}
