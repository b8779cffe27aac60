//! Everything added up: endings by kind, the slowest and the largest, notices.

use std::time::Duration;

use ratatui_core::text::{Line, Span};

use super::text::{fit, width};
use super::{Role, Scene, heading};
use crate::exchange::Ending;
use crate::i18n::{Args, text_with, wrapped};
use crate::observe::{count_text, status_text};
use crate::tui::tops::{Place, Top};
use crate::tui::words::Words;

/// Columns from which on two things stand side by side.
const WIDE: u16 = 100;

/// Columns of what is counted, on the left of two.
const LEFT: u16 = 46;

/// The page of totals.
pub(super) fn lines(scene: &Scene<'_>, words: &Words, columns: u16) -> Vec<Line<'static>> {
    if columns < WIDE {
        let mut all = counted(scene, words, columns);
        all.push(Line::default());
        all.extend(records(scene, words, columns));
        return all;
    }
    let left = counted(scene, words, LEFT);
    let right = records(scene, words, columns - LEFT - 2);
    side_by_side(left, right)
}

fn side_by_side(left: Vec<Line<'static>>, right: Vec<Line<'static>>) -> Vec<Line<'static>> {
    let height = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..height)
        .map(|_| {
            let mut line = left.next().unwrap_or_default();
            let padding = usize::from(LEFT + 2).saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(padding)));
            line.spans.extend(right.next().unwrap_or_default().spans);
            line
        })
        .collect()
}

/// Endings by kind, and what happened to the server itself.
fn counted(scene: &Scene<'_>, words: &Words, columns: u16) -> Vec<Line<'static>> {
    let mut lines = vec![heading(scene, words, "tui-endings")];
    let mut endings: Vec<(u64, Ending)> = { Ending::ALL.into_iter() }
        .map(|ending| (scene.totals.endings[ending.index()], ending))
        .filter(|(count, _)| *count > 0)
        .collect();
    endings.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    for (number, ending) in &endings {
        let text = format!("{:>9}  {}", count_text(*number), words.ending(*ending));
        let text = fit(&text, columns.into()).into_owned();
        lines.push(scene.line(Role::Plain, text));
    }
    if endings.is_empty() {
        lines.push(scene.line(Role::Quiet, format!("{:>9}", "–")));
    }
    if !scene.notices.is_empty() {
        lines.push(Line::default());
        lines.push(heading(scene, words, "tui-notices"));
    }
    for item in scene.notices {
        let since = words.age(item.at.saturating_duration_since(scene.started));
        let text = item.text();
        let room = usize::from(columns).saturating_sub(11);
        for (number, line) in wrapped(&text, room).into_iter().enumerate() {
            let since = if number == 0 { &since[..] } else { "" };
            let padding = 9_usize.saturating_sub(width(since));
            let text = format!("{:padding$}{since}  {line}", "");
            lines.push(scene.line(Role::Plain, text));
        }
    }
    if scene.missed > 0 {
        let args = Args::new()
            .with("n", scene.missed)
            .with("number", count_text(scene.missed));
        let text = text_with(words.language, "tui-missed", &args);
        lines.push(Line::default());
        let room = usize::from(columns);
        lines.extend(
            wrapped(&text, room)
                .into_iter()
                .map(|line| scene.line(Role::Quiet, line)),
        );
    }
    lines
}

/// The slowest and the largest.
fn records(scene: &Scene<'_>, words: &Words, columns: u16) -> Vec<Line<'static>> {
    let mut lines = vec![heading(scene, words, "tui-slowest")];
    lines.extend(places(
        &scene.tops.slowest,
        &|micros| words.took(Duration::from_micros(micros)),
        scene,
        columns,
    ));
    lines.push(Line::default());
    lines.push(heading(scene, words, "tui-largest"));
    lines.extend(places(
        &scene.tops.largest,
        &|bytes| words.size(bytes),
        scene,
        columns,
    ));
    lines
}

fn places(
    top: &Top,
    shown: &dyn Fn(u64) -> String,
    scene: &Scene<'_>,
    columns: u16,
) -> Vec<Line<'static>> {
    if top.places().is_empty() {
        return vec![scene.line(Role::Quiet, format!("{:>9}", "–"))];
    }
    let line = |place: &Place| {
        let value = shown(place.value);
        let connection = format!("  #{}", place.connection);
        let asked = format!(
            "{} {} {}",
            status_text(place.status),
            place.method.name(),
            place.target
        );
        let room = usize::from(columns).saturating_sub(11 + width(&connection));
        Line::from(vec![
            Span::raw(format!(
                "{:padding$}{value}  ",
                "",
                padding = 9_usize.saturating_sub(width(&value))
            )),
            scene.span(Role::Plain, fit(&asked, room).into_owned()),
            scene.span(Role::Quiet, connection),
        ])
    };
    top.places().iter().map(line).collect()
}
