//! What is spoken on top of TLS, agreed in the handshake (ALPN, RFC 7301).

/// A protocol on top of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/2.
    Http2,
    /// HTTP/1.1, and whatever a client without preference means.
    Http1,
}

impl Protocol {
    /// What is offered, the dearest first.
    pub(super) const ALL: [Self; 2] = [Self::Http2, Self::Http1];

    /// Its name in the handshake.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http2 => "h2",
            Self::Http1 => "http/1.1",
        }
    }

    /// The one that was agreed; none is HTTP/1.1.
    pub(super) fn agreed(name: Option<&[u8]>) -> Self {
        let known = |known: &Self| name == Some(known.name().as_bytes());
        Self::ALL.into_iter().find(known).unwrap_or(Self::Http1)
    }
}
