//! Answers with files: the quick way from the cache, the careful way from the disk.
//!
//! Law: nothing here waits unless it is in the pool. The way is tried without patience first
//! ([`Files::answer`]); where that ends in "would wait", the same way is gone again in the pool
//! ([`Files::wait`]).
//!
//! `path` decodes, `root` knows what is served, `open` and `walk` confine names, `stamp` tells
//! whether a file is still the same, `entry` is a file ready to be sent, `cache` keeps them;
//! `listing` tells what is in a folder without a page of its own, if it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::clock;
use crate::config::{FileSettings, ListFolders};
use crate::exchange::{Body, FieldList, Reason, Request, Response};
use crate::site::guard::onlooker;
use crate::site::limits::ATTEMPTS_MAX;
use crate::tasks;

mod cache;
mod entry;
pub(crate) mod listing;
mod local;
mod media;
mod open;
pub(crate) mod path;
mod read;
pub(crate) mod root;
mod stamp;
mod walk;

#[cfg(test)]
mod confinement_tests;
#[cfg(test)]
mod tests;

use cache::Cache;
use entry::{Content, Entry, Facts, Look, OpenFile};
use listing::{Asked, Listing, View};
use open::{Failure, Opened, Patience};
use path::FilePath;
use root::{Place, Root, RootError};

/// A folder or file that is served.
pub(crate) struct Files {
    root: Root,
    cache: Cache,
    /// The root that the cache's entries are from.
    cached_generation: AtomicU64,
    memory_file_bytes_max: u64,
    look_again_after_ms: u64,
    /// What is in folders, and to whom that is told.
    listing: Option<Listing>,
    list_folders: ListFolders,
}

/// What a path led to.
enum Found {
    File(Arc<Entry>),
    /// A folder, asked for without its slash.
    Folder,
}

impl Files {
    /// Opens what is to be served.
    pub(crate) fn new(path: &std::path::Path, settings: &FileSettings) -> Result<Self, RootError> {
        let look_again_after_ms =
            u64::try_from(settings.look_again_after.as_millis()).unwrap_or(u64::MAX);
        Ok(Self {
            root: Root::new(path, look_again_after_ms, clock::tick_ms())?,
            cache: Cache::new(settings),
            cached_generation: AtomicU64::new(0),
            memory_file_bytes_max: settings.memory_file_bytes_max,
            look_again_after_ms,
            listing: (settings.list_folders != ListFolders::ToNobody)
                .then(|| Listing::new(look_again_after_ms)),
            list_folders: settings.list_folders,
        })
    }

    /// Answers without waiting, or gives back the path that may have to be waited for.
    pub(crate) fn answer(
        &self,
        request: &Request<'_>,
        tick: u64,
    ) -> Result<Result<Response, Reason>, FilePath<'static>> {
        // Only decoded and checked paths are keys: what is found under the bytes that were sent
        // needs neither.
        if let Some(entry) = self.fresh(request.path, tick) {
            return Ok(Ok(entry.response()));
        }
        let path = match FilePath::decode(request.path) {
            Ok(path) => path,
            Err(reason) => return Ok(Err(reason)),
        };
        match self.find(&path, tick, Patience::None) {
            Ok(found) => Ok(Ok(respond(&found, request))),
            Err(Failure::Refused(Reason::NoIndex)) if self.lists(&path, request) => {
                match self.fresh_listing(&path, request, tick) {
                    Some(response) => Ok(Ok(response)),
                    None => Err(path.into_owned()),
                }
            }
            Err(Failure::Refused(reason)) => Ok(Err(reason)),
            Err(Failure::WouldWait) => Err(path.into_owned()),
        }
    }

    /// Whether this one may be told what is in this folder.
    fn lists(&self, path: &FilePath<'_>, request: &Request<'_>) -> bool {
        path.is_folder()
            && match self.list_folders {
                ListFolders::ToNobody => false,
                ListFolders::ToThisMachine => onlooker::is_at_this_machine(request),
                ListFolders::ToEverybody => true,
            }
    }

    /// The listing of a folder that was made lately.
    fn fresh_listing(
        &self,
        path: &FilePath<'_>,
        request: &Request<'_>,
        tick: u64,
    ) -> Option<Response> {
        let generation = self.root.fresh_generation(tick)?;
        let listing = self.listing.as_ref()?;
        listing.fresh(path, &View::of(request), generation, tick)
    }

    /// Lists a folder, in the pool.
    async fn list(
        self: Arc<Self>,
        path: FilePath<'static>,
        view: View,
    ) -> Result<Response, Reason> {
        let Some(listing) = &self.listing else {
            return Err(Reason::NoIndex);
        };
        let _turn = listing.admit(&view).await?;
        let files = self.clone();
        let work = move || files.list_now(&path, &view);
        waited(tasks::blocking(work).await)
    }

    fn list_now(&self, path: &FilePath<'_>, view: &View) -> Result<Response, Failure> {
        let tick = clock::tick_ms();
        let place = &self.root.place(tick, Patience::Plenty)?;
        let Some(listing) = &self.listing else {
            return Err(Failure::Refused(Reason::NoIndex));
        };
        listing.make(&Asked {
            place,
            path,
            view,
            tick,
        })
    }

    /// Answers from the pool.
    pub(crate) async fn wait(
        self: Arc<Self>,
        path: FilePath<'static>,
        request: &Request<'_>,
    ) -> Result<Response, Reason> {
        let view = self.lists(&path, request).then(|| View::of(request));
        let (files, asked) = (self.clone(), path.clone());
        let work = move || files.find(&asked, clock::tick_ms(), Patience::Plenty);
        match (tasks::blocking(work).await, view) {
            (Some(Err(Failure::Refused(Reason::NoIndex))), Some(view)) => {
                self.list(path, view).await
            }
            (outcome, _) => waited(outcome).map(|found| respond(&found, request)),
        }
    }

    /// Whether there is something to see at the root: a page to begin with, or the list of what is
    /// there. Keeps nothing; may wait.
    pub(crate) fn has_start_page(&self) -> bool {
        if self.listing.is_some() {
            return true;
        }
        let tick = clock::tick_ms();
        let found = FilePath::decode(b"/").map(|path| {
            let place = self.root.place(tick, Patience::Plenty)?;
            self.load(&place, &path, tick, Patience::Plenty)
        });
        !matches!(found, Ok(Err(Failure::Refused(Reason::NoIndex))))
    }

    /// Closes the colder half of the files that are only kept open to be quick.
    pub(crate) fn spare_descriptors(&self) {
        self.cache.close_coldest();
    }

    /// Closes kept files that have been deleted.
    pub(crate) fn close_deleted(&self) {
        self.cache.close_deleted();
    }

    /// What is kept under a path and was looked at lately.
    fn fresh(&self, path: &[u8], tick: u64) -> Option<Arc<Entry>> {
        let generation = self.root.fresh_generation(tick)?;
        self.cache.get(path).filter(|entry| {
            entry.generation == generation && entry.is_fresh(tick, self.look_again_after_ms)
        })
    }

    /// What a path leads to: from the cache after another look, or from the disk.
    fn find(&self, path: &FilePath<'_>, tick: u64, patience: Patience) -> Result<Found, Failure> {
        let place = self.root.place(tick, patience)?;
        let generation = place.generation;
        if self
            .cached_generation
            .fetch_max(generation, Ordering::Relaxed)
            < generation
        {
            // None of it would be served again; open files would hold their place on the disk.
            self.cache.clear();
        }
        let key = path.key();
        if let Some(entry) = self.cache.get(key)
            && entry.generation == place.generation
        {
            let holds = entry.is_fresh(tick, self.look_again_after_ms)
                || entry.look(&place, tick, patience)? == Look::Same;
            if holds {
                return Ok(Found::File(entry));
            }
        }
        match self.load_or_make_room(&place, path, tick, patience) {
            Ok(Found::File(entry)) => {
                self.cache.put(key, &entry);
                Ok(Found::File(entry))
            }
            Err(Failure::WouldWait) => Err(Failure::WouldWait),
            gone => {
                self.cache.forget(key);
                gone
            }
        }
    }

    /// Loads; out of descriptors, closes some that are only kept to be quick, and tries once more.
    fn load_or_make_room(
        &self,
        place: &Arc<Place>,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
    ) -> Result<Found, Failure> {
        match self.load(place, path, tick, patience) {
            Err(Failure::Refused(Reason::Overloaded)) => {
                self.cache.close_coldest();
                self.load(place, path, tick, patience)
            }
            result => result,
        }
    }

    /// Opens what a path names, and reads it if it is small.
    fn load(
        &self,
        place: &Arc<Place>,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
    ) -> Result<Found, Failure> {
        let name = name_of(place, path)?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let opened = match place.open_file(&name, patience) {
                Err(Failure::Refused(Reason::NoSuchFile)) if path.is_folder() => {
                    place.see_folder(path.below_root(), patience)?;
                    return Err(Failure::Refused(Reason::NoIndex));
                }
                result => result?,
            };
            if opened.is_folder() {
                return if path.is_folder() {
                    Err(Failure::Refused(Reason::NoIndex))
                } else {
                    Ok(Found::Folder)
                };
            }
            if opened.stamp.size > self.memory_file_bytes_max || attempts == ATTEMPTS_MAX {
                return Ok(Found::File(held_open(place, name, opened, tick)));
            }
            if let Some(bytes) = read::whole(&opened, patience)? {
                let facts = facts(place, name, &opened, tick);
                let content = Content::Memory(Bytes::from(bytes));
                let entry = Entry::new(place, facts, content, clock::wall());
                return Ok(Found::File(Arc::new(entry)));
            }
            // Somebody wrote to it while we read: what we have is a mixture.
        }
    }
}

/// What came of work in the pool.
fn waited<T>(outcome: Option<Result<T, Failure>>) -> Result<T, Reason> {
    match outcome {
        Some(Ok(found)) => Ok(found),
        Some(Err(Failure::Refused(reason))) => Err(reason),
        Some(Err(Failure::WouldWait)) => Err(Reason::Unreadable),
        None => Err(Reason::Panicked),
    }
}

/// The name of the file that a path asks for.
fn name_of(place: &Place, path: &FilePath<'_>) -> Result<Box<[u8]>, Failure> {
    if let Some(only) = place.only_file() {
        let asked = &path.as_bytes()[1..];
        return if asked.is_empty() || asked == only {
            Ok(only.into())
        } else {
            Err(Failure::Refused(Reason::NoSuchFile))
        };
    }
    if !path.is_folder() {
        return Ok(path.below_root().into());
    }
    let folder = &path.as_bytes()[1..];
    Ok([folder, b"index.html"].concat().into())
}

fn facts(place: &Place, name: Box<[u8]>, opened: &Opened, tick: u64) -> Facts {
    Facts {
        name,
        stamp: opened.stamp,
        is_local: place.is_local_file(opened),
        tick,
    }
}

fn held_open(place: &Arc<Place>, name: Box<[u8]>, opened: Opened, tick: u64) -> Arc<Entry> {
    let facts = facts(place, name.clone(), &opened, tick);
    let file = OpenFile {
        descriptor: opened.descriptor,
        stamp: opened.stamp,
        is_local: facts.is_local,
        place: place.clone(),
        name,
    };
    let content = Content::Open(Arc::new(file));
    Arc::new(Entry::new(place, facts, content, clock::wall()))
}

fn respond(found: &Found, request: &Request<'_>) -> Response {
    match found {
        Found::File(entry) => entry.response(),
        Found::Folder => to_the_slash(request),
    }
}

/// What may not stand in a Location as it is, if a client sent it so (RFC 3986 §2).
const NOT_IN_A_REFERENCE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Sends the client to the same path with a slash, query and all: relative links in the folder's
/// page would otherwise lead beside it.
///
/// The path was decoded and found without empty segments, so it cannot start with two slashes,
/// which a browser would take for another host.
fn to_the_slash(request: &Request<'_>) -> Response {
    let path = percent_encode(request.path, NOT_IN_A_REFERENCE);
    let location = match request.query {
        None => format!("{path}/"),
        Some(query) => format!("{path}/?{}", percent_encode(query, NOT_IN_A_REFERENCE)),
    };
    let mut fields = FieldList::new();
    fields.add(
        LOCATION,
        HeaderValue::try_from(location).expect("what may not stand in a field was encoded"),
    );
    Response::new(StatusCode::MOVED_PERMANENTLY, fields, Body::Empty).because(Reason::SlashMissing)
}
