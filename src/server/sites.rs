//! Builds the sites from what was decided for each.

use std::sync::{Arc, Mutex, PoisonError};

use super::{StartError, hints};
use crate::clock;
use crate::config::{FileSettings, Others, PlaceSettings, Serve, Settings, SiteSettings};
use crate::observe::{Journal, Registry, Watch};
use crate::site::{AccessState, FileCache, Generation, LimitStates, Site};
use crate::tls::Authority;

/// What all sites stand on, whatever is decided for them: it stays when settings are read anew.
pub(super) struct Ground {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    /// What is kept of the files of all of them.
    pub(super) files: Arc<FileCache>,
    /// What is counted about those who come in.
    guesses: AccessState,
    /// What was counted for limits of clients.
    counted: LimitStates,
    /// The sites as they were built last, with what each was made of.
    built: Mutex<Vec<Built>>,
}

/// How the sites are found at each place; `numbers` are theirs in the generation.
fn found(mut all: Generation, numbers: &[usize], settings: &Settings) -> Vec<Generation> {
    let places = settings.places();
    let is_missed = |place: &PlaceSettings| place.others == Others::Nobody;
    let nobody = { places.iter() }
        .any(is_missed)
        .then(|| all.keep("nobody", None, Site::of_nobody()));
    let here = places.iter().map(|place| {
        let sites = { place.sites.iter() }.map(|n| (numbers[*n], &settings.sites[*n].hosts[..]));
        let others = match place.others {
            Others::Top => 0,
            Others::Site(n) => numbers[n],
            Others::Nobody => nobody.unwrap_or_default(),
        };
        all.at(sites, others)
    });
    here.collect()
}

/// A site without its rules, and what it was made of.
#[derive(Clone)]
struct Built {
    name: String,
    serve: Serve,
    files: FileSettings,
    answer_probes: bool,
    site: Site,
}

/// Sites that are ready, and that nobody is answered by yet. Dropped, it leaves nothing behind.
pub(super) struct Plan {
    /// As they are found at each place.
    pub(super) found: Vec<Generation>,
    built: Vec<Built>,
    /// What is kept of their files, all together.
    memory_bytes_max: u64,
}

impl Plan {
    /// From now on their limits count, and the next ones are made of them.
    pub(super) fn take_effect(self, ground: &Ground) -> Vec<Generation> {
        ground.files.resize(self.memory_bytes_max);
        // Each has all sites.
        if let Some(first) = self.found.first() {
            first.take_effect(&ground.counted);
        }
        *ground.built.lock().unwrap_or_else(PoisonError::into_inner) = self.built;
        self.found
    }
}

impl Ground {
    pub(super) fn new(
        journal: Arc<Journal>,
        registry: Arc<Registry>,
        files: Arc<FileCache>,
    ) -> Self {
        Self {
            journal,
            registry,
            files,
            guesses: AccessState::default(),
            counted: LimitStates::default(),
            built: Mutex::new(Vec::new()),
        }
    }

    /// All sites of these settings, as they are found at each of their places, from now on.
    pub(super) fn build(&self, settings: &Settings) -> Result<Vec<Generation>, StartError> {
        Ok(self.draw_up(settings)?.take_effect(self))
    }

    /// The same before they take effect: until then nothing has changed. One that is made of the same as
    /// before stays, with the files that it has in memory, however its rules may have changed.
    pub(super) fn draw_up(&self, settings: &Settings) -> Result<Plan, StartError> {
        let clients = &settings.clients;
        let before = self
            .built
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut built = Vec::with_capacity(1 + settings.sites.len());
        let mut of = |own: &SiteSettings| {
            let (name, proof) = (settings.name_of(own), settings.client_proof(own));
            let settings = own;
            let site = self.made(&name, settings, &before)?;
            built.push(site.clone());
            let limits = (&settings.limits, clients);
            let again = settings.files.look_again_after;
            let number = self.journal.sites().of(&name);
            let site = site.site.numbered(number).ruled_by(&settings.routing);
            let access = (&settings.access, proof);
            let site = site.guarded(access, again, &self.guesses, &self.journal)?;
            Ok::<_, StartError>(site.limiting_clients(&name, limits, &self.counted, &self.journal))
        };
        let mut generation = Generation::of(of(&settings.site)?);
        let mut numbers = Vec::with_capacity(settings.sites.len());
        for own in &settings.sites {
            numbers.push(generation.keep(&settings.name_of(own), own.origin.clone(), of(own)?));
        }
        let generation = generation
            .behind(&settings.proxies)
            .tracing(&settings.trace)
            .traced_by(self.journal.tracers());
        Ok(Plan {
            found: found(generation, &numbers, settings),
            built,
            memory_bytes_max: settings.site.files.memory_bytes_max,
        })
    }

    /// The site that there is already, or a new one.
    fn made(
        &self,
        name: &str,
        settings: &SiteSettings,
        before: &[Built],
    ) -> Result<Built, StartError> {
        let files = FileSettings {
            hints: hints::read(&settings.files)?,
            ..settings.files.without_what_is_shared()
        };
        let answer_probes = settings.answer_probes;
        let is_same = |built: &&Built| {
            built.name == name
                && built.serve == settings.serve
                && built.files == files
                && built.answer_probes == answer_probes
        };
        if let Some(same) = before.iter().find(is_same) {
            return Ok(same.clone());
        }
        Ok(Built {
            name: name.to_owned(),
            serve: settings.serve.clone(),
            site: self.site(settings, &files)?,
            files,
            answer_probes,
        })
    }

    fn site(&self, settings: &SiteSettings, files: &FileSettings) -> Result<Site, StartError> {
        let site = match &settings.serve {
            Serve::Nothing => Site::of_nobody(),
            Serve::BuiltIn => {
                Site::built_in(Arc::new(Watch::new(&self.journal, self.registry.clone())))
            }
            Serve::Path(path) => Site::of_path(path, files, &self.files)?
                .following(&[(b"", path)], files, &self.journal)
                .map_err(StartError::Runtime)?,
            Serve::Mounts(mounts) => {
                let mut places = Vec::new();
                for mount in mounts {
                    places.push((mount.at.as_bytes(), mount.path.as_path()));
                }
                Site::of_mounts(mounts, files, &self.files)?
                    .following(&places, files, &self.journal)
                    .map_err(StartError::Runtime)?
            }
            Serve::Authority(folder) => {
                let card = Authority::in_folder(folder, clock::wall())?.card();
                Site::handing_out(&card.name, &card.der, &card.pem)
            }
        };
        Ok(if settings.answer_probes {
            site.answering_probes()
        } else {
            site
        })
    }
}
