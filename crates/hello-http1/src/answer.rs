//! One connection, from its first byte to its last: what we say.
//!
//! Law: an answer is framed once, here, from what the request allows. Body
//! bytes never pass through the engine, they are only counted, so that they can
//! go from a file to the socket without being seen.

use crate::chunked::may_trail;
use crate::connection::{Answer, Connection};
use crate::event::{BodyLength, Framing, Misuse, Version};
use crate::response::{RenderedHead, decimal, field, hexadecimal, status_line};
use crate::state::{Persist, Reading, Said, Seen, Why, Writing};
use http::StatusCode;
use std::time::Instant;

impl Connection {
    /// Appends the head of the final response to `out`, and says what follows it.
    ///
    /// After a refusal it answers that, once. `date` is an HTTP date
    /// (RFC 9110 §5.6.7). The body's length is announced as the request allows:
    /// HEAD hears the length and gets no bytes, 204 and 304 say none, an unknown
    /// length becomes chunks, or the end of the connection for HTTP/1.0.
    ///
    /// # Errors
    /// [`Misuse::Misstep`]: no answer is owed. [`Misuse::NoTunnel`]: success to CONNECT.
    ///
    /// # Spec
    /// RFC 9112 §6, §9; RFC 9110 §6.6.1, §8.6.
    pub fn respond(
        &mut self,
        now: Instant,
        head: &RenderedHead,
        length: BodyLength,
        date: &[u8; 29],
        out: &mut Vec<u8>,
    ) -> Result<Framing, Misuse> {
        let (announced, framing) = self.frame(head.status(), length);
        let said = if framing == Framing::Empty {
            Said::AnswerWhole
        } else {
            Said::AnswerBegun
        };
        let writing = self.try_say(said)?;
        // RFC 9110 §9.3.6: what follows would be a tunnel, which this is not.
        if self.asked.connect && head.status().is_success() {
            return Err(Misuse::NoTunnel);
        }
        self.writing = writing;
        self.settle_persistence(framing);
        out.reserve(head.bytes().len() + MOST_ADDED_BYTES);
        out.extend_from_slice(head.bytes());
        if let Some(common) = &self.common {
            out.extend_from_slice(common.bytes());
        }
        if let Some(once) = self.once.take() {
            out.extend_from_slice(once.bytes());
        }
        out.extend_from_slice(b"date: ");
        out.extend_from_slice(date);
        match announced {
            Announced::Nothing => {}
            Announced::Chunks => out.extend_from_slice(b"\r\ntransfer-encoding: chunked"),
            Announced::Length(length) => {
                out.extend_from_slice(b"\r\ncontent-length: ");
                decimal(length, out);
            }
        }
        out.extend_from_slice(self.last_lines(head.names_upgrade()));
        self.answer = match framing {
            Framing::Empty => {
                self.since_if_over(now);
                Answer::Exact(0)
            }
            Framing::Exact(left) => Answer::Exact(left),
            Framing::Chunked => Answer::Chunked(None),
            Framing::UntilClose => Answer::UntilClose,
        };
        Ok(framing)
    }

    /// Turns a client away before it has asked, as when there is no room for it.
    ///
    /// Nothing of it is read any more, and it is owed one answer: give it with
    /// [`respond`](Self::respond), and close.
    ///
    /// # Errors
    /// [`Misuse::Misstep`]: a request is in hand, or was answered last.
    ///
    /// # Spec
    /// RFC 9112 §9.5 lets a server close at any time; the answer says why.
    pub fn turn_away(&mut self) -> Result<(), Misuse> {
        let writing = self.try_say(Said::Asked)?;
        self.reading = self.reading.next(Seen::GaveUp).map_err(Misuse::Misstep)?;
        self.writing = writing;
        self.persist = self.persist.close(Why::ServerAsked);
        Ok(())
    }

    /// Appends an interim response, such as 100 or 103.
    ///
    /// Nothing for HTTP/1.0 clients, and no 100 for a client that waits for none.
    ///
    /// # Errors
    /// [`Misuse::BadStatus`]: not interim, or 101, which has its own function.
    /// [`Misuse::Misstep`]: no answer is owed. Bad fields, as in [`RenderedHead::new`].
    ///
    /// # Spec
    /// RFC 9110 §15.2, RFC 8297.
    pub fn interim(
        &mut self,
        status: StatusCode,
        fields: &[(&str, &[u8])],
        out: &mut Vec<u8>,
    ) -> Result<(), Misuse> {
        if !status.is_informational() || status == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Misuse::BadStatus);
        }
        // An interim answer may be given wherever a final one may.
        self.try_say(Said::AnswerBegun)?;
        // RFC 9110 §15.2: none for HTTP/1.0. §10.1.1: no 100 once the body is coming.
        let late = status == StatusCode::CONTINUE && !self.asked.expects_continue;
        if self.asked.version == Version::Http10 || late {
            return Ok(());
        }
        append(out, |out| {
            status_line(status, out);
            write_fields(fields, out)
        })?;
        if status == StatusCode::CONTINUE {
            self.asked.expects_continue = false;
        }
        Ok(())
    }

    /// Appends the framing before `bytes` bytes of data, and closes the chunk
    /// before it. No bytes are no chunk: that would end the body.
    ///
    /// # Errors
    /// [`Misuse::NoSuchBody`]: the answer is not chunked.
    /// [`Misuse::TooFewBytes`]: data of the chunk before is missing.
    ///
    /// # Spec
    /// RFC 9112 §7.1.
    pub fn begin_chunk(&mut self, bytes: usize, out: &mut Vec<u8>) -> Result<(), Misuse> {
        let (Writing::Body, Answer::Chunked(chunk)) = (self.writing, self.answer) else {
            return Err(Misuse::NoSuchBody);
        };
        match chunk {
            _ if bytes == 0 => return Ok(()),
            Some(left) if left > 0 => return Err(Misuse::TooFewBytes),
            Some(_) => out.extend_from_slice(b"\r\n"),
            None => {}
        }
        hexadecimal(bytes as u64, out);
        out.extend_from_slice(b"\r\n");
        self.answer = Answer::Chunked(Some(bytes as u64));
        Ok(())
    }

    /// Counts body bytes that were queued or sent.
    ///
    /// # Errors
    /// [`Misuse::TooManyBytes`]: more than the length, or the chunk, announced.
    /// [`Misuse::NoSuchBody`]: no body is under way.
    pub fn body_sent(&mut self, bytes: u64) -> Result<(), Misuse> {
        if self.writing != Writing::Body {
            return if bytes == 0 {
                Ok(())
            } else {
                Err(Misuse::NoSuchBody)
            };
        }
        let left = match &mut self.answer {
            Answer::Exact(left) | Answer::Chunked(Some(left)) => left,
            Answer::Chunked(None) if bytes == 0 => return Ok(()),
            Answer::Chunked(None) => return Err(Misuse::TooManyBytes),
            Answer::UntilClose => return Ok(()),
        };
        *left = left.checked_sub(bytes).ok_or(Misuse::TooManyBytes)?;
        Ok(())
    }

    /// Ends the body: appends the last chunk and the trailers if it is chunked.
    ///
    /// Trailers of an answer that is not chunked are dropped (RFC 9110 §6.5.1).
    ///
    /// # Errors
    /// [`Misuse::Misstep`]: no body is under way.
    /// [`Misuse::TooFewBytes`]: less than announced; the connection is closed.
    /// Bad trailers, or ones that belong in a head: nothing is appended.
    pub fn finish(
        &mut self,
        now: Instant,
        trailers: &[(&str, &[u8])],
        out: &mut Vec<u8>,
    ) -> Result<(), Misuse> {
        let writing = self.try_say(Said::AnswerEnd)?;
        match self.answer {
            Answer::Exact(1..) | Answer::Chunked(Some(1..)) => {
                self.abandon();
                return Err(Misuse::TooFewBytes);
            }
            Answer::Exact(0) | Answer::UntilClose => {}
            Answer::Chunked(chunk) => append(out, |out| {
                let last: &[u8] = if chunk.is_some() {
                    b"\r\n0\r\n"
                } else {
                    b"0\r\n"
                };
                out.extend_from_slice(last);
                write_trailers(trailers, out)
            })?,
        }
        self.writing = writing;
        self.since_if_over(now);
        Ok(())
    }

    /// Breaks the answer off: what it announced will not come. The connection
    /// closes, for only that tells the client (RFC 9112 §8).
    pub fn abandon(&mut self) {
        self.give_up(Why::BrokenAnswer);
    }

    /// Appends the 101 that hands the connection to another protocol.
    ///
    /// `fields` names that protocol in `upgrade`; `connection` is added. From
    /// then on, [`receive`](Self::receive) says [`Next::Upgraded`](crate::Next::Upgraded).
    ///
    /// # Errors
    /// [`Misuse::NoUpgrade`]: not offered, not named, or the request's body is
    /// not read to its end. Bad fields, as in [`RenderedHead::new`].
    ///
    /// # Spec
    /// RFC 9110 §7.8, §15.2.2.
    pub fn switch_protocols(
        &mut self,
        fields: &[(&str, &[u8])],
        out: &mut Vec<u8>,
    ) -> Result<(), Misuse> {
        let writing = self.try_say(Said::Switched)?;
        let named = fields.iter().any(|(name, _)| *name == "upgrade");
        if !self.asked.upgrade || !named || self.reading != Reading::Done {
            return Err(Misuse::NoUpgrade);
        }
        append(out, |out| {
            status_line(StatusCode::SWITCHING_PROTOCOLS, out);
            out.extend_from_slice(b"connection: upgrade\r\n");
            write_fields(fields, out)
        })?;
        self.see(Seen::Switched);
        self.writing = writing;
        // The one reason that outweighs an earlier one: nobody closes this for HTTP.
        self.persist = Persist::Close(Why::Switched);
        Ok(())
    }

    /// Decides how the body is told from what follows it. RFC 9112 §6.3.
    fn frame(&self, status: StatusCode, length: BodyLength) -> (Announced, Framing) {
        let bodiless = self.asked.head_only;
        match (status, length) {
            // RFC 9110 §8.6: no length with 204; none needed with 304.
            (StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED, _) => {
                (Announced::Nothing, Framing::Empty)
            }
            // RFC 9110 §15.3.6: a 205 has no content, and says so.
            (StatusCode::RESET_CONTENT, _) | (_, BodyLength::None | BodyLength::Exact(0)) => {
                (Announced::Length(0), Framing::Empty)
            }
            (_, BodyLength::Exact(length)) if bodiless => {
                (Announced::Length(length), Framing::Empty)
            }
            // RFC 9110 §9.3.2: HEAD may leave out what is known only while sending.
            (_, BodyLength::Unknown) if bodiless => (Announced::Nothing, Framing::Empty),
            (_, BodyLength::Exact(length)) => (Announced::Length(length), Framing::Exact(length)),
            // RFC 9112 §6.1: chunks only for a client that speaks HTTP/1.1.
            (_, BodyLength::Unknown) if self.asked.version == Version::Http11 => {
                (Announced::Chunks, Framing::Chunked)
            }
            (_, BodyLength::Unknown) => (Announced::Nothing, Framing::UntilClose),
        }
    }

    /// Finds reasons to close, while there is a head to say so in.
    fn settle_persistence(&mut self, framing: Framing) {
        if framing == Framing::UntilClose {
            self.persist = self.persist.close(Why::UnknownLength);
        }
        if self.asked.expects_continue {
            self.persist = self.persist.close(Why::UnmetExpectation);
        }
        if self.body_bytes_left() > self.limits.unread_body_bytes_max {
            self.persist = self.persist.close(Why::UnreadBody);
        }
    }

    /// The end of the head: `connection` if it has something to say, and the empty line.
    fn last_lines(&self, names_upgrade: bool) -> &'static [u8] {
        let closes = self.persist != Persist::Keep;
        match (closes, names_upgrade) {
            (false, false) if self.asked.keep_alive => b"\r\nconnection: keep-alive\r\n\r\n",
            (false, false) => b"\r\n\r\n",
            (true, false) => b"\r\nconnection: close\r\n\r\n",
            (false, true) if self.asked.keep_alive => {
                b"\r\nconnection: keep-alive, upgrade\r\n\r\n"
            }
            (false, true) => b"\r\nconnection: upgrade\r\n\r\n",
            (true, true) => b"\r\nconnection: close, upgrade\r\n\r\n",
        }
    }

    /// An exchange that is over leaves an idle connection behind.
    fn since_if_over(&mut self, now: Instant) {
        if self.reading == Reading::Done {
            self.since = now;
        }
    }
}

/// How a head announces its body.
enum Announced {
    Nothing,
    Length(u64),
    Chunks,
}

/// Bytes that `respond` adds to a rendered head, at most: `date`, one framing
/// field with twenty digits, the longest `connection`, and the empty line.
const MOST_ADDED_BYTES: usize = 128;

/// Writes to the end of `out`, all or nothing.
fn append(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), Misuse>,
) -> Result<(), Misuse> {
    let before = out.len();
    let written = write(out);
    if written.is_err() {
        out.truncate(before);
    }
    written
}

fn write_fields(fields: &[(&str, &[u8])], out: &mut Vec<u8>) -> Result<(), Misuse> {
    for (name, value) in fields {
        field(name, value, out)?;
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn write_trailers(trailers: &[(&str, &[u8])], out: &mut Vec<u8>) -> Result<(), Misuse> {
    if trailers.iter().any(|(name, _)| !may_trail(name.as_bytes())) {
        return Err(Misuse::NoSuchTrailer);
    }
    write_fields(trailers, out)
}
