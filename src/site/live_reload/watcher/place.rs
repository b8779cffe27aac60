//! What is watched, and which names in it matter.

use std::cell::Cell;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fd::BorrowedFd;
use rustix::fs::{AtFlags, CWD, FileType};

use crate::config::{FileSettings, Hidden, Links};
use crate::site::content::files::stamp::Stamp;

/// What is watched: a folder, or one name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    identity: (u64, u64),
    pub(super) only: Option<Box<[u8]>>,
}

/// Which names matter.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    hidden: Hidden,
    pub(super) links: Links,
    /// Where we print to, if that is a file: our own words about a reload are no reason for another.
    pub(super) output: Vec<(u64, u64)>,
    /// Whether a link was met: files have more names then than the one that is told.
    pub(super) has_links: Cell<bool>,
}

impl Place {
    pub(super) fn at(path: &Path) -> Option<Self> {
        let found = Stamp::of(&rustix::fs::stat(path).ok()?);
        if found.kind() == FileType::Directory {
            return Some(Self {
                folder: path.to_owned(),
                identity: found.identity(),
                only: None,
            });
        }
        // The file itself may be another each time it is saved; its folder stays.
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        Some(Self {
            folder: folder.to_owned(),
            identity: Stamp::of(&rustix::fs::stat(folder).ok()?).identity(),
            only: Some(path.file_name()?.as_bytes().into()),
        })
    }

    pub(super) fn concerns(&self, name: &[u8]) -> bool {
        self.only.as_ref().is_none_or(|only| **only == *name)
    }

    /// Looks at a name itself, not at what it leads to.
    pub(super) fn look(&self, name: &[u8]) -> Option<Stamp> {
        let path = self.folder.join(OsStr::from_bytes(name));
        let stat = rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Stamp::of(&stat))
    }

    pub(super) fn kind_of(&self, name: &[u8]) -> Option<FileType> {
        self.look(name).map(|stamp| stamp.kind())
    }
}

impl Rules {
    pub(super) fn new(settings: &FileSettings) -> Self {
        Self {
            hidden: settings.hidden,
            links: settings.links,
            output: own_output(),
            has_links: Cell::new(false),
        }
    }

    /// Whether a name is none of ours: hidden, a copy that editors keep, or what is installed by the
    /// ten thousand and never edited.
    pub(super) fn ignores(&self, name: &[u8]) -> bool {
        let is_hidden = name.starts_with(b".") && self.hidden == Hidden::Kept;
        is_hidden || name.ends_with(b"~") || name == b".git" || name == b"node_modules"
    }
}

/// The files that our own words go to.
fn own_output() -> Vec<(u64, u64)> {
    let identity = |fd: BorrowedFd<'_>| {
        let stamp = Stamp::of_descriptor(fd).ok()?;
        (stamp.kind() == FileType::RegularFile).then(|| stamp.identity())
    };
    [rustix::stdio::stdout(), rustix::stdio::stderr()]
        .into_iter()
        .filter_map(identity)
        .collect()
}
