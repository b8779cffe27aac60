//! hello.toml: which file is taken, what of it counts, and what is said of one that is wrong.

use crate::harness::{Client, Hello, Launch, folder, over_every_protocol};

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
