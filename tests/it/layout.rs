//! How lines are laid out: in windows of three widths and in a pipe, in both languages.
//!
//! A list of events whose times are given: pure, and held against files that somebody has read. The
//! real program in a real terminal is in `terminal.rs`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hello::exchange::{Ending, Peer, Reason, RefusalFacts};
use hello::i18n::Language;
use hello::observe::why::Labeller;
use hello::observe::{
    Advice, Batch, End, Event, Exchange, FileSaving, Lines, Method, Opening, Page, Progress,
    Protocol, Record, Running, Saving, Target, Totals,
};

use crate::harness::without_colours;
use crate::repository;

/// Events as the journal would have told them, at times that are given.
struct Story {
    begin: Instant,
    now: Duration,
    batch: Batch,
    totals: Totals,
}

impl Story {
    fn new() -> Self {
        Self {
            begin: hello::clock::now(),
            now: Duration::ZERO,
            batch: Batch::default(),
            totals: Totals::default(),
        }
    }

    fn after(&mut self, ms: u64) -> &mut Self {
        self.now += Duration::from_millis(ms);
        self
    }

    fn push(&mut self, connection: u64, event: Event) {
        let at = self.begin + self.now;
        self.batch.records.push(Record {
            at,
            connection,
            event,
        });
    }

    fn text(&mut self, target: &str) -> (u32, u16) {
        let start = u32::try_from(self.batch.text.len()).unwrap();
        self.batch.text.extend_from_slice(target.as_bytes());
        (start, u16::try_from(target.len()).unwrap())
    }

    fn greet(&mut self, connection: u64, peer: &str) {
        self.totals.connections += 1;
        let peer = peer.parse().map_or(Peer::Unix, Peer::Tcp);
        self.push(
            connection,
            Event::Accepted {
                peer,
                standing: hello::observe::Standing::Welcome,
            },
        );
    }

    fn exchange(
        &mut self,
        target: &str,
        status: u16,
        content_bytes: u64,
        took_us: u64,
    ) -> Exchange {
        self.totals.requests += 1;
        self.totals.content_bytes += content_bytes;
        let now = self.begin + self.now;
        Exchange {
            shadow: None,
            number: 1,
            target: self.text(target),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: Protocol::Http11,
            status,
            reason: None,
            coding: None,
            lacks_sibling: false,
            content_bytes,
            begun: now.checked_sub(Duration::from_micros(took_us)).unwrap(),
        }
    }

    fn answer(&mut self, connection: u64, target: &str, content_bytes: u64, took_us: u64) {
        let exchange = self.exchange(target, 200, content_bytes, took_us);
        self.push(connection, Event::Answered { exchange });
    }

    fn miss(&mut self, connection: u64, target: &str, status: u16, reason: Reason) {
        let mut exchange = self.exchange(target, status, 1294, 210);
        exchange.reason = Some(reason);
        self.push(connection, Event::Answered { exchange });
    }

    fn end(
        &mut self,
        connection: u64,
        ending: Ending,
        requests: u32,
        progress: Option<(u64, u64)>,
    ) {
        self.totals.endings[ending.index()] += 1;
        let target = if progress.is_some() {
            self.text("/big.iso")
        } else {
            (0, 0)
        };
        self.batch.ends.push(End {
            ending,
            requests,
            progress,
            lasted_us: 1_234_000,
            waited_ms: 75_004,
            received: 79,
            sent: 657,
            target,
            said_bytes: 0,
        });
        let place = u32::try_from(self.batch.ends.len() - 1).unwrap();
        self.push(connection, Event::Ended { place });
    }

    /// The story that all goldens tell.
    fn of_a_day() -> Self {
        let mut story = Self::new();
        story.greet(1, "127.0.0.1:44182");
        story.after(1).answer(1, "/", 39, 110);
        story.after(30).answer(
            1,
            "/assets/images/2026/november/holiday-photo-0042.jpeg",
            299_008,
            46_000,
        );
        story
            .after(1)
            .answer(1, "/logo.svg?token=[redacted]&page=2", 1234, 95);
        let mut moved = story.exchange("/docs?page=2", 301, 0, 80);
        moved.reason = Some(Reason::SlashMissing);
        story.push(1, Event::Answered { exchange: moved });
        story
            .after(5)
            .greet(2, "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:50123");
        story
            .after(1)
            .miss(2, "/favicon.ico", 404, Reason::NoSuchFile);
        story.after(1).miss(1, "/logo.png", 404, Reason::NoSuchFile);
        story.after(1).miss(
            2,
            "/.well-known/appspecific/com.chrome.devtools.json",
            404,
            Reason::NoSuchFile,
        );
        story.after(200).end(1, Ending::ClosedByClient, 4, None);
        story.after(10).greet(123, "127.0.0.1:44200");
        story.after(1).answer(
            123,
            "/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82.html",
            10 << 20,
            3_450_000,
        );
        story.answer(123, "/%E6%97%A5%E6%9C%AC%E8%AA%9E%E3%81%AE%E9%95%B7%E3%81%84%E5%90%8D%E5%89%8D%E3%81%AE%E3%83%95%E3%82%A1%E3%82%A4%E3%83%AB%E3%81%A7%E3%81%99.html", 7, 60);
        story.answer(123, "/e%CC%81te%CC%81", 7, 60);
        story.answer(123, "/%D7%A9%D7%9C%D7%95%D7%9D", 7, 60);
        story.miss(123, "/%1B[31mred%07%C2%9B", 404, Reason::NoSuchFile);
        story.miss(123, "/%E2%80%AEgpj.exe", 404, Reason::NoSuchFile);
        let closed = Reason::Forbidden { names: 1 };
        story.miss(123, "/private%1B/page.txt", 403, closed);
        story.miss(123, "/settings/profile", 200, Reason::NoSuchFile);
        story.miss(123, "/old/a", 302, Reason::ByRule);
        let exchange = story.exchange("/sleep", 0, 0, 1_900_000);
        story.push(123, Event::Broken { exchange, of: 0 });
        let mut delete = story.exchange("/page.txt", 405, 1300, 180);
        (delete.method, delete.reason) = (Method::Options, Some(Reason::MethodNotAllowed));
        delete.protocol = Protocol::Http10;
        story.push(123, Event::Answered { exchange: delete });
        story.after(40).greet(4567, "unix");
        let exchange = story.exchange("/big.iso", 200, 120_000_512, 66_000);
        story.push(
            4567,
            Event::Broken {
                exchange,
                of: 300_000_000,
            },
        );
        let progress = Some((120_000_512, 300_000_000));
        story.end(4567, Ending::ResetByClient, 1, progress);
        story.after(3).greet(4568, "127.0.0.1:44300");
        let refused = Ending::Refused(RefusalFacts {
            name: "bare-lf",
            status: Some(400),
            rfc: "RFC 9112 §2.2",
        });
        story.after(1).end(4568, refused, 0, None);
        story.after(75_000).end(2, Ending::IdleTimeout, 2, None);
        story.after(1).end(123, Ending::Panicked, 7, None);
        story
    }
}

fn opening() -> Opening {
    let addresses = |addresses: &[&str]| addresses.iter().map(|&a| a.to_owned()).collect();
    Opening {
        path: Some("./dist".to_owned()),
        has_start_page: true,
        listening: addresses(&["http://0.0.0.0:8080"]),
        machine: addresses(&["http://127.0.0.1:8080"]),
        network: addresses(&["http://192.168.1.20:8080", "http://10.0.0.4:8080"]),
        mounts: Vec::new(),
        folders: Vec::new(),
        port_was_chosen: false,
        shared: None,
        is_drawn: false,
        besides: None,
        configuration: None,
        sites: 0,
    }
}

fn lines_for(language: Language, window: Option<usize>) -> Lines {
    let mut lines = Lines::new(Page {
        language,
        greeting_language: language,
        has_colours: false,
        is_read_along: window.is_some(),
    });
    lines.set_width(window);
    lines
}

fn told(story: &Story, language: Language, window: Option<usize>) -> String {
    told_while(&[], story, language, window)
}

/// What the loads of a session might have taught.
fn advice() -> [Advice; 1] {
    [Advice {
        page: "/index.html".to_owned(),
        part: "/style.css".to_owned(),
        purpose: "rel=preload; as=style",
        asked: 19,
        loads: 20,
    }]
}

/// What siblings might have saved.
fn savings() -> [Saving; 1] {
    [Saving {
        folder: b"/srv/my site/dist"[..].into(),
        files: 3,
        answers: 40,
        sent_bytes: 45 << 20,
        saved_bytes: 34 << 20,
        largest: vec![
            FileSaving {
                target: b"/js/main-3f9c2b71d0.js"[..].into(),
                size: 1_258_291,
                answers: 34,
                saved_bytes: 31 << 20,
            },
            FileSaving {
                target: b"/%D0%BA%D0%B0%D1%80%D1%82%D0%B0.json"[..].into(),
                size: 4 << 20,
                answers: 1,
                saved_bytes: 3 << 20,
            },
        ],
    }]
}

/// The same, while these requests are still being answered.
fn told_while(
    running: &[Arc<Running>],
    story: &Story,
    language: Language,
    window: Option<usize>,
) -> String {
    let (mut lines, mut out) = (lines_for(language, window), Vec::new());
    let mut labeller = Labeller::new();
    lines.open(&opening(), &mut out);
    for record in &story.batch.records {
        let label = labeller.hear(record, &story.batch);
        lines.write(record, &story.batch, label, &mut out);
    }
    lines.write_dropped(1204, &mut out);
    lines.write_lasting(running, story.begin + story.now, &mut out);
    lines.close(
        (&story.totals, &labeller.tally()),
        story.now,
        (&advice(), &savings()),
        &mut out,
    );
    String::from_utf8(out).unwrap()
}

/// Requests that are still being answered: more than there are lines for.
fn still_running(now: Instant) -> Vec<Arc<Running>> {
    let ago = |ms| now.checked_sub(Duration::from_millis(ms)).unwrap();
    let running = |connection, target: &str, ms, progress| {
        let bytes = target.as_bytes();
        let has_query = target.contains('?');
        let target = Target {
            bytes,
            has_query,
            client: None,
            said: &[],
        };
        let running = Running::new(connection, 1, Method::Get, target, ago(ms));
        running.has_come(progress);
        Arc::new(running)
    };
    let sending = |sent, of| Progress {
        status: Some(200),
        sent,
        of,
        is_endless: false,
    };
    let endless = Progress {
        is_endless: true,
        ..sending(1_000, None)
    };
    let mut all = vec![
        running(
            4,
            "/big.iso",
            2_040,
            sending(1_980_000_000, Some(5_368_709_120)),
        ),
        running(5, "/sleep", 2_000, Progress::default()),
        running(6, "/connections", 9_000, endless),
        running(
            123,
            "/films/a-very-long-name-of-a-film-that-somebody-made.mp4?token=1",
            20_300,
            sending(700_000, Some(300_000_000)),
        ),
        running(
            4567,
            "/made/while/it/is/sent",
            200_000,
            sending(4_200_000, None),
        ),
        running(
            4568,
            "/%1B[31mred/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82.html",
            2_500,
            Progress::default(),
        ),
    ];
    all.extend((5_000..5_006).map(|id| running(id, "/sleep", 2_000, Progress::default())));
    all
}

#[test]
fn a_day_reads_well_in_every_window_and_in_a_pipe() {
    let story = Story::of_a_day();
    let running = still_running(story.begin + story.now);
    for language in Language::ALL {
        let code = language.code();
        for window in [60, 80, 200] {
            let told = told_while(&running, &story, language, Some(window));
            for line in told.lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= window, "{columns} columns of {window}: {line}");
            }
            repository::check_golden(&format!("terminal.{code}.{window}.txt"), &told);
        }
        repository::check_golden(
            &format!("terminal.{code}.pipe.txt"),
            &told_while(&running, &story, language, None),
        );
    }
}

#[test]
fn colours_change_no_word() {
    let story = Story::of_a_day();
    let mut lines = Lines::new(Page {
        language: Language::English,
        greeting_language: Language::English,
        has_colours: true,
        is_read_along: true,
    });
    lines.set_width(Some(80));
    let (mut out, mut labeller) = (Vec::new(), Labeller::new());
    lines.open(&opening(), &mut out);
    for record in &story.batch.records {
        let label = labeller.hear(record, &story.batch);
        lines.write(record, &story.batch, label, &mut out);
    }
    lines.write_dropped(1204, &mut out);
    lines.close(
        (&story.totals, &labeller.tally()),
        story.now,
        (&advice(), &savings()),
        &mut out,
    );
    let coloured = String::from_utf8(out).unwrap();
    assert!(coloured.contains('\u{1b}'));
    let plain = told(&story, Language::English, Some(80));
    assert_eq!(without_colours(&coloured), plain);
}

/// Greetings, requests and ends in the lines of a person, shown and folded.
pub fn counted(told: &str) -> [u64; 3] {
    let mut counts = [0; 3];
    for line in told.lines() {
        if let Some(folded) = line.trim().strip_prefix('+') {
            let folded = folded.replace('\u{a0}', "");
            for part in folded.split(", ") {
                let number = part.split(' ').next().unwrap().parse::<u64>().unwrap();
                let kind = ["connection", "request", "end"]
                    .iter()
                    .position(|kind| part.contains(&format!("more {kind}")));
                counts[kind.unwrap()] += number;
            }
        } else if line.contains("established!") {
            counts[0] += 1;
        } else if line.contains("GET ") {
            counts[1] += 1;
        } else if line.contains("closed by the client") {
            counts[2] += 1;
        }
    }
    counts
}

#[test]
fn whatever_is_folded_the_counts_are_right() {
    let mut story = Story::new();
    for number in 1..=1500 {
        story.greet(number, "127.0.0.1:1");
        story.answer(number, "/", 1, 1);
        if number % 3 == 0 {
            story.after(2).end(number, Ending::ClosedByClient, 1, None);
        }
    }
    let told = told(&story, Language::English, Some(80));
    assert_eq!(counted(&told), [1500, 1500, 500]);
    assert!(told.lines().count() < 300, "a rush is folded");
    assert!(told.contains("in this second"), "{told}");
    assert!(
        told.contains("1\u{a0}500 connections and 1\u{a0}500 requests in 1 s"),
        "{told}"
    );
}

#[test]
fn a_pipe_gets_every_line() {
    let mut story = Story::new();
    for number in 1..=1500 {
        story.greet(number, "127.0.0.1:1");
    }
    let told = told(&story, Language::English, None);
    assert_eq!(told.matches("established!").count(), 1500);
}

#[test]
fn what_browsers_ask_for_at_every_visit_is_told_in_one_line_of_eighty_columns() {
    for language in Language::ALL {
        for target in [
            "/favicon.ico",
            "/apple-touch-icon.png",
            "/robots.txt",
            "/.well-known/appspecific/com.chrome.devtools.json",
            "/.well-known/traffic-advice",
            "/healthz",
        ] {
            let mut story = Story::new();
            story.greet(1, "127.0.0.1:1");
            story.miss(1, "/nothing", 404, Reason::NoSuchFile);
            story.miss(1, target, 404, Reason::NoSuchFile);
            let told = told(&story, language, Some(80));
            let lines: Vec<&str> = told.lines().filter(|line| line.starts_with('#')).collect();
            let [_, nothing, probe] = lines[..] else {
                panic!("{told}")
            };
            let status = |line: &str| line.find(" 404 ").map(|at| line[..at].chars().count());
            assert_eq!(status(probe), status(nothing), "{told}");
            assert!(!probe.contains("KiB") && !probe.contains("КиБ"), "{told}");
        }
    }
}
