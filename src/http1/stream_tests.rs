//! Content that is made while it is sent, as a client hears it and as its maker does.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, StatusCode};
use tokio::net::UnixStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::tests::{connection_in, room};
use crate::driving::fixture::{quietly, read};
use crate::exchange::{Body, Ending, FieldList, Next, Response, Stream};
use crate::observe::{Batch, Event, Order, Registry, Subscription};
use crate::site::Site;

/// A stream that gives what a test tells it to.
struct Told {
    pieces: UnboundedReceiver<Next>,
    is_endless: bool,
    is_draining: bool,
    /// Told to the test when it is dropped.
    _dropped: tokio::sync::oneshot::Sender<()>,
}

impl Stream for Told {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        if self.is_draining && self.is_endless {
            return Poll::Ready(Next::End(FieldList::new()));
        }
        match self.pieces.poll_recv(cx) {
            Poll::Ready(Some(next)) => Poll::Ready(next),
            Poll::Ready(None) => panic!("planted"),
            Poll::Pending => Poll::Pending,
        }
    }

    fn drain(&mut self) {
        self.is_draining = true;
    }

    fn is_endless(&self) -> bool {
        self.is_endless
    }
}

/// A server of one stream, and a client that has asked for it.
struct Stage {
    reader: Subscription,
    registry: Arc<Registry>,
    client: UnixStream,
    heard: Vec<u8>,
    tell: Option<UnboundedSender<Next>>,
    dropped: tokio::sync::oneshot::Receiver<()>,
}

/// Sends `request` to a server whose answer is a stream; for HEAD and GET alike.
fn stage(request: &str, is_endless: bool) -> (Stage, impl Future<Output = ()> + Send + use<>) {
    let (tell, pieces) = unbounded_channel();
    let (dropping, dropped) = tokio::sync::oneshot::channel();
    let told = Mutex::new(Some(Told {
        pieces,
        is_endless,
        is_draining: false,
        _dropped: dropping,
    }));
    let (room, reader) = room(Site::answering(move |_| {
        match told.lock().unwrap().take() {
            Some(told) => streamed(told),
            None => answer(Body::Bytes(Bytes::from_static(b"after"))),
        }
    }));
    let registry = Arc::new(Registry::new());
    let (client, served) = connection_in(&room, &registry);
    std::io::Write::write_all(&mut &client, request.as_bytes()).unwrap();
    client.set_nonblocking(true).unwrap();
    let client = UnixStream::from_std(client).unwrap();
    let stage = Stage {
        reader,
        registry,
        client,
        heard: Vec::new(),
        tell: Some(tell),
        dropped,
    };
    (stage, served)
}

fn answer(body: Body) -> Response {
    Response::new(StatusCode::OK, FieldList::new(), body)
}

fn streamed(stream: impl Stream + 'static) -> Response {
    answer(Body::Stream(Box::new(stream)))
}

impl Stage {
    fn give(&self, next: Next) {
        let tell = self.tell.as_ref().expect("it has not fallen silent");
        assert!(tell.send(next).is_ok(), "the stream is there");
    }

    fn say(&self, text: &'static str) {
        self.give(Next::Data(Bytes::from_static(text.as_bytes())));
    }

    /// Hears on until the text heard ends like this.
    async fn hear(&mut self, end: &str) -> String {
        while !self.heard.ends_with(end.as_bytes()) {
            assert!(self.hear_more().await, "closed: {}", self.text());
        }
        self.text()
    }

    /// Hears everything up to the close.
    async fn hear_out(&mut self) -> String {
        while self.hear_more().await {}
        self.text()
    }

    async fn hear_more(&mut self) -> bool {
        let mut bytes = [0; 4096];
        loop {
            self.client.readable().await.unwrap();
            match self.client.try_read(&mut bytes) {
                Ok(0) => return false,
                Ok(count) => {
                    self.heard.extend_from_slice(&bytes[..count]);
                    return true;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return false,
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }

    /// How the connection ended, and the events before.
    fn journal(&mut self) -> (Ending, Batch) {
        let batch = read(&mut self.reader);
        assert_eq!(batch.ends.len(), 1, "{:?}", batch.records);
        (batch.ends[0].ending, batch)
    }
}

/// Bytes of content of each exchange that was answered in full, in order.
fn answered(batch: &Batch) -> Vec<u64> {
    let content = |event: &Event| match event {
        Event::Answered { exchange } => Some(exchange.content_bytes),
        _ => None,
    };
    { batch.records.iter() }
        .filter_map(|record| content(&record.event))
        .collect()
}

/// Bytes of content that were sent, and made, of the exchange that broke.
fn broken(batch: &Batch) -> Option<(u64, u64)> {
    batch.records.iter().find_map(|record| match record.event {
        Event::Broken { exchange, of } => Some((exchange.content_bytes, of)),
        _ => None,
    })
}

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const CHUNKED: &str = "transfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn what_is_made_leaves_in_chunks_as_soon_as_it_is_made() {
    let (mut stage, served) = stage(GET, false);
    tokio::join!(served, async move {
        // The head does not wait for the content, nor one piece for the next.
        stage.hear(CHUNKED).await;
        stage.say("first");
        stage.hear("\r\n\r\n5\r\nfirst").await;
        stage.say("se");
        stage.say("cond");
        stage.hear("first\r\n2\r\nse\r\n4\r\ncond").await;
        stage.give(Next::Flush);
        stage.give(Next::Flush);
        let mut trailers = FieldList::new();
        let name = HeaderName::from_static("x-sum");
        trailers.add(name, HeaderValue::from_static("42"));
        stage.give(Next::End(trailers));
        let text = stage.hear("\r\n0\r\nx-sum: 42\r\n\r\n").await;
        assert!(!text.contains("content-length"), "{text}");
        // The connection goes on.
        stage.client.writable().await.unwrap();
        assert_eq!(stage.client.try_write(GET.as_bytes()).unwrap(), GET.len());
        stage.hear("\r\n\r\nafter").await;
        assert!(stage.dropped.await.is_err(), "a stream is gone at its end");
        drop(stage.client);
    });
}

#[tokio::test]
async fn a_request_behind_a_stream_is_answered_after_it() {
    let (mut stage, served) = stage(&[GET, GET].concat(), false);
    tokio::join!(served, async {
        stage.hear(CHUNKED).await;
        stage.say("first");
        stage.hear("5\r\nfirst").await;
        stage.give(Next::End(FieldList::new()));
        let text = stage.hear("after").await;
        assert!(
            text.contains("first\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"),
            "{text}"
        );
        stage.client = UnixStream::pair().unwrap().0;
    });
    let (ending, batch) = stage.journal();
    assert_eq!(ending, Ending::ClosedByClient);
    assert_eq!(answered(&batch), [5, 5]);
}

#[tokio::test]
async fn an_old_client_hears_the_content_until_the_close() {
    let (mut stage, served) = stage("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false);
    tokio::join!(served, async {
        stage.hear("\r\n\r\n").await;
        stage.say("first");
        stage.hear("\r\n\r\nfirst").await;
        stage.say("second");
        stage.give(Next::End(FieldList::new()));
        let text = stage.hear_out().await;
        assert!(text.ends_with("\r\n\r\nfirstsecond"), "{text}");
        assert!(!text.contains("chunked"), "{text}");
        assert!(text.contains("connection: close\r\n"), "{text}");
        stage.client = UnixStream::pair().unwrap().0;
    });
    let (ending, batch) = stage.journal();
    assert_eq!(ending, Ending::ClosedAsAsked);
    assert_eq!(answered(&batch), [11]);
}

#[tokio::test]
async fn head_hears_no_content_and_the_stream_is_never_asked() {
    let request = ["HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", GET].concat();
    let (mut stage, served) = stage(&request, false);
    // Asked, it would panic.
    stage.tell = None;
    tokio::join!(served, async {
        let text = stage.hear("after").await;
        assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
        assert!(!text.contains("chunked"), "{text}");
        stage.client = UnixStream::pair().unwrap().0;
    });
    assert_eq!(answered(&stage.journal().1), [0, 5]);
}

#[tokio::test]
async fn a_stream_without_end_ends_at_once_when_the_server_stops() {
    let (mut stage, served) = stage(GET, true);
    tokio::join!(served, async {
        stage.hear(CHUNKED).await;
        stage.say("first");
        stage.hear("first").await;
        stage.registry.order_everyone(Order::Drain);
        let text = stage.hear_out().await;
        assert!(text.ends_with("first\r\n0\r\n\r\n"), "{text}");
        stage.client = UnixStream::pair().unwrap().0;
    });
    let (ending, batch) = stage.journal();
    assert_eq!(ending, Ending::Drained);
    assert_eq!(answered(&batch), [5]);
}

#[tokio::test]
async fn a_stream_with_an_end_is_finished_when_the_server_stops() {
    let (mut stage, served) = stage(GET, false);
    tokio::join!(served, async {
        stage.hear(CHUNKED).await;
        stage.registry.order_everyone(Order::Drain);
        stage.say("last");
        stage.hear("last").await;
        stage.give(Next::End(FieldList::new()));
        let text = stage.hear_out().await;
        assert!(text.ends_with("last\r\n0\r\n\r\n"), "{text}");
        stage.client = UnixStream::pair().unwrap().0;
    });
    assert_eq!(stage.journal().0, Ending::Drained);
}

#[tokio::test]
async fn an_order_to_stop_cuts_a_stream_off() {
    let (mut stage, served) = stage(GET, false);
    tokio::join!(served, async {
        stage.hear(CHUNKED).await;
        stage.say("first");
        stage.hear("first").await;
        stage.registry.order_everyone(Order::Stop);
        let text = stage.hear_out().await;
        assert!(text.ends_with("first"), "no last chunk: {text}");
    });
    let (ending, batch) = stage.journal();
    assert_eq!(ending, Ending::CutShort);
    assert_eq!(broken(&batch), Some((5, 5)));
}

/// Nothing is sent meanwhile, so no write could tell.
#[tokio::test]
async fn a_stream_hears_at_once_that_its_client_has_left() {
    for (is_endless, expected) in [
        (true, Ending::ClosedByClient),
        (false, Ending::ResetByClient),
    ] {
        let (mut stage, served) = stage(GET, is_endless);
        tokio::join!(served, async {
            stage.hear(CHUNKED).await;
            stage.say("first");
            stage.hear("first").await;
            stage.client = UnixStream::pair().unwrap().0;
            assert!((&mut stage.dropped).await.is_err());
        });
        let (ending, batch) = stage.journal();
        assert_eq!(ending, expected);
        let (whole, half) = (answered(&batch), broken(&batch));
        // What has no end is as whole as it gets.
        assert_eq!(
            (whole == [5], half == Some((5, 5))),
            (is_endless, !is_endless)
        );
    }
}

#[tokio::test]
async fn a_stream_that_fails_is_not_taken_for_whole() {
    let (mut stage, served) = stage(GET, false);
    tokio::join!(served, async {
        stage.hear(CHUNKED).await;
        stage.say("first");
        stage.hear("first").await;
        stage.give(Next::Failed);
        let text = stage.hear_out().await;
        assert!(text.ends_with("first"), "no last chunk: {text}");
    });
    let (ending, batch) = stage.journal();
    assert_eq!(ending, Ending::Failed);
    assert_eq!(broken(&batch), Some((5, 5)));
}

#[tokio::test]
async fn a_stream_that_panics_ends_its_connection_alone() {
    let (mut stage, served) = stage(GET, false);
    stage.tell = None;
    quietly(async {
        tokio::join!(served, async {
            let text = stage.hear_out().await;
            assert!(text.ends_with(CHUNKED), "{text}");
        });
    })
    .await;
    assert_eq!(stage.journal().0, Ending::Panicked);
}

/// A stream that is never at a loss, and counts what it is asked for.
struct Flood(Arc<AtomicU64>);

impl Stream for Flood {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Next> {
        static PIECE: [u8; 1000] = [b'x'; 1000];
        self.0.fetch_add(PIECE.len() as u64, Ordering::Relaxed);
        Poll::Ready(Next::Data(Bytes::from_static(&PIECE)))
    }
}

/// The clock runs on only when nobody can do anything: when the client's buffer is full.
#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_stops_the_stream_and_is_let_go() {
    let made = Arc::new(AtomicU64::new(0));
    let counted = made.clone();
    let (room, mut reader) = room(Site::answering(move |request| {
        assert_eq!(request.method, Method::GET);
        streamed(Flood(counted.clone()))
    }));
    let (client, served) = connection_in(&room, &Arc::new(Registry::new()));
    std::io::Write::write_all(&mut &client, GET.as_bytes()).unwrap();
    let kernel = rustix::net::sockopt::socket_send_buffer_size(&client).unwrap() as u64;
    served.await;
    let batch = read(&mut reader);
    assert_eq!(batch.ends[0].ending, Ending::WriteTimeout);
    let made = made.load(Ordering::Relaxed);
    assert!(made <= kernel + (64 << 10) + 1000, "{made} for {kernel}");
    let (sent, of) = broken(&batch).unwrap();
    assert!(sent < of && of == made, "{sent} of {of}, {made} made");
}
