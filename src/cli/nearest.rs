//! Which key of `hello help` a misspelt or half-right word may mean.
//!
//! Most people remember what happened, not what it is called: `port-taken` is `port-in-use`. So a
//! key is near if it is spelt alike, and if it, its title or its sentence has the words typed.

use crate::i18n::{Language, text};
use crate::server::diagnose::{SIMILAR_MAX, likeness};

/// The keys that may be meant, the likeliest first; none if nothing comes near.
pub(super) fn nearest(
    language: Language,
    typed: &str,
    keys: impl Iterator<Item = &'static str>,
) -> Vec<String> {
    let words: Vec<&str> = words_of(typed).collect();
    let nearness = |key| match likeness(typed, key) {
        slip if slip >= SLIP_FROM => SLIP,
        likeness => likeness + share_told(language, &words, key),
    };
    let mut near: Vec<(f64, &str)> = keys.map(|key| (nearness(key), key)).collect();
    // Stable: of keys that are as near, the first of the list comes first.
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = near.first().map_or(0.0, |(nearness, _)| *nearness);
    let least = NEAR_FROM.max(best - SAME_WITHIN);
    { near.into_iter() }
        .take_while(|(nearness, _)| *nearness >= least)
        .take(SIMILAR_MAX)
        .map(|(_, key)| key.to_owned())
        .collect()
}

/// The share of the words typed that are in a key, in its title or in its sentence, from 0 to 1.
fn share_told(language: Language, words: &[&str], key: &str) -> f64 {
    let told = [format!("help-{key}-title"), format!("error-{key}")];
    let told = told.map(|key| text(language, &key).to_lowercase());
    let is_told = |word: &str| {
        let mut told = told.iter().flat_map(|told| words_of(told));
        words_of(key).any(|own| own == word)
            || word.chars().count() >= WORD_CHARS_MIN && told.any(|told| told == word)
    };
    let found = words.iter().filter(|word| is_told(word)).count();
    let count = |number| f64::from(u16::try_from(number).unwrap_or(u16::MAX));
    count(found) / count(words.len().max(1))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// How alike a key is spelt if it was meant and a finger slipped; it is nearer than any other.
const SLIP_FROM: f64 = 0.93;
const SLIP: f64 = 3.0;

/// How near a key has to be: its spelling and its words count up to 1 each. Reason: half of the
/// words and half of the letters.
const NEAR_FROM: f64 = 1.0;

/// Keys this much less near than the nearest may be meant as well.
const SAME_WITHIN: f64 = 0.15;

/// Letters of a word that is looked for in sentences. Reason: shorter ones are in all of them.
const WORD_CHARS_MIN: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::topics;

    #[test]
    fn what_happened_leads_to_what_it_is_called() {
        for (typed, likeliest) in [
            ("prot-in-use", "port-in-use"),
            ("port-taken", "port-in-use"),
            ("port taken", "port-in-use"),
            ("port", "port-in-use"),
            ("socket-taken", "socket-in-use"),
            ("порт занят", "port-in-use"),
            ("no-such-file", "no-such-path"),
            ("disk", "disk-full"),
            ("диск", "disk-full"),
            ("enough memory", "memory-limit"),
            ("open-files", "too-many-open-files"),
            ("limit", "limits"),
            ("lisen", "listen"),
            ("nonsense", ""),
            ("xyz", ""),
            ("--", ""),
            ("", ""),
        ] {
            let keys = topics::keys().chain(crate::cli::options::names());
            let language = if typed.is_ascii() {
                Language::English
            } else {
                Language::Russian
            };
            let found = nearest(language, typed, keys);
            assert_eq!(
                found.first().map_or("", String::as_str),
                likeliest,
                "{typed}"
            );
        }
    }
}
