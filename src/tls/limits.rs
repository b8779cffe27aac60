//! What TLS may cost. The deadline of a handshake is an option: `--handshake-timeout`.

use std::time::Duration;

/// Bytes a client may send before its handshake is done. Reason: a greeting with keys that
/// withstand quantum computers takes 2 KiB, one with a long ticket 4. At the limit: closed,
/// `handshake-failed`.
pub const HANDSHAKE_BYTES_MAX: usize = 16 << 10;

/// Bytes of records read at once. Reason: the longest record there may be (RFC 5246 §6.2.3: 16 KiB,
/// 2 KiB of padding and sums, 5 bytes of head) has to fit, or it could never be opened. At the
/// limit: a record that is longer still is refused, and the connection closed.
pub const INCOMING_BYTES: usize = 37 * 512;

/// Content sealed at once, bytes: two records. Reason: what the kernel does not take is held by
/// the connection, and 32 KiB cost a tenth less than 16; beyond that nothing is won. At the limit:
/// another call.
pub const SEAL_BYTES_MAX: usize = 32 << 10;

/// Content that waits for what follows it at once, bytes: the head of an answer before its file.
/// Reason: both then leave in one record. Above: sealed by itself.
pub const HELD_BYTES_MAX: usize = 4 << 10;

/// What sealing adds, bytes: two records of 22 bytes, tickets or an answer to new keys before them.
/// Reason: the worker's buffer then need not grow; if more is needed it does.
pub const SEALED_SPARE_BYTES: usize = 2 << 10;

/// Characters of a client's name that are kept. Reason: enough for a person and a machine; a name is
/// as long as its authority likes. Above: cut.
pub const CLIENT_NAME_CHARS_MAX: usize = 200;

/// Bytes of a certificate file or key file that are read. Reason: a chain takes 10 KiB; a file of
/// another kind, named by mistake, must not fill the memory. Above: refused.
pub const PEM_BYTES_MAX: u64 = 1 << 20;

/// How long a local authority is valid. Reason: it is put into stores by hand, once for each
/// machine; ten years outlive most of these. At the limit: `authority-expired`, and another is made.
pub const AUTHORITY_LIFETIME: Duration = Duration::from_hours(24 * 3650);

/// How long a certificate of the local authority is valid. Reason: it is never kept, and made anew
/// when a third is left; browsers take none for more than 398 days. At the limit: refused by clients.
pub const LEAF_LIFETIME: Duration = Duration::from_hours(24 * 60);

/// Names below `localhost` and `test` that clients may teach us. Reason: nobody tries out more sites
/// at once, and the certificate is sent in every handshake. At the limit: no more are taken in.
pub const LEARNED_NAMES_MAX: usize = 32;

/// How long a look at this machine's names and addresses counts. Reason: a laptop that changes its
/// network is opened again within seconds. At the limit: the next handshake has it looked at.
pub const MACHINE_LOOK_PERIOD: Duration = Duration::from_secs(2);
