//! The last connections as stories, for views that live: the screen of `--tui`, the built-in site.
//!
//! - `story`: one connection, from accept to close.
//! - `chronicle`: the last of them, made of what the journal tells and of a look at those that live.
//! - `advice`: what the loads of a session teach.
//! - `saving`: what siblings would have saved in it.
//! - `watch`: a chronicle shared by all live pages.
//!
//! Law: always bounded, and paid by whoever looks: no worker knows that it is watched.

mod advice;
mod chronicle;
mod saving;
mod story;
mod watch;

pub use advice::{Advice, Adviser};
pub use chronicle::Chronicle;
pub use saving::{FileSaving, Saver, Saving, ServedFolder};
pub use story::{Asked, Finish, Story, Told};
pub use watch::{Changes, Watch};
