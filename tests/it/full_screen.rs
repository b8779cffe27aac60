//! `hello --tui`, in a real terminal.

use std::fs;

use rustix::process::Signal;

use crate::harness::frames::{END_HEADERS, END_STREAM, Frames, HEADERS, RST_STREAM, frame};
use crate::harness::{FullScreen, Launch, folder, get, large_file};

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";

fn started(folder: &tempfile::TempDir) -> FullScreen {
    started_with(&[], folder)
}

fn started_with(options: &[&str], folder: &tempfile::TempDir) -> FullScreen {
    let launch = Launch::new().folder(folder.path());
    let launch = launch.env("TERM", "xterm-256color").env("NO_COLOR", "");
    let launch = launch.args(["--listen", "127.0.0.1:0"]).args(options);
    launch.full_screen(80, 24)
}

/// What belongs to no row stands above them, and with the totals: files that have changed, and what
/// HTTP/2 refused by itself.
#[test]
fn it_tells_what_has_changed_and_what_was_refused() {
    let folder = folder(&[("page.html", "hi")]);
    let mut screen = started_with(&["--live"], &folder);
    screen.until_shown("Nobody has connected yet.");
    fs::write(folder.path().join("page.html"), "another").unwrap();
    screen.until_shown("changed: page.html");
    let mut client = Frames::open(screen.address(), &[]);
    for stream in [1, 3] {
        // Without :method.
        let head = b"\x84\x86\x41\x01a";
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, head));
        client.hear_kind(RST_STREAM);
    }
    screen.until_shown("! #1 a request refused: a malformed request");
    screen.until_shown("×2");
    screen.type_keys("t");
    let totals = screen.until_shown("What else happened");
    assert!(totals.contains("changed: page.html"), "{totals}");
    assert_eq!(totals.matches("a malformed request").count(), 2, "{totals}");
    drop(client);
    screen.type_keys("q");
    assert_eq!(screen.ended().0, Some(0));
}

#[test]
fn it_shows_who_comes_and_answers_keys() {
    let folder = folder(&[("page.txt", "hi")]);
    let mut screen = started(&folder);
    screen.until_shown("Nobody has connected yet.");
    let mut client = screen.connect();
    client.get("/page.txt");
    screen.until_shown("200 GET /page");
    screen.until_shown("1 open");
    screen.until_shown("waiting");
    client.get("/favicon.ico");
    screen.until_shown("0 errors · 1 probe");

    screen.type_keys("?");
    screen.until_shown("What a connection may be doing");
    screen.type_keys("?");
    screen.until_shown("sorted by: # ▼");
    screen.type_keys("2");
    screen.until_shown("sorted by: peer ▲");
    screen.type_keys("/elephant");
    screen.until_shown("filter: elephant");
    screen.until_shown("No connection is like that.");
    screen.type_keys("\x1b");
    screen.until_shown("127.0.0.1:");
    screen.type_keys(&format!("{DOWN}{UP}\r"));
    screen.until_shown("now: waiting");
    let story = screen.until_shown("accepted");
    assert!(story.contains("200 GET /page.txt"), "{story}");
    assert!(story.contains("a browser wants a tab icon"), "{story}");
    let name = client.name();
    drop(client);
    let story = screen.until_shown("closed by the client after 2 requests");
    assert!(story.contains(&name), "{story}");
    screen.type_keys("t");
    let totals = screen.until_shown("The slowest answers");
    assert!(totals.contains("1  closed by the client"), "{totals}");

    screen.type_keys("q");
    let (code, ordinary, complaints) = screen.ended();
    assert_eq!((code, &complaints[..]), (Some(0), ""));
    let lines: Vec<&str> = ordinary.lines().collect();
    let [summary, probes, goodbye] = lines[..] else {
        panic!("the last lines and nothing else: {ordinary:?}");
    };
    assert!(
        summary.starts_with("1 connection and 2 requests in "),
        "{summary}"
    );
    assert!(probes.contains("1 probe"), "{probes}");
    assert_eq!(goodbye, "Goodbye!");
}

#[test]
fn it_follows_the_window_to_any_size() {
    let folder = folder(&[("page.txt", "hi")]);
    let mut screen = started(&folder);
    let mut client = screen.connect();
    client.get("/page.txt");
    screen.until_shown("200 GET /page");
    screen.resize(200, 50);
    screen.until_shown("what is likely, or how it ended");
    screen.resize(30, 5);
    screen.until_shown("too small");
    screen.until_gone("GET");
    screen.resize(1, 1);
    screen.resize(60, 10);
    let picture = screen.until_shown("q quit");
    assert!(picture.contains("200 GET /page.txt"), "{picture}");
    screen.type_keys("\x03");
    assert_eq!(screen.ended().0, Some(0), "Ctrl-C is a key here");
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = folder(&[]);
        let mut screen = started(&folder);
        screen.until_shown("q quit");
        screen.send_signal(signal);
        let (code, ordinary, complaints) = screen.ended();
        assert_eq!((code, &complaints[..]), (Some(0), ""));
        assert!(ordinary.contains("Goodbye!"), "{ordinary:?}");
    }
}

#[test]
fn quitting_waits_for_answers_and_quitting_again_does_not() {
    let folder = folder(&[]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let mut screen = started(&folder);
    let mut client = screen.connect();
    client.send(get("/large.bin"));
    client.take(2 << 20);
    screen.until_shown("sending");
    screen.type_keys("q");
    screen.until_shown("stopping: 1 answer is being finished");
    screen.type_keys("q");
    let (code, ordinary, _) = screen.ended();
    assert_eq!(code, Some(0));
    assert!(
        ordinary.starts_with("1 connection and 1 request"),
        "{ordinary:?}"
    );
}

#[test]
fn a_terminal_that_goes_away_takes_nothing_with_it() {
    let folder = folder(&[("page.txt", "hi")]);
    let mut screen = started(&folder);
    let mut client = screen.connect();
    client.get("/page.txt");
    screen.until_shown("200 GET /page");
    screen.close();
    for _ in 0..100 {
        assert_eq!(client.get("/page.txt").text(), "hi");
    }
    screen.send_signal(Signal::TERM);
    let (status, complaints) = screen.process.ended();
    assert_eq!((status.code(), &complaints[..]), (Some(0), ""));
}

#[test]
fn it_speaks_the_language_asked_for_and_without_colours_where_they_are_unwanted() {
    let folder = folder(&[]);
    let mut coloured = started(&folder);
    coloured.connect().get("/nothing");
    coloured.until_shown("404 GET");
    // The one that is marked is a bar, without colours; the next one is marked instead.
    coloured.connect().get("/nothing");
    coloured.until_shown("2 connections");
    assert!(coloured.raw().contains(";33m"), "an error is yellow");
    coloured.type_keys("q");
    coloured.ended();

    let launch = Launch::new().folder(folder.path()).env("NO_COLOR", "1");
    let launch = launch.args(["--lang", "ru", "--listen", "127.0.0.1:0"]);
    let mut screen = launch.full_screen(80, 24);
    screen.until_shown("Пока никто не подключался.");
    screen.connect().get("/nothing");
    screen.until_shown("404 GET");
    screen.until_shown("1 ошибка");
    for colour in [";31m", ";32m", ";33m", ";36m"] {
        assert!(!screen.raw().contains(colour), "{:?}", screen.raw());
    }
    screen.type_keys("й");
    let (code, ordinary, _) = screen.ended();
    assert_eq!(code, Some(0));
    assert!(ordinary.ends_with("До встречи!\r\n"), "{ordinary:?}");
}

#[test]
fn what_prevents_the_start_is_said_on_the_ordinary_screen() {
    let launch = Launch::new().args(["/no/such/folder", "--listen", "127.0.0.1:0"]);
    let screen = launch.full_screen(80, 24);
    let (code, ordinary, complaints) = screen.ended();
    assert_eq!((code, &ordinary[..]), (Some(2), ""));
    assert!(complaints.contains("/no/such/folder"), "{complaints}");
}

#[test]
fn without_a_terminal_it_says_so() {
    for language in ["en", "ru"] {
        let (status, printed, complaints) = Launch::new()
            .args(["--tui", "--lang", language, "--listen", "127.0.0.1:0"])
            .output();
        assert_eq!((status.code(), &printed[..]), (Some(2), ""));
        assert!(complaints.contains("--tui"), "{complaints}");
        assert!(
            complaints.contains("hello help no-terminal"),
            "{complaints}"
        );
    }
}
