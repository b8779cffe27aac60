//! What the journal may hold.

/// Events kept for a reader, for each worker. Reason: a fifteenth of a second of the fastest
/// traffic one core can answer, ten times the pause between two readings. At the limit: events
/// are dropped and counted by kind.
pub const EVENTS_MAX: usize = 16 << 10;

/// Bytes of text (request targets) kept for a reader, for each worker. Reason: 64 bytes for each
/// event, which is a long path. At the limit: as for [`EVENTS_MAX`].
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Events remembered for each worker while nobody reads. At the limit the older half is
/// forgotten.
pub const REMEMBERED_EVENTS_MAX: usize = 1 << 10;

/// Bytes of one request target that are kept. Reason: the longest line a person scrolls through.
/// At the limit: cut.
pub const TARGET_BYTES_MAX: usize = 2 << 10;
