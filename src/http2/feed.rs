//! In which order content is sent: who is served next, and how much at a time.
//!
//! Law: the library is given only what can leave at once, so that the order is ours (RFC 9218 §10).
//! The more urgent go first. Among equals those with little left do, in the order they were asked;
//! the larger ones follow in turns, unless the client wants each whole.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use h2::{Reason, SendStream};

use super::content::{Content, Piece};
use super::head::{self, Asked};
use super::limits::{QUANTUM_BYTES, SMALL_BYTES};
use super::outgoing::Outgoing;
use super::priority::Priority;
use crate::driving::{Pace, Witness};
use crate::observe::{Exchange, Progress, Underway};
use crate::tasks;

/// An answer whose head is sent, and whose content is not.
pub(super) struct Answering {
    pub(super) asked: Asked,
    pub(super) exchange: Exchange,
    /// Bytes of content there were to send.
    pub(super) of: u64,
    /// When the client last took something of it.
    pub(super) progress: Instant,
    stream: SendStream<Bytes>,
    content: Content,
    priority: Priority,
    /// When it had its last turn, counted in turns.
    turn: u64,
    /// Whether the client's windows are closed to it for now.
    is_stalled: bool,
    /// Its place among the requests that run, once it has waited.
    running: Option<Underway>,
    /// A part of its file that is being read.
    warming: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// All answers of a connection that are being sent.
#[derive(Default)]
pub(super) struct Feed {
    pub(super) answers: Vec<Answering>,
    turns: u64,
}

/// How an answer left the feed.
pub(super) enum Left {
    /// All of it is with the library.
    Whole,
    /// The client does not want it any more.
    Reset,
    /// The file changed, or could not be read: the stream is reset, so that nobody takes it for
    /// whole.
    Broken,
}

impl Answering {
    pub(super) fn new(
        asked: Asked,
        exchange: Exchange,
        stream: SendStream<Bytes>,
        content: Content,
        now: Instant,
    ) -> Self {
        Self {
            of: content.len(),
            priority: asked.priority(),
            asked,
            exchange,
            progress: now,
            stream,
            content,
            turn: 0,
            is_stalled: false,
            running: None,
            warming: None,
        }
    }

    /// Whether it waits for nothing but its client.
    pub(super) fn is_stalled(&self) -> bool {
        self.is_stalled && self.warming.is_none()
    }

    /// Whether it can be given to the library now; `paced`: bytes that may leave of what is held to a
    /// pace.
    fn is_open(&self, paced: u64) -> bool {
        !self.is_stalled
            && self.warming.is_none()
            && !self.content.is_in_the_making()
            && (paced > 0 || !self.is_paced())
    }

    /// Whether it is held to the pace of its connection.
    fn is_paced(&self) -> bool {
        { self.asked.limited() }.is_some_and(|limited| limited.bandwidth.is_some())
    }

    /// Whether nothing of it comes before somebody else does something.
    pub(super) fn is_waiting(&self) -> bool {
        self.is_stalled() || self.content.is_in_the_making()
    }

    /// Whether whoever leaves it has missed nothing.
    pub(super) fn is_endless(&self) -> bool {
        self.content.is_endless()
    }

    /// Others see it, and how far it has come.
    fn show_progress(&mut self, live: &Witness) {
        let exchange = &self.exchange;
        let is_endless = self.content.is_endless();
        let running = self.running.get_or_insert_with(|| {
            let Exchange { number, method, .. } = *exchange;
            live.begin(number, method, self.asked.target(), exchange.begun)
        });
        running.has_come(Progress {
            status: Some(exchange.status),
            sent: exchange.content_bytes,
            of: (self.of > 0).then_some(self.of),
            is_endless,
        });
    }

    /// Its stream.
    pub(super) fn stream(&self) -> u32 {
        self.stream.stream_id().as_u32()
    }

    /// The client wants it sooner or later than it said.
    pub(super) fn prefer(&mut self, priority: Priority) {
        self.priority = priority;
    }

    /// Gives it up, and tells the client.
    pub(super) fn reset(&mut self, reason: Reason) {
        self.stream.send_reset(reason);
    }

    /// Who is served first; the least is.
    fn rank(&self) -> (u8, bool, u64) {
        let is_small = self.content.len() <= SMALL_BYTES;
        let turn = match self.priority.incremental {
            // In the order they were asked, each whole.
            Some(false) => 0,
            Some(true) | None => self.turn,
        };
        let turn = if is_small { 0 } else { turn };
        (self.priority.urgency, !is_small, turn)
    }

    /// Gives the library the next piece, of `room` bytes at most. `None`: there is more.
    fn give(
        &mut self,
        room: usize,
        outgoing: &mut Outgoing,
        now: Instant,
        given: &mut usize,
    ) -> Option<Left> {
        let left = usize::try_from(self.content.len()).unwrap_or(usize::MAX);
        let wanted = left.min(QUANTUM_BYTES).min(room);
        self.stream.reserve_capacity(wanted);
        let count = self.stream.capacity().min(wanted);
        if count == 0 && wanted > 0 {
            self.is_stalled = true;
            // Or the library would give the next room to whoever asked first, not to the first.
            self.stream.reserve_capacity(0);
            return None;
        }
        match self.content.take(count) {
            Piece::Bytes(bytes) => {
                *given = bytes.len();
                outgoing.lend(&bytes);
                self.exchange.content_bytes += bytes.len() as u64;
                self.progress = now;
                let is_last = self.content.is_over();
                let trailers = self
                    .content
                    .trailers()
                    .filter(|_| is_last)
                    .map(head::fields);
                let sent = match trailers {
                    None => self.stream.send_data(bytes, is_last),
                    Some(trailers) => { self.stream.send_data(bytes, false) }
                        .and_then(|()| self.stream.send_trailers(trailers)),
                };
                if !is_last && count < wanted {
                    self.stream.reserve_capacity(0);
                }
                match sent {
                    Ok(()) => is_last.then_some(Left::Whole),
                    Err(_) => Some(Left::Reset),
                }
            }
            Piece::Cold(window) => {
                self.stream.reserve_capacity(0);
                self.warming = Some(Box::pin(async move {
                    // If the pool is gone the server is stopping, and sending may wait for the disk.
                    let _ = tasks::blocking(move || window.warm()).await;
                }));
                None
            }
            Piece::Changed | Piece::Failed => {
                self.reset(Reason::INTERNAL_ERROR);
                Some(Left::Broken)
            }
        }
    }
}

impl Feed {
    /// Answers that have to wait are shown to others.
    pub(super) fn show_progress(&mut self, live: &Witness) {
        for answer in &mut self.answers {
            answer.show_progress(live);
        }
    }

    /// Gives the library what there is room for, the most wanted first. Answers how much that was;
    /// `left` gets those that are over.
    pub(super) fn give(
        &mut self,
        outgoing: &mut Outgoing,
        pace: &mut Option<Box<Pace>>,
        now: Instant,
        left: &mut Vec<(Answering, Left)>,
    ) -> usize {
        let mut sum = 0;
        let mut room = outgoing.room();
        while room > FRAME_HEAD_BYTES {
            let paced = pace.as_mut().map_or(u64::MAX, |pace| pace.room(now));
            let answers = self.answers.iter().enumerate();
            let open = answers.filter(|(_, answer)| answer.is_open(paced));
            let Some((first, _)) = open.min_by_key(|(_, answer)| answer.rank()) else {
                break;
            };
            self.turns += 1;
            let answer = &mut self.answers[first];
            answer.turn = self.turns;
            let mut given = 0;
            let is_paced = answer.is_paced();
            let mut most = room - FRAME_HEAD_BYTES;
            if is_paced {
                most = most.min(usize::try_from(paced).unwrap_or(usize::MAX));
            }
            let over = answer.give(most, outgoing, now, &mut given);
            if let Some(pace) = pace.as_mut().filter(|_| is_paced) {
                pace.took(given as u64);
            }
            if let Some(how) = over {
                left.push((self.answers.remove(first), how));
            }
            if given > 0 {
                let frames = given.div_ceil(FRAME_BYTES);
                room = room.saturating_sub(given + frames * FRAME_HEAD_BYTES);
                sum += given;
            }
        }
        sum
    }

    /// Whether there is something to give as soon as there is room.
    pub(super) fn is_ready(&self, paced: u64) -> bool {
        self.answers.iter().any(|answer| answer.is_open(paced))
    }

    /// Whether something waits for nothing but its pace.
    pub(super) fn waits_for_pace(&self) -> bool {
        let waits = |answer: &Answering| answer.is_open(u64::MAX) && !answer.is_open(0);
        self.answers.iter().any(waits)
    }

    /// Something came from the client: windows may be open again, and answers may be unwanted.
    pub(super) fn look_again(&mut self, left: &mut Vec<(Answering, Left)>) {
        let cx = &mut Context::from_waker(std::task::Waker::noop());
        let mut place = 0;
        while let Some(answer) = self.answers.get_mut(place) {
            answer.is_stalled = false;
            if answer.stream.poll_reset(cx).is_ready() {
                left.push((self.answers.remove(place), Left::Reset));
            } else {
                place += 1;
            }
        }
    }

    /// Whether one whose file was being read, or whose content was being made, can go on; the others
    /// wake the task when they can.
    pub(super) fn poll_ready(
        &mut self,
        cx: &mut Context<'_>,
        now: Instant,
        is_draining: bool,
    ) -> bool {
        let mut is_any = false;
        for answer in &mut self.answers {
            if answer.content.is_in_the_making() {
                answer.content.make(cx, is_draining);
                if !answer.content.is_in_the_making() {
                    answer.progress = now;
                    is_any = true;
                }
            }
            let Some(warming) = &mut answer.warming else {
                continue;
            };
            if warming.as_mut().poll(cx) == Poll::Ready(()) {
                answer.warming = None;
                answer.content.warmed();
                // The disk's time is not the client's.
                answer.progress = now;
                is_any = true;
            }
        }
        is_any
    }
}

/// The head of a frame (RFC 9113 §4.1).
const FRAME_HEAD_BYTES: usize = 9;

/// Content of a frame, unless the client has asked for larger ones (RFC 9113 §4.2).
const FRAME_BYTES: usize = 16 << 10;
