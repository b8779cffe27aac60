//! Which fields an answer has: these, and no others.
//!
//! Law: a field that is added to an answer, or lost from one, is a change to a line of this file.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rustix::io::Errno;

use super::coding::{AS_OLD, PAGE, lay, until_coded};
use super::{Kernel, eventually};
use crate::errors::without_rights;
use crate::harness::{Client, Hello, Launch, Protocol, Reply, folder, get};
use crate::seccomp::where_calls_fail;

/// What every answer says.
const ALWAYS: [&str; 4] = [
    "cache-control: no-cache",
    "date: *",
    "server: hello",
    "x-content-type-options: nosniff",
];

/// What a page of ours says besides, which stands for what was asked for.
const PAGE_OF_OURS: [&str; 5] = [
    "content-type: text/html; charset=utf-8",
    "content-language: en",
    "vary: accept-language",
    "content-security-policy: default-src 'none'; *",
    "content-length: *",
];

/// A file, whole.
const FILE: [&str; 5] = [
    "content-type: text/plain; charset=utf-8",
    "etag: \"*",
    "last-modified: *",
    "accept-ranges: bytes",
    "content-length: 10",
];

/// A sibling that is sent instead of a file.
const SIBLING: [&str; 7] = [
    "content-type: text/javascript; charset=utf-8",
    "content-encoding: gzip",
    "vary: accept-encoding",
    "etag: \"*",
    "last-modified: *",
    "accept-ranges: bytes",
    "content-length: 5",
];

/// The page of a folder.
const LISTING: [&str; 8] = [
    "content-type: text/html; charset=utf-8",
    "content-language: en",
    "content-security-policy: default-src 'none'; *",
    "referrer-policy: same-origin",
    "cross-origin-resource-policy: same-origin",
    "vary: accept, accept-language, accept-encoding",
    "etag: \"*",
    "content-length: *",
];

/// Asks with these field lines; to HEAD there must be no content, which the next answer would show.
fn ask(client: &mut Client, line: &str, fields: &[&str]) -> Reply {
    let fields = [&["Host: localhost"][..], fields].concat().join("\r\n");
    client.send(format!("{line} HTTP/1.1\r\n{fields}\r\n\r\n"));
    if line.starts_with("HEAD ") {
        client.head()
    } else {
        client.reply()
    }
}

/// Holds all fields of an answer against lines in which a star stands for whatever follows.
fn expect(reply: &Reply, status: u16, what: &str, expected: &[&[&str]]) {
    assert_eq!(reply.status(), status, "{what}: {}", reply.head);
    let mut lines: Vec<String> = { reply.fields() }
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.sort_unstable();
    let mut expected = [expected.concat(), ALWAYS.to_vec()].concat();
    expected.sort_unstable();
    let is_as = |line: &String, expected: &&str| match expected.strip_suffix('*') {
        Some(beginning) => line.starts_with(beginning) && line.len() > beginning.len(),
        None => line == expected,
    };
    let are_alike = lines.len() == expected.len()
        && lines.iter().zip(&expected).all(|(line, e)| is_as(line, e));
    assert!(are_alike, "{what}: {lines:#?}\ninstead of {expected:#?}");
}

/// Without the field of this name.
fn but<'a>(fields: &[&'a str], name: &str) -> Vec<&'a str> {
    let is_other = |line: &&&str| !line.starts_with(&format!("{name}: "));
    fields.iter().filter(is_other).copied().collect()
}

/// What a client that has it is told of what it has (RFC 9110 §15.4.5): nothing it could know.
fn of_304(fields: &[&'static str]) -> Vec<&'static str> {
    let is_told = |line: &&&str| line.starts_with("etag: ") || line.starts_with("vary: ");
    fields.iter().filter(is_told).copied().collect()
}

pub fn an_answer_about_a_file_has_these_fields_and_no_others(kernel: Kernel) {
    let folder = folder(&[("page.txt", "0123456789"), ("docs/index.html", "hi")]);
    let hello = kernel.serve(folder.path());
    let client = &mut hello.connect();
    for method in ["GET", "HEAD"] {
        let line = format!("{method} /page.txt");
        let whole = ask(client, &line, &[]);
        expect(&whole, 200, &line, &[&FILE]);
        let modified = whole.field("last-modified").unwrap().to_owned();
        for condition in [
            "If-None-Match: *".to_owned(),
            format!("If-Modified-Since: {modified}"),
        ] {
            let has_it = ask(client, &line, &[&condition]);
            expect(&has_it, 304, &condition, &[&of_304(&FILE)]);
        }
        for condition in [
            "If-Match: \"x\"",
            "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
        ] {
            let failed = ask(client, &line, &[condition]);
            expect(&failed, 412, condition, &[&PAGE_OF_OURS]);
        }
    }
    let line = "GET /page.txt";
    let part = ask(client, line, &["Range: bytes=2-4"]);
    let place = ["content-range: bytes 2-4/10", "content-length: 3"];
    expect(
        &part,
        206,
        "a part",
        &[&but(&FILE, "content-length"), &place],
    );
    let outside = ask(client, line, &["Range: bytes=10-"]);
    let place = ["content-range: bytes */10"];
    expect(&outside, 416, "outside", &[&PAGE_OF_OURS, &place]);
    // RFC 9110 §14.2: a range is for GET.
    let head = ask(client, "HEAD /page.txt", &["Range: bytes=2-4"]);
    expect(&head, 200, "HEAD of a part", &[&FILE]);
    let moved = ask(client, "GET /docs", &[]);
    let place = ["location: /docs/", "content-length: 0"];
    expect(&moved, 301, "a folder without its slash", &[&place]);
}

pub fn several_parts_have_these_fields_and_no_others(kernel: Kernel) {
    let folder = folder(&[("page.txt", &"0123456789".repeat(100))]);
    let hello = kernel.serve(folder.path());
    let client = &mut hello.connect();
    let several = ask(client, "GET /page.txt", &["Range: bytes=0-9,500-509"]);
    let envelope = [
        "content-type: multipart/byteranges; boundary=*",
        "etag: \"*",
        "last-modified: *",
        "accept-ranges: bytes",
        "content-length: *",
    ];
    expect(&several, 206, "several parts", &[&envelope]);
    assert_eq!(several.length(), several.body.len());
}

pub fn an_answer_with_a_form_of_a_file_has_these_fields_and_no_others(kernel: Kernel) {
    let text = "A text that repeats itself. ".repeat(1000);
    let folder = folder(&[("page.js", PAGE), ("made.txt", &text)]);
    lay(folder.path(), "page.js.gz", b"gzip!", AS_OLD);
    let hello = kernel.serve(folder.path());
    let client = &mut hello.connect();
    let takes = "Accept-Encoding: gzip";
    for method in ["GET", "HEAD"] {
        let line = format!("{method} /page.js");
        expect(&ask(client, &line, &[takes]), 200, &line, &[&SIBLING]);
        let has_it = ask(client, &line, &[takes, "If-None-Match: *"]);
        expect(&has_it, 304, "a sibling", &[&of_304(&SIBLING)]);
        let failed = ask(client, &line, &[takes, "If-Match: \"x\""]);
        expect(&failed, 412, "a sibling", &[&PAGE_OF_OURS]);
    }
    let part = ask(client, "GET /page.js", &[takes, "Range: bytes=1-2"]);
    let place = ["content-range: bytes 1-2/5", "content-length: 2"];
    let cut = but(&SIBLING, "content-length");
    expect(&part, 206, "a part of a sibling", &[&cut, &place]);
    let outside = ask(client, "GET /page.js", &[takes, "Range: bytes=5-"]);
    let place = ["content-range: bytes */5"];
    expect(&outside, 416, "a sibling", &[&PAGE_OF_OURS, &place]);
    // Who gets the file itself is told that others may get something else.
    let plain = [
        "content-type: text/javascript; charset=utf-8",
        "vary: accept-encoding",
        "etag: \"*",
        "last-modified: *",
        "accept-ranges: bytes",
        "content-length: *",
    ];
    let itself = ask(client, "GET /page.js", &[]);
    expect(&itself, 200, "beside a sibling", &[&plain]);
    // What is made here has other bytes another time: weak, and without parts.
    let made = [
        "content-type: text/plain; charset=utf-8",
        "content-encoding: gzip",
        "vary: accept-encoding",
        "etag: W/\"*",
        "last-modified: *",
        "content-length: *",
    ];
    let reply = until_coded(&hello, "/made.txt", "gzip", Some("gzip"));
    expect(&reply, 200, "a form that was made", &[&made]);
    let tag = format!("If-None-Match: {}", reply.field("etag").unwrap());
    let has_it = ask(client, "GET /made.txt", &[takes, &tag]);
    expect(&has_it, 304, "a form that was made", &[&of_304(&made)]);
    let head = ask(client, "HEAD /made.txt", &[takes]);
    expect(&head, 200, "HEAD of a form that was made", &[&made]);
}

pub fn an_answer_about_a_folder_has_these_fields_and_no_others(kernel: Kernel) {
    let folder = folder(&[("page.txt", "0123456789")]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let client = &mut hello.connect();
    let told = [
        "content-type: application/json",
        "vary: accept, accept-language, accept-encoding",
        "etag: \"*",
        "content-length: *",
    ];
    for (target, fields) in [("/", &LISTING[..]), ("/?format=json", &told)] {
        for method in ["GET", "HEAD"] {
            let line = format!("{method} {target}");
            expect(&ask(client, &line, &[]), 200, &line, &[fields]);
            let has_it = ask(client, &line, &["If-None-Match: *"]);
            expect(&has_it, 304, &line, &[&of_304(fields)]);
            let failed = ask(client, &line, &["If-Match: \"x\""]);
            expect(&failed, 412, &line, &[&PAGE_OF_OURS]);
        }
        // A list has no parts.
        let line = format!("GET {target}");
        let whole = ask(client, &line, &["Range: bytes=0-9"]);
        expect(&whole, 200, "a part of a list", &[fields]);
    }
}

pub fn a_refusal_has_these_fields_and_no_others(kernel: Kernel) {
    let folder = folder(&[("root/page.txt", "0123456789"), ("own/404.html", "hi")]);
    let root = folder.path().join("root");
    let hello: Hello = kernel.serve_with(&["--look-again-after", "1ms"], &root);
    let client = &mut hello.connect();
    for line in ["GET /nothing", "HEAD /nothing", "GET /.hidden"] {
        expect(&ask(client, line, &[]), 404, line, &[&PAGE_OF_OURS]);
    }
    let russian = ask(client, "GET /nothing", &["Accept-Language: ru"]);
    let in_russian = ["content-language: ru"];
    let page = but(&PAGE_OF_OURS, "content-language");
    expect(&russian, 404, "in Russian", &[&page, &in_russian]);
    let bad = ask(client, "GET /a%2fb", &[]);
    expect(&bad, 400, "a path that means nothing", &[&PAGE_OF_OURS]);
    let allow = ["allow: GET, HEAD, OPTIONS"];
    for method in ["POST", "PUT", "DELETE"] {
        let reply = ask(client, &format!("{method} /page.txt"), &[]);
        expect(&reply, 405, method, &[&PAGE_OF_OURS, &allow]);
    }
    let options = ask(client, "OPTIONS /page.txt", &[]);
    expect(&options, 204, "OPTIONS", &[&allow]);
    std::fs::rename(&root, folder.path().join("aside")).unwrap();
    let gone = eventually(&hello, "/page.txt", |reply| reply.status() != 200);
    let later = ["retry-after: 1"];
    expect(&gone, 503, "the folder is gone", &[&PAGE_OF_OURS, &later]);
    // A page of the folder's own is nothing that could be asked for again, or in parts.
    let hello = kernel.serve(&folder.path().join("own"));
    let own = [
        "content-type: text/html; charset=utf-8",
        "content-length: 2",
    ];
    for line in ["GET /nothing", "HEAD /nothing"] {
        let reply = ask(&mut hello.connect(), line, &["If-None-Match: *"]);
        expect(&reply, 404, line, &[&own]);
    }
}

/// A list is compressed for the first who asks: it is made anew for each, and has no parts.
pub fn a_list_in_fewer_bytes_has_these_fields_and_no_others(kernel: Kernel) {
    let names: Vec<String> = (0..100)
        .map(|number| format!("page {number}.txt"))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "hi")).collect();
    let folder = folder(&files);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let client = &mut hello.connect();
    let takes = "Accept-Encoding: gzip";
    let told = [
        "content-type: application/json",
        "vary: accept, accept-language, accept-encoding",
        "etag: \"*",
        "content-length: *",
    ];
    for (target, fields) in [("/", &LISTING[..]), ("/?format=json", &told)] {
        let mut coded = but(fields, "etag");
        coded.extend(["etag: W/\"*", "content-encoding: gzip"]);
        for method in ["GET", "HEAD"] {
            let line = format!("{method} {target}");
            expect(&ask(client, &line, &[takes]), 200, &line, &[&coded]);
            let has_it = ask(client, &line, &[takes, "If-None-Match: *"]);
            expect(&has_it, 304, &line, &[&of_304(&coded)]);
        }
        let line = format!("GET {target}");
        let whole = ask(client, &line, &[takes, "Range: bytes=0-9"]);
        expect(&whole, 200, "a part of a list", &[&coded]);
    }
}

pub fn what_may_not_be_read_has_these_fields_and_no_others(kernel: Kernel) {
    let (place, launch) = without_rights();
    let path = place.path().join("secret.txt");
    fs::write(&path, "hi").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let hello = kernel.start(launch().folder(place.path()));
    for line in ["GET /secret.txt", "HEAD /secret.txt"] {
        let reply = ask(&mut hello.connect(), line, &[]);
        expect(&reply, 403, line, &[&PAGE_OF_OURS]);
    }
}

#[test]
fn what_no_site_has_is_told_with_these_fields_and_no_others() {
    let file = "[[site]]\nhost = \"other.test\"\nserve = \".\"\n";
    let folder = folder(&[("hello.toml", file), ("page.txt", "0123456789")]);
    let hello = Launch::new().inside(folder.path()).start();
    let reply = ask(&mut hello.connect(), "GET /page.txt", &[]);
    expect(&reply, 421, "a host of nobody's", &[&PAGE_OF_OURS]);
}

/// A disk that fails, as far as anybody can tell.
#[test]
fn what_cannot_be_read_has_these_fields_and_no_others() {
    let folder = folder(&[("page.txt", "hi")]);
    let fails = [libc::SYS_openat2];
    let hello = where_calls_fail(&fails, Errno::IO, || Hello::start(&[], folder.path()));
    for line in ["GET /page.txt", "HEAD /page.txt"] {
        let reply = ask(&mut hello.connect(), line, &[]);
        expect(&reply, 500, line, &[&PAGE_OF_OURS]);
    }
}

/// What is refused before anybody asks what it is about. Where a connection has one request at a time,
/// nothing behind it can be trusted.
pub fn what_breaks_a_rule_has_these_fields_and_no_others(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = kernel.serve_with(&["--head-timeout", "50ms"], folder.path());
    let closes: &[&str] = if Protocol::spoken().has_streams() {
        &[]
    } else {
        &["connection: close"]
    };
    let wide = format!("x: {}", "y".repeat(20 << 10));
    for (fields, status) in [(&*wide, 431), ("Expect: miracles", 417)] {
        let mut client = hello.connect();
        // It may have heard enough before it has heard everything.
        let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n");
        let _ = client.try_send(request);
        expect(
            &client.reply(),
            status,
            fields.get(..9).unwrap(),
            &[&PAGE_OF_OURS, closes],
        );
    }
    if !Protocol::spoken().has_streams() {
        let mut client = hello.connect();
        client.send_nearly(get("/page.txt"));
        expect(&client.reply(), 408, "slow", &[&PAGE_OF_OURS, closes]);
    }
}
