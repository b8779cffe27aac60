//! Opens the sockets we listen on.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::net::{SocketAddrAny, SocketFlags};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::UnixStream;

use super::limits::{BACKLOG, UNSENT_BYTES_MAX};
use super::{Family, Transport};
use crate::exchange::Peer;

/// A socket that accepts connections.
#[derive(Debug)]
pub enum Listener {
    /// A TCP port.
    Tcp(AsyncFd<TcpListener>),
    /// A Unix socket; its file goes when the listener goes.
    Unix(AsyncFd<UnixListener>, SocketFile),
}

/// The file of a Unix socket, removed on drop if it is ours.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    is_ours: bool,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.is_ours {
            // Gone already, or the folder became read-only: nothing to be done, and nothing is lost.
            let _ = rustix::fs::unlink(&self.path);
        }
    }
}

/// Why we cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody listens there already.
    #[error("address in use")]
    InUse(#[source] io::Error),
    /// The system does not let us (ports below 1024).
    #[error("not permitted")]
    NotPermitted(#[source] io::Error),
    /// The address is not one of this machine's.
    #[error("not an address of this machine")]
    NotOurs(#[source] io::Error),
    /// Something that is not a socket stands at the path.
    #[error("something else stands at this path")]
    PathTaken,
    /// The system says something else.
    #[error("{0}")]
    System(#[source] io::Error),
}

impl From<io::Error> for ListenError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(error),
            io::ErrorKind::PermissionDenied => Self::NotPermitted(error),
            io::ErrorKind::AddrNotAvailable => Self::NotOurs(error),
            _ => Self::System(error),
        }
    }
}

impl Listener {
    /// Listens on a TCP address. A second hello on the same address fails: no `SO_REUSEPORT`.
    pub fn tcp(address: SocketAddr) -> Result<Self, ListenError> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM.nonblocking(),
            Some(Protocol::TCP),
        )?;
        if address.is_ipv6() {
            // Each address stands for itself, so that "localhost" can mean both families.
            socket.set_only_v6(true)?;
        }
        socket.set_reuse_address(true)?;
        // Inherited by every accepted socket: one system call less for each connection.
        socket.set_tcp_nodelay(true)?;
        // Inherited too. What the kernel holds is neither with the client nor ours to take back.
        #[cfg(target_os = "linux")]
        socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        Ok(Self::Tcp(listening(socket.into())?))
    }

    /// Listens on a Unix socket. A socket file that nobody listens on any more is replaced.
    pub async fn unix(path: &Path) -> Result<Self, ListenError> {
        match rustix::fs::lstat(path) {
            Ok(found) if !is_socket(&found) => return Err(ListenError::PathTaken),
            Ok(_) => match UnixStream::connect(path).await {
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    rustix::fs::unlink(path).map_err(io::Error::from)?;
                }
                // Its queue is full: whoever listens there is busy, not gone.
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    return Err(error.into());
                }
                Ok(_) | Err(_) => {
                    return Err(ListenError::InUse(io::ErrorKind::AddrInUse.into()));
                }
            },
            Err(_) => {}
        }
        let listener = UnixListener::bind(path)?;
        listener.set_nonblocking(true)?;
        Ok(Self::Unix(
            listening(listener)?,
            SocketFile {
                path: path.to_owned(),
                is_ours: true,
            },
        ))
    }

    /// Listens on a TCP socket that somebody else has opened for us.
    pub fn handed_tcp(listener: TcpListener) -> io::Result<Self> {
        let socket = SockRef::from(&listener);
        socket.set_nonblocking(true)?;
        // As for our own: inherited by every accepted socket.
        socket.set_tcp_nodelay(true)?;
        #[cfg(target_os = "linux")]
        socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
        Ok(Self::Tcp(listening(listener)?))
    }

    /// The same for a Unix socket, at this path. Its file stays when we go.
    pub fn handed_unix(listener: UnixListener, path: PathBuf) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let is_ours = false;
        Ok(Self::Unix(
            listening(listener)?,
            SocketFile { path, is_ours },
        ))
    }

    /// The address we got: with port 0, the port the system chose. `None` for a Unix socket.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.get_ref().local_addr().ok(),
            Self::Unix(..) => None,
        }
    }

    /// The path of a Unix socket.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(_, file) => Some(&file.path),
        }
    }

    /// The next connection.
    pub async fn accept(&self) -> io::Result<(Transport, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (socket, address) = next_of(listener).await?;
                let address = address.and_then(|address| SocketAddr::try_from(address).ok());
                let peer = Peer::Tcp(address.ok_or(io::ErrorKind::ConnectionAborted)?);
                Ok((Transport::accepted(socket, Family::Tcp), peer))
            }
            Self::Unix(listener, _) => {
                let (socket, _) = next_of(listener).await?;
                Ok((Transport::accepted(socket, Family::Unix), Peer::Unix))
            }
        }
    }
}

/// Registers a listener with the poller.
///
/// tokio's own listeners register every accepted socket at once; this leaves it to us.
#[expect(
    deprecated,
    reason = "its successor is unsafe for the sake of descriptors that change; the standard \
              library's listeners own theirs and never change it"
)]
fn listening<L: AsRawFd>(listener: L) -> io::Result<AsyncFd<L>> {
    AsyncFd::with_interest(listener, Interest::READABLE)
}

/// Accepts without telling the poller about the new socket: that is the connection's business.
async fn next_of<L: AsFd + AsRawFd>(
    listener: &AsyncFd<L>,
) -> io::Result<(OwnedFd, Option<SocketAddrAny>)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let accept = |listener: &L| Ok(rustix::net::acceptfrom_with(listener, flags)?);
    listener.async_io(Interest::READABLE, accept).await
}

fn is_socket(found: &rustix::fs::Stat) -> bool {
    rustix::fs::FileType::from_raw_mode(found.st_mode) == rustix::fs::FileType::Socket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_in_use_even_for_another_hello() {
        let first = Listener::tcp("127.0.0.1:0".parse().unwrap()).unwrap();
        let second = Listener::tcp(first.address().unwrap());
        assert!(matches!(second, Err(ListenError::InUse(_))), "{second:?}");
    }

    #[tokio::test]
    async fn an_address_of_somebody_else_is_not_ours() {
        let foreign = Listener::tcp("192.0.2.1:0".parse().unwrap());
        assert!(
            matches!(foreign, Err(ListenError::NotOurs(_))),
            "{foreign:?}"
        );
    }

    #[tokio::test]
    async fn a_dead_socket_file_is_replaced_and_a_living_one_respected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hello.sock");
        let first = Listener::unix(&path).await.unwrap();
        assert!(matches!(
            Listener::unix(&path).await,
            Err(ListenError::InUse(_))
        ));
        let Listener::Unix(listener, file) = first else {
            panic!("a Unix listener")
        };
        drop(listener);
        std::mem::forget(file);
        drop(Listener::unix(&path).await.unwrap());
        assert!(!path.exists(), "the file goes with its listener");
        std::fs::write(&path, "a file").unwrap();
        assert!(matches!(
            Listener::unix(&path).await,
            Err(ListenError::PathTaken)
        ));
    }

    #[tokio::test]
    async fn whoever_is_too_busy_to_answer_keeps_the_socket_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("busy.sock");
        let busy = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
        let address = socket2::SockAddr::unix(&path).unwrap();
        busy.bind(&address).unwrap();
        busy.listen(0).unwrap();
        let _waits = std::os::unix::net::UnixStream::connect(&path).unwrap();
        assert!(matches!(
            Listener::unix(&path).await,
            Err(ListenError::InUse(_))
        ));
        assert!(path.exists());
    }
}
