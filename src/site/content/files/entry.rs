//! A file that can be answered with: its heads, settled, and its content, in memory or open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED, LINK,
};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::clock;
use crate::config::{Changes, FileSettings, Freshness, Hints};
use crate::exchange::{Body, FieldList, FileSlice, Kept, Response, SendableFile, Validators};
use crate::site::limits::ENTRY_WEIGHT_MIN;
use crate::site::pipeline::{self, Dressing};

use super::hashed;
use super::media::Types;
use super::open::{Failure, Patience};
use super::root::Place;
use super::stamp::Stamp;

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
}

impl Entry {
    /// Settles the heads of a file; `now` decides how far its times can be trusted.
    pub(super) fn new(
        place: &Place,
        facts: Facts,
        content: Content,
        presentation: &Presentation,
        now: SystemTime,
    ) -> Self {
        Self {
            generation: place.generation,
            looked_at: AtomicU64::new(facts.tick),
            is_settled: !facts.stamp.is_unsettled(now),
            is_local: facts.is_local,
            kept: Arc::new(kept(&facts, presentation, now)),
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
            Ok(stamp) if stamp.is_untouched_since(&self.stamp) => {
                self.looked_at.fetch_max(tick, Ordering::Relaxed);
                Ok(Look::Same)
            }
            _ => Ok(Look::Another),
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
        self.stamp.size.max(ENTRY_WEIGHT_MIN) + names as u64
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

    fn type_of(&self, name: &[u8]) -> HeaderValue {
        self.types.of(name)
    }

    fn is_for_ever(&self, name: &[u8]) -> bool {
        self.freshness == Freshness::HashedForEver && hashed::has_a_hash(name)
    }
}

/// A year, in seconds, and no question in between, not even when the page is loaded anew (RFC 8246).
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

fn kept(facts: &Facts, presentation: &Presentation, now: SystemTime) -> Kept {
    let etag = etag(&facts.stamp, now);
    let last_modified = facts.stamp.last_modified(now);
    let mut fields = FieldList::new();
    fields.add(CONTENT_TYPE, presentation.type_of(&facts.name));
    for link in presentation.hints.of(&facts.name) {
        fields.add(LINK, link.clone());
    }
    if presentation.is_for_ever(&facts.name) {
        fields.add(CACHE_CONTROL, FOR_EVER);
    }
    fields.add(ETAG, etag.clone());
    fields.add(
        LAST_MODIFIED,
        HeaderValue::from_bytes(&clock::http_date_of(last_modified))
            .expect("a date is a valid field value"),
    );
    fields.add(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
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

/// A tag made of size and time: two servers with the same files give the same tags.
///
/// Weak while a further write might leave both as they are (RFC 9110 §8.8.1), and then another
/// than the strong one will be: weak comparison would take the second write for the first.
fn etag(stamp: &Stamp, now: SystemTime) -> HeaderValue {
    let (size, time) = (stamp.size, stamp.modified_ns);
    let tag = if stamp.is_young(now) {
        format!("W/\"{size:x}-{time:x}-young\"")
    } else {
        format!("\"{size:x}-{time:x}\"")
    };
    HeaderValue::from_str(&tag).expect("hexadecimal digits are a valid field value")
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
