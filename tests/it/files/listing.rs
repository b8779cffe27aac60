//! What is told of a folder that has no page of its own.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use percent_encoding::percent_decode_str;
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
use serde_json::Value;

use super::{Kernel, eventually};
use crate::harness::{Hello, Reply, folder};

/// What a program is told.
fn told(hello: &Hello, target: &str) -> Value {
    let reply = hello.get(target);
    assert_eq!(reply.status(), 200, "{target}");
    assert_eq!(reply.field("content-type"), Some("application/json"));
    serde_json::from_slice(&reply.body).unwrap()
}

fn names(told: &Value) -> Vec<&str> {
    let entries = told["entries"].as_array().unwrap();
    { entries.iter() }
        .map(|entry| entry["name"].as_str().unwrap())
        .collect()
}

/// What stands in attributes of this name on a page, without its escapes.
fn attributes<'a>(page: &'a str, name: &str) -> impl Iterator<Item = String> + use<'a> {
    let start = format!("{name}=\"");
    let pieces: Vec<&str> = page.split(&start).skip(1).collect();
    pieces.into_iter().map(|piece| {
        let value = piece.split('"').next().unwrap();
        { value.replace("&amp;", "&").replace("&#39;", "'") }.replace("&lt;", "<")
    })
}

/// The names in the list on a page, in its order.
fn rows(page: &str) -> Vec<String> {
    let list = page.split_once("<tbody>").map_or("", |(_, list)| list);
    let list = list.split("</tbody>").next().unwrap();
    { list.split("<tr>").skip(1) }
        .map(|row| attributes(row, "href").next().unwrap())
        .collect()
}

fn in_words(hello: &Hello, target: &str, fields: &str) -> Reply {
    hello.say(format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n"
    ))
}

pub fn a_folder_without_a_page_is_listed_in_natural_order(kernel: Kernel) {
    let folder = folder(&[
        ("file10.txt", "0123456789"),
        ("file2.txt", "hi"),
        ("File1.txt", ""),
        ("sub10/page.txt", "hi"),
        ("sub9/index.html", "hello"),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let reply = hello.get("/");
    assert_eq!(reply.status(), 200);
    assert_eq!(
        reply.field("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(reply.field("cache-control"), Some("no-cache"));
    assert_eq!(
        reply.field("vary"),
        Some("accept, accept-language, accept-encoding")
    );
    assert_eq!(reply.field("accept-ranges"), None);
    let expected = [
        "./sub9/",
        "./sub10/",
        "./File1.txt",
        "./file2.txt",
        "./file10.txt",
    ];
    assert_eq!(rows(&reply.text()), expected);
    assert!(reply.text().contains("2 folders · 3 files"));
    let told = told(&hello, "/?format=json");
    assert_eq!(told["path"], "/");
    assert_eq!(told["truncated"], false);
    assert_eq!(
        names(&told),
        ["sub9", "sub10", "File1.txt", "file2.txt", "file10.txt"]
    );
    let entries = &told["entries"];
    assert_eq!(entries[0]["kind"], "folder");
    assert_eq!(entries[0]["href"], "./sub9/");
    assert_eq!(entries[0].get("size"), None);
    assert_eq!(entries[4]["kind"], "file");
    assert_eq!(entries[4]["size"], 10);
    let modified = fs::metadata(folder.path().join("file2.txt"))
        .unwrap()
        .modified()
        .unwrap();
    let modified = humantime::format_rfc3339_seconds(modified).to_string();
    assert_eq!(entries[3]["modified"], modified);
    assert_eq!(
        hello.get("/sub9/").text(),
        "hello",
        "its own page comes first"
    );
    assert_eq!(hello.get("/nothing/").status(), 404);
    assert_eq!(hello.get("/file2.txt/").status(), 404);
}

pub fn a_listing_is_in_the_format_and_language_asked_for(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let page = "text/html; charset=utf-8";
    for (fields, target, expected) in [
        ("Accept: application/json", "/", "application/json"),
        (
            "Accept: application/json, text/plain, */*",
            "/",
            "application/json",
        ),
        ("Accept: text/html, application/json;q=0.9", "/", page),
        ("Accept: */*", "/", page),
        ("Accept: application/json", "/?format=html", page),
        ("Accept: text/html", "/?format=json", "application/json"),
    ] {
        let reply = in_words(&hello, target, fields);
        assert_eq!(
            reply.field("content-type"),
            Some(expected),
            "{fields} {target}"
        );
        assert_eq!(
            reply.field("vary"),
            Some("accept, accept-language, accept-encoding")
        );
    }
    for (fields, target, language) in [
        ("Accept-Language: ru", "/", "ru"),
        ("Accept-Language: en", "/", "en"),
        ("Accept-Language: ru", "/?lang=en", "en"),
        ("Accept-Language: en", "/?lang=ru", "ru"),
    ] {
        let reply = in_words(&hello, target, fields);
        assert_eq!(reply.field("content-language"), Some(language));
        let words = if language == "ru" {
            "1 файл"
        } else {
            "1 file"
        };
        assert!(reply.text().contains(words), "{target} {fields}");
    }
}

pub fn a_listing_is_ordered_by_size_and_date_if_asked(kernel: Kernel) {
    let folder = folder(&[
        ("a.txt", "0123456789"),
        ("b.txt", "hi"),
        ("c.txt", "hello"),
        ("sub/page.txt", "hi"),
    ]);
    for (name, hours) in [("a.txt", 3), ("b.txt", 1), ("c.txt", 2)] {
        let file = fs::File::options()
            .write(true)
            .open(folder.path().join(name))
            .unwrap();
        let time = hello::clock::wall() - std::time::Duration::from_hours(hours);
        file.set_modified(time).unwrap();
    }
    let hello = kernel.serve_with(&["--list"], folder.path());
    for (query, expected) in [
        ("sort=name", "abc"),
        ("sort=name&order=desc", "cba"),
        ("sort=size", "acb"),
        ("sort=size&order=asc", "bca"),
        ("sort=date", "bca"),
        ("sort=date&order=asc", "acb"),
        ("sort=nothing&order=nothing", "abc"),
    ] {
        let files: Vec<String> = expected.chars().map(|c| format!("./{c}.txt")).collect();
        let page = rows(&hello.get(&format!("/?{query}")).text());
        assert!(
            page[0].starts_with("./sub/"),
            "folders come first: {page:?}"
        );
        assert_eq!(page[1..], files, "{query}");
        let told = told(&hello, &format!("/?{query}&format=json"));
        assert_eq!(names(&told)[0], "sub");
        assert_eq!(names(&told)[1..].concat().replace(".txt", ""), expected);
    }
}

pub fn what_cannot_be_asked_for_is_not_told(kernel: Kernel) {
    let outer = folder(&[
        ("secret.txt", "secret"),
        ("root/page.txt", "hi"),
        ("root/docs/page.txt", "hi"),
        ("root/.hidden", "hi"),
        ("root/.git/config", "hi"),
        ("root/back\\slash.txt", "hi"),
    ]);
    let root = outer.path().join("root");
    for (name, leads_to) in [
        ("out.txt", "../secret.txt"),
        ("absolute", "/etc/passwd"),
        ("up", ".."),
        ("dead", "nothing"),
        ("loop", "loop"),
        ("inside.txt", "docs/page.txt"),
        ("folder", "docs"),
    ] {
        symlink(leads_to, root.join(name)).unwrap();
    }
    let pipe = rustix::fs::CWD;
    rustix::fs::mkfifoat(pipe, root.join("pipe"), rustix::fs::Mode::RWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    let hello = kernel.serve_with(&["--list"], &root);
    let expected = ["docs", "folder", "inside.txt", "page.txt"];
    assert_eq!(names(&told(&hello, "/?format=json")), expected);
    assert_eq!(rows(&hello.get("/").text()).len(), expected.len());
    assert_eq!(
        names(&told(&hello, "/?format=json&q=e")),
        ["folder", "inside.txt", "page.txt", "docs/page.txt"]
    );
    for target in [
        "/?preview=out.txt",
        "/?preview=.hidden",
        "/?preview=docs/page.txt",
        "/?preview=../secret.txt",
        "/?preview=pipe",
        "/?preview=back\\slash.txt",
        "/?preview=",
    ] {
        let target = target.replace('\\', "%5C");
        assert_eq!(hello.get(&target).status(), 404, "{target}");
    }
    // A link that leads elsewhere from now on is seen, though its folder does not change.
    fs::remove_file(root.join("docs/page.txt")).unwrap();
    eventually(&hello, "/", |reply| rows(&reply.text()).len() == 3);
}

const ODD_NAMES: [&[u8]; 22] = [
    b"plain.txt",
    b"two words.txt",
    b"100%.txt",
    b"%41.txt",
    b"%2e%2e",
    b"what?.txt",
    b"a#b.txt",
    b"a&b;c.txt",
    b"a+b=c.txt",
    b"\"quoted\" 'too'.txt",
    b"<script>alert(1)<script>.html",
    b"javascript:alert(1)",
    b"c:colon.txt",
    b"line\nbreak\r.txt",
    b"tab\tesc\x1b[31m\x07\x7f.txt",
    b"\xff\xfe\x80.txt",
    b"\xd0.txt",
    "Привет, ёж.txt".as_bytes(),
    "שלום.txt".as_bytes(),
    "txt.\u{202e}gpj.exe".as_bytes(),
    "日本語 🦀.md".as_bytes(),
    b"~tilde-_.",
];

pub fn whatever_a_name_is_made_of_it_is_shown_and_its_link_leads_to_it(kernel: Kernel) {
    let folder = folder(&[]);
    let long = [b'x'; 255];
    let odd: Vec<&[u8]> = ODD_NAMES.into_iter().chain([&long[..]]).collect();
    let make = |parent: &Path| {
        for name in &odd {
            fs::write(parent.join(OsStr::from_bytes(name)), name).unwrap();
        }
    };
    make(folder.path());
    // A folder of each name, with as many in it.
    for name in ODD_NAMES {
        let parent = folder.path().join("below").join(OsStr::from_bytes(name));
        fs::create_dir_all(&parent).unwrap();
        make(&parent);
    }
    let hello = kernel.serve_with(&["--list"], folder.path());
    let mut client = hello.connect();
    let mut waiting = vec!["/".to_owned()];
    let mut files = 0;
    while let Some(target) = waiting.pop() {
        let reply = client.get(&target);
        assert_eq!(reply.status(), 200, "{target}");
        let page = reply.text();
        assert!(!page.contains("<script>alert"), "{target}");
        let listed = page.split_once("<body>").unwrap().1;
        assert!(
            !listed.contains(['\u{202e}', '\x1b', '\x07', '\r']),
            "{target}"
        );
        let json = client.get(&format!("{target}?format=json"));
        let json: Value = serde_json::from_slice(&json.body).unwrap();
        let hrefs: Vec<&str> = { json["entries"].as_array().unwrap().iter() }
            .map(|entry| entry["href"].as_str().unwrap())
            .collect();
        assert_eq!(
            rows(&page),
            hrefs,
            "{target}: the same for people and programs"
        );
        for href in hrefs {
            let way = href.strip_prefix("./").unwrap();
            let target = format!("{target}{way}");
            if way.ends_with('/') {
                waiting.push(target);
                continue;
            }
            let name: Vec<u8> = percent_decode_str(way).collect();
            let reply = client.get(&target);
            assert_eq!(reply.status(), 200, "{target}");
            assert!(reply.body == name, "{target}");
            files += 1;
        }
    }
    assert_eq!(
        files,
        odd.len() * (1 + ODD_NAMES.len()),
        "every file was found"
    );
}

pub fn a_listing_that_has_not_changed_is_not_sent_again(kernel: Kernel) {
    let folder = folder(&[("a.txt", "hi")]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    for target in ["/", "/?format=json"] {
        let first = hello.get(target);
        let etag = first.field("etag").unwrap().to_owned();
        let again = in_words(&hello, target, &format!("If-None-Match: {etag}"));
        assert_eq!(again.status(), 304, "{target}");
        assert_eq!(
            again.field("vary"),
            Some("accept, accept-language, accept-encoding")
        );
        let mut client = hello.connect();
        client.send(crate::harness::get(target).replace("GET", "HEAD"));
        let head = client.head();
        assert_eq!(head.field("etag"), Some(&etag[..]));
        assert_eq!(head.field("content-length"), first.field("content-length"));
    }
    let etag = hello.get("/").field("etag").unwrap().to_owned();
    // A file that grows does not change its folder, one that comes does.
    fs::write(folder.path().join("a.txt"), "hello, hello").unwrap();
    eventually(&hello, "/?format=json", |reply| {
        reply.text().contains("\"size\":12")
    });
    fs::write(folder.path().join("b.txt"), "hi").unwrap();
    eventually(&hello, "/", |reply| rows(&reply.text()).len() == 2);
    let later = in_words(&hello, "/", &format!("If-None-Match: {etag}"));
    assert_eq!(later.status(), 200);
    fs::write(folder.path().join("index.html"), "mine").unwrap();
    eventually(&hello, "/", |reply| reply.text() == "mine");
    fs::remove_file(folder.path().join("index.html")).unwrap();
    eventually(&hello, "/", |reply| rows(&reply.text()).len() == 2);
}

pub fn a_search_finds_names_below_and_ends_at_its_bounds(kernel: Kernel) {
    let deep = "d/".repeat(40);
    let folder = folder(&[
        ("needle 10.txt", "hi"),
        ("Needle 9.txt", "hi"),
        ("b/c/NEEDLE.txt", "hi"),
        ("b/needle/x.txt", "hi"),
        ("b/index.html", "hi"),
        ("b/.needle", "hi"),
        ("Ёлка.txt", "hi"),
        (&format!("deep/{deep}needle at the bottom.txt"), "hi"),
    ]);
    symlink("b", folder.path().join("link")).unwrap();
    let hello = kernel.serve_with(&["--list"], folder.path());
    let found = told(&hello, "/?format=json&q=needle");
    let expected = [
        "Needle 9.txt",
        "needle 10.txt",
        "b/needle",
        "b/c/NEEDLE.txt",
    ];
    assert_eq!(
        names(&found),
        expected,
        "nearest first, links not gone through"
    );
    assert_eq!(
        found["truncated"], true,
        "one tree is deeper than anybody builds"
    );
    assert_eq!(found["entries"][3]["href"], "./b/c/NEEDLE.txt");
    assert_eq!(
        names(&told(&hello, "/b/c/?format=json&q=needle")),
        ["NEEDLE.txt"]
    );
    assert_eq!(
        hello.get("/b/?q=needle").text(),
        "hi",
        "a page of its own comes first"
    );
}

pub fn a_filter_looks_in_its_folder_alone(kernel: Kernel) {
    let folder = folder(&[
        ("needle.txt", "hi"),
        ("Ёлка.txt", "hi"),
        ("b/needle.txt", "hi"),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    assert_eq!(
        names(&told(&hello, "/?format=json&q=needle&here")),
        ["needle.txt"]
    );
    assert_eq!(rows(&hello.get("/?q=needle&here").text()), ["./needle.txt"]);
    assert_eq!(
        names(&told(&hello, "/?format=json&q=%D0%B5%D0%BB%D0%BA")),
        ["Ёлка.txt"]
    );
    let nothing = hello.get("/?q=%3Cscript%3Ealert(1)%22");
    assert_eq!(nothing.status(), 200);
    assert!(
        nothing
            .text()
            .contains("value=\"&lt;script&gt;alert(1)&quot;\"")
    );
    assert!(rows(&nothing.text()).is_empty());
}

pub fn crumbs_lead_up_to_the_root_and_not_above(kernel: Kernel) {
    let folder = folder(&[("a b/c/d/page.txt", "hi")]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    for (target, expected) in [
        ("/", &["./"][..]),
        ("/a%20b/", &["../", "./"]),
        ("/a%20b/c/d/", &["../../../", "../../", "../", "./"]),
        (
            "/a%20b/c/?lang=ru",
            &["../../?lang=ru", "../?lang=ru", "./?lang=ru"],
        ),
    ] {
        let page = hello.get(target).text();
        let crumbs = page.split_once("class=\"crumbs\"").unwrap().1;
        let crumbs = crumbs.split("</nav>").next().unwrap();
        let links: Vec<String> = attributes(crumbs, "href").collect();
        assert_eq!(links, expected, "{target}");
    }
    assert!(
        hello
            .get("/?lang=ru")
            .text()
            .contains("href=\"./a%20b/?lang=ru\"")
    );
}

pub fn a_readme_is_part_of_the_page_and_runs_nothing(kernel: Kernel) {
    let text = "# About\n\n<script>alert(1)</script>\n\n[in](sub/) [no](javascript:alert(1)) \
                ![p](p.png) ![far](https://far.example/p.png) <b onclick=\"x\">bold</b>\n";
    let folder = folder(&[
        ("README.md", text),
        ("readme.txt", "plain"),
        ("sub/Readme", "<b>as it stands</b>"),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let page = hello.get("/").text();
    let (_, readme) = page.split_once("<section class=\"readme\"").unwrap();
    assert!(readme.contains("<h2 id=\"readme-about\">About</h2>"));
    assert!(
        readme.contains("<a href=\"sub/\">in</a> no <img src=\"p.png\" alt=\"p\" /> far bold"),
        "{readme}"
    );
    for bad in ["<script", "javascript:", "onclick", "far.example", "<b"] {
        assert!(!readme.contains(bad), "{bad}");
    }
    let below = hello.get("/sub/").text();
    assert!(
        below.contains("<pre>&lt;b&gt;as it stands&lt;/b&gt;</pre>"),
        "{below}"
    );
}

pub fn a_file_is_looked_at_within_the_page(kernel: Kernel) {
    let long = "a line of text\n".repeat(20_000);
    let folder = folder(&[
        ("a.png", "png"),
        ("b.mp3", "mp3"),
        ("c.webm", "webm"),
        ("d.rs", "fn main() { \"<b>\" }\r\n\tx\x1b[31m\u{202e}"),
        ("e.txt", &long),
        ("f.zip", "PK"),
        ("g.txt", "a\0b"),
        ("h \" x.txt", "hi"),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let seen = |target: &str| {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 200, "{target}");
        assert!(reply.field("content-security-policy").is_some());
        reply.text().split_once("<main>").unwrap().1.to_owned()
    };
    assert!(seen("/?preview=a.png").contains("<img class=\"seen\" src=\"./a.png\" alt=\"a.png\">"));
    assert!(
        seen("/?preview=b.mp3")
            .contains("<audio class=\"seen\" controls preload=\"none\" src=\"./b.mp3\"")
    );
    assert!(
        seen("/?preview=c.webm")
            .contains("<video class=\"seen\" controls preload=\"none\" src=\"./c.webm\"")
    );
    let code = seen("/?preview=d.rs");
    let shown = "fn main() { &quot;&lt;b&gt;&quot; }\n\tx\\u{1b}[31m\\u{202e}</pre>";
    assert!(code.contains(shown), "{code}");
    let neighbours: Vec<String> = { attributes(&code, "href") }
        .filter(|href| href.contains("preview"))
        .collect();
    assert_eq!(neighbours, ["?preview=c.webm", "?preview=e.txt"]);
    let text = seen("/?preview=e.txt");
    assert_eq!(text.matches("a line of text").count(), (128 << 10) / 15);
    assert!(text.contains("first 128 KiB"));
    assert!(seen("/?preview=g.txt").contains("not text"));
    assert!(
        seen("/?preview=h+%22%20x.txt").contains("<pre class=\"seen\" tabindex=\"0\">hi</pre>")
    );
    assert_eq!(hello.get("/?preview=nothing.txt").status(), 404);
    assert!(
        hello
            .get("/?view=tiles")
            .text()
            .contains("<img loading=\"lazy\" decoding=\"async\" alt=\"\" src=\"./a.png\">")
    );
    let page = hello.get("/").text();
    assert!(page.contains("href=\"?preview=a.png\""));
    assert!(!page.contains("?preview=f.zip"));
}

/// Whatever else comes into the page, the browser runs nothing: its own style and script are known
/// by their sums.
pub fn the_policy_of_a_listing_allows_what_is_in_it_and_nothing_else(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    for target in ["/", "/?preview=page.txt", "/?q=x"] {
        let reply = hello.get(target);
        let policy = reply.field("content-security-policy").unwrap();
        let page = reply.text();
        for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
            let (_, content) = page.split_once(&format!("<{element}>")).unwrap();
            let (content, rest) = content.split_once(&format!("</{element}>")).unwrap();
            assert!(!rest.contains(&format!("<{element}")), "one alone");
            let hash = TLS13_AES_128_GCM_SHA256
                .tls13()
                .unwrap()
                .common
                .hash_provider;
            let sum = base64(hash.hash(content.as_bytes()).as_ref());
            let expected = format!("{directive} 'sha256-{sum}';");
            assert!(
                policy.contains(&expected),
                "put it into page.rs: {expected}\n{policy}"
            );
        }
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(!policy.contains("unsafe"));
        let body = page.split_once("<body>").unwrap().1;
        for inline in [" style=", " onclick=", " onload=", "javascript:"] {
            assert!(!body.contains(inline), "{inline}");
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    let letters = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['+', '/']);
    let letters: Vec<char> = letters.collect();
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = { [16, 8, 0].iter().zip(three) }.fold(0_usize, |bits, (shift, byte)| {
            bits | usize::from(*byte) << shift
        });
        for place in 0..4 {
            if place <= three.len() {
                text.push(letters[bits >> (18 - 6 * place) & 63]);
            } else {
                text.push('=');
            }
        }
    }
    text
}

pub fn no_folder_is_listed_where_that_is_not_wanted(kernel: Kernel) {
    let folder = folder(&[("docs/page.txt", "hi")]);
    let hello = kernel.serve_with(&["--no-list"], folder.path());
    for target in ["/", "/docs/", "/?format=json", "/?preview=x", "/?q=page"] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert!(!reply.text().contains("page.txt"));
        assert!(reply.text().contains("--list"), "{}", reply.text());
    }
    let event = hello.until(|event| event.is_request("/docs/"));
    assert_eq!(event.text("reason"), "no-index");
    let hello = kernel.serve_with(&["--list"], folder.path());
    assert_eq!(rows(&hello.get("/docs/").text()), ["./page.txt"]);
}

/// A stranger's page can have its own name point to this machine, and a tunnel or a proxy brings the
/// whole world: neither is told what there is, unless the person at this machine said so.
pub fn unless_told_folders_are_listed_to_this_machine_alone(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = kernel.serve(folder.path());
    for (fields, status) in [
        ("Host: localhost", 200),
        ("Host: LOCALHOST:8080", 200),
        ("Host: 127.0.0.1:8080", 200),
        ("Host: 127.8.0.1", 200),
        ("Host: [::1]:8080", 200),
        ("Host: localhost\r\nSec-Fetch-Site: cross-site", 200),
        ("Host: evil.example", 404),
        ("Host: 127.0.0.1.evil.example", 404),
        ("Host: 192.0.2.1", 404),
        ("Host: localhost\r\nX-Forwarded-For: 192.0.2.1", 404),
        ("Host: localhost\r\nForwarded: for=192.0.2.1", 404),
        ("Host: localhost\r\nVia: 1.1 proxy", 404),
    ] {
        for target in ["/", "/?format=json", "/?q=page", "/?preview=page.txt"] {
            let reply = hello.say(format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n"));
            assert_eq!(reply.status(), status, "{fields} {target}");
            assert_eq!(reply.text().contains("page.txt"), status == 200);
        }
    }
    assert_eq!(
        hello.get("/page.txt").text(),
        "hi",
        "the files are no secret"
    );
}
