//! In which form a file is sent: as it is, or in fewer bytes to those who take it so.
//!
//! Law: the first who asks waits for no compressor, unless the client takes nothing else.

use std::sync::Arc;

use super::coding::encode::{Effort, encode};
use super::coding::negotiate::Acceptance;
use super::coding::{Choice, Coded, Forms, Job, Ordered, Original, sibling_name};
use super::entry::{Entry, Facts};
use super::find::{facts, in_memory};
use super::open::{Failure, Opened, Patience};
use super::path::FilePath;
use super::root::Place;
use super::{Files, Found, present};
use crate::clock;
use crate::exchange::{Coding, Reason, Request, Response};
use crate::site::finish::{conditions, etag};
use crate::site::limits::CODED_SHARE;
use crate::site::trace::{Step, Trace, Untraced, text};
use crate::tasks;

impl Files {
    /// What can be said without looking or decoding anything: nearly every answer of a busy server.
    pub(super) fn at_hand(
        &self,
        request: &Request<'_>,
        path: &[u8],
        tick: u64,
        trace: &impl Trace,
    ) -> Option<Response> {
        let file = self.fresh(path, tick)?;
        let choice = file.forms().map(|forms| file.choose(forms, request));
        trace.note(|| Step::Kept {
            name: text(file.name()),
        });
        note_form(choice, false, request, trace);
        let mut response = match choice {
            None | Some(Choice::Plain) => file.response(),
            Some(choice) => self.kept_form(path, &file, choice)?.response(),
        };
        response.lacks_sibling = file.lacks_sibling(choice, request);
        Some(present(response, &file, request))
    }

    /// A file in the form that the client takes most gladly; as it is, while that form is made.
    pub(super) fn in_form(
        self: &Arc<Self>,
        path: &FilePath<'_>,
        file: &Arc<Entry>,
        request: &Request<'_>,
        tick: u64,
        trace: &impl Trace,
    ) -> Result<Response, Failure> {
        let choice = file.forms().map(|forms| file.choose(forms, request));
        let mut response = self.in_chosen_form(path, file, (request, choice), tick)?;
        let is_ordered = matches!(choice, Some(Choice::Made(_))) && response.coding().is_none();
        note_form(choice, is_ordered, request, trace);
        response.lacks_sibling = file.lacks_sibling(choice, request);
        Ok(response)
    }

    fn in_chosen_form(
        self: &Arc<Self>,
        path: &FilePath<'_>,
        file: &Arc<Entry>,
        (request, choice): (&Request<'_>, Option<Choice>),
        tick: u64,
    ) -> Result<Response, Failure> {
        let Some(choice) = choice else {
            return Ok(file.response());
        };
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
    pub(super) async fn wait_in_form(
        self: &Arc<Self>,
        path: FilePath<'static>,
        file: Arc<Entry>,
        request: &Request<'_>,
        trace: &impl Trace,
    ) -> Response {
        if let Ok(response) = self.in_form(&path, &file, request, clock::tick_ms(), trace) {
            return response;
        }
        let choice = { file.forms() }.map(|forms| file.choose(forms, request));
        note_form(choice, false, request, trace);
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
        let mut response = form.as_ref().unwrap_or(&file).response();
        response.lacks_sibling = file.lacks_sibling(choice, request);
        response
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
    pub(super) fn make(&self, job: &Job) {
        let (path, coding) = (&job.path, job.coding);
        let Ok(Found::File(file)) = self.find(path, clock::tick_ms(), Patience::Plenty, &Untraced)
        else {
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
            let made = Arc::new(file.made(coding, in_memory(coded), &self.presentation));
            self.cache.put(path.key(), &made);
        }
        if self.kept_form(path.key(), &file, choice).is_none() {
            // It does not pay, or there is no room for it. Not again, until the file is another.
            forms.do_not_make();
        }
    }

    /// What else there is of a file.
    pub(super) fn forms(
        &self,
        place: &Place,
        name: &[u8],
        opened: &Opened,
        patience: Patience,
        trace: &impl Trace,
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
            made_bytes_max: self.cache.memory_bytes_max() / CODED_SHARE,
        };
        Forms::of(file, patience, clock::wall(), trace)
    }
}

/// Writes down in which form a file is sent, where there is more than one.
fn note_form(choice: Option<Choice>, is_ordered: bool, request: &Request<'_>, trace: &impl Trace) {
    let Some(choice) = choice else {
        return;
    };
    trace.note(|| {
        let (word, coding) = match choice {
            Choice::Plain => ("plain", None),
            Choice::Stored(coding) => ("stored", Some(coding)),
            Choice::Made(coding) if is_ordered => ("ordered", Some(coding)),
            Choice::Made(coding) => ("made", Some(coding)),
        };
        Step::Form {
            choice: word,
            coding: coding.map(Coding::name),
            accept_encoding: request.field("accept-encoding").map(text),
        }
    });
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
