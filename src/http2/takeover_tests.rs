//! Streams that go on in another protocol, and what is said before an answer.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use h2::ext::Protocol;
use h2::{Reason, RecvStream, SendStream};
use hello_http1::Limits;
use http::{Method, Request, Response, StatusCode, Version};
use tokio::net::UnixStream;

use super::tests::serve_room;
use crate::clock;
use crate::driving::Room;
use crate::driving::fixture::{self, answered, quietly};
use crate::exchange::Ending;
use crate::observe::{Batch, Event, Order, Registry, Subscription};
use crate::site::Site;

/// Lets a client talk with a server of this site. What the journal says of it.
async fn talk<F: Future<Output = ()>>(
    site: Site,
    client: impl FnOnce(SendRequest<Bytes>, Arc<Registry>) -> F,
) -> Batch {
    talk_in(fixture::room(site), client).await
}

/// The same, in this room.
async fn talk_in<F: Future<Output = ()>>(
    room: (Room, Subscription),
    client: impl FnOnce(SendRequest<Bytes>, Arc<Registry>) -> F,
) -> Batch {
    let registry = Arc::new(Registry::new());
    let (end, served) = serve_room(room, &registry);
    let end = UnixStream::from_std(end).unwrap();
    let talking = async {
        // So that one stream that is not heard does not hold up others.
        let mut builder = Builder::new();
        builder.initial_connection_window_size(1 << 20);
        let (asking, connection) = builder.handshake::<_, Bytes>(end).await.unwrap();
        let mut connection = std::pin::pin!(connection);
        let mut client = std::pin::pin!(client(asking, registry));
        // The connection is kept going until the client has nothing more to do.
        std::future::poll_fn(|cx| {
            let _ = connection.as_mut().poll(cx);
            client.as_mut().poll(cx)
        })
        .await;
    };
    let (batch, ()) = tokio::join!(served, talking);
    assert_eq!(batch.ends.len(), 1, "{:?}", batch.records);
    batch
}

/// Asks for a tunnel in which this protocol is spoken.
async fn connect(
    asking: &mut SendRequest<Bytes>,
    protocol: &'static str,
) -> (Response<RecvStream>, SendStream<Bytes>) {
    *asking = asking.clone().ready().await.unwrap();
    // The server's first words have come with them.
    assert!(asking.is_extended_connect_protocol_enabled());
    let mut request = Request::new(());
    *request.method_mut() = Method::CONNECT;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = "http://a/chat".parse().unwrap();
    let protocol = Protocol::from_static(protocol);
    request.extensions_mut().insert(protocol);
    let (response, sending) = asking.send_request(request, false).unwrap();
    (response.await.unwrap(), sending)
}

async fn get(asking: &mut SendRequest<Bytes>) -> Response<RecvStream> {
    let request = Request::get("http://a/").version(Version::HTTP_2);
    let (response, _) = asking
        .send_request(request.body(()).unwrap(), true)
        .unwrap();
    response.await.unwrap()
}

/// Hears so many bytes.
async fn hear(hearing: &mut RecvStream, count: usize) -> Vec<u8> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let bytes = hearing.data().await.unwrap().unwrap();
        hearing
            .flow_control()
            .release_capacity(bytes.len())
            .unwrap();
        heard.extend_from_slice(&bytes);
    }
    heard
}

/// Whether nothing more comes.
async fn is_over(hearing: &mut RecvStream) -> bool {
    // The end may have a frame of its own.
    while let Some(bytes) = hearing.data().await {
        if !bytes.unwrap().is_empty() {
            return false;
        }
    }
    true
}

/// Waits until the server has said that it can be asked for a tunnel.
async fn warmed_up(asking: &mut SendRequest<Bytes>) {
    assert_eq!(get(asking).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn after_a_200_what_is_said_comes_back_and_the_end_too() {
    let batch = talk(fixture::taken_over(), |mut asking, registry| async move {
        warmed_up(&mut asking).await;
        let (response, mut sending) = connect(&mut asking, "echo").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get("upgrade"), None);
        assert_eq!(response.headers().get("content-length"), None);
        let mut hearing = response.into_body();
        sending.send_data("early, ".into(), false).unwrap();
        assert_eq!(hear(&mut hearing, 7).await, b"early, ");
        let running = registry.running_since_before(clock::now(), 2);
        assert_eq!(running.len(), 1, "others see it");
        // Others on this connection are served meanwhile.
        warmed_up(&mut asking).await;
        sending.send_data("and late".into(), true).unwrap();
        assert_eq!(hear(&mut hearing, 8).await, b"and late");
        assert!(is_over(&mut hearing).await);
    })
    .await;
    assert_eq!(answered(&batch), [(200, 6), (200, 6), (200, 15)]);
    assert_eq!(batch.ends[0].ending, Ending::ClosedByClient);
}

/// More than all windows and buffers together hold.
#[tokio::test]
async fn much_comes_back_whole_and_in_order() {
    let batch = talk(fixture::taken_over(), |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let (response, mut sending) = connect(&mut asking, "echo").await;
        let mut hearing = response.into_body();
        let sent: Vec<u8> = (0..500_000_u32).flat_map(u32::to_be_bytes).collect();
        let all = Bytes::from(sent.clone());
        let writing = async {
            let mut left = all;
            while !left.is_empty() {
                sending.reserve_capacity(left.len());
                let room = std::future::poll_fn(|cx| sending.poll_capacity(cx)).await;
                let piece = left.split_to(room.unwrap().unwrap().min(left.len()));
                sending.send_data(piece, left.is_empty()).unwrap();
            }
        };
        let (heard, ()) = tokio::join!(hear(&mut hearing, sent.len()), writing);
        assert!(heard == sent);
        assert!(is_over(&mut hearing).await);
    })
    .await;
    assert_eq!(answered(&batch).last(), Some(&(200, 2_000_000)));
}

#[tokio::test]
async fn whoever_has_taken_over_may_say_goodbye_when_the_server_stops() {
    let batch = talk(fixture::taken_over(), |mut asking, registry| async move {
        warmed_up(&mut asking).await;
        let (response, _sending) = connect(&mut asking, "echo").await;
        registry.order_everyone(Order::Drain);
        let mut hearing = response.into_body();
        assert_eq!(hear(&mut hearing, 3).await, b"bye");
        assert!(is_over(&mut hearing).await);
    })
    .await;
    assert_eq!(answered(&batch), [(200, 6), (200, 3)]);
    assert_eq!(batch.ends[0].ending, Ending::Drained);
}

#[tokio::test]
async fn a_client_may_give_a_tunnel_up_and_keep_the_connection() {
    let batch = talk(fixture::taken_over(), |mut asking, registry| async move {
        warmed_up(&mut asking).await;
        let (response, mut sending) = connect(&mut asking, "echo").await;
        let mut hearing = response.into_body();
        sending.send_data("one".into(), false).unwrap();
        hear(&mut hearing, 3).await;
        sending.send_reset(Reason::CANCEL);
        warmed_up(&mut asking).await;
        assert!(registry.running_since_before(clock::now(), 2).is_empty());
    })
    .await;
    let mut all = answered(&batch);
    all.sort_unstable();
    assert_eq!(all, [(200, 3), (200, 6), (200, 6)]);
}

#[tokio::test]
async fn a_bug_of_whoever_has_taken_over_ends_its_stream_alone() {
    let talking = talk(fixture::taken_over(), |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let (response, _sending) = connect(&mut asking, "fall").await;
        let fallen = response.into_body().data().await.unwrap().unwrap_err();
        assert_eq!(fallen.reason(), Some(Reason::INTERNAL_ERROR));
        warmed_up(&mut asking).await;
    });
    Box::pin(quietly(talking)).await;
}

/// A page would be taken for the beginning of what is said in the other protocol.
#[tokio::test]
async fn who_asks_for_what_nobody_speaks_is_told_so() {
    let batch = talk(fixture::taken_over(), |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let (response, _sending) = connect(&mut asking, "other").await;
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        warmed_up(&mut asking).await;
    })
    .await;
    let reasons = { batch.records.iter() }.filter_map(|record| match record.event {
        Event::Answered { exchange } => exchange.reason,
        _ => None,
    });
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [crate::exchange::Reason::UnknownProtocol]
    );
}

#[tokio::test]
async fn who_opens_no_window_for_what_is_said_loses_the_tunnel_and_nothing_else() {
    let limits = Limits {
        write_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let (room, reader) = fixture::room(fixture::taken_over());
    let limits = Arc::new(limits);
    let room = (Room { limits, ..room }, reader);
    let batch = talk_in(room, |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let (other, mut telling) = connect(&mut asking, "echo").await;
        let (response, mut sending) = connect(&mut asking, "echo").await;
        let mut hearing = response.into_body();
        let much = Bytes::from(vec![b'x'; 200_000]);
        sending.send_data(much, false).unwrap();
        let mut heard = 0;
        // What was heard is never given back to the window.
        let error = loop {
            match hearing.data().await.unwrap() {
                Ok(bytes) => heard += bytes.len(),
                Err(error) => break error,
            }
        };
        assert_eq!(error.reason(), Some(Reason::CANCEL));
        assert_eq!(heard, 65_535);
        telling.send_data("still there".into(), true).unwrap();
        assert_eq!(hear(&mut other.into_body(), 11).await, b"still there");
    })
    .await;
    assert_eq!(answered(&batch), [(200, 6), (200, 65_535), (200, 11)]);
}

/// A room in which tunnels may be silent for so long.
fn silent_for(milliseconds: u64) -> (Room, Subscription) {
    let (room, reader) = fixture::room(fixture::taken_over());
    let tunnel_timeout = Duration::from_millis(milliseconds);
    let room = Room {
        tunnel_timeout,
        ..room
    };
    (room, reader)
}

#[tokio::test]
async fn where_neither_side_says_anything_the_stream_is_let_go_and_nothing_else() {
    let batch = talk_in(silent_for(50), |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let (response, mut sending) = connect(&mut asking, "echo").await;
        let mut hearing = response.into_body();
        sending.send_data("once".into(), false).unwrap();
        hear(&mut hearing, 4).await;
        let error = hearing.data().await.unwrap().unwrap_err();
        assert_eq!(error.reason(), Some(Reason::CANCEL));
        warmed_up(&mut asking).await;
    })
    .await;
    assert_eq!(answered(&batch), [(200, 6), (200, 4), (200, 6)]);
    assert_eq!(batch.ends[0].ending, Ending::ClosedByClient);
}

/// What is not heard stays in the windows; but that of the connection is everybody's.
#[tokio::test]
async fn one_that_hears_nothing_holds_up_no_other_stream() {
    // Were it held up, silence would end it.
    let batch = talk_in(silent_for(2000), |mut asking, _| async move {
        warmed_up(&mut asking).await;
        let mut unheard = Vec::new();
        for _ in 0..2 {
            let (response, mut sending) = connect(&mut asking, "deaf").await;
            assert_eq!(response.status(), StatusCode::OK);
            let much = Bytes::from(vec![b'x'; 200_000]);
            sending.send_data(much, false).unwrap();
            unheard.push((response, sending));
        }
        let (response, mut sending) = connect(&mut asking, "echo").await;
        let mut hearing = response.into_body();
        sending.send_data(vec![b'y'; 100_000].into(), true).unwrap();
        assert!(hear(&mut hearing, 100_000).await == vec![b'y'; 100_000]);
        assert!(is_over(&mut hearing).await);
    })
    .await;
    let mut all = answered(&batch);
    all.sort_unstable();
    assert_eq!(all, [(200, 0), (200, 0), (200, 6), (200, 100_000)]);
}

#[tokio::test]
async fn what_an_answer_is_likely_to_say_comes_before_it() {
    let batch = talk(fixture::hinting(), |mut asking, _| async move {
        let request = Request::get("http://a/").version(Version::HTTP_2);
        let (mut response, _) = asking
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        let hinted = std::future::poll_fn(|cx| match response.poll_informational(cx) {
            Poll::Ready(hint) => Poll::Ready(hint),
            Poll::Pending => Poll::Pending,
        });
        let hint = hinted.await.unwrap().unwrap();
        assert_eq!(hint.status(), StatusCode::EARLY_HINTS);
        assert_eq!(hint.headers()["link"], "</a.css>; rel=preload; as=style");
        let response = response.await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(hear(&mut response.into_body(), 6).await, b"a page");
    })
    .await;
    assert_eq!(answered(&batch), [(200, 6)]);
}
