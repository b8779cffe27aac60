//! How much memory this process may take, as far as anybody says.

use rustix::process::{Resource, getrlimit};

/// Bytes: the least of what the machine has, the process may address and its control group grants.
pub fn memory_bytes() -> u64 {
    let addressable = getrlimit(Resource::As).current;
    let least = [addressable, group_bytes()].into_iter().flatten().min();
    least.map_or_else(machine_bytes, |bytes| bytes.min(machine_bytes()))
}

fn machine_bytes() -> u64 {
    let info = rustix::system::sysinfo();
    // Widths differ between machines; where they are the same already, nothing is lost.
    #[allow(
        clippy::useless_conversion,
        clippy::unnecessary_fallible_conversions,
        reason = "`totalram` is as wide as the machine's words"
    )]
    let units = u64::try_from(info.totalram).unwrap_or(u64::MAX);
    units.saturating_mul(u64::from(info.mem_unit))
}

/// The limit of the control group, version 2, that this process is in, or of one around it.
/// Containers see their own group as the outermost.
fn group_bytes() -> Option<u64> {
    let membership = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = group_path(&membership)?;
    ancestors(path)
        .filter_map(|group| {
            std::fs::read_to_string(format!("/sys/fs/cgroup{group}/memory.max")).ok()
        })
        .filter_map(|limit| limit.trim().parse().ok())
        .min()
}

/// The path after `0::`, which is the line of version 2.
fn group_path(membership: &str) -> Option<&str> {
    membership.lines().find_map(|line| line.strip_prefix("0::"))
}

/// `/a/b`, `/a` and the outermost, which has no name.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let whole = path.trim_end_matches('/');
    std::iter::successors(Some(whole), |group| {
        group.rfind('/').map(|slash| &group[..slash])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_asked_and_every_group_around_it() {
        let membership = "12:cpu:/old\n0::/system.slice/hello.service\n";
        let path = group_path(membership).unwrap();
        let groups: Vec<&str> = ancestors(path).collect();
        assert_eq!(groups, ["/system.slice/hello.service", "/system.slice", ""]);
        assert_eq!(ancestors("/").collect::<Vec<_>>(), [""]);
        assert_eq!(group_path("12:cpu:/old\n"), None);
    }

    #[test]
    fn there_is_memory_and_an_end_to_it() {
        let bytes = memory_bytes();
        assert!((1 << 20..1 << 60).contains(&bytes), "{bytes}");
    }
}
