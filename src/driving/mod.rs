//! What all protocols' drivers share: one behaviour, whatever the bytes look like.
//!
//! A connection's end is journalled whatever happens to its task (`witness.rs`), the site is asked
//! and caught if it falls (`ask.rs`), one timer serves all deadlines (`alarm.rs`), and no disk is
//! waited for where others wait for us (`cold.rs`). What nobody asked can be asked all the same
//! (`imagined.rs`).

mod alarm;
mod ask;
mod cold;
mod ending;
#[cfg(test)]
pub(crate) mod fixture;
mod imagined;
mod pace;
mod request_id;
mod room;
mod witness;

pub(crate) use alarm::Alarm;
pub(crate) use ask::{Asker, ask, asker_of, caught};
pub(crate) use cold::{ColdWindow, Probe, probe};
pub(crate) use ending::{ending_of_read_error, ending_of_write_error};
pub use imagined::{Imagined, Leaving};
pub(crate) use pace::Pace;
pub(crate) use request_id::{REQUEST_ID, RequestId};
pub use room::{Handover, PrivateOnly, Room};
pub use witness::Witness;
