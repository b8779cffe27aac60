//! Answers that are held to a pace, under a clock that stands still but for what is waited for.

use std::io::Read;
use std::io::Write;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::tests::connection_in;
use crate::clock;
use crate::driving::fixture::{self, read};
use crate::exchange::{Body, Ending, FieldList, Limited, Response};
use crate::observe::Registry;
use crate::site::Site;

const RATE: u64 = 16 << 10;
const CONTENT: usize = 60 << 10;

fn paced() -> Response {
    let content = Body::Bytes(Bytes::from(b"x".repeat(CONTENT)));
    let mut response = Response::new(StatusCode::OK, FieldList::new(), content);
    response.limited = Some(Box::new(Limited {
        bandwidth: NonZeroU64::new(RATE),
        ..Limited::default()
    }));
    response
}

/// Whoever is slow because we are is not let go for it, however short the time for slow clients is.
#[tokio::test(start_paused = true)]
async fn no_more_leaves_than_the_pace_lets_and_nobody_is_taken_for_slow() {
    let (mut room, mut reader) = fixture::room(Site::answering(|_| paced()));
    let limits = Arc::make_mut(&mut room.limits);
    limits.write_timeout = Duration::from_millis(1);
    let room = Arc::new(room);
    let (mut client, served) = connection_in(&room, &Arc::new(Registry::new()));
    client.set_nonblocking(true).unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    client.write_all(request).unwrap();
    let (start, real_start) = (tokio::time::Instant::now(), clock::now());
    let mut served = std::pin::pin!(served);
    let mut heard = Vec::new();
    let mut is_over = false;
    let mut steps = 0;
    while !is_over {
        std::future::poll_fn(|cx| {
            is_over = served.as_mut().poll(cx).is_ready();
            Poll::Ready(())
        })
        .await;
        let _ = client.read_to_end(&mut heard);
        // Our own clock goes on, so what it lets is let as well.
        let elapsed = start.elapsed().max(clock::now() - real_start);
        let let_out = elapsed.as_millis() * u128::from(RATE) / 1000 + u128::from(RATE / 8) + 1;
        assert!(
            heard.len() as u128 <= let_out,
            "{} of {let_out}",
            heard.len()
        );
        tokio::time::advance(Duration::from_millis(20)).await;
        steps += 1;
        assert!(steps < 10_000, "it comes to its end");
    }
    let _ = client.read_to_end(&mut heard);
    assert!(heard.ends_with(&b"x".repeat(CONTENT)), "all of it came");
    let journal = read(&mut reader);
    assert_eq!(journal.ends[0].ending, Ending::ClosedAsAsked);
    assert!(steps > 100, "in small heaps: {steps}");
}
