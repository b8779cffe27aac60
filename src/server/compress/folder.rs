//! Walks through a folder and finds what is worth compressing.

use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::site::compressing::is_promising;

use super::{Failure, FailureKind};
use crate::server::limits::FOLDERS_DEEP_MAX;

/// A file that is worth trying.
pub(super) struct Found {
    /// The folder it is in.
    pub(super) folder: Arc<OwnedFd>,
    /// Its name there.
    pub(super) name: Box<[u8]>,
    /// Where it is, to be told.
    pub(super) path: PathBuf,
    /// Bytes.
    pub(super) size: u64,
}

impl Found {
    /// A regular file whose type promises something.
    pub(super) fn of(
        folder: &Arc<OwnedFd>,
        place: &Path,
        name: &[u8],
        stat: &Stat,
    ) -> Option<Self> {
        let is_regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        (is_regular && size > 0 && is_promising(name)).then(|| Self {
            folder: folder.clone(),
            name: name.into(),
            path: place.join(OsStr::from_bytes(name)),
            size,
        })
    }
}

/// Goes through a folder and all below it, links and hidden names left out; whether `visit` wanted
/// all of it.
pub(super) fn walk(
    top: BorrowedFd<'_>,
    path: &Path,
    visit: &mut dyn FnMut(Result<Found, Failure>) -> bool,
) -> bool {
    let opened = rustix::fs::openat(top, ".", FOLDER, Mode::empty());
    into(opened, path, 0, visit)
}

/// A link is no folder here.
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

fn into(
    opened: Result<OwnedFd, Errno>,
    path: &Path,
    depth: usize,
    visit: &mut dyn FnMut(Result<Found, Failure>) -> bool,
) -> bool {
    let failed = |kind| Failure {
        path: path.to_owned(),
        kind,
    };
    if depth > FOLDERS_DEEP_MAX {
        return visit(Err(failed(FailureKind::TooDeep)));
    }
    let unreadable = |error: Errno| failed(FailureKind::Read(error.into()));
    let folder = match opened {
        Ok(folder) => Arc::new(folder),
        Err(error) => return visit(Err(unreadable(error))),
    };
    let entries = match Dir::read_from(&folder) {
        Ok(entries) => entries,
        Err(error) => return visit(Err(unreadable(error))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return visit(Err(unreadable(error))),
        };
        let name = entry.file_name().to_bytes();
        // What is hidden is not served.
        let is_well_known = depth == 0 && name == b".well-known";
        if name.starts_with(b".") && !is_well_known {
            continue;
        }
        // What has gone meanwhile is not there.
        let Ok(stat) = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
            continue;
        };
        let goes_on = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let below = rustix::fs::openat(folder.as_fd(), name, FOLDER, Mode::empty());
                into(below, &path.join(OsStr::from_bytes(name)), depth + 1, visit)
            }
            _ => match Found::of(&folder, path, name, &stat) {
                Some(found) => visit(Ok(found)),
                None => true,
            },
        };
        if !goes_on {
            return false;
        }
    }
    true
}
