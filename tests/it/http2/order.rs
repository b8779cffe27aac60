//! In which order answers come, and what becomes of those that are not wanted any more.

use std::net::TcpStream;

use crate::harness::frames::{
    DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, RST_STREAM, WINDOW_UPDATE, frame,
};
use crate::harness::{Hello, folder, large_file};

use rustix::process::Signal;

const NO_ERROR: u32 = 0;

/// `GET` of `a`, with a priority if there is one.
pub(super) fn get(stream: u32, path: &str, priority: &str) -> Vec<u8> {
    let mut block = b"\x82\x86\x41\x01a\x04".to_vec();
    block.push(u8::try_from(path.len()).unwrap());
    block.extend(path.bytes());
    if !priority.is_empty() {
        block.extend(b"\x00\x08priority");
        block.push(u8::try_from(priority.len()).unwrap());
        block.extend(priority.bytes());
    }
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &block)
}

/// A folder with two large files and a small one.
pub(super) fn serve() -> (Hello, tempfile::TempDir) {
    let folder = folder(&[("small.txt", "small")]);
    large_file(&folder.path().join("a.bin"), 1 << 20);
    large_file(&folder.path().join("b.bin"), 1 << 20);
    (Hello::start(&[], folder.path()), folder)
}

/// A client with wide windows for streams and none for the connection: it asks for everything before
/// anything large is sent.
pub(super) fn open(hello: &Hello) -> Frames {
    let mut client = Frames::open(hello.address(), &[0, 4, 0x7f, 0xff, 0xff, 0xff]);
    // Uses up the connection's window of 65,535 bytes.
    client.send(get(1, "/a.bin", ""));
    let mut left = 65_535;
    while left > 0 {
        left -= client.hear_kind(DATA).payload.len();
    }
    client
}

pub(super) fn widen(client: &mut Frames) {
    client.send(frame(WINDOW_UPDATE, 0, 0, &[0x10, 0, 0, 0]));
}

/// The streams in the order they end.
pub(super) fn order(client: &mut Frames, count: usize) -> Vec<u32> {
    let mut ended = Vec::new();
    while ended.len() < count {
        let heard = client.hear().expect("the connection lives");
        let is_last = heard.flags & END_STREAM != 0;
        if is_last && matches!(heard.kind, DATA | HEADERS) {
            ended.push(heard.stream);
        }
    }
    ended
}

#[test]
fn what_is_small_does_not_wait_behind_what_is_large() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(get(3, "/b.bin", ""));
    client.send(get(5, "/small.txt", ""));
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    widen(&mut client);
    assert_eq!(order(&mut client, 3)[0], 5);
}

#[test]
fn the_more_urgent_comes_first() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(get(3, "/a.bin", "u=6"));
    client.send(get(5, "/b.bin", "u=1"));
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [5, 1, 3]);
}

#[test]
fn what_is_wanted_whole_comes_one_after_the_other() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(get(3, "/a.bin", "u=2"));
    client.send(get(5, "/b.bin", "u=2"));
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    widen(&mut client);
    let (mut ended, mut second) = (Vec::new(), 0);
    while ended.len() < 3 {
        let heard = client.hear_kind(DATA);
        if heard.stream == 5 && ended.is_empty() {
            second += heard.payload.len();
        }
        if heard.flags & END_STREAM != 0 {
            ended.push(heard.stream);
        }
    }
    assert_eq!(ended, [3, 5, 1]);
    // What leaves together may be mixed.
    assert!(
        second <= 256 << 10,
        "{second} bytes of the second came first"
    );
}

#[test]
fn an_answer_that_is_not_wanted_any_more_is_told_with_how_far_it_came() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(frame(RST_STREAM, 0, 1, &8_u32.to_be_bytes()));
    let broken = hello.until(|event| event.is_request("/a.bin"));
    assert_eq!(broken.number("broken_of"), 1 << 20);
    assert_eq!(broken.number("content_bytes"), 65_535);
    assert_eq!(broken.text("version"), "HTTP/2");
    widen(&mut client);
    client.send(get(3, "/small.txt", ""));
    assert_eq!(order(&mut client, 1), [3], "the connection goes on");
}

#[test]
fn a_server_that_stops_finishes_what_it_has_begun() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    let name = client.name();
    hello.send_signal(Signal::TERM);
    let goodbye = client.hear_kind(GOAWAY);
    assert_eq!(goodbye.code(), NO_ERROR);
    widen(&mut client);
    assert_eq!(order(&mut client, 1), [1]);
    assert_eq!(hello.ending_of(&name), "drained");
    let last = client.rest();
    let last = last
        .iter()
        .rfind(|frame| frame.kind == GOAWAY)
        .expect("a last word");
    assert_eq!(
        last.payload[..4],
        [0, 0, 0, 1],
        "the last request that was heard"
    );
    assert!(hello.ended().status.success());
}

/// The library was done as soon as it had said all; what had not left by then was thrown away.
#[test]
fn a_client_that_says_goodbye_gets_all_that_it_had_asked_for() {
    const BYTES: usize = 24 << 20;
    let folder = folder(&[]);
    large_file(&folder.path().join("a.bin"), BYTES);
    let hello = Hello::start(&[], folder.path());
    let mut client = open(&hello);
    client.send(frame(GOAWAY, 0, 0, &[0; 8]));
    widen(&mut client);
    let heard = client.rest();
    let content = heard.iter().filter(|frame| frame.kind == DATA);
    let bytes: usize = content.map(|frame| frame.payload.len()).sum();
    assert_eq!(bytes + 65_535, BYTES);
    assert_eq!(hello.ending_of(&client.name()), "closed-by-client");
    let request = hello.until(|event| event.is_request("/a.bin"));
    assert_eq!(request.number("content_bytes"), BYTES as u64);
}

/// A client opens windows while it reads. Were the socket closed by then, that would come back as a
/// reset, and take back what the kernel still holds for it.
#[test]
fn a_goodbye_takes_back_nothing_that_is_on_its_way() {
    const BYTES: usize = 64 << 10;
    let folder = folder(&[]);
    large_file(&folder.path().join("large.bin"), BYTES);
    let hello = Hello::start(&[], folder.path());
    let mut client = Frames::open(hello.address(), &[0, 4, 0x7f, 0xff, 0xff, 0xff]);
    rustix::net::sockopt::set_socket_recv_buffer_size(&client.socket, 32 << 10).unwrap();
    widen(&mut client);
    client.send(get(1, "/large.bin", ""));
    // The kernel has all of it, and most of it is still on this side.
    hello.until(|event| event.is_request("/large.bin"));
    hello.send_signal(Signal::TERM);
    // From then on nobody is let in.
    while TcpStream::connect(hello.address()).is_ok() {}
    let mut heard = 0;
    while heard < BYTES {
        heard += client.hear_kind(DATA).payload.len();
        client.send(frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]));
    }
    assert_eq!(client.hear_kind(GOAWAY).code(), NO_ERROR);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "drained");
}

#[test]
fn an_idle_connection_is_told_that_the_server_stops() {
    let hello = Hello::serving(&[("small.txt", "small")]);
    let mut client = Frames::open(hello.address(), &[]);
    client.send(get(1, "/small.txt", ""));
    order(&mut client, 1);
    let name = client.name();
    hello.send_signal(Signal::TERM);
    let goodbye = client.hear_kind(GOAWAY);
    assert_eq!(
        (goodbye.code(), &goodbye.payload[..4]),
        (NO_ERROR, &[0, 0, 0, 1][..])
    );
    assert_eq!(hello.ending_of(&name), "drained");
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_a_reset_of_its_answer() {
    let (hello, folder) = serve();
    let mut client = open(&hello);
    std::fs::write(folder.path().join("a.bin"), "another").unwrap();
    widen(&mut client);
    let reset = client.hear_kind(RST_STREAM);
    assert_eq!((reset.stream, reset.code()), (1, 2));
    client.send(get(3, "/small.txt", ""));
    assert_eq!(order(&mut client, 1), [3], "the connection goes on");
}

#[test]
fn a_broken_rule_of_one_request_ends_one_exchange() {
    let hello = Hello::serving(&[("small.txt", "small")]);
    let mut client = Frames::open(hello.address(), &[]);
    client.send(get(1, "/%zz", ""));
    client.send(get(3, "/small.txt", ""));
    assert_eq!(order(&mut client, 2), [1, 3]);
    let refused = hello.until(|event| event.is_request("/%zz"));
    assert_eq!(refused.number("status"), 400);
    assert_eq!(refused.text("reason"), "bad-escape");
}

#[test]
fn an_idle_connection_is_let_go_with_a_word() {
    let hello = Hello::serving_with(&["--idle-timeout", "100ms"], &[("small.txt", "small")]);
    let mut client = Frames::open(hello.address(), &[]);
    client.send(get(1, "/small.txt", ""));
    order(&mut client, 1);
    let goodbye = client.hear_kind(GOAWAY);
    assert_eq!((goodbye.code(), goodbye.payload[3]), (NO_ERROR, 1));
    assert_eq!(hello.ending_of(&client.name()), "idle-timeout");
}

#[test]
fn a_body_that_nobody_reads_is_heard_to_its_end_or_told_to_stop() {
    let options = ["--unread-body-bytes-max", "100000"];
    let hello = Hello::serving_with(&options, &[("small.txt", "small")]);
    let mut client = Frames::open(hello.address(), &[]);
    let post = b"\x83\x86\x41\x01a\x04\x0a/small.txt";
    client.send(frame(HEADERS, END_HEADERS, 1, post));
    assert_eq!(order(&mut client, 1), [1], "the answer does not wait");
    for _ in 0..4 {
        client.send(frame(DATA, 0, 1, &[b'x'; 10_000]));
    }
    client.send(frame(DATA, END_STREAM, 1, b"the end"));
    client.send(frame(HEADERS, END_HEADERS, 3, post));
    assert_eq!(order(&mut client, 1), [3], "nobody was told to stop");
    let mut sent = 0;
    let stop = loop {
        if sent < 100_001 {
            client.send(frame(DATA, 0, 3, &[b'x'; 10_000]));
            sent += 10_000;
        }
        if sent % 50_000 == 0 || sent > 100_000 {
            let heard = client.hear().expect("the connection lives");
            if heard.kind == RST_STREAM {
                break heard;
            }
        }
    };
    assert_eq!((stop.stream, stop.code()), (3, NO_ERROR));
    client.send(get(5, "/small.txt", ""));
    assert_eq!(order(&mut client, 1), [5], "the connection goes on");
}

/// One of two has arrived in part, and its bytes are worth more time than the other has.
#[test]
fn a_body_that_keeps_its_speed_is_heard_to_its_end() {
    let options = ["--body-timeout", "50ms", "--body-rate-min", "1B/s"];
    let hello = Hello::serving_with(&options, &[("small.txt", "small")]);
    let mut client = Frames::open(hello.address(), &[]);
    let post = b"\x83\x86\x41\x01a\x04\x0a/small.txt";
    let both = [
        frame(HEADERS, END_HEADERS, 1, post),
        frame(DATA, 0, 1, &[b'x'; 1000]),
        frame(HEADERS, END_HEADERS, 3, post),
    ];
    client.send(both.concat());
    let stop = client.hear_kind(RST_STREAM);
    assert_eq!((stop.stream, stop.code()), (3, NO_ERROR));
    client.send(frame(DATA, END_STREAM, 1, b"the end"));
    client.send(get(5, "/small.txt", ""));
    loop {
        let heard = client.hear().expect("the connection lives");
        assert_ne!(heard.kind, RST_STREAM, "of {}", heard.stream);
        if heard.stream == 5 && heard.flags & END_STREAM != 0 {
            break;
        }
    }
}
