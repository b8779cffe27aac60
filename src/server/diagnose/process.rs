//! Reads what `/proc/PID` tells of a process: its words, its parent, its user, its unit.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use super::holder::Place;

/// The words of a command line, as `/proc/PID/cmdline` keeps them.
pub(super) fn words(cmdline: &[u8]) -> Vec<OsString> {
    let cmdline = cmdline.strip_suffix(b"\0").unwrap_or(cmdline);
    if cmdline.is_empty() {
        return Vec::new();
    }
    let words = cmdline.split(|byte| *byte == 0);
    words
        .map(|word| OsString::from_vec(word.to_vec()))
        .collect()
}

/// A number of a `/proc/PID/status`: the first after `Uid:`, say.
pub(super) fn number(status: &str, field: &str) -> Option<u32> {
    value(status, field)?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Whether a `/proc/PID/status` tells a capability, by its number, as effective.
pub(super) fn has_capability(status: &str, capability: u32) -> bool {
    let effective = value(status, "CapEff").and_then(|set| u64::from_str_radix(set, 16).ok());
    effective.is_some_and(|set| set >> capability & 1 == 1)
}

/// What stands after `field:`.
pub(super) fn value<'a>(status: &'a str, field: &str) -> Option<&'a str> {
    status.lines().find_map(|line| {
        let rest = line.strip_prefix(field)?.strip_prefix(':')?;
        Some(rest.trim())
    })
}

/// The unit or container that a `/proc/PID/cgroup` names.
///
/// Paths end in the unit (`/system.slice/nginx.service`), or name a container by a number of 64
/// hexadecimal digits (`docker-….scope`, `/docker/…`, `cri-containerd-….scope`, `libpod-….scope`).
pub(super) fn place(cgroup: &str) -> Place {
    let paths = || cgroup.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    if let Some(id) = paths().flat_map(|path| path.split('/')).find_map(container) {
        return Place::Container(id.to_owned());
    }
    for path in paths() {
        let mut parts = path.split('/').rev();
        let unit = parts.find(|part| {
            let instance_of_user = part.starts_with("user@");
            part.ends_with(".service") && !instance_of_user
        });
        if let Some(unit) = unit {
            return if path.starts_with("/user.slice/") {
                Place::UserUnit(unit.to_owned())
            } else {
                Place::Unit(unit.to_owned())
            };
        }
    }
    Place::Plain
}

/// The short number of a container, as its tools show it.
fn container(part: &str) -> Option<&str> {
    let part = part.strip_suffix(".scope").unwrap_or(part);
    let id = part.rsplit('-').next()?;
    let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| &id[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_cut_at_its_zeros() {
        assert_eq!(words(b"hello\0./my site\0"), ["hello", "./my site"]);
        assert_eq!(words(b"nginx: master process\0\0\0").len(), 3);
        assert!(words(b"").is_empty());
    }

    const STATUS: &str = "Name:\thello\nPPid:\t7\nUid:\t1000\t1001\t1000\t1000\n\
        CapPrm:\t0000000000000000\nCapEff:\t0000000000000400\nNoNewPrivs:\t1\n";

    #[test]
    fn a_status_is_read_by_its_fields() {
        assert_eq!(number(STATUS, "PPid"), Some(7));
        assert_eq!(number(STATUS, "Uid"), Some(1000));
        assert_eq!(number(STATUS, "Gid"), None);
        assert!(has_capability(STATUS, 10));
        assert!(!has_capability(STATUS, 1));
        assert_eq!(value(STATUS, "NoNewPrivs"), Some("1"));
    }

    #[test]
    fn a_control_group_names_a_unit_or_a_container() {
        let id = "4222b587885bf6597128c74f03a5c10a4222b587885bf6597128c74f03a5c10a";
        let unit = |name: &str| Place::Unit(name.to_owned());
        let container = Place::Container("4222b587885b".to_owned());
        for (cgroup, place) in [
            ("0::/".to_owned(), Place::Plain),
            (
                "0::/system.slice/nginx.service".to_owned(),
                unit("nginx.service"),
            ),
            (
                "0::/system.slice/system-web.slice/web@1.service".to_owned(),
                unit("web@1.service"),
            ),
            (
                "0::/system.slice/nginx.service/workers".to_owned(),
                unit("nginx.service"),
            ),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/dev.service".to_owned(),
                Place::UserUnit("dev.service".to_owned()),
            ),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/init.scope".to_owned(),
                Place::Plain,
            ),
            (
                "0::/user.slice/user-1000.slice/session-3.scope".to_owned(),
                Place::Plain,
            ),
            (
                format!("0::/system.slice/docker-{id}.scope"),
                container.clone(),
            ),
            (format!("4:memory:/docker/{id}\n0::/"), container.clone()),
            (
                format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope"),
                container.clone(),
            ),
            (
                format!("0::/machine.slice/libpod-{id}.scope/container"),
                container,
            ),
        ] {
            assert_eq!(super::place(&cgroup), place, "{cgroup}");
        }
    }
}
