//! What driving an HTTP/2 connection may cost, beyond the limits all protocols share.

/// Requests in hand at once on one connection. Reason: a page asks for a hundred things at once
/// (RFC 9113 §6.5.2 recommends at least 100). Above: the stream is refused, to be asked again.
pub const STREAMS_MAX: u32 = 128;

/// How much longer a list of fields may be than `--head-bytes-max` to be answered by us, as its
/// factor. Reason: up to there it is decoded, so that the answer and the journal can say what was
/// wrong. Above: 431 without a page, or the end of the connection.
pub const FIELD_LIST_FACTOR: usize = 2;

/// Bytes read at once. Reason: a record of TLS; and two hundred requests of a page fit. What the
/// library has not understood of them stays with the connection.
pub const READ_BYTES: usize = 16 << 10;

/// Bytes of these that the library reads before it says what comes of them. Reason: it answers
/// mistakes itself, and those are counted when it does; so no more than a hundred go uncounted.
pub const SIP_BYTES: usize = 2 << 10;

/// Bytes of answers held before they must be taken by the kernel. Reason: as in HTTP/1.1, what is
/// said in one turn leaves in one system call, and a client that reads nothing must not make us
/// hold more than this.
pub const OUTPUT_BYTES_MIN: usize = 64 << 10;

/// The same where the kernel took everything at once, again and again. Reason: a call for four times
/// as much costs a tenth less for each byte; it is the window that HTTP/1.1 sends files in.
pub const OUTPUT_BYTES_MAX: usize = 256 << 10;

/// Bytes of one content sent before another has its turn. Reason: four frames (RFC 9113 §4.2), so that
/// nothing waits for long.
pub const QUANTUM_BYTES: usize = 64 << 10;

/// Bytes of a file that are read at once.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Chunks of files that each worker remembers. Reason: what many ask for at the same time is read
/// once for all of them.
pub const CHUNKS_KEPT: usize = 4;

/// Content up to this size is copied behind the head of its frame, bytes. Reason: below it, copying
/// costs less than one more slice in `sendmsg`.
pub const COPIED_BYTES_MAX: usize = 4 << 10;

/// Capacity up to which an output buffer is kept for the next turn, bytes. Above: freed.
pub const OUTPUT_KEPT_BYTES: usize = 128 << 10;

/// What is left of a content that does not wait for larger ones, bytes. Reason: a page, its styles
/// and scripts are smaller, and a client waits for them before it shows anything.
pub const SMALL_BYTES: u64 = 64 << 10;

/// Bytes sent to one client before others get their turn on this worker, as in HTTP/1.1.
pub const BURST_BYTES_MAX: u64 = 1 << 20;

/// Output buffers each worker keeps ready. Reason: a connection has one only while it has something
/// to say; more are made when needed and freed afterwards.
pub const BUFFERS_KEPT: usize = 4;

/// Answers of one connection that wait for a disk at once. Reason: one client must not take the
/// whole pool of threads. Above: the others wait their turn.
pub const PONDERED_MAX: usize = 8;

/// Frames of one kind that a client may send for nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
/// RST_STREAM, tiny DATA; and requests beyond [`STREAMS_MAX`]. Reason: a browser that leaves a page resets a hundred requests at once.
/// Above: GOAWAY with ENHANCE_YOUR_CALM, and the end.
pub const IDLE_FRAMES_MAX: u32 = 100;

/// Such frames that a client earns each second. Reason: a download of hours may be watched with a
/// PING each second, and ten times as many cost nothing.
pub const IDLE_FRAMES_EACH_SECOND: u32 = 10;

/// Frames of one kind that can be earned beyond [`IDLE_FRAMES_MAX`]. Reason: nobody saves up for a
/// flood.
pub const EARNED_FRAMES_MAX: u32 = 1000;

/// Frames of one kind (but RST_STREAM and SETTINGS) that a request earns. Reason: clients send a WINDOW_UPDATE for
/// the stream and one for the connection, and older ones a PRIORITY.
pub const FRAMES_EACH_REQUEST: u32 = 4;

/// Content sent that earns one more WINDOW_UPDATE, bytes. Reason: some clients send two for each
/// frame they get; and one with windows of 1 KiB, which it renews by halves, sends four for each KiB.
pub const BYTES_EACH_WINDOW_UPDATE: u64 = 1 << 8;

/// DATA below this is tiny, bytes, unless it ends its stream. Reason: the frame's head is then a good
/// part of what it costs.
pub const TINY_DATA_BYTES: u32 = 64;

/// CONTINUATION frames of one head (CVE-2024-27316). Reason: a head as large as may be takes two.
/// Above: GOAWAY, and the end.
pub const CONTINUATIONS_MAX: u8 = 4;

/// Streams that a client may make us reset by breaking rules (CVE-2025-8671). Reason: an honest one
/// breaks none. Above: GOAWAY, and the end.
pub const FORCED_RESETS_MAX: usize = 100;

/// Streams ended by the library that wait to be told in the journal. Reason: what is read at once
/// ([`READ_BYTES`]) has no room for more requests that would be. Above: not told.
pub const VERDICTS_MAX: usize = 1024;

/// Updates of priorities that wait for their requests (RFC 9218 §7.1). Reason: as many requests as
/// may be in hand. Above: the one for the oldest request is forgotten.
pub const UPDATES_MAX: usize = 128;

/// The value of such an update, bytes. Reason: what it can say takes six. Above: ignored.
pub const PRIORITY_BYTES_MAX: usize = 64;

/// Resets that may wait to be noticed. Reason: those of [`IDLE_FRAMES_MAX`] that come at once.
pub const UNNOTICED_RESETS_MAX: usize = 128;

/// What a client may send of bodies before it is told that more is welcome, bytes, on each stream
/// and on the connection: nobody reads bodies yet. Where a stream is taken over the connection's
/// window is wider by this, so that what is not heard there holds up nothing else. Reason: what the protocol begins with (RFC 9113
/// §6.9.2), and a form of ordinary size fits. Above: it waits; its answer tells it to stop.
pub const BODY_WINDOW_BYTES: u32 = 65_535;

/// Bytes read and thrown away while lingering, as in HTTP/1.1.
pub const LINGER_BYTES_MAX: u64 = 1 << 20;
