//! How the terminal looks: the real program in a real terminal.
//!
//! What the lines are is in `layout.rs`, where no time passes.

use std::net::SocketAddr;

use crate::harness::{Client, Launch, Window, address_in, folder, get, without_colours};
use crate::layout::counted;
use crate::repository;

/// A line with every duration masked, every port, and the size of pages that may change.
fn masked(line: &str) -> String {
    let units = ["ms", "s", "KiB"];
    let words: Vec<&str> = line.split(' ').collect();
    let is_time = |place: usize| {
        let unit = words
            .get(place + 1)
            .is_some_and(|word| units.contains(&word.trim_end_matches(',')));
        unit && words[place].starts_with(|c: char| c.is_ascii_digit())
    };
    let mask = |(place, word): (usize, &&str)| match word.strip_prefix("127.0.0.1:") {
        Some(_) => "127.0.0.1:PORT".to_owned(),
        None if is_time(place) => "N".to_owned(),
        None => (*word).to_owned(),
    };
    let masked: Vec<String> = words.iter().enumerate().map(mask).collect();
    masked
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_real_terminal_shows_a_visit_from_the_first_word_to_the_last() {
    let folder = folder(&[("page.txt", "hi")]);
    let window = Window::of(80, &["--lang", "en"], folder.path());
    let mut client = window.connect();
    client.get("/page.txt");
    client.get("/nothing");
    client.get("/favicon.ico");
    client.get("/%1B[2J%E2%80%AE");
    drop(client);
    window.line_with("closed by the client");
    window.press("\u{3}");
    let (status, screen) = window.ended();
    assert!(status.success(), "{screen}");
    assert!(
        screen.contains("\u{1b}["),
        "a terminal has colours: {screen:?}"
    );
    let lines: Vec<String> = without_colours(&screen)
        .lines()
        .map(str::to_owned)
        .collect();
    for line in &lines {
        assert!(
            line.trim_start_matches('\r').chars().count() <= 80,
            "{line}"
        );
    }
    let seen: Vec<String> = lines.iter().map(|line| masked(as_seen(line))).collect();
    // Whether it took a second or less depends on the machine.
    let seen: Vec<String> = seen
        .iter()
        .map(|line| line.replace(" N ms,", " N s,"))
        .collect();
    assert!(seen[0].ends_with("; Ctrl-C stops it"), "{seen:#?}");
    assert!(
        seen[1].starts_with("this machine http://127.0.0.1:"),
        "{seen:#?}"
    );
    assert_eq!(
        seen[2..],
        [
            "#1 127.0.0.1:PORT Connection established!",
            "#1 GET /page.txt 200 2 B N ms HTTP/1.1",
            "#1 GET /nothing no such file 404 N KiB N ms HTTP/1.1",
            "#1 GET /favicon.ico 404 a browser wants a tab icon",
            "#1 GET /%1B[2J%E2%80%AE no such file 404 N KiB N ms HTTP/1.1",
            "#1 closed by the client after 4 requests N ms",
            "1 connection and 4 requests in N s, N KiB sent",
            "2 errors: 2 × 4xx",
            "1 probe for what every server is asked for, not counted as an error",
            "Goodbye!",
        ],
        "{seen:#?}"
    );
}

/// What terminals of three widths show of one visit, in both languages: goldens, in which times,
/// ports and the folder's name are masked.
#[test]
fn terminals_of_three_widths_show_a_visit_in_both_languages() {
    for (language, last) in [("en", "after 4"), ("ru", "после 4")] {
        for columns in [60, 80, 200] {
            let folder = folder(&[("index.html", ""), ("page.txt", "hi")]);
            let name = folder.path().to_str().unwrap();
            let window = Window::of(columns, &["--lang", language], folder.path());
            let mut client = window.connect();
            client.get("/page.txt");
            client.get("/favicon.ico");
            client.get("/a/path/too/long/for/a/narrow/window/which/is/cut/in/its/middle.html");
            client.get("/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82/%1B[2J");
            drop(client);
            window.line_with(last);
            window.press("\u{3}");
            let (status, screen) = window.ended();
            assert!(status.success(), "{screen}");
            let mut shown = String::new();
            for line in without_colours(&screen).lines() {
                let line = steady(as_seen(line), name);
                assert!(line.chars().count() <= usize::from(columns), "{line}");
                shown.push_str(line.trim_end());
                shown.push('\n');
            }
            repository::check_golden(&format!("tty.{language}.{columns}.txt"), &shown);
        }
    }
}

/// A line without what differs from run to run, as wide as it was.
fn steady(line: &str, folder: &str) -> String {
    const UNITS: [&str; 4] = ["ms", "s", "мс", "с"];
    let line = line.replace(folder, "FOLDER");
    let mut steady: Vec<char> = Vec::new();
    for word in line.split_inclusive(' ') {
        let bare = word.trim_end_matches([' ', ',']);
        let address = bare.strip_prefix("http://").unwrap_or(bare);
        if UNITS.contains(&bare) {
            // The number before it, and the blanks before that: times stand to the right.
            let varies = |c: &char| " .,0123456789".contains(*c);
            let from = steady
                .iter()
                .rposition(|c| !varies(c))
                .map_or(0, |at| at + 1);
            // Within a sentence nothing is aligned.
            let width = match word.strip_prefix(bare) {
                Some(end) if end.starts_with(',') => 0,
                _ => steady.len() - from + bare.chars().count(),
            };
            steady.truncate(from);
            steady.extend(format!("{:>width$}", " time").chars());
            steady.extend(word[bare.len()..].chars());
        } else if let Some(port) = address.strip_prefix("127.0.0.1:") {
            steady.extend(word.replace(port, &"N".repeat(port.len())).chars());
        } else {
            steady.extend(word.chars());
        }
    }
    steady.into_iter().collect()
}

/// A line after the terminal has obeyed its carriage returns: `^C` is written over.
fn as_seen(line: &str) -> &str {
    line.trim_end_matches('\r')
        .rsplit('\r')
        .next()
        .unwrap_or_default()
}

#[test]
fn a_thousand_connections_fold_and_none_is_lost() {
    const CLIENTS: u64 = 1000;
    let folder = folder(&[("page.txt", "hi")]);
    let window = Window::of(80, &["--lang", "en"], folder.path());
    for _ in 0..CLIENTS {
        let mut client = window.connect();
        client.send(get("/page.txt"));
        client.reply();
    }
    window.press("\u{3}");
    let (status, screen) = window.ended();
    assert!(status.success());
    let screen = without_colours(&screen);
    let screen: Vec<&str> = screen.lines().map(as_seen).collect();
    let screen = screen.join("\n");
    let counts = counted(&screen);
    assert_eq!(counts[..2], [CLIENTS, CLIENTS], "{screen}");
    assert!(
        screen.contains("1\u{a0}000 connections and 1\u{a0}000 requests in "),
        "{screen}"
    );
}

#[test]
fn colours_and_widths_are_as_asked_for() {
    let folder = folder(&[("page.txt", "hi")]);
    for (variable, option, coloured) in [
        (("NO_COLOR", "1"), &[][..], false),
        (("TERM", "dumb"), &[][..], false),
        (("NO_COLOR", "1"), &["--color", "always"][..], true),
        (("TERM", "xterm"), &["--color=never"][..], false),
    ] {
        let window = Window::with(60, variable, option, folder.path());
        let mut client = window.connect();
        client.get("/a/path/that/is/much/longer/than/such/a/window/is/wide.txt");
        let line = window.line_with("…");
        assert_eq!(
            line.contains('\u{1b}'),
            coloured,
            "{variable:?} {option:?}: {line:?}"
        );
        window.press("\u{3}");
        window.ended();
    }
}

#[test]
fn a_window_that_changes_its_width_is_asked_again() {
    let folder = folder(&[("page.txt", "hi")]);
    let window = Window::of(80, &["--lang", "en", "--color", "never"], folder.path());
    let mut client = window.connect();
    client.get("/page.txt?first");
    assert!(window.line_with("first").contains("HTTP/1.1"));
    window.resize(60);
    client.get("/page.txt?second");
    let line = window.line_with("second");
    assert_eq!(as_seen(&line).chars().count(), 60, "{line}");
    window.press("\u{3}");
    window.ended();
}

#[test]
fn a_port_that_the_system_chose_is_told_even_to_those_who_want_silence() {
    let launch = Launch::new().args(["--quiet", "--lang", "en", "--listen", "127.0.0.1:0"]);
    let mut process = launch.spawn();
    let complaint = process.next_complaint();
    let address: SocketAddr = address_in(&complaint);
    assert!(
        complaint.starts_with("hello: listening at http://127.0.0.1:"),
        "{complaint}"
    );
    let mut client = Client::of(address);
    assert_eq!(client.get("/").status(), 200);
    process.send_signal(rustix::process::Signal::TERM);
    assert!(process.ended().0.success());
}
