//! Every key of a site has an effect over a socket: two sites that differ in that key alone answer
//! differently.
//!
//! The list of keys is that of `docs/hello.schema.json`: a key without a probe here fails.

use std::os::unix::fs::symlink;

use serde_json::Value;

use crate::harness::{Hello, Launch, folder};
use crate::repository;

/// A key, what it is set to, and the request whose answer it changes.
struct Probe {
    key: &'static str,
    value: &'static str,
    target: &'static str,
    fields: &'static str,
    /// What the answer says with the key, and does not without.
    says: Says,
}

enum Says {
    Status(u16),
    Text(&'static str),
    Field(&'static str, &'static str),
}

use Says::{Field, Status, Text};

const fn probe(key: &'static str, value: &'static str, target: &'static str, says: Says) -> Probe {
    Probe {
        key,
        value,
        target,
        fields: "",
        says,
    }
}

static PROBES: [Probe; 13] = [
    probe("index", "\"home.html\"", "/", Text("home")),
    probe("list", "true", "/sub/", Status(200)),
    probe("spa", "true", "/deep", Status(200)),
    probe("clean-urls", "true", "/about", Text("about")),
    probe(
        "immutable",
        "true",
        "/app-BkR1x2aL.js",
        Field("cache-control", "immutable"),
    ),
    probe(
        "cors",
        "true",
        "/",
        Field("access-control-allow-origin", "*"),
    ),
    probe("hidden", "true", "/.secret", Status(200)),
    probe("links", "\"none\"", "/link.txt", Status(404)),
    probe(
        "types",
        "{ odd = \"text/x-odd\" }",
        "/a.odd",
        Field("content-type", "text/x-odd"),
    ),
    probe("hints", "\"hints.txt\"", "/", Field("link", "</style.css>")),
    probe("live", "true", "/", Text("live.js")),
    probe("answer-probes", "true", "/favicon.ico", Status(200)),
    Probe {
        fields: "Accept-Encoding: gzip\r\n",
        ..probe("compression", "false", "/big.txt", Field("etag", "\""))
    },
];

/// Keys that are tables or make the site itself; other tests hold them.
const ELSEWHERE: [&str; 7] = [
    "host",
    "serve",
    // In `tests/it/sites.rs`.
    "listen",
    "cert",
    "key",
    "client-ca",
    "client-cert",
];

#[test]
fn every_key_of_a_site_changes_what_it_answers() {
    let mut file = "[[site]]\nhost = \"plain\"\nserve = \"./site\"\n".to_owned();
    for Probe { key, value, .. } in &PROBES {
        let site = format!("[[site]]\nhost = \"{key}\"\nserve = \"./site\"\n{key} = {value}\n");
        file.push_str(&site);
    }
    let big = "a line that is there again and again\n".repeat(200);
    let folder = folder(&[
        ("hello.toml", &file),
        ("hints.txt", "/ </style.css>; rel=preload; as=style\n"),
        ("site/index.html", "start"),
        ("site/home.html", "home"),
        ("site/about.html", "about"),
        ("site/app-BkR1x2aL.js", "1"),
        ("site/.secret", "hush"),
        ("site/a.odd", "odd"),
        ("site/sub/a.txt", "a"),
        ("site/big.txt", &big),
        ("site/big.txt.gz", "packed"),
    ]);
    symlink("about.html", folder.path().join("site/link.txt")).unwrap();
    let hello = Launch::new().inside(folder.path()).start();
    for probe in &PROBES {
        let (with, without) = (
            answers(&hello, probe, probe.key),
            answers(&hello, probe, "plain"),
        );
        assert_eq!((with, without), (true, false), "{}", probe.key);
    }
    hello.stop();
}

fn answers(hello: &Hello, probe: &Probe, host: &str) -> bool {
    let (target, fields) = (probe.target, probe.fields);
    let reply = hello.say(format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"
    ));
    match probe.says {
        Status(status) => reply.status() == status,
        Text(text) => reply.text().contains(text),
        // A packed sibling is sent with a tag of its own.
        Field("etag", _) => reply.field("content-encoding").is_none(),
        Field(name, value) => reply.field(name).is_some_and(|found| found.contains(value)),
    }
}

#[test]
fn every_key_of_a_site_has_a_probe() {
    let schema = repository::read("docs/hello.schema.json");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let keys = schema["$defs"]["site"]["properties"].as_object().unwrap();
    for (key, what) in keys {
        // Tables, and what rules decide, have tests of their own.
        let is_table = what.get("$ref").is_some() || what["items"].get("$ref").is_some();
        let is_ruled = schema_says_ruled(key);
        let is_probed = PROBES.iter().any(|probe| probe.key == key);
        let is_elsewhere = ELSEWHERE.contains(&&**key);
        assert!(
            is_table || is_ruled || is_probed || is_elsewhere,
            "`{key}` has no probe: what does it change?"
        );
    }
}

/// Keys that rules are made of: `tests/it/rules.rs` holds them.
fn schema_says_ruled(key: &str) -> bool {
    ["canonical-host", "trailing-slash", "methods", "errors"].contains(&key)
}
