//! A table that keeps what was touched last, and never more than so much.

use std::collections::HashMap;
use std::hash::Hash;

/// Two tables: what is touched goes to the first; when that is half of what there may be, it becomes
/// the second, and the second is forgotten. So what is touched at least once in that time stays, and
/// nothing has to be searched for to be thrown away.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    first: HashMap<K, V>,
    second: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// An empty table for so many.
    pub(crate) fn of(most: usize) -> Self {
        Self {
            first: HashMap::new(),
            second: HashMap::new(),
            half: (most / 2).max(1),
        }
    }

    /// What is kept under a key. Does not count as touching.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.first.get(key).or_else(|| self.second.get(key))
    }

    /// What is kept under a key, which stays.
    pub(crate) fn get(&mut self, key: K) -> Option<&mut V> {
        if !self.first.contains_key(&key) {
            let value = self.second.remove(&key)?;
            return Some(self.put(key, value));
        }
        self.first.get_mut(&key)
    }

    /// Keeps something under a key.
    pub(crate) fn put(&mut self, key: K, value: V) -> &mut V {
        self.second.remove(&key);
        if self.first.len() >= self.half && !self.first.contains_key(&key) {
            self.second = std::mem::take(&mut self.first);
        }
        self.first.entry(key).insert_entry(value).into_mut()
    }

    /// How many are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.second.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_are_kept_than_there_may_be() {
        let mut recent = Recent::of(64);
        for number in 0..1_000_000_u32 {
            recent.put(number, ());
            assert!(recent.len() <= 64);
        }
        assert!(recent.peek(&999_999).is_some());
        assert!(recent.peek(&0).is_none());
    }

    #[test]
    fn what_is_touched_stays_and_the_rest_is_forgotten() {
        let mut recent = Recent::of(8);
        recent.put(0, 'a');
        for number in 1..100 {
            recent.put(number, 'b');
            assert_eq!(recent.get(0).copied(), Some('a'), "after {number}");
        }
        assert_eq!(recent.get(1), None);
    }

    #[test]
    fn a_key_is_kept_once() {
        let mut recent = Recent::of(4);
        for value in 0..10 {
            recent.put('x', value);
            recent.put(char::from(b'a' + value), value);
            assert_eq!(recent.peek(&'x'), Some(&value));
        }
        assert!(recent.len() <= 4);
    }
}
