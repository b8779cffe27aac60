//! A connection's place in the registry, whose end the journal hears of whatever happens.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use crate::clock;
use crate::exchange::{Ending, Peer, RequestFields, Scheme};
use crate::observe::{Entered, Journal, Method, Target, Underway};
use crate::site::Generation;

/// Sees a connection to its end: a task may be dropped, or fall, and the end is told all the same.
pub struct Witness {
    live: Entered,
    /// Who is at the other end, as whoever passes the connection on has told.
    told: Option<Box<Peer>>,
    journal: Arc<Journal>,
    /// Whether the end is journalled.
    is_told: bool,
}

impl Witness {
    /// Watches a connection that has entered.
    pub fn new(live: Entered, journal: Arc<Journal>) -> Self {
        Self {
            live,
            told: None,
            journal,
            is_told: false,
        }
    }

    /// Somebody passes the connection on, and says whose it is.
    pub fn introduce(&mut self, client: Peer) {
        self.told = Some(Box::new(client));
    }

    /// Who is at the other end, behind whoever passes the connection on.
    pub(crate) fn client(&self) -> &Peer {
        self.told.as_deref().unwrap_or(&self.live.peer)
    }

    /// Who asks, where others pass requests on; `None`: whoever is at the other end of the socket.
    #[inline]
    pub(crate) fn told(&self, sites: &Generation, fields: &dyn RequestFields) -> Option<Box<Peer>> {
        match sites.client(self.client(), fields) {
            Some(client) => Some(Box::new(client)),
            None => self.told.clone(),
        }
    }

    /// How it was asked, if a trusted proxy passed it on and says so.
    pub(crate) fn told_scheme(
        &self,
        sites: &Generation,
        fields: &dyn RequestFields,
    ) -> Option<Scheme> {
        let sender = self.told.as_deref().unwrap_or(&self.live.peer);
        sites.told_scheme(sender, fields)
    }

    /// A place for a request that is being answered, and cannot be at once.
    pub(crate) fn begin(
        &self,
        number: u32,
        method: Method,
        target: Target<'_>,
        begun: Instant,
    ) -> Underway {
        self.live.begin(number, method, target, begun)
    }

    /// Tells the end; `broken` is the target in hand, the bytes of content sent and of how many.
    pub fn ended(&mut self, ending: Ending, at: Instant, broken: Option<(Target<'_>, u64, u64)>) {
        self.is_told = true;
        let ending = match ending {
            Ending::Drained | Ending::CutShort if self.live.is_singled_out() => {
                Ending::ClosedByOperator
            }
            ending => ending,
        };
        let client = self.client();
        self.journal
            .ended_of(client, &self.live, (ending, at), broken);
    }
}

impl Deref for Witness {
    type Target = Entered;

    fn deref(&self) -> &Entered {
        &self.live
    }
}

impl Drop for Witness {
    /// A connection that was dropped without an end fell with its task: by a bug of ours, or
    /// because the process ends.
    fn drop(&mut self) {
        if !self.is_told {
            let ending = if std::thread::panicking() {
                Ending::Panicked
            } else {
                Ending::CutShort
            };
            let end = (ending, clock::now());
            self.journal.ended_of(self.client(), &self.live, end, None);
        }
    }
}
