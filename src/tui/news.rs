//! What happened to the server itself, to the files that pages follow, and to requests that were
//! refused before anybody heard of them: the last of it, in words.
//!
//! Law: bounded, and no flood of one kind takes the place of another: refusals by the same rule are
//! one, counted, and of changes only the last few are kept.

use std::time::Instant;

use super::limits::{CHANGES_NOTED_MAX, NOTICES_MAX};
use crate::i18n::Language;
use crate::observe::{
    Batch, Event, Notice, Record, changed_in_words, count_text, notice_in_words, refused_in_words,
};

/// The last of what happened, the newest at the end.
#[derive(Default)]
pub(super) struct News(Vec<Item>);

/// One thing that happened.
pub(super) struct Item {
    /// When, for the last time.
    pub(super) at: Instant,
    kind: Kind,
    words: String,
    times: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Notice,
    /// Stays until it comes true.
    Draining,
    Changed,
    /// By which rule.
    Refused(&'static str),
}

impl Item {
    /// What happened, and how often.
    pub(super) fn text(&self) -> String {
        match self.times {
            1 => self.words.clone(),
            times => format!("{}  ×{}", self.words, count_text(times)),
        }
    }

    /// Whether somebody should look at it.
    pub(super) fn is_odd(&self) -> bool {
        self.kind != Kind::Changed
    }

    /// Who waits for the end is told so until it comes.
    pub(super) fn lasts(&self) -> bool {
        self.kind == Kind::Draining
    }
}

impl News {
    /// Hears one event.
    pub(super) fn hear(&mut self, record: &Record, batch: &Batch, language: Language) {
        let (kind, words) = match record.event {
            Event::Notice(notice) => {
                let is_last = matches!(notice, Notice::Draining { .. });
                let kind = if is_last {
                    Kind::Draining
                } else {
                    Kind::Notice
                };
                (kind, notice_in_words(language, notice))
            }
            Event::Changed(change) => (Kind::Changed, changed_in_words(language, &change, batch)),
            Event::Refused { facts, .. } => {
                let words = refused_in_words(language, &facts);
                let words = format!("#{} {words}", record.connection);
                (Kind::Refused(facts.name), words)
            }
            _ => return,
        };
        self.push(record.at, kind, words);
    }

    /// All of it, the newest at the end.
    pub(super) fn items(&self) -> &[Item] {
        &self.0
    }

    fn push(&mut self, at: Instant, kind: Kind, words: String) {
        let mut times = 1;
        if let Kind::Refused(_) = kind
            && let Some(before) = self.0.iter().position(|item| item.kind == kind)
        {
            times += self.0.remove(before).times;
        }
        let item = Item {
            at,
            kind,
            words,
            times,
        };
        self.0.push(item);
        let changes = { self.0.iter() }.filter(|item| item.kind == Kind::Changed);
        if changes.count() > CHANGES_NOTED_MAX {
            self.forget(|item| item.kind == Kind::Changed);
        }
        if self.0.len() > NOTICES_MAX {
            // What concerns the server itself is kept for longest.
            self.forget(|item| item.kind != Kind::Notice);
        }
    }

    /// Forgets the oldest such item; the oldest of all, if there is none but the newest.
    fn forget(&mut self, which: impl Fn(&Item) -> bool) {
        let but_the_newest = &self.0[..self.0.len() - 1];
        let place = but_the_newest.iter().position(which).unwrap_or(0);
        self.0.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(news: &News) -> Vec<String> {
        news.items().iter().map(Item::text).collect()
    }

    #[test]
    fn no_flood_of_one_kind_takes_the_place_of_another() {
        let (mut news, now) = (News::default(), crate::clock::now());
        news.push(now, Kind::Notice, "crowded".to_owned());
        for number in 0..1000 {
            news.push(now, Kind::Changed, format!("change {number}"));
            news.push(
                now,
                Kind::Refused("malformed-request"),
                format!("#{number}"),
            );
        }
        let expected = ["crowded", "change 997", "change 998", "change 999"].map(str::to_owned);
        let told = texts(&news);
        assert_eq!(told[..4], expected);
        assert_eq!(told[4..], [format!("#999  ×{}", count_text(1000))]);
    }

    #[test]
    fn what_concerns_the_server_itself_is_kept_for_longest() {
        let (mut news, now) = (News::default(), crate::clock::now());
        news.push(now, Kind::Notice, "first".to_owned());
        let rules = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        for rule in rules {
            news.push(now, Kind::Refused(rule), rule.to_owned());
        }
        assert_eq!(texts(&news)[..2], ["first", "d"].map(str::to_owned));
        for number in 0..NOTICES_MAX {
            news.push(now, Kind::Notice, number.to_string());
        }
        let numbers: Vec<String> = (0..NOTICES_MAX).map(|number| number.to_string()).collect();
        assert_eq!(texts(&news), numbers);
    }
}
