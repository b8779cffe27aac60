//! The table of connections.

use std::time::Instant;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use super::text::{fit, fit_end, width};
use super::{Role, Scene, below};
use crate::observe::{Asked, State, Story, Told, status_text};
use crate::tui::model::Model;
use crate::tui::table::{Column, Sort, age};
use crate::tui::words::{Words, short};

/// Columns between two columns.
const GAP: u16 = 2;

/// What stands before the row that is marked, for those who see no colours.
const MARK: &str = "›";

/// Least width of the last two columns, which take what is left.
const LAST_MIN: u16 = 16;

pub(super) fn draw(
    model: &mut Model,
    scene: &Scene<'_>,
    words: &Words,
    area: Rect,
    buffer: &mut Buffer,
) {
    let detail = below::detail_lines(area.height);
    let area_of_table = Rect {
        height: area.height - 1 - detail,
        ..area
    };
    let rows = usize::from(area_of_table.height.saturating_sub(1));
    model.scroll_to_mark(rows);
    let shown: Vec<&Story> = { model.rows().iter().skip(model.first).take(rows) }
        .filter_map(|id| scene.chronicle.story(*id))
        .collect();
    let table = Table {
        scene,
        words,
        columns: columns(&shown, words, area.width),
        marked: model.marked(),
        area: area_of_table,
    };
    table.head(model.choice.sort, buffer);
    for (y, story) in (table.area.y + 1..).zip(&shown) {
        table.row(story, y, buffer);
    }
    if shown.is_empty() {
        table.nobody(&model.choice.filter, buffer);
    }
    let rest = Rect {
        y: table.area.bottom(),
        height: area.height - table.area.height,
        ..area
    };
    below::draw(model, scene, words, rest, buffer);
}

struct Table<'a> {
    scene: &'a Scene<'a>,
    words: &'a Words,
    columns: Vec<(Column, u16)>,
    marked: Option<u64>,
    area: Rect,
}

impl Table<'_> {
    fn head(&self, sort: Sort, buffer: &mut Buffer) {
        let style = self.scene.style(Role::Bar);
        let y = self.area.y;
        buffer.set_style(self.line(y), style);
        for (x, column, width) in self.places() {
            let key = column.key_within(self.area.width);
            let mut title = self.words.say(key).to_owned();
            if sort.column == column {
                title.push(if sort.descending { '▼' } else { '▲' });
            }
            cell(&title, column, (x, y, width), style, buffer);
        }
    }

    fn row(&self, story: &Story, y: u16, buffer: &mut Buffer) {
        let is_marked = self.marked == Some(story.id);
        let base = self.scene.style(match story.end {
            _ if is_marked => Role::Bar,
            Some(_) => Role::Quiet,
            None => Role::Plain,
        });
        if is_marked {
            buffer.set_style(self.line(y), base);
            buffer.set_stringn(self.area.x, y, MARK, 1, base);
        }
        for (x, column, width) in self.places() {
            let role = role_of(story, column);
            // What is marked is one bar: colours on it would be hard to read.
            let style = if is_marked || role == Role::Plain {
                base
            } else {
                base.patch(self.scene.style(role))
            };
            let text = self.text_of(story, column);
            cell(&text, column, (x, y, width), style, buffer);
        }
    }

    fn nobody(&self, filter: &str, buffer: &mut Buffer) {
        let key = if filter.is_empty() {
            "tui-nobody-yet"
        } else {
            "tui-nobody-like-that"
        };
        let style = self.scene.style(Role::Quiet);
        let room = usize::from(self.area.width) - 2;
        let text = fit(self.words.say(key), room);
        buffer.set_stringn(self.area.x + 2, self.area.y + 1, text, room, style);
    }

    fn line(&self, y: u16) -> Rect {
        Rect {
            y,
            height: 1,
            ..self.area
        }
    }

    /// The columns with where they begin.
    fn places(&self) -> impl Iterator<Item = (u16, Column, u16)> {
        let mut next = self.area.x + 1;
        self.columns.iter().map(move |(column, width)| {
            let x = next;
            next += width + GAP;
            (x, *column, *width)
        })
    }

    /// What stands in a cell. Where the last request has no neighbour that explains, it makes room
    /// for an explanation when there was none.
    fn text_of(&self, story: &Story, column: Column) -> String {
        let words = self.words;
        let explains = |(column, _): &(Column, u16)| *column == Column::Why;
        let is_explained = self.columns.iter().any(explains);
        match column {
            Column::Number => story.id.to_string(),
            Column::Peer => story.peer.to_string(),
            Column::State => words.state_of(story).to_owned(),
            Column::Age => words.age(age(story, self.scene.now)),
            Column::Requests => short(story.requests_total.into()),
            Column::Received => words.size(story.received),
            Column::Sent => words.size(story.sent),
            Column::Last => match (story.running.first(), story.requests.back()) {
                (Some(asked), _) => running_words(asked, words, self.scene.now),
                (None, Some(told)) => last_words(told),
                (None, None) => { explained(story, words) }
                    .filter(|_| !is_explained)
                    .unwrap_or_else(|| "–".to_owned()),
            },
            Column::Why => match story.running.first() {
                Some(asked) => words.progress(asked, self.scene.now),
                None => explained(story, words).unwrap_or_default(),
            },
        }
    }
}

/// Columns that are shown, with their widths.
fn columns(shown: &[&Story], words: &Words, columns: u16) -> Vec<(Column, u16)> {
    let widest = |least: usize, of: &dyn Fn(&Story) -> usize| {
        let widest = shown.iter().map(|story| of(story)).max().unwrap_or(0);
        u16::try_from(widest.max(least)).unwrap_or(u16::MAX)
    };
    let states = [
        State::Answering,
        State::Sending,
        State::Waiting,
        State::Accepted,
    ];
    let state = states.map(|state| width(words.state(state)));
    let state = state.into_iter().max().unwrap_or(0);
    let peer_max = match columns {
        0..72 => 17,
        72..100 => 18,
        100..140 => 21,
        _ => 45,
    };
    let title = |column: Column| width(words.say(column.key_within(columns))) + 1;
    let mut chosen = vec![
        (Column::Number, widest(3, &|story| decimals(story.id))),
        (
            Column::Peer,
            widest(15, &|story| width(&story.peer.to_string())).min(peer_max),
        ),
        (Column::State, u16::try_from(state).unwrap_or(12)),
        (
            Column::Age,
            u16::try_from(title(Column::Age)).unwrap_or(6).max(6),
        ),
    ];
    let number =
        |column, least: u16| (column, u16::try_from(title(column)).unwrap_or(8).max(least));
    if columns >= 76 {
        chosen.push(number(Column::Requests, 5));
    }
    if columns >= 100 {
        chosen.push(number(Column::Received, 8));
    }
    if columns >= 76 {
        chosen.push(number(Column::Sent, 8));
    }
    let taken: u16 = chosen.iter().map(|(_, width)| width + GAP).sum::<u16>() + 1;
    let left = columns.saturating_sub(taken);
    if left >= 3 * LAST_MIN {
        let last = (left - GAP) * 2 / 5;
        chosen.push((Column::Last, last));
        chosen.push((Column::Why, left - GAP - last));
    } else if left >= LAST_MIN / 2 {
        chosen.push((Column::Last, left));
    }
    // Where even that is too much, what stands last goes first.
    while chosen.iter().map(|(_, width)| width + GAP).sum::<u16>() > columns + 1 {
        chosen.pop();
    }
    chosen
}

fn decimals(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

fn is_right(column: Column) -> bool {
    use Column::{Age, Number, Received, Requests, Sent};
    matches!(column, Number | Age | Requests | Received | Sent)
}

fn role_of(story: &Story, column: Column) -> Role {
    match column {
        Column::State => match (&story.end, story.state) {
            (Some(_), _) | (None, State::Accepted | State::Waiting | State::Draining) => {
                Role::Plain
            }
            (None, State::Handshaking | State::Reading) => Role::Busy,
            (None, State::Answering) => Role::Odd,
            (None, State::Sending) => Role::Good,
        },
        Column::Last => {
            if let Some(asked) = story.running.first() {
                return asked.progress.status.map_or(Role::Plain, Role::of);
            }
            let last = story.requests.back();
            // What everybody is asked for is no error.
            let status = last.filter(|told| told.probe.is_none());
            status.map_or(Role::Plain, |told| Role::of(told.status))
        }
        _ => Role::Plain,
    }
}

fn cell(
    text: &str,
    column: Column,
    (x, y, columns): (u16, u16, u16),
    style: Style,
    buffer: &mut Buffer,
) {
    let text = match column {
        Column::Peer => fit_end(text, columns.into()),
        _ => fit(text, columns.into()),
    };
    let padding = usize::from(columns).saturating_sub(width(&text));
    let padding = u16::try_from(padding).unwrap_or(0);
    let x = if is_right(column) { x + padding } else { x };
    buffer.set_stringn(x, y, text, columns.into(), style);
}

/// What is being answered, and how far that has come: `… 37 % GET /big.iso`.
fn running_words(asked: &Asked, words: &Words, now: Instant) -> String {
    let mut text = String::from("… ");
    let progress = words.progress_in_a_word(asked, now);
    if !progress.is_empty() {
        text.push_str(&progress);
        text.push(' ');
    }
    text.push_str(asked.method.name());
    text.push(' ');
    text + &asked.target
}

fn last_words(told: &Told) -> String {
    let sign = if told.broken_of.is_some() { "✂ " } else { "" };
    format!(
        "{sign}{} {} {}",
        status_text(told.status).trim_start(),
        told.method.name(),
        told.target
    )
}

/// What is likely, or how it ended.
fn explained(story: &Story, words: &Words) -> Option<String> {
    let ended = || story.end.as_ref().map(|end| end.in_words(words.language));
    words.why(story).or_else(ended)
}
