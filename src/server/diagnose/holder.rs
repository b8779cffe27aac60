//! Finds out who has a port or a socket's path.
//!
//! The kernel's tables tell the socket and whose it is; which process holds it is seen only where
//! its descriptors may be looked at: those of the same user, or all of them for the administrator.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{process, socket, source, user};
use crate::server::limits::DIAGNOSE_LINKS_MAX;

/// Who has what we wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// A process that we may look at.
    Process(Box<Holder>),
    /// A process that we may not look at.
    Hidden {
        /// The user's name, or the number.
        user: String,
    },
    /// The system does not tell, or whoever it was has gone.
    Unknown,
}

/// A process that holds a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number.
    pub pid: u32,
    /// Its short name.
    pub name: String,
    /// Its command line, the program included.
    pub words: Vec<OsString>,
    /// The folder it works in.
    pub folder: Option<PathBuf>,
    /// The name of its user.
    pub user: String,
    /// Whether that is our user too.
    pub is_our_user: bool,
    /// What keeps it running.
    pub place: Place,
    /// Whether it is this program too.
    pub is_hello: bool,
}

/// What keeps a process running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A service of the system.
    Unit(String),
    /// A service of a user.
    UserUnit(String),
    /// A container, by the beginning of its number.
    Container(String),
    /// Nothing that we know of.
    Plain,
}

/// Who is in the way of listening on an address.
pub fn of_port(address: SocketAddr) -> Occupant {
    let mut sockets = socket::listening(&source::text("/proc/net/tcp"));
    sockets.extend(socket::listening(&source::text("/proc/net/tcp6")));
    match socket::in_the_way(address, &sockets) {
        Some(found) => match process_with(found.inode) {
            Some(pid) => Occupant::Process(Box::new(look(pid))),
            None => Occupant::Hidden {
                user: user::user_name(found.uid),
            },
        },
        None => Occupant::Unknown,
    }
}

/// Who listens on the path of a Unix socket.
pub fn of_path(path: &Path) -> Occupant {
    let table = source::text("/proc/net/unix");
    let absolute = std::path::absolute(path).unwrap_or_default();
    let inode = [path, &absolute]
        .into_iter()
        .find_map(|path| socket::unix_inode(&table, &path.to_string_lossy()));
    match inode.and_then(process_with) {
        Some(pid) => Occupant::Process(Box::new(look(pid))),
        None => Occupant::Unknown,
    }
}

/// The process that holds a socket; of several, the one that started the others.
fn process_with(inode: u64) -> Option<u32> {
    let mut links_left = DIAGNOSE_LINKS_MAX;
    let mut holders = Vec::new();
    for pid in source::processes() {
        let folder = PathBuf::from(format!("/proc/{pid}/fd"));
        let names = source::names(&folder);
        let names = &names[..names.len().min(links_left)];
        links_left -= names.len();
        let mut links = names
            .iter()
            .filter_map(|name| source::link(folder.join(name)));
        if links.any(|link| socket::inode_in(&link.to_string_lossy()) == Some(inode)) {
            holders.push((pid, parent(pid)));
        }
    }
    first_of(&holders)
}

/// The process whose parent is not among them.
fn first_of(holders: &[(u32, Option<u32>)]) -> Option<u32> {
    let is_among = |pid: Option<u32>| holders.iter().any(|(other, _)| Some(*other) == pid);
    let first = holders.iter().find(|(_, parent)| !is_among(*parent));
    first.or(holders.first()).map(|(pid, _)| *pid)
}

fn parent(pid: u32) -> Option<u32> {
    process::number(&source::text(format!("/proc/{pid}/status")), "PPid")
}

fn look(pid: u32) -> Holder {
    let of = |what: &str| format!("/proc/{pid}/{what}");
    let uid = process::number(&source::text(of("status")), "Uid");
    let program = source::link(of("exe"));
    let program = program.as_deref().and_then(Path::file_name);
    let our_place = process::place(&source::text("/proc/self/cgroup"));
    let place = match process::place(&source::text(of("cgroup"))) {
        // What we share with it tells nothing.
        Place::Container(id) if our_place == Place::Container(id.clone()) => Place::Plain,
        place => place,
    };
    Holder {
        pid,
        name: source::text(of("comm")).trim_end().to_owned(),
        words: process::words(&source::bytes(of("cmdline")).unwrap_or_default()),
        folder: source::link(of("cwd")),
        user: uid.map_or_else(String::new, user::user_name),
        is_our_user: uid == Some(user::whoami().uid),
        place,
        is_hello: program.is_some_and(|name| {
            // The kernel adds a word to the name of a program that was replaced.
            matches!(name.to_string_lossy().as_ref(), "hello" | "hello (deleted)")
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn of_several_the_one_that_started_the_others_holds_it() {
        assert_eq!(
            first_of(&[(12, Some(90)), (13, Some(90)), (90, Some(1))]),
            Some(90)
        );
        assert_eq!(first_of(&[(12, None)]), Some(12));
        assert_eq!(first_of(&[]), None);
    }

    #[test]
    fn we_find_ourselves() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let Occupant::Process(holder) = of_port(socket.local_addr().unwrap()) else {
            panic!("our own descriptors may be looked at");
        };
        assert_eq!(holder.pid, std::process::id());
        assert!(holder.is_our_user && !holder.words.is_empty());
        let address = socket.local_addr().unwrap();
        drop(socket);
        assert_eq!(of_port(address), Occupant::Unknown);
    }

    #[test]
    fn we_find_ourselves_on_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sock");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let Occupant::Process(holder) = of_path(&path) else {
            panic!("our own descriptors may be looked at");
        };
        assert_eq!(holder.pid, std::process::id());
    }
}
