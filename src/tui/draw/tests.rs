//! What is drawn, as somebody has read and approved it.

use std::fmt::Write as _;

use super::*;
use crate::i18n::Language;
use crate::tui::fixture::Fixture;
use crate::tui::keys::Key;

// The view may not name the room of settings, where this stands.
#[expect(clippy::duplicate_mod, reason = "ten lines that no room owns")]
#[path = "../../config/golden.rs"]
mod golden;

/// What is to be seen after these keys.
const PAGES: [(&str, &[Key]); 6] = [
    ("connections", &[]),
    (
        "a filter being typed",
        &[
            Key::Char('/'),
            Key::Char('4'),
            Key::Char('0'),
            Key::Char('4'),
        ],
    ),
    (
        "sorted by peer, ended ones hidden",
        &[Key::Char('2'), Key::Char('e')],
    ),
    ("a story", &[Key::End, Key::Enter]),
    ("totals", &[Key::Char('t')]),
    ("help", &[Key::Char('?')]),
];

#[test]
fn every_page_reads_well_at_every_width_in_every_language() {
    for language in Language::ALL {
        let mut pages = String::new();
        for (columns, lines) in [(60, 20), (80, 24), (200, 30)] {
            for (name, keys) in PAGES {
                let mut view = Fixture::busy(language);
                view.picture(columns, lines);
                for key in keys {
                    view.model.press(*key);
                }
                let text = view.text(columns, lines);
                writeln!(pages, "=== {name}, {columns}x{lines}\n{text}").unwrap();
            }
        }
        golden::check(&format!("tests/golden/tui.{}.txt", language.code()), &pages);
    }
}

#[test]
fn rare_things_read_well_too() {
    for language in Language::ALL {
        let mut pages = String::new();
        let mut view = Fixture::empty(language);
        writeln!(pages, "=== nobody, 80x24\n{}", view.text(80, 24)).unwrap();
        let mut view = Fixture::busy(language);
        view.notices = vec![
            (view.start, Notice::Crowded { limit: 1_000 }),
            (view.now, Notice::Draining { busy: 2 }),
        ];
        writeln!(pages, "=== stopping, 80x24\n{}", view.text(80, 24)).unwrap();
        view.model.press(Key::Char('t'));
        writeln!(pages, "=== notices, 80x24\n{}", view.text(80, 24)).unwrap();
        let mut view = Fixture::busy(language);
        writeln!(pages, "=== the smallest\n{}", view.text(40, 8)).unwrap();
        writeln!(pages, "=== too small\n{}", view.text(30, 4)).unwrap();
        view.model.press(Key::Char('/'));
        view.model.press(Key::Char('ы'));
        writeln!(pages, "=== nothing like that, 60x14\n{}", view.text(60, 14)).unwrap();
        for number in [6, 5, 4, 2] {
            let mut view = Fixture::busy(language);
            while view.model.marked() != Some(number) {
                view.model.press(Key::Down);
            }
            view.model.press(Key::Enter);
            writeln!(pages, "=== story #{number}, 80x15\n{}", view.text(80, 15)).unwrap();
        }
        let path = format!("tests/golden/tui-rare.{}.txt", language.code());
        golden::check(&path, &pages);
    }
}

#[test]
fn no_size_is_too_strange() {
    for (_, keys) in PAGES {
        let mut view = Fixture::busy(Language::Russian);
        for key in keys {
            view.model.press(*key);
        }
        let sizes = (1..90).step_by(3).chain([150, 300]);
        for (columns, lines) in sizes.flat_map(|columns| (1..26).map(move |lines| (columns, lines)))
        {
            let picture = view.picture(columns, lines);
            assert_eq!(picture.area, Rect::new(0, 0, columns, lines));
        }
    }
}

#[test]
fn how_to_quit_stands_on_every_page_of_every_size() {
    for (columns, lines) in [(40, 8), (60, 20), (80, 24), (200, 60)] {
        for (name, keys) in PAGES
            .into_iter()
            .filter(|(name, _)| !name.contains("typed"))
        {
            let mut view = Fixture::busy(Language::English);
            for key in keys {
                view.model.press(*key);
            }
            let text = view.text(columns, lines);
            assert!(text.contains("q quit  ? help"), "{name}\n{text}");
        }
    }
}

#[test]
fn where_colours_are_unwanted_there_is_none_and_nothing_is_missing() {
    for (name, keys) in PAGES {
        let mut view = Fixture::busy(Language::English);
        for key in keys {
            view.model.press(*key);
        }
        let coloured = view.text(80, 24);
        view.has_colours = false;
        assert_eq!(view.text(80, 24), coloured, "{name}");
        let picture = view.picture(80, 24);
        let colours = picture
            .content()
            .iter()
            .filter(|cell| cell.fg != Color::Reset);
        assert_eq!(colours.count(), 0, "{name}");
    }
}

#[test]
fn what_clients_send_is_shown_and_never_obeyed() {
    let mut view = Fixture::empty(Language::English);
    let id = view.accept(0, "127.0.0.1:1");
    view.answer(id, 1, "/\u{1b}[2J\u{7}\u{9b}31m", 200, 1, 1);
    view.look(10);
    let all = |picture: Buffer| -> String {
        picture
            .content()
            .iter()
            .map(|cell| cell.symbol().to_owned())
            .collect()
    };
    for key in [Key::Home, Key::Enter, Key::Char('t')] {
        view.model.press(key);
        let shown = all(view.picture(80, 24));
        assert!(shown.contains("[2J"), "{shown}");
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
}
