//! A file that is to be kept: `?download` behind its address.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::Kernel;
use crate::harness::{Hello, Reply, folder, get, large_file};

fn ask(hello: &Hello, method: &str, target: &str, fields: &str) -> Reply {
    hello.say(format!(
        "{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"
    ))
}

fn offered(reply: &Reply) -> &str {
    reply.field("content-disposition").unwrap_or_default()
}

pub fn a_file_is_offered_under_its_name_if_asked_so(kernel: Kernel) {
    let folder = folder(&[
        ("index.html", "start"),
        ("a/page.txt", "hi"),
        ("404.html", "no"),
    ]);
    let hello = kernel.serve_with(&["--spa"], folder.path());
    for (target, name) in [
        ("/a/page.txt?download", "page.txt"),
        ("/a/page.txt?v=1&download", "page.txt"),
        ("/a/page.txt?download=other.exe", "page.txt"),
        ("/?download", "index.html"),
    ] {
        // Once from the disk, and once from the cache.
        for _ in 0..2 {
            let reply = hello.get(target);
            assert_eq!(reply.status(), 200, "{target}");
            let expected = format!("attachment; filename=\"{name}\"");
            assert_eq!(offered(&reply), expected, "{target}");
        }
    }
    // The type stays what it is, and so does the file for everybody else.
    let (shown, kept) = (hello.get("/a/page.txt"), hello.get("/a/page.txt?download"));
    assert_eq!(offered(&shown), "");
    for field in ["content-type", "etag", "last-modified", "content-length"] {
        assert_eq!(kept.field(field), shown.field(field), "{field}");
    }
    assert_eq!(kept.text(), "hi");
    for target in [
        "/a/page.txt?downloads",
        "/a/page.txt?a=download",
        "/a?download",
        "/users?download",
        "/nothing.txt?download",
    ] {
        assert_eq!(offered(&hello.get(target)), "", "{target}");
    }
    assert_eq!(
        hello.get("/a?download").field("location"),
        Some("/a/?download")
    );
}

pub fn a_download_that_broke_off_goes_on_where_it_was(kernel: Kernel) {
    let folder = folder(&[]);
    let content = large_file(&folder.path().join("large.bin"), 300 << 10);
    let hello = kernel.serve(folder.path());
    let target = "/large.bin?download";
    let whole = hello.get(target);
    assert_eq!(whole.body, content);
    let tag = whole.field("etag").unwrap().to_owned();
    let expected = "attachment; filename=\"large.bin\"";
    let mut client = hello.connect();
    client.send(get(target).replace("GET", "HEAD"));
    let head = client.head();
    assert_eq!((head.status(), offered(&head)), (200, expected));
    assert_eq!(head.field("content-length"), Some("307200"));
    assert_eq!(head.field("accept-ranges"), Some("bytes"));
    let rest = ask(
        &hello,
        "GET",
        target,
        &format!("Range: bytes=200000-\r\nIf-Range: {tag}\r\n"),
    );
    // A tag that is still weak proves nothing (RFC 9110 §13.1.5): then it comes whole.
    let (status, from) = if tag.starts_with("W/") {
        (200, 0)
    } else {
        (206, 200_000)
    };
    assert_eq!((rest.status(), offered(&rest)), (status, expected));
    assert_eq!(rest.body, content[from..]);
    let part = ask(&hello, "GET", target, "Range: bytes=-5\r\n");
    assert_eq!((part.status(), offered(&part)), (206, expected));
    assert_eq!(part.body, content[content.len() - 5..]);
    let same = ask(&hello, "GET", target, &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((same.status(), offered(&same)), (304, ""));
    let beyond = ask(&hello, "GET", target, "Range: bytes=400000-\r\n");
    assert_eq!((beyond.status(), offered(&beyond)), (416, ""));
    let several = ask(&hello, "GET", target, "Range: bytes=0-4,1000-1004\r\n");
    assert_eq!((several.status(), offered(&several)), (206, expected));
}

pub fn whatever_a_file_is_called_its_name_is_offered_safely(kernel: Kernel) {
    let folder = folder(&[]);
    let names: [(&[u8], &str, &str); 5] = [
        (
            "Отчёт 1.pdf".as_bytes(),
            "/%D0%9E%D1%82%D1%87%D1%91%D1%82%201.pdf",
            "filename=\"_____ 1.pdf\"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%201.pdf",
        ),
        (
            b"a\"; filename=x.exe",
            "/a%22;%20filename=x.exe",
            "filename=\"a_; filename=x.exe\"; filename*=UTF-8''a%22%3B%20filename%3Dx.exe",
        ),
        (
            b"a\r\nset-cookie: b",
            "/a%0D%0Aset-cookie:%20b",
            "filename=\"a__set-cookie: b\"",
        ),
        (b"\xff\xfe", "/%FF%FE", "filename=\"__\""),
        (
            b"100%25",
            "/100%2525",
            "filename=\"100_25\"; filename*=UTF-8''100%2525",
        ),
    ];
    for (name, _, _) in names {
        fs::write(folder.path().join(OsStr::from_bytes(name)), "hi").unwrap();
    }
    let hello = kernel.serve(folder.path());
    for (_, target, expected) in names {
        let reply = hello.get(&format!("{target}?download"));
        assert_eq!(reply.status(), 200, "{target}");
        assert_eq!(
            offered(&reply),
            format!("attachment; {expected}"),
            "{target}"
        );
        assert_eq!(reply.field("set-cookie"), None);
    }
}

/// What travels in fewer bytes is offered as what it is.
pub fn a_download_that_comes_compressed_has_the_name_of_its_file(kernel: Kernel) {
    let many = "many bytes ".repeat(300);
    let folder = folder(&[("page.txt", &many), ("page.txt.gz", "fewer bytes")]);
    let hello = kernel.serve(folder.path());
    for _ in 0..2 {
        let target = "/page.txt?download";
        let reply = ask(&hello, "GET", target, "Accept-Encoding: gzip\r\n");
        assert_eq!(
            reply.field("content-encoding"),
            Some("gzip"),
            "{}",
            reply.head
        );
        assert_eq!(offered(&reply), "attachment; filename=\"page.txt\"");
    }
}
