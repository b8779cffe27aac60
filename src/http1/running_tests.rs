//! What others see of a request while it is being answered.

use std::future::Future;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::tests::{connection_in, room};
use crate::driving::fixture::read;
use crate::exchange::{Body, FieldList, Next, Response, Stream};
use crate::observe::{Batch, Event, Method, Progress, Registry, Subscription};
use crate::site::Site;

/// How often the server is given its turn before a test is given up.
const TURNS_MAX: usize = 1 << 20;

/// More than the kernel takes for a client that does not read.
const LARGE: usize = 8 << 20;

/// A server, and a client that says what it likes.
struct Stage {
    reader: Subscription,
    registry: Arc<Registry>,
    client: UnixStream,
    served: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Stage {
    fn new(site: Site, said: &str) -> Self {
        let (room, reader) = room(site);
        let registry = Arc::new(Registry::new());
        let (mut client, served) = connection_in(&room, &registry);
        client.write_all(said.as_bytes()).unwrap();
        client.set_nonblocking(true).unwrap();
        Self {
            reader,
            registry,
            client,
            served: Box::pin(served),
        }
    }

    /// Lets the server work until something is seen.
    async fn until<T>(&mut self, mut seen: impl FnMut(&mut Self) -> Option<T>) -> T {
        for _ in 0..TURNS_MAX {
            tokio::select! {
                biased;
                () = &mut self.served => self.served = Box::pin(std::future::pending()),
                () = tokio::task::yield_now() => {}
            }
            if let Some(seen) = seen(self) {
                return seen;
            }
        }
        panic!("never seen");
    }

    /// The one request that runs, if one does.
    fn running(&self) -> Option<(u32, Method, String, Progress)> {
        let mut found = None;
        self.registry.running_on(1, |running| {
            assert!(found.is_none(), "one at a time");
            let target = String::from_utf8_lossy(running.target()).into_owned();
            found = Some((running.number, running.method, target, running.progress()));
        });
        found
    }

    /// Takes so many bytes of what the server says.
    async fn take(&mut self, mut count: usize) {
        let mut buffer = vec![0; 64 << 10];
        self.until(|stage| {
            let most = count.min(buffer.len());
            if let Ok(taken) = stage.client.read(&mut buffer[..most]) {
                count -= taken;
            }
            (count == 0).then_some(())
        })
        .await;
    }

    /// Nothing runs any more.
    async fn until_quiet(&mut self) {
        self.until(|stage| stage.running().is_none().then_some(()))
            .await;
    }

    /// The requests that were journalled: number, and whether whole.
    fn journalled(&mut self) -> Vec<(u32, bool)> {
        let told: Batch = read(&mut self.reader);
        let of = |event: Event| match event {
            Event::Answered { exchange } => Some((exchange.number, true)),
            Event::Broken { exchange, .. } => Some((exchange.number, false)),
            _ => None,
        };
        { told.records.iter() }
            .filter_map(|record| of(record.event))
            .collect()
    }
}

fn sized() -> Site {
    Site::answering(|request| {
        let len = if request.path == b"/large" { LARGE } else { 2 };
        answer(Body::Bytes(Bytes::from(vec![b'x'; len])))
    })
}

fn answer(body: Body) -> Response {
    Response::new(StatusCode::OK, FieldList::new(), body)
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
}

#[tokio::test]
async fn a_download_is_seen_as_far_as_it_has_come_and_counted_once() {
    let mut stage = Stage::new(sized(), &get("/large?key=swordfish"));
    let (number, method, target, first) = stage.until(|stage| stage.running()).await;
    assert_eq!((number, method), (1, Method::Get));
    assert_eq!(target, "/large?key=[redacted]");
    assert_eq!((first.status, first.of), (Some(200), Some(LARGE as u64)));
    assert!(!first.is_endless);
    let sent = |stage: &Stage| {
        let mut sent = 0;
        stage.registry.visit(0, 1, |live| sent = live.sent());
        sent
    };
    assert!(stage.journalled().is_empty(), "it is not over");
    // The client takes some: both say so, while it lasts.
    let before = sent(&stage);
    stage.take(1 << 20).await;
    let further = |stage: &mut Stage| {
        let (.., now) = stage.running()?;
        (now.sent > first.sent && sent(stage) > before).then_some(now)
    };
    let now = stage.until(further).await;
    assert!(now.sent < LARGE as u64 && now.sent <= sent(&stage));

    stage.take(LARGE - (1 << 20)).await;
    stage.until_quiet().await;
    assert_eq!(stage.journalled(), [(1, true)]);
    let all = sent(&stage);
    assert!(
        (LARGE..LARGE + 500).contains(&usize::try_from(all).unwrap()),
        "{all}"
    );
}

#[tokio::test]
async fn of_several_answers_the_one_that_leaves_is_seen() {
    let said = get("/small") + &get("/large") + &get("/small");
    let mut stage = Stage::new(sized(), &said);
    let large = |stage: &mut Stage| stage.running().filter(|(number, ..)| *number == 2);
    let (_, _, target, progress) = stage.until(large).await;
    assert_eq!(target, "/large");
    assert_eq!(progress.of, Some(LARGE as u64));
    stage.take(LARGE).await;
    stage.until_quiet().await;
    let mut told = Vec::new();
    let all = |stage: &mut Stage| {
        told.extend(stage.journalled());
        (told.len() == 3).then(|| told.clone())
    };
    assert_eq!(stage.until(all).await, [(1, true), (2, true), (3, true)]);
}

#[tokio::test]
async fn who_leaves_in_the_middle_leaves_nothing_running() {
    let mut stage = Stage::new(sized(), &get("/large"));
    stage.until(|stage| stage.running()).await;
    stage.client.shutdown(std::net::Shutdown::Both).unwrap();
    stage.until_quiet().await;
    assert_eq!(stage.journalled(), [(1, false)]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_page_is_seen_before_there_is_an_answer() {
    let said = get("/style.css") + &get("/sleep?a");
    let mut stage = Stage::new(Site::built_in_alone(), &said);
    let (number, _, target, progress) = stage
        .until(|stage| stage.running().filter(|(number, ..)| *number == 2))
        .await;
    assert_eq!((number, &target[..]), (2, "/sleep?a"));
    assert_eq!(progress, Progress::default(), "no answer yet");
    assert_eq!(stage.journalled(), [(1, true)]);
    // It sleeps for five seconds.
    tokio::time::advance(Duration::from_secs(6)).await;
    stage.until_quiet().await;
    assert_eq!(stage.journalled(), [(2, true)]);
}

/// One word, and then nothing.
struct News {
    was_told: bool,
}

impl Stream for News {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<Next> {
        if std::mem::replace(&mut self.was_told, true) {
            return Poll::Pending;
        }
        Poll::Ready(Next::Data(Bytes::from_static(b"news")))
    }

    fn is_endless(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn what_has_no_end_is_seen_as_such() {
    let news = || answer(Body::Stream(Box::new(News { was_told: false })));
    let mut stage = Stage::new(Site::answering(move |_| news()), &get("/news"));
    let expected = Progress {
        status: Some(200),
        sent: 4,
        of: None,
        is_endless: true,
    };
    let told = |stage: &mut Stage| {
        let (_, _, target, progress) = stage.running()?;
        (progress == expected).then_some(target)
    };
    assert_eq!(stage.until(told).await, "/news");
    stage.client.shutdown(std::net::Shutdown::Both).unwrap();
    stage.until_quiet().await;
    assert_eq!(stage.journalled(), [(1, true)], "as whole as it gets");
}

/// The answer is there before the body, which is thrown away: nothing is left to be answered.
#[tokio::test]
async fn an_upload_that_stalls_is_no_running_request() {
    let said = "POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nten bytes.";
    let mut stage = Stage::new(Site::built_in_alone(), said);
    let mut told = Vec::new();
    let first = |stage: &mut Stage| {
        told = stage.journalled();
        (!told.is_empty()).then(|| told.clone())
    };
    assert_eq!(stage.until(first).await, [(1, true)]);
    assert!(stage.running().is_none());
    stage.client.shutdown(std::net::Shutdown::Both).unwrap();
    let ended = |stage: &mut Stage| (stage.registry.open() == 0).then_some(());
    stage.until(ended).await;
    assert!(stage.journalled().is_empty(), "it was told once");
    assert!(stage.running().is_none());
}
