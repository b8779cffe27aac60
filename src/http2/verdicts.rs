//! What is decided about streams beside what is asked and answered: the library ends some because a
//! rule was broken, and the client wants some sooner.

use std::time::Instant;

use bytes::Bytes;
use h2::server::SendResponse;

use super::conversation::Conversation;
use super::feed::Answering;
use crate::exchange::{Reason as Why, RefusalFacts, Rule};

impl Conversation {
    /// A request has come: why the library has ended its stream already, if it has.
    pub(super) fn fault_of(&self, respond: &SendResponse<Bytes>) -> Option<Why> {
        let stream = respond.stream_id().as_u32();
        why(&self.grip.hold().census.streams.hear(stream)?)
    }

    /// Journals what the library ended by itself. An answer that was on its way is told as broken
    /// off, for this reason; anything else has no other word in the journal.
    pub(super) fn tell_verdicts(&mut self, now: Instant) {
        let verdicts = self.grip.hold().census.streams.verdicts();
        for verdict in verdicts {
            let mut fed = self.feed.answers.iter_mut();
            let answering = fed.find(|answering| answering.stream() == verdict.stream);
            let exchange = match answering {
                Some(answering) => Some(&mut answering.exchange),
                None => { self.pondered.iter_mut() }
                    .find(|pondered| pondered.stream() == verdict.stream)
                    .map(|pondered| &mut pondered.exchange),
            };
            if let Some(exchange) = exchange {
                exchange.reason = why(&verdict.facts);
                continue;
            }
            let journal = &self.room.journal;
            let told = (verdict.stream, &verdict.facts);
            journal.refused_to(self.live.client(), &self.live, now, told);
        }
    }

    /// Tells the answers on their way what the client wants first by now.
    pub(super) fn hand_out_updates(&mut self) {
        let mut ends = self.grip.hold();
        let census = &mut ends.census;
        let newest = census.streams.newest();
        census.updates.hand_out(newest, |stream, priority| {
            let mut fed = self.feed.answers.iter_mut();
            if let Some(answering) = fed.find(|answering| answering.stream() == stream) {
                answering.prefer(priority);
                return true;
            }
            // Whoever is being pondered hears of it when its answer begins.
            let mut pondered = self.pondered.iter();
            !pondered.any(|pondered| pondered.stream() == stream)
        });
    }

    /// Takes an answer into the feed, as urgent as the client said last.
    pub(super) fn begin_to_feed(&mut self, mut answering: Answering) {
        let update = self.grip.hold().census.updates.of(answering.stream());
        if let Some(priority) = update {
            answering.prefer(priority);
        }
        self.feed.answers.push(answering);
    }
}

fn why(facts: &RefusalFacts) -> Option<Why> {
    Rule::named(facts.name).map(Why::Refused)
}
