//! What cannot be provoked from outside: bugs of our own, while a connection is being served.

use std::future::Future;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use super::serve;
use crate::driving::fixture::{self, accepted, quietly, read};
use crate::driving::{Handover, Room};
use crate::exchange::{Ending, Reason};
use crate::observe::{Event, Registry, Subscription};
use crate::site::Site;

pub(super) fn room(site: Site) -> (Arc<Room>, Subscription) {
    let (room, reader) = fixture::room(site);
    (Arc::new(room), reader)
}

/// A connection to `room`: the client's end, and the future that serves the other.
fn connection(room: &Arc<Room>) -> (UnixStream, impl Future<Output = ()> + Send + use<>) {
    connection_in(room, &Arc::new(Registry::new()))
}

/// The same, where orders can be given.
pub(super) fn connection_in(
    room: &Arc<Room>,
    registry: &Arc<Registry>,
) -> (UnixStream, impl Future<Output = ()> + Send + use<>) {
    let (
        client,
        Handover {
            channel,
            live,
            permit,
            ..
        },
    ) = accepted(room, registry);
    let conversation = serve(channel, live, permit, room.clone());
    let alone = async {
        assert!(conversation.await.is_none(), "nobody speaks HTTP/2 here");
    };
    (client, alone)
}

#[tokio::test]
async fn a_panic_ends_one_exchange_with_500_and_the_connection_goes_on() {
    let (room, mut reader) = room(Site::panicking());
    let (mut client, served) = connection(&room);
    client
        .write_all(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    quietly(served).await;
    let mut answers = String::new();
    client.read_to_string(&mut answers).unwrap();
    assert_eq!(
        answers
            .matches("HTTP/1.1 500 Internal Server Error")
            .count(),
        2,
        "{answers}"
    );
    let journal = read(&mut reader);
    let panicked = |event: Event| {
        matches!(event, Event::Answered { exchange }
            if exchange.reason == Some(Reason::Panicked) && exchange.status == 500)
    };
    let panics = journal
        .records
        .iter()
        .filter(|record| panicked(record.event));
    assert_eq!(panics.count(), 2);
    assert_eq!(journal.ends[0].ending, Ending::ClosedByClient);
    assert_eq!(journal.ends[0].requests, 2);
}

#[tokio::test]
async fn a_connection_whose_task_is_dropped_has_an_end_in_the_journal() {
    let (room, mut reader) = room(Site::built_in_alone());
    let (_client, served) = connection(&room);
    drop(served);
    let journal = read(&mut reader);
    assert_eq!(journal.ends.len(), 1, "every connection has an end");
    assert_eq!(journal.ends[0].ending, Ending::CutShort);
}
