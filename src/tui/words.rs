//! Words and numbers as the view shows them: looked up once, for they are shown ten times a second.

use std::collections::HashMap;
use std::time::Duration;

use crate::exchange::Ending;
use crate::i18n::{Language, text};
use crate::observe::{State, Story, Told};

/// The words of one language.
pub(super) struct Words {
    pub(super) language: Language,
    /// Those without arguments, by key.
    said: HashMap<&'static str, String>,
    endings: Vec<String>,
    states: Vec<(State, String)>,
}

const STATES: [State; 6] = [
    State::Accepted,
    State::Waiting,
    State::Reading,
    State::Answering,
    State::Sending,
    State::Draining,
];

/// Those without arguments that are shown all the time.
const SAID: [&str; 35] = [
    "tui-ms",
    "tui-s",
    "tui-min",
    "tui-h",
    "tui-d",
    "tui-column-number",
    "tui-column-peer",
    "tui-column-state",
    "tui-column-age",
    "tui-column-requests",
    "tui-column-received",
    "tui-column-sent",
    "tui-column-last",
    "tui-column-why",
    "tui-state-ended",
    "tui-nobody-yet",
    "tui-nobody-like-that",
    "tui-filter",
    "tui-sorted",
    "tui-ended-hidden",
    "tui-key-quit",
    "tui-key-help",
    "tui-key-open",
    "tui-key-filter",
    "tui-key-sort",
    "tui-key-turn",
    "tui-key-ended",
    "tui-key-totals",
    "tui-key-move",
    "tui-key-scroll",
    "tui-key-back",
    "tui-key-keep",
    "tui-key-drop",
    "tui-accepted",
    "tui-now",
];

impl Words {
    pub(super) fn new(language: Language) -> Self {
        let named = |family: &str, name: &str| text(language, &format!("{family}{name}"));
        let endings = Ending::ALL.map(|ending| named("tui-ending-", ending.name()));
        let states = STATES.map(|state| (state, named("tui-state-", state.name())));
        let said = SAID.map(|key| (key, text(language, key)));
        Self {
            language,
            said: HashMap::from(said),
            endings: endings.to_vec(),
            states: states.to_vec(),
        }
    }

    /// Words without arguments, of [`SAID`].
    pub(super) fn say(&self, key: &'static str) -> &str {
        self.said.get(key).map_or(key, String::as_str)
    }

    /// A kind of ending, in a word or three.
    pub(super) fn ending(&self, ending: Ending) -> &str {
        &self.endings[ending.index()]
    }

    /// What a connection is doing.
    pub(super) fn state(&self, state: State) -> &str {
        let known = self.states.iter().find(|(known, _)| *known == state);
        known.map_or("", |(_, word)| word)
    }

    /// What a connection is doing, or that it is over.
    pub(super) fn state_of(&self, story: &Story) -> &str {
        match story.end {
            None => self.state(story.state),
            Some(_) => self.say("tui-state-ended"),
        }
    }

    /// What is behind a story as a whole: a label, or the last half sentence about a probe.
    pub(super) fn why(&self, story: &Story) -> Option<String> {
        let why = story.why.map(|why| why.in_words(self.language));
        why.or_else(|| self.why_asked(story.requests.back()?))
    }

    /// What is behind a request.
    pub(super) fn why_asked(&self, told: &Told) -> Option<String> {
        let why = told.why.map(|why| why.in_words(self.language));
        why.or_else(|| Some(told.probe?.in_words(self.language)))
    }

    /// How long, in the largest unit that says enough: `12 ms`, `1.4 s`, `59 s`, `3 min`, `26 h`.
    pub(super) fn age(&self, age: Duration) -> String {
        let seconds = age.as_secs();
        match seconds {
            0 => format!("{} {}", age.subsec_millis(), self.say("tui-ms")),
            1..10 => format!(
                "{}.{} {}",
                seconds,
                age.subsec_millis() / 100,
                self.say("tui-s")
            ),
            10..60 => format!("{seconds} {}", self.say("tui-s")),
            60..6000 => format!("{} {}", seconds / 60, self.say("tui-min")),
            6000..172_800 => format!("{} {}", seconds / 3600, self.say("tui-h")),
            _ => format!("{} {}", seconds / 86_400, self.say("tui-d")),
        }
    }

    /// How long an answer took: `0.12 ms`, `15 ms`, `3.45 s`.
    pub(super) fn took(&self, micros: u64) -> String {
        let (ms, s) = (self.say("tui-ms"), self.say("tui-s"));
        match micros {
            0..10_000 => format!("{}.{:02} {ms}", micros / 1000, micros / 10 % 100),
            10_000..1_000_000 => format!("{} {ms}", micros / 1000),
            1_000_000..100_000_000 => {
                format!("{}.{:02} {s}", micros / 1_000_000, micros / 10_000 % 100)
            }
            _ => self.age(Duration::from_micros(micros)),
        }
    }
}

/// `0 B`, `1023 B`, `1.0 KiB`, `42 MiB`: eight columns at most.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10 / 1024;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    match tenths {
        0..100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", tenths / 10, UNITS[unit]),
    }
}

/// A number in groups of three, with the narrow space both languages allow: `1 204`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() > 4 {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// A number in six columns at most: `99999`, `123k`, `45M`.
pub(super) fn short(number: u64) -> String {
    match number {
        0..100_000 => number.to_string(),
        100_000..100_000_000 => format!("{}k", number / 1000),
        _ => format!("{}M", number / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (10_239, "9.9 KiB"),
            (10_240, "10 KiB"),
            (1 << 20, "1.0 MiB"),
            ((1 << 20) - 1, "1023 KiB"),
            (u64::MAX, "15 EiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        for (number, text) in [(0, "0"), (9999, "9999"), (12_345, "12\u{a0}345")] {
            assert_eq!(count(number), text);
        }
        assert_eq!(count(1_234_567), "1\u{a0}234\u{a0}567");
        for (number, text) in [(99_999, "99999"), (123_456, "123k"), (1 << 30, "1073M")] {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn times_are_as_exact_as_they_matter() {
        let words = Words::new(Language::English);
        for (ms, text) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (9_950, "9.9 s"),
            (59_900, "59 s"),
            (60_000, "1 min"),
            (5_999_000, "99 min"),
            (6_000_000, "1 h"),
            (172_800_000, "2 d"),
        ] {
            assert_eq!(words.age(Duration::from_millis(ms)), text);
        }
        for (micros, text) in [
            (0, "0.00 ms"),
            (123, "0.12 ms"),
            (15_000, "15 ms"),
            (3_450_000, "3.45 s"),
            (250_000_000, "4 min"),
        ] {
            assert_eq!(words.took(micros), text);
        }
    }

    #[test]
    fn every_state_and_ending_has_its_word() {
        for language in Language::ALL {
            let words = Words::new(language);
            for ending in Ending::ALL {
                assert!(!words.ending(ending).starts_with("tui-"), "{ending:?}");
            }
            for state in STATES {
                assert!(!words.state(state).starts_with("tui-"), "{state:?}");
            }
        }
    }
}
