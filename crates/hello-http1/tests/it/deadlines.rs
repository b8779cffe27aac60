//! When patience ends, and what happens then. No clock runs here.

use crate::wire::Wire;
use hello_http1::{After, BodyLength, Limits, Overdue, Refusal};
use std::time::Duration;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
const SILENT: After = After::Close { linger: false };

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What is overdue next, and in how many seconds.
fn patience(wire: &Wire) -> Option<(Overdue, u64)> {
    let deadline = wire.connection.deadline()?;
    Some((
        deadline.overdue,
        deadline.at.duration_since(wire.now).as_secs(),
    ))
}

#[test]
fn a_connection_that_never_speaks_is_closed_without_a_word() {
    let mut wire = Wire::new();
    assert_eq!(patience(&wire), Some((Overdue::FirstByte, 30)));
    wire.wait(seconds(29));
    assert_eq!(wire.connection.expire(wire.now), None);
    wire.wait(seconds(1));
    assert_eq!(wire.connection.expire(wire.now), Some(Overdue::FirstByte));
    assert_eq!(wire.after(), SILENT);
    assert_eq!(patience(&wire), None);
}

#[test]
fn an_empty_line_buys_no_time() {
    let mut wire = Wire::new();
    wire.wait(seconds(20));
    wire.hear("\r\n");
    wire.next().expect("an empty line is ignored");
    assert_eq!(patience(&wire), Some((Overdue::FirstByte, 10)));
}

#[test]
fn a_head_has_its_time_from_its_first_byte_however_it_drips() {
    let mut wire = Wire::new();
    wire.wait(seconds(29));
    for byte in GET.as_bytes()[..9].chunks(1) {
        wire.hear(byte);
        wire.next().expect("a head so far");
        wire.wait(seconds(1));
    }
    assert_eq!(patience(&wire), Some((Overdue::Head, 1)));
    wire.wait(seconds(1));
    let overdue = wire.connection.expire(wire.now);
    assert_eq!(overdue.and_then(Overdue::refusal), Some(Refusal::SlowHead));
    wire.respond(408, BodyLength::Exact(0))
        .expect("the 408 is owed");
    assert_eq!(wire.after(), After::Close { linger: true });
}

#[test]
fn a_body_earns_time_by_arriving() {
    let mut wire = Wire::hearing(POST);
    wire.expect_request();
    assert_eq!(patience(&wire), Some((Overdue::Body, 20)));
    wire.hear([0; 5000]);
    wire.next().expect("data");
    assert_eq!(patience(&wire), Some((Overdue::Body, 30)));
    wire.wait(seconds(30));
    let overdue = wire.connection.expire(wire.now);
    assert_eq!(overdue.and_then(Overdue::refusal), Some(Refusal::SlowBody));
    assert_eq!(wire.after(), After::Busy);
}

#[test]
fn a_body_nobody_reads_at_the_moment_has_no_deadline() {
    let mut wire = Wire::hearing(POST);
    wire.expect_request();
    wire.wait(seconds(5));
    wire.connection.hold_body(wire.now);
    assert_eq!(patience(&wire), None);
    wire.wait(seconds(1000));
    assert_eq!(wire.connection.expire(wire.now), None);
    wire.connection.resume_body(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Body, 15)));
}

#[test]
fn while_we_owe_an_answer_the_client_has_no_deadline() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    assert_eq!(patience(&wire), None);
}

#[test]
fn between_exchanges_a_connection_may_idle() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.wait(seconds(5));
    wire.answer("hi");
    assert_eq!(patience(&wire), Some((Overdue::Idle, 75)));
    wire.wait(seconds(1));
    wire.next().expect("nothing yet");
    assert_eq!(patience(&wire), Some((Overdue::Idle, 74)));
    wire.wait(seconds(74));
    assert_eq!(wire.connection.expire(wire.now), Some(Overdue::Idle));
    assert_eq!(wire.after(), SILENT);
}

#[test]
fn a_peer_that_takes_nothing_is_reset() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.respond(200, BodyLength::Exact(9))
        .expect("an answer is owed");
    wire.connection.sending(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Send, 30)));
    wire.wait(seconds(29));
    wire.connection.sending(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Send, 30)));
    wire.wait(seconds(30));
    assert_eq!(wire.connection.expire(wire.now), Some(Overdue::Send));
    assert_eq!(wire.after(), SILENT);
}

#[test]
fn the_nearest_deadline_counts_and_a_sent_answer_has_none() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.answer("hi");
    wire.connection.sending(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Send, 30)));
    wire.connection.sent(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Idle, 75)));
}

/// A download may take an hour; the client that takes it is not idle meanwhile.
#[test]
fn idleness_begins_when_the_last_byte_is_taken() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.answer("hi");
    for _ in 0..120 {
        wire.connection.sending(wire.now);
        wire.wait(seconds(29));
        assert_eq!(wire.connection.expire(wire.now), None);
    }
    wire.connection.sent(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Idle, 75)));
}

/// The driver may have asked for the next request before it found that the answer to the last one
/// has not left: `--idle-timeout 5s` then cut off who took longer than that for its answer.
#[test]
fn who_takes_an_answer_is_not_idle_though_the_next_request_was_looked_for() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.answer("hi");
    wire.next().expect("nothing yet");
    for _ in 0..4 {
        wire.connection.sending(wire.now);
        assert_eq!(patience(&wire), Some((Overdue::Send, 30)));
        wire.wait(seconds(29));
    }
    wire.connection.sent(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Idle, 75)));
}

/// Nobody reads the beginning of the next request while answers to those before it are being taken.
#[test]
fn a_head_that_waits_behind_an_answer_has_its_time_when_it_is_read() {
    let mut wire = Wire::hearing(GET);
    wire.expect_request();
    wire.answer("hi");
    wire.hear(&GET[..9]);
    wire.next().expect("a head so far");
    assert_eq!(patience(&wire), Some((Overdue::Head, 10)));
    wire.connection.sending(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Send, 30)));
    wire.wait(seconds(20));
    wire.connection.sent(wire.now);
    assert_eq!(patience(&wire), Some((Overdue::Head, 10)));
    wire.wait(seconds(3));
    wire.connection.sent(wire.now);
    assert_eq!(
        patience(&wire),
        Some((Overdue::Head, 7)),
        "nothing was sent"
    );
}

#[test]
fn patience_without_end_is_no_deadline() {
    let limits = Limits {
        first_byte_timeout: Duration::MAX,
        ..Limits::default()
    };
    assert_eq!(patience(&Wire::with(limits)), None);
}
