//! Folders without a page of their own: what is in them, for people and for programs.
//!
//! `view` is what was asked for, `read` the folder, `order` the order, `search` looks below. `page`
//! and `preview` write for people, `json` for programs, `readme` says what the folder says of itself;
//! `forms` are what was written in fewer bytes.
//! What is told and how is in `docs/listing.md`.
//!
//! Law: nothing is told that could not be asked for, and no name, no README and no query becomes
//! anything but text. A page that is kept is as old as a look at a file may be; names that are kept
//! are those in the folder, for a folder's times change with its names.

use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_ENCODING, HeaderValue, VARY};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock;
use crate::config::{Changes, FileSettings};
use crate::exchange::{Body, Coding, FieldList, Reason, Response};
use crate::site::limits::{
    LISTING_NAMES_BYTES_MAX, LISTING_PAGES_BYTES_MAX, LISTING_STREAMS_MAX, LISTINGS_AT_ONCE_MAX,
    PAGE_ENTRIES_MAX, SEARCHES_AT_ONCE_MAX,
};
use crate::site::pipeline::Dressing;

use super::open::Failure;
use super::path::FilePath;
use super::root::Place;

mod forms;
mod json;
mod order;
mod page;
mod preview;
mod read;
pub(crate) mod readme;
mod search;
mod view;
mod write;

use forms::Forms;
pub(in crate::site) use page::POLICY;
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
    /// How many times as long as it took to make it a page lasts at least.
    effort: u64,
    /// Whether what is told is compressed.
    compression: bool,
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
    forms: Arc<Forms>,
    /// What it weighs for as long as it is kept, though further forms may be made meanwhile.
    bytes: u64,
}

#[derive(Clone, Copy)]
struct Weight;

impl Weighter<Box<[u8]>, Arc<Page>> for Weight {
    fn weight(&self, key: &Box<[u8]>, page: &Arc<Page>) -> u64 {
        key.len() as u64 + page.bytes + ENTRY_BYTES
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
    /// What the folder is mounted at, without slashes around; empty for the site's root.
    pub(super) mount: &'a [u8],
    pub(super) path: &'a FilePath<'a>,
    pub(super) view: &'a View,
    /// The clock's tick when work began.
    pub(super) tick: u64,
}

impl Listing {
    pub(super) fn new(settings: &FileSettings, compression: bool) -> Self {
        Self {
            pages: cache(LISTING_PAGES_BYTES_MAX),
            names: cache(LISTING_NAMES_BYTES_MAX),
            readers: Semaphore::new(LISTINGS_AT_ONCE_MAX),
            searchers: Semaphore::new(SEARCHES_AT_ONCE_MAX),
            streams: Arc::new(Semaphore::new(LISTING_STREAMS_MAX)),
            keep_for_ms: settings.look_again_after_ms(),
            effort: match settings.changes {
                Changes::Untold => EFFORT,
                // A page that is told of a change is to find it when it is loaded again.
                Changes::Followed => 0,
            },
            compression,
            dressing: Dressing::new(settings),
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
        let page = self.fresh_page(&key(path, view), generation, tick)?;
        page.forms.at_hand(self.coding(view))
    }

    fn fresh_page(&self, key: &[u8], generation: u64, tick: u64) -> Option<Arc<Page>> {
        let page = self.pages.get(key)?;
        (tick < page.lasts_until && page.generation == generation).then_some(page)
    }

    /// How the answer to a view is coded, if it is.
    fn coding(&self, view: &View) -> Option<Coding> {
        view.coding.filter(|_| self.compression)
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
            ..
        } = asked;
        // Whoever waited for a turn may have waited for somebody who wanted the same.
        let kept = { is_kept(view).then(|| key(path, view)) }
            .and_then(|key| self.fresh_page(&key, place.generation, *tick));
        if let Some(page) = kept {
            return Ok(self.give(asked, &page.forms, Some(page.lasts_until)));
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
            let html = preview::make(asked, &folder, &names, name)?;
            return Ok(self.written(asked, html));
        }
        let chosen = Chosen::of(&folder, &names, view);
        if view.format == Format::Json && chosen.entries.len() > PAGE_ENTRIES_MAX {
            let permit = self.streams.clone().try_acquire_owned();
            let permit = permit.map_err(|_| Failure::Refused(Reason::Overloaded))?;
            let coding = self.coding(view);
            let source = json::Source {
                folder,
                names,
                entries: chosen.entries,
            };
            let Ok(stream) = json::Stream::new(path, source, coding, permit) else {
                return Err(Failure::Refused(Reason::Overloaded));
            };
            let mut fields = fields(view, self.compression);
            if let Some(coding) = coding {
                fields.add(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            }
            let body = Body::Stream(Box::new(stream));
            return Ok(Response::new(StatusCode::OK, fields, body));
        }
        let told = Told::of_folder(&folder, &names, &chosen, view);
        Ok(self.answer(asked, &told))
    }

    /// Writes what is told.
    fn answer(&self, asked: &Asked<'_>, told: &Told<'_>) -> Response {
        let body = match asked.view.format {
            Format::Page => page::make(asked, told),
            Format::Json => json::whole(asked.path, told),
        };
        self.written(asked, body)
    }

    /// The answer that was written, in the form that is asked for; kept for others if it may be.
    fn written(&self, asked: &Asked<'_>, body: String) -> Response {
        let Asked { path, view, .. } = asked;
        let fields = fields(view, self.compression);
        let mut forms = Arc::new(Forms::of(fields, body, self.dressing));
        if is_kept(view)
            && let Some(before) = self.pages.get(&*key(path, view))
            && before.forms.are_of_the_same(&forms)
        {
            // Nothing has changed: the forms of before are still forms of it.
            forms = before.forms.clone();
        }
        self.give(asked, &forms, None)
    }

    /// Gives the form that is asked for, and keeps it with the others, which last until a tick of the
    /// clock if they were made before. Only in the pool.
    fn give(&self, asked: &Asked<'_>, forms: &Arc<Forms>, lasts_until: Option<u64>) -> Response {
        let Asked {
            place,
            path,
            view,
            tick,
            ..
        } = asked;
        let response = forms.get(self.coding(view), self.dressing);
        if is_kept(view) {
            let took_ms = clock::tick_ms().saturating_sub(*tick);
            let lasts_until = match lasts_until {
                None => tick + self.lasts_for(took_ms),
                // It is as old as it is: only the work for another form counts.
                Some(lasts_until) => lasts_until + self.effort * took_ms,
            };
            let page = Arc::new(Page {
                generation: place.generation,
                lasts_until,
                bytes: forms.weight(),
                forms: forms.clone(),
            });
            // Again even if it is there: it weighs more with another form.
            self.pages.insert(key(path, view), page);
        }
        response
    }

    /// For how long a page is given that took so long to make, milliseconds.
    fn lasts_for(&self, took_ms: u64) -> u64 {
        self.keep_for_ms.max(self.effort * took_ms)
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

fn fields(view: &View, compression: bool) -> FieldList {
    let mut fields = match view.format {
        Format::Json if view.preview.is_none() => json::fields(),
        Format::Json | Format::Page => page::fields(view.language),
    };
    let vary = if compression {
        "accept, accept-language, accept-encoding"
    } else {
        "accept, accept-language"
    };
    fields.set(VARY, HeaderValue::from_static(vary));
    fields
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Pages are told of a change a little later than a look at a file may be old.
    #[test]
    fn a_page_that_follows_its_folder_is_never_older_than_a_look_at_it() {
        let look_again_after = Duration::from_millis(100);
        for (changes, lasts_for) in [(Changes::Untold, 4_000), (Changes::Followed, 100)] {
            let settings = FileSettings {
                look_again_after,
                changes,
                ..FileSettings::default()
            };
            let listing = Listing::new(&settings, false);
            assert_eq!(listing.lasts_for(1_000), lasts_for);
            assert_eq!(listing.lasts_for(1), 100);
        }
    }
}
