//! What can happen, and how it is carried: plain values, made once and read by everybody.
//!
//! - `record`: one event of fixed size, and what it is made of.
//! - `notice`: what concerns the server itself.
//! - `batch`: many of them, with the texts they point into.
//! - `target`: what was asked for, without its secrets; `said`: what the client said of itself, if a
//!   log wants to know.
//!
//! Law: nothing here waits, locks or speaks. Who writes events and who gets them: [`super::journal`].

mod batch;
mod notice;
mod record;
mod said;
mod target;

pub use batch::Batch;
pub use notice::{NotOpened, Notice};
pub use record::{
    Change, End, Event, Exchange, Handshake, Kind, LimitsDone, Method, Protocol, Record, Standing,
    Totals,
};
pub(super) use said::without_walk;
pub use said::{Said, Sayings, Wanted, pack, pack_limit, pack_user, pack_walk};
pub(super) use target::redacted_target;
pub use target::{REDACTED, Target};
