//! The same content in fewer bytes: what a client takes, what there is, and what is made.
//!
//! `negotiate` reads what a client takes, `forms` knows what there is of a file besides itself,
//! `encode` knows what pays and does it, `compressor` has it done in the pool, a few at a time.

mod compressor;
pub(crate) mod encode;
mod forms;
pub(crate) mod negotiate;

pub(super) use compressor::{Compressor, Job, Ordered};
pub(super) use forms::{Choice, Coded, Forms, Original, sibling_name};
