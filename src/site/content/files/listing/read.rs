//! Reads a folder: which names are in it, and what is said of those that are shown.
//!
//! Law: only in the pool, for a disk may be waited for. What is kept of a folder is bounded, in
//! entries and in bytes of names. Every name was found through a descriptor that was opened confined;
//! a link is only followed by [`Place::see`], which confines it too.
//!
//! Not shown is what could not be asked for: hidden names, names with a backslash, what is neither
//! file nor folder, links that lead out or nowhere, and what we may not read.

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fd::AsFd;
use rustix::fs::{Access, AtFlags, FileType, RawDir};
use rustix::io::Errno;

use crate::config::Hidden;
use crate::exchange::Reason;
use crate::site::limits::{LISTED_BYTES_MAX, LISTED_ENTRIES_MAX, README_BYTES_MAX};

use super::super::open::{self, Failure, Opened, Patience};
use super::super::root::Place;
use super::super::stamp::Stamp;
use super::{order, readme};

/// The names in a folder, in natural order, folders first.
pub(super) struct Names {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// Whether there were more than the limits allow.
    pub(super) is_cut: bool,
    /// Below which root it was found.
    generation: u64,
    /// The folder as it was while it was read; `None` if that does not tell when to read it anew.
    stamp: Option<Stamp>,
}

/// A name among others, in eight bytes.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    start: u32,
    len: u16,
    pub(super) kind: Kind,
    is_link: bool,
}

/// What has the name, or what the link of that name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Folder,
    File,
}

/// What is said of an entry beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// Bytes.
    pub(super) size: u64,
    /// Seconds since 1970.
    pub(super) modified: i64,
}

/// A folder that was opened to be listed.
pub(super) struct Folder {
    place: Arc<Place>,
    /// The way to it below the root, no slash at either end.
    way: Box<[u8]>,
    opened: Opened,
}

impl Folder {
    /// Opens a folder below a place; an empty way is the place itself.
    pub(super) fn open(place: &Arc<Place>, way: &[u8]) -> Result<Self, Failure> {
        let name = if way.is_empty() { b"." } else { way };
        let opened = place.open_file(name, Patience::Plenty)?;
        if !opened.is_folder() {
            return Err(Failure::Refused(Reason::NoSuchFile));
        }
        Ok(Self {
            place: place.clone(),
            way: way.into(),
            opened,
        })
    }

    /// Whether names that were read before are still those in it.
    pub(super) fn still_has(&self, names: &Names) -> bool {
        let stamp = names.stamp.as_ref();
        names.generation == self.place.generation
            && stamp.is_some_and(|stamp| self.opened.stamp.is_untouched_since(stamp))
    }

    /// Reads the names in it; `now` decides whether its times can be trusted.
    pub(super) fn read(&self, now: SystemTime) -> Result<Names, Failure> {
        let mut names = Names {
            bytes: Vec::new(),
            entries: Vec::new(),
            is_cut: false,
            generation: self.place.generation,
            stamp: None,
        };
        let mut buffer = vec![MaybeUninit::uninit(); READ_BYTES];
        let mut entries = RawDir::new(&self.opened.descriptor, &mut buffer);
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| Failure::Refused(open::reason(error)))?;
            let name = entry.file_name().to_bytes();
            if !can_be_asked_for(name, self.place.hidden()) {
                continue;
            }
            let Some((kind, is_link)) = self.kind_of(name, entry.file_type()) else {
                continue;
            };
            if !names.take(name, kind, is_link) {
                names.is_cut = true;
                break;
            }
        }
        names.put_in_order();
        let after = Stamp::of_descriptor(&self.opened.descriptor);
        let is_the_same = after.is_ok_and(|after| after.is_untouched_since(&self.opened.stamp));
        let has_links = names.entries.iter().any(|entry| entry.is_link);
        // Where a link leads can change without the folder's noticing.
        // Far away, its times may be anybody's invention.
        let is_local = self.place.is_local_file(&self.opened);
        let long_ago = now.checked_sub(SETTLED_AFTER).unwrap_or(now);
        if is_the_same && !has_links && is_local && !self.opened.stamp.is_unsettled(long_ago) {
            names.stamp = Some(self.opened.stamp);
        }
        Ok(names)
    }

    /// What a name stands for, if it is shown; and whether it is a link.
    fn kind_of(&self, name: &[u8], told: FileType) -> Option<(Kind, bool)> {
        match told {
            FileType::Directory => Some((Kind::Folder, false)),
            FileType::RegularFile => Some((Kind::File, false)),
            FileType::Symlink => {
                let seen = self
                    .place
                    .see_file(&self.way_to(name), Patience::Plenty)
                    .ok()?;
                Some((kind(&seen)?, true))
            }
            // Some file systems do not tell.
            FileType::Unknown => {
                let folder = self.opened.descriptor.as_fd();
                let seen = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
                match FileType::from_raw_mode(seen.st_mode) {
                    FileType::Unknown => None,
                    told => self.kind_of(name, told),
                }
            }
            _ => None,
        }
    }

    /// The way below the root to a name in it.
    pub(super) fn way_to(&self, name: &[u8]) -> Vec<u8> {
        if self.way.is_empty() {
            name.to_vec()
        } else {
            [&self.way, &b"/"[..], name].concat()
        }
    }

    /// What the folder says about itself, and the name of the file that says it.
    pub(super) fn readme(&self, names: &Names) -> Option<(Vec<u8>, String)> {
        let files = names
            .entries
            .iter()
            .filter(|entry| entry.kind == Kind::File);
        let ranked = files.filter_map(|entry| {
            let name = names.name(*entry);
            readme::rank(name).map(|rank| (rank, name))
        });
        let (_, name) = ranked.min()?;
        let read = beginning(&self.place, &self.way_to(name), README_BYTES_MAX);
        let (bytes, _) = read.ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let page = if readme::is_markdown(name) {
            readme::markdown_to_html(&text)
        } else {
            readme::as_it_stands(&text)
        };
        Some((name.to_vec(), page))
    }

    /// What is said of an entry now; `None` if it has gone meanwhile, or may not be read.
    pub(super) fn look_at(&self, name: &[u8], entry: Entry) -> Option<Facts> {
        let folder = self.opened.descriptor.as_fd();
        let seen = if entry.is_link {
            self.place
                .see_file(&self.way_to(name), Patience::Plenty)
                .ok()?
        } else {
            Stamp::of(&rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?)
        };
        if kind(&seen)? != entry.kind {
            return None;
        }
        let (wanted, bits) = match entry.kind {
            Kind::Folder => (Access::READ_OK.union(Access::EXEC_OK), 0o555),
            Kind::File => (Access::READ_OK, 0o444),
        };
        // What all may read, we may: the system is asked about the others alone.
        if seen.mode & bits != bits
            && rustix::fs::accessat(folder, name, wanted, AtFlags::EACCESS).is_err()
        {
            return None;
        }
        Some(Facts {
            size: seen.size,
            modified: i64::try_from(seen.modified_ns.div_euclid(1_000_000_000)).unwrap_or(0),
        })
    }
}

fn kind(stamp: &Stamp) -> Option<Kind> {
    match stamp.kind() {
        FileType::Directory => Some(Kind::Folder),
        FileType::RegularFile => Some(Kind::File),
        _ => None,
    }
}

/// Whether a request can name it: as [`super::super::path`] has it.
pub(super) fn can_be_asked_for(name: &[u8], hidden: Hidden) -> bool {
    !matches!(name, b"" | b"." | b"..")
        && (hidden == Hidden::Served || !name.starts_with(b"."))
        && !name.iter().any(|byte| matches!(byte, b'\\' | b'/' | 0))
}

impl Entry {
    pub(super) fn is_link(self) -> bool {
        self.is_link
    }
}

impl Names {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn name(&self, entry: Entry) -> &[u8] {
        let start = entry.start as usize;
        &self.bytes[start..start + usize::from(entry.len)]
    }

    /// Bytes held.
    pub(super) fn weight(&self) -> u64 {
        (self.bytes.capacity() + self.entries.capacity() * size_of::<Entry>()) as u64
    }

    /// Whether it can be told when it has to be read anew.
    pub(super) fn can_be_kept(&self) -> bool {
        self.stamp.is_some()
    }

    /// Takes a name; `false` if there is no room for it.
    fn take(&mut self, name: &[u8], kind: Kind, is_link: bool) -> bool {
        let (Ok(start), Ok(len)) = (u32::try_from(self.bytes.len()), u16::try_from(name.len()))
        else {
            return false;
        };
        let fits = self.entries.len() < LISTED_ENTRIES_MAX
            && self.bytes.len() + name.len() <= LISTED_BYTES_MAX;
        if fits {
            self.bytes.extend_from_slice(name);
            let entry = Entry {
                start,
                len,
                kind,
                is_link,
            };
            self.entries.push(entry);
        }
        fits
    }

    fn put_in_order(&mut self) {
        let mut keys = Vec::with_capacity(self.bytes.len() + 4 * self.entries.len());
        let mut keyed: Vec<(Entry, u32, u32)> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            // Five bytes for two at most (`a1a1a1`): of 8 MiB of names, 20 MiB of keys.
            let start = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            order::push_key(self.name(*entry), &mut keys);
            let end = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            keyed.push((*entry, start, end));
        }
        let key = |(_, start, end): &(Entry, u32, u32)| &keys[*start as usize..*end as usize];
        keyed.sort_unstable_by(|one, other| {
            { one.0.kind.cmp(&other.0.kind) }
                .then_with(|| key(one).cmp(key(other)))
                .then_with(|| self.name(one.0).cmp(self.name(other.0)))
        });
        self.entries = keyed.into_iter().map(|(entry, ..)| entry).collect();
        self.bytes.shrink_to_fit();
    }
}

/// Age from which on a folder's times tell whether its names are the same. Reason: some file systems
/// count in seconds (ext3), or in two (FAT). Younger: its names are read for each page.
const SETTLED_AFTER: Duration = Duration::from_secs(3);

/// Bytes of entries read at a time.
const READ_BYTES: usize = 64 << 10;

/// The beginning of a file below a place, and whether that is all of it.
pub(super) fn beginning(
    place: &Place,
    way: &[u8],
    bytes_max: usize,
) -> Result<(Vec<u8>, bool), Failure> {
    let opened = place.open_file(way, Patience::Plenty)?;
    if opened.is_folder() {
        return Err(Failure::Refused(Reason::NoSuchFile));
    }
    let mut bytes = vec![0; bytes_max + 1];
    let mut filled = 0;
    while filled < bytes.len() {
        match rustix::io::pread(&opened.descriptor, &mut bytes[filled..], filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => {}
            Err(error) => return Err(Failure::Refused(open::reason(error))),
        }
    }
    bytes.truncate(filled.min(bytes_max));
    Ok((bytes, filled <= bytes_max))
}
