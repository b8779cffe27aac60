//! Answers that lacked a sibling, and what is advised at the end of them.

use rustix::process::Signal;

use super::Kernel;
use crate::harness::{Client, Event, Hello, Launch, PATIENCE, Reply, folder};

const LOOK_OFTEN: [&str; 2] = ["--look-again-after", "1ms"];

fn ask_for(client: &mut Client, method: &str, target: &str, accepted: &str) -> Reply {
    let fields = format!("Host: a\r\nAccept-Encoding: {accepted}");
    client.send(format!("{method} {target} HTTP/1.1\r\n{fields}\r\n\r\n"));
    if method == "HEAD" {
        client.head()
    } else {
        client.reply()
    }
}

/// Text that is too large to be compressed while it is served.
fn large_text() -> String {
    "Was ist, was nicht ist, und was war.\n".repeat(60_000)
}

/// What the journal says of the requests of one client for a target: how they were coded, and whether a sibling
/// would have been sent.
fn told(hello: &Hello, target: &str, count: usize) -> Vec<(String, bool)> {
    let requests = hello.until_count(count, |event| event.is_request(target));
    let fact = |event: &Event| (event.text("coding").to_owned(), event.has("lacks_sibling"));
    requests.iter().map(fact).collect()
}

pub fn an_answer_that_a_sibling_would_have_made_smaller_says_so(kernel: Kernel) {
    let (large, small) = (large_text(), "small enough\n".repeat(500));
    let folder = folder(&[
        ("large.txt", &large),
        ("small.txt", &small),
        ("with.txt", &large),
        ("with.txt.gz", "a sibling"),
        ("photo.png", &large),
        ("tiny.txt", "tiny"),
    ]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    let mut client = hello.connect();
    for target in ["/large.txt", "/with.txt", "/photo.png", "/tiny.txt"] {
        assert_eq!(ask_for(&mut client, "GET", target, "gzip").status(), 200);
        assert_eq!(
            ask_for(&mut client, "GET", target, "identity").status(),
            200
        );
    }
    let plain = || (String::new(), false);
    let lacking = (String::new(), true);
    assert_eq!(told(&hello, "/large.txt", 2), [lacking.clone(), plain()]);
    let sibling = ("gzip".to_owned(), false);
    assert_eq!(told(&hello, "/with.txt", 2), [sibling, plain()]);
    assert_eq!(told(&hello, "/photo.png", 2), [plain(), plain()]);
    assert_eq!(told(&hello, "/tiny.txt", 2), [plain(), plain()]);
    // Made while serving, once the file's times can be trusted: a sibling would be smaller, and there
    // from the start.
    let until = hello::clock::now() + PATIENCE;
    let mut asked = 1;
    while ask_for(&mut client, "GET", "/small.txt", "gzip")
        .field("content-encoding")
        .is_none()
    {
        assert!(hello::clock::now() < until, "it is never compressed");
        asked += 1;
    }
    let told = told(&hello, "/small.txt", asked);
    assert_eq!(told[asked - 1], ("gzip".to_owned(), true));
    assert_eq!(told[..asked - 1], vec![lacking; asked - 1]);
}

pub fn what_siblings_would_have_saved_is_told_at_the_end(kernel: Kernel) {
    let folder = folder(&[("large.txt", &large_text()), ("small.txt", "small")]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    let mut client = hello.connect();
    for _ in 0..2 {
        ask_for(&mut client, "GET", "/large.txt?at=1", "br");
        ask_for(&mut client, "GET", "/small.txt", "br");
    }
    // Not of these: no content, not taken, a part.
    ask_for(&mut client, "HEAD", "/large.txt", "br");
    ask_for(&mut client, "GET", "/large.txt", "identity");
    ask_for(&mut client, "GET", "/large.txt", "br\r\nRange: bytes=0-99");
    hello.until_count(2, |event| event.is_request("/small.txt"));
    hello.until_count(3, |event| event.is_request("/large.txt"));
    hello.send_signal(Signal::TERM);
    let advice = hello.until(|event| event.is("advice"));
    assert_eq!(advice.text("advice"), "compress");
    assert_eq!(advice.text("folder"), folder.path().to_str().unwrap());
    let sent = 2 * large_text().len() as u64;
    let numbers = ["files", "answers", "sent_bytes", "saved_bytes"].map(|name| advice.number(name));
    assert_eq!(numbers, [1, 2, sent, sent * 750 / 1000]);
    let file = serde_json::json!({
        "target": "/large.txt",
        "size_bytes": large_text().len(),
        "answers": 2,
        "saved_bytes": sent * 750 / 1000,
    });
    assert_eq!(*advice.value("largest"), serde_json::json!([file]));
}

/// After `hello compress`, as it was advised, nothing is left to advise.
#[test]
fn who_did_what_was_advised_is_not_advised_again() {
    let folder = folder(&[("large.txt", &large_text())]);
    for is_done in [false, true] {
        let hello = Kernel::This.serve(folder.path());
        let mut client = hello.connect();
        for _ in 0..2 {
            ask_for(&mut client, "GET", "/large.txt", "zstd");
        }
        hello.until_count(2, |event| event.is_request("/large.txt"));
        let events = hello.stop().events;
        let advice = events.iter().find(|event| event.is("advice"));
        assert_eq!(advice.is_some(), !is_done, "{advice:?}");
        if let Some(advice) = advice {
            let path = advice.text("folder").to_owned();
            let (status, printed, _) = Launch::new().args(["compress", &path]).output();
            assert_eq!(status.code(), Some(0), "{printed}");
        }
    }
}

/// Nothing is compressed, or looked for: then nothing is advised that would not be used.
#[test]
fn nothing_is_advised_where_siblings_would_not_be_sent() {
    let folder = folder(&[("large.txt", &large_text())]);
    let file = folder.path().join("large.txt");
    for (option, path) in [
        ("--no-compression", folder.path()),
        ("--live", folder.path()),
        // Beside a single file nothing is looked for.
        ("--cors", &*file),
    ] {
        let hello = Hello::start(&[option], path);
        let mut client = hello.connect();
        for _ in 0..2 {
            assert_eq!(
                ask_for(&mut client, "GET", "/large.txt", "br").status(),
                200
            );
        }
        hello.until_count(2, |event| event.is_request("/large.txt"));
        let events = hello.stop().events;
        assert!(!events.iter().any(|event| event.is("advice")), "{option}");
        assert!(!events.iter().any(|event| event.has("lacks_sibling")));
    }
}
