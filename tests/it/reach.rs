//! How people get here: what is said at the start, `--share`, `--qr`, `--open`, and several folders.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::Signal;

use crate::errors::without_rights;
use crate::harness::{Client, Launch, Window, address_in, folder, without_colours};

/// Starts it on every network; the port is the usual one, or the next.
fn sharing(path: &Path) -> Launch {
    Launch::new()
        .folder(path)
        .args(["--share", "--next-port", "--lang", "en"])
}

fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

#[test]
fn what_is_shared_is_reached_through_every_network() {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = sharing(folder.path()).start_where_told();
    let families = if has_ipv6() { 2 } else { 1 };
    let listening = hello.until_count(families, |event| event.is("listening"));
    let addresses: Vec<_> = { listening.iter() }
        .map(|event| address_in(event.text("address")))
        .collect();
    let port = addresses[0].port();
    assert!(
        addresses
            .iter()
            .all(|address| address.ip().is_unspecified() && address.port() == port)
    );
    let mut reached = hello::server::network_addresses();
    reached.push(Ipv4Addr::LOCALHOST.into());
    for address in reached.into_iter().map(|ip| SocketAddr::new(ip, port)) {
        assert_eq!(
            Client::of(address).get("/page.txt").text(),
            "hi",
            "{address}"
        );
    }
}

#[test]
fn it_is_said_what_sharing_means_and_where_to_go() {
    let folder = folder(&[
        ("a.txt", "a"),
        ("b/c.txt", "c"),
        (".env", "x"),
        (".git/config", "x"),
    ]);
    let mut process = sharing(folder.path()).spawn();
    let lines = crate::harness::lines_of(process.take_stdout());
    let mut told = Vec::new();
    while !told
        .iter()
        .any(|line: &String| line.starts_with("Shared: "))
    {
        told.push(lines.recv_timeout(crate::harness::PATIENCE).unwrap());
    }
    let sentence = told.pop().unwrap();
    assert_eq!(
        sentence,
        "Shared: everybody in the same network can read what is served, 2 files. \
         Not served: 2 names that begin with a dot."
    );
    let machine = { told.iter() }.find_map(|line| line.split_once("http://127.0.0.1:"));
    let port = machine.unwrap().1.split_whitespace().next();
    let port: u16 = port.unwrap().parse().unwrap();
    for ip in hello::server::network_addresses() {
        let url = format!("http://{}", SocketAddr::new(ip, port));
        assert!(
            told.iter().any(|line| line.contains(&url)),
            "{url} in {told:#?}"
        );
    }
    process.send_signal(Signal::TERM);
    process.ended();
}

#[test]
fn an_address_that_nobody_else_reaches_is_not_drawn() {
    let folder = folder(&[("page.txt", "hi")]);
    let window = Window::of(80, &["--qr", "--lang", "en"], folder.path());
    let line = window.line_with("No QR code");
    assert!(
        without_colours(&line).contains("only this computer"),
        "{line}"
    );
    window.press("\u{3}");
    let (_, screen) = window.ended();
    assert!(!screen.contains("██"), "{screen}");
}

/// Listens where another machine could reach it, for whoever has a network.
fn drawn(columns: u16) -> Option<(Window, String)> {
    let ip = { hello::server::network_addresses().into_iter() }.find(std::net::IpAddr::is_ipv4)?;
    let folder = folder(&[("page.txt", "hi")]);
    let address = format!("{ip}:0");
    let options = ["--qr", "--lang", "ru", "--listen", &address];
    Some((Window::of(columns, &options, folder.path()), ip.to_string()))
}

#[test]
fn the_best_address_is_drawn_where_the_window_is_wide_enough() {
    let Some((window, ip)) = drawn(80) else {
        return;
    };
    window.line_with(&ip);
    let light = without_colours(&window.line_with("██████████████████"));
    let width = light.trim_end().chars().count();
    assert!((25..=45).contains(&width), "{light}");
    // What stands behind the picture is there: a terminal throws away what it has not shown yet when
    // somebody interrupts.
    let _client = window.connect();
    window.line_with("Соединение установлено!");
    window.press("\u{3}");
    let (_, screen) = window.ended();
    let plain = without_colours(&screen);
    let is_picture = |line: &&str| {
        line.trim_end().chars().count() == width && line.chars().all(|c| " ▀▄█\r".contains(c))
    };
    let picture: Vec<&str> = plain.lines().filter(is_picture).collect();
    assert_eq!(picture.len(), width.div_ceil(2), "{plain}");
}

#[test]
fn a_window_that_would_break_the_picture_gets_a_sentence() {
    let Some((window, _)) = drawn(24) else {
        return;
    };
    window.line_with("QR-кода нет");
    window.press("\u{3}");
    let (_, screen) = window.ended();
    assert!(!screen.contains("██"), "{screen}");
}

/// Somebody without rights, with a display, and with one program that opens browsers: this script.
fn with_a_browser(script: &str) -> (tempfile::TempDir, Launch) {
    let (place, launch) = without_rights();
    let programs = place.path().join("programs");
    fs::create_dir(&programs).unwrap();
    fs::set_permissions(&programs, fs::Permissions::from_mode(0o777)).unwrap();
    let opener = programs.join("xdg-open");
    fs::write(&opener, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let launch = launch()
        .env("PATH", programs.to_str().unwrap())
        .env("DISPLAY", ":0")
        .args(["--open", "--lang", "en"]);
    (place, launch)
}

#[test]
fn the_browser_is_given_an_address_that_answers() {
    let (place, launch) = with_a_browser("echo \"$1\" > \"${0%/*}/opened\"; exit 3");
    let hello = launch.start();
    // Its end is waited for by nobody who serves, and heard all the same.
    let notice = hello.until(|event| event.is("notice"));
    assert_eq!(notice.text("notice"), "not-opened");
    assert_eq!(notice.text("why"), "failed");
    let opened = fs::read_to_string(place.path().join("programs/opened")).unwrap();
    assert_eq!(address_in(opened.trim_end()), hello.address());
    assert_eq!(hello.get("/").status(), 200);
}

#[test]
fn who_has_no_display_is_told_that_nothing_is_opened() {
    let (_place, launch) = without_rights();
    let no_display = |launch: Launch| {
        {
            [
                "DISPLAY",
                "WAYLAND_DISPLAY",
                "WSL_DISTRO_NAME",
                "TERMUX_VERSION",
            ]
            .iter()
        }
        .fold(launch, |launch, name| launch.env(name, ""))
    };
    let hello = no_display(launch()).args(["--open"]).start();
    let notice = hello.until(|event| event.is("notice"));
    assert_eq!(notice.text("why"), "no-display");
    assert_eq!(hello.get("/").status(), 200);
}

#[test]
fn the_administrator_gets_no_browser() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let launch = Launch::new().env("DISPLAY", ":0").args(["--open"]);
    let notice = launch.start().until(|event| event.is("notice"));
    assert_eq!(notice.text("why"), "as-administrator");
}

#[test]
fn several_folders_are_listed_with_their_addresses() {
    let folder = folder(&[
        ("docs/index.html", "docs"),
        ("app/a.txt", "a"),
        ("r.txt", "r"),
    ]);
    let terminal = Launch::new()
        .inside(folder.path())
        .args([
            "docs=docs",
            "a/b=./app",
            "report=r.txt",
            "--no-list",
            "--lang",
            "en",
        ])
        .show();
    terminal.line_with("hello serves 3 paths; Ctrl-C stops it");
    let begin = format!("http://{}", terminal.address());
    for (start, path) in [
        ("/docs/", "docs"),
        ("/a/b/", "./app (no index.html)"),
        ("/report", "r.txt"),
    ] {
        let line = terminal.line_with(&format!("{begin}{start} "));
        assert!(line.ends_with(&format!(" {path}")), "{line}");
    }
}

#[test]
fn a_mount_that_is_not_there_is_named_and_the_doctor_knows_it_too() {
    let folder = folder(&[("docs/index.html", "docs")]);
    let launch = |words: &[&str]| Launch::new().inside(folder.path()).args(words);
    let english = ["--lang", "en"];
    let (status, _, told) = launch(&["docs=./docs", "app=./dosc"])
        .args(english)
        .output();
    assert_eq!(status.code(), Some(2));
    assert!(told.starts_with("hello: cannot serve `./dosc`"), "{told}");
    assert!(told.contains("`./docs`"), "{told}");
    let (status, report, _) = launch(&["doctor", "docs=./docs", "app=./dosc"])
        .args(["--listen", "127.0.0.1:0"])
        .args(english)
        .output();
    assert_eq!(status.code(), Some(1), "{report}");
    let line = |begin: &str| report.lines().find(|line| line.contains(begin)).unwrap();
    assert!(line("served /docs/").starts_with("pass"), "{report}");
    assert!(line("served /app/").starts_with("fix"), "{report}");
}
