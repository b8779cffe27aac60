//! What happened, kept for whoever reads it; written by every worker, held up by nobody.
//!
//! Each worker writes into a batch of its own. The reader takes all batches at once, under all
//! their locks: if it sees an event it also sees whatever led to it, and a connection's greeting
//! can never come after its end. When the reader is slow, events are dropped and counted by kind;
//! when there is none, the last few are remembered.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::limits::{
    EVENTS_MAX, REMEMBERED_EVENTS_MAX, REQUEST_EVENTS_MAX, TARGET_BYTES_MAX, TEXT_BYTES_MAX,
};
use super::record::{End, Event, Exchange, Kind, Record, Totals};
use super::redact::redacted_target;
use super::registry::Live;
use crate::clock;
use crate::exchange::{Ending, Peer};

/// Records and the text they point into.
#[derive(Default)]
pub struct Batch {
    /// What happened, oldest first.
    pub records: Vec<Record>,
    /// Targets, one after the other.
    pub text: Vec<u8>,
    /// How connections ended, for the records that say so.
    pub ends: Vec<End>,
    /// Events that found no room, by [`Kind`].
    pub dropped: [u64; Kind::COUNT],
}

impl Batch {
    /// The text a record points at.
    pub fn text_at(&self, (start, len): (u32, u16)) -> &[u8] {
        let start = start as usize;
        self.text
            .get(start..start + usize::from(len))
            .unwrap_or_default()
    }

    /// How the connection of a record ended.
    pub fn end(&self, place: u32) -> Option<&End> {
        self.ends.get(place as usize)
    }

    /// Whether nothing happened and nothing was lost.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.dropped.iter().all(|count| *count == 0)
    }

    /// Appends what another worker wrote; what points into its texts and ends points into ours.
    fn append(&mut self, other: &Self) {
        let text = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let ends = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.extend_from_slice(&other.text);
        self.ends.extend(other.ends.iter().map(|end| End {
            target: (end.target.0 + text, end.target.1),
            ..*end
        }));
        self.records.extend(other.records.iter().map(|record| {
            let mut record = *record;
            match &mut record.event {
                Event::Answered { exchange } | Event::Broken { exchange, .. } => {
                    exchange.target.0 += text;
                }
                Event::Ended { place } => *place += ends,
                Event::Accepted { .. } | Event::Notice(_) => {}
            }
            record
        }));
    }

    fn push(&mut self, at: Instant, connection: u64, event: Event) {
        self.records.push(Record {
            at,
            connection,
            event,
        });
    }

    fn clear(&mut self) {
        self.records.clear();
        self.text.clear();
        self.ends.clear();
        self.dropped = Default::default();
    }
}

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
}

/// The journal of a running server.
pub struct Journal {
    /// One for each worker, and one for threads that are no workers.
    shards: Box<[Shard]>,
    /// What concerns the server itself: a page of its own, so that it can be read alone.
    notices: Shard,
    /// Who reads; without a reader the pages are turned, not filled.
    audience: AtomicU8,
    /// Whether the reader waits to be woken.
    asleep: AtomicBool,
    bell: (Mutex<bool>, Condvar),
    next_shard: AtomicUsize,
    started: Instant,
}

/// Who reads the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Audience {
    /// Nobody: the last events are remembered, the older ones forgotten.
    Nobody = 0,
    /// Somebody who wants to hear about the server itself and nothing else.
    Notices = 1,
    /// Somebody who wants everything.
    Everything = 2,
}

/// A request target as it was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Whether it has a query, in which secrets may stand.
    pub has_query: bool,
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
            asleep: AtomicBool::new(false),
            bell: (Mutex::new(false), Condvar::new()),
            next_shard: AtomicUsize::new(0),
            started: clock::now(),
        }
    }

    /// When the journal was opened.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// A connection was accepted.
    pub fn accepted(&self, connection: u64, peer: Peer, at: Instant) {
        let mut pages = self.pages();
        pages.totals.connections += 1;
        self.write(
            pages,
            at,
            connection,
            Target::default(),
            Kind::Accepted,
            |_, _| Event::Accepted { peer },
        );
    }

    /// A request was answered. `target` is as sent; secrets in its query are not kept.
    pub fn answered(&self, connection: u64, at: Instant, target: Target<'_>, exchange: &Exchange) {
        let mut pages = self.pages();
        pages.totals.requests += 1;
        pages.totals.content_bytes += exchange.content_bytes;
        // Copied whole and then corrected: three moves instead of eight.
        let mut exchange = *exchange;
        self.write(pages, at, connection, target, Kind::Request, |_, target| {
            exchange.target = target;
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
        self.write(pages, at, connection, target, Kind::Request, |_, target| {
            Event::Broken {
                exchange: Exchange {
                    target,
                    ..*exchange
                },
                of,
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
        let mut pages = self.pages();
        pages.totals.endings[ending.index()] += 1;
        let lasted = at.saturating_duration_since(live.since).as_millis();
        let mut end = End {
            ending,
            requests: live.requests(),
            progress: broken.map(|(_, sent, of)| (sent, of)),
            lasted_ms: u64::try_from(lasted).unwrap_or(u64::MAX),
            waited_ms: clock::tick_ms().saturating_sub(live.state_since_ms()),
            received: live.received(),
            sent: live.sent(),
            target: (0, 0),
        };
        let target = broken.map_or(Target::default(), |(target, ..)| target);
        self.write(pages, at, live.id, target, Kind::Ended, |batch, target| {
            end.target = target;
            batch.ends.push(end);
            Event::Ended {
                place: u32::try_from(batch.ends.len() - 1).unwrap_or(u32::MAX),
            }
        });
    }

    /// Something happened to the server itself.
    pub fn notice(&self, notice: super::Notice) {
        let pages = lock(&self.notices.0);
        self.write(
            pages,
            clock::now(),
            0,
            Target::default(),
            Kind::Notice,
            |_, _| Event::Notice(notice),
        );
        self.wake_reader();
    }

    /// What happened since the start, added up over all workers.
    pub fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        for shard in self.shards.iter().chain([&self.notices]) {
            sum.add(&lock(&shard.0).totals);
        }
        sum
    }

    /// From now on events are kept for this audience.
    pub fn open_for(&self, audience: Audience) {
        self.audience.store(audience as u8, Ordering::Release);
    }

    fn audience(&self) -> u8 {
        self.audience.load(Ordering::Relaxed)
    }

    /// Takes everything that happened since the last time, oldest first; waits for it up to
    /// `patience`. `batch` is emptied first and its memory used again.
    pub fn read(&self, batch: &mut Batch, spare: &mut Vec<Batch>, patience: Duration) -> Reading {
        self.take(batch, spare);
        if !batch.is_empty() {
            return Reading::Some;
        }
        // From here on writers ring. Whatever was written before is seen by the second look.
        self.asleep.store(true, Ordering::SeqCst);
        self.take(batch, spare);
        if batch.is_empty() {
            let rung = lock(&self.bell.0);
            let waited = self
                .bell
                .1
                .wait_timeout_while(rung, patience, |rung| !*rung);
            *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
            self.take(batch, spare);
        }
        self.asleep.store(false, Ordering::SeqCst);
        if batch.is_empty() {
            Reading::Nothing
        } else {
            Reading::Some
        }
    }

    /// Lets events gather for a while: until the bell rings, at most `pause`.
    pub fn rest(&self, pause: Duration) {
        let rung = lock(&self.bell.0);
        let waited = self.bell.1.wait_timeout_while(rung, pause, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }

    /// Wakes the reader, though nothing may have happened (the server stops).
    pub fn ring(&self) {
        *lock(&self.bell.0) = true;
        self.bell.1.notify_one();
    }

    fn take(&self, batch: &mut Batch, spare: &mut Vec<Batch>) {
        batch.clear();
        let read = if self.is_read() {
            &self.shards[..]
        } else {
            &[]
        };
        spare.resize_with(read.len() + 1, Batch::default);
        {
            let mut all: Vec<MutexGuard<'_, Pages>> = read
                .iter()
                .chain([&self.notices])
                .map(|shard| lock(&shard.0))
                .collect();
            for (pages, taken) in all.iter_mut().zip(spare.iter_mut()) {
                taken.clear();
                std::mem::swap(&mut pages.current, taken);
            }
        }
        for taken in spare.iter() {
            batch.append(taken);
            for (sum, more) in batch.dropped.iter_mut().zip(taken.dropped) {
                *sum += more;
            }
        }
        batch.records.sort_by_key(|record| record.at);
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
        event: impl FnOnce(&mut Batch, (u32, u16)) -> Event,
    ) {
        let Pages {
            current,
            earlier,
            totals,
        } = &mut *pages;
        if !self.is_read() {
            if current.records.len() >= REMEMBERED_EVENTS_MAX {
                turn_page(current, earlier);
            }
            // Texts are for readers; what nobody reads need not be kept.
            let event = event(current, (0, 0));
            current.push(at, connection, event);
            return;
        }
        let text_bytes = current.text.len() + target.bytes.len();
        let room = match kind {
            Kind::Request => REQUEST_EVENTS_MAX,
            Kind::Accepted | Kind::Ended | Kind::Notice => EVENTS_MAX,
        };
        if current.records.len() >= room || text_bytes > TEXT_BYTES_MAX {
            current.dropped[kind as usize] += 1;
            totals.dropped[kind as usize] += 1;
            return;
        }
        let place = keep_text(&mut current.text, target);
        let event = event(current, place);
        current.push(at, connection, event);
        let half_of_text = current.text.len() > TEXT_BYTES_MAX / 2;
        let half_full = current.records.len() == EVENTS_MAX / 2 || half_of_text;
        drop(pages);
        if half_full {
            self.ring();
        }
        self.wake_reader();
    }

    fn is_read(&self) -> bool {
        self.audience() == Audience::Everything as u8
    }

    fn wake_reader(&self) {
        if self.asleep.load(Ordering::SeqCst) && self.asleep.swap(false, Ordering::SeqCst) {
            self.ring();
        }
    }
}

#[cold]
fn turn_page(current: &mut Batch, earlier: &mut Batch) {
    std::mem::swap(current, earlier);
    current.clear();
    current.records.reserve(REMEMBERED_EVENTS_MAX);
}

#[inline]
fn keep_text(text: &mut Vec<u8>, target: Target<'_>) -> (u32, u16) {
    let start = text.len();
    if target.has_query {
        let kept = redacted_target(target.bytes);
        text.extend_from_slice(&kept[..kept.len().min(TARGET_BYTES_MAX)]);
    } else {
        text.extend_from_slice(&target.bytes[..target.bytes.len().min(TARGET_BYTES_MAX)]);
    }
    let len = u16::try_from(text.len() - start).unwrap_or(u16::MAX);
    (u32::try_from(start).unwrap_or(u32::MAX), len)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Method;

    fn exchange(number: u32) -> Exchange {
        Exchange {
            number,
            target: (0, 0),
            method: Method::Get,
            http10: false,
            status: 200,
            reason: None,
            content_bytes: 5,
            begun: clock::now(),
        }
    }

    fn target(text: &str) -> Target<'_> {
        let has_query = text.contains('?');
        Target {
            bytes: text.as_bytes(),
            has_query,
        }
    }

    fn read_all(journal: &Journal) -> Batch {
        let mut batch = Batch::default();
        journal.read(&mut batch, &mut Vec::new(), Duration::ZERO);
        batch
    }

    #[test]
    fn what_happened_is_read_once_in_order_with_its_text() {
        let journal = Journal::new(1);
        journal.open_for(Audience::Everything);
        let now = clock::now();
        journal.accepted(1, Peer::Unix, now);
        journal.answered(1, now, target("/a"), &exchange(1));
        journal.answered(1, now, target("/b?key=secret"), &exchange(2));
        let batch = read_all(&journal);
        let targets: Vec<&[u8]> = batch
            .records
            .iter()
            .filter_map(|record| match record.event {
                Event::Answered { exchange } => Some(batch.text_at(exchange.target)),
                _ => None,
            })
            .collect();
        assert_eq!(targets, [&b"/a"[..], b"/b?key=[redacted]"]);
        assert!(read_all(&journal).is_empty());
        assert_eq!(journal.totals().requests, 2);
    }

    #[test]
    fn a_reader_that_sleeps_is_told_how_much_it_missed() {
        let journal = Journal::new(1);
        journal.open_for(Audience::Everything);
        let now = clock::now();
        for n in 0..REQUEST_EVENTS_MAX + 7 {
            journal.answered(1, now, target("/"), &exchange(u32::try_from(n).unwrap()));
        }
        journal.accepted(2, Peer::Unix, now);
        let batch = read_all(&journal);
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
        let journal = std::sync::Arc::new(Journal::new(1));
        journal.open_for(Audience::Everything);
        let reader = journal.clone();
        let (tell, told) = std::sync::mpsc::channel();
        crate::tasks::thread("reader", move || {
            let mut batch = Batch::default();
            let got = reader.read(&mut batch, &mut Vec::new(), Duration::from_hours(1));
            tell.send((got, batch.records.len())).unwrap();
        })
        .unwrap();
        journal.accepted(1, Peer::Unix, clock::now());
        assert_eq!(told.recv().unwrap(), (Reading::Some, 1));
    }
}
