//! (room site)
