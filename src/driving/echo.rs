//! Sites for the tests of all protocols: the smallest thing that takes a connection over (it says what it
//! hears, and "bye" when the server stops), and an answer that is hinted at before it comes.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderValue, LINK, UPGRADE};

use crate::exchange::{Answer, Body, Duplex, FieldList, Request, Response, Takeover};
use crate::site::Site;

/// A site that goes on with whoever offers to speak `echo`, or `fall` to see a bug; others get a page.
pub(crate) fn site() -> Site {
    Site::answering(answer)
}

fn answer(request: &Request<'_>) -> Response {
    let takeover: Box<dyn Takeover> = match request.offer {
        Some(b"echo") => Box::new(Echo::default()),
        Some(b"fall") => Box::new(Fall),
        _ => {
            let page = Body::Bytes(Bytes::from_static(b"a page"));
            return Response::new(StatusCode::OK, FieldList::new(), page);
        }
    };
    let mut fields = FieldList::new();
    fields.add(UPGRADE, HeaderValue::from_static("echo"));
    let status = StatusCode::SWITCHING_PROTOCOLS;
    Response::new(status, fields, Body::Takeover(takeover))
}

/// A site whose answer takes time, and says before what it will link to.
pub(crate) fn hinting() -> Site {
    Site::answering_patiently(|_| {
        let mut hints = FieldList::new();
        let link = "</a.css>; rel=preload; as=style";
        hints.add(LINK, HeaderValue::from_static(link));
        Box::pin(async {
            Answer::EarlyHints(
                hints,
                Box::pin(async {
                    tokio::task::yield_now().await;
                    let page = Body::Bytes(Bytes::from_static(b"a page"));
                    Answer::Final(Response::new(StatusCode::OK, FieldList::new(), page))
                }),
            )
        })
    })
}

#[derive(Default)]
struct Echo {
    held: Vec<u8>,
    is_ending: bool,
}

impl Takeover for Echo {
    fn poll(&mut self, cx: &mut Context<'_>, duplex: &mut dyn Duplex) -> Poll<()> {
        loop {
            while !self.held.is_empty() {
                let count = ready!(duplex.poll_write(cx, &self.held));
                self.held.drain(..count);
            }
            if self.is_ending {
                duplex.finish();
                return Poll::Ready(());
            }
            let mut buffer = [0; 1024];
            match ready!(duplex.poll_read(cx, &mut buffer)) {
                0 => self.is_ending = true,
                count => self.held.extend_from_slice(&buffer[..count]),
            }
        }
    }

    fn drain(&mut self) {
        self.held.extend_from_slice(b"bye");
        self.is_ending = true;
    }
}

struct Fall;

impl Takeover for Fall {
    fn poll(&mut self, _: &mut Context<'_>, _: &mut dyn Duplex) -> Poll<()> {
        panic!("planted")
    }
}
