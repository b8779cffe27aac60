//! Memory that is written once: its pages may be handed to the kernel, which sends them as they are.
//!
//! `send` copies what it is given; `vmsplice` does not, and from some 8 KiB on that is cheaper. But nobody
//! can tell when the kernel has done with a page: it may wait for a slow client, or with a client on this
//! machine. So what lies here is never written again. A file of a disk could be sent without a copy, too
//! (`sendfile`), but there is always somebody who may write to it meanwhile.
//!
//! Law: a stretch is written before anybody has it. When nobody has it any more its pages are given back
//! to the system, whole ones, and what comes there next gets others; the kernel keeps those that it has
//! still to send.
//!
//! With `unsafe`, for to map memory is, and to hand it over: no library can know that it is not written.
#![expect(
    unsafe_code,
    reason = "one mapping, and what is done with parts of it: only this file knows which are written"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, ProtFlags};
use rustix::param::page_size;
use rustix::pipe::{IoSliceRaw, SpliceFlags};

/// Content up to this size is not worth it, bytes. Reason: one call that copies costs less than two that
/// do not (measured). Up to here: not kept here.
const COPIED_BYTES_MAX: usize = 8 << 10;

/// Addresses set aside, bytes; memory is taken as content comes, and whoever keeps content bounds it. Reason:
/// more than the files of a site that are asked for often. Beyond: not kept here.
const ADDRESSES_BYTES: usize = if usize::BITS < 64 { 256 << 20 } else { 4 << 30 };

/// What large pages have, bytes. Reason: their parts lie side by side in memory, so that they are handed
/// over in fewer pieces: a tenth to a sixth less work for an answer (measured).
const LARGE_PAGE_BYTES: usize = 2 << 20;

/// All of this memory.
struct Store {
    begin: NonNull<c_void>,
    len: usize,
    free: Mutex<Free>,
    /// Set once the system did not take pages back: what may not be used again must not grow.
    is_closed: AtomicBool,
}

// SAFETY: the address is that of a mapping that lasts as long as the program; which parts of it are
// written and read, and by whom, `Stretch` sees to.
unsafe impl Send for Store {}
// SAFETY: as above; what changes is behind a lock.
unsafe impl Sync for Store {}

/// A stretch of it: written, and not written again while this lives.
struct Stretch {
    store: &'static Store,
    start: usize,
    len: usize,
}

/// What is not taken, in pages.
#[derive(Debug, Default, PartialEq, Eq)]
struct Free {
    /// Where a hole begins, and how long it is. No two touch.
    holes: BTreeMap<usize, usize>,
    /// The same, by length.
    by_length: BTreeSet<(usize, usize)>,
}

static STORE: OnceLock<Option<Store>> = OnceLock::new();

/// A copy that may be handed over. `None` where it would not pay, or there is no room.
pub fn copied(content: &[u8]) -> Option<Bytes> {
    if content.len() <= COPIED_BYTES_MAX {
        return None;
    }
    let store = STORE.get_or_init(|| Store::new().ok()).as_ref()?;
    store.copied(content).map(Bytes::from_owner)
}

/// Whether these bytes may be handed over, and that pays.
#[inline]
pub fn holds(bytes: &[u8]) -> bool {
    bytes.len() > COPIED_BYTES_MAX && is_here(bytes)
}

/// Puts pages of these bytes into a pipe, as they are and as many as fit. Only what is held here.
pub fn hand_over(bytes: &[u8], pipe: BorrowedFd<'_>) -> Result<usize, Errno> {
    if !is_here(bytes) {
        return Err(Errno::INVAL);
    }
    let slices = [IoSliceRaw::from_slice(bytes)];
    // SAFETY: whoever reads from the pipe gets the pages themselves. They are part of a stretch, for
    // that is where all bytes here come from: it is not written again, and when it is dropped they
    // are taken out of our memory, not changed.
    unsafe { rustix::pipe::vmsplice(pipe, &slices, SpliceFlags::NONBLOCK) }
}

fn is_here(bytes: &[u8]) -> bool {
    let Some(store) = STORE.get().and_then(Option::as_ref) else {
        return false;
    };
    let at = (bytes.as_ptr() as usize).checked_sub(store.begin.as_ptr() as usize);
    at.is_some_and(|at| at < store.len)
}

impl Store {
    fn new() -> io::Result<Self> {
        let len = ADDRESSES_BYTES / page_size() * page_size();
        let rights = ProtFlags::READ | ProtFlags::WRITE;
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        let more = len + LARGE_PAGE_BYTES;
        // SAFETY: the system chooses where, so nothing is mapped over; nothing refers to it yet.
        let mapped = unsafe { rustix::mm::mmap_anonymous(ptr::null_mut(), more, rights, flags) }?;
        let begin = mapped.wrapping_byte_add(mapped.align_offset(LARGE_PAGE_BYTES));
        // SAFETY: it lies in the mapping with all of its length, and this changes no content. Where
        // there are no large pages, small ones do.
        let _ = unsafe { rustix::mm::madvise(begin, len, Advice::LinuxHugepage) };
        let mut free = Free::default();
        free.give_back(0, len / page_size());
        Ok(Self {
            begin: NonNull::new(begin).ok_or(Errno::NOMEM)?,
            len,
            free: Mutex::new(free),
            is_closed: AtomicBool::new(false),
        })
    }

    fn copied(&'static self, content: &[u8]) -> Option<Stretch> {
        if self.is_closed.load(Ordering::Relaxed) {
            return None;
        }
        let start = self.free().take(pages(content.len()))? * page_size();
        let len = content.len();
        let stretch = Stretch {
            store: self,
            start,
            len,
        };
        // SAFETY: these pages lie in the mapping, were taken from its holes, and nobody else has
        // them; `content` cannot lie in them, for a part of a stretch that lives is no hole.
        unsafe { ptr::copy_nonoverlapping(content.as_ptr(), stretch.begin(), len) };
        Some(stretch)
    }

    fn free(&self) -> MutexGuard<'_, Free> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stretch {
    fn begin(&self) -> *mut u8 {
        self.store
            .begin
            .as_ptr()
            .cast::<u8>()
            .wrapping_add(self.start)
    }
}

impl AsRef<[u8]> for Stretch {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: all of it lies in the mapping, which is never undone, and was written before it was
        // handed out (`Store::copied`); nobody writes to it, and its pages are neither given back nor
        // taken by another before it is dropped.
        unsafe { slice::from_raw_parts(self.begin(), self.len) }
    }
}

impl Drop for Stretch {
    fn drop(&mut self) {
        let pages = pages(self.len);
        let (begin, len) = (self.begin().cast(), pages * page_size());
        // SAFETY: whole pages of the mapping that are this stretch's alone, and nobody has it any
        // more: what is lost is what nobody will read. What comes here next is written to new ones.
        let given_back = unsafe { rustix::mm::madvise(begin, len, Advice::LinuxDontNeed) };
        match given_back {
            Ok(()) => self.store.free().give_back(self.start / page_size(), pages),
            Err(_) => self.store.is_closed.store(true, Ordering::Relaxed),
        }
    }
}

impl Free {
    /// Takes so many pages from the smallest hole that has them.
    fn take(&mut self, pages: usize) -> Option<usize> {
        let (length, start) = *self.by_length.range((pages, 0)..).next()?;
        self.remove(start, length);
        if length > pages {
            self.insert(start + pages, length - pages);
        }
        Some(start)
    }

    /// What was taken is a hole again, one with those beside it.
    fn give_back(&mut self, mut start: usize, mut pages: usize) {
        if let Some((&before, &length)) = self.holes.range(..start).next_back()
            && before + length == start
        {
            self.remove(before, length);
            (start, pages) = (before, length + pages);
        }
        if let Some(&length) = self.holes.get(&(start + pages)) {
            self.remove(start + pages, length);
            pages += length;
        }
        self.insert(start, pages);
    }

    fn insert(&mut self, start: usize, pages: usize) {
        self.holes.insert(start, pages);
        self.by_length.insert((pages, start));
    }

    fn remove(&mut self, start: usize, pages: usize) {
        self.holes.remove(&start);
        self.by_length.remove(&(pages, start));
    }
}

fn pages(bytes: usize) -> usize {
    bytes.div_ceil(page_size())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;
    use std::os::fd::AsFd;

    use super::*;

    const BYTES: usize = (40 << 10) + 17;

    fn content(of: u8) -> Vec<u8> {
        vec![of; BYTES]
    }

    #[test]
    fn what_is_copied_is_known_and_every_part_of_it_that_is_worth_it() {
        assert_eq!(copied(&[b'x'; COPIED_BYTES_MAX]), None, "it would not pay");
        let bytes = copied(&content(b'a')).unwrap();
        assert_eq!(bytes, content(b'a'));
        assert!(holds(&bytes) && holds(&bytes.slice(100..)));
        assert!(!holds(&bytes.slice(..COPIED_BYTES_MAX)));
        let other = content(b'a');
        assert!(!holds(&other));
        let (_read, write) = rustix::pipe::pipe().unwrap();
        assert_eq!(hand_over(&other, write.as_fd()), Err(Errno::INVAL));
    }

    #[test]
    fn what_is_on_its_way_stays_as_it_was_when_its_place_has_other_content() {
        let (read, write) = rustix::pipe::pipe().unwrap();
        let bytes = copied(&content(b'a')).unwrap();
        let place = bytes.as_ptr();
        assert_eq!(hand_over(&bytes, write.as_fd()), Ok(BYTES));
        drop((bytes, write));
        // Others may take a place meanwhile, but not so many of them.
        let others: Vec<Bytes> = (0..64).filter_map(|_| copied(&content(b'b'))).collect();
        let takes_it = |other: &Bytes| other.as_ptr() == place;
        assert!(others.iter().any(takes_it), "nobody took the place");
        let mut arrived = Vec::new();
        File::from(read).read_to_end(&mut arrived).unwrap();
        assert!(arrived == content(b'a'), "changed on its way");
    }

    #[test]
    fn a_part_holds_the_whole_and_the_last_part_lets_it_go() {
        let bytes = copied(&content(b'c')).unwrap();
        let (place, part) = (bytes.as_ptr(), bytes.slice(BYTES - 10..));
        drop(bytes);
        let others: Vec<Bytes> = (0..64).filter_map(|_| copied(&content(b'd'))).collect();
        assert!(others.iter().all(|other| other.as_ptr() != place));
        assert_eq!(part, [b'c'; 10][..]);
    }

    /// Beside a plain list of pages, through steps that depend on nothing but each other.
    #[test]
    fn no_page_is_taken_twice_and_holes_grow_together() {
        const PAGES: usize = 24;
        let mut dice = 1_u64;
        let mut below = |bound: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(dice >> 33).unwrap() % bound
        };
        let mut whole = Free::default();
        whole.give_back(0, PAGES);
        let mut free = Free::default();
        free.give_back(0, PAGES);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for _ in 0..10_000 {
            if taken.is_empty() || below(2) == 0 {
                let mut page = [false; PAGES];
                for (start, pages) in &taken {
                    page[*start..start + pages].fill(true);
                }
                let pages = 1 + below(5);
                let fits = page.windows(pages).any(|window| !window.contains(&true));
                let start = free.take(pages);
                assert_eq!(start.is_some(), fits, "{pages} in {free:?}");
                if let Some(start) = start {
                    assert!(!page[start..start + pages].contains(&true), "twice");
                    taken.push((start, pages));
                }
            } else {
                let (start, pages) = taken.swap_remove(below(taken.len()));
                free.give_back(start, pages);
            }
        }
        for (start, pages) in taken {
            free.give_back(start, pages);
        }
        assert_eq!(free, whole);
    }
}
