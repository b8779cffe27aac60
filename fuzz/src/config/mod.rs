//! What becomes of any text that is called hello.toml, and of the patterns in it.

pub mod file;
pub mod pattern;
