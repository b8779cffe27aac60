//! A thread that writes logs: takes from the journal what happened, and puts lines where they go.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::line::Told;
use super::moment::Moments;
use super::sink::{Outcome, Sink};
use super::{Group, Log, name_of};
use crate::clock;
use crate::config::{AccessLog, LogPlace, Rotation};
use crate::exchange::{Ending, RefusalFacts};
use crate::observe::events::{Batch, Event, Kind, Notice, Record, Said};
use crate::observe::journal::{Audience, Journal, Subscription, WhenFull};
use crate::observe::limits::{LOG_CLOSE_TIMEOUT, LOG_PACE, MISSED_PAUSE, PRINTER_PATIENCE};
use crate::tasks;

/// A place that lines go to: opened for it, or open already.
pub(super) struct Place {
    to: LogPlace,
    name: &'static str,
    rotation: Rotation,
    sink: Option<Sink>,
}

impl Place {
    pub(super) fn new(log: &AccessLog, sink: Option<Sink>) -> Self {
        Self {
            name: name_of(&log.place),
            to: log.place.clone(),
            rotation: log.rotation,
            sink,
        }
    }

    /// Whether a log goes there.
    pub(super) fn is(&self, log: &AccessLog) -> bool {
        self.to == log.place
    }
}

/// What is to be written from a moment on.
pub(super) struct Change {
    at: Instant,
    places: Vec<Place>,
    table: Table,
}

impl Change {
    pub(super) fn new(at: Instant, mut group: Group, own: Arc<[u16]>) -> Self {
        for place in &mut group.places {
            if let Some(sink) = &mut place.sink {
                sink.stays();
            }
        }
        Self {
            at,
            places: group.places,
            table: Table::new(group.logs, own),
        }
    }
}

/// The logs of one thread, by whose requests they tell of.
struct Table {
    /// Those of nobody's own come first.
    logs: Vec<Log>,
    common: usize,
    by_site: HashMap<u16, Range<usize>>,
    /// Sites that have a log of their own, in this thread or in another, in order.
    own: Arc<[u16]>,
}

impl Table {
    fn new(mut logs: Vec<Log>, own: Arc<[u16]>) -> Self {
        // Stable: logs of one site stay in the order of the file.
        logs.sort_by_key(|log| log.of);
        let mut by_site: HashMap<u16, Range<usize>> = HashMap::new();
        for (place, log) in logs.iter().enumerate() {
            if let Some(site) = log.of {
                by_site.entry(site).or_insert(place..place).end = place + 1;
            }
        }
        Self {
            common: logs.iter().take_while(|log| log.of.is_none()).count(),
            logs,
            by_site,
            own,
        }
    }

    /// The logs that tell of the requests of a site; without one, of what nobody knows the site of.
    #[inline]
    fn of(&self, site: Option<u16>) -> Range<usize> {
        match site {
            Some(site) if !self.own.is_empty() && self.own.binary_search(&site).is_ok() => {
                self.by_site.get(&site).cloned().unwrap_or(0..0)
            }
            _ => 0..self.common,
        }
    }

    /// How many lines a request has at most.
    fn lines_max(&self) -> usize {
        let own = self.by_site.values().map(Range::len);
        own.max().unwrap_or(0).max(self.common)
    }
}

/// The other end of the thread.
pub(super) struct Writer {
    orders: Arc<Orders>,
    ended: Receiver<()>,
    /// Where it writes to, or is about to.
    places: Vec<LogPlace>,
}

/// What it is told to do.
#[derive(Default)]
pub(super) struct Orders {
    is_last: AtomicBool,
    reopen: AtomicBool,
    changes: Mutex<Vec<Change>>,
}

impl Orders {
    fn changes(&self) -> MutexGuard<'_, Vec<Change>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    pub(super) fn begin(journal: &Arc<Journal>, first: Change) -> io::Result<Self> {
        let orders = Arc::new(Orders::default());
        let (end, ended) = channel();
        let places = places_of(&first);
        // A change like others: what the journal remembers of before is nothing to tell.
        orders.changes().push(first);
        let work = Work::of(journal, orders.clone());
        tasks::thread("hello-log", move || {
            work.run();
            let _ = end.send(());
        })?;
        Ok(Self {
            orders,
            ended,
            places,
        })
    }

    /// Where it writes to, or is about to.
    pub(super) fn places(&self) -> &[LogPlace] {
        &self.places
    }

    /// Changes that it has not heard of.
    pub(super) fn changes_waiting(&self) -> usize {
        self.orders.changes().len()
    }

    /// Has it write something else. It has to be rung for.
    pub(super) fn change(&mut self, change: Change) {
        self.places = places_of(&change);
        self.orders.changes().push(change);
    }

    /// Has it open its files anew. It has to be rung for.
    pub(super) fn reopen(&self) {
        self.orders.reopen.store(true, Ordering::SeqCst);
    }

    /// Has it write what is left, and end. It has to be rung for.
    pub(super) fn stop(&self) {
        self.orders.is_last.store(true, Ordering::SeqCst);
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.try_recv().is_ok()
    }

    /// Waits for its end, for a while.
    pub(super) fn wait(self) {
        let _ = self.ended.recv_timeout(LOG_CLOSE_TIMEOUT);
    }
}

fn places_of(change: &Change) -> Vec<LogPlace> {
    { change.places.iter() }
        .map(|place| place.to.clone())
        .collect()
}

/// The thread's end.
pub(super) struct Work {
    journal: Arc<Journal>,
    subscription: Subscription,
    orders: Arc<Orders>,
    moments: Moments,
    table: Table,
    places: Vec<OpenPlace>,
    /// What sites are called, by their numbers.
    sites: Vec<Arc<str>>,
    /// Lines lost because more happened than the journal keeps, not yet said.
    missed: u64,
    /// When that was said last.
    missed_said: Option<Instant>,
}

/// A place that is written to.
struct OpenPlace {
    to: LogPlace,
    name: &'static str,
    sink: Sink,
}

impl Work {
    pub(super) fn of(journal: &Arc<Journal>, orders: Arc<Orders>) -> Self {
        Self {
            subscription: journal
                .subscribe(Audience::Everything, WhenFull::DropNewest)
                .without_walks(),
            journal: journal.clone(),
            orders,
            moments: Moments::new(clock::now(), clock::wall()),
            table: Table::new(Vec::new(), Arc::default()),
            places: Vec::new(),
            sites: Vec::new(),
            missed: 0,
            missed_said: None,
        }
    }

    fn run(mut self) {
        let mut batch = Batch::default();
        loop {
            // Asked before reading: what was journalled before the order to stop is still read.
            let last = self.orders.is_last.load(Ordering::SeqCst);
            let patience = if last {
                Duration::ZERO
            } else {
                self.patience()
            };
            self.subscription.read(&mut batch, patience);
            let now = (clock::now(), clock::wall());
            self.moments.set(now.0, now.1);
            if self.orders.reopen.swap(false, Ordering::SeqCst) {
                self.reopen(now);
            }
            let mut begin = 0;
            let changes = std::mem::take(&mut *self.orders.changes());
            for change in changes {
                // What happened before is told where it would have been.
                let end = { batch.records.iter() }
                    .position(|record| record.at >= change.at)
                    .unwrap_or(batch.records.len())
                    .max(begin);
                self.write(&batch, begin..end, now);
                begin = end;
                self.change(change, now);
            }
            self.write(&batch, begin..batch.records.len(), now);
            self.count_missed(&batch, now.0);
            if last && batch.is_empty() {
                break;
            }
            if !batch.is_empty() && !last {
                // Ended early when a page is half full, or when it is time to stop.
                self.subscription.rest(LOG_PACE);
            }
        }
        self.close();
    }

    /// How long to wait for an event: until what waits for room is to be tried again.
    fn patience(&self) -> Duration {
        let now = clock::now();
        let retries = self.places.iter().filter_map(|place| place.sink.retry_at());
        let pause = retries.min().map(|at| at.saturating_duration_since(now));
        pause.map_or(PRINTER_PATIENCE, |pause| pause.min(PRINTER_PATIENCE))
    }

    /// From here on other logs are written. What is written no more is closed.
    pub(super) fn change(&mut self, change: Change, now: (Instant, SystemTime)) {
        let mut before = std::mem::take(&mut self.places);
        for Place {
            to,
            name,
            rotation,
            sink,
        } in change.places
        {
            let open = before.iter().position(|open| open.to == to);
            let kept = open.map(|open| before.swap_remove(open).sink);
            // What is said to be open is: who says so knows of every change.
            let mut sink = sink.or(kept).unwrap_or_else(Sink::closed);
            sink.is_put_away(rotation);
            self.places.push(OpenPlace { to, name, sink });
        }
        for gone in &mut before {
            let outcome = gone.sink.close(now.0, now.1);
            say(&self.journal, gone.name, outcome);
            gone.sink.finish();
        }
        self.table = change.table;
    }

    fn write(&mut self, batch: &Batch, range: Range<usize>, now: (Instant, SystemTime)) {
        for record in &batch.records[range] {
            let Some(told) = told(record, batch) else {
                continue;
            };
            let site = told.exchange.map(|exchange| exchange.site);
            if let Some(site) = site
                && usize::from(site) >= self.sites.len()
            {
                self.sites = self.journal.sites().names();
            }
            for number in self.table.of(site) {
                let log = &self.table.logs[number];
                let open = &mut self.places[log.place];
                let around = (&mut self.moments, &self.sites[..]);
                log.lines.write(&told, around, open.sink.lines());
                if open.sink.is_full() {
                    let outcome = open.sink.flush(now.0, now.1);
                    say(&self.journal, open.name, outcome);
                }
            }
        }
        for open in &mut self.places {
            let outcome = open.sink.flush(now.0, now.1);
            say(&self.journal, open.name, outcome);
        }
    }

    /// Counts what the journal had no room for. Nobody knows whose it was: as many lines as there might
    /// have been.
    pub(super) fn count_missed(&mut self, batch: &Batch, now: Instant) {
        let missed = batch.dropped[Kind::Request as usize] * self.table.lines_max() as u64;
        if missed > 0 {
            self.journal.lost_lines(missed);
            self.missed += missed;
        }
        let is_time = self
            .missed_said
            .is_none_or(|said| now.saturating_duration_since(said) >= MISSED_PAUSE);
        if self.missed > 0 && is_time {
            let lost = std::mem::take(&mut self.missed);
            self.missed_said = Some(now);
            self.journal.notice(Notice::LogMissed { lost });
        }
    }

    fn reopen(&mut self, now: (Instant, SystemTime)) {
        for open in &mut self.places {
            let outcome = open.sink.reopen(now.0, now.1);
            say(&self.journal, open.name, outcome);
        }
    }

    fn close(&mut self) {
        let (now, wall) = (clock::now(), clock::wall());
        for open in &mut self.places {
            let outcome = open.sink.close(now, wall);
            say(&self.journal, open.name, outcome);
        }
        // The count is known by now; who stops may go on without what is still compressed.
        for open in &mut self.places {
            open.sink.finish();
        }
    }
}

fn say(journal: &Journal, log: &'static str, outcome: Outcome) {
    if outcome.lost > 0 {
        journal.lost_lines(outcome.lost);
    }
    if let Some(errno) = outcome.fails {
        journal.notice(Notice::LogFails { log, errno });
    }
    if let Some(lost) = outcome.works {
        journal.notice(Notice::LogWorks { log, lost });
    }
}

/// What a log tells of an event, if anything.
fn told<'a>(record: &'a Record, batch: &'a Batch) -> Option<Told<'a>> {
    let of = |facts: &RefusalFacts, said: (u32, u16)| Told {
        at: record.at,
        connection: record.connection,
        exchange: None,
        target: b"",
        said: Said::read(batch.text_at(said)),
        status: facts.status.unwrap_or(0),
        reason: Some(facts.name),
        broken_of: None,
    };
    match &record.event {
        Event::Answered { exchange } | Event::Broken { exchange, .. } => {
            let texts = (
                batch.text_at(exchange.target),
                batch.text_at(exchange.said()),
            );
            let broken_of = match &record.event {
                Event::Broken { of, .. } => Some(*of),
                _ => None,
            };
            Some(Told::of(
                (record.at, record.connection),
                exchange,
                texts,
                broken_of,
            ))
        }
        Event::Refused { facts, said, .. } => Some(of(facts, *said)),
        Event::Ended { place } => {
            let end = batch.end(*place)?;
            match &end.ending {
                // The answer to what was no request is the last on its connection.
                Ending::Refused(facts) if facts.status.is_some() => Some(of(facts, end.said())),
                _ => None,
            }
        }
        Event::Accepted { .. } | Event::Handshake(_) | Event::Changed(_) | Event::Notice(_) => None,
    }
}
