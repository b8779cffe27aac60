//! What becomes of any text that is called hello.toml.

pub mod file;
