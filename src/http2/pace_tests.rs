//! Answers that are held to a pace, beside others that are not, under a clock that stands still but for
//! what is waited for.

use std::io::{Read, Write};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::tests::serve_room;
use crate::clock;
use crate::driving::fixture;
use crate::exchange::{Body, FieldList, Limited, Response};
use crate::observe::Registry;
use crate::site::Site;

const RATE: u64 = 16 << 10;
const CONTENT: usize = 60 << 10;

fn answer(is_paced: bool) -> Response {
    let letter = if is_paced { b"p" } else { b"f" };
    let content = Body::Bytes(Bytes::from(letter.repeat(CONTENT)));
    let mut response = Response::new(StatusCode::OK, FieldList::new(), content);
    response.limited = is_paced.then(|| {
        Box::new(Limited {
            bandwidth: NonZeroU64::new(RATE),
            ..Limited::default()
        })
    });
    response
}

/// The first of two streams (`/`) is held to a pace, the second (`/index.html`) is not.
#[tokio::test(start_paused = true)]
async fn what_is_held_to_a_pace_is_and_holds_up_nothing_else() {
    let site = Site::answering(|request| answer(request.path == b"/"));
    let (mut room, reader) = fixture::room(site);
    let limits = Arc::make_mut(&mut room.limits);
    limits.write_timeout = Duration::from_millis(1);
    let (mut client, served) = serve_room((room, reader), &Arc::new(Registry::new()));
    let opening = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    client.write_all(opening).unwrap();
    // Windows wide enough for both: 16 MiB more for the connection.
    client
        .write_all(b"\0\0\x04\x08\0\0\0\0\0\x01\0\0\0")
        .unwrap();
    for (stream, path) in [(1, 0x84), (3, 0x85)] {
        client.write_all(&[0, 0, 6, 1, 5, 0, 0, 0, stream]).unwrap();
        client
            .write_all(&[0x82, path, 0x86, 0x41, 1, b'a'])
            .unwrap();
    }
    let (start, real_start) = (tokio::time::Instant::now(), clock::now());
    let mut served = std::pin::pin!(served);
    let (mut heard, mut steps) = (Vec::new(), 0);
    let count = |heard: &[u8], letter| heard.split(|byte| *byte == letter).count() - 1;
    while count(&heard, b'p') < CONTENT {
        std::future::poll_fn(|cx| {
            assert!(served.as_mut().poll(cx).is_pending(), "the client is here");
            Poll::Ready(())
        })
        .await;
        let _ = client.read_to_end(&mut heard);
        let elapsed = start.elapsed().max(clock::now() - real_start);
        let let_out = elapsed.as_millis() * u128::from(RATE) / 1000 + u128::from(RATE / 8) + 1;
        let paced = count(&heard, b'p') as u128;
        // A few letters stand in heads of frames.
        assert!(paced <= let_out + 64, "{paced} of {let_out}");
        if steps == 2 {
            assert!(count(&heard, b'f') >= CONTENT, "the other did not wait");
        }
        tokio::time::advance(Duration::from_millis(20)).await;
        steps += 1;
        assert!(steps < 10_000, "it comes to its end");
    }
    assert!(steps > 100, "in small heaps: {steps}");
}
