//! Opens a name below a folder step by step, where the kernel cannot confine it for us.
//!
//! Law: no step follows a link, unless they may lead anywhere. A link is read, and its words are walked like the others, on a
//! stack of open folders: `..` takes the top away, and with nothing left to take, or with a link
//! that starts at `/`, the walk is over. Whatever moves meanwhile, every folder on the stack was
//! reached from below the root.

use std::collections::VecDeque;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::config::Links;
use crate::site::limits::{LINKS_MAX, PATH_BYTES_MAX};

/// Opens `name` below `folder` with `flags`.
///
/// # Errors
/// As `openat2` with `RESOLVE_BENEATH`: XDEV for a way out, LOOP for more than [`LINKS_MAX`] links, or
/// for the first where none is followed.
pub(super) fn open(
    folder: BorrowedFd<'_>,
    name: &[u8],
    flags: OFlags,
    links: Links,
) -> Result<OwnedFd, Errno> {
    if links == Links::Anywhere {
        return rustix::fs::openat(folder, name, flags, Mode::empty());
    }
    let mut walk = Walk {
        root: folder,
        stack: Vec::new(),
        ahead: VecDeque::new(),
        links_left: match links {
            Links::NotFollowed => 0,
            Links::Inside | Links::Anywhere => LINKS_MAX,
        },
    };
    walk.plan(name)?;
    while let Some(step) = walk.ahead.pop_front() {
        if let Some(found) = walk.step(&step, flags)? {
            return Ok(found);
        }
    }
    // The way ended in a folder: a link such as `..` or `.` was its last step.
    rustix::fs::openat(walk.here(), ".", flags | OFlags::NOFOLLOW, Mode::empty())
}

struct Walk<'a> {
    root: BorrowedFd<'a>,
    /// The folders entered below the root, outermost first.
    stack: Vec<OwnedFd>,
    /// The names still to be walked.
    ahead: VecDeque<Vec<u8>>,
    /// Links that may still be followed.
    links_left: usize,
}

/// Looks at what has the name, whatever it is, and opens nothing.
const LOOK: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

impl Walk<'_> {
    fn here(&self) -> BorrowedFd<'_> {
        self.stack.last().map_or(self.root, AsFd::as_fd)
    }

    /// Takes one step; `Some` if it was the last one.
    fn step(&mut self, name: &[u8], flags: OFlags) -> Result<Option<OwnedFd>, Errno> {
        match name {
            b"." => return Ok(None),
            b".." => return self.stack.pop().map(|_| None).ok_or(Errno::XDEV),
            _ => {}
        }
        let seen = rustix::fs::openat(self.here(), name, LOOK, Mode::empty())?;
        match FileType::from_raw_mode(rustix::fs::fstat(&seen)?.st_mode) {
            FileType::Symlink => self.turn(&seen).map(|()| None),
            FileType::Directory => {
                self.stack.push(seen);
                Ok(None)
            }
            _ if !self.ahead.is_empty() => Err(Errno::NOTDIR),
            // Nothing else is opened, except to be looked at.
            kind if kind != FileType::RegularFile && !flags.contains(OFlags::PATH) => {
                Err(Errno::NXIO)
            }
            // Should a link have taken its place since, NOFOLLOW stops us (ELOOP); should
            // anything else, whoever called looks at what it got.
            _ => rustix::fs::openat(self.here(), name, flags | OFlags::NOFOLLOW, Mode::empty())
                .map(Some),
        }
    }

    /// Puts the way that a link describes before the rest of ours.
    fn turn(&mut self, link: &OwnedFd) -> Result<(), Errno> {
        self.links_left = self.links_left.checked_sub(1).ok_or(Errno::LOOP)?;
        let target = rustix::fs::readlinkat(link, "", Vec::new())?;
        self.plan(target.as_bytes())
    }

    /// Puts the steps of a way before those that are left.
    fn plan(&mut self, way: &[u8]) -> Result<(), Errno> {
        match way {
            b"" => return Err(Errno::NOENT),
            [b'/', ..] => return Err(Errno::XDEV),
            _ if way.len() > PATH_BYTES_MAX => return Err(Errno::NAMETOOLONG),
            _ => {}
        }
        // "file/" asks for a folder: the dot after it is a step that only a folder allows.
        if way.ends_with(b"/") {
            self.ahead.push_front(b".".to_vec());
        }
        for step in way.rsplit(|&byte| byte == b'/') {
            if !step.is_empty() {
                self.ahead.push_front(step.to_vec());
            }
        }
        Ok(())
    }
}
