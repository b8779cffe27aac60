//! Guards: what may answer before anything is looked for. Their order stands in [`super::pipeline`].

pub(crate) mod method;
