//! The same content in fewer bytes: what a client takes, what there is, and what is made.
//!
//! `negotiate` reads what a client takes, `forms` knows what there is of a file besides itself,
//! `encode` knows what pays and does it, `compressor` has it done in the pool, a few at a time.

mod compressor;
pub(crate) mod encode;
mod forms;
pub(crate) mod negotiate;

/// What `hello compress` needs of it: the same types and the same judgement of what pays.
pub(crate) mod compressing {
    pub(crate) use super::encode::{Effort, encode};
    pub(crate) use crate::site::limits::COMPRESSED_FILE_BYTES_MAX as FILE_BYTES_MAX;

    /// Whether a file of that name is worth trying.
    pub(crate) fn is_promising(name: &[u8]) -> bool {
        let content_type = super::super::media::type_of(name);
        super::encode::promise(content_type.as_bytes()) == super::encode::Promise::Smaller
    }
}

pub(super) use compressor::{Compressor, Job, Ordered};
pub(super) use forms::{Choice, Coded, Forms, Original, sibling_name};
