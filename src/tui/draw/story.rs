//! One connection, from accept to close.

use std::time::{Duration, Instant};

use ratatui_core::text::{Line, Span};

use super::text::{fit, width};
use super::{Role, Scene};
use crate::i18n::{Args, text, text_with, wrapped};
use crate::observe::{Asked, Story, Told, WalkPart, status_text};
use crate::tui::table::age;
use crate::tui::words::Words;

/// Columns of the time that stands before everything, and the gap after it.
const TIME: usize = 10;
const GAP: usize = 2;

/// A pause worth telling. Reason: what a person feels.
const PAUSE_MIN: Duration = Duration::from_secs(1);

/// The page of one connection.
pub(super) fn lines(
    story: &Story,
    scene: &Scene<'_>,
    words: &Words,
    columns: u16,
) -> Vec<Line<'static>> {
    let mut page = Page {
        story,
        scene,
        words,
        columns: columns.into(),
        lines: Vec::new(),
    };
    page.head();
    page.at(story.accepted_at, Role::Plain, words.say("tui-accepted"));
    page.forgotten();
    let mut before = story.accepted_at;
    for told in &story.requests {
        if told.number == 1 || before != story.accepted_at {
            page.pause(before, told.begun);
        }
        page.request(told);
        before = told.ended;
    }
    for asked in &story.running {
        page.pause(before, asked.begun);
        page.running(asked);
        before = scene.now;
    }
    page.end(before);
    page.lines
}

struct Page<'a> {
    story: &'a Story,
    scene: &'a Scene<'a>,
    words: &'a Words,
    columns: usize,
    lines: Vec<Line<'static>>,
}

/// What stands on the line of a request.
struct Row {
    begun: Instant,
    status: String,
    role: Role,
    asked: String,
    size: String,
    took: String,
}

impl Page<'_> {
    /// Who it is, and its sums.
    fn head(&mut self) {
        let (story, words) = (self.story, self.words);
        let say = |key: &str, text: String| {
            text_with(words.language, key, &Args::new().with("text", text))
        };
        let title = format!("#{} {} · {}", story.id, story.peer, words.state_of(story));
        let requests = Args::new().with("n", story.requests_total);
        let sums = [
            words.age(age(story, self.scene.now)),
            text_with(words.language, "tui-story-requests", &requests),
            say("tui-story-received", words.size(story.received)),
            say("tui-story-sent", words.size(story.sent)),
        ];
        self.lines
            .push(self.scene.line(Role::Bar, padded(&title, self.columns)));
        for line in wrapped(&sums.join(" · "), self.columns) {
            self.lines.push(self.scene.line(Role::Plain, line));
        }
        self.lines.push(Line::default());
    }

    /// A line that begins with a time.
    fn at(&mut self, at: Instant, role: Role, text: &str) {
        let room = self.columns.saturating_sub(TIME + GAP);
        for (number, line) in wrapped(text, room).into_iter().enumerate() {
            let time = match number {
                0 => self.time(at),
                _ => String::new(),
            };
            self.lines.push(Line::from(vec![
                self.scene.span(Role::Quiet, format!("{time:>TIME$}  ")),
                self.scene.span(role, line),
            ]));
        }
    }

    /// A line below another, explaining it.
    fn below(&mut self, role: Role, text: &str) {
        let indent = TIME + GAP + 2;
        for line in wrapped(text, self.columns.saturating_sub(indent)) {
            let line = format!("{:indent$}{line}", "");
            self.lines.push(self.scene.line(role, line));
        }
    }

    /// Seconds since the connection was accepted.
    fn time(&self, at: Instant) -> String {
        let since = at.saturating_duration_since(self.story.accepted_at);
        self.words.moment(since)
    }

    /// How many requests are not kept any more.
    fn forgotten(&mut self) {
        let kept = u32::try_from(self.story.requests.len()).unwrap_or(u32::MAX);
        let forgotten = self.story.requests_total.saturating_sub(kept);
        if forgotten > 0 {
            let args = Args::new().with("n", forgotten);
            let text = text_with(self.words.language, "tui-story-forgotten", &args);
            self.below(Role::Quiet, &text);
        }
    }

    fn pause(&mut self, from: Instant, until: Instant) {
        let pause = until.saturating_duration_since(from);
        if pause >= PAUSE_MIN {
            let args = Args::new().with("time", self.words.age(pause));
            let text = text_with(self.words.language, "tui-story-pause", &args);
            self.below(Role::Quiet, &text);
        }
    }

    fn request(&mut self, told: &Told) {
        let words = self.words;
        let role = match told.probe {
            Some(_) => Role::Plain,
            None => Role::of(told.status),
        };
        self.row(&Row {
            begun: told.begun,
            status: format!("{} ", status_text(told.status)),
            role,
            asked: format!("{} {}", told.method.name(), told.target),
            size: words.size(told.content_bytes),
            took: words.took(told.ended.saturating_duration_since(told.begun)),
        });
        if let Some(of) = told.broken_of {
            let args = Args::new().with("size", words.size(of));
            let text = match told.status {
                0 => text(words.language, "request-unanswered"),
                _ => text_with(words.language, "tui-story-broken", &args),
            };
            self.below(Role::Odd, &text);
        }
        if let Some(why) = words.why_asked(told) {
            self.below(Role::Busy, &why);
        }
        if let Some(parts) = told.walk_in_words(words.language) {
            self.walk(&parts);
        }
    }

    /// How an answer came about, below it.
    fn walk(&mut self, parts: &[WalkPart]) {
        if parts.is_empty() {
            let lost = text(self.words.language, "walk-lost");
            self.below(Role::Quiet, &lost);
        }
        let indent = TIME + GAP + 2;
        for part in parts {
            let laid_out = part.laid_out(self.columns.saturating_sub(indent));
            for (place, line) in laid_out.lines().enumerate() {
                // The first is the title of what is below.
                let role = if place == 0 { Role::Plain } else { Role::Quiet };
                let line = format!("{:indent$}{line}", "");
                self.lines.push(self.scene.line(role, line));
            }
        }
    }

    /// What is being answered: a row that grows until it is told how that went.
    fn running(&mut self, asked: &Asked) {
        let (words, now) = (self.words, self.scene.now);
        let status = asked.progress.status;
        self.row(&Row {
            begun: asked.begun,
            status: status.map_or_else(|| "…   ".to_owned(), |status| format!("{status} ")),
            role: status.map_or(Role::Odd, |_| Role::Good),
            asked: format!("{} {}", asked.method.name(), asked.target),
            size: words.size(asked.progress.sent),
            took: words.age(asked.lasts(now)),
        });
        let progress = format!("… {}", words.progress(asked, now));
        self.below(Role::Good, &progress);
    }

    /// A request, its target in as many lines as it takes.
    fn row(&mut self, row: &Row) {
        let scene = self.scene;
        let tail = format!("  {:>8}  {:>8}", row.size, row.took);
        let indent = TIME + GAP + width(&row.status);
        let room = self.columns.saturating_sub(indent + width(&tail));
        let mut parts = pieces(&row.asked, room).into_iter();
        let asked = padded(&parts.next().unwrap_or_default(), room);
        self.lines.push(Line::from(vec![
            scene.span(Role::Quiet, format!("{:>TIME$}  ", self.time(row.begun))),
            scene.span(row.role, row.status.clone()),
            Span::raw(asked),
            scene.span(Role::Quiet, tail),
        ]));
        for part in parts {
            let line = format!("{:indent$}{part}", "");
            self.lines.push(scene.line(Role::Plain, line));
        }
    }

    /// How it ended, or what it is doing.
    fn end(&mut self, before: Instant) {
        let (story, words) = (self.story, self.words);
        if let Some(end) = &story.end {
            self.pause(before, end.at);
            self.at(end.at, Role::Strong, &end.in_words(words.language));
        } else {
            let now = self.scene.now;
            let text = format!("{}: {}", words.say("tui-now"), words.state_of(story));
            self.at(now, Role::Good, &text);
        }
        if let Some(why) = story.why {
            self.below(Role::Busy, &why.in_words(words.language));
        }
    }
}

/// A text without spaces, in pieces of so many columns: here is room for all of it.
fn pieces(text: &str, columns: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let pieces = letters.chunks(columns.max(1));
    pieces.map(String::from_iter).collect()
}

/// A text in exactly so many columns.
fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let padding = columns.saturating_sub(width(&text));
    format!("{text}{:padding$}", "")
}
