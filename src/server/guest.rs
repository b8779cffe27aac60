//! A connection from the door to the driver that serves it; with TLS, its greeting in between.

use std::sync::Arc;

use crate::clock;
use crate::driving::{Handover, Room, Witness};
use crate::exchange::{Ending, Peer};
use crate::net::{Door, OfAddress, Permit, Transport, introduction};
use crate::observe::{LimitsDone, Standing, State};
use crate::site::Introduction;
use crate::tls::{self, Channel, Greeted, Protocol, Terms};
use crate::{http1, http2};

/// Somebody at the door who has not been greeted yet.
pub(super) struct Guest {
    socket: Transport,
    live: Witness,
    permit: Permit,
    room: Arc<Room>,
}

impl Guest {
    pub(super) fn new(socket: Transport, live: Witness, permit: Permit, room: Arc<Room>) -> Self {
        Self {
            socket,
            live,
            permit,
            room,
        }
    }

    /// Says what it is doing.
    pub(super) fn enter(&self, state: State) {
        self.live.enter(state, clock::tick_ms());
    }

    /// Hears whose connection it is, if a proxy that is trusted is to say so. `None`: the connection
    /// ended with it.
    pub(super) async fn introduced(mut self, door: &Door) -> Option<Self> {
        let outcome = match self.room.sites.now().introduction(&self.live.peer) {
            Introduction::None => return Some(self),
            Introduction::Untrusted => Err(Ending::ProxyFailed("untrusted")),
            Introduction::Expected => Ok(()),
        };
        let outcome = match outcome {
            Ok(()) => {
                let patience = self.room.limits.head_timeout;
                introduction(&mut self.socket, &self.live, patience).await
            }
            Err(ending) => Err(ending),
        };
        match outcome {
            Ok(None) => Some(self),
            Ok(Some(client)) => {
                self.live.introduce(client);
                self.counted_for(client, door)
            }
            Err(ending) => {
                self.live.ended(ending, clock::now(), None);
                None
            }
        }
    }

    /// Takes one of the places that its client may have. `None`: it has as many as it may.
    fn counted_for(mut self, client: Peer, door: &Door) -> Option<Self> {
        match door.per_address().take_for(&client) {
            OfAddress::LetIn(place, standing) => {
                if standing == Standing::Beyond {
                    self.room.journal.limited(LimitsDone::WouldRefuse);
                }
                self.permit = self.permit.with(place);
                Some(self)
            }
            OfAddress::TooMany => {
                // Closed before it is told, for whoever hears of it may come again at once.
                drop(self.socket);
                let ending = Ending::TooManyOfAddress;
                self.live.ended(ending, clock::now(), None);
                None
            }
        }
    }

    /// Serves it in clear, in whichever protocol it speaks.
    pub(super) async fn serve_in_clear(self) {
        let channel = Channel::Plain(self.socket);
        let room = self.room;
        if let Some(other) = http1::serve(channel, self.live, self.permit, room.clone()).await {
            Box::pin(http2::serve(*other, room)).await;
        }
    }

    /// Greets and serves it to its end.
    pub(super) async fn serve(self, terms: Arc<Terms>) {
        let Some((greeted, live, permit, room)) = self.greet(terms).await else {
            return;
        };
        match greeted {
            Greeted::Sealed(channel, Protocol::Http1) => {
                live.enter(State::Waiting, clock::tick_ms());
                // Agreed in the handshake, so there is nobody to hand it to.
                let _ = http1::serve(channel, live, permit, room).await;
            }
            Greeted::Sealed(channel, Protocol::Http2) => {
                live.enter(State::Waiting, clock::tick_ms());
                let handover = Handover {
                    channel,
                    live,
                    permit,
                    heard: Vec::new(),
                };
                Box::pin(http2::serve(handover, room)).await;
            }
            Greeted::PlainHttp(socket, heard) => {
                let told = http1::redirect_to_https(socket, &heard, live, permit, room, None);
                Box::pin(told).await;
            }
        }
    }

    /// Tells it the way to the same site in private, at this port.
    pub(super) async fn redirect(self, port: Option<u16>) {
        http1::redirect_to_https(self.socket, [], self.live, self.permit, self.room, port).await;
    }

    /// Tells it in clear that there is no room.
    pub(super) async fn refuse_in_clear(self) {
        let channel = Channel::Plain(self.socket);
        http1::refuse_for_lack_of_room(channel, self.live, self.permit, self.room).await;
    }

    /// Greets it, for an answer can be given in private only, and tells it that there is no room.
    pub(super) async fn refuse(self, terms: Arc<Terms>) {
        let Some((greeted, live, permit, room)) = self.greet(terms).await else {
            return;
        };
        let channel = match greeted {
            Greeted::Sealed(channel, Protocol::Http2) => {
                http2::refuse_for_lack_of_room(channel, live, permit, room).await;
                return;
            }
            Greeted::Sealed(channel, Protocol::Http1) => channel,
            Greeted::PlainHttp(socket, _) => Channel::Plain(socket),
        };
        http1::refuse_for_lack_of_room(channel, live, permit, room).await;
    }

    /// The greeting is a future of its own, gone with all it needs when it is over: connections live
    /// much longer. `None`: the connection ended with it.
    async fn greet(self, terms: Arc<Terms>) -> Option<(Greeted, Witness, Permit, Arc<Room>)> {
        let Self {
            socket,
            mut live,
            permit,
            room,
        } = self;
        let greeted = Box::pin(tls::greet(&terms, socket, &live, &room.journal)).await;
        match greeted {
            Ok(greeted) => Some((greeted, live, permit, room)),
            Err(ending) => {
                live.ended(ending, clock::now(), None);
                None
            }
        }
    }
}
