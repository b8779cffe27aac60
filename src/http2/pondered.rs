//! Answers that take time: the site is asked again where waiting is possible.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use h2::server::SendResponse;

use super::conversation::Conversation;
use super::head::{self, Asked};
use super::limits::PONDERED_MAX;
use crate::driving::{ask, asker_of, caught};
use crate::exchange::{Answer, Patient, Reply, RequestFields};
use crate::i18n::Language;
use crate::observe::{Exchange, Underway};

/// A request whose answer takes time.
pub(super) struct Pondered {
    pub(super) asked: Arc<Asked>,
    pub(super) exchange: Exchange,
    pub(super) respond: SendResponse<Bytes>,
    /// Its place among the requests that run.
    pub(super) running: Underway,
    /// Nothing as long as others have their turn.
    pub(super) answer: Option<Patient>,
}

impl Pondered {
    /// Its stream.
    pub(super) fn stream(&self) -> u32 {
        self.respond.stream_id().as_u32()
    }
}

impl Conversation {
    /// Goes on with answers that take time. Whether one of them is done.
    pub(super) fn ponder(&mut self, cx: &mut Context<'_>, now: Instant, tick_ms: u64) -> bool {
        let mut place = 0;
        let mut is_any = false;
        while let Some(pondered) = self.pondered.get_mut(place)
            && place < PONDERED_MAX
        {
            let answer = pondered.answer.get_or_insert_with(|| {
                let asked = pondered.asked.clone();
                let sites = self.room.sites.held();
                let (peer, way) = (self.live.peer, asked.way(&self.socket));
                Box::pin(async move {
                    let request = asked.request(&peer, &way, tick_ms);
                    match ask(&sites, request) {
                        Reply::Now(response) => Answer::Final(response),
                        Reply::Later(later) => Answer::Final(later.await),
                        Reply::Patient(patient) => {
                            caught(&sites, patient, asker_of(&sites, &request)).await
                        }
                    }
                })
            });
            let Poll::Ready(answer) = answer.as_mut().poll(cx) else {
                place += 1;
                continue;
            };
            is_any = true;
            let response = match answer {
                Answer::Final(response) => response,
                Answer::EarlyHints(fields, rest) => {
                    head::hint(&mut pondered.respond, &fields);
                    let (asked, sites) = (pondered.asked.clone(), self.room.sites.held());
                    let site = pondered.exchange.site;
                    pondered.answer = Some(Box::pin(async move {
                        let language = Language::accepted(asked.first("accept-language"));
                        caught(&sites, rest, (language, site)).await
                    }));
                    continue;
                }
            };
            if let Some(Pondered {
                asked,
                exchange,
                respond,
                running,
                answer,
            }) = self.pondered.remove(place)
            {
                drop((answer, running));
                if let Some(asked) = Arc::into_inner(asked) {
                    self.answer(asked, exchange, respond, response, now);
                }
            }
        }
        is_any
    }
}
