//! Finds where a request head begins, and where it ends.
//!
//! Law: every byte is looked at once, in order, and a rule is broken where it is
//! broken: what follows the offence cannot change its name. So it makes no
//! difference how the bytes were cut.
//!
//! The head itself is read in [`crate::head`], once, when it is complete.

use crate::connection::Connection;
use crate::fields::{is_space, is_token};
use crate::head::check_request_line;
use crate::refusal::Refusal;
use crate::state::{Reading, Seen};
use std::time::Instant;

/// What the first bytes of a request are.
pub(crate) enum Opening {
    /// The request line begins here.
    At(usize),
    /// Too few bytes to tell.
    NotYet { consumed: usize },
}

/// Bytes of a request line beside its target: the longest method (7), two
/// spaces and the version (8), and a little for those that get it wrong. A line
/// that is longer has too long a target, or no method we know.
const REQUEST_LINE_EXTRA: usize = 32;

/// The opening words of HTTP/2 (RFC 9113 §3.4).
pub const HTTP2_OPENING: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

impl Connection {
    /// Looks at the first bytes of a request: there the other protocols show.
    pub(crate) fn opening(&mut self, now: Instant, input: &[u8]) -> Result<Opening, Refusal> {
        let mut start = 0;
        // RFC 9112 §2.2: ignore at least one empty line before a request line.
        if let [b'\r', b'\n', ..] = input
            && self.reading == Reading::Idle
            && !self.skipped_line
        {
            self.skipped_line = true;
            self.untouched = false;
            start = 2;
        }
        let refusal = match input[start..] {
            [] | [b'\r'] => return Ok(Opening::NotYet { consumed: start }),
            // Whether somebody speaks HTTP/2 shows in the last of these words.
            ref said if said.len() < HTTP2_OPENING.len() && HTTP2_OPENING.starts_with(said) => {
                self.first_byte(now);
                return Ok(Opening::NotYet { consumed: start });
            }
            [first, ..] if is_token(first) => {
                self.first_byte(now);
                return Ok(Opening::At(start));
            }
            [0x16] => {
                self.first_byte(now);
                return Ok(Opening::NotYet { consumed: start });
            }
            [0x16, 0x03, ..] => Refusal::TlsOnPlainPort,
            [b'\r', b'\n', ..] => Refusal::ExtraEmptyLine,
            [b'\r', ..] => Refusal::BareCr,
            [b'\n', ..] => Refusal::BareLf,
            [first, ..] if is_space(first) => Refusal::SpaceInRequestLine,
            _ => Refusal::NotHttp,
        };
        self.first_byte(now);
        Err(refusal)
    }

    /// Whether a connection begins with all of the opening words of HTTP/2. It was refused as
    /// [`Refusal::Http2Preface`] then, and `input` is what was shown last.
    ///
    /// RFC 9113 §3.3: they come first, before any request and any empty line.
    pub fn opens_http2(&self, input: &[u8]) -> bool {
        self.untouched && input.starts_with(HTTP2_OPENING)
    }

    fn first_byte(&mut self, now: Instant) {
        if self.reading == Reading::Idle {
            self.see(Seen::FirstByte);
            self.since = now;
            self.fresh = false;
        }
    }

    /// Finds the end of the head, whose first byte is that of `bytes`: its length.
    pub(crate) fn head_end(&mut self, bytes: &[u8]) -> Result<Option<usize>, Refusal> {
        if self.search.line() == 0 {
            let longest = self
                .limits
                .target_bytes_max
                .saturating_add(REQUEST_LINE_EXTRA);
            let longest = longest.min(self.limits.head_bytes_max);
            let window = &bytes[..bytes.len().min(longest)];
            match self.search.next_line(window)? {
                Some(line) if line.ends_with(b" HTTP/1.1") => {}
                Some(line) => check_request_line(line)?,
                None if window.len() < longest => return Ok(None),
                None => return Err(too_long(window)),
            }
        }
        let longest = self.limits.head_bytes_max;
        let window = &bytes[..bytes.len().min(longest)];
        while let Some(line) = self.search.next_line(window)? {
            if line.is_empty() {
                return Ok(Some(self.search.line()));
            }
        }
        if window.len() < longest {
            Ok(None)
        } else {
            Err(Refusal::HeadTooLarge)
        }
    }
}

/// Why a request line without an end is refused.
///
/// RFC 9112 §3: a target too long is answered 414, a method too long 501.
fn too_long(line: &[u8]) -> Refusal {
    let method = &line[..line.len().min(REQUEST_LINE_EXTRA)];
    if method.contains(&b' ') {
        Refusal::TargetTooLong
    } else {
        Refusal::UnknownMethod
    }
}
