//! (room http1)
