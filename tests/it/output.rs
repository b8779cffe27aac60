//! What is printed, and that nobody has to read it.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::ChildStdout;

use rustix::process::Signal;

use crate::harness::{Client, Event, Hello, Launch, address_in, get};

/// Requests answered while nobody reads. Together with a target of this length they are several
/// times what pipe and journal hold.
const UNREAD: usize = 8_000;
const LONG_TARGET_BYTES: usize = 1000;

/// Reads up to the line that tells the address, byte by byte: the rest stays unread.
fn first_words(stdout: &mut ChildStdout) -> SocketAddr {
    let mut words = Vec::new();
    loop {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        words.push(byte[0]);
        let words = String::from_utf8_lossy(&words);
        if words.contains("http://") && words.ends_with('\n') {
            return address_in(words.trim_end());
        }
    }
}

/// Asks so often, a hundred at a time, and hears all answers.
fn ask_often(address: SocketAddr, requests: usize) {
    let mut client = Client::of(address);
    let target = format!("/{}", "a".repeat(LONG_TARGET_BYTES - 1));
    let hundred = get(&target).repeat(100);
    for _ in 0..requests / 100 {
        client.send(&hundred);
        for _ in 0..100 {
            assert_eq!(client.reply().status(), 404);
        }
    }
}

#[test]
fn an_output_that_nobody_reads_holds_up_nobody_and_what_was_dropped_is_counted() {
    let arguments = ["--log", "json", "--listen", "127.0.0.1:0"];
    let mut process = Launch::new().args(arguments).spawn();
    let mut stdout = process.take_stdout();
    let address = first_words(&mut stdout);
    ask_often(address, UNREAD);
    // Now somebody reads, to the end.
    let mut events = Vec::new();
    let mut lines = BufReader::new(stdout).lines().map(Result::unwrap);
    while !events.iter().any(|event: &Event| event.is("dropped")) {
        events.push(Event::of_line(
            &lines.next().expect("what was dropped is said"),
        ));
    }
    process.send_signal(Signal::TERM);
    events.extend(lines.map(|line| Event::of_line(&line)));
    assert_eq!(process.ended().0.code(), Some(0));

    let count = |kind: &str| events.iter().filter(|event| event.is(kind)).count() as u64;
    let dropped = |kind: &str| -> u64 {
        let objects = events.iter().filter(|event| event.is("dropped"));
        objects.map(|object| object.number(kind)).sum()
    };
    assert!(dropped("request") > 0);
    for (kind, happened) in [("accepted", 1), ("request", UNREAD as u64), ("ended", 1)] {
        assert_eq!(count(kind) + dropped(kind), happened, "{kind}");
    }
    let stopped = events.last().unwrap();
    assert!(stopped.is("stopped"), "{stopped:?}");
    assert_eq!(
        stopped.number("requests"),
        UNREAD as u64,
        "counts stay right"
    );
}

#[test]
fn an_output_that_nobody_reads_does_not_hold_up_the_end() {
    for format in ["text", "json"] {
        let arguments = ["--log", format, "--lang", "en", "--listen", "127.0.0.1:0"];
        let mut process = Launch::new().args(arguments).spawn();
        let mut stdout = process.take_stdout();
        let address = first_words(&mut stdout);
        ask_often(address, 300);
        process.send_signal(Signal::TERM);
        assert_eq!(process.ended().0.code(), Some(0), "{format}");
        drop(stdout);
    }
}

/// `hello | head -1`
#[test]
fn an_output_that_is_closed_changes_nothing() {
    for format in ["text", "json"] {
        let arguments = ["--log", format, "--lang", "en", "--listen", "127.0.0.1:0"];
        let mut process = Launch::new().args(arguments).spawn();
        let mut stdout = process.take_stdout();
        let address = first_words(&mut stdout);
        drop(stdout);
        ask_often(address, 300);
        process.send_signal(Signal::TERM);
        let (status, complaints) = process.ended();
        assert_eq!(status.code(), Some(0), "{format}: {complaints}");
        assert!(!complaints.contains("panicked"), "{format}: {complaints}");
    }
}

#[test]
fn an_output_that_is_read_is_complete() {
    let hello = Launch::new().start();
    for _ in 0..20 {
        let mut client = hello.connect();
        client.send(get("/nothing").repeat(100));
        for _ in 0..100 {
            assert_eq!(client.reply().status(), 404);
        }
        // The next hundred are asked when these are told: however busy this machine is, the
        // reader has kept up.
        let name = client.name();
        drop(client);
        assert_eq!(hello.ending_of(&name), "closed-by-client");
    }
    let ended = hello.stop();
    let count = |kind: &str| ended.events.iter().filter(|event| event.is(kind)).count();
    let told = ["accepted", "request", "ended", "dropped", "stopped"].map(count);
    assert_eq!(told, [20, 2_000, 20, 0, 1]);
}

/// Ten loads of a page, each with its style; a picture is none of a hint's business.
#[test]
fn what_the_loads_of_a_session_teach_is_told_at_the_end() {
    let files = [("index.html", "hi"), ("style.css", "p {}"), ("a.png", "")];
    let hello = Hello::serving(&files);
    for _ in 0..10 {
        let mut client = hello.connect();
        for target in ["/", "/style.css", "/a.png"] {
            assert_eq!(client.get(target).status(), 200);
        }
    }
    hello.send_signal(Signal::TERM);
    let advice = hello.until(|event| event.is("advice"));
    assert_eq!(advice.text("page"), "/");
    assert_eq!(advice.text("link"), "</style.css>; rel=preload; as=style");
    assert_eq!((advice.number("asked"), advice.number("loads")), (10, 10));
    let stopped = hello.until(|event| event.is("stopped"));
    assert_eq!(stopped.number("requests"), 30);
}
