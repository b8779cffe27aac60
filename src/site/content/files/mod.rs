//! Answers with files: the quick way from the cache, the careful way from the disk.
//!
//! Law: nothing here waits unless it is in the pool. The way is tried without patience first
//! ([`Files::answer`]); where that ends in "would wait", the same way is gone again in the pool
//! ([`Files::wait`]).
//!
//! `find` goes the way; `path` decodes, `naming` knows what it may mean, `root` knows what is served, `open` and `walk`
//! confine names, `stamp` tells whether a file is still the same, `entry` is a file ready to be sent,
//! `cache` keeps them; `coding` decides whether it is sent in fewer bytes than it has, `download` offers
//! it under its name; `listing` tells what is in a folder without a page of its own, if it may.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use http::StatusCode;
use http::header::LINK;
use percent_encoding::percent_encode;

use crate::clock;
use crate::config::{Changes, FileSettings, Hidden, ListFolders, MountPoint};
use crate::exchange::{FieldList, Reason, Request, Response};
use crate::site::trace::{Trace, Untraced};
use crate::tasks;

mod cache;
pub(crate) mod coding;
mod download;
mod elsewhere;
mod entry;
mod find;
mod hashed;
mod listed;
pub(crate) mod listing;
pub(in crate::site) mod local;
mod media;
mod missing;
mod naming;
mod open;
pub(crate) mod path;
mod read;
pub(crate) mod root;
mod shaped;
pub(in crate::site) mod stamp;
mod tag;
mod walk;

#[cfg(test)]
mod cache_tests;
#[cfg(test)]
mod coding_tests;
#[cfg(test)]
mod confinement_tests;
#[cfg(test)]
mod missing_tests;
#[cfg(test)]
mod sending_tests;
#[cfg(test)]
mod tests;

use cache::Shelf;
use coding::Compressor;
use elsewhere::{NOT_IN_A_PATH, elsewhere};
use entry::{Entry, Presentation};
use find::{NEVER, is_nothing};
use listing::{Listing, View};
use missing::Missing;
use naming::Naming;
use open::{Failure, Patience};
use path::FilePath;
use root::{Root, RootError};

pub use cache::FileCache;
pub(super) use elsewhere::to_folder;

/// A folder or file that is served.
pub(crate) struct Files {
    root: Root,
    /// What the addresses of its files begin with, beside a slash.
    begin: String,
    cache: Shelf,
    /// The root that the cache's entries are from.
    cached_generation: AtomicU64,
    naming: Naming,
    presentation: Presentation,
    hidden: Hidden,
    /// When there was no page for what is not found, by the clock's tick: not looked for each time.
    no_page_at: AtomicU64,
    /// What is asked for in vain; `None` where files are followed, and may come at any time.
    missing: Option<Missing>,
    memory_file_bytes_max: u64,
    look_again_after_ms: u64,
    /// Whether other forms of a file are looked for, or made.
    compression: bool,
    compressor: Compressor,
    /// What is in folders, and to whom that is told.
    listing: Option<Listing>,
    list_folders: ListFolders,
}

/// What a path led to.
enum Found {
    File(Arc<Entry>),
    /// A folder, asked for without its slash.
    Folder,
    /// A page that has another address: this one.
    Elsewhere(FilePath<'static>),
    /// Nothing, and this file stands in.
    Instead(Arc<Entry>, StatusCode, Reason),
}

/// What is to be looked for with more patience: a path, or what stands in for one that is refused.
#[derive(Clone)]
pub(crate) struct Sought(Result<FilePath<'static>, Reason>);

impl Files {
    /// Opens what is to be served. What is asked for is kept with the files of all others.
    pub(crate) fn new(
        path: &std::path::Path,
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        // A page that follows its files gets something behind its own bytes; and what was made of
        // a file that is being edited is worth nothing.
        let compression = settings.compression && settings.changes == Changes::Untold;
        Ok(Self {
            root: Root::new(path, settings, clock::tick_ms())?,
            begin: String::new(),
            cache: cache.shelf(),
            cached_generation: AtomicU64::new(0),
            naming: Naming::new(settings),
            presentation: Presentation::new(settings),
            hidden: settings.hidden,
            no_page_at: AtomicU64::new(NEVER),
            missing: (settings.changes == Changes::Untold).then(Missing::default),
            memory_file_bytes_max: settings.memory_file_bytes_max,
            look_again_after_ms: settings.look_again_after_ms(),
            compression,
            compressor: Compressor::default(),
            listing: (settings.list_folders != ListFolders::ToNobody)
                .then(|| Listing::new(settings, compression)),
            list_folders: settings.list_folders,
        })
    }

    /// The same, with what is kept for itself alone.
    #[cfg(test)]
    fn alone(path: &std::path::Path, settings: &FileSettings) -> Result<Self, RootError> {
        Self::new(path, settings, &FileCache::of(settings))
    }

    /// The same, below a path.
    #[must_use]
    pub(crate) fn mounted_at(mut self, at: &MountPoint) -> Self {
        self.begin = at.address();
        self
    }

    /// Whether it is a single file, as far as is known without waiting.
    pub(crate) fn is_a_file(&self, tick: u64) -> bool {
        self.root.is_a_file(tick)
    }

    /// The path that is served.
    pub(crate) fn root_path(&self) -> &std::path::Path {
        self.root.path()
    }

    /// Answers without waiting, or gives back what may have to be waited for.
    pub(crate) fn answer(
        self: &Arc<Self>,
        request: &Request<'_>,
        tick: u64,
        trace: &impl Trace,
    ) -> Result<Result<Response, Reason>, Sought> {
        self.answer_below(request, request.path, tick, trace)
    }

    /// The same, where only the end of the request's path is asked of this folder: `path`.
    pub(crate) fn answer_below(
        self: &Arc<Self>,
        request: &Request<'_>,
        path: &[u8],
        tick: u64,
        trace: &impl Trace,
    ) -> Result<Result<Response, Reason>, Sought> {
        // Only decoded and checked paths are keys: what is found under the bytes that were sent
        // needs neither.
        if let Some(response) = self.at_hand(request, path, tick, trace) {
            self.cache.hit(u64::from(trace.is_asked()));
            return Ok(Ok(response));
        }
        if self.is_known_to_be_missing(path, tick) {
            return Ok(Err(Reason::NoSuchFile));
        }
        let (sent, generation) = (path, self.root.fresh_generation(tick));
        let path = FilePath::decode_with(path, self.hidden);
        let path = match path.and_then(|path| self.at_its_place(path)) {
            Err(reason) if !is_nothing(reason) => return Ok(Err(reason)),
            path => path,
        };
        if trace.is_on() {
            // Whoever writes it down goes the way once, with all the time it takes.
            return Err(Sought(path.map(FilePath::into_owned)));
        }
        let wanted = path.as_ref().map_err(|reason| *reason);
        let is_listed = { path.as_ref() }.is_ok_and(|path| self.lists(path, request));
        let found = self.look_up(wanted, is_listed, tick, Patience::None, trace);
        if let (true, Ok(path), Err(Failure::Refused(Reason::NoIndex))) = (is_listed, &path, &found)
        {
            return match self.fresh_listing(path, request, tick) {
                Some(response) => Ok(Ok(response)),
                None => Err(Sought(Ok(path.clone().into_owned()))),
            };
        }
        let answer = found.and_then(|found| match (found, &path) {
            (Found::File(entry), Ok(path)) => {
                let response = self.in_form(path, &entry, request, tick, trace)?;
                Ok(present(response, &entry, request))
            }
            (Found::Instead(entry, StatusCode::OK, reason), _) => {
                let response = self.in_form(&FilePath::root(), &entry, request, tick, trace)?;
                Ok(response.because(reason))
            }
            (found, _) => Ok(self.respond(&found, request)),
        });
        match answer {
            Ok(response) => {
                self.cache.missed(u64::from(trace.is_asked()));
                Ok(Ok(response))
            }
            // What keeps us out is found by going there step by step.
            Err(Failure::WouldWait | Failure::Refused(Reason::Forbidden { .. })) => {
                Err(Sought(path.map(FilePath::into_owned)))
            }
            Err(Failure::Refused(reason)) => {
                if let (Reason::NoSuchFile, Some(generation)) = (reason, generation) {
                    self.is_missing(sent, generation, tick);
                }
                Ok(Err(reason))
            }
        }
    }

    /// A path that begins with `.well-known` is hidden after all if it is not the site's that begins so
    /// (RFC 8615 §3).
    fn at_its_place<'a>(&self, path: FilePath<'a>) -> Result<FilePath<'a>, Reason> {
        let begins_with_a_dot = path.as_bytes().starts_with(b"/.");
        if begins_with_a_dot && self.hidden == Hidden::Kept && !self.begin.is_empty() {
            return Err(Reason::Hidden);
        }
        Ok(path)
    }

    /// Answers from the pool.
    pub(crate) async fn wait(
        self: Arc<Self>,
        sought: Sought,
        request: &Request<'_>,
        trace: &impl Trace,
    ) -> Result<Response, Reason> {
        let answer = self.clone().wait_for(sought.clone(), request, trace).await;
        self.cache
            .missed(u64::from(answer.is_ok() && trace.is_asked()));
        let (Err(Reason::Forbidden { .. }), Ok(path)) = (&answer, sought.0) else {
            return answer;
        };
        let at = tasks::blocking(move || self.forbidden_at(&path)).await;
        Err(at.unwrap_or(Reason::FORBIDDEN))
    }

    /// The same, where it does not matter what keeps us out.
    async fn wait_for(
        self: Arc<Self>,
        sought: Sought,
        request: &Request<'_>,
        trace: &impl Trace,
    ) -> Result<Response, Reason> {
        let view = { sought.0.as_ref().ok() }
            .filter(|path| self.lists(path, request))
            .map(|_| View::of(request));
        let (files, wanted, is_listed) = (self.clone(), sought.clone(), view.is_some());
        let writing = trace.clone();
        let work = move || {
            let path = wanted.0.as_ref().map_err(|reason| *reason);
            let tick = clock::tick_ms();
            files.look_up(path, is_listed, tick, Patience::Plenty, &writing)
        };
        let found = match (waited(tasks::blocking(work).await), view, &sought.0) {
            (Err(Reason::NoIndex), Some(view), Ok(path)) => {
                return self.list(path.clone(), view).await;
            }
            (found, ..) => found?,
        };
        Ok(match (found, sought.0) {
            (Found::File(entry), Ok(path)) => {
                let response = self.wait_in_form(path, entry.clone(), request, trace).await;
                present(response, &entry, request)
            }
            (Found::Instead(entry, StatusCode::OK, reason), _) => {
                let form = self.wait_in_form(FilePath::root(), entry, request, trace);
                form.await.because(reason)
            }
            (found, _) => self.respond(&found, request),
        })
    }

    /// What the page of a path links to, if that is known without looking for it.
    pub(crate) fn hints(&self, path: &[u8]) -> Option<FieldList> {
        let hints = &self.presentation.hints;
        if hints.is_empty() {
            return None;
        }
        let path = FilePath::decode_with(path, self.hidden).ok()?;
        let names = self.naming.names(&path);
        let links = { names.iter().map(|name| hints.of(name)) }.find(|links| !links.is_empty())?;
        let mut fields = FieldList::new();
        for link in links {
            fields.add(LINK, link.clone());
        }
        Some(fields)
    }

    /// Whether there is something to see at the root: a page to begin with, or the list of what is
    /// there. Keeps nothing; may wait.
    pub(crate) fn has_start_page(&self) -> bool {
        if self.listing.is_some() {
            return true;
        }
        let tick = clock::tick_ms();
        let load = || {
            let place = self.root.place(tick, Patience::Plenty)?;
            self.load(&place, &FilePath::root(), tick, Patience::Plenty, &Untraced)
        };
        !matches!(load(), Err(Failure::Refused(Reason::NoIndex)))
    }

    fn respond(&self, found: &Found, request: &Request<'_>) -> Response {
        match found {
            Found::File(entry) => present(entry.response(), entry, request),
            Found::Folder => to_folder(request),
            Found::Elsewhere(path) => {
                let path = percent_encode(path.as_bytes(), NOT_IN_A_PATH);
                let path = format!("{}{path}", self.begin);
                elsewhere(request, path.as_bytes()).because(Reason::OtherName)
            }
            Found::Instead(entry, status, reason) => entry.stand_in(*status).because(*reason),
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

/// A file, to be shown or to be kept.
fn present(response: Response, entry: &Entry, request: &Request<'_>) -> Response {
    match request.query {
        Some(query) if download::is_asked_for(query) => download::offered(response, entry.name()),
        _ => response,
    }
}
