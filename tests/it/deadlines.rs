//! What happens to those who keep us waiting.

use crate::harness::{End, Hello};

#[test]
fn a_client_that_never_speaks_is_let_go_without_a_word() {
    let hello = Hello::serving_with(&["--first-byte-timeout", "50ms"], &[]);
    let mut client = hello.connect();
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "first-byte-timeout");
}

#[test]
fn a_slow_head_is_answered_408() {
    let hello = Hello::serving_with(&["--head-timeout", "50ms"], &[]);
    let reply = hello.say("GET / HTTP/1.1\r\nHost");
    assert_eq!(reply.status(), 408);
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "refused slow-head");
}

#[test]
fn a_connection_without_further_requests_is_let_go_without_a_word() {
    let hello = Hello::serving_with(&["--idle-timeout", "50ms"], &[("page.txt", "hi")]);
    let mut client = hello.connect();
    assert_eq!(client.get("/page.txt").text(), "hi");
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "idle-timeout");
}
