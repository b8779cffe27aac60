//! Files that are touched while they are being sent: which of them are still what was promised.

use std::fs;
use std::path::Path;

use super::entry::OpenFile;
use super::tests::{files, set_modified};
use super::*;
use crate::exchange::SendableFile;

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
