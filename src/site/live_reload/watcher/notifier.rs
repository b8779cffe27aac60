//! The system's word for what happens (inotify).

use std::collections::HashMap;
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::FileType;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

use super::Report;
use super::place::{Place, Rules};
use super::walk::{Met, below, walk};
use crate::config::Links;
use crate::site::content::files::local;
use crate::site::limits::WATCHED_FOLDERS_MAX;
use crate::site::live_reload::gathering::Happened;

/// The system's word.
pub(super) struct Notifier {
    descriptor: OwnedFd,
    /// The folders that are watched, by number, below the one that is.
    folders: HashMap<i32, Box<[u8]>>,
}

/// Something that the system tells: of which folder, what, and of which name in it.
type Word = (i32, ReadFlags, Option<Vec<u8>>);

/// Why the system's word is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site::live_reload) enum MustLook {
    /// It has none for us: it is too old, or a sandbox hides it.
    NoWord,
    /// It has given all the watches that it gives.
    NoWatches,
    /// More folders than we ask for.
    ManyFolders,
    /// A file system that others write to without its knowledge.
    FileSystem,
    /// Links that may lead anywhere.
    Links,
}

impl MustLook {
    fn of(error: Errno) -> Self {
        match error {
            Errno::NOSPC | Errno::MFILE | Errno::NFILE | Errno::NOMEM => Self::NoWatches,
            _ => Self::NoWord,
        }
    }

    /// The word of the journal, and the end of the text's key.
    pub(in crate::site::live_reload) fn name(self) -> &'static str {
        match self {
            Self::NoWord => "no-inotify",
            Self::NoWatches => "no-watches",
            Self::ManyFolders => "many-folders",
            Self::FileSystem => "file-system",
            Self::Links => "links",
        }
    }
}

/// What the system told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Everything that happened.
    All,
    /// Not everything: it could not keep so much, or the watched folder itself is another one now.
    NotAll,
}

/// Writing ends with a close: what is half written is not told, nor a log that is never closed.
const WATCHED: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::EXCL_UNLINK)
    .union(WatchFlags::ONLYDIR);

impl Notifier {
    /// What becomes readable when there is something to tell.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    pub(super) fn new(place: &Place, rules: &Rules) -> Result<Self, MustLook> {
        let flags = CreateFlags::NONBLOCK | CreateFlags::CLOEXEC;
        let mut notifier = Self {
            descriptor: inotify::init(flags).map_err(MustLook::of)?,
            folders: HashMap::new(),
        };
        notifier.add(place, rules, b"", &mut |_| ())?;
        Ok(notifier)
    }

    /// Watches a folder below the place and all below it; tells of each file that is there.
    fn add(
        &mut self,
        place: &Place,
        rules: &Rules,
        name: &[u8],
        tell: &mut dyn FnMut(&[u8]),
    ) -> Result<(), MustLook> {
        let mut outcome = Ok(());
        walk(place, rules, name, &mut |met| {
            match met {
                // Watched before it is read: what comes in between is told twice rather than never.
                Met::Folder(name, descriptor) => {
                    outcome = if local::is_local(descriptor) {
                        self.watch(place, name)
                    } else {
                        Err(MustLook::FileSystem)
                    };
                    if outcome.is_err() {
                        return ControlFlow::Break(());
                    }
                }
                Met::Link if rules.links == Links::Anywhere => {
                    outcome = Err(MustLook::Links);
                    return ControlFlow::Break(());
                }
                Met::Link => rules.has_links.set(true),
                Met::File(name, _) => tell(name),
            }
            ControlFlow::Continue(())
        });
        outcome
    }

    fn watch(&mut self, place: &Place, name: &[u8]) -> Result<(), MustLook> {
        if self.folders.len() >= WATCHED_FOLDERS_MAX {
            return Err(MustLook::ManyFolders);
        }
        let (path, flags) = if name.is_empty() {
            (place.folder.clone(), WATCHED)
        } else {
            let path = place.folder.join(OsStr::from_bytes(name));
            (path, WATCHED | WatchFlags::DONT_FOLLOW)
        };
        match inotify::add_watch(&self.descriptor, &path, flags) {
            Ok(number) => {
                self.folders.insert(number, name.into());
                Ok(())
            }
            // Gone again meanwhile: its own folder tells.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(MustLook::of(error)),
        }
    }

    /// Watches a folder no more, nor what is below it: it has another name now, or none.
    fn forget(&mut self, name: &[u8]) {
        let descriptor = &self.descriptor;
        self.folders.retain(|number, folder| {
            let is_below = { folder.strip_prefix(name) }
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
            if is_below {
                // One that was deleted is forgotten already.
                let _ = inotify::remove_watch(descriptor, *number);
            }
            !is_below
        });
    }

    /// Reads what there is, without waiting.
    pub(super) fn read(
        &mut self,
        place: &Place,
        rules: &Rules,
        report: &mut Report<'_>,
    ) -> Result<Told, MustLook> {
        let mut told = Told::All;
        for (number, events, name) in self.take()? {
            if events.contains(ReadFlags::QUEUE_OVERFLOW) {
                told = Told::NotAll;
                continue;
            }
            if events.contains(ReadFlags::IGNORED) {
                self.folders.remove(&number);
                continue;
            }
            let Some(folder) = self.folders.get(&number) else {
                continue;
            };
            let Some(name) = name else {
                let is_whole = ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF | ReadFlags::UNMOUNT;
                if folder.is_empty() && events.intersects(is_whole) {
                    told = Told::NotAll;
                }
                continue;
            };
            if folder.is_empty() && !place.concerns(&name) {
                continue;
            }
            let path = below(folder, &name);
            if rules.ignores(&name) {
                // What Kubernetes and others call `..data`: a link that leads to everything, and
                // elsewhere from now on.
                if events.contains(ReadFlags::MOVED_TO)
                    && place.kind_of(&path) == Some(FileType::Symlink)
                {
                    report.anything();
                }
                continue;
            }
            self.tell(place, rules, (events, &path), report)?;
        }
        Ok(told)
    }

    /// Takes what the system has to tell off it.
    fn take(&mut self) -> Result<Vec<Word>, MustLook> {
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.descriptor, &mut space);
        let mut taken = Vec::new();
        // At most what its queue holds: a writer without end must not keep us here.
        while taken.len() < EVENTS_AT_ONCE_MAX {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| name.to_bytes().to_vec());
                    taken.push((event.wd(), event.events(), name));
                }
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(MustLook::of(error)),
            }
        }
        Ok(taken)
    }

    fn tell(
        &mut self,
        place: &Place,
        rules: &Rules,
        (events, path): (ReadFlags, &[u8]),
        report: &mut Report<'_>,
    ) -> Result<(), MustLook> {
        if events.intersects(ReadFlags::MOVED_FROM | ReadFlags::DELETE) {
            if events.contains(ReadFlags::ISDIR) {
                self.forget(path);
            }
            report.hear(path, Happened::Gone);
        } else if events.contains(ReadFlags::ISDIR) {
            if place.only.is_some() {
                return Ok(());
            }
            report.hear(path, Happened::Arrived);
            let mut tell = |file: &[u8]| report.hear(file, Happened::Arrived);
            return self.add(place, rules, path, &mut tell);
        } else if events.contains(ReadFlags::CLOSE_WRITE) {
            report.hear(path, Happened::Written);
        } else if events.intersects(ReadFlags::MOVED_TO | ReadFlags::CREATE) {
            let found = place.look(path);
            let is_link = found.is_some_and(|found| found.kind() == FileType::Symlink);
            if is_link {
                rules.has_links.set(true);
            }
            // A new file is open, to be written; what came from elsewhere, or has several names, is
            // complete.
            let is_open = events.contains(ReadFlags::CREATE)
                && found
                    .is_none_or(|found| found.kind() == FileType::RegularFile && found.links < 2);
            report.hear(
                path,
                if is_open {
                    Happened::Made
                } else {
                    Happened::Arrived
                },
            );
            if is_link && rules.links == Links::Anywhere {
                return Err(MustLook::Links);
            }
        }
        Ok(())
    }
}

/// Events taken in one go. Reason: the kernel keeps 16,384 by default.
const EVENTS_AT_ONCE_MAX: usize = 1 << 15;
