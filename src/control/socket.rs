//! Opens the control socket, so that nobody but its owner can ever speak to it.
//!
//! Law: there is no moment at which the file has another mode than 0600. The mode is the descriptor's
//! before the name exists; folders of our own are closed to others; and whoever connects is asked
//! who it is all the same (`serve.rs`).

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use super::limits::{CLIENTS_MAX, LOCK_PAUSE, LOCK_TRIES_MAX, NAMES_MAX};
use crate::config::ControlSettings;

/// How names of control sockets end.
pub(super) const SUFFIX: &str = ".sock";

/// The mode of the socket: its owner, and nobody else.
const SOCKET_MODE: u32 = 0o600;

/// The mode of a folder of our own.
const FOLDER_MODE: u32 = 0o700;

/// An open control socket. Its file goes when it goes.
#[derive(Debug)]
pub struct ControlSocket {
    pub(super) listener: tokio::net::UnixListener,
    file: File,
}

/// The file of a socket of ours.
#[derive(Debug)]
struct File {
    path: PathBuf,
    /// The file system and the number there: another may have taken the name since.
    place: (u64, u64),
}

impl Drop for File {
    fn drop(&mut self) {
        let found = rustix::fs::lstat(&self.path);
        if found.is_ok_and(|found| place_of(&found) == self.place) {
            let _ = rustix::fs::unlink(&self.path);
        }
    }
}

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct ControlError {
    /// Where it would have been.
    pub path: PathBuf,
    /// What is in the way.
    pub trouble: ControlTrouble,
}

/// What is in the way of a control socket.
#[derive(Debug, thiserror::Error)]
pub enum ControlTrouble {
    /// Another server has it.
    #[error("in use")]
    InUse,
    /// Something that is no socket stands there.
    #[error("something else stands there")]
    PathTaken,
    /// A folder that others may write to, or own.
    #[error("the folder is not ours alone")]
    FolderOfOthers,
    /// The system says something else.
    #[error("{0}")]
    System(#[source] io::Error),
}

impl From<Errno> for ControlTrouble {
    fn from(errno: Errno) -> Self {
        Self::System(errno.into())
    }
}

impl ControlSocket {
    /// Opens the socket; `None` if none is wanted. Of several folders, the error is that of the last.
    pub async fn open(settings: &ControlSettings) -> Result<Option<Self>, ControlError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            |trouble| ControlError { path, trouble }
        };
        match settings {
            ControlSettings::Off => Ok(None),
            ControlSettings::At(path) => bind(path).await.map(Some).map_err(at(path)),
            ControlSettings::InFolders(folders) => {
                let mut opened = Ok(None);
                for folder in folders {
                    opened = in_folder(folder).await.map(Some).map_err(at(folder));
                    if opened.is_ok() {
                        break;
                    }
                }
                opened
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file.path
    }
}

/// Opens a socket under a name that no living server has.
async fn in_folder(folder: &Path) -> Result<ControlSocket, ControlTrouble> {
    make_folder(folder)?;
    let pid = rustix::process::getpid().as_raw_nonzero();
    for number in 1..=NAMES_MAX {
        let name = match number {
            1 => format!("{pid}{SUFFIX}"),
            number => format!("{pid}-{number}{SUFFIX}"),
        };
        match bind(&folder.join(name)).await {
            Err(ControlTrouble::InUse) => {}
            opened => return opened,
        }
    }
    Err(ControlTrouble::InUse)
}

/// Makes a folder that is closed to others, or finds one that nobody else can change.
fn make_folder(folder: &Path) -> Result<(), ControlTrouble> {
    match rustix::fs::mkdir(folder, Mode::from_raw_mode(FOLDER_MODE)) {
        Ok(()) => return Ok(()),
        Err(Errno::EXIST) => {}
        Err(errno) => return Err(errno.into()),
    }
    if is_ours_alone(&rustix::fs::lstat(folder)?) {
        Ok(())
    } else {
        Err(ControlTrouble::FolderOfOthers)
    }
}

/// Whether it is a folder, no link to one, that nobody else can change.
pub(super) fn is_ours_alone(found: &Stat) -> bool {
    let others = Mode::WGRP | Mode::WOTH;
    FileType::from_raw_mode(found.st_mode) == FileType::Directory
        && found.st_uid == rustix::process::geteuid().as_raw()
        && !Mode::from_raw_mode(found.st_mode).intersects(others)
}

/// Binds a socket to a path. One that nobody listens on any more is replaced.
async fn bind(path: &Path) -> Result<ControlSocket, ControlTrouble> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // Two that find the same dead socket must not each take the other's for it.
    let _lock = lock(folder).await;
    match rustix::fs::lstat(path) {
        Ok(found) if FileType::from_raw_mode(found.st_mode) != FileType::Socket => {
            return Err(ControlTrouble::PathTaken);
        }
        Ok(_) => match tokio::net::UnixStream::connect(path).await {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                rustix::fs::unlink(path)?;
            }
            // Its queue is full: whoever listens there is busy, not gone.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                return Err(ControlTrouble::System(error));
            }
            Ok(_) | Err(_) => return Err(ControlTrouble::InUse),
        },
        Err(_) => {}
    }
    let (socket, mode) = (bound(path)?, Mode::from_raw_mode(SOCKET_MODE));
    let found = rustix::fs::lstat(path)?;
    let file = File {
        path: path.to_owned(),
        place: place_of(&found),
    };
    if Mode::from_raw_mode(found.st_mode) != mode {
        rustix::fs::chmod(path, mode)?;
    }
    // Nobody can connect before this.
    rustix::net::listen(&socket, i32::try_from(CLIENTS_MAX).unwrap_or(i32::MAX))?;
    let listener = tokio::net::UnixListener::from_std(UnixListener::from(socket));
    let listener = listener.map_err(ControlTrouble::System)?;
    Ok(ControlSocket { listener, file })
}

/// A socket that has this name and its mode, both at once, and to which nobody can connect yet.
fn bound(path: &Path) -> Result<OwnedFd, ControlTrouble> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // Linux gives the file the mode of the descriptor, as far as the process's mask lets it. Where that
    // is not known the file is open for a moment, to whoever may enter the folder.
    let _ = rustix::fs::fchmod(&socket, Mode::from_raw_mode(SOCKET_MODE));
    match rustix::net::bind(&socket, &SocketAddrUnix::new(path)?) {
        Err(Errno::ADDRINUSE) => Err(ControlTrouble::InUse),
        bound => bound.map(|()| socket).map_err(ControlTrouble::from),
    }
}

/// Keeps other servers from the folder while one looks at it; `None` where that is not to be had.
async fn lock(folder: &Path) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = rustix::fs::open(folder, flags, Mode::empty()).ok()?;
    for _ in 0..LOCK_TRIES_MAX {
        match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Some(folder),
            Err(Errno::WOULDBLOCK | Errno::INTR) => tokio::time::sleep(LOCK_PAUSE).await,
            Err(_) => return None,
        }
    }
    None
}

fn place_of(found: &Stat) -> (u64, u64) {
    (found.st_dev, found.st_ino)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode_of(path: &Path) -> u32 {
        std::fs::symlink_metadata(path)
            .unwrap()
            .permissions()
            .mode()
            & 0o7777
    }

    async fn at(path: &Path) -> Result<ControlSocket, ControlTrouble> {
        let opened = ControlSocket::open(&ControlSettings::At(path.to_owned())).await;
        opened
            .map(|socket| socket.expect("one is wanted"))
            .map_err(|error| error.trouble)
    }

    #[tokio::test]
    async fn it_is_its_owners_alone_and_goes_with_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        let socket = at(&path).await.unwrap();
        assert_eq!(mode_of(&path), SOCKET_MODE);
        assert!(matches!(at(&path).await, Err(ControlTrouble::InUse)));
        drop(socket);
        assert!(!path.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_mode_is_there_as_soon_as_the_name_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        let _socket = bound(&path).unwrap();
        assert_eq!(mode_of(&path), SOCKET_MODE);
    }

    #[tokio::test]
    async fn a_dead_one_is_replaced_and_what_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "a dead one is left");
        let socket = at(&path).await.unwrap();
        // Somebody else takes the name; it is not ours to remove then.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "a file").unwrap();
        drop(socket);
        assert!(path.exists());
        assert!(matches!(at(&path).await, Err(ControlTrouble::PathTaken)));
    }

    #[tokio::test]
    async fn of_several_folders_the_first_that_is_ours_alone_is_taken() {
        let base = tempfile::tempdir().unwrap();
        let [open, own] = ["open", "own"].map(|name| base.path().join(name));
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, PermissionsExt::from_mode(0o777)).unwrap();
        let link = base.path().join("link");
        std::os::unix::fs::symlink(base.path(), &link).unwrap();
        let missing = base.path().join("missing/folder");
        let settings = ControlSettings::InFolders(vec![missing, open.clone(), link, own.clone()]);
        let first = ControlSocket::open(&settings).await.unwrap().unwrap();
        assert_eq!(first.path().parent(), Some(&*own));
        assert_eq!(mode_of(&own), FOLDER_MODE);
        // As another server that is process so-and-so elsewhere.
        let second = ControlSocket::open(&settings).await.unwrap().unwrap();
        assert_ne!(first.path(), second.path());
        let settings = ControlSettings::InFolders(vec![open]);
        let error = ControlSocket::open(&settings).await.unwrap_err();
        assert!(matches!(error.trouble, ControlTrouble::FolderOfOthers));
    }

    #[tokio::test]
    async fn of_two_that_find_a_dead_socket_one_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        for _ in 0..20 {
            drop(UnixListener::bind(&path).unwrap());
            let (one, other) = tokio::join!(at(&path), at(&path));
            assert_ne!(one.is_ok(), other.is_ok());
            drop((one, other));
        }
    }
}
