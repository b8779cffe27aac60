//! What this room holds and does at most. Settings are in `config::FileSettings`.

use std::time::Duration;

/// Longest decoded path, bytes. Reason: `PATH_MAX` less the final NUL; the kernel takes no longer
/// name. Above: 404.
pub(crate) const PATH_BYTES_MAX: usize = 4095;

/// Links followed on the way to one file, in the walk that replaces `openat2`. Reason: the
/// kernel's own limit (path_resolution(7)). Above: 404, as with the kernel's ELOOP.
pub(crate) const LINKS_MAX: usize = 40;

/// What an entry of the cache weighs at least besides its names, bytes. Reason: its fields and its
/// rendered heads take two to three kilobytes however small the file; without a least weight a folder
/// of empty files would fill the memory. Consequence: 64 MiB hold fewer than 16,384 files.
pub(crate) const ENTRY_WEIGHT_MIN: u64 = 4 << 10;

/// Steps in which the cache gives room back when it is to hold less. Reason: nothing is looked up while it
/// does; a step of a gigabyte takes as long as one of 64 MiB in one go, some milliseconds.
pub(crate) const CACHE_STEPS: u64 = 64;

/// Names that were looked for in vain and are remembered, for each path served. Reason: what a page and
/// its visitors' browsers ask for in vain is a dozen; with [`MISSING_NAME_BYTES_MAX`] it is 40 KiB. Beyond: one
/// takes the place of another, which is looked for again.
pub(crate) const MISSING_NAMES_MAX: usize = 256;

/// Longest of these names, bytes. Reason: what pages refer to is shorter. Above: not remembered.
pub(crate) const MISSING_NAME_BYTES_MAX: usize = 120;

/// Attempts at a file that changes while it is read, or whose folders move while it is looked up.
/// Reason: a writer that wins four times in a row is not pausing for us. At the limit: the file is
/// sent from its descriptor, as if it were large, and watched; a name that cannot be found is 500.
pub(crate) const ATTEMPTS_MAX: usize = 4;

/// Age from which a modification time tells two contents apart. Reason: the kernel stamps files
/// with its last tick, 10 ms old at most (HZ=100); twice that is on the safe side. Younger: the
/// ETag is weak and the cached copy is read again at its next look.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// Age from which a folder's time tells two states of it apart, whatever file system it is on. Reason: FAT
/// counts in steps of two seconds. Younger: each name is looked for.
pub(crate) const COARSEST_TICK: Duration = Duration::from_secs(3);

/// What a client is told to wait after a 503, seconds. Reason: whatever ran short is shared by
/// short requests; a second later it is free again or an operator is needed.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 1;

/// Members of an `If-Match` or `If-None-Match` that are looked at. Reason: caches send the tags of
/// a few variants; hundreds are somebody playing. Beyond: as if they were not there.
pub(crate) const ETAGS_MAX: usize = 64;

/// Members of an `Accept-Encoding` that are looked at. Reason: there are a dozen codings in the
/// world; browsers name four. Beyond: as if they were not there.
pub(crate) const ACCEPTED_MAX: usize = 32;

/// Smallest content that is compressed, bytes. Reason: with its head it fits into one packet as it
/// is. Below: sent as it is.
pub(crate) const CODED_BYTES_MIN: u64 = 1 << 10;

/// Largest file that is compressed while it is served, bytes. Reason: the scripts and styles of
/// large applications; compressed they take a few hundred KiB of `--memory-bytes-max`, and a tenth
/// of a second of one thread. Above: sent as it is; `hello compress` knows no such limit.
pub(crate) const CODED_BYTES_MAX: u64 = 2 << 20;

/// Largest file that `hello compress` takes, bytes. Reason: it is in memory while it is compressed, once
/// for each core, and the best effort makes a few MiB in a second. Above: left as it is, and told; and
/// nobody is advised to compress it.
pub(crate) const COMPRESSED_FILE_BYTES_MAX: u64 = 64 << 20;

/// How many times a file that is compressed has to fit into `--memory-bytes-max`. Reason: who has
/// room for no more would push out what was made before it is asked for again, and make it anew.
pub(crate) const CODED_SHARE: u64 = 16;

/// Files that are compressed at the same time while serving. Reason: answering comes first; one
/// core's worth of work is given away at most. Beyond: they wait their turn.
pub(crate) const COMPRESSIONS_MAX: usize = 1;

/// Files that wait to be compressed. Reason: a page with all its parts, ten times over; each is
/// done within milliseconds. Beyond: sent as they are, and asked for again.
pub(crate) const COMPRESSIONS_WAITING_MAX: usize = 256;

/// Ranges of one request that are answered as such. Reason: readers of documents ask for a dozen at
/// once; hundreds of small ones cost more than the whole (RFC 9110 §14.2). Above: the whole.
pub(crate) const RANGES_MAX: usize = 32;

/// Bytes between two ranges that are sent along. Reason: the head of another part is about as long
/// (RFC 9110 §15.3.7.2).
pub(crate) const RANGE_GAP_BYTES: u64 = 100;

/// Pages for refusals that are kept. Reason: names are static, so there are as many as the engines
/// have refusals, in each language. Above: made each time.
pub(crate) const REFUSAL_PAGES_MAX: usize = 256;

/// How long `/sleep` sleeps. Reason: the book's five seconds, long enough to open it twice.
pub(crate) const SLEEP: Duration = Duration::from_secs(5);

/// Live views at the same time. Reason: a person looks at one page, and has a few browsers; each
/// view asks four times a second. Above: 503 with Retry-After.
pub(crate) const LIVE_STREAMS_MAX: usize = 16;

/// How long a live view keeps its seat while all are taken; its page comes back, and misses nothing.
/// Reason: a client that never reads looks like one that does until the kernels' buffers are full,
/// which takes hours; nobody is kept out by it for longer than a minute.
pub(crate) const LIVE_TURN: Duration = Duration::from_mins(1);

/// Pause before a live view looks for news. Reason: what comes four times a second is told while
/// it happens; each look costs a lock and nothing more.
pub(crate) const LIVE_PACE: Duration = Duration::from_millis(250);

/// Longest silence of a live view. Reason: half of what browsers and boxes in between put up
/// with, and the longest a client can be gone without our hearing of it. Then: an empty comment.
pub(crate) const LIVE_BEAT: Duration = Duration::from_secs(15);

/// What a browser waits before it comes back to a live view that broke. Reason: a server that is
/// started anew is there by then, and one that is gone is not asked in vain too often.
pub(crate) const LIVE_RETRY: Duration = Duration::from_secs(2);

/// Connections on the page. Reason: a browser has six at once; a page shows these and as many
/// that came before. Beyond: the oldest are left out.
pub(crate) const THREADS_MAX: usize = 12;

/// Requests told of each connection. Reason: the last few are what happened just now; a reused
/// connection has hundreds. Beyond: counted.
pub(crate) const ASKED_MAX: usize = 8;

/// Characters of a target on the page. Reason: two lines of a phone. Beyond: cut.
pub(crate) const TARGET_CHARS_MAX: usize = 64;

/// Entries of a folder that are listed. Reason: a hundred thousand are a large archive, and this many
/// take 1 MiB beside their names. Beyond: left out, and the listing says so.
pub(crate) const LISTED_ENTRIES_MAX: usize = 131_072;

/// Names of a folder that are listed, bytes. Reason: 64 for each of so many. Beyond: as above.
pub(crate) const LISTED_BYTES_MAX: usize = 8 << 20;

/// Entries on one page. Reason: a phone scrolls through a thousand rows without a hitch. Beyond: on
/// the next page.
pub(crate) const PAGE_ENTRIES_MAX: usize = 1000;

/// Folders that are read at the same time. Reason: each may take a second of a disk, or of one core
/// and, at the worst, 56 MiB. At the limit: whoever comes waits.
pub(crate) const LISTINGS_AT_ONCE_MAX: usize = 4;

/// Searches at the same time. Reason: each may keep a core busy for [`SEARCH_MS_MAX`]. At the limit:
/// 503 with Retry-After.
pub(crate) const SEARCHES_AT_ONCE_MAX: usize = 2;

/// Folders told as JSON, while they are sent, that are too large for one page. Reason: each holds
/// its names and what is said of them, up to 16 MiB, and an encoder of one or two. At the limit: 503 with Retry-After.
pub(crate) const LISTING_STREAMS_MAX: usize = 4;

/// Pages of folders kept, bytes. Reason: for as long as a look at a file holds, whoever asks for the
/// same folder gets the same page; a few dozen folders are busy at a time. At the limit the coldest go.
pub(crate) const LISTING_PAGES_BYTES_MAX: u64 = 8 << 20;

/// Names of folders kept, bytes. Reason: a hundred thousand names need not be read for each page of
/// them, and two or three such folders fit. At the limit the coldest go.
pub(crate) const LISTING_NAMES_BYTES_MAX: u64 = 16 << 20;

/// Parameters of a query that are looked at. Reason: a listing knows nine. Beyond: as if not there.
pub(crate) const LISTING_PARAMETERS_MAX: usize = 32;

/// Longest text that is looked for, bytes. Reason: no name is longer. Beyond: cut.
pub(crate) const LISTING_QUERY_BYTES_MAX: usize = 255;

/// Names that one search looks at. Reason: the source of a large program with all its dependencies.
/// Beyond: it ends, and says so.
pub(crate) const SEARCH_ENTRIES_MAX: usize = 250_000;

/// Folders one within the other that a search goes into. Reason: people build a dozen; what is deeper
/// was built by a program to be deep. Beyond: left out, and the answer says so.
pub(crate) const SEARCH_DEPTH_MAX: usize = 32;

/// Ways to folders that a search has still to look in, bytes. Reason: twenty thousand of two hundred
/// bytes. Beyond: as above.
pub(crate) const SEARCH_WAITING_BYTES_MAX: usize = 4 << 20;

/// Names that a search finds. Reason: nobody reads more; a longer word finds fewer. At the limit: it
/// ends, and says so.
pub(crate) const SEARCH_FOUND_MAX: usize = 1000;

/// How long a search takes, milliseconds. Reason: people wait for a second. At the limit: it ends, and
/// says so.
pub(crate) const SEARCH_MS_MAX: u64 = 1000;

/// Largest part of a text that is shown in a preview, bytes. Reason: two thousand lines; whoever reads
/// on opens the file. Beyond: cut, and the page says so.
pub(crate) const PREVIEW_BYTES_MAX: usize = 128 << 10;

/// Largest README that is shown, bytes. Reason: the longest that people write have a quarter of it.
/// Beyond: cut.
pub(crate) const README_BYTES_MAX: usize = 256 << 10;

/// Pieces of markup in a README. Reason: a text of that size has a tenth of them; a table that fills up
/// its rows can have more than its bytes. Beyond: it is shown as it stands.
pub(crate) const README_EVENTS_MAX: usize = 128 << 10;

/// Largest page that is made of a README, bytes. Reason: four times the text is much markup; one that
/// refers to a long address a thousand times would be gigabytes. Above: shown as it stands.
pub(crate) const README_HTML_BYTES_MAX: usize = 1 << 20;
/// Pages that hear of changes at the same time (`--live`). Reason: those that are looked at, on a desk
/// full of phones; hidden ones do not listen. Above: 503 with Retry-After, and the page asks again.
pub(crate) const RELOAD_STREAMS_MAX: usize = 64;

/// What is added to the time for which a look at a file holds, before a change is told (`--live`).
/// Reason: a page that is loaded again must not get what was there before; the clock of looks may be
/// a tick behind, 10 ms at most, and editors write a file in several steps. Consequence: a saved file
/// shows after 130 ms.
pub(crate) const QUIET_MARGIN: Duration = Duration::from_millis(30);

/// Files from which on a change is the work of a program. Reason: a person saves one, a formatter a
/// few; a build that pauses is not over.
pub(crate) const MANY_CHANGES: usize = 8;

/// How long nothing may happen before many changes are told. Reason: builds pause between their
/// steps; a reload in the middle of one shows half of it.
pub(crate) const QUIET_AFTER_MANY: Duration = Duration::from_millis(400);

/// Longest wait for quiet. Reason: something that writes without end must not keep everything else
/// from being seen. Then: what has changed so far is told.
pub(crate) const CHANGE_LONGEST: Duration = Duration::from_secs(5);

/// Paths kept while changes are gathered. Reason: they are told as a number; with names of 100 bytes
/// that is 200 KiB. Beyond: counted as one, and pages reload.
pub(crate) const CHANGED_PATHS_MAX: usize = 1024;

/// Changes that a page may have missed and is told exactly. Reason: a laptop that slept through an
/// afternoon of styling. Beyond: it reloads.
pub(crate) const CHANGES_KEPT_MAX: usize = 64;

/// Styles that are named to a page. Reason: a page has a dozen; the message stays small. Above: it
/// takes all of its styles again.
pub(crate) const STYLES_TOLD_MAX: usize = 64;

/// Folders that the system is asked to notify us of, for each path served. Reason: the kernel allows
/// 8,192 to a user where memory is short, and other programs want some. Above: the folder is looked
/// at instead.
pub(crate) const WATCHED_FOLDERS_MAX: usize = 4096;

/// Files whose looks are kept where the system does not notify. Reason: at some 200 bytes each they
/// take 13 MiB. Above: changes of the further ones go unnoticed.
pub(crate) const LOOKED_AT_FILES_MAX: usize = 1 << 16;

/// Depth to which folders are watched. Reason: each level holds a descriptor while it is looked
/// through; no tree made by a person is as deep. Below: unnoticed.
pub(crate) const WATCHED_DEPTH_MAX: usize = 32;

/// Pause between two looks at a folder of which the system does not notify us, and between two at
/// whether the path still leads to the same one. Reason: half a second is soon, for a person who
/// turns from the editor to the browser.
pub(crate) const WATCH_PACE: Duration = Duration::from_millis(500);

/// The same right after something was found. Reason: it is likely not over, and it has to be found
/// quiet before it is told.
pub(crate) const WATCH_PACE_STIRRED: Duration = Duration::from_millis(60);

/// How much longer than a look the pause after it is. Reason: looking takes a twentieth of a core,
/// however large the folder.
pub(crate) const WATCH_REST: u32 = 19;

/// Addresses named when it is told who was refreshed. Reason: a line. Beyond: counted.
pub(crate) const REFRESHED_NAMED_MAX: usize = 4;

/// Bytes of a name and a password as they are sent. Reason: `--head-bytes-max` holds them anyway; a
/// password of a kilobyte is a mistake of a program. Above: as if there were none, 401.
pub(crate) const CREDENTIAL_BYTES_MAX: usize = 1 << 10;

/// Bytes of a user's name in a file of users. Reason: as `htpasswd` has it. Above: an error at the
/// start.
pub(crate) const USER_NAME_BYTES_MAX: usize = 255;

/// Users in one file. Reason: beyond it a file is the wrong place for them. Above: an error at the
/// start.
pub(crate) const USERS_MAX: usize = 10_000;

/// Bytes of a file of users. Reason: as many users as there may be, with names and comments of
/// ordinary length. Above: an error at the start.
pub(crate) const USERS_BYTES_MAX: u64 = 4 << 20;

/// Memory that argon2id is given for a new password, KiB, and how often it goes over it. Reason: what
/// OWASP's cheat sheet on storing passwords asks for at least; a fiftieth of a second.
pub(crate) const ARGON2_KIB: u32 = 19 << 10;
/// See [`ARGON2_KIB`].
pub(crate) const ARGON2_PASSES: u32 = 2;

/// Memory that a hash in a file of users may ask for, KiB. Reason: `HASHES_MAX` of them at the same time
/// are 128 MiB. Above: an error at the start.
pub(crate) const ARGON2_KIB_MAX: u32 = 64 << 10;

/// How often argon2id may go over its memory. Reason: half a second with as much memory as there may be.
/// Above: an error at the start.
pub(crate) const ARGON2_PASSES_MAX: u32 = 10;

/// In how many lanes argon2id may divide its memory. Reason: RFC 9106 proposes four; they take turns
/// here. Above: an error at the start.
pub(crate) const ARGON2_LANES_MAX: u32 = 4;

/// The cost of a bcrypt hash, of which each step doubles its time. Reason: 14 takes about a second.
/// Above: an error at the start.
pub(crate) const BCRYPT_COST_MAX: u32 = 14;

/// Passwords that are hashed at the same time. Reason: each takes a core and up to
/// [`ARGON2_KIB_MAX`]; answering comes first. Beyond: they wait their turn.
pub(crate) const HASHES_MAX: usize = 2;

/// Requests whose password waits to be hashed. Reason: a second or two of hashing. Beyond: 503 with
/// `Retry-After`.
pub(crate) const HASHES_WAITING_MAX: usize = 64;

/// Names with passwords that were found right and need not be hashed again, until the file changes.
/// Reason: 32 bytes each, for as many as use a site at the same time. Beyond: those not used for
/// longest are hashed again.
pub(crate) const VERIFIED_MAX: usize = 4096;

/// Passwords that an address may try in a row. Reason: somebody tries all they have, and their browser
/// once more. At the limit: 429 with `Retry-After`, and nothing is hashed.
pub(crate) const GUESSES_MAX: u32 = 10;

/// How long until an address may try one more. Reason: ten in a minute are 14 400 in a day, too few
/// for any list of passwords worth trying.
pub(crate) const GUESS_BACK_AFTER: Duration = Duration::from_secs(6);

/// Addresses whose tries are remembered. Reason: 32 bytes each. Beyond: those that have not tried for
/// longest are forgotten.
pub(crate) const GUESSERS_MAX: usize = 65_536;

/// Bytes of a key that links are signed with. Reason: 128 bits, if they are as random as bytes can be.
/// Below: an error at the start.
pub(crate) const LINK_KEY_BYTES_MIN: usize = 16;

/// Bytes of a file with such a key. Reason: beyond a line it is another file. Above: an error at the
/// start.
pub(crate) const LINK_KEY_BYTES_MAX: u64 = 4 << 10;

/// Keys that links may be signed with. Reason: the new one and the old one; each is tried for every
/// link. Above: an error at the start.
pub(crate) const LINK_KEYS_MAX: usize = 8;

/// Trusted proxies between a client and us. Reason: two or three are many; a long list is somebody
/// playing. Beyond: nobody knows who asks.
pub(crate) const PROXIES_MAX: usize = 16;
