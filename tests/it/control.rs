//! A running server is asked what it does, and told what to do: `hello status` and its kin.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    Event, Hello, Launch, PATIENCE, folder, get, large_file, lines_of, over_every_protocol,
};

over_every_protocol! {
    an_idle_connection_is_closed_and_its_end_says_by_whom,
    an_answer_is_finished_first_unless_it_is_cut_off_at_once,
    the_table_tells_how_far_an_answer_has_come,
}

/// More than the kernel's buffers on both sides can hold.
const LARGE_BYTES: usize = 30 << 20;

/// A server that can be asked, and the folder of its socket.
struct House {
    hello: Hello,
    run: TempDir,
    _site: TempDir,
}

impl House {
    fn new(options: &[&str]) -> Self {
        let site = folder(&[("page.txt", "hi")]);
        large_file(&site.path().join("large.bin"), LARGE_BYTES);
        let run = folder(&[]);
        let path = run.path().join("web.sock");
        let launch = Launch::new().folder(site.path()).args(options);
        let hello = launch.args([Path::new("--control"), &*path]).start();
        Self {
            hello,
            run,
            _site: site,
        }
    }

    fn socket(&self) -> PathBuf {
        self.run.path().join("web.sock")
    }

    /// What a command about this server prints, complains of, and ends with.
    fn ask(&self, words: &[&str]) -> (i32, String, String) {
        let launch = Launch::new().args(words);
        let (status, printed, complaints) = launch
            .args([Path::new("--control"), &*self.socket()])
            .output();
        (status.code().unwrap(), printed, complaints)
    }

    /// The same, where it has to work.
    fn told(&self, words: &[&str]) -> String {
        let (code, printed, complaints) = self.ask(words);
        assert_eq!((code, &*complaints), (0, ""), "{printed}");
        printed
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.told(&["status", "--json"])).unwrap()
    }
}

fn an_idle_connection_is_closed_and_its_end_says_by_whom() {
    let house = House::new(&[]);
    let mut client = house.hello.connect();
    client.get("/page.txt");
    let number = house.hello.number_of(&client.name());
    let closed = house.told(&["close", &format!("#{number}")]);
    // Where a connection has several requests its client is told first.
    let closing = format!("connection {number} is clos");
    assert!(closed.starts_with(&closing), "{closed}");
    client.end();
    let end = house.hello.end_of(&client.name());
    assert_eq!(end.text("ending"), "closed-by-operator");
    let asked = house.hello.until(|event| event.is_notice("close-asked"));
    assert_eq!(asked.number("connection"), number);
    let me = rustix::process::geteuid().as_raw();
    assert_eq!(asked.number("user"), u64::from(me));
    let (code, _, complaints) = house.ask(&["close", &number.to_string()]);
    assert_eq!(code, 1);
    assert!(
        complaints.contains("hello help no-such-connection"),
        "{complaints}"
    );
    // Who was not named is served on.
    assert_eq!(house.hello.get("/page.txt").status(), 200);
}

fn an_answer_is_finished_first_unless_it_is_cut_off_at_once() {
    let house = House::new(&[]);
    for now in [false, true] {
        let mut client = house.hello.connect();
        client.send(get("/large.bin"));
        assert_eq!(client.head().length(), LARGE_BYTES);
        let begun = client.take(2 << 20).len();
        let number = house.hello.number_of(&client.name()).to_string();
        let said = house.told(&["close", &number]);
        assert!(
            said.starts_with(&format!("connection {number} will be closed")),
            "{said}"
        );
        if now {
            let said = house.told(&["close", &number, "--now"]);
            assert_eq!(said, format!("connection {number} is closed"));
        } else {
            client.take(LARGE_BYTES - begun);
        }
        client.rest();
        let end = house.hello.end_of(&client.name());
        assert_eq!(end.text("ending"), "closed-by-operator");
        let broken = house.hello.seen(|event| {
            event.is_request("/large.bin")
                && event.number("connection").to_string() == number
                && event.has("broken_of")
        });
        assert_eq!(broken.is_some(), now);
    }
}

fn the_table_tells_how_far_an_answer_has_come() {
    let house = House::new(&[]);
    let mut client = house.hello.connect();
    client.send(get("/large.bin?token=swordfish"));
    client.head();
    client.take(2 << 20);
    house.hello.number_of(&client.name());
    let table = house.told(&["connections"]);
    assert!(table.contains(&client.name()), "{table}");
    assert!(
        table.contains("GET /large.bin?token=[redacted], "),
        "{table}"
    );
    assert!(table.contains("of 30.0 MiB"), "{table}");
    let (code, table, _) = house.ask(&["connections", "--lang", "ru"]);
    assert_eq!(code, 0);
    assert!(
        table.contains("отправляем") && table.contains("из 30,0 МиБ"),
        "{table}"
    );
    assert!(!table.contains("swordfish"));
}

#[test]
fn an_answer_in_flight_goes_by_the_settings_it_began_with_and_that_is_told() {
    let site = folder(&[("hello.toml", "serve = \"www\"\n"), ("www/page.txt", "hi")]);
    large_file(&site.path().join("www/large.bin"), LARGE_BYTES);
    let control = site.path().join("web.sock");
    let launch = Launch::new().inside(site.path());
    let hello = launch.args([Path::new("--control"), &*control]).start();
    let ask = |words: &[&str]| {
        let launch = Launch::new().args(words);
        let told = launch.args([Path::new("--control"), &*control]).output();
        assert_eq!((told.0.code(), &*told.2), (Some(0), ""), "{}", told.1);
        told.1
    };
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    assert_eq!(client.head().length(), LARGE_BYTES);
    hello.number_of(&client.name());
    std::fs::write(
        site.path().join("hello.toml"),
        "serve = \"www\"\nlist = true\n",
    )
    .unwrap();
    ask(&["reload"]);
    let mut later = hello.connect();
    later.get("/page.txt");
    let status: Value = serde_json::from_str(&ask(&["status", "--json"])).unwrap();
    assert_eq!(status["generation"], 2);
    let of = |name: String| {
        let connections = status["connections"].as_array().unwrap();
        let found = connections
            .iter()
            .find(|connection| connection["peer"] == *name);
        found
            .unwrap_or_else(|| panic!("{name} in {status}"))
            .clone()
    };
    let old = of(client.name());
    assert_eq!(
        (&old["generation"], &old["running"][0]["generation"]),
        (&1.into(), &1.into())
    );
    assert_eq!(of(later.name())["generation"], 2);
    let told = ask(&["status"]);
    assert!(told.contains(", by generation 1"), "{told}");
    assert!(
        told.contains("answers in flight go by it until they are sent: 1"),
        "{told}"
    );
    client.take(LARGE_BYTES);
    assert_eq!(
        client.get("/").status(),
        200,
        "what it asks next goes by the new ones"
    );
    let told = ask(&["status"]);
    assert!(!told.contains("answers in flight"), "{told}");
    assert!(told.contains("until they end: 1"), "{told}");
    hello.stop();
}

#[test]
fn status_tells_what_is_served_where_and_how_connections_ended() {
    let house = House::new(&[]);
    house.hello.get("/page.txt");
    house.hello.last_ending();
    let mut client = house.hello.connect();
    client.get("/page.txt");
    house.hello.number_of(&client.name());
    let status = house.status();
    let pid = house.hello.pid().as_raw_nonzero().get();
    assert_eq!(status["pid"], pid);
    assert_eq!(status["control"], 1);
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["state"], "serving");
    assert_eq!(status["generation"], 1);
    assert_eq!(status["totals"]["requests"], 2);
    assert_eq!(status["totals"]["endings"]["closed-by-client"], 1);
    assert_eq!(status["open"], 1);
    assert_eq!(status["connections"][0]["peer"], client.name());
    assert_eq!(status["connections"][0]["state"], "waiting");
    let address = format!("http://{}", house.hello.address());
    assert_eq!(status["listening"][0], address);
    let text = house.told(&["status"]);
    for told in [
        &*pid.to_string(),
        &*address,
        "closed by the client",
        "waiting",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let (_, text, _) = house.ask(&["status", "--lang", "ru"]);
    assert!(
        text.contains("закрыто клиентом") && text.contains("ждём"),
        "{text}"
    );
}

#[test]
fn a_server_that_stops_says_so_and_leaves_no_socket() {
    let house = House::new(&[]);
    let mut client = house.hello.connect();
    client.send(get("/large.bin"));
    client.head();
    client.take(2 << 20);
    house.hello.send_signal(Signal::TERM);
    house.hello.until(|event| event.is_notice("draining"));
    assert_eq!(house.status()["state"], "draining");
    let text = house.told(&["status"]);
    assert!(text.contains("is stopping after"), "{text}");
    house.hello.send_signal(Signal::TERM);
    let socket = house.socket();
    let House {
        hello, run: _run, ..
    } = house;
    hello.ended();
    assert!(!socket.exists());
}

#[test]
fn the_socket_is_its_owners_alone() {
    let house = House::new(&[]);
    let found = std::fs::symlink_metadata(house.socket()).unwrap();
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o7777, 0o600);
    if !rustix::process::geteuid().is_root() {
        // Nobody else's clothes to wear.
        return;
    }
    // Even where the file lets everybody in, the server asks the kernel who is there.
    for open in [house.run.path().to_owned(), house.socket()] {
        std::fs::set_permissions(open, PermissionsExt::from_mode(0o777)).unwrap();
    }
    let program = folder(&[]);
    std::fs::set_permissions(program.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let copy = program.path().join("hello");
    std::fs::copy(env!("CARGO_BIN_EXE_hello"), &copy).unwrap();
    let mut command = Command::new(copy);
    command.uid(65_534).gid(65_534).current_dir("/");
    let launch = Launch::of(command).args(["status", "--control"]);
    let (status, printed, complaints) = launch.args([house.socket()]).output();
    assert_eq!((status.code(), &*printed), (Some(1), ""));
    assert!(
        complaints.contains("hello help not-permitted"),
        "{complaints}"
    );
}

#[test]
fn of_several_servers_one_is_named() {
    let run = folder(&[]);
    let runtime = run.path().to_str().unwrap();
    let launch = || Launch::new().env("XDG_RUNTIME_DIR", runtime);
    // Not the servers of the machine that this test runs on.
    let ask = |words: &[&str]| {
        let (status, printed, complaints) = launch().args(words).output();
        (status.code(), printed, complaints)
    };
    let site = folder(&[("page.txt", "hi")]);
    let first = launch().folder(site.path()).start();
    let pid = first.pid().as_raw_nonzero().to_string();
    let socket = run.path().join("hello").join(format!("{pid}.sock"));
    assert!(socket.exists(), "{}", socket.display());
    let second = launch().start();
    let (code, _, complaints) = ask(&["status"]);
    assert_eq!(code, Some(1));
    for told in [
        format!("hello status --control {pid}"),
        format!("hello status --control {}", second.pid().as_raw_nonzero()),
        site.path().display().to_string(),
        "its built-in site".to_owned(),
        "hello help several-servers".to_owned(),
    ] {
        assert!(complaints.contains(&told), "{told}: {complaints}");
    }
    let (code, named, _) = ask(&["status", "--control", &pid]);
    assert_eq!(code, Some(0));
    assert!(named.contains(&format!("process {pid}")), "{named}");
    // A name that a fallen server left behind is no server.
    let dead = run.path().join("hello/1.sock");
    drop(UnixListener::bind(&dead).unwrap());
    let (code, _, complaints) = ask(&["status", "--control", "1"]);
    assert_eq!(code, Some(1));
    assert!(complaints.contains("no-server-running"), "{complaints}");
}

#[test]
fn the_server_that_is_asked_is_the_one_of_the_file() {
    let run = folder(&[]);
    let runtime = run.path().to_str().unwrap();
    let site = folder(&[
        ("hello.toml", "control = \"./web.sock\"\n"),
        ("broken.toml", "control = \"./web.sock\"\nlisen = 1\n"),
        ("without.toml", "lisen = 1\n"),
        ("nobody.toml", "control = \"./nobody.sock\"\n"),
    ]);
    let launch = || { Launch::new().env("XDG_RUNTIME_DIR", runtime) }.inside(site.path());
    let ask = |words: &[&str]| {
        let (status, printed, complaints) = launch().args(words).output();
        (status.code(), printed, complaints)
    };
    let of_file = launch().start();
    let other = Launch::new().env("XDG_RUNTIME_DIR", runtime).start();
    let [of_file_pid, other_pid] =
        [&of_file, &other].map(|hello| hello.pid().as_raw_nonzero().to_string());
    for (words, pid) in [
        (&[][..], &of_file_pid),
        (&["--config", "hello.toml"], &of_file_pid),
        // What is wrong elsewhere in it does not matter.
        (&["--config", "broken.toml"], &of_file_pid),
        (&["--control", &other_pid], &other_pid),
        (
            &["--config", "nobody.toml", "--control", &other_pid],
            &other_pid,
        ),
    ] {
        let (code, printed, complaints) = ask(&[&["status", "--json"], words].concat());
        assert_eq!((code, &*complaints), (Some(0), ""), "{words:?}");
        let status: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(status["pid"].to_string(), **pid, "{words:?}");
    }
    // It says none: whoever runs is looked for, and somebody else's server may run here, too.
    let (code, _, complaints) = ask(&["status", "--config", "without.toml"]);
    assert!(
        complaints.starts_with("without.toml cannot be used"),
        "{complaints}"
    );
    assert!(
        code == Some(0) || complaints.contains("several"),
        "{complaints}"
    );
    let (code, _, complaints) = ask(&["reload"]);
    assert_eq!(code, Some(0), "{complaints}");
    of_file.until(|found| found.is("notice") && found.text("notice") == "reloaded");
    let (code, _, complaints) = ask(&["check", "--against-traffic"]);
    assert_eq!(code, Some(0), "{complaints}");
    // Not whoever else runs.
    for words in [&["close", "1"][..], &["check", "--against-traffic"]] {
        let (code, _, complaints) = ask(&[words, &["--config", "nobody.toml"]].concat());
        assert!(matches!(code, Some(1 | 2)), "{complaints}");
        let told = "nobody.toml names this socket: start hello with that file";
        assert!(complaints.contains(told), "{complaints}");
    }
    let (code, _, complaints) = ask(&["status", "--config", "missing.toml"]);
    assert_eq!(code, Some(2), "{complaints}");
    of_file.stop();
    other.stop();
}

#[test]
fn who_has_the_file_read_anew_is_told_what_needs_a_restart() {
    let site = folder(&[("hello.toml", "control = \"./web.sock\"\n")]);
    let launch = || Launch::new().inside(site.path());
    let hello = launch().start();
    let reload = |more: &str, language| {
        let text = format!("control = \"./web.sock\"\n{more}");
        std::fs::write(site.path().join("hello.toml"), text).unwrap();
        let (status, printed, complaints) = launch().args(["reload", "--lang", language]).output();
        assert_eq!((status.code(), &*complaints), (Some(0), ""), "{printed}");
        printed
    };
    assert_eq!(
        reload("spa = false\nserve = \".\"\n", "en"),
        "the new configuration counts: generation 2"
    );
    let limit = "[limits]\nmax-connections = 50\n";
    assert_eq!(
        reload(&["color = \"never\"\n", limit].concat(), "en"),
        "the new configuration counts: generation 3\n\
         color was changed, which counts from the next start on: until then it stays as it is\n\
         limits.max-connections was changed, which counts from the next start on: until then it stays as it is"
    );
    assert_eq!(
        reload(limit, "ru"),
        "действуют новые настройки: поколение 4\n\
         настройка limits.max-connections изменена, но подействует только после перезапуска, а пока остаётся прежней"
    );
    hello.stop();
}

#[test]
fn a_dead_socket_is_replaced_and_a_living_one_respected() {
    let run = folder(&[]);
    let path = run.path().join("web.sock");
    drop(UnixListener::bind(&path).unwrap());
    let control = || Launch::new().args([Path::new("--control"), &*path]);
    let hello = control().start();
    let (status, _, complaints) = control().args(["--listen", "127.0.0.1:0"]).output();
    assert_eq!(status.code(), Some(2));
    assert!(
        complaints.contains("hello help socket-in-use"),
        "{complaints}"
    );
    drop(hello);
    std::fs::write(&path, "mine").unwrap();
    let (status, _, complaints) = control().args(["--listen", "127.0.0.1:0"]).output();
    assert_eq!(status.code(), Some(2));
    assert!(
        complaints.contains("hello help socket-path-exists"),
        "{complaints}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn with_control_off_there_is_no_socket() {
    let run = folder(&[]);
    let launch = Launch::new().env("XDG_RUNTIME_DIR", run.path().to_str().unwrap());
    let hello = launch.args(["--control", "off"]).start();
    assert_eq!(hello.get("/").status(), 200);
    assert!(!run.path().join("hello").exists());
}

#[test]
fn there_is_nothing_to_reload_without_a_file() {
    let house = House::new(&[]);
    let (code, _, complaints) = house.ask(&["reload"]);
    assert_eq!(code, 1);
    assert!(
        complaints.contains("hello help nothing-to-reload"),
        "{complaints}"
    );
}

/// What was said to a server, and every line of its answer.
fn said(socket: &Path, bytes: &[u8]) -> Vec<Event> {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    let lines = BufReader::new(stream).lines();
    let lines = lines.map(|line| Event::of_line(&line.unwrap()));
    lines.collect()
}

#[test]
fn what_is_no_question_is_told_so() {
    let house = House::new(&[]);
    let socket = house.socket();
    let error = |bytes: &[u8]| match &said(&socket, bytes)[..] {
        [only] if only.text("say") == "error" => only.text("error").to_owned(),
        lines => panic!("{lines:?}"),
    };
    assert_eq!(error(b"\n"), "bad-request");
    assert_eq!(error(b"GET / HTTP/1.1\r\n\r\n"), "bad-request");
    assert_eq!(error(b"{\"control\":1,\"ask\":\"dance\"}\n"), "bad-request");
    assert_eq!(error(b"{\"control\":1,\"ask\":\"close\"}\n"), "bad-request");
    assert_eq!(
        error(b"{\"control\":2,\"ask\":\"dance\"}\n"),
        "other-control-version"
    );
    // Longer than any question, and without an end.
    assert_eq!(
        error(&vec![b' '; hello::control::limits::REQUEST_BYTES_MAX + 1]),
        "bad-request"
    );
    let lines = said(
        &socket,
        b"{\"control\":1,\"ask\":\"status\",\"later\":[]}\n",
    );
    let kinds: Vec<&str> = lines.iter().map(|line| line.text("say")).collect();
    assert_eq!(kinds, ["status", "listening", "place", "done"]);
}

#[test]
fn those_who_ask_are_counted_and_hold_up_nobody() {
    let house = House::new(&[]);
    // Sixteen who say nothing.
    let silent: Vec<UnixStream> = (0..hello::control::limits::CLIENTS_MAX)
        .map(|_| UnixStream::connect(house.socket()).unwrap())
        .collect();
    let (code, _, complaints) = house.ask(&["status"]);
    assert_eq!(code, 1);
    assert!(
        complaints.contains("hello help server-busy"),
        "{complaints}"
    );
    assert_eq!(house.hello.get("/page.txt").status(), 200);
    for stream in &silent {
        stream.shutdown(std::net::Shutdown::Both).unwrap();
    }
    // The server hears of it by and by; whoever asks meanwhile may be told once more.
    let mut asked = std::iter::repeat_with(|| house.ask(&["status"]).0);
    assert!(asked.by_ref().take(1000).any(|code| code == 0));
}

#[test]
fn one_who_watches_hears_what_the_journal_tells() {
    let house = House::new(&[]);
    let launch = Launch::new().args(["connections", "--follow", "--json"]);
    let launch = launch.args([Path::new("--control"), &*house.socket()]);
    let mut watcher = launch.spawn();
    let heard = lines_of(watcher.take_stdout());
    // Until it watches it hears nothing: what is asked until then is asked again.
    let first = loop {
        house.hello.get("/page.txt?token=swordfish");
        if let Ok(line) = heard.recv_timeout(std::time::Duration::from_millis(200)) {
            break Event::of_line(&line);
        }
    };
    let mut events = vec![first];
    house.hello.get("/nowhere");
    let asked = house.hello.until(|event| event.is_request("/nowhere"));
    let number = asked.number("connection");
    let last = |event: &Event| event.is("ended") && event.number("connection") == number;
    house.hello.until(last);
    while !events.iter().any(last) {
        events.push(Event::of_line(&heard.recv_timeout(PATIENCE).unwrap()));
    }
    // What was heard is what the server printed, to the microsecond or so of the start.
    for event in &events {
        let facts = |event: &Event| event.without(&["at", "why"]);
        let same = house.hello.until(|other| facts(other) == facts(event));
        assert!(same.is("accepted") || same.is("request") || same.is("ended"));
    }
    watcher.send_signal(Signal::INT);
    let (status, complaints) = watcher.ended();
    assert_eq!((status.code(), &*complaints), (Some(0), ""));
}

#[test]
fn one_who_watches_is_told_of_the_end() {
    let house = House::new(&[]);
    let launch = Launch::new().args(["connections", "--follow", "--lang", "en"]);
    let launch = launch.args([Path::new("--control"), &*house.socket()]);
    let mut watcher = launch.spawn();
    let heard = lines_of(watcher.take_stdout());
    loop {
        house.hello.get("/page.txt");
        if heard
            .recv_timeout(std::time::Duration::from_millis(200))
            .is_ok()
        {
            break;
        }
    }
    let House { hello, .. } = house;
    hello.stop();
    let (status, complaints) = watcher.ended();
    assert_eq!(status.code(), Some(0));
    assert!(complaints.contains("the server has ended"), "{complaints}");
}

#[test]
fn top_shows_a_server_in_another_process_and_leaves_it_alone() {
    let house = House::new(&[]);
    let mut client = house.hello.connect();
    client.send(get("/large.bin"));
    client.head();
    client.take(2 << 20);
    let launch = Launch::new().args(["top", "--lang", "en"]);
    let launch = launch.args([Path::new("--control"), &*house.socket()]);
    let mut top = launch.on_screen(100, 30);
    top.until_shown(&client.name());
    top.until_shown("/large.bin");
    let picture = top.until_shown("sending");
    assert!(
        picture.contains(&house.hello.address().to_string()),
        "{picture}"
    );
    house.hello.get("/nowhere");
    top.until_shown("/nowhere");
    client.take(LARGE_BYTES - (2 << 20));
    top.until_gone("sending");
    top.type_keys("q");
    let (code, _, complaints) = top.ended();
    assert_eq!((code, &*complaints), (Some(0), ""));
    assert_eq!(house.hello.get("/page.txt").status(), 200);
    let mut rest = Vec::new();
    let _ = UnixStream::connect(house.socket()).map(|mut stream| {
        let _ = stream.shutdown(std::net::Shutdown::Write);
        stream.read_to_end(&mut rest)
    });
    assert!(rest.is_empty(), "who asks nothing is told nothing");
}

#[test]
fn top_needs_a_terminal() {
    let house = House::new(&[]);
    let (code, _, complaints) = house.ask(&["top"]);
    assert_eq!(code, 2);
    assert!(
        complaints.contains("`hello top` needs a terminal"),
        "{complaints}"
    );
}

/// Who asked at the old socket is answered; then there is nothing of that name, and the new one answers.
#[test]
fn a_reload_moves_the_control_socket() {
    let own = folder(&[]);
    let (first, second) = (
        own.path().join("first.sock"),
        own.path().join("second.sock"),
    );
    let site = folder(&[("a/page.txt", "a")]);
    let file = site.path().join("hello.toml");
    let text = |control: &str| format!("serve = \"./a\"\ncontrol = \"{control}\"\n");
    let at = |path: &Path| text(path.to_str().unwrap());
    std::fs::write(&file, at(&first)).unwrap();
    let hello = Launch::new().inside(site.path()).start();
    let ask = |words: &[&str], socket: &Path| {
        let launch = Launch::new()
            .args(words)
            .args([Path::new("--control"), socket]);
        let (status, printed, complaints) = launch.output();
        (status.code(), printed + &complaints)
    };
    // Somebody else has that one, and nothing changes.
    let taken = own.path().join("taken");
    std::fs::write(&taken, "").unwrap();
    std::fs::write(&file, at(&taken)).unwrap();
    let (code, said) = ask(&["reload"], &first);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(ask(&["status"], &first).0, Some(0));
    std::fs::write(&file, at(&second)).unwrap();
    let (code, said) = ask(&["reload"], &first);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(ask(&["status"], &second).0, Some(0));
    assert_eq!(ask(&["status"], &first).0, Some(1));
    assert!(!first.exists());
    std::fs::write(&file, text("off")).unwrap();
    assert_eq!(ask(&["reload"], &second).0, Some(0));
    assert_eq!(ask(&["status"], &second).0, Some(1));
    assert!(!second.exists());
    hello.stop();
}

/// A fault that comes back for ever, such as a supervisor that reloads a file it has broken, fills no disk.
#[test]
fn settings_that_cannot_be_used_are_complained_of_no_more_than_is_worth_reading() {
    let site = folder(&[("hello.toml", "serve = \"./a\"\n"), ("a/page.txt", "a")]);
    let own = folder(&[]);
    let socket = own.path().join("web.sock");
    let words = [
        "--listen",
        "127.0.0.1:0",
        "--access-log",
        "-",
        "--lang",
        "en",
    ];
    let launch = Launch::new().inside(site.path()).args(words);
    let mut process = launch.args([Path::new("--control"), &*socket]).spawn();
    process.complaint_with("127.0.0.1");
    std::fs::write(site.path().join("hello.toml"), "serv = \"./a\"\n").unwrap();
    for _ in 0..80 {
        let launch = Launch::new().args(["reload", "--lang", "en"]);
        let (status, _, said) = launch.args([Path::new("--control"), &*socket]).output();
        assert_eq!(status.code(), Some(1));
        assert!(
            said.contains("hello.toml:1"),
            "who asks is always told: {said}"
        );
    }
    process.send_signal(Signal::TERM);
    let (_, complaints) = process.ended();
    let times = complaints.matches("hello.toml:1").count();
    assert!((64..80).contains(&times), "{times}");
}
