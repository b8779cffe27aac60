//! What the journal may hold, and how long its printer waits.

use std::time::Duration;

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

/// Pause between two readings while much is happening. Reason: a person does not see the
/// difference, and waking for every event would cost more than the events.
pub(super) const PRINTER_PACE: Duration = Duration::from_millis(8);

/// Longest wait of the printer for a first event. Reason: it is woken for events and for the end;
/// should either be missed, it looks again.
pub(super) const PRINTER_PATIENCE: Duration = Duration::from_mins(1);

/// Pause before standard output is tried again after it failed (a full disk, a pipe that somebody
/// made non-blocking). Meanwhile the journal counts what it has no room for.
pub const PRINT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Of the events kept for a reader, the part that requests may fill. Reason: one client that
/// pipelines must not hide that others came and went.
pub const REQUEST_EVENTS_MAX: usize = EVENTS_MAX / 4 * 3;

/// How long the last lines may take to be read when the server stops. Reason: the time a person
/// takes to wonder. At the limit: they are lost.
pub(super) const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(1);

/// Text gathered before it is written, bytes. Reason: what a pipe holds. At the limit: written.
pub(super) const PRINTED_BYTES_MAX: usize = 64 << 10;
