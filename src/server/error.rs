//! Why the server cannot start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use rustix::io::Errno;

pub use super::hints::{HintsError, HintsTrouble};
pub use crate::net::ListenError;
pub use crate::observe::LogError;
pub use crate::site::{AccessError, AccessTrouble, BadUser, RootError, RootErrorKind, UserFault};
use crate::tls::{
    AuthorityError, AuthorityTrouble, CertificateError, LocalAuthorityError, Trouble,
};

/// Why the server cannot start. What else can be found out is in [`super::Facts`], the words are
/// the catalogues'.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// We cannot listen on a TCP address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Where one could, of the two addresses that "localhost" means.
        free_sibling: Option<SocketAddr>,
        /// Why not.
        #[source]
        source: ListenError,
    },
    /// None of the ports that were tried is free (`--next-port`).
    #[error("no free port from {address} to {last}")]
    NoFreePort {
        /// Where it began.
        address: SocketAddr,
        /// The last port tried.
        last: u16,
    },
    /// One of our own addresses includes this one.
    #[error("{address} is given twice")]
    ListenTwice {
        /// The address.
        address: SocketAddr,
    },
    /// We cannot listen on a Unix socket.
    #[error("cannot listen on {}: {source}", path.display())]
    ListenUnix {
        /// Where.
        path: PathBuf,
        /// Why not.
        #[source]
        source: ListenError,
    },
    /// What the service manager handed over is no socket that listens.
    #[error("socket {number}, {name}, does not listen")]
    Handed {
        /// What it is called.
        name: String,
        /// Which it is, counted from 1.
        number: usize,
    },
    /// A name that has no address.
    #[error("{host} has no address: {system}")]
    NotResolved {
        /// The name.
        host: String,
        /// The port.
        port: u16,
        /// What the resolver says.
        system: String,
    },
    /// What is to be served cannot be.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The full-screen view was asked for where there is no terminal.
    #[error("standard input and output are no terminal")]
    NoTerminal,
    /// Those who are to vouch for clients cannot.
    #[error(transparent)]
    ClientAuthority(#[from] AuthorityError),
    /// A file of early hints that was given cannot be used.
    #[error(transparent)]
    Hints(#[from] HintsError),
    /// A certificate that was given cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A file that says who may come in cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A log cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is no local authority to vouch for us (`--https`).
    #[error(transparent)]
    Authority(#[from] LocalAuthorityError),
    /// The system gives us no threads or no poller.
    #[error("the runtime cannot start: {0}")]
    Runtime(#[source] io::Error),
}

impl StartError {
    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        if let Some(key) = self.system().and_then(scarcity) {
            return key;
        }
        match self {
            Self::Listen { source, .. } => match source {
                ListenError::InUse(_) => "port-in-use",
                ListenError::NotPermitted(_) => "port-not-permitted",
                ListenError::NotOurs(_) => "address-not-available",
                ListenError::PathTaken | ListenError::System(_) => "listen-failed",
            },
            Self::ListenTwice { .. } => "listen-twice",
            Self::NoFreePort { .. } => "no-free-port",
            Self::ListenUnix { source, .. } => match source {
                ListenError::InUse(_) => "socket-in-use",
                ListenError::PathTaken => "socket-path-exists",
                _ => "socket-path-failed",
            },
            Self::Handed { .. } => "handed-socket-unusable",
            Self::NotResolved { .. } => "name-not-resolved",
            Self::Root(error) => match error.kind {
                RootErrorKind::Missing => "no-such-path",
                RootErrorKind::Unreadable => "path-unreadable",
                RootErrorKind::NeitherFolderNorFile => "path-not-servable",
            },
            Self::NoTerminal => "no-terminal",
            Self::ClientAuthority(error) => error.key(),
            Self::Hints(error) => error.key(),
            Self::Certificate(error) => error.key(),
            Self::Access(error) => error.trouble.key(),
            Self::Authority(error) => error.key(),
            Self::Log(_) => "log-unwritable",
            Self::Runtime(_) => "runtime-failed",
        }
    }

    /// What the system said, if it was the system.
    pub fn system(&self) -> Option<&io::Error> {
        match self {
            Self::Listen { source, .. } | Self::ListenUnix { source, .. } => match source {
                ListenError::InUse(source)
                | ListenError::NotPermitted(source)
                | ListenError::NotOurs(source)
                | ListenError::System(source) => Some(source),
                ListenError::PathTaken => None,
            },
            Self::Handed { .. }
            | Self::NotResolved { .. }
            | Self::NoFreePort { .. }
            | Self::ListenTwice { .. }
            | Self::NoTerminal => None,
            Self::Root(error) => Some(&error.source),
            Self::ClientAuthority(error) => match &error.trouble {
                AuthorityTrouble::Unreadable(source) => Some(source),
                AuthorityTrouble::Unusable => None,
            },
            Self::Hints(error) => match &error.trouble {
                HintsTrouble::Unreadable(source) => Some(source),
                HintsTrouble::Line(_) => None,
            },
            Self::Access(error) => match &error.trouble {
                AccessTrouble::Unreadable(source) => Some(source),
                _ => None,
            },
            Self::Certificate(error) => match &error.trouble {
                Trouble::Certificate(source) | Trouble::Key(source) => Some(source),
                _ => None,
            },
            Self::Authority(error) => error.system(),
            Self::Log(error) => Some(&error.source),
            Self::Runtime(source) => Some(source),
        }
    }
}

/// The key of what there is too little of, whoever asks for it.
fn scarcity(error: &io::Error) -> Option<&'static str> {
    match Errno::from_io_error(error)? {
        Errno::MFILE | Errno::NFILE => Some("too-many-open-files"),
        Errno::NOMEM | Errno::NOBUFS => Some("memory-limit"),
        Errno::NOSPC | Errno::DQUOT => Some("disk-full"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scarce_is_named_wherever_it_is_missing() {
        let error = |errno: Errno| RootError {
            path: "dist".into(),
            kind: RootErrorKind::Unreadable,
            source: errno.into(),
        };
        for (errno, key) in [
            (Errno::MFILE, "too-many-open-files"),
            (Errno::NOMEM, "memory-limit"),
            (Errno::NOSPC, "disk-full"),
            (Errno::ACCESS, "path-unreadable"),
        ] {
            assert_eq!(StartError::from(error(errno)).key(), key);
            let listening = ListenError::from(io::Error::from(errno));
            let path = PathBuf::from("hello.sock");
            let socket = StartError::ListenUnix {
                path,
                source: listening,
            };
            let is_scarce = errno != Errno::ACCESS;
            assert_eq!(socket.key() == key, is_scarce, "{errno}");
        }
    }
}
