//! Folders that are listed, as they hardly ever are: with a hundred thousand files, deeper than
//! anybody builds, in part closed to us.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::errors::without_rights;
use crate::harness::{Hello, Protocol, folder};

const CROWD: usize = 100_000;

/// Memory that a server may take for such a folder beside what it took before, bytes. It would be
/// five times as much if the page, or what programs are told, were made as one.
const MEMORY_MAX: usize = 48 << 20;

fn crowd(folder: &Path) {
    for number in 0..CROWD {
        File::create(folder.join(format!("file number {number}.txt"))).unwrap();
    }
}

#[test]
fn a_hundred_thousand_files_are_a_page_at_a_time_and_whole_for_programs() {
    let folder = folder(&[]);
    crowd(folder.path());
    let hello = Hello::start(&["--list"], folder.path());
    let before = hello.resident_bytes();
    let page = hello.get("/").text();
    assert!(page.len() < 400_000, "{}", page.len());
    assert_eq!(page.matches("<tr><td>").count(), 1000);
    assert!(page.contains("100\u{a0}000 files"));
    assert!(page.contains("file number 999.txt") && !page.contains("file number 1000.txt"));
    let last = hello.get("/?page=100").text();
    assert!(last.contains("file number 99999.txt") && last.contains("rel=\"prev\""));
    let beyond = hello.get("/?page=12345678").text();
    assert!(
        beyond.contains("file number 99999.txt"),
        "the last page there is"
    );
    let filtered = hello.get("/?q=9999&here").text();
    // 9999, 19999 to 89999, and 99990 to 99999.
    assert_eq!(filtered.matches("<tr><td>").count(), 19);
    let by_size = hello.get("/?sort=size").text();
    assert!(
        by_size.contains("file number 999.txt"),
        "all alike: by name"
    );
    whole_for_programs(&hello);
    Protocol::Http2.speak(|| whole_for_programs(&hello));
    let taken = hello.resident_bytes().saturating_sub(before);
    assert!(taken < MEMORY_MAX, "{taken}");
    assert_eq!(hello.stop().status.code(), Some(0));
}

/// Each entry once, in order, whatever the protocol cuts it into.
fn whole_for_programs(hello: &Hello) {
    let reply = hello.get("/?format=json");
    assert_eq!(reply.field("content-length"), None, "made while it is sent");
    let told: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(told["truncated"], false);
    let entries = told["entries"].as_array().unwrap();
    assert_eq!(entries.len(), CROWD);
    for (number, entry) in entries.iter().enumerate() {
        let name = format!("file number {number}.txt");
        assert_eq!(entry["name"], name);
    }
}

/// Names of 8 MiB are what fits, whatever their number.
#[test]
fn a_folder_with_more_than_can_be_listed_says_so() {
    let folder = folder(&[]);
    let long = "x".repeat(249);
    for number in 0..33_100 {
        File::create(folder.path().join(format!("{number:06}{long}"))).unwrap();
    }
    let hello = Hello::start(&["--list"], folder.path());
    let page = hello.get("/").text();
    assert!(page.contains("<p class=\"cut\">"));
    // 8 MiB / 255.
    assert!(page.contains("32\u{a0}896 files"));
    let told = hello.get("/?format=json").text();
    assert!(told.starts_with("{\"path\":\"/\",\"truncated\":true,"));
    assert_eq!(told.matches("\"kind\":\"file\"").count(), 32_896);
    let found = hello.get("/?format=json&q=0000").text();
    assert!(found.contains("\"truncated\":true"));
    let left_out = hello.get(&format!("/{:06}{long}", 33_099));
    assert_eq!(left_out.status(), 200);
}

/// Who takes nothing holds what its turn has, and nobody up.
#[test]
fn who_asks_for_a_crowd_and_reads_nothing_is_one_of_few() {
    let folder = folder(&[]);
    for number in 0..3000 {
        let long = "x".repeat(200);
        File::create(folder.path().join(format!("{number} {long}"))).unwrap();
    }
    let hello = Hello::start(&["--list", "--write-timeout", "20s"], folder.path());
    let mut silent = Vec::new();
    for _ in 0..4 {
        let mut client = hello.connect();
        client.send(crate::harness::get("/?format=json"));
        client.head();
        silent.push(client);
    }
    let refused = hello.get("/?format=json");
    assert_eq!(refused.status(), 503);
    assert!(refused.field("retry-after").is_some());
    assert_eq!(hello.get("/").status(), 200, "pages are no streams");
    drop(silent);
    // Those who left have given their turns back.
    let until = hello::clock::now() + crate::harness::PATIENCE;
    while hello.get("/?format=json").status() != 200 {
        assert!(hello::clock::now() < until);
    }
}

#[test]
fn a_tree_as_deep_as_names_allow_is_listed_to_its_bottom() {
    let folder = folder(&[]);
    let root = rustix::fs::open(
        folder.path(),
        rustix::fs::OFlags::DIRECTORY,
        rustix::fs::Mode::empty(),
    );
    let mut here = root.unwrap();
    // Deeper than a path of the system's own could say from the top.
    let depth = 2000;
    for _ in 0..depth {
        rustix::fs::mkdirat(&here, "d", rustix::fs::Mode::RWXU).unwrap();
        let flags = rustix::fs::OFlags::DIRECTORY;
        here = rustix::fs::openat(&here, "d", flags, rustix::fs::Mode::empty()).unwrap();
    }
    let hello = Hello::start(&["--list"], folder.path());
    let mut client = hello.connect();
    for levels in [0, 1, 31, 500, 1999, 2000] {
        let reply = client.get(&format!("/{}", "d/".repeat(levels)));
        assert_eq!(reply.status(), 200, "{levels}");
        let has_more = reply.text().contains("href=\"./d/\"");
        assert_eq!(has_more, levels < depth, "{levels}");
    }
    let found = hello.get("/?format=json&q=d").text();
    assert!(found.contains("\"truncated\":true"));
    assert_eq!(found.matches("\"kind\"").count(), 33);
    drop(fs::remove_dir_all(folder.path()));
}

/// A name that leads to nothing but a refusal is not worth a row.
#[test]
fn what_may_not_be_read_is_not_told() {
    let (place, launch) = without_rights();
    let served = place.path().join("served");
    fs::create_dir_all(served.join("closed")).unwrap();
    fs::create_dir_all(served.join("open")).unwrap();
    for (name, mode) in [
        ("all.txt", 0o644),
        ("owner.txt", 0o600),
        ("group.txt", 0o640),
        ("others.txt", 0o604),
    ] {
        fs::write(served.join(name), "hi").unwrap();
        fs::set_permissions(served.join(name), Permissions::from_mode(mode)).unwrap();
    }
    let closed = Permissions::from_mode(0o700);
    fs::set_permissions(served.join("closed"), closed).unwrap();
    let hello = launch().args(["--list"]).folder(&served).start();
    let page = hello.get("/?format=json").text();
    let told: Value = serde_json::from_str(&page).unwrap();
    let entries = told["entries"].as_array().unwrap();
    // Whoever runs the tests without being the administrator owns the files, and may read them all.
    let expected: &[&str] = if rustix::process::geteuid().is_root() {
        &["open", "all.txt", "others.txt"]
    } else {
        &[
            "closed",
            "open",
            "all.txt",
            "group.txt",
            "others.txt",
            "owner.txt",
        ]
    };
    let names: Vec<&str> = { entries.iter() }
        .map(|e| e["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, expected);
    for entry in entries {
        let way = entry["href"].as_str().unwrap().trim_start_matches('.');
        assert_eq!(hello.get(way).status(), 200, "{way}");
    }
}
