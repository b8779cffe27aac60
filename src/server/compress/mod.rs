//! Lays compressed siblings beside the files of a folder: `hello compress`.
//!
//! Law: nothing is followed out of the folder, for no link is followed at all; nothing is written
//! under the name of a sibling until all of it is there; and nothing is touched but regular files.
//!
//! `folder` walks, `sibling` writes one; here many hands do it, and it is added up.

mod folder;
mod sibling;

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

#[cfg(doc)]
use super::limits::FOLDERS_DEEP_MAX;
use super::limits::{COMPRESS_FAILURES_MAX, COMPRESSED_FILES_WAITING_MAX};
use super::{RootError, RootErrorKind};
use crate::exchange::Coding;
pub use crate::observe::{percent_text, size_in_words};
use crate::tasks;

use folder::Found;
use sibling::Outcome;

/// What is to be compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompressOrder {
    /// A folder, or a single file.
    pub path: PathBuf,
    /// Whether nothing is to be written, only said.
    pub is_dry: bool,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files that are worth trying, by their type.
    pub files: u64,
    /// Of these, files with siblings now.
    pub compressed: u64,
    /// Of these, files with siblings that were made now.
    pub renewed: u64,
    /// Files too large to be tried.
    pub too_large: u64,
    /// Siblings made, or made anew.
    pub made: u64,
    /// Siblings that were there and are as new as their files.
    pub fresh: u64,
    /// Siblings that were older than their files, and would not be worth it any more.
    pub removed: u64,
    /// Bytes of all those files.
    pub plain_bytes: u64,
    /// Bytes that clients fetch of them in each coding, in the order of [`CODINGS`].
    pub coded_bytes: [u64; Coding::COUNT],
    /// What went wrong, the first few of them.
    pub failures: Vec<Failure>,
    /// How much went wrong.
    pub failed: u64,
    /// Whether it ended early: whatever followed would have failed likewise.
    pub is_cut_short: bool,
}

/// The names of the codings.
pub const CODINGS: [&str; Coding::COUNT] = ["br", "zstd", "gzip"];

/// Something that went wrong.
#[derive(Debug)]
pub struct Failure {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub kind: FailureKind,
}

/// What went wrong.
#[derive(Debug)]
pub enum FailureKind {
    /// It cannot be read; the system says why.
    Read(io::Error),
    /// It cannot be written; the system says why.
    Write(io::Error),
    /// Something that is no file has the name of a sibling.
    InTheWay,
    /// It changed while it was read.
    Changed,
    /// Folders within folders, more than [`FOLDERS_DEEP_MAX`].
    TooDeep,
    /// A bug of ours.
    Panicked,
}

/// Does it; `hear` is told how many files are done, and of how many.
///
/// # Errors
/// The path itself cannot be read.
pub fn compress(order: &CompressOrder, hear: &mut dyn FnMut(u64, u64)) -> Result<Tally, RootError> {
    let wrong = |error: Errno| RootError {
        path: order.path.clone(),
        kind: match error {
            Errno::NOENT | Errno::NOTDIR => RootErrorKind::Missing,
            Errno::NXIO => RootErrorKind::NeitherFolderNorFile,
            _ => RootErrorKind::Unreadable,
        },
        source: error.into(),
    };
    let start = Start::open(&order.path).map_err(wrong)?;
    let mut of = 0;
    start.walk(&mut |found| {
        of += u64::from(found.is_ok());
        true
    });
    let mut tally = Tally::default();
    hear(0, of);
    let (files, waiting) = sync_channel::<Found>(COMPRESSED_FILES_WAITING_MAX);
    let (said, hearing) = sync_channel::<Result<Outcome, Failure>>(COMPRESSED_FILES_WAITING_MAX);
    let stop = Arc::new(AtomicBool::new(false));
    let walker = {
        let (said, stop) = (said.clone(), stop.clone());
        tasks::thread("compress-walk", move || {
            start.walk(&mut |found| {
                let is_taken = match found {
                    Ok(found) => files.send(found).is_ok(),
                    Err(failure) => said.send(Err(failure)).is_ok(),
                };
                is_taken && !stop.load(Ordering::Relaxed)
            });
        })
    };
    let waiting = Arc::new(Mutex::new(waiting));
    let is_dry = order.is_dry;
    let mut threads: VecDeque<_> = std::iter::repeat_with(|| {
        let (waiting, said, stop) = (waiting.clone(), said.clone(), stop.clone());
        tasks::thread("compress", move || {
            while let Some(found) = next(&waiting) {
                if stop.load(Ordering::Relaxed) {
                    continue;
                }
                if said.send(Ok(sibling::lay_all(&found, is_dry))).is_err() {
                    return;
                }
            }
        })
    })
    .take(hands())
    .collect();
    threads.push_back(walker);
    drop((said, waiting));
    let mut done = 0;
    for heard in hearing {
        match heard {
            Ok(outcome) => {
                done += 1;
                tally.add(outcome, &stop);
                hear(done, of.max(done));
            }
            Err(failure) => tally.note(failure, &stop),
        }
    }
    for thread in threads {
        let has_ended = thread.is_ok_and(|thread| thread.join().is_ok());
        if !has_ended {
            let (path, kind) = (order.path.clone(), FailureKind::Panicked);
            tally.note(Failure { path, kind }, &stop);
        }
    }
    Ok(tally)
}

fn next(waiting: &Mutex<Receiver<Found>>) -> Option<Found> {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.recv().ok()
}

/// One hand for each core.
fn hands() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Tally {
    fn add(&mut self, outcome: Outcome, stop: &AtomicBool) {
        self.files += 1;
        self.compressed += u64::from(outcome.coded_bytes.iter().any(Option::is_some));
        self.too_large += u64::from(outcome.is_too_large);
        self.renewed += u64::from(outcome.made > 0);
        self.made += outcome.made;
        self.fresh += outcome.fresh;
        self.removed += outcome.removed;
        self.plain_bytes += outcome.plain_bytes;
        for (sum, bytes) in self.coded_bytes.iter_mut().zip(outcome.coded_bytes) {
            *sum += bytes.unwrap_or(outcome.plain_bytes);
        }
        for failure in outcome.failures {
            self.note(failure, stop);
        }
    }

    fn note(&mut self, failure: Failure, stop: &AtomicBool) {
        if failure.is_of_all() {
            self.is_cut_short = true;
            stop.store(true, Ordering::Relaxed);
        }
        self.failed += 1;
        if self.failures.len() < COMPRESS_FAILURES_MAX {
            self.failures.push(failure);
        }
    }
}

impl Failure {
    /// Whether whatever is written next will fail likewise.
    fn is_of_all(&self) -> bool {
        let FailureKind::Write(error) = &self.kind else {
            return false;
        };
        [Errno::NOSPC, Errno::DQUOT, Errno::ROFS]
            .iter()
            .any(|fatal| error.raw_os_error() == Some(fatal.raw_os_error()))
    }
}

/// Where it begins.
struct Start {
    folder: Arc<OwnedFd>,
    path: PathBuf,
    /// The only file, if it is one.
    only: Option<(Box<[u8]>, Stat)>,
}

impl Start {
    fn open(path: &Path) -> Result<Self, Errno> {
        let stat = rustix::fs::stat(path)?;
        let open = |path: &Path| {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            rustix::fs::openat(CWD, path, flags, Mode::empty()).map(Arc::new)
        };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => Ok(Self {
                folder: open(path)?,
                path: path.to_owned(),
                only: None,
            }),
            FileType::RegularFile => {
                let name = path.file_name().ok_or(Errno::NXIO)?;
                let parent = path
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                let parent = parent.unwrap_or(Path::new("."));
                Ok(Self {
                    folder: open(parent)?,
                    path: parent.to_owned(),
                    only: Some((name.as_encoded_bytes().into(), stat)),
                })
            }
            _ => Err(Errno::NXIO),
        }
    }

    fn walk(&self, visit: &mut dyn FnMut(Result<Found, Failure>) -> bool) {
        match &self.only {
            Some((name, stat)) => {
                let found = Found::of(&self.folder, &self.path, name, stat);
                if let Some(found) = found {
                    visit(Ok(found));
                }
            }
            None => {
                folder::walk(self.folder.as_fd(), &self.path, visit);
            }
        }
    }
}

#[cfg(test)]
mod tests;
