//! More clients than there is room for.

use crate::harness::{Client, End, Hello, Launch, folder, get, large_file, many_sockets};

/// More than the kernel's buffers on both sides can hold.
const LARGE_BYTES: usize = 30 << 20;

/// How a client fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    /// Told to come back, and when.
    Refused,
    /// Let go without a word.
    Closed,
}

#[test]
fn sixty_four_descriptors_are_enough_for_three_hundred_clients() {
    many_sockets();
    let folder = folder(&[("page.txt", "hi")]);
    let hello = { Launch::after("ulimit -n 64") }
        .folder(folder.path())
        .start();
    let mut clients: Vec<Client> = (0..300).map(|_| hello.connect()).collect();
    for client in &mut clients {
        // Whoever has been let go by now cannot be written to; it has its fate to tell.
        let _ = client.try_send(get("/page.txt"));
    }
    let fates: Vec<Fate> = clients.iter_mut().map(fate).collect();
    let answered = fates.iter().filter(|fate| **fate == Fate::Answered);
    assert!(answered.count() >= 30, "at least as many as fit: {fates:?}");
    drop(clients);
    hello.until_count(300, |event| event.is("ended"));
    // Only who comes in notices that there is room.
    assert_eq!(hello.get("/page.txt").text(), "hi");
    hello.until(|event| event.is_notice("crowd-over"));
    let ended = hello.stop();
    let said = |name| {
        { ended.events.iter() }
            .filter(|e| e.is_notice(name))
            .count()
    };
    assert_eq!((said("crowded"), said("crowd-over")), (1, 1));
    assert_eq!(said("accept-fails"), 0, "the reserve was enough");
}

fn fate(client: &mut Client) -> Fate {
    match client.try_reply() {
        Ok(Some(reply)) if reply.status() == 503 => {
            assert_eq!(reply.field("retry-after"), Some("1"));
            Fate::Refused
        }
        Ok(Some(reply)) => {
            assert_eq!(reply.text(), "hi");
            Fate::Answered
        }
        Ok(None) => Fate::Closed,
        Err(error) if crate::harness::is_gone(&error) => Fate::Closed,
        Err(error) => panic!("left hanging: {error}"),
    }
}

#[test]
fn the_longest_idle_makes_room() {
    let hello = Hello::serving_with(&["--max-connections", "4"], &[("page.txt", "hi")]);
    let mut clients: Vec<Client> = (0..4).map(|_| hello.connect()).collect();
    // A hundred answers to the others are longer than the millisecond that idleness is counted in.
    for client in &mut clients {
        for _ in 0..100 {
            assert_eq!(client.get("/page.txt").text(), "hi");
        }
    }
    let mut fifth = hello.connect();
    assert_eq!(fifth.get("/page.txt").text(), "hi");
    assert_eq!(clients[0].end(), End::Closed);
    assert_eq!(hello.ending_of(&clients[0].name()), "shed");
    for client in &mut clients[1..] {
        assert_eq!(client.get("/page.txt").text(), "hi");
    }
    let crowded = hello.until(|event| event.is_notice("crowded"));
    assert_eq!(crowded.number("limit"), 4);
}

#[test]
fn where_nobody_is_idle_a_newcomer_is_told_when_to_come_back() {
    let folder = folder(&[("page.txt", "hi")]);
    large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(&["--max-connections", "4"], folder.path());
    let mut busy: Vec<Client> = (0..4).map(|_| hello.connect()).collect();
    for client in &mut busy {
        client.send(get("/large.bin"));
        client.head();
    }
    let mut fifth = hello.connect();
    fifth.send(get("/page.txt"));
    let reply = fifth.reply();
    assert_eq!(reply.status(), 503);
    assert_eq!(reply.field("retry-after"), Some("1"));
    assert!(reply.says_close());
    assert_eq!(fifth.end(), End::Closed);
    let name = fifth.name();
    drop(fifth);
    assert_eq!(hello.ending_of(&name), "overloaded");
    // One that has its answer is idle, and makes room.
    busy[0].take(LARGE_BYTES);
    let mut sixth = hello.connect();
    assert_eq!(sixth.get("/page.txt").text(), "hi");
    for client in &mut busy[1..] {
        client.take(LARGE_BYTES);
    }
}

/// What a peer that reads no answer may cost (docs/limits.md): the connection, a head, and the
/// copied bytes of its answers.
const UNREAD_BYTES: usize = (2 + 16 + 80) << 10;

#[test]
fn peers_that_stop_reading_cost_no_more_than_is_written_down() {
    many_sockets();
    let folder = folder(&[("page.txt", &"hello ".repeat(1000))]);
    large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(&[], folder.path());
    assert_eq!(hello.get("/page.txt").status(), 200);
    let at_rest = hello.resident_bytes();
    let mut peers: Vec<Client> = (0..500).map(|_| hello.connect()).collect();
    for (number, peer) in peers.iter_mut().enumerate() {
        if number % 2 == 0 {
            peer.send(get("/large.bin"));
            peer.head();
        } else {
            ask_until_nobody_listens(peer);
        }
    }
    let grown = hello.resident_bytes().saturating_sub(at_rest);
    let most = peers.len() * UNREAD_BYTES;
    assert!(grown <= most, "{grown} bytes more than at rest, not {most}");
    assert_eq!(hello.get("/page.txt").status(), 200, "others are served");
}

/// Asks for small files, on and on, until neither kernel takes another request.
fn ask_until_nobody_listens(peer: &mut Client) {
    let requests = get("/page.txt").repeat(100);
    peer.socket.set_nonblocking(true).unwrap();
    while peer.try_send(&requests).is_ok() {}
    peer.socket.set_nonblocking(false).unwrap();
}

#[test]
fn a_thousand_clients_that_never_speak_are_let_go() {
    many_sockets();
    let hello = Hello::serving_with(&["--first-byte-timeout", "300ms"], &[("page.txt", "hi")]);
    let mut clients: Vec<Client> = (0..1000).map(|_| hello.connect()).collect();
    assert_eq!(hello.get("/page.txt").text(), "hi", "others are served");
    for client in &mut clients {
        assert_eq!(client.end(), End::Closed);
    }
    hello.until_count(1000, |event| event.is_ending("first-byte-timeout"));
}
