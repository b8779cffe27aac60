//! How a running server answers some requests, told to whoever asks for it: `hello trace`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    Event, Hello, Launch, PATIENCE, Reply, folder, lines_of, over_every_protocol,
};

over_every_protocol! {
    requests_that_are_meant_are_told_with_their_walk_while_somebody_traces,
    clients_are_traced_by_their_address,
    who_takes_nothing_of_what_is_told_holds_up_nobody,
}

/// Two sites, and a server that can be asked about them.
struct House {
    hello: Hello,
    folder: TempDir,
}

/// Sites `one.example` and any other, both with an `/api/`; the line of the rule can be moved.
fn settings(lines_before_rule: usize) -> String {
    format!(
        "serve = \"./public\"\ncontrol = \"./web.sock\"\n\
         [[site]]\nhost = \"one.example\"\nserve = \"./one\"\n{}\
         [[site.rule]]\npath = \"/api/gone\"\nrespond = 410\n",
        "# moved\n".repeat(lines_before_rule)
    )
}

impl House {
    fn new() -> Self {
        Self::started_with(&[])
    }

    fn started_with(options: &[&str]) -> Self {
        let folder = folder(&[
            ("hello.toml", &settings(0)),
            ("public/api/x.json", "{}"),
            ("public/page.txt", "hi"),
            ("one/api/x.json", "[]"),
        ]);
        let hello = Launch::new().inside(folder.path()).args(options).start();
        Self { hello, folder }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("web.sock")
    }

    /// The program with these words, about this server.
    fn about(&self, words: &[&str]) -> Launch {
        let launch = Launch::new().args(words);
        launch.args([Path::new("--control"), &*self.socket()])
    }

    fn get(&self, host: &str, target: &str) -> Reply {
        let mut client = self.hello.connect();
        client.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        client.reply()
    }

    /// Traces over the socket itself; what was said before it began is passed over.
    fn trace(&self, question: &str) -> Result<BufReader<UnixStream>, String> {
        let mut stream = UnixStream::connect(self.socket()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        writeln!(stream, "{question}").unwrap();
        let mut said = BufReader::new(stream);
        let first = line(&mut said);
        match first["say"].as_str() {
            Some("status") => Ok(said),
            _ => Err(first["error"].as_str().unwrap().to_owned()),
        }
    }
}

fn line(said: &mut BufReader<UnixStream>) -> Value {
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

fn heard(lines: &Receiver<String>) -> Event {
    Event::of_line(&lines.recv_timeout(PATIENCE).unwrap())
}

/// The steps of one kind.
fn steps(told: &Event, kind: &str) -> Vec<Value> {
    let steps = told.value("walk")["steps"].as_array().unwrap().clone();
    { steps.into_iter() }
        .filter(|step| step["step"] == kind)
        .collect()
}

/// Whichever site answers, and whichever settings count; and only to the one who traces.
fn requests_that_are_meant_are_told_with_their_walk_while_somebody_traces() {
    let house = House::new();
    let mut tracer = house.about(&["trace", "/api/*", "--json"]).spawn();
    let told = lines_of(tracer.take_stdout());
    tracer.complaint_with("tracing /api/* at process");

    assert_eq!(house.get("localhost", "/page.txt").status(), 200);
    assert_eq!(house.get("localhost", "/api/x.json?token=abc").text(), "{}");
    let first = heard(&told);
    assert_eq!(first.text("target"), "/api/x.json?token=[redacted]");
    assert_eq!(first.text("client"), "127.0.0.1", "whoever that was");
    assert_eq!(steps(&first, "site")[0]["name"], "default");
    assert!(steps(&first, "file").len() == 1 && first.value("walk")["took_us"]["content"].is_u64());

    assert_eq!(house.get("one.example", "/api/gone").status(), 410);
    let second = heard(&told);
    assert_eq!(steps(&second, "site")[0]["name"], "one.example");
    let rule = &steps(&second, "rule")[0];
    assert_eq!(
        (&rule["outcome"]["is"], &rule["origin"]["line"]),
        (&"decides".into(), &6.into())
    );

    fs::write(house.folder.path().join("hello.toml"), settings(3)).unwrap();
    house.hello.send_signal(Signal::HUP);
    house.hello.until(|event| event.is_notice("reloaded"));
    assert_eq!(house.get("one.example", "/api/gone").status(), 410);
    let rule = &steps(&heard(&told), "rule")[0];
    assert_eq!(rule["origin"]["line"], 9, "the settings that count now");

    tracer.send_signal(Signal::INT);
    let (status, complaints) = tracer.ended();
    assert_eq!((status.code(), &*complaints), (Some(0), ""));
    assert!(told.recv().is_err(), "that is all it was told");
    // Whoever reads the journal otherwise sees the request, as ever.
    for target in ["/api/x.json?token=[redacted]", "/api/gone"] {
        let event = house.hello.until(|event| event.is_request(target));
        assert!(!event.has("walk") && !event.has("client"), "{event:?}");
    }
}

fn clients_are_traced_by_their_address() {
    let house = House::started_with(&["--trusted-proxy", "127.0.0.1"]);
    let mut others = house
        .trace(r#"{"control":1,"ask":"trace","what":["192.0.2.0/24","/none"]}"#)
        .unwrap();
    for client in ["198.51.100.9", "192.0.2.7"] {
        let mut asking = house.hello.connect();
        asking.send(format!(
            "GET /page.txt HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {client}\r\n\r\n"
        ));
        assert_eq!(asking.reply().status(), 200);
    }
    let told = std::iter::repeat_with(|| line(&mut others)).find(|line| line["say"] == "event");
    let told = told.unwrap();
    assert_eq!(
        (&told["target"], &told["status"]),
        (&"/page.txt".into(), &200.into())
    );
    assert!(
        told["client"].as_str().unwrap().starts_with("192.0.2.7"),
        "{told}"
    );
    let walk: Value = serde_json::from_str(told["walk"].as_str().unwrap()).unwrap();
    assert_eq!(walk["steps"][0]["step"], "client");
}

/// Far more than the socket has room for.
fn who_takes_nothing_of_what_is_told_holds_up_nobody() {
    let house = House::new();
    let stuck = house
        .trace(r#"{"control":1,"ask":"trace","what":["/*"]}"#)
        .unwrap();
    let mut client = house.hello.connect();
    for _ in 0..1000 {
        assert_eq!(client.get("/api/x.json").status(), 200);
    }
    let (status, printed, _) = house.about(&["status"]).output();
    assert!(status.success(), "{printed}");
    drop(stuck);
    house
        .hello
        .until_count(1000, |event| event.is_request("/api/x.json"));
}

/// However they go, there is room for others then.
#[test]
fn only_so_many_trace_at_once_and_whoever_goes_is_gone() {
    let house = House::new();
    let question = r#"{"control":1,"ask":"trace","what":["/*"]}"#;
    let mut killed = house.about(&["trace", "/*"]).spawn();
    killed.complaint_with("tracing");
    let mut here: Vec<_> = (1..hello::exchange::TRACERS_MAX)
        .map(|_| house.trace(question).unwrap())
        .collect();
    assert_eq!(house.trace(question).unwrap_err(), "too-many-tracers");
    let (status, _, complaints) = house.about(&["trace", "/*"]).output();
    assert_eq!(status.code(), Some(1));
    assert!(
        complaints.contains("hello help too-many-tracers"),
        "{complaints}"
    );

    killed.send_signal(Signal::KILL);
    killed.ended();
    let half_closed = here.pop().unwrap();
    half_closed
        .get_ref()
        .shutdown(std::net::Shutdown::Write)
        .unwrap();
    here.clear();
    // The server hears of it by and by.
    let tries = std::iter::repeat_with(|| house.trace(question).ok()).take(10_000);
    let mut again: Vec<_> = { tries.flatten() }
        .take(hello::exchange::TRACERS_MAX)
        .collect();
    assert_eq!(again.len(), hello::exchange::TRACERS_MAX);
    // It is told to the new ones, and to each of them.
    assert_eq!(house.get("localhost", "/page.txt").status(), 200);
    for said in &mut again {
        let told = std::iter::repeat_with(|| line(said)).find(|line| line["say"] == "event");
        assert_eq!(told.unwrap()["target"], "/page.txt");
    }
}

#[test]
fn the_time_that_was_said_ends_it() {
    let house = House::new();
    let mut said = house
        .trace(r#"{"control":1,"ask":"trace","what":["/*"],"for_ms":1}"#)
        .unwrap();
    let told = std::iter::repeat_with(|| line(&mut said));
    let kinds: Vec<_> = told
        .map(|line| line["say"].as_str().unwrap().to_owned())
        .take_while(|say| say != "done")
        .collect();
    assert!(!kinds.contains(&"error".to_owned()), "{kinds:?}");
    let (status, printed, complaints) = house.about(&["trace", "/none", "--for", "1s"]).output();
    assert_eq!((status.code(), &*printed), (Some(0), ""));
    assert!(complaints.contains("for a while"), "{complaints}");
    assert!(!complaints.contains("has ended"), "{complaints}");
}

#[test]
fn what_cannot_be_traced_is_refused() {
    let house = House::new();
    for question in [
        r#"{"control":1,"ask":"trace","what":[]}"#,
        r#"{"control":1,"ask":"trace","what":["nonsense"]}"#,
        r#"{"control":1,"ask":"trace","what":["/1","/2","/3","/4","/5","/6","/7","/8","/9"]}"#,
        r#"{"control":1,"ask":"trace"}"#,
    ] {
        assert_eq!(
            house.trace(question).unwrap_err(),
            "bad-request",
            "{question}"
        );
    }
}

/// In the words of the terminal, and in its language.
#[test]
fn a_person_reads_the_walk_below_the_line() {
    let house = House::new();
    let mut tracer = house.about(&["trace", "*.txt", "--lang", "ru"]).spawn();
    let told = lines_of(tracer.take_stdout());
    tracer.complaint_with("слежу за *.txt");
    assert_eq!(house.get("localhost", "/page.txt").status(), 200);
    let lines: Vec<String> = std::iter::from_fn(|| told.recv_timeout(PATIENCE).ok())
        .take_while(|line| !line.contains("Сколько это заняло"))
        .collect();
    assert!(
        lines[0].contains("GET  /page.txt") && lines[0].contains("127.0.0.1"),
        "{lines:#?}"
    );
    assert!(
        lines.iter().any(|line| line.contains("Какой сайт")),
        "{lines:#?}"
    );
    house.hello.stop();
    let (status, complaints) = tracer.ended();
    assert_eq!(status.code(), Some(0));
    assert!(complaints.contains("сервер остановился"), "{complaints}");
}
