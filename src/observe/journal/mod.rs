//! What happened, kept for whoever reads it; written by every worker, held up by nobody.
//!
//! Each worker writes into a batch of its own. A reader takes all batches at once, under all
//! their locks: if it sees an event it also sees whatever led to it, and a connection's greeting
//! can never come after its end. What others subscribed to is handed to them ([`Subscription`]).
//! When readers are slow, events are dropped and counted by kind; when there is none, the last
//! few are remembered. What is counted is counted in any case; for metrics (`tally.rs`), while there
//! are any.

mod bell;
mod recent;
mod sites;
mod subscription;
mod tally;
mod tracers;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock;
use crate::config::Traced;
use crate::exchange::{Ending, Peer, RefusalFacts};
use crate::observe::events::{
    Batch, Change, End, Event, Exchange, Handshake, Kind, LimitsDone, Notice, Sayings, Standing,
    Target, Totals, Wanted, pack, redacted_target, without_walk,
};
use crate::observe::limits::{
    EVENTS_MAX, REMEMBERED_EVENTS_MAX, REMEMBERED_TEXT_BYTES_MAX, REQUEST_EVENTS_MAX,
    TARGET_BYTES_MAX, TEXT_BYTES_MAX,
};
use crate::observe::live::Live;

pub use sites::{OTHER_SITES, SiteNumbers};
pub use subscription::{Subscription, WhenFull};
pub use tally::{SiteTally, TOOK_BOUNDS_US, Tally};
pub use tracers::{Tracer, Tracers};

use bell::Bell;
use subscription::{Desk, Walks};

/// What is remembered of a request besides what is journalled anyway.
const REMEMBERED: Wanted = Wanted::HOST.and(Wanted::CLIENT);

/// One worker's part. Aligned so that two workers never share a cache line.
#[derive(Default)]
#[repr(align(128))]
struct Shard(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    current: Batch,
    /// The page before, while nobody reads.
    earlier: Batch,
    totals: Totals,
    tally: Tally,
}

/// The journal of a running server.
pub struct Journal {
    /// One for each worker, and one for threads that are no workers.
    shards: Box<[Shard]>,
    /// What concerns the server itself: a page of its own, so that it can be read alone.
    notices: Shard,
    /// Who reads; without a reader the pages are turned, not filled.
    audience: AtomicU8,
    desk: Mutex<Desk>,
    /// What is to be known of requests, beyond what is kept anyway ([`Wanted`]).
    wanted: AtomicU8,
    /// What logs want of that.
    wanted_by_logs: AtomicU8,
    /// Who traces.
    tracers: Arc<Tracers>,
    /// Whether the last requests are remembered, whoever reads them.
    remembers: AtomicBool,
    /// Which site has which number.
    sites: SiteNumbers,
    /// Whether exchanges are counted for metrics.
    is_tallied: AtomicBool,
    /// Wakes who waits for whatever happens.
    bell: Bell,
    /// Wakes who waits for what concerns the server.
    notice_bell: Bell,
    next_shard: AtomicUsize,
    started: Instant,
}

/// Who reads the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Audience {
    /// Nobody: the last events are remembered, the older ones forgotten.
    Nobody = 0,
    /// Somebody who wants to hear about the server itself and nothing else.
    Notices = 1,
    /// Somebody who wants everything.
    Everything = 2,
}

/// What a reader got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Something.
    Some,
    /// Nothing happened in the time given.
    Nothing,
}

thread_local! {
    static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
}

impl Journal {
    /// A journal for this many workers.
    pub fn new(workers: usize) -> Self {
        let mut shards = Vec::new();
        shards.resize_with(workers + 1, Shard::default);
        Self {
            shards: shards.into_boxed_slice(),
            notices: Shard::default(),
            audience: AtomicU8::new(Audience::Nobody as u8),
            desk: Mutex::default(),
            wanted: AtomicU8::new(Wanted::NOTHING.bits()),
            wanted_by_logs: AtomicU8::new(Wanted::NOTHING.bits()),
            tracers: Arc::default(),
            remembers: AtomicBool::new(false),
            sites: SiteNumbers::default(),
            is_tallied: AtomicBool::new(false),
            bell: Bell::default(),
            notice_bell: Bell::default(),
            next_shard: AtomicUsize::new(0),
            started: clock::now(),
        }
    }

    /// A journal that follows one in another process, which was opened then.
    pub fn following(started: Instant) -> Self {
        Self {
            started,
            ..Self::new(0)
        }
    }

    /// Takes over what was journalled elsewhere, where it was counted too. What finds no room is
    /// dropped and counted.
    pub fn repeat(&self, batch: &Batch) {
        {
            let mut pages = lock(&self.shards[0].0);
            let Pages {
                current, totals, ..
            } = &mut *pages;
            current.count_dropped(&batch.dropped);
            let room = EVENTS_MAX.saturating_sub(current.records.len());
            let has_text_room = current.text.len() + batch.text.len() <= TEXT_BYTES_MAX;
            if batch.records.len() <= room && has_text_room {
                for record in &batch.records {
                    current.copy(record, batch);
                }
            } else {
                for record in &batch.records {
                    let kind = Kind::of(&record.event) as usize;
                    current.dropped[kind] += 1;
                    totals.dropped[kind] += 1;
                }
            }
        }
        self.bell.ring_if_awaited();
        self.notice_bell.ring_if_awaited();
    }

    /// What was added up elsewhere.
    pub fn recount(&self, totals: &Totals) {
        let mut pages = lock(&self.shards[0].0);
        let dropped = pages.totals.dropped;
        pages.totals = Totals { dropped, ..*totals };
    }

    /// When the journal was opened.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Which site has which number in what is journalled.
    pub fn sites(&self) -> &SiteNumbers {
        &self.sites
    }

    /// From now on logs want this to be known of each request.
    pub fn want(&self, wanted: Wanted) {
        self.wanted_by_logs.store(wanted.bits(), Ordering::Relaxed);
        self.settle_wanted();
    }

    /// Adds up what is wanted: by logs, by what is remembered, by whoever traces.
    fn settle_wanted(&self) {
        // One at a time, so that nobody's wish is lost.
        let _desk = lock(&self.desk);
        let mut wanted = Wanted::of_bits(self.wanted_by_logs.load(Ordering::Relaxed));
        if self.remembers.load(Ordering::Relaxed) {
            wanted = wanted.and(REMEMBERED);
        }
        if self.tracers.are_any() {
            wanted = wanted.and(Wanted::CLIENT);
        }
        self.wanted.store(wanted.bits(), Ordering::Relaxed);
    }

    /// Who traces, for whoever answers requests.
    pub fn tracers(&self) -> &Arc<Tracers> {
        &self.tracers
    }

    /// From now on requests that one of these means have their walk written down, until the tracer is
    /// dropped; `None`: too many trace already. What is read are those requests, and whatever else is taken
    /// with them.
    pub fn trace(self: &Arc<Self>, wanted: Vec<Traced>) -> Option<(Tracer, Subscription)> {
        Tracer::enter(self, wanted)
    }

    /// From now on the last requests are remembered, with who asked which host, whoever reads them:
    /// [`Journal::recent`].
    pub fn remember(&self) {
        self.remembers.store(true, Ordering::Relaxed);
        self.settle_wanted();
    }

    /// Requests that were answered last, at most so many, oldest first; none, unless they are
    /// [remembered](Journal::remember). Nobody else reads less for it.
    pub fn recent(&self, most: usize) -> Batch {
        let mut found = Batch::default();
        if !self.remembers.load(Ordering::Relaxed) {
            return found;
        }
        let desk = lock(&self.desk);
        for page in desk.recent.pages() {
            found.copy_requests(page);
        }
        for shard in &self.shards {
            let pages = lock(&shard.0);
            found.copy_requests(&pages.earlier);
            found.copy_requests(&pages.current);
        }
        drop(desk);
        found.records.sort_by_key(|record| record.at);
        let beyond = found.records.len().saturating_sub(most);
        found.records.drain(..beyond);
        found
    }

    /// What is to be known of a request.
    #[inline]
    pub fn wanted(&self) -> Wanted {
        Wanted::of_bits(self.wanted.load(Ordering::Relaxed))
    }

    /// From now on what metrics tell of exchanges is counted.
    pub fn begin_tally(&self) {
        self.is_tallied.store(true, Ordering::Relaxed);
    }

    /// A connection was accepted.
    pub fn accepted(&self, connection: u64, peer: Peer, at: Instant) {
        self.accepted_as(Standing::Welcome, connection, peer, at);
    }

    /// A connection was accepted, by which its address may have as many as it may.
    pub fn accepted_as(&self, standing: Standing, connection: u64, peer: Peer, at: Instant) {
        let mut pages = self.pages();
        pages.totals.shadowed += u64::from(standing == Standing::Beyond);
        pages.totals.connections += 1;
        self.write(
            pages,
            at,
            connection,
            Target::default(),
            Kind::Accepted,
            |_, _| Event::Accepted { peer, standing },
        );
    }

    /// A handshake came to an end; the first of the `names` is the one that was asked for, the
    /// second what the client is called.
    pub fn handshake(
        &self,
        connection: u64,
        at: Instant,
        names: (&str, &str),
        handshake: &Handshake,
    ) {
        let pages = self.pages();
        let both = [names.0, names.1].concat();
        let text = Target {
            bytes: both.as_bytes(),
            has_query: false,
            client: None,
            said: &[],
        };
        let mut handshake = *handshake;
        self.write(pages, at, connection, text, Kind::Handshake, |_, kept| {
            let text = kept.target;
            let name_bytes = u16::try_from(names.0.len()).unwrap_or(u16::MAX).min(text.1);
            handshake.name = (text.0, name_bytes);
            handshake.client_bytes = text.1 - name_bytes;
            Event::Handshake(handshake)
        });
    }

    /// A request was answered. `target` is as sent; secrets in its query are not kept.
    #[inline]
    pub fn answered(&self, connection: u64, at: Instant, target: Target<'_>, exchange: &Exchange) {
        let mut pages = self.pages();
        pages.totals.requests += 1;
        pages.totals.content_bytes += exchange.content_bytes;
        self.count_exchange(&mut pages, exchange, at);
        if self.is_read() || self.remembers.load(Ordering::Relaxed) {
            self.answered_for_readers(pages, (connection, at), target, exchange);
            return;
        }
        // Texts are for readers, and without them it is as it is.
        let exchange = *exchange;
        pages.remember(at, connection, Event::Answered { exchange });
    }

    #[inline(never)]
    fn answered_for_readers(
        &self,
        pages: MutexGuard<'_, Pages>,
        (connection, at): (u64, Instant),
        target: Target<'_>,
        exchange: &Exchange,
    ) {
        // Copied whole and then corrected: three moves instead of eight.
        let mut exchange = *exchange;
        self.write(pages, at, connection, target, Kind::Request, |_, kept| {
            exchange.target = kept.target;
            exchange.said_bytes = kept.said.1;
            exchange.client_bytes = kept.client_bytes;
            Event::Answered { exchange }
        });
    }

    /// An answer was begun and could not be finished; there were `of` bytes of content to send.
    pub fn broken(
        &self,
        connection: u64,
        at: Instant,
        target: Target<'_>,
        exchange: &Exchange,
        of: u64,
    ) {
        let mut pages = self.pages();
        pages.totals.requests += 1;
        pages.totals.content_bytes += exchange.content_bytes;
        self.count_exchange(&mut pages, exchange, at);
        pages.tally.broken += 1;
        self.write(pages, at, connection, target, Kind::Request, |_, kept| {
            Event::Broken {
                exchange: Exchange {
                    target: kept.target,
                    said_bytes: kept.said.1,
                    client_bytes: kept.client_bytes,
                    ..*exchange
                },
                of,
            }
        });
    }

    #[inline]
    fn count_exchange(&self, pages: &mut Pages, exchange: &Exchange, at: Instant) {
        if self.is_tallied.load(Ordering::Relaxed) {
            pages.tally.count(exchange, at);
        }
    }

    /// A request was refused that its protocol did not hand on.
    pub fn refused(&self, live: &Live, at: Instant, stream: u32, facts: &RefusalFacts) {
        self.refused_to(&live.peer, live, at, (stream, facts));
    }

    /// The same, where the one at the other end passes on what this client says.
    pub fn refused_to(
        &self,
        client: &Peer,
        live: &Live,
        at: Instant,
        (stream, facts): (u32, &RefusalFacts),
    ) {
        let mut said = Vec::new();
        pack(self.wanted(), client, &Sayings::default(), &mut said);
        let (mut pages, facts) = (self.pages(), *facts);
        pages.tally.refused += 1;
        let text = Target {
            said: &said,
            ..Target::default()
        };
        self.write(pages, at, live.id, text, Kind::Request, |_, kept| {
            Event::Refused {
                stream,
                facts,
                said: kept.said,
            }
        });
    }

    /// A connection ended; `broken` tells the target in hand, the bytes of content sent and of
    /// how many.
    pub fn ended(
        &self,
        live: &Live,
        ending: Ending,
        at: Instant,
        broken: Option<(Target<'_>, u64, u64)>,
    ) {
        self.ended_of(&live.peer, live, (ending, at), broken);
    }

    /// The same, where the one at the other end passed on what this client said.
    pub fn ended_of(
        &self,
        client: &Peer,
        live: &Live,
        (ending, at): (Ending, Instant),
        broken: Option<(Target<'_>, u64, u64)>,
    ) {
        let mut pages = self.pages();
        pages.totals.endings[ending.index()] += 1;
        let lasted = at.saturating_duration_since(live.since).as_micros();
        let mut end = End {
            ending,
            requests: live.requests(),
            progress: broken.map(|(_, sent, of)| (sent, of)),
            lasted_us: u64::try_from(lasted).unwrap_or(u64::MAX),
            waited_ms: clock::tick_ms().saturating_sub(live.state_since_ms()),
            received: live.received(),
            sent: live.sent(),
            target: (0, 0),
            said_bytes: 0,
        };
        let mut said = Vec::new();
        if matches!(ending, Ending::Refused(_) | Ending::SentAway(_)) {
            pack(self.wanted(), client, &Sayings::default(), &mut said);
        }
        let target = Target {
            said: &said,
            ..broken.map_or(Target::default(), |(target, ..)| target)
        };
        self.write(pages, at, live.id, target, Kind::Ended, |batch, kept| {
            end.target = kept.target;
            end.said_bytes = kept.said.1;
            batch.ends.push(end);
            Event::Ended {
                place: u32::try_from(batch.ends.len() - 1).unwrap_or(u32::MAX),
            }
        });
    }

    /// A limit of clients has done something, besides what the journal says of the request.
    pub fn limited(&self, done: LimitsDone) {
        let totals = &mut self.pages().totals;
        match done {
            LimitsDone::Refused => totals.limited += 1,
            LimitsDone::WouldRefuse => totals.shadowed += 1,
        }
    }

    /// Files have changed, and pages were told: the path that changed first, and whose pages.
    pub fn changed(&self, path: &[u8], whose: &str, mut change: Change) {
        let pages = self.pages();
        let path = &path[..path
            .len()
            .min(TARGET_BYTES_MAX - whose.len().min(TARGET_BYTES_MAX))];
        let both = [path, whose.as_bytes()].concat();
        let text = Target {
            bytes: &both,
            has_query: false,
            client: None,
            said: &[],
        };
        let now = clock::now();
        self.write(pages, now, 0, text, Kind::Notice, |_, kept| {
            let text = kept.target;
            let path_bytes = u16::try_from(path.len()).unwrap_or(u16::MAX).min(text.1);
            change.path = (text.0, path_bytes);
            change.whose_bytes = text.1 - path_bytes;
            Event::Changed(change)
        });
    }

    /// Access logs lost lines.
    pub fn lost_lines(&self, lines: u64) {
        lock(&self.notices.0).totals.lost_lines += lines;
    }

    /// Something happened to the server itself.
    pub fn notice(&self, notice: Notice) {
        let mut pages = lock(&self.notices.0);
        match notice {
            Notice::Reloaded { .. } => pages.tally.reloads[0] += 1,
            Notice::NotReloaded => pages.tally.reloads[1] += 1,
            _ => {}
        }
        self.write(
            pages,
            clock::now(),
            0,
            Target::default(),
            Kind::Notice,
            |_, _| Event::Notice(notice),
        );
        // Whoever waits wants to hear this.
        self.bell.ring_if_awaited();
        self.notice_bell.ring_if_awaited();
    }

    /// What was counted since the start, added up over all workers; however much readers missed.
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        for shard in self.shards.iter().chain([&self.notices]) {
            sum.add(&lock(&shard.0).tally);
        }
        sum
    }

    /// What happened since the start, added up over all workers.
    pub fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        for shard in self.shards.iter().chain([&self.notices]) {
            sum.add(&lock(&shard.0).totals);
        }
        sum
    }

    /// A reader of what happens from now on. It gets a mailbox of its own, and what it wants is
    /// kept for it.
    pub fn subscribe(self: &Arc<Self>, audience: Audience, when_full: WhenFull) -> Subscription {
        let mut desk = lock(&self.desk);
        let id = desk.add(audience, when_full);
        self.keep_for(desk.audience());
        Subscription::new(self.clone(), id)
    }

    pub(super) fn unsubscribe(&self, id: u64) {
        let mut desk = lock(&self.desk);
        desk.remove(id);
        self.keep_for(desk.audience());
    }

    pub(super) fn listen_for(&self, id: u64, audience: Audience) {
        let mut desk = lock(&self.desk);
        desk.set_audience(id, audience);
        self.keep_for(desk.audience());
    }

    fn tell_walks(&self, id: u64, walks: Walks) {
        lock(&self.desk).set_walks(id, walks);
    }

    fn keep_for(&self, audience: Audience) {
        self.audience.store(audience as u8, Ordering::Release);
    }

    fn audience(&self) -> u8 {
        self.audience.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn audience_now(&self) -> Audience {
        lock(&self.desk).audience()
    }

    /// Takes what there is for one reader; waits for it up to `patience`.
    /// `heard` is how often the bell had rung when the reader last waited: what rang since then is not
    /// waited for again.
    pub(super) fn read(
        &self,
        (id, heard): (u64, &mut u64),
        batch: &mut Batch,
        patience: Duration,
    ) -> Reading {
        self.take(id, batch);
        if !batch.is_empty() {
            return Reading::Some;
        }
        let bell = match lock(&self.desk).audience_of(id) {
            Audience::Everything => &self.bell,
            Audience::Notices | Audience::Nobody => &self.notice_bell,
        };
        // From here on writers ring. Whatever was written before is seen by the second look.
        bell.listen();
        self.take(id, batch);
        if batch.is_empty() {
            bell.wait(heard, patience);
            self.take(id, batch);
        }
        if batch.is_empty() {
            Reading::Nothing
        } else {
            Reading::Some
        }
    }

    pub(super) fn rest(&self, heard: &mut u64, pause: Duration) {
        self.bell.wait(heard, pause);
    }

    /// Wakes every reader, though nothing may have happened (the server stops).
    #[cold]
    #[inline(never)]
    pub fn ring(&self) {
        self.bell.ring();
        self.notice_bell.ring();
    }

    /// Empties the pages, hands out what was in them, and takes what there is for one reader.
    pub(super) fn take(&self, id: u64, batch: &mut Batch) {
        let desk = &mut *lock(&self.desk);
        let read = if self.is_read() {
            &self.shards[..]
        } else {
            &[]
        };
        let taken = &mut desk.taken;
        taken.resize_with(read.len() + 1, Batch::default);
        {
            let mut all: Vec<MutexGuard<'_, Pages>> = read
                .iter()
                .chain([&self.notices])
                .map(|shard| lock(&shard.0))
                .collect();
            for (pages, taken) in all.iter_mut().zip(taken.iter_mut()) {
                taken.clear();
                std::mem::swap(&mut pages.current, taken);
            }
        }
        if self.remembers.load(Ordering::Relaxed) {
            desk.remember();
        }
        desk.hand_out(id, batch);
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        match self.shards.get(SHARD.get()) {
            Some(shard) => lock(&shard.0),
            None => self.first_pages(),
        }
    }

    /// Gives this thread a shard, the first time it writes.
    #[cold]
    fn first_pages(&self) -> MutexGuard<'_, Pages> {
        let index = self.next_shard.fetch_add(1, Ordering::Relaxed) % self.shards.len();
        SHARD.set(index);
        let mut pages = lock(&self.shards[index].0);
        pages.current.records.reserve(REMEMBERED_EVENTS_MAX);
        pages
    }

    #[inline]
    fn write(
        &self,
        mut pages: MutexGuard<'_, Pages>,
        at: Instant,
        connection: u64,
        target: Target<'_>,
        kind: Kind,
        event: impl FnOnce(&mut Batch, KeptText) -> Event,
    ) {
        let Pages {
            current,
            earlier,
            totals,
            ..
        } = &mut *pages;
        if !self.is_read() {
            let is_remembered = self.remembers.load(Ordering::Relaxed);
            if current.records.len() >= REMEMBERED_EVENTS_MAX
                || current.text.len() >= REMEMBERED_TEXT_BYTES_MAX
            {
                turn_page(current, earlier);
            }
            // Texts are for readers; what nobody reads need not be kept, unless it is asked for later.
            let kept = if is_remembered && kind == Kind::Request {
                keep_all_text(&mut current.text, target)
            } else {
                KeptText::default()
            };
            let event = event(current, kept);
            current.push(at, connection, event);
            return;
        }
        let text_before = current.text.len();
        let text_bytes = text_before + target.bytes.len() + target.said.len();
        let room = match kind {
            Kind::Request => REQUEST_EVENTS_MAX,
            Kind::Accepted | Kind::Handshake | Kind::Ended | Kind::Notice => EVENTS_MAX,
        };
        if current.records.len() >= room || text_bytes > TEXT_BYTES_MAX {
            current.dropped[kind as usize] += 1;
            totals.dropped[kind as usize] += 1;
            return;
        }
        let kept = keep_all_text(&mut current.text, target);
        let event = event(current, kept);
        current.push(at, connection, event);
        // Once, when it comes to half: who is on their way need not be rung for again.
        let half_of_text =
            text_before <= TEXT_BYTES_MAX / 2 && current.text.len() > TEXT_BYTES_MAX / 2;
        let half_full = current.records.len() == EVENTS_MAX / 2 || half_of_text;
        drop(pages);
        if half_full {
            self.bell.ring();
        }
        self.bell.ring_if_awaited();
    }

    fn is_read(&self) -> bool {
        self.audience() == Audience::Everything as u8
    }
}

/// Where a text was put: offset and length of the target, and of what the client said of itself, right
/// behind it. Nowhere, where nobody reads.
#[derive(Clone, Copy, Default)]
struct KeptText {
    target: (u32, u16),
    said: (u32, u16),
    /// Of whoever asked, right behind.
    client_bytes: u8,
}

impl Pages {
    /// Keeps something that nobody reads, among the last few.
    #[inline]
    fn remember(&mut self, at: Instant, connection: u64, event: Event) {
        if self.current.records.len() >= REMEMBERED_EVENTS_MAX {
            turn_page(&mut self.current, &mut self.earlier);
        }
        self.current.push(at, connection, event);
    }
}

#[cold]
fn turn_page(current: &mut Batch, earlier: &mut Batch) {
    std::mem::swap(current, earlier);
    current.clear();
    current.records.reserve(REMEMBERED_EVENTS_MAX);
}

#[inline]
fn keep_all_text(text: &mut Vec<u8>, target: Target<'_>) -> KeptText {
    let mut kept = keep_text(text, target);
    if let Some(client) = target.client {
        kept.client_bytes = keep_client(text, client);
    }
    kept
}

#[inline]
fn keep_text(text: &mut Vec<u8>, target: Target<'_>) -> KeptText {
    let start = text.len();
    if target.has_query {
        let kept = redacted_target(target.bytes);
        text.extend_from_slice(&kept[..kept.len().min(TARGET_BYTES_MAX)]);
    } else {
        text.extend_from_slice(&target.bytes[..target.bytes.len().min(TARGET_BYTES_MAX)]);
    }
    let said = text.len();
    text.extend_from_slice(target.said);
    if !target.said.is_empty() && text.len() > TEXT_BYTES_MAX / 2 {
        // Who comes and goes is told, however much others have to tell.
        without_walk(text, said);
    }
    let place = |start: usize, end: usize| {
        let len = u16::try_from(end - start).unwrap_or(u16::MAX);
        (u32::try_from(start).unwrap_or(u32::MAX), len)
    };
    KeptText {
        target: place(start, said),
        said: if target.said.is_empty() {
            (0, 0)
        } else {
            place(said, text.len())
        },
        client_bytes: 0,
    }
}

/// Keeps an address behind its target. An address with its port has 47 letters at most.
#[cold]
fn keep_client(text: &mut Vec<u8>, client: &Peer) -> u8 {
    let client = client.to_string();
    text.extend_from_slice(client.as_bytes());
    u8::try_from(client.len()).unwrap_or(u8::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Method;

    pub(super) fn exchange(number: u32) -> Exchange {
        Exchange {
            number,
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: crate::observe::Protocol::Http11,
            status: 200,
            reason: None,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: 5,
            begun: clock::now(),
        }
    }

    fn target(text: &str) -> Target<'_> {
        let has_query = text.contains('?');
        Target {
            bytes: text.as_bytes(),
            has_query,
            client: None,
            said: &[],
        }
    }

    fn read_all(reader: &mut Subscription) -> Batch {
        let mut batch = Batch::default();
        reader.take(&mut batch);
        batch
    }

    #[test]
    fn what_happened_is_read_once_in_order_with_its_text() {
        let journal = Arc::new(Journal::new(1));
        let mut reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let now = clock::now();
        journal.accepted(1, Peer::Unix, now);
        journal.answered(1, now, target("/a"), &exchange(1));
        journal.answered(1, now, target("/b?key=secret"), &exchange(2));
        let batch = read_all(&mut reader);
        let targets: Vec<&[u8]> = batch
            .records
            .iter()
            .filter_map(|record| match record.event {
                Event::Answered { exchange } => Some(batch.text_at(exchange.target)),
                _ => None,
            })
            .collect();
        assert_eq!(targets, [&b"/a"[..], b"/b?key=[redacted]"]);
        assert!(read_all(&mut reader).is_empty());
        assert_eq!(journal.totals().requests, 2);
    }

    #[test]
    fn a_reader_that_sleeps_is_told_how_much_it_missed() {
        let journal = Arc::new(Journal::new(1));
        let mut reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let now = clock::now();
        for n in 0..REQUEST_EVENTS_MAX + 7 {
            journal.answered(1, now, target("/"), &exchange(u32::try_from(n).unwrap()));
        }
        journal.accepted(2, Peer::Unix, now);
        let batch = read_all(&mut reader);
        assert_eq!(batch.dropped[Kind::Request as usize], 7);
        assert_eq!(
            batch.records.len(),
            REQUEST_EVENTS_MAX + 1,
            "who comes and goes is told, whatever others ask"
        );
        assert_eq!(
            journal.totals().requests,
            REQUEST_EVENTS_MAX as u64 + 7,
            "counts stay right"
        );
    }

    #[test]
    fn nobody_reading_costs_a_bounded_memory() {
        let journal = Journal::new(0);
        let now = clock::now();
        for _ in 0..10 * REMEMBERED_EVENTS_MAX {
            journal.answered(1, now, target("/a"), &exchange(1));
        }
        let pages = lock(&journal.shards[0].0);
        assert!(pages.current.records.len() <= REMEMBERED_EVENTS_MAX);
        assert!(pages.current.text.is_empty() && pages.earlier.text.is_empty());
        assert!(
            !pages.earlier.records.is_empty(),
            "the page before is remembered"
        );
        assert_eq!(pages.totals.dropped, [0; Kind::COUNT]);
    }

    #[test]
    fn a_waiting_reader_is_woken_by_the_first_event() {
        let journal = Arc::new(Journal::new(1));
        let mut reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let (tell, told) = std::sync::mpsc::channel();
        crate::tasks::thread("reader", move || {
            let mut batch = Batch::default();
            let got = reader.read(&mut batch, Duration::from_hours(1));
            tell.send((got, batch.records.len())).unwrap();
        })
        .unwrap();
        journal.accepted(1, Peer::Unix, clock::now());
        assert_eq!(told.recv().unwrap(), (Reading::Some, 1));
    }

    #[test]
    fn a_reader_of_notices_sleeps_through_everything_else() {
        let journal = Arc::new(Journal::new(1));
        let mut quiet = journal.subscribe(Audience::Notices, WhenFull::DropNewest);
        let _view = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        journal.bell.listen();
        journal.notice_bell.listen();
        journal.accepted(1, Peer::Unix, clock::now());
        assert_eq!(journal.bell.rings(), 1);
        let rings = journal.notice_bell.rings();
        assert_eq!(rings, 0, "nobody is woken for a connection");
        journal.notice(crate::observe::Notice::Draining { busy: 1 });
        assert_eq!(journal.notice_bell.rings(), 1);
        assert_eq!(read_all(&mut quiet).records.len(), 1);
    }

    #[test]
    fn several_readers_wait_and_each_is_woken() {
        let journal = Arc::new(Journal::new(1));
        let (tell, told) = std::sync::mpsc::channel();
        for name in ["printer", "log"] {
            let mut reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
            let tell = tell.clone();
            crate::tasks::thread(name, move || {
                let mut batch = Batch::default();
                let mut heard = 0;
                while heard < 3 {
                    reader.read(&mut batch, Duration::from_hours(1));
                    heard += batch.records.len();
                    tell.send(name).unwrap();
                }
            })
            .unwrap();
        }
        drop(tell);
        for number in 1..=3 {
            journal.accepted(number, Peer::Unix, clock::now());
        }
        // Ends when both have heard everything, or never.
        assert!(told.iter().count() >= 2);
    }

    #[test]
    fn what_a_client_says_of_itself_stands_behind_the_target_and_goes_with_its_record() {
        let journal = Arc::new(Journal::new(1));
        let exchanges = |reader: &mut Subscription| -> Vec<(Vec<u8>, Vec<u8>)> {
            let batch = read_all(reader);
            let of = |event: &Event| match event {
                Event::Answered { exchange } => Some((
                    batch.text_at(exchange.target).to_vec(),
                    batch.text_at(exchange.said()).to_vec(),
                )),
                _ => None,
            };
            { batch.records.iter() }
                .filter_map(|record| of(&record.event))
                .collect()
        };
        let asked = Target {
            said: b"who",
            ..target("/a?key=secret")
        };
        let now = clock::now();
        journal.answered(1, now, asked, &exchange(1));
        let mut first = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        let mut second = journal.subscribe(Audience::Everything, WhenFull::TurnPage);
        journal.answered(1, now, asked, &exchange(2));
        journal.answered(1, now, target("/b"), &exchange(3));
        let kept = (b"/a?key=[redacted]".to_vec(), b"who".to_vec());
        let expected = [(Vec::new(), Vec::new()), kept, (b"/b".to_vec(), Vec::new())];
        assert_eq!(exchanges(&mut first), expected);
        assert_eq!(exchanges(&mut second), expected);
    }

    #[test]
    fn what_is_counted_is_counted_whatever_readers_miss() {
        let journal = Arc::new(Journal::new(1));
        let _stuck = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
        journal.begin_tally();
        let now = clock::now();
        let many = u32::try_from(2 * EVENTS_MAX).unwrap();
        for number in 0..many {
            journal.answered(1, now, target("/"), &exchange(number));
        }
        assert!(journal.totals().dropped[Kind::Request as usize] > 0);
        let tally = journal.tally();
        let all: u64 = tally.sites[0].exchanges.iter().flatten().sum();
        assert_eq!(all, u64::from(many));
        assert_eq!(tally.sites[0].took.iter().sum::<u64>(), u64::from(many));
    }
}
