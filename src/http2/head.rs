//! What a request and a response look like in HTTP/2, seen through the nouns of the house.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use h2::ext::Protocol;
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use hello_http1::{Asking, Limits, Refusal};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

use super::priority::Priority;
use crate::driving::{REQUEST_ID, RequestId, Witness};
use crate::exchange::{
    Body, FieldList, Limited, Peer, Proof, Request, RequestFields, Response, ResponseHead, Scheme,
};
use crate::observe::{Sayings, Target, Wanted, pack, pack_limit, pack_user, pack_walk};
use crate::site::Generation;
use crate::tls::Channel;

/// A request that arrived, and that owns what it says.
pub(super) struct Asked {
    request: http::Request<()>,
    /// What it wants to be spoken on its stream from here on (RFC 8441).
    offer: Option<Protocol>,
    /// What comes from the client then.
    tunnel: Option<RecvStream>,
    /// Who asks, where somebody else passed it on.
    told: Option<Box<Peer>>,
    /// How it was asked, as they say.
    told_scheme: Option<Scheme>,
    /// What logs want to know of it.
    said: Vec<u8>,
    /// Its name, if that is wanted.
    id: Option<HeaderValue>,
    /// Whether all of it has come with its head.
    is_all: bool,
    /// What limits hold for its answer: given back with it.
    limited: Option<Box<Limited>>,
}

/// What a request cannot say itself: it depends on the way it came.
pub(super) struct Way {
    scheme: Scheme,
    is_misdirected: bool,
    proof: Option<Arc<Proof>>,
}

impl Asked {
    /// The request, and its body, unless it asks for a tunnel instead of one.
    pub(super) fn of(request: http::Request<RecvStream>) -> (Self, Option<RecvStream>) {
        let (mut head, body) = request.into_parts();
        let offer = head.extensions.remove::<Protocol>();
        let (tunnel, body) = match offer {
            Some(_) => (Some(body), None),
            None => (None, Some(body)),
        };
        let is_all = body.as_ref().is_none_or(RecvStream::is_end_stream);
        let request = http::Request::from_parts(head, ());
        let asked = Self {
            request,
            offer,
            tunnel,
            told: None,
            told_scheme: None,
            said: Vec::new(),
            id: None,
            is_all,
            limited: None,
        };
        (asked, body)
    }

    /// Hears who asks, where somebody else passed it on.
    pub(super) fn hear_who_asks(&mut self, live: &Witness, sites: &Generation) {
        self.told = live.told(sites, self);
        self.told_scheme = live.told_scheme(sites, self);
    }

    /// Keeps what logs want to know of it, and names it, if that is wanted.
    pub(super) fn note(&mut self, wanted: Wanted, peer: &Peer) {
        if wanted.is_nothing() {
            return;
        }
        let id = { wanted.has(Wanted::REQUEST_ID) }.then(|| RequestId::of(self.first(REQUEST_ID)));
        let mut said = Vec::new();
        // What nobody wants is not looked for.
        let field = |kind, name: HeaderName| {
            let fields = wanted.has(kind).then(|| self.request.headers());
            fields?.get(name).map(HeaderValue::as_bytes)
        };
        let sayings = Sayings {
            host: self.host(),
            referer: field(Wanted::REFERER, header::REFERER),
            user_agent: field(Wanted::USER_AGENT, header::USER_AGENT),
            request_id: id.as_ref().map(RequestId::as_bytes),
            user: None,
        };
        pack(
            wanted,
            self.told.as_deref().unwrap_or(peer),
            &sayings,
            &mut said,
        );
        self.said = said;
        self.id = id.and_then(|id| HeaderValue::from_bytes(id.as_bytes()).ok());
    }

    /// Keeps who signed in, if that is wanted.
    pub(super) fn note_user(&mut self, wanted: Wanted, user: &str) {
        pack_user(wanted, user, &mut self.said);
    }

    /// Its name, if that is wanted.
    pub(super) fn id(&self) -> Option<&HeaderValue> {
        self.id.as_ref()
    }

    /// Remembers what limits say of its answer. What they hold is given back with it.
    pub(super) fn is_limited(&mut self, limited: Option<Box<Limited>>) {
        self.limited = limited;
        let Some(limited) = self.limited.as_mut() else {
            return;
        };
        if let Some(limit) = limited.refused_by.take() {
            pack_limit(&limit, &mut self.said);
        }
        if let Some(walk) = limited.walk.take() {
            pack_walk(walk.whom, &walk.json, &mut self.said);
        }
    }

    /// What limits say of its answer.
    pub(super) fn limited(&self) -> Option<&Limited> {
        self.limited.as_deref()
    }

    /// Gives back what limits hold for it: before its last bytes leave, or its end is told, for whoever
    /// has them may ask again at once.
    pub(super) fn release(&mut self) {
        self.limited = None;
    }

    /// Whether it wants to go on in another protocol.
    pub(super) fn wants_tunnel(&self) -> bool {
        self.offer.is_some()
    }

    /// What comes from the client on the stream that it wants for itself; once.
    pub(super) fn take_tunnel(&mut self) -> Option<RecvStream> {
        self.tunnel.take()
    }

    /// The request as the site sees it.
    pub(super) fn request<'a>(&'a self, peer: &'a Peer, way: &'a Way, tick_ms: u64) -> Request<'a> {
        let uri = self.request.uri();
        Request {
            method: self.method(),
            scheme: way.scheme,
            told_scheme: self.told_scheme,
            path: match *self.method() {
                Method::CONNECT => b"",
                _ => uri.path().as_bytes(),
            },
            query: uri.query().map(str::as_bytes),
            authority: self.host(),
            is_misdirected: way.is_misdirected,
            proof: way.proof.as_deref(),
            offer: self.offer.as_ref().map(|offer| offer.as_str().as_bytes()),
            body_bytes: self.body_bytes(),
            fields: self,
            peer: self.told.as_deref().unwrap_or(peer),
            tick_ms,
        }
    }

    /// How much it says it carries (RFC 9113 §8.1.1); the library holds it to that.
    fn body_bytes(&self) -> Option<u64> {
        if self.is_all {
            return Some(0);
        }
        let said = std::str::from_utf8(self.first("content-length")?).ok()?;
        said.parse().ok()
    }

    /// What the way it came says about it.
    pub(super) fn way(&self, channel: &Channel) -> Way {
        Way {
            scheme: channel.scheme(),
            is_misdirected: !channel.answers_for(self.host()),
            proof: channel.shared_proof(),
        }
    }

    fn host(&self) -> Option<&[u8]> {
        self.authority().or_else(|| self.first("host"))
    }

    /// The method as it was sent.
    pub(super) fn sent_method(&self) -> &Method {
        self.request.method()
    }

    /// The method as it is meant: who asks for a tunnel to a resource asks as with `Upgrade` in
    /// HTTP/1.1, which is a GET (RFC 8441 §5).
    pub(super) fn method(&self) -> &Method {
        match self.offer {
            Some(_) => &Method::GET,
            None => self.sent_method(),
        }
    }

    pub(super) fn priority(&self) -> Priority {
        self.first("priority")
            .map_or_else(Priority::default, Priority::read)
    }

    /// Which rule of a request it breaks, if any: the same as in HTTP/1.1.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let fields = self.request.headers();
        let mut asking = Asking {
            method: self.method(),
            target: self.target().bytes,
            authority: self.authority(),
            host: None,
            hosts: 0,
            fields: 0,
            field_bytes: 0,
            expect: None,
        };
        for (name, value) in fields {
            asking.fields += 1;
            asking.field_bytes += name.as_str().len() + value.len() + FIELD_OVERHEAD;
            if *name == header::HOST {
                asking.hosts += 1;
                asking.host = asking.host.or(Some(value.as_bytes()));
            } else if *name == header::EXPECT {
                asking.expect = Some(value.as_bytes());
            }
        }
        asking.field_bytes += asking.target.len();
        hello_http1::check(&asking, limits)
    }

    /// What was asked for, as the journal keeps it.
    pub(super) fn target(&self) -> Target<'_> {
        let uri = self.request.uri();
        let bytes = match uri.path_and_query() {
            Some(target) => target.as_str().as_bytes(),
            None => self.authority().unwrap_or_default(),
        };
        Target {
            bytes,
            has_query: uri.query().is_some(),
            client: self.told.as_deref(),
            said: &self.said,
        }
    }

    fn authority(&self) -> Option<&[u8]> {
        let authority = self.request.uri().authority();
        authority.map(|authority| authority.as_str().as_bytes())
    }
}

/// What a field takes beside its name and value (RFC 9113 §6.5.2).
const FIELD_OVERHEAD: usize = 32;

impl RequestFields for Asked {
    fn first(&self, name: &str) -> Option<&[u8]> {
        self.request.headers().get(name).map(HeaderValue::as_bytes)
    }

    fn nth(&self, name: &str, skip: usize) -> Option<&[u8]> {
        let mut values = self.request.headers().get_all(name).iter();
        values.nth(skip).map(HeaderValue::as_bytes)
    }

    fn any_name(&self, is_wanted: &dyn Fn(&[u8]) -> bool) -> bool {
        let mut names = self.request.headers().keys();
        names.any(|name| is_wanted(name.as_str().as_bytes()))
    }

    fn may_be_conditional(&self) -> bool {
        const NAMES: [HeaderName; 6] = [
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::IF_MODIFIED_SINCE,
            header::IF_UNMODIFIED_SINCE,
            header::IF_RANGE,
            header::RANGE,
        ];
        self.request
            .headers()
            .keys()
            .any(|name| NAMES.contains(name))
    }
}

/// The status as this protocol says it: that somebody takes over is success (RFC 8441 §4).
pub(super) fn status_of(response: &Response) -> StatusCode {
    match response.body {
        Body::Takeover(_) => StatusCode::OK,
        _ => response.status(),
    }
}

/// Says what the answer is likely to say. What cannot be written is left out: it is a hint.
pub(super) fn hint(respond: &mut SendResponse<Bytes>, list: &FieldList) {
    let mut head = http::Response::new(());
    *head.status_mut() = StatusCode::EARLY_HINTS;
    *head.headers_mut() = fields(list);
    let _ = respond.send_informational(head);
}

/// A kept head as this protocol sends it, without its date.
struct Rendered {
    fields: HeaderMap,
    /// Bytes of content that it announces, where they are known.
    content: Option<u64>,
}

/// Sends the head of a response; `is_whole` if nothing follows it.
///
/// # Spec
/// RFC 9110 §6.6.1 (Date), §8.6 (Content-Length: none with 204 and 304).
pub(super) fn respond(
    respond: &mut SendResponse<Bytes>,
    response: &Response,
    date: &[u8; 29],
    (private_only, id): (Option<&HeaderValue>, Option<&HeaderValue>),
    is_whole: bool,
) -> Result<SendStream<Bytes>, h2::Error> {
    let status = status_of(response);
    let content = response.body.len();
    let mut head = http::Response::new(());
    *head.status_mut() = status;
    *head.headers_mut() = match &response.head {
        ResponseHead::Own { fields, .. } => rendered(status, fields, content),
        ResponseHead::Kept { kept, which } => {
            let kept = kept.head(*which);
            let keepsake = kept.keepsake.get_or_keep(|| Rendered {
                fields: rendered(status, &kept.fields, content),
                content,
            });
            match keepsake {
                Some(rendered) if rendered.content == content => rendered.fields.clone(),
                _ => rendered(status, &kept.fields, content),
            }
        }
    };
    if matches!(response.body, Body::Takeover(_)) {
        // What is spoken from here on is known, and connections are not changed (RFC 8441 §5).
        head.headers_mut().remove(header::UPGRADE);
    }
    head.headers_mut().insert(header::DATE, date_value(date));
    if let Some(value) = private_only {
        head.headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, value.clone());
    }
    if let Some(id) = id {
        let name = HeaderName::from_static(REQUEST_ID);
        head.headers_mut().insert(name, id.clone());
    }
    respond.send_response(head, is_whole)
}

fn rendered(status: StatusCode, fields: &FieldList, content: Option<u64>) -> HeaderMap {
    let mut map = self::fields(fields);
    let is_without = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if let Some(content) = content.filter(|_| !is_without) {
        map.insert(header::CONTENT_LENGTH, content.into());
    }
    map
}

/// Fields as the library keeps them.
pub(super) fn fields(list: &FieldList) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(MOST_FIELDS);
    for (name, value) in list.iter() {
        map.append(name.clone(), value.clone());
    }
    map
}

/// Fields that an ordinary answer has at most.
const MOST_FIELDS: usize = 12;

/// The Date field's value, made once for each second and thread.
fn date_value(date: &[u8; 29]) -> HeaderValue {
    thread_local! {
        static MADE: RefCell<([u8; 29], HeaderValue)> =
            const { RefCell::new(([0; 29], HeaderValue::from_static(""))) };
    }
    MADE.with_borrow_mut(|made| {
        if made.0 != *date {
            let value = HeaderValue::from_bytes(date);
            *made = (*date, value.unwrap_or(HeaderValue::from_static("")));
        }
        made.1.clone()
    })
}
