//! A connection on which TLS is spoken, from its greeting to the driver that serves it.

use std::sync::Arc;

use crate::clock;
use crate::exchange::Ending;
use crate::http1;
use crate::net::{Permit, Transport};
use crate::observe::{Entered, State};
use crate::tls::{self, Channel, Greeted, Terms};

/// Somebody at the door who has not been greeted yet.
///
/// Whatever becomes of the greeting, the journal hears of an end: a task may be dropped, or fall.
pub(super) struct Guest {
    /// Nothing once somebody else answers for it.
    party: Option<(Transport, Permit)>,
    live: Option<Entered>,
    room: Arc<http1::Room>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(live) = self.live.take() {
            let ending = if std::thread::panicking() {
                Ending::Panicked
            } else {
                Ending::CutShort
            };
            self.room.journal.ended(&live, ending, clock::now(), None);
        }
    }
}

impl Guest {
    pub(super) fn new(
        socket: Transport,
        live: Entered,
        permit: Permit,
        room: Arc<http1::Room>,
    ) -> Self {
        Self {
            party: Some((socket, permit)),
            live: Some(live),
            room,
        }
    }

    /// Greets and serves it to its end.
    pub(super) async fn serve(self, terms: Arc<Terms>) {
        let Some((greeted, live, permit, room)) = self.greet(terms).await else {
            return;
        };
        match greeted {
            Greeted::Sealed(channel) => {
                live.enter(State::Waiting, clock::tick_ms());
                http1::serve(channel, live, permit, room).await;
            }
            Greeted::PlainHttp(socket, heard) => {
                let told = http1::redirect_to_https(socket, &heard, live, permit, room, None);
                Box::pin(told).await;
            }
        }
    }

    /// Greets it, for an answer can be given in private only, and tells it that there is no room.
    pub(super) async fn refuse(self, terms: Arc<Terms>) {
        let Some((greeted, live, permit, room)) = self.greet(terms).await else {
            return;
        };
        let channel = match greeted {
            Greeted::Sealed(channel) => channel,
            Greeted::PlainHttp(socket, _) => Channel::Plain(socket),
        };
        http1::refuse_for_lack_of_room(channel, live, permit, room).await;
    }

    /// The greeting is a future of its own, gone with all it needs when it is over: connections live
    /// much longer. `None`: the connection ended with it.
    async fn greet(
        mut self,
        terms: Arc<Terms>,
    ) -> Option<(Greeted, Entered, Permit, Arc<http1::Room>)> {
        let (socket, permit) = self.party.take()?;
        let live = self.live.as_deref()?;
        let greeted = Box::pin(tls::greet(&terms, socket, live, &self.room.journal)).await;
        let live = self.live.take()?;
        match greeted {
            Ok(greeted) => Some((greeted, live, permit, self.room.clone())),
            Err(ending) => {
                let now = clock::now();
                self.room.journal.ended(&live, ending, now, None);
                None
            }
        }
    }
}
