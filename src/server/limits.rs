//! What the server as a whole may take.

use std::time::Duration;

/// Threads for work that may wait for a disk. Reason: enough to keep a disk's queue filled;
/// each costs a stack. At the limit further work waits its turn.
pub const BLOCKING_THREADS_MAX: usize = 32;

/// How long an unused one of them is kept.
pub const BLOCKING_THREAD_KEPT: Duration = Duration::from_secs(10);

/// How long connections may take to close once they are told to stop at once. Reason: it is one
/// turn of each; what is left after it is cut off by the end of the process.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// How often files that were deleted while kept open are closed. Reason: a build that replaces a
/// gigabyte should not find the disk full for longer than it takes to wonder.
pub const HOUSEKEEPING_PERIOD: Duration = Duration::from_secs(5);
