//! The beginning of a connection that a proxy passes on: its header is heard, and not one byte more.

use std::future::{Future, poll_fn};
use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::limits::PROXY_HEADER_BYTES_MAX;
use super::proxy_protocol::{self, Header, Told};
use super::transport::{Transport, is_gone};
use crate::exchange::{Ending, Peer};
use crate::observe::{Entered, Order};

/// Hears whose connection it is; `None`: that of whoever is at the other end. An error is how the
/// connection ended.
pub async fn introduction(
    socket: &mut Transport,
    live: &Entered,
    patience: Duration,
) -> Result<Option<Peer>, Ending> {
    let mut alarm = std::pin::pin!(tokio::time::sleep(patience));
    let mut heard = Vec::new();
    poll_fn(|cx| match poll_header(socket, cx, &mut heard, live) {
        Poll::Ready(told) => Poll::Ready(told),
        Poll::Pending => {
            live.hear_orders(cx.waker());
            match live.order() {
                Order::Stop => Poll::Ready(Err(Ending::CutShort)),
                Order::Shed => Poll::Ready(Err(Ending::Shed)),
                Order::Drain if heard.is_empty() => Poll::Ready(Err(Ending::Drained)),
                Order::Carry | Order::Drain => alarm
                    .as_mut()
                    .poll(cx)
                    .map(|()| Err(Ending::ProxyFailed("timeout"))),
            }
        }
    })
    .await
}

fn poll_header(
    socket: &mut Transport,
    cx: &mut Context<'_>,
    heard: &mut Vec<u8>,
    live: &Entered,
) -> Poll<Result<Option<Peer>, Ending>> {
    loop {
        let mut buffer = [0; PROXY_HEADER_BYTES_MAX];
        let before = heard.len();
        let seen = match ready!(socket.poll_peek(cx, &mut buffer)) {
            Ok(0) if before == 0 => return Poll::Ready(Err(Ending::ClosedByClient)),
            Ok(0) => return Poll::Ready(Err(Ending::ProxyFailed("left"))),
            Ok(seen) => seen,
            Err(error) => return Poll::Ready(Err(ending_of(&error))),
        };
        heard.extend_from_slice(&buffer[..seen]);
        let header = match proxy_protocol::read(heard) {
            Ok(header) => header,
            Err(fault) => return Poll::Ready(Err(Ending::ProxyFailed(fault.name()))),
        };
        // What follows the header is for others, and stays where it is.
        let own = match header {
            Header::NotYet => seen,
            Header::Whole(bytes, _) => bytes.saturating_sub(before).min(seen),
        };
        if let Err(error) = socket.take(&mut buffer[..own]) {
            return Poll::Ready(Err(ending_of(&error)));
        }
        live.count_received(own);
        if let Header::Whole(_, told) = header {
            return Poll::Ready(Ok(match told {
                Told::Itself => None,
                Told::Other(peer) => Some(peer),
            }));
        }
    }
}

fn ending_of(error: &io::Error) -> Ending {
    if is_gone(error) {
        Ending::ResetByClient
    } else {
        Ending::Failed
    }
}
