//! Names that were looked for in vain just now: they are trusted to be missing for as long as a look at a
//! file that is there.
//!
//! Law: what is asked for in vain, endlessly and each time under another name, takes no more room than
//! [`MISSING_NAMES_MAX`] names, and nothing else's place.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, OnceLock, TryLockError};

use crate::site::limits::{MISSING_NAME_BYTES_MAX, MISSING_NAMES_MAX};

/// One place for each name, and the last name that belongs there has it.
#[derive(Default)]
pub(super) struct Missing {
    /// Chosen anew at each start: nobody outside knows which names share a place.
    hasher: RandomState,
    /// Made when a name is first missing.
    places: OnceLock<Box<[Mutex<Option<Name>>]>>,
}

/// A name that leads to nothing.
struct Name {
    bytes: [u8; MISSING_NAME_BYTES_MAX],
    len: usize,
    look: Look,
}

/// When, and below which root, it was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) generation: u64,
    pub(super) tick: u64,
}

impl Missing {
    /// When a name was last looked for in vain, if that is remembered.
    pub(super) fn look_at(&self, name: &[u8]) -> Option<Look> {
        let place = self.places.get()?.get(self.place_of(name)?)?;
        // Who would have to wait looks at the disk instead.
        let kept = place.try_lock().ok()?;
        { kept.as_ref() }
            .filter(|kept| kept.bytes[..kept.len] == *name)
            .map(|kept| kept.look)
    }

    /// A name was looked for in vain.
    pub(super) fn remember(&self, name: &[u8], look: Look) {
        let Some(place) = self.place_of(name) else {
            return;
        };
        let places = self.places.get_or_init(|| {
            let places = (0..MISSING_NAMES_MAX).map(|_| Mutex::new(None));
            places.collect()
        });
        let mut kept = match places[place].try_lock() {
            Ok(kept) => kept,
            Err(TryLockError::Poisoned(kept)) => kept.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let mut bytes = [0; MISSING_NAME_BYTES_MAX];
        bytes[..name.len()].copy_from_slice(name);
        let len = name.len();
        *kept = Some(Name { bytes, len, look });
    }

    fn place_of(&self, name: &[u8]) -> Option<usize> {
        let places = MISSING_NAMES_MAX as u64;
        let place = self.hasher.hash_one(name) % places;
        (name.len() <= MISSING_NAME_BYTES_MAX).then_some(usize::try_from(place).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(tick: u64) -> Look {
        let generation = 1;
        Look { generation, tick }
    }

    #[test]
    fn a_name_is_known_by_all_its_bytes() {
        let missing = Missing::default();
        assert_eq!(missing.look_at(b"/a"), None);
        missing.remember(b"/a", look(5));
        assert_eq!(missing.look_at(b"/a"), Some(look(5)));
        assert_eq!(missing.look_at(b"/a\0"), None);
        assert_eq!(missing.look_at(b"/"), None);
        missing.remember(b"/a", look(7));
        assert_eq!(missing.look_at(b"/a"), Some(look(7)));
        let long = [b'a'; MISSING_NAME_BYTES_MAX + 1];
        missing.remember(&long, look(7));
        assert_eq!(missing.look_at(&long), None);
        missing.remember(&long[1..], look(7));
        assert_eq!(missing.look_at(&long[1..]), Some(look(7)));
    }

    #[test]
    fn endless_names_take_the_places_of_others_and_no_more() {
        let missing = Missing::default();
        let names: Vec<String> = (0..10 * MISSING_NAMES_MAX)
            .map(|n| format!("/{n}"))
            .collect();
        for name in &names {
            missing.remember(name.as_bytes(), look(1));
        }
        let known = { names.iter() }.filter(|name| missing.look_at(name.as_bytes()).is_some());
        let known = known.count();
        assert!(
            known <= MISSING_NAMES_MAX && known > MISSING_NAMES_MAX / 2,
            "{known}"
        );
        let last = names.last().unwrap();
        assert!(missing.look_at(last.as_bytes()).is_some());
    }
}
