//! What the server as a whole may take.

use std::time::Duration;

/// How often the service manager is told how we are, unless it wants to hear of us more often. Reason: a
/// person who asks it sees what was told last.
pub const STATUS_PERIOD: Duration = Duration::from_secs(10);

/// How often the service manager hears that we are alive in the time that it waits for it. Reason: two of
/// the three may come late, and nothing is lost.
pub const WATCHDOG_SHARE: u32 = 3;

/// How long the service manager may take to take what it is told. Reason: its queue is full for moments.
/// At the limit: it is not told.
pub const MANAGER_TIMEOUT: Duration = Duration::from_secs(1);

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

/// Ports tried after one that is taken (`--next-port`). Reason: a machine with a hundred servers
/// side by side has another problem. At the limit: `no-free-port`.
pub const NEXT_PORT_TRIES_MAX: u16 = 100;

/// Bytes read of one table of the system's when something went wrong. Reason: a hundred thousand
/// sockets fit. Beyond it, the answer may be missing.
pub const DIAGNOSE_BYTES_MAX: u64 = 16 << 20;

/// Names looked at in one folder when something went wrong, the processes in `/proc` among them.
/// Beyond it, the answer may be missing.
pub const DIAGNOSE_ENTRIES_MAX: usize = 100_000;

/// Descriptors of other processes looked at to find out who has a port. Reason: a second or two.
/// Beyond it, the answer may be missing.
pub const DIAGNOSE_LINKS_MAX: usize = 500_000;

/// Links followed to find the folder that keeps us out. Reason: as many as the kernel follows.
pub const DIAGNOSE_JUMPS_MAX: usize = 40;

/// Names like the one that was meant. Reason: more are no help.
pub const SIMILAR_MAX: usize = 3;

/// The part of a limit of memory that files may take, as its divisor. Reason: connections need the
/// other half when there are many. Beyond it: a word at the start, `memory-limit`.
pub const MEMORY_FILES_SHARE: u64 = 2;

/// Requests that settings are tried on (`hello check --against-traffic`), unless it is said how many.
/// Reason: some minutes of most sites, walked through in a second.
pub(crate) const TRIED_REQUESTS: usize = 1000;

/// Requests that settings are tried on at most. Reason: as many as the journal is sure to remember.
/// Beyond: the last ones.
pub(crate) const TRIED_REQUESTS_MAX: usize = 4 << 10;

/// Ways in which one request is walked through, where what it hangs on was not kept. Reason: four
/// questions with two answers each. Beyond: it cannot be judged.
pub(super) const SUPPOSED_WAYS_MAX: usize = 16;

/// Kinds of requests that a trial tells of. Reason: more than anybody reads. Beyond: counted.
pub(super) const TOLD_OF_TRIAL_MAX: usize = 1000;

/// How often files that are followed (`--watch`) are looked at. Reason: a person who has saved one looks up
/// after twice as long, and a look at a dozen files costs some microseconds. Twice the same: it has settled.
pub(super) const FOLLOWING_PACE: Duration = Duration::from_millis(250);

/// Files and folders that are followed, and names looked at in a folder of settings. Reason: four times the
/// files that settings may be made of. Beyond: not followed.
pub(super) const FOLLOWED_FILES_MAX: usize = 4 << 10;

/// Open files without which there is no point in starting. Reason: three for the standard streams,
/// nine for the runtime, and somebody is to be served. Below it: `too-many-open-files`.
pub const DESCRIPTORS_LEAST: u64 = 16;

/// Names that are looked at to tell how much is shared. Reason: a tenth of a second for a folder that
/// the kernel has to read from a disk first. Beyond: "more than".
pub(crate) const SHARED_NAMES_MAX: usize = 20_000;

/// How long the neighbours are asked for our own name at the start. Reason: those who answer do so
/// within a few milliseconds; nobody should wait for a network without them. Then: addresses alone.
pub(crate) const OWN_NAME_TIMEOUT: Duration = Duration::from_millis(300);

/// Folders within folders that `hello compress` goes into. Reason: each is open while it is walked
/// through; a tree that deep is a mistake of a program. Beyond: told, and left alone.
pub const FOLDERS_DEEP_MAX: usize = 128;

/// Files that wait for a core in `hello compress`. Reason: no core waits; each keeps its folder open.
/// Beyond: the walk waits.
pub const COMPRESSED_FILES_WAITING_MAX: usize = 32;

/// Failures that `hello compress` tells one by one. Reason: half a screen; what ails the others is
/// the same. Beyond: counted.
pub const COMPRESS_FAILURES_MAX: usize = 10;

/// Connections at once at the address for those who watch (`--metrics`). Reason: a handful of programs
/// ask every few seconds. At the limit: the longest idle is closed to make room.
pub const WATCHERS_MAX: usize = 64;
/// Largest file of early hints (`--hints`), bytes. Reason: ten thousand lines of a person or a program; its
/// links stay in memory. Above: an error at the start.
pub(super) const HINT_FILE_BYTES_MAX: u64 = 1 << 20;
