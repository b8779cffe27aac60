//! Builds the rooms from settings: the place where settings meet the machine.

use std::sync::Arc;

use super::StartError;
use super::hints;
use super::memory::memory_bytes;
use crate::clock;
use crate::config::{FileSettings, Serve, Settings};
use crate::driving::{PrivateOnly, Room};
use crate::net::limits::{CONNECTION_BYTES_MAX, SEALED_CONNECTION_BYTES_MAX};
use crate::net::{Descriptors, Door, raise_limit};
use crate::observe::{Journal, Registry, Watch};
use crate::site::{AccessState, Site};
use crate::tasks::Tasks;
use crate::tls::{Authority, Certificates, ClientAuthorities, Terms};

/// Everything that runs.
pub(super) struct House {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    pub(super) door: Arc<Door>,
    pub(super) room: Arc<Room>,
    /// How TLS is spoken, if it is.
    pub(super) terms: Option<Arc<Terms>>,
    pub(super) connections: Tasks,
}

/// Builds the rooms. Raises the limit of open files and shares it out.
pub(super) fn assemble(settings: &Settings, workers: usize) -> Result<House, StartError> {
    let descriptors = Descriptors::share(
        raise_limit(),
        memory_bytes(),
        connection_bytes(settings),
        settings.connections.max,
        settings.files.open_files_max,
    );
    let files = FileSettings {
        open_files_max: descriptors.files,
        hints: hints::read(&settings.files)?,
        ..settings.files.clone()
    };
    let terms = terms(settings)?;
    let journal = Arc::new(Journal::new(workers));
    let registry = Arc::new(Registry::new());
    let site = match &settings.serve {
        Serve::BuiltIn => Site::built_in(Arc::new(Watch::new(&journal, registry.clone()))),
        Serve::Path(path) => Site::of_path(path, &files)?
            .following(&[(b"", path)], &files, &journal)
            .map_err(StartError::Runtime)?,
        Serve::Mounts(mounts) => {
            let mut places = Vec::new();
            for mount in mounts {
                places.push((mount.at.as_bytes(), mount.path.as_path()));
            }
            Site::of_mounts(mounts, &files)?
                .following(&places, &files, &journal)
                .map_err(StartError::Runtime)?
        }
        Serve::Authority(folder) => {
            let card = Authority::in_folder(folder, clock::wall())?.card();
            Site::handing_out(&card.name, &card.der, &card.pem)
        }
    };
    let site = if settings.answer_probes {
        site.answering_probes()
    } else {
        site
    };
    let look_again_after = settings.files.look_again_after;
    let (access, counted) = (&settings.access, AccessState::default());
    let site = { site.behind(&settings.proxies) }
        .guarded(access, look_again_after, &counted, &journal)
        .map(Arc::new)?;
    let spare = site.clone();
    let door = Door::new(
        descriptors.connections,
        registry.clone(),
        journal.clone(),
        move || spare.spare_descriptors(),
    );
    let room = Room {
        site,
        journal: journal.clone(),
        limits: Arc::new(settings.http1.clone()),
        private_only: settings.tls.hsts.map(PrivateOnly::during),
        linger_timeout: settings.connections.linger_timeout,
        tunnel_timeout: settings.connections.tunnel_timeout,
    };
    Ok(House {
        journal,
        registry,
        door: Arc::new(door),
        room: Arc::new(room),
        terms,
        connections: Tasks::new(),
    })
}

/// What one connection can be made to take, bytes.
pub(super) fn connection_bytes(settings: &Settings) -> u64 {
    if settings.tls.is_spoken() {
        SEALED_CONNECTION_BYTES_MAX
    } else {
        CONNECTION_BYTES_MAX
    }
}

/// How TLS is spoken, if it is.
pub(super) fn terms(settings: &Settings) -> Result<Option<Arc<Terms>>, StartError> {
    if !settings.tls.is_spoken() {
        return Ok(None);
    }
    let (look_again_after, now) = (settings.files.look_again_after, clock::wall());
    let certificates = match settings.tls.local_authority() {
        None => Certificates::read(&settings.tls.certificates, look_again_after, now)?,
        Some(folder) => {
            let authority = Authority::in_folder(folder, now)?;
            Certificates::of_authority(authority, look_again_after, now)?
        }
    };
    let clients = ClientAuthorities::read(&settings.tls)?;
    let terms = Terms::new(&settings.tls, certificates, clients)
        .map_err(|error| StartError::Runtime(std::io::Error::other(error)))?;
    Ok(Some(Arc::new(terms)))
}
