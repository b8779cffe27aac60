//! Why clients do what they do: each label, provoked by the real thing.
//!
//! Where a label needs two things to happen close together, a busy machine may come between them.
//! The journal's own times tell whether it did: then they are made to happen again. Where they were
//! close enough the label has to be there, the first time.

use std::net::TcpListener;
use std::time::Duration;

use crate::harness::{
    Client, Event, Hello, Launch, Protocol, address_in, folder, get, large_file,
    over_every_protocol,
};

over_every_protocol! {
    an_ordinary_page_needs_no_explanation,
    a_connection_closed_without_a_word_is_a_knock,
    a_connection_held_while_another_is_used_is_a_spare_one,
    a_spare_connection_that_the_client_closes_is_one_too,
    a_spare_connection_that_is_given_up_at_once_is_neither_knock_nor_race,
    who_leaves_in_the_middle_of_an_answer_and_asks_again_is_known,
    a_player_that_skips_is_taken_for_one,
    a_request_sent_into_our_close_is_sent_again,
    who_leaves_in_the_middle_of_a_request_is_known,
    a_health_check_is_known_by_its_path,
    probes_are_counted_apart_from_errors_and_files_from_both,
    a_probe_that_was_answered_is_a_probe_all_the_same,
}

/// How often things are made to happen until they happen close together.
const ATTEMPTS: usize = 50;

/// Makes something happen until it took less than `within`; then it is labelled as it should be.
fn provoked(mut happen: impl FnMut() -> (Event, Duration), within: Duration, key: &str) -> Event {
    let mut seen = Vec::new();
    for _ in 0..ATTEMPTS {
        let (event, took) = happen();
        if took < within {
            assert_eq!(event.why(), key, "{event:?}, which took {took:?}");
            return event;
        }
        seen.push(took);
    }
    panic!("never within {within:?}: {seen:?}");
}

/// From accept to close.
fn lasted(ended: &Event) -> Duration {
    Duration::from_millis(ended.number("lasted_ms"))
}

/// A connection that is known to be accepted, and to be private where connections are, on which nobody
/// has said a word.
fn silent(hello: &Hello) -> Client {
    let mut client = hello.connect();
    hello.number_of(&client.name());
    if Protocol::spoken().is_private() {
        client.shake_hands().unwrap();
    }
    client
}

/// Two connections, known to be accepted in this order.
fn two(hello: &Hello) -> (Client, Client) {
    (silent(hello), silent(hello))
}

/// Closes a connection and hears what the journal says of it.
fn closed(hello: &Hello, client: Client) -> Event {
    let name = client.name();
    client.close();
    hello.end_of(&name)
}

/// The first request of a client's connection.
fn request_of(hello: &Hello, client: &Client) -> Event {
    let number = hello.number_of(&client.name());
    hello.until(|event| event.is("request") && event.number("connection") == number)
}

fn an_ordinary_page_needs_no_explanation() {
    let hello = Hello::serving(&[("index.html", "hi"), ("logo.svg", "<svg/>")]);
    let mut client = hello.connect();
    client.get("/");
    client.get("/logo.svg");
    client.get("/nothing.svg");
    closed(&hello, client);
    let ended = hello.stop();
    for event in &ended.events {
        assert!(!event.has("why") && !event.has("probe"), "{event:?}");
    }
}

fn a_connection_closed_without_a_word_is_a_knock() {
    let hello = Hello::serving(&[]);
    for _ in 0..2 {
        let client = silent(&hello);
        let ended = closed(&hello, client);
        assert_eq!(ended.why(), "port-knock", "{ended:?}");
        assert_eq!(ended.fact("lasted_ms"), ended.number("lasted_ms"));
    }
}

fn a_connection_held_while_another_is_used_is_a_spare_one() {
    // The server's own deadline is the clock: the spare connection is held until it comes.
    let hello = Hello::serving_with(&["--first-byte-timeout", "800ms"], &[("page.txt", "hi")]);
    let (spare, mut used) = two(&hello);
    assert_eq!(used.get("/page.txt").text(), "hi");
    let ended = hello.end_of(&spare.name());
    assert_eq!(ended.text("ending"), "first-byte-timeout");
    assert_eq!(ended.why(), "spare-connection", "{ended:?}");
    assert_eq!(ended.fact("sibling"), hello.number_of(&used.name()));
    assert!(ended.fact("held_ms") >= 800, "{ended:?}");
}

fn a_spare_connection_that_the_client_closes_is_one_too() {
    let hello = Hello::serving_with(&["--idle-timeout", "300ms"], &[("page.txt", "hi")]);
    let (spare, mut used) = two(&hello);
    used.get("/page.txt");
    // Again the server's deadline is the clock.
    hello.end_of(&used.name());
    let ended = closed(&hello, spare);
    assert_eq!(ended.why(), "spare-connection", "{ended:?}");
}

/// A browser opens a second connection as soon as a page comes, and closes it with the window.
fn a_spare_connection_that_is_given_up_at_once_is_neither_knock_nor_race() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut used = hello.connect();
    used.get("/page.txt");
    let spare = silent(&hello);
    let ended = closed(&hello, spare);
    assert_eq!(ended.why(), "spare-connection", "{ended:?}");
    assert_eq!(ended.fact("sibling"), hello.number_of(&used.name()));
}

#[test]
fn a_race_between_ipv4_and_ipv6_has_a_loser() {
    if TcpListener::bind("[::1]:0").is_err() {
        // This machine has but one of the two.
        return;
    }
    let hello = Launch::new()
        .args(["--listen", "127.0.0.1:0", "--listen", "[::1]:0"])
        .start_where_told();
    let listening = hello.until_count(2, |event| event.is("listening"));
    let addresses: Vec<_> = { listening.iter() }
        .map(|event| address_in(event.text("address")))
        .collect();
    let ended = provoked(
        || {
            let loser = Client::of(addresses[1]);
            hello.number_of(&loser.name());
            let mut winner = Client::of(addresses[0]);
            hello.number_of(&winner.name());
            let ended = closed(&hello, loser);
            winner.get("/");
            let took = lasted(&ended);
            (ended, took)
        },
        // The loser was there first: it was closed at most so long after the winner came.
        Duration::from_millis(500),
        "lost-race",
    );
    assert_eq!(ended.fact_text("families"), "two", "{ended:?}");
}

#[test]
fn of_two_opened_at_once_the_one_dropped_at_once_lost() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut sibling = 0;
    let ended = provoked(
        || {
            let (loser, mut winner) = two(&hello);
            sibling = hello.number_of(&winner.name());
            let ended = closed(&hello, loser);
            winner.get("/page.txt");
            let took = lasted(&ended);
            (ended, took)
        },
        Duration::from_millis(100),
        "lost-race",
    );
    assert_eq!(ended.fact_text("families"), "one", "{ended:?}");
    assert_eq!(ended.fact("sibling"), sibling);
}

fn who_leaves_in_the_middle_of_an_answer_and_asks_again_is_known() {
    let folder = folder(&[]);
    large_file(&folder.path().join("large.iso"), 30 << 20);
    let hello = Hello::start(&[], folder.path());
    let leave = || {
        let mut client = hello.connect();
        client.send(get("/large.iso"));
        client.head();
        client.take(1 << 20);
        let name = client.name();
        client.reset();
        hello.end_of(&name)
    };
    let ended = leave();
    assert_eq!(ended.why(), "client-went-away", "{ended:?}");
    assert_eq!(ended.fact_text("left"), "answer");
    assert_eq!(ended.fact("of"), 30 << 20);
    assert!(
        (1 << 20..30 << 20).contains(&ended.fact("bytes")),
        "{ended:?}"
    );

    let mut earlier = 0;
    let request = provoked(
        || {
            let left = leave();
            earlier = left.number("connection");
            let mut again = hello.connect();
            again.send(get("/large.iso"));
            again.head();
            again.take(30 << 20);
            let request = request_of(&hello, &again);
            let took = request.after(&left);
            (request, took)
        },
        Duration::from_secs(5),
        "repeated-request",
    );
    assert_eq!(request.fact_text("cause"), "broken-answer", "{request:?}");
    assert_eq!(request.fact_text("ending"), "reset-by-client");
    assert_eq!(request.fact("earlier"), earlier, "{request:?}");
}

fn a_player_that_skips_is_taken_for_one() {
    let folder = folder(&[]);
    large_file(&folder.path().join("film.mp4"), 30 << 20);
    let hello = Hello::start(&[], folder.path());
    let mut client = hello.connect();
    client.send(get("/film.mp4"));
    client.head();
    client.take(1 << 20);
    let name = client.name();
    client.reset();
    let ended = hello.end_of(&name);
    assert_eq!(ended.fact_text("left"), "media", "{ended:?}");
    let mut again = hello.connect();
    again.send("GET /film.mp4 HTTP/1.1\r\nHost: a\r\nRange: bytes=2000000-2000099\r\n\r\n");
    assert_eq!(again.reply().status(), 206);
    let request = request_of(&hello, &again);
    assert!(!request.has("why"), "{request:?}");
}

fn a_request_sent_into_our_close_is_sent_again() {
    let hello = Hello::serving_with(&["--idle-timeout", "50ms"], &[("page.txt", "hi")]);
    let mut earlier = 0;
    let request = provoked(
        || {
            let mut kept = hello.connect();
            kept.get("/page.txt");
            kept.end();
            // The client has not noticed: its request meets a closed connection.
            let _ = kept.try_send(get("/page.txt"));
            let mut fresh = hello.connect();
            assert_eq!(fresh.get("/page.txt").text(), "hi");
            earlier = hello.number_of(&kept.name());
            let request = request_of(&hello, &fresh);
            let took = request.after(&hello.end_of(&kept.name()));
            (request, took)
        },
        Duration::from_millis(500),
        "repeated-request",
    );
    assert_eq!(
        request.fact_text("cause"),
        "stale-keep-alive",
        "{request:?}"
    );
    assert_eq!(request.fact_text("ending"), "idle-timeout");
    assert_eq!(request.fact("earlier"), earlier);
}

fn who_leaves_in_the_middle_of_a_request_is_known() {
    let hello = Hello::serving(&[]);
    let mut client = hello.connect();
    client.send_nearly(get("/"));
    let ended = closed(&hello, client);
    assert_eq!(ended.why(), "client-went-away", "{ended:?}");
    assert_eq!(ended.fact_text("left"), "request");
    assert_eq!(ended.fact("bytes"), ended.number("received_bytes"));
}

/// What OpenSSL says first when it is told `https://localhost`, as TLS 1.2.
const CLIENT_HELLO: &str = "\
    16030100950100009103031157f4578d722d344daf53318d2901701d085e1ce6c9e9de96845ffc1a78288800\
    0004c02f00ff010000640000000e000c0000096c6f63616c686f7374000b000403000102000a000c000a001d\
    0017001e00190018002300000016000000170000000d002a0028040305030603080708080809080a080b0804\
    08050806040105010601030303010302040205020602";

#[test]
fn tls_on_a_plain_port_is_explained() {
    let hello = Hello::serving(&[]);
    let bytes: Vec<u8> = { CLIENT_HELLO.as_bytes().chunks(2) }
        .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
        .collect();
    let mut client = hello.connect();
    client.send(&bytes);
    client.drain();
    let ended = hello.end_of(&client.name());
    assert_eq!(ended.why(), "tls-on-plain-port", "{ended:?}");
    assert_eq!(ended.fact("received_bytes"), bytes.len() as u64);
}

#[test]
fn words_that_are_nearly_http2_are_explained() {
    let hello = Hello::serving(&[]);
    let mut client = hello.connect();
    client.send(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    client.drain();
    let ended = hello.end_of(&client.name());
    assert_eq!(ended.why(), "http2-preface", "{ended:?}");
    assert_eq!(ended.fact("received_bytes"), 33);
}

fn a_health_check_is_known_by_its_path() {
    let hello = Hello::serving(&[]);
    assert_eq!(hello.get("/healthz").status(), 404);
    let request = hello.until(|event| event.is_request("/healthz"));
    assert_eq!(request.why(), "health-check", "{request:?}");
    assert_eq!(request.fact_text("by"), "path");
    assert_eq!(request.text("probe"), "health-check");
}

fn probes_are_counted_apart_from_errors_and_files_from_both() {
    let hello = Hello::serving(&[("robots.txt", "User-agent: *"), ("index.html", "hi")]);
    let mut client = hello.connect();
    for (target, status) in [
        ("/", 200),
        ("/robots.txt", 200),
        ("/favicon.ico", 404),
        ("/wp-login.php", 404),
        ("/.git/config", 404),
        ("/logo.svg", 404),
    ] {
        assert_eq!(client.get(target).status(), status, "{target}");
    }
    closed(&hello, client);
    let probe = |target| {
        let request = hello.until(|event| event.is_request(target));
        request.text("probe").to_owned()
    };
    assert_eq!(probe("/favicon.ico"), "favicon");
    assert_eq!(probe("/wp-login.php"), "word-press");
    assert_eq!(probe("/.git/config"), "secrets");
    assert_eq!(probe("/robots.txt"), "", "a file like any other");
    let ended = hello.stop();
    let stopped = ended.events.last().unwrap();
    let count = |field| stopped.number(field);
    assert_eq!(
        (count("requests"), count("probes"), count("errors")),
        (6, 3, 1)
    );
}

fn a_probe_that_was_answered_is_a_probe_all_the_same() {
    let files = [("index.html", "hi"), ("apple-touch-icon.png", "theirs")];
    let hello = Hello::serving_with(&["--answer-probes"], &files);
    let mut client = hello.connect();
    let icon = client.get("/favicon.ico");
    assert_eq!(icon.status(), 200);
    assert_eq!(icon.field("content-type"), Some("image/vnd.microsoft.icon"));
    let tag = icon.field("etag").unwrap();
    client.send(format!(
        "GET /favicon.ico HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n\r\n"
    ));
    assert_eq!(client.reply().status(), 304);
    let picture = client.get("/apple-touch-icon-precomposed.png");
    assert_eq!(picture.field("content-type"), Some("image/png"));
    assert_eq!(client.get("/apple-touch-icon.png").text(), "theirs");
    let tools = "/.well-known/appspecific/com.chrome.devtools.json";
    for (target, status) in [
        (tools, 204),
        ("/.well-known/traffic-advice", 204),
        ("/robots.txt", 404),
        ("/logo.svg", 404),
    ] {
        assert_eq!(client.get(target).status(), status, "{target}");
    }
    closed(&hello, client);
    let request = hello.until(|event| event.is_request(tools));
    assert_eq!(request.text("probe"), "dev-tools");
    assert_eq!(request.text("reason"), "no-such-file");
    let ended = hello.stop();
    let stopped = ended.events.last().unwrap();
    let count = |field| stopped.number(field);
    assert_eq!(
        (count("requests"), count("probes"), count("errors")),
        (8, 6, 1)
    );
}
