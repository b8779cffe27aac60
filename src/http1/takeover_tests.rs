//! Connections that go on in another protocol, and what is said before an answer.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::tests::{connection_in, room};
use crate::clock;
use crate::driving::fixture::{self, answered, quietly, read};
use crate::exchange::Ending;
use crate::observe::{Batch, Order, Registry};

const OFFER: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

/// Lets a client talk with a server that echoes. What the journal says of it.
async fn talk<F: Future<Output = ()>>(
    request: &str,
    client: impl FnOnce(UnixStream, Arc<Registry>) -> F,
) -> (Ending, Batch) {
    let (room, mut reader) = room(fixture::taken_over());
    let registry = Arc::new(Registry::new());
    let (end, served) = connection_in(&room, &registry);
    (&end).write_all(request.as_bytes()).unwrap();
    end.set_nonblocking(true).unwrap();
    tokio::join!(served, client(UnixStream::from_std(end).unwrap(), registry));
    let batch = read(&mut reader);
    assert_eq!(batch.ends.len(), 1, "{:?}", batch.records);
    (batch.ends[0].ending, batch)
}

/// Hears on until what was heard ends like this.
async fn hear(client: &mut UnixStream, end: &str) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(end.as_bytes()) {
        assert_ne!(client.read_buf(&mut heard).await.unwrap(), 0, "{heard:?}");
    }
    String::from_utf8(heard).unwrap()
}

#[tokio::test]
async fn after_a_101_what_is_said_comes_back_and_the_end_too() {
    // Some of it comes before it is known whether anybody listens.
    let request = [OFFER, "early, "].concat();
    let (ending, batch) = talk(&request, |mut client, registry| async move {
        let head = hear(&mut client, "early, ").await;
        assert!(
            head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"),
            "{head}"
        );
        assert!(head.contains("\r\nconnection: upgrade\r\n"), "{head}");
        assert!(head.contains("\r\nupgrade: echo\r\n"), "{head}");
        assert!(!head.contains("content-length"), "{head}");
        client.write_all(b"and late").await.unwrap();
        hear(&mut client, "and late").await;
        let running = registry.running_since_before(clock::now(), 2);
        assert_eq!(running.len(), 1, "others see it");
        assert_eq!(running[0].progress().status, Some(101));
        client.shutdown().await.unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"");
    })
    .await;
    assert_eq!(ending, Ending::ClosedByClient);
    assert_eq!(answered(&batch), [(101, 15)]);
}

/// More than all buffers together hold, while the client does nothing but write.
#[tokio::test]
async fn much_comes_back_whole_and_in_order() {
    let (ending, batch) = talk(OFFER, |client, _| async move {
        let (mut reader, mut writer) = client.into_split();
        let sent: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_be_bytes).collect();
        let writing = async {
            writer.write_all(&sent).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        let mut heard = Vec::new();
        let ((), count) = tokio::join!(writing, reader.read_to_end(&mut heard));
        count.unwrap();
        let end = heard
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap()
            + 4;
        assert!(heard[end..] == sent);
    })
    .await;
    assert_eq!(ending, Ending::ClosedByClient);
    assert_eq!(answered(&batch), [(101, 4_000_000)]);
}

#[tokio::test]
async fn whoever_has_taken_over_may_say_goodbye_when_the_server_stops() {
    let (ending, batch) = talk(OFFER, |mut client, registry| async move {
        hear(&mut client, "\r\n\r\n").await;
        registry.order_everyone(Order::Drain);
        hear(&mut client, "bye").await;
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    })
    .await;
    assert_eq!(ending, Ending::Drained);
    assert_eq!(answered(&batch), [(101, 3)]);
}

#[tokio::test]
async fn an_order_to_stop_cuts_it_off() {
    let (ending, _) = talk(OFFER, |mut client, registry| async move {
        hear(&mut client, "\r\n\r\n").await;
        registry.order_everyone(Order::Stop);
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest).await;
        assert_eq!(rest, b"");
    })
    .await;
    assert_eq!(ending, Ending::CutShort);
}

#[tokio::test]
async fn a_bug_of_whoever_has_taken_over_ends_its_connection() {
    quietly(async {
        let (ending, _) = talk(&OFFER.replace("echo", "fall"), |mut client, _| async move {
            let mut rest = Vec::new();
            let _ = client.read_to_end(&mut rest).await;
            assert!(rest.starts_with(b"HTTP/1.1 101 "));
        })
        .await;
        assert_eq!(ending, Ending::Panicked);
    })
    .await;
}

/// The clock runs on only when nobody can do anything: when the client's buffer is full.
#[tokio::test(start_paused = true)]
async fn who_takes_nothing_of_what_is_said_is_let_go() {
    let (ending, _) = talk(OFFER, |mut client, _| async move {
        // It writes, and reads nothing, until nothing more is taken of it.
        while client.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    assert_eq!(ending, Ending::WriteTimeout);
}

/// The clock runs on when nobody has anything to say.
#[tokio::test(start_paused = true)]
async fn where_neither_side_says_anything_the_connection_is_let_go() {
    let (ending, batch) = talk(OFFER, |mut client, _| async move {
        hear(&mut client, "\r\n\r\n").await;
        client.write_all(b"once").await.unwrap();
        hear(&mut client, "once").await;
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"");
    })
    .await;
    assert_eq!(ending, Ending::IdleTimeout);
    assert_eq!(answered(&batch), [(101, 4)], "whatever was said was said");
}

/// RFC 9110 §7.8: an offer may be ignored, and there is none without `Connection`, in HTTP/1.0, or
/// as long as a body is to come.
#[tokio::test]
async fn an_offer_that_cannot_be_taken_gets_the_page() {
    let requests = [
        OFFER.replace("Connection: Upgrade\r\n", "Connection: close\r\n"),
        OFFER.replace("HTTP/1.1", "HTTP/1.0"),
        OFFER.replace("Upgrade: echo", "Upgrade: other\r\nConnection: close"),
        OFFER.replace(
            "Upgrade: echo\r\n\r\n",
            "Upgrade: echo\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
        ),
    ];
    for request in requests {
        let (_, batch) = talk(&request, |mut client, _| async move {
            let heard = hear(&mut client, "a page").await;
            assert!(heard.starts_with("HTTP/1.1 200 OK\r\n"), "{heard}");
        })
        .await;
        assert_eq!(answered(&batch), [(200, 6)], "{request}");
    }
}

#[tokio::test]
async fn what_an_answer_is_likely_to_say_comes_before_it() {
    for (version, hints) in [("HTTP/1.1", 1), ("HTTP/1.0", 0)] {
        let (room, mut reader) = room(fixture::hinting());
        let (mut client, served) = connection_in(&room, &Arc::new(Registry::new()));
        write!(client, "GET / {version}\r\nHost: a\r\n\r\n").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        served.await;
        let mut heard = String::new();
        client.read_to_string(&mut heard).unwrap();
        let hint = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload; as=style\r\n\r\n";
        assert_eq!(heard.matches(hint).count(), hints, "{heard}");
        let rest = heard.trim_start_matches(hint);
        assert!(rest.starts_with("HTTP/1.1 200 OK\r\n"), "{heard}");
        assert!(rest.ends_with("\r\n\r\na page"), "{heard}");
        assert_eq!(answered(&read(&mut reader)), [(200, 6)]);
    }
}
