//! What clients and servers say to each other, one claim at a time.

use crate::wire::Wire;
use hello_http1::{After, BodyLength, Framing, Limits, Misuse, Next, Refusal, TargetForm, Version};
use http::StatusCode;

const KEPT: After = After::NextRequest;
const CLOSED: After = After::Close { linger: false };

#[test]
fn a_get_is_answered_and_the_connection_kept() {
    let mut wire = Wire::hearing("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
    assert_eq!(wire.head.path(&wire.request), b"/a");
    assert_eq!(wire.head.query(&wire.request), Some(&b"b"[..]));
    wire.answer("hi");
    assert_eq!(
        wire.said(),
        "HTTP/1.1 200 OK\r\nserver: hello\r\ndate: Sat, 21 Nov 2026 07:35:17 GMT\r\n\
         content-length: 2\r\n\r\nhi"
    );
    assert_eq!(wire.after(), KEPT);
}

#[test]
fn a_head_request_hears_the_length_and_gets_no_bytes() {
    let mut wire = Wire::hearing("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
    wire.answer("hi");
    assert!(wire.said().ends_with("content-length: 2\r\n\r\n"));
    assert_eq!(wire.after(), KEPT);
}

#[test]
fn a_body_is_read_to_its_length() {
    let mut wire = Wire::hearing("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET");
    wire.expect_request();
    assert_eq!(wire.body(), b"abc");
    assert_eq!(wire.next(), Ok(Next::Paused));
    assert_eq!(wire.input, b"GET");
}

#[test]
fn a_chunked_body_is_read_to_its_trailers() {
    let mut wire = Wire::hearing(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
         3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nX-Sum: 4\r\n\r\n",
    );
    wire.expect_request();
    assert_eq!(wire.body(), b"abcd");
    let trailers: Vec<_> = wire.head.trailers(&wire.request).collect();
    assert_eq!(trailers, [(&b"X-Sum"[..], &b"4"[..])]);
    wire.answer("");
    assert_eq!(wire.after(), KEPT);
}

#[test]
fn a_client_that_asks_for_close_is_told_so() {
    let mut wire = Wire::hearing("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n");
    wire.expect_request();
    wire.answer("hi");
    assert!(wire.said().contains("\r\nconnection: close\r\n"));
    assert_eq!(wire.after(), CLOSED);
}

#[test]
fn requests_in_a_row_wait_for_their_turn() {
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut wire = Wire::hearing(get.repeat(2));
    wire.expect_request();
    assert_eq!(wire.next(), Ok(Next::Paused));
    wire.answer("1");
    wire.expect_request();
    wire.answer("2");
    assert_eq!(wire.next(), Ok(Next::NeedBytes { consumed: 0 }));
    assert_eq!(wire.said().matches("content-length: 1\r\n").count(), 2);
}

#[test]
fn one_empty_line_before_a_request_is_ignored() {
    let mut wire = Wire::hearing("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
    assert_eq!(wire.head.target(&wire.request), b"/");
    assert_eq!(wire.head.bytes(), wire.request.len() - 2);
    wire.answer("");
    wire.hear("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
}

#[test]
fn an_old_client_is_kept_only_if_it_asks() {
    for (connection, after) in [
        ("", CLOSED),
        ("Connection: keep-alive\r\n", KEPT),
        ("Connection: x\r\nConnection: Keep-Alive\r\n", KEPT),
        ("Connection: keep-alive, close\r\n", CLOSED),
    ] {
        let mut wire = Wire::hearing(format!("GET / HTTP/1.0\r\n{connection}\r\n"));
        wire.expect_request();
        assert_eq!(wire.head.version(), Version::Http10);
        wire.answer("hi");
        assert_eq!(wire.after(), after, "{connection}");
    }
}

#[test]
fn a_body_without_a_length_ends_with_an_old_clients_connection() {
    let mut wire = Wire::hearing("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    wire.expect_request();
    assert_eq!(
        wire.respond(200, BodyLength::Unknown),
        Ok(Framing::UntilClose)
    );
    wire.connection
        .body_sent(1 << 40)
        .expect("any number of bytes");
    wire.finish().expect("a body under way");
    assert_eq!(wire.after(), After::Close { linger: true });
}

#[test]
fn fields_are_found_by_name_in_any_case() {
    let mut wire = Wire::hearing(
        "GET / HTTP/1.1\r\nHOST: a\r\nX-One: \t1 \r\nx-one: 2\r\nAccept:\r\nIF-None-Match: \"e\"\r\n\r\n",
    );
    wire.expect_request();
    let field = |name| wire.head.field(&wire.request, name);
    assert_eq!(field("x-one"), Some(&b"1"[..]));
    assert_eq!(field("accept"), Some(&b""[..]));
    assert_eq!(field("if-none-match"), Some(&b"\"e\""[..]));
    assert_eq!(field("if-none-natch"), None);
    assert_eq!(field("range"), None);
    assert_eq!(wire.head.fields(&wire.request).count(), 5);
    assert_eq!(wire.head.authority(&wire.request), Some(&b"a"[..]));
}

#[test]
fn an_absolute_target_names_the_authority() {
    let mut wire = Wire::hearing("GET http://A.example:80?q HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n");
    wire.expect_request();
    assert_eq!(wire.head.form(), TargetForm::Absolute);
    assert_eq!(
        wire.head.authority(&wire.request),
        Some(&b"A.example:80"[..])
    );
    assert_eq!(wire.head.path(&wire.request), b"/");
    assert_eq!(wire.head.query(&wire.request), Some(&b"q"[..]));
}

#[test]
fn options_may_ask_about_the_server_itself() {
    let mut wire = Wire::hearing("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
    assert_eq!(wire.head.form(), TargetForm::Asterisk);
    assert_eq!(wire.head.path(&wire.request), b"*");
    wire.respond(204, BodyLength::None)
        .expect("an answer is owed");
    assert_eq!(wire.after(), KEPT);
}

const EXPECTING: &str =
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";

#[test]
fn a_client_that_expects_a_100_gets_it_once() {
    let mut wire = Wire::hearing(EXPECTING);
    wire.expect_request();
    assert!(wire.connection.expects_continue());
    wire.connection
        .interim(StatusCode::CONTINUE, &[], &mut wire.out)
        .expect("it is due");
    assert_eq!(wire.said(), "HTTP/1.1 100 Continue\r\n\r\n");
    assert!(!wire.connection.expects_continue());
    wire.connection
        .interim(StatusCode::CONTINUE, &[], &mut wire.out)
        .expect("nothing to say");
    assert_eq!(wire.said(), "");
    wire.hear("ok");
    assert_eq!(wire.body(), b"ok");
    wire.answer("");
    assert_eq!(wire.after(), KEPT);
}

#[test]
fn a_client_that_sends_its_body_waits_for_no_100() {
    let mut wire = Wire::hearing(format!("{EXPECTING}o"));
    wire.expect_request();
    wire.next().expect("data");
    assert!(!wire.connection.expects_continue());
}

/// We cannot know whether the body will come: its first byte might be a request's.
#[test]
fn an_answer_instead_of_a_100_closes_the_connection() {
    let mut wire = Wire::hearing(EXPECTING);
    wire.expect_request();
    wire.answer("no");
    assert!(wire.said().contains("\r\nconnection: close\r\n"));
    assert_eq!(wire.after(), After::Close { linger: true });
    assert_eq!(wire.next(), Ok(Next::Closed));
}

#[test]
fn an_expectation_without_a_body_or_from_an_old_client_is_ignored() {
    for request in [
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.0\r\nExpect: anything\r\nContent-Length: 2\r\n\r\n",
    ] {
        let mut wire = Wire::hearing(request);
        wire.expect_request();
        assert!(!wire.connection.expects_continue(), "{request:?}");
    }
}

#[test]
fn a_body_nobody_reads_is_discarded_to_keep_the_connection() {
    let mut wire = Wire::hearing("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    wire.expect_request();
    wire.answer("no");
    assert_eq!(wire.after(), After::Busy);
    wire.hear("lloGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(wire.body(), b"hello");
    assert_eq!(wire.after(), KEPT);
    wire.expect_request();
}

#[test]
fn a_body_too_long_to_discard_closes_the_connection_and_says_so() {
    let mut wire = Wire::hearing("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n");
    wire.expect_request();
    wire.answer("no");
    assert!(wire.said().contains("\r\nconnection: close\r\n"));
    assert_eq!(wire.after(), After::Close { linger: true });
}

#[test]
fn chunks_nobody_reads_are_discarded_only_so_far() {
    let limits = Limits {
        unread_body_bytes_max: 8,
        ..Limits::default()
    };
    let mut wire = Wire::with(limits);
    wire.hear("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n123456789");
    wire.expect_request();
    wire.answer("no");
    assert!(matches!(wire.next(), Ok(Next::Data { start: 3, end: 11 })));
    assert_eq!(wire.next(), Ok(Next::Closed));
    assert_eq!(wire.after(), After::Close { linger: true });
}

#[test]
fn a_refusal_in_the_middle_of_an_answer_lets_the_answer_end() {
    let mut wire =
        Wire::hearing("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
    wire.expect_request();
    wire.respond(200, BodyLength::Exact(2))
        .expect("an answer is owed");
    assert_eq!(wire.next(), Err(Refusal::MalformedChunkSize));
    assert_eq!(wire.after(), After::Busy);
    wire.connection.body_sent(2).expect("what was announced");
    wire.finish().expect("a body under way");
    assert_eq!(wire.after(), After::Close { linger: true });
}

#[test]
fn a_server_that_wants_to_close_says_so_in_its_next_answer() {
    let mut wire = Wire::new();
    wire.connection.close_after_this();
    assert_eq!(wire.after(), CLOSED);
    wire.hear("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    wire.expect_request();
    wire.answer("bye");
    assert!(wire.said().contains("\r\nconnection: close\r\n"));
    assert_eq!(wire.after(), After::Close { linger: true });
    assert_eq!(wire.next(), Ok(Next::Closed));
}

const UPGRADING: &str =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";

#[test]
fn an_upgrade_hands_the_bytes_over() {
    let mut wire = Wire::hearing(format!("{UPGRADING}\r\n\x01\x02"));
    wire.expect_request();
    assert_eq!(wire.head.upgrade(&wire.request), Some(&b"websocket"[..]));
    let fields: [(&str, &[u8]); 1] = [("upgrade", b"websocket")];
    wire.connection
        .switch_protocols(&fields, &mut wire.out)
        .expect("it was offered");
    assert_eq!(
        wire.said(),
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    );
    assert_eq!(wire.after(), After::Switched);
    assert_eq!(wire.next(), Ok(Next::Upgraded));
    assert_eq!(wire.input, b"\x01\x02");
    assert!(wire.connection.deadline().is_none());
}

#[test]
fn an_upgrade_needs_an_offer_a_name_and_a_whole_request() {
    let fields: [(&str, &[u8]); 1] = [("upgrade", b"x")];
    for request in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n".into(),
        "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n".into(),
        format!("{UPGRADING}Content-Length: 1\r\n\r\n"),
    ] {
        let mut wire = Wire::hearing(&request);
        wire.expect_request();
        let refused = wire.connection.switch_protocols(&fields, &mut wire.out);
        assert_eq!(refused, Err(Misuse::NoUpgrade), "{request:?}");
        wire.answer("an ordinary answer is still possible");
    }
    let mut wire = Wire::hearing(format!("{UPGRADING}\r\n"));
    wire.expect_request();
    assert_eq!(
        wire.connection.switch_protocols(&[], &mut wire.out),
        Err(Misuse::NoUpgrade)
    );
}

#[test]
fn a_client_that_says_goodbye_between_requests_is_let_go() {
    for unconsumed in ["", "\r\n", "\r"] {
        let mut wire = Wire::hearing(unconsumed);
        wire.next().expect("nothing to refuse");
        assert_eq!(wire.connection.receive_end(), Ok(()));
        assert_eq!(wire.after(), CLOSED);
        assert_eq!(wire.next(), Ok(Next::Closed));
    }
}

/// `printf 'GET …' | nc` closes its side at once, and still wants the answers.
#[test]
fn a_client_that_closes_its_side_still_gets_every_answer() {
    let mut wire = Wire::hearing("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2));
    wire.expect_request();
    assert_eq!(wire.connection.receive_end(), Ok(()));
    wire.answer("1");
    wire.expect_request();
    wire.answer("2");
    assert_eq!(wire.next(), Ok(Next::Closed));
    assert_eq!(wire.after(), CLOSED);
}

#[test]
fn half_a_pipelined_request_is_truncated_when_its_turn_comes() {
    let mut wire = Wire::hearing("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /");
    wire.expect_request();
    assert_eq!(wire.connection.receive_end(), Ok(()));
    wire.answer("1");
    assert_eq!(wire.next(), Err(Refusal::TruncatedHead));
}

#[test]
fn one_head_serves_requests_of_every_shape() {
    let mut wire = Wire::hearing(
        "POST /a?b HTTP/1.1\r\nHost: a\r\nx: y\r\nContent-Length: 1\r\n\r\nz\
         GET / HTTP/1.1\r\nHost: b\r\n\r\n",
    );
    wire.expect_request();
    assert_eq!(wire.head.body(), BodyLength::Exact(1));
    wire.body();
    wire.answer("");
    wire.expect_request();
    assert_eq!(wire.head.body(), BodyLength::None);
    assert_eq!(wire.head.query(&wire.request), None);
    assert_eq!(wire.head.field(&wire.request, "x"), None);
    assert_eq!(wire.head.fields(&wire.request).count(), 1);
}

#[test]
fn requests_after_the_last_one_are_not_read() {
    let last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut wire = Wire::hearing(last.repeat(2));
    wire.expect_request();
    wire.answer("bye");
    assert_eq!(wire.next(), Ok(Next::Closed));
}
