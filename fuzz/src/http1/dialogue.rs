//! No order of calls can make the engine panic, contradict itself, or say
//! something that is not a well-formed answer.

use super::script::{DATE, connection, dawn, rendered};
use hello_http1::state::TOGETHER;
use hello_http1::{
    After, BodyLength, Connection, Framing, Misuse, Next, Persist, Refusal, RequestHead,
};
use http::StatusCode;
use std::time::{Duration, Instant};

/// The bytes are a program of pairs: what to do, and how much or which.
pub fn check(mut program: &[u8]) {
    let mut dialogue = Dialogue::new();
    while let [instruction, operand, rest @ ..] = program {
        program = dialogue.step(*instruction, *operand, rest);
        dialogue.hold_together();
    }
}

/// Requests that a program can say with one instruction.
const REQUESTS: [&str; 12] = [
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
    "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    "CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\nhello",
    "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n",
    "5\r\nhello\r\n0\r\nx: y\r\n\r\n",
];

struct Dialogue {
    connection: Connection,
    head: RequestHead,
    input: Vec<u8>,
    out: Vec<u8>,
    now: Instant,
    refusal: Option<Refusal>,
    persist: Persist,
    /// We said `connection: close`.
    said_close: bool,
    /// The chunks of the answer in hand, framing and data.
    chunks: Vec<u8>,
}

impl Dialogue {
    fn new() -> Self {
        let now = dawn();
        Self {
            connection: connection(now),
            head: RequestHead::default(),
            input: Vec::new(),
            out: Vec::new(),
            now,
            refusal: None,
            persist: Persist::Keep,
            said_close: false,
            chunks: Vec::new(),
        }
    }

    /// Does one thing, and returns the rest of the program.
    fn step<'a>(&mut self, instruction: u8, amount: u8, rest: &'a [u8]) -> &'a [u8] {
        match instruction % 16 {
            0 | 1 => return self.hear(usize::from(amount), rest),
            2 | 3 => {
                let request = REQUESTS[usize::from(amount) % REQUESTS.len()];
                self.hear(request.len(), request.as_bytes());
            }
            4 | 5 => self.receive(),
            6 => self.respond(amount),
            7 => self.send(amount),
            8 => self.count(|dialogue| {
                let bytes = usize::from(amount);
                dialogue.connection.begin_chunk(bytes, &mut dialogue.out)
            }),
            9 => self.finish(),
            10 => self.interim(amount),
            11 => self.switch(),
            12 => self.wait(amount),
            13 => self.end(),
            14 => self.housekeeping(amount),
            _ => self.connection.close_after_this(),
        }
        rest
    }

    /// Receives so many bytes, and returns those after them.
    fn hear<'a>(&mut self, length: usize, bytes: &'a [u8]) -> &'a [u8] {
        let (heard, rest) = bytes.split_at(length.min(bytes.len()));
        self.input.extend_from_slice(heard);
        self.receive();
        rest
    }

    fn receive(&mut self) {
        let said = self
            .connection
            .receive(self.now, &self.input, &mut self.head);
        if let Some(refusal) = self.refusal {
            assert_eq!(said, Err(refusal), "a refusal is final");
        }
        let consumed = match said {
            Err(refusal) => {
                self.refusal = Some(refusal);
                0
            }
            Ok(Next::Request { consumed }) => {
                assert!(!self.said_close, "a request after the last answer");
                assert!(self.head.bytes() <= consumed);
                self.head
                    .fields(&self.input)
                    .for_each(|(name, _)| assert!(!name.is_empty()));
                assert!(!self.head.target(&self.input).is_empty());
                consumed
            }
            Ok(Next::Data { start, end }) => {
                assert!(start < end, "data is never empty");
                end
            }
            Ok(Next::End { consumed } | Next::NeedBytes { consumed }) => consumed,
            Ok(Next::Paused | Next::Upgraded | Next::Closed) => 0,
        };
        assert!(consumed <= self.input.len());
        self.input.drain(..consumed);
    }

    fn respond(&mut self, choice: u8) {
        const STATUSES: [u16; 8] = [200, 204, 205, 206, 304, 400, 404, 500];
        let status = StatusCode::from_u16(STATUSES[usize::from(choice % 8)]).expect("a status");
        let length = match choice / 8 % 4 {
            0 => BodyLength::None,
            1 => BodyLength::Unknown,
            2 => BodyLength::Exact(0),
            _ => BodyLength::Exact(u64::from(choice)),
        };
        let before = self.out.len();
        let head = rendered(status);
        match self
            .connection
            .respond(self.now, &head, length, DATE, &mut self.out)
        {
            Err(_) => assert_eq!(self.out.len(), before, "a misuse writes nothing"),
            Ok(framing) => self.check_head(before, status, framing),
        }
    }

    /// Reads our own head back, as a stranger would.
    fn check_head(&mut self, start: usize, status: StatusCode, framing: Framing) {
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = response.parse(&self.out[start..]);
        assert_eq!(
            parsed,
            Ok(httparse::Status::Complete(self.out.len() - start))
        );
        assert_eq!(response.code, Some(status.as_u16()));
        let value = |name| {
            let mut values = response.headers.iter().filter(|header| header.name == name);
            let value = values.next().map(|header| header.value);
            assert_eq!(values.next(), None, "one {name} at most");
            value
        };
        assert_eq!(value("date"), Some(&DATE[..]));
        let (length, coding) = (value("content-length"), value("transfer-encoding"));
        match framing {
            Framing::Exact(bytes) => assert_eq!(length, Some(bytes.to_string().as_bytes())),
            Framing::Chunked => assert_eq!(coding, Some(&b"chunked"[..])),
            Framing::UntilClose => assert_eq!((length, coding), (None, None)),
            Framing::Empty => assert_eq!(coding, None),
        }
        assert!(length.is_none() || coding.is_none(), "one framing at most");
        let closes = value("connection").is_some_and(|value| value.starts_with(b"close"));
        let latched = self.connection.state().2 != Persist::Keep;
        assert_eq!(closes, latched, "what is decided is said");
        self.said_close = closes;
        self.out.truncate(start);
        self.chunks.clear();
        if framing == Framing::Chunked {
            // What is not empty is chunked: the first line is a placeholder.
            self.chunks.extend_from_slice(b"chunks\r\n");
        }
    }

    /// Calls something that writes or counts; a misuse writes nothing.
    fn count(&mut self, call: impl FnOnce(&mut Self) -> Result<(), Misuse>) {
        let before = self.out.len();
        if call(self).is_err() {
            assert_eq!(self.out.len(), before, "a misuse writes nothing");
        }
    }

    /// Sends data, which the engine only counts.
    fn send(&mut self, bytes: u8) {
        if self.connection.body_sent(u64::from(bytes)).is_ok() {
            self.out
                .extend(std::iter::repeat_n(b'x', usize::from(bytes)));
        }
    }

    fn finish(&mut self) {
        let trailers: [(&str, &[u8]); 1] = [("x-sum", b"1")];
        let before = self.out.len();
        match self.connection.finish(self.now, &trailers, &mut self.out) {
            Err(_) => assert_eq!(self.out.len(), before, "a misuse writes nothing"),
            Ok(()) if self.chunks.is_empty() => assert!(self.out.is_empty()),
            Ok(()) => {
                self.chunks.append(&mut self.out);
                read_chunks(&self.chunks);
            }
        }
    }

    fn interim(&mut self, choice: u8) {
        let status = [StatusCode::CONTINUE, StatusCode::EARLY_HINTS][usize::from(choice % 2)];
        self.count(|dialogue| {
            let fields: [(&str, &[u8]); 1] = [("link", b"</a>; rel=preload")];
            dialogue
                .connection
                .interim(status, &fields, &mut dialogue.out)
        });
    }

    fn switch(&mut self) {
        let fields: [(&str, &[u8]); 1] = [("upgrade", b"x")];
        if self
            .connection
            .switch_protocols(&fields, &mut self.out)
            .is_ok()
        {
            assert_eq!(self.connection.after(), After::Switched);
        }
    }

    fn wait(&mut self, seconds: u8) {
        self.now += Duration::from_secs(u64::from(seconds));
        let before = self.connection.deadline();
        if let Some(overdue) = self.connection.expire(self.now) {
            assert!(before.is_some_and(|deadline| deadline.at <= self.now));
            self.refusal = self.refusal.or(overdue.refusal());
            let next = self.connection.deadline();
            assert_ne!(next, before, "what expired is over");
        }
    }

    fn end(&mut self) {
        match self.connection.receive_end() {
            Ok(()) => {}
            Err(refusal) => self.refusal = Some(refusal),
        }
    }

    fn housekeeping(&mut self, choice: u8) {
        match choice % 6 {
            0 => self.connection.sending(self.now),
            1 => self.connection.sent(self.now),
            2 => self.connection.hold_body(self.now),
            3 => self.connection.resume_body(self.now),
            4 => self.connection.abandon(),
            _ => {
                if self.connection.turn_away().is_ok() {
                    assert_eq!(self.connection.after(), After::Busy, "an answer is owed");
                }
            }
        }
    }

    /// What must hold between any two calls.
    fn hold_together(&mut self) {
        let (reading, writing, persist) = self.connection.state();
        assert!(
            TOGETHER.contains(&(reading, writing)),
            "{reading:?} and {writing:?}"
        );
        assert!(
            self.persist == Persist::Keep || persist != Persist::Keep,
            "the latch rose"
        );
        self.persist = persist;
        if self.refusal.is_some() || self.said_close {
            assert_ne!(self.connection.after(), After::NextRequest);
        }
        let _ = self.connection.deadline();
        let _ = self.connection.expects_continue();
        if !self.chunks.is_empty() {
            self.chunks.extend_from_slice(&self.out);
        }
        self.out.clear();
    }
}

/// Reads a whole chunked body back, as a stranger would.
fn read_chunks(chunks: &[u8]) {
    let mut rest = chunks.strip_prefix(b"chunks\r\n").expect("the placeholder");
    loop {
        let read = httparse::parse_chunk_size(rest);
        let Ok(httparse::Status::Complete((start, size))) = read else {
            panic!("{read:?} in {}", chunks.escape_ascii());
        };
        rest = &rest[start..];
        if size == 0 {
            assert_eq!(
                rest, b"x-sum: 1\r\n\r\n",
                "the last chunk is the last thing said"
            );
            return;
        }
        let size = usize::try_from(size).expect("a small chunk");
        assert!(
            rest[..size].iter().all(|&byte| byte == b'x'),
            "data is where it was announced"
        );
        rest = rest[size..]
            .strip_prefix(b"\r\n")
            .expect("a chunk ends with a line end");
    }
}
