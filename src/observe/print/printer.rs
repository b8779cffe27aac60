//! Prints the journal, from a thread of its own.
//!
//! A standard output that nobody reads holds up this thread and nobody else: the journal goes on,
//! and what it had to drop is said as soon as somebody reads again. One that is closed ends the
//! printing, not the server; one that fails otherwise (a full disk) is tried again, from the byte it
//! came to.
//!
//! What stands on a line is the business of [`super::terminal`] and [`super::json`].

use std::io::{self, Stderr, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::io::Errno;

use super::json::Json;
use super::lasting::Lasting;
use super::restraint::Restraint;
use super::screen::{Colours, Screen};
use super::terminal::{Asides, Lines, Opening, Page};
use crate::clock;
use crate::i18n::Language;
use crate::observe::events::{Batch, Event, Notice};
use crate::observe::journal::{Audience, Journal, Reading, Subscription, WhenFull};
use crate::observe::limits::{
    LAST_WORDS_TIMEOUT, PRINT_RETRY_PAUSE, PRINTED_BYTES_MAX, PRINTER_PACE, PRINTER_PATIENCE,
    RUSH_PACE,
};
use crate::observe::live::Registry;
use crate::observe::stories::{Adviser, Saver};
use crate::observe::why::Labeller;
use crate::tasks;

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for a person.
    Lines,
    /// Objects for a program.
    Json,
    /// Nothing but what concerns the server itself.
    Quiet,
}

/// How it is printed.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// What is printed.
    pub format: Format,
    /// The language of the lines.
    pub language: Language,
    /// The language of the greeting.
    pub greeting_language: Language,
    /// Where there are colours.
    pub colours: Colours,
    /// Columns of a terminal that does not tell them itself.
    pub columns: Option<usize>,
    /// Whether hints are given already: then they are not advised at the end.
    pub has_hints: bool,
    /// Whether it is a server in another process: then there are no first words and no last.
    pub is_attached: bool,
}

/// The thread that prints.
pub struct Printer {
    journal: Arc<Journal>,
    /// The order to stop.
    is_last: Arc<AtomicBool>,
    thread: std::thread::Thread,
    ended: Receiver<()>,
}

impl Printer {
    /// Starts printing to standard output, and to standard error what concerns the server
    /// itself. The opening comes first: lines for people, addresses for programs.
    pub fn start(
        journal: Arc<Journal>,
        registry: Arc<Registry>,
        style: Style,
        opening: Opening,
    ) -> io::Result<Self> {
        let is_last = Arc::new(AtomicBool::new(false));
        let (end, ended) = channel();
        let audience = match style.format {
            Format::Quiet => Audience::Notices,
            Format::Lines | Format::Json => Audience::Everything,
        };
        let (stdout, stderr) = (
            Screen::of(io::stdout(), style.columns),
            Screen::of(io::stderr(), style.columns),
        );
        let work = Work {
            subscription: journal.subscribe(audience, WhenFull::DropNewest),
            labeller: Labeller::new(),
            adviser: (!style.has_hints).then(Adviser::default),
            saver: Saver::new(&opening.folders),
            is_attached: style.is_attached,
            registry,
            lasting: Lasting::default(),
            is_last: is_last.clone(),
            paper: Paper::new(style, &journal),
            lines: Lines::new(Page {
                language: style.language,
                greeting_language: style.greeting_language,
                has_colours: stdout.has_colours(style.colours),
                is_read_along: stdout.is_terminal(),
            }),
            asides: Asides::new(style.language, stderr.has_colours(style.colours)),
            restraint: Restraint::default(),
            stdout,
            stderr,
            journal: journal.clone(),
        };
        let handle = tasks::thread("hello-printer", move || {
            work.run(&opening);
            let _ = end.send(());
        })?;
        Ok(Self {
            journal,
            is_last,
            thread: handle.thread().clone(),
            ended,
        })
    }

    /// Prints what is left and the last lines, and stops; gives up if nobody reads.
    ///
    /// Nobody else may print them: where nobody reads, whoever prints waits for ever.
    pub fn stop(self) {
        self.is_last.store(true, Ordering::SeqCst);
        self.journal.ring();
        self.thread.unpark();
        let _ = self.ended.recv_timeout(LAST_WORDS_TIMEOUT);
    }
}

struct Work {
    journal: Arc<Journal>,
    subscription: Subscription,
    labeller: Labeller,
    /// `None` where its advice is not wanted.
    adviser: Option<Adviser>,
    saver: Saver,
    is_attached: bool,
    registry: Arc<Registry>,
    lasting: Lasting,
    is_last: Arc<AtomicBool>,
    paper: Paper,
    lines: Lines,
    asides: Asides,
    /// How much is said of the server itself.
    restraint: Restraint,
    stdout: Screen<Stdout>,
    stderr: Screen<Stderr>,
}

/// What events are written on.
enum Paper {
    Lines,
    Json(Json),
    Quiet,
}

impl Paper {
    fn new(style: Style, journal: &Journal) -> Self {
        match style.format {
            Format::Lines => Self::Lines,
            Format::Quiet => Self::Quiet,
            Format::Json => {
                let since = clock::now().saturating_duration_since(journal.started());
                Self::Json(Json::new((journal.started(), clock::wall() - since)))
            }
        }
    }
}

impl Work {
    fn run(mut self, opening: &Opening) {
        let mut batch = Batch::default();
        let mut out = Vec::new();
        self.open(opening, &mut out);
        loop {
            // Asked before reading: what was journalled before the order to stop is still read.
            let last = self.is_last();
            self.print(&mut out);
            let patience = self.patience(last);
            let reading = self.subscription.read(&mut batch, patience);
            self.lines.set_width(self.stdout.width());
            if reading == Reading::Some {
                self.write(&batch, &mut out);
            }
            if matches!(self.paper, Paper::Lines) {
                self.lines.catch_up(clock::now(), &mut out);
            }
            if !last {
                self.tell_lasting(&mut out);
            }
            if last && batch.is_empty() {
                break;
            }
            if !batch.is_empty() && !last {
                // Ended early when a page is half full, or when it is time to stop.
                self.subscription.rest(self.pace());
            }
        }
        let left_out = self.restraint.left_out();
        if left_out > 0 {
            self.complain(&self.asides.left_out(left_out, self.stderr.width()));
        }
        self.close(&mut out);
        self.print(&mut out);
    }

    fn open(&mut self, opening: &Opening, out: &mut Vec<u8>) {
        if self.is_attached {
            return;
        }
        match &self.paper {
            Paper::Json(json) => {
                for address in &opening.listening {
                    json.write_listening(clock::now(), address, out);
                }
            }
            Paper::Lines => {
                self.lines.set_width(self.stdout.width());
                self.lines.open(opening, out);
            }
            // Nobody can know a port that the system chose; everything else was asked for.
            Paper::Quiet if opening.port_was_chosen => {
                self.complain(&self.asides.listening(opening, self.stderr.width()));
            }
            Paper::Quiet => {}
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if self.is_attached {
            return;
        }
        let (now, totals) = (clock::now(), self.journal.totals());
        let advice = self
            .adviser
            .as_ref()
            .map(Adviser::advice)
            .unwrap_or_default();
        let savings = self.saver.savings();
        match &self.paper {
            Paper::Json(json) => {
                for advice in &advice {
                    json.write_advice(now, advice, out);
                }
                for saving in &savings {
                    json.write_saving(now, saving, out);
                }
                json.write_stopped(now, &totals, &self.labeller.tally(), out);
            }
            Paper::Lines => {
                let lasted = now.saturating_duration_since(self.journal.started());
                let tally = self.labeller.tally();
                let advice = (&advice[..], &savings[..]);
                self.lines.close((&totals, &tally), lasted, advice, out);
            }
            Paper::Quiet => {}
        }
    }

    fn is_last(&self) -> bool {
        self.is_last.load(Ordering::SeqCst)
    }

    /// How long to wait for an event: until there is something else to say.
    fn patience(&mut self, last: bool) -> Duration {
        if last {
            return Duration::ZERO;
        }
        let now = clock::now();
        let lasting = |work: &mut Self| work.lasting.deadline(&work.registry, now);
        let deadline = match self.paper {
            Paper::Lines => self.lines.deadline().into_iter().chain(lasting(self)).min(),
            Paper::Json(_) => lasting(self),
            Paper::Quiet => None,
        };
        let pause = deadline.map(|deadline| deadline.saturating_duration_since(now));
        pause.map_or(PRINTER_PATIENCE, |pause| pause.min(PRINTER_PATIENCE))
    }

    /// Tells which requests are still being answered, if it is time to.
    fn tell_lasting(&mut self, out: &mut Vec<u8>) {
        let now = clock::now();
        match &self.paper {
            Paper::Lines => {
                let due = self.lasting.due(&self.registry, now);
                self.lines.write_lasting(&due, now, out);
            }
            Paper::Json(json) => {
                for running in self.lasting.due(&self.registry, now) {
                    json.write_running(now, &running, out);
                }
            }
            Paper::Quiet => {}
        }
    }

    /// How long to let events gather. What is counted and not shown is in no hurry.
    fn pace(&self) -> Duration {
        match self.lines.deadline() {
            Some(_) => RUSH_PACE,
            None => PRINTER_PACE,
        }
    }

    fn write(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        for record in &batch.records {
            if let Some(adviser) = &mut self.adviser {
                adviser.hear(record, batch);
            }
            self.saver.hear(record, batch);
            match (&self.paper, record.event) {
                (Paper::Json(json), _) => {
                    let label = self.labeller.hear(record, batch);
                    json.write(record, batch, label, out);
                }
                (_, Event::Notice(notice)) => self.notice(notice, out),
                (Paper::Lines, _) => {
                    let label = self.labeller.hear(record, batch);
                    self.lines.write(record, batch, label, out);
                }
                (Paper::Quiet, _) => {}
            }
            if out.len() >= PRINTED_BYTES_MAX {
                self.print(out);
            }
        }
        let dropped: u64 = batch.dropped.iter().sum();
        if dropped > 0 {
            match &self.paper {
                Paper::Json(json) => json.write_dropped(clock::now(), &batch.dropped, out),
                Paper::Lines => self.lines.write_dropped(dropped, out),
                Paper::Quiet => {}
            }
        }
    }

    fn notice(&mut self, notice: Notice, out: &mut Vec<u8>) {
        let Some(left_out) = self.restraint.allows(clock::now()) else {
            return;
        };
        if self.stdout.is_terminal() {
            // On one screen things stand in the order in which they happened.
            self.print(out);
        }
        if left_out > 0 {
            self.complain(&self.asides.left_out(left_out, self.stderr.width()));
        }
        self.complain(&self.asides.notice(notice, self.stderr.width()));
    }

    /// Writes to standard error. If that fails, there is nobody to tell.
    fn complain(&self, lines: &[u8]) {
        let mut stderr = io::stderr().lock();
        if self.stderr.is_terminal() {
            let _ = stderr.write_all(LINE_START);
        }
        let _ = stderr.write_all(lines);
    }

    /// Writes everything to standard output, however long it takes. Meanwhile the journal counts
    /// what it has no room for, so nothing is lost unsaid and no line is torn.
    fn print(&mut self, out: &mut Vec<u8>) {
        if self.stdout.is_terminal() && !out.is_empty() {
            out.splice(..0, LINE_START.iter().copied());
        }
        let mut written = 0;
        let mut said = false;
        while written < out.len() {
            match rustix::io::write(io::stdout(), &out[written..]) {
                Ok(bytes) => written += bytes,
                Err(Errno::INTR) => {}
                Err(Errno::PIPE | Errno::BADF) => {
                    // Nobody will ever read again; what concerns the server goes to stderr.
                    if !self.is_last() {
                        self.complain(&self.asides.nobody_reads(self.stderr.width()));
                    }
                    self.paper = Paper::Quiet;
                    self.subscription.listen_for(Audience::Notices);
                    break;
                }
                Err(_) if self.is_last() => break,
                Err(errno) => {
                    // EAGAIN is a pipe that somebody made non-blocking: full, and nothing more.
                    if !said && errno != Errno::AGAIN {
                        self.complain(&self.asides.cannot_print(errno, self.stderr.width()));
                    }
                    said = true;
                    std::thread::park_timeout(PRINT_RETRY_PAUSE);
                }
            }
        }
        out.clear();
    }
}

/// Back to the start of the line: whatever the terminal echoed there, such as `^C`, is written
/// over. Where nothing was echoed it changes nothing.
const LINE_START: &[u8] = b"\r";
