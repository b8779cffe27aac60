//! Words and numbers as the view shows them: looked up once, for they are shown ten times a second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::exchange::Ending;
use crate::i18n::{Args, Language, text, text_with};
use crate::observe::{
    Asked, State, Story, Told, Units, kind_in_words, percent_text, progress_in_words,
};

/// The words of one language.
pub(super) struct Words {
    pub(super) language: Language,
    pub(super) units: Units,
    /// Those without arguments, by key.
    said: HashMap<&'static str, String>,
    endings: Vec<String>,
    states: Vec<(State, String)>,
}

/// What a living connection may be doing.
pub(super) const STATES: [State; 7] = [
    State::Accepted,
    State::Handshaking,
    State::Waiting,
    State::Reading,
    State::Answering,
    State::Sending,
    State::Draining,
];

/// Those without arguments that are shown all the time.
const SAID: [&str; 31] = [
    "tui-column-number",
    "tui-column-peer",
    "tui-column-state",
    "tui-column-age",
    "tui-column-requests",
    "tui-column-requests-short",
    "tui-column-received",
    "tui-column-sent",
    "tui-column-last",
    "tui-column-why",
    "state-ended",
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
        let endings = Ending::ALL.map(|ending| kind_in_words(language, ending));
        let states =
            STATES.map(|state| (state, text(language, &format!("state-{}", state.name()))));
        let said = SAID.map(|key| (key, text(language, key)));
        Self {
            language,
            units: Units::of(language),
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
            Some(_) => self.say("state-ended"),
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

    /// How far an answer has come that is being sent, and how fast: `37 % of 5.0 GiB, 12 MiB/s`.
    pub(super) fn progress(&self, asked: &Asked, now: Instant) -> String {
        let progress = progress_in_words(self.language, asked.progress);
        if asked.progress.is_endless {
            let args = Args::new().with("progress", progress);
            return text_with(self.language, "tui-running-endless", &args);
        }
        match asked.rate(now) {
            Some(rate) => {
                let args = Args::new().with("size", self.size(rate));
                format!(
                    "{progress}, {}",
                    text_with(self.language, "tui-rate", &args)
                )
            }
            None => progress,
        }
    }

    /// The same in a word: `37 %`; for an answer that is still being made, how long that has taken.
    /// Of what has no end nothing is said.
    pub(super) fn progress_in_a_word(&self, asked: &Asked, now: Instant) -> String {
        let progress = asked.progress;
        match (progress.status, progress.of) {
            _ if progress.is_endless => String::new(),
            (None, _) => self.age(asked.lasts(now)),
            (Some(_), Some(of)) => format!("{} %", percent_text(progress.sent, of)),
            (Some(_), None) => self.size(progress.sent),
        }
    }

    /// How long, in the largest unit that says enough: `12 ms`, `1.4 s`, `59 s`, `3 min`, `26 h`.
    pub(super) fn age(&self, age: Duration) -> String {
        self.units.age_text(age)
    }

    /// When, counted from a connection's first moment.
    pub(super) fn moment(&self, since: Duration) -> String {
        self.units.moment_text(since)
    }

    /// How long an answer took.
    pub(super) fn took(&self, duration: Duration) -> String {
        self.units.duration_text(duration)
    }

    /// So many bytes, in nine columns at most.
    pub(super) fn size(&self, bytes: u64) -> String {
        self.units.size_text(bytes)
    }
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
    use crate::i18n::columns;

    #[test]
    fn numbers_are_written_for_people() {
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
    }

    #[test]
    fn every_state_and_ending_has_its_word() {
        for language in Language::ALL {
            let words = Words::new(language);
            for ending in Ending::ALL {
                let kind = words.ending(ending);
                assert!(!kind.starts_with("ending-"), "{ending:?}");
                assert!(columns(kind) <= 35, "no room in the totals: {kind}");
            }
            for state in STATES {
                assert!(!words.state(state).starts_with("state-"), "{state:?}");
            }
        }
    }
}
