//! hello.toml: which file is taken, what of it counts, and what is said of one that is wrong.

use crate::harness::{Client, Event, Hello, Launch, folder, over_every_protocol};

over_every_protocol! {
    the_file_in_the_current_folder_is_taken,
    hosts_have_sites_of_their_own,
}

fn asks(host: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

fn answer(hello: &Hello, host: &str, target: &str) -> (u16, String) {
    let reply = hello.say(asks(host, target));
    (reply.status(), reply.text())
}

fn the_file_in_the_current_folder_is_taken() {
    let folder = folder(&[
        ("hello.toml", "serve = \"./public\"\nspa = true\n"),
        ("public/index.html", "start"),
        ("hello.html", "not served"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    assert_eq!(answer(&hello, "a", "/"), (200, "start".to_owned()));
    assert_eq!(answer(&hello, "a", "/deep/page"), (200, "start".to_owned()));
    assert_eq!(answer(&hello, "a", "/hello.html").0, 404);
    hello.stop();
}

fn hosts_have_sites_of_their_own() {
    let folder = folder(&[
        (
            "hello.toml",
            "[[site]]\nhost = \"a.example\"\nserve = \"./a\"\n\
             [[site]]\nhost = \"*.example\"\nserve = \"./b\"\nlist = true\n",
        ),
        ("a/page.txt", "a"),
        ("b/page.txt", "b"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    assert_eq!(answer(&hello, "a.example", "/page.txt").1, "a");
    assert_eq!(answer(&hello, "B.example:80", "/page.txt").1, "b");
    assert_eq!(answer(&hello, "c.test", "/page.txt").0, 421);
    // Nobody asked for a list, and somebody did.
    assert_eq!(answer(&hello, "a.example", "/").0, 404);
    assert_eq!(answer(&hello, "b.example", "/").0, 200);
    hello.stop();
}

#[test]
fn a_path_on_the_command_line_leaves_the_file_alone_unless_it_is_named() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \"./public\"\nspa = true\n\
             [[site]]\nhost = \"a.example\"\nserve = \"./a\"\n",
        ),
        ("public/index.html", "start"),
        ("other/index.html", "other"),
        ("a/index.html", "a"),
    ]);
    let alone = { Launch::new().inside(folder.path()) }
        .args(["./other"])
        .start();
    assert_eq!(answer(&alone, "b", "/").1, "other");
    assert_eq!(answer(&alone, "b", "/deep").0, 404);
    assert_eq!(answer(&alone, "a.example", "/").1, "other");
    alone.stop();
    let named = { Launch::new().inside(folder.path()) }
        .args(["./other", "--config", "hello.toml"])
        .start();
    assert_eq!(answer(&named, "b", "/deep").1, "other");
    assert_eq!(answer(&named, "a.example", "/").1, "a");
    named.stop();
}

#[test]
fn paths_begin_where_the_file_is() {
    let folder = folder(&[
        ("etc/hello.toml", "include = \"sites/*.toml\"\n"),
        (
            "etc/sites/a.toml",
            "[[site]]\nhost = \"a\"\nserve = \"../../srv\"\n",
        ),
        ("srv/page.txt", "hi"),
    ]);
    let hello = { Launch::new().inside(folder.path()) }
        .args(["--config", "etc/hello.toml"])
        .start();
    assert_eq!(answer(&hello, "a", "/page.txt").1, "hi");
    hello.stop();
}

#[test]
fn an_empty_file_serves_the_built_in_site_and_says_where_it_comes_from() {
    let folder = folder(&[("hello.toml", "")]);
    let terminal = Launch::new().inside(folder.path()).show();
    let said = terminal.line_with("hello.toml");
    assert_eq!(said, "  as hello.toml says");
    assert_eq!(terminal.connect().get("/").status(), 200);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_nothing_is_served() {
    let folder = folder(&[("hello.toml", "lisen = 1\nserve = 2\n")]);
    let (status, printed, complaints) = Launch::new().inside(folder.path()).output();
    assert_eq!(status.code(), Some(2));
    assert_eq!(printed, "");
    for expected in [
        "error[unknown-key]: there is no key `lisen` here\n --> hello.toml:1:1\n",
        "did you mean `listen`?",
        "error[wrong-type]",
        "\nhello: hello.toml cannot be used: 2 errors\n",
    ] {
        assert!(complaints.contains(expected), "{complaints}");
    }
    let (status, _, complaints) = { Launch::new().inside(folder.path()) }
        .args(["--config", "other.toml", "--lang", "ru"])
        .output();
    assert_eq!(status.code(), Some(2));
    assert!(complaints.starts_with("hello: other.toml не существует\n"));
}

#[test]
fn the_file_asks_for_a_language_and_the_command_line_for_another() {
    let folder = folder(&[("hello.toml", "lang = \"ru\"\nserve = 2\n")]);
    let said = |args: &[&str]| {
        let launch = Launch::new().inside(folder.path()).args(args);
        launch.output().2
    };
    assert!(said(&[]).starts_with("ошибка["));
    assert!(said(&["--lang", "en"]).starts_with("error["));
    let coloured = said(&["--color", "always"]);
    assert!(coloured.starts_with("\u{1b}[1m\u{1b}[91m"), "{coloured}");
}

#[test]
fn settings_are_read_anew_and_a_mistake_changes_nothing() {
    use rustix::process::Signal;
    let folder = folder(&[
        ("hello.toml", "serve = \"./a\"\n"),
        ("a/page.txt", "a"),
        ("b/page.txt", "b"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let mut client: Client = hello.connect();
    let mut text = || client.get("/page.txt").text();
    assert_eq!(text(), "a");
    let file = folder.path().join("hello.toml");
    for (content, event, expected) in [
        ("serv = \"./b\"\n", "not-reloaded", "a"),
        ("serve = \"./b\"\n", "reloaded", "b"),
    ] {
        std::fs::write(&file, content).unwrap();
        hello.send_signal(Signal::HUP);
        hello.until(|found| found.is("notice") && found.text("notice") == event);
        assert_eq!(text(), expected, "on the same connection");
    }
    hello.stop();
}

/// What fails last has everything before it undone: files of logs, sockets, addresses.
#[test]
fn a_reading_that_fails_late_leaves_nothing_behind() {
    use rustix::process::Signal;
    let text = "serve = \"./a\"\nmetrics = \"127.0.0.1:0\"\n";
    let folder = folder(&[("hello.toml", text), ("a/page.txt", "a")]);
    let hello = Launch::new().inside(folder.path()).start();
    let names = || {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let logs = "[[access-log]]\nto = \"access.log\"\n[[site]]\nhost = \"b.example\"\nserve = \"./a\"\n\
        listen = \"unix:./b.sock\"\n[[site.access-log]]\nto = \"b.log\"\n";
    let failing = [
        format!("{text}{logs}[[site]]\nlisten = \"{taken}\"\nserve = \"./a\"\n"),
        format!("serve = \"./a\"\nmetrics = \"{taken}\"\n{logs}"),
        format!("{text}control = \"no/such/folder/control\"\n{logs}"),
    ];
    for (times, failing) in (1..).zip(failing) {
        std::fs::write(folder.path().join("hello.toml"), failing).unwrap();
        hello.send_signal(Signal::HUP);
        hello.until_count(times, |event| event.is_notice("not-reloaded"));
        assert_eq!(names(), before);
        assert_eq!(hello.get("/page.txt").text(), "a");
    }
    // With what it failed for out of the way all of it is there.
    std::fs::write(folder.path().join("hello.toml"), format!("{text}{logs}")).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("reloaded"));
    for name in ["access.log", "b.log", "b.sock"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
    hello.stop();
}

/// Whatever way a file changes: in its place, by another in its place, as one more that is included, with
/// the whole folder.
#[test]
fn files_that_are_followed_are_read_anew_when_they_change() {
    let release = |name: &str, page: &str| {
        [
            (
                format!("{name}/hello.toml"),
                format!("serve = \"../{page}\"\ninclude = \"sites/*.toml\"\n"),
            ),
            (format!("{name}/sites/readme"), String::new()),
        ]
    };
    let files = [release("one", "a"), release("two", "b")].concat();
    let files = files.iter().map(|(name, text)| (&**name, &**text));
    let pages = [
        ("a/page.txt", "a"),
        ("b/page.txt", "b"),
        ("c/page.txt", "c"),
    ];
    let folder = folder(&files.chain(pages).collect::<Vec<_>>());
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("one", at("current")).unwrap();
    let launch = Launch::new().inside(folder.path());
    let launch = launch.args(["--config", "current/hello.toml", "--watch"]);
    let hello = launch.start();
    let mut client: Client = hello.connect();
    let mut heard = 0;
    let mut text_after = |event: &str, host: &str| {
        heard += 1;
        let of_reading =
            |found: &Event| found.is_notice("reloaded") || found.is_notice("not-reloaded");
        let found = hello.until_count(heard, of_reading);
        assert_eq!(found.last().unwrap().text("notice"), event);
        client.send(asks(host, "/page.txt"));
        client.reply().text()
    };
    std::fs::write(at("one/hello.toml"), "serve = \"../c\"\n").unwrap();
    assert_eq!(text_after("reloaded", "x"), "c", "written in its place");
    std::fs::write(at("one/hello.toml"), "sreve = \"../b\"\n").unwrap();
    assert_eq!(
        text_after("not-reloaded", "x"),
        "c",
        "a mistake changes nothing"
    );
    let include = "serve = \"../b\"\ninclude = \"sites/*.toml\"\n";
    std::fs::write(at("one/new"), include).unwrap();
    std::fs::rename(at("one/new"), at("one/hello.toml")).unwrap();
    assert_eq!(text_after("reloaded", "x"), "b", "another in its place");
    let site = "[[site]]\nhost = \"x.example\"\nserve = \"../../c\"\n";
    std::fs::write(at("one/sites/x.toml"), site).unwrap();
    assert_eq!(
        text_after("reloaded", "x.example"),
        "c",
        "one more that is included"
    );
    std::fs::write(at("one/sites/x.toml"), "[[site]]\nhost = \n").unwrap();
    assert_eq!(text_after("not-reloaded", "x.example"), "c");
    std::fs::write(at("one/sites/x.toml"), site.replace("c\"", "a\"")).unwrap();
    assert_eq!(
        text_after("reloaded", "x.example"),
        "a",
        "an included file that was wrong"
    );
    std::os::unix::fs::symlink("two", at("other")).unwrap();
    std::fs::rename(at("other"), at("current")).unwrap();
    assert_eq!(text_after("reloaded", "x"), "b", "another folder");
    hello.stop();
}

#[test]
fn variables_count_before_the_file_and_after_the_command_line() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \"./a\"\nspa = true\n[limits]\ntarget-bytes-max = 64\n",
        ),
        ("a/index.html", "a"),
        ("b/index.html", "b"),
    ]);
    let start = |variables: &[(&str, &str)], args: &[&str]| {
        let launch = Launch::new().inside(folder.path()).args(args);
        let launch = variables
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value));
        launch.start()
    };
    let long = format!("/{}", "x".repeat(100));
    let hello = start(&[], &[]);
    assert_eq!(answer(&hello, "a", "/deep"), (200, "a".to_owned()));
    assert_eq!(answer(&hello, "a", &long).0, 414);
    hello.stop();
    let variables = [("HELLO_SPA", "off"), ("HELLO_TARGET_BYTES_MAX", "1KiB")];
    let hello = start(&variables, &[]);
    assert_eq!(answer(&hello, "a", "/deep").0, 404);
    assert_eq!(answer(&hello, "a", &long).0, 404);
    hello.stop();
    let hello = start(&variables, &["--spa", "--target-bytes-max", "128"]);
    assert_eq!(answer(&hello, "a", "/deep").0, 200);
    hello.stop();
    let hello = start(
        &[
            ("HELLO_SERVE", "./b,x=./a"),
            ("HELLO_PORT", "tcp://10.0.0.1:80"),
        ],
        &[],
    );
    assert_eq!(answer(&hello, "a", "/").1, "b");
    assert_eq!(answer(&hello, "a", "/x/").1, "a");
    hello.stop();
}

#[test]
fn the_command_line_says_in_the_words_of_the_file_what_it_has_no_option_for() {
    let folder = folder(&[
        ("dist/index.html", "start"),
        (
            "hello.toml",
            "serve = \"./dist\"\n[maintenance]\non = false\nretry-after = \"1h\"\n\
             [[rule]]\npath = \"/old\"\nrespond = 404\n",
        ),
    ]);
    let pieces = [
        "--set",
        "rule = { path = \"/old\", redirect = \"/new\" }",
        "--set",
        "header = { path = \"/\", set = { x-a = \"1\" } }",
        "--set",
        "access = { path = \"/closed/*\", deny = [\"127.0.0.0/8\", \"unix\"] }",
        "--set",
        "security.content-security-policy = \"default-src 'self'\"",
    ];
    let launch = || Launch::new().inside(folder.path());
    // Beside a path, beside the file, and without either.
    for words in [&["./dist"][..], &[], &["--set", "serve = \"dist\""]] {
        let hello = launch().args(pieces).args(words).start();
        let moved = hello.say(asks("a", "/old"));
        assert_eq!(moved.status(), 302);
        assert_eq!(moved.field("location").unwrap(), "/new");
        let start = hello.say(asks("a", "/"));
        assert_eq!((start.status(), start.field("x-a").unwrap()), (200, "1"));
        let policy = start.field("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        assert_eq!(answer(&hello, "a", "/closed/a").0, 403);
        hello.stop();
    }
    // Of a table, the keys that nobody says stay as the file has them.
    let hello = launch().env("HELLO_SET", "maintenance.on = true").start();
    let closed = hello.say(asks("a", "/"));
    assert_eq!(
        (closed.status(), closed.field("retry-after").unwrap()),
        (503, "3600")
    );
    hello.stop();
    // What was typed counts before a variable, also before one that is an option's.
    let hello = { launch() }
        .env("HELLO_SET", "maintenance.on = true\nmethods = \"GET\"\n")
        .env(
            "HELLO_TRAILING_SLASH",
            "passed over: there is no such option",
        )
        .env("HELLO_SPA", "on")
        .args(["--set", "maintenance.on = false", "--set", "spa = false"])
        .start();
    let posted = hello.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(posted.status(), 405);
    assert_eq!(posted.field("allow").unwrap(), "GET");
    let got = ["/", "/deep"].map(|target| answer(&hello, "a", target).0);
    assert_eq!(got, [200, 404]);
    hello.stop();
}

#[test]
fn a_piece_that_is_wrong_is_shown_with_the_place_in_it() {
    let folder = folder(&[("hello.toml", "lisen = 1\n")]);
    let (status, printed, complaints) = { Launch::new().inside(folder.path()) }
        .env("HELLO_SET", "spa = true\nrule = 3\nsite = []\n")
        .args([
            "--set",
            "canonical-hots = \"a\"",
            "--set",
            "trailing-slash = \"x\"",
        ])
        .output();
    assert_eq!((status.code(), &*printed), (Some(2), ""));
    for expected in [
        "error[unknown-key]: there is no key `lisen` here\n --> hello.toml:1:1\n",
        " --> HELLO_SET:2:8\n  |\n2 | rule = 3\n",
        "error[file-only]: `site` stands in a file, and nowhere else\n --> HELLO_SET:3:1\n",
        " --> --set #1:1:1\n",
        "did you mean `canonical-host`?",
        " --> --set #2:1:18\n  |\n1 | trailing-slash = \"x\"\n",
        "\nhello: hello.toml, HELLO_SET, --set cannot be used: 6 errors\n",
    ] {
        assert!(complaints.contains(expected), "{expected}\n{complaints}");
    }
}

#[test]
fn what_is_said_beside_the_file_stays_when_that_is_read_anew() {
    let folder = folder(&[
        ("hello.toml", "serve = \"./a\"\ntrailing-slash = \"keep\"\n"),
        ("a/index.html", "a"),
        ("b/index.html", "b"),
    ]);
    let hello = { Launch::new().inside(folder.path()) }
        .args(["--set", "header = { set = { x-a = \"1\" } }"])
        .start();
    assert_eq!(answer(&hello, "a", "/").1, "a");
    std::fs::write(
        folder.path().join("hello.toml"),
        "serve = \"./b\"\n[[header]]\nset = { x-a = \"2\" }\n",
    )
    .unwrap();
    hello.send_signal(rustix::process::Signal::HUP);
    hello.until(|found| found.is("notice") && found.text("notice") == "reloaded");
    let reply = hello.say(asks("a", "/"));
    assert_eq!(
        (reply.text(), reply.field("x-a").unwrap()),
        ("b".to_owned(), "1")
    );
    hello.stop();
}

#[test]
fn who_asks_what_counts_is_told_where_a_piece_said_it() {
    let folder = folder(&[
        ("dist/index.html", ""),
        (
            "hello.toml",
            "serve = \"./dist\"\nmaintenance.retry-after = \"1h\"\n",
        ),
    ]);
    let launch = |words: &[&str]| {
        let launch = Launch::new().inside(folder.path()).args(words);
        launch.env("HELLO_SET", "methods = \"GET\"")
    };
    let rule = "rule = { path = \"/a\", respond = 410 }";
    let set = ["--set", "maintenance.page = \"/m.html\"", "--set", rule];
    let (_, page, _) = launch(&[&["config"][..], &set].concat()).output();
    for (begin, said) in [
        ("methods =", "# HELLO_SET"),
        ("page = \"/m.html\"", "# --set #1"),
        ("retry-after =", "# hello.toml:2"),
        ("respond = 410", "# --set #2"),
    ] {
        let line = page.lines().find(|line| line.starts_with(begin)).unwrap();
        assert!(line.ends_with(said), "{line}");
    }
    let (_, json, _) = launch(&[&["config", "--json"][..], &set].concat()).output();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let of = |key: &str| {
        { json.as_array().unwrap().iter() }
            .find(|one| one["key"] == key)
            .unwrap()
    };
    assert_eq!(of("rule[0].respond")["option"], "set");
    assert_eq!(of("methods")["variable"], "HELLO_SET");
    let explain = ["explain", "http://a/a"];
    let words = [
        &explain[..],
        &["--set", "maintenance.on = false", "--set", rule],
    ]
    .concat();
    let (_, told, _) = launch(&words).output();
    assert!(told.contains("--set #2") && told.contains("410"), "{told}");
    let words = [
        "check",
        "--set",
        "cert = \"no.pem\"",
        "--set",
        "key = \"no.key\"",
    ];
    let (status, told, _) = launch(&words).output();
    assert_eq!(status.code(), Some(1));
    assert!(told.contains(" --> --set #1:1:8\n"), "{told}");
    let (status, told, _) = launch(&["doctor", "--set", "serve = \"./none\""]).output();
    assert_eq!(status.code(), Some(1));
    assert!(told.contains("./none"), "{told}");
}

#[test]
fn a_wrong_variable_is_named_as_such() {
    let said = |name: &str, value: &str| {
        let (status, _, complaints) = Launch::new().env(name, value).output();
        assert_eq!(status.code(), Some(2));
        complaints
    };
    let told = said("HELLO_HEAD_TIMEOUT", "10");
    assert!(
        told.starts_with("hello: `HELLO_HEAD_TIMEOUT=10` has no unit\n"),
        "{told}"
    );
    let told = said("HELLO_QUIET", "perhaps");
    assert!(
        told.starts_with("hello: `HELLO_QUIET=perhaps` says neither yes nor no\n"),
        "{told}"
    );
    let told = said("HELLO_CONFIG", "nowhere.toml");
    assert!(
        told.starts_with("hello: there is no nowhere.toml\n"),
        "{told}"
    );
}

#[test]
fn the_effective_configuration_says_where_each_value_comes_from() {
    let folder = folder(&[(
        "hello.toml",
        "serve = \"./a\"\nlog = \"json\"\n[limits]\nhead-timeout = \"5s\"\n",
    )]);
    let launch = || {
        Launch::new()
            .inside(folder.path())
            .env("HELLO_IDLE_TIMEOUT", "9s")
    };
    let (status, page, _) = launch().args(["config", "--list"]).output();
    assert_eq!(status.code(), Some(0));
    let line = |begin: &str| {
        let line = page.lines().find(|line| line.starts_with(begin)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for expected in [
        "serve = \"./a\" # hello.toml:1",
        "log = \"json\" # hello.toml:2",
        "list = true # --list",
        "spa = false # as usual",
        "head-timeout = \"5s\" # hello.toml:4",
        "idle-timeout = \"9s\" # HELLO_IDLE_TIMEOUT",
    ] {
        let (key, _) = expected.split_once(" =").unwrap();
        assert_eq!(line(&format!("{key} = ")), expected);
    }
    // What is shown can be read again, and means the same.
    std::fs::write(folder.path().join("again.toml"), &page).unwrap();
    let (status, again, complaints) = { Launch::new().inside(folder.path()) }
        .args(["config", "--config", "again.toml"])
        .output();
    assert_eq!(status.code(), Some(0), "{complaints}");
    let values = |page: &str| -> Vec<String> {
        let lines = page.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| line.split("  # ").next().unwrap().trim_end().to_owned())
            .collect()
    };
    assert_eq!(values(&again), values(&page));
    let (_, json, _) = launch().args(["config", "--json"]).output();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = json
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["key"] == "limits.head-timeout");
    let expected = serde_json::json!({
        "key": "limits.head-timeout", "value": "5s", "from": "file", "file": "hello.toml", "line": 4,
    });
    assert_eq!(found, Some(&expected));
}

#[test]
fn a_check_resolves_everything_that_is_named() {
    let folder = folder(&[
        ("good.toml", "listen = \"127.0.0.1:0\"\nserve = \"./a\"\n"),
        (
            "lacking.toml",
            "listen = [\"127.0.0.1:0\", \"192.0.2.77:1\"]\nserve = { \"/\" = \"./a\", \"/b\" = \"./b\" }\n\
             cert = \"no.pem\"\nkey = \"no.key\"\nhints = \"no.txt\"\n",
        ),
        ("wrong.toml", "serve = 1\n"),
        ("a/index.html", "a"),
    ]);
    let check = |args: &[&str]| {
        let launch = Launch::new()
            .inside(folder.path())
            .args(["check"])
            .args(args);
        let (status, printed, complaints) = launch.output();
        (status.code(), printed + &complaints)
    };
    let (code, told) = check(&["good.toml"]);
    assert_eq!(
        (code, &*told),
        (Some(0), "good.toml can be used: one site, one address")
    );
    let (code, told) = check(&["lacking.toml"]);
    assert_eq!(code, Some(1), "{told}");
    for expected in [
        "error[no-such-path]: cannot serve `./b`",
        " --> lacking.toml:2:31\n",
        "error[certificate-unreadable]",
        "error[hints-unreadable]",
        "error[address-not-available]",
        "lacking.toml says nothing wrong, but 4 things that it names cannot be used",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    for (args, expected) in [
        (&["wrong.toml"][..], "error[wrong-type]"),
        (&["--config", "wrong.toml"], "error[wrong-type]"),
        (&[], "there is no hello.toml"),
        (&["good.toml", "more.toml"], "is too many for `hello check`"),
    ] {
        let (code, told) = check(args);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(expected), "{told}");
    }
}
