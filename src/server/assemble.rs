//! Builds the rooms from settings: the place where settings meet the machine.

use std::sync::Arc;

use super::StartError;
use super::memory::memory_bytes;
use super::places::{NextTerms, Places};
use super::run::workers;
use super::sites::Ground;
use crate::clock;
use crate::config::{Settings, SitePlan};
use crate::driving::{PrivateOnly, Room};
use crate::net::limits::{CONNECTION_BYTES_MAX, SEALED_CONNECTION_BYTES_MAX};
use crate::net::{Descriptors, Door, raise_limit};
use crate::observe::{Journal, Registry, Standing};
use crate::site::{FileCache, Sites};
use crate::tasks::Tasks;
use crate::tls::{Authority, Certificates, ClientAuthorities, ClientFiles, Terms};

/// Everything that runs.
pub(super) struct House {
    pub(super) journal: Arc<Journal>,
    pub(super) registry: Arc<Registry>,
    pub(super) door: Arc<Door>,
    /// Who answers where the server listens. What follows is replaced when settings are read anew.
    pub(super) sites: Arc<Sites>,
    pub(super) ground: Ground,
    /// Where connections come from.
    pub(super) places: Places,
    pub(super) connections: Tasks,
}

/// Builds the rooms. Raises the limit of open files and shares it out.
pub(super) fn assemble(settings: &Settings, workers: usize) -> Result<House, StartError> {
    let descriptors = shared_descriptors(settings);
    let terms = terms(settings)?;
    let journal = Arc::new(Journal::new(workers));
    let registry = Arc::new(Registry::new());
    let memory_bytes_max = settings.site.files.memory_bytes_max;
    let files = Arc::new(FileCache::new(memory_bytes_max, descriptors.files));
    let ground = Ground::new(journal.clone(), registry.clone(), files.clone());
    let found = ground.build(settings)?;
    let sites = Arc::new(Sites::new(found[0].clone()));
    let door = Door::new(
        descriptors.connections,
        registry.clone(),
        journal.clone(),
        move || files.close_coldest(),
    );
    limit_addresses(&door, settings);
    let own = sites.clone();
    door.per_address()
        .let_in(move |peer| own.now().speaks_for_others(peer));
    let places = Places::new(settings, &sites, &journal);
    places.replace(settings, &found, NextTerms::New(terms), &journal);
    Ok(House {
        journal,
        registry,
        door: Arc::new(door),
        sites,
        ground,
        places,
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
    if settings.speaks_tls() {
        SEALED_CONNECTION_BYTES_MAX
    } else {
        CONNECTION_BYTES_MAX
    }
}

/// How TLS is spoken at each place, where it is.
pub(super) fn terms(settings: &Settings) -> Result<Vec<Option<Arc<Terms>>>, StartError> {
    let plan = settings.tls_plan();
    if !settings.speaks_tls() {
        return Ok(vec![None; plan.places.len()]);
    }
    let (look_again_after, now) = (settings.site.files.look_again_after, clock::wall());
    let certificates = match settings.tls.local_authority() {
        None => Certificates::read(&settings.tls.certificates, look_again_after, now)?,
        Some(folder) => {
            let authority = Authority::in_folder(folder, now)?;
            Certificates::of_authority(authority, look_again_after, now)?
        }
    };
    let certificates = Arc::new(certificates.beside(&plan, now)?);
    let files = ClientFiles::of(&plan);
    let clients = ClientAuthorities::read(plan.client.as_ref())?;
    let of_site = |site: &SitePlan| ClientAuthorities::read(site.client.as_ref());
    let of_sites: Vec<_> = plan.sites.iter().map(of_site).collect::<Result<_, _>>()?;
    let at = |(place, sites): (usize, &Vec<usize>)| {
        if !plan.is_spoken_at(place) {
            return Ok(None);
        }
        let sites = sites
            .iter()
            .map(|n| (&plan.sites[*n].hosts[..], of_sites[*n].clone()));
        let certificates = (certificates.clone(), place);
        let terms = Terms::new(&settings.tls, certificates, clients.clone())
            .and_then(|terms| terms.asking_for(sites))
            .map_err(|error| StartError::Runtime(std::io::Error::other(error)))?;
        Ok(Some(Arc::new(terms.read_from(files.clone()))))
    };
    plan.places.iter().enumerate().map(at).collect()
}
