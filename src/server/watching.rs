//! The addresses for those who watch the server: metrics, and whether it lives and is ready.
//!
//! They are a small server of its own, beside the one it tells of: what happens there stands in no journal
//! and in no metric, and it answers until the very end. When settings are read anew, an address that stays
//! is not touched, and new ones are opened before any is closed.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::StartError;
use super::assemble::{House, room};
use super::guest::Guest;
use super::limits::WATCHERS_MAX;
use super::listeners::{self, WhenTaken};
use crate::clock;
use crate::config::{ListenAddress, Settings};
use crate::driving::{Room, Witness};
use crate::net::{Arrival, Door, Listener, accept_until};
use crate::observe::{Journal, Metrics, Notice, Order, Readiness, Registry};
use crate::site::{Generation, Site, Sites};
use crate::tasks::Tasks;

/// The addresses, and whoever asks there.
pub(super) struct Watching {
    open: Vec<OpenDoor>,
    metrics: Arc<Metrics>,
    sites: Arc<Sites>,
    /// What new connections share.
    room: Arc<ArcSwap<Room>>,
    door: Arc<Door>,
    journal: Arc<Journal>,
    registry: Arc<Registry>,
    connections: Tasks,
    porters: Tasks,
}

struct OpenDoor {
    address: ListenAddress,
    close: watch::Sender<bool>,
}

/// An address that is bound, and at which nobody is let in yet.
pub(super) struct BoundForWatchers {
    address: ListenAddress,
    listeners: Vec<Listener>,
}

impl Watching {
    /// The server for those who watch this house; so far it is at no address.
    pub(super) fn new(settings: &Settings, house: &House, readiness: Arc<Readiness>) -> Self {
        if !settings.metrics.is_empty() {
            // Before anybody asks for anything.
            house.journal.begin_tally();
        }
        let counted = house.ground.files.clone();
        let metrics = Arc::new(Metrics::new(
            (house.journal.clone(), house.registry.clone()),
            move || counted.counts(),
            readiness,
            settings.output.text_language(),
        ));
        let journal = Arc::new(Journal::new(0));
        let registry = Arc::new(Registry::new());
        let door = Door::new(WATCHERS_MAX, registry.clone(), journal.clone(), || {});
        let sites = Arc::new(Sites::new(site(&metrics, settings)));
        Self {
            open: Vec::new(),
            room: Arc::new(ArcSwap::from_pointee(own_room(settings, &sites, &journal))),
            metrics,
            sites,
            door: Arc::new(door),
            journal,
            registry,
            connections: Tasks::new(),
            porters: Tasks::new(),
        }
    }

    /// Binds the addresses of these settings that are not open; if one cannot be, none is.
    pub(super) async fn bind_missing(
        &self,
        settings: &Settings,
    ) -> Result<Vec<BoundForWatchers>, StartError> {
        let mut bound = Vec::new();
        for address in &settings.metrics {
            if { self.open.iter() }.any(|door| door.address == *address) {
                continue;
            }
            let fail = WhenTaken::Fail;
            let listeners = listeners::open_one(address, fail, &[], &mut Vec::new()).await?;
            bound.push(BoundForWatchers {
                address: address.clone(),
                listeners,
            });
        }
        Ok(bound)
    }

    /// Lets in who asks at these addresses, too, and says where they are.
    pub(super) fn open(
        &mut self,
        settings: &Settings,
        house: &House,
        bound: Vec<BoundForWatchers>,
    ) {
        if !bound.is_empty() {
            house.journal.begin_tally();
        }
        for BoundForWatchers { address, listeners } in bound {
            // Who asked for silence knows the address, unless the system chose the port.
            if address.leaves_port_to_system() || !settings.output.quiet {
                for address in listeners.iter().filter_map(Listener::address) {
                    house.journal.notice(Notice::Metrics { address });
                }
            }
            let (close, closed) = watch::channel(false);
            for listener in listeners {
                self.let_in(listener, closed.clone());
            }
            self.open.push(OpenDoor { address, close });
        }
    }

    fn let_in(&self, listener: Listener, mut closed: watch::Receiver<bool>) {
        let (door, room) = (self.door.clone(), self.room.clone());
        let (journal, registry) = (self.journal.clone(), self.registry.clone());
        let connections = self.connections.clone();
        self.porters.spawn(async move {
            let close = async move {
                // An error means that the other end is gone, which is a close as well.
                let _ = closed.wait_for(|closed| *closed).await;
            };
            accept_until(close, &listener, &door, |arrival| {
                let (Arrival::Welcome(socket, peer, permit, _)
                | Arrival::NoRoom(socket, peer, permit)) = arrival
                else {
                    return;
                };
                let live = registry.enter(peer, clock::now());
                let live = Witness::new(live, journal.clone());
                let guest = Guest::new(socket, live, permit, room.load_full());
                connections.spawn(guest.serve_in_clear());
            })
            .await;
        });
    }

    /// These settings hold from here on: addresses that they do not have are closed.
    pub(super) fn change(&mut self, settings: &Settings) {
        self.sites.replace(site(&self.metrics, settings));
        let room = own_room(settings, &self.sites, &self.journal);
        self.room.store(Arc::new(room));
        self.open.retain(|door| {
            let stays = settings.metrics.contains(&door.address);
            if !stays {
                let _ = door.close.send(true);
            }
            stays
        });
    }

    /// Closes everything, at once: who asks is answered in a moment, and the server is gone.
    pub(super) async fn end(self) {
        for door in &self.open {
            let _ = door.close.send(true);
        }
        self.registry.order_everyone(Order::Drain);
        let all_ended = async {
            self.porters.all_ended().await;
            self.connections.all_ended().await;
        };
        let _ = tokio::time::timeout(super::limits::STOP_TIMEOUT, all_ended).await;
    }
}

/// What answers at these addresses, under the names that they have.
fn site(metrics: &Arc<Metrics>, settings: &Settings) -> Generation {
    let name = |address: &ListenAddress| match address {
        ListenAddress::Name { host, .. } => Some(host.clone()),
        _ => None,
    };
    let names: Vec<String> = settings.metrics.iter().filter_map(name).collect();
    Generation::of(Site::watched(metrics.clone(), &names))
}

/// What connections share there: nothing is private.
fn own_room(settings: &Settings, sites: &Arc<Sites>, journal: &Arc<Journal>) -> Room {
    Room {
        private_only: None,
        ..room(settings, sites.clone(), journal.clone())
    }
}
