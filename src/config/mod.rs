//! Turns text into typed settings, or into an error a person can act on.
//!
//! Law: no side effects. Nothing here opens, resolves or asks the system; `server` does.

mod files;

pub use files::FileSettings;
