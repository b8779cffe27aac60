//! Contents: what a site answers with.

use std::path::Path;
use std::sync::Arc;

use crate::config::{FileSettings, Mount, MountPoint};
use crate::exchange::{FieldList, Patient, Reason, Request, Response};
use crate::observe::{Metrics, Watch};
use crate::site::trace::{Step, Trace, text};

pub(crate) mod built_in;
pub(crate) mod files;
mod handout;
mod mounts;
pub(crate) mod probes;
pub(in crate::site) mod settled;
mod watched;

use built_in::BuiltIn;
use files::root::RootError;
use files::{FileCache, Files, Sought};
use handout::Handout;
use mounts::Mounts;
use watched::Watched;

/// What a site is made of.
#[derive(Clone)]
pub(crate) enum Content {
    /// Nothing: for hosts that no site has.
    Nobody,
    /// The pages in the binary.
    BuiltIn(Arc<BuiltIn>),
    /// A folder or a file.
    Files(Arc<Files>),
    /// Folders and files under prefixes.
    Mounts(Arc<Mounts>),
    /// The certificate of the local authority.
    Handout(Arc<Handout>),
    /// What is told to those who watch the server.
    Watched(Arc<Watched>),
    /// What a test answers.
    #[cfg(test)]
    Made(Arc<dyn Fn(&Request<'_>) -> Reached + Send + Sync>),
}

/// How far one gets without waiting.
pub(crate) enum Reached {
    /// To the answer, or to a reason why there is none.
    Answer(Result<Response, Reason>),
    /// To something that may have to wait for a disk.
    MustWait(Arc<Files>, Sought),
    /// To an answer that takes its time, and needs no more of the request.
    Patient(Patient),
}

impl Content {
    pub(crate) fn built_in(watch: Arc<Watch>) -> Self {
        Self::BuiltIn(Arc::new(BuiltIn::new(watch)))
    }

    pub(crate) fn files(
        path: &Path,
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        Ok(Self::Files(Arc::new(Files::new(path, settings, cache)?)))
    }

    pub(crate) fn mounts(
        mounts: &[Mount],
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        Ok(Self::Mounts(Arc::new(Mounts::new(
            mounts, settings, cache,
        )?)))
    }

    pub(crate) fn watched(metrics: Arc<Metrics>, names: &[String]) -> Self {
        Self::Watched(Arc::new(Watched::new(metrics, names)))
    }

    pub(crate) fn handout(name: &str, der: &[u8], pem: &str) -> Self {
        Self::Handout(Arc::new(Handout::new(name, der, pem)))
    }

    /// Answers without waiting, if that is possible; `tick` is the clock's.
    pub(crate) fn reach(&self, request: &Request<'_>, tick: u64, trace: &impl Trace) -> Reached {
        let note = |root: Option<&Path>| {
            trace.note(|| Step::Asked {
                path: text(request.path),
                content: self.name(),
                root: root.map(|path| path.to_string_lossy().into_owned()),
                mount: None,
            });
        };
        match self {
            Self::Nobody => {
                note(None);
                Reached::Answer(Err(Reason::UnknownHost))
            }
            Self::BuiltIn(pages) => {
                note(None);
                pages.reach(request)
            }
            Self::Watched(watched) => {
                note(None);
                watched.reach(request)
            }
            Self::Handout(handout) => {
                note(None);
                Reached::Answer(handout.answer(request))
            }
            Self::Files(files) => {
                note(Some(files.root_path()));
                match files.answer(request, tick, trace) {
                    Ok(outcome) => Reached::Answer(outcome),
                    Err(sought) => Reached::MustWait(files.clone(), sought),
                }
            }
            Self::Mounts(mounts) => mounts.reach(request, tick, trace),
            #[cfg(test)]
            Self::Made(answer) => answer(request),
        }
    }

    /// The word for it.
    fn name(&self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::BuiltIn(_) => "built-in",
            Self::Handout(_) => "certificate",
            Self::Watched(_) => "metrics",
            Self::Files(_) => "files",
            Self::Mounts(_) => "mounts",
            #[cfg(test)]
            Self::Made(_) => "made",
        }
    }

    /// What the answer to a request is likely to link to.
    pub(crate) fn hints(&self, request: &Request<'_>) -> Option<FieldList> {
        match self {
            Self::Files(files) => files.hints(request.path),
            Self::Mounts(mounts) => mounts.hints(request),
            Self::Nobody | Self::BuiltIn(_) | Self::Handout(_) | Self::Watched(_) => None,
            #[cfg(test)]
            Self::Made(_) => None,
        }
    }

    pub(crate) fn has_start_page(&self, at: &MountPoint) -> bool {
        match self {
            Self::Mounts(mounts) => mounts.has_start_page(at),
            Self::Files(files) => files.has_start_page(),
            Self::Nobody | Self::BuiltIn(_) | Self::Handout(_) | Self::Watched(_) => true,
            #[cfg(test)]
            Self::Made(_) => true,
        }
    }
}
