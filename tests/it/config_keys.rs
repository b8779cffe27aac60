//! Every key of a site has an effect over a socket: two sites that differ in that key alone answer
//! differently.
//!
//! The list of keys is that of `docs/hello.schema.json`, tables included: a key without a probe here
//! fails.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Hello, Launch, Reply, folder};
use crate::repository;

/// A key, what it is set to, and the request whose answer it changes.
#[derive(Clone, Copy)]
struct Probe {
    /// As in the schema: `rule.status` stands in `[[site.rule]]`.
    key: &'static str,
    value: &'static str,
    /// What both sites say besides; for a key in a table, in its table.
    beside: &'static str,
    /// And behind that.
    behind: &'static str,
    method: &'static str,
    target: &'static str,
    fields: &'static str,
    /// What the answer says with the key, and does not without.
    says: Says,
}

#[derive(Clone, Copy)]
enum Says {
    Status(u16),
    Text(&'static str),
    Field(&'static str, &'static str),
    /// The field is not there, or says something else.
    Not(&'static str, &'static str),
}

use Says::{Field, Not, Status, Text};

const fn probe(key: &'static str, value: &'static str, target: &'static str, says: Says) -> Probe {
    Probe {
        key,
        value,
        beside: "",
        behind: "",
        method: "GET",
        target,
        fields: "",
        says,
    }
}

impl Probe {
    /// What both sites say besides.
    const fn beside(self, beside: &'static str) -> Self {
        Self { beside, ..self }
    }

    /// And behind that.
    const fn followed_by(self, behind: &'static str) -> Self {
        Self { behind, ..self }
    }

    const fn asked_by(self, method: &'static str, fields: &'static str) -> Self {
        Self {
            method,
            fields,
            ..self
        }
    }
}

/// From another site.
const FROM_A: &str = "Origin: https://a.test\r\n";
const FROM_B: &str = "Origin: https://b.test\r\n";
const PREFLIGHT: &str = "Origin: https://a.test\r\nAccess-Control-Request-Method: PUT\r\n\
     Access-Control-Request-Headers: x-token\r\n";
const PUT_ALLOWED: &str = "method = \"PUT\"\nrequest-header = \"x-token\"";
const GONE: &str = "respond = 410";
const MOVED: &str = "path = \"/old/*\"\nredirect = \"/new/{*}\"";

const PROBES: &[Probe] = &[
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
    probe(
        "compression",
        "false",
        "/big.txt",
        Not("content-encoding", ""),
    )
    .asked_by("GET", "Accept-Encoding: gzip\r\n"),
    probe("canonical-host", "\"one.test\"", "/", Status(308)),
    probe("trailing-slash", "\"remove\"", "/about.html/", Status(308)),
    probe("methods", "\"HEAD\"", "/", Status(405)),
    probe(
        "errors",
        "{ \"404\" = \"/about.html\" }",
        "/nothing",
        Text("about"),
    ),
    // Who may come in.
    probe("access.path", "\"/closed/*\"", "/", Status(200)).beside("deny = \"127.0.0.0/8\""),
    probe("access.allow", "\"192.0.2.1\"", "/", Status(403)).beside("deny = \"192.0.2.2\""),
    probe("access.deny", "\"127.0.0.1\"", "/", Status(403)).beside("allow = \"127.0.0.0/8\""),
    probe("access.users", "\"users\"", "/", Status(401)).beside("allow = \"127.0.0.1\""),
    probe(
        "access.realm",
        "\"Staff\"",
        "/",
        Field("www-authenticate", "realm=\"Staff\""),
    )
    .beside("users = \"users\""),
    probe("access.link-key", "\"link.key\"", "/", Status(403)).beside("allow = \"127.0.0.1\""),
    // What becomes of a request.
    probe("rule.path", "\"/only\"", "/", Status(200)).beside(GONE),
    probe("rule.method", "\"HEAD\"", "/", Status(200)).beside(GONE),
    probe("rule.header", "{ \"x-a\" = \"*\" }", "/", Status(200)).beside(GONE),
    probe("rule.without-header", "\"host\"", "/", Status(200)).beside(GONE),
    probe("rule.query", "{ a = \"1\" }", "/?a=2", Status(200)).beside(GONE),
    probe("rule.from", "\"192.0.2.0/24\"", "/", Status(200)).beside(GONE),
    probe("rule.without-query", "\"a\"", "/?a=2", Status(200)).beside(GONE),
    probe(
        "rule.redirect",
        "\"/new\"\npath = \"/old\"",
        "/old",
        Field("location", "/new"),
    ),
    probe("rule.status", "301", "/old/a", Status(301)).beside(MOVED),
    probe("rule.keep-query", "false", "/old/a?b", Not("location", "b")).beside(MOVED),
    probe(
        "rule.rewrite",
        "\"/about.html\"\npath = \"/\"",
        "/",
        Text("about"),
    ),
    probe(
        "rule.try",
        "[\"/no\", \"/about.html\"]\npath = \"/\"",
        "/",
        Text("about"),
    ),
    probe("rule.respond", "410\npath = \"/\"", "/", Status(410)),
    probe("rule.body", "\"away\"", "/", Text("away")).beside(GONE),
    probe(
        "rule.type",
        "\"application/json\"",
        "/",
        Field("content-type", "application/json"),
    )
    .beside("respond = 410\nbody = \"{}\""),
    probe("rule.pass", "true\npath = \"/\"", "/", Status(200))
        .followed_by("[[site.rule]]\nrespond = 410"),
    // Fields of answers.
    probe("header.path", "\"/closed/*\"", "/", Not("x-a", "1")).beside("set = { x-a = \"1\" }"),
    probe("header.status", "404", "/", Not("x-a", "1")).beside("set = { x-a = \"1\" }"),
    probe("header.set", "{ x-b = \"2\" }", "/", Field("x-b", "2")).beside("add = { x-a = \"1\" }"),
    probe("header.add", "{ x-b = \"2\" }", "/", Field("x-b", "2")).beside("set = { x-a = \"1\" }"),
    probe("header.remove", "\"server\"", "/", Not("server", "")).beside("set = { x-a = \"1\" }"),
    probe(
        "header.cache",
        "\"max-age=60\"",
        "/",
        Field("cache-control", "max-age=60"),
    ),
    // Pages of other sites.
    probe(
        "cross-origin.path",
        "\"/closed/*\"",
        "/",
        Not("access-control-allow-origin", ""),
    )
    .asked_by("GET", FROM_A),
    probe(
        "cross-origin.origin",
        "\"https://a.test\"",
        "/",
        Not("access-control-allow-origin", ""),
    )
    .asked_by("GET", FROM_B),
    probe(
        "cross-origin.method",
        "\"PUT\"",
        "/",
        Field("access-control-allow-methods", "PUT"),
    )
    .asked_by("OPTIONS", PREFLIGHT),
    probe(
        "cross-origin.request-header",
        "\"x-token\"",
        "/",
        Field("access-control-allow-headers", "x-token"),
    )
    .beside("method = \"PUT\"")
    .asked_by("OPTIONS", PREFLIGHT),
    probe(
        "cross-origin.expose-header",
        "\"x-total\"",
        "/",
        Field("access-control-expose-headers", "x-total"),
    )
    .asked_by("GET", FROM_A),
    probe(
        "cross-origin.credentials",
        "true",
        "/",
        Field("access-control-allow-credentials", "true"),
    )
    .beside("origin = \"https://a.test\"")
    .asked_by("GET", FROM_A),
    probe(
        "cross-origin.max-age",
        "\"7m\"",
        "/",
        Field("access-control-max-age", "420"),
    )
    .beside(PUT_ALLOWED)
    .asked_by("OPTIONS", PREFLIGHT),
    // A site that is being worked on.
    probe("maintenance.on", "false", "/", Status(200)),
    probe(
        "maintenance.retry-after",
        "\"7s\"",
        "/",
        Field("retry-after", "7"),
    ),
    probe(
        "maintenance.except",
        "\"/about.html\"",
        "/about.html",
        Status(200),
    ),
    probe("maintenance.allow", "\"127.0.0.0/8\"", "/", Status(200)),
    probe("maintenance.page", "\"/about.html\"", "/", Text("about")),
    // What browsers may do with the pages.
    probe(
        "security.referrer-policy",
        "\"no-referrer\"",
        "/",
        Field("referrer-policy", "no-referrer"),
    ),
    probe(
        "security.permissions-policy",
        "\"bluetooth=()\"",
        "/",
        Field("permissions-policy", "bluetooth=()"),
    )
    .beside("referrer-policy = \"\""),
    probe(
        "security.content-security-policy",
        "\"img-src 'self'\"",
        "/",
        Field("content-security-policy", "img-src 'self'"),
    ),
    probe(
        "security.frame-ancestors",
        "\"https://a.test\"",
        "/",
        Field("content-security-policy", "frame-ancestors https://a.test"),
    ),
    probe(
        "security.cross-origin-opener-policy",
        "\"noopener-allow-popups\"",
        "/",
        Field("cross-origin-opener-policy", "noopener-allow-popups"),
    ),
    probe(
        "security.cross-origin-embedder-policy",
        "\"credentialless\"",
        "/",
        Field("cross-origin-embedder-policy", "credentialless"),
    ),
    probe(
        "security.cross-origin-resource-policy",
        "\"cross-origin\"",
        "/",
        Field("cross-origin-resource-policy", "cross-origin"),
    ),
];

/// Keys that change what two requests get, or how long they take, or what is written elsewhere; and the
/// tests that hold them.
const ELSEWHERE: [(&str, &str); 29] = [
    ("host", "tests/it/config.rs"),
    ("serve", "tests/it/config.rs"),
    ("listen", "tests/it/sites.rs"),
    ("cert", "tests/it/sites.rs"),
    ("key", "tests/it/sites.rs"),
    ("client-ca", "tests/it/sites.rs"),
    ("client-cert", "tests/it/sites.rs"),
    ("access.client-cert", "tests/it/sites.rs"),
    ("access.client-name", "tests/it/sites.rs"),
    ("limit.name", "tests/it/client_limits.rs"),
    ("limit.path", "tests/it/client_limits.rs"),
    ("limit.method", "tests/it/client_limits.rs"),
    ("limit.by", "tests/it/client_limits.rs"),
    ("limit.rate", "tests/it/client_limits.rs"),
    ("limit.burst", "tests/it/client_limits.rs"),
    ("limit.concurrent", "tests/it/client_limits.rs"),
    ("limit.bandwidth", "tests/it/client_limits.rs"),
    ("limit.body-bytes-max", "tests/it/client_limits.rs"),
    ("limit.shadow", "tests/it/client_limits.rs"),
    ("access-log.to", "tests/it/access_log.rs"),
    ("access-log.format", "tests/it/access_log.rs"),
    ("access-log.mask", "tests/it/access_log.rs"),
    ("access-log.status", "tests/it/access_log.rs"),
    ("access-log.path", "tests/it/access_log.rs"),
    ("access-log.slow", "tests/it/access_log.rs"),
    ("access-log.size-max", "tests/it/access_log.rs"),
    ("access-log.age-max", "tests/it/access_log.rs"),
    ("access-log.keep", "tests/it/access_log.rs"),
    ("access-log.compression", "tests/it/access_log.rs"),
];

/// A site: what both say, and this key or not.
fn site(number: usize, probe: &Probe, with_key: bool) -> String {
    let whose = if with_key { "with" } else { "without" };
    let host = format!("{whose}-{number}.test");
    let (heading, key) = match probe.key.split_once('.') {
        Some((table @ ("maintenance" | "security"), key)) => (format!("[site.{table}]\n"), key),
        Some((table, key)) => (format!("[[site.{table}]]\n"), key),
        None => (String::new(), probe.key),
    };
    let key_line = format!("{key} = {}\n", probe.value);
    let said = if with_key { &*key_line } else { "" };
    // A table that says nothing but the key is not there without it.
    let is_whole = with_key || heading.is_empty() || !probe.beside.is_empty() || {
        ["maintenance", "security", "cross-origin"].contains(&probe.key.split('.').next().unwrap())
    };
    let table = if is_whole { &*heading } else { "" };
    let Probe { beside, behind, .. } = probe;
    format!("[[site]]\nhost = \"{host}\"\nserve = \"./site\"\n{table}{beside}\n{said}{behind}\n")
}

/// What is served, and files that keys name.
fn house(file: &str) -> TempDir {
    let big = "a line that is there again and again\n".repeat(200);
    let folder = folder(&[
        ("hello.toml", file),
        ("hints.txt", "/ </style.css>; rel=preload; as=style\n"),
        (
            "users",
            "ann:$2b$04$abcdefghijklmnopqrstuuXm8bR1p1g0bXx0bP5V3b8m2v6l1u7y2\n",
        ),
        ("link.key", "a key of thirty-two bytes or more\n"),
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
    folder
}

#[test]
fn every_key_of_a_site_changes_what_it_answers() {
    let sites = { PROBES.iter().enumerate() }
        .map(|(number, probe)| [true, false].map(|with| site(number, probe, with)).concat());
    let file: String = sites.collect();
    let folder = house(&file);
    let hello = Launch::new().inside(folder.path()).start();
    for (number, probe) in PROBES.iter().enumerate() {
        let replies = ["with", "without"].map(|whose| {
            let host = format!("{whose}-{number}.test");
            ask(&hello, probe, &host)
        });
        let found = replies.each_ref().map(|reply| says(reply, probe.says));
        let told = replies.map(|reply| reply.head);
        assert_eq!(found, [true, false], "{}\n{told:#?}", probe.key);
    }
    hello.stop();
}

/// A site of the file, in the words of the one at the top of it.
fn at_the_top(probe: &Probe, with_key: bool) -> String {
    let site = site(0, probe, with_key).replace("[site.", "[");
    let (_, rest) = site.split_once("serve = \"./site\"\n").unwrap();
    rest.to_owned()
}

/// The file says all that the probe wants but the key; `--set` or HELLO_SET says it with the key.
#[test]
fn every_key_of_a_site_can_be_said_on_the_command_line_and_in_a_variable() {
    for (number, probe) in PROBES.iter().enumerate() {
        let said = at_the_top(probe, true);
        let file = format!("serve = \"./site\"\n{}", at_the_top(probe, false));
        let folder = house(&file);
        let launch = Launch::new().inside(folder.path());
        let launch = match number % 2 {
            0 => launch.args(["--set", &said]),
            _ => launch.env("HELLO_SET", &said),
        };
        let hello = launch.start();
        let reply = ask(&hello, probe, "a.test");
        let told = &reply.head;
        assert!(says(&reply, probe.says), "{file}\n--set {said}\n{told:#?}");
        hello.stop();
    }
}

fn ask(hello: &Hello, probe: &Probe, host: &str) -> Reply {
    let Probe {
        method,
        target,
        fields,
        ..
    } = probe;
    hello.say(format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"
    ))
}

fn says(reply: &Reply, what: Says) -> bool {
    let has = |name, value| reply.field(name).is_some_and(|found| found.contains(value));
    match what {
        Status(status) => reply.status() == status,
        Text(text) => reply.text().contains(text),
        Field(name, value) => has(name, value),
        Not(name, value) => !has(name, value),
    }
}

#[test]
fn every_key_of_a_site_has_a_probe() {
    let schema = repository::read("docs/hello.schema.json");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let keys_of = |table: &str| schema["$defs"][table]["properties"].as_object().unwrap();
    let mut keys = BTreeSet::new();
    for (key, what) in keys_of("site") {
        let table = [&what["$ref"], &what["items"]["$ref"]].map(Value::as_str);
        let Some(table) = table.into_iter().flatten().next() else {
            keys.insert(key.clone());
            continue;
        };
        let table = table.rsplit('/').next().unwrap();
        keys.extend(keys_of(table).keys().map(|inner| format!("{key}.{inner}")));
    }
    let probed = PROBES.iter().map(|probe| probe.key.to_owned());
    let elsewhere = ELSEWHERE.iter().map(|(key, _)| (*key).to_owned());
    let held: BTreeSet<String> = probed.chain(elsewhere).collect();
    let lacking: Vec<&String> = keys.difference(&held).collect();
    assert!(
        lacking.is_empty(),
        "no probe shows what these change: {lacking:?}"
    );
    let unknown: Vec<&String> = held.difference(&keys).collect();
    assert!(unknown.is_empty(), "there are no such keys: {unknown:?}");
    for (key, path) in ELSEWHERE {
        let name = key.rsplit('.').next().unwrap();
        let text = repository::read(path);
        assert!(
            text.contains(&format!("{name} = ")),
            "{path} does not set `{key}`"
        );
    }
}
