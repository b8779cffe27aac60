//! Access logs: one line for each request, written off the workers by threads of their own.
//!
//! They read the journal like the printer. A disk that is full, or a reader that is slow, holds up these
//! threads and nobody else; what was lost is counted and said. What a line says is [`line`]'s business, how
//! it is escaped [`text`]'s, where it goes [`sink`]'s.

mod datagrams;
mod file;
mod line;
mod moment;
mod sink;
mod text;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use self::line::{Lines, Told};
use self::moment::Moments;
use self::sink::{Outcome, Sink};
use crate::clock;
use crate::config::{AccessLog, LogField, LogPlace};
use crate::exchange::{Ending, RefusalFacts};
use crate::observe::events::{Batch, Event, Kind, Notice, Record, Said, Wanted};
use crate::observe::journal::{Audience, Journal, Subscription, WhenFull};
use crate::observe::limits::{LOG_CLOSE_TIMEOUT, LOG_PACE, MISSED_PAUSE, PRINTER_PATIENCE};
use crate::tasks;

/// The access logs of a running server.
pub struct AccessLogs {
    journal: Arc<Journal>,
    threads: Vec<Writer>,
}

/// A log that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {log}: {source}")]
pub struct LogError {
    /// Where it was to go.
    pub log: String,
    /// Why not.
    #[source]
    pub source: io::Error,
}

/// Logs that are open, and that nothing is written to yet.
pub struct OpenedLogs {
    /// Files have a thread, and standard output has one of its own: nobody may read it.
    groups: [Vec<Log>; 2],
    wanted: Wanted,
}

impl OpenedLogs {
    /// Begins to write them; what sites are called, by their place. `has_ids` if requests have names
    /// whatever the logs say. From here on the journal has a reader: what happens before somebody else
    /// reads it, too, nobody else hears.
    pub fn begin(
        self,
        journal: &Arc<Journal>,
        sites: &[String],
        has_ids: bool,
    ) -> io::Result<AccessLogs> {
        let ids = if has_ids {
            Wanted::REQUEST_ID
        } else {
            Wanted::NOTHING
        };
        journal.want(self.wanted.and(ids));
        let groups = self.groups.into_iter().filter(|logs| !logs.is_empty());
        let threads = groups.map(|logs| Writer::begin(journal, logs, sites.to_vec()));
        Ok(AccessLogs {
            journal: journal.clone(),
            threads: threads.collect::<io::Result<_>>()?,
        })
    }
}

/// A thread that writes logs.
struct Writer {
    orders: Arc<Orders>,
    ended: Receiver<()>,
}

#[derive(Default)]
struct Orders {
    is_last: AtomicBool,
    reopen: AtomicBool,
}

impl AccessLogs {
    /// Opens the logs. May wait for a disk.
    pub fn open(logs: &[AccessLog]) -> Result<OpenedLogs, LogError> {
        let wall = clock::wall();
        let mut opened: [Vec<Log>; 2] = Default::default();
        for log in logs {
            let sink = Sink::open(log, wall).map_err(|source| LogError {
                log: place_text(&log.place),
                source,
            })?;
            let group = usize::from(log.place == LogPlace::StandardOutput);
            opened[group].push(Log {
                name: name_of(&log.place),
                lines: Lines::new(log),
                sink,
            });
        }
        Ok(OpenedLogs {
            groups: opened,
            wanted: wanted_by(logs),
        })
    }

    /// Opens the files anew: somebody has put them away.
    pub fn reopen(&self) {
        for thread in &self.threads {
            thread.orders.reopen.store(true, Ordering::SeqCst);
        }
        self.journal.ring();
    }

    /// Writes what is left, and stops; gives up on a disk that does not answer.
    pub fn stop(self) {
        for thread in &self.threads {
            thread.orders.is_last.store(true, Ordering::SeqCst);
        }
        self.journal.ring();
        for thread in self.threads {
            let _ = thread.ended.recv_timeout(LOG_CLOSE_TIMEOUT);
        }
    }
}

impl Writer {
    fn begin(journal: &Arc<Journal>, logs: Vec<Log>, sites: Vec<String>) -> io::Result<Self> {
        let orders = Arc::new(Orders::default());
        let (end, ended) = channel();
        let work = Work {
            subscription: journal.subscribe(Audience::Everything, WhenFull::DropNewest),
            journal: journal.clone(),
            orders: orders.clone(),
            moments: Moments::new(clock::now(), clock::wall()),
            logs,
            sites,
            missed: 0,
            missed_said: None,
        };
        tasks::thread("hello-log", move || {
            work.run();
            let _ = end.send(());
        })?;
        Ok(Self { orders, ended })
    }
}

struct Work {
    journal: Arc<Journal>,
    subscription: Subscription,
    orders: Arc<Orders>,
    moments: Moments,
    logs: Vec<Log>,
    sites: Vec<String>,
    /// Lines lost because more happened than the journal keeps, not yet said.
    missed: u64,
    /// When that was said last.
    missed_said: Option<Instant>,
}

/// One log.
struct Log {
    name: &'static str,
    lines: Lines,
    sink: Sink,
}

impl Work {
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
            let (now, wall) = (clock::now(), clock::wall());
            self.moments.set(now, wall);
            if self.orders.reopen.swap(false, Ordering::SeqCst) {
                self.reopen(now, wall);
            }
            self.write(&batch, (now, wall));
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
        let retries = self.logs.iter().filter_map(|log| log.sink.retry_at());
        let pause = retries.min().map(|at| at.saturating_duration_since(now));
        pause.map_or(PRINTER_PATIENCE, |pause| pause.min(PRINTER_PATIENCE))
    }

    fn write(&mut self, batch: &Batch, now: (Instant, SystemTime)) {
        for record in &batch.records {
            let Some(told) = told(record, batch) else {
                continue;
            };
            for place in 0..self.logs.len() {
                let log = &mut self.logs[place];
                let around = (&mut self.moments, &self.sites[..]);
                log.lines.write(&told, around, log.sink.lines());
                if log.sink.is_full() {
                    self.flush(place, now);
                }
            }
        }
        for place in 0..self.logs.len() {
            self.flush(place, now);
        }
        let missed = batch.dropped[Kind::Request as usize] * self.logs.len() as u64;
        if missed > 0 {
            self.journal.lost_lines(missed);
            self.missed += missed;
        }
        let is_time = self
            .missed_said
            .is_none_or(|said| now.0.saturating_duration_since(said) >= MISSED_PAUSE);
        if self.missed > 0 && is_time {
            let lost = std::mem::take(&mut self.missed);
            self.missed_said = Some(now.0);
            self.journal.notice(Notice::LogMissed { lost });
        }
    }

    fn flush(&mut self, place: usize, (now, wall): (Instant, SystemTime)) {
        let log = &mut self.logs[place];
        let outcome = log.sink.flush(now, wall);
        let name = log.name;
        self.say(name, outcome);
    }

    fn reopen(&mut self, now: Instant, wall: SystemTime) {
        for place in 0..self.logs.len() {
            let log = &mut self.logs[place];
            let outcome = log.sink.reopen(now, wall);
            let name = log.name;
            self.say(name, outcome);
        }
    }

    fn close(&mut self) {
        let (now, wall) = (clock::now(), clock::wall());
        for place in 0..self.logs.len() {
            let log = &mut self.logs[place];
            let outcome = log.sink.close(now, wall);
            let name = log.name;
            self.say(name, outcome);
        }
        // The count is known by now; who stops may go on without what is still compressed.
        for log in &mut self.logs {
            log.sink.finish();
        }
    }

    fn say(&self, log: &'static str, outcome: Outcome) {
        if outcome.lost > 0 {
            self.journal.lost_lines(outcome.lost);
        }
        if let Some(errno) = outcome.fails {
            self.journal.notice(Notice::LogFails { log, errno });
        }
        if let Some(lost) = outcome.works {
            self.journal.notice(Notice::LogWorks { log, lost });
        }
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

/// What has to be known of each request for these logs.
fn wanted_by(logs: &[AccessLog]) -> Wanted {
    let says = |field| logs.iter().any(|log| log.format.says(field));
    let of = |is_wanted: bool, wanted| if is_wanted { wanted } else { Wanted::NOTHING };
    of(says(LogField::Client), Wanted::CLIENT)
        .and(of(says(LogField::Host), Wanted::HOST))
        .and(of(says(LogField::Referer), Wanted::REFERER))
        .and(of(says(LogField::UserAgent), Wanted::USER_AGENT))
        .and(of(says(LogField::RequestId), Wanted::REQUEST_ID))
}

fn place_text(place: &LogPlace) -> String {
    match place {
        LogPlace::StandardOutput => "-".to_owned(),
        LogPlace::File(path) | LogPlace::Syslog(path) | LogPlace::Journald(path) => {
            path.display().to_string()
        }
    }
}

/// The name of a place for notices, which are copied: each is kept once, for good.
fn name_of(place: &LogPlace) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let text = place_text(place);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = names.iter().find(|name| **name == text) {
        return name;
    }
    let name: &'static str = Box::leak(text.into_boxed_str());
    names.push(name);
    name
}

#[cfg(test)]
mod tests;
