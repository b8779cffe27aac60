//! A request as the site sees it: borrowed from the bytes that arrived, whatever the protocol.

use http::Method;

use super::{Peer, Proof};

/// One request, valid as long as the bytes it arrived in.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method; always one that hello knows (others are refused by the engine, 501).
    pub method: &'a Method,
    /// How it was asked: in clear or in private.
    pub scheme: Scheme,
    /// How a trusted proxy says that it was asked, if it passed the request on and says so.
    pub told_scheme: Option<Scheme>,
    /// The path as sent: not decoded, without the query, starting with `/`;
    /// `*` for `OPTIONS *` (RFC 9112 §3.2.4).
    pub path: &'a [u8],
    /// What follows the first `?`, as sent.
    pub query: Option<&'a [u8]>,
    /// Host and port the client asked for, from the target or the Host field.
    pub authority: Option<&'a [u8]>,
    /// Whether the connection was made for another name: its certificate says nothing about this
    /// one, nor does what let the client in (RFC 9110 §7.4).
    pub is_misdirected: bool,
    /// What the client has proved of itself; `None` where it was not asked to.
    pub proof: Option<&'a Proof>,
    /// The protocols that the client offers to speak from here on, as it wrote them; `None` also
    /// where the way is not free, because the request has a body (RFC 9110 §7.8, RFC 8441).
    pub offer: Option<&'a [u8]>,
    /// Bytes of content that it says it carries; `None` where that is known only at its end.
    pub body_bytes: Option<u64>,
    /// The header fields.
    pub fields: &'a dyn RequestFields,
    /// Who asks.
    pub peer: &'a Peer,
    /// When it was asked, by [`crate::clock::tick_ms`].
    pub tick_ms: u64,
}

/// What the paths begin with under which hello answers on its own account. A name that begins with a
/// dot is no file, unless hidden ones are served.
pub const OWN_PATHS: &str = "/.hello/";

/// The host of an authority: what stands before the port (RFC 3986 §3.2).
pub fn host_of(authority: &[u8]) -> &[u8] {
    match authority.iter().rposition(|byte| *byte == b':') {
        Some(colon) if authority[colon + 1..].iter().all(u8::is_ascii_digit) => &authority[..colon],
        _ => authority,
    }
}

/// The scheme of a request's target (RFC 9110 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As it stands in a URI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl<'a> Request<'a> {
    /// How the client has to ask: as it asked whoever passed the request on.
    pub fn public_scheme(&self) -> Scheme {
        self.told_scheme.unwrap_or(self.scheme)
    }

    /// The first field of that name; `name` in lower case.
    pub fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.first(name)
    }
}

/// The header fields of a request, wherever the protocol keeps them.
pub trait RequestFields: Send + Sync {
    /// The value of the first field called `name` (lower case), without surrounding whitespace.
    fn first(&self, name: &str) -> Option<&[u8]>;

    /// The value of the field called `name` after `skip` others of that name. A list may be spread
    /// over several field lines (RFC 9110 §5.3): whoever keeps repeated fields answers for them.
    fn nth(&self, name: &str, skip: usize) -> Option<&[u8]> {
        if skip == 0 { self.first(name) } else { None }
    }

    /// Whether a field has a name that is wanted; names come as they were sent, in any case.
    fn any_name(&self, is_wanted: &dyn Fn(&[u8]) -> bool) -> bool;

    /// Whether a condition or a range may be among them (`If-*`, `Range`).
    ///
    /// `true` is always right. Who knows better saves the finishers five searches per request.
    fn may_be_conditional(&self) -> bool {
        true
    }
}

/// A plain list is good enough where speed does not matter: tests, `explain`.
impl RequestFields for Vec<(&str, &[u8])> {
    fn first(&self, name: &str) -> Option<&[u8]> {
        self.nth(name, 0)
    }

    fn any_name(&self, is_wanted: &dyn Fn(&[u8]) -> bool) -> bool {
        self.iter().any(|(name, _)| is_wanted(name.as_bytes()))
    }

    fn nth(&self, name: &str, skip: usize) -> Option<&[u8]> {
        self.iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .nth(skip)
            .map(|(_, value)| *value)
    }
}
