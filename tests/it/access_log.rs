//! The access log: what its lines say, that nobody can forge one, and what becomes of it when it is large,
//! put away, or cannot be written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, mknodat};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::access::base64;
use crate::harness::{
    Client, Hello, Launch, PATIENCE, Protocol, address_in, folder, get, make_old,
    over_every_protocol,
};

over_every_protocol! {
    a_request_is_a_line_as_everything_reads_it,
    a_line_says_what_was_asked_of_it,
    no_client_can_forge_a_line,
    a_request_keeps_the_name_it_came_with_or_gets_one,
    what_is_refused_is_a_line_too,
    secrets_of_queries_are_not_written,
    a_log_that_cannot_be_written_holds_up_nobody_and_its_loss_is_counted,
    a_site_with_a_log_of_its_own_is_told_of_there_alone,
    who_signed_in_is_told_and_who_only_says_so_is_not,
    behind_a_trusted_proxy_the_client_is_told,
}

const FILES: [(&str, &str); 2] = [("index.html", "hi"), ("page.txt", "hello")];

/// A server with a log in a folder of its own.
struct Logged {
    hello: Hello,
    folder: TempDir,
}

impl Logged {
    fn with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        let log = ["--access-log", path.to_str().unwrap()];
        let options = [&log[..], options].concat();
        Self {
            hello: Hello::serving_with(&options, &FILES),
            folder,
        }
    }

    fn ask(&self, line: &str, fields: &str) -> u16 {
        let request = format!("{line} HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n");
        let mut client = self.hello.connect();
        let name = client.name();
        client.send(request);
        let status = client.reply().status();
        drop(client);
        // Told by now, so that the next line comes after this one.
        self.hello.end_of(&name);
        status
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    /// Stops the server; what it has written.
    fn lines(self) -> Vec<String> {
        let path = self.path();
        assert_eq!(self.hello.stop().status.code(), Some(0));
        lines_of(&path)
    }
}

fn lines_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "no line is torn");
    text.lines().map(str::to_owned).collect()
}

/// The objects of a log.
fn objects(lines: &[String]) -> Vec<Value> {
    let object =
        |line: &String| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    lines.iter().map(object).collect()
}

fn a_request_is_a_line_as_everything_reads_it() {
    let logged = Logged::with(&[]);
    logged.ask(
        "GET /page.txt",
        "User-Agent: test/1.0\r\nReferer: https://b.example/\r\n",
    );
    logged.ask("GET /nothing", "");
    let lines = logged.lines();
    let version = Protocol::spoken().version();
    let [first, second] = &lines[..] else {
        panic!("{lines:?}");
    };
    let (client, rest) = first.split_once(" - - [").unwrap();
    assert_eq!(client, "127.0.0.1");
    let (time, rest) = rest.split_once("] ").unwrap();
    assert_eq!(time.len(), "21/Nov/2026:23:01:02 +0000".len());
    assert!(time.ends_with(" +0000") && time[11..12] == *":", "{time}");
    let expected = format!("\"GET /page.txt {version}\" 200 5 \"https://b.example/\" \"test/1.0\"");
    assert_eq!(rest, expected);
    assert!(
        second.contains(&format!("\"GET /nothing {version}\" 404 ")),
        "{second}"
    );
    assert!(second.ends_with(" \"-\" \"-\""), "{second}");
}

fn a_line_says_what_was_asked_of_it() {
    let format = "{{{client}}} {host} {method} {path} {query} {status} {content_bytes} {whole} {site} {reason}";
    let options = ["--access-log-format", format, "--access-log-mask"];
    let logged = Logged::with(&[&options[..], &["--access-log-status", "404,2xx"]].concat());
    logged.ask("GET /page.txt?a=b", "");
    logged.ask("GET /missing", "");
    logged.ask("POST /page.txt", "");
    let lines = logged.lines();
    assert_eq!(lines.len(), 2, "405 is not asked for: {lines:?}");
    assert_eq!(
        lines[0],
        "{127.0.0.0} a.example GET /page.txt a=b 200 5 yes default -"
    );
    assert!(
        lines[1].starts_with("{127.0.0.0} a.example GET /missing - 404 "),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].ends_with(" yes default no-such-file"),
        "{}",
        lines[1]
    );

    let options = ["--access-log-path", "/docs/*", "--access-log-slow", "0s"];
    let logged = Logged::with(&options);
    logged.ask("GET /docs/a", "");
    logged.ask("GET /page.txt", "");
    assert_eq!(logged.lines().len(), 1);
    let logged = Logged::with(&["--access-log-slow", "1h"]);
    logged.ask("GET /page.txt", "");
    assert_eq!(logged.lines(), [""; 0]);
}

/// What may stand in a field or a target and means something to a log, a terminal or a spreadsheet.
const HOSTILE: [&str; 6] = [
    "\" 200 5 \"-\" \"innocent",
    "x\\\" \\x0a 127.0.0.1 - - [",
    "a b|c\td",
    "{client} {status} %0a %s",
    "\u{9b}2J\u{85}\u{2028}\u{202e}é",
    "'; DROP TABLE--",
];

fn no_client_can_forge_a_line() {
    for format in [
        "combined",
        "json",
        "{client}|{user_agent}|{referer}|{status}",
    ] {
        let logged = Logged::with(&["--access-log-format", format]);
        for text in HOSTILE {
            let fields = format!("User-Agent: {text}\r\nReferer: {text}\r\n");
            assert_eq!(logged.ask("GET /page.txt", &fields), 200, "{text}");
            let target: String = { text.chars() }
                .filter(|c| c.is_ascii_graphic() && !"%#".contains(*c))
                .collect();
            logged.ask(&format!("GET /{target}"), "");
            // What is refused is no request, and a line all the same.
            let mut client = logged.hello.connect();
            let _ = client.try_send(format!("GET /{text} HTTP/1.1\r\nHost: a\r\n\r\n"));
            client.reply();
        }
        let lines = logged.lines();
        assert_eq!(lines.len(), 3 * HOSTILE.len(), "{lines:#?}");
        for line in &lines {
            let is_plain = line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            assert!(is_plain, "{line:?}");
            match format {
                "combined" => {
                    assert!(line.starts_with("127.0.0.1 - - ["), "{line}");
                    assert_eq!(line.matches('"').count(), 6, "{line}");
                }
                "json" => {}
                _ => assert_eq!(line.matches('|').count(), 3, "{line}"),
            }
        }
        if format == "json" {
            let objects = objects(&lines);
            for text in HOSTILE {
                let told = objects.iter().filter(|object| object["user_agent"] == text);
                assert_eq!(told.count(), 1, "{text}: {objects:#?}");
            }
        }
    }
}

fn a_request_keeps_the_name_it_came_with_or_gets_one() {
    let logged = Logged::with(&["--access-log-format", "json", "--request-id"]);
    let mut client = logged.hello.connect();
    let mut ask = |target: &str, field: &str| {
        client.send(format!("GET {target} HTTP/1.1\r\nHost: a\r\n{field}\r\n"));
        let reply = client.reply();
        reply.field("x-request-id").unwrap_or_default().to_owned()
    };
    assert_eq!(ask("/page.txt", "X-Request-Id: abc-1\r\n"), "abc-1");
    let made = ask("/page.txt", "");
    let other = ask("/nothing", "X-Request-Id: two words\r\n");
    for id in [&made, &other] {
        assert_eq!(id.len(), 32, "{id}");
    }
    assert_ne!(made, other);
    let too_long = "x".repeat(65);
    assert_eq!(ask("/", &format!("X-Request-Id: {too_long}\r\n")).len(), 32);
    drop(client);
    let objects = objects(&logged.lines());
    let ids: Vec<&str> = { objects.iter() }
        .filter_map(|object| object["request_id"].as_str())
        .collect();
    assert_eq!(ids[..3], ["abc-1", &*made, &*other]);
    assert_eq!(ids.len(), 4);

    // Nobody asked for names.
    let logged = Logged::with(&[]);
    let reply = logged.hello.get("/page.txt");
    assert_eq!(reply.field("x-request-id"), None);
}

fn what_is_refused_is_a_line_too() {
    let logged = Logged::with(&["--access-log-format", "json"]);
    let long = "a".repeat(9000);
    let mut client = logged.hello.connect();
    let _ = client.try_send(get(&format!("/{long}")));
    assert_eq!(client.reply().status(), 414);
    drop(client);
    let objects = objects(&logged.lines());
    assert_eq!(objects.len(), 1, "{objects:?}");
    assert_eq!(objects[0]["status"], 414);
    assert_eq!(objects[0]["reason"], "target-too-long");
    assert_eq!(objects[0]["client"], "127.0.0.1");
}

fn secrets_of_queries_are_not_written() {
    for format in ["combined", "json", "{target} {query} {referer}"] {
        let logged = Logged::with(&["--access-log-format", format]);
        let referer = "Referer: https://b/?session=s3cret\r\nAuthorization: Basic s3cret\r\n";
        logged.ask("GET /page.txt?token=s3cret&a=b", referer);
        let lines = logged.lines();
        assert!(lines[0].contains("token=[redacted]&a=b"), "{lines:?}");
        assert!(!lines[0].contains("s3cret"), "{lines:?}");
    }
}

fn a_log_that_cannot_be_written_holds_up_nobody_and_its_loss_is_counted() {
    let hello = Hello::serving_with(&["--access-log", "/dev/full"], &FILES);
    assert_eq!(hello.get("/page.txt").status(), 200);
    let fails = hello.until(|event| event.is_notice("log-fails"));
    assert_eq!(fails.text("log"), "/dev/full");
    assert!(fails.text("system").contains("No space left"), "{fails:?}");
    for _ in 0..4 {
        assert_eq!(hello.get("/page.txt").status(), 200);
    }
    let ended = hello.stop();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.events.last().unwrap().number("lost_lines"), 5);
    let said = { ended.events.iter() }.filter(|event| event.is_notice("log-fails"));
    assert_eq!(said.count(), 1, "once until it is over");
}

/// A pipe that is full says what a full disk says: not now. Nothing is torn, what was lost is told, and
/// it goes on where it stopped.
#[test]
fn what_could_not_be_written_for_a_while_is_written_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let kind = rustix::fs::FileType::Fifo;
    mknodat(rustix::fs::CWD, &path, kind, Mode::RUSR | Mode::WUSR, 0).unwrap();
    // Without a reader it could not be opened at all.
    let reader = File::options().read(true).write(true).open(&path).unwrap();
    let log = ["--access-log", path.to_str().unwrap()];
    let format = ["--access-log-format", "{number} {path}"];
    let hello = Hello::serving_with(&[log, format].concat(), &FILES);
    let target = format!("/{}", "x".repeat(1000));
    let mut client = hello.connect();
    let mut asked = 0;
    while hello.seen(|event| event.is_notice("log-fails")).is_none() {
        client.send(get(&target).repeat(100));
        for _ in 0..100 {
            assert_eq!(client.reply().status(), 404);
        }
        asked += 100;
    }
    let mut lines = BufReader::new(reader).lines();
    let number = |line: String| {
        let (number, path) = line.split_once(' ').unwrap();
        assert_eq!(path, target, "no line is torn");
        number.parse::<u64>().unwrap()
    };
    let mut numbers = Vec::new();
    while numbers.last() != Some(&asked) {
        numbers.push(number(lines.next().unwrap().unwrap()));
    }
    let works = hello.until(|event| event.is_notice("log-works"));
    assert_eq!(works.number("lost"), asked - numbers.len() as u64);
    assert!(numbers.is_sorted(), "in the order in which they happened");
    hello.stop();
}

/// In a namespace of its own, where this machine lets us have one.
#[test]
fn on_a_disk_that_is_full_requests_go_on_and_the_log_does_when_there_is_room() {
    let disk = tempfile::tempdir().unwrap();
    let can = std::process::Command::new("unshare")
        .args([
            "-rm",
            "mount",
            "-t",
            "tmpfs",
            "none",
            disk.path().to_str().unwrap(),
        ])
        .stderr(std::process::Stdio::null())
        .status();
    if !can.is_ok_and(|status| status.success()) {
        // The pipe above holds the same claim where nobody may mount.
        return;
    }
    let site = crate::harness::folder(&FILES);
    let at = disk.path().to_str().unwrap();
    let mount = format!(
        "mount -t tmpfs -o size=8m none {at}; head -c 8380416 /dev/zero > {at}/ballast; \
         exec \"$0\" \"$@\""
    );
    let mut unshare = std::process::Command::new("unshare");
    unshare.args(["-rm", "sh", "-c", &mount, env!("CARGO_BIN_EXE_hello")]);
    let log = format!("{at}/access.log");
    let hello = Launch::of(unshare)
        .folder(site.path())
        .args([
            "--access-log",
            &log,
            "--access-log-format",
            "{number} {path}",
        ])
        .start();
    let inside = PathBuf::from(format!("/proc/{}/root{at}", hello.pid().as_raw_nonzero()));
    let target = format!("/{}", "x".repeat(1000));
    let mut client = hello.connect();
    let mut asked: u64 = 0;
    while hello.seen(|event| event.is_notice("log-fails")).is_none() {
        assert_eq!(client.get(&target).status(), 404);
        asked += 1;
    }
    fs::remove_file(inside.join("ballast")).unwrap();
    let works = hello.until(|event| event.is_notice("log-works"));
    assert_eq!(works.number("lost"), 0, "all of it fits into what waits");
    let text = fs::read_to_string(inside.join("access.log")).unwrap();
    let expected: Vec<String> = (1..=asked).map(|n| format!("{n} {target}\n")).collect();
    let expected = expected.concat();
    assert!(
        text == expected,
        "{} of {} bytes",
        text.len(),
        expected.len()
    );
    assert!(!hello.stop().events.last().unwrap().has("lost_lines"));
}

#[test]
fn a_log_is_put_away_when_it_is_large_and_nothing_of_it_is_lost() {
    let options = ["--access-log-size-max", "1KiB", "--access-log-keep", "3"];
    let more = [
        "--access-log-compression",
        "zstd",
        "--access-log-format",
        "{number} {path}",
    ];
    let logged = Logged::with(&[&options[..], &more].concat());
    let path = logged.path();
    let target = format!("/{}", "x".repeat(600));
    let mut client = logged.hello.connect();
    let numbered = |number: usize| path.with_file_name(format!("access.log.{number}.zst"));
    // Each two lines are one file. The next are asked when the last are put away.
    let mut asked = 0;
    while !numbered(3).exists() {
        assert_eq!(client.get(&target).status(), 404);
        asked += 1;
        assert!(asked < 100_000, "files are put away");
    }
    drop(client);
    let folder = logged.folder.path().to_owned();
    let Logged {
        hello,
        folder: kept,
    } = logged;
    hello.stop();
    let newest = lines_of(&path);
    let mut lines = Vec::new();
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        names.push(entry.unwrap().file_name().into_string().unwrap());
    }
    for number in [3, 2, 1] {
        let plain = path.with_file_name(format!("access.log.{number}"));
        let text = if plain.exists() {
            fs::read(plain).unwrap()
        } else {
            zstd::decode_all(File::open(numbered(number)).unwrap()).unwrap()
        };
        lines.extend(String::from_utf8(text).unwrap().lines().map(str::to_owned));
    }
    lines.extend(newest);
    drop(kept);
    assert!(names.len() <= 4, "{names:?}");
    let last = lines.last().unwrap();
    assert_eq!(*last, format!("{asked} {target}"));
    let first: usize = lines[0].split(' ').next().unwrap().parse().unwrap();
    let expected = (first..=asked).map(|number| format!("{number} {target}"));
    assert!(lines.iter().cloned().eq(expected), "{names:?}");
}

/// The file of another run, of another day.
#[test]
fn a_log_that_is_old_is_put_away_before_more_is_written() {
    for (age, files) in [
        ("1h", ["access.log", "access.log.1"].as_slice()),
        ("8784h", &["access.log"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        fs::write(&path, "yesterday\n").unwrap();
        make_old(&path);
        let log = [
            "--access-log",
            path.to_str().unwrap(),
            "--access-log-age-max",
            age,
        ];
        let hello = Hello::serving_with(
            &[&log[..], &["--access-log-compression", "none"]].concat(),
            &FILES,
        );
        hello.get("/page.txt");
        hello.stop();
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, files, "{age}");
    }
}

/// What logrotate does.
#[test]
fn a_log_that_somebody_put_away_is_opened_anew_when_told() {
    let logged = Logged::with(&["--access-log-format", "{path}"]);
    let (path, away) = (logged.path(), logged.path().with_extension("old"));
    let mut asked = 0;
    while fs::metadata(&path).unwrap().len() == 0 {
        logged.ask("GET /before", "");
        asked += 1;
    }
    fs::rename(&path, &away).unwrap();
    logged.hello.send_signal(Signal::USR1);
    while !path.exists() {
        logged.ask("GET /meanwhile", "");
        asked += 1;
    }
    logged.ask("GET /after", "");
    let Logged { hello, folder } = logged;
    hello.stop();
    let (before, after) = (lines_of(&away), lines_of(&path));
    drop(folder);
    assert_eq!(before[0], "/before");
    assert_eq!(after.last().unwrap(), "/after");
    assert_eq!(before.len() + after.len(), asked + 1, "none is lost");
}

#[test]
fn the_system_is_told_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let listener = UnixDatagram::bind(&path).unwrap();
    listener.set_read_timeout(Some(PATIENCE)).unwrap();
    let place = |name: &str| format!("{name}:{}", path.display());
    let (syslog, journald) = (place("syslog"), place("journald"));
    let logs = ["--access-log", &syslog, "--access-log", &journald];
    let format = ["--access-log-format", "{method} {path} {status}"];
    let hello = Hello::serving_with(&[&logs[..], &format].concat(), &FILES);
    hello.get("/page.txt");
    let received = || {
        let mut bytes = [0; 1024];
        let count = listener.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    };
    let pid = hello.pid().as_raw_nonzero();
    assert_eq!(received(), format!("<190>hello[{pid}]: GET /page.txt 200"));
    let line = "PRIORITY=6\nSYSLOG_IDENTIFIER=hello\nMESSAGE=GET /page.txt 200\n";
    assert_eq!(received(), line);
}

#[test]
fn standard_output_has_lines_of_requests_and_nothing_else() {
    let site = crate::harness::folder(&FILES);
    let arguments = [
        "--access-log",
        "-",
        "--access-log-format",
        "{path} {status}",
    ];
    let listen = ["--listen", "127.0.0.1:0", "--lang", "en"];
    let launch = Launch::new()
        .folder(site.path())
        .args(arguments)
        .args(listen);
    let mut process = launch.spawn();
    let mut stdout = process.take_stdout();
    let address: SocketAddr = address_in(&process.complaint_with("127.0.0.1"));
    let mut client = Client::of(address);
    client.get("/page.txt");
    client.get("/nothing");
    process.send_signal(Signal::TERM);
    assert_eq!(process.ended().0.code(), Some(0));
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    assert_eq!(text, "/page.txt 200\n/nothing 404\n");
}

#[test]
fn a_log_that_cannot_be_opened_is_an_error_at_the_start() {
    for (log, system) in [
        ("/no/such/folder/access.log", "No such file or directory"),
        ("/", "Is a directory"),
        ("syslog:/no/such/socket", "No such file or directory"),
    ] {
        let (status, printed, complaint) = Launch::new().args(["--access-log", log]).output();
        assert_eq!(status.code(), Some(2), "{log}");
        assert_eq!(printed, "");
        assert!(
            complaint.contains("cannot open the access log"),
            "{complaint}"
        );
        assert!(complaint.contains(system), "{complaint}");
    }
}

/// Several logs of one server do not share a line.
#[test]
fn each_log_gets_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.log", "b.log"].map(|name| folder.path().join(name));
    let logs = paths
        .each_ref()
        .map(|path| ["--access-log", path.to_str().unwrap()]);
    let hello = Hello::serving_with(&logs.concat(), &FILES);
    for _ in 0..3 {
        hello.get("/page.txt");
    }
    hello.stop();
    let told: BTreeMap<&PathBuf, Vec<String>> =
        paths.iter().map(|path| (path, lines_of(path))).collect();
    assert_eq!(told[&paths[0]].len(), 3);
    assert_eq!(told[&paths[0]], told[&paths[1]]);
}

#[test]
fn hello_toml_names_logs_and_metrics() {
    let folder = crate::harness::folder(&[
        (
            "hello.toml",
            "serve = \"./site\"\nmetrics = \"127.0.0.1:0\"\nrequest-id = true\n\
             [[access-log]]\nto = \"all.log\"\nformat = \"{path} {request_id}\"\n\
             [[access-log]]\nto = \"errors.log\"\nformat = \"{path} {client}\"\nstatus = [\"4xx\", \"5xx\"]\nmask = true\n",
        ),
        ("site/page.txt", "hello"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    hello.until(|event| event.is_notice("metrics"));
    let mut client = hello.connect();
    client.send("GET /page.txt HTTP/1.1\r\nHost: a\r\nX-Request-Id: 7\r\n\r\n");
    assert_eq!(client.reply().field("x-request-id"), Some("7"));
    client.send("GET /nothing HTTP/1.1\r\nHost: a\r\nX-Request-Id: 8\r\n\r\n");
    client.reply();
    hello.stop();
    let lines = |name: &str| lines_of(&folder.path().join(name));
    assert_eq!(lines("all.log"), ["/page.txt 7", "/nothing 8"]);
    assert_eq!(lines("errors.log"), ["/nothing 127.0.0.0"]);
}

/// Asks for a target of a host, and hears the answer.
fn ask(hello: &Hello, host: &str, target: &str) -> u16 {
    let mut client = hello.connect();
    client.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.reply().status()
}

fn a_site_with_a_log_of_its_own_is_told_of_there_alone() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \"./a\"\n\
             [[access-log]]\nto = \"all.log\"\nformat = \"{site} {path}\"\n\
             [[site]]\nhost = [\"b.example\", \"c.example\"]\nserve = \"./a\"\n\
             [[site.access-log]]\nto = \"b.log\"\nformat = \"{site} {host} {path}\"\n\
             [[site.access-log]]\nto = \"errors.log\"\nformat = \"json\"\nstatus = \"4xx\"\n\
             [[site]]\nhost = \"*.example\"\nserve = \"./a\"\n",
        ),
        ("a/page.txt", "a"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    for (host, target, status) in [
        ("a.test", "/page.txt", 200),
        ("b.example", "/page.txt", 200),
        ("c.example", "/nothing", 404),
        ("d.example", "/nothing", 404),
    ] {
        assert_eq!(ask(&hello, host, target), status, "{host}");
    }
    // Nobody knows for whom it was meant.
    let mut client = hello.connect();
    let _ = client.try_send(get(&format!("/{}", "a".repeat(9000))));
    assert_eq!(client.reply().status(), 414);
    hello.stop();
    let lines = |name: &str| lines_of(&folder.path().join(name));
    let all = lines("all.log");
    assert_eq!(all[..2], ["default /page.txt", "*.example /nothing"]);
    assert_eq!(all.len(), 3);
    assert_eq!(
        lines("b.log"),
        [
            "b.example b.example /page.txt",
            "b.example c.example /nothing"
        ]
    );
    let errors = objects(&lines("errors.log"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["site"], "b.example");
}

fn who_signed_in_is_told_and_who_only_says_so_is_not() {
    let own = folder(&[]);
    let users = own.path().join("users");
    // As wide as names may be: what could end a quote or a line is written as everywhere.
    let name = "an\"na \u{e9}";
    let hash = hello::site::hash_password("geheim").unwrap();
    fs::write(&users, format!("{name}:{hash}\nbob:{hash}\n")).unwrap();
    for (format, told) in [
        (
            "combined",
            ["127.0.0.1 - an\\x22na\\x20\\xc3\\xa9 [", "127.0.0.1 - - ["],
        ),
        ("{user} {status}", ["an\\x22na\\x20\\xc3\\xa9 200", "- 401"]),
        ("json", ["\"user\":\"an\\\"na \\u00e9\"", "\"status\":401"]),
    ] {
        let options = ["--users", users.to_str().unwrap()];
        let logged = Logged::with(&[&options[..], &["--access-log-format", format]].concat());
        let signed = |name: &str, password: &str| {
            let word = base64(&format!("{name}:{password}"));
            format!("Authorization: Basic {word}\r\n")
        };
        // Found right by hashing, and remembered.
        for _ in 0..2 {
            assert_eq!(logged.ask("GET /page.txt", &signed(name, "geheim")), 200);
        }
        assert_eq!(logged.ask("GET /page.txt", &signed("bob", "wrong")), 401);
        assert_eq!(logged.ask("GET /page.txt", ""), 401);
        let lines = logged.lines();
        let [right, again, wrong, nobody] = &lines[..] else {
            panic!("{lines:?}");
        };
        for line in [right, again] {
            assert!(line.contains(told[0]), "{line}");
        }
        for line in [wrong, nobody] {
            assert!(line.contains(told[1]), "{line}");
            assert!(
                !line.contains("bob") && !line.contains("\"user\""),
                "{line}"
            );
        }
    }
}

fn behind_a_trusted_proxy_the_client_is_told() {
    let trusted = ["--trusted-proxy", "127.0.0.1"];
    for (format, mask, told) in [
        ("combined", false, "192.0.2.77 - - ["),
        ("combined", true, "192.0.2.0 - - ["),
        ("{client}", false, "192.0.2.77"),
        ("{client}", true, "192.0.2.0"),
        ("json", false, "\"client\":\"192.0.2.77\""),
        ("json", true, "\"client\":\"192.0.2.0\""),
    ] {
        let mut options = [&trusted[..], &["--access-log-format", format]].concat();
        if mask {
            options.push("--access-log-mask");
        }
        let logged = Logged::with(&options);
        logged.ask("GET /page.txt", "X-Forwarded-For: 10.0.0.1, 192.0.2.77\r\n");
        let lines = logged.lines();
        assert!(lines[0].contains(told), "{format}: {lines:?}");
        assert!(!lines[0].contains("127.0.0.1"), "{lines:?}");
    }
    // Whoever is introduced and then breaks a rule is told of, too, and not who introduced them.
    let options = [
        "--proxy-protocol",
        "--access-log-format",
        "{client} {status}",
    ];
    let logged = Logged::with(&[&trusted[..], &options].concat());
    let mut client = logged.hello.connect();
    let header = b"PROXY TCP4 192.0.2.77 127.0.0.1 4711 80\r\n";
    client.socket.write_all(header).unwrap();
    let _ = client.try_send(get(&format!("/{}", "a".repeat(9000))));
    assert_eq!(client.reply().status(), 414);
    drop(client);
    assert_eq!(logged.lines(), ["192.0.2.77 414"]);
}

/// Has the server read its file anew, and waits until it has.
fn reload(hello: &Hello, file: &Path, text: &str, times: usize) {
    fs::write(file, text).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until_count(times, |event| event.is_notice("reloaded"));
}

#[test]
fn a_reload_changes_logs_and_names_of_requests_and_what_stays_keeps_its_file() {
    let folder = folder(&[("hello.toml", "serve = \"./a\"\n"), ("a/page.txt", "a")]);
    let file = folder.path().join("hello.toml");
    let hello = Launch::new().inside(folder.path()).start();
    let mut client = hello.connect();
    let mut ask = |target: &str| {
        let reply = client.get(target);
        reply.field("x-request-id").map(str::to_owned)
    };
    assert_eq!(ask("/0"), None);
    // Told, and so it happened before there was a log.
    hello.until(|event| event.is_request("/0"));
    let log = |to: &str, more: &str| {
        format!("[[access-log]]\nto = \"{to}\"\nformat = \"{{path}}\"\n{more}")
    };
    let serve = "serve = \"./a\"\n";
    reload(
        &hello,
        &file,
        &format!("{serve}{}{}", log("x", ""), log("y", "")),
        1,
    );
    assert_eq!(ask("/1"), None);
    // Whoever put it away has not said so: what stays is not opened anew.
    fs::rename(folder.path().join("x"), folder.path().join("x.old")).unwrap();
    let next = format!("request-id = true\n{serve}{}{}", log("x", ""), log("z", ""));
    reload(&hello, &file, &next, 2);
    assert!(ask("/2").is_some(), "requests have names from here on");
    let next = format!("{serve}{}", log("x", "status = \"2xx\"\n"));
    reload(&hello, &file, &next, 3);
    assert_eq!(ask("/3"), None);
    assert_eq!(ask("/page.txt"), None);
    // What cannot be opened changes nothing.
    fs::write(&file, format!("{serve}{}", log("no/such/folder", ""))).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("not-reloaded"));
    assert_eq!(ask("/page.txt"), None);
    drop(client);
    hello.stop();
    let lines = |name: &str| lines_of(&folder.path().join(name));
    assert_eq!(lines("x.old"), ["/1", "/2", "/page.txt", "/page.txt"]);
    assert!(!folder.path().join("x").exists());
    assert_eq!(lines("y"), ["/1"]);
    assert_eq!(lines("z"), ["/2"]);
}

/// What cannot change while the server runs is said, by its key, and not for longer than it differs.
#[test]
fn a_reload_names_what_counts_from_the_next_start_on() {
    let text = "serve = \"./a\"\n";
    let folder = folder(&[("hello.toml", text), ("a/page.txt", "a")]);
    let file = folder.path().join("hello.toml");
    let hello = Launch::new().inside(folder.path()).start();
    let log = "[[access-log]]\nto = \"-\"\n";
    for (times, (before, after, key)) in [
        ("quiet = true\n", "", "quiet"),
        ("lang = \"ru\"\n", "", "lang"),
        ("color = \"always\"\n", "", "color"),
        ("", log, "access-log"),
        (
            "",
            "[limits]\nmax-connections = 7\n",
            "limits.max-connections",
        ),
        (
            "",
            "[limits]\nopen-files-max = 7\n",
            "limits.open-files-max",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        reload(&hello, &file, &format!("{before}{text}{after}"), times + 1);
        let told = hello.until_count(times + 1, |event| event.is_notice("needs-restart"));
        assert_eq!(told[times].text("key"), key);
    }
    reload(&hello, &file, text, 7);
    let ended = hello.stop();
    let told = { ended.events.iter() }.filter(|event| event.is_notice("needs-restart"));
    assert_eq!(told.count(), 6);
}

/// Each log has one key that the others do not have, and it is seen what that one does.
#[test]
fn every_key_of_a_log_in_hello_toml_counts() {
    let size = "size-max = \"1KiB\"\n";
    let logs = [
        ("path", "path = \"/x*\"\n".to_owned()),
        ("other-path", "path = \"/api\"\n".to_owned()),
        ("slow", "slow = \"1h\"\n".to_owned()),
        (
            "status-or-slow",
            "slow = \"0s\"\nstatus = \"5xx\"\n".to_owned(),
        ),
        ("size", size.to_owned()),
        ("two", format!("{size}keep = 2\ncompression = \"none\"\n")),
        ("one", format!("{size}keep = 1\ncompression = \"none\"\n")),
        ("zstd", format!("{size}compression = \"zstd\"\n")),
        (
            "age",
            "age-max = \"1h\"\ncompression = \"none\"\n".to_owned(),
        ),
        ("usual-age", "age-max = \"8784h\"\n".to_owned()),
    ];
    let table = |(name, keys): &(&str, String)| {
        format!("[[access-log]]\nto = \"{name}.log\"\nformat = \"{{path}}\"\n{keys}")
    };
    let text: String = logs.iter().map(table).collect();
    let text = format!("serve = \"./a\"\n{text}");
    let folder = folder(&[
        ("hello.toml", &*text),
        ("a/page.txt", "a"),
        ("age.log", "yesterday\n"),
        ("usual-age.log", "yesterday\n"),
    ]);
    let at = |name: &str| folder.path().join(name);
    for name in ["age.log", "usual-age.log"] {
        make_old(&at(name));
    }
    let hello = Launch::new().inside(folder.path()).start();
    let target = format!("/x{}", "x".repeat(600));
    let mut client = hello.connect();
    assert_eq!(client.get("/page.txt").status(), 200);
    let mut asked = 0;
    while !at("two.log.2").exists() {
        assert_eq!(client.get(&target).status(), 404);
        asked += 1;
        assert!(asked < 100_000, "files are put away");
    }
    drop(client);
    hello.stop();
    let lines = |name: &str| lines_of(&at(name)).len();
    assert_eq!(lines("path.log"), asked);
    assert_eq!([lines("other-path.log"), lines("slow.log")], [0, 0]);
    assert_eq!(lines("status-or-slow.log"), asked + 1);
    for (name, is_there) in [
        ("path.log.1", false),
        ("path.log.1.gz", false),
        ("size.log.1.gz", true),
        ("one.log.1", true),
        ("one.log.2", false),
        ("two.log.1", true),
        ("zstd.log.1.zst", true),
        ("age.log.1", true),
        ("usual-age.log.1.gz", false),
    ] {
        assert_eq!(at(name).exists(), is_there, "{name}");
    }
}
