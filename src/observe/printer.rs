//! Prints the journal, from a thread of its own.
//!
//! A standard output that nobody reads holds up this thread and nobody else: the journal goes on,
//! and what it had to drop is said as soon as somebody reads again. One that is closed ends the
//! printing, not the server; one that fails otherwise (a full disk) is tried again, from the byte it
//! came to.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustix::io::Errno;

use super::batch::Batch;
use super::journal::{Audience, Journal, Reading};
use super::json::Json;
use super::limits::{
    LAST_WORDS_TIMEOUT, PRINT_RETRY_PAUSE, PRINTED_BYTES_MAX, PRINTER_PACE, PRINTER_PATIENCE,
};
use super::lines::Lines;
use super::record::Event;
use super::subscription::{Subscription, WhenFull};
use super::why::Labeller;
use crate::clock;
use crate::i18n::Language;
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
}

/// The thread that prints.
pub struct Printer {
    journal: Arc<Journal>,
    /// The order to stop: the line to end with.
    last_words: Arc<OnceLock<String>>,
    thread: std::thread::Thread,
    ended: Receiver<()>,
}

impl Printer {
    /// Starts printing to standard output, and to standard error what concerns the server
    /// itself. `first_words` come first: texts for people, addresses for programs.
    pub fn start(
        journal: Arc<Journal>,
        style: Style,
        first_words: Vec<String>,
    ) -> io::Result<Self> {
        let last_words = Arc::new(OnceLock::new());
        let (end, ended) = channel();
        let audience = match style.format {
            Format::Quiet => Audience::Notices,
            Format::Lines | Format::Json => Audience::Everything,
        };
        let work = Work {
            journal: journal.clone(),
            subscription: journal.subscribe(audience, WhenFull::DropNewest),
            labeller: Labeller::new(),
            last_words: last_words.clone(),
            paper: Paper::new(style, &journal),
            lines: Lines::new(style.language, style.greeting_language),
        };
        let handle = tasks::thread("hello-printer", move || {
            work.run(&first_words);
            let _ = end.send(());
        })?;
        Ok(Self {
            journal,
            last_words,
            thread: handle.thread().clone(),
            ended,
        })
    }

    /// Prints what is left and stops; gives up if nobody reads. Lines for a person end with
    /// `last_words`.
    ///
    /// Nobody else may print them: where nobody reads, whoever prints waits for ever.
    pub fn stop(self, last_words: String) {
        // Stopping consumes the printer, so these are the first last words.
        let _ = self.last_words.set(last_words);
        self.journal.ring();
        self.thread.unpark();
        let _ = self.ended.recv_timeout(LAST_WORDS_TIMEOUT);
    }
}

struct Work {
    journal: Arc<Journal>,
    subscription: Subscription,
    labeller: Labeller,
    last_words: Arc<OnceLock<String>>,
    paper: Paper,
    lines: Lines,
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
    fn run(mut self, first_words: &[String]) {
        let mut batch = Batch::default();
        let mut out = Vec::new();
        for words in first_words {
            match &self.paper {
                Paper::Json(json) => json.write_listening(clock::now(), words, &mut out),
                Paper::Lines | Paper::Quiet => out.extend_from_slice(words.as_bytes()),
            }
        }
        loop {
            // Asked before reading: what was journalled before the order to stop is still read.
            let last = self.is_last();
            self.print(&mut out);
            let patience = if last {
                Duration::ZERO
            } else {
                PRINTER_PATIENCE
            };
            if self.subscription.read(&mut batch, patience) == Reading::Some {
                self.write(&batch, &mut out);
            }
            if last && batch.is_empty() {
                break;
            }
            if !batch.is_empty() && !last {
                // Ended early when a page is half full, or when it is time to stop.
                self.journal.rest(PRINTER_PACE);
            }
        }
        match (&self.paper, self.last_words.get()) {
            (Paper::Json(json), _) => {
                let (totals, tally) = (self.journal.totals(), self.labeller.tally());
                json.write_stopped(clock::now(), &totals, &tally, &mut out);
            }
            (Paper::Lines, Some(words)) => {
                let _ = writeln!(out, "{words}");
            }
            (Paper::Lines, None) | (Paper::Quiet, _) => {}
        }
        self.print(&mut out);
    }

    fn is_last(&self) -> bool {
        self.last_words.get().is_some()
    }

    fn write(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        for record in &batch.records {
            match (&self.paper, record.event) {
                (Paper::Json(json), _) => {
                    let why = self.labeller.hear(record, batch);
                    json.write(record, batch, why, out);
                }
                (_, Event::Notice(_)) => {
                    let mut line = Vec::new();
                    self.lines.write(record, batch, &mut line);
                    let _ = io::stderr().lock().write_all(&line);
                }
                (Paper::Lines, _) => self.lines.write(record, batch, out),
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

    /// Writes everything to standard output, however long it takes. Meanwhile the journal counts
    /// what it has no room for, so nothing is lost unsaid and no line is torn.
    fn print(&mut self, out: &mut Vec<u8>) {
        let mut written = 0;
        let mut said = false;
        while written < out.len() {
            match rustix::io::write(io::stdout(), &out[written..]) {
                Ok(bytes) => written += bytes,
                Err(Errno::INTR) => {}
                Err(Errno::PIPE | Errno::BADF) => {
                    // Nobody will ever read again; what concerns the server goes to stderr.
                    self.paper = Paper::Quiet;
                    self.subscription.listen_for(Audience::Notices);
                    break;
                }
                Err(_) if self.is_last() => break,
                Err(errno) => {
                    // EAGAIN is a pipe that somebody made non-blocking: full, and nothing more.
                    if !said && errno != Errno::AGAIN {
                        let _ = writeln!(io::stderr().lock(), "{}", self.lines.cannot_print(errno));
                    }
                    said = true;
                    std::thread::park_timeout(PRINT_RETRY_PAUSE);
                }
            }
        }
        out.clear();
    }
}
