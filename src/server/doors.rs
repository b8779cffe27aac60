//! The doors that stand open: one for each address, with the listeners that the address means.
//!
//! When settings are read anew, a door whose address stays is not touched; new ones are opened before
//! any is closed, and one that is closed lets in whoever waits before it already.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::watch;

use super::StartError;
use super::assemble::House;
use super::listeners::{self, WhenTaken};
use super::places::Place;
use crate::config::{ListenAddress, Settings};
use crate::net::{Listener, accept_until};
use crate::tasks::Tasks;

use super::run::welcome;

/// What a listener is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The sites.
    Sites,
    /// To tell the way to the same page in private.
    Redirect,
}

/// All doors.
#[derive(Default)]
pub(super) struct Doors {
    open: Vec<OpenDoor>,
    /// Who stands at them.
    pub(super) porters: Tasks,
    /// Where the sites are to be had in private; 0 where nobody knows.
    sealed_port: Arc<AtomicU32>,
}

struct OpenDoor {
    address: ListenAddress,
    purpose: Purpose,
    port: Option<u16>,
    /// What those share who come in.
    place: Arc<Place>,
    /// Its listeners, by address or path.
    places: Vec<ListenAddress>,
    close: watch::Sender<bool>,
}

/// What an address means: its listeners, bound and not yet accepting.
pub(super) struct Bound {
    pub(super) address: ListenAddress,
    pub(super) purpose: Purpose,
    pub(super) listeners: Vec<Listener>,
}

impl Doors {
    /// Opens these, too.
    pub(super) fn open(&mut self, house: &Arc<House>, bound: Vec<Bound>) {
        let mut waiting = Vec::new();
        for Bound {
            address,
            purpose,
            listeners,
        } in bound
        {
            let (close, closed) = watch::channel(false);
            let port = { listeners.iter() }.find_map(|listener| Some(listener.address()?.port()));
            let places = listeners.iter().filter_map(place_of).collect();
            let place = match purpose {
                Purpose::Sites => house.places.at(&address),
                Purpose::Redirect => house.places.main(),
            };
            waiting.push((listeners, purpose, place.clone(), closed));
            self.open.push(OpenDoor {
                address,
                purpose,
                port,
                place,
                places,
                close,
            });
        }
        // Before anybody is let in: whoever waits already is told the way, too.
        self.know_sealed_port();
        for (listeners, purpose, place, closed) in waiting {
            for listener in listeners {
                let (house, mut closed) = (house.clone(), closed.clone());
                let sealed_port = self.sealed_port.clone();
                let place = place.clone();
                self.porters.spawn(async move {
                    let close = async move {
                        // An error means that the other end is gone, which is a close as well.
                        let _ = closed.wait_for(|closed| *closed).await;
                    };
                    accept_until(close, &listener, &house.door, |arrival| {
                        let port = u16::try_from(sealed_port.load(Ordering::Relaxed)).ok();
                        let port = port.filter(|port| *port > 0);
                        welcome(&house, &place, (purpose, port), arrival);
                    })
                    .await;
                });
            }
        }
    }

    /// Binds the addresses of these settings that no door is open at; if one cannot be, none is.
    pub(super) async fn bind_missing(&self, settings: &Settings) -> Result<Vec<Bound>, StartError> {
        let mut bound = Vec::new();
        for (address, purpose) in wanted(settings) {
            if { self.open.iter() }.any(|door| door.is(address, purpose)) {
                continue;
            }
            let fail = WhenTaken::Fail;
            let listeners = listeners::open_one(address, fail, &[], &mut Vec::new()).await?;
            bound.push(Bound {
                address: address.clone(),
                purpose,
                listeners,
            });
        }
        Ok(bound)
    }

    /// Closes those that these settings do not have.
    pub(super) fn close_others(&mut self, settings: &Settings) {
        let is_wanted =
            |door: &OpenDoor| wanted(settings).any(|(address, purpose)| door.is(address, purpose));
        self.open.retain(|door| {
            let stays = is_wanted(door);
            if !stays {
                let _ = door.close.send(true);
            }
            stays
        });
        self.know_sealed_port();
    }

    /// Where the sites are served, as programs are told it.
    pub(super) fn urls(&self) -> Vec<String> {
        let url = |door: &OpenDoor, place: &ListenAddress| match (place, door.purpose) {
            (ListenAddress::Unix(_), _) => place.to_string(),
            (_, Purpose::Sites) if door.is_sealed() => format!("https://{place}"),
            (_, Purpose::Sites | Purpose::Redirect) => format!("http://{place}"),
        };
        let doors = self.open.iter();
        doors
            .flat_map(|door| door.places.iter().map(move |place| url(door, place)))
            .collect()
    }

    /// Closes all of them.
    pub(super) fn close(&mut self) {
        for door in self.open.drain(..) {
            let _ = door.close.send(true);
        }
    }

    fn know_sealed_port(&self) {
        let mut sites = self
            .open
            .iter()
            .filter(|door| door.purpose == Purpose::Sites && door.is_sealed());
        let port = sites.find_map(|door| door.port);
        self.sealed_port
            .store(port.map_or(0, u32::from), Ordering::Relaxed);
    }
}

impl OpenDoor {
    /// Whether TLS is spoken with those who come in.
    fn is_sealed(&self) -> bool {
        self.place.terms.load().is_some()
    }

    fn is(&self, address: &ListenAddress, purpose: Purpose) -> bool {
        self.purpose == purpose && self.address == *address
    }
}

/// Where a listener really is: with port 0, at the port that the system chose.
fn place_of(listener: &Listener) -> Option<ListenAddress> {
    match (listener.address(), listener.path()) {
        (Some(address), _) => Some(ListenAddress::Tcp(address)),
        (None, Some(path)) => Some(ListenAddress::Unix(path.to_owned())),
        (None, None) => None,
    }
}

/// The addresses of these settings, and what for.
pub(super) fn wanted(settings: &Settings) -> impl Iterator<Item = (&ListenAddress, Purpose)> {
    let sites = settings.addresses().into_iter();
    let sites = sites.map(|address| (address, Purpose::Sites));
    let redirect = settings.redirect_http.iter();
    sites.chain(redirect.map(|address| (address, Purpose::Redirect)))
}
