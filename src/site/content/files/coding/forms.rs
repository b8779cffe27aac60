//! What there is of a file besides itself: siblings in other codings, or what can be made of it.
//!
//! Law: a file has the one or the other. Who lays siblings beside a file decides in which codings
//! it is sent; of a file without any, forms are made when they are asked for. A sibling is used
//! only while it is a regular file, not older than the file itself, and smaller.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use http::Method;
use http::header::HeaderValue;
use rustix::fs::FileType;

use crate::clock;
use crate::exchange::{Coding, Reason, Request};
use crate::site::finish::{conditions, etag};
use crate::site::limits::{CODED_BYTES_MAX, CODED_BYTES_MIN, COMPRESSED_FILE_BYTES_MAX};
use crate::site::trace::{Step, Trace, text};

use super::super::open::{Failure, Patience};
use super::super::root::Place;
use super::super::stamp::Stamp;
use super::super::tag;
use super::encode::{Promise, promise};
use super::negotiate::Acceptance;

/// What else there is of a file, as of the last look.
pub(in super::super) struct Forms {
    siblings: [Sibling; Coding::COUNT],
    /// The folder in which nothing has a sibling's name but what was seen; `None` if names may come
    /// there unnoticed.
    folder: Mutex<Option<Stamp>>,
    /// The codings of the siblings that are used, the smallest first.
    stored: Vec<Coding>,
    /// Whether a form may be made; not any more once it was tried and did not pay.
    is_makeable: AtomicBool,
    /// What a sibling would be good for, if somebody laid one beside it.
    lack: Lack,
    /// Whether the answer depends on what the client accepts.
    vary: bool,
}

/// Whether it matters that a file has no sibling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// No: there is one, or `hello compress` would lay none.
    Nothing,
    /// What is made while serving could be smaller, and there from the start.
    Smaller,
    /// None is made while serving: the file is too large for that.
    Any,
}

/// What lies beside a file under its name and the end of a coding.
#[derive(Default)]
struct Sibling {
    /// What a look at that name finds; `None`: nothing.
    seen: Option<Stamp>,
    /// Its tag, if it is used.
    tag: Option<HeaderValue>,
}

/// Which form of a file a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Choice {
    /// The file itself.
    Plain,
    /// A sibling.
    Stored(Coding),
    /// A form that is made, or was.
    Made(Coding),
}

/// What an entry is a form of.
pub(in super::super) struct Coded {
    /// How it is coded.
    pub(in super::super) coding: Coding,
    /// Whether it was made here, rather than found.
    pub(in super::super) is_made: bool,
    /// The name of the file itself, which says of what type it is.
    pub(in super::super) name: Box<[u8]>,
}

/// A file, for whoever looks what else there is of it.
#[derive(Clone, Copy)]
pub(in super::super) struct Original<'a> {
    pub(in super::super) place: &'a Place,
    pub(in super::super) name: &'a [u8],
    pub(in super::super) stamp: &'a Stamp,
    pub(in super::super) content_type: &'a [u8],
    /// Largest file of which forms are made, bytes, besides [`CODED_BYTES_MAX`].
    pub(in super::super) made_bytes_max: u64,
}

impl Forms {
    /// Looks what there is beside a file; `None` if there can be nothing, now or later.
    pub(in super::super) fn of(
        file: Original<'_>,
        patience: Patience,
        now: SystemTime,
        trace: &impl Trace,
    ) -> Result<Option<Box<Self>>, Failure> {
        let promise = promise(file.content_type);
        if promise == Promise::Nothing || file.stamp.size == 0 {
            return Ok(None);
        }
        let mut siblings: [Sibling; Coding::COUNT] = Default::default();
        let mut stored = Vec::new();
        // Before what is in it, or something could come in between.
        let folder = file.place.look(folder_of(file.name)).ok();
        // A single file is served alone: what lies beside it was not asked for.
        if file.place.only_file().is_none() {
            for coding in Coding::ALL {
                let sibling = Sibling::of(file, coding, patience, now)?;
                trace.note(|| Step::Sibling {
                    name: text(&sibling_name(file.name, coding)),
                    coding: coding.name(),
                    state: sibling.state(file.stamp),
                });
                if let Some(stamp) = sibling.used() {
                    stored.push((stamp.size, coding));
                }
                siblings[coding.index()] = sibling;
            }
        }
        stored.sort_by_key(|(size, _)| *size);
        let made_bytes_max = file.made_bytes_max.min(CODED_BYTES_MAX);
        let has_none = stored.is_empty() && promise == Promise::Smaller;
        let size = file.stamp.size;
        let is_makeable = has_none && (CODED_BYTES_MIN..=made_bytes_max).contains(&size);
        let is_alone = file.place.only_file().is_some();
        let lack = match size {
            _ if !has_none || is_alone => Lack::Nothing,
            CODED_BYTES_MIN..=COMPRESSED_FILE_BYTES_MAX if is_makeable => Lack::Smaller,
            CODED_BYTES_MIN..=COMPRESSED_FILE_BYTES_MAX => Lack::Any,
            _ => Lack::Nothing,
        };
        let folder =
            folder.filter(|folder| is_closed(file.place, file.name, (folder, &siblings), now));
        Ok(Some(Box::new(Self {
            lack,
            siblings,
            folder: Mutex::new(folder),
            vary: is_makeable || !stored.is_empty(),
            stored: stored.into_iter().map(|(_, coding)| coding).collect(),
            is_makeable: AtomicBool::new(is_makeable),
        })))
    }

    /// Whether the answer depends on what the client accepts.
    pub(in super::super) fn vary(&self) -> bool {
        self.vary
    }

    /// Whether a further write to a sibling might leave its times as they are.
    pub(in super::super) fn are_unsettled(&self, now: SystemTime) -> bool {
        let mut seen = self.siblings.iter().filter_map(|sibling| sibling.seen);
        seen.any(|stamp| stamp.is_unsettled(now))
    }

    /// Whether another look finds the same beside the file. What is missing need not be looked for as long
    /// as no name came into the folder.
    pub(in super::super) fn are_untouched(&self, place: &Place, name: &[u8]) -> bool {
        if place.only_file().is_some() {
            return true;
        }
        let folder = place.look(folder_of(name)).ok();
        let known = *self.folder();
        let nothing_came = { known.zip(folder) }
            .is_some_and(|(before, folder)| folder.is_untouched_since(&before));
        let is_same = Coding::ALL.into_iter().all(|coding| {
            let before = self.siblings[coding.index()].seen.as_ref();
            if before.is_none() && nothing_came {
                return true;
            }
            let found = place.look(&sibling_name(name, coding)).ok();
            match (before, found) {
                (None, None) => true,
                (Some(before), Some(found)) => found.is_untouched_since(before),
                _ => false,
            }
        });
        if is_same && !nothing_came {
            let now = clock::wall();
            let closed =
                folder.filter(|folder| is_closed(place, name, (folder, &self.siblings), now));
            *self.folder() = closed;
        }
        is_same
    }

    fn folder(&self) -> MutexGuard<'_, Option<Stamp>> {
        self.folder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the sibling in this coding looks like, if it is used.
    pub(in super::super) fn stored(&self, coding: Coding) -> Option<&Stamp> {
        self.siblings[coding.index()].used()
    }

    /// Whether a form may be made.
    pub(in super::super) fn is_makeable(&self) -> bool {
        self.is_makeable.load(Ordering::Relaxed)
    }

    /// Whether the client of a request would have got a sibling, if there were one. `choice` is what
    /// it gets.
    pub(in super::super) fn lacks_sibling(&self, choice: Choice, request: &Request<'_>) -> bool {
        match (self.lack, choice) {
            // In the last case the client takes it as it is, or it would not pay.
            (Lack::Nothing, _) | (_, Choice::Stored(_)) | (Lack::Smaller, Choice::Plain) => false,
            (_, Choice::Made(_)) => true,
            (Lack::Any, Choice::Plain) => Acceptance::of(request).best(Coding::ALL).is_some(),
        }
    }

    /// One was made, and it does not pay.
    pub(in super::super) fn do_not_make(&self) {
        self.is_makeable.store(false, Ordering::Relaxed);
    }

    /// Which form the client of a request gets, of a file with this tag.
    ///
    /// A client that has one of the forms it takes gets none other: a file is sent as it is until
    /// its coded form is made, and nobody is to fetch it twice for that, or to be told that what it
    /// has is no good any more (RFC 9110 §8.8.3.3).
    pub(in super::super) fn choose(
        &self,
        file: &Stamp,
        plain_tag: Option<&HeaderValue>,
        request: &Request<'_>,
    ) -> Choice {
        let acceptance = Acceptance::of(request);
        let choice = self.best(acceptance, request);
        if !request.fields.may_be_conditional() {
            return choice;
        }
        let coded = Coding::ALL.map(if self.stored.is_empty() {
            Choice::Made
        } else {
            Choice::Stored
        });
        let is_taken = |choice: &Choice| match *choice {
            Choice::Plain => acceptance.takes_plain(),
            Choice::Stored(coding) | Choice::Made(coding) => acceptance.weight(coding) > 0,
        };
        let others = coded.into_iter().chain([Choice::Plain]).filter(is_taken);
        let mut all = std::iter::once(choice).chain(others);
        let is_named = |choice: &Choice| match *choice {
            Choice::Plain => plain_tag.is_some_and(|tag| names(request, tag)),
            Choice::Stored(coding) => {
                let tag = self.siblings[coding.index()].tag.as_ref();
                tag.is_some_and(|tag| names(request, tag))
            }
            Choice::Made(coding) => names(request, &tag::of_made(file, coding)),
        };
        if NAMING.iter().all(|name| request.field(name).is_none()) {
            return choice;
        }
        all.find(is_named).unwrap_or(choice)
    }

    /// A part is cut from what is stored, never from what was made: nobody could say later what the
    /// rest of it was.
    fn best(&self, acceptance: Acceptance, request: &Request<'_>) -> Choice {
        if !self.stored.is_empty() {
            let best = acceptance.best(self.stored.iter().copied());
            return best.map_or(Choice::Plain, Choice::Stored);
        }
        let wants_part = || {
            request.fields.may_be_conditional()
                && *request.method == Method::GET
                && request.field("range").is_some()
        };
        if !self.is_makeable() || (acceptance.takes_plain() && wants_part()) {
            return Choice::Plain;
        }
        let best = acceptance.best(Coding::ALL);
        best.map_or(Choice::Plain, Choice::Made)
    }
}

/// Whether the missing siblings of a file stay missing until another look at its folder finds it
/// changed. It does not show what a link leads to; and what comes right after another change may leave
/// the folder's time as it is.
fn is_closed(
    place: &Place,
    name: &[u8],
    (folder, siblings): (&Stamp, &[Sibling; Coding::COUNT]),
    now: SystemTime,
) -> bool {
    let is_missing = |coding: &Coding| siblings[coding.index()].seen.is_none();
    folder.is_long_settled(now) && { Coding::ALL.into_iter().filter(is_missing) }
        .all(|coding| place.has_no_name(&sibling_name(name, coding)))
}

/// The name of the folder that a file is in.
fn folder_of(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| *byte == b'/');
    end.map_or(b".", |end| &name[..end])
}

/// The conditions that name what a client has.
const NAMING: [&str; 2] = ["if-none-match", "if-match"];

/// Whether the client of a request names this tag, or any.
fn names(request: &Request<'_>, tag: &HeaderValue) -> bool {
    NAMING.iter().any(|name| {
        conditions::any_tag(request.fields, name, |theirs| {
            etag::weak_match(theirs, tag.as_bytes())
        })
    })
}

impl Sibling {
    /// Looks with the care that any file is opened with, and then as it will be looked at again.
    fn of(
        file: Original<'_>,
        coding: Coding,
        patience: Patience,
        now: SystemTime,
    ) -> Result<Self, Failure> {
        let name = sibling_name(file.name, coding);
        match file.place.see_file(&name, patience) {
            Ok(stamp) => {
                let is_used = stamp.kind() == FileType::RegularFile
                    && stamp.modified_ns >= file.stamp.modified_ns
                    && (1..file.stamp.size).contains(&stamp.size);
                let tag = is_used.then(|| tag::of(&stamp, Some(coding), now));
                let seen = Some(stamp);
                Ok(Self { seen, tag })
            }
            Err(Failure::Refused(Reason::NoSuchFile)) => Ok(Self::default()),
            Err(Failure::Refused(Reason::Overloaded)) => Err(Failure::Refused(Reason::Overloaded)),
            Err(Failure::WouldWait) => Err(Failure::WouldWait),
            // Something that may not be sent: a link that leads out, a folder without permission.
            Err(Failure::Refused(_)) => Ok(Self {
                seen: file.place.look(&name).ok(),
                tag: None,
            }),
        }
    }

    /// What came of it, in a word.
    fn state(&self, file: &Stamp) -> &'static str {
        match &self.seen {
            _ if self.tag.is_some() => "used",
            None => "missing",
            Some(seen) if seen.kind() != FileType::RegularFile => "no-file",
            Some(seen) if seen.modified_ns < file.modified_ns => "outdated",
            Some(seen) if !(1..file.size).contains(&seen.size) => "not-smaller",
            Some(_) => "unreadable",
        }
    }

    fn used(&self) -> Option<&Stamp> {
        self.seen.as_ref().filter(|_| self.tag.is_some())
    }
}

/// The name of a file with the end of a coding.
pub(in super::super) fn sibling_name(name: &[u8], coding: Coding) -> Box<[u8]> {
    [name, coding.suffix().as_bytes()].concat().into()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::super::super::root::Root;
    use super::*;
    use crate::config::FileSettings;
    use crate::site::trace::Untraced;

    /// A script in a folder of its own, and what is beside it as seen long after it was made.
    struct Looked {
        folder: TempDir,
        root: Root,
        forms: Box<Forms>,
    }

    const NAME: &[u8] = b"app/main.js";

    impl Looked {
        fn at(lay: impl Fn(&Path)) -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("app")).unwrap();
            fs::write(folder.path().join("app/main.js"), "hello").unwrap();
            lay(folder.path());
            let root = Root::new(folder.path(), &FileSettings::default(), 0).unwrap();
            let place = root.place(0, Patience::Plenty).unwrap();
            let file = Original {
                place: &place,
                name: NAME,
                stamp: &place.look(NAME).unwrap(),
                content_type: b"text/javascript",
                made_bytes_max: 0,
            };
            let long_after = clock::wall() + Duration::from_mins(1);
            let forms = Forms::of(file, Patience::Plenty, long_after, &Untraced);
            let forms = forms.unwrap().unwrap();
            Self {
                folder,
                root,
                forms,
            }
        }

        fn is_closed(&self) -> bool {
            self.forms.folder().is_some()
        }

        fn are_untouched(&self) -> bool {
            let place = self.root.place(0, Patience::Plenty).unwrap();
            self.forms.are_untouched(&place, NAME)
        }
    }

    #[test]
    fn what_is_missing_is_found_when_it_comes_though_only_its_folder_was_looked_at() {
        let looked = Looked::at(|_| {});
        assert!(looked.is_closed() && looked.are_untouched());
        fs::write(looked.folder.path().join("app/main.js.gz"), "coded").unwrap();
        assert!(!looked.are_untouched());
        // What is there is looked at itself: its folder does not show who writes to it.
        let looked = Looked::at(|folder| fs::write(folder.join("app/main.js.br"), "br").unwrap());
        assert!(looked.is_closed() && looked.are_untouched());
        fs::write(looked.folder.path().join("app/main.js.br"), "new").unwrap();
        assert!(!looked.are_untouched());
    }

    #[test]
    fn what_comes_beside_changes_nothing_but_has_every_name_looked_for() {
        let looked = Looked::at(|_| {});
        fs::write(looked.folder.path().join("app/other.js"), "other").unwrap();
        assert!(looked.are_untouched());
        assert!(!looked.is_closed(), "another may come with the same time");
        fs::write(looked.folder.path().join("app/main.js.zst"), "coded").unwrap();
        assert!(!looked.are_untouched());
    }

    #[test]
    fn a_link_to_nothing_is_no_missing_name() {
        let looked =
            Looked::at(|folder| symlink("../later", folder.join("app/main.js.br")).unwrap());
        assert!(!looked.is_closed() && looked.are_untouched());
        // The folder of the link does not change.
        fs::write(looked.folder.path().join("later"), "coded").unwrap();
        assert!(!looked.are_untouched());
    }

    #[test]
    fn another_folder_in_its_place_is_seen() {
        let looked = Looked::at(|folder| {
            fs::create_dir(folder.join("next")).unwrap();
            fs::write(folder.join("next/main.js.gz"), "coded").unwrap();
        });
        assert!(looked.is_closed());
        let path = |name: &str| looked.folder.path().join(name);
        fs::rename(path("app"), path("last")).unwrap();
        fs::rename(path("next"), path("app")).unwrap();
        assert!(!looked.are_untouched());
    }
}
