//! What happens to a request, in order: three lists, a reason on each line.
//!
//! Law: users rely on this order; changing it is a breaking change. Guards and content return
//! values, and nothing but [`finish`] and [`finish_unasked`] turns a [`Draft`] into a response:
//! no early answer can slip past the finishers.

use std::sync::Arc;

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING, CONTENT_LOCATION, ETAG, EXPIRES, VARY,
};

use crate::clock;
use crate::config::{FileSettings, Readers};
use crate::exchange::{
    Answer, Coding, Dressed, FieldList, Kept, KeptHead, Patient, Reason, Request, Response,
    ResponseHead, Validators,
};

use super::Site;
use super::finish::{caching, conditions, cors, fields, range, readers, security};
use super::guard::access::Access;
use super::guard::clients::Refused;
use super::guard::{Denial, Judged, method, name};
use super::pages::Pages;
use super::route::{Asked, Routes, Ruled};
use super::trace::{Said, Step, Trace, Untraced};

/// What may answer before anything is looked for, first to last.
const GUARDS: [Guard; 13] = [
    Guard::Clients,     // what the others refuse costs us too, so it counts
    Guard::Name,        // a stranger's name is none of our business, whatever is asked of it
    Guard::Host,        // all that follows is decided for one name of the site
    Guard::Preflight,   // asked by browsers on their own account, before anything they could prove
    Guard::Address,     // who may not come in learns nothing else
    Guard::Certificate, // shown before anything was asked, so judged before anything else is
    Guard::Maintenance, // what is being worked on follows no rules
    Guard::Signature,   // cheap to judge, so before what may have to wait
    Guard::Password,    // after all that costs nothing; before rules, for they may answer
    Guard::Body,        // before anybody could want to read it
    Guard::Rules,       // may send elsewhere what no file could answer, such as POST
    Guard::Detour,      // what rules lead to may be for others than what was asked for
    Guard::Method,      // what cannot be asked for needs no file to be looked up
];

// Content: a site has one, chosen when it is made (`super::content::Content`), and what stands in
// where it has no such file, if that was asked for (`super::content::probes`). Rules may have it
// asked for other paths than the one that was sent.

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
    Clients,
    Name,
    Host,
    Preflight,
    Address,
    Certificate,
    Maintenance,
    Signature,
    Password,
    Body,
    Rules,
    Detour,
    Method,
}

/// Guards that have a say, by their places in the list: most sites have two, and are asked often.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct GuardSet(u16);

impl GuardSet {
    /// Those that could say something about requests to this site.
    pub(super) fn of(site: &Site) -> Self {
        let has_a_say = |(_, guard): &(usize, Guard)| guard.has_a_say(site);
        let guards = GUARDS.into_iter().enumerate().filter(has_a_say);
        Self(guards.fold(0, |set, (place, _)| set | 1 << place))
    }

    /// Those that every site has.
    const OF_ANY_SITE: Self = {
        let (mut set, mut place) = (0, 0);
        while place < GUARDS.len() {
            if GUARDS[place].is_of_any_site() {
                set |= 1 << place;
            }
            place += 1;
        }
        Self(set)
    };

    /// The first from this place on.
    #[inline]
    fn next(self, place: usize) -> Option<(usize, Guard)> {
        let left = u32::from(self.0) >> place << place;
        let place = left.trailing_zeros() as usize;
        Some((place, *GUARDS.get(place)?))
    }
}

/// What the guards come to, unless the content is asked: boxed, for most requests pass them all.
pub(super) enum Guarded {
    /// It is answered, or there is a reason why not.
    Answer(Result<Response, Reason>),
    /// The content is asked for the first of these that leads to something.
    Instead(Vec<Asked>),
    /// It may not pass, and its answer says more than why.
    Denied(Denial),
    /// One of them has to wait before it can judge.
    MustWait(Waiting),
}

/// A guard that has to wait, and what the rules before it lead to.
pub(super) struct Waiting {
    place: usize,
    instead: Option<Vec<Asked>>,
}

impl Guard {
    /// The word for it.
    fn name(self) -> &'static str {
        match self {
            Self::Clients => "limits",
            Self::Name => "name",
            Self::Host => "canonical-host",
            Self::Preflight => "cors",
            Self::Address => "address",
            Self::Certificate => "certificate",
            Self::Maintenance => "maintenance",
            Self::Signature => "signature",
            Self::Password => "password",
            Self::Body => "body",
            Self::Rules => "rules",
            Self::Detour => "detour",
            Self::Method => "method",
        }
    }

    /// Whether it could say something: a site without rules has nothing to judge by.
    fn has_a_say(self, site: &Site) -> bool {
        match self {
            Self::Host | Self::Preflight | Self::Maintenance | Self::Rules => site.routes.is_some(),
            Self::Clients | Self::Body => site.clients.is_some(),
            Self::Address | Self::Certificate | Self::Signature | Self::Password | Self::Detour => {
                site.access.is_some()
            }
            Self::Name | Self::Method => self.is_of_any_site(),
        }
    }

    /// Whether it needs no settings to judge by.
    const fn is_of_any_site(self) -> bool {
        matches!(self, Self::Name | Self::Method)
    }

    /// What it says; `instead`: what the rules before it lead to.
    #[inline]
    fn judge(
        self,
        instead: Option<&[Asked]>,
        request: &Request<'_>,
        (site, refused): (&Site, Option<&Refused>),
        trace: &impl Trace,
    ) -> Result<Option<Box<Guarded>>, MustWait> {
        if let Self::Address | Self::Certificate | Self::Signature | Self::Password | Self::Detour =
            self
        {
            return match &site.access {
                None => Ok(None),
                // A browser asks on its own account, without what it would be let in with.
                Some(_) if matches!(self, Self::Certificate) && site.is_asked_before(request) => {
                    Ok(None)
                }
                Some(access) if matches!(self, Self::Password) && site.is_asked_before(request) => {
                    let answer = site.before(access, request);
                    Ok(Some(Box::new(Guarded::Answer(answer))))
                }
                Some(access) => match self.judge_access(access, instead, request, trace) {
                    Judged::Passed => Ok(None),
                    Judged::Denied(denial) => Ok(Some(Box::new(Guarded::Denied(denial)))),
                    Judged::MustWait => Err(MustWait),
                },
            };
        }
        let routes = site.routes.as_deref();
        let outcome = match (self, routes) {
            (Self::Clients, _) => refused.map(|refused| Ok(site.pages.limited(refused, request))),
            (Self::Name, _) => name::judge(request),
            (Self::Body, _) => {
                let clients = site.clients.as_ref();
                let refused = clients.and_then(|clients| clients.judge_body(request, trace));
                refused.map(|refused| Ok(site.pages.limited(&refused, request)))
            }
            (Self::Method, routes) => {
                let methods = routes.and_then(|routes| routes.settings.methods.as_deref());
                method::judge(request, site.pages.dressing.readers, methods)
            }
            (_, None)
            | (
                Self::Address | Self::Certificate | Self::Signature | Self::Password | Self::Detour,
                _,
            ) => None,
            (Self::Host, Some(routes)) => { routes.other_host(request) }.map(|location| {
                Ok(site
                    .pages
                    .redirect(StatusCode::PERMANENT_REDIRECT, location, request))
            }),
            (Self::Preflight, Some(routes)) => {
                let cors = routes.cors(request);
                cors.and_then(|cors| cors::preflight(cors, request, trace))
                    .map(Ok)
            }
            (Self::Maintenance, Some(routes)) => {
                (!routes.is_open(request, trace)).then_some(Err(Reason::Maintenance))
            }
            (Self::Rules, Some(routes)) => match routes.judge(request, trace) {
                Ruled::Pass => None,
                Ruled::Redirect(status, location) => {
                    Some(Ok(site.pages.redirect(status, location, request)))
                }
                Ruled::Respond(status, content) => {
                    Some(Ok(site.pages.by_rule(status, content, request)))
                }
                Ruled::Instead(paths) => return Ok(Some(Box::new(Guarded::Instead(paths)))),
            },
        };
        Ok(outcome.map(|outcome| Box::new(Guarded::Answer(outcome))))
    }

    fn judge_access(
        self,
        access: &Access,
        instead: Option<&[Asked]>,
        request: &Request<'_>,
        trace: &impl Trace,
    ) -> Judged {
        let now = clock::wall;
        match (self, instead) {
            (Self::Address, _) => access.judge_address(request, trace),
            (Self::Certificate, _) => access.judge_proof(request, trace),
            (Self::Signature, _) => access.judge_link(request, now(), trace),
            (Self::Password, _) => access.judge_password(request, trace),
            (Self::Detour, Some(paths)) => {
                let paths = paths.iter().map(|asked| &*asked.path);
                access.judge_detour(request, paths, now(), trace)
            }
            (_, _) => Judged::Passed,
        }
    }

    /// The same with all the time it takes; what is to be counted is counted here.
    async fn wait(
        self,
        instead: Option<&[Asked]>,
        request: &Request<'_>,
        site: &Site,
    ) -> Option<Denial> {
        let access = site.access.as_deref()?;
        match (self, instead) {
            (Self::Signature, _) => access.wait_for_link(request).await,
            (Self::Password, _) => access.wait_for_password(request).await,
            (Self::Detour, Some(paths)) => {
                let paths: Vec<&[u8]> = paths.iter().map(|asked| &*asked.path).collect();
                access.wait_for_detour(request, &paths).await
            }
            (_, _) => None,
        }
    }
}

/// A guard cannot judge at once.
struct MustWait;

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

/// Asks each guard; the first answer ends it. Another path does not: the guards below the rules are
/// asked as well. `None`: the content is asked. `refused`: what the limits of clients have said, if they
/// refuse.
#[inline]
pub(super) fn guard(
    request: &Request<'_>,
    site: &Site,
    refused: Option<&Refused>,
    trace: &impl Trace,
) -> Option<Box<Guarded>> {
    if !trace.is_on() && site.guards == GuardSet::OF_ANY_SITE && passes_any_site(request) {
        return None;
    }
    guard_from(0, None, request, (site, refused), trace)
}

/// Whether the guards that every site has let this request pass, as they do most.
#[inline]
fn passes_any_site(request: &Request<'_>) -> bool {
    name::passes(request) && method::passes(request.method)
}

/// The same from a guard on that has to wait, with all the time it takes.
pub(super) async fn guard_patiently(
    mut waiting: Waiting,
    request: &Request<'_>,
    site: &Site,
    trace: &impl Trace,
) -> Option<Box<Guarded>> {
    loop {
        let Waiting { place, instead } = waiting;
        let denied = match GUARDS.get(place) {
            Some(guard) => guard.wait(instead.as_deref(), request, site).await,
            None => None,
        };
        let denied = denied.map(|denial| Box::new(Guarded::Denied(denial)));
        if let Some(guard) = GUARDS.get(place) {
            note(*guard, denied.as_deref(), request, site, trace);
        }
        if denied.is_some() {
            return denied;
        }
        match guard_from(place + 1, instead, request, (site, None), trace).map(|guarded| *guarded) {
            Some(Guarded::MustWait(next)) => waiting = next,
            guarded => return guarded.map(Box::new),
        }
    }
}

#[inline]
fn guard_from(
    first: usize,
    mut instead: Option<Vec<Asked>>,
    request: &Request<'_>,
    (site, refused): (&Site, Option<&Refused>),
    trace: &impl Trace,
) -> Option<Box<Guarded>> {
    let mut from = first;
    while let Some((place, guard)) = site.guards.next(from) {
        from = place + 1;
        let Ok(guarded) = guard.judge(instead.as_deref(), request, (site, refused), trace) else {
            return Some(Box::new(Guarded::MustWait(Waiting { place, instead })));
        };
        if trace.is_on() {
            note(guard, guarded.as_deref(), request, site, trace);
        }
        let Some(guarded) = guarded else {
            continue;
        };
        match *guarded {
            Guarded::Instead(paths) => instead = Some(paths),
            guarded => return Some(Box::new(guarded)),
        }
    }
    instead.map(|paths| Box::new(Guarded::Instead(paths)))
}

fn note(
    guard: Guard,
    guarded: Option<&Guarded>,
    request: &Request<'_>,
    site: &Site,
    trace: &impl Trace,
) {
    let origin = || match (guard, guarded) {
        (_, None | Some(Guarded::Instead(_) | Guarded::MustWait(_))) => None,
        (Guard::Maintenance, _) => {
            let maintenance = site.routes.as_ref()?.settings.maintenance.as_ref()?;
            Some(maintenance.origin.clone())
        }
        (Guard::Address | Guard::Certificate | Guard::Signature | Guard::Password, _) => {
            site.access.as_ref()?.origin_for(request.path).cloned()
        }
        _ => None,
    };
    trace.note(|| Step::Guard {
        name: guard.name(),
        origin: origin(),
        said: match guarded {
            Some(Guarded::Answer(outcome)) => Some(Said::of(outcome)),
            Some(Guarded::Denied(denial)) => Some(Said::of(&Err(denial.reason))),
            None | Some(Guarded::Instead(_) | Guarded::MustWait(_)) => None,
        },
    });
}

/// Finishes the answer to a request.
#[inline]
pub(super) fn finish(
    request: &Request<'_>,
    response: &mut Response,
    site: &Site,
    trace: &impl Trace,
) {
    let conditional = request.fields.may_be_conditional();
    // A kept head was dressed when it was settled; often there is nothing to judge by, either.
    if conditional || !matches!(response.head, ResponseHead::Kept { .. }) {
        judge_and_dress(request, response, (site, conditional), trace);
    }
    response.site = site.number;
    if site.access.is_some() || site.routes.is_some() {
        say_last_word(request, response, site, trace);
    }
}

fn judge_and_dress(
    request: &Request<'_>,
    response: &mut Response,
    (site, conditional): (&Site, bool),
    trace: &impl Trace,
) {
    let pages = &site.pages;
    for step in FINISH {
        match step {
            Finish::Judge(judge) if conditional => {
                let before = response.status();
                judge.apply(request, response, pages);
                let status = response.status();
                if trace.is_on() && status != before {
                    let name = judge.name();
                    trace.note(|| Step::Judged { name, status });
                }
            }
            Finish::Judge(_) => {}
            Finish::Dress(dress) => dress.apply_to_own(response, pages.dressing),
        }
    }
}

/// What the operator's lines say, which nothing comes after.
fn say_last_word(request: &Request<'_>, response: &mut Response, site: &Site, trace: &impl Trace) {
    if let Some(access) = &site.access {
        response.user = access.user(request).map(String::into_boxed_str);
        if access.guards(request.path) || site.routes.as_ref().is_some_and(|r| r.lead_elsewhere()) {
            caching::keep_private(response);
        }
    }
    if let Some(routes) = &site.routes {
        if let Some(cors) = routes.cors(request) {
            cors::apply(cors, request, response, trace);
            trace.note(|| Step::Cors {
                origin: cors.origin.clone(),
                is_allowed: { response.fields() }
                    .get(&ACCESS_CONTROL_ALLOW_ORIGIN)
                    .is_some(),
            });
        }
        routes.dress(request, response, trace);
    }
}

/// Finishes the answer where there is no request to read: it broke a rule, or never came. `site`: whose
/// it is, by its number.
pub(super) fn finish_unasked(
    response: &mut Response,
    (site, dressing): (u16, Dressing),
    routes: Option<&Routes>,
) {
    response.site = site;
    for step in FINISH {
        match step {
            Finish::Judge(_) => {}
            Finish::Dress(dress) => dress.apply_to_own(response, dressing),
        }
    }
    if let Some(routes) = routes {
        fields::apply(&routes.settings.fields, None, response, &Untraced);
    }
}

/// The answer that is still to come, finished when it does. What is said before is no answer.
pub(super) fn finish_patiently(
    patient: Patient,
    (user, of): (Option<Box<str>>, (u16, Dressing)),
    routes: Option<Arc<Routes>>,
) -> Patient {
    Box::pin(async move {
        match patient.await {
            Answer::Final(mut response) => {
                finish_unasked(&mut response, of, routes.as_deref());
                response.user = user;
                Answer::Final(response)
            }
            Answer::EarlyHints(fields, rest) => {
                Answer::EarlyHints(fields, finish_patiently(rest, (user, of), routes))
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
        dressed: Dressed::default(),
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
    /// The word for it.
    fn name(self) -> &'static str {
        match self {
            Self::Conditions => "conditions",
            Self::Range => "range",
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Peer, Scheme};

    #[test]
    fn what_passes_any_site_passes_every_guard_of_it() {
        let site = Site::of_nobody();
        assert!(site.guards == GuardSet::OF_ANY_SITE);
        let fields: Vec<(&str, &[u8])> = Vec::new();
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "BREW"] {
            for is_misdirected in [false, true] {
                let method = &method.parse().unwrap();
                let request = Request {
                    method,
                    scheme: Scheme::Http,
                    told_scheme: None,
                    path: b"/",
                    query: None,
                    authority: None,
                    is_misdirected,
                    proof: None,
                    offer: None,
                    body_bytes: Some(0),
                    fields: &fields,
                    peer: &Peer::Unix,
                    tick_ms: 0,
                };
                let of_guards = guard_from(0, None, &request, (&site, None), &Untraced);
                let of_guards = of_guards.is_none();
                assert_eq!(
                    passes_any_site(&request),
                    of_guards,
                    "{method} {is_misdirected}"
                );
            }
        }
    }
}
