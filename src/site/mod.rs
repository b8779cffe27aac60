//! Decides the answer to a request; has never heard of TCP.
//!
//! [`Site::respond`] is the way through the room: guards, content, finishers, in the order that
//! `pipeline.rs` lists. Files are in `content/files/`, refusals in words in `pages.rs`.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};

use crate::config::{AccessSettings, Changes, FileSettings, Mount, MountPoint, ProxySettings};
#[cfg(test)]
use crate::exchange::Patient;
use crate::exchange::{Answer, FieldList, Peer, Reason, Reply, Request, RequestFields, Response};
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
pub use guard::access::{AccessError, AccessState, AccessTrouble};
pub use guard::password::{BadUser, UserFault, hash_password};
pub use guard::signature::LinkKey;

use content::probes::ProbeAnswers;
use content::{Content, Reached};
use guard::Denial;
use guard::access::Access;
use guard::client::Proxies;
use live_reload::{LiveReload, Watched};
use pages::Pages;
use pipeline::{Draft, Dressing, Guarded, Passage};

/// Something that answers requests.
pub struct Site {
    content: Content,
    /// Asked where the content has nothing of that name.
    probe_answers: Option<ProbeAnswers>,
    pages: Pages,
    /// Who may come in; `None`: everybody.
    access: Option<Box<Access>>,
    /// Whose word about their clients is taken; `None`: nobody's.
    proxies: Option<Box<Proxies>>,
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

    /// The same site, for those alone who may come in. Reads the files that the settings name, and looks
    /// at them again; what is counted is counted in the state. May wait for a disk.
    pub fn guarded(
        mut self,
        settings: &AccessSettings,
        look_again_after: Duration,
        state: &AccessState,
        journal: &Arc<Journal>,
    ) -> Result<Self, AccessError> {
        let access = Access::begin(settings, look_again_after, state, journal)?;
        self.access = access.map(Box::new);
        Ok(self)
    }

    /// The same site, which takes the word of these proxies.
    #[must_use]
    pub fn behind(mut self, settings: &ProxySettings) -> Self {
        self.proxies = Proxies::new(settings).map(Box::new);
        self
    }

    /// Whose request it is, if a trusted proxy passed it on.
    #[inline]
    pub fn client(&self, peer: &Peer, fields: &dyn RequestFields) -> Option<Peer> {
        self.proxies.as_ref()?.client(peer, fields)
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
            access: None,
            proxies: None,
            live_reload: None,
        }
    }

    /// The answer to a request: now, unless something has to be waited for.
    pub fn respond<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
        match pipeline::guard(&request, self.guards()) {
            Passage::Free => self.answer(request),
            Passage::Early(early) => Reply::Now(self.finish(&request, early)),
            Passage::Denied(denial) => Reply::Now(self.deny(&request, denial)),
            Passage::MustWait(waiting) => Reply::Later(Box::pin(async move {
                match pipeline::guard_patiently(waiting, &request, self.guards()).await {
                    Passage::Free => self.answer_in_the_end(request).await,
                    Passage::Early(early) => self.finish(&request, early),
                    Passage::Denied(denial) => self.deny(&request, denial),
                    Passage::MustWait(_) => self.finish(&request, Err(Reason::Panicked)),
                }
            })),
        }
    }

    /// The answer to a request that the guards let pass.
    #[inline]
    fn answer<'a>(&'a self, request: Request<'a>) -> Reply<'a> {
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

    /// The same for a request that has waited for its guards already: what could have been said before
    /// the answer is not said.
    async fn answer_in_the_end(&self, request: Request<'_>) -> Response {
        match self.answer(request) {
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

    fn guards(&self) -> Guarded<'_> {
        Guarded {
            access: self.access.as_deref(),
            dressing: self.pages.dressing,
        }
    }

    /// The page of a reason, with what the guard says besides.
    fn deny(&self, request: &Request<'_>, denial: Denial) -> Response {
        let Denial { reason, fields } = denial;
        let page = self.pages.answer(reason, request);
        let mut all = page.fields().clone();
        for (name, value) in fields.iter() {
            all.set(name.clone(), value.clone());
        }
        let response = Response::new(page.status(), all, page.body).because(reason);
        self.finish(request, Ok(response))
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
        matches!(pipeline::guard(request, self.guards()), Passage::Free).then_some(hints)
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
