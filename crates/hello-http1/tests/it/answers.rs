//! Every answer we can give, byte for byte, and every one we must not.

use crate::wire::Wire;
use hello_http1::state::Said;
use hello_http1::{
    After, BodyLength, Framing, Misstep, Misuse, Next, Reading, RenderedHead, Writing,
};
use http::StatusCode;

const NEW: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const HEAD: &str = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
const OLD: &str = "GET / HTTP/1.0\r\n\r\n";
const KEPT_OLD: &str = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

/// What follows `date` in the answer to this request, and the framing.
fn answer(request: &str, status: u16, length: BodyLength) -> (String, Framing) {
    let mut wire = Wire::hearing(request);
    wire.expect_request();
    let framing = wire.respond(status, length).expect("an answer is owed");
    let said = wire.said();
    let (_, tail) = said.split_once(" GMT\r\n").expect("every answer is dated");
    (tail.to_owned(), framing)
}

#[test]
fn an_answer_announces_its_length_as_the_request_allows() {
    use BodyLength::{Exact, None, Unknown};
    let close = "connection: close\r\n";
    let kept = "connection: keep-alive\r\n";
    let length = |length: u64| format!("content-length: {length}\r\n");
    let chunked = "transfer-encoding: chunked\r\n".to_owned();
    let nothing = String::new();
    let table = [
        (NEW, 200, Exact(5), length(5), Framing::Exact(5)),
        (NEW, 200, Exact(0), length(0), Framing::Empty),
        (NEW, 200, None, length(0), Framing::Empty),
        (NEW, 200, Unknown, chunked, Framing::Chunked),
        (NEW, 204, Exact(5), nothing.clone(), Framing::Empty),
        (NEW, 304, Exact(5), nothing.clone(), Framing::Empty),
        (NEW, 304, None, nothing.clone(), Framing::Empty),
        (NEW, 205, Exact(5), length(0), Framing::Empty),
        (HEAD, 200, Exact(5), length(5), Framing::Empty),
        (HEAD, 200, Unknown, nothing.clone(), Framing::Empty),
        (OLD, 200, Exact(5), length(5) + close, Framing::Exact(5)),
        (OLD, 200, Unknown, close.to_owned(), Framing::UntilClose),
        (KEPT_OLD, 200, Exact(5), length(5) + kept, Framing::Exact(5)),
        (
            KEPT_OLD,
            200,
            Unknown,
            close.to_owned(),
            Framing::UntilClose,
        ),
    ];
    for (request, status, body, tail, framing) in table {
        let expected = (tail + "\r\n", framing);
        assert_eq!(
            answer(request, status, body),
            expected,
            "{request:?} {status} {body:?}"
        );
    }
}

#[test]
fn a_chunked_answer_is_framed_around_its_data() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.respond(200, BodyLength::Unknown)
        .expect("an answer is owed");
    wire.said();
    for data in ["hello", "", "0123456789abcdef"] {
        wire.connection
            .begin_chunk(data.len(), &mut wire.out)
            .expect("a chunked answer");
        wire.out.extend_from_slice(data.as_bytes());
        wire.connection
            .body_sent(data.len() as u64)
            .expect("what was announced");
    }
    let trailers: [(&str, &[u8]); 1] = [("x-sum", b"9")];
    wire.connection
        .finish(wire.now, &trailers, &mut wire.out)
        .expect("all data was sent");
    assert_eq!(
        wire.said(),
        "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nx-sum: 9\r\n\r\n"
    );
    assert_eq!(wire.after(), After::NextRequest);
}

#[test]
fn a_chunked_answer_may_be_empty() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.respond(200, BodyLength::Unknown)
        .expect("an answer is owed");
    wire.said();
    wire.finish().expect("nothing was announced");
    assert_eq!(wire.said(), "0\r\n\r\n");
}

#[test]
fn trailers_cannot_carry_what_belongs_in_a_head() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.respond(200, BodyLength::Unknown)
        .expect("an answer is owed");
    wire.said();
    for (name, value, misuse) in [
        ("content-type", &b"a"[..], Misuse::NoSuchTrailer),
        ("x", b"a\r\n", Misuse::BadFieldValue),
        ("x y", b"a", Misuse::BadFieldName),
    ] {
        let refused = wire
            .connection
            .finish(wire.now, &[(name, value)], &mut wire.out);
        assert_eq!(refused, Err(misuse));
        assert!(wire.out.is_empty(), "nothing is written");
    }
    wire.finish().expect("the answer can still be finished");
}

#[test]
fn an_answer_that_falls_short_closes_the_connection() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.respond(200, BodyLength::Exact(5))
        .expect("an answer is owed");
    wire.connection.body_sent(4).expect("less than announced");
    assert_eq!(wire.finish(), Err(Misuse::TooFewBytes));
    assert_eq!(wire.after(), After::Close { linger: false });
}

#[test]
fn an_answer_cannot_outgrow_its_length() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    assert_eq!(wire.connection.body_sent(1), Err(Misuse::NoSuchBody));
    wire.respond(200, BodyLength::Exact(5))
        .expect("an answer is owed");
    assert_eq!(wire.connection.body_sent(6), Err(Misuse::TooManyBytes));
    wire.connection.body_sent(5).expect("what was announced");
    wire.finish().expect("all was sent");
}

#[test]
fn a_chunk_cannot_begin_inside_another() {
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.respond(200, BodyLength::Unknown)
        .expect("an answer is owed");
    assert_eq!(wire.connection.body_sent(1), Err(Misuse::TooManyBytes));
    wire.connection
        .begin_chunk(5, &mut wire.out)
        .expect("a chunked answer");
    wire.connection.body_sent(4).expect("less than announced");
    assert_eq!(
        wire.connection.begin_chunk(1, &mut wire.out),
        Err(Misuse::TooFewBytes)
    );
    assert_eq!(wire.connection.body_sent(2), Err(Misuse::TooManyBytes));
}

#[test]
fn nothing_is_answered_that_was_not_asked_or_was_answered() {
    let misstep = |writing, said| Err(Misuse::Misstep(Misstep::Writing(writing, said)));
    let mut wire = Wire::new();
    let early = wire.respond(200, BodyLength::Exact(1));
    assert_eq!(early, misstep(Writing::Waiting, Said::AnswerBegun));
    wire.hear(NEW);
    wire.expect_request();
    assert!(wire.finish().is_err(), "nothing was begun");
    wire.answer("hi");
    let again = wire.respond(200, BodyLength::Exact(0));
    assert_eq!(again, misstep(Writing::Done, Said::AnswerWhole));
    assert!(
        wire.connection
            .interim(StatusCode::EARLY_HINTS, &[], &mut wire.out)
            .is_err()
    );
    assert!(wire.connection.begin_chunk(1, &mut wire.out).is_err());
    assert_eq!(wire.connection.state().0, Reading::Done);
}

#[test]
fn connect_cannot_succeed() {
    let mut wire = Wire::hearing("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
    wire.expect_request();
    assert_eq!(wire.respond(200, BodyLength::None), Err(Misuse::NoTunnel));
    wire.respond(405, BodyLength::None)
        .expect("the answer is still owed");
}

#[test]
fn interim_answers_come_before_the_final_one_and_never_to_old_clients() {
    let hint: [(&str, &[u8]); 1] = [("link", b"</a.css>; rel=preload")];
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    wire.connection
        .interim(StatusCode::EARLY_HINTS, &hint, &mut wire.out)
        .expect("in time");
    assert_eq!(
        wire.said(),
        "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n"
    );
    wire.answer("hi");
    let mut wire = Wire::hearing(KEPT_OLD);
    wire.expect_request();
    wire.connection
        .interim(StatusCode::EARLY_HINTS, &hint, &mut wire.out)
        .expect("silently");
    assert_eq!(wire.said(), "");
    for status in [StatusCode::OK, StatusCode::SWITCHING_PROTOCOLS] {
        let refused = wire.connection.interim(status, &[], &mut wire.out);
        assert_eq!(refused, Err(Misuse::BadStatus));
    }
    let bad: [(&str, &[u8]); 2] = [("x", b"y"), ("date", b"now")];
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    let refused = wire
        .connection
        .interim(StatusCode::EARLY_HINTS, &bad, &mut wire.out);
    assert_eq!(refused, Err(Misuse::OwnedField("date")));
    assert_eq!(wire.said(), "");
}

/// RFC 9110 §15.5.22: a 426 names the protocols, and `connection` names the field.
#[test]
fn an_answer_that_offers_an_upgrade_says_so_in_connection() {
    let head = RenderedHead::new(StatusCode::UPGRADE_REQUIRED, [("upgrade", &b"x"[..])]).unwrap();
    for (request, connection) in [
        (NEW, "connection: upgrade"),
        (OLD, "connection: close, upgrade"),
        (KEPT_OLD, "connection: keep-alive, upgrade"),
    ] {
        let mut wire = Wire::hearing(request);
        wire.expect_request();
        let date = crate::wire::DATE;
        wire.connection
            .respond(wire.now, &head, BodyLength::None, date, &mut wire.out)
            .expect("an answer is owed");
        assert!(wire.said().ends_with(&format!("\r\n{connection}\r\n\r\n")));
    }
}

#[test]
fn a_client_can_be_turned_away_before_it_asks() {
    let mut wire = Wire::new();
    wire.connection.turn_away().expect("nothing is in hand");
    assert_eq!(wire.connection.deadline(), None);
    wire.answer("no room");
    let said = wire.said();
    assert!(
        said.starts_with("HTTP/1.1 200 OK\r\n") && said.contains("connection: close\r\n"),
        "{said}"
    );
    assert_eq!(wire.after(), After::Close { linger: true });
    assert_eq!(wire.next(), Ok(Next::Closed));
    let mut wire = Wire::hearing(NEW);
    wire.expect_request();
    assert!(wire.connection.turn_away().is_err(), "a request is in hand");
}
