//! Reads `/proc/self/mountinfo`: what is mounted over a path.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// A file system, where it can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Which part of the file system is seen.
    pub(super) root: String,
    /// Where.
    pub(super) point: PathBuf,
    /// Its kind: `ext4`, `fuse.sshfs`.
    pub(super) kind: String,
    /// `nosuid` and the like.
    pub(super) options: String,
}

/// The mount that a path, counted from the top, is on.
pub(super) fn over(path: &Path, mountinfo: &str) -> Option<Mount> {
    let mounts = mountinfo.lines().filter_map(mount);
    // Of two on the same place the later one hides the earlier.
    mounts
        .filter(|mount| path.starts_with(&mount.point))
        .max_by_key(|mount| mount.point.as_os_str().len())
}

impl Mount {
    pub(super) fn has_option(&self, option: &str) -> bool {
        self.options.split(',').any(|given| given == option)
    }
}

fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let mut fields = place.split(' ').skip(3);
    Some(Mount {
        root: fields.next()?.to_owned(),
        point: PathBuf::from(unescaped(fields.next()?)),
        options: fields.next()?.to_owned(),
        kind: kind.split(' ').next()?.to_owned(),
    })
}

/// Spaces and the like stand there as three octal digits.
fn unescaped(text: &str) -> OsString {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octal = after.get(..3).filter(|_| *first == b'\\');
        let byte =
            octal.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = &after[3..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
        23 22 0:21 / /proc rw,nosuid,nodev shared:2 master:3 - proc proc rw\n\
        24 22 0:30 /systemd/inaccessible/dir /home ro,nosuid shared:4 - tmpfs tmpfs rw\n\
        25 22 0:44 / /mnt/my\\040disk rw,nosuid - fuse.sshfs me@there:/ rw\n\
        26 22 0:45 / /srv rw - ext4 /dev/sdb1 rw\n\
        27 26 0:46 / /srv rw - nfs4 there:/ rw\n";

    #[test]
    fn a_path_is_on_the_innermost_mount() {
        for (path, point, kind) in [
            ("/etc/passwd", "/", "ext4"),
            ("/proc/1", "/proc", "proc"),
            ("/home/me", "/home", "tmpfs"),
            ("/homes", "/", "ext4"),
            ("/mnt/my disk/a", "/mnt/my disk", "fuse.sshfs"),
            ("/srv/a", "/srv", "nfs4"),
        ] {
            let mount = over(Path::new(path), MOUNTS).unwrap();
            assert_eq!((mount.point.to_str(), &*mount.kind), (Some(point), kind));
        }
        let home = over(Path::new("/home"), MOUNTS).unwrap();
        assert_eq!(home.root, "/systemd/inaccessible/dir");
        assert!(home.has_option("nosuid") && !home.has_option("suid"));
        assert_eq!(over(Path::new("/etc"), "nonsense\n"), None);
    }
}
