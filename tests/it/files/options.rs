//! What a person may decide about a folder.

use std::os::unix::fs::symlink;

use super::Kernel;
use crate::harness::{Hello, Protocol, Reply, folder};

fn served(kernel: Kernel, options: &[&str], files: &[(&str, &str)]) -> (Hello, tempfile::TempDir) {
    let folder = folder(files);
    (kernel.serve_with(options, folder.path()), folder)
}

fn ask(hello: &Hello, method: &str, target: &str, fields: &[(&str, &str)]) -> Reply {
    let fields: Vec<String> = { fields.iter() }
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let fields = fields.concat();
    hello.say(format!(
        "{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"
    ))
}

fn status_and_text(reply: &Reply) -> (u16, String) {
    (reply.status(), reply.text())
}

pub fn an_application_gets_its_paths_and_not_its_missing_files(kernel: Kernel) {
    let files = [
        ("index.html", "the application"),
        ("about.html", "a page"),
        ("docs/index.html", "docs"),
        ("404.html", "nothing"),
    ];
    let (hello, folder) = served(kernel, &["--spa"], &files);
    let start = hello.get("/");
    for path in ["/users/7", "/users/", "/users?tab=2", "/v1.2/users"] {
        let reply = hello.get(path);
        assert_eq!(
            status_and_text(&reply),
            (200, "the application".to_owned()),
            "{path}"
        );
        assert_eq!(
            reply.field("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(reply.field("etag"), start.field("etag"), "{path}");
    }
    for (path, status, text) in [
        ("/docs/", 200, "docs"),
        ("/about.html", 200, "a page"),
        ("/app.js", 404, "nothing"),
        ("/users/ada.png", 404, "nothing"),
    ] {
        let reply = hello.get(path);
        assert_eq!(status_and_text(&reply), (status, text.to_owned()), "{path}");
    }
    // The journal says what there was not.
    hello.until(|event| event.is_request("/users/7") && event.text("reason") == "no-such-file");
    // A condition holds for the page that is sent.
    let fields = [("If-None-Match", start.field("etag").unwrap())];
    if !start.field("etag").unwrap().starts_with("W/") {
        assert_eq!(ask(&hello, "GET", "/users/8", &fields).status(), 304);
    }
    // An application may be a single file.
    let hello = kernel.serve_with(&["--spa"], &folder.path().join("index.html"));
    assert_eq!(hello.get("/users/7").text(), "the application");
    assert_eq!(hello.get("/app.js").status(), 404);
}

pub fn a_page_has_one_clean_address(kernel: Kernel) {
    let files = [
        ("index.html", "start"),
        ("about.html", "about"),
        ("docs/index.html", "docs"),
        ("docs.html", "a page called docs"),
        ("guide/index.html", "guide"),
        ("a b/é.html", "é"),
        ("plain", "plain"),
        ("plain.html", "not this one"),
    ];
    let (hello, _folder) = served(kernel, &["--clean-urls"], &files);
    for (path, text) in [
        ("/", "start"),
        ("/about", "about"),
        ("/docs", "a page called docs"),
        ("/docs/", "docs"),
        ("/guide/", "guide"),
        ("/a%20b/%C3%A9", "é"),
        ("/plain", "plain"),
    ] {
        let reply = hello.get(path);
        assert_eq!(status_and_text(&reply), (200, text.to_owned()), "{path}");
    }
    assert_eq!(
        hello.get("/about").field("content-type"),
        Some("text/html; charset=utf-8")
    );
    for (path, location) in [
        ("/about.html", "/about"),
        ("/about.html?a=b", "/about?a=b"),
        ("/index.html", "/"),
        ("/guide/index.html?x", "/guide/?x"),
        ("/guide", "/guide/"),
        ("/a%20b/%C3%A9.html", "/a%20b/%C3%A9"),
    ] {
        let reply = hello.get(path);
        assert_eq!(reply.status(), 301, "{path}");
        assert_eq!(reply.field("location"), Some(location), "{path}");
    }
    hello.until(|event| event.is_request("/about.html") && event.text("reason") == "other-name");
    for path in ["/nothing.html", "/nothing", "/about/", "/docs/index"] {
        assert_eq!(
            hello.get(path).status(),
            if path == "/docs/index" { 200 } else { 404 },
            "{path}"
        );
    }
}

pub fn what_stands_for_a_folder_can_be_chosen(kernel: Kernel) {
    let files = [
        ("home.html", "home"),
        ("index.html", "index"),
        ("a/index.html", "a"),
        ("b/page.txt", "b"),
    ];
    let options = ["--index", "home.html", "--index", "index.html"];
    let (hello, _folder) = served(kernel, &options, &files);
    for (path, text) in [("/", "home"), ("/a/", "a"), ("/index.html", "index")] {
        assert_eq!(hello.get(path).text(), text, "{path}");
    }
    assert_eq!(hello.get("/c/").status(), 404);
}

pub fn where_nothing_is_found_the_folders_own_page_says_so(kernel: Kernel) {
    let files = [
        ("index.html", "hi"),
        ("404.html", "<p>nothing here"),
        (".env", "secret"),
    ];
    let (hello, folder) = served(kernel, &[], &files);
    for path in ["/nothing", "/nothing.png", "/.env", "/a/../b", "/empty/"] {
        let reply = hello.get(path);
        assert_eq!(
            status_and_text(&reply),
            (404, "<p>nothing here".to_owned()),
            "{path}"
        );
        assert_eq!(
            reply.field("content-type"),
            Some("text/html; charset=utf-8")
        );
        // It is no file that anybody has a copy of, or wants a part of.
        for field in ["etag", "last-modified", "accept-ranges"] {
            assert_eq!(reply.field(field), None, "{field}");
        }
    }
    let part = ask(&hello, "GET", "/nothing", &[("Range", "bytes=0-1")]);
    assert_eq!(status_and_text(&part), (404, "<p>nothing here".to_owned()));
    let any = ask(&hello, "GET", "/nothing", &[("If-None-Match", "*")]);
    assert_eq!(any.status(), 404);
    // Under its own name it is a page like others.
    assert_eq!(hello.get("/404.html").status(), 200);
    hello.until(|event| event.is_request("/.env") && event.text("reason") == "hidden");
    std::fs::remove_file(folder.path().join("404.html")).unwrap();
    let gone = super::eventually(&hello, "/nothing", |reply| {
        !reply.text().contains("nothing here")
    });
    assert_eq!(gone.status(), 404);
}

pub fn names_with_a_checksum_are_kept_for_ever(kernel: Kernel) {
    let files = [
        ("app-BkR1x2aL.js", "1"),
        ("app.js", "1"),
        ("index.html", "hi"),
    ];
    let for_ever = Some("public, max-age=31536000, immutable");
    let (hello, folder) = served(kernel, &["--immutable"], &files);
    for (path, control) in [
        ("/app-BkR1x2aL.js", for_ever),
        ("/app.js", Some("no-cache")),
        ("/", Some("no-cache")),
        ("/app-BkR1x2aM.js", Some("no-cache")),
    ] {
        assert_eq!(hello.get(path).field("cache-control"), control, "{path}");
    }
    let usual = kernel.serve(folder.path());
    assert_eq!(
        usual.get("/app-BkR1x2aL.js").field("cache-control"),
        Some("no-cache")
    );
}

/// Fetch §3.3: every answer says so, or a page would not learn what went wrong.
pub fn pages_of_other_sites_may_read_what_is_served(kernel: Kernel) {
    let files = [("data.json", "{}")];
    let (hello, folder) = served(kernel, &["--cors"], &files);
    let origin = ("Origin", "https://elsewhere.example");
    for (method, path, status) in [
        ("GET", "/data.json", 200),
        ("GET", "/nothing", 404),
        ("POST", "/data.json", 405),
        ("OPTIONS", "/data.json", 204),
    ] {
        let reply = ask(&hello, method, path, &[origin]);
        assert_eq!(reply.status(), status, "{method} {path}");
        assert_eq!(reply.field("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.field("access-control-allow-methods"), None);
    }
    let asked = ("Access-Control-Request-Method", "GET");
    let preflight = ask(&hello, "OPTIONS", "/data.json", &[origin, asked]);
    assert_eq!(preflight.status(), 204);
    for (field, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, HEAD, OPTIONS"),
        ("access-control-allow-headers", "*"),
        ("access-control-max-age", "86400"),
    ] {
        assert_eq!(preflight.field(field), Some(value));
    }
    let usual = kernel.serve(folder.path());
    for method in ["GET", "OPTIONS"] {
        let reply = ask(&usual, method, "/data.json", &[origin, asked]);
        for field in [
            "access-control-allow-origin",
            "access-control-allow-methods",
        ] {
            assert_eq!(reply.field(field), None, "{method}");
        }
    }
}

pub fn hidden_names_are_served_if_asked_for(kernel: Kernel) {
    let files = [(".config/a", "a"), ("b/.c", "c"), (".well-known/d", "d")];
    let (hello, _folder) = served(kernel, &["--hidden"], &files);
    for (path, text) in [
        ("/.config/a", "a"),
        ("/b/%2ec", "c"),
        ("/.well-known/d", "d"),
    ] {
        assert_eq!(hello.get(path).text(), text, "{path}");
    }
    for path in ["/./.config/a", "/b/../.config/a", "/%2e%2e/a", "/.nothing"] {
        assert_eq!(hello.get(path).status(), 404, "{path}");
    }
    let (listing, _folder) = served(kernel, &["--hidden", "--list"], &files);
    let told = listing.get("/b/?format=json").text();
    assert!(told.contains("\"name\":\".c\""), "{told}");
}

pub fn links_lead_where_they_may(kernel: Kernel) {
    let outside = folder(&[("far.txt", "far"), ("deep/near.txt", "deep")]);
    let folder = folder(&[("real.txt", "real"), ("a/b.txt", "b")]);
    let link = |to: &std::path::Path, name: &str| symlink(to, folder.path().join(name)).unwrap();
    link("real.txt".as_ref(), "inside.txt");
    link("a".as_ref(), "folder");
    link(&outside.path().join("far.txt"), "outside.txt");
    link(&outside.path().join("deep"), "elsewhere");
    for (policy, expected) in [
        ("none", [200, 404, 404, 404, 404]),
        ("inside", [200, 200, 200, 404, 404]),
        ("anywhere", [200, 200, 200, 200, 200]),
    ] {
        let hello = kernel.serve_with(&["--links", policy], folder.path());
        let asked = [
            "/real.txt",
            "/inside.txt",
            "/folder/b.txt",
            "/outside.txt",
            "/elsewhere/near.txt",
        ];
        let statuses = asked.map(|path| hello.get(path).status());
        assert_eq!(statuses, expected, "{policy}");
        assert_eq!(hello.get("/elsewhere/../far.txt").status(), 404, "{policy}");
    }
}

pub fn types_can_be_said(kernel: Kernel) {
    let files = [("a.glb", ""), ("b.log", ""), ("c.css", "")];
    let options = ["--type", "glb=model/x-mine", "--type", ".log=text/plain"];
    let (hello, _folder) = served(kernel, &options, &files);
    for (path, content_type) in [
        ("/a.glb", "model/x-mine"),
        ("/b.log", "text/plain"),
        ("/c.css", "text/css; charset=utf-8"),
    ] {
        assert_eq!(hello.get(path).field("content-type"), Some(content_type));
    }
}

fn links(reply: &Reply) -> Vec<String> {
    { reply.fields() }
        .filter(|(name, _)| name.eq_ignore_ascii_case("link"))
        .map(|(_, value)| value.to_owned())
        .collect()
}

/// RFC 8297: an answer that has to wait is hinted at, and the hints stand in the answer, too.
pub fn a_page_says_what_it_links_to_and_says_so_early_if_it_has_to_wait(kernel: Kernel) {
    const STYLE: &str = "</style.css>; rel=preload; as=style";
    const SCRIPT: &str = "</app.js>; rel=modulepreload";
    let own = folder(&[(
        "hints.txt",
        &format!("# start\n/ {STYLE}\n/index.html {SCRIPT}\n"),
    )]);
    let hints = own.path().join("hints.txt");
    let options = ["--hints", hints.to_str().unwrap()];
    let files = [("index.html", "hi"), ("other.html", "hi")];
    let (hello, _folder) = served(kernel, &options, &files);
    let mut client = hello.connect();
    let navigate = "GET / HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: navigate\r\n\r\n";
    client.send(navigate);
    let mut early = None;
    let mut reply = client.reply();
    if reply.status() == 103 {
        early = Some(reply);
        reply = client.reply();
    }
    assert_eq!((reply.status(), reply.text()), (200, "hi".to_owned()));
    assert_eq!(links(&reply), [STYLE, SCRIPT]);
    if let Some(early) = &early {
        assert_eq!(links(early), [STYLE, SCRIPT]);
        assert_eq!(early.field("content-length"), None);
    }
    // Where the first look at a file has to wait, it is certain.
    assert!(early.is_some() || matches!(kernel, Kernel::This) || Protocol::spoken().has_streams());
    client.send(navigate);
    assert_eq!(links(&client.reply()), [STYLE, SCRIPT], "of the folder");
    assert_eq!(links(&hello.get("/index.html")), [STYLE, SCRIPT]);
    assert!(links(&hello.get("/other.html")).is_empty());
}
