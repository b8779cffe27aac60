//! `hello explain`: what it says is what is answered, over a socket, in every protocol.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use hello::cli::arguments::{self, Command, ExplainWish};
use hello::cli::environment::Environment;
use hello::server::LocalDisk;
use hello::server::explain::{Explained, Step, explain};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    Hello, Launch, Protocol, Reply, folder, over_every_protocol, usual_certificate,
};
use crate::repository;

/// What configurations serve: each of these folders, with these files.
const FOLDERS: [&str; 12] = [
    "public", "dist", "other", "app", "docs", "../docs", "files", "blog", "others", "shop", "api",
    "internal",
];
const FILES: [(&str, &str); 14] = [
    ("index.html", "<!doctype html><title>start</title>"),
    ("home.html", "<!doctype html><title>home</title>"),
    ("about.html", "<!doctype html><title>about</title>"),
    ("about/team.html", "<!doctype html><title>team</title>"),
    ("app/index.html", "<!doctype html><title>app</title>"),
    ("assets/app.js", "let counted = 0; // "),
    ("assets/site-0123abcd.css", "body { color: black }"),
    ("digits.txt", "0123456789"),
    ("page.txt", "hello"),
    ("404.html", "<!doctype html><title>not here</title>"),
    ("50x.html", "<!doctype html><title>our fault</title>"),
    ("maintenance.html", "<!doctype html><title>soon</title>"),
    ("api/x.json", "{}"),
    (".env", "SECRET=1"),
];

/// Settings of the server that make no difference to an answer, or that need certificates.
const LEFT_OUT: [&str; 12] = [
    "proxy-protocol",
    "redirect-http",
    "cert",
    "key",
    "https",
    "tls-min",
    "hsts",
    "client-ca",
    "client-cert",
    "client-name",
    "quiet",
    // A page that follows its files says since when, and two servers began at two moments.
    "live",
];

/// A folder with a file of settings in it, and with everything that the file names.
fn prepared(settings: &str) -> TempDir {
    let is_kept = |line: &&str| {
        let key = line.split([' ', '=']).next().unwrap_or_default();
        !LEFT_OUT.contains(&key)
    };
    // What stands elsewhere on a server stands beside the file here.
    let settings = settings.replace("\"/srv/", "\"./");
    let settings: Vec<&str> = settings.lines().filter(is_kept).collect();
    let long = "x".repeat(20_000);
    let mut files = vec![("site/hello.toml".to_owned(), settings.join("\n"))];
    files.push((
        "site/hints.txt".to_owned(),
        "/ </a.css>; rel=preload".to_owned(),
    ));
    files.push((
        "site/users.htpasswd".to_owned(),
        "anna:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n".to_owned(),
    ));
    for key in ["new.key", "old.key"] {
        files.push((format!("site/{key}"), format!("{}\n", "k".repeat(64))));
    }
    let named = settings.iter().flat_map(|line| line.split("\"./").skip(1));
    let named = named.filter_map(|rest| rest.split('"').next());
    let named = named.filter(|name| !name.is_empty() && !FOLDERS.contains(name));
    for at in FOLDERS.into_iter().chain(named.collect::<BTreeSet<_>>()) {
        for (name, content) in FILES {
            let content = match name {
                "assets/app.js" => format!("{content}{long}"),
                _ => content.to_owned(),
            };
            files.push((format!("site/{at}/{name}"), content));
        }
    }
    let files: Vec<(&str, &str)> = { files.iter() }
        .map(|(name, content)| (&**name, &**content))
        .collect();
    folder(&files)
}

/// What is asked: a line, and fields.
const REQUESTS: [(&str, &str, &str); 47] = [
    (
        "GET",
        "/page.txt",
        "Authorization: Basic YW5uYTpub3QgdGhpcw==",
    ),
    ("GET", "/page.txt", "X-Forwarded-For: 203.0.113.9"),
    ("GET", "/page.txt", "X-Forwarded-For: 192.0.2.1"),
    ("GET", "/", ""),
    ("HEAD", "/", ""),
    ("GET", "/index.html", ""),
    ("GET", "/about", ""),
    ("GET", "/about/", ""),
    ("GET", "/about.html", "Accept-Language: ru"),
    ("GET", "/assets/app.js", "Accept-Encoding: gzip, br"),
    ("GET", "/assets/app.js", "Range: bytes=5-9"),
    ("GET", "/page.txt", "Range: bytes=0-1,3-4"),
    ("GET", "/page.txt", "Range: bytes=99-"),
    ("GET", "/page.txt", "If-None-Match: *"),
    ("GET", "/page.txt", "If-Match: \"other\""),
    ("GET", "/page.txt?download", ""),
    ("GET", "/assets/", ""),
    ("GET", "/assets/?format=json", "Accept: application/json"),
    ("GET", "/assets/site-0123abcd.css", ""),
    ("GET", "/nothing", ""),
    ("GET", "/nothing.png", "Accept-Language: ru"),
    ("GET", "/nothing/", ""),
    ("GET", "/favicon.ico", ""),
    ("GET", "/.env", ""),
    ("GET", "/%2e%2e/x", ""),
    ("GET", "/%zz", ""),
    ("GET", "/docs", ""),
    ("GET", "/docs/page.txt", ""),
    ("GET", "/old/a/b?c=d", ""),
    ("HEAD", "/old/a", ""),
    ("POST", "/old/a", ""),
    ("GET", "/blog/2026/hello?page=2", "User-Agent: a bot 1.0"),
    ("GET", "/blog/2026/hello?page=2", "User-Agent: a reader"),
    (
        "GET",
        "/blog/2026/hello?page=2&preview",
        "User-Agent: a bot 1.0",
    ),
    ("GET", "/gone", ""),
    ("GET", "/ping", ""),
    ("GET", "/app/x", ""),
    ("GET", "/app/page.txt", ""),
    ("GET", "/number/7", ""),
    ("GET", "/open/x", ""),
    ("GET", "/index.php", ""),
    ("GET", "/status", ""),
    ("GET", "/api/x.json", "Origin: https://app.example.com"),
    ("OPTIONS", "/api/x.json", "Origin: http://localhost:3000"),
    ("POST", "/page.txt", ""),
    ("DELETE", "/", ""),
    ("OPTIONS", "/page.txt", ""),
];

/// Somebody with a password; nobody here knows it.
const USERS: &str = "anna:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

const HOSTS: [&str; 5] = [
    "example.com",
    "www.example.com",
    "other.example",
    "app.example.com",
    "localhost",
];

/// What `hello explain` is told with the options that a server was started with, for a host.
fn wish(options: &[String], host: &str) -> ExplainWish {
    let url = format!("{}://{host}/", Protocol::spoken().scheme());
    let words = ["explain".to_owned(), url];
    let words = words.iter().chain(options).map(OsString::from);
    match arguments::parse(words, &Environment::default(), &LocalDisk) {
        Ok(Command::Explain(wish)) => *wish,
        other => panic!("{other:?}"),
    }
}

/// What it says of a request.
fn explained(wish: &ExplainWish, (method, target, field): (&str, &str, &str)) -> Explained {
    let mut asked = wish.asked.clone();
    asked.method = method.parse().unwrap();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    asked.path = path.into();
    asked.query = query.map(Into::into);
    let field = field.split_once(": ");
    asked.fields = { field.iter() }
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    explain(&wish.settings, &asked, None).unwrap()
}

/// What a server says that was started with these options.
fn answered(hello: &Hello, host: &str, (method, target, field): (&str, &str, &str)) -> Reply {
    let fields = match field {
        "" => String::new(),
        field => format!("{field}\r\n"),
    };
    let mut client = hello.connect();
    client.send(format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"
    ));
    match method {
        "HEAD" => client.head(),
        _ => client.reply(),
    }
}

/// Fields of the connection, and the one that says the time.
const NOT_HELD: [&str; 3] = ["connection", "transfer-encoding", "date"];

/// Status, fields in the order of their names, and bytes of content.
type Answer = (u16, Vec<(String, String)>, Option<u64>);

fn sorted<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields
        .filter(|(name, _)| !NOT_HELD.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    fields.sort();
    fields
}

/// Holds what is explained against what is answered.
fn hold(options: &[String], hello: &Hello, host: &str) {
    let wish = wish(options, host);
    for request in REQUESTS {
        let explained = explained(&wish, request);
        let reply = answered(hello, host, request);
        let fields = explained.fields.iter();
        let fields = fields.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        // The built-in site shows who is connected, and that is nobody where nothing is served.
        let is_built_in = { explained.steps.iter() }.any(|step| {
            matches!(
                step,
                Step::Asked {
                    content: "built-in",
                    ..
                }
            )
        });
        if is_built_in && explained.status == 200 {
            assert_eq!(reply.status(), 200);
            continue;
        }
        let bytes = explained.content.bytes;
        let said: Answer = (explained.status.as_u16(), sorted(fields), bytes);
        let length = reply.body.len() as u64;
        let length = bytes.map(|_| length);
        let heard: Answer = (reply.status(), sorted(reply.fields()), length);
        assert_eq!(said, heard, "{host} {request:?}: {:#?}", explained.steps);
    }
}

/// The options of a test's own, and those that the harness starts every server with.
fn all(options: &[&str]) -> Vec<String> {
    let usual = ["--listen", "127.0.0.1:0"];
    let certificate: &[&str] = if Protocol::spoken().is_private() {
        &usual_certificate()
    } else {
        &[]
    };
    { options.iter().chain(&usual).chain(certificate) }
        .map(|option| (*option).to_owned())
        .collect()
}

fn what_is_explained_is_what_is_answered() {
    let goldens = repository::root().join("tests/golden/config");
    let own = repository::root().join("tests/golden/explain");
    let mut count = 0;
    for folder in [goldens, own] {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
        names.sort_by_key(fs::DirEntry::file_name);
        for path in names.iter().map(fs::DirEntry::path) {
            let is_wrong = path.with_extension("errors.en").exists();
            if path.extension().is_none_or(|end| end != "toml") || is_wrong {
                continue;
            }
            let settings = fs::read_to_string(&path).unwrap();
            if settings.contains("include") {
                // What it includes is told by itself.
                continue;
            }
            let folder = prepared(&settings);
            let file = folder.path().join("site/hello.toml");
            let options = all(&["--config", file.to_str().unwrap()]);
            let hosts: &[&str] = if settings.contains("host") {
                &HOSTS
            } else {
                &["localhost"]
            };
            for host in hosts {
                // Each has a server of its own: what is asked for again may be compressed by then.
                let hello = Launch::new()
                    .args(["--config", file.to_str().unwrap()])
                    .start();
                hold(&options, &hello, host);
            }
            count += 1;
        }
    }
    assert!(count > 5, "the files were found");
}

pub fn what_is_explained_of_a_command_line_is_what_is_answered() {
    let folder = prepared("");
    let site = folder.path().join("site/public");
    let site = site.to_str().unwrap();
    let docs = format!("docs={site}");
    let users = folder.path().join("site/users.htpasswd");
    fs::write(&users, USERS).unwrap();
    let users = users.to_str().unwrap();
    for options in [
        &[site][..],
        &[site, "--spa", "--no-list"],
        &[site, "--clean-urls", "--cors", "--immutable"],
        &[site, "--hidden", "--no-compression"],
        &[&docs],
        &[&docs, site, "--answer-probes"],
        &[
            site,
            "--trusted-proxy",
            "127.0.0.1",
            "--deny",
            "203.0.113.0/24",
        ],
        &[site, "--users", users],
        &[site, "--allow", "10.0.0.0/8", "--rate-limit", "1000/s"],
        &[],
    ] {
        let hello = Launch::new().args(options).start();
        hold(&all(options), &hello, "localhost");
    }
    if Protocol::spoken().is_private() {
        let options = [site, "--hsts", "180d"];
        let hello = Launch::new().args(options).start();
        hold(&all(&options), &hello, "localhost");
    }
}

#[test]
fn what_is_explained_is_what_is_answered_over_http1() {
    Protocol::Http1.speak(what_is_explained_is_what_is_answered);
}

#[test]
fn what_is_explained_is_what_is_answered_over_http2() {
    Protocol::Http2.speak(what_is_explained_is_what_is_answered);
}

over_every_protocol! {
    what_is_explained_of_a_command_line_is_what_is_answered,
}

fn run(words: &[&str], inside: &Path) -> (Option<i32>, String, String) {
    let (status, printed, complaints) = Launch::new().args(words).inside(inside).output();
    (status.code(), printed, complaints)
}

#[test]
fn the_program_explains_in_words_and_as_json() {
    let folder = folder(&[(
        "hello.toml",
        "serve = \".\"\n\n[[rule]]\npath = \"/a\"\nrespond = 410\n",
    )]);
    let (code, printed, complaints) = run(&["explain", "/a"], folder.path());
    assert_eq!((code, &*complaints), (Some(0), ""));
    assert!(
        printed.contains("hello.toml:3  respond /a: this one decides"),
        "{printed}"
    );
    assert!(printed.contains("410 Gone"), "{printed}");
    let (code, printed, _) = run(&["explain", "/a", "--lang", "ru"], folder.path());
    assert_eq!(code, Some(0));
    assert!(
        printed.contains("hello.toml:3  respond /a: решает это"),
        "{printed}"
    );
    let (code, printed, _) = run(
        &["explain", "/b", "--json", "--method", "HEAD"],
        folder.path(),
    );
    assert_eq!(code, Some(0));
    let told: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(told["request"]["url"], "http://localhost:7878/b");
    assert_eq!(told["response"]["status"], 404);
    let steps = told["steps"].as_array().unwrap();
    let rule = steps.iter().find(|step| step["step"] == "rule").unwrap();
    assert_eq!(rule["origin"]["line"], 3);
    assert_eq!(rule["outcome"]["unmet"]["condition"], "path");
    let tried = steps.iter().find(|step| step["name"] == "b").unwrap();
    assert_eq!(
        (&tried["is"], &tried["system"]),
        (&"missing".into(), &"ENOENT".into())
    );
}

/// Who asks decides, and the walk says whom a line is for.
#[test]
fn what_depends_on_the_client_is_explained_for_any() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \".\"\n[maintenance]\nallow = \"192.0.2.0/24\"\n\
             [[rule]]\npath = \"/a\"\nfrom = \"192.0.2.7\"\nrespond = 410\n\
             [[limit]]\nname = \"keys\"\nrate = \"5/s\"\nby = \"field:x-api-key\"\n",
        ),
        ("a", "there"),
    ]);
    let told = |from: &str| -> Value {
        let words = ["explain", "/a", "--json", "--from", from];
        let (code, printed, complaints) = run(&words, folder.path());
        assert_eq!((code, &*complaints), (Some(0), ""));
        serde_json::from_str(&printed).unwrap()
    };
    let step = |told: &Value, kind: &str| {
        let steps = told["steps"].as_array().unwrap();
        let found = steps.iter().find(|step| step["step"] == kind);
        found.cloned().unwrap_or_default()
    };
    let ours = told("192.0.2.7");
    assert_eq!(ours["response"]["status"], 410);
    assert_eq!(step(&ours, "maintenance")["open_to"], "address");
    assert_eq!(step(&ours, "maintenance")["origin"]["line"], 2);
    assert_eq!(step(&ours, "rule")["outcome"]["is"], "decides");
    let limit = step(&ours, "limit");
    assert_eq!(
        (&limit["origin"]["line"], &limit["by"]),
        (&8.into(), &"field:x-api-key".into())
    );
    let beside = told("192.0.2.8");
    assert_eq!(beside["response"]["status"], 200);
    assert_eq!(
        step(&beside, "rule")["outcome"]["unmet"]["condition"],
        "from"
    );
    let other = told("203.0.113.9");
    assert_eq!(other["response"]["status"], 503);
    assert_eq!(step(&other, "maintenance")["open_to"], Value::Null);
    let words = ["explain", "/a", "--from", "192.0.2.8"];
    let (_, printed, _) = run(&words, folder.path());
    assert!(
        printed.contains("hello.toml:4  respond /a: another client"),
        "{printed}"
    );
    assert!(
        printed.contains("for this address it is there"),
        "{printed}"
    );
}

/// Nothing that was given as a secret is said again.
#[test]
fn values_of_fields_are_not_repeated() {
    let folder = folder(&[("index.html", "hi")]);
    for form in ["--json", "--no-list"] {
        let words = [
            "explain",
            "/",
            ".",
            form,
            "--header",
            "Authorization: Basic c2VjcmV0",
        ];
        let (code, printed, _) = run(&words, folder.path());
        assert_eq!(code, Some(0));
        assert!(!printed.contains("c2VjcmV0"), "{printed}");
    }
}

#[test]
fn what_cannot_be_explained_ends_with_two_and_says_why() {
    let folder = folder(&[("hello.toml", "serve = \"./nowhere\"\n")]);
    for (words, key) in [
        (&["explain"][..], "hello help missing-url"),
        (&["explain", "ftp://a/"], "hello help bad-url"),
        (
            &["explain", "/", "--method", "BREW"],
            "hello help bad-method",
        ),
        (&["explain", "/", "./nowhere"], "hello help no-such-path"),
        (&["explain", "/"], "hello help no-such-path"),
    ] {
        let (code, printed, complaints) = run(words, folder.path());
        assert_eq!((code, &*printed), (Some(2), ""), "{words:?}");
        assert!(complaints.contains(key), "{words:?}: {complaints}");
    }
}
