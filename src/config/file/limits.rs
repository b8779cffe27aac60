//! What a file of settings may cost to read.

/// All files of a configuration together, bytes. Reason: a hundred times what ten thousand redirects
/// take, and it is read at once. Above: an error.
pub(super) const CONFIG_BYTES_MAX: u64 = 16 << 20;
/// Files of a configuration. Reason: one for each of some thousand sites. Above: an error.
pub(super) const CONFIG_FILES_MAX: usize = 4096;
/// Files that include each other, one within the other. Reason: a person follows three. Above: an error.
pub(super) const CONFIG_DEPTH_MAX: usize = 8;
/// Errors that are kept. Reason: whoever has more mends these first. Further ones are not told.
pub(super) const ERRORS_MAX: usize = 100;
