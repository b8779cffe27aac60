//! What a person at the terminal sees: greeting, lines, last words, and why it cannot start.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::process::ExitStatus;

use rustix::process::Signal;

use crate::harness::{End, Launch, folder, get, lines_of};
use crate::seccomp;

const RUSSIAN: &str = "Соединение установлено!";
const ENGLISH: &str = "Connection established!";

/// Greets one client and answers the line.
fn greeting(launch: Launch) -> String {
    let terminal = launch.show();
    let client = terminal.connect();
    let name = client.name();
    let line = terminal.line_with(&name);
    assert!(line.starts_with("#1 "), "{line}");
    line
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn where_the_locale_names_no_language_the_greeting_is_that_of_the_book() {
    for locale in [None, Some("C"), Some("C.UTF-8"), Some("POSIX")] {
        let launch = match locale {
            None => Launch::new(),
            Some(locale) => Launch::new().env("LANG", locale),
        };
        let line = greeting(launch);
        assert!(line.ends_with(RUSSIAN), "{locale:?}: {line}");
    }
}

#[test]
fn a_language_that_was_asked_for_is_spoken() {
    for (arguments, locale, greeted) in [
        (&["--lang", "ru"][..], "en_US.UTF-8", RUSSIAN),
        (&["--lang", "en"], "C", ENGLISH),
        (&[], "en_US.UTF-8", ENGLISH),
        (&[], "ru_RU.UTF-8", RUSSIAN),
    ] {
        let line = greeting(Launch::new().args(arguments).env("LANG", locale));
        assert!(line.ends_with(greeted), "{arguments:?} {locale}: {line}");
    }
}

#[test]
fn everything_but_the_greeting_is_english_where_no_language_is_named() {
    let terminal = Launch::new().show();
    terminal.line_with("hello serves its built-in site");
    terminal.line_with("Ctrl-C stops it");
}

#[test]
fn a_visit_is_told_in_a_line_for_each_request_and_one_for_the_end() {
    let folder = folder(&[("page.txt", "hi")]);
    let launch = Launch::new().folder(folder.path()).args(["--lang", "en"]);
    let terminal = launch.show();
    let mut client = terminal.connect();
    client.get("/page.txt");
    client.get("/nothing");
    drop(client);
    let line = terminal.line_with("/page.txt");
    assert_eq!(
        words(&line)[..6],
        ["#1", "GET", "/page.txt", "200", "2", "B"]
    );
    let line = terminal.line_with("/nothing");
    assert_eq!(words(&line)[..4], ["#1", "GET", "/nothing", "404"]);
    assert!(line.ends_with("HTTP/1.1  no such file"), "{line}");
    terminal.line_with("#1   closed by the client after 2 requests");
    let (_, lines) = terminal.stop_with(Signal::TERM);
    let [.., summary, errors, goodbye] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(
        summary.starts_with("1 connection and 2 requests in "),
        "{summary}"
    );
    assert_eq!(errors, "1 error: 1 × 4xx");
    assert_eq!(goodbye, "Goodbye!");
}

#[test]
fn a_refusal_is_told_with_its_rule() {
    let terminal = Launch::new().args(["--lang", "en"]).show();
    let mut client = terminal.connect();
    client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n");
    client.reply();
    drop(client);
    terminal.line_with("#1   refused: two lengths (RFC 9112 §6.3), answered 400");
}

#[test]
fn either_signal_stops_it_with_a_summary_and_success() {
    for signal in [Signal::INT, Signal::TERM] {
        let terminal = Launch::new().args(["--lang", "en"]).show();
        let mut client = terminal.connect();
        client.get("/");
        let (status, lines) = terminal.stop_with(signal);
        assert_eq!(status.code(), Some(0));
        let summary = &lines[lines.len() - 2];
        assert!(
            summary.starts_with("1 connection and 1 request in "),
            "{summary}"
        );
        assert_eq!(client.end(), End::Closed);
    }
}

#[test]
fn a_quiet_server_prints_nothing() {
    let folder = folder(&[]);
    let path = folder.path().join("hello.sock");
    let address = format!("unix:{}", path.display());
    let mut process = { Launch::new() }
        .args(["--quiet", "--listen", &address])
        .spawn();
    let printed = lines_of(process.take_stdout());
    // Quiet as it is, only an answer tells that it serves.
    let mut client = std::iter::from_fn(|| Some(UnixStream::connect(&path)))
        .find_map(Result::ok)
        .unwrap();
    client.write_all(get("/").as_bytes()).unwrap();
    client.read_exact(&mut [0; 12]).unwrap();
    process.send_signal(Signal::TERM);
    let (status, complaints) = process.ended();
    assert_eq!((status.code(), complaints.as_str()), (Some(0), ""));
    assert_eq!(printed.iter().collect::<Vec<_>>(), [""; 0]);
}

/// Tells how it ended: what happened, and what to do now.
fn complaint(launch: Launch) -> (String, String) {
    let (status, printed, complaints) = launch.args(["--lang", "en"]).output();
    two_lines(status, &printed, &complaints)
}

/// What happened, and what to do now; why, and where to read more, stand between and after.
fn two_lines(status: ExitStatus, printed: &str, complaints: &str) -> (String, String) {
    assert_eq!(status.code(), Some(2), "{complaints}");
    assert_eq!(printed, "");
    let mut lines = complaints.lines();
    let what = lines.next().and_then(|line| line.strip_prefix("hello: "));
    let hint = lines.find_map(|line| line.strip_prefix("hint: "));
    let (Some(what), Some(hint)) = (what, hint) else {
        panic!("neither what nor hint: {complaints}")
    };
    let last = lines.last().unwrap_or_default();
    assert!(last.starts_with("more: `hello help "), "{complaints}");
    (what.to_owned(), hint.to_owned())
}

#[test]
fn a_taken_port_is_explained() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let (what, hint) = complaint(Launch::new().args(["--listen", &address]));
    assert_eq!(
        what,
        format!("cannot listen on {address}: the port is taken")
    );
    assert!(hint.contains("--next-port"), "{hint}");
}

/// The administrator may open any port, and some machines let everybody: so the system's "no" is
/// put into its mouth.
#[test]
fn a_port_without_permission_is_explained() {
    let launch = || Launch::new().args(["--listen", "127.0.0.1:80", "--lang", "en"]);
    let (status, printed, complaints) =
        seccomp::where_calls_fail(&[libc::SYS_bind], rustix::io::Errno::ACCESS, || {
            launch().output()
        });
    let (what, hint) = two_lines(status, &printed, &complaints);
    assert!(what.contains("may not open port 80"), "{what}");
    assert!(hint.contains("port"), "{hint}");
}

#[test]
fn an_address_of_somebody_else_is_explained() {
    let (what, hint) = complaint(Launch::new().args(["--listen", "192.0.2.1:0"]));
    assert!(
        what.ends_with("this computer has no such address"),
        "{what}"
    );
    assert!(hint.contains("127.0.0.1"), "{hint}");
}

#[test]
fn a_folder_that_is_not_there_is_explained() {
    let folder = folder(&[]);
    let path = folder.path().join("dist");
    let (what, _) = complaint(Launch::new().folder(&path));
    assert!(what.ends_with("there is no such file or folder"), "{what}");
}

#[test]
fn what_is_neither_a_folder_nor_a_file_is_explained() {
    let (what, _) = complaint(Launch::new().args(["/dev/null"]));
    assert!(
        what.ends_with("it is neither a folder nor a regular file"),
        "{what}"
    );
}

#[test]
fn a_socket_path_where_something_stands_is_explained() {
    let folder = folder(&[("taken", "")]);
    let address = format!("unix:{}", folder.path().join("taken").display());
    let (what, _) = complaint(Launch::new().args(["--listen", &address]));
    assert!(
        what.ends_with("something that is not a socket is there already"),
        "{what}"
    );
}

#[test]
fn a_command_line_that_cannot_be_followed_is_explained() {
    for line in [
        &["--frobnicate"][..],
        &["--listen"],
        &["--listen", "300.0.0.1:80"],
        &["--head-timeout", "10"],
        &["--log", "xml"],
        &["one", "two"],
    ] {
        complaint(Launch::new().args(line));
    }
}
