//! What the tests of all protocols share: a room, a connection in it, what the journal says of it, and
//! sites with the smallest thing that takes a connection over (it says what it hears, and "bye" when
//! the server stops) or with an answer that is hinted at before it comes.

use std::future::Future;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hello_http1::Limits;
use http::StatusCode;
use http::header::{HeaderValue, LINK, UPGRADE};

use super::{Handover, Room, Witness};
use crate::clock;
use crate::exchange::{Answer, Body, Duplex, FieldList, Peer, Request, Response, Takeover};
use crate::net::{Family, Permits, Transport};
use crate::observe::{Audience, Batch, Event, Journal, Registry, Subscription, WhenFull};
use crate::site::{Generation, Site, Sites};
use crate::tls::Channel;

/// A room around a site, and who reads its journal.
pub(crate) fn room(site: Site) -> (Room, Subscription) {
    let journal = Arc::new(Journal::new(1));
    let reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
    let room = Room {
        sites: Arc::new(Sites::new(Generation::of(site))),
        journal,
        limits: Arc::new(Limits::default()),
        private_only: None,
        linger_timeout: Duration::from_secs(2),
        tunnel_timeout: Duration::from_hours(1),
    };
    (room, reader)
}

/// A connection that nobody drives yet: the client's end, and the other.
pub(crate) fn accepted(room: &Room, registry: &Arc<Registry>) -> (UnixStream, Handover) {
    let (client, server) = UnixStream::pair().unwrap();
    server.set_nonblocking(true).unwrap();
    let live = registry.enter(Peer::Unix, clock::now());
    let handover = Handover {
        channel: Channel::Plain(Transport::accepted(server.into(), Family::Unix)),
        live: Witness::new(live, room.journal.clone()),
        permit: Permits::new(1).try_take().unwrap(),
        heard: Vec::new(),
    };
    (client, handover)
}

/// What the journal says by now.
pub(crate) fn read(reader: &mut Subscription) -> Batch {
    let mut batch = Batch::default();
    reader.take(&mut batch);
    batch
}

/// Status and bytes of content (or of what was said in the other protocol), of each exchange that has
/// come to its end.
pub(crate) fn answered(batch: &Batch) -> Vec<(u16, u64)> {
    let of = |event: &Event| match event {
        Event::Answered { exchange } => Some((exchange.status, exchange.content_bytes)),
        _ => None,
    };
    { batch.records.iter() }
        .filter_map(|record| of(&record.event))
        .collect()
}

/// Runs `work` without the noise of an expected panic.
pub(crate) async fn quietly<T>(work: impl Future<Output = T>) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let done = work.await;
    std::panic::set_hook(hook);
    done
}

/// A site that goes on with whoever offers to speak `echo`, `deaf` to be heard by nobody, or `fall` to
/// see a bug; others get a page.
pub(crate) fn taken_over() -> Site {
    Site::answering(answer)
}

fn answer(request: &Request<'_>) -> Response {
    let takeover: Box<dyn Takeover> = match request.offer {
        Some(b"echo") => Box::new(Echo::default()),
        Some(b"fall") => Box::new(Fall),
        Some(b"deaf") => Box::new(Deaf),
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

/// Hears nothing, says nothing, and stays.
struct Deaf;

impl Takeover for Deaf {
    fn poll(&mut self, _: &mut Context<'_>, _: &mut dyn Duplex) -> Poll<()> {
        Poll::Pending
    }
}

struct Fall;

impl Takeover for Fall {
    fn poll(&mut self, _: &mut Context<'_>, _: &mut dyn Duplex) -> Poll<()> {
        panic!("planted")
    }
}
