//! Files that change, go and come back between two looks; a root that does; a cache that is full.
//!
//! Time is a number here: a tick is what the test says it is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps};

use super::entry::{Content, Look};
use super::find::facts;
use super::*;
use crate::exchange::Body;
use crate::site::trace::Untraced;

pub(super) const AFTER_MS: u64 = 100;

pub(super) fn files(path: &Path) -> Files {
    Files::alone(path, &FileSettings::default()).unwrap()
}

/// What is at a path, at a tick, to somebody who can wait.
pub(super) fn found(files: &Files, path: &str, tick: u64) -> Result<Arc<Entry>, Reason> {
    let path = FilePath::decode(path.as_bytes())?;
    match files.find(&path, tick, Patience::Plenty, &Untraced) {
        Ok(Found::File(entry)) => Ok(entry),
        Ok(_) => panic!("a folder, or something else"),
        Err(Failure::Refused(reason)) => Err(reason),
        Err(Failure::WouldWait) => panic!("the pool would wait"),
    }
}

fn content(files: &Files, path: &str, tick: u64) -> Result<String, Reason> {
    found(files, path, tick).map(|entry| content_of(&entry.response()))
}

pub(super) fn content_of(response: &Response) -> String {
    match &response.body {
        Body::Parts(_) | Body::Stream(_) | Body::Takeover(_) => {
            panic!("a file is not made while it is sent")
        }
        Body::Empty => String::new(),
        Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Body::File(slice) => {
            let mut bytes = vec![0; usize::try_from(slice.len).unwrap()];
            let read = rustix::io::pread(slice.file.descriptor(), &mut bytes, slice.start).unwrap();
            bytes.truncate(read);
            String::from_utf8(bytes).unwrap()
        }
    }
}

/// Sets the time of the content, in seconds since 1970.
pub(super) fn set_modified(path: &Path, seconds: i64) {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    rustix::fs::utimensat(CWD, path, &times, AtFlags::empty()).unwrap();
}

#[test]
fn within_the_interval_nobody_looks_and_after_it_somebody_does() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    fs::write(&page, "old").unwrap();
    let files = files(folder.path());
    let start = clock::tick_ms();
    assert_eq!(content(&files, "/page", start), Ok("old".into()));
    fs::write(&page, "new").unwrap();
    assert_eq!(
        content(&files, "/page", start + AFTER_MS - 1),
        Ok("old".into())
    );
    assert_eq!(content(&files, "/page", start + AFTER_MS), Ok("new".into()));
}

#[test]
fn every_kind_of_change_is_seen_at_the_next_look() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    let other = folder.path().join("other");
    for size in [10, 200_000] {
        let files = files(folder.path());
        let text = |letter: &str| letter.repeat(size);
        let mut tick = clock::tick_ms();
        let mut expect = |change: &str, expected: Result<String, Reason>| {
            assert!(content(&files, "/page", tick) == expected, "{change}");
            tick += AFTER_MS;
        };
        fs::write(&page, text("a")).unwrap();
        expect("created", Ok(text("a")));
        fs::write(&page, text("b")).unwrap();
        expect("written in the same length", Ok(text("b")));
        set_modified(&page, 1_000_000_000);
        expect("time set back", Ok(text("b")));
        fs::write(&page, text("c")).unwrap();
        set_modified(&page, 1_000_000_000);
        expect("written, and the time set back", Ok(text("c")));
        fs::write(&other, text("d")).unwrap();
        set_modified(&other, 1_000_000_000);
        fs::rename(&other, &page).unwrap();
        expect("replaced by one of the same size and time", Ok(text("d")));
        fs::write(&page, "e").unwrap();
        expect("cut", Ok("e".into()));
        fs::write(&page, text("f")).unwrap();
        expect("grown", Ok(text("f")));
        fs::write(&page, "").unwrap();
        expect("emptied", Ok(String::new()));
        fs::remove_file(&page).unwrap();
        expect("deleted", Err(Reason::NoSuchFile));
        symlink("../x", &page).unwrap();
        expect("a link that leaves", Err(Reason::LeavesRoot));
        fs::remove_file(&page).unwrap();
        fs::write(&other, text("g")).unwrap();
        symlink("other", &page).unwrap();
        expect("a link that stays", Ok(text("g")));
        fs::remove_file(&page).unwrap();
        fs::write(&page, text("h")).unwrap();
        expect("back again", Ok(text("h")));
        fs::remove_file(&page).unwrap();
        fs::remove_file(&other).unwrap();
    }
}

#[test]
fn what_nobody_touched_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    fs::write(&page, "page").unwrap();
    let files = files(folder.path());
    let entry = settled(&files, "page");
    let place = files.root.place(0, Patience::Plenty).unwrap();
    let look = |tick| entry.look(&place, tick, Patience::None);
    assert!(!entry.is_fresh(1000, AFTER_MS));
    assert_eq!(look(1000), Ok(Look::Same));
    assert!(entry.is_fresh(1000 + AFTER_MS - 1, AFTER_MS));
    fs::rename(&page, folder.path().join("elsewhere")).unwrap();
    assert_eq!(look(2000), Ok(Look::Another));
}

/// An entry of a small file as it would be read an hour from now, when its times can be trusted.
fn settled(files: &Files, name: &str) -> Entry {
    entry_at(files, name, clock::wall() + Duration::from_hours(1))
}

fn entry_at(files: &Files, name: &str, now: SystemTime) -> Entry {
    let place = files.root.place(0, Patience::Plenty).unwrap();
    let opened = place.open_file(name.as_bytes(), Patience::Plenty).unwrap();
    let bytes = read::whole(&opened, Patience::Plenty).unwrap().unwrap();
    let facts = facts(&place, name.as_bytes().into(), &opened, 0);
    let content = Content::Memory(bytes.into());
    Entry::new(place.generation, facts, content, &files.presentation, now)
}

fn tag(entry: &Entry) -> String {
    let response = entry.response();
    let tag = response.fields().get(&http::header::ETAG).unwrap();
    tag.to_str().unwrap().to_owned()
}

/// Two writes within a tick of the kernel's clock leave the same time: until it is over, nobody
/// can tell the first content from the second.
#[test]
fn a_file_younger_than_a_tick_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    fs::write(&page, "page").unwrap();
    set_modified(&page, 1_000_000_000);
    let files = files(folder.path());
    let place = files.root.place(0, Patience::Plenty).unwrap();
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);

    let young = entry_at(&files, "page", written + Duration::from_millis(19));
    assert_eq!(tag(&young), "W/\"4-de0b6b3a7640000-young\"");
    assert_eq!(young.look(&place, 0, Patience::Plenty), Ok(Look::Another));

    let old = entry_at(&files, "page", written + Duration::from_millis(20));
    assert_eq!(tag(&old), "\"4-de0b6b3a7640000\"");
    // The time of change is now, which is later than that: it was set back, so somebody was here.
    assert_eq!(old.look(&place, 0, Patience::Plenty), Ok(Look::Another));

    let settled = settled(&files, "page");
    assert_eq!(tag(&settled), tag(&old));
    assert_eq!(settled.look(&place, 0, Patience::Plenty), Ok(Look::Same));
}

/// RFC 9110 §8.8.2.1: a modification in the future is told as one just now.
#[test]
fn a_file_from_the_future_was_modified_just_now() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page");
    fs::write(&page, "page").unwrap();
    set_modified(&page, 4_000_000_000);
    let files = files(folder.path());
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(3_000_000_000_500);
    let entry = entry_at(&files, "page", now);
    let response = entry.response();
    let modified = response.fields().get(&http::header::LAST_MODIFIED).unwrap();
    assert_eq!(modified, "Sat, 24 Jan 2065 05:19:59 GMT");
    assert!(tag(&entry).starts_with("W/"));
}

/// `current -> release-42`, then `-43`: at the next look nothing of the old release is served.
#[test]
fn another_root_under_the_same_name_is_served_at_the_next_look() {
    let top = tempfile::tempdir().unwrap();
    for release in ["release-42", "release-43"] {
        fs::create_dir(top.path().join(release)).unwrap();
        fs::write(top.path().join(release).join("page"), release).unwrap();
        fs::write(
            top.path().join(release).join("large"),
            release.repeat(10_000),
        )
        .unwrap();
    }
    let current = top.path().join("current");
    let switch_to = |release: &str| {
        let next = top.path().join("next");
        symlink(release, &next).unwrap();
        fs::rename(&next, &current).unwrap();
    };
    switch_to("release-42");
    let files = files(&current);
    let mut tick = clock::tick_ms();
    for release in ["release-42", "release-43", "release-42"] {
        switch_to(release);
        tick += AFTER_MS;
        assert_eq!(content(&files, "/page", tick), Ok(release.into()));
        let large = content(&files, "/large", tick).unwrap();
        assert!(large.starts_with(release));
        // In between, from the cache, without a look.
        let path = FilePath::decode(b"/page").unwrap();
        let fresh = files.fresh(path.as_bytes(), tick + AFTER_MS - 1).unwrap();
        assert_eq!(content_of(&fresh.response()), release);
        assert!(files.fresh(path.as_bytes(), tick + AFTER_MS).is_none());
    }
}

#[test]
fn a_root_that_goes_is_missed_and_comes_back() {
    let top = tempfile::tempdir().unwrap();
    let root = top.path().join("root");
    let away = top.path().join("away");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("page"), "page").unwrap();
    let files = files(&root);
    let mut tick = clock::tick_ms();
    let mut expect = |expected: Result<&str, Reason>| {
        tick += AFTER_MS;
        assert_eq!(content(&files, "/page", tick), expected.map(str::to_owned));
    };
    expect(Ok("page"));
    fs::rename(&root, &away).unwrap();
    expect(Err(Reason::RootGone));
    expect(Err(Reason::RootGone));
    fs::rename(&away, &root).unwrap();
    expect(Ok("page"));
    fs::rename(&root, &away).unwrap();
    fs::create_dir(&root).unwrap();
    expect(Err(Reason::NoSuchFile));
    fs::write(root.join("page"), "other").unwrap();
    expect(Ok("other"));
    fs::remove_dir_all(&root).unwrap();
    fs::create_dir(&root).unwrap();
    fs::write(root.join("page"), "third").unwrap();
    expect(Ok("third"));
}

#[test]
fn a_single_file_is_served_at_the_root_and_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    fs::write(&page, "one").unwrap();
    fs::write(folder.path().join("other.txt"), "other").unwrap();
    let files = files(&page);
    let tick = clock::tick_ms();
    assert_eq!(content(&files, "/", tick), Ok("one".into()));
    assert_eq!(content(&files, "/page.txt", tick), Ok("one".into()));
    for path in [
        "/other.txt",
        "/page.txt/",
        "/page",
        "/index.html",
        "/x/page.txt",
    ] {
        assert_eq!(content(&files, path, tick), Err(Reason::NoSuchFile));
    }
    // An editor writes a new file and gives it the old name.
    fs::write(folder.path().join("new"), "two").unwrap();
    fs::rename(folder.path().join("new"), &page).unwrap();
    assert_eq!(content(&files, "/", tick + AFTER_MS), Ok("two".into()));
    fs::remove_file(&page).unwrap();
    assert_eq!(
        content(&files, "/", tick + 2 * AFTER_MS),
        Err(Reason::RootGone)
    );
}

#[test]
fn a_root_that_cannot_be_served_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let pipe = folder.path().join("pipe");
    rustix::fs::mkfifoat(CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    let loops = folder.path().join("loop");
    symlink("loop", &loops).unwrap();
    for (path, kind) in [
        (folder.path().join("nothing"), root::RootErrorKind::Missing),
        (loops, root::RootErrorKind::Missing),
        (socket, root::RootErrorKind::NeitherFolderNorFile),
        (pipe, root::RootErrorKind::NeitherFolderNorFile),
        (
            "/dev/null".into(),
            root::RootErrorKind::NeitherFolderNorFile,
        ),
    ] {
        let error = Files::alone(&path, &FileSettings::default()).err().unwrap();
        assert_eq!((error.kind, &error.path), (kind, &path));
    }
}

#[test]
fn two_thousand_files_of_sixty_three_mebibytes_fit_into_sixty_four() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let tick = clock::tick_ms();
    for n in 0..2000_u64 {
        // Holes: they cost no disk.
        let file = fs::File::create(folder.path().join(n.to_string())).unwrap();
        file.set_len(1024 * (1 + (n * 7919) % 64)).unwrap();
        found(&files, &format!("/{n}"), tick).unwrap();
    }
    for n in 0..2000 {
        assert!(files.fresh(format!("/{n}").as_bytes(), tick).is_some());
    }
}

#[test]
fn ten_times_as_much_as_fits_stays_within_the_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let settings = FileSettings {
        memory_file_bytes_max: 16 << 10,
        memory_bytes_max: 256 << 10,
        open_files_max: 8,
        ..FileSettings::default()
    };
    let files = Files::alone(folder.path(), &settings).unwrap();
    let tick = clock::tick_ms();
    for n in 0..640_u64 {
        let name = n.to_string();
        let file = fs::File::create(folder.path().join(&name)).unwrap();
        // Empty, small, at the limit of memory, and above.
        file.set_len([0, 100, 16 << 10, 17 << 10][usize::try_from(n % 4).unwrap()])
            .unwrap();
        found(&files, &format!("/{name}"), tick).unwrap();
        let (bytes, descriptors) = files.cache.held();
        assert!(bytes <= 256 << 10, "{bytes} bytes after {n}");
        assert!(descriptors <= 8, "{descriptors} descriptors after {n}");
    }
    let (bytes, descriptors) = files.cache.held();
    assert!(bytes > 128 << 10 && descriptors > 4);
}

/// A link to the folder itself gives one small file endless long names.
#[test]
fn names_without_end_stay_within_the_bounds() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page"), "page").unwrap();
    let links = ["a", "b", "c", "d"].map(|letter| letter.repeat(100));
    for link in &links {
        symlink(".", folder.path().join(link)).unwrap();
    }
    let settings = FileSettings {
        memory_file_bytes_max: 16 << 10,
        memory_bytes_max: 256 << 10,
        ..FileSettings::default()
    };
    let files = Files::alone(folder.path(), &settings).unwrap();
    let tick = clock::tick_ms();
    let ways: Vec<String> = (1..=39)
        .flat_map(|times| {
            links
                .each_ref()
                .map(|link| format!("/{link}").repeat(times) + "/page")
        })
        .collect();
    for way in &ways {
        found(&files, way, tick).unwrap();
    }
    // The key has the slash in front, the name to look at has not.
    let held: usize = ways
        .iter()
        .filter(|way| files.fresh(way.as_bytes(), tick).is_some())
        .map(|way| 4096 + way.len() + way.len() - 1)
        .sum();
    assert!(held <= 256 << 10, "{held} bytes");
    assert!(held > 128 << 10, "{held} bytes");
}

#[test]
fn a_cache_of_nothing_serves_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small"), "small").unwrap();
    fs::write(folder.path().join("large"), "large".repeat(20_000)).unwrap();
    let settings = FileSettings {
        memory_bytes_max: 0,
        open_files_max: 0,
        ..FileSettings::default()
    };
    let files = Files::alone(folder.path(), &settings).unwrap();
    for _ in 0..3 {
        let tick = clock::tick_ms();
        assert_eq!(content(&files, "/small", tick), Ok("small".into()));
        assert_eq!(content(&files, "/large", tick).unwrap().len(), 100_000);
        assert_eq!(files.cache.held(), (0, 0));
        files.cache.close_coldest();
    }
}

#[test]
fn half_of_the_descriptors_can_be_had_back() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let tick = clock::tick_ms();
    for n in 0..16 {
        fs::write(folder.path().join(n.to_string()), "x".repeat(100_000)).unwrap();
        found(&files, &format!("/{n}"), tick).unwrap();
    }
    assert_eq!(files.cache.held().1, 16);
    files.cache.close_coldest();
    assert_eq!(files.cache.held().1, 8);
    for n in 0..16 {
        found(&files, &format!("/{n}"), tick).unwrap();
    }
    assert_eq!(files.cache.held().1, 16);
    for n in 0..8 {
        fs::remove_file(folder.path().join(n.to_string())).unwrap();
    }
    files.cache.all.close_deleted();
    assert_eq!(files.cache.held().1, 8);
}

/// A name with a percent sign left in it must not be found by the path of another.
#[test]
fn an_encoded_path_and_its_look_alike_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a%41"), "percent").unwrap();
    fs::write(folder.path().join("aA"), "letter").unwrap();
    let files = files(folder.path());
    let tick = clock::tick_ms();
    for _ in 0..2 {
        assert_eq!(content(&files, "/a%2541", tick), Ok("percent".into()));
        assert_eq!(content(&files, "/a%41", tick), Ok("letter".into()));
        assert_eq!(content(&files, "/aA", tick), Ok("letter".into()));
        assert!(files.fresh(b"/a%41", tick).is_none());
    }
    // The keys count, and the names to look at.
    let names = "a%41a%41/aAaA".len() as u64;
    assert_eq!(files.cache.held().0, 2 * 4096 + names);
}
