//! The visitor's connections, told as they live: server-sent events (HTML Living Standard §9.2).
//!
//! Law: what a stream holds is bounded. It asks the chronicle for what has changed since it last
//! asked, and only when its client has taken everything before; so nothing queues up, and a slow
//! reader merely hears less often.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use tokio::time::{Duration, Instant, Sleep};

use crate::exchange::{Body, FieldList, Next, Response, Stream};
use crate::site::limits::{LIVE_BEAT, LIVE_PACE, LIVE_RETRY};
use crate::site::seats::Seat;

use super::page;
use super::thread::{Known, View, Witness};

/// One who watches.
pub(super) struct Live {
    witness: Arc<Witness>,
    view: View,
    /// What the page knows; nothing at first.
    known: Known,
    /// When the chronicle is asked again.
    pause: Pin<Box<Sleep>>,
    /// Since when it watches.
    begun_at: Instant,
    /// When something was said last.
    said_at: Instant,
    has_begun: bool,
    is_draining: bool,
    seat: Seat,
}

impl Live {
    /// `last_seen` is the id of the last event that the page has heard, if it was here before.
    pub(super) fn new(
        witness: Arc<Witness>,
        view: View,
        seat: Seat,
        last_seen: Option<&[u8]>,
    ) -> Self {
        let seen = last_seen.and_then(|id| witness.revision_of(id));
        Self {
            witness,
            view,
            known: seen.map(Known::up_to).unwrap_or_default(),
            pause: Box::pin(tokio::time::sleep(Duration::ZERO)),
            begun_at: Instant::now(),
            said_at: Instant::now(),
            has_begun: false,
            is_draining: false,
            seat,
        }
    }

    pub(super) fn response(self) -> Response {
        let mut fields = page::guarded_fields();
        fields.add(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        fields.add(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Response::new(StatusCode::OK, fields, Body::Stream(Box::new(self)))
    }

    /// What has changed; empty if nothing has.
    fn news(&mut self) -> String {
        let mut said = String::new();
        if !self.has_begun {
            self.has_begun = true;
            said = format!("retry: {}\n\n", LIVE_RETRY.as_millis());
        }
        said + &self.view.events(&self.witness, &mut self.known)
    }
}

impl Stream for Live {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            if self.is_draining {
                return Poll::Ready(Next::End(FieldList::new()));
            }
            ready!(self.pause.as_mut().poll(cx));
            let now = Instant::now();
            if self.seat.gives_way_after(now.duration_since(self.begun_at)) {
                return Poll::Ready(Next::End(FieldList::new()));
            }
            self.pause.as_mut().reset(now + LIVE_PACE);
            let mut news = self.news();
            if news.is_empty() && now.duration_since(self.said_at) >= LIVE_BEAT {
                // A comment: it tells the page nothing, and us whether somebody is there.
                news.push_str(":\n\n");
            }
            if !news.is_empty() {
                self.said_at = now;
                return Poll::Ready(Next::Data(Bytes::from(news)));
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
