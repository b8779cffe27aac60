//! Names of users and groups, and who we are.

use rustix::process::{getegid, geteuid, getgroups};

use super::source;

/// Who this process is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whoami {
    /// The user's number.
    pub uid: u32,
    /// Every group it is in, by number.
    pub groups: Vec<u32>,
    /// The user's name, or the number.
    pub name: String,
}

/// Asks who we are.
pub fn whoami() -> Whoami {
    let uid = geteuid().as_raw();
    let others = getgroups().unwrap_or_default().into_iter();
    let mut groups = vec![getegid().as_raw()];
    groups.extend(others.map(rustix::process::Gid::as_raw));
    Whoami {
        uid,
        groups,
        name: user_name(uid),
    }
}

/// A user's name, or the number if it has none here.
pub fn user_name(uid: u32) -> String {
    name_in(&source::text("/etc/passwd"), uid).unwrap_or_else(|| uid.to_string())
}

/// A group's name, or the number if it has none here.
pub(super) fn group_name(gid: u32) -> String {
    name_in(&source::text("/etc/group"), gid).unwrap_or_else(|| gid.to_string())
}

/// A name by its number: both tables begin with name, password and number.
fn name_in(table: &str, number: u32) -> Option<String> {
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let found = fields.nth(1)?.parse() == Ok(number);
        (found && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_name_or_none() {
        let table = "root:x:0:0:root:/root:/bin/bash\nbroken\n:x:7:\nwww-data:x:33:33::/:\n";
        assert_eq!(name_in(table, 33).as_deref(), Some("www-data"));
        assert_eq!(name_in(table, 7), None);
        assert_eq!(name_in(table, 1000), None);
    }

    #[test]
    fn we_are_somebody() {
        let me = whoami();
        assert!(!me.name.is_empty());
        assert!(me.groups.contains(&getegid().as_raw()));
    }
}
