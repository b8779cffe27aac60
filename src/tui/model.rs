//! What the person has chosen to see, and what keys change about it. Pure: keys come in, a new
//! state and perhaps an order go out.

use std::time::Instant;

use super::keys::Key;
use super::limits::FILTER_CHARS_MAX;
use super::table::{Choice, Column, Sort, arranged};
use super::words::Words;
use crate::observe::Chronicle;

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Page {
    /// The table.
    #[default]
    Connections,
    /// One connection, from accept to close.
    Story(u64),
    /// Everything added up.
    Totals,
    /// What keys do.
    Help,
}

/// What a key asks for beyond the view itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To stop serving, as Ctrl-C does.
    Stop,
    /// To have everything drawn anew.
    Redraw,
}

/// The state of the view.
#[derive(Default)]
pub(super) struct Model {
    pub(super) page: Page,
    /// Where help leads back to.
    before_help: Page,
    pub(super) choice: Choice,
    /// Whether keys are letters of the filter.
    pub(super) is_typing: bool,
    /// The connection that is marked; `None`: the first, whichever it is.
    marked: Option<u64>,
    /// The connections of the table, in order.
    rows: Vec<u64>,
    /// The first row that is shown, as of the last picture.
    pub(super) first: usize,
    /// Lines a page other than the table is scrolled down by.
    pub(super) scrolled: usize,
    /// Rows that a page has, as of the last picture.
    pub(super) rows_shown: usize,
    /// Lines there are to scroll to, as of the last picture.
    pub(super) scrollable: usize,
}

impl Model {
    /// The connections of the table, in order.
    pub(super) fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// Which row is marked.
    pub(super) fn marked_row(&self) -> usize {
        let marked = self.marked.and_then(|id| self.row_of(id));
        marked.unwrap_or(0)
    }

    /// The connection that is marked.
    pub(super) fn marked(&self) -> Option<u64> {
        self.rows.get(self.marked_row()).copied()
    }

    fn row_of(&self, id: u64) -> Option<usize> {
        self.rows.iter().position(|row| *row == id)
    }

    /// Takes over what is new. A mark stays with its connection; when that is gone, with its place.
    pub(super) fn arrange(&mut self, chronicle: &Chronicle, words: &Words, now: Instant) {
        let place = self.marked.map(|_| self.marked_row());
        self.rows = arranged(chronicle, &self.choice, words, now);
        if let (Some(place), Some(id)) = (place, self.marked)
            && self.row_of(id).is_none()
        {
            let place = place.min(self.rows.len().saturating_sub(1));
            self.marked = self.rows.get(place).copied();
        }
        if let Page::Story(id) = self.page
            && chronicle.story(id).is_none()
        {
            self.page = Page::Connections;
        }
    }

    /// Makes sure that the marked row is among `shown` rows.
    pub(super) fn scroll_to_mark(&mut self, shown: usize) {
        self.rows_shown = shown;
        let marked = self.marked_row();
        let last_first = self.rows.len().saturating_sub(shown);
        let least = (marked + 1).saturating_sub(shown);
        self.first = self.first.clamp(least, marked.max(least)).min(last_first);
    }

    /// Notes how many lines a page has that is read by scrolling, and how many are shown.
    pub(super) fn scroll_within(&mut self, lines: usize, shown: usize) {
        self.rows_shown = shown;
        self.scrollable = lines.saturating_sub(shown);
        self.scrolled = self.scrolled.min(self.scrollable);
    }

    /// A key was pressed.
    pub(super) fn press(&mut self, key: Key) -> Option<Wish> {
        match key {
            Key::Interrupt => return Some(Wish::Stop),
            Key::Redraw => return Some(Wish::Redraw),
            _ if self.is_typing => self.type_into_filter(key),
            Key::Char('q' | 'й') => return Some(Wish::Stop),
            Key::Char('?') => self.toggle_help(),
            Key::Char('t' | 'е') | Key::Tab => self.toggle_totals(),
            Key::Char('/' | '.') => {
                self.turn_to(Page::Connections);
                self.is_typing = true;
            }
            Key::Escape | Key::Backspace => self.go_back(),
            _ if self.page == Page::Connections => self.press_in_table(key),
            _ => self.press_in_text(key),
        }
        None
    }

    fn press_in_table(&mut self, key: Key) {
        let page = self.rows_shown.max(1).cast_signed();
        match key {
            Key::Enter => {
                if let Some(id) = self.marked() {
                    self.marked = Some(id);
                    self.turn_to(Page::Story(id));
                    // A story is read from its last line on.
                    self.scrolled = usize::MAX;
                }
            }
            Key::Up | Key::Char('k') => self.move_mark(-1),
            Key::Down | Key::Char('j') => self.move_mark(1),
            Key::PageUp => self.move_mark(-page),
            Key::PageDown => self.move_mark(page),
            Key::Home => self.marked = None,
            Key::End => self.move_mark(isize::MAX),
            Key::Char('s' | 'ы') => self.choice.sort = self.choice.sort.moved(1),
            Key::Char('S' | 'Ы') => self.choice.sort = self.choice.sort.moved(-1),
            Key::Char('r' | 'к') => self.choice.sort = self.choice.sort.turned(),
            Key::Char('e' | 'у') => self.choice.hides_ended = !self.choice.hides_ended,
            Key::Char(digit @ '1'..='9') => self.sort_by(digit),
            _ => {}
        }
    }

    fn press_in_text(&mut self, key: Key) {
        let page = self.rows_shown.max(1);
        let down = |by: usize| self.scrolled.saturating_add(by).min(self.scrollable);
        self.scrolled = match key {
            Key::Up | Key::Char('k') => self.scrolled.saturating_sub(1),
            Key::Down | Key::Char('j') => down(1),
            Key::PageUp => self.scrolled.saturating_sub(page),
            Key::PageDown | Key::Char(' ') => down(page),
            Key::Home => 0,
            Key::End => self.scrollable,
            _ => return,
        };
    }

    /// By the column of this number; by the same once more: the other way round.
    fn sort_by(&mut self, digit: char) {
        let place = digit.to_digit(10).map_or(0, |digit| digit as usize);
        if let Some(column) = Column::ALL.get(place.wrapping_sub(1)) {
            self.choice.sort = if self.choice.sort.column == *column {
                self.choice.sort.turned()
            } else {
                Sort::by(*column)
            };
        }
    }

    fn move_mark(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        let place = self.marked_row().saturating_add_signed(by).min(last);
        self.marked = self.rows.get(place).copied();
    }

    fn type_into_filter(&mut self, key: Key) {
        let filter = &mut self.choice.filter;
        match key {
            Key::Char(letter) if filter.chars().count() < FILTER_CHARS_MAX => {
                filter.extend(letter.to_lowercase());
            }
            Key::Backspace if filter.is_empty() => self.is_typing = false,
            Key::Backspace => drop(filter.pop()),
            Key::Enter => self.is_typing = false,
            Key::Escape => {
                filter.clear();
                self.is_typing = false;
            }
            Key::Up => self.move_mark(-1),
            Key::Down => self.move_mark(1),
            _ => {}
        }
    }

    fn toggle_help(&mut self) {
        if self.page == Page::Help {
            self.turn_to(self.before_help);
        } else {
            self.before_help = self.page;
            self.turn_to(Page::Help);
        }
    }

    fn toggle_totals(&mut self) {
        let page = match self.page {
            Page::Totals => Page::Connections,
            _ => Page::Totals,
        };
        self.turn_to(page);
    }

    /// One step back: from wherever to the table, and there to everything from the top.
    fn go_back(&mut self) {
        match self.page {
            Page::Help => self.toggle_help(),
            Page::Story(_) | Page::Totals => self.turn_to(Page::Connections),
            Page::Connections if !self.choice.filter.is_empty() => self.choice.filter.clear(),
            Page::Connections => self.marked = None,
        }
    }

    fn turn_to(&mut self, page: Page) {
        self.page = page;
        self.scrolled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use crate::tui::fixture::Fixture;

    fn press(view: &mut Fixture, keys: &[Key]) {
        for key in keys {
            assert_eq!(view.model.press(*key), None, "{key:?}");
            view.picture(80, 24);
        }
    }

    fn type_text(view: &mut Fixture, text: &str) {
        let keys: Vec<Key> = text.chars().map(Key::Char).collect();
        press(view, &keys);
    }

    fn busy() -> Fixture {
        let mut view = Fixture::busy(Language::English);
        view.picture(80, 24);
        view
    }

    #[test]
    fn the_newest_come_first_and_any_column_sorts() {
        let mut view = busy();
        assert_eq!(view.model.rows(), [6, 5, 4, 3, 2, 1]);
        for (digit, rows) in [
            ('1', [1, 2, 3, 4, 5, 6]), // once more by what it is sorted by: turned
            ('2', [1, 2, 4, 5, 6, 3]),
            ('3', [2, 4, 5, 6, 3, 1]),
            ('4', [1, 2, 3, 4, 6, 5]),
            ('5', [1, 4, 6, 3, 5, 2]),
            ('7', [3, 6, 4, 1, 5, 2]),
            ('8', [6, 4, 1, 2, 3, 5]),
        ] {
            type_text(&mut view, &digit.to_string());
            let mut rows = rows.to_vec();
            if digit == '5' {
                // Those that are equal stand as they came, turned as everything is.
                rows = vec![1, 4, 6, 5, 3, 2];
            }
            assert_eq!(view.model.rows(), rows, "{digit}");
        }
        press(&mut view, &[Key::Char('r')]);
        assert_eq!(view.model.rows(), [5, 3, 2, 1, 4, 6]);
        press(&mut view, &[Key::Char('s'), Key::Char('S'), Key::Char('S')]);
        assert_eq!(view.model.choice.sort, Sort::by(Column::Sent));
    }

    #[test]
    fn a_filter_finds_peers_paths_states_endings_and_labels_as_it_is_typed() {
        for (filter, rows) in [
            ("192.0.2", vec![5, 4]),
            ("SITE.css", vec![1]),
            ("waiting", vec![1]),
            ("404", vec![4]),
            ("two lengths", vec![5]),
            ("reset-by", vec![6]),
            ("spare", vec![2]),
            ("#3", vec![3]),
            ("nothing like that", vec![]),
        ] {
            let mut view = busy();
            press(&mut view, &[Key::Char('/')]);
            type_text(&mut view, filter);
            assert_eq!(view.model.rows(), rows, "{filter}");
            press(&mut view, &[Key::Enter]);
            assert!(!view.model.is_typing);
            press(&mut view, &[Key::Escape]);
            assert_eq!(view.model.rows().len(), 6, "{filter}");
        }
    }

    #[test]
    fn letters_of_a_filter_are_no_orders_and_can_be_taken_back() {
        let mut view = busy();
        press(&mut view, &[Key::Char('/')]);
        type_text(&mut view, "quit?");
        assert_eq!(view.model.choice.filter, "quit?");
        press(&mut view, &[Key::Backspace; 5]);
        assert!(view.model.is_typing);
        press(&mut view, &[Key::Backspace]);
        assert!(!view.model.is_typing);
        press(&mut view, &[Key::Char('/')]);
        type_text(&mut view, &"x".repeat(FILTER_CHARS_MAX + 9));
        assert_eq!(view.model.choice.filter.len(), FILTER_CHARS_MAX);
        assert_eq!(view.model.press(Key::Interrupt), Some(Wish::Stop));
    }

    #[test]
    fn a_mark_stays_with_its_connection_whatever_comes() {
        let mut view = busy();
        assert_eq!(view.model.marked(), Some(6), "the first, whichever it is");
        let next = view.accept(21_000, "127.0.0.1:9");
        view.look(21_000);
        assert_eq!(view.model.marked(), Some(next));
        press(&mut view, &[Key::Down, Key::Down]);
        assert_eq!(view.model.marked(), Some(5));
        view.accept(22_000, "127.0.0.1:10");
        view.look(22_000);
        assert_eq!(view.model.marked(), Some(5));
        assert_eq!(view.model.marked_row(), 3);
        // Where it stood, when it is gone.
        press(&mut view, &[Key::Char('e')]);
        assert_eq!(view.model.rows(), [8, 7, 3, 2, 1]);
        assert_eq!(view.model.marked(), Some(2));
        press(&mut view, &[Key::End]);
        assert_eq!(view.model.marked(), Some(1));
        press(&mut view, &[Key::PageUp]);
        assert_eq!(view.model.marked(), Some(8));
        press(&mut view, &[Key::Home]);
        assert_eq!(view.model.marked, None);
    }

    #[test]
    fn a_long_table_is_scrolled_by_its_mark() {
        let mut view = Fixture::empty(Language::English);
        for number in 0..100 {
            view.accept(number, "127.0.0.1:7");
        }
        view.look(1_000);
        view.picture(80, 24);
        let shown = view.model.rows_shown;
        for (key, row, first) in [
            (Key::PageDown, shown, 1),
            (Key::PageDown, 2 * shown, shown + 1),
            (Key::Up, 2 * shown - 1, shown + 1),
            (Key::End, 99, 100 - shown),
            (Key::PageUp, 99 - shown, 99 - shown),
            (Key::Home, 0, 0),
        ] {
            press(&mut view, &[key]);
            let now = (view.model.marked_row(), view.model.first);
            assert_eq!(now, (row, first), "{key:?}");
        }
    }

    #[test]
    fn pages_are_left_the_way_they_were_come_to() {
        let mut view = busy();
        press(&mut view, &[Key::Down, Key::Enter]);
        assert_eq!(view.model.page, Page::Story(5));
        press(&mut view, &[Key::Char('?')]);
        assert_eq!(view.model.page, Page::Help);
        press(
            &mut view,
            &[Key::PageDown, Key::Up, Key::Home, Key::End, Key::Char('?')],
        );
        assert_eq!(view.model.page, Page::Story(5));
        press(&mut view, &[Key::Escape]);
        assert_eq!(view.model.page, Page::Connections);
        assert_eq!(view.model.marked(), Some(5));
        press(&mut view, &[Key::Tab]);
        assert_eq!(view.model.page, Page::Totals);
        press(&mut view, &[Key::Char('t')]);
        assert_eq!(view.model.page, Page::Connections);
        for quit in ['q', 'й'] {
            assert_eq!(view.model.press(Key::Char(quit)), Some(Wish::Stop));
        }
        assert_eq!(view.model.press(Key::Redraw), Some(Wish::Redraw));
    }
}
