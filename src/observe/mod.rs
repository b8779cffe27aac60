//! Remembers what each connection is doing and did. Never blocks, never fails, always bounded.
//!
//! The folders stand in the order facts travel; a folder may name only those listed above it
//! (`tests/it/house.rs` looks), and `limits`.
//!
//! - `counts/`: [`Counter`]: numbers that every worker may add to.
//! - `events/`: what can happen, and how it is carried.
//! - `live/`: what is going on now. [`Registry`]: the connections, each with one packed word for its
//!   state; and the requests that are being answered ([`Running`]), as far as that takes a while.
//! - `journal/`: what happened. [`Journal`]: in the order it happened, for whoever prints or counts it.
//! - `words/`: how facts are said.
//! - [`why`]: what is likely behind them, from these facts alone.
//! - `stories/`: [`Chronicle`]: the last connections as stories, for live views; [`Watch`] for live
//!   pages.
//! - `print/`: [`Printer`]: standard output and standard error.
//! - `metrics/`: [`Metrics`]: numbers for whoever watches many servers.
//! - `access/`: [`AccessLogs`]: one line for each request, in a file or wherever the system keeps logs.
//!
//! Law: nobody else keeps a second truth. Terminal, tests and metrics read registry and journal. Other
//! rooms name what is handed out below, and no folder but `why`.

pub mod limits;

mod counts;

mod events;

mod live;

mod journal;

mod words;

pub mod why;

mod stories;

mod print;

mod access;

mod metrics;

pub use access::{AccessLogs, LogError, LogOpener, OpenedLogs, WantedLog};
pub use counts::Counter;
pub use events::{
    Batch, Change, End, Event, Exchange, Handshake, Kind, LimitsDone, Method, NotOpened, Notice,
    Protocol, REDACTED, Record, Said, Sayings, Standing, Target, Totals, Wanted, pack, pack_limit,
    pack_user, pack_walk,
};
pub use journal::{
    Audience, Journal, OTHER_SITES, Reading, SiteNumbers, SiteTally, Subscription, TOOK_BOUNDS_US,
    Tally, Tracer, Tracers, WhenFull,
};
pub use live::{Entered, Live, Order, Progress, Registry, Running, State, Underway};
pub use metrics::{CacheCounts, METRICS, Metric, MetricKind, Metrics, Readiness};
pub use print::{
    Besides, Colours, Format, Lines, Mounted, Opening, Page, Printer, Restraint, Shared, Style,
    all_errors, last_lines,
};
pub use stories::{
    Advice, Adviser, Asked, Changes, Chronicle, FileSaving, Finish, Saver, Saving, ServedFolder,
    Story, Told, Watch,
};
pub use words::{
    Units, WalkPart, changed_in_words, count_text, duration_in_words, ending_in_words,
    kind_in_words, notice_in_words, percent_text, progress_in_words, reason_in_words,
    refused_in_words, service_in_words, size_in_words, status_text, walk_in_words,
};
