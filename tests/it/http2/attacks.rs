//! Clients that say what no honest one does: how much of it is taken, and that others do not suffer.
//!
//! "Taken" is what the library saw: the server acknowledges PING and SETTINGS, and answers requests,
//! so it can be counted from outside; where it cannot, the end tells what was counted.

use crate::harness::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, Frames, GET, GET_LARGE, GOAWAY,
    HEADERS, PING, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame,
};
use crate::harness::{Hello, folder, large_file};

/// More than any flood gets through with.
const FLOOD: usize = 20_000;
/// As many frames as may pass beyond what an honest client sends.
const PASSED_MAX: usize = 200;
const ENHANCE_YOUR_CALM: u32 = 11;

fn serve() -> Hello {
    Hello::serving(&[("index.html", "hi")])
}

/// The client was told to calm down, the journal says why, and somebody else is answered.
fn sent_away(hello: &Hello, client: &mut Frames, refusal: &str) -> Vec<Frame> {
    let name = client.name();
    let heard = client.rest();
    let goodbye = heard.iter().find(|frame| frame.kind == GOAWAY);
    let goodbye = goodbye.unwrap_or_else(|| panic!("no GOAWAY for {refusal}: {heard:?}"));
    assert_eq!(goodbye.code(), ENHANCE_YOUR_CALM, "{refusal}");
    assert_eq!(hello.ending_of(&name), format!("sent-away {refusal}"));
    heard
}

/// Lets somebody be answered while an attack goes on.
fn others_are_answered(hello: &Hello) {
    assert_eq!(hello.get("/").status(), 200);
}

fn id(request: usize) -> u32 {
    u32::try_from(2 * request + 1).unwrap()
}

fn get(request: usize) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, id(request), GET)
}

#[test]
fn a_flood_of_pings_is_ended() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    others_are_answered(&hello);
    client.flood(FLOOD, |_| frame(PING, 0, 0, b"flooding"));
    others_are_answered(&hello);
    let heard = sent_away(&hello, &mut client, "ping-flood");
    let pongs = { heard.iter() }.filter(|frame| frame.kind == PING && frame.flags == ACK);
    assert!(pongs.count() <= PASSED_MAX);
}

#[test]
fn a_flood_of_settings_is_ended() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    client.flood(FLOOD, |_| frame(SETTINGS, 0, 0, &[]));
    others_are_answered(&hello);
    let heard = sent_away(&hello, &mut client, "settings-flood");
    let taken = { heard.iter() }.filter(|frame| frame.kind == SETTINGS && frame.flags == ACK);
    assert!(taken.count() <= PASSED_MAX);
}

/// CVE-2023-44487.
#[test]
fn a_flood_of_requests_taken_back_is_ended() {
    let hello = serve();
    // No window: no answer is ever complete, and so none earns anything.
    let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 0]);
    client.flood(FLOOD, |request| {
        let mut both = get(request);
        both.extend(frame(RST_STREAM, 0, id(request), &8_u32.to_be_bytes()));
        both
    });
    others_are_answered(&hello);
    let name = client.name();
    sent_away(&hello, &mut client, "reset-flood");
    let requests = hello.end_of(&name).number("requests");
    assert!(requests <= PASSED_MAX as u64, "{requests} were answered");
}

/// CVE-2025-8671: a window that is made too wide is a mistake that concerns one request (RFC 9113
/// §6.9.1).
#[test]
fn a_flood_of_mistakes_that_make_us_reset_is_ended() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 1]);
    client.flood(FLOOD, |request| {
        let mut both = get(request);
        let widest = [0x7f, 0xff, 0xff, 0xff];
        both.extend(frame(WINDOW_UPDATE, 0, id(request), &widest));
        both
    });
    others_are_answered(&hello);
    let heard = sent_away(&hello, &mut client, "forced-reset-flood");
    let resets = heard.iter().filter(|frame| frame.kind == RST_STREAM);
    assert!(resets.count() <= PASSED_MAX);
}

/// CVE-2024-27316.
#[test]
fn a_head_in_endless_pieces_is_ended() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    client.send(frame(HEADERS, END_STREAM, 1, GET));
    // A field that is never indexed, again and again.
    client.flood(FLOOD, |_| frame(CONTINUATION, 0, 1, b"\x10\x01x\x01y"));
    others_are_answered(&hello);
    sent_away(&hello, &mut client, "continuation-flood");
}

#[test]
fn a_flood_of_frames_that_ask_for_nothing_is_ended() {
    let hello = serve();
    for kind in [PRIORITY, 0xee] {
        let mut client = Frames::open(hello.address(), &[]);
        client.flood(FLOOD, |count| frame(kind, 0, id(count), &[0, 0, 0, 0, 9]));
        others_are_answered(&hello);
        sent_away(&hello, &mut client, "priority-flood");
    }
}

#[test]
fn a_flood_of_window_updates_is_ended() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    client.flood(FLOOD, |_| frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]));
    others_are_answered(&hello);
    sent_away(&hello, &mut client, "window-flood");
}

#[test]
fn a_flood_of_empty_or_tiny_data_is_ended() {
    let hello = serve();
    for payload in [&b""[..], b"x"] {
        let mut client = Frames::open(hello.address(), &[]);
        let post = [&[0x83][..], &GET[1..]].concat();
        client.send(frame(HEADERS, END_HEADERS, 1, &post));
        client.flood(FLOOD, |_| frame(DATA, 0, 1, payload));
        others_are_answered(&hello);
        sent_away(&hello, &mut client, "data-flood");
    }
}

/// A field of 4 KiB is put into the table once, and then named by a byte, a thousand times each.
#[test]
fn fields_that_unpack_into_megabytes_are_not_unpacked() {
    let hello = serve();
    let before = hello.resident_bytes();
    let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 0]);
    let mut first = GET.to_vec();
    first.extend(b"\x40\x01x\x7f\xc1\x1e");
    first.extend([b'y'; 4000]);
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &first));
    let mut bomb = GET.to_vec();
    bomb.extend([0xbe; 1000]);
    client.flood(FLOOD, |request| {
        frame(HEADERS, END_HEADERS | END_STREAM, id(request + 1), &bomb)
    });
    others_are_answered(&hello);
    let name = client.name();
    client.rest();
    let ending = hello.ending_of(&name);
    assert!(ending.starts_with("sent-away "), "{ending}");
    let grown = hello.resident_bytes().saturating_sub(before);
    assert!(grown < 16 << 20, "{grown} bytes");
}

#[test]
fn windows_that_stay_closed_cost_little_and_are_given_up() {
    let folder = folder(&[("index.html", "hi")]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&["--write-timeout", "300ms"], folder.path());
    let before = hello.resident_bytes();
    let mut clients: Vec<Frames> = { 0..20 }
        .map(|_| {
            let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 0]);
            for request in 0..100 {
                let flags = END_HEADERS | END_STREAM;
                client.send(frame(HEADERS, flags, id(request), GET_LARGE));
            }
            client
        })
        .collect();
    others_are_answered(&hello);
    for client in &mut clients {
        assert_eq!(hello.ending_of(&client.name()), "write-timeout");
    }
    let grown = hello.resident_bytes().saturating_sub(before);
    assert!(grown < 20 << 20, "{grown} bytes for 2000 answers");
}

#[test]
fn who_takes_nothing_of_many_answers_holds_up_nobody() {
    let folder = folder(&[("index.html", "hi")]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&["--write-timeout", "300ms"], folder.path());
    // The windows are open, but nothing is read.
    let windows = [0, 4, 0x7f, 0xff, 0xff, 0xff];
    let mut client = Frames::open(hello.address(), &windows);
    client.send(frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0, 0, 0]));
    for request in 0..100 {
        let flags = END_HEADERS | END_STREAM;
        client.send(frame(HEADERS, flags, id(request), GET_LARGE));
    }
    others_are_answered(&hello);
    let ended = hello.end_of(&client.name());
    assert_eq!(ended.text("ending"), "write-timeout");
}

#[test]
fn more_requests_at_once_than_may_be_are_refused_one_by_one() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 0]);
    for request in 0..129 {
        client.send(get(request));
    }
    let refused = client.hear_kind(RST_STREAM);
    assert_eq!((refused.stream, refused.code()), (id(128), 7));
    // The others are waiting still.
    client.send(frame(PING, 0, 0, b"are you?"));
    assert_eq!(client.hear_kind(PING).payload, b"are you?");
}

#[test]
fn a_frame_that_does_not_end_is_not_waited_for() {
    let hello = Hello::serving_with(&["--head-timeout", "200ms"], &[("index.html", "hi")]);
    let mut client = Frames::open(hello.address(), &[]);
    client.send(&frame(HEADERS, END_HEADERS | END_STREAM, 1, GET)[..12]);
    sent_away(&hello, &mut client, "slow-frame");
}

#[test]
fn broken_rules_of_the_connection_are_named() {
    let hello = serve();
    for (bytes, code, refusal) in [
        (frame(DATA, 0, 0, b"x"), 1, "http2-protocol"),
        (frame(PING, 0, 0, b"short"), 1, "http2-protocol"),
        (
            frame(WINDOW_UPDATE, 0, 0, &[0x7f, 255, 255, 255]),
            3,
            "http2-flow-control",
        ),
        (frame(DATA, 0, 1, &vec![0; 20_000]), 6, "http2-frame-size"),
    ] {
        let mut client = Frames::open(hello.address(), &[]);
        client.send(bytes);
        let name = client.name();
        let goodbye = client.hear_kind(GOAWAY);
        assert_eq!(goodbye.code(), code, "{refusal}");
        assert_eq!(hello.ending_of(&name), format!("sent-away {refusal}"));
    }
}

#[test]
fn the_beginning_of_http2_that_goes_wrong_is_refused() {
    let hello = serve();
    let mut client = Frames::silent(hello.address());
    client.send(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
    let name = client.name();
    assert_eq!(hello.ending_of(&name), "refused http2-preface");
    let mut client = Frames::silent(hello.address());
    client.send(b"PRI * HTTP/2.0\r\n\r\nS");
    client.send(b"X\r\n\r\n");
    let name = client.name();
    assert_eq!(hello.ending_of(&name), "refused http2-preface");
}
