//! The folder or file that is served: a path, looked at again like any file.
//!
//! A new folder or link target under that name is the new root as soon as somebody looks:
//! `current -> release-42` switches a site without a restart. Each root that was opened has a
//! generation, and what was read below an older one is never served again.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustix::fd::AsFd;
use rustix::fs::{AtFlags, FileType, Mode};
use rustix::io::Errno;

use crate::config::{FileSettings, Hidden, Links};
use crate::exchange::Reason;

use super::local;
use super::open::{self, Failure, Opened, Patience};
use super::stamp::Stamp;

/// Why a path cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct RootError {
    /// The path as it was given.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: RootErrorKind,
    /// What the system said.
    pub source: io::Error,
}

/// What is wrong with a path that cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootErrorKind {
    /// Nothing has that name.
    Missing,
    /// It is there, but may not or cannot be read.
    Unreadable,
    /// A socket, pipe or device.
    NeitherFolderNorFile,
}

/// The path from the top: a relative one would lead nowhere for ever once our working directory was
/// deleted, though another one of that name may come. As given, if only so it leads there now.
fn lasting(path: &Path) -> PathBuf {
    let identity = |path: &Path| rustix::fs::stat(path).map(|stat| Stamp::of(&stat).identity());
    match std::path::absolute(path) {
        Ok(absolute) if identity(&absolute) == identity(path) => absolute,
        _ => path.to_owned(),
    }
}

/// The path that is served, and what it led to at the last look.
pub(super) struct Root {
    path: PathBuf,
    look_again_after_ms: u64,
    links: Links,
    hidden: Hidden,
    place: RwLock<Option<Arc<Place>>>,
    /// Held while going to another place, so that a slow look cannot undo a later one. Keeps the
    /// last generation given out.
    moving: Mutex<u64>,
    /// Generation of the place; 0 while there is none.
    generation: AtomicU64,
    /// The clock's tick at the last look.
    looked_at: AtomicU64,
    /// Whether a look at the path may be had without waiting for a network.
    is_local: AtomicBool,
}

/// What the path led to.
pub(super) struct Place {
    pub(super) generation: u64,
    /// Whether its file system answers without waiting for a network.
    pub(super) is_local: bool,
    kind: PlaceKind,
    /// Where links below it may lead.
    links: Links,
    /// Whether names that begin with a dot are served.
    hidden: Hidden,
    /// Held open: as long as it is, no other file gets its inode number.
    opened: Opened,
}

enum PlaceKind {
    Folder,
    /// A file of that path.
    File(PathBuf),
}

impl Root {
    /// Opens the path for the first time.
    pub(super) fn new(path: &Path, settings: &FileSettings, tick: u64) -> Result<Self, RootError> {
        let look_again_after_ms = settings.look_again_after_ms();
        let lasting = lasting(path);
        let place =
            Place::open(&lasting, 1, (settings.links, settings.hidden)).map_err(|error| {
                RootError {
                    path: path.to_owned(),
                    kind: error_kind(error),
                    source: error.into(),
                }
            })?;
        Ok(Self {
            path: lasting,
            links: settings.links,
            hidden: settings.hidden,
            look_again_after_ms,
            generation: AtomicU64::new(place.generation),
            looked_at: AtomicU64::new(tick),
            is_local: AtomicBool::new(place.is_local),
            moving: Mutex::new(place.generation),
            place: RwLock::new(Some(Arc::new(place))),
        })
    }

    /// The path, from the top.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The generation whose files may be served without another look; `None` if it is time to look.
    pub(super) fn fresh_generation(&self, tick: u64) -> Option<u64> {
        let looked_at = self.looked_at.load(Ordering::Acquire);
        if tick.saturating_sub(looked_at) >= self.look_again_after_ms {
            return None;
        }
        Some(self.generation.load(Ordering::Acquire))
    }

    /// What the path leads to, after another look if it is time.
    pub(super) fn place(&self, tick: u64, patience: Patience) -> Result<Arc<Place>, Failure> {
        if self.fresh_generation(tick).is_none() {
            if patience == Patience::None && !self.is_local.load(Ordering::Relaxed) {
                return Err(Failure::WouldWait);
            }
            self.look(tick);
        }
        self.known().ok_or(Failure::Refused(Reason::RootGone))
    }

    /// Whether it leads to a single file, now or, if that had to be waited for, at the last look.
    pub(super) fn is_a_file(&self, tick: u64) -> bool {
        let place = match self.place(tick, Patience::None) {
            Err(Failure::WouldWait) => self.known(),
            place => place.ok(),
        };
        place.is_some_and(|place| place.only_file().is_some())
    }

    /// Looks whether the path still leads to the same place, and goes there if not.
    fn look(&self, tick: u64) {
        let seen = rustix::fs::stat(&self.path).map(|stat| Stamp::of(&stat).identity());
        let known = self.known().map(|place| place.identity());
        if known.is_none() || seen.ok() != known {
            self.go_there();
        }
        // Last: whoever sees that we looked must also see what we found.
        self.looked_at.fetch_max(tick, Ordering::AcqRel);
    }

    fn known(&self) -> Option<Arc<Place>> {
        let place = self.place.read().unwrap_or_else(PoisonError::into_inner);
        place.clone()
    }

    fn go_there(&self) {
        let mut last = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let found = Place::open(&self.path, *last + 1, (self.links, self.hidden)).ok();
        let identity = |place: &Place| place.identity();
        if found.as_ref().map(identity) == self.known().as_deref().map(identity) {
            // Somebody was here before us.
            return;
        }
        if let Some(new) = &found {
            *last = new.generation;
            self.is_local.store(new.is_local, Ordering::Relaxed);
        }
        let generation = found.as_ref().map_or(0, |new| new.generation);
        *self.place.write().unwrap_or_else(PoisonError::into_inner) = found.map(Arc::new);
        self.generation.store(generation, Ordering::Release);
    }
}

impl Place {
    fn open(path: &Path, generation: u64, (links, hidden): (Links, Hidden)) -> Result<Self, Errno> {
        // Looked at before it is opened: opening a pipe wakes whoever writes to it.
        let kind = match Stamp::of(&rustix::fs::stat(path)?).kind() {
            FileType::Directory => PlaceKind::Folder,
            FileType::RegularFile => PlaceKind::File(path.to_owned()),
            _ => return Err(Errno::NXIO),
        };
        let descriptor = rustix::fs::open(path, open::READ, Mode::empty())?;
        let is_local = local::is_local(&descriptor);
        let stamp = Stamp::of_descriptor(&descriptor)?;
        if (stamp.kind() == FileType::Directory) != matches!(kind, PlaceKind::Folder) {
            return Err(Errno::AGAIN);
        }
        Ok(Self {
            generation,
            is_local,
            kind,
            links,
            hidden,
            opened: Opened { descriptor, stamp },
        })
    }

    fn identity(&self) -> (u64, u64) {
        self.opened.stamp.identity()
    }

    /// The name of the only file there is, if a file is served.
    pub(super) fn only_file(&self) -> Option<&[u8]> {
        match &self.kind {
            PlaceKind::Folder => None,
            PlaceKind::File(path) => Some(path.file_name().unwrap_or_default().as_bytes()),
        }
    }

    /// Opens a name below this place, or the only file.
    pub(super) fn open_file(&self, name: &[u8], patience: Patience) -> Result<Opened, Failure> {
        if patience == Patience::None && !self.is_local {
            return Err(Failure::WouldWait);
        }
        match &self.kind {
            PlaceKind::Folder => {
                open::open(self.opened.descriptor.as_fd(), name, patience, self.links)
            }
            PlaceKind::File(path) => open::open_only_file(path, patience),
        }
    }

    /// What the system says of a name below this place that could not be opened; `None`: nothing is
    /// wrong with it. Asked once more, for whoever asks why; may wait.
    pub(super) fn system_says(&self, name: &[u8]) -> Option<Errno> {
        match &self.kind {
            PlaceKind::Folder => {
                open::system_says(self.opened.descriptor.as_fd(), name, self.links)
            }
            PlaceKind::File(path) => rustix::fs::open(path, open::READ, Mode::empty()).err(),
        }
    }

    /// Whether a name that begins with a dot is served like others.
    pub(super) fn hidden(&self) -> Hidden {
        self.hidden
    }

    /// Looks at a name below this place as if to open it.
    pub(super) fn see_file(&self, name: &[u8], patience: Patience) -> Result<Stamp, Failure> {
        if patience == Patience::None && !self.is_local {
            return Err(Failure::WouldWait);
        }
        match &self.kind {
            PlaceKind::Folder => {
                open::see_file(self.opened.descriptor.as_fd(), name, patience, self.links)
            }
            PlaceKind::File(_) => Err(Failure::Refused(Reason::NoSuchFile)),
        }
    }

    /// Whether a folder of that name is here.
    pub(super) fn see_folder(&self, name: &[u8], patience: Patience) -> Result<(), Failure> {
        match &self.kind {
            PlaceKind::Folder => {
                open::see_folder(self.opened.descriptor.as_fd(), name, patience, self.links)
            }
            PlaceKind::File(_) => Err(Failure::Refused(Reason::NoSuchFile)),
        }
    }

    /// Looks at a name without opening it.
    ///
    /// This follows links wherever they lead: what it finds is only compared with the look at a
    /// file that was opened the careful way, and if it is not that very file, opened that way again.
    pub(super) fn look(&self, name: &[u8]) -> Result<Stamp, Errno> {
        let stat = match &self.kind {
            PlaceKind::Folder => {
                rustix::fs::statat(&self.opened.descriptor, name, AtFlags::empty())
            }
            PlaceKind::File(path) => rustix::fs::stat(path),
        };
        Ok(Stamp::of(&stat?))
    }

    /// Whether nothing has a name below this place, not even a link that leads nowhere.
    pub(super) fn has_no_name(&self, name: &[u8]) -> bool {
        let folder = &self.opened.descriptor;
        let seen = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW);
        matches!(seen, Err(Errno::NOENT))
    }

    /// Whether a file opened here is on a file system that answers without a network: usually this
    /// place's own, but others may be mounted below it.
    pub(super) fn is_local_file(&self, opened: &Opened) -> bool {
        if opened.stamp.device == self.opened.stamp.device {
            self.is_local
        } else {
            local::is_local(&opened.descriptor)
        }
    }
}

fn error_kind(error: Errno) -> RootErrorKind {
    match error {
        Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::LOOP => RootErrorKind::Missing,
        Errno::NXIO | Errno::NODEV => RootErrorKind::NeitherFolderNorFile,
        _ => RootErrorKind::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_root_does_not_depend_on_the_working_directory() {
        let here = std::env::current_dir().unwrap();
        for (given, expected) in [
            (".", here.clone()),
            ("src", here.join("src")),
            ("./src/lib.rs", here.join("src/lib.rs")),
            ("/proc/..", "/proc/..".into()),
        ] {
            let root = Root::new(Path::new(given), &FileSettings::default(), 0).unwrap();
            assert_eq!(root.path, expected);
        }
        let error = Root::new(Path::new("nothing/here"), &FileSettings::default(), 0)
            .err()
            .unwrap();
        assert_eq!(error.path, Path::new("nothing/here"));
        assert_eq!(error.kind, RootErrorKind::Missing);
    }
}
