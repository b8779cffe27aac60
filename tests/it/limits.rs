//! More clients than there is room for.

use std::fs::File;
use std::net::Shutdown;

use crate::harness::{
    Client, End, Hello, Launch, Protocol, folder, get, is_gone, large_file, many_sockets,
    over_every_protocol,
};

over_every_protocol! {
    sixty_four_descriptors_are_enough_for_three_hundred_clients,
    descriptors_that_downloads_use_up_are_not_missed_for_ever,
    who_takes_much_leaves_room_for_who_takes_little,
    the_longest_idle_makes_room,
    where_nobody_is_idle_a_newcomer_is_told_when_to_come_back,
    who_is_shown_out_is_not_taken_for_idle,
}

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

/// A file that is being sent takes a descriptor besides its connection's: far more than there are.
fn descriptors_that_downloads_use_up_are_not_missed_for_ever() {
    let folder = folder(&[("page.txt", "hi")]);
    let names: Vec<String> = (0..35).map(|number| format!("/{number}.bin")).collect();
    for name in &names {
        let file = File::create(folder.path().join(&name[1..])).unwrap();
        file.set_len(LARGE_BYTES as u64).unwrap();
    }
    let hello = { Launch::after("ulimit -n 64") }
        .folder(folder.path())
        .start();
    let mut clients: Vec<Client> = (0..35).map(|_| hello.connect()).collect();
    let mut under_way = 0;
    for (client, name) in clients.iter_mut().zip(&names) {
        // Those who are let go before they are accepted have their fate to tell.
        let _ = client.try_send(get(name));
        match client.try_head() {
            Ok(Some(reply)) if reply.status() == 200 => under_way += 1,
            Ok(Some(reply)) => {
                assert_eq!(reply.status(), 503, "{name}");
                assert_eq!(reply.field("retry-after"), Some("1"));
            }
            Ok(None) => {}
            Err(error) => assert!(crate::harness::is_gone(&error), "left hanging: {error}"),
        }
    }
    assert!(under_way >= 15, "only {under_way} downloads");
    drop(clients);
    hello.until_count(under_way, |event| event.has("broken_of"));
    for name in &names {
        let reply = hello.say(format!(
            "GET {name} HTTP/1.1\r\nHost: a\r\nRange: bytes=-100000\r\n\r\n"
        ));
        assert_eq!((reply.status(), reply.length()), (206, 100_000), "{name}");
    }
}

/// Several clients that take everything at once, and two workers.
fn who_takes_much_leaves_room_for_who_takes_little() {
    let folder = folder(&[("page.txt", "hi")]);
    let file = File::create(folder.path().join("endless.bin")).unwrap();
    file.set_len(1 << 40).unwrap();
    let hello = Hello::start(&[], folder.path());
    let mut greedy: Vec<Client> = (0..6).map(|_| hello.connect()).collect();
    for client in &mut greedy {
        client.send(get("/endless.bin"));
        client.head();
    }
    let switches: Vec<_> = { greedy.iter() }
        .map(|client| client.socket.try_clone().unwrap())
        .collect();
    std::thread::scope(|scope| {
        for client in &mut greedy {
            scope.spawn(|| client.drain());
        }
        let mut modest = hello.connect();
        for _ in 0..20 {
            assert_eq!(modest.get("/page.txt").text(), "hi");
        }
        for socket in &switches {
            socket.shutdown(Shutdown::Both).unwrap();
        }
    });
}

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

fn where_nobody_is_idle_a_newcomer_is_told_when_to_come_back() {
    let folder = folder(&[("page.txt", "hi")]);
    large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(&["--max-connections", "4"], folder.path());
    let mut busy: Vec<Client> = (0..4).map(|_| hello.connect()).collect();
    for client in &mut busy {
        client.send(get("/large.bin"));
        client.head();
        // Beyond what leaves in one turn: from here on it is known to be sending.
        client.take(2 << 20);
    }
    let mut fifth = hello.connect();
    fifth.send(get("/page.txt"));
    is_shown_out(&mut fifth);
    let name = fifth.name();
    drop(fifth);
    assert_eq!(hello.ending_of(&name), "overloaded");
    // One that has its answer is idle, and makes room.
    busy[0].take(LARGE_BYTES - (2 << 20));
    let mut sixth = hello.connect();
    assert_eq!(sixth.get("/page.txt").text(), "hi");
}

/// Hears that there is no room. A client of HTTP/2 is told that nothing it asked was heard: it may ask
/// again; if it was not even known to speak HTTP/2 it hears what it cannot read, and that is all.
fn is_shown_out(newcomer: &mut Client) {
    if Protocol::spoken().has_streams() {
        let error = newcomer.try_reply().expect_err("no answer");
        assert!(is_gone(&error), "{error}");
        return;
    }
    let reply = newcomer.reply();
    assert_eq!(reply.status(), 503);
    assert_eq!(reply.field("retry-after"), Some("1"));
    assert!(reply.says_close());
    assert_eq!(newcomer.end(), End::Closed);
}

/// Closing one of those who are told 503 would make no room for anybody.
fn who_is_shown_out_is_not_taken_for_idle() {
    let folder = folder(&[("page.txt", "hi")]);
    large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(&["--max-connections", "4"], folder.path());
    let mut busy: Vec<Client> = (0..4).map(|_| hello.connect()).collect();
    for client in &mut busy {
        client.send(get("/large.bin"));
        client.head();
        client.take(2 << 20);
    }
    let mut newcomers: Vec<Client> = (0..9).map(|_| hello.connect()).collect();
    for client in &mut newcomers {
        client.send(get("/page.txt"));
        is_shown_out(client);
    }
    drop(busy);
    hello.until_count(4, |event| event.is_ending("reset-by-client"));
    assert_eq!(hello.get("/page.txt").text(), "hi");
    let over = hello.until(|event| event.is_notice("crowd-over"));
    assert_eq!((over.number("shed"), over.number("refused")), (0, 9));
}

/// What a peer may cost that asks for a large file and reads nothing (docs/limits.md).
const UNREAD_FILE_BYTES: usize = 24 << 10;

/// What a peer may cost that asks for as much as it can and reads nothing (docs/limits.md).
const UNREAD_ANSWERS_BYTES: usize = 192 << 10;

#[test]
fn peers_that_stop_reading_cost_no_more_than_is_written_down() {
    many_sockets();
    let folder = folder(&[("page.txt", &"hello ".repeat(1000))]);
    large_file(&folder.path().join("large.bin"), LARGE_BYTES);
    let hello = Hello::start(&[], folder.path());
    assert_eq!(hello.get("/page.txt").status(), 200);
    let at_rest = hello.resident_bytes();
    let mut modest: Vec<Client> = (0..450).map(|_| hello.connect()).collect();
    for peer in &mut modest {
        peer.send(get("/large.bin"));
        peer.head();
    }
    let mut greedy: Vec<Client> = (0..50).map(|_| hello.connect()).collect();
    greedy.iter_mut().for_each(ask_until_nobody_listens);
    let grown = hello.resident_bytes().saturating_sub(at_rest);
    let most = modest.len() * UNREAD_FILE_BYTES + greedy.len() * UNREAD_ANSWERS_BYTES;
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
