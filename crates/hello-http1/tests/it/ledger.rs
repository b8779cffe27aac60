//! The ledger of RFC 9112 names only what exists.
