//! The journal as lines for a person.
//!
//! Law: pure. A record, a width and a language make the bytes of a line; who prints them asks the
//! window for its width and the clock for the time. Nothing is carried by colour alone, and what
//! strangers send passes [`crate::i18n::show_target`] before it is part of a line.
//!
//! The columns are laid out in [`layout`] and filled in [`request`]; the first words stand in
//! [`opening`], what comes faster than a person reads is counted in [`fold`], what takes long is told in
//! [`lasting`].

mod asides;
mod fold;
mod lasting;
mod layout;
mod opening;
mod palette;
mod phone;
mod picture;
mod request;
mod summary;

use std::time::{Duration, Instant};

pub(super) use asides::Asides;
pub use opening::{Besides, Mounted, Opening, Shared};
pub use summary::{all_errors, last_lines};

use self::fold::{Fold, Folded, What};
use self::layout::{GAP, Layout, METHOD, NUMBER, TEXT, TIME_WIDTH};
use self::palette::{Ink, Palette};
use crate::exchange::{Ending, Peer, Reason, RefusalFacts, TracedFor, Walked};
use crate::i18n::{
    Args, Language, columns, printable, shell_word, show_target, text, text_with, wrapped,
};
use crate::observe::events::{
    Batch, End, Event, Exchange, Handshake, Record, Said, Standing, Totals,
};
use crate::observe::stories::{Advice, FileSaving, Saving};
use crate::observe::why::{Label, Probe, Tally, Why};
use crate::observe::words::{
    EndingDetails, Units, changed_in_words, count_text, ending_in_words, kind_in_words,
    percent_text, refused_in_words, tls, walked_in_words, write_number,
};

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
    /// Columns there are, however few; `None` for a pipe.
    window: Option<usize>,
    units: Units,
    greeting: String,
    /// What an answer was instead of the file asked for, by [`Reason`].
    remarks: Vec<(Reason, String)>,
    fold: Option<Fold>,
    /// A target as it is shown, while its line is written.
    shown: String,
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
            palette: if page.has_colours {
                Palette::Colours
            } else {
                Palette::Plain
            },
            layout: Layout::of(None),
            window: None,
            units: Units::of(page.language),
            greeting: text(page.greeting_language, "greeting"),
            remarks: Reason::ALL.into_iter().map(remark).collect(),
            fold: page.is_read_along.then(Fold::default),
            shown: String::new(),
        }
    }

    /// From now on the window has this many columns; `None`: it is none, and nothing is cut.
    pub fn set_width(&mut self, window: Option<usize>) {
        self.layout = Layout::of(window);
        self.window = window;
    }

    /// Appends what is told at the start.
    pub fn open(&self, opening: &Opening, out: &mut Vec<u8>) {
        opening.write(self.language, self.palette, self.layout.width, out);
        opening.write_picture(self.language, self.palette, self.window, out);
    }

    /// Appends the lines of one event and of what is behind it; of one that is folded, nothing.
    pub fn write(&mut self, record: &Record, batch: &Batch, label: Label, out: &mut Vec<u8>) {
        self.catch_up(record.at, out);
        if !is_traced(record, batch) && !self.shows(record, label.probe) {
            return;
        }
        match record.event {
            Event::Accepted { peer, standing } => {
                self.write_greeting(record.connection, peer, standing, out);
            }
            Event::Handshake(handshake) => self.write_handshake(record, &handshake, batch, out),
            Event::Answered { exchange } => {
                self.write_request(record, &exchange, batch, (None, label.probe), out);
                self.write_why(label.why, METHOD, out);
                self.write_walk(&exchange, batch, out);
            }
            Event::Broken { exchange, of } => {
                self.write_request(record, &exchange, batch, (Some(of), label.probe), out);
                self.write_why(label.why, METHOD, out);
                self.write_walk(&exchange, batch, out);
            }
            Event::Refused { facts, .. } => self.write_refused(record.connection, &facts, out),
            Event::Ended { place } => {
                if let Some(end) = batch.end(place) {
                    self.write_end(record.connection, end, batch, out);
                    self.write_why(label.why, TEXT, out);
                }
            }
            Event::Changed(change) => {
                self.write_aside(&changed_in_words(self.language, &change, batch), out);
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
        let args = Args::new()
            .with("events", dropped)
            .with("count", count_text(dropped));
        self.write_aside(&text_with(self.language, "events-dropped", &args), out);
    }

    /// Appends the last lines of all.
    pub fn close(
        &mut self,
        (totals, tally): (&Totals, &Tally),
        lasted: Duration,
        (advice, savings): (&[Advice], &[Saving]),
        out: &mut Vec<u8>,
    ) {
        if let Some(folded) = self.fold.as_mut().and_then(Fold::end) {
            self.write_folded(&folded, out);
        }
        self.write_advice(advice, out);
        self.write_savings(savings, out);
        let room = self.layout.width.unwrap_or(usize::MAX);
        for sentence in last_lines(self.language, &self.units, totals, tally, lasted) {
            for line in wrapped(&sentence, room) {
                out.extend_from_slice(line.as_bytes());
                out.push(b'\n');
            }
        }
    }

    /// What a file of early hints could say: its lines are whole, for they are to be copied.
    fn write_advice(&self, advice: &[Advice], out: &mut Vec<u8>) {
        if advice.is_empty() {
            return;
        }
        let room = self.layout.width.unwrap_or(usize::MAX);
        for line in wrapped(&text(self.language, "advice-hints"), room) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        for advice in advice {
            let (mut page, mut part) = (String::new(), String::new());
            show_target(advice.page.as_bytes(), &mut page);
            show_target(advice.part.as_bytes(), &mut part);
            let line = format!("  {page}  <{part}>; {}\n", advice.purpose);
            out.extend_from_slice(line.as_bytes());
        }
    }

    /// What `hello compress` would have saved, and the command.
    fn write_savings(&self, savings: &[Saving], out: &mut Vec<u8>) {
        let room = self.layout.width.unwrap_or(usize::MAX);
        for saving in savings {
            let (saved, sent) = (saving.saved_bytes, saving.sent_bytes);
            let args = Args::new()
                .with("files", saving.files)
                .with("count", count_text(saving.files))
                .with("saved", self.units.size_text(saved))
                .with("sent", self.units.size_text(sent))
                .with("percent", percent_text(saved, sent));
            let sentence = text_with(self.language, "advice-compress", &args);
            for line in wrapped(&sentence, room) {
                out.extend_from_slice(line.as_bytes());
                out.push(b'\n');
            }
            // Whole, for it is to be copied.
            let command = format!("  hello compress {}\n", shell_word(&saving.folder));
            out.extend_from_slice(command.as_bytes());
            for file in &saving.largest {
                self.write_file_saving(file, out);
            }
        }
    }

    fn write_file_saving(&self, file: &FileSaving, out: &mut Vec<u8>) {
        let mut target = String::new();
        show_target(&file.target, &mut target);
        let args = Args::new()
            .with("target", target)
            .with("size", self.units.size_text(file.size))
            .with("answers", file.answers)
            .with("count", count_text(file.answers))
            .with("saved", self.units.size_text(file.saved_bytes));
        let sentence = text_with(self.language, "advice-compress-file", &args);
        let room = self.layout.width.unwrap_or(usize::MAX);
        for (number, line) in wrapped(&sentence, room.saturating_sub(4))
            .into_iter()
            .enumerate()
        {
            let margin = if number == 0 { "  " } else { "    " };
            out.extend_from_slice(margin.as_bytes());
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }

    fn shows(&mut self, record: &Record, probe: Option<Probe>) -> bool {
        let Some(fold) = &mut self.fold else {
            return true;
        };
        let what = match record.event {
            Event::Accepted { .. } => What::Connection,
            Event::Broken { .. } | Event::Refused { .. } => What::Error,
            Event::Answered { exchange } if exchange.status >= 400 && probe.is_none() => {
                What::Error
            }
            Event::Answered { .. } => What::Request,
            Event::Ended { .. } => What::End,
            Event::Handshake(_) => return !fold.is_full(),
            Event::Changed(_) | Event::Notice(_) => return true,
        };
        fold.shows(what, record.at)
    }

    /// `#1  127.0.0.1:44182  Connection established!`
    fn write_greeting(&self, connection: u64, peer: Peer, standing: Standing, out: &mut Vec<u8>) {
        let start = self.begin(connection, TEXT, out);
        let peer = peer.to_string();
        out.extend_from_slice(peer.as_bytes());
        let end = start + peer.len() + GAP + columns(&self.greeting);
        if self.layout.width.is_some_and(|width| end > width) {
            out.push(b'\n');
            pad(TEXT, out);
        } else {
            pad(GAP, out);
        }
        out.extend_from_slice(self.greeting.as_bytes());
        out.push(b'\n');
        if standing == Standing::Beyond {
            let ending = kind_in_words(self.language, Ending::TooManyOfAddress);
            let args = Args::new().with("reason", ending);
            let words = text_with(self.language, "remark-would-refuse", &args);
            self.write_below(Ink::Likely, &words, TEXT, out);
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
        let lasted = self.units.duration(Duration::from_micros(end.lasted_us));
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
        pad(
            end_of_time
                .saturating_sub(column + lasted.columns())
                .max(GAP),
            out,
        );
        self.palette.open(Ink::Faint, out);
        lasted.write(out);
        self.palette.close(out);
        out.push(b'\n');
    }

    /// `#1     a request refused: a malformed request (RFC 9113 §8.1.1)`
    fn write_refused(&self, connection: u64, facts: &RefusalFacts, out: &mut Vec<u8>) {
        let words = refused_in_words(self.language, facts);
        self.write_of(connection, Ink::Notable, &words, out);
    }

    /// `#1     TLS 1.3 for example.org, X25519MLKEM768, resumed`: in a line that nobody has to read.
    fn write_handshake(
        &self,
        record: &Record,
        handshake: &Handshake,
        batch: &Batch,
        out: &mut Vec<u8>,
    ) {
        // A failure is told with the end.
        let (Some(version), None) = (tls::version(handshake.version), handshake.failure) else {
            return;
        };
        let mut words = version.into_owned();
        let mut name = String::new();
        show_target(batch.text_at(handshake.name), &mut name);
        if !name.is_empty() {
            let args = Args::new().with("name", name);
            words.push_str(&text_with(self.language, "handshake-for", &args));
        }
        let client = String::from_utf8_lossy(batch.text_at(handshake.client()));
        if !client.is_empty() {
            let args = Args::new().with("client", printable(&client));
            words.push_str(&text_with(self.language, "handshake-client", &args));
        }
        if let Some(group) = tls::group(handshake.group) {
            words.push_str(", ");
            words.push_str(&group);
        }
        if handshake.is_resumed {
            words.push_str(&text(self.language, "handshake-resumed"));
        }
        self.write_of(record.connection, Ink::Faint, &words, out);
    }

    /// Words about a connection, behind its number and on as many lines as they take.
    fn write_of(&self, connection: u64, ink: Ink, words: &str, out: &mut Vec<u8>) {
        self.begin(connection, METHOD, out);
        let room = self.layout.width.unwrap_or(usize::MAX);
        let lines = wrapped(words, room.saturating_sub(METHOD));
        for (place, line) in lines.iter().enumerate() {
            if place > 0 {
                pad(METHOD, out);
            }
            self.palette.write(ink, line, out);
            out.push(b'\n');
        }
    }

    /// What is likely, below the line that it explains.
    fn write_why(&self, why: Option<Why>, indent: usize, out: &mut Vec<u8>) {
        let Some(why) = why else { return };
        let sentence = why.in_words(self.language);
        self.write_below(Ink::Likely, &sentence, indent, out);
    }

    /// How an answer came about, indented under its line, where its request is traced.
    fn write_walk(&self, exchange: &Exchange, batch: &Batch, out: &mut Vec<u8>) {
        let said = Said::read(batch.text_at(exchange.said()));
        let Some(walk) = said.walk_for(TracedFor::SETTINGS) else {
            return;
        };
        let Some(walked) = Walked::of_json(walk) else {
            self.write_below(Ink::Notable, &text(self.language, "walk-lost"), METHOD, out);
            return;
        };
        let room = self.layout.width.unwrap_or(usize::MAX);
        for part in walked_in_words(self.language, &walked) {
            for line in part.laid_out(room.saturating_sub(METHOD)).lines() {
                pad(METHOD, out);
                self.palette.write(Ink::Faint, line, out);
                out.push(b'\n');
            }
        }
    }

    /// A sentence on lines of its own, below the line it belongs to.
    fn write_below(&self, ink: Ink, sentence: &str, indent: usize, out: &mut Vec<u8>) {
        let width = self.layout.width.unwrap_or(usize::MAX);
        for line in wrapped(sentence, width.saturating_sub(indent)) {
            pad(indent, out);
            self.palette.write(ink, &line, out);
            out.push(b'\n');
        }
    }

    fn write_folded(&self, folded: &Folded, out: &mut Vec<u8>) {
        let part = |key: &str, count: u64| {
            let args = Args::new()
                .with("events", count)
                .with("count", count_text(count));
            (count > 0).then(|| text_with(self.language, key, &args))
        };
        let requests = part("folded-requests", folded.requests).map(|requests| {
            match part("errors", folded.errors) {
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
        self.write_below(Ink::Notable, sentence, TEXT, out);
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
}

/// Whether somebody wants to know how the answer came about: then it is shown in any rush.
fn is_traced(record: &Record, batch: &Batch) -> bool {
    match record.event {
        Event::Answered { exchange } | Event::Broken { exchange, .. } => {
            let said = || Said::read(batch.text_at(exchange.said()));
            exchange.said_bytes > 0 && said().walk_for(TracedFor::SETTINGS).is_some()
        }
        _ => false,
    }
}

fn ink_of_end(ending: Ending) -> Ink {
    match ending {
        Ending::ClosedByClient
        | Ending::ClosedAsAsked
        | Ending::FirstByteTimeout
        | Ending::PlainHttp
        | Ending::IdleTimeout
        | Ending::Shed
        | Ending::Drained
        | Ending::ClosedByOperator => Ink::Faint,
        Ending::ResetByClient
        | Ending::LeftMidRequest
        | Ending::Refused(_)
        | Ending::SentAway(_)
        | Ending::HandshakeTimeout
        | Ending::HandshakeFailed(_)
        | Ending::ProxyFailed(_)
        | Ending::NotTls
        | Ending::BrokenTls
        | Ending::WriteTimeout
        | Ending::UnreadBody
        | Ending::Overloaded
        | Ending::TooManyOfAddress
        | Ending::CutShort
        | Ending::FileChanged => Ink::Notable,
        Ending::Failed | Ending::Panicked => Ink::Alarming,
    }
}

#[inline]
fn pad(columns: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + columns, b' ');
}
