//! What must hold of the site's pure parts for any bytes: one module for each fuzz target.
//!
//! The checks panic when they find something. The unit tests of `src/site/` include this folder
//! and replay `fuzz/corpus/` through it.

pub mod accept_encoding;
pub mod forwarded;
pub mod markdown;
pub mod path;
pub mod range;
