//! Words of ours that come back from where they were sent: each is kept for ever, once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Words that are kept for ever. Reason: the journal has a few hundred, all of them short. Beyond that a
/// word is `?`, so that nobody who is watched can make anybody keep more.
pub const WORDS_MAX: usize = 1 << 10;

/// Bytes of each. Beyond: as for [`WORDS_MAX`].
pub const WORD_BYTES_MAX: usize = 256;

/// The word that reads like this.
pub fn word(text: &str) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(text) {
        return known;
    }
    if words.len() >= WORDS_MAX || text.len() > WORD_BYTES_MAX {
        return "?";
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    words.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_kept_once_and_a_long_one_not_at_all() {
        let first = word("word-of-a-test");
        assert!(std::ptr::eq(first, word(&String::from("word-of-a-test"))));
        assert_eq!(word(&"a".repeat(WORD_BYTES_MAX + 1)), "?");
    }
}
