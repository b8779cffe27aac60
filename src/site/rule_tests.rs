//! What rules make of requests and answers, as the room's neighbours see it.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, StatusCode};

use super::tests::{Told, ask_of, folder};
use super::trace::{RuleOutcome, Step, Unmet};
use super::*;
use crate::config::HostName;
use crate::config::pattern::{Pattern, Template};
use crate::config::routing::{
    Action, Conditions, Cors, ErrorPage, FieldChange, FieldRule, Maintenance, Origin, Rule,
    StatusRange, TrailingSlash, ValueTest,
};

fn origin(line: u32) -> Origin {
    Origin {
        file: Arc::from("hello.toml"),
        line,
    }
}

fn pattern(text: &str) -> Pattern {
    Pattern::read(text).unwrap()
}

fn template(text: &str, pattern: &Pattern) -> Template {
    Template::read(text, Some(pattern)).unwrap()
}

fn rule(line: u32, path: &str, action: impl FnOnce(&Pattern) -> Action) -> Rule {
    let path = pattern(path);
    Rule {
        origin: origin(line),
        action: action(&path),
        when: Conditions {
            path: Some(path),
            ..Conditions::default()
        },
    }
}

fn redirect(target: &str) -> impl FnOnce(&Pattern) -> Action {
    move |path| Action::Redirect {
        status: StatusCode::MOVED_PERMANENTLY,
        target: template(target, path),
        keeps_query: true,
    }
}

fn respond(status: u16) -> impl FnOnce(&Pattern) -> Action {
    move |_| Action::Respond {
        status: StatusCode::from_u16(status).unwrap(),
        content: None,
    }
}

/// A site of that folder with these rules.
fn site(folder: &tempfile::TempDir, routing: &Routing) -> Site {
    site_beside(folder, routing, &FileCache::of(&FileSettings::default()))
}

/// The same, whose files are kept here.
fn site_beside(
    folder: &tempfile::TempDir,
    routing: &Routing,
    cache: &std::sync::Arc<FileCache>,
) -> Site {
    let settings = FileSettings::default();
    let site = Site::of_path(folder.path(), &settings, cache).unwrap();
    site.ruled_by(routing)
}

fn get(site: &Site, target: &str) -> Told {
    ask_of(site, &Method::GET, target, &[], Some("example.com"))
}

fn field(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

#[test]
fn the_first_rule_that_is_meant_decides() {
    let folder = folder();
    let rules = vec![
        rule(1, "/old/keep", |_| Action::Pass),
        rule(2, "/old/*", redirect("/sub/{*}")),
        rule(3, "/old/gone", respond(410)),
        rule(4, "/gone", respond(410)),
        rule(
            5,
            "/blog/{year}/{slug}",
            redirect("https://blog.example/{slug}?y={year}"),
        ),
        rule(6, "*.bak", respond(404)),
    ];
    let site = site(
        &folder,
        &Routing {
            rules,
            ..Routing::default()
        },
    );
    for (target, status, location) in [
        ("/old/keep", 404, None),
        ("/old/", 301, Some("/sub/")),
        ("/old", 301, Some("/sub/")),
        ("/old/gone", 301, Some("/sub/gone")),
        ("/old/a%20b?x=1", 301, Some("/sub/a%20b?x=1")),
        ("/%6fld/a", 301, Some("/sub/a")),
        ("/gone", 410, None),
        (
            "/blog/2024/hi?x=1",
            301,
            Some("https://blog.example/hi?y=2024"),
        ),
        ("/digits.txt", 200, None),
        ("/sub/x.bak", 404, None),
    ] {
        let told = get(&site, target);
        assert_eq!(
            (told.status, told.field("location")),
            (status, location),
            "{target}"
        );
    }
    assert_eq!(get(&site, "/gone").reason, Some(Reason::ByRule));
    let posted = ask_of(&site, &Method::POST, "/old/x", &[], None);
    assert_eq!(posted.status, 301);
}

#[test]
fn conditions_look_at_method_fields_and_query() {
    let folder = folder();
    let mut by_method = rule(1, "/*", respond(403));
    by_method.when.methods = vec![Method::HEAD];
    let mut by_field = rule(2, "/*", respond(410));
    by_field.when.fields = vec![("user-agent".to_owned(), ValueTest::Like("*bot*".to_owned()))];
    let mut by_query = rule(3, "/*", redirect("/digits.txt?"));
    by_query.when.query = vec![
        ("page".to_owned(), ValueTest::Like("a b".to_owned())),
        ("no".to_owned(), ValueTest::Absent),
    ];
    let rules = vec![by_method, by_field, by_query];
    let site = site(
        &folder,
        &Routing {
            rules,
            ..Routing::default()
        },
    );
    let ask = |method, target, fields: &[_]| ask_of(&site, &method, target, fields, None).status;
    assert_eq!(ask(Method::HEAD, "/", &[]), 403);
    assert_eq!(
        ask(Method::GET, "/", &[("user-agent", "a bot of mine")]),
        410
    );
    assert_eq!(ask(Method::GET, "/", &[("user-agent", "a browser")]), 200);
    assert_eq!(ask(Method::GET, "/?page=a+b", &[]), 301);
    assert_eq!(ask(Method::GET, "/?page=a+b&no", &[]), 200);
}

#[test]
fn other_paths_are_answered_in_place_of_the_one_that_was_sent() {
    let folder = folder();
    let rules = vec![
        rule(1, "/number/*", |path| {
            Action::Rewrite(template("/digits.txt", path))
        }),
        rule(2, "/app/*", |path| {
            Action::Try(vec![
                template("/{*}", path),
                template("/sub/{*}", path),
                template("/index.html", path),
            ])
        }),
    ];
    let site = site(
        &folder,
        &Routing {
            rules,
            ..Routing::default()
        },
    );
    for (target, content) in [
        ("/number/7", "0123456789"),
        ("/app/digits.txt", "0123456789"),
        ("/app/index.html", "hello"),
        ("/app/nowhere", "hello"),
        // Once more, from memory.
        ("/app/nowhere", "hello"),
    ] {
        let told = get(&site, target);
        assert_eq!(
            (told.status, &*told.content),
            (200, content.as_bytes()),
            "{target}"
        );
    }
    let posted = ask_of(&site, &Method::POST, "/number/7", &[], None);
    assert_eq!(
        posted.status, 405,
        "the guards below the rules are asked all the same"
    );
    let secret = get(&site, "/app/.env");
    assert_eq!(&*secret.content, b"hello", "what is hidden stays so");
}

#[test]
fn a_client_cannot_be_sent_to_another_host_by_what_it_asks_for() {
    let folder = folder();
    let rules = vec![rule(1, "/x/*", redirect("/{*}"))];
    let slash = Routing {
        rules,
        trailing_slash: TrailingSlash::Removed,
        ..Routing::default()
    };
    let site = site(&folder, &slash);
    assert_eq!(
        get(&site, "/x//evil.example").field("location"),
        Some("/evil.example")
    );
    assert_eq!(
        get(&site, "/x/%5Cevil.example").field("location"),
        Some("/%5Cevil.example")
    );
    assert_eq!(get(&site, "//evil.example/").field("location"), None);
}

#[test]
fn pages_of_the_site_stand_in_for_errors_and_keep_what_those_say() {
    let folder = folder();
    std::fs::write(folder.path().join("oops.html"), "<h1>oops</h1>").unwrap();
    let page = |first, last, line, path: &str| ErrorPage {
        origin: origin(line),
        statuses: StatusRange { first, last },
        page: Template::read(path, None).unwrap(),
    };
    let routing = Routing {
        rules: vec![
            rule(1, "/busy", respond(503)),
            rule(2, "/gone", respond(410)),
        ],
        error_pages: vec![
            page(404, 404, 3, "/oops.html"),
            page(500, 599, 4, "/missing.html"),
            page(405, 405, 5, "/oops.html"),
        ],
        ..Routing::default()
    };
    let site = site(&folder, &routing);
    for _ in 0..2 {
        let told = get(&site, "/nowhere");
        assert_eq!((told.status, &*told.content), (404, &b"<h1>oops</h1>"[..]));
        assert_eq!(told.reason, Some(Reason::NoSuchFile));
        assert_eq!(told.field("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(told.field("etag"), None);
        assert_eq!(
            told.field("content-security-policy"),
            None,
            "that of our own page"
        );
    }
    let busy = get(&site, "/busy");
    assert_eq!((busy.status, busy.field("retry-after")), (503, Some("1")));
    assert!(
        String::from_utf8_lossy(&busy.content).contains("503"),
        "our own, for there is no page"
    );
    assert_eq!(get(&site, "/gone").status, 410);
    let posted = ask_of(&site, &Method::POST, "/", &[], None);
    assert_eq!(
        (posted.status, posted.field("allow")),
        (405, Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(&*posted.content, b"<h1>oops</h1>");
}

#[test]
fn a_site_that_is_being_worked_on_says_when_to_ask_again() {
    let folder = folder();
    let routing = Routing {
        maintenance: Some(Maintenance {
            origin: origin(1),
            retry_after: Duration::from_mins(10),
            except: vec![pattern("/sub/*")],
            allow: Vec::new(),
            page: Some(Template::read("/digits.txt", None).unwrap()),
        }),
        ..Routing::default()
    };
    let site = site(&folder, &routing);
    let told = get(&site, "/");
    assert_eq!((told.status, told.field("retry-after")), (503, Some("600")));
    assert_eq!(
        (&*told.content, told.reason),
        (&b"0123456789"[..], Some(Reason::Maintenance))
    );
    assert_eq!(get(&site, "/sub/").status, 200);
}

#[test]
fn fields_are_set_by_every_line_that_is_meant() {
    let folder = folder();
    let line = |path: Option<&str>, statuses: &[u16], changes| FieldRule {
        origin: origin(1),
        path: path.map(pattern),
        statuses: statuses
            .iter()
            .map(|status| StatusRange {
                first: *status,
                last: *status,
            })
            .collect(),
        changes,
    };
    let (cache, value) = field("cache-control", "max-age=60");
    let (own, one) = field("x-own", "1");
    let (server, _) = field("server", "");
    let routing = Routing {
        fields: vec![
            line(
                None,
                &[],
                vec![
                    FieldChange::Remove(server),
                    FieldChange::Set(own.clone(), one),
                ],
            ),
            line(
                Some("*.txt"),
                &[200, 304],
                vec![FieldChange::Set(cache, value)],
            ),
            line(Some("/nowhere"), &[404], vec![FieldChange::Remove(own)]),
        ],
        ..Routing::default()
    };
    let site = site(&folder, &routing);
    for _ in 0..2 {
        let told = get(&site, "/digits.txt");
        assert_eq!(told.field("cache-control"), Some("max-age=60"));
        assert_eq!(
            (told.field("x-own"), told.field("server")),
            (Some("1"), None)
        );
    }
    let etag = get(&site, "/digits.txt").field("etag").unwrap().to_owned();
    let same = ask_of(
        &site,
        &Method::GET,
        "/digits.txt",
        &[("if-none-match", &etag)],
        None,
    );
    assert_eq!(
        (same.status, same.field("cache-control")),
        (304, Some("max-age=60"))
    );
    let part = ask_of(
        &site,
        &Method::GET,
        "/digits.txt",
        &[("range", "bytes=0-1")],
        None,
    );
    assert_eq!((part.status, part.field("x-own")), (206, Some("1")));
    assert_eq!(get(&site, "/nowhere").field("x-own"), None);
    assert_eq!(get(&site, "/nothing").field("x-own"), Some("1"));
    let refused = site.refuse(StatusCode::BAD_REQUEST, "missing-host", Language::English);
    assert!(
        refused
            .fields()
            .get(&HeaderName::from_static("x-own"))
            .is_some()
    );
}

#[test]
fn pages_of_named_sites_may_read_and_others_may_not() {
    let folder = folder();
    let routing = Routing {
        cors: vec![Cors {
            origin: origin(1),
            path: Some(pattern("/sub/*")),
            origins: vec!["https://app.example".to_owned()],
            methods: vec![Method::PUT],
            request_fields: vec![HeaderName::from_static("x-token")],
            exposed_fields: vec![HeaderName::from_static("x-count")],
            credentials: true,
            max_age: Duration::from_mins(10),
        }],
        ..Routing::default()
    };
    let site = site(&folder, &routing);
    let ours = ("origin", "https://app.example");
    let told = ask_of(&site, &Method::GET, "/sub/", &[ours], None);
    assert_eq!(
        told.field("access-control-allow-origin"),
        Some("https://app.example")
    );
    assert_eq!(told.field("access-control-allow-credentials"), Some("true"));
    assert_eq!(told.field("access-control-expose-headers"), Some("x-count"));
    assert!(told.field("vary").unwrap().contains("origin"));
    let others = ask_of(
        &site,
        &Method::GET,
        "/sub/",
        &[("origin", "https://evil.example")],
        None,
    );
    assert_eq!(others.field("access-control-allow-origin"), None);
    assert!(others.field("vary").unwrap().contains("origin"));
    let elsewhere = ask_of(&site, &Method::GET, "/", &[ours], None);
    assert_eq!(elsewhere.field("access-control-allow-origin"), None);
    let asks = [ours, ("access-control-request-method", "PUT")];
    let preflight = ask_of(&site, &Method::OPTIONS, "/sub/x", &asks, None);
    assert_eq!(
        (preflight.status, preflight.field("access-control-max-age")),
        (204, Some("600"))
    );
    assert_eq!(
        preflight.field("access-control-allow-methods"),
        Some("GET, HEAD, POST, PUT")
    );
    assert_eq!(
        preflight.field("access-control-allow-headers"),
        Some("x-token")
    );
    assert_eq!(preflight.field("vary"), Some("origin"), "once");
    let evil = [("origin", "https://evil.example"), asks[1]];
    let refused = ask_of(&site, &Method::OPTIONS, "/sub/x", &evil, None);
    assert_eq!(refused.field("access-control-allow-origin"), None);
    assert_eq!(refused.field("access-control-allow-methods"), None);
}

#[test]
fn methods_hosts_and_slashes_are_what_the_site_says() {
    let folder = folder();
    let routing = Routing {
        methods: Some(vec![Method::GET]),
        canonical_host: HostName::read("example.com"),
        trailing_slash: TrailingSlash::Removed,
        ..Routing::default()
    };
    let site = site(&folder, &routing);
    let head = ask_of(&site, &Method::HEAD, "/", &[], Some("example.com"));
    assert_eq!((head.status, head.field("allow")), (405, Some("GET")));
    let www = ask_of(
        &site,
        &Method::GET,
        "/a?b",
        &[],
        Some("www.example.com:8080"),
    );
    assert_eq!(
        (www.status, www.field("location")),
        (308, Some("http://example.com:8080/a?b"))
    );
    assert_eq!(
        get(&site, "/nowhere/?x").field("location"),
        Some("/nowhere?x")
    );
    assert_eq!(get(&site, "/sub/").status, 200);
    let added = Routing {
        trailing_slash: TrailingSlash::Added,
        ..Routing::default()
    };
    let site = super::rule_tests::site(&folder, &added);
    assert_eq!(get(&site, "/nowhere").field("location"), Some("/nowhere/"));
    assert_eq!(get(&site, "/nowhere.png").status, 404);
    assert_eq!(get(&site, "/digits.txt").status, 200);
}

#[test]
fn ten_thousand_rules_are_asked_in_their_order() {
    let folder = folder();
    let mut rules: Vec<Rule> = (0..10_000)
        .map(|number| {
            rule(
                number,
                &format!("/old/{number}"),
                redirect(&format!("/new/{number}")),
            )
        })
        .collect();
    rules.insert(5_000, rule(10_001, "/old/*", redirect("/rest/{*}")));
    let site = site(
        &folder,
        &Routing {
            rules,
            ..Routing::default()
        },
    );
    assert_eq!(get(&site, "/old/4999").field("location"), Some("/new/4999"));
    assert_eq!(
        get(&site, "/old/5000").field("location"),
        Some("/rest/5000")
    );
    assert_eq!(get(&site, "/old/x/y").field("location"), Some("/rest/x/y"));
    assert_eq!(get(&site, "/digits.txt").status, 200);
}

#[test]
fn the_walk_tells_of_every_rule_in_order() {
    let folder = folder();
    let rules = vec![
        rule(3, "/a", respond(410)),
        rule(7, "/b", respond(403)),
        rule(9, "/*", respond(404)),
    ];
    let site = site(
        &folder,
        &Routing {
            rules,
            ..Routing::default()
        },
    );
    let fields: Vec<(&str, &[u8])> = Vec::new();
    let request = Request {
        method: &Method::GET,
        path: b"/b",
        query: None,
        authority: None,
        fields: &fields,
        peer: &crate::exchange::Peer::Unix,
        scheme: crate::exchange::Scheme::Http,
        is_misdirected: false,
        proof: None,
        told_scheme: None,
        offer: None,
        body_bytes: Some(0),
        tick_ms: crate::clock::tick_ms(),
    };
    let walk = Walk::default();
    let Reply::Now(response) = site.explain(request, &walk) else {
        panic!("nothing is waited for");
    };
    assert_eq!(response.status(), 403);
    let steps = walk.into_steps();
    let looked_at: Vec<_> = { steps.iter() }
        .filter_map(|step| match step {
            Step::Rule {
                origin, outcome, ..
            } => Some((origin.line, outcome.clone())),
            _ => None,
        })
        .collect();
    let expected = [
        (3, RuleOutcome::Fails(Unmet::Path)),
        (7, RuleOutcome::Decides),
        (9, RuleOutcome::NotReached),
    ];
    assert_eq!(looked_at, expected);
}

/// Who only wants to know what would be answered is nobody who asks.
#[tokio::test]
async fn what_is_explained_counts_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.txt"), "hi").unwrap();
    let cache = FileCache::of(&FileSettings::default());
    let site = site_beside(&folder, &Routing::default(), &cache);
    let fields: Vec<(&str, &[u8])> = Vec::new();
    let request = Request {
        method: &Method::GET,
        path: b"/page.txt",
        query: None,
        authority: None,
        fields: &fields,
        peer: &crate::exchange::Peer::Unix,
        scheme: crate::exchange::Scheme::Http,
        is_misdirected: false,
        offer: None,
        proof: None,
        told_scheme: None,
        body_bytes: Some(0),
        tick_ms: crate::clock::tick_ms(),
    };
    let asked = || {
        let counts = cache.counts();
        (counts.hits, counts.misses)
    };
    for _ in 0..3 {
        let walk = Walk::default();
        let response = match site.explain(request, &walk) {
            Reply::Now(response) => response,
            Reply::Later(later) => later.await,
            Reply::Patient(_) => panic!("a file takes no patience"),
        };
        assert_eq!(response.status(), 200);
    }
    assert_eq!(asked(), (0, 0));
    assert_eq!(get(&site, "/page.txt").status, 200);
    let (hits, misses) = asked();
    assert_eq!(hits + misses, 1, "who asks is counted");
}
