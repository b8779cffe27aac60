//! Files as they hardly ever are: empty, larger than four gibibytes, full of holes, from the future,
//! at the bottom of a tree, behind links in a circle, behind a folder that is closed to us.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, Timespec, Timestamps};

use super::{Kernel, eventually};
use crate::errors::without_rights;
use crate::harness::{Hello, Reply, folder, get, make_old};

/// Asks with these field lines.
fn ask(hello: &Hello, target: &str, lines: &[&str]) -> Reply {
    let lines = [&["Host: a"][..], lines].concat().join("\r\n");
    hello.say(format!("GET {target} HTTP/1.1\r\n{lines}\r\n\r\n"))
}

pub fn a_file_of_nothing_is_a_file(kernel: Kernel) {
    let folder = folder(&[("empty.txt", ""), ("docs/index.html", "")]);
    let hello = kernel.serve(folder.path());
    let mut client = hello.connect();
    for target in ["/empty.txt", "/docs/"] {
        for fields in [
            "",
            "Accept-Encoding: gzip, br, zstd\r\n",
            "Accept-Encoding: gzip, identity;q=0\r\n",
            // Its last five bytes are all that it has, and `Content-Range` cannot say "nothing".
            "Range: bytes=-5\r\n",
        ] {
            for method in ["GET", "HEAD"] {
                client.send(format!(
                    "{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"
                ));
                let reply = client.head();
                assert_eq!(reply.status(), 200, "{method} {target} {fields}");
                assert_eq!(reply.length(), 0, "{method} {target} {fields}");
                assert_eq!(reply.field("content-encoding"), None, "{fields}");
            }
        }
        let etag = client.get(target).field("etag").unwrap().to_owned();
        let has_it = ask(&hello, target, &[&format!("If-None-Match: {etag}")]);
        assert_eq!(has_it.status(), 304, "{target}");
        for range in ["bytes=0-", "bytes=0-0", "bytes=-0", "bytes=0-0,5-9"] {
            let outside = ask(&hello, target, &[&format!("Range: {range}")]);
            assert_eq!(outside.status(), 416, "{target} {range}");
            assert_eq!(outside.field("content-range"), Some("bytes */0"));
        }
    }
}

/// More than five gibibytes, and no round number.
const HUGE_BYTES: u64 = (5 << 30) + 123_457;

/// Where 32 bits end.
const EDGE: u64 = 1 << 32;

/// What stands in a huge file that is holes otherwise, and where.
fn marks() -> [(u64, &'static [u8]); 4] {
    [
        (0, b"the beginning"),
        ((1 << 31) - 10, b"ten before half of it, ten after"),
        (EDGE - 10, b"0123456789abcdefghij"),
        (HUGE_BYTES - 7, b"the end"),
    ]
}

/// The bytes of it that a part should have.
fn huge(start: u64, len: u64) -> Vec<u8> {
    let mut expected = vec![0; usize::try_from(len).unwrap()];
    for (at, mark) in marks() {
        for (place, byte) in (at..).zip(mark) {
            if (start..start + len).contains(&place) {
                expected[usize::try_from(place - start).unwrap()] = *byte;
            }
        }
    }
    expected
}

pub fn a_file_of_more_than_five_gibibytes_is_served_to_its_end(kernel: Kernel) {
    let folder = folder(&[("huge.bin", "")]);
    let path = folder.path().join("huge.bin");
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(HUGE_BYTES).unwrap();
    for (at, mark) in marks() {
        file.write_all_at(mark, at).unwrap();
    }
    drop(file);
    make_old(&path);
    let hello = kernel.serve(folder.path());
    let size = HUGE_BYTES;
    let mut client = hello.connect();
    client.send(get("/huge.bin").replace("GET", "HEAD"));
    let head = client.head();
    assert_eq!(head.field("content-length"), Some(&*size.to_string()));
    let etag = head.field("etag").unwrap();
    for (range, start, len) in [
        ("0-12", 0, 13),
        ("2147483638-2147483669", (1 << 31) - 10, 32),
        // The last byte below, the first above, and both.
        ("4294967295-4294967295", EDGE - 1, 1),
        ("4294967296-4294967296", EDGE, 1),
        ("4294967290-4294967301", EDGE - 6, 12),
        // In several windows of what the kernel sends.
        ("4294667296-4295267295", EDGE - 300_000, 600_000),
        ("-7", size - 7, 7),
        ("-1000000", size - 1_000_000, 1_000_000),
        ("5368832576-", size - 1, 1),
        ("5368832570-99999999999", size - 7, 7),
    ] {
        let range = format!("Range: bytes={range}");
        let part = ask(&hello, "/huge.bin", &[&range, &format!("If-Range: {etag}")]);
        assert_eq!(part.status(), 206, "{range}");
        let place = format!("bytes {start}-{}/{size}", start + len - 1);
        assert_eq!(part.field("content-range"), Some(&*place), "{range}");
        assert!(part.body == huge(start, len), "{range}");
    }
    let several = "Range: bytes=-7, 4294967286-4294967305, 0-12";
    let reply = ask(&hello, "/huge.bin", &[several]);
    assert_eq!(reply.status(), 206);
    let envelope = reply.field("content-type").unwrap();
    let boundary = envelope.split_once("boundary=").unwrap().1;
    let mut expected = Vec::new();
    for (start, len) in [(size - 7, 7), (EDGE - 10, 20), (0, 13)] {
        let head = format!(
            "\r\n--{boundary}\r\ncontent-type: application/octet-stream\r\n\
             content-range: bytes {start}-{}/{size}\r\n\r\n",
            start + len - 1
        );
        expected.extend_from_slice(head.as_bytes());
        expected.extend_from_slice(&huge(start, len));
    }
    expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    assert!(reply.body == expected, "{}", reply.text());
    let outside = ask(&hello, "/huge.bin", &["Range: bytes=5368832577-"]);
    assert_eq!(outside.status(), 416);
    let place = format!("bytes */{size}");
    assert_eq!(outside.field("content-range"), Some(&*place));
    // Who has part of something else gets all of it; who goes away has not got it.
    let mut client = hello.connect();
    client.send("GET /huge.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=-7\r\nIf-Range: \"x\"\r\n\r\n");
    let whole = client.head();
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.field("content-length"), Some(&*size.to_string()));
    assert!(client.take(13) == huge(0, 13));
    client.reset();
    hello.until(|event| event.has("broken_of") && event.number("broken_of") == size);
}

pub fn holes_arrive_as_nulls(kernel: Kernel) {
    let folder = folder(&[
        ("begins.txt", ""),
        ("ends.bin", ""),
        ("nothing-else.bin", ""),
    ]);
    let size = 3 << 20;
    for (name, at) in [
        ("begins.txt", Some(size - 4)),
        ("ends.bin", Some(0)),
        ("nothing-else.bin", None),
    ] {
        let path = folder.path().join(name);
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(size).unwrap();
        let mut expected = vec![0; usize::try_from(size).unwrap()];
        if let Some(at) = at {
            file.write_all_at(b"word", at).unwrap();
            let at = usize::try_from(at).unwrap();
            expected[at..at + 4].copy_from_slice(b"word");
        }
        make_old(&path);
        let hello = kernel.serve(folder.path());
        let reply = hello.get(&format!("/{name}"));
        assert!(reply.body == expected, "{name}");
        let part = ask(&hello, &format!("/{name}"), &["Range: bytes=-10"]);
        assert!(part.body == expected[expected.len() - 10..], "{name}");
    }
}

/// A log that is read by its end: what a reader has stays what it has.
pub fn what_a_file_has_grown_by_is_a_part_of_it(kernel: Kernel) {
    let folder = folder(&[("log.txt", "one\n")]);
    let path = folder.path().join("log.txt");
    let hello = kernel.serve_with(&["--look-again-after", "1ms"], folder.path());
    let before = hello.get("/log.txt");
    let etag = before.field("etag").unwrap().to_owned();
    let ask_for_more = |lines: &[&str]| {
        let lines = [&["Range: bytes=4-"], lines].concat();
        ask(&hello, "/log.txt", &lines)
    };
    assert_eq!(ask_for_more(&[]).field("content-range"), Some("bytes */4"));
    let mut log = OpenOptions::new().append(true).open(&path).unwrap();
    log.write_all(b"two\n").unwrap();
    eventually(&hello, "/log.txt", |reply| reply.length() == 8);
    let more = ask_for_more(&[]);
    assert_eq!(more.field("content-range"), Some("bytes 4-7/8"));
    assert_eq!(more.text(), "two\n");
    // Whoever wants to be sure that it is the same file gets all of it.
    let whole = ask_for_more(&[&format!("If-Range: {etag}")]);
    assert_eq!((whole.status(), &*whole.text()), (200, "one\ntwo\n"));
    log.set_len(2).unwrap();
    eventually(&hello, "/log.txt", |reply| reply.length() == 2);
    let outside = ask_for_more(&[]);
    assert_eq!(outside.status(), 416);
    assert_eq!(outside.field("content-range"), Some("bytes */2"));
}

/// Dates a file; before 1970 the seconds are negative.
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

fn date(reply: &Reply, name: &str) -> SystemTime {
    httpdate::parse_http_date(reply.field(name).unwrap()).unwrap()
}

/// RFC 9110 §8.8.2.1: nothing is told to be younger than its telling.
pub fn a_file_from_the_future_was_modified_just_now(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi"), ("far.txt", "hi"), ("page.html", "hi")]);
    let now = hello::clock::wall().duration_since(UNIX_EPOCH).unwrap();
    let in_a_year = i64::try_from(now.as_secs()).unwrap() + 365 * 86_400;
    set_modified(&folder.path().join("page.txt"), in_a_year);
    // What no date of HTTP can say: after the year 9999.
    set_modified(&folder.path().join("far.txt"), 300_000_000_000);
    let hello = kernel.serve_with(&["--look-again-after", "1ms"], folder.path());
    for target in ["/page.txt", "/far.txt"] {
        let first = hello.get(target);
        assert_eq!((first.status(), &*first.text()), (200, "hi"), "{target}");
        assert!(
            date(&first, "last-modified") <= date(&first, "date"),
            "{target}: {}",
            first.head
        );
        // A write may leave its time as it is for as long as that has not come: it is weak.
        let etag = first.field("etag").unwrap();
        assert!(etag.starts_with("W/"), "{target}: {etag}");
        let has_it = ask(&hello, target, &[&format!("If-None-Match: {etag}")]);
        assert_eq!(has_it.status(), 304, "{target}");
        assert_eq!(has_it.field("etag"), Some(etag));
        // What was told may be asked for; a time to come is no time at which anybody got it.
        let told = first.field("last-modified").unwrap();
        for since in [told, "Fri, 31 Dec 9999 23:59:59 GMT"] {
            let reply = ask(&hello, target, &[&format!("If-Modified-Since: {since}")]);
            assert!([200, 304].contains(&reply.status()), "{target} {since}");
        }
        let long_ago = "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(ask(&hello, target, &[long_ago]).status(), 200, "{target}");
        let long_ago = "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(ask(&hello, target, &[long_ago]).status(), 412, "{target}");
        // Nobody can be sure to have the rest of it (RFC 9110 §13.1.5).
        for validator in [etag, told] {
            let condition = format!("If-Range: {validator}");
            let whole = ask(&hello, target, &["Range: bytes=0-0", &condition]);
            assert_eq!(whole.status(), 200, "{target} {validator}");
        }
        let part = ask(&hello, target, &["Range: bytes=0-0"]);
        assert_eq!((part.status(), &*part.text()), (206, "h"), "{target}");
    }
    // Written without another time, and seen all the same.
    let path = folder.path().join("page.txt");
    fs::write(&path, "ho").unwrap();
    set_modified(&path, in_a_year);
    eventually(&hello, "/page.txt", |reply| reply.text() == "ho");
}

pub fn a_file_from_before_1970_is_served(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    set_modified(&folder.path().join("page.txt"), -86_400);
    let hello = kernel.serve(folder.path());
    // Its time of change is now: it is trusted when that is a while ago.
    let reply = eventually(&hello, "/page.txt", |reply| {
        reply.field("etag").unwrap().starts_with('"')
    });
    let told = "Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(reply.field("last-modified"), Some(told));
    let etag = reply.field("etag").unwrap();
    for condition in [
        format!("If-None-Match: {etag}"),
        format!("If-Modified-Since: {told}"),
    ] {
        assert_eq!(ask(&hello, "/page.txt", &[&condition]).status(), 304);
    }
}

pub fn links_in_circles_lead_nowhere_and_hold_up_nobody(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi"), ("sub/page.txt", "hi")]);
    for (name, leads_to) in [
        ("circle", "circle"),
        ("ping", "pong"),
        ("pong", "ping"),
        ("longer", "longer/x"),
        ("sub/a", "../sub/b"),
        ("sub/b", "../sub/a"),
        ("self", "."),
        ("sub/parent", ".."),
    ] {
        symlink(leads_to, folder.path().join(name)).unwrap();
    }
    let hello = kernel.serve_with(&["--list"], folder.path());
    let not_there = hello.get("/nothing").text();
    for target in [
        "/circle",
        "/circle/",
        "/circle/x",
        "/ping",
        "/pong/",
        "/longer",
        "/sub/a",
        "/sub/b/x",
    ] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert_eq!(reply.text(), not_there, "{target}: told apart");
        hello.until(|event| event.is_request(target) && event.text("reason") == "no-such-file");
    }
    // Links that lead back to where they are make names without end, of which some are followed.
    for (way, times, status) in [
        ("self/", 40, 200),
        ("self/", 41, 404),
        ("sub/parent/", 40, 200),
        ("sub/parent/", 41, 404),
    ] {
        let reply = hello.get(&format!("/{}page.txt", way.repeat(times)));
        assert_eq!(reply.status(), status, "{times} times {way}");
    }
    // Whoever looks through all folders looks through each once.
    let found = hello.get("/?format=json&q=page").text();
    assert_eq!(found.matches("\"name\":").count(), 2, "{found}");
    assert!(found.contains("\"truncated\":false"), "{found}");
    let inside = hello.get("/self/self/sub/parent/?format=json");
    assert_eq!(inside.status(), 200);
    assert!(inside.text().contains("\"page.txt\""), "{}", inside.text());
}

/// The name of each of many folders; with its slash eight bytes.
const STEP: &str = "deeper_";

/// Folders one in another, each entered from the one before: no path of the system's could say them.
fn deep(folder: &Path, levels: usize) -> rustix::fd::OwnedFd {
    let mut here = rustix::fs::open(folder, OFlags::DIRECTORY, Mode::empty()).unwrap();
    for _ in 0..levels {
        rustix::fs::mkdirat(&here, STEP, Mode::RWXU).unwrap();
        here = rustix::fs::openat(&here, STEP, OFlags::DIRECTORY, Mode::empty()).unwrap();
    }
    here
}

pub fn a_file_lies_as_deep_as_names_allow(kernel: Kernel) {
    let folder = folder(&[]);
    // With its slash 4 095 bytes, the longest path there is, and one more.
    let bottom = deep(folder.path(), 511);
    for name in ["bottom", "bottom_"] {
        let flags = OFlags::CREATE | OFlags::WRONLY;
        let file = rustix::fs::openat(&bottom, name, flags, Mode::RUSR | Mode::WUSR).unwrap();
        File::from(file).write_all(b"deep").unwrap();
    }
    let hello = kernel.serve_with(&["--list"], folder.path());
    let way = format!("{STEP}/").repeat(511);
    let mut client = hello.connect();
    for (target, status) in [
        (format!("/{way}bottom"), 200),
        (format!("/{way}bottom_"), 404),
        (format!("/{way}"), 200),
        (format!("/{way}{STEP}"), 404),
    ] {
        let reply = client.get(&target);
        assert_eq!(reply.status(), status, "{} bytes", target.len());
    }
    assert_eq!(client.get(&format!("/{way}bottom")).text(), "deep");
    drop(fs::remove_dir_all(folder.path()));
}

/// Rights that are given back, or nobody could delete what has them.
struct Closed(Vec<PathBuf>);

impl Closed {
    fn close(&mut self, path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        self.0.push(path.to_owned());
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            drop(fs::set_permissions(path, Permissions::from_mode(0o755)));
        }
    }
}

/// A stranger hears 403; the person who reads the journal, which name of the path it was.
pub fn what_keeps_us_out_is_named(kernel: Kernel) {
    let (place, launch) = without_rights();
    let served = place.path().join("served");
    for name in [
        "open/page.txt",
        "open/secret.txt",
        "closed/deep/page.txt",
        "docs/index.html",
        "unlisted/page.txt",
        "unentered/page.txt",
    ] {
        let path = served.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "hi").unwrap();
    }
    symlink("closed/deep", served.join("folder-link")).unwrap();
    symlink("../closed/deep/page.txt", served.join("open/file-link")).unwrap();
    let mut closed = Closed(Vec::new());
    for (name, mode) in [
        ("open/secret.txt", 0o000),
        ("closed", 0o000),
        ("docs/index.html", 0o000),
        ("unlisted", 0o111),
        ("unentered", 0o444),
    ] {
        closed.close(&served.join(name), mode);
    }
    let options = ["--list", "--look-again-after", "1ms"];
    let hello = kernel.start(launch().args(options).folder(&served));
    let is_forbidden = |hello: &Hello, target: &str, at: &str| {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 403, "{target}");
        assert!(!reply.text().contains("closed/"), "{target}");
        let event = hello.until(|event| event.is_request(target));
        assert_eq!(event.text("reason"), "forbidden", "{target}");
        assert_eq!(event.text("forbidden_at"), at, "{target}");
    };
    for (target, at) in [
        ("/closed/deep/page.txt", "/closed"),
        ("/closed/nothing/at/all", "/closed"),
        ("/closed/deep/page.txt?x=/y", "/closed"),
        ("/clos%65d/deep/page.txt", "/clos%65d"),
        ("/closed/", "/closed"),
        ("/open/secret.txt", "/open/secret.txt"),
        ("/unentered/page.txt", "/unentered"),
        // A link is a name of the path, where it leads to is not.
        ("/folder-link/page.txt", "/folder-link"),
        ("/open/file-link", "/open/file-link"),
        // The page that stands for a folder, and the list that would.
        ("/docs/", "/docs/"),
        ("/unlisted/", "/unlisted/"),
    ] {
        is_forbidden(&hello, target, at);
    }
    // Below a name of its own its names come behind that.
    let mut word = std::ffi::OsString::from("a=");
    word.push(&served);
    let mounted = kernel.start(launch().args(options).args([word]));
    is_forbidden(&mounted, "/a/closed/deep/page.txt", "/a/closed");
    for target in ["/open/page.txt", "/unlisted/page.txt"] {
        assert_eq!(hello.get(target).status(), 200, "{target}");
    }
    // A folder that is closed while it is served, and what is served itself.
    closed.close(&served.join("open"), 0o000);
    eventually(&hello, "/open/page.txt", |reply| reply.status() == 403);
    is_forbidden(&hello, "/open/nothing.txt", "/open");
    closed.close(&served, 0o000);
    is_forbidden(&hello, "/open/nothing.txt?again", "/");
    is_forbidden(&mounted, "/a/open/nothing.txt", "/a");
    drop(closed);
    eventually(&hello, "/open/page.txt", |reply| reply.status() == 200);
}
