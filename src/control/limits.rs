//! What those who ask a running server may cost it, and how long they may take.

use std::time::Duration;

/// Who may ask at once. Reason: a few people and a few scripts look at one server; each keeps a
/// descriptor and a task. At the limit: told so (`server-busy`), closed.
pub const CLIENTS_MAX: usize = 16;

/// Bytes of a question. Reason: room for [`TRACED_MAX`] patterns, however they are written. At the limit:
/// told so (`bad-request`), closed.
pub const REQUEST_BYTES_MAX: usize = 16 << 10;

/// Patterns and addresses that one who traces may name. Reason: more than one mistake hangs on. At the
/// limit: told so (`too-many-networks`).
pub const TRACED_MAX: usize = 8;

/// How long a question may take to come, from the moment its client was accepted. Reason: both are on
/// this machine. At the limit: closed.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take nothing of its answer. Reason: somebody who has stopped a pager reads
/// on; a program that hangs does not. At the limit: closed.
pub const TAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of an answer gathered before they are written. Reason: what a socket takes at once.
pub const GATHERED_BYTES_MAX: usize = 16 << 10;

/// Bytes of one line of an answer. Reason: a target of 2 KiB, each byte written as six. At the limit
/// the one who asks gives up.
pub const LINE_BYTES_MAX: usize = 64 << 10;

/// Requests told of one connection that are being answered. Reason: HTTP/2 may have 128 of them.
/// Beyond it they are counted.
pub const RUNNING_TOLD_MAX: usize = 16;

/// Connections looked at in one go. Reason: accepting waits meanwhile, for some microseconds.
pub const LOOKED_AT_MAX: usize = 256;

/// Connections whose changes are told to one who watches. Reason: as many as a view keeps stories of.
/// Beyond it: only their events.
pub const WATCHED_MAX: usize = 1 << 10;

/// How often one who watches is told what is new. Reason: as often as a view draws.
pub const WATCH_PERIOD: Duration = Duration::from_millis(100);

/// How long a question waits for the end of the connection it wants closed. Reason: an idle one is
/// gone in a millisecond, and who asks wants to know. At the limit: told that it is closing.
pub const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// How often it is looked whether it has ended.
pub const CLOSE_PERIOD: Duration = Duration::from_millis(5);

/// Orders for the server that wait for it. Reason: it carries out one at a time, and who asks waits.
/// At the limit: told so (`server-busy`).
pub const COMMANDS_MAX: usize = 4;

/// How long an order may take. Reason: certificates may have to be read from a slow disk. At the limit
/// the one who asked is told so (`server-busy`); the order is still carried out.
pub const COMMAND_TIMEOUT: Duration = Duration::from_mins(1);

/// How long trying a configuration on what was asked last may take. Reason: each request is walked through
/// twice, and a slow disk has to be asked for each. At the limit: told so (`server-busy`).
pub const TRIAL_TIMEOUT: Duration = Duration::from_mins(2);

/// Names tried in a folder for a socket. Reason: of servers in containers that share a folder, each
/// may be process 1. At the limit: `control-socket-in-use`.
pub const NAMES_MAX: u32 = 16;

/// How often, and at which pace, a folder is waited for in which another server opens its socket.
/// Reason: that takes a millisecond. Then it is done without waiting: at worst two servers that begin
/// at once in the place of a dead one leave the name to the later.
pub const LOCK_TRIES_MAX: u32 = 20;

/// The pace.
pub const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Pause before accepting again after it failed. Reason: there were too many open files, most likely.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

/// Sockets looked at in one folder to find the servers that run. Beyond it they are not found, and
/// have to be named.
pub const SERVERS_MAX: usize = 256;

/// How long a server may take to say something when it is asked. Reason: it looks at its connections,
/// a million of them in a second. At the limit: `no-answer`.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Lines of an answer that are kept. Reason: more than a million connections are no table. At the limit
/// the one who asks gives up.
pub const LINES_MAX: usize = 1 << 21;
