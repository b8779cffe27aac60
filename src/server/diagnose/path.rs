//! Why a path is not there, or which of its folders keeps us out.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, FileType, access, lstat, stat};
use rustix::io::Errno;

use super::holder::Place;
use super::user::{Whoami, group_name, user_name, whoami};
use super::{alike, mount, process, source};
use crate::server::limits::DIAGNOSE_JUMPS_MAX;

/// The first name of a path that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Where it was looked for.
    pub folder: PathBuf,
    /// The name.
    pub name: String,
    /// Whether what was looked into is no folder.
    pub in_a_file: bool,
    /// Paths as they could have been meant, the likeliest first.
    pub similar: Vec<PathBuf>,
    /// What may hide it.
    pub barrier: Option<Barrier>,
}

/// The first part of a path that keeps us out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The folder or file.
    pub part: PathBuf,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its permissions, as `ls` writes them: `drwx------`.
    pub mode: String,
    /// Its owner.
    pub owner: String,
    /// Its group.
    pub group: String,
    /// Who we are.
    pub user: String,
    /// What keeps us out although the permissions would let us in.
    pub barrier: Option<Barrier>,
}

/// What may stand before a path beside its permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// The sandbox of a systemd service: `ProtectHome=`, `InaccessiblePaths=`.
    Sandbox,
    /// The sandbox of a systemd service: a `/tmp` of its own.
    PrivateTmp,
    /// A file system of a user's own, by its kind.
    Fuse(String),
    /// A folder of another machine, whose administrator we are not.
    Network(String),
    /// A profile of AppArmor or a context of `SELinux`.
    Profile(String),
    /// Something we cannot see: Landlock, a container, an access list.
    Unseen,
}

/// Finds the first name of a path that is not there; `None` if all of it is.
pub fn missing(path: &Path) -> Option<Missing> {
    let mut folder = PathBuf::new();
    let mut parts = path.components();
    while let Some(part) = parts.next() {
        let next = folder.join(part);
        if stat(&next).is_ok() {
            folder = next;
            continue;
        }
        let name = part.as_os_str().to_string_lossy().into_owned();
        let looked_into = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &folder
        };
        let in_a_file = stat(looked_into).is_ok_and(|found| !is_folder(found.st_mode));
        let names = source::names(looked_into);
        let names: Vec<&str> = names.iter().filter_map(|name| name.to_str()).collect();
        let rest = parts.as_path();
        let meant = |name: String| {
            let parts = [folder.as_path(), Path::new(&name), rest];
            // Joining nothing would add a slash.
            parts
                .into_iter()
                .filter(|part| !part.as_os_str().is_empty())
                .collect()
        };
        return Some(Missing {
            similar: alike(&name, &names).into_iter().map(meant).collect(),
            barrier: hidden_by(&top(path), &source::text("/proc/self/mountinfo"))
                .filter(|barrier| *barrier != Barrier::Sandbox || is_service()),
            folder: looked_into.to_owned(),
            name,
            in_a_file,
        });
    }
    None
}

/// Finds the first part of a path that keeps us out; `None` if nothing does that we can see.
pub fn closed(path: &Path) -> Option<Closed> {
    let part = first_closed(&top(path), 0)?;
    let found = stat(&part).or_else(|_| lstat(&part)).ok()?;
    let me = whoami();
    let barrier = barrier(&part, &source::text("/proc/self/mountinfo"));
    let unseen = || {
        let label = source::text("/proc/self/attr/current");
        let label = label.trim_end_matches(['\0', '\n']);
        match label {
            "" | "unconfined" => Barrier::Unseen,
            label => Barrier::Profile(label.to_owned()),
        }
    };
    let is_let_in = permits(found.st_mode, (found.st_uid, found.st_gid), &me);
    Some(Closed {
        is_folder: is_folder(found.st_mode),
        mode: mode_in_letters(found.st_mode),
        owner: user_name(found.st_uid),
        group: group_name(found.st_gid),
        user: me.name,
        barrier: barrier.or_else(|| is_let_in.then(unseen)),
        part,
    })
}

/// Names in a folder that we may not read: how many were looked at, and the first of the others.
pub fn unreadable_entries(folder: &Path) -> (usize, Vec<String>) {
    let names = source::names(folder);
    let closed = names.iter().filter(|name| {
        let name = folder.join(name);
        access(name, Access::READ_OK) == Err(Errno::ACCESS)
    });
    let closed = closed.map(|name| name.to_string_lossy().into_owned());
    (names.len(), closed.collect())
}

/// Whether we are a service: a home in memory is a sandbox there, and a habit elsewhere.
fn is_service() -> bool {
    let place = process::place(&source::text("/proc/self/cgroup"));
    matches!(place, Place::Unit(_) | Place::UserUnit(_))
}

fn top(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The first part, from the top, that may not be entered, or at the end not be read.
fn first_closed(path: &Path, jumps: usize) -> Option<PathBuf> {
    let mut at = PathBuf::new();
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        let folder = at.clone();
        at.push(part);
        match stat(&at) {
            Ok(found) => {
                let wanted = match (parts.peek().is_none(), is_folder(found.st_mode)) {
                    (true, true) => Access::READ_OK | Access::EXEC_OK,
                    (true, false) => Access::READ_OK,
                    (false, _) => Access::EXEC_OK,
                };
                if access(&at, wanted).is_err() {
                    return Some(at);
                }
            }
            // Its folder may be entered, so it is a link to a place that may not.
            Err(Errno::ACCESS) if jumps < DIAGNOSE_JUMPS_MAX => {
                let Some(target) = source::link(&at) else {
                    return Some(at);
                };
                let rest: PathBuf = parts.collect();
                return first_closed(&top(&folder.join(target).join(rest)), jumps + 1);
            }
            Err(_) => return None,
        }
    }
    None
}

fn is_folder(mode: u32) -> bool {
    FileType::from_raw_mode(mode) == FileType::Directory
}

/// Whether permissions alone would let us read, and enter a folder.
fn permits(mode: u32, (owner, group): (u32, u32), me: &Whoami) -> bool {
    let wanted = if is_folder(mode) { 0o5 } else { 0o4 };
    let class = match me.uid {
        0 => return true,
        uid if uid == owner => mode >> 6,
        _ if me.groups.contains(&group) => mode >> 3,
        _ => mode,
    };
    class & wanted == wanted
}

/// Permissions as `ls` writes them.
fn mode_in_letters(mode: u32) -> String {
    let kind = if is_folder(mode) { 'd' } else { '-' };
    let letters = "rwxrwxrwx".char_indices().map(|(place, letter)| {
        let is_set = mode >> (8 - place) & 1 == 1;
        if is_set { letter } else { '-' }
    });
    std::iter::once(kind).chain(letters).collect()
}

/// What the mount of a part says about being kept out.
fn barrier(part: &Path, mountinfo: &str) -> Option<Barrier> {
    let mount = mount::over(part, mountinfo)?;
    if mount.root.contains("/systemd/inaccessible/") {
        Some(Barrier::Sandbox)
    } else if mount.kind.starts_with("fuse") {
        Some(Barrier::Fuse(mount.kind))
    } else if mount.kind.starts_with("nfs") || mount.kind == "cifs" {
        Some(Barrier::Network(mount.kind))
    } else {
        None
    }
}

/// What the mounts say about something that is not there, though the person has seen it.
fn hidden_by(path: &Path, mountinfo: &str) -> Option<Barrier> {
    let mount = mount::over(path, mountinfo)?;
    let is_home = ["/home", "/root", "/run/user"]
        .iter()
        .any(|home| mount.point == Path::new(home));
    if mount.root.contains("/systemd-private-") {
        Some(Barrier::PrivateTmp)
    } else if is_home && mount.kind == "tmpfs" {
        Some(Barrier::Sandbox)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_first_name_that_is_not_there_is_told_with_names_like_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("site/dist/en")).unwrap();
        fs::write(folder.path().join("site/page.txt"), "").unwrap();
        let missing = |path: &str| super::missing(&folder.path().join(path));
        let site = folder.path().join("site");
        let found = missing("site/dsit/en").unwrap();
        assert_eq!((&found.folder, &*found.name), (&site, "dsit"));
        assert_eq!(found.similar, [site.join("dist/en")]);
        assert!(!found.in_a_file);
        let found = missing("site/DIST").unwrap();
        assert_eq!(found.similar, [site.join("dist")]);
        let found = missing("site/page.txt/en").unwrap();
        assert!(found.in_a_file && found.similar.is_empty());
        assert_eq!(missing("site/dist"), None);
        assert_eq!(
            super::missing(Path::new("srcc")).unwrap().similar,
            [Path::new("src")]
        );
    }

    #[test]
    fn permissions_are_those_of_the_closest_class() {
        let me = |uid| Whoami {
            uid,
            groups: vec![100],
            name: String::new(),
        };
        for (mode, owner, uid, let_in) in [
            (0o040_700, (1000, 1), 1000, true),
            (0o040_700, (1001, 1), 1000, false),
            (0o040_711, (1001, 1), 1000, false),
            (0o040_750, (1001, 100), 1000, true),
            (0o040_705, (1001, 100), 1000, false),
            (0o100_604, (1001, 1), 1000, true),
            (0o100_000, (1001, 1), 0, true),
        ] {
            assert_eq!(permits(mode, owner, &me(uid)), let_in, "{mode:o}");
        }
        assert_eq!(mode_in_letters(0o040_750), "drwxr-x---");
        assert_eq!(mode_in_letters(0o100_644), "-rw-r--r--");
    }

    #[test]
    fn a_sandbox_is_known_by_its_mounts() {
        let mounts = "1 0 8:1 / / rw - ext4 a rw\n\
            2 1 0:2 /systemd/inaccessible/dir /home ro - tmpfs b rw\n\
            3 1 0:3 / /root ro - tmpfs tmpfs rw\n\
            4 1 0:4 /tmp/systemd-private-1-hello.service/tmp /tmp rw - ext4 a rw\n\
            5 1 0:5 / /mnt rw - fuse.sshfs a rw\n\
            6 1 0:6 / /net rw - nfs4 a rw\n";
        let at = |path: &str| barrier(Path::new(path), mounts);
        assert_eq!(at("/home/me"), Some(Barrier::Sandbox));
        assert_eq!(at("/mnt/a"), Some(Barrier::Fuse("fuse.sshfs".to_owned())));
        assert_eq!(at("/net/a"), Some(Barrier::Network("nfs4".to_owned())));
        assert_eq!(at("/srv"), None);
        let hidden = |path: &str| hidden_by(Path::new(path), mounts);
        assert_eq!(hidden("/tmp/dist"), Some(Barrier::PrivateTmp));
        assert_eq!(hidden("/root/dist"), Some(Barrier::Sandbox));
        assert_eq!(hidden("/srv"), None);
    }

    #[test]
    fn what_is_open_is_not_closed() {
        assert_eq!(closed(Path::new("src")), None);
        assert_eq!(closed(Path::new("nothing/here")), None);
    }
}
