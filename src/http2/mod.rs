//! Drives one HTTP/2 connection: bytes to requests, responses to bytes.
//!
//! The protocol itself is the library `h2`'s, which never sees a socket here: what arrived is laid
//! before it in memory, and what it says is taken from there (`wire.rs`), so that all a connection
//! has to say in one turn leaves at once. `conversation.rs` is a connection with everything it has, `drive.rs` its life,
//! `waiting.rs` and `parting.rs` how it waits and ends. A request is taken up in `answer.rs`, or in
//! `pondered.rs` if its answer takes time; `head.rs` is what both look like, `content.rs` and `feed.rs`
//! in which order content is sent, `send.rs` how it leaves, and `takeover.rs` what goes on in another
//! protocol. `census.rs` counts what no honest client sends often; `streams.rs` and `verdicts.rs` tell
//! what the library ends by itself, `updates.rs` what it does not read.

mod answer;
mod census;
mod content;
mod conversation;
#[cfg(test)]
mod corpus_tests;
mod drive;
mod feed;
mod head;
pub mod limits;
mod offence;
mod outgoing;
#[cfg(test)]
mod pace_tests;
mod parting;
mod pondered;
mod priority;
mod send;
mod streams;
mod takeover;
#[cfg(test)]
mod takeover_tests;
#[cfg(test)]
mod tests;
mod unread;
mod updates;
mod verdicts;
mod waiting;
mod wire;

pub use drive::{refuse_for_lack_of_room, serve};
