//! One connection as a story: what it was asked, what it is doing, how it ended.
//!
//! Whoever shows it holds on to a copy without the connection itself ([`Story::for_view`]); only the
//! chronicle beside it makes stories and keeps them up to date.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::exchange::{Ending, Peer, Reason, Walked};
use crate::i18n::{Language, show_target};
use crate::observe::events::Method;
use crate::observe::limits::{RATE_AFTER, STORY_TARGET_BYTES_MAX};
use crate::observe::live::{Live, Progress, Registry, Running, State};
use crate::observe::why::{Labeller, Machine, Probe, Why};
use crate::observe::words::{EndingDetails, WalkPart, ending_in_words, walked_in_words};

/// One connection, as far as it has gone.
#[derive(Clone)]
pub struct Story {
    /// Its number, counted from 1.
    pub id: u64,
    /// Who is at the other end.
    pub peer: Peer,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// What it was doing at the last look; the last thing it did, once it has ended.
    pub state: State,
    /// Since when, by [`crate::clock::tick_ms`].
    pub state_since_ms: u64,
    /// Bytes received, at the last look.
    pub received: u64,
    /// Bytes sent, at the last look.
    pub sent: u64,
    /// The last requests, oldest first.
    pub requests: VecDeque<Told>,
    /// Requests in all.
    pub requests_total: u32,
    /// Requests that were being answered at the last look, in order. None of them stands among
    /// the others: what is journalled is over.
    pub running: Vec<Asked>,
    /// How it ended.
    pub end: Option<Finish>,
    /// What is likely of the connection as a whole; for one that lives, until now.
    pub why: Option<Why>,
    /// The chronicle's revision when it last changed.
    pub revision: u64,
    pub(super) live: Option<Arc<Live>>,
    /// Whether it was gone at the last look, though its end has not been heard.
    pub(super) is_orphan: bool,
}

/// A request and its answer, as told in a story.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which request of its connection, counted from 1.
    pub number: u32,
    /// The method.
    pub method: Method,
    /// The target as a person reads it, cut if it is long; secrets in its query are not kept.
    pub target: String,
    /// Status code.
    pub status: u16,
    /// Bytes of content sent.
    pub content_bytes: u64,
    /// Bytes of content there were to send, if the answer broke off.
    pub broken_of: Option<u64>,
    /// When the request was first looked at.
    pub begun: Instant,
    /// When the last byte was given to the kernel.
    pub ended: Instant,
    /// Why the answer is not the file asked for.
    pub reason: Option<Reason>,
    /// What everybody is asked for, if it is that.
    pub probe: Option<Probe>,
    /// What is likely behind it.
    pub why: Option<Why>,
    /// How the answer came about ([`crate::exchange::Walked`] as JSON), where it is traced; empty: it found
    /// no room.
    pub(super) walk: Option<Arc<[u8]>>,
}

impl Told {
    /// How the answer came about, part by part, where it is traced; no parts: it found no room.
    pub fn walk_in_words(&self, language: Language) -> Option<Vec<WalkPart>> {
        let walked = Walked::of_json(self.walk.as_deref()?);
        Some(walked.map_or_else(Vec::new, |walked| walked_in_words(language, &walked)))
    }
}

/// A request that is being answered, as told in a story.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which request of its connection, counted from 1.
    pub number: u32,
    /// The method.
    pub method: Method,
    /// The target as a person reads it, as of [`Told`].
    pub target: String,
    /// When the request was first looked at.
    pub begun: Instant,
    /// How far it has come.
    pub progress: Progress,
}

/// How a story ended.
#[derive(Clone, Debug)]
pub struct Finish {
    /// When.
    pub at: Instant,
    /// How.
    pub ending: Ending,
    /// How far the answer in hand got: bytes of content sent, and of how many.
    pub progress: Option<(u64, u64)>,
    /// Its target; empty if there was none.
    pub target: String,
    /// Requests answered.
    pub requests: u32,
    /// Milliseconds since the last change of state.
    pub waited_ms: u64,
}

impl Finish {
    /// The ending as a person reads it.
    pub fn in_words(&self, language: Language) -> String {
        let details = EndingDetails {
            requests: self.requests,
            progress: self.progress,
            target: &self.target,
            waited_ms: self.waited_ms,
        };
        ending_in_words(language, self.ending, &details)
    }
}

impl Story {
    pub(super) fn new(id: u64, peer: Peer, accepted_at: Instant) -> Self {
        Self {
            id,
            peer,
            accepted_at,
            state: State::Accepted,
            state_since_ms: 0,
            received: 0,
            sent: 0,
            requests: VecDeque::new(),
            requests_total: 0,
            running: Vec::new(),
            end: None,
            why: None,
            revision: 0,
            live: None,
            is_orphan: false,
        }
    }

    /// Whether it is a story of this machine.
    pub fn is_of(&self, machine: Machine) -> bool {
        Machine::of(self.peer) == machine
    }

    /// A copy to be shown, which holds on to nothing.
    pub(super) fn for_view(&self) -> Self {
        Self {
            live: None,
            ..self.clone()
        }
    }

    /// Takes over what its connection is doing now. Answers whether anything is new.
    pub(super) fn update(&mut self, labeller: &Labeller, now: Instant) -> bool {
        let Some(live) = &self.live else {
            return false;
        };
        let before = (self.state, self.received, self.sent, self.why);
        (self.state, self.received, self.sent) = (live.state(), live.received(), live.sent());
        self.state_since_ms = live.state_since_ms();
        if self.requests_total == 0 && self.received == 0 {
            // Once is enough: how long it has been held is seen anyway.
            self.why = self.why.or_else(|| labeller.so_far(self.id, now));
        } else if self.requests_total == 0 {
            self.why = None;
        }
        before != (self.state, self.received, self.sent, self.why)
    }

    /// Takes over which requests are being answered now. Answers whether anything is new.
    pub(super) fn update_running(&mut self, registry: &Registry) -> bool {
        if self.live.is_none() {
            return false;
        }
        let mut known = std::mem::take(&mut self.running).into_iter().peekable();
        let (requests, still) = (&self.requests, &mut self.running);
        let mut is_new = false;
        registry.running_on(self.id, |running| {
            // Journalled between the two looks, and about to go.
            if requests.iter().any(|told| told.number == running.number) {
                return;
            }
            while known
                .next_if(|asked| asked.number < running.number)
                .is_some()
            {
                is_new = true;
            }
            let known = known.next_if(|asked| asked.number == running.number);
            let mut asked = known.unwrap_or_else(|| {
                is_new = true;
                Asked::of(running)
            });
            let progress = running.progress();
            is_new |= std::mem::replace(&mut asked.progress, progress) != progress;
            still.push(asked);
        });
        is_new || known.next().is_some()
    }
}

impl Asked {
    fn of(running: &Running) -> Self {
        Self {
            number: running.number,
            method: running.method,
            target: kept(running.target(), String::new()),
            begun: running.begun,
            progress: running.progress(),
        }
    }

    /// For how long it has been answered.
    pub fn lasts(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begun)
    }

    /// Bytes of content a second, on the average; nothing is said of the first moment.
    pub fn rate(&self, now: Instant) -> Option<u64> {
        let ms = self.lasts(now).as_millis();
        let rate = u128::from(self.progress.sent) * 1000 / ms.max(1);
        let is_told = ms >= RATE_AFTER.as_millis() && rate > 0;
        is_told.then(|| u64::try_from(rate).unwrap_or(u64::MAX))
    }
}

/// A target as it is kept, fit to be read, in memory that was used before.
pub(super) fn kept(target: &[u8], mut text: String) -> String {
    let target = &target[..target.len().min(STORY_TARGET_BYTES_MAX)];
    show_target(target, &mut text);
    text
}
