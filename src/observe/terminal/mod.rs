//! The journal as lines for a person.
//!
//! Law: pure. A record, a width and a language make the bytes of a line; who prints them asks the
//! window for its width and the clock for the time. Nothing is carried by colour alone, and what
//! strangers send passes [`showing`] before it is part of a line.
//!
//! The columns are laid out in [`layout`], the first words stand in [`opening`], what comes faster
//! than a person reads is counted in [`fold`].

mod fold;
mod layout;
mod opening;
mod palette;
mod showing;
mod tally;
mod units;

use std::time::{Duration, Instant};

pub use opening::Opening;
use rustix::io::Errno;

use self::fold::{Fold, Folded, What};
use self::layout::{
    GAP, Layout, METHOD, METHOD_WIDTH, NUMBER, PROTOCOL_WIDTH, SIZE_WIDTH, STATUS_WIDTH, TEXT,
    TIME_WIDTH,
};
use self::palette::{Ink, Palette};
use self::showing::{columns, is_plain, shortened, show_target, wrapped};
use self::tally::Tally;
use self::units::{Units, count_text, write_number};
use super::journal::Batch;
use super::record::{End, Event, Exchange, Notice, Record, Totals};
use super::words::{EndingDetails, ending_in_words, notice_in_words};
use crate::exchange::{Ending, Peer, Reason};
use crate::i18n::{Args, Language, text, text_with};

/// What lines are written on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The language of the lines.
    pub language: Language,
    /// The language of the greeting.
    pub greeting_language: Language,
    /// Whether there are colours.
    pub has_colours: bool,
    /// Whether a person reads along, for whom a rush is folded. (A pipe gets every line.)
    pub is_read_along: bool,
}

/// Writes events as lines: one for each greeting, request and end.
pub struct Lines {
    language: Language,
    palette: Palette,
    layout: Layout,
    units: Units,
    greeting: String,
    /// What an answer was instead of the file asked for, by [`Reason`].
    remarks: Vec<(Reason, String)>,
    fold: Option<Fold>,
    tally: Tally,
    /// A target as it is shown, while its line is written.
    shown: String,
}

/// A request that is not just answered: what else is to be said on its line.
struct Remark {
    text: String,
    ink: Ink,
}

impl Lines {
    /// Lines for this page, as wide as a pipe.
    pub fn new(page: Page) -> Self {
        let remark = |reason: Reason| {
            let key = format!("remark-{}", reason.name());
            (reason, text(page.language, &key))
        };
        Self {
            language: page.language,
            palette: if page.has_colours { Palette::Colours } else { Palette::Plain },
            layout: Layout::of(None),
            units: Units::of(page.language),
            greeting: text(page.greeting_language, "greeting"),
            remarks: Reason::ALL.into_iter().map(remark).collect(),
            fold: page.is_read_along.then(Fold::default),
            tally: Tally::default(),
            shown: String::new(),
        }
    }

    /// From now on the window has this many columns; `None`: it is none, and nothing is cut.
    pub fn set_width(&mut self, window: Option<usize>) {
        self.layout = Layout::of(window);
    }

    /// Appends what is told at the start.
    pub fn open(&self, opening: &Opening, out: &mut Vec<u8>) {
        opening.write(self.language, self.palette, self.layout.width, out);
    }

    /// Appends the lines of one event; of one that is folded, nothing.
    pub fn write(&mut self, record: &Record, batch: &Batch, out: &mut Vec<u8>) {
        self.catch_up(record.at, out);
        self.tally.hear(record);
        if !self.shows(record) {
            return;
        }
        match record.event {
            Event::Accepted { peer } => self.write_greeting(record.connection, peer, out),
            Event::Answered { exchange } => {
                self.write_request(record, &exchange, batch, None, out);
            }
            Event::Broken { exchange, of } => {
                let args = Args::new().with("size", self.units.size_text(of));
                let text = text_with(self.language, "request-broken", &args);
                let remark = Remark { text, ink: Ink::Alarming };
                self.write_request(record, &exchange, batch, Some(&remark), out);
            }
            Event::Ended { place } => {
                if let Some(end) = batch.end(place) {
                    self.write_end(record.connection, end, batch, out);
                }
            }
            Event::Notice(_) => {}
        }
    }

    /// Appends what was folded, if its second is over by now.
    pub fn catch_up(&mut self, now: Instant, out: &mut Vec<u8>) {
        if let Some(folded) = self.fold.as_mut().and_then(|fold| fold.over(now)) {
            self.write_folded(&folded, out);
        }
    }

    /// When [`Lines::catch_up`] has something to say; `None` if nothing is folded.
    pub fn deadline(&self) -> Option<Instant> {
        self.fold.as_ref()?.deadline()
    }

    /// Appends the line that says how much was not printed.
    pub fn write_dropped(&self, dropped: u64, out: &mut Vec<u8>) {
        let args = Args::new().with("events", dropped).with("count", count_text(dropped));
        self.write_aside(&text_with(self.language, "events-dropped", &args), out);
    }

    /// Appends the last lines of all.
    pub fn close(&mut self, totals: &Totals, lasted: Duration, out: &mut Vec<u8>) {
        if let Some(folded) = self.fold.as_mut().and_then(Fold::end) {
            self.write_folded(&folded, out);
        }
        let room = self.layout.width.unwrap_or(usize::MAX);
        for sentence in self.tally.summary(self.language, &self.units, totals, lasted) {
            for line in wrapped(&sentence, room) {
                out.extend_from_slice(line.as_bytes());
                out.push(b'\n');
            }
        }
    }

    fn shows(&mut self, record: &Record) -> bool {
        let Some(fold) = &mut self.fold else {
            return true;
        };
        let what = match record.event {
            Event::Accepted { .. } => What::Connection,
            Event::Answered { exchange } if exchange.status >= 400 => What::Error,
            Event::Broken { .. } => What::Error,
            Event::Answered { .. } => What::Request,
            Event::Ended { .. } => What::End,
            Event::Notice(_) => return true,
        };
        fold.shows(what, record.at)
    }

    /// `#1  127.0.0.1:44182  Connection established!`
    fn write_greeting(&self, connection: u64, peer: Peer, out: &mut Vec<u8>) {
        self.begin(connection, TEXT, out);
        out.extend_from_slice(peer.to_string().as_bytes());
        pad(GAP, out);
        out.extend_from_slice(self.greeting.as_bytes());
        out.push(b'\n');
    }

    /// `#1    GET  /logo.svg    200   1.2 KiB  0.35 ms  HTTP/1.1`; the line written most.
    fn write_request(
        &mut self,
        record: &Record,
        exchange: &Exchange,
        batch: &Batch,
        broken: Option<&Remark>,
        out: &mut Vec<u8>,
    ) {
        let mut column = self.begin(record.connection, METHOD, out);
        let method = exchange.method.name();
        out.extend_from_slice(method.as_bytes());
        let method_width = method.len().max(METHOD_WIDTH) + 1;
        pad(method_width - method.len(), out);
        column += method_width;

        let target = batch.text_at(exchange.target);
        let mut shown = std::mem::take(&mut self.shown);
        let shown_target = match std::str::from_utf8(target) {
            Ok(target) if is_plain(target.as_bytes()) => target,
            _ => {
                show_target(target, &mut shown);
                &shown
            }
        };
        let remark = match (broken, exchange.reason) {
            (Some(remark), _) => Some((remark.text.as_str(), remark.ink)),
            (None, Some(reason)) => self.remark_on(reason).map(|text| (text, Ink::Notable)),
            (None, None) => None,
        };
        let below = self.write_path(column, shown_target, remark, out);
        self.write_figures(record, exchange, out);
        if let Some((text, ink)) = remark
            && (self.layout.remark > 0 || self.layout.width.is_none())
        {
            pad(GAP, out);
            self.write_cut(ink, text, self.remark_room(), out);
        }
        out.push(b'\n');
        if let Some((text, ink)) = below {
            pad(column, out);
            self.write_cut(ink, text, self.layout.room(column, 0) + self.layout.figures(), out);
            out.push(b'\n');
        }
        self.shown = shown;
    }

    /// Appends the path and, where remarks have no column of their own, the remark; answers the
    /// remark if there is no room for it.
    fn write_path<'a>(
        &self,
        start: usize,
        path: &str,
        remark: Option<(&'a str, Ink)>,
        out: &mut Vec<u8>,
    ) -> Option<(&'a str, Ink)> {
        let layout = &self.layout;
        let shares = layout.remark == 0 && layout.width.is_some();
        let mut column = start;
        let mut below = None;
        match remark.filter(|_| shares) {
            Some((text, ink)) => {
                let beside = GAP + columns(text);
                if layout.holds(start, columns(path), beside) {
                    column += shortened(path, layout.room(start, beside), out);
                    pad(GAP, out);
                    self.palette.write(ink, text, out);
                    column += beside;
                } else {
                    column += shortened(path, layout.room(start, 0), out);
                    below = Some((text, ink));
                }
            }
            None if layout.width.is_none() => {
                out.extend_from_slice(path.as_bytes());
                // Nearly always plain ASCII.
                column += if path.is_ascii() { path.len() } else { columns(path) };
            }
            None => column += shortened(path, layout.room(start, 0), out),
        }
        pad(layout.path_end.saturating_sub(column), out);
        below
    }

    /// Appends status, size, duration and protocol, each in its column.
    fn write_figures(&self, record: &Record, exchange: &Exchange, out: &mut Vec<u8>) {
        let layout = &self.layout;
        pad(GAP, out);
        self.palette.open(Ink::Status(exchange.status), out);
        write_number(out, u64::from(exchange.status));
        self.palette.close(out);
        if layout.has_size {
            let size = self.units.size(exchange.content_bytes);
            pad(GAP + SIZE_WIDTH.saturating_sub(size.columns()), out);
            size.write(out);
        }
        let took = record.at.saturating_duration_since(exchange.begun);
        let took = self.units.duration(took);
        pad(GAP + TIME_WIDTH.saturating_sub(took.columns()), out);
        took.write(out);
        if layout.has_protocol {
            pad(GAP, out);
            let protocol = if exchange.http10 { "HTTP/1.0" } else { "HTTP/1.1" };
            debug_assert_eq!(protocol.len(), PROTOCOL_WIDTH);
            self.palette.write(Ink::Faint, protocol, out);
        }
    }

    /// `#1  closed by the client after 2 requests    1.20 s`
    fn write_end(&self, connection: u64, end: &End, batch: &Batch, out: &mut Vec<u8>) {
        let mut target = String::new();
        show_target(batch.text_at(end.target), &mut target);
        let details = EndingDetails {
            requests: end.requests,
            progress: end.progress,
            target: &target,
            waited_ms: end.waited_ms,
        };
        let words = ending_in_words(self.language, end.ending, &details);
        let lasted = self.units.duration(Duration::from_millis(end.lasted_ms));
        let time = self.layout.time_end().saturating_sub(TIME_WIDTH);
        let room = match self.layout.width {
            None => usize::MAX,
            Some(_) => time.saturating_sub(TEXT + GAP),
        };
        let mut column = self.begin(connection, TEXT, out);
        let ink = ink_of_end(end.ending);
        for (place, line) in wrapped(&words, room).iter().enumerate() {
            if place > 0 {
                out.push(b'\n');
                pad(TEXT, out);
                column = TEXT;
            }
            self.palette.write(ink, line, out);
            column += columns(line);
        }
        let end_of_time = self.layout.time_end();
        pad(end_of_time.saturating_sub(column + lasted.columns()).max(GAP), out);
        self.palette.open(Ink::Faint, out);
        lasted.write(out);
        self.palette.close(out);
        out.push(b'\n');
    }

    fn write_folded(&self, folded: &Folded, out: &mut Vec<u8>) {
        let part = |key: &str, count: u64| {
            let args = Args::new().with("events", count).with("count", count_text(count));
            (count > 0).then(|| text_with(self.language, key, &args))
        };
        let requests = part("folded-requests", folded.requests).map(|requests| {
            match part("folded-errors", folded.errors) {
                Some(errors) => format!("{requests} ({errors})"),
                None => requests,
            }
        });
        let parts: Vec<String> = [
            part("folded-connections", folded.connections),
            requests,
            part("folded-ends", folded.ends),
        ]
        .into_iter()
        .flatten()
        .collect();
        let args = Args::new().with("what", parts.join(", "));
        self.write_aside(&text_with(self.language, "folded", &args), out);
    }

    /// A line that belongs to no connection.
    fn write_aside(&self, sentence: &str, out: &mut Vec<u8>) {
        let room = self.layout.width.unwrap_or(usize::MAX);
        for line in wrapped(sentence, room.saturating_sub(TEXT)) {
            pad(TEXT, out);
            self.palette.write(Ink::Notable, &line, out);
            out.push(b'\n');
        }
    }

    /// Appends `#12` and fills up to a column; answers the column that was reached.
    fn begin(&self, connection: u64, until: usize, out: &mut Vec<u8>) -> usize {
        self.palette.open(Ink::Connection(connection), out);
        out.push(b'#');
        let used = 1 + write_number(out, connection);
        self.palette.close(out);
        // A number beyond three digits moves its line, by as little as it must.
        let until = until + used.saturating_sub(NUMBER);
        pad(until - used, out);
        until
    }

    fn write_cut(&self, ink: Ink, text: &str, room: usize, out: &mut Vec<u8>) {
        self.palette.open(ink, out);
        shortened(text, room, out);
        self.palette.close(out);
    }

    fn remark_room(&self) -> usize {
        match self.layout.width {
            None => usize::MAX,
            Some(_) => self.layout.remark,
        }
    }

    fn remark_on(&self, reason: Reason) -> Option<&str> {
        let found = self.remarks.iter().find(|(known, _)| *known == reason);
        found.map(|(_, text)| text.as_str())
    }
}

fn ink_of_end(ending: Ending) -> Ink {
    match ending {
        Ending::ClosedByClient
        | Ending::ClosedAsAsked
        | Ending::FirstByteTimeout
        | Ending::IdleTimeout
        | Ending::Shed
        | Ending::Drained => Ink::Faint,
        Ending::ResetByClient
        | Ending::LeftMidRequest
        | Ending::Refused(_)
        | Ending::WriteTimeout
        | Ending::UnreadBody
        | Ending::Overloaded
        | Ending::CutShort
        | Ending::FileChanged => Ink::Notable,
        Ending::Failed | Ending::Panicked => Ink::Alarming,
    }
}

/// What concerns the server itself, for standard error: its own page.
pub(super) struct Asides {
    language: Language,
    palette: Palette,
}

impl Asides {
    pub(super) fn new(language: Language, has_colours: bool) -> Self {
        Self {
            language,
            palette: if has_colours { Palette::Colours } else { Palette::Plain },
        }
    }

    /// A notice.
    pub(super) fn notice(&self, notice: Notice, window: Option<usize>) -> Vec<u8> {
        self.said(&notice_in_words(self.language, notice), window)
    }

    /// Why nothing can be printed.
    pub(super) fn cannot_print(&self, errno: Errno, window: Option<usize>) -> Vec<u8> {
        let args = Args::new().with("system", std::io::Error::from(errno).to_string());
        self.said(&text_with(self.language, "notice-cannot-print", &args), window)
    }

    /// Where we listen, for a person who wants to hear of nothing else but cannot know it.
    pub(super) fn listening(&self, opening: &Opening, window: Option<usize>) -> Vec<u8> {
        let args = Args::new().with("address", opening.listening.join(", "));
        self.said(&text_with(self.language, "listening-at", &args), window)
    }

    /// `hello: …`, broken between words, further lines below the first word.
    fn said(&self, sentence: &str, window: Option<usize>) -> Vec<u8> {
        const LABEL: &str = "hello:";
        let indent = LABEL.len() + 1;
        let room = window.map_or(usize::MAX, |window| window.saturating_sub(indent));
        let mut out = Vec::new();
        for (place, line) in wrapped(&showing::printable(sentence), room).iter().enumerate() {
            if place == 0 {
                self.palette.write(Ink::Notable, LABEL, &mut out);
                pad(1, &mut out);
            } else {
                pad(indent, &mut out);
            }
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        out
    }
}

#[inline]
fn pad(columns: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + columns, b' ');
}
