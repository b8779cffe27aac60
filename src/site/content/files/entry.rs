//! A file that can be answered with: its heads, settled, and its content, in memory or open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED,
    LINK, VARY,
};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::clock;
use crate::config::{Changes, FileSettings, Freshness, Hints};
use crate::exchange::{
    Body, Coding, FieldList, FileSlice, Kept, Request, Response, SendableFile, Validators,
};
use crate::site::limits::ENTRY_WEIGHT_MIN;
use crate::site::pipeline::{self, Dressing};

use super::coding::{Choice, Coded, Forms};
use super::media::Types;
use super::open::{Failure, Opened, Patience};
use super::root::Place;
use super::stamp::Stamp;
use super::{hashed, read, tag};

/// A file as it was at the last look.
pub(super) struct Entry {
    /// Below which root it was found.
    pub(super) generation: u64,
    /// The clock's tick at the last look.
    looked_at: AtomicU64,
    /// The name to look at: that of the file, not that of the request.
    name: Box<[u8]>,
    stamp: Stamp,
    /// Whether unchanged times mean unchanged content.
    is_settled: bool,
    is_local: bool,
    /// What else there is of it; `None` if there can be nothing.
    forms: Option<Box<Forms>>,
    kept: Arc<Kept>,
    content: Content,
}

/// What is sent after the head.
pub(super) enum Content {
    /// A copy.
    Memory(Bytes),
    /// The file.
    Open(Arc<OpenFile>),
}

/// What another look came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It is the same file, and nobody wrote to it.
    Same,
    /// It has to be opened anew.
    Another,
}

/// What was found out about a file when it was opened.
pub(super) struct Facts {
    pub(super) name: Box<[u8]>,
    pub(super) stamp: Stamp,
    pub(super) is_local: bool,
    /// The clock's tick before it was opened.
    pub(super) tick: u64,
    /// What else there is of it.
    pub(super) forms: Option<Box<Forms>>,
    /// What it is a form of, if it is one.
    pub(super) coded: Option<Coded>,
}

impl Entry {
    /// Settles the heads of a file; `now` decides how far its times can be trusted.
    pub(super) fn new(
        generation: u64,
        facts: Facts,
        content: Content,
        presentation: &Presentation,
        now: SystemTime,
    ) -> Self {
        let forms_are_unsettled = { facts.forms.as_ref() }.is_some_and(|f| f.are_unsettled(now));
        Self {
            generation,
            looked_at: AtomicU64::new(facts.tick),
            is_settled: !facts.stamp.is_unsettled(now) && !forms_are_unsettled,
            is_local: facts.is_local,
            kept: Arc::new(kept(&facts, presentation, now)),
            forms: facts.forms,
            name: facts.name,
            stamp: facts.stamp,
            content,
        }
    }

    /// Whether the last look still holds.
    pub(super) fn is_fresh(&self, tick: u64, look_again_after_ms: u64) -> bool {
        tick.saturating_sub(self.looked_at.load(Ordering::Relaxed)) < look_again_after_ms
    }

    /// Looks again.
    pub(super) fn look(
        &self,
        place: &Place,
        tick: u64,
        patience: Patience,
    ) -> Result<Look, Failure> {
        if !self.is_settled {
            return Ok(Look::Another);
        }
        if patience == Patience::None && !self.is_local {
            return Err(Failure::WouldWait);
        }
        match place.look(&self.name) {
            Ok(stamp)
                if stamp.is_untouched_since(&self.stamp) && self.forms_are_untouched(place) =>
            {
                self.looked_at.fetch_max(tick, Ordering::Relaxed);
                Ok(Look::Same)
            }
            _ => Ok(Look::Another),
        }
    }

    fn forms_are_untouched(&self, place: &Place) -> bool {
        let forms = self.forms.as_ref();
        forms.is_none_or(|forms| forms.are_untouched(place, &self.name))
    }

    /// What else there is of it, if that matters to any client.
    #[inline]
    pub(super) fn forms(&self) -> Option<&Forms> {
        self.forms.as_deref().filter(|forms| forms.vary())
    }

    /// Whether the client of a request would have got a sibling, if there were one; `choice` is which
    /// form it gets, where there is more than one.
    #[inline]
    pub(super) fn lacks_sibling(&self, choice: Option<Choice>, request: &Request<'_>) -> bool {
        let forms = self.forms.as_ref();
        forms.is_some_and(|forms| forms.lacks_sibling(choice.unwrap_or(Choice::Plain), request))
    }

    /// Which form of it the client of a request gets.
    pub(super) fn choose(&self, forms: &Forms, request: &Request<'_>) -> Choice {
        let validators = self.kept.validators.as_ref();
        let tag = validators.map(|validators| &validators.etag);
        forms.choose(&self.stamp, tag, request)
    }

    /// Whether this is still that form of the file.
    pub(super) fn is_form_of(&self, file: &Self, choice: Choice) -> bool {
        let expected = match choice {
            Choice::Plain => None,
            Choice::Stored(coding) => file.forms().and_then(|forms| forms.stored(coding)),
            Choice::Made(_) => Some(&file.stamp),
        };
        self.generation == file.generation
            && expected.is_some_and(|expected| self.stamp.is_untouched_since(expected))
    }

    /// Whether unchanged times mean unchanged content.
    pub(super) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// The name of the file.
    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }

    /// A form made of it.
    pub(super) fn made(&self, coding: Coding, content: Bytes, presentation: &Presentation) -> Self {
        let facts = self.facts_of_made(coding);
        let content = Content::Memory(content);
        Self::new(self.generation, facts, content, presentation, clock::wall())
    }

    /// The tag of a form made of it.
    pub(super) fn tag_of_made(&self, coding: Coding) -> HeaderValue {
        tag::of_made(&self.stamp, coding)
    }

    /// The answer to a client that has that form already: no content, for it is not sent.
    pub(super) fn made_before(&self, coding: Coding, presentation: &Presentation) -> Response {
        let facts = self.facts_of_made(coding);
        let kept = kept(&facts, presentation, clock::wall());
        Response::kept(Arc::new(kept), Body::Empty)
    }

    fn facts_of_made(&self, coding: Coding) -> Facts {
        Facts {
            name: self.name.clone(),
            stamp: self.stamp,
            is_local: self.is_local,
            tick: 0,
            forms: None,
            coded: Some(Coded {
                coding,
                is_made: true,
                name: self.name.clone(),
            }),
        }
    }

    /// The whole content, in memory; `None` if it cannot be had, or is not any more what it was.
    /// May wait for a disk.
    pub(super) fn whole(&self) -> Option<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Some(bytes.clone()),
            Content::Open(file) => {
                let opened = Opened {
                    descriptor: rustix::io::fcntl_dupfd_cloexec(&file.descriptor, 0).ok()?,
                    stamp: file.stamp,
                };
                let bytes = read::whole(&opened, Patience::Plenty).ok()??;
                file.still_whole().then(|| bytes.into())
            }
        }
    }

    /// The whole file, as a response.
    pub(super) fn response(&self) -> Response {
        let body = match &self.content {
            Content::Memory(bytes) => Body::Bytes(bytes.clone()),
            Content::Open(file) => Body::File(FileSlice {
                file: file.clone(),
                start: 0,
                len: self.stamp.size,
            }),
        };
        Response::kept(self.kept.clone(), body)
    }

    /// The same file where it stands for something that is not there. With success it is itself;
    /// otherwise nobody has a copy of it to compare.
    pub(super) fn stand_in(&self, status: StatusCode) -> Response {
        let response = self.response();
        if status.is_success() {
            return response;
        }
        let mut fields = FieldList::new();
        if let Some(content_type) = response.fields().get(&CONTENT_TYPE) {
            fields.add(CONTENT_TYPE, content_type.clone());
        }
        Response::new(status, fields, response.body)
    }

    /// Whether the file has this name, below the root.
    pub(super) fn is_named(&self, name: &[u8]) -> bool {
        *self.name == *name
    }

    /// How it is coded, if it is a form of another.
    pub(super) fn coding(&self) -> Option<Coding> {
        self.kept.coding
    }

    /// Whether it is kept in memory, rather than open.
    pub(super) fn is_in_memory(&self) -> bool {
        matches!(self.content, Content::Memory(_))
    }

    /// Whether it is held open although nothing has its name any more.
    pub(super) fn is_deleted(&self) -> bool {
        match &self.content {
            Content::Memory(_) => false,
            Content::Open(file) => {
                Stamp::of_descriptor(&file.descriptor).is_ok_and(|seen| seen.links == 0)
            }
        }
    }

    /// What it weighs in memory under a key, bytes.
    ///
    /// Names count in full: a link to `.` gives a file as many and as long ones as anybody likes.
    /// What else there is besides the content, [`ENTRY_WEIGHT_MIN`] covers for small files.
    pub(super) fn weight(&self, key: &[u8]) -> u64 {
        let names = key.len() + self.name.len();
        let content = match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::Open(file) => file.stamp.size,
        };
        content.max(ENTRY_WEIGHT_MIN) + names as u64
    }
}

/// How files are presented, whichever they are.
pub(super) struct Presentation {
    types: Types,
    freshness: Freshness,
    pub(super) hints: Hints,
    dressing: Dressing,
}

impl Presentation {
    pub(super) fn new(settings: &FileSettings) -> Self {
        Self {
            types: Types::new(&settings.types),
            freshness: match settings.changes {
                Changes::Untold => settings.freshness,
                // What may change while it is looked at is not for ever.
                Changes::Followed => Freshness::AskFirst,
            },
            hints: settings.hints.clone(),
            dressing: Dressing::new(settings),
        }
    }

    pub(super) fn type_of(&self, name: &[u8]) -> HeaderValue {
        self.types.of(name)
    }

    fn is_for_ever(&self, name: &[u8]) -> bool {
        self.freshness == Freshness::HashedForEver && hashed::has_a_hash(name)
    }
}

/// A year, in seconds, and no question in between, not even when the page is loaded anew (RFC 8246).
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

fn kept(facts: &Facts, presentation: &Presentation, now: SystemTime) -> Kept {
    let coded = facts.coded.as_ref();
    let is_made = coded.is_some_and(|coded| coded.is_made);
    let etag = match coded {
        Some(coded) if is_made => tag::of_made(&facts.stamp, coded.coding),
        coded => tag::of(&facts.stamp, coded.map(|coded| coded.coding), now),
    };
    let last_modified = facts.stamp.last_modified(now);
    let mut fields = FieldList::new();
    let typed = coded.map_or(&facts.name, |coded| &coded.name);
    fields.add(CONTENT_TYPE, presentation.type_of(typed));
    for link in presentation.hints.of(typed) {
        fields.add(LINK, link.clone());
    }
    if presentation.is_for_ever(typed) {
        fields.add(CACHE_CONTROL, FOR_EVER);
    }
    if let Some(coded) = coded {
        let name = HeaderValue::from_static(coded.coding.name());
        fields.add(CONTENT_ENCODING, name);
    }
    if coded.is_some() || { facts.forms.as_ref() }.is_some_and(|forms| forms.vary()) {
        fields.add(VARY, HeaderValue::from_static("accept-encoding"));
    }
    fields.add(ETAG, etag.clone());
    fields.add(
        LAST_MODIFIED,
        HeaderValue::from_bytes(&clock::http_date_of(facts.stamp.told_modified(now)))
            .expect("a date is a valid field value"),
    );
    if !is_made {
        // What we made may be made of other bytes the next time: nobody could ask for the rest.
        fields.add(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    let validators = Validators {
        etag,
        last_modified: Some(last_modified),
    };
    pipeline::settle(
        StatusCode::OK,
        fields,
        Some(validators),
        presentation.dressing,
    )
}

/// A file held open to be sent.
pub(super) struct OpenFile {
    pub(super) descriptor: OwnedFd,
    pub(super) stamp: Stamp,
    pub(super) is_local: bool,
    pub(super) place: Arc<Place>,
    pub(super) name: Box<[u8]>,
}

impl SendableFile for OpenFile {
    fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    /// A write changes size or time. Where only the time of change is another, somebody may have
    /// written and set the time back; a new mode or owner does not rule that out. Taken as harmless
    /// are only another number of links, and a name that leads elsewhere: renamed, replaced, deleted.
    ///
    /// This runs between two parts of an answer, where nobody should wait. A network may have to be
    /// asked for a name: there only the descriptor is looked at, whose facts its client keeps for
    /// seconds, and a file that was renamed counts as changed.
    fn still_whole(&self) -> bool {
        let Ok(seen) = Stamp::of_descriptor(&self.descriptor) else {
            return false;
        };
        if !seen.has_content_of(&self.stamp) {
            return false;
        }
        seen.changed_ns == self.stamp.changed_ns
            || seen.has_only_other_links_than(&self.stamp)
            || (self.is_local && !self.is_still_named())
    }
}

impl OpenFile {
    fn is_still_named(&self) -> bool {
        self.place
            .look(&self.name)
            .is_ok_and(|found| found.identity() == self.stamp.identity())
    }
}
