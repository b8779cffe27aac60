//! How it stops: what is under way is finished, what is idle is closed, and nobody waits for ever.

use std::fs::File;

use rustix::process::{Signal, kill_process};

use crate::harness::{Client, End, Hello, Protocol, folder, get, large_file, over_every_protocol};

over_every_protocol! {
    an_answer_under_way_is_finished_and_an_idle_connection_is_closed,
    a_second_signal_stops_at_once,
    a_client_that_takes_everything_at_once_is_busy_and_can_be_cut_off,
    patience_with_answers_under_way_is_limited,
    who_waits_in_the_queue_when_it_stops_is_still_answered,
    a_request_half_heard_when_it_stops_may_be_finished,
}

/// More than the kernel's buffers on both sides can hold.
const LARGE_BYTES: usize = 30 << 20;

/// A server, and a client in the middle of a large answer, of which it has heard the beginning.
struct Download {
    hello: Hello,
    client: Client,
    /// What it has yet to hear.
    rest: Vec<u8>,
    _folder: tempfile::TempDir,
}

fn download(options: &[&str]) -> Download {
    let folder = folder(&[("page.txt", "hi")]);
    let content = large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(options, folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    assert_eq!(client.head().length(), LARGE_BYTES);
    // Beyond what leaves in one turn: from here on it is known to be sending.
    let begun = client.take(2 << 20);
    Download {
        hello,
        client,
        rest: content[begun.len()..].to_vec(),
        _folder: folder,
    }
}

fn an_answer_under_way_is_finished_and_an_idle_connection_is_closed() {
    let Download {
        hello,
        mut client,
        rest,
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
    assert!(client.take(rest.len()) == rest, "every byte, in order");
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&names[2]), "drained");
    let ended = hello.ended();
    assert_eq!(ended.status.code(), Some(0));
    let stopped = ended.events.last().unwrap();
    assert!(stopped.is("stopped"), "{stopped:?}");
    assert_eq!(stopped.number("connections"), 3);
    assert_eq!(stopped.number("requests"), 2);
}

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

/// Whoever takes everything at once never makes us wait, and is in the middle of an answer all the
/// same. A file of a terabyte, which is one hole, does not end before the test does.
fn a_client_that_takes_everything_at_once_is_busy_and_can_be_cut_off() {
    let folder = folder(&[]);
    let file = File::create(folder.path().join("endless.bin")).unwrap();
    file.set_len(1 << 40).unwrap();
    let hello = Hello::start(&[], folder.path());
    let mut client = hello.connect();
    let name = client.name();
    client.send(get("/endless.bin"));
    client.head();
    client.take(2 << 20);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || client.drain());
        hello.send_signal(Signal::TERM);
        let draining = hello.until(|event| event.is_notice("draining"));
        assert_eq!(draining.number("busy"), 1);
        hello.send_signal(Signal::TERM);
        assert_eq!(hello.ending_of(&name), "cut-short");
        assert_eq!(reader.join().unwrap(), End::Reset);
    });
    assert_eq!(hello.ended().status.code(), Some(0));
}

fn patience_with_answers_under_way_is_limited() {
    let Download {
        hello, mut client, ..
    } = download(&["--drain-timeout", "200ms"]);
    hello.send_signal(Signal::TERM);
    assert_eq!(hello.ending_of(&client.name()), "cut-short");
    assert_eq!(hello.ended().status.code(), Some(0));
    assert_eq!(client.rest().1, End::Reset);
}

/// In private they cannot have asked yet: their handshake is finished, and they are told to go.
///
/// A stopped process accepts nothing, so whoever connects waits in the kernel's queue; there the
/// order to stop overtakes them.
fn who_waits_in_the_queue_when_it_stops_is_still_answered() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    hello.send_signal(Signal::STOP);
    let mut clients: Vec<Client> = (0..20).map(|_| hello.connect()).collect();
    let may_ask = !Protocol::spoken().is_private();
    for client in &mut clients {
        if may_ask {
            client.send(get("/page.txt"));
        } else {
            client.begin_handshake();
        }
    }
    hello.send_signal(Signal::TERM);
    kill_process(hello.pid(), Signal::CONT).unwrap();
    for client in &mut clients {
        if may_ask {
            assert_eq!(client.reply().text(), "hi");
        }
        assert_eq!(client.end(), End::Closed);
    }
    let ended = hello.ended();
    assert_eq!(ended.status.code(), Some(0));
    let requests = ended.events.iter().filter(|event| event.is("request"));
    assert_eq!(requests.count(), if may_ask { 20 } else { 0 });
}

fn a_request_half_heard_when_it_stops_may_be_finished() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send_nearly(get("/page.txt"));
    // Answered in order on the same worker or not: the half request was read before this one,
    // or waits in the kernel; in both cases the other half is to be heard.
    hello.number_of(&client.name());
    let mut other = hello.connect();
    other.get("/page.txt");
    hello.send_signal(Signal::TERM);
    assert_eq!(other.end(), End::Closed);
    client.send_the_rest();
    let reply = client.reply();
    assert_eq!(reply.text(), "hi");
    assert_eq!(reply.says_close(), !Protocol::spoken().has_streams());
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ended().status.code(), Some(0));
}
