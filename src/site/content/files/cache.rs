//! Files that were asked for lately, of all folders that are served: small ones in memory, larger ones open.
//!
//! Law: both sets are bounded, in bytes and in descriptors, however many folders there are, and the coldest go
//! first, whosesoever they are. What is in here may be old: whoever takes something looks at its age. A
//! folder that is let go takes its files along.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::{Cache as Quick, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};

use crate::exchange::Coding;
use crate::observe::{CacheCounts, Counter};
use crate::site::limits::{CACHE_STEPS, ENTRY_WEIGHT_MIN};
use crate::tasks;

use super::entry::Entry;

/// Files of all folders.
pub struct FileCache {
    memory: Set,
    open: Set,
    /// Answers from what is kept, and those for which the disk was asked.
    hits: Counter,
    misses: Counter,
    /// The number of the next folder.
    next: AtomicU64,
    /// What is kept and will never be served again: by the folder's number, what was found below roots
    /// before this one.
    gone: Mutex<HashMap<u64, u64>>,
}

/// The part of one folder.
pub(super) struct Shelf {
    pub(super) all: Arc<FileCache>,
    /// Never another's, so that no file is taken for that of a folder which was served before.
    folder: u64,
}

type Set = Quick<Key, Arc<Entry>, Weight>;

/// What an entry is kept under.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    part: u64,
    path: Box<[u8]>,
}

/// The same, borrowed.
#[derive(Clone, Copy)]
struct Asked<'a> {
    part: u64,
    path: &'a [u8],
}

impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.part);
        // Nothing follows: its length tells nothing that its bytes do not.
        state.write(self.path);
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (part, path) = (self.part, &*self.path);
        Asked { part, path }.hash(state);
    }
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.path == &*key.path && self.part == key.part
    }
}

/// A folder, and in which coding: one number, for it is looked up with every request.
fn part(folder: u64, coding: Option<Coding>) -> u64 {
    folder << CODING_BITS | coding.map_or(0, |coding| 1 + coding as u64)
}

const CODING_BITS: u32 = 8;

impl Key {
    fn folder(&self) -> u64 {
        self.part >> CODING_BITS
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

impl FileCache {
    /// Keeps so many bytes in memory, and so many files open.
    pub fn new(memory_bytes_max: u64, open_files_max: usize) -> Self {
        let (files_max, open_max) = (memory_bytes_max / ENTRY_WEIGHT_MIN, open_files_max as u64);
        Self {
            memory: set(memory_bytes_max, files_max, Weight::Bytes),
            open: set(open_max, open_max, Weight::One),
            hits: Counter::default(),
            misses: Counter::default(),
            next: AtomicU64::new(0),
            gone: Mutex::default(),
        }
    }

    /// As much as these settings say.
    #[cfg(test)]
    pub(crate) fn of(settings: &crate::config::FileSettings) -> Arc<Self> {
        Arc::new(Self::new(
            settings.memory_bytes_max,
            settings.open_files_max,
        ))
    }

    /// From now on so many bytes; what fits stays. In steps: who looks something up meanwhile waits for no
    /// more than a few files to go.
    pub fn resize(&self, memory_bytes_max: u64) {
        let mut capacity = self.memory.capacity();
        let step = capacity.saturating_sub(memory_bytes_max) / CACHE_STEPS + 1;
        while capacity > memory_bytes_max {
            capacity = capacity.saturating_sub(step).max(memory_bytes_max);
            self.memory.set_capacity(capacity);
        }
        if capacity < memory_bytes_max {
            self.memory.set_capacity(memory_bytes_max);
        }
    }

    /// What is kept, and how often that was enough.
    pub fn counts(&self) -> CacheCounts {
        CacheCounts {
            hits: self.hits.sum(),
            misses: self.misses.sum(),
            bytes: self.memory.weight(),
            files: self.memory.len() as u64,
            open_files: self.open.len() as u64,
        }
    }

    /// Closes files that were deleted: they hold their place on the disk while they are open. May wait for
    /// a disk, and lets nobody else wait.
    pub fn close_deleted(&self) {
        for (key, entry) in self.open.iter() {
            if entry.is_deleted() {
                self.open.remove_if(&key, |kept| Arc::ptr_eq(kept, &entry));
            }
        }
    }

    /// Closes the colder half of the open files (those being sent stay open until they are).
    pub fn close_coldest(&self) {
        let capacity = self.open.capacity();
        self.open.set_capacity(self.open.len() as u64 / 2);
        self.open.set_capacity(capacity);
    }

    /// The part of a folder that was not served before.
    pub(super) fn shelf(self: &Arc<Self>) -> Shelf {
        Shelf {
            all: self.clone(),
            folder: self.next.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Lets go of what is gone. Takes as long as there is something kept, and holds nobody up.
    fn sweep(&self) {
        let gone = std::mem::take(&mut *self.gone());
        for set in [&self.open, &self.memory] {
            for (key, _) in set.iter() {
                if let Some(before) = gone.get(&key.folder()) {
                    set.remove_if(&key, |entry| entry.generation < *before);
                }
            }
        }
    }

    fn gone(&self) -> MutexGuard<'_, HashMap<u64, u64>> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// What is kept under a path.
    pub(super) fn get(&self, path: &[u8]) -> Option<Arc<Entry>> {
        self.find(&self.asked(path, None))
    }

    /// What is kept of it in a coding.
    pub(super) fn get_coded(&self, path: &[u8], coding: Coding) -> Option<Arc<Entry>> {
        self.find(&self.asked(path, Some(coding)))
    }

    fn asked<'a>(&self, path: &'a [u8], coding: Option<Coding>) -> Asked<'a> {
        let part = part(self.folder, coding);
        Asked { part, path }
    }

    fn find(&self, asked: &Asked<'_>) -> Option<Arc<Entry>> {
        let FileCache { memory, open, .. } = &*self.all;
        memory.get(asked).or_else(|| open.get(asked))
    }

    /// Keeps an entry under a path, in place of what was there.
    pub(super) fn put(&self, path: &[u8], entry: &Arc<Entry>) {
        let FileCache { memory, open, .. } = &*self.all;
        let (into, other) = if entry.is_in_memory() {
            (memory, open)
        } else {
            (open, memory)
        };
        let asked = self.asked(path, entry.coding());
        other.remove(&asked);
        let (part, path) = (asked.part, path.into());
        into.insert(Key { part, path }, entry.clone());
    }

    /// Forgets what is kept under a path, in whatever coding.
    pub(super) fn forget(&self, path: &[u8]) {
        let codings = Coding::ALL.into_iter().map(Some);
        for coding in codings.chain([None]) {
            let asked = self.asked(path, coding);
            self.all.memory.remove(&asked);
            self.all.open.remove(&asked);
        }
    }

    /// Forgets what was found below roots before this one, soon: it is never served again.
    pub(super) fn forget_before(&self, generation: u64) {
        let is_first = {
            let mut gone = self.all.gone();
            let is_first = gone.is_empty();
            gone.insert(self.folder, generation);
            is_first
        };
        // Whoever comes while somebody is about to sweep has it swept along.
        if is_first {
            let all = self.all.clone();
            if !tasks::in_background(move || all.sweep()) {
                self.all.sweep();
            }
        }
    }

    /// Counts so many answers from what is kept.
    #[inline]
    pub(super) fn hit(&self, count: u64) {
        self.all.hits.add(count);
    }

    /// Counts so many answers for which the disk was asked.
    pub(super) fn missed(&self, count: u64) {
        self.all.misses.add(count);
    }

    /// What files of all folders may take in memory, bytes.
    pub(super) fn memory_bytes_max(&self) -> u64 {
        self.all.memory.capacity()
    }

    /// Closes the colder half of the open files, whosesoever they are.
    pub(super) fn close_coldest(&self) {
        self.all.close_coldest();
    }

    /// Bytes and descriptors held, by all.
    #[cfg(test)]
    pub(super) fn held(&self) -> (u64, usize) {
        (self.all.memory.weight(), self.all.open.len())
    }
}

/// The folder is not served any more.
impl Drop for Shelf {
    fn drop(&mut self) {
        self.forget_before(u64::MAX);
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
