//! A server in the middle of its day, for tests: what happened, at times that are given.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::draw::{Scene, draw};
use super::model::Model;
use super::news::News;
use super::pulse::Rates;
use super::terminal::Terminal;
use super::tops::Tops;
use super::words::Words;
use crate::clock;
use crate::exchange::{Ending, Peer, Reason, RefusalFacts, TracedFor, Walked};
use crate::i18n::Language;
use crate::observe::{
    Audience, Batch, Change, Chronicle, Entered, Event, Exchange, Journal, Method, Progress,
    Record, Registry, State, Subscription, Target, Totals, Underway, WhenFull, pack_walk,
};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::Rect;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};

/// A server, its connections and a view of them.
pub(super) struct Fixture {
    pub(super) start: Instant,
    pub(super) now: Instant,
    journal: Arc<Journal>,
    registry: Arc<Registry>,
    reader: Subscription,
    living: Vec<Entered>,
    underway: Vec<Underway>,
    pub(super) chronicle: Chronicle,
    tops: Tops,
    pub(super) model: Model,
    pub(super) words: Words,
    pub(super) missed: u64,
    pub(super) news: News,
    pub(super) has_colours: bool,
}

impl Fixture {
    /// Nobody has come yet.
    pub(super) fn empty(language: Language) -> Self {
        let journal = Arc::new(Journal::new(1));
        let start = clock::now();
        Self {
            start,
            now: start,
            reader: journal.subscribe(Audience::Everything, WhenFull::DropNewest),
            journal,
            registry: Arc::new(Registry::new()),
            living: Vec::new(),
            chronicle: Chronicle::new(),
            tops: Tops::default(),
            model: Model::default(),
            words: Words::new(language),
            missed: 0,
            news: News::default(),
            underway: Vec::new(),
            has_colours: true,
        }
    }

    /// Of everything something.
    pub(super) fn busy(language: Language) -> Self {
        let mut all = Self::empty(language);
        let page = all.accept(0, "127.0.0.1:50312");
        let spare = all.accept(3, "127.0.0.1:50314");
        all.answer(page, 2, "/", 200, 1_204, 120);
        all.answer(page, 40, "/assets/site.css?v=7", 304, 0, 60);
        let download = all.accept(900, "[2001:db8:0:17::4711]:41022");
        let visitor = all.accept(1_500, "192.0.2.7:61000");
        all.answer(visitor, 1_501, "/favicon.ico", 404, 1_220, 80);
        all.answer(
            visitor,
            5_800,
            "/no/such/page/anywhere/on/this/server.html",
            404,
            1_250,
            190,
        );
        all.end(visitor, 9_000, Ending::ClosedByClient);
        let smuggler = all.accept(9_500, "192.0.2.66:1234");
        let rule = RefusalFacts {
            name: "two-lengths",
            status: Some(400),
            rfc: "RFC 9112 §6.3",
        };
        all.end(smuggler, 9_501, Ending::Refused(rule));
        let gone = all.accept(10_000, "198.51.100.23:5555");
        all.break_off(gone, 10_001, "/big.iso", 430 << 20, 1 << 30);
        all.answer(page, 12_345, "/sleep", 200, 512, 5_000_400);
        all.live(page).enter(State::Waiting, 0);
        all.live(spare).enter(State::Accepted, 0);
        all.live(download).enter(State::Sending, 0);
        all.live(download).count_received(220);
        all.live(download).count_sent(700 << 20);
        let progress = Progress {
            status: Some(200),
            sent: 700 << 20,
            of: Some(1_900 << 20),
            is_endless: false,
        };
        all.begin(download, 905, "/films/home.mp4", progress);
        all.look(20_000);
        all
    }

    fn at(&self, ms: u64) -> Instant {
        self.start + Duration::from_millis(ms)
    }

    fn live(&self, id: u64) -> &Entered {
        let live = self.living.iter().find(|live| live.id == id);
        live.expect("it lives")
    }

    pub(super) fn accept(&mut self, ms: u64, peer: &str) -> u64 {
        let (peer, at) = (Peer::Tcp(peer.parse().unwrap()), self.at(ms));
        let live = self.registry.enter(peer, at);
        self.journal.accepted(live.id, peer, at);
        let id = live.id;
        self.living.push(live);
        id
    }

    pub(super) fn answer(
        &self,
        id: u64,
        ms: u64,
        target: &str,
        status: u16,
        bytes: u64,
        micros: u64,
    ) {
        let begun = self.at(ms);
        let ended = begun + Duration::from_micros(micros);
        let exchange = self.exchange(id, begun, status, bytes);
        self.journal.answered(id, ended, of(target), &exchange);
    }

    /// The same, traced; without a walk: it found no room.
    pub(super) fn answer_traced(&self, id: u64, ms: u64, target: &str, walked: Option<&Walked>) {
        let mut said = Vec::new();
        let walk = walked.map(Walked::to_json).unwrap_or_default();
        pack_walk(TracedFor::SETTINGS, &walk, &mut said);
        let begun = self.at(ms);
        let exchange = self.exchange(id, begun, 200, 1_204);
        let target = Target {
            said: &said,
            ..of(target)
        };
        let ended = begun + Duration::from_micros(415);
        self.journal.answered(id, ended, target, &exchange);
    }

    /// A request is being answered, and has come this far.
    pub(super) fn begin(&mut self, id: u64, ms: u64, target: &str, progress: Progress) {
        let live = self.live(id);
        let number = live.requests() + 1;
        let underway = live.begin(number, Method::Get, of(target), self.at(ms));
        underway.has_come(progress);
        live.count_received(90);
        live.enter(
            match progress.status {
                None => State::Answering,
                Some(_) => State::Sending,
            },
            0,
        );
        self.underway.push(underway);
    }

    fn exchange(&self, id: u64, begun: Instant, status: u16, bytes: u64) -> Exchange {
        let live = self.live(id);
        live.count_received(90);
        live.count_sent(bytes + 180);
        Exchange {
            number: live.count_request(),
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: crate::observe::Protocol::Http11,
            status,
            reason: (status == 404).then_some(Reason::NoSuchFile),
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: bytes,
            begun,
        }
    }

    fn break_off(&mut self, id: u64, ms: u64, target: &str, sent: u64, whole: u64) {
        let begun = self.at(ms);
        let exchange = self.exchange(id, begun, 200, sent);
        let ended = begun + Duration::from_secs(4);
        self.journal.broken(id, ended, of(target), &exchange, whole);
        let broken = Some((of(target), sent, whole));
        self.journal
            .ended(self.live(id), Ending::ResetByClient, ended, broken);
        self.living.retain(|live| live.id != id);
    }

    pub(super) fn end(&mut self, id: u64, ms: u64, ending: Ending) {
        self.journal.ended(self.live(id), ending, self.at(ms), None);
        self.living.retain(|live| live.id != id);
    }

    /// Something happened to the server itself, or a request was refused.
    pub(super) fn happened(&mut self, ms: u64, connection: u64, event: Event) {
        let record = Record {
            at: self.at(ms),
            connection,
            event,
        };
        let language = self.words.language;
        self.news.hear(&record, &Batch::default(), language);
    }

    /// Files changed, and pages were told.
    pub(super) fn changed(&mut self, ms: u64, path: &str, whose: &str, change: Change) {
        self.journal.changed(path.as_bytes(), whose, change);
        let mut batch = Batch::default();
        self.reader.take(&mut batch);
        let at = self.at(ms);
        for record in &batch.records {
            let record = Record { at, ..*record };
            self.news.hear(&record, &batch, self.words.language);
        }
    }

    /// The view looks, so long after the start.
    pub(super) fn look(&mut self, ms: u64) {
        self.now = self.at(ms);
        let mut batch = Batch::default();
        self.reader.take(&mut batch);
        self.missed += batch.dropped.iter().sum::<u64>();
        self.chronicle.hear(&batch);
        self.chronicle.look(&self.registry, self.now);
        self.tops.hear(&batch);
        self.model.arrange(&self.chronicle, &self.words, self.now);
    }

    /// A picture of this size.
    pub(super) fn picture(&mut self, columns: u16, lines: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
        self.model.arrange(&self.chronicle, &self.words, self.now);
        let totals = Totals {
            connections: 1_204,
            requests: 56_001,
            content_bytes: 43_700_000,
            ..self.journal.totals()
        };
        let scene = Scene {
            now: self.now,
            started: self.start,
            title: "hello → http://127.0.0.1:7878",
            chronicle: &self.chronicle,
            open: self.living.len(),
            totals: &totals,
            rates: Rates {
                connections: 3,
                requests: 1_021,
                bytes: 3_250_000,
            },
            missed: self.missed,
            tops: &self.tops,
            notices: self.news.items(),
            news: self.news.items().last(),
            has_colours: self.has_colours,
        };
        draw(&mut self.model, &scene, &self.words, &mut buffer);
        buffer
    }

    /// The same as text, without the spaces at the ends of lines.
    pub(super) fn text(&mut self, columns: u16, lines: u16) -> String {
        let picture = self.picture(columns, lines);
        let mut text = String::new();
        for line in picture.content().chunks(columns.into()) {
            let line: String = line.iter().map(Cell::symbol).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn of(target: &str) -> Target<'_> {
    Target {
        bytes: target.as_bytes(),
        has_query: target.contains('?'),
        client: None,
        said: &[],
    }
}

/// A terminal of which we hold the other end: that, the program's end, and what takes it.
pub(super) fn terminal() -> (OwnedFd, OwnedFd, Terminal) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    let ours = openpt(flags).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let theirs = ioctl_tiocgptpeer(&ours, flags).unwrap();
    let input = theirs.try_clone().unwrap();
    let terminal = Terminal::of(input, theirs.try_clone().unwrap()).unwrap();
    (ours, theirs, terminal)
}
