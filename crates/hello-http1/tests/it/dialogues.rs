//! What clients and servers say to each other, one claim at a time.

use crate::wire::Wire;
use hello_http1::{After, Next};

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
