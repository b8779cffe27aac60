//! What is said about a file.

use super::Kernel;
use crate::harness::{End, folder, get, large_file};

pub fn a_file_is_sent_with_its_type_its_date_and_its_tag(kernel: Kernel) {
    let names = [
        "page.html",
        "style.css",
        "app.js",
        "notes.txt",
        "photo.png",
        "LICENSE",
    ];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "hi")).collect();
    let folder = folder(&files);
    let hello = kernel.serve(folder.path());
    for (name, expected) in [
        ("page.html", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("notes.txt", "text/plain; charset=utf-8"),
        ("photo.png", "image/png"),
        ("LICENSE", "application/octet-stream"),
    ] {
        let reply = hello.get(&format!("/{name}"));
        assert_eq!(reply.status(), 200, "{name}");
        assert_eq!(reply.field("content-type"), Some(expected), "{name}");
        assert_eq!(reply.field("cache-control"), Some("no-cache"));
        assert_eq!(reply.field("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.field("server"), Some("hello"));
        assert_eq!(reply.field("accept-ranges"), Some("bytes"));
        assert!(reply.field("etag").unwrap().starts_with('"'), "strong");
        assert!(reply.field("last-modified").unwrap().ends_with(" GMT"));
        assert!(reply.field("date").unwrap().ends_with(" GMT"));
    }
}

pub fn what_a_client_has_is_not_sent_again(kernel: Kernel) {
    let folder = folder(&[("small.txt", "hi")]);
    large_file(&folder.path().join("large.bin"), 1 << 20);
    let hello = kernel.serve(folder.path());
    for name in ["small.txt", "large.bin"] {
        let first = hello.get(&format!("/{name}"));
        let etag = first.field("etag").unwrap();
        let modified = first.field("last-modified").unwrap();
        for (condition, status) in [
            (format!("If-None-Match: {etag}"), 304),
            (format!("If-None-Match: \"x\", W/{etag}"), 304),
            ("If-None-Match: *".to_owned(), 304),
            ("If-None-Match: \"x\"".to_owned(), 200),
            (format!("If-Modified-Since: {modified}"), 304),
            (
                "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
                200,
            ),
            ("If-Modified-Since: yesterday".to_owned(), 200),
            // The tag decides; the date is not looked at (RFC 9110 §13.2.2).
            (
                format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {modified}"),
                200,
            ),
        ] {
            let mut client = hello.connect();
            client.send(format!(
                "GET /{name} HTTP/1.1\r\nHost: a\r\n{condition}\r\n\r\n"
            ));
            let reply = client.reply();
            assert_eq!(reply.status(), status, "{name} {condition}");
            assert_eq!(reply.field("etag"), Some(etag), "{name} {condition}");
            assert_eq!(client.get("/nothing").status(), 404, "nothing came between");
        }
    }
}

pub fn a_condition_that_does_not_hold_is_412(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = kernel.serve(folder.path());
    let first = hello.get("/page.txt");
    let etag = first.field("etag").unwrap();
    let modified = first.field("last-modified").unwrap();
    for (condition, status) in [
        (format!("If-Match: {etag}"), 200),
        ("If-Match: *".to_owned(), 200),
        ("If-Match: \"x\"".to_owned(), 412),
        (format!("If-Match: W/{etag}"), 412),
        (format!("If-Unmodified-Since: {modified}"), 200),
        (
            "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
            412,
        ),
    ] {
        let reply = hello.say(format!(
            "GET /page.txt HTTP/1.1\r\nHost: a\r\n{condition}\r\n\r\n"
        ));
        assert_eq!(reply.status(), status, "{condition}");
    }
}

pub fn a_part_is_sent_to_those_who_ask_for_one(kernel: Kernel) {
    let folder = folder(&[("small.txt", "0123456789")]);
    let large = large_file(&folder.path().join("large.bin"), 1 << 20);
    let hello = kernel.serve(folder.path());
    for (name, content) in [("small.txt", &b"0123456789"[..]), ("large.bin", &large)] {
        let size = content.len();
        for (range, status, part) in [
            ("bytes=0-0", 206, 0..1),
            ("bytes=2-5", 206, 2..6),
            ("bytes=5-", 206, 5..size),
            ("bytes=-3", 206, size - 3..size),
            ("bytes=-99999999", 206, 0..size),
            ("bytes=3-99999999", 206, 3..size),
            ("bytes=99999999-", 416, 0..0),
            ("bytes=-0", 416, 0..0),
            ("bytes=5-2", 200, 0..size),
            ("bytes=0-1,3-4", 206, 0..5),
            ("bytes=20000000-,3-4", 206, 3..5),
            ("bytes=0-1,x", 200, 0..size),
            ("lines=1-2", 200, 0..size),
        ] {
            let request = format!("GET /{name} HTTP/1.1\r\nHost: a\r\nRange: {range}\r\n\r\n");
            let reply = hello.say(request);
            assert_eq!(reply.status(), status, "{name} {range}");
            if status == 416 {
                let expected = format!("bytes */{size}");
                assert_eq!(reply.field("content-range"), Some(&expected[..]), "{range}");
                continue;
            }
            assert!(reply.body == content[part.clone()], "{name} {range}");
            let expected = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            let told = (status == 206).then_some(&expected[..]);
            assert_eq!(reply.field("content-range"), told, "{name} {range}");
        }
    }
}

/// RFC 9110 §14.6: each part has a head, the same type as the whole, and its place in it.
pub fn several_parts_come_in_an_envelope(kernel: Kernel) {
    let folder = folder(&[("small.txt", &"0123456789".repeat(1000))]);
    let small = "0123456789".repeat(1000);
    let large = large_file(&folder.path().join("large.bin"), 1 << 20);
    let hello = kernel.serve(folder.path());
    let files = [
        ("small.txt", "text/plain; charset=utf-8", small.as_bytes()),
        ("large.bin", "application/octet-stream", &large[..]),
    ];
    let mut boundaries = Vec::new();
    for (name, content_type, content) in files {
        let size = content.len();
        let asked = "bytes=500-599, 99999999-, -10, 0-0, 510-609";
        let request = format!("GET /{name} HTTP/1.1\r\nHost: a\r\nRange: {asked}\r\n\r\n");
        let reply = hello.say(request);
        assert_eq!(reply.status(), 206, "{name}");
        assert_eq!(reply.field("content-range"), None);
        let envelope = reply.field("content-type").unwrap();
        let boundary = { envelope.strip_prefix("multipart/byteranges; boundary=") };
        let boundary = boundary.unwrap_or_else(|| panic!("{envelope}"));
        let mut expected = Vec::new();
        for part in [500..610, size - 10..size, 0..1] {
            let (first, last) = (part.start, part.end - 1);
            let head = format!(
                "\r\n--{boundary}\r\ncontent-type: {content_type}\r\n\
                 content-range: bytes {first}-{last}/{size}\r\n\r\n"
            );
            expected.extend_from_slice(head.as_bytes());
            expected.extend_from_slice(&content[part]);
        }
        expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        assert!(reply.body == expected, "{name}");
        let length = reply.field("content-length").unwrap();
        assert_eq!(length, expected.len().to_string());
        boundaries.push(boundary.to_owned());
    }
    assert_ne!(
        boundaries[0], boundaries[1],
        "nobody can know it beforehand"
    );
}

pub fn a_part_of_what_has_changed_is_sent_whole(kernel: Kernel) {
    let folder = folder(&[("page.txt", "0123456789")]);
    let hello = kernel.serve(folder.path());
    let first = hello.get("/page.txt");
    let etag = first.field("etag").unwrap();
    let modified = first.field("last-modified").unwrap();
    for (condition, text) in [
        (etag, "2345"),
        (modified, "2345"),
        ("\"x\"", "0123456789"),
        (&format!("W/{etag}"), "0123456789"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "0123456789"),
    ] {
        let range = format!("Range: bytes=2-5\r\nIf-Range: {condition}");
        let reply = hello.say(format!(
            "GET /page.txt HTTP/1.1\r\nHost: a\r\n{range}\r\n\r\n"
        ));
        assert_eq!(reply.text(), text, "{condition}");
    }
}

pub fn a_folder_without_its_slash_is_redirected(kernel: Kernel) {
    let folder = folder(&[("docs/index.html", "hi"), ("a b/index.html", "hi")]);
    let hello = kernel.serve(folder.path());
    for (target, location) in [
        ("/docs", "/docs/"),
        ("/docs?x=1&y=/", "/docs/?x=1&y=/"),
        ("/a%20b", "/a%20b/"),
    ] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 301, "{target}");
        assert_eq!(reply.field("location"), Some(location), "{target}");
        hello.until(|event| event.is_request(target) && event.text("reason") == "slash-missing");
    }
    assert_eq!(hello.get("/docs/").text(), "hi");
}

/// A browser would take `//evil.example` in a redirect for another host.
pub fn a_path_that_begins_with_two_slashes_leads_nowhere(kernel: Kernel) {
    let folder = folder(&[("docs/index.html", "hi")]);
    let hello = kernel.serve(folder.path());
    for target in [
        "//evil.example",
        "//evil.example/..",
        "//docs",
        "/%2fdocs",
        "///docs",
    ] {
        let reply = hello.get(target);
        assert!(reply.status() >= 400, "{target}: {}", reply.head);
        assert_eq!(reply.field("location"), None, "{target}");
    }
}

pub fn a_single_file_is_served_at_the_start_and_under_its_name(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi"), ("other.txt", "secret")]);
    let hello = kernel.serve(&folder.path().join("page.txt"));
    for (target, status) in [("/", 200), ("/page.txt", 200), ("/other.txt", 404)] {
        assert_eq!(hello.get(target).status(), status, "{target}");
    }
    assert_eq!(hello.get("/").text(), "hi");
}

pub fn a_folder_without_a_page_says_so(kernel: Kernel) {
    let folder = folder(&[("docs/page.txt", "hi")]);
    let hello = kernel.serve_with(&["--no-list"], folder.path());
    for target in ["/", "/docs/"] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert!(reply.text().contains("index.html"), "{}", reply.text());
        hello.until(|event| event.is_request(target) && event.text("reason") == "no-index");
    }
}

pub fn what_is_not_there_is_404(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi"), ("docs/index.html", "hi")]);
    let hello = kernel.serve(folder.path());
    for target in [
        "/nothing",
        "/nothing/",
        "/docs/nothing",
        "/page.txt/",
        "/page.txt/x",
    ] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert_eq!(
            reply.field("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(!reply.text().contains("nothing"), "nothing the client said");
        hello.until(|event| event.is_request(target) && event.text("reason") == "no-such-file");
    }
    let russian = "GET /nothing HTTP/1.1\r\nHost: a\r\nAccept-Language: ru\r\n\r\n";
    assert_eq!(hello.say(russian).field("content-language"), Some("ru"));
}

pub fn head_has_the_fields_of_get(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi"), ("docs/index.html", "hi")]);
    large_file(&folder.path().join("large.bin"), 1 << 20);
    let hello = kernel.serve(folder.path());
    for target in [
        "/page.txt",
        "/large.bin",
        "/docs",
        "/docs/",
        "/nothing",
        "/",
    ] {
        let mut client = hello.connect();
        let whole = client.get(target);
        client.send(get(target).replace("GET", "HEAD"));
        let head = client.head();
        let without_date = |reply: &crate::harness::Reply| -> Vec<String> {
            { reply.head.lines() }
                .filter(|line| !line.starts_with("date: "))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(without_date(&head), without_date(&whole), "{target}");
        client.half_close();
        assert_eq!(client.end(), End::Closed, "no content");
    }
}

pub fn large_and_small_files_arrive_whole(kernel: Kernel) {
    let folder = folder(&[("empty.txt", "")]);
    // Around what is copied behind a head, kept in memory, and sent in one window.
    let sizes = [
        8,
        8 << 10,
        (8 << 10) + 8,
        64 << 10,
        (64 << 10) + 8,
        256 << 10,
        5 << 20,
    ];
    let contents: Vec<(String, Vec<u8>)> = { sizes.into_iter() }
        .map(|size| {
            let path = folder.path().join(size.to_string());
            let content = large_file(&path, size);

            (format!("/{size}"), content)
        })
        .collect();
    let hello = kernel.serve(folder.path());
    let mut client = hello.connect();
    // Twice: from the disk, and from what was kept.
    for _ in 0..2 {
        for (target, content) in &contents {
            let reply = client.get(target);
            assert_eq!(reply.status(), 200, "{target}");
            assert!(reply.body == *content, "{target}");
        }
        assert_eq!(client.get("/empty.txt").length(), 0);
    }
    // And all of them asked for at once.
    let requests: String = contents.iter().map(|(target, _)| get(target)).collect();
    client.send(requests);
    for (target, content) in &contents {
        assert!(client.reply().body == *content, "{target}");
    }
}
