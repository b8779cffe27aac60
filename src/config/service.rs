//! What a service manager wants of us, and what it has handed over.

use std::ffi::OsString;
use std::time::Duration;

/// Said by whoever started us, in the surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceSettings {
    /// The socket at which it waits to be told how we are (`NOTIFY_SOCKET`).
    pub notify: Option<OsString>,
    /// How often it wants to hear that we are alive (`WATCHDOG_USEC`), if it does.
    pub watchdog: Option<Duration>,
    /// The names of the sockets it has opened for us (`LISTEN_FDS`, `LISTEN_FDNAMES`), in their order.
    pub handed: Vec<String>,
}
