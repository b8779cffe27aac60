//! Files that change, go and come back between two looks; a root that does; a cache that is full.
//!
//! Time is a number here: a tick is what the test says it is.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps};

use super::coding::Coded;
use super::entry::{Content, Facts, Look, OpenFile};
use super::find::facts;
use super::*;
use crate::exchange::{Body, Coding, SendableFile};

const AFTER_MS: u64 = 100;

fn files(path: &Path) -> Files {
    Files::new(path, &FileSettings::default()).unwrap()
}

/// What is at a path, at a tick, to somebody who can wait.
fn found(files: &Files, path: &str, tick: u64) -> Result<Arc<Entry>, Reason> {
    let path = FilePath::decode(path.as_bytes())?;
    match files.find(&path, tick, Patience::Plenty) {
        Ok(Found::File(entry)) => Ok(entry),
        Ok(_) => panic!("a folder, or something else"),
        Err(Failure::Refused(reason)) => Err(reason),
        Err(Failure::WouldWait) => panic!("the pool would wait"),
    }
}

fn content(files: &Files, path: &str, tick: u64) -> Result<String, Reason> {
    found(files, path, tick).map(|entry| content_of(&entry.response()))
}

fn content_of(response: &Response) -> String {
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
fn set_modified(path: &Path, seconds: i64) {
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
        let error = Files::new(&path, &FileSettings::default()).err().unwrap();
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
    let files = Files::new(folder.path(), &settings).unwrap();
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
    let files = Files::new(folder.path(), &settings).unwrap();
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
    let files = Files::new(folder.path(), &settings).unwrap();
    for _ in 0..3 {
        let tick = clock::tick_ms();
        assert_eq!(content(&files, "/small", tick), Ok("small".into()));
        assert_eq!(content(&files, "/large", tick).unwrap().len(), 100_000);
        assert_eq!(files.cache.held(), (0, 0));
        files.spare_descriptors();
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
    files.spare_descriptors();
    assert_eq!(files.cache.held().1, 8);
    for n in 0..16 {
        found(&files, &format!("/{n}"), tick).unwrap();
    }
    assert_eq!(files.cache.held().1, 16);
    for n in 0..8 {
        fs::remove_file(folder.path().join(n.to_string())).unwrap();
    }
    files.close_deleted();
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

mod while_it_is_sent {
    use super::*;

    /// A large file that is being sent, and its folder.
    fn sending(files: &Files, is_local: bool) -> OpenFile {
        let place = files.root.place(0, Patience::Plenty).unwrap();
        let mut opened = place.open_file(b"file", Patience::Plenty).unwrap();
        // As if it had been opened a while ago: within one tick of its clock the kernel gives the
        // same time twice, and this test does not wait for the next.
        opened.stamp.changed_ns -= 1_000_000_000;
        OpenFile {
            descriptor: opened.descriptor,
            stamp: opened.stamp,
            is_local,
            place,
            name: (*b"file").into(),
        }
    }

    fn is_whole_after(change: impl FnOnce(&Path)) -> bool {
        is_whole_on_a_file_system_that_is(true, change)
    }

    fn is_whole_on_a_file_system_that_is(is_local: bool, change: impl FnOnce(&Path)) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "x".repeat(1000)).unwrap();
        set_modified(&path, 1_000_000_000);
        let sending = sending(&files(folder.path()), is_local);
        change(&path);
        sending.still_whole()
    }

    #[test]
    fn a_file_nobody_touched_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let files = files(folder.path());
        let place = files.root.place(0, Patience::Plenty).unwrap();
        let opened = place.open_file(b"file", Patience::Plenty).unwrap();
        let file = OpenFile {
            descriptor: opened.descriptor,
            stamp: opened.stamp,
            is_local: true,
            place,
            name: (*b"file").into(),
        };
        assert!(file.still_whole());
    }

    #[test]
    fn a_renamed_file_is_whole() {
        assert!(is_whole_after(|path| {
            fs::rename(path, path.with_extension("old")).unwrap();
        }));
    }

    /// To ask for its name could take as long as the network likes.
    #[test]
    fn a_file_on_a_network_is_told_by_its_descriptor_alone() {
        let is_whole_after = |change: fn(&Path)| is_whole_on_a_file_system_that_is(false, change);
        assert!(!is_whole_after(|path| {
            fs::rename(path, path.with_extension("old")).unwrap();
        }));
        assert!(is_whole_after(|path| fs::remove_file(path).unwrap()));
    }

    #[test]
    fn a_replaced_file_is_whole() {
        assert!(is_whole_after(|path| {
            let new = path.with_extension("new");
            fs::write(&new, "new").unwrap();
            fs::rename(new, path).unwrap();
        }));
    }

    #[test]
    fn a_deleted_file_is_whole() {
        assert!(is_whole_after(|path| fs::remove_file(path).unwrap()));
    }

    /// It may have been written to and its time set back before: the time of change cannot tell.
    #[test]
    fn a_file_with_another_mode_is_not_whole() {
        assert!(!is_whole_after(|path| set_mode(path, 0o604)));
        assert!(!is_whole_after(|path| {
            fs::write(path, "y".repeat(1000)).unwrap();
            set_modified(path, 1_000_000_000);
            set_mode(path, 0o604);
        }));
        assert!(!is_whole_after(|path| {
            fs::hard_link(path, path.with_extension("more")).unwrap();
            set_mode(path, 0o604);
        }));
    }

    #[test]
    fn a_file_with_another_mode_that_was_deleted_is_whole() {
        assert!(is_whole_after(|path| {
            set_mode(path, 0o604);
            fs::remove_file(path).unwrap();
        }));
    }

    fn set_mode(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_with_another_name_more_is_whole() {
        assert!(is_whole_after(|path| {
            fs::hard_link(path, path.with_extension("more")).unwrap();
        }));
    }

    #[test]
    fn a_cut_file_is_not_whole() {
        assert!(!is_whole_after(|path| {
            let file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(999).unwrap();
        }));
    }

    #[test]
    fn a_grown_file_is_not_whole() {
        assert!(!is_whole_after(|path| {
            let file = fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(1001).unwrap();
            set_modified(path, 1_000_000_000);
        }));
    }

    #[test]
    fn a_file_written_over_is_not_whole() {
        assert!(!is_whole_after(
            |path| fs::write(path, "y".repeat(1000)).unwrap()
        ));
    }

    /// Size and time are as before; only the time of change tells, and nothing explains it.
    #[test]
    fn a_file_written_over_with_its_time_set_back_is_not_whole() {
        assert!(!is_whole_after(|path| {
            fs::write(path, "y".repeat(1000)).unwrap();
            set_modified(path, 1_000_000_000);
        }));
    }
}

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
        offer: None,
        fields: &fields,
        peer: &crate::exchange::Peer::Unix,
        tick_ms: 0,
    };
    let path = FilePath::decode(path.as_bytes()).unwrap();
    let response = files.in_form(&path, entry, &request, 0);
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
        let files = Arc::new(Files::new(folder.path(), &settings).unwrap());
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
