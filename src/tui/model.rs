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
