//! Which streams are open, as the frames of both directions show, and which of them the library ended
//! by itself.
//!
//! Law: no stream that a client opens goes untold. A request that the library hands on is journalled
//! like any other; but it resets what is malformed, and refuses what is too much, without a word to
//! whoever drives it. Its frames pass here, and tell.

use super::limits::{STREAMS_MAX, VERDICTS_MAX};
use crate::exchange::RefusalFacts;

/// The streams of one connection.
#[derive(Default)]
pub(super) struct Streams {
    /// Opened by the client, and not ended by either side; in order.
    open: Vec<Open>,
    /// The last that was opened.
    newest: u32,
    /// The frame being said: its head, and the code where it is a reset.
    head: [u8; RESET_BYTES],
    head_bytes: usize,
    payload_left: usize,
    /// What the library decided, and nobody has asked for yet.
    verdicts: Vec<Verdict>,
}

struct Open {
    stream: u32,
    /// Whether the library has handed its request on.
    is_heard: bool,
}

/// A stream that the library ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) stream: u32,
    /// The rule that was broken.
    pub(super) facts: RefusalFacts,
}

const HEAD_BYTES: usize = 9;
const RESET_BYTES: usize = HEAD_BYTES + 4;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const END_STREAM: u8 = 1;

/// Up to this capacity the list of open streams is kept while none is.
const KEPT: usize = 16;

impl Streams {
    /// The client has begun a head. Whether that is one request more than may be in hand.
    pub(super) fn open(&mut self, stream: u32) -> bool {
        // What is no new stream is a trailer section, or an error that the library will find.
        if stream <= self.newest || stream.is_multiple_of(2) {
            return false;
        }
        self.newest = stream;
        let is_too_many = self.open.len() >= STREAMS_MAX as usize;
        self.open.push(Open {
            stream,
            is_heard: false,
        });
        is_too_many
    }

    /// The client has taken a request back.
    pub(super) fn take_back(&mut self, stream: u32) {
        self.close(stream);
    }

    /// The library has handed a request on. If it had ended its stream by then: why.
    pub(super) fn hear(&mut self, stream: u32) -> Option<RefusalFacts> {
        if let Ok(place) = self.place(stream) {
            self.open[place].is_heard = true;
        }
        let place = { self.verdicts.iter() }.position(|verdict| verdict.stream == stream)?;
        Some(self.verdicts.remove(place).facts)
    }

    /// The last stream that was opened; 0 before the first.
    pub(super) fn newest(&self) -> u32 {
        self.newest
    }

    /// What the library decided since this was asked last.
    pub(super) fn verdicts(&mut self) -> Vec<Verdict> {
        std::mem::take(&mut self.verdicts)
    }

    /// The library said this. How many heads it has refused by it that were too large.
    pub(super) fn overhear(&mut self, mut bytes: &[u8]) -> usize {
        let mut too_large = 0;
        while !bytes.is_empty() {
            let skipped = self.payload_left.min(bytes.len());
            self.payload_left -= skipped;
            bytes = &bytes[skipped..];
            let is_reset = self.head_bytes >= HEAD_BYTES;
            let wanted = if is_reset { RESET_BYTES } else { HEAD_BYTES };
            let count = (wanted - self.head_bytes).min(bytes.len());
            self.head[self.head_bytes..][..count].copy_from_slice(&bytes[..count]);
            self.head_bytes += count;
            bytes = &bytes[count..];
            if self.head_bytes == wanted {
                too_large += usize::from(self.frame(is_reset));
            }
        }
        too_large
    }

    /// A head was said, or all of a reset. Whether it refuses a head that was too large.
    fn frame(&mut self, is_reset: bool) -> bool {
        let [high, middle, low, kind, flags, a, b, c, d, code @ ..] = self.head;
        let stream = u32::from_be_bytes([a, b, c, d]);
        if kind == RST_STREAM && !is_reset {
            return false;
        }
        self.head_bytes = 0;
        if is_reset {
            let facts = self.fault(u32::from_be_bytes(code), stream);
            self.end(stream, facts);
            return false;
        }
        self.payload_left = u32::from_be_bytes([0, high, middle, low]) as usize;
        if matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0 {
            // An answer to what nobody was asked is the library's own.
            let is_unheard = { self.place(stream) }.is_ok_and(|place| !self.open[place].is_heard);
            self.end(stream, is_unheard.then_some(HEAD_TOO_LARGE));
            return is_unheard;
        }
        false
    }

    fn end(&mut self, stream: u32, facts: Option<RefusalFacts>) {
        self.close(stream);
        let Some(facts) = facts else { return };
        let is_known = self.verdicts.iter().any(|known| known.stream == stream);
        if !is_known && self.verdicts.len() < VERDICTS_MAX {
            self.verdicts.push(Verdict { stream, facts });
        }
    }

    /// What a code means that only the library uses; nothing, if it is one of ours.
    fn fault(&self, code: u32, stream: u32) -> Option<RefusalFacts> {
        let (name, rfc) = match code {
            1 if stream > self.newest => ("http2-protocol", "RFC 9113 §5.4.2"),
            1 => ("malformed-request", "RFC 9113 §8.1.1"),
            3 => ("http2-flow-control", "RFC 9113 §5.2"),
            5 => ("http2-stream-closed", "RFC 9113 §5.1"),
            7 => ("too-many-requests", "RFC 9113 §5.1.2"),
            _ => return None,
        };
        Some(RefusalFacts {
            name,
            status: None,
            rfc,
        })
    }

    fn close(&mut self, stream: u32) {
        if let Ok(place) = self.place(stream) {
            self.open.remove(place);
            if self.open.is_empty() && self.open.capacity() > KEPT {
                self.open = Vec::new();
            }
        }
    }

    fn place(&self, stream: u32) -> Result<usize, usize> {
        self.open.binary_search_by_key(&stream, |open| open.stream)
    }
}

/// A list of fields that is longer than the library decodes.
const HEAD_TOO_LARGE: RefusalFacts = RefusalFacts {
    name: "head-too-large",
    status: Some(431),
    rfc: "RFC 6585 §5",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        [&head, payload].concat()
    }

    fn reset(stream: u32, code: u32) -> Vec<u8> {
        frame(RST_STREAM, 0, stream, &code.to_be_bytes())
    }

    fn names(streams: &mut Streams) -> Vec<(u32, &'static str)> {
        let verdicts = streams.verdicts().into_iter();
        verdicts.map(|one| (one.stream, one.facts.name)).collect()
    }

    #[test]
    fn what_the_library_ends_by_itself_is_noticed_however_it_is_cut() {
        let said = [
            frame(4, 0, 0, &[0; 30]),
            frame(HEADERS, 4, 1, &[0x88; 40]),
            reset(3, 1),
            frame(DATA, END_STREAM, 1, &[0; 300]),
            frame(HEADERS, 5, 5, b"\x08\x03431"),
            // What follows it is part of the same.
            reset(5, 1),
            reset(7, 7),
            // Ours: an answer that broke off.
            reset(9, 2),
            reset(11, 5),
            frame(6, 1, 0, &[0; 8]),
        ]
        .concat();
        for size in 1..=said.len() {
            let mut streams = Streams::default();
            for stream in [1, 3, 5, 7, 9] {
                assert!(!streams.open(stream));
            }
            assert_eq!(streams.hear(1), None);
            assert_eq!(streams.hear(9), None);
            let too_large: usize = said.chunks(size).map(|part| streams.overhear(part)).sum();
            assert_eq!(too_large, 1);
            let expected = [
                (3, "malformed-request"),
                (5, "head-too-large"),
                (7, "too-many-requests"),
                (11, "http2-stream-closed"),
            ];
            assert_eq!(names(&mut streams), expected, "in parts of {size}");
            assert!(streams.open.is_empty() && streams.verdicts().is_empty());
        }
    }

    #[test]
    fn a_request_that_was_reset_before_it_was_handed_on_is_told_once() {
        let mut streams = Streams::default();
        streams.open(1);
        streams.overhear(&reset(1, 3));
        let facts = streams.hear(1).unwrap();
        assert_eq!(facts.name, "http2-flow-control");
        assert_eq!(names(&mut streams), []);
    }

    #[test]
    fn those_that_are_open_are_counted() {
        let mut streams = Streams::default();
        for place in 0..STREAMS_MAX {
            assert!(!streams.open(2 * place + 1), "{place}");
        }
        assert!(!streams.open(1), "trailers open nothing");
        assert!(!streams.open(2), "a client has no even ones");
        assert!(streams.open(1001));
        streams.take_back(1001);
        streams.overhear(&frame(HEADERS, 5, 7, &[0x88]));
        assert!(!streams.open(1003), "one of them was answered");
        assert_eq!(streams.newest(), 1003);
    }

    #[test]
    fn no_more_is_remembered_than_may_be() {
        let mut streams = Streams::default();
        for place in 0..2 * u32::try_from(VERDICTS_MAX).unwrap() {
            streams.overhear(&reset(2 * place + 1, 7));
        }
        assert_eq!(streams.verdicts().len(), VERDICTS_MAX);
    }
}
