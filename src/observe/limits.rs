//! What is remembered at most: by the journal, by views and for labels; and how long who prints waits.

use std::time::Duration;

/// Events kept for a reader, for each worker. Reason: a fifteenth of a second of the fastest
/// traffic one core can answer, ten times the pause between two readings. At the limit: events
/// are dropped and counted by kind.
pub const EVENTS_MAX: usize = 16 << 10;

/// Bytes of text (request targets) kept for a reader, for each worker. Reason: 64 bytes for each
/// event, which is a long path. At the limit: as for [`EVENTS_MAX`].
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Events kept for a view, on each of its two pages. Reason: more than a person sees between two
/// looks; a quarter of what is kept for a printer. At the limit the page before is forgotten.
pub const PAGE_EVENTS_MAX: usize = 4 << 10;

/// Bytes of text kept for a view, on each of its two pages. Reason: 64 bytes for each event. At the
/// limit: as for [`PAGE_EVENTS_MAX`].
pub const PAGE_TEXT_BYTES_MAX: usize = 256 << 10;

/// Events remembered for each worker while nobody reads. At the limit the older half is
/// forgotten.
pub const REMEMBERED_EVENTS_MAX: usize = 1 << 10;

/// Bytes of text remembered for each worker while nobody reads, if requests are to be remembered. Reason:
/// 128 bytes for each event: a path, a host and an address. At the limit: as for
/// [`REMEMBERED_EVENTS_MAX`].
pub const REMEMBERED_TEXT_BYTES_MAX: usize = 128 << 10;

/// Requests remembered after they were read, on each of two pages, if they are to be remembered. Reason:
/// some minutes of most sites, for trying settings on them. At the limit the page before is forgotten.
pub const RECENT_PAGE_REQUESTS_MAX: usize = 4 << 10;

/// Bytes of their text, on each page. Reason: 128 bytes for each. At the limit: as for
/// [`RECENT_PAGE_REQUESTS_MAX`].
pub const RECENT_PAGE_TEXT_BYTES_MAX: usize = 512 << 10;

/// Bytes of one request target that are kept. Reason: the longest line a person scrolls through.
/// At the limit: cut.
pub const TARGET_BYTES_MAX: usize = 2 << 10;

/// Parts of a number that every worker adds to. Reason: twice the workers of most machines. With more,
/// two of them share a part, and lose nothing but time.
pub(super) const COUNTER_PARTS: usize = 16;

/// Bytes of a request's host that logs are told. Reason: the longest name there is, with a port. At the
/// limit: cut.
pub(super) const HOST_BYTES_MAX: usize = 261;

/// Bytes of a `Referer` that logs are told. Reason: half of what is kept of a target. At the limit: cut.
pub(super) const REFERER_BYTES_MAX: usize = 1 << 10;

/// Bytes of a `User-Agent` that logs are told. Reason: three times what browsers send. At the limit: cut.
pub(super) const AGENT_BYTES_MAX: usize = 512;

/// Bytes of a request's name (`X-Request-Id`). Reason: a UUID has 36, those of clouds up to 60. Above: it
/// gets one of ours instead.
pub const REQUEST_ID_BYTES_MAX: usize = 64;

/// Bytes of the name of a limit and of the place where it was said. Reason: a path of a file, and a name. At
/// the limit: cut.
pub(super) const LIMIT_SAID_BYTES_MAX: usize = 256;

/// Longest name of a user that logs get to see, bytes. Reason: names that people type are shorter. At the
/// limit: cut.
pub(super) const USER_BYTES_MAX: usize = 128;

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

/// Parts that the requests being answered are kept in, each under a lock of its own. Reason: twice the
/// workers of most machines, and a lock is held for less than a microsecond. More workers than that
/// may meet, only where an answer has to be waited for anyway.
pub(super) const RUNNING_SHARDS: usize = 16;

/// For how long a request has been answered when lines and objects say that it still is. Reason: a
/// person begins to wonder. Said again each time it has lasted [`LASTING_FACTOR`] times as long.
pub(super) const LASTING_AFTER: Duration = Duration::from_secs(2);

/// By how much longer it has to last until that is said again. Reason: of a download that takes hours
/// four lines are read.
pub(super) const LASTING_FACTOR: u32 = 10;

/// Pause between two looks for such requests, while connections are open. Reason: half of
/// [`LASTING_AFTER`], so that none is missed. Costs a lock and a look at two numbers if nothing runs.
pub(super) const LASTING_PACE: Duration = Duration::from_secs(1);

/// Requests that are remembered as such. Reason: more than anybody reads. At the limit: of the others
/// nothing is said until they are over.
pub(super) const LASTING_MAX: usize = 1 << 10;

/// Lines about such requests at one look. Reason: as for a rush. At the limit: the others are counted
/// on one line.
pub(super) const LASTING_LINES_MAX: usize = 8;

/// Settings of which is remembered since when they counted. Reason: who reads them anew every minute and has
/// a download of an hour. Beyond: what is older counts as that much older.
pub(super) const GENERATIONS_MAX: usize = 64;

/// Things about the server itself that are said in a row, on standard error. Reason: a start that goes
/// wrong in every way says a dozen. At the limit: one each `SAID_EACH`, and how many were left out.
pub const SAID_AT_ONCE_MAX: usize = 64;

/// How often something more is said then. Reason: a megabyte in a day, and a person still sees that it
/// goes on.
pub(super) const SAID_EACH: Duration = Duration::from_secs(10);

/// Pause between two readings of access logs while much is happening. Reason: as long as a person who
/// follows a log does not wait; what is gathered is written at once. The bell ends it when a page is half
/// full.
pub(super) const LOG_PACE: Duration = Duration::from_millis(100);

/// Bytes of a log's lines that wait while they cannot be written (a full disk). Reason: some ten thousand
/// lines, time enough to rotate or to delete something. At the limit: the newest lines are lost, and
/// counted.
pub(super) const LOG_PENDING_BYTES_MAX: usize = 4 << 20;

/// Pause before a log is tried again that could not be written. Reason: a full disk stays full for a
/// while, and a daemon takes about as long to start.
pub(super) const LOG_RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Pause before putting a log away is tried again. Reason: it was refused by rights, which somebody has to
/// change. Meanwhile the file grows.
pub(super) const ROTATE_RETRY_PAUSE: Duration = Duration::from_mins(1);

/// Pause between two words about lines that were lost because too much happened. Reason: the count is what
/// matters, and it goes on.
pub(super) const MISSED_PAUSE: Duration = Duration::from_mins(1);

/// How long logs may take to be written out when the server stops. Reason: a slow disk. At the limit:
/// they are lost.
pub(super) const LOG_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

// What live views keep. With the longest targets 8 MiB, and next to nothing where little happens.

/// Most changes of settings that a log's thread has not heard of. Reason: it hears of each as soon as its
/// disk answers. At the limit: settings that change logs are refused.
pub(super) const LOG_CHANGES_MAX: usize = 8;

/// Most sites that are counted one by one, in the life of a process; further ones are counted together.
/// Reason: 39 series and 330 bytes for each worker are what a site costs, and who has more sites than this
/// adds them up anyway.
pub const SITES_TOLD_MAX: usize = 1 << 10;

/// Connections whose stories are kept. Reason: more than a person scrolls through. At the limit the
/// one that ended first is forgotten; if all live, the oldest.
pub const STORIES_MAX: usize = 1 << 10;

/// Requests kept of one story. Reason: a page with everything on it. At the limit: the oldest is
/// forgotten, and counted all the same.
pub const STORY_REQUESTS_MAX: usize = 24;

/// Bytes of a request target kept in a story. Reason: two lines of a terminal. At the limit: cut.
pub const STORY_TARGET_BYTES_MAX: usize = 160;

/// Answers in all stories of which it is kept how they came about, where they are traced. Reason: more than a
/// person reads; a megabyte at most. At the limit: the oldest is forgotten.
pub const STORY_WALKS_MAX: usize = 64;

/// Stories told to a live page at once. Reason: a page shows the last; a visitor behind a busy proxy
/// has very many. At the limit: the last.
pub const STORIES_SHOWN_MAX: usize = 128;

/// How long an answer lasts before it is said how fast it is sent. Reason: before that, the kernel's
/// buffers are all that was filled.
pub(super) const RATE_AFTER: Duration = Duration::from_secs(1);

/// Places of the registry visited at one look. Reason: a tenth of a millisecond, in which nobody is
/// accepted. At the limit: the next look goes on from there.
pub(super) const LOOKED_AT_MAX: usize = 1 << 10;

/// Pause between two looks at the journal by live pages, however many ask. Reason: faster than a person
/// sees. Within it: the answer of the look before.
pub(super) const LOOK_PAUSE: Duration = Duration::from_millis(50);

// What the labeller remembers. It belongs to a reader of the journal: no worker pays for it.

/// Bytes of a path that are compared with the known probes. Reason: the longest that is known has
/// 80. At the limit: no probe.
pub(super) const PROBE_PATH_BYTES_MAX: usize = 256;

/// Connections remembered, living or ended. Reason: a page opens six at a time, and siblings come
/// close together; half a megabyte. At the limit: the oldest is forgotten, and what depends on it
/// gets no label.
pub(super) const REMEMBERED_CONNECTIONS_MAX: usize = 4 << 10;

/// Machines remembered before those are forgotten whose connections are. Reason: twice as many as
/// connections, so that clearing out is rare.
pub(super) const MACHINES_MAX: usize = 2 * REMEMBERED_CONNECTIONS_MAX;

/// Connections of the same machine that are looked at for one label. Reason: browsers hold six, with
/// two windows twelve. At the limit: those opened before are not looked at.
pub(super) const SIBLINGS_MAX: usize = 16;

/// Requests whose rhythm is remembered. Reason: a few health checkers for each of many machines. At
/// the limit: what is not steady makes room.
pub(super) const RHYTHMS_MAX: usize = 1 << 10;

/// How often something has to come in a steady rhythm to be a health check. Reason: a developer who
/// repeats a command has two pauses alike by chance, and hardly ever four.
pub(super) const RHYTHM_TIMES_MIN: u32 = 5;

/// Shortest pause of a health check. Reason: the shortest that load balancers offer. Below it: a
/// client at work.
pub(super) const RHYTHM_PERIOD_MIN: Duration = Duration::from_secs(1);

/// Longest pause of a health check. Reason: the longest that monitoring services offer for nothing.
/// Above it: coincidence.
pub(super) const RHYTHM_PERIOD_MAX: Duration = Duration::from_mins(5);

/// How far apart the two sides of a race between IPv4 and IPv6 may be accepted. Reason: the longest
/// head start of RFC 8305 §5.
pub(super) const RACE_APART_MAX: Duration = Duration::from_secs(2);

/// How soon after the later one is there the loser of such a race is closed. Reason: it is closed at
/// once; a slow network may add a round trip or two.
pub(super) const RACE_SETTLED_WITHIN: Duration = Duration::from_millis(500);

/// The same for two connections over one internet. Reason: a browser's second attempt comes after a
/// quarter of a second.
pub(super) const TWINS_APART_MAX: Duration = Duration::from_millis(500);

/// The same for two connections over one internet. Reason: shorter, for a spare connection that is
/// closed early looks alike.
pub(super) const TWINS_SETTLED_WITHIN: Duration = Duration::from_millis(100);

/// How long a connection is held at least to count as a spare one. Reason: a request that the
/// connection was opened for is there after a round trip.
pub(super) const SPARE_HELD_MIN: Duration = Duration::from_millis(100);

/// How long after a broken answer the same request counts as a repetition. Reason: programs try
/// again after one, two or four seconds. Above it: somebody asks again.
pub(super) const REPEAT_AFTER_BREAK_MAX: Duration = Duration::from_secs(5);

/// How long after we closed an idle connection a new one counts as its replacement. Reason: a request
/// that crossed our close is answered by a reset, a round trip later. Above it: coincidence.
pub(super) const REPEAT_AFTER_CLOSE_MAX: Duration = Duration::from_millis(500);

/// Pause between two readings while a rush is counted and not shown. Reason: its count is told
/// once a second; a tenth of that keeps it honest. The bell ends the pause when a page is half full.
pub(super) const RUSH_PACE: Duration = Duration::from_millis(100);

/// Pages whose loads are counted, for the advice at the end. Reason: a site has a few that most visits
/// begin with. Beyond: not counted.
pub(super) const LOADED_PAGES_MAX: usize = 64;

/// Parts of each page that are counted. Reason: what a page needs at once is a handful. Beyond: not
/// counted.
pub(super) const LOADED_PARTS_MAX: usize = 16;

/// Loads that are followed at the same time. Reason: enough to learn from. Beyond: not counted.
pub(super) const LOADS_MAX: usize = 1024;

/// How long after its page something still belongs to it. Reason: a browser has read the page by then;
/// what comes later is asked for by scripts and people.
pub(super) const LOAD_TIME: Duration = Duration::from_secs(3);

/// Loads of a page from which advice is made. Reason: fewer are chance, or one person at work.
pub(super) const ADVISED_LOADS_MIN: u32 = 10;

/// Files whose answers lacked a sibling that are counted. Reason: a site has some hundreds worth
/// compressing; a hundred bytes each. Beyond: not counted.
pub(super) const LACKING_FILES_MAX: usize = 4096;

/// Files of these whose names are kept, those that would save most. Reason: some more than are told, for the
/// order changes. Beyond: counted without a name.
pub(super) const NAMED_FILES_MAX: usize = 64;

/// Files that are named with the advice for their folder. Reason: who is to decide wants to see what it is
/// about, not a list. Beyond: the least worth are left out.
pub(super) const SAVING_FILES_MAX: usize = 3;

/// Bytes that siblings have to save in a session to be advised. Reason: a second of a slow phone. Below:
/// not worth a line.
pub(super) const SAVED_BYTES_MIN: u64 = 1 << 20;

/// The part of what was sent that they have to save: one of so many bytes. Reason: as for a file that is
/// compressed while it is served. Below: not worth the work.
pub(super) const SAVED_SHARE_MIN: u64 = 20;

/// Pieces of advice of a kind at the end. Reason: what fits below a summary. Beyond: the least worth are left out.
pub(super) const ADVICE_MAX: usize = 5;
