//! Why a port may not be opened, and what would allow it here.

use std::path::{Path, PathBuf};

use super::holder::Place;
use super::user::whoami;
use super::{mount, process, source};

/// What stands between us and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRight {
    /// The port.
    pub port: u16,
    /// The first port that everybody may open.
    pub first_free: u16,
    /// Who we are.
    pub user: String,
    /// What would allow it.
    pub remedy: Remedy,
}

/// What would allow a port to this program, on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Options for whoever starts the container.
    Container,
    /// A line in the service.
    Service(String),
    /// A capability of the program's file.
    Capability(PathBuf),
    /// A setting of the system: the file cannot be given a capability that counts.
    System,
    /// The port is free to everybody, or to us: another rule forbids it.
    Policy,
}

/// `CAP_NET_BIND_SERVICE`.
const BIND_SERVICE: u32 = 10;

/// Asks what would allow a port.
pub fn port_right(port: u16) -> PortRight {
    let status = source::text("/proc/self/status");
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("hello"));
    let first_free = source::text("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let first_free = first_free.trim().parse().unwrap_or(FIRST_FREE_USUALLY);
    let mount = mount::over(&program, &source::text("/proc/self/mountinfo"));
    let surroundings = Surroundings {
        has_capability: process::has_capability(&status, BIND_SERVICE),
        is_in_container: is_in_container(),
        place: process::place(&source::text("/proc/self/cgroup")),
        file_capability_counts: process::value(&status, "NoNewPrivs") != Some("1")
            && !mount.is_some_and(|mount| mount.has_option("nosuid")),
    };
    PortRight {
        port,
        first_free,
        user: whoami().name,
        remedy: remedy(port >= first_free, program, surroundings),
    }
}

/// What Linux says unless told otherwise.
const FIRST_FREE_USUALLY: u16 = 1024;

struct Surroundings {
    has_capability: bool,
    is_in_container: bool,
    place: Place,
    file_capability_counts: bool,
}

fn remedy(is_free: bool, program: PathBuf, around: Surroundings) -> Remedy {
    match around.place {
        _ if is_free || around.has_capability => Remedy::Policy,
        Place::Container(_) => Remedy::Container,
        _ if around.is_in_container => Remedy::Container,
        Place::Unit(unit) => Remedy::Service(unit),
        _ if !around.file_capability_counts => Remedy::System,
        Place::UserUnit(_) | Place::Plain => Remedy::Capability(program),
    }
}

/// Whether the marks of a container lie at the top.
fn is_in_container() -> bool {
    ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| Path::new(mark).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_is_that_of_the_surroundings() {
        let program = PathBuf::from("/usr/bin/hello");
        let around = |place| Surroundings {
            has_capability: false,
            is_in_container: false,
            place,
            file_capability_counts: true,
        };
        let unit = || Place::Unit("web.service".to_owned());
        let remedy = |is_free, around| super::remedy(is_free, program.clone(), around);
        for (around, expected) in [
            (around(Place::Plain), Remedy::Capability(program.clone())),
            (
                around(Place::UserUnit("web.service".to_owned())),
                Remedy::Capability(program.clone()),
            ),
            (around(unit()), Remedy::Service("web.service".to_owned())),
            (
                around(Place::Container("4222b587885b".to_owned())),
                Remedy::Container,
            ),
            (
                Surroundings {
                    is_in_container: true,
                    ..around(unit())
                },
                Remedy::Container,
            ),
            (
                Surroundings {
                    file_capability_counts: false,
                    ..around(Place::Plain)
                },
                Remedy::System,
            ),
            (
                Surroundings {
                    has_capability: true,
                    ..around(Place::Plain)
                },
                Remedy::Policy,
            ),
        ] {
            assert_eq!(remedy(false, around), expected);
        }
        assert_eq!(remedy(true, around(unit())), Remedy::Policy);
    }

    #[test]
    fn the_machine_answers() {
        let right = port_right(80);
        assert_eq!(right.port, 80);
        assert!(!right.user.is_empty());
    }
}
