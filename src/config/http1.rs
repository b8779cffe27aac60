//! What an HTTP/1.1 connection may cost.

use std::time::Duration;

/// Limits and deadlines of the HTTP/1.1 engine. Reasons and consequences: `docs/limits.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http1Settings {
    /// Longest request head, from the method to the empty line, bytes.
    pub head_bytes_max: usize,
    /// Longest request target, bytes.
    pub target_bytes_max: usize,
    /// Most header fields in a request; trailers are counted on their own.
    pub fields_max: usize,
    /// Longest line that announces a chunk, bytes.
    pub chunk_line_bytes_max: usize,
    /// Chunk extensions in one request body, all together, bytes.
    pub chunk_extension_bytes_max: usize,
    /// Longest trailer section, bytes.
    pub trailer_bytes_max: usize,
    /// How much of a request body that nobody reads is read and thrown away, bytes.
    pub unread_body_bytes_max: usize,
    /// Longest wait for the first byte of a connection.
    pub first_byte_timeout: Duration,
    /// Longest wait for a complete request head, counted from its first byte.
    pub head_timeout: Duration,
    /// Longest silence within a request body.
    pub body_timeout: Duration,
    /// Slowest request body, bytes per second on average.
    pub body_rate_min: u64,
    /// Longest time in which a client takes nothing of the answer.
    pub write_timeout: Duration,
    /// Longest wait for the next request on a connection.
    pub idle_timeout: Duration,
}

impl Default for Http1Settings {
    fn default() -> Self {
        Self {
            head_bytes_max: 16 << 10,
            target_bytes_max: 8 << 10,
            fields_max: 100,
            chunk_line_bytes_max: 256,
            chunk_extension_bytes_max: 4 << 10,
            trailer_bytes_max: 8 << 10,
            unread_body_bytes_max: 256 << 10,
            first_byte_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            body_rate_min: 500,
            write_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
        }
    }
}
