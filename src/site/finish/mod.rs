//! Finishers: what every answer passes through. Their order stands in `pipeline.rs`.

pub mod conditions;
pub mod etag;
pub mod range;

pub(crate) mod caching;
pub(crate) mod cors;
pub(crate) mod fields;
pub(crate) mod parts;
pub(crate) mod readers;
pub(crate) mod security;
