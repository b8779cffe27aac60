//! How a connection ended whose socket could not be read, or written to.

use std::io;

use crate::exchange::Ending;
use crate::net::is_gone;

/// How a connection ended that could not be read: what cannot be opened is damaged, or forged.
pub(crate) fn ending_of_read_error(error: io::ErrorKind) -> Ending {
    match error {
        io::ErrorKind::InvalidData => Ending::BrokenTls,
        _ => Ending::ResetByClient,
    }
}

/// How a connection ended that could not be written to.
pub(crate) fn ending_of_write_error(error: &io::Error) -> Ending {
    if is_gone(error) {
        Ending::ResetByClient
    } else {
        Ending::Failed
    }
}
