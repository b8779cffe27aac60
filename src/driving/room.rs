//! What all connections of a server share, and how one is handed from driver to driver.

use std::sync::Arc;
use std::time::Duration;

use hello_http1::Limits;

use super::Witness;
use crate::net::Permit;
use crate::observe::Journal;
use crate::site::Site;
use crate::tls::Channel;

/// What all connections of a server share, whatever they speak.
pub struct Room {
    /// Who decides the answers.
    pub site: Arc<Site>,
    /// Who remembers what happened.
    pub journal: Arc<Journal>,
    /// What a request and a connection may cost: the same whatever is spoken.
    pub limits: Arc<Limits>,
    /// How long a refused client may take to hear the refusal.
    pub linger_timeout: Duration,
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
