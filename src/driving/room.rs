//! What all connections of a server share, and how one is handed from driver to driver.

use std::sync::Arc;
use std::time::Duration;

use hello_http1::{CommonFields, Limits};
use http::HeaderValue;
use http::header::STRICT_TRANSPORT_SECURITY;

use super::Witness;
use crate::net::Permit;
use crate::observe::Journal;
use crate::site::Sites;
use crate::tls::Channel;

/// What all connections of a server share, whatever they speak.
pub struct Room {
    /// Who decides the answers.
    pub sites: Arc<Sites>,
    /// Who remembers what happened.
    pub journal: Arc<Journal>,
    /// What a request and a connection may cost: the same whatever is spoken.
    pub limits: Arc<Limits>,
    /// What every answer over TLS says about coming in private only, if anything.
    pub private_only: Option<PrivateOnly>,
    /// How long a refused client may take to hear the refusal.
    pub linger_timeout: Duration,
    /// How long neither side may say anything where another protocol is spoken.
    pub tunnel_timeout: Duration,
}

/// What every answer over TLS says: that this host is to be visited over TLS alone, for so long
/// (RFC 6797). Never said in clear (§7.2). Subdomains are somebody else's business (§6.1.2), so
/// nothing is said of them.
pub struct PrivateOnly {
    pub(crate) fields: Arc<CommonFields>,
    pub(crate) value: HeaderValue,
}

impl PrivateOnly {
    /// For so long.
    pub fn during(time: Duration) -> Self {
        let value = format!("max-age={}", time.as_secs());
        let fields = [(STRICT_TRANSPORT_SECURITY.as_str(), value.as_bytes())];
        Self {
            fields: Arc::new(CommonFields::new(fields).expect("digits are a valid field value")),
            value: HeaderValue::from_str(&value).expect("digits are a valid field value"),
        }
    }
}

/// A connection that another driver goes on with.
pub struct Handover {
    /// The way to the client.
    pub channel: Channel,
    /// Its place in the registry.
    pub live: Witness,
    /// Its place among the connections.
    pub permit: Permit,
    /// What the client has said so far.
    pub heard: Vec<u8>,
}
