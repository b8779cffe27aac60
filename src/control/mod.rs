//! Lets people ask a running server what it does, and tell it what to do: `hello status` and its kin.
//!
//! Two processes meet on a Unix socket that belongs to one user ([`socket`]). The server's side
//! answers one question for each connection ([`serve()`], from what `report.rs` finds); the asking side
//! finds the servers that run and reads their answers ([`client`]). What they say to each other is in
//! [`protocol`] and `docs/control.md`.
//!
//! One who watches hears events as facts ([`wire`]) and keeps a journal and a registry of its own in step
//! with the server's ([`mirror`]): so the printer and the full-screen view show a server in another
//! process with the same code as their own.
//!
//! Law: whoever is not the server's own user, or root, is told nothing. Nobody who asks can hold up an
//! exchange: what they may cost is in [`limits`]. And no sentence is said here: facts and words of the
//! journal travel, `cli` has the sentences.

pub mod client;
pub mod limits;
pub mod mirror;
pub mod protocol;
mod report;
pub mod serve;
pub mod socket;
pub mod wire;

pub use serve::{Command, Inside, Refused, Renewed, Serving, serve};
pub use socket::{ControlError, ControlSocket, ControlTrouble};
