//! What could be found out about an error: gathered here, put into words by `cli`.

use std::net::IpAddr;
use std::path::Path;

use super::StartError;
use super::diagnose::{
    Closed, Missing, Occupant, PortRight, closed, local_addresses, missing, names_like,
    occupant_of_path, occupant_of_port, port_right,
};
use super::memory::{MemoryLimit, memory_limit};
use crate::net::raise_limit;

/// What could be found out about an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// Who has the port or the path.
    Occupant(Occupant),
    /// What would allow the port.
    Right(PortRight),
    /// The addresses this machine has.
    Addresses(Vec<IpAddr>),
    /// Names like the one that has no address.
    Names(Vec<String>),
    /// The first name that is not there.
    Missing(Missing),
    /// The first part that keeps us out.
    Closed(Closed),
    /// Open files: how many this process may have.
    OpenFiles(u64),
    /// Memory: how much there may be.
    Memory(Option<MemoryLimit>),
    /// Nothing beyond what the error says.
    Nothing,
}

impl Facts {
    /// Finds out what the system tells about an error.
    pub fn about(error: &StartError) -> Self {
        match (error.key(), error) {
            ("port-in-use", StartError::Listen { address, .. }) => {
                Self::Occupant(occupant_of_port(*address))
            }
            ("port-not-permitted", StartError::Listen { address, .. }) => {
                Self::Right(port_right(address.port()))
            }
            ("address-not-available", _) => Self::Addresses(local_addresses()),
            ("name-not-resolved", StartError::NotResolved { host, .. }) => {
                Self::Names(names_like(host))
            }
            ("socket-in-use", StartError::ListenUnix { path, .. }) => {
                Self::Occupant(occupant_of_path(path))
            }
            ("socket-path-failed", StartError::ListenUnix { path, .. }) => folder_of(path),
            ("no-such-path", StartError::Root(error)) => of_path(&error.path),
            ("path-unreadable", StartError::Root(error)) => {
                closed(&error.path).map_or(Self::Nothing, Self::Closed)
            }
            ("too-many-open-files", _) => Self::OpenFiles(raise_limit()),
            ("memory-limit", _) => Self::Memory(memory_limit()),
            _ => Self::Nothing,
        }
    }
}

/// The folder a socket's file would be made in.
fn folder_of(socket: &Path) -> Facts {
    match socket
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => of_path(folder),
        None => Facts::Nothing,
    }
}

fn of_path(path: &Path) -> Facts {
    let missing = missing(path).map(Facts::Missing);
    missing
        .or_else(|| closed(path).map(Facts::Closed))
        .unwrap_or(Facts::Nothing)
}
