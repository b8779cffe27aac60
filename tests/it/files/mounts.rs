//! Several folders and files of one site, each below a path of its own.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Kernel, eventually};
use crate::harness::{Hello, Reply, folder};

/// A word of the command line: this path of that folder, under this name.
fn word(name: &str, path: &Path) -> PathBuf {
    format!("{name}={}", path.display()).into()
}

/// Serves what is in one folder under several names; the last word stands where paths do.
fn served(kernel: Kernel, options: &[&str], words: &[PathBuf]) -> Hello {
    let (last, others) = words.split_last().unwrap();
    let others = others.iter().map(|word| word.to_str().unwrap());
    let options: Vec<&str> = options.iter().copied().chain(others).collect();
    kernel.serve_with(&options, last)
}

fn outcome(reply: &Reply) -> (u16, String) {
    let text = match reply.status() {
        301 => reply.field("location").unwrap_or_default().to_owned(),
        _ => reply.text(),
    };
    (reply.status(), text)
}

pub fn each_folder_answers_below_its_name(kernel: Kernel) {
    let folder = folder(&[
        ("site/index.html", "site"),
        ("site/docs/index.html", "hidden behind a mount"),
        ("site/docsx", "beside it"),
        ("docs/index.html", "docs"),
        ("docs/a/b.txt", "b"),
        ("docs/api/index.html", "hidden behind another"),
        ("api/index.html", "api"),
        ("api/x", "x"),
        ("odd/index.html", "odd"),
    ]);
    let at = |name: &str| folder.path().join(name);
    let words = [
        word("docs", &at("docs")),
        word("docs/api", &at("api")),
        word("100% п", &at("odd")),
        at("site"),
    ];
    let hello = served(kernel, &[], &words);
    for (target, status, text) in [
        ("/", 200, "site"),
        ("/docs", 301, "/docs/"),
        ("/docs?a=b", 301, "/docs/?a=b"),
        ("/docs/", 200, "docs"),
        ("/%64ocs/", 200, "docs"),
        ("/docs/index.html", 200, "docs"),
        ("/docs/a", 301, "/docs/a/"),
        ("/docs/a?x", 301, "/docs/a/?x"),
        ("/docs/a/b.txt", 200, "b"),
        ("/docs/api", 301, "/docs/api/"),
        ("/docs/api/", 200, "api"),
        ("/docs/api/x", 200, "x"),
        ("/docsx", 200, "beside it"),
        ("/100%25%20%D0%BF", 301, "/100%25%20%D0%BF/"),
        ("/100%25%20%D0%BF/", 200, "odd"),
    ] {
        // Once from the disk, and once from the cache.
        for _ in 0..2 {
            let reply = hello.get(target);
            assert_eq!(outcome(&reply), (status, text.to_owned()), "{target}");
        }
    }
    for target in [
        "/docs/nothing",
        "/api/",
        "/Docs/",
        "/docs/docs/",
        "/docs/api/a/b.txt",
    ] {
        assert_eq!(hello.get(target).status(), 404, "{target}");
    }
    hello.until(|event| event.is_request("/docs/a") && event.text("reason") == "slash-missing");
}

pub fn no_path_leads_from_one_folder_into_another(kernel: Kernel) {
    let folder = folder(&[
        ("one/index.html", "one"),
        ("two/secret.txt", "secret"),
        ("two/.env", "secret"),
        ("two/.well-known/x", "secret"),
        ("outside.txt", "secret"),
    ]);
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("../two/secret.txt", at("one/link")).unwrap();
    let hello = served(
        kernel,
        &[],
        &[word("one", &at("one")), word("two", &at("two"))],
    );
    for target in [
        "/one/link",
        "/one/../two/secret.txt",
        "/one/..%2ftwo/secret.txt",
        "/one/%2e%2e/two/secret.txt",
        "/one/../../outside.txt",
        "/one%2f../outside.txt",
        "/one/..",
        "/../one/",
        "//one/",
        "/one//index.html",
        "/one%2Findex.html",
        "/one\\index.html",
        "/one%00/",
        "/one%/",
        "/two/.env",
        "/two/.well-known/x",
        "/two/./secret.txt",
        "/secret.txt",
    ] {
        let reply = hello.get(target);
        assert!(
            matches!(reply.status(), 400 | 404),
            "{target}: {}",
            reply.head
        );
        assert!(!reply.text().contains("secret"), "{target}");
    }
    assert_eq!(hello.get("/two/secret.txt").text(), "secret");
}

pub fn a_list_below_a_mount_says_where_it_is(kernel: Kernel) {
    let folder = folder(&[("one/b/page.txt", "hi")]);
    let hello = served(
        kernel,
        &["--list"],
        &[word("x/a b", &folder.path().join("one"))],
    );
    for (target, title, expected) in [
        ("/x/a%20b/", "a b", &["../../", "./"][..]),
        ("/x/a%20b/b/", "b", &["../../../", "../", "./"]),
    ] {
        let page = hello.get(target).text();
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
        let crumbs = page.split_once("class=\"crumbs\"").unwrap().1;
        let crumbs = crumbs.split("</nav>").next().unwrap();
        assert!(crumbs.contains(">x/a b</a>"), "{crumbs}");
        let links = crumbs.split("href=\"").skip(1);
        let links: Vec<&str> = links.filter_map(|link| link.split('"').next()).collect();
        assert_eq!(links, expected, "{target}");
    }
}

pub fn a_mount_may_be_a_single_file(kernel: Kernel) {
    let folder = folder(&[("report.txt", "the report"), ("beside.txt", "secret")]);
    let report = folder.path().join("report.txt");
    let hello = served(kernel, &[], &[word("a/latest", &report)]);
    let reply = hello.get("/a/latest");
    assert_eq!(outcome(&reply), (200, "the report".to_owned()));
    let kind = reply.field("content-type");
    assert_eq!(kind, Some("text/plain; charset=utf-8"));
    for target in [
        "/a/beside.txt",
        "/a/latest/beside.txt",
        "/a/",
        "/report.txt",
    ] {
        assert_eq!(hello.get(target).status(), 404, "{target}");
    }
    // It may become a folder.
    fs::remove_file(&report).unwrap();
    fs::create_dir(&report).unwrap();
    fs::write(report.join("index.html"), "a folder now").unwrap();
    let reply = eventually(&hello, "/a/latest", |reply| reply.status() == 301);
    assert_eq!(reply.field("location"), Some("/a/latest/"));
    assert_eq!(hello.get("/a/latest/").text(), "a folder now");
}

pub fn the_start_lists_what_is_served_if_nothing_is_served_there(kernel: Kernel) {
    let folder = folder(&[("docs/index.html", "docs"), ("report.txt", "report")]);
    let at = |name: &str| folder.path().join(name);
    let words = [
        word("docs", &at("docs")),
        word("<b>&copy", &at("docs")),
        word("report", &at("report.txt")),
    ];
    let hello = served(kernel, &[], &words);
    let reply = hello.get("/");
    let page = reply.text();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.field("content-language"), Some("en"));
    for link in [
        "<a href=\"/docs/\">/docs/</a>",
        "<a href=\"/%3Cb%3E&amp;copy/\">/&lt;b&gt;&amp;copy/</a>",
        "<a href=\"/report\">/report</a>",
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
    // Where they lie is nobody's business.
    assert!(!page.contains(folder.path().to_str().unwrap()), "{page}");
    assert!(!page.contains("{{") && !page.contains("[["), "{page}");
    let tag = reply.field("etag").unwrap();
    let again = hello.say(format!(
        "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n\r\n"
    ));
    assert_eq!(again.status(), 304);
    let russian = hello.say("GET / HTTP/1.1\r\nHost: a\r\nAccept-Language: ru\r\n\r\n");
    assert_eq!(russian.field("content-language"), Some("ru"));
    assert!(russian.text().contains("Что здесь есть"));
    for target in ["/index.html", "/nothing", "/do"] {
        assert_eq!(hello.get(target).status(), 404, "{target}");
    }
    let posted = hello.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(posted.status(), 405);
}

pub fn what_a_person_decides_holds_below_each_name(kernel: Kernel) {
    let folder = folder(&[
        ("app/index.html", "the application"),
        ("app/a b.html", "a page"),
        ("docs/404.html", "no such page in docs"),
        ("docs/index.html", "docs"),
    ]);
    let at = |name: &str| folder.path().join(name);
    let words = [word("app", &at("app")), word("a/docs", &at("docs"))];
    let hints = at("hints.txt");
    fs::write(
        &hints,
        "/a/docs/ </a/docs/style.css>; rel=preload; as=style\n",
    )
    .unwrap();
    let options = ["--clean-urls", "--hints", hints.to_str().unwrap()];
    let hello = served(kernel, &options, &words);
    let link = "</a/docs/style.css>; rel=preload; as=style";
    assert_eq!(hello.get("/a/docs/").field("link"), Some(link));
    assert_eq!(hello.get("/app/").field("link"), None);
    for (target, status, text) in [
        ("/app/index.html?x", 301, "/app/?x"),
        ("/app/a%20b.html", 301, "/app/a%20b"),
        ("/app/a%20b", 200, "a page"),
        ("/a/docs/index.html", 301, "/a/docs/"),
        ("/a/docs/nothing", 404, "no such page in docs"),
    ] {
        let reply = hello.get(target);
        assert_eq!(outcome(&reply), (status, text.to_owned()), "{target}");
    }
    assert_ne!(hello.get("/app/nothing").text(), "no such page in docs");
    let hello = served(kernel, &["--spa"], &words);
    assert_eq!(hello.get("/app/users/7").text(), "the application");
    assert_eq!(hello.get("/a/docs/users").text(), "docs");
    assert_eq!(hello.get("/users").status(), 404);
}

pub fn a_folder_that_is_gone_takes_no_other_with_it(kernel: Kernel) {
    let folder = folder(&[("one/a.txt", "one"), ("two/a.txt", "two")]);
    let at = |name: &str| folder.path().join(name);
    let hello = served(
        kernel,
        &[],
        &[word("one", &at("one")), word("two", &at("two"))],
    );
    assert_eq!(hello.get("/one/a.txt").text(), "one");
    fs::rename(at("one"), at("gone")).unwrap();
    eventually(&hello, "/one/a.txt", |reply| reply.status() == 503);
    assert_eq!(hello.get("/two/a.txt").text(), "two");
    fs::rename(at("gone"), at("one")).unwrap();
    eventually(&hello, "/one/a.txt", |reply| reply.status() == 200);
}
