//! One connection with everything it has: what it holds, what it is busy with, and until when.
//!
//! What has to wait (for a disk, for the client) is remembered in lists, each of them bounded by
//! [`STREAMS_MAX`]. What is done with all of it is in `drive.rs` and the files that it names.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use h2::server::{Builder, Connection, Handshake};

use super::feed::Feed;
use super::limits::{
    BODY_WINDOW_BYTES, FIELD_LIST_FACTOR, FORCED_RESETS_MAX, STREAMS_MAX, UNNOTICED_RESETS_MAX,
};
use super::pondered::Pondered;
use super::send::Leaving;
use super::takeover::Tunnel;
use super::unread::UnreadBodies;
use super::wire::{Grip, Wire, wire};
use crate::clock;
use crate::driving::{Alarm, Handover, Pace, Room, Witness};
use crate::net::Permit;
use crate::tls::Channel;

/// What the library is doing.
pub(super) enum Speech {
    /// It waits for the client's opening words.
    Greeting(Handshake<Wire, Bytes>),
    Open(Connection<Wire, Bytes>),
    /// It has said its last.
    Over,
}

/// One connection with everything it needs. Fields are dropped in order: the socket is closed
/// before the place is given back, so that a free place is really free.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one connection"
)]
pub(super) struct Conversation {
    pub(super) socket: Channel,
    pub(super) speech: Speech,
    pub(super) grip: Grip,
    pub(super) feed: Feed,
    /// Streams on which another protocol is spoken.
    pub(super) tunnels: Vec<Tunnel>,
    pub(super) unread: UnreadBodies,
    pub(super) pondered: VecDeque<Pondered>,
    pub(super) leaving: VecDeque<Leaving>,
    pub(super) alarm: Alarm,
    pub(super) live: Witness,
    pub(super) room: Arc<Room>,
    /// Bytes sent since others had their turn on this worker.
    pub(super) burst: u64,
    /// What the kernel held for the client when its buffer became full.
    pub(super) unacknowledged: Option<u64>,
    /// When something was last done: the beginning, an answer that left, bytes that were taken.
    pub(super) since: Instant,
    /// When a frame began that is not complete.
    pub(super) mid_frame: Option<Instant>,
    /// The client has no more to say.
    pub(super) peer_done: bool,
    /// It was told that we are leaving.
    pub(super) is_leaving: bool,
    /// Its opening words were right.
    pub(super) has_opened: bool,
    /// An exchange came to its end since the registry was told.
    pub(super) has_settled: bool,
    /// How fast content may leave that is held to a pace, if there was some.
    pub(super) pace: Option<Box<Pace>>,
    /// Content given to the library since it last spoke, bytes.
    pub(super) promised: usize,
    _permit: Permit,
}

impl Conversation {
    pub(super) fn new(handover: Handover, room: Arc<Room>) -> Self {
        let Handover {
            channel,
            live,
            permit,
            heard,
        } = handover;
        let (wire, grip) = wire();
        let fields_max = room.limits.head_bytes_max * FIELD_LIST_FACTOR;
        let handshake = Builder::new()
            .max_concurrent_streams(STREAMS_MAX)
            .enable_connect_protocol()
            .max_header_list_size(u32::try_from(fields_max).unwrap_or(u32::MAX))
            .initial_window_size(BODY_WINDOW_BYTES)
            .initial_connection_window_size(BODY_WINDOW_BYTES)
            .max_pending_accept_reset_streams(UNNOTICED_RESETS_MAX)
            .max_local_error_reset_streams(Some(FORCED_RESETS_MAX))
            .handshake(wire);
        let now = clock::now();
        let mid_frame = {
            let mut ends = grip.hold();
            ends.take_in(&heard, clock::tick_ms());
            ends.census.is_mid_frame() && !heard.is_empty()
        };
        Self {
            socket: channel,
            speech: Speech::Greeting(handshake),
            grip,
            feed: Feed::default(),
            tunnels: Vec::new(),
            unread: UnreadBodies::default(),
            pondered: VecDeque::new(),
            leaving: VecDeque::new(),
            alarm: Alarm::default(),
            live,
            room,
            burst: 0,
            unacknowledged: None,
            since: now,
            mid_frame: mid_frame.then_some(now),
            peer_done: false,
            is_leaving: false,
            has_opened: false,
            has_settled: false,
            pace: None,
            promised: 0,
            _permit: permit,
        }
    }

    /// Whether nothing is in hand.
    pub(super) fn is_idle(&self) -> bool {
        self.feed.answers.is_empty()
            && self.tunnels.is_empty()
            && self.pondered.is_empty()
            && self.leaving.is_empty()
            && self.grip.hold().outgoing.is_empty()
    }

    /// Whether the library has more to say than there was room for.
    pub(super) fn is_blocked(&self) -> bool {
        self.grip.hold().is_blocked
    }
}
