//! HTTP/2: what it is like for honest clients, and what for others.

mod attacks;
mod order;
mod untold;
mod updates;
