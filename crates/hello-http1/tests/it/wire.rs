//! A connection with a client at the other end, without a socket or a clock.

use hello_http1::{
    After, BodyLength, Connection, Framing, Limits, Misuse, Next, Refusal, RenderedHead,
    RequestHead,
};
use http::StatusCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const DATE: &[u8; 29] = b"Sat, 21 Nov 2026 07:35:17 GMT";

/// The moment at which every dialogue begins. What follows is counted from it.
#[expect(
    clippy::disallowed_methods,
    reason = "an Instant has no other beginning"
)]
pub fn dawn() -> Instant {
    Instant::now()
}

pub struct Wire {
    pub connection: Connection,
    pub head: RequestHead,
    /// Received and not consumed.
    pub input: Vec<u8>,
    /// The input of the last request, for its offsets.
    pub request: Vec<u8>,
    /// Everything we said.
    pub out: Vec<u8>,
    pub now: Instant,
}

impl Wire {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        let now = dawn();
        Self {
            connection: Connection::new(Arc::new(limits), now),
            head: RequestHead::default(),
            input: Vec::new(),
            request: Vec::new(),
            out: Vec::new(),
            now,
        }
    }

    /// A connection that has received these bytes.
    pub fn hearing(bytes: impl AsRef<[u8]>) -> Self {
        let mut wire = Self::new();
        wire.hear(bytes);
        wire
    }

    pub fn hear(&mut self, bytes: impl AsRef<[u8]>) {
        self.input.extend_from_slice(bytes.as_ref());
    }

    pub fn wait(&mut self, time: Duration) {
        self.now += time;
    }

    /// The next event; what it consumed is gone, except for the head it described.
    pub fn next(&mut self) -> Result<Next, Refusal> {
        let next = self
            .connection
            .receive(self.now, &self.input, &mut self.head)?;
        let consumed = match next {
            Next::Request { consumed } | Next::End { consumed } => {
                self.request.clone_from(&self.input);
                consumed
            }
            Next::Data { end, .. } => end,
            Next::NeedBytes { consumed } => consumed,
            Next::Paused | Next::Upgraded | Next::Closed => 0,
        };
        self.input.drain(..consumed);
        Ok(next)
    }

    pub fn expect_request(&mut self) {
        let next = self.next();
        assert!(matches!(next, Ok(Next::Request { .. })), "{next:?}");
    }

    /// The whole body of the request in hand.
    pub fn body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let before = self.input.clone();
            match self.next() {
                Ok(Next::Data { start, end }) => body.extend_from_slice(&before[start..end]),
                Ok(Next::End { .. }) => return body,
                other => panic!("{other:?} in the middle of a body"),
            }
        }
    }

    pub fn respond(&mut self, status: u16, length: BodyLength) -> Result<Framing, Misuse> {
        let status = StatusCode::from_u16(status).expect("a status of the tests");
        let head = RenderedHead::new(status, [("server", &b"hello"[..])])?;
        self.connection
            .respond(self.now, &head, length, DATE, &mut self.out)
    }

    pub fn finish(&mut self) -> Result<(), Misuse> {
        self.connection.finish(self.now, &[], &mut self.out)
    }

    /// Answers the request in hand with a few bytes.
    pub fn answer(&mut self, body: &str) {
        let framing = self.respond(200, BodyLength::Exact(body.len() as u64));
        assert_ne!(framing, Ok(Framing::Chunked));
        if framing != Ok(Framing::Empty) {
            self.out.extend_from_slice(body.as_bytes());
            self.connection
                .body_sent(body.len() as u64)
                .expect("the announced length");
            self.finish().expect("a body under way");
        }
    }

    pub fn after(&self) -> After {
        self.connection.after()
    }

    /// What we said since the last time, as text.
    pub fn said(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.out)).expect("these answers are text")
    }
}
