//! A request that nobody sent, and its answer as it would leave.
//!
//! Law: the rules are those that every request is held to, and what is added to an answer is what the
//! drivers add in either protocol. What belongs to a connection alone (`connection`,
//! `transfer-encoding`) is left out: there is none.

use std::time::Instant;

use hello_http1::{Asking, Limits, Refusal, check};
use http::header::{CONTENT_LENGTH, DATE, STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderName, HeaderValue, Method, StatusCode};

use super::PrivateOnly;
use crate::clock;
use crate::exchange::{
    Answer, Body, FieldList, Peer, Proof, Reply, Request, RequestFields, Response, Scheme, Step,
};
use crate::i18n::Language;
use crate::site::{Generation, Walk};

/// What is asked, and by whom.
#[derive(Clone, Debug)]
pub struct Imagined {
    /// The method.
    pub method: Method,
    /// In clear or in private.
    pub scheme: Scheme,
    /// Host and port.
    pub authority: Vec<u8>,
    /// The path as it is sent.
    pub path: Vec<u8>,
    /// What follows the first `?`, as it is sent.
    pub query: Option<Vec<u8>>,
    /// The fields, but for `Host`.
    pub fields: Vec<(HeaderName, HeaderValue)>,
    /// Who asks.
    pub peer: Peer,
    /// What it has proved of itself; `None`: nothing can be, in clear.
    pub proof: Option<Proof>,
}

/// An answer as it leaves.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// The status.
    pub status: StatusCode,
    /// The fields, in the order they are sent.
    pub fields: Vec<(HeaderName, HeaderValue)>,
    /// Bytes of content that are sent; `None`: it is made while it is sent.
    pub content_bytes: Option<u64>,
}

/// What a field takes beside its name and value (RFC 9113 §6.5.2).
const FIELD_OVERHEAD: usize = 32;

impl Imagined {
    /// Path and query.
    pub fn target(&self) -> Vec<u8> {
        match &self.query {
            Some(query) => [&self.path[..], b"?", query].concat(),
            None => self.path.clone(),
        }
    }

    /// Which rule of a request it breaks, if any.
    fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let target = self.target();
        let bytes = |(name, value): &(HeaderName, HeaderValue)| {
            name.as_str().len() + value.len() + FIELD_OVERHEAD
        };
        let expect = { self.fields.iter() }.find(|(name, _)| name.as_str() == "expect");
        let asking = Asking {
            method: &self.method,
            target: &target,
            authority: Some(&self.authority),
            host: None,
            hosts: 0,
            fields: 1 + self.fields.len(),
            field_bytes: target.len() + self.fields.iter().map(bytes).sum::<usize>(),
            expect: expect.map(|(_, value)| value.as_bytes()),
        };
        check(&asking, limits)
    }

    /// The language that the client reads.
    pub fn language(&self) -> Language {
        Language::accepted(self.list().first("accept-language"))
    }

    /// The answer, with every step on the way to it written down. May wait for a disk.
    pub async fn answer(&self, sites: &Generation, limits: &Limits, walk: &Walk) -> Response {
        if let Err(refusal) = self.check(limits) {
            walk.add(Step::Refused {
                rule: refusal.name(),
            });
            let language = self.language();
            return sites.refuse(refusal.status(), refusal.name(), language);
        }
        let fields = self.list();
        let told = sites.client(&self.peer, &fields);
        if let Some(client) = &told {
            walk.add(Step::Client {
                address: client.to_string(),
            });
        }
        let request = Request {
            peer: told.as_ref().unwrap_or(&self.peer),
            told_scheme: sites.told_scheme(&self.peer, &fields),
            ..self.request(&fields)
        };
        made(sites.explain(request, walk)).await
    }

    /// The answer to a request that was answered before and is not known whole, with every step on the
    /// way to it written down. Limits are not asked. May wait for a disk.
    pub async fn answer_again(&self, sites: &Generation, walk: &Walk) -> Response {
        let fields = self.list();
        made(sites.recall(self.request(&fields), walk)).await
    }

    /// The fields as the site looks at them.
    fn list(&self) -> Vec<(&str, &[u8])> {
        let own = { self.fields.iter() }.map(|(name, value)| (name.as_str(), value.as_bytes()));
        std::iter::once(("host", &self.authority[..]))
            .chain(own)
            .collect()
    }

    /// How much it says it carries: nothing, unless a field says otherwise.
    fn body_bytes(&self) -> Option<u64> {
        let named = |name| { self.fields.iter() }.find(move |(field, _)| *field == name);
        if named(TRANSFER_ENCODING).is_some() {
            return None;
        }
        let length = named(CONTENT_LENGTH).and_then(|(_, value)| value.to_str().ok()?.parse().ok());
        Some(length.unwrap_or(0))
    }

    /// The request as the site sees it, with the fields of [`Imagined::list`].
    fn request<'a>(&'a self, fields: &'a Vec<(&'a str, &'a [u8])>) -> Request<'a> {
        let offer = { self.fields.iter() }.find(|(name, _)| *name == UPGRADE);
        Request {
            method: &self.method,
            scheme: self.scheme,
            path: match self.method {
                Method::CONNECT => b"",
                _ => &self.path,
            },
            query: self.query.as_deref(),
            // HTTP/1.0 may name none.
            authority: Some(&*self.authority).filter(|authority| !authority.is_empty()),
            is_misdirected: false,
            proof: self.proof.as_ref(),
            told_scheme: None,
            offer: offer.map(|(_, value)| value.as_bytes()),
            body_bytes: self.body_bytes(),
            fields,
            peer: &self.peer,
            tick_ms: clock::tick_ms(),
        }
    }
}

/// An answer, with all the time it takes.
async fn made(reply: Reply<'_>) -> Response {
    let mut patient = match reply {
        Reply::Now(response) => return response,
        Reply::Later(later) => return later.await,
        Reply::Patient(patient) => patient,
    };
    loop {
        match patient.await {
            Answer::Final(response) => return response,
            Answer::EarlyHints(_, rest) => patient = rest,
        }
    }
}

impl Leaving {
    /// The answer to a request of this method as it would leave now.
    ///
    /// # Spec
    /// RFC 9110 §6.6.1 (Date), §8.6 (Content-Length: none with 204 and 304), §9.3.2 (HEAD).
    pub fn of(
        response: &Response,
        method: &Method,
        private_only: Option<&PrivateOnly>,
        now: Instant,
    ) -> Self {
        let status = response.status();
        let mut fields: FieldList = response.fields().clone();
        if let Some(only) = private_only {
            fields.add(STRICT_TRANSPORT_SECURITY, only.value.clone());
        }
        if let Ok(date) = HeaderValue::from_bytes(&clock::http_date(now)) {
            fields.add(DATE, date);
        }
        let has_none = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let length = match response.body {
            Body::Takeover(_) => None,
            _ => response.body.len(),
        };
        if let Some(length) = length.filter(|_| !has_none) {
            fields.add(CONTENT_LENGTH, HeaderValue::from(length));
        }
        let content_bytes = if has_none || *method == Method::HEAD {
            Some(0)
        } else {
            length
        };
        Self {
            status,
            fields: { fields.iter() }
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            content_bytes,
        }
    }
}
