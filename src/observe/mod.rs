//! Remembers what each connection is doing and did. Never blocks, never fails, always bounded.
//!
//! The folders stand in the order facts travel; a folder may name only those listed above it
//! (`tests/it/house.rs` looks), and `limits`.
//!
//! - `events/`: what can happen, and how it is carried.
//! - `live/`: what is going on now. [`Registry`]: the connections, each with one packed word for its
//!   state; and the requests that are being answered ([`Running`]), as far as that takes a while.
//! - `journal/`: what happened. [`Journal`]: in the order it happened, for whoever prints or counts it.
//! - `words/`: how facts are said.
//! - [`why`]: what is likely behind them, from these facts alone.
//! - `stories/`: [`Chronicle`]: the last connections as stories, for live views; [`Watch`] for live
//!   pages.
//! - `print/`: [`Printer`]: standard output and standard error.
//!
//! Law: nobody else keeps a second truth. Terminal, tests and metrics read registry and journal. Other
//! rooms name what is handed out below, and no folder but `why`.

pub mod limits;

mod events;

mod live;

mod journal;

mod words;

pub mod why;

mod stories;

mod print;

pub use events::{
    Batch, Change, End, Event, Exchange, Handshake, Kind, LimitsDone, Method, NotOpened, Notice,
    Protocol, Record, Standing, Target, Totals,
};
pub use journal::{Audience, Journal, Reading, Subscription, WhenFull};
pub use live::{Entered, Live, Order, Progress, Registry, Running, State, Underway};
pub use print::{
    Besides, Colours, Format, Lines, Mounted, Opening, Page, Printer, Shared, Style, all_errors,
    last_lines,
};
pub use stories::{
    Advice, Adviser, Asked, Changes, Chronicle, Finish, Saver, Saving, ServedFolder, Story, Told,
    Watch,
};
pub use words::{
    Units, changed_in_words, count_text, duration_in_words, ending_in_words, kind_in_words,
    notice_in_words, percent_text, progress_in_words, refused_in_words, size_in_words, status_text,
};
