//! Folders without a page of their own: what is in them, for people and for programs.
//!
//! `view` is what was asked for, `read` the folder, `order` the order, `search` looks below. `page`
//! and `preview` write for people, `json` for programs, `readme` says what the folder says of itself.
//! What is told and how is in `docs/listing.md`.
//!
//! Law: nothing is told that could not be asked for, and no name, no README and no query becomes
//! anything but text. A page that is kept is as old as a look at a file may be; names that are kept
//! are those in the folder, for a folder's times change with its names.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{ETAG, HeaderValue, VARY};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock;
use crate::exchange::{Body, FieldList, Kept, Reason, Response, Validators};
use crate::site::content::settled::tag_of;
use crate::site::limits::{
    LISTING_NAMES_BYTES_MAX, LISTING_PAGES_BYTES_MAX, LISTING_STREAMS_MAX, LISTINGS_AT_ONCE_MAX,
    PAGE_ENTRIES_MAX, SEARCHES_AT_ONCE_MAX,
};
use crate::site::pipeline::{self, Dressing};

use super::open::Failure;
use super::path::FilePath;
use super::root::Place;

mod json;
mod order;
mod page;
mod preview;
mod read;
pub(crate) mod readme;
mod search;
mod view;
mod write;

use read::{Entry, Facts, Folder, Kind, Names};
use search::{Found, Wanted};
pub(super) use view::View;
use view::{Direction, Format, Scope, Sort};

/// What is known of folders that were listed lately.
pub(super) struct Listing {
    pages: Pages,
    names: Cache<Box<[u8]>, Arc<Names>, Weight>,
    readers: Semaphore,
    searchers: Semaphore,
    streams: Arc<Semaphore>,
    keep_for_ms: u64,
    /// What every answer of the site says.
    dressing: Dressing,
}

type Pages = Cache<Box<[u8]>, Arc<Page>, Weight>;

/// A listing that was made, ready to be sent.
struct Page {
    /// Below which root.
    generation: u64,
    /// The clock's tick from which on it is made anew.
    lasts_until: u64,
    kept: Arc<Kept>,
    body: Bytes,
}

impl Page {
    fn response(&self) -> Response {
        Response::kept(self.kept.clone(), Body::Bytes(self.body.clone()))
    }
}

#[derive(Clone, Copy)]
struct Weight;

impl Weighter<Box<[u8]>, Arc<Page>> for Weight {
    fn weight(&self, key: &Box<[u8]>, page: &Arc<Page>) -> u64 {
        (key.len() + page.body.len()) as u64 + ENTRY_BYTES
    }
}

impl Weighter<Box<[u8]>, Arc<Names>> for Weight {
    fn weight(&self, key: &Box<[u8]>, names: &Arc<Names>) -> u64 {
        key.len() as u64 + names.weight() + ENTRY_BYTES
    }
}

/// How many times as long as it took to make it a page lasts at least. Reason: whoever asks for a
/// large folder again and again keeps a core busy for a fifth of the time.
const EFFORT: u64 = 4;

/// What an entry of either takes besides, bytes: its fields, and its heads as they were written.
const ENTRY_BYTES: u64 = 4 << 10;

/// A folder as it was asked for.
pub(super) struct Asked<'a> {
    pub(super) place: &'a Arc<Place>,
    pub(super) path: &'a FilePath<'a>,
    pub(super) view: &'a View,
    /// The clock's tick when work began.
    pub(super) tick: u64,
}

impl Listing {
    pub(super) fn new(keep_for_ms: u64, dressing: Dressing) -> Self {
        Self {
            pages: cache(LISTING_PAGES_BYTES_MAX),
            names: cache(LISTING_NAMES_BYTES_MAX),
            readers: Semaphore::new(LISTINGS_AT_ONCE_MAX),
            searchers: Semaphore::new(SEARCHES_AT_ONCE_MAX),
            streams: Arc::new(Semaphore::new(LISTING_STREAMS_MAX)),
            keep_for_ms,
            dressing,
        }
    }

    /// The answer that was made lately, if there is one.
    pub(super) fn fresh(
        &self,
        path: &FilePath<'_>,
        view: &View,
        generation: u64,
        tick: u64,
    ) -> Option<Response> {
        if !is_kept(view) {
            return None;
        }
        let page = self.pages.get(&*key(path, view))?;
        let is_fresh = tick < page.lasts_until;
        (is_fresh && page.generation == generation).then(|| page.response())
    }

    /// Waits for a turn to read folders, or to search in them.
    pub(super) async fn admit(&self, view: &View) -> Result<SemaphorePermit<'_>, Reason> {
        if is_search(view) {
            return self.searchers.try_acquire().map_err(|_| Reason::Overloaded);
        }
        // It is never closed.
        self.readers.acquire().await.map_err(|_| Reason::Overloaded)
    }

    /// Makes the answer. Only in the pool.
    pub(super) fn make(&self, asked: &Asked<'_>) -> Result<Response, Failure> {
        let Asked {
            place,
            path,
            view,
            tick,
        } = asked;
        // Whoever waited for a turn may have waited for somebody who wanted the same.
        if let Some(response) = self.fresh(path, view, place.generation, *tick) {
            return Ok(response);
        }
        if is_search(view)
            && let Some(query) = &view.query
        {
            let found = search::search(place, path.below_root(), query)?;
            return Ok(self.answer(asked, &Told::of_found(&found)));
        }
        let folder = Folder::open(place, path.below_root())?;
        let names = self.names_of(&folder, path)?;
        if let Some(name) = &view.preview {
            return preview::make(asked, &folder, &names, name).map(page::response);
        }
        let chosen = Chosen::of(&folder, &names, view);
        if view.format == Format::Json && chosen.entries.len() > PAGE_ENTRIES_MAX {
            let permit = self.streams.clone().try_acquire_owned();
            let permit = permit.map_err(|_| Failure::Refused(Reason::Overloaded))?;
            let stream = json::Stream::new(path, folder, names, chosen.entries, permit);
            let body = Body::Stream(Box::new(stream));
            return Ok(Response::new(StatusCode::OK, fields(view), body));
        }
        let told = Told::of_folder(&folder, &names, &chosen, view);
        Ok(self.answer(asked, &told))
    }

    /// Writes what is told, and keeps it for others if it may be.
    fn answer(&self, asked: &Asked<'_>, told: &Told<'_>) -> Response {
        let Asked {
            place,
            path,
            view,
            tick,
        } = asked;
        let body = match view.format {
            Format::Page => page::make(asked, told),
            Format::Json => json::whole(path, told),
        };
        let took_ms = clock::tick_ms().saturating_sub(*tick);
        let page = Arc::new(Page {
            generation: place.generation,
            lasts_until: tick + self.keep_for_ms.max(EFFORT * took_ms),
            kept: kept(view, &body, self.dressing),
            body: Bytes::from(body),
        });
        if is_kept(view) {
            self.pages.insert(key(path, view), page.clone());
        }
        page.response()
    }

    /// The names in a folder: those that were read before, if they are still those in it.
    fn names_of(&self, folder: &Folder, path: &FilePath<'_>) -> Result<Arc<Names>, Failure> {
        let key = path.below_root();
        if let Some(names) = self.names.get(key)
            && folder.still_has(&names)
        {
            return Ok(names);
        }
        let names = Arc::new(folder.read(clock::wall())?);
        if names.can_be_kept() {
            self.names.insert(key.into(), names.clone());
        } else {
            self.names.remove(key);
        }
        Ok(names)
    }
}

fn cache<Value: Clone>(bytes_max: u64) -> Cache<Box<[u8]>, Value, Weight>
where
    Weight: Weighter<Box<[u8]>, Value>,
{
    // One shard, as for files: what fits together must not push each other out.
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(ITEMS_EXPECTED)
        .weight_capacity(bytes_max)
        .build()
        .expect("capacity and number of items are given");
    Cache::with_options(
        options,
        Weight,
        DefaultHashBuilder::default(),
        DefaultLifecycle::default(),
    )
}

/// Folders remembered after their pages have gone, twice over.
const ITEMS_EXPECTED: usize = 256;

/// Searches and previews are for one person at one moment.
fn is_kept(view: &View) -> bool {
    view.query.is_none() && view.preview.is_none()
}

/// Whether folders below are looked in.
fn is_search(view: &View) -> bool {
    view.query.is_some() && view.scope == Scope::Below && view.preview.is_none()
}

fn key(path: &FilePath<'_>, view: &View) -> Box<[u8]> {
    // No path has a NUL in it.
    [path.as_bytes(), b"\0", view.key().as_bytes()]
        .concat()
        .into()
}

fn fields(view: &View) -> FieldList {
    let mut fields = match view.format {
        Format::Page => page::fields(view.language),
        Format::Json => json::fields(),
    };
    fields.set(VARY, HeaderValue::from_static("accept, accept-language"));
    fields
}

fn kept(view: &View, body: &str, dressing: Dressing) -> Arc<Kept> {
    let mut fields = fields(view);
    let etag = tag_of(body.as_bytes());
    fields.add(ETAG, etag.clone());
    let validators = Validators {
        etag,
        last_modified: None,
    };
    let status = StatusCode::OK;
    Arc::new(pipeline::settle(status, fields, Some(validators), dressing))
}

/// The entries of a folder that a view is about, in its order.
struct Chosen {
    entries: Vec<(Entry, Option<Facts>)>,
}

impl Chosen {
    /// Facts are looked at for all entries only where the order depends on them.
    fn of(folder: &Folder, names: &Names, view: &View) -> Self {
        let wanted = view.query.as_deref().map(Wanted::new);
        let is_wanted = |entry: &&Entry| {
            { wanted.as_ref() }.is_none_or(|wanted| wanted.is_in(names.name(**entry)))
        };
        let found = names.entries().iter().filter(is_wanted);
        let mut entries: Vec<_> = match view.sort {
            Sort::Name => found.map(|entry| (*entry, None)).collect(),
            Sort::Size | Sort::Date => found
                .filter_map(|entry| {
                    let facts = folder.look_at(names.name(*entry), *entry)?;
                    Some((*entry, Some(facts)))
                })
                .collect(),
        };
        let folders = entries.partition_point(|(entry, _)| entry.kind == Kind::Folder);
        let (of_folders, of_files) = entries.split_at_mut(folders);
        put_in_order(of_folders, view);
        put_in_order(of_files, view);
        Self { entries }
    }

    fn folders(&self) -> usize {
        self.entries
            .partition_point(|(entry, _)| entry.kind == Kind::Folder)
    }
}

/// Entries of one kind, which are in the order of their names. The size of a folder means nothing:
/// folders stay in that order.
fn put_in_order(entries: &mut [(Entry, Option<Facts>)], view: &View) {
    let number = |(entry, facts): &(Entry, Option<Facts>)| {
        let facts = facts.as_ref();
        match (view.sort, entry.kind) {
            (Sort::Name, _) | (Sort::Size, Kind::Folder) => 0,
            (Sort::Size, Kind::File) => facts.map_or(0, |facts| i128::from(facts.size)),
            (Sort::Date, _) => facts.map_or(0, |facts| i128::from(facts.modified)),
        }
    };
    match (view.sort, view.direction) {
        (Sort::Name, Direction::Ascending) => {}
        (Sort::Name, Direction::Descending) => entries.reverse(),
        (_, Direction::Ascending) => entries.sort_by_key(number),
        (_, Direction::Descending) => entries.sort_by_key(|entry| -number(entry)),
    }
}

/// What is told of a folder, or of what was found below it.
struct Told<'a> {
    rows: Vec<Row<'a>>,
    /// Rows on all pages, and how many of them are folders.
    all: usize,
    folders: usize,
    /// The page that this is, and how many there are.
    page: usize,
    pages: usize,
    is_cut: bool,
    readme: Option<(Vec<u8>, String)>,
}

/// An entry as it is told.
struct Row<'a> {
    /// The way to it.
    way: &'a [u8],
    kind: Kind,
    facts: Facts,
}

impl<'a> Told<'a> {
    fn of_found(found: &'a Found) -> Self {
        let rows: Vec<Row<'a>> = { found.hits.iter() }
            .map(|hit| Row {
                way: &hit.way,
                kind: hit.kind,
                facts: hit.facts,
            })
            .collect();
        Self {
            all: rows.len(),
            folders: { rows.iter() }
                .filter(|row| row.kind == Kind::Folder)
                .count(),
            rows,
            page: 1,
            pages: 1,
            is_cut: found.is_cut,
            readme: None,
        }
    }

    fn of_folder(folder: &Folder, names: &'a Names, chosen: &Chosen, view: &View) -> Self {
        let all = chosen.entries.len();
        let pages = all.div_ceil(PAGE_ENTRIES_MAX).max(1);
        let page = view.page.min(pages);
        let first = (page - 1) * PAGE_ENTRIES_MAX;
        let shown = { chosen.entries.iter() }.skip(first).take(PAGE_ENTRIES_MAX);
        let rows: Vec<Row<'a>> = shown
            .filter_map(|(entry, facts)| {
                let way = names.name(*entry);
                let facts = facts.or_else(|| folder.look_at(way, *entry))?;
                let kind = entry.kind;
                Some(Row { way, kind, facts })
            })
            .collect();
        let mut told = Self {
            rows,
            all,
            folders: chosen.folders(),
            page,
            pages,
            is_cut: names.is_cut,
            readme: None,
        };
        if pages == 1 {
            // Here those are known that have gone meanwhile, or may not be read.
            told.all = told.rows.len();
            told.folders = { told.rows.iter() }
                .filter(|row| row.kind == Kind::Folder)
                .count();
        }
        if view.format == Format::Page && view.query.is_none() && page == 1 {
            told.readme = folder.readme(names);
        }
        told
    }
}
