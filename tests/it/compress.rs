//! `hello compress`: what is laid down, what is said, and what happens where nothing can be written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::io::Errno;

use crate::errors::without_rights;
use crate::harness::{Hello, Launch, folder};
use crate::seccomp::where_calls_fail;

fn long_text() -> String {
    "Was ist, was nicht ist, und was war. ".repeat(100)
}

fn compress(path: &Path) -> Launch {
    Launch::new()
        .args(["compress", "--lang", "en"])
        .folder(path)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_laid_down_is_sent() {
    let text = long_text();
    let folder = folder(&[("page.html", &text), ("photo.png", &text)]);
    let (status, printed, complaints) = compress(folder.path()).output();
    assert_eq!((status.code(), &*complaints), (Some(0), ""), "{printed}");
    let expected = [
        "page.html",
        "page.html.br",
        "page.html.gz",
        "page.html.zst",
        "photo.png",
    ];
    assert_eq!(names(folder.path()), expected);
    assert!(
        printed.contains("1 of 1 file compressed, 3 siblings made"),
        "{printed}"
    );
    let saved = { printed.lines() }.filter(|line| line.ends_with("% saved"));
    assert_eq!(saved.count(), 3, "{printed}");
    let hello = Hello::start(&[], folder.path());
    for (accepted, suffix) in [("br", "br"), ("zstd", "zst"), ("gzip", "gz")] {
        let request = format!("GET /page.html HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {accepted}");
        let reply = hello.say(format!("{request}\r\n\r\n"));
        assert_eq!(reply.field("content-encoding"), Some(accepted));
        let sibling = folder.path().join(format!("page.html.{suffix}"));
        assert!(reply.body == fs::read(sibling).unwrap(), "byte for byte");
    }
    let (status, printed, _) = compress(folder.path()).output();
    assert_eq!(status.code(), Some(0));
    assert!(
        printed.contains("3 siblings were there and are still fresh"),
        "{printed}"
    );
    assert!(printed.contains(": nothing to do\n"), "{printed}");
}

#[test]
fn a_dry_run_only_says_what_would_be() {
    let folder = folder(&[("page.html", &long_text())]);
    let (status, printed, _) = compress(folder.path()).args(["--dry-run"]).output();
    assert_eq!(status.code(), Some(0));
    let would = "would be compressed, 3 siblings would be made";
    assert!(printed.contains(would), "{printed}");
    assert_eq!(names(folder.path()), ["page.html"]);
}

#[test]
fn without_a_folder_it_asks_for_one() {
    for (words, expected) in [
        (&["compress"][..], "hello help missing-folder"),
        (&["compress", ""], "hello help empty-path"),
        (&["compress", "/nowhere/at-all"], "hello help no-such-path"),
        (&["compress", "a", "b"], "hello help extra-word"),
        (&["compress", "--listen", "80"], "hello help unknown-option"),
    ] {
        let launch = Launch::new().args(words).args(["--lang", "en"]);
        let (status, printed, complaints) = launch.output();
        assert_eq!((status.code(), &*printed), (Some(2), ""), "{words:?}");
        assert!(complaints.contains(expected), "{words:?}: {complaints}");
        assert!(!complaints.contains("serve"), "{words:?}: {complaints}");
    }
}

/// The system says that there is no room in the moment the file is to get its name.
#[test]
fn a_full_disk_is_said_once_and_leaves_nothing_half() {
    let text = long_text();
    let names_before = ["a.html", "b.html", "c.html", "d.html"];
    let files = names_before.map(|name| (name, &*text));
    let folder = folder(&files);
    let calls = [libc::SYS_renameat, libc::SYS_renameat2];
    let (status, printed, _) =
        where_calls_fail(&calls, Errno::NOSPC, || compress(folder.path()).output());
    assert_eq!(status.code(), Some(1), "{printed}");
    assert!(printed.contains("No space left on device"), "{printed}");
    assert!(printed.contains("stopped there"), "{printed}");
    assert_eq!(
        names(folder.path()),
        names_before,
        "no half siblings, no other names"
    );
}

#[test]
fn a_folder_that_is_read_only_is_said_before_the_work() {
    let (place, launch) = without_rights();
    let site = place.path().join("site");
    fs::create_dir(&site).unwrap();
    fs::write(site.join("page.html"), long_text()).unwrap();
    fs::set_permissions(&site, fs::Permissions::from_mode(0o555)).unwrap();
    let launch = launch().args(["compress", "--lang", "en"]).folder(&site);
    let (status, printed, _) = launch.output();
    fs::set_permissions(&site, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(status.code(), Some(1), "{printed}");
    assert!(printed.contains("cannot write"), "{printed}");
    assert!(printed.contains("Permission denied"), "{printed}");
    assert_eq!(names(&site), ["page.html"]);
}
