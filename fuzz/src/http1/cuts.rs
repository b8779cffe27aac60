//! However the same bytes are cut, the same events come out.

use super::script::{Chance, answer, connection, dawn};
use hello_http1::{After, Connection, Next, Refusal, RequestHead};
use http::{Method, StatusCode};
use std::time::Instant;

/// When the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As soon as it has the head: the body is for nobody.
    AtOnce,
    /// When it has the whole request.
    WhenPaused,
}

/// What one connection did, without a word about where the bytes were cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    pub events: Vec<Event>,
    pub out: Vec<u8>,
    pub after: Option<After>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Request(Vec<u8>),
    Data(Vec<u8>),
    End(Vec<u8>),
    Refused(Refusal),
    Upgraded(Vec<u8>),
}

/// The first byte chooses the cuts and the manner; the rest is the wire.
pub fn check(bytes: &[u8]) {
    let Some((&choice, wire)) = bytes.split_first() else {
        return;
    };
    let manner = if choice & 1 == 0 {
        Manner::AtOnce
    } else {
        Manner::WhenPaused
    };
    let whole = transcript([wire], manner);
    let dripped = transcript(wire.chunks(1), manner);
    assert_eq!(dripped, whole, "byte by byte");
    let pieces = random_pieces(wire, u64::from(choice));
    assert_eq!(transcript(pieces, manner), whole, "cut by chance {choice}");
}

/// Cuts the wire into pieces of one to sixteen bytes.
pub fn random_pieces(mut wire: &[u8], seed: u64) -> Vec<&[u8]> {
    let mut chance = Chance(seed);
    let mut pieces = Vec::new();
    while !wire.is_empty() {
        let (piece, rest) = wire.split_at((chance.below(16) + 1).min(wire.len()));
        pieces.push(piece);
        wire = rest;
    }
    pieces
}

/// Plays a whole connection: bytes in pieces, then the end of them.
pub fn transcript<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, manner: Manner) -> Transcript {
    let now = dawn();
    let mut server = Server {
        connection: connection(now),
        head: RequestHead::default(),
        input: Vec::new(),
        script: Transcript::default(),
        manner,
        now,
    };
    let mut received = 0;
    for piece in pieces {
        received += piece.len();
        server.input.extend_from_slice(piece);
        server.turn();
    }
    // A head is searched once and parsed once, a trailer section too; a CR may
    // be looked at once more in each piece that ends with one.
    assert!(
        server.connection.work() as usize <= 4 * received + 8,
        "work must be linear"
    );
    if let Err(refusal) = server.connection.receive_end() {
        server.refused(refusal);
    }
    server.turn();
    server.script.after = Some(server.connection.after());
    server.script
}

struct Server {
    connection: Connection,
    head: RequestHead,
    input: Vec<u8>,
    script: Transcript,
    manner: Manner,
    now: Instant,
}

impl Server {
    /// Takes everything there is to take from the input.
    fn turn(&mut self) {
        loop {
            let next = self
                .connection
                .receive(self.now, &self.input, &mut self.head);
            let consumed = match next {
                Err(refusal) => return self.refused(refusal),
                Ok(Next::NeedBytes { consumed }) => {
                    self.input.drain(..consumed);
                    return;
                }
                Ok(Next::Closed) => return,
                Ok(Next::Upgraded) => return self.upgraded(),
                Ok(Next::Paused) => {
                    self.answer(StatusCode::OK);
                    0
                }
                Ok(Next::Request { consumed }) => {
                    let described = self.described();
                    self.note(Event::Request(described));
                    if self.head.upgrade(&self.input).is_some() {
                        let fields: [(&str, &[u8]); 1] = [("upgrade", b"x")];
                        // Refused if a body comes first; then it is an ordinary request.
                        let _ = self
                            .connection
                            .switch_protocols(&fields, &mut self.script.out);
                    } else if self.manner == Manner::AtOnce {
                        self.answer(StatusCode::NOT_FOUND);
                    }
                    consumed
                }
                Ok(Next::Data { start, end }) => {
                    let data = self.input[start..end].to_vec();
                    self.note(Event::Data(data));
                    end
                }
                Ok(Next::End { consumed }) => {
                    let trailers = list(self.head.trailers(&self.input));
                    self.note(Event::End(trailers));
                    consumed
                }
            };
            self.input.drain(..consumed);
        }
    }

    fn answer(&mut self, status: StatusCode) {
        let tunnel = *self.head.method() == Method::CONNECT && status.is_success();
        let status = if tunnel {
            StatusCode::METHOD_NOT_ALLOWED
        } else {
            status
        };
        answer(&mut self.connection, self.now, status, &mut self.script.out);
    }

    /// A refusal is answered once, if no answer has begun.
    fn refused(&mut self, refusal: Refusal) {
        if self.script.events.last() != Some(&Event::Refused(refusal)) {
            self.note(Event::Refused(refusal));
            if self.connection.after() == After::Busy {
                self.answer(refusal.status());
            }
        }
    }

    fn upgraded(&mut self) {
        let bytes = std::mem::take(&mut self.input);
        self.note(Event::Upgraded(bytes));
    }

    /// Notes an event, and joins data to the data before it.
    fn note(&mut self, event: Event) {
        match (self.script.events.last_mut(), event) {
            (Some(Event::Data(before)), Event::Data(data))
            | (Some(Event::Upgraded(before)), Event::Upgraded(data)) => before.extend(data),
            (_, event) => self.script.events.push(event),
        }
    }

    /// Everything the head says, in words.
    fn described(&self) -> Vec<u8> {
        let (head, input) = (&self.head, &self.input);
        let words = format!(
            "{} {:?} {:?} {:?} {} ",
            head.method(),
            head.version(),
            head.form(),
            head.body(),
            head.bytes()
        );
        let parts = [
            head.target(input),
            head.path(input),
            head.query(input).unwrap_or(b"-"),
            head.authority(input).unwrap_or(b"-"),
            head.upgrade(input).unwrap_or(b"-"),
            &list(head.fields(input)),
        ];
        [words.as_bytes(), &parts.join(&b" | "[..])].concat()
    }
}

fn list<'a>(fields: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Vec<u8> {
    let lines: Vec<_> = fields
        .map(|(name, value)| [name, b"=", value].concat())
        .collect();
    lines.join(&b"; "[..])
}
