//! Tells a page what has changed since the state it was made in: server-sent events (HTML Living
//! Standard §9.2).
//!
//! Law: what a stream holds is bounded. It asks the hub when its client has taken everything before,
//! so nothing queues up; who is slow hears of several changes as of one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use tokio::sync::futures::OwnedNotified;
use tokio::time::{Instant, Sleep};

use super::hub::{Listener, News, Seen};
use crate::exchange::{Body, FieldList, Next, Response, Stream};
use crate::site::limits::LIVE_BEAT;
use crate::site::pipeline::{self, Dressing};
use crate::site::seats::Seat;

/// A page that listens.
pub(super) struct Told {
    listener: Listener,
    /// The state that the page knows; nothing if it named none that could be read.
    seen: Option<Seen>,
    bell: Option<Pin<Box<OwnedNotified>>>,
    beat: Pin<Box<Sleep>>,
    begun_at: Instant,
    is_draining: bool,
    seat: Seat,
}

/// What a page is told.
#[derive(Serialize)]
struct Message {
    /// The state that this leads to.
    state: String,
    /// Whether everything is to be loaded again.
    reload: bool,
    /// The paths of styles that have changed, if it is only those; none: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    styles: Option<Vec<String>>,
}

impl Told {
    pub(super) fn new(listener: Listener, seen: Option<Seen>, seat: Seat) -> Self {
        Self {
            listener,
            seen,
            bell: None,
            beat: Box::pin(tokio::time::sleep(LIVE_BEAT)),
            begun_at: Instant::now(),
            is_draining: false,
            seat,
        }
    }

    pub(super) fn response(self) -> Response {
        let mut fields = FieldList::new();
        fields.add(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        fields.add(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        fields.add(OWN_PAGES_ONLY.0, OWN_PAGES_ONLY.1);
        // Settled here, like what is kept: pages of other sites are not let in, whatever they may
        // read besides (`--cors`).
        let kept = pipeline::settle(StatusCode::OK, fields, None, Dressing::default());
        Response::kept(Arc::new(kept), Body::Stream(Box::new(self)))
    }
}

/// No page of another site gets to see it, in whatever way (Fetch, §3.7).
pub(super) const OWN_PAGES_ONLY: (HeaderName, HeaderValue) = (
    HeaderName::from_static("cross-origin-resource-policy"),
    HeaderValue::from_static("same-origin"),
);

impl Stream for Told {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            if self.is_draining || self.seat.gives_way_after(self.begun_at.elapsed()) {
                return Poll::Ready(Next::End(FieldList::new()));
            }
            let is_first = self.bell.is_none();
            let is_quiet =
                { self.bell.as_mut() }.is_some_and(|bell| bell.as_mut().poll(cx).is_pending());
            if is_quiet {
                ready!(self.beat.as_mut().poll(cx));
                self.beat.as_mut().reset(Instant::now() + LIVE_BEAT);
                // A comment: it tells the page nothing, and us whether somebody is there.
                return Poll::Ready(Next::Data(Bytes::from_static(b":\n\n")));
            }
            let (now, news, bell) = self.listener.hear(self.seen);
            self.bell = Some(bell);
            self.seen = Some(now);
            // The first message comes at once, or nobody would know that the way is free.
            if is_first || news.is_some() {
                self.beat.as_mut().reset(Instant::now() + LIVE_BEAT);
                return Poll::Ready(Next::Data(message(now, news)));
            }
        }
    }

    fn drain(&mut self) {
        self.is_draining = true;
    }

    fn is_endless(&self) -> bool {
        true
    }
}

fn message(now: Seen, news: Option<News>) -> Bytes {
    let message = Message {
        state: now.to_string(),
        reload: news == Some(News::Reload),
        styles: match news {
            Some(News::Styles(paths)) => {
                // A name that is no text matches no address; the page then looks at all its styles.
                let text = |path: Box<[u8]>| String::from_utf8_lossy(&path).into_owned();
                Some(paths.into_iter().map(text).collect())
            }
            Some(News::Reload) | None => None,
        },
    };
    // Texts and numbers can always be written; JSON has no line ends in it.
    let data = serde_json::to_string(&message).unwrap_or_default();
    Bytes::from(format!("data: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::super::gathering::Remedy;
    use super::super::hub::Hub;
    use super::*;
    use crate::exchange::Peer;
    use crate::site::seats::Seats;

    fn told(hub: &Arc<Hub>, seen: Option<Seen>) -> Told {
        let seat = Seats::new(1).take().unwrap();
        Told::new(hub.listen(Peer::Unix), seen, seat)
    }

    fn said(stream: &mut Told) -> Option<String> {
        let mut cx = Context::from_waker(Waker::noop());
        match stream.poll_next(&mut cx) {
            Poll::Pending => None,
            Poll::Ready(Next::Data(bytes)) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
            Poll::Ready(Next::End(_)) => Some("end".to_owned()),
            Poll::Ready(_) => panic!("it neither flushes nor fails"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_hears_where_it_stands_then_what_happens_and_a_beat_in_silence() {
        let hub = Arc::new(Hub::new());
        let made = hub.now();
        let mut stream = told(&hub, Some(made));
        let first = format!("data: {{\"state\":\"{made}\",\"reload\":false}}\n\n");
        assert_eq!(said(&mut stream), Some(first));
        assert_eq!(said(&mut stream), None);
        hub.tell(Remedy::Styles(vec![b"/a \"\n.css"[..].into()]));
        let (now, styles) = (hub.now(), r#"["/a \"\n.css"]"#);
        let second =
            format!("data: {{\"state\":\"{now}\",\"reload\":false,\"styles\":{styles}}}\n\n");
        assert_eq!(said(&mut stream), Some(second));
        assert_eq!(said(&mut stream), None);
        tokio::time::advance(LIVE_BEAT).await;
        assert_eq!(said(&mut stream).as_deref(), Some(":\n\n"));
        assert_eq!(said(&mut stream), None);
        stream.drain();
        assert_eq!(said(&mut stream).as_deref(), Some("end"));
    }

    #[tokio::test(start_paused = true)]
    async fn several_changes_that_nobody_took_are_one() {
        let hub = Arc::new(Hub::new());
        let mut stream = told(&hub, Some(hub.now()));
        assert!(said(&mut stream).is_some());
        hub.tell(Remedy::Reload);
        hub.tell(Remedy::Reload);
        assert!(said(&mut stream).is_some_and(|said| said.contains("\"reload\":true")));
        assert_eq!(said(&mut stream), None);
        let mut stranger = told(&hub, None);
        assert!(said(&mut stranger).is_some_and(|said| said.contains("\"reload\":true")));
    }
}
