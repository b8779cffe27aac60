//! What must hold of the engine for any bytes: one module for each fuzz target.
//!
//! The checks panic when they find something. `cargo test -p hello-http1`
//! includes this folder and replays `fuzz/corpus/` through it, so that what a
//! fuzzer found once is never lost.

pub mod chunked;
pub mod cuts;
pub mod dialogue;
pub mod script;
pub mod target;
