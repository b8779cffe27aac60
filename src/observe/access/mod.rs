//! Access logs: one line for each request, written off the workers by threads of their own.
//!
//! They read the journal like the printer. A disk that is full, or a reader that is slow, holds up these
//! threads and nobody else; what was lost is counted and said. What a thread does stands in [`writer`], what
//! a line says is [`line`]'s business, how it is escaped [`text`]'s, where it goes [`sink`]'s.
//!
//! Settings may change while logs are written: what goes where it went before goes on there, in the same
//! open file, with what waits for room; what is new is opened before anything changes.

mod datagrams;
mod file;
mod line;
mod moment;
mod sink;
mod text;
mod writer;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use self::line::Lines;
use self::sink::Sink;
use self::writer::{Change, Place, Writer};
use crate::clock;
use crate::config::{AccessLog, LogField, LogPlace};
use crate::observe::events::Wanted;
use crate::observe::journal::Journal;
use crate::observe::limits::LOG_CHANGES_MAX;

/// The access logs of a running server.
pub struct AccessLogs {
    journal: Arc<Journal>,
    /// Files have a thread, and standard output has one of its own: nobody may read it.
    writers: [Option<Writer>; GROUPS],
    /// Those that have nothing more to write, and may not be through with it.
    leaving: Vec<Writer>,
}

/// Opens logs beside those that are open.
pub struct LogOpener {
    /// Where each thread writes to; nothing: it is behind with what it was told before, and told no more.
    open: [Option<Vec<LogPlace>>; GROUPS],
}

/// How many threads there may be.
const GROUPS: usize = 2;

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

/// A log that is wanted, and the number of the site whose own it is; without one it is for all sites that
/// have none of their own.
pub type WantedLog<'a> = (&'a AccessLog, Option<u16>);

/// Logs that are open, and that nothing is written to yet. Dropped, they leave no file that was not there.
pub struct OpenedLogs {
    groups: [Group; GROUPS],
    wanted: Wanted,
    /// Sites that have a log of their own, by number, in order.
    own: Arc<[u16]>,
}

/// What one thread is to write.
#[derive(Default)]
struct Group {
    places: Vec<Place>,
    logs: Vec<Log>,
}

/// One log: whose requests it tells of, in which words, and at which of the places.
struct Log {
    of: Option<u16>,
    lines: Lines,
    place: usize,
}

impl AccessLogs {
    /// None, so far.
    pub fn new(journal: &Arc<Journal>) -> Self {
        Self {
            journal: journal.clone(),
            writers: Default::default(),
            leaving: Vec::new(),
        }
    }

    /// Looks whether a log could be opened, and leaves nothing behind. May wait for a disk.
    pub fn try_out(log: &AccessLog) -> Result<(), LogError> {
        Sink::try_out(&log.place).map_err(|source| LogError {
            log: place_text(&log.place),
            source,
        })
    }

    /// What opens those that are not open yet.
    pub fn opener(&self) -> LogOpener {
        let places = |writer: &Option<Writer>| match writer {
            None => Some(Vec::new()),
            Some(writer) if writer.changes_waiting() >= LOG_CHANGES_MAX => None,
            Some(writer) => Some(writer.places().to_vec()),
        };
        LogOpener {
            open: self.writers.each_ref().map(places),
        }
    }

    /// From here on these are written and no others; `has_ids` if requests have names whatever the logs
    /// say. What happened before is told where it would have been. Where there was no log before, the
    /// journal has a reader from here on: what happens before somebody else reads it, too, nobody else
    /// hears.
    pub fn change(&mut self, opened: OpenedLogs, has_ids: bool) -> io::Result<()> {
        let ids = if has_ids {
            Wanted::REQUEST_ID
        } else {
            Wanted::NOTHING
        };
        self.journal.want(opened.wanted.and(ids));
        self.leaving.retain(|writer| !writer.has_ended());
        for (running, group) in self.writers.iter_mut().zip(opened.groups) {
            let is_empty = group.logs.is_empty();
            let change = Change::new(clock::now(), group, opened.own.clone());
            match running.take() {
                None if is_empty => {}
                None => *running = Some(Writer::begin(&self.journal, change)?),
                Some(mut writer) => {
                    writer.change(change);
                    if is_empty {
                        writer.stop();
                        self.leaving.push(writer);
                    } else {
                        *running = Some(writer);
                    }
                }
            }
        }
        self.journal.ring();
        Ok(())
    }

    /// Opens the files anew: somebody has put them away.
    pub fn reopen(&self) {
        for writer in self.writers.iter().flatten() {
            writer.reopen();
        }
        self.journal.ring();
    }

    /// Writes what is left, and stops; gives up on a disk that does not answer.
    pub fn stop(self) {
        for writer in self.writers.iter().flatten() {
            writer.stop();
        }
        self.journal.ring();
        for writer in self.writers.into_iter().flatten().chain(self.leaving) {
            writer.wait();
        }
    }
}

impl LogOpener {
    /// Opens those of these logs that are not open yet. May wait for a disk.
    pub fn open(&self, logs: &[WantedLog<'_>]) -> Result<OpenedLogs, LogError> {
        let wall = clock::wall();
        let mut groups: [Group; GROUPS] = Default::default();
        for (log, of) in logs {
            let number = usize::from(log.place == LogPlace::StandardOutput);
            let group = &mut groups[number];
            // How its file is put away says who named it first.
            let known = group.places.iter().position(|known| known.is(log));
            let place = known.unwrap_or(group.places.len());
            if known.is_none() {
                let sink = self.sink(number, log, wall).map_err(|source| LogError {
                    log: place_text(&log.place),
                    source,
                })?;
                group.places.push(Place::new(log, sink));
            }
            group.logs.push(Log {
                of: *of,
                lines: Lines::new(log),
                place,
            });
        }
        let mut own: Vec<u16> = logs.iter().filter_map(|(_, of)| *of).collect();
        own.sort_unstable();
        own.dedup();
        Ok(OpenedLogs {
            groups,
            wanted: wanted_by(logs),
            own: own.into(),
        })
    }

    /// Where a log goes; nothing if it is open.
    fn sink(&self, group: usize, log: &AccessLog, wall: SystemTime) -> io::Result<Option<Sink>> {
        match &self.open[group] {
            None => Err(io::ErrorKind::TimedOut.into()),
            Some(open) if open.contains(&log.place) => Ok(None),
            Some(_) => Sink::open(log, wall).map(Some),
        }
    }
}

/// What has to be known of each request for these logs.
fn wanted_by(logs: &[WantedLog<'_>]) -> Wanted {
    let says = |field| logs.iter().any(|(log, _)| log.format.says(field));
    let of = |is_wanted: bool, wanted| if is_wanted { wanted } else { Wanted::NOTHING };
    of(says(LogField::Client), Wanted::CLIENT)
        .and(of(says(LogField::User), Wanted::USER))
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
