//! The table of connections, and what is to be said of the one that is marked.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Modifier, Style};
use ratatui_core::text::Line;

use super::text::{fit, fit_end, width, wrapped};
use super::{Role, Scene};
use crate::exchange::Ending;
use crate::i18n::{Args, text_with};
use crate::observe::{State, Story, Told};
use crate::tui::model::Model;
use crate::tui::table::{Column, age};
use crate::tui::words::{Words, count, short, size};

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
    let detail = detail_lines(area.height);
    let table = Rect {
        height: area.height - 1 - detail,
        ..area
    };
    let rows = usize::from(table.height.saturating_sub(1));
    model.scroll_to_mark(rows);
    let shown: Vec<&Story> = { model.rows().iter().skip(model.first).take(rows) }
        .filter_map(|id| scene.chronicle.story(*id))
        .collect();
    let columns = columns(&shown, words, table.width);
    head(model, scene, words, &columns, table, buffer);
    for (y, story) in (table.y + 1..).zip(&shown) {
        let is_marked = model.marked() == Some(story.id);
        row(
            story,
            is_marked,
            scene,
            words,
            &columns,
            Rect { y, ..table },
            buffer,
        );
    }
    if shown.is_empty() {
        let key = match model.choice.filter.is_empty() {
            true => "tui-nobody-yet",
            false => "tui-nobody-like-that",
        };
        let style = scene.style(Role::Quiet);
        let text = words.say(key);
        buffer.set_stringn(
            table.x + 2,
            table.y + 1,
            text,
            usize::from(table.width) - 2,
            style,
        );
    }
    choice(
        model,
        scene,
        words,
        Rect {
            y: table.bottom(),
            height: 1,
            ..area
        },
        buffer,
    );
    let marked = model.marked().and_then(|id| scene.chronicle.story(id));
    if let Some(story) = marked
        && detail > 0
    {
        let area = Rect {
            y: table.bottom() + 1,
            height: detail,
            ..area
        };
        self::detail(story, scene, words, area, buffer);
    }
}

/// Lines for the connection that is marked: where it is tight, the table needs them more.
fn detail_lines(height: u16) -> u16 {
    match height {
        0..9 => 0,
        9..30 => 2,
        _ => 3,
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
    let title = |column: Column| width(words.say(column.key())) + 1;
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

fn head(
    model: &Model,
    scene: &Scene<'_>,
    words: &Words,
    columns: &[(Column, u16)],
    area: Rect,
    buffer: &mut Buffer,
) {
    let style = scene.style(Role::Bar);
    buffer.set_style(Rect { height: 1, ..area }, style);
    let mut x = area.x + 1;
    for (column, width) in columns {
        let mut title = words.say(column.key()).to_owned();
        if model.choice.sort.column == *column {
            title.push(if model.choice.sort.descending {
                '▼'
            } else {
                '▲'
            });
        }
        cell(&title, *column, (x, area.y, *width), style, buffer);
        x += width + GAP;
    }
}

fn row(
    story: &Story,
    is_marked: bool,
    scene: &Scene<'_>,
    words: &Words,
    columns: &[(Column, u16)],
    area: Rect,
    buffer: &mut Buffer,
) {
    let base = match (&story.end, is_marked) {
        (_, true) => scene.style(Role::Bar),
        (Some(_), _) => scene.style(Role::Quiet),
        (None, _) => scene.style(Role::Plain),
    };
    if is_marked {
        buffer.set_style(Rect { height: 1, ..area }, base);
        buffer.set_stringn(area.x, area.y, MARK, 1, base);
    }
    let is_alone = columns
        .last()
        .is_none_or(|(column, _)| *column == Column::Last);
    let mut x = area.x + 1;
    for (column, width) in columns {
        let text = text_of(story, *column, is_alone, scene, words);
        let role = role_of(story, *column, scene);
        // What is marked is one bar: colours on it would be hard to read.
        let style = if is_marked || role == Role::Plain {
            base
        } else {
            base.patch(scene.style(role))
        };
        cell(&text, *column, (x, area.y, *width), style, buffer);
        x += width + GAP;
    }
}

fn role_of(story: &Story, column: Column, scene: &Scene<'_>) -> Role {
    match column {
        Column::State => match (&story.end, story.state) {
            (Some(_), _) | (None, State::Accepted | State::Waiting | State::Draining) => {
                Role::Plain
            }
            (None, State::Reading) => Role::Busy,
            (None, State::Answering) => Role::Odd,
            (None, State::Sending) => Role::Good,
        },
        Column::Last => {
            let last = story.requests.back();
            // What everybody is asked for is no error.
            let status = last.filter(|told| told.probe.is_none());
            status.map_or(Role::Plain, |told| scene.status(told.status))
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

/// What stands in a cell. Where the last request has no neighbour that explains, it makes room for
/// an explanation when there was none.
fn text_of(
    story: &Story,
    column: Column,
    is_alone: bool,
    scene: &Scene<'_>,
    words: &Words,
) -> String {
    match column {
        Column::Number => story.id.to_string(),
        Column::Peer => story.peer.to_string(),
        Column::State => words.state_of(story).to_owned(),
        Column::Age => words.age(age(story, scene.now)),
        Column::Requests => short(story.requests_total.into()),
        Column::Received => size(story.received),
        Column::Sent => size(story.sent),
        Column::Last => match story.requests.back() {
            Some(told) => last_words(told),
            None => { explained(story, words) }
                .filter(|_| is_alone)
                .unwrap_or_else(|| "–".to_owned()),
        },
        Column::Why => explained(story, words).unwrap_or_default(),
    }
}

fn last_words(told: &Told) -> String {
    let sign = if told.broken_of.is_some() { "✂ " } else { "" };
    format!(
        "{sign}{} {} {}",
        told.status,
        told.method.name(),
        told.target
    )
}

/// What is likely, or how it ended.
fn explained(story: &Story, words: &Words) -> Option<String> {
    let ended = || story.end.as_ref().map(|end| end.in_words(words.language));
    words.why(story).or_else(ended)
}

/// By what the table is sorted and chosen, on one line.
fn choice(model: &Model, scene: &Scene<'_>, words: &Words, area: Rect, buffer: &mut Buffer) {
    let choice = &model.choice;
    if model.is_typing {
        let label = words.say("tui-filter");
        let text = format!("{label}: {}", choice.filter);
        let text = fit_end(&text, usize::from(area.width) - 1);
        let line = Line::from(vec![
            scene.span(Role::Strong, text),
            scene.span(Role::Bar, " "),
        ]);
        buffer.set_line(area.x, area.y, &line, area.width);
        return;
    }
    let mut parts = Vec::new();
    if !choice.filter.is_empty() {
        parts.push(format!("{}: {}", words.say("tui-filter"), choice.filter));
    }
    let arrow = if choice.sort.descending { "▼" } else { "▲" };
    let by = words.say(choice.sort.column.key());
    parts.push(format!("{}: {by} {arrow}", words.say("tui-sorted")));
    if choice.hides_ended {
        parts.push(words.say("tui-ended-hidden").to_owned());
    }
    let rows = model.rows().len();
    if rows > model.rows_shown {
        let args = Args::new()
            .with("from", model.first + 1)
            .with("to", (model.first + model.rows_shown).min(rows))
            .with("of", count(rows as u64));
        parts.push(text_with(words.language, "tui-rows", &args));
    }
    let living = { scene.chronicle.stories() }
        .filter(|story| story.end.is_none())
        .count();
    if living < scene.open {
        let args = Args::new().with("number", count((scene.open - living) as u64));
        parts.push(text_with(words.language, "tui-not-shown", &args));
    }
    let text = parts.join(" · ");
    let style = scene.style(Role::Quiet);
    buffer.set_stringn(
        area.x,
        area.y,
        fit(&text, area.width.into()),
        area.width.into(),
        style,
    );
}

/// What the row has no room for.
fn detail(story: &Story, scene: &Scene<'_>, words: &Words, area: Rect, buffer: &mut Buffer) {
    let mut said = vec![format!("#{}", story.id)];
    if let Some(told) = story.requests.back() {
        let took = told.ended.saturating_duration_since(told.begun).as_micros();
        said.push(format!(
            "{} {}, {}, {}",
            told.method.name(),
            told.target,
            size(told.content_bytes),
            words.took(u64::try_from(took).unwrap_or(u64::MAX))
        ));
    }
    if let Some(end) = &story.end {
        said.push(end.in_words(words.language));
    }
    said.extend(words.why(story));
    let text = said.join(" · ");
    let mut lines = wrapped(&text, area.width.into());
    let room = usize::from(area.height);
    if lines.len() > room {
        lines.truncate(room);
        let last = lines.last_mut().expect("there is room for one");
        *last = fit(&format!("{last} …"), area.width.into()).into_owned();
    }
    let is_bad = matches!(
        story.end.as_ref().map(|end| end.ending),
        Some(Ending::Refused(_) | Ending::Failed | Ending::Panicked | Ending::Overloaded)
    );
    let style = match is_bad {
        true => scene.style(Role::Odd),
        false => scene.style(Role::Plain).add_modifier(Modifier::empty()),
    };
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        buffer.set_stringn(area.x, y, line, area.width.into(), style);
    }
}
