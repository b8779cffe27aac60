//! Why the server cannot start.

use std::io;
use std::path::{Path, PathBuf};

use crate::i18n::Args;
use crate::net::ListenError;
use crate::site::{RootError, RootErrorKind};

/// Why the server cannot start. The words for it are in the catalogues, by [`StartError::key`].
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// We cannot listen on a TCP address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        #[source]
        source: ListenError,
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
    /// A name that has no address.
    #[error("{name} has no address")]
    NotResolved {
        /// The name and port.
        name: String,
    },
    /// What is to be served cannot be.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The full-screen view was asked for where there is no terminal.
    #[error("standard input and output are no terminal")]
    NoTerminal,
    /// The system gives us no threads or no poller.
    #[error("the runtime cannot start: {0}")]
    Runtime(#[source] io::Error),
}

impl StartError {
    /// The key of its text in the catalogues.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Listen { source, .. } => match source {
                ListenError::InUse(_) => "port-in-use",
                ListenError::NotPermitted(_) => "port-not-permitted",
                ListenError::NotOurs(_) => "address-not-available",
                ListenError::PathTaken | ListenError::System(_) => "listen-failed",
            },
            Self::ListenUnix { source, .. } => match source {
                ListenError::InUse(_) => "socket-in-use",
                ListenError::PathTaken => "socket-path-exists",
                _ => "socket-path-failed",
            },
            Self::NotResolved { .. } => "name-not-resolved",
            Self::Root(error) => match error.kind {
                RootErrorKind::Missing if is_a_port(&error.path) => "path-is-a-port",
                RootErrorKind::Missing if error.path == Path::new("help") => "path-is-help",
                RootErrorKind::Missing => "no-such-path",
                RootErrorKind::Unreadable => "path-unreadable",
                RootErrorKind::NeitherFolderNorFile => "path-not-servable",
            },
            Self::NoTerminal => "no-terminal",
            Self::Runtime(_) => "runtime-failed",
        }
    }

    /// What the text is to name.
    pub fn args(&self) -> Args<'_> {
        let args = Args::new();
        match self {
            Self::Listen { address, source } => {
                let port = address.rsplit(':').next().unwrap_or_default();
                let args = args.with("address", address.as_str()).with("port", port);
                args.with("system", system(source))
            }
            Self::ListenUnix { path, source } => args
                .with("path", path.display().to_string())
                .with("system", system(source)),
            Self::NotResolved { name } => args.with("name", name.as_str()),
            Self::Root(error) => args
                .with("path", error.path.display().to_string())
                .with("system", error.source.to_string()),
            Self::NoTerminal => args,
            Self::Runtime(source) => args.with("system", source.to_string()),
        }
    }
}

/// Whether a path looks like the port of somebody who is used to other servers: `hello 8080`.
fn is_a_port(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.parse::<u16>().is_ok())
}

fn system(error: &ListenError) -> String {
    match error {
        ListenError::InUse(source)
        | ListenError::NotPermitted(source)
        | ListenError::NotOurs(source)
        | ListenError::System(source) => source.to_string(),
        ListenError::PathTaken => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_the_place_of_a_path_is_known_for_what_it_is() {
        for (path, key) in [
            ("8080", "path-is-a-port"),
            ("help", "path-is-help"),
            ("dist", "no-such-path"),
        ] {
            let error = RootError {
                path: path.into(),
                kind: RootErrorKind::Missing,
                source: io::ErrorKind::NotFound.into(),
            };
            assert_eq!(StartError::from(error).key(), key);
        }
    }
}
