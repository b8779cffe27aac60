//! A cached request on its way through the house, without sockets: what a driver does between
//! reading and writing, in one call, so that its instructions can be counted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hello::config::FileSettings;
use hello::exchange::{
    Answer, Body, Peer, Reply, Request, RequestFields, Response, ResponseHead, Scheme,
};
use hello::observe::{Entered, Exchange, Journal, Method, Protocol, Registry, State, Target};
use hello::site::{FileCache, Site};
use hello_http1::{BodyLength, Connection, Framing, Limits, Next, RenderedHead, RequestHead};

/// What `curl` sends.
const REQUEST: &[u8] =
    b"GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:7878\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";

/// A page that fits into a packet.
const PAGE: [u8; 1024] = [b'.'; 1024];

/// A site, a journal, and one connection that has been answered before.
pub struct House {
    site: Site,
    journal: Journal,
    live: Entered,
    engine: Connection,
    head: RequestHead,
    output: Vec<u8>,
    now: Instant,
    folder: tempfile::TempDir,
}

impl House {
    /// A house in which everything is warm: the page is in the cache, its head is rendered, and
    /// the journal has turned its pages.
    pub fn warm() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("index.html"), PAGE).expect("a page can be written");
        let settings = FileSettings {
            // Looking again is work of another kind, and under valgrind every look would be late.
            look_again_after: Duration::from_secs(3600),
            ..FileSettings::default()
        };
        let cache = FileCache::new(settings.memory_bytes_max, settings.open_files_max).into();
        let now = hello::clock::now();
        let registry = Arc::new(Registry::new());
        let mut house = Self {
            site: Site::of_path(folder.path(), &settings, &cache)
                .expect("the folder can be served"),
            journal: Journal::new(1),
            live: registry.enter(Peer::Unix, now),
            engine: Connection::new(Arc::new(Limits::default()), now),
            head: RequestHead::default(),
            output: Vec::with_capacity(64 << 10),
            now,
            folder,
        };
        // A file younger than a tick of the kernel's clock is read again: ask until it is not.
        for _ in 0..4096 {
            house.exchange();
        }
        house
    }

    /// One request: received, answered, journalled.
    pub fn exchange(&mut self) {
        let tick_ms = hello::clock::tick_ms();
        self.output.clear();
        let next = self.engine.receive(self.now, REQUEST, &mut self.head);
        assert!(matches!(next, Ok(Next::Request { consumed }) if consumed == REQUEST.len()));
        let fields = Fields(&self.head);
        let peer = self.live.peer;
        let response = answer(
            &self.site,
            Request {
                method: self.head.method(),
                path: self.head.path(REQUEST),
                query: self.head.query(REQUEST),
                authority: self.head.authority(REQUEST),
                fields: &fields,
                peer: &peer,
                scheme: Scheme::Http,
                told_scheme: None,
                is_misdirected: false,
                proof: None,
                offer: None,
                body_bytes: Some(0),
                tick_ms,
            },
        );
        let status = response.status().as_u16();
        self.queue(response);
        self.journalled(status);
        self.live.enter(State::Waiting, tick_ms);
    }

    /// The journal's entry of one request, and nothing else.
    pub fn journalled(&mut self, status: u16) {
        let exchange = Exchange {
            number: self.live.count_request(),
            target: (0, 0),
            said_bytes: 0,
            site: 0,
            client_bytes: 0,
            method: Method::of(self.head.method()),
            protocol: Protocol::Http11,
            status,
            reason: None,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: PAGE.len() as u64,
            begun: self.now,
        };
        let target = Target {
            bytes: self.head.target(REQUEST),
            has_query: false,
            client: None,
            said: &[],
        };
        self.journal
            .answered(self.live.id, self.now, target, &exchange);
    }

    fn queue(&mut self, response: Response) {
        let date = hello::clock::http_date(self.now);
        let bytes = response.body.len().expect("a file has a length");
        let length = BodyLength::Exact(bytes);
        let ResponseHead::Kept { kept, which } = &response.head else {
            panic!("a file that is kept has a kept head")
        };
        let settled = kept.head(*which);
        let rendered = settled
            .keepsake
            .get_or_keep(|| {
                let fields = settled.fields.iter();
                RenderedHead::new(
                    settled.status,
                    fields.map(|(name, value)| (name.as_str(), value.as_bytes())),
                )
                .expect("the site's fields are well-formed")
            })
            .expect("nobody else keeps anything here");
        let framing = self
            .engine
            .respond(self.now, rendered, length, &date, &mut self.output)
            .expect("an answer is owed");
        assert!(matches!(framing, Framing::Exact(_)));
        if let Body::Bytes(content) = &response.body {
            self.output.extend_from_slice(content);
        }
        self.engine
            .body_sent(bytes)
            .expect("the length is the one announced");
        self.engine
            .finish(self.now, &[], &mut self.output)
            .expect("the body is whole");
    }

    /// The folder that is served; it goes with the house.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// The site's answer; the first may have to be waited for.
fn answer<'a>(site: &'a Site, request: Request<'a>) -> Response {
    match site.respond(request) {
        Reply::Now(response) => response,
        Reply::Later(response) => wait(response),
        Reply::Patient(patient) => match wait(patient) {
            Answer::Final(response) => response,
            Answer::EarlyHints(..) => panic!("a small file is hinted at by nobody"),
        },
    }
}

fn wait<T>(response: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be made")
        .block_on(response)
}

/// The fields of a head of the engine.
struct Fields<'a>(&'a RequestHead);

impl RequestFields for Fields<'_> {
    fn first(&self, name: &str) -> Option<&[u8]> {
        self.0.field(REQUEST, name)
    }

    fn any_name(&self, is_wanted: &dyn Fn(&[u8]) -> bool) -> bool {
        self.0.fields(REQUEST).any(|(name, _)| is_wanted(name))
    }
}
