//! What cannot be provoked from outside: bugs of our own, while a connection is being served.

use std::future::Future;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use http::StatusCode;
use http::header::{HeaderValue, LAST_MODIFIED};

use super::serve;
use crate::clock;
use crate::driving::fixture::{self, accepted, quietly, read};
use crate::driving::{Handover, Room};
use crate::exchange::{Answer, Body, Ending, FieldList, Reason, Response};
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

/// Whoever waited for a disk into the next second, and found a file that was written in it, was told
/// that it is younger than the answer (RFC 9110 §8.8.2.1): the answer had the date of its question.
#[tokio::test]
async fn an_answer_that_was_waited_for_has_the_date_of_its_end() {
    let (room, _reader) = room(Site::answering_patiently(|_| {
        Box::pin(into_the_next_second())
    }));
    let (mut client, served) = connection(&room);
    client
        .write_all(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    served.await;
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    let date = |name: &str| {
        let mut lines = answer.lines();
        let value = lines.find_map(|line| line.strip_prefix(name));
        httpdate::parse_http_date(value.expect("it has that field")).unwrap()
    };
    assert!(date("last-modified: ") <= date("date: "), "{answer}");
}

async fn into_the_next_second() -> Answer {
    // As the thread's other connections do: the text is kept for as long as a second lasts.
    let before = clock::http_date(clock::now());
    while clock::http_date_of(clock::wall()) == before {
        tokio::task::yield_now().await;
    }
    let mut fields = FieldList::new();
    let modified = HeaderValue::from_bytes(&clock::http_date_of(clock::wall())).unwrap();
    fields.add(LAST_MODIFIED, modified);
    Response::new(StatusCode::OK, fields, Body::Empty).into()
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
