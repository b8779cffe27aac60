//! Where the lines of a log go, and what becomes of them when they cannot: kept for a while, then lost and
//! counted. Never more than [`LOG_PENDING_BYTES_MAX`] are kept, and no line is torn that another follows.

use std::io;
use std::time::{Instant, SystemTime};

use rustix::io::Errno;

use super::datagrams::{Datagrams, Dialect};
use super::file::LogFile;
use crate::config::{AccessLog, LogPlace, Rotation};
use crate::observe::limits::{LOG_PENDING_BYTES_MAX, LOG_RETRY_PAUSE, PRINTED_BYTES_MAX};

/// Where lines go.
pub(super) struct Sink {
    target: Target,
    /// What is to be written, from the byte the last write came to.
    pending: Vec<u8>,
    /// Whether the first bytes that wait are the rest of a line.
    is_mid_line: bool,
    trouble: Option<Trouble>,
}

enum Target {
    Output,
    /// Nowhere: standard output that nobody reads any more.
    Closed,
    File(LogFile),
    Datagrams(Datagrams),
}

/// Since when nothing could be written, and what came of it.
struct Trouble {
    retry_at: Instant,
    lost: u64,
}

/// What is to be said of a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Lines that were lost.
    pub(super) lost: u64,
    /// It has begun to fail, with this error.
    pub(super) fails: Option<i32>,
    /// It works again; meanwhile so many lines were lost.
    pub(super) works: Option<u64>,
}

impl Sink {
    /// Opens it. May wait for a disk.
    pub(super) fn open(log: &AccessLog, now: SystemTime) -> io::Result<Self> {
        let target = match &log.place {
            LogPlace::StandardOutput => Target::Output,
            LogPlace::File(path) => Target::File(LogFile::open(path, log.rotation, now)?),
            LogPlace::Syslog(path) => Target::Datagrams(Datagrams::connect(path, Dialect::Syslog)?),
            LogPlace::Journald(path) => {
                Target::Datagrams(Datagrams::connect(path, Dialect::Journald)?)
            }
        };
        Ok(Self {
            target,
            pending: Vec::new(),
            is_mid_line: false,
            trouble: None,
        })
    }

    /// From here on there is a log: what was made for it is left when this is dropped.
    pub(super) fn stays(&mut self) {
        if let Target::File(file) = &mut self.target {
            file.stays();
        }
    }

    /// Looks whether it could be opened, and leaves nothing behind. May wait for a disk.
    pub(super) fn try_out(place: &LogPlace) -> io::Result<()> {
        match place {
            LogPlace::StandardOutput => Ok(()),
            LogPlace::File(path) => LogFile::try_out(path),
            LogPlace::Syslog(path) => Datagrams::connect(path, Dialect::Syslog).map(|_| ()),
            LogPlace::Journald(path) => Datagrams::connect(path, Dialect::Journald).map(|_| ()),
        }
    }

    /// One that loses every line, and counts it.
    pub(super) fn closed() -> Self {
        Self {
            target: Target::Closed,
            pending: Vec::new(),
            is_mid_line: false,
            trouble: None,
        }
    }

    /// How its file is put away from here on, if it is one.
    pub(super) fn is_put_away(&mut self, rotation: Rotation) {
        if let Target::File(file) = &mut self.target {
            file.is_put_away(rotation);
        }
    }

    /// Lines that are to be written are appended here.
    pub(super) fn lines(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Whether so much waits that it is to be written before more is added.
    pub(super) fn is_full(&self) -> bool {
        self.pending.len() >= PRINTED_BYTES_MAX
    }

    /// Writes what waits, if it is not known to be in vain.
    pub(super) fn flush(&mut self, now: Instant, wall: SystemTime) -> Outcome {
        let mut outcome = Outcome::default();
        if { self.trouble.as_ref() }.is_some_and(|trouble| now < trouble.retry_at) {
            self.bound(&mut outcome);
            return outcome;
        }
        let failed = match &mut self.target {
            Target::Closed => {
                outcome.lost += lines_in(&self.pending);
                self.pending.clear();
                return outcome;
            }
            Target::Datagrams(datagrams) => {
                let failed = send_all(datagrams, &self.pending, now, &mut outcome);
                self.pending.clear();
                failed
            }
            Target::Output | Target::File(_) => self.write_all(),
        };
        self.note(failed, now, &mut outcome);
        if self.pending.is_empty()
            && let Target::File(file) = &mut self.target
            && let Err(error) = file.rotate_if_due(wall)
        {
            outcome.fails = outcome.fails.or(Some(errno_of(&error)));
        }
        self.bound(&mut outcome);
        outcome
    }

    /// Writes as much as the system takes. What went wrong, if anything did.
    fn write_all(&mut self) -> Option<Errno> {
        let mut written = 0;
        let mut failed = None;
        while written < self.pending.len() {
            let rest = &self.pending[written..];
            let wrote = match &mut self.target {
                Target::File(file) => file.write(rest),
                _ => rustix::io::write(io::stdout(), rest),
            };
            match wrote {
                // A device that takes nothing and says nothing.
                Ok(0) => {
                    failed = Some(Errno::IO);
                    break;
                }
                Ok(count) => written += count,
                Err(Errno::INTR) => {}
                Err(errno) => {
                    failed = Some(errno);
                    break;
                }
            }
        }
        if written > 0 {
            self.is_mid_line = self.pending[written - 1] != b'\n';
            self.pending.drain(..written);
        }
        let is_output = matches!(self.target, Target::Output);
        if is_output && matches!(failed, Some(Errno::PIPE | Errno::BADF)) {
            self.target = Target::Closed;
        }
        failed
    }

    fn note(&mut self, failed: Option<Errno>, now: Instant, outcome: &mut Outcome) {
        match (failed, &mut self.trouble) {
            (None, None) => {}
            (None, Some(trouble)) => {
                outcome.works = Some(trouble.lost);
                self.trouble = None;
            }
            (Some(_), Some(trouble)) => {
                trouble.retry_at = now + LOG_RETRY_PAUSE;
                trouble.lost += outcome.lost;
            }
            (Some(errno), trouble @ None) => {
                outcome.fails = Some(errno.raw_os_error());
                *trouble = Some(Trouble {
                    retry_at: now + LOG_RETRY_PAUSE,
                    lost: outcome.lost,
                });
            }
        }
    }

    /// Loses the newest lines where more wait than may.
    fn bound(&mut self, outcome: &mut Outcome) {
        if self.pending.len() <= LOG_PENDING_BYTES_MAX {
            return;
        }
        let kept = &self.pending[..LOG_PENDING_BYTES_MAX];
        let end = kept.iter().rposition(|byte| *byte == b'\n');
        let end = end.map_or(0, |end| end + 1);
        let lost = lines_in(&self.pending[end..]);
        self.pending.truncate(end);
        outcome.lost += lost;
        if let Some(trouble) = &mut self.trouble {
            trouble.lost += lost;
        }
    }

    /// Opens what has the name now. What was to be written is written there, but for the rest of a line
    /// whose beginning stands elsewhere.
    pub(super) fn reopen(&mut self, now: Instant, wall: SystemTime) -> Outcome {
        let mut outcome = Outcome::default();
        let Target::File(file) = &mut self.target else {
            return outcome;
        };
        if let Err(error) = file.reopen(wall) {
            outcome.fails = Some(errno_of(&error));
            return outcome;
        }
        if std::mem::take(&mut self.is_mid_line) {
            let end = self.pending.iter().position(|byte| *byte == b'\n');
            self.pending
                .drain(..end.map_or(self.pending.len(), |end| end + 1));
            outcome.lost = 1;
        }
        // It may be on another disk: worth trying at once.
        if let Some(trouble) = &mut self.trouble {
            trouble.lost += outcome.lost;
            trouble.retry_at = now;
        }
        outcome
    }

    /// The end: what could not be written is lost.
    pub(super) fn close(&mut self, now: Instant, wall: SystemTime) -> Outcome {
        if let Some(trouble) = &mut self.trouble {
            trouble.retry_at = now;
        }
        let mut outcome = self.flush(now, wall);
        outcome.lost += lines_in(&self.pending);
        self.pending.clear();
        outcome
    }

    /// Waits until what was put away last is compressed.
    pub(super) fn finish(&mut self) {
        if let Target::File(file) = &mut self.target {
            file.finish();
        }
    }

    /// Whether it waits for room, and until when.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        let trouble = self.trouble.as_ref()?;
        (!self.pending.is_empty()).then_some(trouble.retry_at)
    }
}

fn send_all(
    datagrams: &mut Datagrams,
    lines: &[u8],
    now: Instant,
    outcome: &mut Outcome,
) -> Option<Errno> {
    let mut failed = None;
    let lines = lines.split(|byte| *byte == b'\n');
    for line in lines.filter(|line| !line.is_empty()) {
        if let Err(error) = datagrams.send(line, now) {
            outcome.lost += 1;
            failed = Some(Errno::from_io_error(&error).unwrap_or(Errno::NOTCONN));
        }
    }
    failed
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

fn errno_of(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(Errno::IO.raw_os_error())
}
