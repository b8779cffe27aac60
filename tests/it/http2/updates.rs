//! What a client wants first, said anew: PRIORITY_UPDATE frames (RFC 9218 §7.1).

use super::order::{get, open, order, serve, widen};
use crate::harness::Hello;
use crate::harness::frames::{Frames, GOAWAY, HEADERS, PRIORITY_UPDATE, frame};

/// What is wanted of a stream.
fn update(stream: u32, value: &str) -> Vec<u8> {
    let payload = [&stream.to_be_bytes()[..], value.as_bytes()].concat();
    frame(PRIORITY_UPDATE, 0, 0, &payload)
}

/// Two answers that wait: the first is wanted sooner.
fn two_that_wait(hello: &Hello) -> Frames {
    let mut client = open(hello);
    client.send(get(3, "/a.bin", "u=1"));
    client.send(get(5, "/b.bin", "u=6"));
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    client
}

#[test]
fn what_is_wanted_sooner_by_now_comes_first() {
    let (hello, _folder) = serve();
    let mut client = two_that_wait(&hello);
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [3, 1, 5], "without an update");
    let mut client = two_that_wait(&hello);
    client.send(update(5, "u=0"));
    client.send(update(3, "u=7"));
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [5, 1, 3]);
}

#[test]
fn the_last_word_counts_and_what_cannot_be_read_is_the_default() {
    let (hello, _folder) = serve();
    let mut client = two_that_wait(&hello);
    client.send(update(5, "u=0"));
    client.send(update(5, "u=9"));
    client.send(update(1, "u=4"));
    // Longer than any has to be: ignored.
    client.send(update(3, &format!("u=7{}", " ".repeat(100))));
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [3, 5, 1]);
}

#[test]
fn it_may_come_before_its_request_and_outweighs_the_field() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(update(5, "u=0"));
    client.send(get(3, "/a.bin", "u=1"));
    client.send(get(5, "/b.bin", "u=6"));
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [5, 3, 1]);
}

#[test]
fn it_may_come_with_its_request_in_one_piece_or_cut_anywhere() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    let mut together = get(3, "/a.bin", "u=1");
    together.extend(get(5, "/b.bin", "u=6"));
    together.extend(update(5, "u=0"));
    for byte in together {
        client.send([byte]);
    }
    for _ in 0..2 {
        client.hear_kind(HEADERS);
    }
    widen(&mut client);
    assert_eq!(order(&mut client, 3), [5, 3, 1]);
}

#[test]
fn for_what_is_over_it_means_nothing() {
    let (hello, _folder) = serve();
    let mut client = open(&hello);
    client.send(get(3, "/small.txt", ""));
    // From here on it is ready, however long a look at the disk took.
    client.hear_kind(HEADERS);
    widen(&mut client);
    assert_eq!(order(&mut client, 2), [3, 1]);
    client.send(update(1, "u=0"));
    client.send(update(3, "u=0"));
    client.send(get(5, "/small.txt", ""));
    assert_eq!(order(&mut client, 1), [5], "the connection goes on");
}

#[test]
fn one_that_breaks_a_rule_ends_the_connection() {
    let hello = Hello::serving(&[("index.html", "hi")]);
    for (bytes, code, refusal) in [
        (update(0, "u=1"), 1, "http2-protocol"),
        // We push nothing: this stream is ours, and idle.
        (update(2, "u=1"), 1, "http2-protocol"),
        (
            frame(PRIORITY_UPDATE, 0, 1, b"\0\0\0\x01u=1"),
            1,
            "http2-protocol",
        ),
        (
            frame(PRIORITY_UPDATE, 0, 0, b"\0\0\0"),
            6,
            "http2-frame-size",
        ),
    ] {
        let mut client = Frames::open(hello.address(), &[]);
        client.send(&bytes);
        let name = client.name();
        assert_eq!(client.hear_kind(GOAWAY).code(), code, "{bytes:?}");
        assert_eq!(hello.ending_of(&name), format!("sent-away {refusal}"));
    }
}
