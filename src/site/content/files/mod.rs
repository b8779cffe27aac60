//! Answers with files: the quick way from the cache, the careful way from the disk.
//!
//! Law: nothing here waits unless it is in the pool. The way is tried without patience first
//! ([`Files::answer`]); where that ends in "would wait", the same way is gone again in the pool
//! ([`Files::wait`]).
//!
//! `path` decodes, `naming` knows what it may mean, `root` knows what is served, `open` and `walk`
//! confine names, `stamp` tells whether a file is still the same, `entry` is a file ready to be sent,
//! `cache` keeps them; `coding` decides whether it is sent in fewer bytes than it has, `download` offers
//! it under its name; `listing` tells what is in a folder without a page of its own, if it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderValue, LINK, LOCATION};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::clock;
use crate::config::{Changes, FileSettings, Hidden, ListFolders, MountPoint};
use crate::exchange::{Body, Coding, FieldList, Reason, Request, Response};
use crate::site::finish::{conditions, etag};
use crate::site::guard::onlooker;
use crate::site::limits::{ATTEMPTS_MAX, CODED_SHARE};
use crate::site::pipeline::Dressing;
use crate::tasks;

mod cache;
pub(crate) mod coding;
mod download;
mod entry;
mod hashed;
pub(crate) mod listing;
pub(in crate::site) mod local;
mod media;
mod naming;
mod open;
pub(crate) mod path;
mod read;
pub(crate) mod root;
pub(in crate::site) mod stamp;
mod tag;
mod walk;

#[cfg(test)]
mod confinement_tests;
#[cfg(test)]
mod tests;

use cache::Cache;
use coding::encode::{Effort, encode};
use coding::negotiate::Acceptance;
use coding::{Choice, Coded, Compressor, Forms, Job, Ordered, Original, sibling_name};
use entry::{Content, Entry, Facts, Look, OpenFile, Presentation};
use listing::{Asked, Listing, View};
use naming::Naming;
use open::{Failure, Opened, Patience};
use path::FilePath;
use root::{Place, Root, RootError};

/// A folder or file that is served.
pub(crate) struct Files {
    root: Root,
    /// What the addresses of its files begin with, beside a slash.
    begin: String,
    cache: Cache,
    /// The root that the cache's entries are from.
    cached_generation: AtomicU64,
    naming: Naming,
    presentation: Presentation,
    hidden: Hidden,
    /// When there was no page for what is not found, by the clock's tick: not looked for each time.
    no_page_at: AtomicU64,
    memory_file_bytes_max: u64,
    look_again_after_ms: u64,
    /// Whether other forms of a file are looked for, or made.
    compression: bool,
    /// Largest file of which other forms are made, bytes.
    made_bytes_max: u64,
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
    /// Opens what is to be served.
    pub(crate) fn new(path: &std::path::Path, settings: &FileSettings) -> Result<Self, RootError> {
        Ok(Self {
            root: Root::new(path, settings, clock::tick_ms())?,
            begin: String::new(),
            cache: Cache::new(settings),
            cached_generation: AtomicU64::new(0),
            naming: Naming::new(settings),
            presentation: Presentation::new(settings),
            hidden: settings.hidden,
            no_page_at: AtomicU64::new(NEVER),
            memory_file_bytes_max: settings.memory_file_bytes_max,
            look_again_after_ms: settings.look_again_after_ms(),
            // A page that follows its files gets something behind its own bytes; and what was made of
            // a file that is being edited is worth nothing.
            compression: settings.compression && settings.changes == Changes::Untold,
            made_bytes_max: settings.memory_bytes_max / CODED_SHARE,
            compressor: Compressor::default(),
            listing: (settings.list_folders != ListFolders::ToNobody)
                .then(|| Listing::new(settings.look_again_after_ms(), Dressing::new(settings))),
            list_folders: settings.list_folders,
        })
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

    /// Answers without waiting, or gives back what may have to be waited for.
    pub(crate) fn answer(
        self: &Arc<Self>,
        request: &Request<'_>,
        tick: u64,
    ) -> Result<Result<Response, Reason>, Sought> {
        self.answer_below(request, request.path, tick)
    }

    /// The same, where only the end of the request's path is asked of this folder: `path`.
    pub(crate) fn answer_below(
        self: &Arc<Self>,
        request: &Request<'_>,
        path: &[u8],
        tick: u64,
    ) -> Result<Result<Response, Reason>, Sought> {
        // Only decoded and checked paths are keys: what is found under the bytes that were sent
        // needs neither.
        if let Some(response) = self.at_hand(request, path, tick) {
            return Ok(Ok(response));
        }
        let path = FilePath::decode_with(path, self.hidden);
        let path = match path.and_then(|path| self.at_its_place(path)) {
            Err(reason) if !is_nothing(reason) => return Ok(Err(reason)),
            path => path,
        };
        let wanted = path.as_ref().map_err(|reason| *reason);
        let is_listed = { path.as_ref() }.is_ok_and(|path| self.lists(path, request));
        let found = self.look_up(wanted, is_listed, tick, Patience::None);
        if let (true, Ok(path), Err(Failure::Refused(Reason::NoIndex))) = (is_listed, &path, &found)
        {
            return match self.fresh_listing(path, request, tick) {
                Some(response) => Ok(Ok(response)),
                None => Err(Sought(Ok(path.clone().into_owned()))),
            };
        }
        let answer = found.and_then(|found| match (found, &path) {
            (Found::File(entry), Ok(path)) => {
                let response = self.in_form(path, &entry, request, tick)?;
                Ok(present(response, &entry, request))
            }
            (Found::Instead(entry, StatusCode::OK, reason), _) => {
                let response = self.in_form(&FilePath::root(), &entry, request, tick)?;
                Ok(response.because(reason))
            }
            (found, _) => Ok(self.respond(&found, request)),
        });
        match answer {
            Ok(response) => Ok(Ok(response)),
            Err(Failure::Refused(reason)) => Ok(Err(reason)),
            Err(Failure::WouldWait) => Err(Sought(path.map(FilePath::into_owned))),
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
    ) -> Result<Response, Reason> {
        let view = { sought.0.as_ref().ok() }
            .filter(|path| self.lists(path, request))
            .map(|_| View::of(request));
        let (files, wanted, is_listed) = (self.clone(), sought.clone(), view.is_some());
        let work = move || {
            let path = wanted.0.as_ref().map_err(|reason| *reason);
            files.look_up(path, is_listed, clock::tick_ms(), Patience::Plenty)
        };
        let found = match (waited(tasks::blocking(work).await), view, &sought.0) {
            (Err(Reason::NoIndex), Some(view), Ok(path)) => {
                return self.list(path.clone(), view).await;
            }
            (found, ..) => found?,
        };
        Ok(match (found, sought.0) {
            (Found::File(entry), Ok(path)) => {
                let response = self.wait_in_form(path, entry.clone(), request).await;
                present(response, &entry, request)
            }
            (Found::Instead(entry, StatusCode::OK, reason), _) => {
                let form = self.wait_in_form(FilePath::root(), entry, request);
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
            self.load(&place, &FilePath::root(), tick, Patience::Plenty)
        };
        !matches!(load(), Err(Failure::Refused(Reason::NoIndex)))
    }

    /// Closes the colder half of the files that are only kept open to be quick.
    pub(crate) fn spare_descriptors(&self) {
        self.cache.close_coldest();
    }

    /// Closes kept files that have been deleted.
    pub(crate) fn close_deleted(&self) {
        self.cache.close_deleted();
    }

    /// What can be said without looking or decoding anything: nearly every answer of a busy server.
    fn at_hand(&self, request: &Request<'_>, path: &[u8], tick: u64) -> Option<Response> {
        let file = self.fresh(path, tick)?;
        let response = match file.forms().map(|forms| file.choose(forms, request)) {
            None | Some(Choice::Plain) => file.response(),
            Some(choice) => self.kept_form(path, &file, choice)?.response(),
        };
        Some(present(response, &file, request))
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

    /// What is kept under a path and was looked at lately.
    fn fresh(&self, path: &[u8], tick: u64) -> Option<Arc<Entry>> {
        let generation = self.root.fresh_generation(tick)?;
        self.cache.get(path).filter(|entry| {
            entry.generation == generation && entry.is_fresh(tick, self.look_again_after_ms)
        })
    }

    /// What a path leads to, or what stands in where it leads to nothing, or is no path that could
    /// lead to something.
    fn look_up(
        &self,
        path: Result<&FilePath<'_>, Reason>,
        is_listed: bool,
        tick: u64,
        patience: Patience,
    ) -> Result<Found, Failure> {
        if let Ok(path) = path
            && let Some(canonical) = self.naming.canonical(path)
            && let Found::File(entry) = self.find_if_any(&canonical, tick, patience)?
            && entry.is_named(&path.as_bytes()[1..])
        {
            return Ok(Found::Elsewhere(canonical));
        }
        let found = match path {
            Ok(path) => self.find(path, tick, patience),
            Err(reason) => Err(Failure::Refused(reason)),
        };
        let reason = match found {
            Err(Failure::Refused(Reason::NoIndex)) if is_listed => {
                return Err(Failure::Refused(Reason::NoIndex));
            }
            Err(Failure::Refused(reason)) if is_nothing(reason) => reason,
            result => return result,
        };
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
            && !is_for_the_application;
        if is_known_to_be_missing {
            return Err(Failure::Refused(reason));
        }
        if let Found::File(entry) = self.find_if_any(&stand_in, tick, patience)? {
            return Ok(Found::Instead(entry, status, reason));
        }
        if !is_for_the_application {
            self.no_page_at.store(tick, Ordering::Relaxed);
        }
        Err(Failure::Refused(reason))
    }

    /// The same where it does not matter why there is nothing.
    fn find_if_any(
        &self,
        path: &FilePath<'_>,
        tick: u64,
        patience: Patience,
    ) -> Result<Found, Failure> {
        match self.find(path, tick, patience) {
            Err(Failure::Refused(_)) => Ok(Found::Folder),
            result => result,
        }
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

    /// A file in the form that the client takes most gladly; as it is, while that form is made.
    fn in_form(
        self: &Arc<Self>,
        path: &FilePath<'_>,
        file: &Arc<Entry>,
        request: &Request<'_>,
        tick: u64,
    ) -> Result<Response, Failure> {
        let Some(forms) = file.forms() else {
            return Ok(file.response());
        };
        let choice = file.choose(forms, request);
        if let Some(form) = self.kept_form(path.key(), file, choice) {
            return Ok(form.response());
        }
        match choice {
            Choice::Plain => Ok(file.response()),
            Choice::Stored(coding) => {
                match self.stored(path, file, coding, tick, Patience::None) {
                    Ok(form) => Ok(form.response()),
                    Err(Failure::WouldWait) => Err(Failure::WouldWait),
                    // It has just gone: the next look will find that, too.
                    Err(Failure::Refused(_)) => Ok(file.response()),
                }
            }
            Choice::Made(coding) if has_made(file, coding, request) => {
                Ok(file.made_before(coding, &self.presentation))
            }
            Choice::Made(coding) => {
                let job = Job {
                    path: path.clone().into_owned(),
                    coding,
                };
                // The client of this request may wait, if it takes nothing else.
                if self.order(file, job) && !Acceptance::of(request).takes_plain() {
                    return Err(Failure::WouldWait);
                }
                Ok(file.response())
            }
        }
    }

    /// The same for who can wait for a disk, or for the form to be made.
    async fn wait_in_form(
        self: &Arc<Self>,
        path: FilePath<'static>,
        file: Arc<Entry>,
        request: &Request<'_>,
    ) -> Response {
        if let Ok(response) = self.in_form(&path, &file, request, clock::tick_ms()) {
            return response;
        }
        let choice = { file.forms() }.map(|forms| file.choose(forms, request));
        let form = match choice {
            Some(Choice::Stored(coding)) => {
                let (files, plain) = (self.clone(), file.clone());
                let work =
                    move || files.stored(&path, &plain, coding, clock::tick_ms(), Patience::Plenty);
                tasks::blocking(work).await.and_then(Result::ok)
            }
            Some(choice @ Choice::Made(coding)) => {
                let job = Job { path, coding };
                self.compressor.until_done(&job).await;
                self.kept_form(job.path.key(), &file, choice)
            }
            Some(Choice::Plain) | None => None,
        };
        form.unwrap_or(file).response()
    }

    /// The form that was chosen, if it is kept and still one of that file.
    fn kept_form(&self, key: &[u8], file: &Entry, choice: Choice) -> Option<Arc<Entry>> {
        let (Choice::Stored(coding) | Choice::Made(coding)) = choice else {
            return None;
        };
        let kept = self.cache.get_coded(key, coding)?;
        // A sibling that was written just now may have been written again, and look the same.
        Some(kept).filter(|kept| kept.is_settled() && kept.is_form_of(file, choice))
    }

    /// Opens the sibling of a file, and reads it if it is small.
    fn stored(
        &self,
        path: &FilePath<'_>,
        file: &Entry,
        coding: Coding,
        tick: u64,
        patience: Patience,
    ) -> Result<Arc<Entry>, Failure> {
        let place = self.root.place(tick, patience)?;
        let name = sibling_name(file.name(), coding);
        let opened = place.open_file(&name, patience)?;
        let coded = Coded {
            coding,
            is_made: false,
            name: file.name().into(),
        };
        let facts = Facts {
            coded: Some(coded),
            ..facts(&place, name, &opened, tick)
        };
        let entry = self.take(&place, facts, opened, patience)?;
        let entry = { entry }.filter(|entry| entry.is_form_of(file, Choice::Stored(coding)));
        let entry = Arc::new(entry.ok_or(Failure::Refused(Reason::NoSuchFile))?);
        self.cache.put(path.key(), &entry);
        Ok(entry)
    }

    /// Orders a form to be made. Whether it will be.
    fn order(self: &Arc<Self>, file: &Entry, job: Job) -> bool {
        // A file that was written just now is soon written again.
        if !file.is_settled() {
            return false;
        }
        match self.compressor.order(job) {
            Ordered::HandWanted => {
                self.lend_a_hand();
                true
            }
            Ordered::Waits => true,
            Ordered::Refused => false,
        }
    }

    /// One job for each turn in the pool: what waits for a disk comes in between.
    fn lend_a_hand(self: &Arc<Self>) {
        let files = self.clone();
        tasks::in_background(move || {
            if files.compressor.do_one(|job| files.make(job)) {
                files.lend_a_hand();
            }
        });
    }

    /// Makes a form of a file and keeps it.
    fn make(&self, job: &Job) {
        let (path, coding) = (&job.path, job.coding);
        let Ok(Found::File(file)) = self.find(path, clock::tick_ms(), Patience::Plenty) else {
            return;
        };
        let Some(forms) = file.forms().filter(|forms| forms.is_makeable()) else {
            return;
        };
        let choice = Choice::Made(coding);
        if !file.is_settled() || self.kept_form(path.key(), &file, choice).is_some() {
            return;
        }
        let Some(plain) = file.whole() else {
            return;
        };
        if let Some(coded) = encode(&plain, coding, Effort::Quick) {
            let made = Arc::new(file.made(coding, coded.into(), &self.presentation));
            self.cache.put(path.key(), &made);
        }
        if self.kept_form(path.key(), &file, choice).is_none() {
            // It does not pay, or there is no room for it. Not again, until the file is another.
            forms.do_not_make();
        }
    }

    /// What else there is of a file.
    fn forms(
        &self,
        place: &Place,
        name: &[u8],
        opened: &Opened,
        patience: Patience,
    ) -> Result<Option<Box<Forms>>, Failure> {
        if !self.compression {
            return Ok(None);
        }
        let content_type = self.presentation.type_of(name);
        let file = Original {
            place,
            name,
            stamp: &opened.stamp,
            content_type: content_type.as_bytes(),
            made_bytes_max: self.made_bytes_max,
        };
        Forms::of(file, patience, clock::wall())
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
        let names = self.names_of(place, path)?;
        let (mut names, mut attempts, mut is_folder) = (&names[..], 0, false);
        while let [name, others @ ..] = names {
            let opened = match place.open_file(name, patience) {
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
                forms: self.forms(place, &name, &opened, patience)?,
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
            place.see_folder(path.below_root(), patience)?;
            return Err(Failure::Refused(Reason::NoIndex));
        }
        Err(Failure::Refused(Reason::NoSuchFile))
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

    /// Reads what was opened if it is small, or keeps it open; `None` if it changed meanwhile.
    fn take(
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
            let content = Content::Memory(Bytes::from(bytes));
            Entry::new(
                place.generation,
                facts,
                content,
                &self.presentation,
                clock::wall(),
            )
        }))
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

/// What came of work in the pool.
fn waited<T>(outcome: Option<Result<T, Failure>>) -> Result<T, Reason> {
    match outcome {
        Some(Ok(found)) => Ok(found),
        Some(Err(Failure::Refused(reason))) => Err(reason),
        Some(Err(Failure::WouldWait)) => Err(Reason::Unreadable),
        None => Err(Reason::Panicked),
    }
}

/// A tick that no clock shows while this runs.
const NEVER: u64 = u64::MAX;

/// Whether there is nothing, as far as anybody may know.
fn is_nothing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NoSuchFile
            | Reason::NoIndex
            | Reason::Hidden
            | Reason::LeavesRoot
            | Reason::SpecialFile
    )
}

fn facts(place: &Place, name: Box<[u8]>, opened: &Opened, tick: u64) -> Facts {
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

/// Whether a client says that it has the form that we make of a file.
fn has_made(file: &Entry, coding: Coding, request: &Request<'_>) -> bool {
    request.fields.may_be_conditional() && {
        let ours = file.tag_of_made(coding);
        conditions::any_tag(request.fields, "if-none-match", |theirs| {
            etag::weak_match(theirs, ours.as_bytes())
        })
    }
}

/// A file, to be shown or to be kept.
fn present(response: Response, entry: &Entry, request: &Request<'_>) -> Response {
    match request.query {
        Some(query) if download::is_asked_for(query) => download::offered(response, entry.name()),
        _ => response,
    }
}

/// Sends the client to a folder's address: that of its request, with a slash behind it.
pub(super) fn to_folder(request: &Request<'_>) -> Response {
    elsewhere(request, &[request.path, b"/"].concat()).because(Reason::SlashMissing)
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

/// The same for a path that is decoded: what would end or split it.
const NOT_IN_A_PATH: &AsciiSet = &NOT_IN_A_REFERENCE.add(b'%').add(b'?').add(b'#').add(b';');

/// Sends the client to another path, query and all: to a folder with its slash (relative links in its
/// page would otherwise lead beside it), or to the one address of a page.
///
/// The path was decoded and found without empty segments, so it cannot start with two slashes,
/// which a browser would take for another host.
fn elsewhere(request: &Request<'_>, path: &[u8]) -> Response {
    let path = percent_encode(path, NOT_IN_A_REFERENCE);
    let location = match request.query {
        None => path.to_string(),
        Some(query) => format!("{path}?{}", percent_encode(query, NOT_IN_A_REFERENCE)),
    };
    let mut fields = FieldList::new();
    fields.add(
        LOCATION,
        HeaderValue::try_from(location).expect("what may not stand in a field was encoded"),
    );
    Response::new(StatusCode::MOVED_PERMANENTLY, fields, Body::Empty)
}
