//! What is going on now: the connections that live, and the requests that are being answered.
//!
//! - `registry`: every living connection with one packed word for its state, and what the server
//!   wants of it.
//! - `running`: the requests that have to be waited for, and how far each has come.
//!
//! Law: each has one writer, its own task, and nobody waits for it: whoever looks reads numbers.
//! What is over stands in [`super::journal`].

mod registry;
mod running;

pub use registry::{Entered, Live, Order, Registry, State};
pub use running::{Progress, Running, Underway};
