//! What is said of a request while it is being answered: in the journal, in lines, on the whole screen.

use rustix::process::Signal;

use crate::harness::{Hello, Launch, folder, get, large_file, over_every_protocol};

over_every_protocol! {
    a_slow_page_is_told_before_it_is_answered_and_counted_once,
    what_was_never_answered_is_told_as_that,
    a_download_is_told_with_how_far_it_has_come,
    what_is_answered_at_once_is_never_told_to_run,
}

/// More than the kernel takes for a client that does not read.
const LARGE: usize = 60 << 20;

fn with_a_large_file() -> tempfile::TempDir {
    let folder = folder(&[("page.txt", "hi")]);
    large_file(&folder.path().join("big.iso"), LARGE);
    folder
}

fn a_slow_page_is_told_before_it_is_answered_and_counted_once() {
    let hello = Launch::new().start();
    let mut client = hello.connect();
    client.send(get("/sleep?token=swordfish"));
    let running = hello.until(|event| event.is("running"));
    assert_eq!(running.text("target"), "/sleep?token=[redacted]");
    assert_eq!(running.text("method"), "GET");
    assert_eq!(
        running.number("connection"),
        hello.number_of(&client.name())
    );
    assert_eq!(
        (running.number("number"), running.number("content_bytes")),
        (1, 0)
    );
    assert!(!running.has("status") && !running.has("of"), "{running:?}");
    assert_eq!(client.reply().status(), 200);
    drop(client);
    let ended = hello.stop();
    let place = |kind: &str| ended.events.iter().position(|event| event.is(kind));
    assert!(place("running") < place("request"), "{:?}", ended.events);
    let requests = ended.events.iter().filter(|event| event.is("request"));
    assert_eq!(requests.count(), 1);
    assert_eq!(ended.events.last().unwrap().number("requests"), 1);
}

fn what_was_never_answered_is_told_as_that() {
    let hello = Launch::new().start();
    let mut client = hello.connect();
    client.send(get("/sleep"));
    hello.until(|event| event.is("running"));
    hello.send_signal(Signal::INT);
    hello.until(|event| event.is_notice("draining"));
    hello.send_signal(Signal::INT);
    let unanswered = hello.until(|event| event.is_request("/sleep"));
    let number = |key| unanswered.number(key);
    assert_eq!(
        (number("status"), number("broken_of"), number("number")),
        (0, 0, 1)
    );
    assert_eq!(hello.ending_of(&client.name()), "cut-short");
    let ended = hello.ended();
    assert_eq!(ended.events.last().unwrap().number("requests"), 1);
}

fn a_download_is_told_with_how_far_it_has_come() {
    let folder = with_a_large_file();
    let hello = Hello::start(&[], folder.path());
    let mut client = hello.connect();
    client.send(get("/big.iso"));
    client.head();
    client.take(1 << 20);
    let running = hello.until(|event| event.is("running"));
    assert_eq!(running.text("target"), "/big.iso");
    assert_eq!(
        (running.number("status"), running.number("of")),
        (200, LARGE as u64)
    );
    let sent = running.number("content_bytes");
    assert!(((1 << 20)..LARGE as u64).contains(&sent), "{running:?}");
    client.take(LARGE - (1 << 20));
    let request = hello.until(|event| event.is_request("/big.iso"));
    assert_eq!(request.number("content_bytes"), LARGE as u64);
    let ended = hello.stop();
    assert_eq!(ended.events.last().unwrap().number("requests"), 1);
}

fn what_is_answered_at_once_is_never_told_to_run() {
    let folder = with_a_large_file();
    let hello = Hello::start(&[], folder.path());
    let mut slow = hello.connect();
    slow.send(get("/big.iso"));
    let mut client = hello.connect();
    client.get("/page.txt");
    // An upload is answered before it is read, and what is left of it holds up nothing.
    let mut upload = hello.connect();
    upload.send("POST /page.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nten bytes.");
    assert_eq!(upload.reply().status(), 405);
    let mut head = hello.connect();
    head.send_nearly(get("/page.txt"));
    hello.number_of(&head.name());
    let running = hello.until(|event| event.is("running"));
    assert_eq!(running.text("target"), "/big.iso");
    drop((head, upload));
    slow.reset();
    let ended = hello.stop();
    let told: Vec<_> = { ended.events.iter() }
        .filter(|event| event.is("running"))
        .collect();
    assert!(
        told.iter().all(|event| event.text("target") == "/big.iso"),
        "{told:#?}"
    );
}

#[test]
fn lines_say_calmly_what_still_goes_on() {
    let folder = with_a_large_file();
    let hello = Launch::new()
        .args(["--lang", "en"])
        .folder(folder.path())
        .show();
    let mut client = hello.connect();
    client.send(get("/big.iso"));
    client.head();
    client.take(1 << 20);
    let line = hello.line_with("… GET  /big.iso");
    assert!(line.starts_with("#1   … GET  /big.iso  200  "), "{line}");
    assert!(line.contains(" % of 60.0 MiB after "), "{line}");
    client.take(LARGE - (1 << 20));
    drop(client);
    hello.line_with("closed by the client after 1 request");
    let (_, lines) = hello.stop_with(Signal::INT);
    let told: Vec<_> = { lines.iter() }
        .filter(|line| line.contains("/big.iso"))
        .collect();
    let (over, before) = told.split_last().unwrap();
    assert!(over.starts_with("#1     GET  /big.iso"), "{told:#?}");
    assert!(
        before.iter().all(|line| line.starts_with("#1   … GET")),
        "{told:#?}"
    );
}

#[test]
fn the_whole_screen_shows_what_is_being_answered() {
    let folder = with_a_large_file();
    let launch = Launch::new().folder(folder.path()).args(["--lang", "en"]);
    let launch = launch.env("TERM", "xterm-256color").env("NO_COLOR", "");
    let mut screen = launch.args(["--listen", "127.0.0.1:0"]).full_screen(80, 24);
    let mut client = screen.connect();
    client.send(get("/big.iso"));
    client.head();
    client.take(1 << 20);
    screen.until_shown("% GET /big");
    screen.type_keys("\r");
    screen.until_shown("% of 60.0 MiB");
    let story = screen.until_shown("now: sending");
    assert!(story.contains("200 GET /big.iso"), "{story}");
    assert!(story.contains("0 requests"), "it is not over: {story}");
    client.take(LARGE - (1 << 20));
    let story = screen.until_gone("% of 60.0 MiB");
    assert!(story.contains("200 GET /big.iso"), "{story}");
    assert!(story.contains("1 request"), "{story}");
    screen.type_keys("q");
    let (code, _, complaints) = screen.ended();
    assert_eq!((code, &complaints[..]), (Some(0), ""));
}
