//! A file that says who may come in: read at the start, and looked at again like any file.
//!
//! A request looks at it if its last look is older than `--look-again-after`, off the worker. What was
//! written counts from then on. What cannot be used is said once, and what we had stays: nobody who was
//! kept out comes in, and nobody is locked out, because somebody's editor is not done.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use super::access::{AccessError, AccessTrouble};
use crate::clock;
use crate::observe::{Journal, Notice};
use crate::tasks;

/// A file, and what it says now.
pub(crate) struct Followed<T> {
    path: PathBuf,
    /// The same for notices, which are no larger than a word.
    name: &'static str,
    bytes_max: u64,
    read: fn(&[u8]) -> Result<T, AccessTrouble>,
    now: RwLock<Arc<T>>,
    look_again_after: Duration,
    /// By [`clock::tick_ms`].
    looked_at_ms: AtomicU64,
    seen: Mutex<Seen>,
}

/// What the last look found.
struct Seen {
    stamp: Stamp,
    /// This one cannot be used; told once it is found a second time, for a file is not always written
    /// in one piece.
    failed: Option<(Stamp, IsTold)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsTold {
    Yes,
    NotYet,
}

/// What tells one content of a file from another; a file that is not there has one, too.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp(Option<[i64; 6]>);

impl Stamp {
    fn of(path: &Path) -> Self {
        let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let found = path.metadata().ok();
        Self(found.map(|found| {
            [
                number(found.ino()),
                number(found.len()),
                found.mtime(),
                found.mtime_nsec(),
                found.ctime(),
                found.ctime_nsec(),
            ]
        }))
    }
}

impl<T: Send + Sync + 'static> Followed<T> {
    /// Reads it for the first time. May wait for a disk.
    pub(crate) fn begin(
        path: &Path,
        bytes_max: u64,
        look_again_after: Duration,
        read: fn(&[u8]) -> Result<T, AccessTrouble>,
    ) -> Result<Self, AccessError> {
        let stamp = Stamp::of(path);
        let now = read_bytes(path, bytes_max).and_then(|bytes| read(&bytes));
        let now = now.map_err(|trouble| AccessError {
            path: path.to_owned(),
            trouble,
        })?;
        // As many as were given at the start, and for as long as the program runs.
        let name = Box::leak(path.to_string_lossy().into_owned().into_boxed_str());
        Ok(Self {
            path: path.to_owned(),
            name,
            bytes_max,
            read,
            now: RwLock::new(Arc::new(now)),
            look_again_after,
            looked_at_ms: AtomicU64::new(clock::tick_ms()),
            seen: Mutex::new(Seen {
                stamp,
                failed: None,
            }),
        })
    }

    /// What it says, as far as we know.
    pub(crate) fn now(&self) -> Arc<T> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// Whether it is time to look at it again.
    pub(crate) fn is_due(&self, tick_ms: u64) -> bool {
        let last = self.looked_at_ms.load(Ordering::Relaxed);
        let pause = u64::try_from(self.look_again_after.as_millis()).unwrap_or(u64::MAX);
        tick_ms.saturating_sub(last) >= pause
    }

    /// Looks at it if it is time to; one request does, the others go on with what there is.
    pub(crate) async fn look_again(self: &Arc<Self>, journal: &Arc<Journal>) {
        let now = clock::tick_ms();
        let last = self.looked_at_ms.load(Ordering::Relaxed);
        let claim = || {
            self.looked_at_ms
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
        };
        if self.is_due(now) && claim().is_ok() {
            let (followed, journal) = (self.clone(), journal.clone());
            // Without the pool the server is stopping, and what there is will do.
            let _ = tasks::blocking(move || followed.look(&journal)).await;
        }
    }

    /// Looks at it now. May wait for a disk.
    pub(super) fn look(&self, journal: &Journal) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Older than what is read: a change in between is found later.
        let stamp = Stamp::of(&self.path);
        if stamp == seen.stamp {
            seen.failed = None;
            return;
        }
        if seen.failed == Some((stamp, IsTold::Yes)) {
            return;
        }
        match read_bytes(&self.path, self.bytes_max).and_then(|bytes| (self.read)(&bytes)) {
            Ok(new) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                *seen = Seen {
                    stamp,
                    failed: None,
                };
                journal.notice(Notice::AccessRenewed { path: self.name });
            }
            Err(trouble) => {
                let is_told = match seen.failed {
                    Some((before, _)) if before == stamp => IsTold::Yes,
                    _ => IsTold::NotYet,
                };
                if is_told == IsTold::Yes {
                    journal.notice(Notice::AccessKept {
                        path: self.name,
                        line: trouble.line().unwrap_or(0) as u64,
                        error: trouble.key(),
                    });
                }
                seen.failed = Some((stamp, is_told));
            }
        }
    }
}

/// Reads a file as far as it may reach.
pub(super) fn read_bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, AccessTrouble> {
    let mut bytes = Vec::new();
    // A pipe or a device may have no end; a byte more than the limit tells that there is more.
    let read = |bytes: &mut Vec<u8>| -> io::Result<()> {
        File::open(path)?.take(bytes_max + 1).read_to_end(bytes)?;
        if bytes.len() as u64 > bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(())
    };
    match read(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(AccessTrouble::Unreadable(error)),
    }
}
