//! What sockets may cost.

use std::time::Duration;

/// Connections the kernel may hold for us before they are accepted. Reason: a burst of browsers
/// while one turn of the accept loop runs; the kernel lowers it to `net.core.somaxconn`.
pub const BACKLOG: i32 = 4096;

/// Descriptors kept free of connections: standard streams, runtime, listeners, signals, the folder
/// and files being opened. At the limit new connections make idle ones close.
pub const DESCRIPTORS_RESERVED: u64 = 24;

/// Descriptors that a worker keeps: both ends of the pipe through which it hands over pages. Where they
/// would be more than one in [`FILES_SHARE`] of all, some workers do without.
pub const DESCRIPTORS_OF_WORKER: u64 = 2;

/// Of the descriptors that are left, one in this many is for open files.
pub const FILES_SHARE: u64 = 8;

/// Memory one connection can be made to take, bytes; docs/limits.md adds it up. The number of
/// connections is such that, all at their worst, they take half of the memory there is.
pub const CONNECTION_BYTES_MAX: u64 = 192 << 10;

/// The same where TLS is spoken, bytes.
pub const SEALED_CONNECTION_BYTES_MAX: u64 = CONNECTION_BYTES_MAX + (80 << 10);

/// Pause after the system refused to accept, doubled each time. Reason: the condition lasts as
/// long as other connections do; asking more often than this is spinning.
pub const ACCEPT_PAUSE_MIN: Duration = Duration::from_millis(5);

/// Longest pause after the system refused to accept. Reason: short enough that nobody who waits
/// gives up; two tries a second cost nothing. It stays at this until one succeeds.
pub const ACCEPT_PAUSE_MAX: Duration = Duration::from_millis(500);

/// Failures to accept that concern one connection, passed over in a row without a pause. Reason:
/// a full backlog of clients that gave up. At the limit: paused for like a failure of the system.
pub const PASSED_OVER_MAX: u32 = 4096;

/// Of all connections, one in this many is closed at once when room is needed. Reason: looking
/// for the longest idle costs a walk over all of them, so it is done for a batch.
pub const SHED_SHARE: usize = 64;

/// How long a new connection waits for those that were told to go, before others are told too.
/// Reason: an idle connection goes within one turn of its task; one that does not is busy again.
pub const SHED_PATIENCE: Duration = Duration::from_millis(100);

/// Connections being told 503 at the same time. Reason: each takes a descriptor of the reserve for
/// as long as it lingers. At the limit further ones are closed unheard.
pub const REFUSALS_MAX: usize = 16;

/// Most bytes one `sendfile` call is asked to send. Reason: what the page cache lost between
/// probe and call holds up this worker, so a call is kept small (DESIGN: windows).
pub const SEND_WINDOW_BYTES: u64 = 256 << 10;

/// Bytes the kernel may hold for a client beyond what is on its way. Reason: without a bound it
/// takes 4 MiB, and hears of progress only when a third of that has gone: a client at modem speed
/// would look as if it took nothing, and an answer as if it were sent. At the limit: the socket
/// is not writable, and `--write-timeout` runs until the client has taken some of it.
pub const UNSENT_BYTES_MAX: u32 = 64 << 10;

/// Slices of memory given to one `sendmsg`. Reason: they stand on the stack, and answers too large
/// to be copied fill the output before there are so many. At the limit: another call.
pub const SLICES_MAX: usize = 16;

/// Bytes of a header of the PROXY protocol. Reason: addresses take 216 at most, and what proxies add
/// about certificates and clouds a few hundred. Above: the connection ends, `proxy-failed`.
pub const PROXY_HEADER_BYTES_MAX: usize = 4 << 10;
