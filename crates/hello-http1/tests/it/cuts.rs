//! However the network cuts the bytes, the same events come out, in linear time.

use crate::corpus::checks::cuts::{Event, Manner, random_pieces, transcript};
use crate::wire::Wire;
use hello_http1::Next;

/// Whole connections: one request, many, none, and things that are refused.
fn corpus() -> Vec<Vec<u8>> {
    let get = "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world";
    let chunked = "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   5\r\nhello\r\n6;x=\"\\\"y\" ; z\r\n world\r\n0\r\nX-Sum: 11\r\nhost: b\r\n\r\n";
    let texts = [
        String::new(),
        "\r\n".into(),
        "\r".into(),
        get.into(),
        format!("\r\n{get}"),
        format!("{get}\r\n{get}"),
        get.repeat(4),
        format!("{post}{get}{chunked}{get}"),
        format!("{chunked}{post}"),
        "HEAD http://A:80/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nGET".into(),
        "GET / HTTP/1.0\r\n\r\nGET".into(),
        format!("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n{get}"),
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:7878\r\n\r\n".into(),
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nanything at all".into(),
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok".into(),
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nonly a part".into(),
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n0123456789abcdefgGET".into(),
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n0123456789012345678901".into(),
        "GET / HTTP/1.1\r\nHost: a\r\n".into(),
        // Refused, each at another place.
        "\r\n\r\n".into(),
        "\r\nx\n".into(),
        "\x16\x03\x01".into(),
        "\x16\x01".into(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        "GET / HTTP/1.1\nHost: a\n\n".into(),
        "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: a\r\nx : y\r\nz\n".into(),
        format!("{get}GET / HTTP/1.1\r\n\r\n{get}"),
        format!("GET /{} HTTP/1.1\r\n", "a".repeat(200)),
        format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}", "y".repeat(600)),
        format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x: y\r\n".repeat(20)),
        chunked.replace("6;", "6 6;"),
        chunked.replace("hello\r\n", "hello\n"),
        chunked.replace("hello\r\n", "hello\ra"),
        chunked.replace("hello", "hello!"),
        chunked.replace("x=", &"x".repeat(40)),
        chunked.replace("X-Sum: 11", "X-Sum: 11\nx"),
        chunked.replace("X-Sum: 11", "X-Sum"),
        chunked.replace("11", &"1".repeat(80)),
    ];
    texts.map(String::into_bytes).to_vec()
}

#[test]
fn events_do_not_depend_on_how_the_network_cuts_the_bytes() {
    for bytes in corpus() {
        for manner in [Manner::AtOnce, Manner::WhenPaused] {
            let whole = transcript([&bytes[..]], manner);
            for cut in 0..=bytes.len() {
                let (first, rest) = bytes.split_at(cut);
                let cut_once = transcript([first, rest], manner);
                assert_eq!(
                    cut_once,
                    whole,
                    "cut after byte {cut} of {}",
                    bytes.escape_ascii()
                );
            }
            let dripped = transcript(bytes.chunks(1), manner);
            assert_eq!(dripped, whole, "byte by byte: {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn events_do_not_depend_on_many_cuts_at_once() {
    for (place, bytes) in corpus().into_iter().enumerate() {
        let whole = transcript([&bytes[..]], Manner::WhenPaused);
        for seed in 0..50 {
            let pieces = random_pieces(&bytes, seed * 1000 + place as u64);
            let cut = transcript(pieces, Manner::WhenPaused);
            assert_eq!(cut, whole, "seed {seed} of {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let get = |n: &str| format!("GET /{n} HTTP/1.1\r\nHost: a\r\n\r\n");
    let bytes = ["0", "1", "2", "3", "4"].map(get).concat();
    let script = transcript([bytes.as_bytes()], Manner::WhenPaused);
    let requests: Vec<_> = script
        .events
        .iter()
        .map(|event| format!("{event:?}"))
        .collect();
    assert_eq!(requests.len(), 5);
    let answers = String::from_utf8(script.out).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), 5);
    assert!(
        script
            .events
            .iter()
            .all(|event| matches!(event, Event::Request(_)))
    );
}

/// The work is counted, not timed: a head that drips costs no more than its bytes.
#[test]
fn a_head_that_drips_costs_no_more_than_its_bytes() {
    let fields = "x: y\r\n".repeat(98);
    let cookie = "c".repeat(12_000);
    let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}c: {cookie}\r\n\r\n");
    assert!(work(head.as_bytes()) <= 3 * head.len());
}

#[test]
fn chunk_framing_and_trailers_that_drip_cost_no_more_than_their_bytes() {
    let chunks = format!("1;{}\r\nx\r\n", "e".repeat(200)).repeat(15);
    let trailers = format!("t: {}\r\n", "v".repeat(70)).repeat(90);
    let bytes = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n{trailers}\r\n"
    );
    assert!(work(bytes.as_bytes()) <= 3 * bytes.len());
}

/// How many bytes were looked at while these arrived one by one.
fn work(bytes: &[u8]) -> usize {
    let mut wire = Wire::new();
    for byte in bytes.chunks(1) {
        wire.hear(byte);
        while !matches!(
            wire.next().expect("nothing to refuse"),
            Next::NeedBytes { .. } | Next::Paused
        ) {}
    }
    assert_eq!(wire.next(), Ok(Next::Paused), "the request is complete");
    wire.connection.work() as usize
}
