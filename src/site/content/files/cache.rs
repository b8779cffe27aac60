//! Files that were asked for lately: small ones in memory, larger ones open.
//!
//! Law: both sets are bounded, in bytes and in descriptors, and the coldest go first. What is in
//! here may be old: whoever takes something looks at its age.

use std::sync::Arc;

use quick_cache::sync::{Cache as Quick, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};

use crate::config::FileSettings;
use crate::exchange::Coding;
use crate::observe::{CacheCounts, Counter};
use crate::site::limits::ENTRY_WEIGHT_MIN;

use super::entry::Entry;

/// By decoded path, and in which coding.
pub(super) struct Cache {
    memory: Set,
    open: Set,
    /// Answers from what is kept, and those for which the disk was asked.
    pub(super) hits: Counter,
    pub(super) misses: Counter,
}

type Set = Quick<Key, Arc<Entry>, Weight>;

/// What an entry is kept under.
#[derive(Hash, PartialEq, Eq)]
struct Key {
    path: Box<[u8]>,
    coding: Option<Coding>,
}

/// The same, borrowed.
#[derive(Clone, Copy, Hash)]
struct Asked<'a> {
    path: &'a [u8],
    coding: Option<Coding>,
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.path == &*key.path && self.coding == key.coding
    }
}

#[derive(Clone, Copy)]
enum Weight {
    Bytes,
    One,
}

impl Weighter<Key, Arc<Entry>> for Weight {
    fn weight(&self, key: &Key, entry: &Arc<Entry>) -> u64 {
        match self {
            Self::Bytes => entry.weight(&key.path),
            Self::One => 1,
        }
    }
}

impl Cache {
    pub(super) fn new(settings: &FileSettings) -> Self {
        let files_max = settings.memory_bytes_max / ENTRY_WEIGHT_MIN;
        Self {
            memory: set(settings.memory_bytes_max, files_max, Weight::Bytes),
            open: set(
                settings.open_files_max as u64,
                settings.open_files_max as u64,
                Weight::One,
            ),
            hits: Counter::default(),
            misses: Counter::default(),
        }
    }

    /// What is kept under a path.
    pub(super) fn get(&self, path: &[u8]) -> Option<Arc<Entry>> {
        self.find(&Asked { path, coding: None })
    }

    /// What is kept of it in a coding.
    pub(super) fn get_coded(&self, path: &[u8], coding: Coding) -> Option<Arc<Entry>> {
        let coding = Some(coding);
        self.find(&Asked { path, coding })
    }

    fn find(&self, asked: &Asked<'_>) -> Option<Arc<Entry>> {
        self.memory.get(asked).or_else(|| self.open.get(asked))
    }

    /// Keeps an entry under a path, in place of what was there.
    pub(super) fn put(&self, path: &[u8], entry: &Arc<Entry>) {
        let coding = entry.coding();
        let (into, other) = if entry.is_in_memory() {
            (&self.memory, &self.open)
        } else {
            (&self.open, &self.memory)
        };
        other.remove(&Asked { path, coding });
        let path = path.into();
        into.insert(Key { path, coding }, entry.clone());
    }

    /// Forgets what is kept under a path, in whatever coding.
    pub(super) fn forget(&self, path: &[u8]) {
        let codings = Coding::ALL.into_iter().map(Some);
        for coding in codings.chain([None]) {
            let asked = Asked { path, coding };
            self.memory.remove(&asked);
            self.open.remove(&asked);
        }
    }

    /// What is kept, and how often that was enough.
    pub(super) fn counts(&self) -> CacheCounts {
        CacheCounts {
            hits: self.hits.sum(),
            misses: self.misses.sum(),
            bytes: self.memory.weight(),
            files: self.memory.len() as u64,
            open_files: self.open.len() as u64,
        }
    }

    /// Bytes and descriptors held.
    #[cfg(test)]
    pub(super) fn held(&self) -> (u64, usize) {
        (self.memory.weight(), self.open.len())
    }

    /// Forgets everything: another root is served.
    pub(super) fn clear(&self) {
        self.memory.clear();
        self.open.clear();
    }

    /// Closes files that were deleted: they hold their place on the disk while they are open.
    pub(super) fn close_deleted(&self) {
        self.open.retain(|_key, entry| !entry.is_deleted());
    }

    /// Closes the colder half of the open files (those being sent stay open until they are).
    pub(super) fn close_coldest(&self) {
        let capacity = self.open.capacity();
        self.open.set_capacity(self.open.len() as u64 / 2);
        self.open.set_capacity(capacity);
    }
}

/// One shard: with several, each would have its own share of the capacity, and files that fit
/// together would push each other out where their names happen to fall.
fn set(capacity: u64, items: u64, weight: Weight) -> Set {
    let items = usize::try_from(items.min(ITEMS_EXPECTED)).unwrap_or(0);
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(items)
        .weight_capacity(capacity)
        .build()
        .expect("capacity and number of items are given");
    Quick::with_options(
        options,
        weight,
        DefaultHashBuilder::default(),
        DefaultLifecycle::default(),
    )
}

/// Names remembered after their files have gone, twice over. Reason: enough to tell what comes back
/// from what passes through, at 21 bytes each.
const ITEMS_EXPECTED: u64 = 4096;
