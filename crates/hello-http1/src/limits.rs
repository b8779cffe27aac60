//! Every bound of the engine, in one place: unit, reason, consequence.
//!
//! Law: nothing in the engine grows, waits or counts without a number here.
//! The engine itself holds no received bytes; what a connection can make its
//! driver hold is at most the largest of `head_bytes_max`,
//! `chunk_line_bytes_max` and `trailer_bytes_max`, plus one read.

use std::time::Duration;

/// Most fields that a head or trailer section can have, whatever the settings
/// say. Reason: their places are noted on the stack while they are parsed.
pub const FIELDS_CEILING: usize = 100;

/// The bounds of one connection, shared by all that are configured alike.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Longest request head, in bytes, from the method to the empty line.
    /// Reason: the largest honest heads carry cookies, and browsers keep those
    /// under 8 KiB for a site. Beyond: 431, close.
    pub head_bytes_max: usize,
    /// Longest request target, in bytes. Reason: RFC 9112 §3 recommends at
    /// least 8000. Beyond: 414, close.
    pub target_bytes_max: usize,
    /// Most fields in a head, and in a trailer section. Reason: browsers send
    /// about fifteen; a hundred holds a chain of proxies. Settings above
    /// [`FIELDS_CEILING`] count as that. Beyond: 431, close.
    pub fields_max: usize,
    /// Longest line that opens a chunk, in bytes, its extensions included.
    /// Reason: a size needs sixteen digits, and nobody has been seen sending
    /// extensions. Beyond: 400, close.
    pub chunk_line_bytes_max: usize,
    /// Most bytes of chunk extensions in one body. Reason: they are read and
    /// forgotten, so they must not outweigh the data (RFC 9112 §7.1.1).
    /// Beyond: 400, close.
    pub chunk_extension_bytes_max: usize,
    /// Longest trailer section, in bytes. Reason: it waits in the receive
    /// buffer until it is complete. Beyond: 431, close.
    pub trailer_bytes_max: usize,
    /// Most bytes of a body that nobody reads which are received and thrown
    /// away to save the connection. Reason: beyond this a new connection costs
    /// less than the rest of the body. Beyond: close, lingering.
    pub unread_body_bytes_max: u64,
    /// Longest silence between accept and the first byte. Reason: browsers
    /// open spare connections; half a minute keeps those that are used soon.
    /// Beyond: close without a word.
    pub first_byte_timeout: Duration,
    /// Longest wait for a whole head, from its first byte. Reason: a head fits
    /// into a few packets; ten seconds outlast three lost ones. Beyond: 408, close.
    pub head_timeout: Duration,
    /// Wait for a body before its rate counts. Reason: a phone that changes
    /// networks is silent for about that long. Extended by the time the
    /// received bytes were worth at `body_rate_min`. Beyond: 408, close.
    pub body_timeout: Duration,
    /// Slowest body, in bytes each second, over its whole length. Reason:
    /// slower than any modem still in use. 0 counts as 1. Beyond: 408, close.
    pub body_rate_min: u32,
    /// Longest wait for a peer that takes not one byte of what we send.
    /// Reason: what waits for it is memory of ours. Beyond: reset.
    pub write_timeout: Duration,
    /// Longest silence between two exchanges. Reason: browsers keep
    /// connections for one to five minutes; this is what nginx grants.
    /// Beyond: close without a word.
    pub idle_timeout: Duration,
}

impl Limits {
    /// How long a body may take of which so many bytes have come: it earns time by arriving.
    pub fn body_patience(&self, received_bytes: u64) -> Duration {
        let earned = received_bytes / u64::from(self.body_rate_min.max(1));
        self.body_timeout
            .saturating_add(Duration::from_secs(earned))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes_max: 16 * 1024,
            target_bytes_max: 8 * 1024,
            fields_max: FIELDS_CEILING,
            chunk_line_bytes_max: 256,
            chunk_extension_bytes_max: 4 * 1024,
            trailer_bytes_max: 8 * 1024,
            unread_body_bytes_max: 256 * 1024,
            first_byte_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            body_rate_min: 500,
            write_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
        }
    }
}
