//! A request head of the engine, seen through the nouns of the house.

use hello_http1::{BodyLength, RequestHead};

use crate::exchange::{Peer, Request, RequestFields, Scheme};
use crate::tls::Channel;

/// A head and the bytes its offsets point into.
pub(super) struct View<'a> {
    pub(super) head: &'a RequestHead,
    pub(super) bytes: &'a [u8],
    /// Who asks, where somebody else passed it on.
    pub(super) told: Option<&'a Peer>,
    /// How it was asked, as they say.
    pub(super) told_scheme: Option<Scheme>,
}

impl<'a> View<'a> {
    /// The request as the site sees it.
    #[inline]
    pub(super) fn request(
        &'a self,
        peer: &'a Peer,
        channel: &'a Channel,
        tick_ms: u64,
    ) -> Request<'a> {
        let authority = self.head.authority(self.bytes);
        Request {
            method: self.head.method(),
            scheme: channel.scheme(),
            told_scheme: self.told_scheme,
            path: self.head.path(self.bytes),
            query: self.head.query(self.bytes),
            authority,
            is_misdirected: !channel.answers_for(authority),
            proof: channel.proof(),
            offer: match self.head.body() {
                BodyLength::None | BodyLength::Exact(0) => self.head.upgrade(self.bytes),
                BodyLength::Exact(_) | BodyLength::Unknown => None,
            },
            body_bytes: match self.head.body() {
                BodyLength::None => Some(0),
                BodyLength::Exact(bytes) => Some(bytes),
                BodyLength::Unknown => None,
            },
            fields: self,
            peer: self.told.unwrap_or(peer),
            tick_ms,
        }
    }
}

impl RequestFields for View<'_> {
    fn first(&self, name: &str) -> Option<&[u8]> {
        self.head.field(self.bytes, name)
    }

    fn any_name(&self, is_wanted: &dyn Fn(&[u8]) -> bool) -> bool {
        self.head
            .fields(self.bytes)
            .any(|(name, _)| is_wanted(name))
    }

    fn may_be_conditional(&self) -> bool {
        const NAMES: [&str; 6] = [
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "range",
        ];
        NAMES.iter().any(|name| self.head.may_have(name))
    }

    fn nth(&self, name: &str, skip: usize) -> Option<&[u8]> {
        self.head
            .fields(self.bytes)
            .filter(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
            .nth(skip)
    }
}
