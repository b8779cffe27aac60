//! Builds the rooms from settings: the place where settings meet the machine.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};

use super::StartError;
use super::memory::memory_bytes;
use super::run::workers;
use super::sites::Ground;
use crate::clock;
use crate::config::Settings;
use crate::driving::{PrivateOnly, Room};
use crate::net::limits::{CONNECTION_BYTES_MAX, SEALED_CONNECTION_BYTES_MAX};
use crate::net::{Descriptors, Door, raise_limit};
use crate::observe::{Journal, Registry, Standing};
use crate::site::Sites;
use crate::tasks::Tasks;
use crate::tls::{Authority, Certificates, ClientAuthorities, Terms};

/// Everything that runs.
pub(super) struct House {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    pub(super) door: Arc<Door>,
    /// Who answers. What follows is replaced when settings are read anew.
    pub(super) sites: Arc<Sites>,
    pub(super) ground: Ground,
    /// What new connections share.
    pub(super) room: ArcSwap<Room>,
    /// How TLS is spoken with new connections, if it is.
    pub(super) terms: ArcSwapOption<Terms>,
    pub(super) connections: Tasks,
}

/// Builds the rooms. Raises the limit of open files and shares it out.
pub(super) fn assemble(settings: &Settings, workers: usize) -> Result<House, StartError> {
    let descriptors = shared_descriptors(settings);
    let terms = terms(settings)?;
    let journal = Arc::new(Journal::new(workers));
    let registry = Arc::new(Registry::new());
    let ground = Ground::new(journal.clone(), registry.clone(), descriptors.files);
    let sites = Arc::new(Sites::new(ground.build(settings)?));
    let spare = sites.clone();
    let door = Door::new(
        descriptors.connections,
        registry.clone(),
        journal.clone(),
        move || spare.now().spare_descriptors(),
    );
    limit_addresses(&door, settings);
    let own = sites.clone();
    door.per_address()
        .let_in(move |peer| own.now().speaks_for_others(peer));
    let room = room(settings, sites.clone(), journal.clone());
    Ok(House {
        journal,
        registry,
        door: Arc::new(door),
        sites,
        ground,
        room: ArcSwap::from_pointee(room),
        terms: ArcSwapOption::new(terms),
        connections: Tasks::new(),
    })
}

/// How many connections an address may have from here on.
pub(super) fn limit_addresses(door: &Door, settings: &Settings) {
    let clients = &settings.clients;
    let beyond = if clients.is_shadow {
        Standing::Beyond
    } else {
        Standing::Welcome
    };
    let most = clients.connections_per_address;
    door.per_address().limit(most, clients.ipv6_prefix, beyond);
}

/// How many files and connections may be open. Raises the limit.
pub(super) fn shared_descriptors(settings: &Settings) -> Descriptors {
    Descriptors::share(
        raise_limit(),
        workers(),
        memory_bytes(),
        connection_bytes(settings),
        settings.connections.max,
        settings.site.files.open_files_max,
    )
}

/// What connections from here on share.
pub(super) fn room(settings: &Settings, sites: Arc<Sites>, journal: Arc<Journal>) -> Room {
    Room {
        sites,
        journal,
        limits: Arc::new(settings.http1.clone()),
        private_only: settings.tls.hsts.map(PrivateOnly::during),
        linger_timeout: settings.connections.linger_timeout,
        tunnel_timeout: settings.connections.tunnel_timeout,
    }
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
    let (look_again_after, now) = (settings.site.files.look_again_after, clock::wall());
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
