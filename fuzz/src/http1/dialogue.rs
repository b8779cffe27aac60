//! No order of calls can make the engine panic, contradict itself, or say
//! something that is not a well-formed answer.

use super::script::{DATE, connection, dawn, rendered};
use hello_http1::state::TOGETHER;
use hello_http1::{
    After, BodyLength, Connection, Framing, Misuse, Next, Persist, Refusal, RequestHead,
};
use http::StatusCode;
use std::time::{Duration, Instant};

/// The bytes are a program: what to do, and with what.
pub fn check(mut program: &[u8]) {
    let mut dialogue = Dialogue::new();
    while let Some((&instruction, rest)) = program.split_first() {
        program = dialogue.step(instruction, rest);
        dialogue.hold_together();
    }
}

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
        }
    }

    /// Does one thing, and returns the rest of the program.
    fn step<'a>(&mut self, instruction: u8, rest: &'a [u8]) -> &'a [u8] {
        let amount = rest.first().copied().unwrap_or_default();
        match instruction % 16 {
            0..=2 => return self.hear(rest),
            3..=5 => self.receive(),
            6 => self.respond(amount),
            7 => self.count(|dialogue| dialogue.connection.body_sent(u64::from(amount))),
            8 => self.count(|dialogue| {
                let bytes = usize::from(amount);
                dialogue.connection.begin_chunk(bytes, &mut dialogue.out)
            }),
            9 => self.count(|dialogue| {
                let trailers: [(&str, &[u8]); 1] = [("x-sum", b"1")];
                dialogue
                    .connection
                    .finish(dialogue.now, &trailers, &mut dialogue.out)
            }),
            10 => self.interim(amount),
            11 => self.switch(),
            12 => self.wait(amount),
            13 => self.end(),
            14 => self.housekeeping(amount),
            _ => self.connection.close_after_this(),
        }
        rest
    }

    /// Receives the next bytes of the program: their number, then the bytes.
    fn hear<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let Some((&length, rest)) = rest.split_first() else {
            return rest;
        };
        let (heard, rest) = rest.split_at(usize::from(length).min(rest.len()));
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
    }

    /// Calls something that writes or counts; a misuse writes nothing.
    fn count(&mut self, call: impl FnOnce(&mut Self) -> Result<(), Misuse>) {
        let before = self.out.len();
        if call(self).is_err() {
            assert_eq!(self.out.len(), before, "a misuse writes nothing");
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
        match choice % 5 {
            0 => self.connection.sending(self.now),
            1 => self.connection.sent(),
            2 => self.connection.hold_body(self.now),
            3 => self.connection.resume_body(self.now),
            _ => self.connection.abandon(),
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
        self.out.clear();
    }
}
