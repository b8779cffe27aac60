//! What every check needs: a moment, a date, an answer, and chance.

use hello_http1::{BodyLength, Connection, Limits, RenderedHead};
use http::StatusCode;
use std::sync::Arc;
use std::time::Instant;

pub const DATE: &[u8; 29] = b"Sat, 21 Nov 2026 07:35:17 GMT";

/// The moment at which every dialogue begins.
#[allow(
    clippy::disallowed_methods,
    reason = "an Instant has no other beginning"
)]
pub fn dawn() -> Instant {
    Instant::now()
}

/// A fresh connection with small limits, so that short inputs reach them.
pub fn connection(now: Instant) -> Connection {
    let limits = Limits {
        head_bytes_max: 512,
        target_bytes_max: 100,
        fields_max: 12,
        chunk_line_bytes_max: 32,
        chunk_extension_bytes_max: 40,
        trailer_bytes_max: 64,
        unread_body_bytes_max: 16,
        ..Limits::default()
    };
    Connection::new(Arc::new(limits), now)
}

pub fn rendered(status: StatusCode) -> RenderedHead {
    RenderedHead::new(status, [("server", &b"hello"[..])]).expect("a good head")
}

/// Answers whatever is owed with two bytes.
pub fn answer(connection: &mut Connection, now: Instant, status: StatusCode, out: &mut Vec<u8>) {
    let head = rendered(status);
    let framing = connection
        .respond(now, &head, BodyLength::Exact(2), DATE, out)
        .expect("an answer is owed");
    if framing != hello_http1::Framing::Empty {
        out.extend_from_slice(b"ok");
        connection.body_sent(2).expect("two bytes were announced");
        connection
            .finish(now, &[], out)
            .expect("two bytes were sent");
    }
}

/// A small generator of pseudo-random numbers: the same ones on every machine.
pub struct Chance(pub u64);

impl Chance {
    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}
