//! Ten thousand clients at once, or as many as this machine has descriptors for.

use std::sync::{Mutex, PoisonError};

use crate::harness::{Client, Hello, folder, get, large_file, many_sockets};

const CROWD: usize = 10_000;

/// Descriptors that the other tests of this process may need meanwhile.
const FOR_OTHERS: usize = 4_000;

/// One crowd at a time: two would not fit.
static TURN: Mutex<()> = Mutex::new(());

/// How many clients fit.
fn crowd() -> usize {
    CROWD.min(many_sockets().saturating_sub(FOR_OTHERS))
}

/// Places for all of them, whatever this machine's memory would bear at the worst.
const PLACES: &str = "20000";

/// What a connection that waits may cost (docs/limits.md).
const WAITING_BYTES: usize = 2 << 10;

#[test]
fn a_crowd_that_never_speaks_costs_little_and_is_let_go() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let crowd = crowd();
    let options = ["--first-byte-timeout", "4s", "--max-connections", PLACES];
    let hello = Hello::serving_with(&options, &[("page.txt", "hi")]);
    assert_eq!(hello.get("/page.txt").text(), "hi");
    let at_rest = hello.resident_bytes();
    let clients: Vec<Client> = (0..crowd).map(|_| hello.connect()).collect();
    hello.until_count(crowd, |event| event.is("accepted"));
    let grown = hello.resident_bytes().saturating_sub(at_rest);
    assert_eq!(hello.get("/page.txt").text(), "hi", "others are served");
    hello.until_count(crowd, |event| event.is_ending("first-byte-timeout"));
    let (each, most) = (grown / crowd, WAITING_BYTES);
    assert!(each <= most, "{each} bytes for each of {crowd}, not {most}");
    drop(clients);
}

/// What a peer may cost that asks for a large file and reads nothing (docs/limits.md).
const UNREAD_FILE_BYTES: usize = 24 << 10;

#[test]
fn a_crowd_that_stops_reading_stays_within_the_worst_case() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let crowd = crowd();
    let folder = folder(&[("page.txt", "hi")]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&["--max-connections", PLACES], folder.path());
    assert_eq!(hello.get("/page.txt").text(), "hi");
    let at_rest = hello.resident_bytes();
    let clients: Vec<Client> = (0..crowd)
        .map(|_| {
            let mut client = hello.connect().with_small_buffer();
            client.send(get("/large.bin"));
            client.head();
            client
        })
        .collect();
    let grown = hello.resident_bytes().saturating_sub(at_rest);
    assert_eq!(hello.get("/page.txt").text(), "hi", "others are served");
    let (each, most) = (grown / crowd, UNREAD_FILE_BYTES);
    assert!(each <= most, "{each} bytes for each of {crowd}, not {most}");
    drop(clients);
}
