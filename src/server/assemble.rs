//! Builds the rooms from settings: the place where settings meet the machine.

use std::sync::Arc;

use super::StartError;
use super::memory::memory_bytes;
use crate::config::{FileSettings, Serve, Settings};
use crate::http1;
use crate::net::{Descriptors, Door, raise_limit};
use crate::observe::{Journal, Registry, Watch};
use crate::site::Site;
use crate::tasks::Tasks;

/// Everything that runs.
pub(super) struct House {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    pub(super) door: Arc<Door>,
    pub(super) http1: Arc<http1::Room>,
    pub(super) connections: Tasks,
}

/// Builds the rooms. Raises the limit of open files and shares it out.
pub(super) fn assemble(settings: &Settings, workers: usize) -> Result<House, StartError> {
    let descriptors = Descriptors::share(
        raise_limit(),
        memory_bytes(),
        settings.connections.max,
        settings.files.open_files_max,
    );
    let files = FileSettings {
        open_files_max: descriptors.files,
        ..settings.files.clone()
    };
    let journal = Arc::new(Journal::new(workers));
    let registry = Arc::new(Registry::new());
    let site = match &settings.serve {
        Serve::BuiltIn => Site::built_in(Arc::new(Watch::new(&journal, registry.clone()))),
        Serve::Path(path) => Site::of_path(path, &files)?,
    };
    let site = Arc::new(if settings.answer_probes {
        site.answering_probes()
    } else {
        site
    });
    let spare = site.clone();
    let door = Door::new(
        descriptors.connections,
        registry.clone(),
        journal.clone(),
        move || spare.spare_descriptors(),
    );
    let http1 = http1::Room {
        site,
        journal: journal.clone(),
        limits: Arc::new(settings.http1.clone()),
        linger_timeout: settings.connections.linger_timeout,
    };
    Ok(House {
        journal,
        registry,
        door: Arc::new(door),
        http1: Arc::new(http1),
        connections: Tasks::new(),
    })
}
