//! Draws what the model has chosen of what the chronicle knows. Pure: into a buffer, for any size.

mod below;
mod connections;
mod help;
mod story;
mod text;
mod totals;

use std::time::Instant;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::text::{Line, Span};

use self::text::{fit, flow, width};
use super::limits::{COLUMNS_MIN, LINES_MIN};
use super::model::{Model, Page};
use super::news::Item;
use super::pulse::Rates;
use super::tops::Tops;
use super::words::Words;
use crate::i18n::{Args, text, text_with, wrapped};
use crate::observe::{Chronicle, Totals, all_errors, count_text};

/// Everything that can be seen, as it is now.
pub(super) struct Scene<'a> {
    pub(super) now: Instant,
    /// Since when the server runs.
    pub(super) started: Instant,
    /// What is served, and where.
    pub(super) title: &'a str,
    pub(super) chronicle: &'a Chronicle,
    /// Connections that live.
    pub(super) open: usize,
    pub(super) totals: &'a Totals,
    pub(super) rates: Rates,
    /// Events that were dropped before this view could look at them.
    pub(super) missed: u64,
    pub(super) tops: &'a Tops,
    /// What happened to the server itself, its files and what was refused, the last at the end.
    pub(super) notices: &'a [Item],
    /// The last of them, while it is news.
    pub(super) news: Option<&'a Item>,
    pub(super) has_colours: bool,
}

/// What a text is, which says how it looks. Colours are never all that tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Plain,
    /// A title, a key, a number that matters.
    Strong,
    /// What is over, or explains.
    Quiet,
    /// The heads of columns, and what is marked.
    Bar,
    Good,
    Busy,
    Odd,
    Bad,
}

impl Role {
    /// How an answer went.
    fn of(status: u16) -> Self {
        match status {
            0..400 => Self::Plain,
            400..500 => Self::Odd,
            _ => Self::Bad,
        }
    }
}

impl Scene<'_> {
    fn style(&self, role: Role) -> Style {
        let (modifier, colour) = match role {
            Role::Plain => (Modifier::empty(), Color::Reset),
            Role::Strong => (Modifier::BOLD, Color::Reset),
            Role::Quiet => (Modifier::DIM, Color::Reset),
            Role::Bar => (Modifier::REVERSED, Color::Reset),
            Role::Good => (Modifier::empty(), Color::Green),
            Role::Busy => (Modifier::empty(), Color::Cyan),
            Role::Odd => (Modifier::empty(), Color::Yellow),
            Role::Bad => (Modifier::BOLD, Color::Red),
        };
        let style = Style::new().add_modifier(modifier);
        if self.has_colours {
            style.fg(colour)
        } else {
            style
        }
    }

    fn span<'t>(&self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Span<'t> {
        Span::styled(text, self.style(role))
    }

    fn line<'t>(&self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Line<'t> {
        Line::from(self.span(role, text))
    }
}

/// Draws a picture that fills the buffer.
pub(super) fn draw(model: &mut Model, scene: &Scene<'_>, words: &Words, buffer: &mut Buffer) {
    let area = buffer.area;
    if area.width < COLUMNS_MIN || area.height < LINES_MIN {
        too_small(words, buffer);
        return;
    }
    let body = frame(model, scene, words, buffer);
    match model.page {
        Page::Connections => connections::draw(model, scene, words, body, buffer),
        Page::Story(id) => {
            let lines = { scene.chronicle.story(id) }
                .map(|story| story::lines(story, scene, words, body.width));
            scroll(model, &lines.unwrap_or_default(), body, buffer);
        }
        Page::Totals => scroll(
            model,
            &totals::lines(scene, words, body.width),
            body,
            buffer,
        ),
        Page::Help => scroll(model, &help::lines(scene, words, body.width), body, buffer),
    }
}

fn too_small(words: &Words, buffer: &mut Buffer) {
    let area = buffer.area;
    let args = Args::new()
        .with("columns", COLUMNS_MIN)
        .with("lines", LINES_MIN);
    let sentence = text_with(words.language, "tui-too-small", &args);
    let lines = wrapped(&sentence, area.width.into());
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        buffer.set_stringn(area.x, y, line, area.width.into(), Style::new());
    }
}

/// Draws what stands on every page, and answers the room that is left.
fn frame(model: &Model, scene: &Scene<'_>, words: &Words, buffer: &mut Buffer) -> Rect {
    let area = buffer.area;
    let mut top = area.y;
    title(scene, words, top, buffer);
    top += 1;
    let lines_of_numbers = if area.height < 12 { 1 } else { 3 };
    for line in flow(&numbers(scene, words), area.width.into(), lines_of_numbers) {
        buffer.set_stringn(area.x, top, line, area.width.into(), Style::new());
        top += 1;
    }
    if let Some(item) = scene.news {
        let (notice, role) = if item.is_odd() {
            (format!("! {}", item.text()), Role::Odd)
        } else {
            (item.text(), Role::Strong)
        };
        let lines = if area.height < 16 { 1 } else { 2 };
        for line in wrapped(&notice, area.width.into()).into_iter().take(lines) {
            let style = scene.style(role).add_modifier(Modifier::BOLD);
            buffer.set_stringn(area.x, top, line, area.width.into(), style);
            top += 1;
        }
    }
    let bottom = area.bottom() - 1;
    keys(model, scene, words, bottom, buffer);
    Rect::new(area.x, top, area.width, bottom - top)
}

/// What is served and where, and since when.
fn title(scene: &Scene<'_>, words: &Words, y: u16, buffer: &mut Buffer) {
    let area = buffer.area;
    let columns = usize::from(area.width);
    let up = words.age(scene.now.saturating_duration_since(scene.started));
    let left = columns.saturating_sub(width(&up) + 2);
    let title = fit(scene.title, left);
    let style = scene.style(Role::Strong);
    buffer.set_stringn(area.x, y, &title, columns, style);
    let x = columns.saturating_sub(width(&up));
    let x = area.x + u16::try_from(x).unwrap_or(0);
    buffer.set_stringn(x, y, &up, columns, scene.style(Role::Plain));
}

/// The totals, each a few words.
fn numbers(scene: &Scene<'_>, words: &Words) -> Vec<String> {
    let say = |key: &str, number: u64, rate: u64| {
        let args = Args::new()
            .with("n", number)
            .with("number", count_text(number))
            .with("events", number)
            .with("count", count_text(number))
            .with("rate", count_text(rate));
        text_with(words.language, key, &args)
    };
    let (totals, rates, tally) = (scene.totals, scene.rates, scene.chronicle.tally());
    let bytes = Args::new()
        .with("size", words.size(totals.content_bytes))
        .with("rate", words.size(rates.bytes));
    let mut numbers = vec![
        say("tui-open", scene.open as u64, 0),
        say("tui-connections", totals.connections, rates.connections),
        say("tui-requests", totals.requests, rates.requests),
        text_with(words.language, "tui-bytes", &bytes),
        say("errors", all_errors(&tally, totals), 0),
        say("probes", tally.probes, 0),
    ];
    if scene.missed > 0 {
        // Errors and probes are of those that were seen; whoever reads them should know.
        numbers.push(say("tui-missed-short", scene.missed, 0));
    }
    numbers
}

/// What keys do here, as many as there is room for; how to get help and out stands always.
fn keys(model: &Model, scene: &Scene<'_>, words: &Words, y: u16, buffer: &mut Buffer) {
    let hints: &[(&str, &'static str)] = match model.page {
        _ if model.is_typing => &[("Enter", "tui-key-keep"), ("Esc", "tui-key-drop")],
        Page::Connections => &[
            ("q", "tui-key-quit"),
            ("?", "tui-key-help"),
            ("Enter", "tui-key-open"),
            ("/", "tui-key-filter"),
            ("s", "tui-key-sort"),
            ("e", "tui-key-ended"),
            ("t", "tui-key-totals"),
            ("r", "tui-key-turn"),
            ("↑↓", "tui-key-move"),
        ],
        Page::Story(_) | Page::Totals | Page::Help => &[
            ("q", "tui-key-quit"),
            ("?", "tui-key-help"),
            ("Esc", "tui-key-back"),
            ("↑↓", "tui-key-scroll"),
        ],
    };
    let area = buffer.area;
    let mut line = Line::default();
    for (key, key_of_word) in hints {
        let word = words.say(key_of_word);
        let gap = if line.spans.is_empty() { "" } else { "  " };
        let more = width(gap) + width(key) + 1 + width(word);
        if line.width() + more > area.width.into() {
            break;
        }
        line.push_span(Span::raw(gap));
        line.push_span(scene.span(Role::Strong, *key));
        line.push_span(scene.span(Role::Quiet, format!(" {word}")));
    }
    buffer.set_line(area.x, y, &line, area.width);
}

/// Draws a page that is longer than the screen, perhaps.
fn scroll(model: &mut Model, lines: &[Line<'_>], area: Rect, buffer: &mut Buffer) {
    model.scroll_within(lines.len(), area.height.into());
    let shown = lines.iter().skip(model.scrolled);
    for (y, line) in (area.y..area.bottom()).zip(shown) {
        buffer.set_line(area.x, y, line, area.width);
    }
    // What lies beyond is announced at the edge.
    for (is_more, y, sign) in [
        (model.scrolled > 0, area.y, "↑"),
        (model.scrolled < model.scrollable, area.bottom() - 1, "↓"),
    ] {
        if is_more {
            buffer.set_stringn(area.right() - 1, y, sign, 1, Style::new());
        }
    }
}

/// A title between lines of a page.
fn heading(scene: &Scene<'_>, words: &Words, key: &str) -> Line<'static> {
    scene.line(Role::Strong, text(words.language, key))
}

#[cfg(test)]
mod tests;
