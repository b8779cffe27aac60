//! Metrics, and whether the server lives and is ready: over real sockets, at an address of their own.

#![allow(clippy::float_cmp, reason = "what is counted is whole")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::SocketAddr;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Client, Hello, Launch, Protocol, Reply, folder, get, over_every_protocol};
use crate::repository;

over_every_protocol! {
    what_happens_is_counted,
    what_clients_make_up_makes_no_series,
    nothing_is_missing_however_much_the_journal_drops,
    a_server_that_is_told_to_stop_is_not_ready_before_its_doors_close,
    every_site_is_counted_for_itself_and_keeps_its_counts,
}

const FILES: [(&str, &str); 2] = [("index.html", "hi"), ("page.txt", "hello")];

/// A server that tells metrics at a port that the system chose.
struct Watched {
    hello: Hello,
    at: SocketAddr,
}

impl Watched {
    fn with(options: &[&str]) -> Self {
        let hello = Hello::serving_with(&[&["--metrics", "127.0.0.1:0"], options].concat(), &FILES);
        let told = hello.until(|event| event.is_notice("metrics"));
        let at = told.text("address").parse().unwrap();
        Self { hello, at }
    }

    /// Asks at the address of metrics, which speaks HTTP/1.1 in clear whatever the server speaks.
    fn say(&self, request: &str) -> Reply {
        Protocol::Http1.speak(|| {
            let mut client = Client::of(self.at);
            client.send(request);
            client.reply()
        })
    }

    fn asked(&self, path: &str) -> Reply {
        self.say(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.at))
    }

    fn samples(&self) -> BTreeMap<String, f64> {
        let reply = self.asked("/metrics");
        assert_eq!(reply.status(), 200);
        let content_type = reply.field("content-type").unwrap_or_default();
        assert_eq!(
            content_type,
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        assert_eq!(reply.field("cache-control"), Some("no-store"));
        parsed(&reply.text())
    }

    /// The sum of all series of a name with these words in their labels.
    fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let samples = self.samples();
        let of_it = samples.iter().filter(|(series, _)| {
            series.split('{').next() == Some(name)
                && labels.iter().all(|label| series.contains(label))
        });
        of_it.map(|(_, value)| value).sum()
    }
}

/// The samples of a text, by series. Fails on whatever OpenMetrics does not allow: a family in two
/// places, a sample without its family, a name that does not fit its kind, a series twice.
fn parsed(text: &str) -> BTreeMap<String, f64> {
    let body = text.strip_suffix("# EOF\n").expect("it ends with its end");
    let mut samples = BTreeMap::new();
    let mut families = BTreeSet::new();
    let (mut family, mut kind) = ("", "");
    for line in body.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, _] => {
                assert!(families.insert(name), "{name} comes twice");
                (family, kind) = (name, "");
            }
            ["#", "TYPE", name, told] => {
                assert_eq!(name, family);
                kind = told;
            }
            ["#", "UNIT", name, unit] => {
                assert_eq!(name, family);
                assert!(name.ends_with(&format!("_{unit}")), "{line}");
            }
            _ => {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let name = series.split('{').next().unwrap();
                let end = name
                    .strip_prefix(family)
                    .unwrap_or_else(|| panic!("{line}"));
                let ends: &[&str] = match kind {
                    "counter" => &["_total"],
                    "gauge" => &[""],
                    "histogram" => &["_bucket", "_sum", "_count"],
                    "info" => &["_info"],
                    kind => panic!("{family} is a {kind}"),
                };
                assert!(ends.contains(&end), "{line}");
                let value = value.parse().unwrap_or_else(|_| panic!("{line}"));
                assert!(samples.insert(series.to_owned(), value).is_none(), "{line}");
            }
        }
    }
    samples
}

fn ask(hello: &Hello, line: &str) -> u16 {
    let mut client = hello.connect();
    client.send(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n"));
    let reply = client.reply();
    let name = client.name();
    drop(client);
    // Journalled by now, and so counted.
    hello.end_of(&name);
    reply.status()
}

fn what_happens_is_counted() {
    let watched = Watched::with(&[]);
    let hello = &watched.hello;
    assert_eq!(
        watched.sum("hello_exchanges_total", &[]),
        0.0,
        "asking is not counted"
    );
    for (line, status) in [
        ("GET /page.txt", 200),
        ("GET /page.txt", 200),
        ("GET /nothing", 404),
        ("POST /page.txt", 405),
    ] {
        assert_eq!(ask(hello, line), status);
    }
    let open = hello.connect();
    hello.number_of(&open.name());
    let version = format!("protocol=\"{}\"", Protocol::spoken().version());
    for (name, labels, value) in [
        (
            "hello_exchanges_total",
            &["status=\"2xx\"", &*version][..],
            2.0,
        ),
        (
            "hello_exchanges_total",
            &["status=\"4xx\"", "site=\"default\""],
            2.0,
        ),
        ("hello_exchanges_total", &[], 4.0),
        ("hello_exchange_seconds_count", &[], 4.0),
        ("hello_exchange_seconds_bucket", &["le=\"+Inf\""], 4.0),
        ("hello_connections_accepted_total", &[], 5.0),
        ("hello_connections_ended_total", &["closed-by-client"], 4.0),
        ("hello_connections", &[], 1.0),
        ("hello_ready", &[], 1.0),
        ("hello_build_info", &["version=\""], 1.0),
        ("hello_journal_dropped_total", &[], 0.0),
    ] {
        assert_eq!(watched.sum(name, labels), value, "{name} {labels:?}");
    }
    assert!(watched.sum("hello_content_bytes_total", &[]) >= 10.0);
    assert!(watched.sum("hello_received_bytes_total", &[]) > 40.0);
    assert!(
        watched.sum("hello_sent_bytes_total", &[]) > watched.sum("hello_content_bytes_total", &[])
    );
    let (hits, misses) = ("hello_cache_hits_total", "hello_cache_misses_total");
    assert!(watched.sum(hits, &[]) + watched.sum(misses, &[]) >= 2.0);
    assert!(watched.sum(misses, &[]) >= 1.0, "the first had to be read");
    assert_eq!(watched.sum("hello_cache_files", &[]), 1.0);
    assert!(watched.sum("hello_cache_bytes", &[]) >= 5.0);
    drop(open);
    let ended = watched.hello.stop();
    let requests = { ended.events.iter() }.filter(|event| event.is("request"));
    assert_eq!(requests.count(), 4, "nor does asking stand in the journal");
}

/// Names of series are what costs a metrics system its memory.
fn what_clients_make_up_makes_no_series() {
    let watched = Watched::with(&[]);
    let before: Vec<String> = watched.samples().into_keys().collect();
    for number in 0..20 {
        let mut client = watched.hello.connect();
        let request = format!(
            "GET /{number}?{number} HTTP/1.1\r\nHost: h{number}.evil.example\r\n\
             User-Agent: \"{number}\r\nX-Request-Id: {number}\r\n\r\n"
        );
        client.send(request);
        client.reply();
        let mut client = watched.hello.connect();
        let _ = client.try_send(format!("BREW{number} / HTTP/1.1\r\nHost: a\r\n\r\n"));
        client.reply();
    }
    let after: Vec<String> = watched.samples().into_keys().collect();
    assert_eq!(before, after);
}

/// A log that nobody can write, and more than the journal keeps: nothing of it touches the count.
fn nothing_is_missing_however_much_the_journal_drops() {
    const REQUESTS: usize = 2_000;
    let watched = Watched::with(&["--access-log", "/dev/full"]);
    let mut client = watched.hello.connect();
    for _ in 0..REQUESTS / 100 {
        client.send(get("/page.txt").repeat(100));
        for _ in 0..100 {
            assert_eq!(client.reply().status(), 200);
        }
    }
    let name = client.name();
    drop(client);
    watched.hello.end_of(&name);
    let count = f64::from(u32::try_from(REQUESTS).unwrap());
    assert_eq!(watched.sum("hello_exchanges_total", &["2xx"]), count);
    assert_eq!(watched.sum("hello_exchange_seconds_count", &[]), count);
}

fn a_server_that_is_told_to_stop_is_not_ready_before_its_doors_close() {
    let watched = Watched::with(&["--drain-delay", "1h"]);
    let ready = |watched: &Watched| {
        let reply = watched.asked("/ready");
        (reply.status(), reply.text())
    };
    assert_eq!(ready(&watched), (200, "ready\n".to_owned()));
    watched.hello.send_signal(Signal::TERM);
    let told = watched.hello.until(|event| event.is_notice("not-ready"));
    assert_eq!(told.number("delay_ms"), 3_600_000);
    assert_eq!(ready(&watched), (503, "not ready\n".to_owned()));
    assert_eq!(watched.asked("/live").status(), 200);
    // The doors are open, for those who have not heard yet.
    assert_eq!(watched.hello.get("/page.txt").text(), "hello");
    assert_eq!(watched.sum("hello_ready", &[]), 0.0);
    let mut idle = watched.hello.connect();
    assert_eq!(idle.get("/page.txt").status(), 200);
    // A second signal ends the delay, and what follows is as ever.
    watched.hello.send_signal(Signal::TERM);
    assert_eq!(watched.hello.ending_of(&idle.name()), "drained");
    assert_eq!(watched.hello.ended().status.code(), Some(0));
}

#[test]
fn a_delay_comes_to_its_end_by_itself() {
    let watched = Watched::with(&["--drain-delay", "1ms"]);
    watched.hello.send_signal(Signal::TERM);
    let ended = watched.hello.ended();
    assert_eq!(ended.status.code(), Some(0));
    assert!(
        ended
            .events
            .iter()
            .any(|event| event.is_notice("not-ready"))
    );
    // Without one nothing is said of it.
    let ended = Watched::with(&[]).hello.stop();
    assert!(
        !ended
            .events
            .iter()
            .any(|event| event.is_notice("not-ready"))
    );
}

/// While an answer is still being sent, who asks hears that we are not ready: to the very end.
#[test]
fn who_watches_is_answered_while_the_last_answers_leave() {
    let watched = Watched::with(&[]);
    crate::harness::large_file(&watched.hello.folder().join("large.bin"), 30 << 20);
    let mut client = watched.hello.connect();
    client.send(get("/large.bin"));
    client.head();
    client.take(2 << 20);
    watched.hello.send_signal(Signal::TERM);
    watched.hello.until(|event| event.is_notice("draining"));
    assert_eq!(watched.asked("/ready").status(), 503);
    assert_eq!(watched.asked("/metrics").status(), 200);
    client.drain();
    assert_eq!(watched.hello.ended().status.code(), Some(0));
}

#[test]
fn only_a_name_that_no_stranger_has_is_answered() {
    let watched = Watched::with(&[]);
    let asked = |host: &str, field: &str| {
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\n{field}\r\n");
        watched.say(&request).status()
    };
    for host in [
        "localhost",
        "127.0.0.1:9180",
        "[::1]",
        "hello",
        "hello.default.svc.cluster.local",
    ] {
        assert_eq!(asked(host, ""), 200, "{host}");
    }
    assert_eq!(
        asked("localhost", "Connection: close\r\n"),
        200,
        "as probes do"
    );
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:9180",
    ] {
        assert_eq!(asked(host, ""), 421, "{host}");
    }
    for field in [
        "Origin: http://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    ] {
        assert_eq!(asked("localhost", field), 403, "{field}");
    }
    assert_eq!(watched.asked("/").status(), 404);
    let post = format!("POST /metrics HTTP/1.1\r\nHost: {}\r\n\r\n", watched.at);
    assert_eq!(watched.say(&post).status(), 405);
}

#[test]
fn a_name_that_was_given_is_answered_by_that_name() {
    let site = crate::harness::folder(&FILES);
    let hello = Hello::start(&["--metrics", "localhost:0"], site.path());
    let told = hello.until(|event| event.is_notice("metrics"));
    let at: SocketAddr = told.text("address").parse().unwrap();
    let mut client = Client::of(at);
    client.send("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.reply().text(), "live\n");
    hello.stop();
}

/// Every metric of the page is told by a server, and none besides.
#[test]
fn the_page_names_what_a_server_tells() {
    let page = repository::read("docs/metrics.md");
    let rows = page.lines().filter(|line| line.starts_with("| `hello_"));
    let names = rows.flat_map(|row| repository::quoted(row.split('|').nth(1).unwrap()));
    let on_the_page: BTreeSet<&str> = names.collect();
    let samples = Watched::with(&[]).samples();
    let told: BTreeSet<&str> = { samples.keys() }
        .map(|series| series.split('{').next().unwrap())
        .collect();
    assert_eq!(on_the_page, told);
}

/// Has the server read its file anew; where metrics are told then, if that is said.
fn reload(hello: &Hello, file: &std::path::Path, text: &str, times: usize) {
    std::fs::write(file, text).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until_count(times, |event| event.is_notice("reloaded"));
}

fn of_host(hello: &Hello, host: &str) {
    of_host_by(hello, hello.connect(), host);
}

fn of_host_by(hello: &Hello, mut client: Client, host: &str) {
    client.send(format!("GET /page.txt HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert_eq!(client.reply().status(), 200);
    let name = client.name();
    drop(client);
    hello.end_of(&name);
}

fn every_site_is_counted_for_itself_and_keeps_its_counts() {
    let start = "metrics = \"127.0.0.1:0\"\nserve = \"./a\"\n";
    let site = |host: &str| format!("[[site]]\nhost = \"{host}\"\nserve = \"./a\"\n");
    let folder = folder(&[
        (
            "hello.toml",
            &format!("{start}{}{}", site("b.example"), site("c.example")),
        ),
        ("a/page.txt", "a"),
    ]);
    let watched = watched_in(&folder);
    let hosts = ["a.test", "b.example", "c.example", "c.example"];
    for host in hosts {
        of_host(&watched.hello, host);
    }
    let count = |site: &str| {
        let label = format!("site=\"{site}\"");
        let answered = watched.sum("hello_exchanges_total", &[&label, "status=\"2xx\""]);
        let timed = watched.sum("hello_exchange_seconds_count", &[&label]);
        assert_eq!(answered, timed, "{site}");
        let bytes = watched.sum("hello_content_bytes_total", &[&label]);
        assert_eq!(bytes, answered, "each is one byte");
        answered
    };
    assert_eq!(
        [count("default"), count("b.example"), count("c.example")],
        [1.0, 1.0, 2.0]
    );
    // The first goes, another comes before the second: nobody takes over what was counted for others.
    let file = folder.path().join("hello.toml");
    let next = format!("{start}{}{}", site("d.example"), site("c.example"));
    reload(&watched.hello, &file, &next, 1);
    for host in ["b.example", "c.example", "d.example"] {
        of_host(&watched.hello, host);
    }
    let sites = ["default", "b.example", "c.example", "d.example"];
    assert_eq!(sites.map(count), [2.0, 1.0, 3.0, 1.0]);
}

/// A server of this file in a folder, which tells metrics.
fn watched_in(folder: &TempDir) -> Watched {
    let hello = Launch::new().inside(folder.path()).start();
    let told = hello.until(|event| event.is_notice("metrics"));
    let at = told.text("address").parse().unwrap();
    Watched { hello, at }
}

/// Answers from what is kept, and those for which the disk was asked.
fn hits_and_misses(watched: &Watched) -> [f64; 2] {
    ["hello_cache_hits_total", "hello_cache_misses_total"].map(|name| watched.sum(name, &[]))
}

/// Hosts that are called like what is told of no host are not mixed up with it.
#[test]
fn a_host_that_is_called_default_is_counted_for_itself() {
    let site = |host: &str| format!("[[site]]\nhost = \"{host}\"\nserve = \"./a\"\n");
    let file = format!(
        "metrics = \"127.0.0.1:0\"\nserve = \"./a\"\n{}{}",
        site("default"),
        site("other")
    );
    let folder = folder(&[("hello.toml", &file), ("a/page.txt", "a")]);
    let watched = watched_in(&folder);
    for host in ["default", "default", "other", "a.example"] {
        of_host(&watched.hello, host);
    }
    let count = |site: &str| {
        let label = format!("site=\"{site}\"");
        watched.sum("hello_exchanges_total", &[&label])
    };
    let counted = ["default", "default.", "other.", "other"].map(count);
    assert_eq!(counted, [1.0, 2.0, 1.0, 0.0]);
}

/// One host has a site at one address and another elsewhere: each is counted, and logged, for itself.
#[test]
fn sites_of_one_host_at_several_addresses_are_told_apart() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    drop(held);
    let site = |listen: &str, name: &str| {
        format!(
            "[[site]]\nhost = \"a.example\"\n{listen}serve = \"./{name}\"\n\
             [[site.access-log]]\nto = \"{name}.log\"\nformat = \"{{path}}\"\n"
        )
    };
    let file = format!(
        "metrics = \"127.0.0.1:0\"\nserve = \"./a\"\n{}{}",
        site("", "a"),
        site(&format!("listen = \"127.0.0.1:{port}\"\n"), "b"),
    );
    let folder = folder(&[
        ("hello.toml", &file),
        ("a/page.txt", "a"),
        ("b/page.txt", "b"),
    ]);
    let watched = watched_in(&folder);
    of_host(&watched.hello, "a.example");
    for _ in 0..2 {
        let there = Client::of(([127, 0, 0, 1], port).into());
        of_host_by(&watched.hello, there, "a.example");
    }
    let count = |site: &str| {
        let label = format!("site=\"{site}\"");
        watched.sum("hello_exchanges_total", &[&label])
    };
    let elsewhere = format!("a.example 127.0.0.1:{port}");
    assert_eq!([count("a.example"), count(&elsewhere)], [1.0, 2.0]);
    watched.hello.stop();
    let lines = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().count()
    };
    assert_eq!([lines("a.log"), lines("b.log")], [1, 2]);
}

/// A reload throws nothing out of the cache, however many sites there are and were, and no file is taken
/// for that of another site.
#[test]
fn what_is_kept_of_files_stays_when_sites_come_and_go() {
    let start = "metrics = \"127.0.0.1:0\"\nserve = \"./a\"\n\
        [limits]\nlook-again-after = \"1m\"\n";
    let site =
        |name: &str, of: &str| format!("[[site]]\nhost = \"{name}.example\"\nserve = \"./{of}\"\n");
    let folder = folder(&[
        (
            "hello.toml",
            &format!("{start}{}{}", site("b", "b"), site("c", "c")),
        ),
        ("a/page.txt", "a"),
        ("b/page.txt", "b"),
        ("c/page.txt", "c"),
        ("d/page.txt", "d"),
    ]);
    let watched = watched_in(&folder);
    let file = folder.path().join("hello.toml");
    let told = |name: &str| {
        let mut client = watched.hello.connect();
        client.send(format!(
            "GET /page.txt HTTP/1.1\r\nHost: {name}.example\r\n\r\n"
        ));
        client.reply().text()
    };
    assert_eq!(["a", "b", "c"].map(told), ["a", "b", "c"]);
    assert_eq!(hits_and_misses(&watched), [0.0, 3.0]);
    // Others come, and one goes; there is more room for files.
    let many: String = (0..50).map(|n| site(&format!("site{n}"), "d")).collect();
    let next = format!(
        "{start}memory-bytes-max = \"32MiB\"\n{many}{}",
        site("b", "b")
    );
    reload(&watched.hello, &file, &next, 1);
    assert_eq!(["a", "b", "c"].map(told), ["a", "b", "a"]);
    assert_eq!(hits_and_misses(&watched), [3.0, 3.0]);
    assert_eq!(watched.sum("hello_cache_files", &[]), 2.0);
    // It comes again, and another has its files.
    let next = format!("{start}{}{}", site("b", "c"), site("c", "b"));
    reload(&watched.hello, &file, &next, 2);
    assert_eq!(["a", "b", "c"].map(told), ["a", "c", "b"]);
    assert_eq!(hits_and_misses(&watched), [4.0, 5.0]);
}

/// A thousand sites share what is set for all of them, and a single one may have all of it.
#[test]
fn a_thousand_sites_keep_no_more_than_is_set() {
    let mut file = "metrics = \"127.0.0.1:0\"\nserve = \"./0\"\n\
        [limits]\nmemory-bytes-max = \"1MiB\"\nopen-files-max = 4\nlook-again-after = \"1m\"\n"
        .to_owned();
    let place = folder(&[]);
    for n in 0..1000 {
        let _ = write!(
            file,
            "[[site]]\nhost = \"{n}.example\"\nserve = \"./{n}\"\n"
        );
        let own = place.path().join(n.to_string());
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("small"), n.to_string()).unwrap();
        let large = std::fs::File::create(own.join("large")).unwrap();
        large.set_len(100_000).unwrap();
    }
    std::fs::write(place.path().join("hello.toml"), file).unwrap();
    let watched = watched_in(&place);
    let hello = &watched.hello;
    let mut client = hello.connect();
    let mut ask = |n: usize, name: &str| {
        client.send(format!("GET /{name} HTTP/1.1\r\nHost: {n}.example\r\n\r\n"));
        client.reply().text()
    };
    for n in 0..1000 {
        assert_eq!(ask(n, "small"), n.to_string());
        assert_eq!(ask(n, "large").len(), 100_000);
    }
    let bytes = watched.sum("hello_cache_bytes", &[]);
    assert!(bytes <= f64::from(1 << 20), "{bytes}");
    assert_eq!(watched.sum("hello_cache_open_files", &[]), 4.0);
    let pid = hello.pid().as_raw_nonzero();
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let open = open.filter_map(|open| std::fs::read_link(open.unwrap().path()).ok());
    assert_eq!(open.filter(|path| path.ends_with("large")).count(), 4);
    // With a share of its own each would have had room for none, and 1 KiB.
    for _ in 0..3 {
        ask(7, "large");
        ask(7, "small");
    }
    let before = hits_and_misses(&watched);
    for _ in 0..3 {
        ask(7, "large");
        ask(7, "small");
    }
    let after = hits_and_misses(&watched);
    assert_eq!([after[0] - before[0], after[1] - before[1]], [6.0, 0.0]);
}

/// An address that stays is not touched, a new one is open before the old one closes, and one that cannot
/// be had changes nothing.
#[test]
fn a_reload_changes_where_metrics_are_told() {
    let folder = folder(&[
        ("hello.toml", "serve = \"./a\"\nmetrics = \"127.0.0.1:0\"\n"),
        ("a/page.txt", "a"),
    ]);
    let file = folder.path().join("hello.toml");
    let hello = Launch::new().inside(folder.path()).start();
    let told = |times: usize| -> SocketAddr {
        let told = hello.until_count(times, |event| event.is_notice("metrics"));
        told[times - 1].text("address").parse().unwrap()
    };
    let live = |at: SocketAddr| {
        Protocol::Http1.speak(|| {
            let mut client = Client::of(at);
            client.send(format!("GET /live HTTP/1.1\r\nHost: {at}\r\n\r\n"));
            client.reply().status()
        })
    };
    let first = told(1);
    let serve = "serve = \"./a\"\n";
    reload(
        &hello,
        &file,
        &format!("{serve}metrics = [\"127.0.0.1:0\", \"[::1]:0\"]\n"),
        1,
    );
    let second = told(2);
    assert_eq!([first, second].map(live), [200, 200]);
    // Somebody has that one.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    std::fs::write(&file, format!("{serve}metrics = \"{taken}\"\n")).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("not-reloaded"));
    assert_eq!([first, second].map(live), [200, 200]);
    reload(&hello, &file, &format!("{serve}metrics = \"[::1]:0\"\n"), 2);
    assert_eq!(live(second), 200);
    let is_closed = |at: SocketAddr| std::net::TcpStream::connect(at).is_err();
    while !is_closed(first) {
        std::thread::yield_now();
    }
    reload(&hello, &file, serve, 3);
    while !is_closed(second) {
        std::thread::yield_now();
    }
    hello.stop();
}
