//! Where a running server can be asked what it does: its control socket.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::error::{ConfigError, Fault};
use super::listen::SOCKET_PATH_BYTES_MAX;
use crate::i18n::shown;

/// Where the control socket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlSettings {
    /// Nowhere: nobody can ask.
    Off,
    /// Under a name of its own in the first of these folders that will do. Which those are, the
    /// surroundings tell.
    InFolders(Vec<PathBuf>),
    /// There.
    At(PathBuf),
}

impl ControlSettings {
    /// Reads `off`, or the path of a socket. (A socket of that name is `./off`.)
    pub fn read(value: &OsStr) -> Result<Self, ConfigError> {
        if value == "off" {
            return Ok(Self::Off);
        }
        let bytes = value.as_bytes().len();
        if bytes > SOCKET_PATH_BYTES_MAX {
            return Err(ConfigError {
                option: "control",
                value: shown(&value.to_string_lossy()),
                fault: Fault::SocketPathTooLong {
                    bytes,
                    most: SOCKET_PATH_BYTES_MAX,
                },
            });
        }
        Ok(Self::At(value.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_off_or_at_a_path_that_the_kernel_can_hold() {
        let read = |text: &str| ControlSettings::read(OsStr::new(text));
        assert_eq!(read("off"), Ok(ControlSettings::Off));
        assert_eq!(read("./off"), Ok(ControlSettings::At("./off".into())));
        assert!(read(&"a".repeat(SOCKET_PATH_BYTES_MAX)).is_ok());
        let error = read(&"a".repeat(SOCKET_PATH_BYTES_MAX + 1)).unwrap_err();
        assert_eq!(error.code(), "socket-path-too-long");
    }
}
