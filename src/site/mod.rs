//! Decides the answer to a request; has never heard of TCP.
//!
//! [`Site::respond`] is the way through the room: guards, content, finishers, in the order that
//! `pipeline.rs` lists. Files are in `content/files/`, refusals in words in `pages.rs`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};

use crate::config::{Changes, ClientSettings, FileSettings, Mount, MountPoint};
use crate::exchange::{Answer, FieldList, Limited, Patient, Reason, Reply, Request, Response};
use crate::i18n::Language;
use crate::observe::{Journal, Watch};

mod content;
pub mod finish;
mod guard;
mod limits;
mod live_reload;
mod pages;
mod pipeline;
mod seats;

pub(crate) use content::files::coding::compressing;
pub use content::files::coding::negotiate::Acceptance;
pub use content::files::listing::readme::markdown_to_html;
pub use content::files::path::FilePath;
pub use content::files::root::{RootError, RootErrorKind};

use content::probes::ProbeAnswers;
use content::{Content, Reached};
pub use guard::clients::LimitStates;
use guard::clients::{Asker, ClientGuard, Refused};
use live_reload::{LiveReload, Watched};
use pages::Pages;
use pipeline::{Draft, Dressing};

/// Something that answers requests.
pub struct Site {
    content: Content,
    /// Asked where the content has nothing of that name.
    probe_answers: Option<ProbeAnswers>,
    pages: Pages,
    /// What one client may ask for, if that is limited.
    clients: Option<Arc<ClientGuard>>,
    /// Tells pages of changes, if that was asked for.
    live_reload: Option<Box<LiveReload>>,
}

impl Site {
    /// The site in the binary: it says hello, and shows visitors their own connections.
    pub fn built_in(watch: Arc<Watch>) -> Self {
        Self::of(Content::built_in(watch))
    }

    /// A folder, or a single file, looked at again while it is served.
    pub fn of_path(path: &Path, settings: &FileSettings) -> Result<Self, RootError> {
        Ok(Self {
            pages: Pages::new(Dressing::new(settings)),
            ..Self::of(Content::files(path, settings)?)
        })
    }

    /// Several of them, each below a path of its own.
    pub fn of_mounts(mounts: &[Mount], settings: &FileSettings) -> Result<Self, RootError> {
        Ok(Self {
            pages: Pages::new(Dressing::new(settings)),
            ..Self::of(Content::mounts(mounts, settings)?)
        })
    }

    /// The certificate of the local authority of this name, as DER and as PEM, for phones to take.
    pub fn handing_out(name: &str, der: &[u8], pem: &str) -> Self {
        Self::of(Content::handout(name, der, pem))
    }

    /// The same site, which answers what browsers ask every site for, where it has no such file.
    #[must_use]
    pub fn answering_probes(mut self) -> Self {
        self.probe_answers = Some(ProbeAnswers::new());
        self
    }

    /// The same site, where clients may ask for so much; what was counted for them is in `states`.
    #[must_use]
    pub fn limiting_clients(
        mut self,
        settings: &ClientSettings,
        states: &LimitStates,
        journal: &Arc<Journal>,
    ) -> Self {
        self.clients = ClientGuard::new(settings, states, journal).map(Arc::new);
        self
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
            self.live_reload = Some(Box::new(started));
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
        Self::of(Content::Made(Box::new(move |request| {
            content::Reached::Answer(Ok(answer(request)))
        })))
    }

    /// The same, where the answers take their time.
    #[cfg(test)]
    pub(crate) fn answering_patiently(
        answer: impl Fn(&Request<'_>) -> Patient + Send + Sync + 'static,
    ) -> Self {
        Self::of(Content::Made(Box::new(move |request| {
            content::Reached::Patient(answer(request))
        })))
    }

    fn of(content: Content) -> Self {
        Self {
            content,
            probe_answers: None,
            pages: Pages::default(),
            clients: None,
            live_reload: None,
        }
    }

    /// The answer to a request: now, unless something has to be waited for.
    pub fn respond<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        match &self.clients {
            None => self.respond_to(request, None),
            Some(clients) => self.respond_within_limits(clients, request),
        }
    }

    /// The answer where clients are limited: judged before, and counted when it is made. Whoever asks
    /// may drop what has to be waited for and ask again, so that is counted when it is waited for.
    fn respond_within_limits<'a>(
        &'a self,
        clients: &'a Arc<ClientGuard>,
        request: Request<'a>,
    ) -> Reply<'a> {
        let asker = clients.asker(&request);
        match self.respond_to(request, Some((clients, &asker))) {
            Reply::Now(response) if response.reason.is_some_and(Reason::is_of_a_limit) => {
                clients.has_refused();
                Reply::Now(response)
            }
            Reply::Now(mut response) => Reply::Now(match clients.commit(&asker) {
                Ok(limited) => {
                    response.limited = limited;
                    response
                }
                Err(refused) => self.refuse_client(clients, &refused, &request),
            }),
            Reply::Later(later) => Reply::Later(Box::pin(async move {
                match clients.commit(&asker) {
                    Ok(limited) => {
                        let mut response = later.await;
                        response.limited = limited;
                        response
                    }
                    Err(refused) => self.refuse_client(clients, &refused, &request),
                }
            })),
            Reply::Patient(patient) => {
                Reply::Patient(patient_within_limits(clients.clone(), asker, patient))
            }
        }
    }

    fn refuse_client(
        &self,
        clients: &ClientGuard,
        refused: &Refused,
        request: &Request<'_>,
    ) -> Response {
        clients.has_refused();
        self.finish(request, Ok(self.pages.limited(refused, request)))
    }

    fn respond_to<'a>(
        &'a self,
        request: Request<'a>,
        clients: Option<(&ClientGuard, &Asker)>,
    ) -> Reply<'a> {
        if let Some(early) = pipeline::guard(&request, clients, &self.pages) {
            return Reply::Now(self.finish(&request, early));
        }
        if let Some(live) = &self.live_reload
            && let Some(outcome) = live.answer(&request)
        {
            return Reply::Now(self.finish(&request, outcome));
        }
        match self.content.reach(&request, request.tick_ms) {
            Reached::Answer(outcome) => Reply::Now(self.finish_reached(&request, outcome)),
            Reached::MustWait(files, sought) => Reply::Later(Box::pin(async move {
                let outcome = files.wait(sought, &request).await;
                self.finish_reached(&request, outcome)
            })),
            Reached::Patient(patient) => {
                Reply::Patient(pipeline::finish_patiently(patient, self.pages.dressing))
            }
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
        self.content.hints(request)
    }

    /// The answer to what never became a request, or ended in a bug: 400 for a broken head, 503
    /// when there is no room, 500 after a panic. `key` is the name of the refusal or reason.
    pub fn refuse(&self, status: StatusCode, key: &'static str, language: Language) -> Response {
        let page = self.pages.refusal(status, key, language);
        pipeline::finish_unasked(Draft::new(page), self.pages.dressing)
    }

    /// The answer to a request that is to be sent again, to this address.
    pub fn elsewhere(&self, address: HeaderValue, language: Language) -> Response {
        let status = StatusCode::PERMANENT_REDIRECT;
        let page = self.pages.refusal(status, "plain-http", language);
        let mut fields = page.fields().clone();
        fields.add(LOCATION, address);
        let response = Response::new(status, fields, page.body);
        pipeline::finish_unasked(Draft::new(response), self.pages.dressing)
    }

    /// Whether there is something to see where a mount begins; without mounts, the site. May wait for
    /// a disk.
    pub fn has_start_page(&self, at: &MountPoint) -> bool {
        self.content.has_start_page(at)
    }

    /// Gives back descriptors that are only kept to be quick: half of them, the coldest. For whoever
    /// is out of descriptors.
    pub fn spare_descriptors(&self) {
        self.content.spare_descriptors();
    }

    /// Closes files kept open for quickness that have been deleted since: while they are open, they
    /// hold their place on the disk. To be called now and then, from where waiting is allowed.
    pub fn close_deleted(&self) {
        self.content.close_deleted();
    }

    /// Finishes what the content came to, or what stands in for it.
    fn finish_reached(&self, request: &Request<'_>, outcome: Result<Response, Reason>) -> Response {
        let outcome = outcome.or_else(|reason| {
            let answers = self.probe_answers.as_ref();
            { answers.and_then(|answers| answers.answer(request, reason)) }.ok_or(reason)
        });
        self.finish(request, outcome)
    }

    fn finish(&self, request: &Request<'_>, outcome: Result<Response, Reason>) -> Response {
        let mut response = outcome.unwrap_or_else(|reason| self.pages.answer(reason, request));
        if let Some(live) = &self.live_reload {
            response = live.in_page(request, response, self.pages.dressing);
        }
        pipeline::finish(request, Draft::new(response), &self.pages)
    }
}

/// The answer that takes its time, counted when it is first waited for.
fn patient_within_limits(clients: Arc<ClientGuard>, asker: Asker, patient: Patient) -> Patient {
    Box::pin(async move {
        match clients.commit(&asker) {
            Ok(limited) => holding(patient, limited).await,
            Err(refused) => {
                clients.has_refused();
                Answer::Final(refused.response())
            }
        }
    })
}

/// The answer that takes its time, with what limits say of it.
fn holding(patient: Patient, limited: Option<Box<Limited>>) -> Patient {
    Box::pin(async move {
        match patient.await {
            Answer::Final(mut response) => {
                response.limited = limited;
                Answer::Final(response)
            }
            Answer::EarlyHints(fields, rest) => Answer::EarlyHints(fields, holding(rest, limited)),
        }
    })
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
mod tests;
