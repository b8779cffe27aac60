//! What happens to a request, in order: three lists, a reason on each line.
//!
//! Law: users rely on this order; changing it is a breaking change. Guards and content return
//! values, and nothing but [`finish`] and [`finish_unasked`] turns a [`Draft`] into a response:
//! no early answer can slip past the finishers.

use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LOCATION, ETAG, EXPIRES, VARY};

use crate::clock;
use crate::config::{FileSettings, Readers};
use crate::exchange::{
    Answer, Coding, FieldList, Kept, KeptHead, Patient, Reason, Request, Response, ResponseHead,
    Validators,
};

use super::finish::{caching, conditions, range, readers, security};
use super::guard::access::Access;
use super::guard::password::Judged;
use super::guard::{Denial, method, name};
use super::pages::Pages;

/// What may answer before anything is looked for, first to last.
const GUARDS: [Guard; 5] = [
    Guard::Name,      // a stranger's name is none of our business, whatever is asked of it
    Guard::Address,   // who may not come in learns nothing else
    Guard::Method, // what cannot be asked for needs no file to be looked up; browsers ask before they log in
    Guard::Signature, // cheap to judge, so before what may have to wait
    Guard::Password, // the only one that costs time
];

// Content: a site has one, chosen when it is made (`super::content::Content`), and what stands in
// where it has no such file, if that was asked for (`super::content::probes`). With routes this
// becomes a list too: each answers, or passes on with a reason.

/// What every answer passes through, first to last: early ones and refusals as well.
const FINISH: [Finish; 5] = [
    Finish::Judge(Judge::Conditions), // a 304 before cutting what will not be sent
    Finish::Judge(Judge::Range),      // cut from the stored bytes, so before anything encodes them
    Finish::Dress(Dress::Caching),    // knows the final status
    Finish::Dress(Dress::Readers),    // before security, which has the last word
    Finish::Dress(Dress::Security),   // last: nothing after it can take it away
];

/// May answer early.
#[derive(Clone, Copy)]
enum Guard {
    Name,
    Address,
    Method,
    Signature,
    Password,
}

/// What the guards ask about.
#[derive(Clone, Copy)]
pub(super) struct Guarded<'a> {
    /// Who may come in; `None`: everybody.
    pub(super) access: Option<&'a Access>,
    pub(super) dressing: Dressing,
}

/// How far a request gets past the guards.
pub(super) enum Passage {
    /// Past all of them.
    Free,
    /// To an early answer, or a reason for one.
    Early(Result<Response, Reason>),
    /// Not past one of them, which also has to say something about it.
    Denied(Denial),
    /// To one that has to wait before it can judge.
    MustWait(Waiting),
}

/// A guard that has to wait.
pub(super) struct Waiting {
    place: usize,
}

/// Touches every answer.
#[derive(Clone, Copy)]
enum Finish {
    /// Reads the request, so it is asked each time.
    Judge(Judge),
    /// Does not read the request, so it is applied once to what is kept. Has to be idempotent.
    Dress(Dress),
}

/// Finishers that read the request.
#[derive(Clone, Copy)]
enum Judge {
    Conditions,
    Range,
}

/// Finishers that do not.
#[derive(Clone, Copy)]
enum Dress {
    Caching,
    Readers,
    Security,
}

/// What finishers that do not read the request are told of the site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dressing {
    /// Whose pages may read the answers.
    pub(super) readers: Readers,
}

impl Dressing {
    /// That of a folder.
    pub(super) fn new(settings: &FileSettings) -> Self {
        Self {
            readers: settings.readers,
        }
    }
}

impl Default for Dressing {
    fn default() -> Self {
        Self {
            readers: Readers::SameOrigin,
        }
    }
}

/// A response that has not passed the finishers.
pub(super) struct Draft(Response);

impl Draft {
    /// What a guard or a content answered.
    pub(super) fn new(response: Response) -> Self {
        Self(response)
    }
}

/// Asks each guard; the first answer ends it. Changes nothing.
#[inline]
pub(super) fn guard(request: &Request<'_>, guarded: Guarded<'_>) -> Passage {
    guard_from(0, request, guarded)
}

/// Asks a guard that has to wait, and those after it. What is to be counted is counted here.
pub(super) async fn guard_patiently(
    waiting: Waiting,
    request: &Request<'_>,
    guarded: Guarded<'_>,
) -> Passage {
    let mut place = waiting.place;
    loop {
        let denied = match (GUARDS.get(place), guarded.access) {
            (
                Some(Guard::Signature),
                Some(Access {
                    links: Some(links), ..
                }),
            ) => {
                links.look_again().await;
                links.judge(request, clock::wall()).map(Denial::from)
            }
            (
                Some(Guard::Password),
                Some(Access {
                    passwords: Some(passwords),
                    ..
                }),
            ) => passwords.wait(request).await,
            _ => None,
        };
        if let Some(denial) = denied {
            return Passage::Denied(denial);
        }
        match guard_from(place + 1, request, guarded) {
            Passage::MustWait(waiting) => place = waiting.place,
            passage => return passage,
        }
    }
}

#[inline]
fn guard_from(first: usize, request: &Request<'_>, guarded: Guarded<'_>) -> Passage {
    for (place, guard) in GUARDS.into_iter().enumerate().skip(first) {
        let early = match (guard, guarded.access) {
            (Guard::Name, _) => name::judge(request),
            (Guard::Method, _) => method::judge(request, guarded.dressing.readers),
            (Guard::Address | Guard::Signature | Guard::Password, None) => None,
            (Guard::Address, Some(access)) => access.gate.judge(request.peer).map(Err),
            (Guard::Signature, Some(access)) => match &access.links {
                None => None,
                Some(links) if links.must_wait(request.tick_ms) => {
                    return Passage::MustWait(Waiting { place });
                }
                Some(links) => links.judge(request, clock::wall()).map(Err),
            },
            (Guard::Password, Some(access)) => match &access.passwords {
                None => None,
                Some(passwords) => match passwords.judge(request) {
                    Judged::Passed => None,
                    Judged::Denied(denial) => return Passage::Denied(denial),
                    Judged::MustWait => return Passage::MustWait(Waiting { place }),
                },
            },
        };
        if let Some(early) = early {
            return Passage::Early(early);
        }
    }
    Passage::Free
}

/// The answer to a request, finished.
pub(super) fn finish(request: &Request<'_>, draft: Draft, pages: &Pages) -> Response {
    let Draft(mut response) = draft;
    let conditional = request.fields.may_be_conditional();
    if !conditional && matches!(response.head, ResponseHead::Kept { .. }) {
        // A kept head was dressed when it was settled, and there is nothing to judge by.
        return response;
    }
    for step in FINISH {
        match step {
            Finish::Judge(judge) if conditional => judge.apply(request, &mut response, pages),
            Finish::Judge(_) => {}
            Finish::Dress(dress) => dress.apply_to_own(&mut response, pages.dressing),
        }
    }
    response
}

/// The answer where there is no request to read: it broke a rule, or never came.
pub(super) fn finish_unasked(draft: Draft, dressing: Dressing) -> Response {
    let Draft(mut response) = draft;
    for step in FINISH {
        match step {
            Finish::Judge(_) => {}
            Finish::Dress(dress) => dress.apply_to_own(&mut response, dressing),
        }
    }
    response
}

/// The answer that is still to come, finished when it does. What is said before is no answer.
pub(super) fn finish_patiently(patient: Patient, dressing: Dressing) -> Patient {
    Box::pin(async move {
        match patient.await {
            Answer::Final(response) => {
                Answer::Final(finish_unasked(Draft::new(response), dressing))
            }
            Answer::EarlyHints(fields, rest) => {
                Answer::EarlyHints(fields, finish_patiently(rest, dressing))
            }
        }
    })
}

/// Settles the heads of something that will be given again: the whole, and the 304 if there is
/// something to validate by.
pub(super) fn settle(
    status: StatusCode,
    fields: FieldList,
    validators: Option<Validators>,
    dressing: Dressing,
) -> Kept {
    let not_modified = validators.is_some().then(|| {
        dressed(
            StatusCode::NOT_MODIFIED,
            for_not_modified(&fields),
            dressing,
        )
    });
    let coding = fields.get(&CONTENT_ENCODING);
    let coding = coding.and_then(|name| Coding::named(name.as_bytes()));
    Kept {
        whole: dressed(status, fields, dressing),
        not_modified,
        validators,
        coding,
    }
}

/// Of the fields a content chose, those that a 304 repeats (RFC 9110 §15.4.5).
fn for_not_modified(fields: &FieldList) -> FieldList {
    let mut repeated = FieldList::new();
    for name in [CONTENT_LOCATION, ETAG, EXPIRES, VARY] {
        if let Some(value) = fields.get(&name) {
            repeated.add(name, value.clone());
        }
    }
    repeated
}

fn dressed(status: StatusCode, mut fields: FieldList, dressing: Dressing) -> KeptHead {
    for step in FINISH {
        match step {
            Finish::Judge(_) => {}
            Finish::Dress(dress) => dress.apply(&mut fields, dressing),
        }
    }
    KeptHead::new(status, fields)
}

impl Judge {
    fn apply(self, request: &Request<'_>, response: &mut Response, pages: &Pages) {
        match self {
            Self::Conditions => conditions::apply(request, response, pages),
            Self::Range => range::apply(request, response, pages),
        }
    }
}

impl Dress {
    fn apply(self, fields: &mut FieldList, dressing: Dressing) {
        match self {
            Self::Caching => caching::apply(fields),
            Self::Readers => readers::apply(fields, dressing.readers),
            Self::Security => security::apply(fields),
        }
    }

    /// A kept head was dressed when it was settled.
    fn apply_to_own(self, response: &mut Response, dressing: Dressing) {
        match &mut response.head {
            ResponseHead::Own { fields, .. } => self.apply(fields, dressing),
            ResponseHead::Kept { .. } => {}
        }
    }
}
