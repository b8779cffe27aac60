//! What stands below the table: by what it is sorted and chosen, and more of the row that is marked.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::text::Line;

use super::text::{fit, fit_end};
use super::{Role, Scene};
use crate::exchange::Ending;
use crate::i18n::{Args, text_with, wrapped};
use crate::observe::{Story, count_text};
use crate::tui::model::Model;
use crate::tui::words::Words;

/// Lines for the connection that is marked: where it is tight, the table needs them more.
pub(super) fn detail_lines(height: u16) -> u16 {
    match height {
        0..9 => 0,
        9..30 => 2,
        _ => 3,
    }
}

pub(super) fn draw(
    model: &Model,
    scene: &Scene<'_>,
    words: &Words,
    area: Rect,
    buffer: &mut Buffer,
) {
    choice(model, scene, words, area, buffer);
    if let Some(story) = model.marked().and_then(|id| scene.chronicle.story(id)) {
        let area = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        detail(story, scene, words, area, buffer);
    }
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
            .with("of", count_text(rows as u64));
        parts.push(text_with(words.language, "tui-rows", &args));
    }
    let living = { scene.chronicle.stories() }
        .filter(|story| story.end.is_none())
        .count();
    if living < scene.open {
        let args = Args::new().with("number", count_text((scene.open - living) as u64));
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
        let took = told.ended.saturating_duration_since(told.begun);
        said.push(format!(
            "{} {}, {}, {}",
            told.method.name(),
            told.target,
            words.size(told.content_bytes),
            words.took(took)
        ));
    }
    if let Some(end) = &story.end {
        said.push(end.in_words(words.language));
    }
    said.extend(words.why(story));
    let text = said.join(" · ");
    let mut lines = wrapped(&text, area.width.into());
    let room = usize::from(area.height);
    if room > 0 && lines.len() > room {
        lines.truncate(room);
        let last = lines.last_mut().expect("there is room for one");
        *last = fit(&format!("{last} …"), area.width.into()).into_owned();
    }
    let is_bad = matches!(
        story.end.as_ref().map(|end| end.ending),
        Some(Ending::Refused(_) | Ending::Failed | Ending::Panicked | Ending::Overloaded)
    );
    let style = scene.style(if is_bad { Role::Odd } else { Role::Plain });
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        buffer.set_stringn(area.x, y, line, area.width.into(), style);
    }
}
