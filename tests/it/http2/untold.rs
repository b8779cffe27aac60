//! Requests that the library refuses by itself: the journal tells each of them all the same.

use crate::harness::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, GET, GET_LARGE, GOAWAY, HEADERS, PRIORITY,
    RST_STREAM, SETTINGS, WINDOW_UPDATE, fields_of, frame,
};
use crate::harness::{Event, Hello, Launch, folder, large_file};

use rustix::process::Signal;

const PROTOCOL_ERROR: u32 = 1;

fn serve() -> Hello {
    Hello::serving(&[("index.html", "hi")])
}

/// `POST /` of `a`, with more fields.
fn post(fields: &[u8]) -> Vec<u8> {
    [&b"\x83\x84\x86\x41\x01a"[..], fields].concat()
}

/// A field that is never indexed.
fn field(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| u8::try_from(text.len()).unwrap();
    let mut field = vec![0x10, length(name)];
    field.extend(name.bytes());
    field.push(length(value));
    field.extend(value.bytes());
    field
}

/// Makes the window of a stream wider than any may be.
fn too_wide(stream: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &[0x7f, 0xff, 0xff, 0xff]).repeat(2)
}

/// What the journal says of a client's stream that was no request.
fn refused(hello: &Hello, client: &Frames, stream: u32) -> Event {
    let connection = hello.number_of(&client.name());
    hello.until(|event| {
        event.is("refused")
            && event.number("connection") == connection
            && event.number("stream") == u64::from(stream)
    })
}

#[test]
fn a_malformed_head_is_reset_and_told() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    let get = |fields: Vec<u8>| [GET, &fields].concat();
    let heads = [
        ("a field of connections", get(field("connection", "close"))),
        ("the same, by another name", get(field("keep-alive", "1"))),
        ("chunks", get(field("transfer-encoding", "chunked"))),
        ("TE with more than trailers", get(field("te", "gzip"))),
        ("no :method", b"\x84\x86\x41\x01a".to_vec()),
        ("no :scheme", b"\x82\x84\x41\x01a".to_vec()),
        ("an empty :path", b"\x82\x86\x04\x00\x41\x01a".to_vec()),
        ("a :method too many", get(vec![0x82])),
        ("a field before :method", [&field("x", "1"), GET].concat()),
        ("a :status", get(vec![0x88])),
        ("a length that is none", get(field("content-length", "x"))),
        (
            "content announced, and none",
            get(field("content-length", "5")),
        ),
        (
            "an :authority with spaces",
            b"\x82\x84\x86\x41\x03a b".to_vec(),
        ),
    ];
    for ((what, head), stream) in heads.iter().zip((1..).step_by(2)) {
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, head));
        let reset = client.hear_kind(RST_STREAM);
        assert_eq!(
            (reset.stream, reset.code()),
            (stream, PROTOCOL_ERROR),
            "{what}"
        );
        let told = refused(&hello, &client, stream);
        assert_eq!(told.text("refusal"), "malformed-request", "{what}");
        assert_eq!(told.text("rfc"), "RFC 9113 §8.1.1");
        assert!(!told.has("status"), "a reset is no answer");
    }
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 101, GET));
    assert_eq!(
        client.hear_kind(HEADERS).stream,
        101,
        "the connection goes on"
    );
    let seen = hello.stop().events;
    let refused = seen.iter().filter(|event| event.is("refused"));
    assert_eq!(refused.count(), heads.len(), "each is told once");
    let requests = seen.iter().filter(|event| event.is("request"));
    assert_eq!(requests.count(), 1, "and is no request");
}

/// What is wrong within a field is found while fields are unpacked, and that concerns the connection.
#[test]
fn a_field_that_can_be_none_is_the_end_of_the_connection() {
    let hello = serve();
    for (what, wrong) in [
        ("capitals in a name", field("X-Capitals", "1")),
        ("a pseudo field nobody knows", field(":odd", "1")),
        ("a line end in a value", field("x", "1\r\n2")),
    ] {
        let mut client = Frames::open(hello.address(), &[]);
        let head = [GET, &wrong].concat();
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &head));
        assert_eq!(client.hear_kind(GOAWAY).code(), PROTOCOL_ERROR, "{what}");
        let ending = hello.ending_of(&client.name());
        assert_eq!(ending, "sent-away http2-protocol", "{what}");
    }
}

/// The answer may be complete by then: its request stands in the journal, and so does what followed.
#[test]
fn content_of_another_length_than_announced_is_reset_and_told() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    let announced = post(&field("content-length", "5"));
    for (content, stream) in [(&b"123456"[..], 1), (b"1234", 3)] {
        client.send(frame(HEADERS, END_HEADERS, stream, &announced));
        assert_eq!(client.hear_kind(HEADERS).stream, stream);
        client.send(frame(DATA, END_STREAM, stream, content));
        assert_eq!(client.hear_kind(RST_STREAM).code(), PROTOCOL_ERROR);
        let told = refused(&hello, &client, stream);
        assert_eq!(told.text("refusal"), "malformed-request");
    }
    // All of it at once: the request is known, and its answer broken off before it began.
    let mut both = frame(HEADERS, END_HEADERS, 5, &announced);
    both.extend(frame(DATA, END_STREAM, 5, b"123456"));
    client.send(both);
    assert_eq!(client.hear_kind(RST_STREAM).stream, 5);
    let told = hello.until(|event| event.is_request("/") && event.number("number") == 3);
    assert_eq!(told.text("reason"), "malformed-request");
    assert!(told.has("broken_of"));
    let again = hello.seen(|event| event.is("refused") && event.number("stream") == 5);
    assert!(again.is_none(), "{again:?}");
}

#[test]
fn an_answer_that_is_reset_for_a_broken_rule_says_which() {
    let folder = folder(&[]);
    large_file(&folder.path().join("large.bin"), 1 << 20);
    let hello = Hello::start(&[], folder.path());
    let mut client = Frames::open(hello.address(), &[]);
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, GET_LARGE));
    client.hear_kind(DATA);
    client.send(too_wide(1));
    let told = hello.until(|event| event.is_request("/large.bin"));
    assert_eq!(told.text("reason"), "http2-flow-control");
    assert_eq!(told.number("broken_of"), 1 << 20);
}

#[test]
fn what_is_said_about_no_request_at_all_is_told() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    // It depends on itself (RFC 7540 §5.3.1).
    client.send(frame(PRIORITY, 0, 9, &[0, 0, 0, 9, 1]));
    assert_eq!(client.hear_kind(RST_STREAM).stream, 9);
    let told = refused(&hello, &client, 9);
    assert_eq!(told.text("refusal"), "http2-protocol");
}

#[test]
fn a_request_more_than_may_be_is_told() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[0, 4, 0, 0, 0, 0]);
    for stream in (1..).step_by(2).take(129) {
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, GET));
    }
    assert_eq!(client.hear_kind(RST_STREAM).stream, 257);
    let told = refused(&hello, &client, 257);
    assert_eq!(told.text("refusal"), "too-many-requests");
}

/// Up to twice `--head-bytes-max` it is decoded, so that a page can say what was wrong; beyond, the
/// answer is a bare 431; and four times as much is no honest client.
#[test]
fn a_list_of_fields_that_is_too_long_is_431_and_told() {
    let hello = serve();
    let mut client = Frames::open(hello.address(), &[]);
    let settings = client.hear_kind(SETTINGS).payload;
    let advertised = settings.chunks(6).find(|setting| setting[1] == 6);
    assert_eq!(advertised.unwrap()[2..], (32_u32 << 10).to_be_bytes());
    let ask = |client: &mut Frames, stream: u32, kib: usize| {
        client.send(frame(HEADERS, END_STREAM, stream, GET));
        let block = fields_of(kib);
        let mut parts = block.chunks(16 << 10).peekable();
        while let Some(part) = parts.next() {
            let flags = if parts.peek().is_some() {
                0
            } else {
                END_HEADERS
            };
            client.send(frame(CONTINUATION, flags, stream, part));
        }
    };
    ask(&mut client, 1, 15);
    // `:status: 200` of the static table.
    assert_eq!(client.hear_kind(HEADERS).payload[0], 0x88);
    ask(&mut client, 3, 17);
    let answer = client.hear_kind(HEADERS);
    assert_eq!(
        (answer.stream, answer.flags & END_STREAM),
        (3, 0),
        "a page follows"
    );
    let told = hello.until(|event| event.is("request") && event.number("number") == 2);
    assert_eq!(
        (told.number("status"), told.text("reason")),
        (431, "head-too-large")
    );
    ask(&mut client, 5, 33);
    let answer = loop {
        let heard = client.hear_kind(HEADERS);
        if heard.stream == 5 {
            break heard;
        }
    };
    assert_eq!(answer.flags & END_STREAM, END_STREAM, "no page");
    let told = refused(&hello, &client, 5);
    assert_eq!(
        (told.number("status"), told.text("refusal")),
        (431, "head-too-large")
    );
    // A field of 4 KiB that is put into the table once, and then named by a byte each.
    let mut table = GET.to_vec();
    table.extend(b"\x40\x01x\x7f\xa1\x1e");
    table.extend([b'y'; 4000]);
    table.extend([0xbe; 40]);
    client.send(frame(HEADERS, END_HEADERS | END_STREAM, 7, &table));
    assert_eq!(client.hear_kind(GOAWAY).code(), 11);
    assert_eq!(hello.ending_of(&client.name()), "sent-away header-flood");
}

#[test]
fn a_person_is_told_in_words() {
    for (language, refused, broken, summary) in [
        (
            "en",
            "a request refused: a malformed request: its fields or its length contradict HTTP/2 \
             (RFC 9113 §8.1.1)",
            "broken off, of 1.0 MiB: more sent than the HTTP/2 windows allow",
            "1 refused",
        ),
        (
            "ru",
            "в запросе отказано: запрос составлен неверно: его поля или длина противоречат HTTP/2 \
             (RFC 9113 §8.1.1)",
            "оборвано, из 1,0 МиБ: послано больше, чем позволяют окна HTTP/2",
            "отказано 1",
        ),
    ] {
        let folder = folder(&[]);
        large_file(&folder.path().join("large.bin"), 1 << 20);
        let launch = Launch::new()
            .folder(folder.path())
            .args(["--lang", language]);
        let terminal = launch.show();
        let mut client = Frames::open(terminal.address(), &[]);
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &GET[1..]));
        client.hear_kind(RST_STREAM);
        terminal.line_with(refused);
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, GET_LARGE));
        client.hear_kind(DATA);
        client.send(too_wide(3));
        terminal.line_with(broken);
        drop(client);
        let (_, lines) = terminal.stop_with(Signal::TERM);
        assert!(
            lines.iter().any(|line| line.contains(summary)),
            "{lines:#?}"
        );
    }
}
