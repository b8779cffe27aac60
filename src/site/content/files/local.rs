//! Which file systems answer without waiting for a network or for another program.

use rustix::fd::AsFd;

/// Numbers of `statfs(2)` for file systems on this machine's own disks or memory. On others (NFS,
/// CIFS, FUSE, and what nobody has listed) every look goes to the pool: it may take seconds.
const LOCAL: [u32; 18] = [
    0xef53,      // ext2, ext3, ext4
    0x5846_5342, // xfs
    0x9123_683e, // btrfs
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x794c_7630, // overlayfs
    0x2fc1_2fc1, // zfs
    0xf2f5_2010, // f2fs
    0xca45_1a4e, // bcachefs
    0x7371_7368, // squashfs
    0xe0f5_e1e2, // erofs
    0x9660,      // iso9660
    0x4d44,      // vfat
    0x2011_bab0, // exfat
    0x7366_746e, // ntfs3
    0x3153_464a, // jfs
    0x5265_4973, // reiserfs
    0x2405_1905, // ubifs
];

/// Whether the file system an open file is on is one of them.
pub(in crate::site) fn is_local(file: impl AsFd) -> bool {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the numbers have 32 bits; the field is as wide as the machine likes"
    )]
    rustix::fs::fstatfs(file).is_ok_and(|facts| LOCAL.contains(&(facts.f_type as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudo_file_system_is_not_taken_for_a_disk() {
        let open = |path: &str| {
            rustix::fs::open(path, super::super::open::READ, rustix::fs::Mode::empty()).unwrap()
        };
        assert!(!is_local(open("/proc")));
        let folder = tempfile::tempdir().unwrap();
        assert!(is_local(open(folder.path().to_str().unwrap())));
    }
}
