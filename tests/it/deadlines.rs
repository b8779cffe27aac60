//! What happens to those who keep us waiting.

use crate::harness::{
    End, Hello, Protocol, folder, get, large_file, of_http1_alone, over_every_protocol,
};

over_every_protocol! {
    a_client_that_never_speaks_is_let_go_without_a_word,
    a_request_that_does_not_end_is_not_waited_for,
    a_connection_without_further_requests_is_let_go,
    a_body_that_does_not_end_is_not_waited_for,
    a_body_that_drips_is_not_waited_for,
    a_client_that_stops_reading_is_reset,
    a_client_that_reads_slowly_is_waited_for,
}

of_http1_alone! {
    a_refused_client_that_does_not_hang_up_is_let_go,
}

fn a_client_that_never_speaks_is_let_go_without_a_word() {
    let hello = Hello::serving_with(&["--first-byte-timeout", "50ms"], &[]);
    let mut client = hello.connect();
    if Protocol::spoken().is_private() {
        client.shake_hands().unwrap();
    }
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "first-byte-timeout");
}

/// In HTTP/1.1 we know that it is a request, and what to answer; in HTTP/2 we know the connection.
fn a_request_that_does_not_end_is_not_waited_for() {
    let hello = Hello::serving_with(&["--head-timeout", "50ms"], &[]);
    let mut client = hello.connect();
    client.send_nearly(get("/"));
    if Protocol::spoken().has_streams() {
        assert_eq!(client.end(), End::Closed);
        assert_eq!(hello.ending_of(&client.name()), "sent-away slow-frame");
        return;
    }
    let reply = client.reply();
    assert_eq!(reply.status(), 408);
    assert!(reply.says_close());
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "refused slow-head");
}

fn a_connection_without_further_requests_is_let_go() {
    let hello = Hello::serving_with(&["--idle-timeout", "50ms"], &[("page.txt", "hi")]);
    let mut client = hello.connect();
    assert_eq!(client.get("/page.txt").text(), "hi");
    assert_eq!(client.end(), End::Closed);
    let ended = hello.end_of(&client.name());
    assert_eq!(ended.text("ending"), "idle-timeout");
    assert_eq!(ended.number("requests"), 1);
}

/// The answer does not wait for a body that nobody reads, so it is not a 408 that the client
/// hears, but the end: of the connection, or of its request where that has one of its own.
fn a_body_that_does_not_end_is_not_waited_for() {
    let hello = Hello::serving_with(&["--body-timeout", "50ms"], &[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
    assert_eq!(client.reply().status(), 405);
    if Protocol::spoken().has_streams() {
        client.is_told_to_stop();
        assert_eq!(
            client.get("/page.txt").text(),
            "hi",
            "the connection goes on"
        );
        return;
    }
    assert_eq!(client.end(), End::Closed);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "refused slow-body");
}

/// A byte now and then is not enough: a body has to keep a speed.
fn a_body_that_drips_is_not_waited_for() {
    let options = ["--body-timeout", "50ms", "--body-rate-min", "1MiB/s"];
    let hello = Hello::serving_with(&options, &[]);
    let mut client = hello.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    if Protocol::spoken().has_streams() {
        client.send([b'a'; 10_000]);
        client.is_told_to_stop();
        return;
    }
    // The socket takes the bytes faster than they count; each keeps the connection for 1 µs.
    while client.try_send("a").is_ok() {}
    drop(client);
    let ended = hello.until(|event| event.is("ended"));
    assert_eq!(ended.text("refusal"), "slow-body");
}

/// A refused client that does not hang up holds a place for as long as was set, and not for the
/// 2 s that are usual.
fn a_refused_client_that_does_not_hang_up_is_let_go() {
    let hello = Hello::serving_with(&["--linger-timeout", "50ms"], &[]);
    let mut client = hello.connect();
    client.send("GET / HTTP/1.1\r\n\r\n");
    assert_eq!(client.reply().status(), 400);
    let ended = hello.end_of(&client.name());
    assert_eq!(ended.text("refusal"), "missing-host");
    let lasted_ms = ended.number("lasted_ms");
    assert!((50..2000).contains(&lasted_ms), "{lasted_ms} ms");
}

fn a_client_that_stops_reading_is_reset() {
    let folder = folder(&[]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&["--write-timeout", "100ms"], folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    assert_eq!(client.head().length(), 30 << 20);
    assert_eq!(hello.ending_of(&client.name()), "write-timeout");
    let request = hello.until(|event| event.is("request"));
    assert_eq!(request.number("broken_of"), 30 << 20);
    assert!(request.number("content_bytes") < 30 << 20);
    assert_eq!(client.rest().1, End::Reset, "not to be taken for whole");
}

/// A client that takes a little now and then is slow, not gone.
fn a_client_that_reads_slowly_is_waited_for() {
    let folder = folder(&[("page.txt", "hi")]);
    let content = large_file(&folder.path().join("large.bin"), 16 << 20);
    let options = ["--write-timeout", "2s", "--idle-timeout", "50ms"];
    let hello = Hello::start(&options, folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    let length = client.head().length();
    let mut heard = Vec::new();
    while heard.len() < length {
        heard.extend(client.take((256 << 10).min(length - heard.len())));
        // Others are served between two sips, which takes a while.
        assert_eq!(hello.get("/page.txt").status(), 200);
    }
    assert!(heard == content);
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "idle-timeout");
}
