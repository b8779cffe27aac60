//! Walks through a folder and everything below it.
//!
//! Law: each folder is opened below the one before, and through no link unless links may lead
//! anywhere; nothing else is opened.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::ops::ControlFlow;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

use super::place::{Place, Rules};
use crate::config::Links;
use crate::site::content::files::stamp::Stamp;
use crate::site::limits::{WATCHED_DEPTH_MAX, WATCHED_FOLDERS_MAX};

/// What a walk meets.
pub(super) enum Met<'a> {
    /// A folder, before what is in it.
    Folder(&'a [u8], BorrowedFd<'a>),
    /// Anything else that is there; where links are followed, what they lead to.
    File(&'a [u8], Stamp),
    /// A link, before what it leads to.
    Link,
}

/// Meets a folder below the place and everything below it, until somebody has had enough. What
/// cannot be opened is not met: nobody is served from there either.
pub(super) fn walk(
    place: &Place,
    rules: &Rules,
    name: &[u8],
    meet: &mut dyn FnMut(Met<'_>) -> ControlFlow<()>,
) {
    let Ok(mut folder) = rustix::fs::open(&place.folder, FOLDER, Mode::empty()) else {
        return;
    };
    for step in name
        .split(|byte| *byte == b'/')
        .filter(|step| !step.is_empty())
    {
        match rustix::fs::openat(&folder, step, FOLDER | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(below) => folder = below,
            Err(_) => return,
        }
    }
    let mut walk = Walk {
        place,
        rules,
        meet,
        entered: HashSet::new(),
    };
    // Whether anybody had enough makes no difference at the end.
    let _ = walk.enter(&folder, name, 0);
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

struct Walk<'a> {
    place: &'a Place,
    rules: &'a Rules,
    meet: &'a mut dyn FnMut(Met<'_>) -> ControlFlow<()>,
    /// Where links may lead anywhere, they may lead in a circle.
    entered: HashSet<(u64, u64)>,
}

impl Walk<'_> {
    fn enter(&mut self, folder: &OwnedFd, name: &[u8], depth: usize) -> ControlFlow<()> {
        (self.meet)(Met::Folder(name, folder.as_fd()))?;
        if depth > WATCHED_DEPTH_MAX {
            return ControlFlow::Continue(());
        }
        let Ok(entries) = Dir::read_from(folder) else {
            return ControlFlow::Continue(());
        };
        let mut folders: Vec<CString> = Vec::new();
        for entry in entries.flatten() {
            let own = entry.file_name().to_bytes();
            let is_own = own == b"." || own == b"..";
            let is_beside = depth == 0 && name.is_empty() && !self.place.concerns(own);
            if is_own || is_beside || self.rules.ignores(own) {
                continue;
            }
            if self.is_folder(folder, entry.file_name(), &below(name, own))? {
                folders.push(entry.file_name().to_owned());
            }
        }
        for own in folders.into_iter().take(WATCHED_FOLDERS_MAX) {
            let flags = match self.rules.links {
                Links::Anywhere => FOLDER,
                Links::NotFollowed | Links::Inside => FOLDER | OFlags::NOFOLLOW,
            };
            let Ok(found) = rustix::fs::openat(folder, &*own, flags, Mode::empty()) else {
                continue;
            };
            let identity = Stamp::of_descriptor(&found).map(|stamp| stamp.identity());
            if identity.is_ok_and(|identity| self.entered.insert(identity)) {
                self.enter(&found, &below(name, own.to_bytes()), depth + 1)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether it is a folder, to be entered later; everything else is met now.
    fn is_folder(&mut self, folder: &OwnedFd, own: &CStr, name: &[u8]) -> ControlFlow<(), bool> {
        let Ok(stat) = rustix::fs::statat(folder, own, AtFlags::SYMLINK_NOFOLLOW) else {
            return ControlFlow::Continue(false);
        };
        let mut stamp = Stamp::of(&stat);
        let is_link = stamp.kind() == FileType::Symlink;
        if is_link {
            (self.meet)(Met::Link)?;
            // A link that leads nowhere is met itself.
            if let Ok(stat) = rustix::fs::statat(folder, own, AtFlags::empty()) {
                stamp = Stamp::of(&stat);
            }
        }
        let is_followed = !is_link || self.rules.links == Links::Anywhere;
        if stamp.kind() == FileType::Directory {
            return ControlFlow::Continue(is_followed);
        }
        (self.meet)(Met::File(name, stamp))?;
        ControlFlow::Continue(false)
    }
}

pub(super) fn below(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() {
        name.to_vec()
    } else {
        [folder, b"/", name].concat()
    }
}
