//! A log that goes to the system: each line is a datagram to the socket of syslog or of systemd's journal.
//!
//! Never waits: what the system does not take at once is lost, and counted.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::observe::limits::LOG_RETRY_PAUSE;

/// What the datagrams look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `<190>hello[123]: line`: facility `local7`, severity "informational", and no time, for who receives it
    /// knows it.
    Syslog,
    /// `MESSAGE=line`, and what it is.
    Journald,
}

/// Where lines are sent.
pub(super) struct Datagrams {
    path: PathBuf,
    dialect: Dialect,
    socket: Option<UnixDatagram>,
    /// When connecting is tried again.
    not_before: Option<Instant>,
    datagram: Vec<u8>,
}

impl Datagrams {
    /// Connects to a socket.
    pub(super) fn connect(path: &Path, dialect: Dialect) -> io::Result<Self> {
        Ok(Self {
            socket: Some(connect(path)?),
            path: path.to_owned(),
            dialect,
            not_before: None,
            datagram: Vec::new(),
        })
    }

    /// Sends a line, without its end.
    pub(super) fn send(&mut self, line: &[u8], now: Instant) -> io::Result<()> {
        self.datagram.clear();
        match self.dialect {
            Dialect::Syslog => {
                let start = format!("<190>hello[{}]: ", std::process::id());
                self.datagram.extend_from_slice(start.as_bytes());
                self.datagram.extend_from_slice(line);
            }
            Dialect::Journald => {
                let start = b"PRIORITY=6\nSYSLOG_IDENTIFIER=hello\nMESSAGE=";
                self.datagram.extend_from_slice(start);
                // No line has a line feed in it, so this form is unambiguous.
                self.datagram.extend_from_slice(line);
                self.datagram.push(b'\n');
            }
        }
        if self.socket.is_none() && self.not_before.is_none_or(|moment| now >= moment) {
            self.not_before = Some(now + LOG_RETRY_PAUSE);
            self.socket = connect(&self.path).ok();
        }
        let Some(socket) = &self.socket else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        match socket.send(&self.datagram) {
            Ok(_) => Ok(()),
            Err(error) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    // Whoever received is gone, or was started anew: found again by its name.
                    self.socket = None;
                }
                Err(error)
            }
        }
    }
}

fn connect(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.connect(path)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn received(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 1024];
        let count = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    }

    #[test]
    fn a_line_is_a_datagram_and_who_comes_back_hears_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert!(Datagrams::connect(&path, Dialect::Syslog).is_err());
        let listener = UnixDatagram::bind(&path).unwrap();
        let now = clock::now();
        let mut syslog = Datagrams::connect(&path, Dialect::Syslog).unwrap();
        let mut journald = Datagrams::connect(&path, Dialect::Journald).unwrap();
        syslog.send(b"one", now).unwrap();
        let expected = format!("<190>hello[{}]: one", std::process::id());
        assert_eq!(received(&listener), expected);
        journald.send(b"two", now).unwrap();
        let expected = "PRIORITY=6\nSYSLOG_IDENTIFIER=hello\nMESSAGE=two\n";
        assert_eq!(received(&listener), expected);
        drop(listener);
        std::fs::remove_file(&path).unwrap();
        assert!(syslog.send(b"lost", now).is_err());
        assert!(syslog.send(b"lost", now).is_err());
        let listener = UnixDatagram::bind(&path).unwrap();
        assert!(syslog.send(b"too soon", now).is_err());
        syslog.send(b"three", now + LOG_RETRY_PAUSE).unwrap();
        assert!(received(&listener).ends_with("three"));
    }

    #[test]
    fn who_does_not_read_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let _listener = UnixDatagram::bind(&path).unwrap();
        let mut syslog = Datagrams::connect(&path, Dialect::Syslog).unwrap();
        let now = clock::now();
        let refused = (0..100_000).find_map(|_| syslog.send(b"line", now).err());
        assert_eq!(refused.unwrap().kind(), io::ErrorKind::WouldBlock);
    }
}
