//! Folders without a page of their own, where they may be listed.

use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::listing::{Asked, View};
use super::open::{Failure, Patience};
use super::path::FilePath;
use super::{Files, waited};
use crate::clock;
use crate::config::ListFolders;
use crate::exchange::{Reason, Request, Response};
use crate::site::guard::onlooker;
use crate::tasks;

impl Files {
    /// Whether this one may be told what is in this folder.
    pub(super) fn lists(&self, path: &FilePath<'_>, request: &Request<'_>) -> bool {
        path.is_folder()
            && match self.list_folders {
                ListFolders::ToNobody => false,
                ListFolders::ToThisMachine => onlooker::is_at_this_machine(request),
                ListFolders::ToEverybody => true,
            }
    }

    /// The listing of a folder that was made lately.
    pub(super) fn fresh_listing(
        &self,
        path: &FilePath<'_>,
        request: &Request<'_>,
        tick: u64,
    ) -> Option<Response> {
        let generation = self.root.fresh_generation(tick)?;
        let listing = self.listing.as_ref()?;
        listing.fresh(path, &View::of(request), generation, tick)
    }

    /// Lists a folder, in the pool.
    pub(super) async fn list(
        self: Arc<Self>,
        path: FilePath<'static>,
        view: View,
    ) -> Result<Response, Reason> {
        let Some(listing) = &self.listing else {
            return Err(Reason::NoIndex);
        };
        let _turn = listing.admit(&view).await?;
        let files = self.clone();
        let work = move || files.list_now(&path, &view);
        waited(tasks::blocking(work).await)
    }

    pub(super) fn list_now(&self, path: &FilePath<'_>, view: &View) -> Result<Response, Failure> {
        let tick = clock::tick_ms();
        let place = &self.root.place(tick, Patience::Plenty)?;
        let Some(listing) = &self.listing else {
            return Err(Failure::Refused(Reason::NoIndex));
        };
        let mount: Vec<u8> = percent_decode_str(self.begin.trim_matches('/')).collect();
        listing.make(&Asked {
            place,
            mount: &mount,
            path,
            view,
            tick,
        })
    }
}
