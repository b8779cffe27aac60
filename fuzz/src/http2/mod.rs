//! Checks of the driver of HTTP/2.

pub mod frames;
