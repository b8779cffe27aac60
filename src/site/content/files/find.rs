//! What a path leads to: from the cache, from the disk, or what stands in where it leads to nothing.
//!
//! Law: a file is kept under the path that was asked for, and never what stands in for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::StatusCode;

use super::entry::{Content, Entry, Facts, Look, OpenFile, Presentation};
use super::open::{self, Failure, Opened, Patience};
use super::path::FilePath;
use super::root::Place;
use super::{Files, Found, missing, read};
use crate::clock;
use crate::exchange::Reason;
use crate::lasting;
use crate::site::limits::ATTEMPTS_MAX;
use crate::site::trace::{FileKind, Step, Trace, text};

impl Files {
    /// What a path leads to, or what stands in where it leads to nothing, or is no path that could
    /// lead to something.
    pub(super) fn look_up(
        &self,
        path: Result<&FilePath<'_>, Reason>,
        is_listed: bool,
        tick: u64,
        patience: Patience,
        trace: &impl Trace,
    ) -> Result<Found, Failure> {
        if let Ok(path) = path
            && let Some(canonical) = self.naming.canonical(path)
            && let Some(entry) = self.file_if_any(&canonical, tick, patience, trace)?
            && entry.is_named(&path.as_bytes()[1..])
        {
            return Ok(Found::Elsewhere(canonical));
        }
        let found = match path {
            Ok(path) => self.find(path, tick, patience, trace),
            Err(reason) => Err(Failure::Refused(reason)),
        };
        let reason = match found {
            Err(Failure::Refused(Reason::NoIndex)) if is_listed => {
                self.note_listing(is_listed, trace);
                return Err(Failure::Refused(Reason::NoIndex));
            }
            Err(Failure::Refused(reason)) if is_nothing(reason) => reason,
            result => return result,
        };
        if reason == Reason::NoIndex {
            self.note_listing(is_listed, trace);
        }
        let is_for_the_application =
            path.is_ok_and(|path| self.naming.is_for_the_application(path));
        let (stand_in, status) = if is_for_the_application {
            (FilePath::root(), StatusCode::OK)
        } else {
            (FilePath::of_not_found_page(), StatusCode::NOT_FOUND)
        };
        let missed = self.no_page_at.load(Ordering::Relaxed);
        let is_known_to_be_missing = missed != NEVER
            && tick.saturating_sub(missed) < self.look_again_after_ms
            && !is_for_the_application
            && !trace.is_on();
        trace.note(|| Step::Instead {
            reason,
            what: if is_for_the_application {
                "start-page"
            } else {
                "not-found-page"
            },
        });
        if is_known_to_be_missing {
            return Err(Failure::Refused(reason));
        }
        if let Some(entry) = self.file_if_any(&stand_in, tick, patience, trace)? {
            return Ok(Found::Instead(entry, status, reason));
        }
        if !is_for_the_application {
            self.no_page_at.store(tick, Ordering::Relaxed);
        }
        Err(Failure::Refused(reason))
    }

    fn note_listing(&self, is_told: bool, trace: &impl Trace) {
        trace.note(|| Step::Listing {
            told_to: self.list_folders.name(),
            is_told,
        });
    }

    /// The file that a path leads to, where it does not matter why there is none.
    fn file_if_any(
        &self,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
        trace: &impl Trace,
    ) -> Result<Option<Arc<Entry>>, Failure> {
        match self.find(path, tick, patience, trace) {
            Ok(Found::File(entry)) => Ok(Some(entry)),
            Ok(_) | Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::WouldWait) => Err(Failure::WouldWait),
        }
    }

    /// What a path leads to: from the cache after another look, or from the disk.
    pub(super) fn find(
        &self,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
        trace: &impl Trace,
    ) -> Result<Found, Failure> {
        let place = self.root.place(tick, patience)?;
        let generation = place.generation;
        if self
            .cached_generation
            .fetch_max(generation, Ordering::Relaxed)
            < generation
        {
            // None of it would be served again; open files would hold their place on the disk.
            self.cache.forget_before(generation);
        }
        let key = path.key();
        let kept = self.cache.get(key);
        if let Some(entry) = &kept
            && entry.generation == place.generation
        {
            let holds = entry.is_fresh(tick, self.look_again_after_ms)
                || entry.look(&place, tick, patience)? == Look::Same;
            if holds {
                trace.note(|| Step::Kept {
                    name: text(entry.name()),
                });
                return Ok(Found::File(entry.clone()));
            }
        }
        match self.load_or_make_room(&place, path, tick, patience, trace) {
            Ok(Found::File(entry)) => {
                self.cache.put(key, &entry);
                Ok(Found::File(entry))
            }
            Err(Failure::WouldWait) => Err(Failure::WouldWait),
            gone => {
                // Whoever asks for what never was pays for no search of what is kept.
                if kept.is_some() {
                    self.cache.forget(key);
                }
                gone
            }
        }
    }

    /// What is kept under a path, if it was looked at lately, or another look finds it as it was.
    pub(super) fn fresh(&self, path: &[u8], tick: u64) -> Option<Arc<Entry>> {
        let generation = self.root.fresh_generation(tick)?;
        let entry = self.cache.get(path)?;
        if entry.generation != generation {
            return None;
        }
        if entry.is_fresh(tick, self.look_again_after_ms) {
            return Some(entry);
        }
        // Where a page has one address, it has to be asked for again which that is.
        if self.naming.has_canonical() {
            return None;
        }
        let place = self.root.place(tick, Patience::None).ok()?;
        let is_same = place.generation == generation
            && entry.look(&place, tick, Patience::None) == Ok(Look::Same);
        is_same.then_some(entry)
    }

    /// Whether a path, as it was sent, led to nothing a short while ago.
    pub(super) fn is_known_to_be_missing(&self, path: &[u8], tick: u64) -> bool {
        let look = { self.missing.as_ref() }.and_then(|missing| missing.look_at(path));
        look.is_some_and(|look| {
            self.root.fresh_generation(tick) == Some(look.generation)
                && tick.saturating_sub(look.tick) < self.look_again_after_ms
        })
    }

    /// A path led to nothing, and nothing stood in. The page that would have is not looked for each
    /// time, so what is known is as old as that.
    pub(super) fn is_missing(&self, path: &[u8], generation: u64, tick: u64) {
        if let Some(missing) = &self.missing {
            let tick = tick.min(self.no_page_at.load(Ordering::Relaxed));
            missing.remember(path, missing::Look { generation, tick });
        }
    }

    /// Loads; out of descriptors, closes some that are only kept to be quick, and tries once more.
    fn load_or_make_room(
        &self,
        place: &Arc<Place>,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
        trace: &impl Trace,
    ) -> Result<Found, Failure> {
        match self.load(place, path, tick, patience, trace) {
            Err(Failure::Refused(Reason::Overloaded)) => {
                self.cache.close_coldest();
                self.load(place, path, tick, patience, trace)
            }
            result => result,
        }
    }

    /// Opens what a path names, and reads it if it is small.
    pub(super) fn load(
        &self,
        place: &Arc<Place>,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
        trace: &impl Trace,
    ) -> Result<Found, Failure> {
        let names = self.names_of(place, path)?;
        let (mut names, mut attempts, mut is_folder) = (&names[..], 0, false);
        while let [name, others @ ..] = names {
            let opened = place.open_file(name, patience);
            note_file(place, name, &opened, trace);
            let opened = match opened {
                Err(Failure::Refused(Reason::NoSuchFile)) => {
                    names = others;
                    continue;
                }
                result => result?,
            };
            attempts += 1;
            // Beside a folder `about` there may be a page `about.html`.
            if opened.is_folder() && !path.is_folder() && !others.is_empty() {
                names = others;
                is_folder = true;
                continue;
            }
            let name = name.clone();
            if opened.is_folder() {
                return if path.is_folder() {
                    Err(Failure::Refused(Reason::NoIndex))
                } else {
                    Ok(Found::Folder)
                };
            }
            let facts = Facts {
                forms: self.forms(place, &name, &opened, patience, trace)?,
                ..facts(place, name, &opened, tick)
            };
            if attempts == ATTEMPTS_MAX {
                let entry = held_open(place, facts, opened, &self.presentation);
                return Ok(Found::File(Arc::new(entry)));
            }
            if let Some(entry) = self.take(place, facts, opened, patience)? {
                return Ok(Found::File(Arc::new(entry)));
            }
            // Somebody wrote to it while we read: what we have is a mixture.
        }
        if is_folder {
            return Ok(Found::Folder);
        }
        if path.is_folder() {
            let seen = place.see_folder(path.below_root(), patience);
            if let Err(Failure::Refused(reason)) = seen {
                note_refused(place, path.below_root(), reason, trace);
            }
            seen?;
            return Err(Failure::Refused(Reason::NoIndex));
        }
        Err(Failure::Refused(Reason::NoSuchFile))
    }

    /// Reads what was opened if it is small, or keeps it open; `None` if it changed meanwhile.
    pub(super) fn take(
        &self,
        place: &Arc<Place>,
        facts: Facts,
        opened: Opened,
        patience: Patience,
    ) -> Result<Option<Entry>, Failure> {
        if opened.stamp.size > self.memory_file_bytes_max {
            let entry = held_open(place, facts, opened, &self.presentation);
            return Ok(Some(entry));
        }
        let bytes = read::whole(&opened, patience)?;
        Ok(bytes.map(|bytes| {
            let content = Content::Memory(in_memory(bytes));
            Entry::new(
                place.generation,
                facts,
                content,
                &self.presentation,
                clock::wall(),
            )
        }))
    }

    /// What keeps us out on the way to a path: the first folder that may not be entered, else what
    /// the path leads to. May wait.
    pub(super) fn forbidden_at(&self, path: &FilePath<'_>) -> Reason {
        let Ok(place) = self.root.place(clock::tick_ms(), Patience::Plenty) else {
            return Reason::FORBIDDEN;
        };
        let names: Vec<&[u8]> = { path.below_root().split(|byte| *byte == b'/') }
            .filter(|name| !name.is_empty())
            .collect();
        // Behind a folder that may not be entered there is none that may. The root is the first.
        let folders: Vec<usize> = (0..names.len() + usize::from(path.is_folder())).collect();
        let passed = folders.partition_point(|count| {
            // For a step within a folder it has to be entered.
            let step = [&names[..*count], &[b"."]].concat().join(&b'/');
            let seen = place.see_folder(&step, Patience::Plenty);
            !matches!(seen, Err(Failure::Refused(Reason::Forbidden { .. })))
        });
        let before = self.begin.split('/').skip(1).count();
        Reason::Forbidden {
            names: u16::try_from(before + passed).unwrap_or(u16::MAX),
        }
    }

    /// The names of the files that a path may mean.
    fn names_of(&self, place: &Place, path: &FilePath<'_>) -> Result<Vec<Box<[u8]>>, Failure> {
        let Some(only) = place.only_file() else {
            return Ok(self.naming.names(path));
        };
        let asked = &path.as_bytes()[1..];
        if asked.is_empty() || asked == only {
            Ok(vec![only.into()])
        } else {
            Err(Failure::Refused(Reason::NoSuchFile))
        }
    }
}

/// Writes down what came of a name.
fn note_file(place: &Place, name: &[u8], opened: &Result<Opened, Failure>, trace: &impl Trace) {
    match opened {
        Ok(opened) => trace.note(|| Step::File {
            name: text(name),
            is: if opened.is_folder() {
                FileKind::Folder
            } else {
                FileKind::File
            },
            bytes: (!opened.is_folder()).then_some(opened.stamp.size),
            system: None,
            reason: None,
        }),
        Err(Failure::Refused(reason)) => note_refused(place, name, *reason, trace),
        // It is tried again.
        Err(Failure::WouldWait) => {}
    }
}

fn note_refused(place: &Place, name: &[u8], reason: Reason, trace: &impl Trace) {
    trace.note(|| Step::File {
        name: text(name),
        is: match reason {
            Reason::NoSuchFile => FileKind::Missing,
            _ => FileKind::Refused,
        },
        bytes: None,
        system: place.system_says(name).and_then(open::word),
        reason: Some(reason),
    });
}

/// Content in memory; where it can be sent without a copy, if that pays.
pub(super) fn in_memory(content: Vec<u8>) -> Bytes {
    lasting::copied(&content).unwrap_or_else(|| content.into())
}

/// Whether there is nothing, as far as anybody may know.
pub(super) fn is_nothing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NoSuchFile
            | Reason::NoIndex
            | Reason::Hidden
            | Reason::LeavesRoot
            | Reason::SpecialFile
    )
}

pub(super) fn facts(place: &Place, name: Box<[u8]>, opened: &Opened, tick: u64) -> Facts {
    Facts {
        name,
        stamp: opened.stamp,
        is_local: place.is_local_file(opened),
        tick,
        forms: None,
        coded: None,
    }
}

fn held_open(
    place: &Arc<Place>,
    facts: Facts,
    opened: Opened,
    presentation: &Presentation,
) -> Entry {
    let file = OpenFile {
        descriptor: opened.descriptor,
        stamp: opened.stamp,
        is_local: facts.is_local,
        place: place.clone(),
        name: facts.name.clone(),
    };
    let content = Content::Open(Arc::new(file));
    Entry::new(
        place.generation,
        facts,
        content,
        presentation,
        clock::wall(),
    )
}

/// A tick that no clock shows while this runs.
pub(super) const NEVER: u64 = u64::MAX;
