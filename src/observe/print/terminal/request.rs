//! The line of a request: the one that is written most, so nothing is allocated for an ordinary one.

use std::fmt::Write;

use super::layout::{
    GAP, Layout, METHOD, METHOD_WIDTH, PATH_MIN, PROTOCOL_WIDTH, SIZE_WIDTH, TIME_WIDTH,
};
use super::palette::Ink;
use super::{Lines, pad};
use crate::exchange::Reason;
use crate::i18n::{Args, columns, is_plain, printable, shortened, show_target, text, text_with};
use crate::observe::events::{Batch, Exchange, Record, Said};
use crate::observe::why::Probe;
use crate::observe::words::{status_text, write_number};

/// What else is to be said of a request that was not just answered.
struct Remark<'a> {
    text: &'a str,
    ink: Ink,
    about: About,
    place: Place,
}

/// Where a remark stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the column for remarks, after everything else.
    Column,
    /// In the column of the path, after it.
    BesidePath,
    /// In place of size, duration and protocol: for what everybody is asked for, they do not
    /// matter.
    OfFigures,
    /// On a line of its own.
    Below,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Answer,
    Probe,
}

impl Lines {
    /// `#1    GET  /logo.svg    200   1.2 KiB  0.35 ms  HTTP/1.1`
    ///
    /// `broken_of`: the answer broke off, and there were so many bytes to send. `probe`: what
    /// everybody is asked for, if it is that.
    pub(super) fn write_request(
        &mut self,
        record: &Record,
        exchange: &Exchange,
        batch: &Batch,
        (broken_of, probe): (Option<u64>, Option<Probe>),
        out: &mut Vec<u8>,
    ) {
        let start = self.begin(record.connection, METHOD, out);
        let method = exchange.method.name();
        out.extend_from_slice(method.as_bytes());
        let start = start + method.len().max(METHOD_WIDTH) + 1;
        pad(method.len().max(METHOD_WIDTH) + 1 - method.len(), out);

        let target = batch.text_at(exchange.target);
        let mut shown = std::mem::take(&mut self.shown);
        let path = match std::str::from_utf8(target) {
            Ok(target) if is_plain(target.as_bytes()) => target,
            _ => {
                show_target(target, &mut shown);
                &shown
            }
        };
        let mut sentence = String::new();
        let said = Said::read(batch.text_at(exchange.said()));
        let remark = self.remark(exchange, path, broken_of, (probe, said), &mut sentence);
        let client = batch.text_at(exchange.client());
        let from = (!client.is_empty()).then(|| {
            let client = String::from_utf8_lossy(client);
            text_with(
                self.language,
                "request-of",
                &Args::new().with("path", path).with("client", client),
            )
        });
        let path = from.as_deref().unwrap_or(path);
        let remark = remark.map(|(text, ink, about)| Remark {
            text,
            ink,
            about,
            place: place(&self.layout, start, columns(path), columns(text), about),
        });
        self.write_columns(record, exchange, path, start, remark.as_ref(), out);
        self.shown = shown;
    }

    /// Everything from the path on.
    fn write_columns(
        &self,
        record: &Record,
        exchange: &Exchange,
        path: &str,
        start: usize,
        remark: Option<&Remark<'_>>,
        out: &mut Vec<u8>,
    ) {
        let layout = &self.layout;
        let in_place = |place| remark.filter(|remark| remark.place == place);
        let end = layout.path_end;
        let beside = in_place(Place::BesidePath);
        let mut column = start;
        if layout.width.is_none() {
            out.extend_from_slice(path.as_bytes());
            column += columns(path);
        } else {
            let taken = beside.map_or(0, |remark| GAP + columns(remark.text));
            let room = end.saturating_sub(start + taken);
            column += shortened(path, room, out);
        }
        if let Some(remark) = beside {
            pad(GAP, out);
            self.palette.write(remark.ink, remark.text, out);
            column += GAP + columns(remark.text);
        }
        pad(end.saturating_sub(column) + GAP, out);
        let is_probe = remark.is_some_and(|remark| remark.about == About::Probe);
        let ink = if is_probe {
            Ink::Faint // nothing went wrong
        } else {
            Ink::Status(exchange.status)
        };
        self.palette.open(ink, out);
        match exchange.status {
            0 => out.extend_from_slice(status_text(0).as_bytes()),
            status => drop(write_number(out, u64::from(status))),
        }
        self.palette.close(out);
        if in_place(Place::OfFigures).is_none() {
            self.write_figures(record, exchange, out);
        }
        if let Some(remark) = in_place(Place::OfFigures).or(in_place(Place::Column)) {
            pad(GAP, out);
            self.palette.write(remark.ink, remark.text, out);
        }
        out.push(b'\n');
        if let Some(remark) = in_place(Place::Below) {
            self.write_below(remark.ink, remark.text, start, out);
        }
    }

    /// Size, duration and protocol, each in its column.
    fn write_figures(&self, record: &Record, exchange: &Exchange, out: &mut Vec<u8>) {
        let layout = &self.layout;
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
            let protocol = exchange.protocol.name();
            debug_assert!(protocol.len() <= PROTOCOL_WIDTH);
            self.palette.write(Ink::Faint, protocol, out);
        }
    }

    /// What is remarkable: that the answer broke off, that everybody is asked for this, why it is
    /// not the file asked for.
    fn remark<'a>(
        &'a self,
        exchange: &Exchange,
        path: &str,
        broken_of: Option<u64>,
        (probe, said): (Option<Probe>, Said<'_>),
        sentence: &'a mut String,
    ) -> Option<(&'a str, Ink, About)> {
        if exchange.status == 0 {
            *sentence = text(self.language, "request-unanswered");
            return Some((sentence, Ink::Alarming, About::Answer));
        }
        if let Some(of) = broken_of {
            let args = Args::new().with("size", self.units.size_text(of));
            *sentence = text_with(self.language, "request-broken", &args);
            if let Some(Reason::Refused(rule)) = exchange.reason {
                let what = text(self.language, &format!("refusal-{}", rule.name()));
                let _ = write!(sentence, ": {what}");
            }
            return Some((sentence, Ink::Alarming, About::Answer));
        }
        if let Some(probe) = probe {
            *sentence = probe.in_words(self.language);
            return Some((sentence, Ink::Likely, About::Probe));
        }
        if let Some(remark) = exchange
            .shadow
            .and_then(|shadow| self.remark_on(shadow.reason()))
        {
            let args = Args::new().with("reason", remark);
            *sentence = text_with(self.language, "remark-would-refuse", &args);
            return Some((sentence, Ink::Likely, About::Answer));
        }
        let reason = exchange.reason?;
        if let Reason::Refused(rule) = reason {
            *sentence = text(self.language, &format!("refusal-{}", rule.name()));
            return Some((sentence, Ink::Status(exchange.status), About::Answer));
        }
        if matches!(reason, Reason::SlashMissing | Reason::OtherName) {
            *sentence = self.remark_of_a_move(path, reason);
            return Some((sentence, Ink::Status(exchange.status), About::Answer));
        }
        let at = reason.forbidden_at(path.as_bytes());
        if let Some(at) = at.filter(|at| at.len() < path.len()) {
            let args = Args::new().with("name", String::from_utf8_lossy(at));
            *sentence = text_with(self.language, "remark-forbidden-at", &args);
            return Some((sentence, Ink::Status(exchange.status), About::Answer));
        }
        if exchange.status < 400 && reason != Reason::ByRule {
            // It was asked for something else.
            *sentence = text(self.language, "remark-start-page");
            return Some((sentence, Ink::Status(exchange.status), About::Answer));
        }
        let text = self.remark_on(reason)?;
        if let Some((name, at)) = said.refused_by {
            // Whoever reads this wrote the line; what it is called, programs are told.
            let at = String::from_utf8_lossy(if at.is_empty() { name } else { at });
            *sentence = format!("{text} ({})", printable(&at));
            return Some((sentence, Ink::Status(exchange.status), About::Answer));
        }
        Some((text, Ink::Status(exchange.status), About::Answer))
    }

    /// Where a client was sent that forgot the slash (`→ /docs/?page=2`) or did not know the clean name
    /// of a page. The same as its `Location`, but for what is not shown as it was sent.
    fn remark_of_a_move(&self, path: &str, reason: Reason) -> String {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (path, String::new()),
        };
        let clean = path.strip_suffix(".html").unwrap_or(path);
        let target = match (reason, clean.strip_suffix("/index")) {
            (Reason::SlashMissing, _) => format!("{path}/{query}"),
            (_, Some(folder)) => format!("{folder}/{query}"),
            (_, None) => format!("{clean}{query}"),
        };
        let args = Args::new().with("target", target);
        text_with(self.language, "remark-slash-missing", &args)
    }

    fn remark_on(&self, reason: Reason) -> Option<&str> {
        let found = self
            .remarks
            .iter()
            .find(|(known, _)| known.name() == reason.name());
        found.map(|(_, text)| text.as_str())
    }
}

/// The best place for a remark of so many columns, beside a path of so many.
fn place(layout: &Layout, start: usize, path: usize, remark: usize, about: About) -> Place {
    if layout.width.is_none() {
        return Place::Column;
    }
    if layout.remark > 0 {
        let fits = remark <= layout.remark;
        return if fits { Place::Column } else { Place::Below };
    }
    // A path of this length may be cut for the sake of a remark, but not further.
    let path = path.min(PATH_MIN);
    let (fits, place) = match about {
        About::Answer => (
            start + path + GAP + remark <= layout.path_end,
            Place::BesidePath,
        ),
        About::Probe => (GAP + remark <= layout.figures(), Place::OfFigures),
    };
    if fits { place } else { Place::Below }
}
