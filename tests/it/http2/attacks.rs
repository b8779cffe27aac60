//! Clients that say what no honest one does.
//!
//! Each attack is a line of a table, and held to three counts: no more than [`PASSED_MAX`] of its frames
//! are taken before GOAWAY, beyond what an honest client sends; a crowd that stops just before that
//! holds a bounded memory; and others are answered, in HTTP/1.1 and in HTTP/2, while it goes on.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};

use crate::harness::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, GET, GET_LARGE, GOAWAY, HEADERS, PADDED,
    PING, PRIORITY, PRIORITY_UPDATE, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame,
};
use crate::harness::{Hello, Protocol, folder, large_file};

/// Frames that may be taken beyond what an honest client sends.
const PASSED_MAX: usize = 200;
/// Frames that an honest client may send: they are no attack yet.
const HONEST: usize = 50;
/// Attackers at once, so that what each holds shows.
const CROWD: usize = 60;
/// Of these, those that go on until they are sent away.
const ENDED: usize = 5;
/// What an attacker may hold that asks for nothing (docs/limits.md: being there, and received
/// frames); twice as much in a debug build.
const HELD_BYTES: usize = 2 * (72 << 10);
const ENHANCE_YOUR_CALM: u32 = 11;

/// No window for any answer: none is ever complete, and so none earns anything.
const NO_WINDOW: &[u8] = &[0, 4, 0, 0, 0, 0];

/// What an attacker says.
struct Attack {
    settings: &'static [u8],
    /// What an honest client might say first.
    opening: fn() -> Vec<u8>,
    /// What is said again and again, counted from 0.
    step: fn(usize) -> Vec<u8>,
    /// Steps of an honest client.
    honest: usize,
    /// Frames of a step.
    frames: usize,
    /// Bytes that one may hold.
    held: usize,
    /// What the journal calls it.
    refusal: &'static str,
}

const ATTACK: Attack = Attack {
    settings: &[],
    opening: Vec::new,
    step: |_| Vec::new(),
    honest: HONEST,
    frames: 1,
    held: HELD_BYTES,
    refusal: "",
};

macro_rules! attacks {
    ($($(#[$about:meta])* fn $name:ident() {$($what:tt)*})*) => {
        $($(#[$about])* #[test] fn $name() { Attack { $($what)*, ..ATTACK }.is_withstood(); })*
    };
}

attacks! {
    fn a_flood_of_pings_is_ended() {
        step: |_| frame(PING, 0, 0, b"flooding"),
        refusal: "ping-flood"
    }
    fn a_flood_of_settings_is_ended() {
        step: |_| frame(SETTINGS, 0, 0, &[]),
        refusal: "settings-flood"
    }
    /// Each may change how much of every answer may be sent.
    fn a_flood_of_windows_that_change_is_ended() {
        opening: a_hundred_large,
        settings: NO_WINDOW,
        step: |count| frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, u8::try_from(count % 2).unwrap()]),
        held: WAITING_BYTES,
        refusal: "settings-flood"
    }
    fn a_flood_of_priorities_is_ended() {
        step: |count| frame(PRIORITY, 0, id(count), &[0, 0, 0, 0, 9]),
        refusal: "priority-flood"
    }
    fn a_flood_of_updated_priorities_is_ended() {
        step: |count| frame(PRIORITY_UPDATE, 0, 0, &[&id(count).to_be_bytes()[..], b"u=1"].concat()),
        refusal: "priority-flood"
    }
    fn a_flood_of_frames_that_nobody_knows_is_ended() {
        step: |count| frame(0xee, 0, id(count), b"whatever"),
        refusal: "priority-flood"
    }
    fn a_flood_of_window_updates_is_ended() {
        step: |_| frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]),
        refusal: "window-flood"
    }
    /// CVE-2019-9511: each makes us send a frame with a byte in it.
    fn a_window_opened_byte_by_byte_is_ended() {
        settings: NO_WINDOW,
        opening: || frame(HEADERS, WHOLE, 1, GET_LARGE),
        step: |_| frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]),
        refusal: "window-flood"
    }
    /// CVE-2019-9518.
    fn a_flood_of_empty_data_is_ended() {
        opening: || frame(HEADERS, END_HEADERS, 1, POST),
        step: |_| frame(DATA, 0, 1, b""),
        refusal: "data-flood"
    }
    fn a_flood_of_tiny_data_is_ended() {
        opening: || frame(HEADERS, END_HEADERS, 1, POST),
        step: |_| frame(DATA, 0, 1, b"x"),
        refusal: "data-flood"
    }
    fn a_flood_of_data_that_is_nothing_but_padding_is_ended() {
        opening: || frame(HEADERS, END_HEADERS, 1, POST),
        step: |_| frame(DATA, PADDED, 1, &[&[0xff][..], &[0; 0xff]].concat()),
        refusal: "data-flood"
    }
    /// CVE-2023-44487.
    fn a_flood_of_requests_taken_back_is_ended() {
        settings: NO_WINDOW,
        step: |request| [get(request), frame(RST_STREAM, 0, id(request), &[0, 0, 0, 8])].concat(),
        frames: 2,
        refusal: "reset-flood"
    }
    /// CVE-2025-8671: a window that is made too wide is a mistake that concerns one request (RFC 9113
    /// §6.9.1).
    fn a_flood_of_mistakes_that_make_us_reset_is_ended() {
        settings: &[0, 4, 0, 0, 0, 1],
        step: |request| {
            let widest = [0x7f, 0xff, 0xff, 0xff];
            [get(request), frame(WINDOW_UPDATE, 0, id(request), &widest)].concat()
        },
        frames: 2,
        refusal: "forced-reset-flood"
    }
    /// The same by what is malformed.
    fn a_flood_of_malformed_requests_is_ended() {
        step: |request| frame(HEADERS, WHOLE, id(request), &GET[1..]),
        refusal: "forced-reset-flood"
    }
    /// An honest client has 128 in hand, and not one more.
    fn a_flood_of_requests_beyond_those_that_may_be_is_ended() {
        settings: NO_WINDOW,
        opening: || (0..128).flat_map(get).collect(),
        step: |request| get(128 + request),
        held: WAITING_BYTES,
        refusal: "forced-reset-flood"
    }
    /// CVE-2024-27316.
    fn a_head_in_endless_pieces_is_ended() {
        opening: || frame(HEADERS, END_STREAM, 1, GET),
        // A field that is never indexed.
        step: |_| frame(CONTINUATION, 0, 1, b"\x10\x01x\x01y"),
        honest: 3,
        refusal: "continuation-flood"
    }
    /// A field of 4 KiB is put into the table once, and then named by a byte, a thousand times each.
    fn fields_that_unpack_into_megabytes_are_not_unpacked() {
        settings: NO_WINDOW,
        opening: || frame(HEADERS, WHOLE, 1, &with_a_large_field()),
        step: |request| frame(HEADERS, WHOLE, id(request + 1), &[BARE_GET, &[0xbe; 1000]].concat()),
        honest: 0,
        refusal: "header-flood"
    }
    /// The same, each less than is the end at once.
    fn fields_that_unpack_into_too_much_again_and_again_are_the_end() {
        settings: NO_WINDOW,
        opening: || frame(HEADERS, WHOLE, 1, &with_a_large_field()),
        step: |request| frame(HEADERS, WHOLE, id(request + 1), &[BARE_GET, &[0xbe; 9]].concat()),
        honest: 10,
        refusal: "header-flood"
    }
}

/// What one may hold that reads nothing (docs/limits.md): as much as waits, and what was said.
const UNREAD_BYTES: usize = WAITING_BYTES + (64 << 10);

/// What an attacker may hold whose requests wait (docs/limits.md: being there, received frames, and
/// 1 KiB for each request); twice as much in a debug build.
const WAITING_BYTES: usize = HELD_BYTES + 2 * (128 << 10);

const WHOLE: u8 = END_HEADERS | END_STREAM;

/// `POST /` of `a`.
const POST: &[u8] = &[0x83, 0x84, 0x86, 0x41, 1, b'a'];

/// `GET /` of `a`, without a trace in the table.
const BARE_GET: &[u8] = &[0x82, 0x84, 0x86, 0x11, 1, b'a'];

/// A request whose last field, of 4 KiB, stays in the table.
fn with_a_large_field() -> Vec<u8> {
    [BARE_GET, b"\x40\x01x\x7f\xa1\x1e", &[b'y'; 4000]].concat()
}

fn id(request: usize) -> u32 {
    u32::try_from(2 * request + 1).unwrap()
}

fn get(request: usize) -> Vec<u8> {
    frame(HEADERS, WHOLE, id(request), GET)
}

impl Attack {
    /// Holds it to the three counts.
    fn is_withstood(&self) {
        let folder = folder(&[("index.html", "hi")]);
        large_file(&folder.path().join("large.bin"), 30 << 20);
        let hello = Hello::start(&[], folder.path());
        // What is allocated once is there from here on.
        self.is_ended_in_time(&hello, self.begin(&hello));
        others_are_answered(&hello);
        let before = hello.private_bytes();
        let crowd: Vec<Frames> = { 0..CROWD }.map(|_| self.begin(&hello)).collect();
        let held = || hello.private_bytes().saturating_sub(before) / CROWD;
        let held_at_once = held();
        self.goes_on(hello.address(), |is_under_way| {
            is_under_way.recv().unwrap();
            others_are_answered(&hello);
            // It has not stopped meanwhile.
            while is_under_way.try_recv().is_ok() {}
            is_under_way.recv().unwrap();
        });
        // What others left behind who came meanwhile is not the crowd's; but only who was answered has
        // been understood at once.
        let held = if self.is_answered() {
            held_at_once.min(held())
        } else {
            held()
        };
        assert!(held <= self.held, "{held} bytes for each of {CROWD}");
        for client in crowd.into_iter().take(ENDED) {
            self.is_ended_in_time(&hello, client);
        }
        others_are_answered(&hello);
    }

    /// Says what an honest client might, and is understood.
    fn begin(&self, hello: &Hello) -> Frames {
        let mut client = Frames::open(hello.address(), self.settings);
        client.send((self.opening)());
        for count in 0..self.honest {
            client.send((self.step)(count));
        }
        if self.is_answered() {
            client.send(frame(PING, 0, 0, b"are you?"));
            while client.hear_kind(PING).payload != b"are you?" {}
        }
        client
    }

    /// Whether it can ask in between: within a head nothing else may be said.
    fn is_answered(&self) -> bool {
        self.refusal != "continuation-flood"
    }

    /// Says no more than may pass, and one frame: the server has to end it by then.
    fn is_ended_in_time(&self, hello: &Hello, mut client: Frames) {
        let steps = { self.honest.. }.take(PASSED_MAX / self.frames + 1);
        let all: Vec<u8> = steps.flat_map(self.step).collect();
        let name = client.name();
        client.try_to_send(&all);
        let heard = client.rest();
        let goodbye = heard.iter().find(|frame| frame.kind == GOAWAY);
        let goodbye = goodbye.unwrap_or_else(|| panic!("no GOAWAY: {heard:?}"));
        assert_eq!(goodbye.code(), ENHANCE_YOUR_CALM);
        // It has heard the last word: nothing is waited for any more.
        drop(client);
        let ending = hello.ending_of(&name);
        assert_eq!(ending, format!("sent-away {}", self.refusal));
    }

    /// Goes on with it, over new connections, for as long as something else takes, which hears of
    /// each.
    fn goes_on(&self, address: SocketAddr, meanwhile: impl FnOnce(&Receiver<()>)) {
        let is_over = AtomicBool::new(false);
        let (tell, told) = channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let mut client = Frames::open(address, self.settings);
                    client.try_to_send(&(self.opening)());
                    let _ = tell.send(());
                    client.flood(1000, self.step);
                }
            });
            let _over = Over(&is_over);
            meanwhile(&told);
        });
    }
}

/// Ends an attack, also where a test fails meanwhile.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Somebody else is answered, whatever they speak.
fn others_are_answered(hello: &Hello) {
    assert_eq!(hello.get("/").status(), 200);
    Protocol::Http2.speak(|| assert_eq!(hello.get("/").status(), 200));
}

/// `GET /large.bin`, a hundred times.
fn a_hundred_large() -> Vec<u8> {
    { 0..100 }
        .flat_map(|request| frame(HEADERS, WHOLE, id(request), GET_LARGE))
        .collect()
}

/// Asks for much and takes none of it: holds little, holds up nobody, and is given up.
fn waits_in_vain(settings: &[u8], opening: &[u8], most: usize) {
    let folder = folder(&[("index.html", "hi")]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let asks = |hello: &Hello| {
        let mut client = Frames::open(hello.address(), settings);
        client.send(opening);
        client.send(a_hundred_large());
        client
    };
    let hello = Hello::start(&[], folder.path());
    asks(&hello).hear_kind(HEADERS);
    others_are_answered(&hello);
    let before = hello.private_bytes();
    let mut crowd: Vec<Frames> = { 0..CROWD }.map(|_| asks(&hello)).collect();
    for client in &mut crowd {
        client.hear_kind(HEADERS);
    }
    others_are_answered(&hello);
    let held = hello.private_bytes().saturating_sub(before) / CROWD;
    assert!(held <= most, "{held} bytes for each of {CROWD}");
    drop(hello);
    let hello = Hello::start(&["--write-timeout", "300ms"], folder.path());
    let client = asks(&hello);
    assert_eq!(hello.ending_of(&client.name()), "write-timeout");
}

#[test]
fn windows_that_stay_closed_cost_little_and_are_given_up() {
    waits_in_vain(NO_WINDOW, &[], WAITING_BYTES);
}

/// The windows are open, but nothing is read.
#[test]
fn who_takes_nothing_of_many_answers_holds_up_nobody() {
    let windows = [0, 4, 0x7f, 0xff, 0xff, 0xff];
    let wide = frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0, 0, 0]);
    waits_in_vain(&windows, &wide, UNREAD_BYTES);
}

#[test]
fn more_requests_at_once_than_may_be_are_refused_one_by_one() {
    let hello = Hello::serving(&[]);
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
    assert_eq!(client.hear_kind(GOAWAY).code(), ENHANCE_YOUR_CALM);
    assert_eq!(hello.ending_of(&client.name()), "sent-away slow-frame");
}

#[test]
fn broken_rules_of_the_connection_are_named() {
    let hello = Hello::serving(&[]);
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
    let hello = Hello::serving(&[]);
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
