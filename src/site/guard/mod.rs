//! Guards: what may answer before anything is looked for. Their order stands in `pipeline.rs`.

pub(crate) mod clients;
pub(crate) mod method;
pub(crate) mod name;
pub(crate) mod onlooker;
