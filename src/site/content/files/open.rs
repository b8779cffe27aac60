//! Opens a name below a folder, and never anything else.
//!
//! Law: every name is opened here. Where the kernel has `openat2`, it confines the name
//! (`RESOLVE_BENEATH`); elsewhere [`super::walk`] does, and the same tests hold for both. Only
//! regular files and folders are opened for reading: what has the name is looked at first, for to
//! open a pipe lets its writer run into nothing, and to open a device may set it going.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::path::Arg;

use crate::config::Links;
use crate::exchange::Reason;
use crate::site::limits::ATTEMPTS_MAX;

use super::stamp::Stamp;
use super::walk;

/// Whether one may wait for a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// No: what the kernel has not at hand fails with [`Failure::WouldWait`].
    None,
    /// Yes: we are in the pool.
    Plenty,
}

/// Why something was not opened, or not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may take a disk: to be tried again in the pool.
    WouldWait,
    /// Not this one.
    Refused(Reason),
}

/// How names are confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confinement {
    /// By the kernel.
    Openat2,
    /// Step by step.
    Walk,
}

/// Something opened, with a first look at it: a regular file or a folder.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) descriptor: OwnedFd,
    pub(super) stamp: Stamp,
}

impl Opened {
    pub(super) fn is_folder(&self) -> bool {
        self.stamp.kind() == FileType::Directory
    }
}

/// `NONBLOCK`: a pipe without a writer must not hold us. `NOCTTY`: a terminal must not become ours.
pub(super) const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// Only to see what it is: nothing is opened, and nobody notices.
const SEE: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);

/// Only to see that it is there and a folder.
pub(super) const SEE_FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Set once the kernel, or a sandbox around us, has shown that it has no `openat2`.
static NO_OPENAT2: AtomicBool = AtomicBool::new(false);

/// Set once the kernel has shown that it has no `RESOLVE_CACHED` (before 5.12).
static NO_RESOLVE_CACHED: AtomicBool = AtomicBool::new(false);

/// How names are confined as far as we know now.
pub(super) fn confinement() -> Confinement {
    if NO_OPENAT2.load(Ordering::Relaxed) {
        Confinement::Walk
    } else {
        Confinement::Openat2
    }
}

/// Opens `name` below `folder` for reading.
pub(super) fn open(
    folder: BorrowedFd<'_>,
    name: &[u8],
    patience: Patience,
    links: Links,
) -> Result<Opened, Failure> {
    open_by(folder, name, patience, (confinement(), links))
}

/// The same with the confinement given.
pub(super) fn open_by(
    folder: BorrowedFd<'_>,
    name: &[u8],
    patience: Patience,
    bounds: (Confinement, Links),
) -> Result<Opened, Failure> {
    look_and_open(|flags| confined(folder, name, flags, patience, bounds))
}

/// Opens for reading what a look has found to be a regular file or a folder.
///
/// Between the two something else can take the name, hence the second look; if both find another
/// file each, it was replaced just now, and we try once more. A third is as good as the second:
/// whatever is given back was opened confined and looked at.
fn look_and_open(open: impl Fn(OFlags) -> Result<OwnedFd, Failure>) -> Result<Opened, Failure> {
    let once = || {
        let seen = admit(open(SEE)?)?;
        let opened = admit(open(READ)?)?;
        Ok((seen.stamp.identity() == opened.stamp.identity(), opened))
    };
    match once()? {
        (true, opened) => Ok(opened),
        (false, _) => once().map(|(_, opened)| opened),
    }
}

/// Whether `name` is a folder below `folder`. An empty name is that folder itself.
pub(super) fn see_folder(
    folder: BorrowedFd<'_>,
    name: &[u8],
    patience: Patience,
    links: Links,
) -> Result<(), Failure> {
    if name.is_empty() {
        return Ok(());
    }
    confined(folder, name, SEE_FOLDER, patience, (confinement(), links)).map(drop)
}

/// Looks at what has the name, if it can be served, with the same confinement; opens nothing.
pub(super) fn see_file(
    folder: BorrowedFd<'_>,
    name: &[u8],
    patience: Patience,
    links: Links,
) -> Result<Stamp, Failure> {
    let seen = confined(folder, name, SEE, patience, (confinement(), links))?;
    admit(seen).map(|seen| seen.stamp)
}

/// What the system says of a name that was refused, asked once more with the same confinement. What is
/// neither file nor folder is not opened this time either.
pub(super) fn system_says(folder: BorrowedFd<'_>, name: &[u8], links: Links) -> Option<Errno> {
    let open = |flags| match confinement() {
        Confinement::Walk => walk::open(folder, name, flags, links),
        Confinement::Openat2 => by_openat2(folder, name, flags, links),
    };
    match open(SEE) {
        Err(error) => Some(error),
        Ok(seen) => admit(seen).ok().and_then(|_| open(READ).err()),
    }
}

/// Opens the file that the operator named: not confined to anything, for it is the root itself.
pub(super) fn open_only_file(path: &Path, patience: Patience) -> Result<Opened, Failure> {
    look_and_open(|flags| match patience {
        Patience::None => at_hand(CWD, path, flags, ResolveFlags::empty()),
        Patience::Plenty => rustix::fs::open(path, flags, Mode::empty()).map_err(failure),
    })
}

/// Takes regular files and folders, and refuses what else has a name.
fn admit(descriptor: OwnedFd) -> Result<Opened, Failure> {
    let stamp =
        Stamp::of_descriptor(&descriptor).map_err(|_| Failure::Refused(Reason::Unreadable))?;
    match stamp.kind() {
        FileType::RegularFile | FileType::Directory => Ok(Opened { descriptor, stamp }),
        _ => Err(Failure::Refused(Reason::SpecialFile)),
    }
}

/// Opens with the confinement given; falls back to the walk for good once `openat2` proves missing.
pub(super) fn confined(
    folder: BorrowedFd<'_>,
    name: &[u8],
    flags: OFlags,
    patience: Patience,
    (confinement, links): (Confinement, Links),
) -> Result<OwnedFd, Failure> {
    match (confinement, patience) {
        (Confinement::Walk, Patience::None) => Err(Failure::WouldWait),
        (Confinement::Walk, Patience::Plenty) => {
            walk::open(folder, name, flags, links).map_err(failure)
        }
        (Confinement::Openat2, Patience::None) => at_hand(folder, name, flags, resolved(links)),
        (Confinement::Openat2, Patience::Plenty) => match by_openat2(folder, name, flags, links) {
            Err(Errno::NOSYS | Errno::PERM) if openat2_is_missing(folder) => {
                NO_OPENAT2.store(true, Ordering::Relaxed);
                confined(folder, name, flags, patience, (Confinement::Walk, links))
            }
            result => result.map_err(failure),
        },
    }
}

/// What the kernel is to refuse on the way.
fn resolved(links: Links) -> ResolveFlags {
    match links {
        Links::NotFollowed => BENEATH.union(ResolveFlags::NO_SYMLINKS),
        Links::Inside => BENEATH,
        // The name itself has no `..` in it: nothing but links leads out.
        Links::Anywhere => ResolveFlags::NO_MAGICLINKS,
    }
}

const BENEATH: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

fn by_openat2(
    folder: BorrowedFd<'_>,
    name: &[u8],
    flags: OFlags,
    links: Links,
) -> Result<OwnedFd, Errno> {
    let resolve = resolved(links);
    // The kernel answers EAGAIN where a folder moved while a link climbed through it.
    for _ in 1..ATTEMPTS_MAX {
        match rustix::fs::openat2(folder, name, flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            result => return result,
        }
    }
    rustix::fs::openat2(folder, name, flags, Mode::empty(), resolve)
}

/// Opens what the kernel can find without asking a disk.
fn at_hand(
    folder: BorrowedFd<'_>,
    name: impl Arg,
    flags: OFlags,
    resolve: ResolveFlags,
) -> Result<OwnedFd, Failure> {
    if NO_RESOLVE_CACHED.load(Ordering::Relaxed) || confinement() == Confinement::Walk {
        return Err(Failure::WouldWait);
    }
    let resolve = resolve | ResolveFlags::CACHED;
    match rustix::fs::openat2(folder, name, flags, Mode::empty(), resolve) {
        // Whether it is missing, forbidden or merely slow is found out in the pool.
        Err(Errno::AGAIN | Errno::INTR | Errno::NOSYS | Errno::PERM) => Err(Failure::WouldWait),
        Err(Errno::INVAL) => {
            NO_RESOLVE_CACHED.store(true, Ordering::Relaxed);
            Err(Failure::WouldWait)
        }
        result => result.map_err(failure),
    }
}

/// Whether `openat2` itself is what fails: some sandboxes answer EPERM where they mean ENOSYS.
fn openat2_is_missing(folder: BorrowedFd<'_>) -> bool {
    matches!(
        rustix::fs::openat2(folder, ".", SEE_FOLDER, Mode::empty(), BENEATH),
        Err(Errno::NOSYS | Errno::PERM)
    )
}

fn failure(error: Errno) -> Failure {
    Failure::Refused(reason(error))
}

/// What the system calls an error of opening a name, as it stands in its manual: open(2), openat2(2).
/// `None` for those that it never gives there.
pub(super) fn word(error: Errno) -> Option<&'static str> {
    const WORDS: [(Errno, &str); 16] = [
        (Errno::NOENT, "ENOENT"),
        (Errno::NOTDIR, "ENOTDIR"),
        (Errno::NAMETOOLONG, "ENAMETOOLONG"),
        (Errno::LOOP, "ELOOP"),
        (Errno::XDEV, "EXDEV"),
        (Errno::ACCESS, "EACCES"),
        (Errno::PERM, "EPERM"),
        (Errno::NXIO, "ENXIO"),
        (Errno::NODEV, "ENODEV"),
        (Errno::MFILE, "EMFILE"),
        (Errno::NFILE, "ENFILE"),
        (Errno::NOMEM, "ENOMEM"),
        (Errno::IO, "EIO"),
        (Errno::STALE, "ESTALE"),
        (Errno::AGAIN, "EAGAIN"),
        (Errno::INTR, "EINTR"),
    ];
    { WORDS.iter() }
        .find(|(known, _)| *known == error)
        .map(|(_, word)| *word)
}

/// What an error of the system means to the one who asked.
pub(super) fn reason(error: Errno) -> Reason {
    match error {
        // ELOOP is a link that leads nowhere; a name that no file can have is a file we do not have.
        Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::LOOP => Reason::NoSuchFile,
        Errno::XDEV => Reason::LeavesRoot,
        Errno::ACCESS | Errno::PERM => Reason::FORBIDDEN,
        // A socket, or a device that nobody drives.
        Errno::NXIO | Errno::NODEV => Reason::SpecialFile,
        Errno::MFILE | Errno::NFILE | Errno::NOMEM => Reason::Overloaded,
        _ => Reason::Unreadable,
    }
}
