//! The program under test, its clients, and its journal.
//!
//! Law: no test sleeps. Whatever a test waits for, it waits for on the journal, on a socket or on
//! the end of a process, for as long as [`PATIENCE`] at most: that is the time after which a test
//! fails, never one that it measures.

mod client;
mod event;
mod files;
pub mod frames;
mod full_screen;
mod hello;
mod launch;
pub mod private;
mod process;
mod protocol;
mod terminal;
mod two;
mod window;

pub use client::{Client, End, Reply, get, is_gone};
pub use event::Event;
pub use files::{folder, large_file, make_old};
pub use full_screen::FullScreen;
pub use hello::Hello;
pub use launch::{Launch, lines_of};
pub use private::usual_certificate;
pub use protocol::Protocol;
pub(crate) use protocol::{of_http1_alone, over_every_protocol, spoken, with_tls};
pub use terminal::{Terminal, address_in};
pub use window::{Window, without_colours};

use std::time::Duration;

/// Lets this process have as many sockets as the system allows; answers how many.
pub fn many_sockets() -> usize {
    usize::try_from(::hello::net::raise_limit()).unwrap_or(usize::MAX)
}

/// How long anything may take before the test that waits for it fails. Reason: ten times the
/// slowest step seen on two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(20);
