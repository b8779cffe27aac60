//! Decides the answer to a request; has never heard of TCP.
//!
//! Which site answers stands in `hosts.rs`; [`Site::respond`] is the way through it: guards, content, finishers, in the order that
//! `pipeline.rs` lists. Files are in `content/files/`, refusals in words in `pages.rs`.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_HEADERS, CACHE_CONTROL, ETAG, LAST_MODIFIED, LOCATION,
};
use http::{HeaderValue, Method, StatusCode};

use crate::config::routing::Routing;
use crate::config::{
    AccessSettings, Changes, ClientProof, ClientSettings, FileSettings, Mount, MountPoint, Readers,
    SiteLimits,
};
use crate::exchange::{Answer, FieldList, Limited, Patient, Reason, Reply, Request, Response};
use crate::i18n::Language;
use crate::observe::{Journal, Metrics, Watch};

mod content;
pub mod finish;
mod guard;
mod hosts;
mod limits;
mod live_reload;
mod pages;
mod pipeline;
mod route;
mod seats;
mod trace;

pub use content::files::FileCache;
pub(crate) use content::files::coding::compressing;
pub use content::files::coding::negotiate::Acceptance;
pub use content::files::listing::readme::markdown_to_html;
pub use content::files::path::FilePath;
pub use content::files::root::{RootError, RootErrorKind};
pub use guard::access::{AccessError, AccessState, AccessTrouble, try_out as try_out_access};
pub use guard::client::{Introduction, client_in};
pub use guard::password::{BadUser, UserFault, hash_password};
pub use guard::signature::LinkKey;
pub use hosts::{Generation, Sites};
pub use trace::{Hang, HangsOn, Suppositions, Walk};

use content::probes::ProbeAnswers;
use content::{Content, Reached};
use finish::readers;
use guard::access::Access;
pub use guard::clients::LimitStates;
use guard::clients::{Asker, ClientGuard, Refused};
use guard::{Denial, method};
use live_reload::{LiveReload, Watched};
use pages::Pages;
use pipeline::{Dressing, GuardSet, Guarded};
use route::{Asked, Routes};
use trace::{Said, Step, Trace, Untraced};

/// Something that answers requests. A clone is the same site, with all it keeps.
#[derive(Clone)]
pub struct Site {
    content: Content,
    /// What is decided by rules, if anything is.
    routes: Option<Arc<Routes>>,
    /// Asked where the content has nothing of that name.
    probe_answers: Option<Arc<ProbeAnswers>>,
    pages: Arc<Pages>,
    /// Who may come in; `None`: everybody.
    access: Option<Arc<Access>>,
    /// What one client may ask for, if that is limited.
    clients: Option<Arc<ClientGuard>>,
    /// Who of all this is asked.
    guards: GuardSet,
    /// Tells pages of changes, if that was asked for.
    live_reload: Option<Arc<LiveReload>>,
    /// Its number in what is journalled.
    number: u16,
}

impl Site {
    /// The site in the binary: it says hello, and shows visitors their own connections.
    pub fn built_in(watch: Arc<Watch>) -> Self {
        Self::of(Content::built_in(watch))
    }

    /// No site: for whoever asks for a host that none has.
    pub fn of_nobody() -> Self {
        Self::of(Content::Nobody)
    }

    /// A folder, or a single file, looked at again while it is served. What is asked for is kept in
    /// `cache`, with the files of other sites.
    pub fn of_path(
        path: &Path,
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        Ok(Self {
            pages: Arc::new(Pages::new(Dressing::new(settings))),
            ..Self::of(Content::files(path, settings, cache)?)
        })
    }

    /// Several of them, each below a path of its own.
    pub fn of_mounts(
        mounts: &[Mount],
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        Ok(Self {
            pages: Arc::new(Pages::new(Dressing::new(settings))),
            ..Self::of(Content::mounts(mounts, settings, cache)?)
        })
    }

    /// The certificate of the local authority of this name, as DER and as PEM, for phones to take.
    pub fn handing_out(name: &str, der: &[u8], pem: &str) -> Self {
        Self::of(Content::handout(name, der, pem))
    }

    /// What is told to those who watch the server; the names it was given for that.
    pub fn watched(metrics: Arc<Metrics>, names: &[String]) -> Self {
        Self::of(Content::watched(metrics, names))
    }

    /// The same site, which answers what browsers ask every site for, where it has no such file.
    #[must_use]
    pub fn answering_probes(mut self) -> Self {
        self.probe_answers = Some(Arc::new(ProbeAnswers::new()));
        self
    }

    /// The same site, for those alone who may come in. Reads the files that the settings name, and looks
    /// at them again; what is counted is counted in the state. May wait for a disk.
    pub fn guarded(
        mut self,
        settings: (&AccessSettings, Option<ClientProof>),
        look_again_after: Duration,
        state: &AccessState,
        journal: &Arc<Journal>,
    ) -> Result<Self, AccessError> {
        let (settings, proof) = settings;
        let access = Access::begin(settings, proof, look_again_after, state, journal)?;
        self.access = access.map(Arc::new);
        Ok(self.with_guards())
    }

    /// The same site, which has this number in what is journalled.
    #[must_use]
    pub fn numbered(mut self, number: u16) -> Self {
        self.number = number;
        self
    }

    /// Its number in what is journalled.
    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    /// The same site, with rules.
    #[must_use]
    pub fn ruled_by(mut self, routing: &Routing) -> Self {
        self.routes = Routes::new(routing).map(Arc::new);
        self.with_guards()
    }

    /// The same site, where clients may ask for so much; what was counted for them is kept in `counted`,
    /// by this name of the site, from when they [take effect](Site::take_effect).
    #[must_use]
    pub fn limiting_clients(
        mut self,
        name: &str,
        limits: (&SiteLimits, &ClientSettings),
        counted: &LimitStates,
        journal: &Arc<Journal>,
    ) -> Self {
        self.clients = ClientGuard::new(name, limits, counted, journal).map(Arc::new);
        self.with_guards()
    }

    /// The same site, whose pages follow their files, if the settings say so. It is made of these
    /// paths, each with what its names have before them in the site: nothing, or a path without a
    /// slash at its end. May wait for a disk.
    pub fn following(
        mut self,
        places: &[(&[u8], &Path)],
        settings: &FileSettings,
        journal: &Arc<Journal>,
    ) -> io::Result<Self> {
        if settings.changes == Changes::Followed {
            let watched = places.iter().map(|(prefix, path)| Watched {
                // As it is found wherever we are: our own folder may go.
                path: std::path::absolute(path).unwrap_or_else(|_| path.into()),
                prefix: (*prefix).into(),
            });
            let started = LiveReload::start(watched.collect(), settings, journal.clone())?;
            self.live_reload = Some(Arc::new(started));
        }
        Ok(self)
    }

    /// The site in the binary, where nobody connects.
    #[cfg(test)]
    pub(crate) fn built_in_alone() -> Self {
        use crate::observe::{Journal, Registry};
        let journal = Arc::new(Journal::new(1));
        Self::built_in(Arc::new(Watch::new(&journal, Arc::new(Registry::new()))))
    }

    /// A site with a bug.
    #[cfg(test)]
    pub(crate) fn panicking() -> Self {
        Self::answering(|_| panic!("planted"))
    }

    /// A site whose answers the test makes.
    #[cfg(test)]
    pub(crate) fn answering(
        answer: impl Fn(&Request<'_>) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::of(Content::Made(Arc::new(move |request| {
            content::Reached::Answer(Ok(answer(request)))
        })))
    }

    /// The same, where the answers take their time.
    #[cfg(test)]
    pub(crate) fn answering_patiently(
        answer: impl Fn(&Request<'_>) -> Patient + Send + Sync + 'static,
    ) -> Self {
        Self::of(Content::Made(Arc::new(move |request| {
            content::Reached::Patient(answer(request))
        })))
    }

    fn of(content: Content) -> Self {
        let site = Self {
            content,
            routes: None,
            access: None,
            probe_answers: None,
            pages: Arc::default(),
            clients: None,
            guards: GuardSet::default(),
            live_reload: None,
            number: 0,
        };
        site.with_guards()
    }

    fn with_guards(mut self) -> Self {
        self.guards = GuardSet::of(&self);
        self
    }

    /// The answer to a request: now, unless something has to be waited for.
    pub fn respond<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        match &self.clients {
            None => self.walk(&request, None, &Untraced),
            Some(clients) => self.respond_within_limits(clients, &request, &Untraced),
        }
    }

    /// The same, with every step written down, of a request that counts.
    pub(crate) async fn respond_walking(&self, request: Request<'_>, walk: &Walk) -> Response {
        let reply = match &self.clients {
            None => self.walk(&request, None, walk),
            Some(clients) => {
                clients.note(&clients.asker(&request, self.access.as_deref()), walk);
                self.respond_within_limits(clients, &request, walk)
            }
        };
        self.concluded(reply).await
    }

    /// The same, with every step written down. Counts for no limit.
    pub fn explain<'a>(&'a self, request: Request<'a>, walk: &'a Walk) -> Reply<'a> {
        let clients = self.clients.as_ref();
        let refused = clients.and_then(|clients| {
            let asker = clients.asker(&request, self.access.as_deref());
            clients.note(&asker, walk);
            clients.judge(&asker)
        });
        self.walk(&request, refused.as_ref(), walk)
    }

    /// The same for a request of which the journal has kept what it keeps: what hangs on the rest is
    /// supposed, and limits are not asked, for what they had counted by then is gone.
    pub fn recall<'a>(&'a self, request: Request<'a>, walk: &'a Walk) -> Reply<'a> {
        let clients = self.clients.as_ref();
        let refused = clients.and_then(|clients| clients.suppose(&request, walk));
        self.walk(&request, refused.as_ref(), walk)
    }

    /// From now on its limits count.
    pub fn take_effect(&self, counted: &LimitStates) {
        if let Some(clients) = &self.clients {
            clients.take_effect(counted);
        }
    }

    /// The answer where clients are limited: judged before, and counted when it is made. Whoever asks
    /// may drop what has to be waited for and ask again, so that is counted when it is waited for.
    fn respond_within_limits<'a>(
        &'a self,
        clients: &'a Arc<ClientGuard>,
        request: &Request<'a>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        let asker = clients.asker(request, self.access.as_deref());
        if let Some(refused) = clients.judge(&asker) {
            return match self.walk(request, Some(&refused), trace) {
                Reply::Now(response) => {
                    clients.has_refused();
                    Reply::Now(response)
                }
                // The operator has a page for it, which is not at hand.
                Reply::Later(later) => Reply::Later(Box::pin(async move {
                    clients.has_refused();
                    later.await
                })),
                patient @ Reply::Patient(_) => patient,
            };
        }
        match self.walk(request, None, trace) {
            Reply::Now(mut response) => Reply::Now(match clients.commit(&asker) {
                Ok(limited) => {
                    limit(&mut response, limited);
                    response
                }
                Err(refused) => self.refuse_client(clients, &refused, request),
            }),
            Reply::Later(later) => {
                let request = *request;
                Reply::Later(Box::pin(async move {
                    match clients.commit(&asker) {
                        Ok(limited) => {
                            let mut response = later.await;
                            limit(&mut response, limited);
                            response
                        }
                        Err(refused) => self.refuse_client(clients, &refused, &request),
                    }
                }))
            }
            Reply::Patient(patient) => {
                let number = self.number;
                Reply::Patient(patient_within_limits(
                    clients.clone(),
                    (asker, number),
                    patient,
                ))
            }
        }
    }

    /// Refuses a client after all: others were quicker since it was judged.
    fn refuse_client(
        &self,
        clients: &ClientGuard,
        refused: &Refused,
        request: &Request<'_>,
    ) -> Response {
        clients.has_refused();
        let response = self.pages.limited(refused, request);
        self.finish(request, Ok(response), &Untraced)
    }

    #[inline]
    fn walk<'a>(
        &'a self,
        request: &Request<'a>,
        refused: Option<&Refused>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        match pipeline::guard(request, self, refused, trace) {
            None => self.reach(request, trace),
            Some(guarded) => self.walk_aside(*request, *guarded, trace),
        }
    }

    #[cold]
    fn walk_aside<'a>(
        &'a self,
        request: Request<'a>,
        guarded: Guarded,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        match guarded {
            Guarded::MustWait(waiting) => Reply::Later(Box::pin(async move {
                let guarded = pipeline::guard_patiently(waiting, &request, self, trace).await;
                let reply = match guarded {
                    None => self.reach(&request, trace),
                    Some(guarded) => self.pass_on(&request, *guarded, trace),
                };
                self.concluded(reply).await
            })),
            guarded => self.pass_on(&request, guarded, trace),
        }
    }

    /// Whether a browser asks beforehand for a page of another site, and every page may read this one.
    fn is_asked_before(&self, request: &Request<'_>) -> bool {
        self.pages.dressing.readers == Readers::Anybody
            && *request.method == Method::OPTIONS
            && readers::is_preflight(request)
    }

    /// What it is told. It brings no password with that question, and learns of none.
    ///
    /// # Spec
    /// Fetch, §3.3.5 (a preflight carries no credentials), §4.8 (`*` never stands for Authorization).
    fn before(&self, access: &Access, request: &Request<'_>) -> Result<Response, Reason> {
        let routes = self.routes.as_deref();
        let methods = routes.and_then(|routes| routes.settings.methods.as_deref());
        let answer = method::judge(request, self.pages.dressing.readers, methods);
        let mut response = answer.unwrap_or(Err(Reason::MethodNotAllowed))?;
        if access.asks_for_passwords(request.path) {
            let (_, fields) = response.head_to_edit();
            let with_passwords = HeaderValue::from_static("*, Authorization");
            fields.set(ACCESS_CONTROL_ALLOW_HEADERS, with_passwords);
        }
        Ok(response)
    }

    /// What becomes of a request after the guards.
    fn pass_on<'a>(
        &'a self,
        request: &Request<'a>,
        guarded: Guarded,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        match guarded {
            Guarded::Answer(early) => self.conclude(request, early, trace),
            Guarded::Instead(paths) => self.reach_instead(request, paths, trace),
            Guarded::Denied(denial) => self.deny(request, denial, trace),
            // Whoever waits has all the time it takes.
            Guarded::MustWait(_) => self.conclude(request, Err(Reason::Panicked), trace),
        }
    }

    /// The page of a reason, with what the guard says besides.
    fn deny<'a>(
        &'a self,
        request: &Request<'a>,
        denial: Denial,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        let Denial { reason, fields } = denial;
        let page = self.pages.answer(reason, request);
        let mut all = page.fields().clone();
        for (name, value) in fields.iter() {
            all.set(name.clone(), value.clone());
        }
        let response = Response::new(page.status(), all, page.body).because(reason);
        self.conclude(request, Ok(response), trace)
    }

    /// Asks the content.
    #[inline]
    fn reach<'a>(&'a self, request: &Request<'a>, trace: &'a impl Trace) -> Reply<'a> {
        if let Some(live) = &self.live_reload
            && let Some(outcome) = live.answer(request)
        {
            return Reply::Now(self.finish(request, outcome, trace));
        }
        match self.content.reach(request, request.tick_ms, trace) {
            Reached::Answer(outcome) => {
                note_path(request, &outcome, trace);
                self.conclude_reached(request, outcome, trace)
            }
            Reached::MustWait(files, sought) => {
                let request = *request;
                Reply::Later(Box::pin(async move {
                    let outcome = files.wait(sought, &request, trace).await;
                    note_path(&request, &outcome, trace);
                    self.concluded(self.conclude_reached(&request, outcome, trace))
                        .await
                }))
            }
            Reached::Patient(patient) => self.patiently(request, patient),
        }
    }

    /// Asks for the first of several paths that leads to something.
    fn reach_instead<'a>(
        &'a self,
        request: &Request<'a>,
        paths: Vec<Asked>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        // Whoever writes it down goes the whole way at once.
        let at_hand = if trace.is_on() { &[] } else { &paths[..] };
        for (place, asked) in at_hand.iter().enumerate() {
            let instead = asked.instead_of(request);
            match self.content.reach(&instead, request.tick_ms, trace) {
                Reached::Answer(outcome) => {
                    if place + 1 < paths.len() && is_nothing(&outcome) {
                        note_path(&instead, &outcome, trace);
                        continue;
                    }
                    note_path(&instead, &outcome, trace);
                    return self.conclude_reached(request, outcome, trace);
                }
                Reached::MustWait(..) => break,
                Reached::Patient(patient) => return self.patiently(request, patient),
            }
        }
        let request = *request;
        Reply::Later(Box::pin(async move {
            let outcome = self.wait_instead(&request, &paths, trace).await;
            self.concluded(self.conclude_reached(&request, outcome, trace))
                .await
        }))
    }

    /// The same, from the first on, with all the time it takes.
    async fn wait_instead(
        &self,
        request: &Request<'_>,
        paths: &[Asked],
        trace: &impl Trace,
    ) -> Result<Response, Reason> {
        let mut outcome = Err(Reason::NoSuchFile);
        for asked in paths {
            let instead = asked.instead_of(request);
            outcome = match self.content.reach(&instead, request.tick_ms, trace) {
                Reached::Answer(outcome) => outcome,
                Reached::MustWait(files, sought) => files.wait(sought, &instead, trace).await,
                // The one site that answers so knows all its paths at once.
                Reached::Patient(_) => Err(Reason::NoSuchFile),
            };
            note_path(&instead, &outcome, trace);
            if !is_nothing(&outcome) {
                break;
            }
        }
        outcome
    }

    fn patiently<'a>(&'a self, request: &Request<'_>, patient: Patient) -> Reply<'a> {
        let routes = self.routes.clone();
        let user = { self.access.as_ref() }.and_then(|access| access.user(request));
        let user = user.map(String::into_boxed_str);
        Reply::Patient(pipeline::finish_patiently(
            patient,
            (user, (self.number, self.pages.dressing)),
            routes,
        ))
    }

    /// Finishes what the content came to, or what stands in for it.
    #[inline]
    fn conclude_reached<'a>(
        &'a self,
        request: &Request<'a>,
        mut outcome: Result<Response, Reason>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        if is_nothing(&outcome) {
            outcome = self.instead_of_nothing(request, outcome, trace);
        }
        self.conclude(request, outcome, trace)
    }

    /// What stands in where a path leads to nothing, if something does.
    #[cold]
    fn instead_of_nothing(
        &self,
        request: &Request<'_>,
        outcome: Result<Response, Reason>,
        trace: &impl Trace,
    ) -> Result<Response, Reason> {
        if let Err(reason) = &outcome
            && let Some(answers) = &self.probe_answers
            && let Some(answer) = answers.answer(request, *reason)
        {
            let status = answer.status();
            trace.note(|| Step::Probe { status });
            return Ok(answer);
        }
        if let Some(routes) = &self.routes
            && let Some(location) = routes.other_slash(request)
        {
            trace.note(|| Step::OtherSlash {
                location: trace::text(location.as_bytes()),
            });
            let status = StatusCode::PERMANENT_REDIRECT;
            return Ok(self.pages.redirect(status, location, request));
        }
        outcome
    }

    /// Finishes an outcome; where it is an error for which the operator has a page, with that.
    #[inline]
    fn conclude<'a>(
        &'a self,
        request: &Request<'a>,
        outcome: Result<Response, Reason>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        match &self.routes {
            None => Reply::Now(self.finish(request, outcome, trace)),
            Some(routes) => self.conclude_by_rules(routes, request, outcome, trace),
        }
    }

    fn conclude_by_rules<'a>(
        &'a self,
        routes: &'a Routes,
        request: &Request<'a>,
        outcome: Result<Response, Reason>,
        trace: &'a impl Trace,
    ) -> Reply<'a> {
        let error = self.put_in_words(request, outcome);
        let Some((asked, origin)) = routes.page_for(&error) else {
            return Reply::Now(self.finish(request, Ok(error), trace));
        };
        let for_page = Request {
            method: &Method::GET,
            ..asked.instead_of(request)
        };
        let note = move |is_found| {
            trace.note(|| Step::ErrorPage {
                origin: origin.clone(),
                path: String::from_utf8_lossy(&asked.path).into_owned(),
                is_found,
            });
        };
        match self.content.reach(&for_page, request.tick_ms, trace) {
            Reached::Answer(page) => {
                let (response, is_found) = standing_in(error, page);
                note(is_found);
                Reply::Now(self.finish(request, Ok(response), trace))
            }
            Reached::MustWait(files, sought) => {
                let request = *request;
                Reply::Later(Box::pin(async move {
                    let page = files.wait(sought, &for_page, trace).await;
                    let (response, is_found) = standing_in(error, page);
                    note(is_found);
                    self.finish(&request, Ok(response), trace)
                }))
            }
            Reached::Patient(_) => Reply::Now(self.finish(request, Ok(error), trace)),
        }
    }

    /// What a reply comes to, for whoever waits anyway: what could have been said before the answer is
    /// not said.
    async fn concluded(&self, reply: Reply<'_>) -> Response {
        match reply {
            Reply::Now(response) => response,
            Reply::Later(later) => later.await,
            Reply::Patient(mut patient) => loop {
                match patient.await {
                    Answer::Final(response) => return response,
                    Answer::EarlyHints(_, rest) => patient = rest,
                }
            },
        }
    }

    /// What the answer to a request is likely to link to, for whoever has to wait for it (103). Told to
    /// browsers that go to a page, for they can make something of it; others may take it for the answer.
    ///
    /// # Spec
    /// RFC 8297 §2, §3.
    pub fn hints(&self, request: &Request<'_>) -> Option<FieldList> {
        if request.field("sec-fetch-mode") != Some(b"navigate") {
            return None;
        }
        let hints = self.content.hints(request)?;
        // Who may not come in, or may have to show a password first, learns nothing of a page.
        let is_open = self.access.is_none()
            || !matches!(
                pipeline::guard(request, self, None, &Untraced).as_deref(),
                Some(Guarded::Denied(_) | Guarded::MustWait(_))
            );
        is_open.then_some(hints)
    }

    /// The answer to what never became a request, or ended in a bug: 400 for a broken head, 503
    /// when there is no room, 500 after a panic. `key` is the name of the refusal or reason.
    pub fn refuse(&self, status: StatusCode, key: &'static str, language: Language) -> Response {
        let mut page = self.pages.refusal(status, key, language);
        let routes = self.routes.as_deref();
        pipeline::finish_unasked(&mut page, (self.number, self.pages.dressing), routes);
        page
    }

    /// The answer to a request that is to be sent again, to this address.
    pub fn elsewhere(&self, address: HeaderValue, language: Language) -> Response {
        let status = StatusCode::PERMANENT_REDIRECT;
        let page = self.pages.refusal(status, "plain-http", language);
        let mut fields = page.fields().clone();
        fields.add(LOCATION, address);
        let mut response = Response::new(status, fields, page.body);
        let routes = self.routes.as_deref();
        pipeline::finish_unasked(&mut response, (self.number, self.pages.dressing), routes);
        response
    }

    /// Whether clients that come by another host are sent to its own.
    pub(crate) fn has_canonical_host(&self) -> bool {
        let routes = self.routes.as_ref();
        routes.is_some_and(|routes| routes.settings.canonical_host.is_some())
    }

    /// Whether there is something to see where a mount begins; without mounts, the site. May wait for
    /// a disk.
    pub fn has_start_page(&self, at: &MountPoint) -> bool {
        self.content.has_start_page(at)
    }

    /// The answer, or the page that says why there is none.
    #[inline]
    fn put_in_words(&self, request: &Request<'_>, outcome: Result<Response, Reason>) -> Response {
        let response = match outcome {
            Ok(response) => response,
            Err(reason) => self.pages.answer(reason, request),
        };
        match &self.routes {
            None => response,
            Some(routes) => routes.in_detail(response),
        }
    }

    #[inline]
    fn finish(
        &self,
        request: &Request<'_>,
        outcome: Result<Response, Reason>,
        trace: &impl Trace,
    ) -> Response {
        let mut response = self.put_in_words(request, outcome);
        if let Some(live) = &self.live_reload {
            response = self.followed(live, request, response, trace);
        }
        pipeline::finish(request, &mut response, self, trace);
        response
    }

    /// The same page, which follows its files from here on.
    fn followed(
        &self,
        live: &LiveReload,
        request: &Request<'_>,
        response: Response,
        trace: &impl Trace,
    ) -> Response {
        let before = response.body.len();
        let response = live.in_page(request, response, self.pages.dressing);
        if trace.is_on() && response.body.len() != before {
            trace.note(|| Step::Followed);
        }
        response
    }
}

/// The answer that takes its time, counted when it is first waited for.
fn patient_within_limits(
    clients: Arc<ClientGuard>,
    (asker, site): (Asker, u16),
    patient: Patient,
) -> Patient {
    Box::pin(async move {
        match clients.commit(&asker) {
            Ok(limited) => holding(patient, limited).await,
            Err(refused) => {
                clients.has_refused();
                Answer::Final(Response {
                    site,
                    ..refused.response()
                })
            }
        }
    })
}

/// What limits say of an answer; which of them refused it is known already.
#[inline]
fn limit(response: &mut Response, limited: Option<Box<Limited>>) {
    let before = std::mem::replace(&mut response.limited, limited);
    if let Some(refused_by) = before.and_then(|before| before.refused_by) {
        response.limited.get_or_insert_default().refused_by = Some(refused_by);
    }
}

/// The answer that takes its time, with what limits say of it.
fn holding(patient: Patient, limited: Option<Box<Limited>>) -> Patient {
    Box::pin(async move {
        match patient.await {
            Answer::Final(mut response) => {
                limit(&mut response, limited);
                Answer::Final(response)
            }
            Answer::EarlyHints(fields, rest) => Answer::EarlyHints(fields, holding(rest, limited)),
        }
    })
}

/// Whether a path led to nothing, so that another one may be asked for.
fn is_nothing(outcome: &Result<Response, Reason>) -> bool {
    match outcome {
        Ok(response) => response.status() == StatusCode::NOT_FOUND,
        Err(reason) => pages::status(*reason) == StatusCode::NOT_FOUND,
    }
}

/// The page that an operator has for an error, with what the error says beside it: who may come in, when
/// to ask again. Whether there is such a page.
fn standing_in(error: Response, page: Result<Response, Reason>) -> (Response, bool) {
    let Some(mut page) = page.ok().filter(|page| page.status() == StatusCode::OK) else {
        return (error, false);
    };
    let (status, fields) = page.head_to_edit();
    *status = error.status();
    for name in [ETAG, LAST_MODIFIED, ACCEPT_RANGES, CACHE_CONTROL] {
        fields.remove(&name);
    }
    for (name, value) in error.fields().iter() {
        if !pages::is_of_content(name) {
            fields.add(name.clone(), value.clone());
        }
    }
    page.reason = error.reason;
    page.limited = error.limited;
    (page, true)
}

fn note_path(request: &Request<'_>, outcome: &Result<Response, Reason>, trace: &impl Trace) {
    trace.note(|| Step::Path {
        path: String::from_utf8_lossy(request.path).into_owned(),
        said: Said::of(outcome),
    });
}

/// The language a visitor wants to be told something in.
fn language_of(request: &Request<'_>) -> Language {
    Language::accepted(request.field("accept-language"))
}

const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Site>();
    is_shared::<Arc<Site>>();
};

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod tests;
