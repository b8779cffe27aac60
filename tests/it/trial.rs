//! `hello check --against-traffic`: what a file on the disk would change in the answers to what a running
//! server was asked last, before it is applied.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Hello, Launch, folder, over_every_protocol};

over_every_protocol! {
    every_request_that_would_be_answered_in_another_way_is_told_with_its_line,
    what_hangs_on_what_nobody_kept_cannot_be_judged,
}

/// A server with a file of settings that can be asked.
struct House {
    hello: Hello,
    site: TempDir,
}

const FIRST: &str = "\
serve = \"www\"

[[site]]
host = \"a.example\"
serve = \"www\"

[[site.rule]]
path = \"/gone/*\"
respond = 410
";

impl House {
    fn new(settings: &str) -> Self {
        let site = folder(&[
            ("hello.toml", settings),
            ("www/index.html", "start"),
            ("www/page.txt", "hi"),
            (
                "users",
                "anna:$2y$04$abcdefghijklmnopqrstuuGKM6YhJcvbQ9Vy0CJc8O8fE0w7QGJhe\n",
            ),
        ]);
        let control = site.path().join("control.sock");
        let launch = Launch::new().inside(site.path());
        let hello = launch.args([Path::new("--control"), &*control]).start();
        Self { hello, site }
    }

    fn ask(&self, host: &str, target: &str, more: &str) -> u16 {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
        self.hello.say(request).status()
    }

    fn write(&self, settings: &str) {
        std::fs::write(self.site.path().join("hello.toml"), settings).unwrap();
    }

    /// What a trial prints, complains of, and ends with.
    fn told(&self, words: &[&str]) -> (i32, String, String) {
        let launch = Launch::new()
            .args(["check", "--against-traffic"])
            .args(words);
        let control = self.site.path().join("control.sock");
        let launch = launch.args([Path::new("--control"), &*control]);
        let (status, printed, complaints) = launch.output();
        (status.code().unwrap(), printed, complaints)
    }

    fn tried(&self) -> (i32, Value) {
        let (code, printed, complaints) = self.told(&["--json"]);
        assert_eq!(complaints, "", "{printed}");
        (code, serde_json::from_str(&printed).unwrap())
    }
}

fn every_request_that_would_be_answered_in_another_way_is_told_with_its_line() {
    let house = House::new(FIRST);
    for number in 0..12 {
        assert_eq!(house.ask("a.example", &format!("/old/{number}"), ""), 404);
    }
    assert_eq!(house.ask("a.example", "/gone/x", ""), 410);
    for _ in 0..3 {
        assert_eq!(house.ask("b.example", "/page.txt", ""), 200);
    }
    assert_eq!(house.ask("a.example", "/page.txt", ""), 200);

    let (code, told) = house.tried();
    assert_eq!(
        (code, &told["differs"]),
        (0, &serde_json::json!([])),
        "{told}"
    );
    assert_eq!(told["tried"]["requests"], 17);

    house.write(
        "serve = \"www\"\n\n[[header]]\nset = { x-new = \"1\" }\n\n[[site]]\nhost = \"a.example\"\nserve = \"www\"\n\n\
         [[site.rule]]\npath = \"/old/*\"\nredirect = \"/new/{*}\"\n",
    );
    let (code, told) = house.tried();
    assert_eq!(code, 1);
    let differs = told["differs"].as_array().unwrap();
    let of = |url: &str| {
        let found = differs
            .iter()
            .find(|differ| differ["url"].as_str().unwrap().ends_with(url));
        found.unwrap_or_else(|| panic!("{url} in {told}"))
    };
    let old = of("://a.example/old/*");
    assert_eq!(old["requests"], 12);
    assert_eq!(
        (&old["old"]["status"], &old["new"]["status"]),
        (&404.into(), &302.into())
    );
    assert_eq!(old["old"]["reason"], "no-such-file");
    let line = serde_json::json!({"file": "hello.toml", "line": 10});
    assert_eq!(
        (&old["new"]["reason"], &old["new"]["origin"]),
        (&"by-rule".into(), &line)
    );
    let gone = of("://a.example/gone/x");
    assert_eq!(
        (&gone["old"]["status"], &gone["new"]["status"]),
        (&410.into(), &404.into())
    );
    assert_eq!(gone["old"]["origin"]["line"], 7);
    let page = of("://b.example/page.txt");
    assert_eq!(
        (&page["requests"], &page["fields"][0]["name"]),
        (&3.into(), &"x-new".into())
    );
    assert_eq!(page["fields"][0]["new"]["line"], 3);
    assert_eq!(
        differs.len(),
        3,
        "the site that stays as it is answers alike: {told}"
    );
    assert_eq!(told["tried"]["differ"], 16);

    // Nothing was applied, and who asks for fewer is told of the last.
    assert_eq!(house.ask("a.example", "/old/1", ""), 404);
    let (code, printed, _) = house.told(&["--last", "1", "--lang", "ru"]);
    assert_eq!(code, 1);
    assert!(printed.contains("1 запрос: GET "), "{printed}");
    assert!(printed.contains("(hello.toml:10)"), "{printed}");
    house.hello.stop();
}

fn what_hangs_on_what_nobody_kept_cannot_be_judged() {
    let house = House::new(FIRST);
    assert_eq!(
        house.ask("b.example", "/page.txt", "Cookie: new=1\r\n"),
        200
    );
    assert_eq!(house.ask("b.example", "/?token=swordfish", ""), 200);
    house.write(
        "serve = \"www\"\n[[rule]]\npath = \"/page.txt\"\nheader = { cookie = \"new=1\" }\nrespond = 410\n\
         [[rule]]\npath = \"/\"\nquery = { token = \"swordfish\" }\nrespond = 410\n",
    );
    let (code, told) = house.tried();
    assert_eq!(
        (code, &told["differs"]),
        (1, &serde_json::json!([])),
        "{told}"
    );
    assert!(!told.to_string().contains("swordfish"));
    let hangs: Vec<_> = { told["unjudged"].as_array().unwrap().iter() }
        .map(|hang| {
            let (on, name) = (&hang["hangs_on"], &hang["name"]);
            (
                on.as_str().unwrap(),
                name.as_str().unwrap(),
                hang["origin"]["line"].as_u64().unwrap(),
            )
        })
        .collect();
    assert!(hangs.contains(&("field", "cookie", 2)), "{told}");
    assert!(hangs.contains(&("query", "token", 6)), "{told}");

    // A password that is asked for from here on.
    house.write("serve = \"www\"\n[[access]]\npath = \"/page.txt\"\nusers = \"users\"\n");
    let (_, told) = house.tried();
    assert_eq!(told["unjudged"][0]["hangs_on"], "password", "{told}");
    assert_eq!(told["unjudged"][0]["origin"]["line"], 2);
    house.hello.stop();
}

/// What was answered back then tells whether the cookie was there; the same question has one answer.
#[test]
fn what_was_answered_tells_what_was_not_kept() {
    let rule = "[[rule]]\npath = \"/page.txt\"\nheader = { cookie = \"new=1\" }\nrespond = 410\n";
    let house = House::new(&format!("serve = \"www\"\n{rule}"));
    assert_eq!(
        house.ask("b.example", "/page.txt", "Cookie: new=1\r\n"),
        410
    );
    let below = "[[rule]]\npath = \"/page.txt\"\nrespond = 404\n";
    house.write(&format!("serve = \"www\"\n{rule}{below}"));
    let (code, told) = house.tried();
    assert_eq!((code, &told["tried"]["requests"]), (0, &1.into()), "{told}");
    // Of another client it tells that it was not.
    assert_eq!(house.ask("b.example", "/page.txt", ""), 200);
    let (code, told) = house.tried();
    assert_eq!(code, 1);
    assert_eq!(told["differs"][0]["new"]["status"], 404, "{told}");
    assert_eq!(told["unjudged"], serde_json::json!([]));
    house.hello.stop();
}

#[test]
fn settings_that_cannot_be_used_are_shown_to_whoever_asks_in_their_language() {
    let house = House::new(FIRST);
    house.ask("a.example", "/page.txt", "");
    house.write("sreve = \"www\"\n");
    for (language, expected) in [("ru", "ошибка[unknown-key]"), ("en", "error[unknown-key]")]
    {
        let (code, printed, complaints) = house.told(&["--lang", language]);
        assert_eq!((code, &*printed), (2, ""));
        assert!(complaints.contains(expected), "{complaints}");
        assert!(complaints.contains("hello help not-tried"), "{complaints}");
    }
    let ended = house.hello.stop();
    let told = ended
        .events
        .iter()
        .any(|event| event.is_notice("not-reloaded"));
    assert!(!told, "nobody asked the server itself for anything");
}

#[test]
fn what_limits_had_counted_is_as_it_was_after_a_trial() {
    let limited = "serve = \"www\"\n[[limit]]\nname = \"few\"\nrate = \"2/h\"\n";
    let house = House::new(limited);
    let asks = || house.ask("a.example", "/page.txt", "");
    assert_eq!((asks(), asks(), asks()), (200, 200, 429));
    // One request an hour is a smaller debt: a reload would forgive what is owed beyond it.
    house.write("serve = \"www\"\n[[limit]]\nname = \"few\"\nrate = \"1000/s\"\n");
    let (_, told) = house.tried();
    assert_eq!(told["tried"]["requests"], 3, "{told}");
    assert_eq!(asks(), 429);
    house.hello.stop();
}

#[test]
fn what_is_said_beside_the_file_is_named_without_a_line() {
    let site = folder(&[
        ("hello.toml", "serve = \"www\"\ncontrol = \"./web.sock\"\n"),
        ("www/page.txt", "hi"),
    ]);
    let launch = || Launch::new().inside(site.path());
    let rule = "rule = { path = \"/page.txt\", respond = 410 }";
    let hello = launch().args(["--set", rule]).start();
    let asked = hello.say("GET /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(asked.status(), 410);
    let closed = "serve = \"www\"\ncontrol = \"./web.sock\"\n[maintenance]\n";
    std::fs::write(site.path().join("hello.toml"), closed).unwrap();
    let (status, printed, complaints) = launch().args(["check", "--against-traffic"]).output();
    assert_eq!((status.code(), &*complaints), (Some(1), ""), "{printed}");
    let places: Vec<&str> = { printed.lines() }
        .filter(|line| line.contains("410") || line.contains("503"))
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(places, ["(--set)", "(hello.toml:3)"], "{printed}");
    hello.stop();
}
