//! Notices what happens below a path: told by the system (inotify), or, where that cannot be, by
//! looking at everything every so often.
//!
//! Law: it opens folders only, each below the one before and through no link, unless links may lead
//! anywhere; nothing is read. It may wait for a disk: it has a thread of its own. One way or the other, never both: what is
//! noticed twice would be told twice.
//!
//! Whoever replaces the folder itself replaces what is watched: whether its path still leads to the
//! same one is looked at every so often in any case.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString, OsStr};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::gathering::{Gathering, Happened};
use crate::clock;
use crate::config::{FileSettings, Hidden, Links};
use crate::site::content::files::local;
use crate::site::content::files::stamp::Stamp;
use crate::site::limits::{
    LOOKED_AT_FILES_MAX, WATCH_PACE, WATCH_PACE_STIRRED, WATCH_REST, WATCHED_DEPTH_MAX,
    WATCHED_FOLDERS_MAX,
};

/// Watches one path.
pub(super) struct Watcher {
    path: PathBuf,
    /// What its names have before them in the site.
    prefix: Box<[u8]>,
    rules: Rules,
    /// What the path led to at the last look; nothing if it led nowhere.
    place: Option<Place>,
    way: Way,
    /// When to look again.
    next_look: Instant,
}

/// Which names matter.
#[derive(Clone, Debug)]
struct Rules {
    hidden: Hidden,
    links: Links,
    /// Where we print to, if that is a file: our own words about a reload are no reason for another.
    output: Vec<(u64, u64)>,
    /// Whether a link was met: files have more names then than the one that is told.
    has_links: Cell<bool>,
}

/// What is watched: a folder, or one name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    folder: PathBuf,
    identity: (u64, u64),
    only: Option<Box<[u8]>>,
}

/// How things are noticed.
enum Way {
    Told(Notifier),
    Looking(Seen),
}

/// What was seen at the last look: names below the folder, and what they had.
type Seen = HashMap<Box<[u8]>, Stamp>;

/// The system's word.
struct Notifier {
    descriptor: OwnedFd,
    /// The folders that are watched, by number, below the one that is.
    folders: HashMap<i32, Box<[u8]>>,
}

/// Something that the system tells: of which folder, what, and of which name in it.
type Word = (i32, ReadFlags, Option<Vec<u8>>);

/// Why the system's word is not enough.
struct MustLook;

impl Watcher {
    /// Watches from now on.
    pub(super) fn new(path: PathBuf, prefix: &[u8], settings: &FileSettings, now: Instant) -> Self {
        let rules = Rules {
            hidden: settings.hidden,
            links: settings.links,
            output: own_output(),
            has_links: Cell::new(false),
        };
        let place = Place::at(&path);
        Self {
            way: Way::to(place.as_ref(), &rules),
            path,
            prefix: prefix.into(),
            rules,
            place,
            next_look: now + WATCH_PACE,
        }
    }

    /// Whether a file may have been loaded by another name than the one that is told.
    pub(super) fn has_links(&self) -> bool {
        self.rules.has_links.get()
    }

    /// What becomes readable when the system has something to tell.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.way {
            Way::Told(notifier) => Some(notifier.descriptor.as_fd()),
            Way::Looking(_) => None,
        }
    }

    /// When to attend to it though the system tells nothing.
    pub(super) fn deadline(&self) -> Instant {
        self.next_look
    }

    /// Tells what has happened since the last time.
    pub(super) fn attend(&mut self, now: Instant, gathering: &mut Gathering) {
        let mut report = Report {
            prefix: &self.prefix,
            now,
            gathering,
        };
        let told = match (&mut self.way, &self.place) {
            (Way::Told(notifier), Some(place)) => notifier.read(place, &self.rules, &mut report),
            _ => Ok(Told::All),
        };
        if matches!(told, Ok(Told::All)) && now < self.next_look {
            return;
        }
        self.next_look = now + WATCH_PACE;
        let place = Place::at(&self.path);
        if place.is_none() {
            // Somebody is putting another in its place.
            self.next_look = now + WATCH_PACE_STIRRED;
        }
        if place != self.place || matches!(told, Ok(Told::NotAll)) {
            report.anything();
            self.way = Way::to(place.as_ref(), &self.rules);
            self.place = place;
            return;
        }
        if told.is_err() {
            self.way = Way::looking(place.as_ref(), &self.rules);
            return;
        }
        if let (Way::Looking(seen), Some(place)) = (&mut self.way, &self.place) {
            let begun = clock::now();
            let is_stirred = look_again(seen, place, &self.rules, &mut report);
            let rest = clock::now().saturating_duration_since(begun) * WATCH_REST;
            let pause = if is_stirred {
                WATCH_PACE_STIRRED
            } else {
                WATCH_PACE
            };
            self.next_look = now + pause.max(rest);
        }
    }

    #[cfg(test)]
    fn is_looking(&self) -> bool {
        matches!(self.way, Way::Looking(_))
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

impl Place {
    fn at(path: &Path) -> Option<Self> {
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

    fn concerns(&self, name: &[u8]) -> bool {
        self.only.as_ref().is_none_or(|only| **only == *name)
    }
}

impl Rules {
    /// Whether a name is none of ours: hidden, a copy that editors keep, or what is installed by the
    /// ten thousand and never edited.
    fn ignores(&self, name: &[u8]) -> bool {
        let is_hidden = name.starts_with(b".") && self.hidden == Hidden::Kept;
        is_hidden || name.ends_with(b"~") || name == b".git" || name == b"node_modules"
    }
}

/// Where it is told what happened.
struct Report<'a> {
    prefix: &'a [u8],
    now: Instant,
    gathering: &'a mut Gathering,
}

impl Report<'_> {
    fn hear(&mut self, name: &[u8], happened: Happened) {
        let path = [self.prefix, b"/", name].concat();
        self.gathering.hear(&path, happened, self.now);
    }

    fn anything(&mut self) {
        self.gathering.hear_of_anything(self.now);
    }
}

impl Way {
    /// The better way to a place.
    fn to(place: Option<&Place>, rules: &Rules) -> Self {
        match place.map(|place| Notifier::new(place, rules)) {
            Some(Ok(notifier)) => Self::Told(notifier),
            Some(Err(MustLook)) | None => Self::looking(place, rules),
        }
    }

    fn looking(place: Option<&Place>, rules: &Rules) -> Self {
        Self::Looking(place.map(|place| look(place, rules)).unwrap_or_default())
    }
}

/// What the system told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
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
    fn new(place: &Place, rules: &Rules) -> Result<Self, MustLook> {
        let flags = CreateFlags::NONBLOCK | CreateFlags::CLOEXEC;
        let mut notifier = Self {
            descriptor: inotify::init(flags).map_err(|_| MustLook)?,
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
                    if !local::is_local(descriptor) || self.watch(place, name).is_err() {
                        outcome = Err(MustLook);
                        return ControlFlow::Break(());
                    }
                }
                Met::Link if rules.links == Links::Anywhere => {
                    outcome = Err(MustLook);
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
            return Err(MustLook);
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
            Err(_) => Err(MustLook),
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
    fn read(
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
                Err(_) => return Err(MustLook),
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
                return Err(MustLook);
            }
        }
        Ok(())
    }
}

/// Events taken in one go. Reason: the kernel keeps 16,384 by default.
const EVENTS_AT_ONCE_MAX: usize = 1 << 15;

impl Place {
    /// Looks at a name itself, not at what it leads to.
    fn look(&self, name: &[u8]) -> Option<Stamp> {
        let path = self.folder.join(OsStr::from_bytes(name));
        let stat = rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Stamp::of(&stat))
    }

    fn kind_of(&self, name: &[u8]) -> Option<FileType> {
        self.look(name).map(|stamp| stamp.kind())
    }
}

/// Looks at everything.
fn look(place: &Place, rules: &Rules) -> Seen {
    let mut seen = Seen::new();
    walk(place, rules, b"", &mut |met| {
        match met {
            Met::File(name, stamp) if !rules.output.contains(&stamp.identity()) => {
                seen.insert(name.into(), stamp);
            }
            Met::File(..) | Met::Folder(..) => {}
            Met::Link => rules.has_links.set(true),
        }
        if seen.len() < LOOKED_AT_FILES_MAX {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    seen
}

/// Looks at everything and tells what is not as before; whether anything is.
fn look_again(seen: &mut Seen, place: &Place, rules: &Rules, report: &mut Report<'_>) -> bool {
    let before = std::mem::replace(seen, look(place, rules));
    let mut is_stirred = false;
    let mut tell = |name: &[u8], happened| {
        is_stirred = true;
        report.hear(name, happened);
    };
    for (name, stamp) in &*seen {
        match before.get(name) {
            None => tell(name, Happened::Arrived),
            Some(known) if !stamp.is_untouched_since(known) => tell(name, Happened::Written),
            Some(_) => {}
        }
    }
    for name in before.keys().filter(|name| !seen.contains_key(*name)) {
        tell(name, Happened::Gone);
    }
    is_stirred
}

/// What a walk meets.
enum Met<'a> {
    /// A folder, before what is in it.
    Folder(&'a [u8], BorrowedFd<'a>),
    /// Anything else that is there; where links are followed, what they lead to.
    File(&'a [u8], Stamp),
    /// A link, before what it leads to.
    Link,
}

/// Meets a folder below the place and everything below it, until somebody has had enough. What
/// cannot be opened is not met: nobody is served from there either.
fn walk(
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

fn below(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() {
        name.to_vec()
    } else {
        [folder, b"/", name].concat()
    }
}

#[cfg(test)]
mod tests;
