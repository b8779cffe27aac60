//! What driving a connection may cost, beyond the engine's own limits.

/// Bytes of the receive buffer beyond the longest head or trailer section. Reason: one read
/// should take in what a browser sends with a small body.
pub const INPUT_SPARE_BYTES: usize = 512;

/// Bytes of answers held before they must be taken by the kernel. Reason: pipelined answers leave
/// in one system call, and a client that reads nothing must not make us hold more than this.
pub const OUTPUT_BYTES_MAX: usize = 64 << 10;

/// Content up to this size is copied behind its head. Reason: below it, copying costs less than
/// a second slice in `sendmsg` (measured).
pub const COPIED_BYTES_MAX: usize = 8 << 10;

/// Bytes sent to one client before others get their turn on this worker. Reason: a fast client
/// with a large file would otherwise keep a worker for as long as it reads.
pub const BURST_BYTES_MAX: u64 = 1 << 20;

/// Turns (buffers) each worker keeps ready. Reason: connections take one only while something is
/// in hand; more are made when needed and freed afterwards.
pub const TURNS_KEPT: usize = 4;

/// Capacity up to which an output buffer is kept for the next turn, bytes. Reason: the heads and
/// small contents of an ordinary turn. Above: freed.
pub const OUTPUT_KEPT_BYTES: usize = 16 << 10;

/// Bytes read and thrown away while lingering. Reason: what is on its way to us when a client is
/// refused in the middle of an upload. At the limit: closed all the same.
pub const LINGER_BYTES_MAX: u64 = 1 << 20;

/// Bytes of what clients said and of walks that are kept for the journal before a walk is left out. Reason:
/// four of the longest walks; the answers behind which they stand leave together. At the limit: the journal
/// says that there was one.
pub const WALKS_BYTES_MAX: usize = 64 << 10;
