//! How it stops: what is under way is finished, what is idle is closed, and nobody waits for ever.

use rustix::process::{Signal, kill_process};

use crate::harness::{Client, End, Hello, folder, get, large_file};

/// More than the kernel's buffers on both sides can hold.
const LARGE_BYTES: usize = 30 << 20;

/// A server, and a client in the middle of a large answer, of which it has heard the head.
struct Download {
    hello: Hello,
    client: Client,
    content: Vec<u8>,
    _folder: tempfile::TempDir,
}

fn download(options: &[&str]) -> Download {
    let folder = folder(&[("page.txt", "hi")]);
    let content = large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(options, folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    assert_eq!(client.head().length(), LARGE_BYTES);
    Download {
        hello,
        client,
        content,
        _folder: folder,
    }
}

#[test]
fn an_answer_under_way_is_finished_and_an_idle_connection_is_closed() {
    let Download {
        hello,
        mut client,
        content,
        ..
    } = download(&[]);
    let mut idle = hello.connect();
    idle.get("/page.txt");
    let silent = hello.connect();
    hello.number_of(&silent.name());
    hello.send_signal(Signal::TERM);
    assert_eq!(idle.end(), End::Closed);
    let draining = hello.until(|event| event.is_notice("draining"));
    assert_eq!(draining.number("busy"), 1);
    let names = [idle.name(), silent.name(), client.name()];
    assert_eq!(hello.ending_of(&names[0]), "drained");
    assert_eq!(hello.ending_of(&names[1]), "drained");
    assert!(client.take(LARGE_BYTES) == content, "every byte, in order");
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&names[2]), "drained");
    let ended = hello.ended();
    assert_eq!(ended.status.code(), Some(0));
    let stopped = ended.events.last().unwrap();
    assert!(stopped.is("stopped"), "{stopped:?}");
    assert_eq!(stopped.number("connections"), 3);
    assert_eq!(stopped.number("requests"), 2);
}

#[test]
fn a_second_signal_stops_at_once() {
    let Download {
        hello, mut client, ..
    } = download(&[]);
    hello.send_signal(Signal::INT);
    hello.until(|event| event.is_notice("draining"));
    hello.send_signal(Signal::INT);
    assert_eq!(hello.ending_of(&client.name()), "cut-short");
    let broken = hello.until(|event| event.is_request("/large.bin"));
    assert_eq!(broken.number("broken_of"), LARGE_BYTES as u64);
    assert_eq!(hello.ended().status.code(), Some(0));
    assert_eq!(client.rest().1, End::Reset, "not to be taken for whole");
}

#[test]
fn patience_with_answers_under_way_is_limited() {
    let Download {
        hello, mut client, ..
    } = download(&["--drain-timeout", "200ms"]);
    hello.send_signal(Signal::TERM);
    assert_eq!(hello.ending_of(&client.name()), "cut-short");
    assert_eq!(hello.ended().status.code(), Some(0));
    assert_eq!(client.rest().1, End::Reset);
}

/// A stopped process accepts nothing, so whoever connects waits in the kernel's queue; there the
/// order to stop overtakes them.
#[test]
fn who_waits_in_the_queue_when_it_stops_is_still_answered() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    hello.send_signal(Signal::STOP);
    let mut clients: Vec<Client> = (0..20).map(|_| hello.connect()).collect();
    for client in &mut clients {
        client.send(get("/page.txt"));
    }
    hello.send_signal(Signal::TERM);
    kill_process(hello.pid(), Signal::CONT).unwrap();
    for client in &mut clients {
        assert_eq!(client.reply().text(), "hi");
        assert_eq!(client.end(), End::Closed);
    }
    let ended = hello.ended();
    assert_eq!(ended.status.code(), Some(0));
    let requests = ended.events.iter().filter(|event| event.is("request"));
    assert_eq!(requests.count(), 20);
}

#[test]
fn a_request_half_heard_when_it_stops_may_be_finished() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("GET /page.txt HT");
    // Answered in order on the same worker or not: the half request was read before this one,
    // or waits in the kernel; in both cases the other half is to be heard.
    hello.number_of(&client.name());
    let mut other = hello.connect();
    other.get("/page.txt");
    hello.send_signal(Signal::TERM);
    assert_eq!(other.end(), End::Closed);
    client.send("TP/1.1\r\nHost: a\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.text(), "hi");
    assert!(reply.says_close());
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ended().status.code(), Some(0));
}
