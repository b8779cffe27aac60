//! Builds the sites from what was decided for each.

use std::sync::Arc;

use super::{StartError, hints};
use crate::clock;
use crate::config::{FileSettings, Serve, Settings, SiteSettings};
use crate::observe::{Journal, Registry, Watch};
use crate::site::{AccessState, Generation, Site};
use crate::tls::Authority;

/// What all sites stand on, whatever is decided for them: it stays when settings are read anew.
pub(super) struct Ground {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    /// Descriptors that all of them may keep open together.
    pub(super) open_files_max: usize,
    /// What is counted about those who come in.
    pub(super) counted: AccessState,
}

/// All sites of these settings.
pub(super) fn build(settings: &Settings, ground: &Ground) -> Result<Generation, StartError> {
    let count = 1 + settings.sites.len();
    let mut generation = Generation::of(site(&settings.site, count, ground)?);
    for own in &settings.sites {
        generation.add(&own.hosts, site(own, count, ground)?);
    }
    Ok(generation.behind(&settings.proxies))
}

/// One of so many sites.
fn site(settings: &SiteSettings, count: usize, ground: &Ground) -> Result<Site, StartError> {
    let files = FileSettings {
        open_files_max: ground.open_files_max,
        hints: hints::read(&settings.files)?,
        ..settings.files.clone()
    };
    let files = files.shared_by(count);
    let site = match &settings.serve {
        Serve::Nothing => Site::of_nobody(),
        Serve::BuiltIn => Site::built_in(Arc::new(Watch::new(
            &ground.journal,
            ground.registry.clone(),
        ))),
        Serve::Path(path) => Site::of_path(path, &files)?
            .following(&[(b"", path)], &files, &ground.journal)
            .map_err(StartError::Runtime)?,
        Serve::Mounts(mounts) => {
            let mut places = Vec::new();
            for mount in mounts {
                places.push((mount.at.as_bytes(), mount.path.as_path()));
            }
            Site::of_mounts(mounts, &files)?
                .following(&places, &files, &ground.journal)
                .map_err(StartError::Runtime)?
        }
        Serve::Authority(folder) => {
            let card = Authority::in_folder(folder, clock::wall())?.card();
            Site::handing_out(&card.name, &card.der, &card.pem)
        }
    };
    let again = settings.files.look_again_after;
    let site = site.ruled_by(&settings.routing).guarded(
        &settings.access,
        again,
        &ground.counted,
        &ground.journal,
    )?;
    Ok(if settings.answer_probes {
        site.answering_probes()
    } else {
        site
    })
}
