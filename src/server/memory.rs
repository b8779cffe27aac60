//! How much memory this process may have, and whether that is enough for what may be kept in it.
//!
//! Asked at every start; after an error and by `hello doctor` as well.

use rustix::process::{Resource, getrlimit};

use super::limits::MEMORY_FILES_SHARE;
use super::source;
use crate::observe::Notice;

/// What to say at the start if files may take more than their share of a limit of memory.
pub(super) fn too_tight(files: u64) -> Option<Notice> {
    let limit = memory_limit()?.bytes();
    is_too_tight(limit, files).then_some(Notice::MemoryLimit { limit, files })
}

/// Whether files may take more than their share of a limit.
pub(super) fn is_too_tight(limit: u64, files: u64) -> bool {
    files > limit / MEMORY_FILES_SHARE
}

/// A limit of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLimit {
    /// Of the service or container: what exceeds it is killed without a word.
    Group(u64),
    /// Of the process's address space (`ulimit -v`), where threads count as well.
    AddressSpace(u64),
}

impl MemoryLimit {
    /// The limit, bytes.
    pub fn bytes(self) -> u64 {
        match self {
            Self::Group(bytes) | Self::AddressSpace(bytes) => bytes,
        }
    }
}

/// Memory this process may have, bytes: all of the machine's, or the limit that holds.
pub fn memory_bytes() -> u64 {
    let machine = machine_bytes();
    memory_limit().map_or(machine, |limit| limit.bytes().min(machine))
}

fn machine_bytes() -> u64 {
    let info = rustix::system::sysinfo();
    #[allow(
        clippy::unnecessary_fallible_conversions,
        clippy::useless_conversion,
        reason = "`totalram` is as wide as the words of the machine"
    )]
    let units = u64::try_from(info.totalram).unwrap_or(u64::MAX);
    units.saturating_mul(u64::from(info.mem_unit))
}

/// The limit that holds, if any; the tighter of two.
pub fn memory_limit() -> Option<MemoryLimit> {
    let group = group_limit().map(MemoryLimit::Group);
    let space = getrlimit(Resource::As)
        .current
        .map(MemoryLimit::AddressSpace);
    let limits = [group, space].into_iter().flatten();
    limits.min_by_key(|limit| limit.bytes())
}

/// The least limit of our control group and those it is in.
fn group_limit() -> Option<u64> {
    let cgroup = source::text("/proc/self/cgroup");
    let limits = files(&cgroup)
        .into_iter()
        .filter_map(|file| limit_in(&source::text(file)));
    limits.min()
}

/// The files that may hold a limit: our group's and those above it, in both versions of groups.
fn files(cgroup: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in cgroup.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
            continue;
        };
        let (top, name) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        let mut path = path.trim_end_matches('/');
        loop {
            files.push(format!("{top}{path}/{name}"));
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => break,
            }
        }
    }
    files
}

/// A limit in bytes; `max` and the enormous number of the first version are none.
fn limit_in(text: &str) -> Option<u64> {
    let bytes = text.trim().parse().ok()?;
    (bytes < u64::MAX >> 2).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_may_take_half_of_a_limit() {
        assert!(!is_too_tight(128 << 20, 64 << 20));
        assert!(is_too_tight(127 << 20, 64 << 20));
        assert!(!is_too_tight(0, 0));
    }

    #[test]
    fn the_files_are_those_of_our_group_and_above() {
        assert_eq!(
            files("0::/system.slice/hello.service\n"),
            [
                "/sys/fs/cgroup/system.slice/hello.service/memory.max",
                "/sys/fs/cgroup/system.slice/memory.max",
                "/sys/fs/cgroup/memory.max"
            ]
        );
        assert_eq!(
            files("4:memory:/a\n1:cpu:/\n0::/"),
            [
                "/sys/fs/cgroup/memory/a/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory.max"
            ]
        );
        assert!(files("nonsense").is_empty());
    }

    #[test]
    fn there_is_memory_and_an_end_to_it() {
        let bytes = memory_bytes();
        assert!((1 << 20..1 << 60).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_limit_is_a_number_that_can_be_reached() {
        assert_eq!(limit_in("33554432\n"), Some(32 << 20));
        assert_eq!(limit_in("max\n"), None);
        assert_eq!(limit_in("9223372036854771712\n"), None);
        assert_eq!(limit_in(""), None);
    }
}
