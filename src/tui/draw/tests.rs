//! What is drawn, as somebody has read and approved it.

use std::fmt::Write as _;

use super::*;
use crate::exchange::{FieldStep, HostMatch, Origin, RefusalFacts, Step, Took, Walked};
use crate::i18n::Language;
use crate::observe::{Change, Event, Notice, Progress};
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
        view.happened(0, 0, Event::Notice(Notice::Crowded { limit: 1_000 }));
        let stopping = Event::Notice(Notice::Draining { busy: 2 });
        view.happened(20_000, 0, stopping);
        writeln!(pages, "=== stopping, 80x24\n{}", view.text(80, 24)).unwrap();
        view.model.press(Key::Char('t'));
        writeln!(pages, "=== notices, 80x24\n{}", view.text(80, 24)).unwrap();
        let mut view = Fixture::busy(language);
        follow_and_refuse(&mut view);
        writeln!(pages, "=== refused, 80x24\n{}", view.text(80, 24)).unwrap();
        view.changed(19_000, "index.html", "192.168.1.7, 127.0.0.1", CHANGED);
        writeln!(pages, "=== changed, 60x14\n{}", view.text(60, 14)).unwrap();
        view.model.press(Key::Char('t'));
        writeln!(
            pages,
            "=== changed and refused, 80x24\n{}",
            view.text(80, 24)
        )
        .unwrap();
        let mut view = Fixture::busy(language);
        writeln!(pages, "=== the smallest\n{}", view.text(40, 8)).unwrap();
        writeln!(pages, "=== too small\n{}", view.text(30, 4)).unwrap();
        view.model.press(Key::Char('/'));
        view.model.press(Key::Char('ы'));
        writeln!(pages, "=== nothing like that, 60x14\n{}", view.text(60, 14)).unwrap();
        let mut view = Fixture::busy(language);
        sleep_and_listen(&mut view);
        view.missed = 1_204;
        writeln!(pages, "=== running, 80x24\n{}", view.text(80, 24)).unwrap();
        writeln!(pages, "=== running, 160x14\n{}", view.text(160, 14)).unwrap();
        view.model.press(Key::Char('t'));
        writeln!(pages, "=== missed, 80x24\n{}", view.text(80, 24)).unwrap();
        for number in [3, 7, 8] {
            let mut view = Fixture::busy(language);
            sleep_and_listen(&mut view);
            open(&mut view, number);
            writeln!(pages, "=== running #{number}, 80x15\n{}", view.text(80, 15)).unwrap();
        }
        for number in [6, 5, 4, 2] {
            let mut view = Fixture::busy(language);
            open(&mut view, number);
            writeln!(pages, "=== story #{number}, 80x15\n{}", view.text(80, 15)).unwrap();
        }
        let mut view = Fixture::busy(language);
        be_traced(&mut view);
        for (columns, lines) in [(80, 40), (60, 24)] {
            let picture = view.text(columns, lines);
            writeln!(pages, "=== traced, {columns}x{lines}\n{picture}").unwrap();
        }
        let path = format!("tests/golden/tui-rare.{}.txt", language.code());
        golden::check(&path, &pages);
    }
}

/// What happened to files that two pages follow.
const CHANGED: Change = Change {
    path: (0, 0),
    whose_bytes: 0,
    files: 3,
    pages: 2,
    are_styles: false,
};

/// Pages follow their files, and somebody sends what HTTP/2 refuses by itself.
fn follow_and_refuse(view: &mut Fixture) {
    view.happened(0, 0, Event::Notice(Notice::Crowded { limit: 1_000 }));
    let style = Change {
        files: 1,
        pages: 1,
        are_styles: true,
        ..CHANGED
    };
    view.changed(5_000, "app.css", "127.0.0.1", style);
    let facts = RefusalFacts {
        name: "malformed-request",
        status: Some(400),
        rfc: "RFC 9113 §8.1.1",
    };
    for stream in 0..12 {
        view.happened(
            9_000,
            6,
            Event::Refused {
                stream,
                facts,
                said: (0, 0),
            },
        );
    }
}

/// Somebody wants to know how answers come about, and has it before him.
fn be_traced(view: &mut Fixture) {
    let origin = |line| Origin {
        file: "hello.toml".into(),
        line,
    };
    let walked = Walked {
        steps: vec![
            Step::Site {
                name: "example.com".to_owned(),
                by: HostMatch::Exact("example.com".to_owned()),
                origin: Some(origin(3)),
            },
            Step::Guard {
                name: "method",
                origin: None,
                said: None,
            },
            Step::Asked {
                path: "/api/items.json".to_owned(),
                content: "files",
                root: Some("/srv/site".to_owned()),
                mount: None,
            },
            Step::Fields {
                origin: origin(12),
                path: Some("/api/*".to_owned()),
                unmet: None,
                changes: vec![FieldStep {
                    change: "set",
                    name: "cache-control".to_owned(),
                    value: None,
                }],
            },
        ],
        left_out: 3,
        took_us: Took {
            guards: 41,
            content: 310,
            finish: 22,
        },
    };
    let client = view.accept(15_000, "192.0.2.7:50400");
    view.answer_traced(client, 15_001, "/api/items.json", Some(&walked));
    view.answer_traced(client, 15_400, "/api/more.json", None);
    view.look(20_000);
    open(view, client);
}

fn open(view: &mut Fixture, number: u64) {
    while view.model.marked() != Some(number) {
        view.model.press(Key::Down);
    }
    view.model.press(Key::Enter);
}

/// Somebody opens a slow page, and somebody a page that never ends.
fn sleep_and_listen(view: &mut Fixture) {
    let sleeper = view.accept(15_000, "127.0.0.1:50400");
    view.answer(sleeper, 15_001, "/", 200, 1_204, 120);
    view.begin(sleeper, 17_250, "/sleep", Progress::default());
    let listener = view.accept(16_000, "127.0.0.1:50402");
    let endless = Progress {
        status: Some(200),
        sent: 4_321,
        of: None,
        is_endless: true,
    };
    view.begin(listener, 16_002, "/connections?lang=en", endless);
    view.look(20_000);
}

#[test]
fn a_running_request_is_found_and_gives_way_to_its_answer() {
    let mut view = Fixture::busy(Language::English);
    sleep_and_listen(&mut view);
    for key in ['/', 's', 'l', 'e', 'e', 'p'] {
        view.model.press(Key::Char(key));
    }
    view.picture(80, 24);
    assert_eq!(view.model.rows(), [7, 1]);
    view.model.press(Key::Enter);
    let before = view.text(80, 24);
    assert!(before.contains("… 2.7 s GET /sleep"), "{before}");
    assert!(before.contains("no answer yet"), "{before}");
    view.answer(7, 17_250, "/sleep", 200, 512, 5_000_000);
    view.look(22_300);
    let after = view.text(80, 24);
    assert!(after.contains("200 GET /sleep"), "{after}");
    assert!(!after.contains("no answer yet"), "{after}");
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
