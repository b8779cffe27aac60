//! What keys do, and what the words of the table mean.

use ratatui_core::text::{Line, Span};

use super::text::width;
use super::{Role, Scene, heading};
use crate::i18n::{text, wrapped};
use crate::observe::State;
use crate::tui::words::Words;

/// Keys as they are printed on them, and what they do.
const KEYS: [(&str, &str); 12] = [
    ("↑ ↓", "tui-help-move"),
    ("Enter", "tui-help-open"),
    ("Esc", "tui-help-back"),
    ("/", "tui-help-filter"),
    ("s S", "tui-help-sort"),
    ("1–9", "tui-help-digits"),
    ("r", "tui-help-turn"),
    ("e", "tui-help-ended"),
    ("t", "tui-help-totals"),
    ("Ctrl-L", "tui-help-redraw"),
    ("?", "tui-help-help"),
    ("q", "tui-help-quit"),
];

/// States, and what they mean.
const STATES: [(State, &str); 6] = [
    (State::Accepted, "tui-help-accepted"),
    (State::Waiting, "tui-help-waiting"),
    (State::Reading, "tui-help-reading"),
    (State::Answering, "tui-help-answering"),
    (State::Sending, "tui-help-sending"),
    (State::Draining, "tui-help-draining"),
];

/// The page of help.
pub(super) fn lines(scene: &Scene<'_>, words: &Words, columns: u16) -> Vec<Line<'static>> {
    let say = |key: &str| text(words.language, key);
    let states = STATES.map(|(state, key)| (words.state(state).to_owned(), say(key)));
    let keys = KEYS.map(|(name, key)| (name.to_owned(), say(key)));
    let mut lines = vec![heading(scene, words, "tui-help-keys")];
    lines.extend(section(&keys, scene, columns));
    lines.push(Line::default());
    lines.push(heading(scene, words, "tui-help-states"));
    lines.extend(section(&states, scene, columns));
    lines.push(Line::default());
    for line in wrapped(&say("tui-help-errors"), columns.into()) {
        lines.push(scene.line(Role::Plain, line));
    }
    lines
}

fn section(rows: &[(String, String)], scene: &Scene<'_>, columns: u16) -> Vec<Line<'static>> {
    let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let room = usize::from(columns).saturating_sub(widest + 4);
    let mut lines = Vec::new();
    for (name, about) in rows {
        for (number, part) in wrapped(about, room).into_iter().enumerate() {
            let name = if number == 0 { &name[..] } else { "" };
            let padding = widest - width(name);
            lines.push(Line::from(vec![
                scene.span(Role::Strong, format!("  {name}{:padding$}  ", "")),
                Span::raw(part),
            ]));
        }
    }
    lines
}
