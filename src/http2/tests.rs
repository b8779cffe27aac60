//! What cannot be provoked from outside: content that is made while it is sent, and bugs of our own.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};

use super::conversation::Conversation;
use super::serve;
use crate::driving::Room;
use crate::driving::fixture::{self, accepted, quietly, read};
use crate::exchange::{Body, Ending, FieldList, Next, Response, Stream};
use crate::observe::{Batch, Event, Order, Registry, Subscription};
use crate::site::Site;

/// A stream that gives these pieces, and one more turn between them.
struct Pieces {
    pieces: VecDeque<Next>,
    is_next: bool,
}

impl Stream for Pieces {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        self.is_next = !self.is_next;
        if self.is_next {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.pieces.pop_front() {
            Some(next) => Poll::Ready(next),
            None => panic!("planted"),
        }
    }
}

fn streamed(pieces: impl IntoIterator<Item = Next>) -> Response {
    let body = Body::Stream(Box::new(Pieces {
        pieces: pieces.into_iter().collect(),
        is_next: false,
    }));
    Response::new(StatusCode::OK, FieldList::new(), body)
}

fn data(text: &'static str) -> Next {
    Next::Data(Bytes::from_static(text.as_bytes()))
}

/// A frame as it was heard: kind, flags, stream and payload.
type Frame = (u8, u8, u8, Vec<u8>);

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;

/// A connection in this room: the client's end, and what serves the other until the journal is written.
pub(super) fn serve_room(
    (room, mut reader): (Room, Subscription),
    registry: &Arc<Registry>,
) -> (UnixStream, impl Future<Output = Batch> + use<>) {
    let (client, handover) = accepted(&room, registry);
    client.set_nonblocking(true).unwrap();
    let serving = async move {
        serve(handover, Arc::new(room)).await;
        read(&mut reader)
    };
    (client, serving)
}

/// Opening words, and a request for `/` on the first stream.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\
    \0\0\x06\x01\x05\0\0\0\x01\x82\x84\x86\x41\x01a";

/// A connection hears of orders once it waits: what comes before is not lost.
#[tokio::test]
async fn an_order_that_comes_just_before_the_first_wait_is_heard() {
    let registry = Arc::new(Registry::new());
    let endless = Site::answering(|_| {
        let pieces = std::iter::repeat_with(|| data("more"));
        streamed(pieces.take(100))
    });
    let (room, _reader) = fixture::room(endless);
    let (mut client, handover) = accepted(&room, &registry);
    client.set_nonblocking(true).unwrap();
    client.write_all(HELLO).unwrap();
    let mut talk = Conversation::new(handover, Arc::new(room));
    std::future::poll_fn(|cx| {
        assert!(talk.turn(cx).is_ok());
        registry.order_everyone(Order::Drain);
        let rest = talk.rest(cx);
        assert!(matches!(rest, Poll::Ready(Ok(()))), "the turn is not over");
        assert!(talk.turn(cx).is_ok());
        Poll::Ready(())
    })
    .await;
    let mut heard = Vec::new();
    let _ = client.read_to_end(&mut heard);
    let goodbye = [0, 0, 8, 7, 0, 0, 0, 0, 0];
    assert!(heard.windows(9).any(|frame| frame == goodbye));
}

/// Asks for `/` twice, and hears everything up to the end.
async fn ask(site: Site) -> (Vec<Frame>, Batch) {
    let (mut client, served) = serve_room(fixture::room(site), &Arc::new(Registry::new()));
    client.set_nonblocking(false).unwrap();
    client
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    for stream in [1, 3] {
        client
            .write_all(&[0, 0, 6, HEADERS, 5, 0, 0, 0, stream])
            .unwrap();
        client.write_all(b"\x82\x84\x86\x41\x01a").unwrap();
    }
    let mut heard = Vec::new();
    // The client stays until both are answered: whoever leaves a stream ends it.
    let (tell, told) = tokio::sync::oneshot::channel();
    let client = crate::tasks::thread("client", move || {
        let mut ended = 0;
        while ended < 2 {
            let mut nine = [0; 9];
            client.read_exact(&mut nine).unwrap();
            let length = u32::from_be_bytes([0, nine[0], nine[1], nine[2]]);
            let mut payload = vec![0; length as usize];
            client.read_exact(&mut payload).unwrap();
            let is_answer = matches!(nine[3], DATA | HEADERS);
            ended += usize::from((is_answer && nine[4] & 1 != 0) || nine[3] == RST_STREAM);
            heard.push((nine[3], nine[4], nine[8], payload));
        }
        client.shutdown(Shutdown::Both).unwrap();
        tell.send(heard).unwrap();
    })
    .unwrap();
    let batch = served.await;
    client.join().unwrap();
    (told.await.unwrap(), batch)
}

fn of_stream(heard: &[Frame], stream: u8) -> Vec<(u8, u8, &[u8])> {
    { heard.iter() }
        .filter(|frame| frame.2 == stream)
        .map(|(kind, flags, _, payload)| (*kind, *flags, &payload[..]))
        .collect()
}

#[tokio::test]
async fn a_stream_is_sent_as_it_is_made_and_its_trailers_after_it() {
    let site = Site::answering(|_| {
        let mut trailers = FieldList::new();
        let name = HeaderName::from_static("x-sum");
        trailers.add(name, HeaderValue::from_static("1"));
        streamed([data("one"), Next::Flush, data("two"), Next::End(trailers)])
    });
    let (heard, batch) = ask(site).await;
    for stream in [1, 3] {
        let frames = of_stream(&heard, stream);
        let kinds: Vec<u8> = frames.iter().map(|frame| frame.0).collect();
        assert_eq!(
            (kinds.first(), kinds.last()),
            (Some(&HEADERS), Some(&HEADERS))
        );
        assert_eq!(frames.last().unwrap().1 & 1, 1, "the trailers end it");
        let content = { frames.iter() }.filter(|frame| frame.0 == DATA);
        let content: Vec<u8> = content.flat_map(|frame| frame.2.to_vec()).collect();
        assert_eq!(content, b"onetwo");
    }
    let answered = { batch.records.iter() }
        .filter(|record| matches!(record.event, Event::Answered { exchange } if exchange.content_bytes == 6));
    assert_eq!(answered.count(), 2);
    assert_eq!(batch.ends[0].ending, Ending::ClosedByClient);
}

#[tokio::test]
async fn a_stream_that_fails_or_falls_is_reset_and_the_others_go_on() {
    let asked = std::sync::atomic::AtomicBool::new(false);
    let site = Site::answering(move |_| {
        if asked.swap(true, std::sync::atomic::Ordering::Relaxed) {
            streamed([data("whole"), Next::End(FieldList::new())])
        } else {
            streamed([data("half")])
        }
    });
    let (heard, batch) = quietly(ask(site)).await;
    let last = *of_stream(&heard, 1).last().unwrap();
    assert_eq!((last.0, last.2), (RST_STREAM, &[0, 0, 0, 2][..]));
    let last = *of_stream(&heard, 3).last().unwrap();
    assert_eq!((last.0, last.1 & 1), (DATA, 1));
    let broken =
        { batch.records.iter() }.filter(|record| matches!(record.event, Event::Broken { .. }));
    assert_eq!(broken.count(), 1);
}

#[tokio::test]
async fn a_site_that_falls_is_500_and_the_connection_goes_on() {
    let (heard, batch) = quietly(ask(Site::panicking())).await;
    assert!(heard.iter().all(|frame| frame.0 != RST_STREAM));
    let failed = { batch.records.iter() }.filter(
        |record| matches!(record.event, Event::Answered { exchange } if exchange.status == 500),
    );
    assert_eq!(failed.count(), 2);
}
