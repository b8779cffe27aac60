//! The address for those who watch the server: metrics, and whether it lives and is ready.
//!
//! It is a small server of its own, beside the one it tells of: what happens there stands in no journal and
//! in no metric, and it answers until the very end.

use std::sync::Arc;

use tokio::sync::watch;

use super::StartError;
use super::assemble::House;
use super::guest::Guest;
use super::handed::Handed;
use super::limits::WATCHERS_MAX;
use super::listeners::{self, WhenTaken};
use crate::clock;
use crate::config::{ListenAddress, Settings};
use crate::driving::{Room, Witness};
use crate::net::{Arrival, Door, Listener, accept_until};
use crate::observe::{Journal, Metrics, Notice, Order, Readiness, Registry};
use crate::site::{Generation, Site, Sites};
use crate::tasks::Tasks;

/// The address, and whoever asks there.
pub(super) struct Watching {
    listeners: Vec<Listener>,
    room: Arc<Room>,
    door: Arc<Door>,
    journal: Arc<Journal>,
    registry: Arc<Registry>,
    connections: Tasks,
    doors: Tasks,
    stop: watch::Sender<bool>,
}

impl Watching {
    /// Opens the addresses; nobody is let in yet. What sites are called, by their place.
    pub(super) async fn open(
        settings: &Settings,
        house: &House,
        sites: &[String],
        readiness: Arc<Readiness>,
    ) -> Result<Self, StartError> {
        let nothing = &mut Handed::default();
        let opened = listeners::open(&settings.metrics, &[], WhenTaken::Fail, nothing).await?;
        if !settings.metrics.is_empty() {
            house.journal.begin_tally();
        }
        let counted = house.sites.clone();
        let metrics = Metrics::new(
            (house.journal.clone(), house.registry.clone()),
            sites.to_vec(),
            move || counted.now().cache_counts(),
            readiness,
            settings.output.text_language(),
        );
        let name = |address: &ListenAddress| match address {
            ListenAddress::Name { host, .. } => Some(host.clone()),
            _ => None,
        };
        let names: Vec<String> = settings.metrics.iter().filter_map(name).collect();
        let site = Site::watched(Arc::new(metrics), &names);
        let journal = Arc::new(Journal::new(0));
        let registry = Arc::new(Registry::new());
        let door = Door::new(WATCHERS_MAX, registry.clone(), journal.clone(), || {});
        let room = Room {
            sites: Arc::new(Sites::new(Generation::of(site))),
            journal: journal.clone(),
            limits: Arc::new(settings.http1.clone()),
            private_only: None,
            linger_timeout: settings.connections.linger_timeout,
            tunnel_timeout: settings.connections.tunnel_timeout,
        };
        // Who asked for silence knows the address, unless the system chose the port.
        let is_chosen = settings
            .metrics
            .iter()
            .any(ListenAddress::leaves_port_to_system);
        if is_chosen || !settings.output.quiet {
            for address in opened.listeners.iter().filter_map(Listener::address) {
                house.journal.notice(Notice::Metrics { address });
            }
        }
        Ok(Self {
            listeners: opened.listeners,
            room: Arc::new(room),
            door: Arc::new(door),
            journal,
            registry,
            connections: Tasks::new(),
            doors: Tasks::new(),
            stop: watch::channel(false).0,
        })
    }

    /// Lets in who asks.
    pub(super) fn begin(&mut self) {
        for listener in std::mem::take(&mut self.listeners) {
            let mut stopped = self.stop.subscribe();
            let (door, room) = (self.door.clone(), self.room.clone());
            let (journal, registry) = (self.journal.clone(), self.registry.clone());
            let connections = self.connections.clone();
            self.doors.spawn(async move {
                let stop = async move {
                    // An error means that the other end is gone, which is a stop as well.
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                accept_until(stop, &listener, &door, |arrival| {
                    let (Arrival::Welcome(socket, peer, permit, _)
                    | Arrival::NoRoom(socket, peer, permit)) = arrival
                    else {
                        return;
                    };
                    let live = registry.enter(peer, clock::now());
                    let live = Witness::new(live, journal.clone());
                    let guest = Guest::new(socket, live, permit, room.clone());
                    connections.spawn(guest.serve_in_clear());
                })
                .await;
            });
        }
    }

    /// Closes everything, at once: who asks is answered in a moment, and the server is gone.
    pub(super) async fn end(self) {
        let _ = self.stop.send(true);
        self.registry.order_everyone(Order::Drain);
        let all_ended = async {
            self.doors.all_ended().await;
            self.connections.all_ended().await;
        };
        let _ = tokio::time::timeout(super::limits::STOP_TIMEOUT, all_ended).await;
    }
}
