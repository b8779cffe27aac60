//! The full-screen view of a running server: `hello --tui`.
//!
//! A thread of its own looks at the journal ten times a second and draws what it finds; nobody
//! waits for it. What is drawn stands in `draw`, what keys change in `model`; both are pure.
//!
//! Law: it keeps no second truth. What it shows comes from the journal, the registry and the
//! chronicle made of the two; what it says to the server, it says with the signal of Ctrl-C.

mod draw;
#[cfg(test)]
mod fixture;
mod keys;
mod limits;
mod model;
mod news;
mod panics;
mod pulse;
mod table;
mod terminal;
mod tops;
mod words;

use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use rustix::event::{EventfdFlags, eventfd};
use rustix::process::{Signal, getpid, kill_process};

use self::draw::Scene;
use self::keys::{Key, Keys};
use self::limits::{FAREWELL_TIMEOUT, FRAME, NEWS_AFTER, REST_FACTOR, REST_MAX};
use self::model::{Model, Wish};
use self::news::News;
use self::panics::Panics;
use self::pulse::Pulse;
use self::terminal::{Terminal, Waited, difference};
use self::tops::Tops;
use self::words::Words;
use crate::i18n::{Args, Language, text, text_with, wrapped};
use crate::observe::{
    Audience, Batch, Chronicle, Journal, Registry, Subscription, Totals, WhenFull, last_lines,
};
use crate::{clock, tasks};

/// How the view is to look.
#[derive(Clone, Debug)]
pub struct Style {
    /// The language of its words.
    pub language: Language,
    /// Whether it may use colours.
    pub has_colours: bool,
    /// What is served; `None` for the built-in site.
    pub path: Option<String>,
    /// Where.
    pub addresses: Vec<String>,
}

/// A terminal the view may have: standard input and output are one.
pub struct Screen(Terminal);

impl Screen {
    /// The terminal this program was started in; `None` if there is none.
    pub fn of_process() -> Option<io::Result<Self>> {
        Terminal::of_process().map(|terminal| terminal.map(Self))
    }
}

/// The view, from a thread of its own. Dropping it gives the terminal back.
pub struct View {
    terminal: Arc<Terminal>,
    panics: Arc<Panics>,
    is_over: Arc<AtomicBool>,
    bell: Arc<OwnedFd>,
    ended: Receiver<()>,
}

impl View {
    /// Takes the terminal and begins to draw.
    pub fn start(
        screen: Screen,
        journal: &Arc<Journal>,
        registry: &Arc<Registry>,
        style: &Style,
    ) -> io::Result<Self> {
        let terminal = Arc::new(screen.0);
        let panics = Arc::new(Panics::default());
        let is_over = Arc::new(AtomicBool::new(false));
        let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let words = Words::new(style.language);
        let desk = Desk {
            title: title(style),
            has_colours: style.has_colours,
            words,
            model: Model::default(),
            // It counts errors: what it takes it takes whole.
            subscription: journal.subscribe(Audience::Everything, WhenFull::DropNewest),
            journal: journal.clone(),
            registry: registry.clone(),
            batch: Batch::default(),
            chronicle: Chronicle::new(),
            tops: Tops::default(),
            pulse: Pulse::default(),
            totals: Totals::default(),
            missed: 0,
            news: News::default(),
        };
        let (end, ended) = channel();
        let work = Work {
            desk,
            terminal: terminal.clone(),
            is_over: is_over.clone(),
            bell: bell.clone(),
            keys: Keys::default(),
            shown: Buffer::empty(Rect::ZERO),
            out: Vec::new(),
        };
        let (watched, language) = (panics.clone(), style.language);
        terminal.enter()?;
        let view = Self {
            terminal: terminal.clone(),
            panics,
            is_over,
            bell,
            ended,
        };
        tasks::thread("hello-tui", move || {
            watched.watch(&terminal);
            drop(terminal);
            if catch_unwind(AssertUnwindSafe(|| work.run())).is_err() {
                say(&text(language, "tui-failed"));
            }
            let _ = end.send(());
        })?;
        Ok(view)
    }

    /// Stops drawing, gives the terminal back and leaves the last lines on it.
    pub fn stop(self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
        if self.ended.recv_timeout(FAREWELL_TIMEOUT).is_err() {
            // Stuck in the middle of a picture: no word would come through.
            self.terminal.reset();
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.terminal.leave();
        self.panics.say();
    }
}

/// Says something about the view itself, after the terminal was given back.
fn say(sentence: &str) {
    let _ = io::Write::write_fmt(
        &mut io::stderr().lock(),
        format_args!("hello: {sentence}\n"),
    );
}

fn title(style: &Style) -> String {
    let what = style.path.clone();
    let what = what.unwrap_or_else(|| text(style.language, "tui-built-in"));
    let args = Args::new()
        .with("what", what)
        .with("address", style.addresses.join(", "));
    text_with(style.language, "tui-title", &args)
}

/// Everything the view knows.
struct Desk {
    title: String,
    has_colours: bool,
    words: Words,
    model: Model,
    subscription: Subscription,
    journal: Arc<Journal>,
    registry: Arc<Registry>,
    batch: Batch,
    chronicle: Chronicle,
    tops: Tops,
    pulse: Pulse,
    totals: Totals,
    /// Events that were dropped before we looked.
    missed: u64,
    news: News,
}

impl Desk {
    /// Takes over what happened since the last time.
    fn look(&mut self, now: Instant) {
        self.subscription.take(&mut self.batch);
        self.missed += self.batch.dropped.iter().sum::<u64>();
        self.chronicle.hear(&self.batch);
        self.chronicle.look(&self.registry, now);
        self.tops.hear(&self.batch);
        for record in &self.batch.records {
            self.news.hear(record, &self.batch, self.words.language);
        }
        self.totals = self.journal.totals();
        self.pulse.beat(now, &self.totals);
    }

    /// What was done, what went wrong, goodbye.
    fn last_lines(&self, now: Instant, columns: u16) -> Vec<String> {
        let (words, lasted) = (
            &self.words,
            now.saturating_duration_since(self.journal.started()),
        );
        let tally = self.chronicle.tally();
        let said = last_lines(words.language, &words.units, &self.totals, &tally, lasted);
        let lines = said
            .iter()
            .map(|sentence| wrapped(sentence, columns.into()));
        lines.flatten().collect()
    }

    /// A key was pressed; the next one acts on what this one made of the table.
    fn press(&mut self, key: Key, now: Instant) -> Option<Wish> {
        let wish = self.model.press(key);
        self.model.arrange(&self.chronicle, &self.words, now);
        wish
    }

    fn draw(&mut self, now: Instant, buffer: &mut Buffer) {
        self.model.arrange(&self.chronicle, &self.words, now);
        let is_news = |at: Instant| now.saturating_duration_since(at) < NEWS_AFTER;
        let items = self.news.items();
        let last = items.last().filter(|item| is_news(item.at));
        let last = { items.iter().rev() }.find(|item| item.lasts()).or(last);
        let scene = Scene {
            now,
            started: self.journal.started(),
            title: &self.title,
            chronicle: &self.chronicle,
            open: self.registry.counts().0,
            totals: &self.totals,
            rates: self.pulse.rates(),
            missed: self.missed,
            tops: &self.tops,
            notices: items,
            news: last,
            has_colours: self.has_colours,
        };
        draw::draw(&mut self.model, &scene, &self.words, buffer);
    }
}

struct Work {
    desk: Desk,
    terminal: Arc<Terminal>,
    is_over: Arc<AtomicBool>,
    bell: Arc<OwnedFd>,
    keys: Keys,
    /// What is on the screen.
    shown: Buffer,
    out: Vec<u8>,
}

impl Work {
    fn run(mut self) {
        while !self.is_over() {
            let begun = clock::now();
            self.desk.look(begun);
            let drawn = self.draw(begun);
            let ended = clock::now();
            let rest =
                (ended.saturating_duration_since(begun) * REST_FACTOR).clamp(FRAME, REST_MAX);
            if drawn.is_err() || self.hear_keys(ended + rest).is_err() {
                // Nobody is there any more. The server goes on.
                return;
            }
        }
        let now = clock::now();
        self.desk.look(now);
        let columns = self.terminal.size().width;
        self.terminal.leave();
        let mut last = self.desk.last_lines(now, columns).join("\n");
        last.push('\n');
        let _ = self.terminal.write(last.as_bytes());
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Does what keys ask for, until it is time for the next look.
    fn hear_keys(&mut self, until: Instant) -> io::Result<()> {
        loop {
            let now = clock::now();
            let mut patience = until.saturating_duration_since(now);
            if patience.is_zero() || self.is_over() {
                return Ok(());
            }
            if self.keys.is_waiting() {
                patience = patience.min(FRAME / 4);
            }
            let keys = match self.terminal.wait(&self.bell, patience) {
                Waited::Input => {
                    let mut typed = [0; 256];
                    self.keys.read(self.terminal.read(&mut typed)?)
                }
                Waited::Else => Vec::from_iter(self.keys.settle()),
            };
            if keys.is_empty() {
                continue;
            }
            for key in keys {
                match self.desk.press(key, now) {
                    Some(Wish::Stop) => {
                        // The one way to stop: as if Ctrl-C had been pressed elsewhere.
                        let _ = kill_process(getpid(), Signal::INT);
                    }
                    Some(Wish::Redraw) => self.shown = Buffer::empty(Rect::ZERO),
                    None => {}
                }
            }
            self.draw(clock::now())?;
        }
    }

    /// Draws a picture, and writes what differs from the last.
    fn draw(&mut self, now: Instant) -> io::Result<()> {
        let size = self.terminal.size();
        let area = Rect::new(0, 0, size.width, size.height);
        self.out.clear();
        if self.shown.area != area {
            self.out.extend_from_slice(terminal::CLEAR);
            self.shown = Buffer::empty(area);
        }
        let mut picture = Buffer::empty(area);
        self.desk.draw(now, &mut picture);
        difference(&self.shown, &picture, &mut self.out);
        self.shown = picture;
        self.terminal.write(&self.out)
    }
}
