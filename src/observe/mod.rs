//! Remembers what each connection is doing and did. Never blocks, never fails, always bounded.
//!
//! - [`Registry`]: the connections that live now, each with one packed word for its state; and the
//!   requests that are being answered ([`Running`]), as far as that takes a while.
//! - [`Journal`]: what happened, in the order it happened, for whoever prints or counts it.
//! - [`Chronicle`]: the last connections as stories, for live views; [`Watch`] for live pages.
//! - [`why`]: what is likely behind it, from these facts alone.
//!
//! Law: nobody else keeps a second truth. Terminal, tests and metrics read these two.

mod batch;
mod chronicle;
mod journal;
mod json;
mod lasting;
pub mod limits;
mod printer;
mod record;
mod redact;
mod registry;
mod running;
mod screen;
mod subscription;
mod terminal;
mod tls;
mod units;
mod watch;
pub mod why;
mod words;

pub use batch::Batch;
pub use chronicle::{Asked, Chronicle, Finish, Story, Told};
pub use journal::{Audience, Journal, Reading, Target};
pub use printer::{Format, Printer, Style};
pub use record::{End, Event, Exchange, Handshake, Kind, Method, Notice, Protocol, Record, Totals};

pub use registry::{Entered, Live, Order, Registry, State};
pub use running::{Progress, Running, Underway};
pub use screen::Colours;
pub use subscription::{Subscription, WhenFull};
pub use terminal::{Besides, Lines, Opening, Page, all_errors, last_lines};
pub use units::{Units, count_text, duration_in_words, percent_text, size_in_words};
pub use watch::{Changes, Watch};
pub use words::{ending_in_words, kind_in_words, notice_in_words, progress_in_words};
