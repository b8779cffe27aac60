//! What a look at a file tells: which file it is, and whether anybody wrote to it since.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fd::AsFd;
use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use crate::site::limits::{COARSEST_TICK, TICK};

/// The facts of one look.
///
/// Asked with `fstatat`, not `statx`: the same facts at the same price, and one system call less
/// that a sandbox may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) struct Stamp {
    pub(in crate::site) device: u64,
    pub(in crate::site) inode: u64,
    pub(in crate::site) size: u64,
    /// Nanoseconds since 1970, of the last write to the content.
    pub(in crate::site) modified_ns: i128,
    /// Nanoseconds since 1970, of the last change of content, name, links, mode or owner.
    pub(in crate::site) changed_ns: i128,
    pub(in crate::site) links: u64,
    pub(in crate::site) mode: u32,
    pub(in crate::site) owner: (u32, u32),
}

impl Stamp {
    /// Looks at an open file.
    pub(in crate::site) fn of_descriptor(file: impl AsFd) -> Result<Self, Errno> {
        Ok(Self::of(&rustix::fs::fstat(file)?))
    }

    #[allow(
        clippy::useless_conversion,
        clippy::unnecessary_cast,
        reason = "the field types differ between machines"
    )]
    pub(in crate::site) fn of(stat: &Stat) -> Self {
        let nanoseconds =
            |seconds: i64, part: u64| i128::from(seconds) * 1_000_000_000 + i128::from(part);
        Self {
            device: stat.st_dev.into(),
            inode: stat.st_ino.into(),
            size: u64::try_from(stat.st_size).unwrap_or(0),
            modified_ns: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as u64),
            changed_ns: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as u64),
            links: stat.st_nlink.into(),
            mode: stat.st_mode.into(),
            owner: (stat.st_uid, stat.st_gid),
        }
    }

    pub(in crate::site) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.mode)
    }

    /// Which file it is, whatever its name.
    pub(in crate::site) fn identity(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    /// Whether a look finds the very same file as the look before, and nobody touched it.
    ///
    /// Mode, owner and links are left out: they cannot change without the time of change.
    pub(in crate::site) fn is_untouched_since(&self, before: &Self) -> bool {
        self.identity() == before.identity()
            && self.has_content_of(before)
            && self.changed_ns == before.changed_ns
    }

    /// Whether size and time of the content are the same.
    pub(in crate::site) fn has_content_of(&self, before: &Self) -> bool {
        self.size == before.size && self.modified_ns == before.modified_ns
    }

    /// Whether names were given to the file or taken away, and mode and owner left as they are.
    pub(in crate::site) fn has_only_other_links_than(&self, before: &Self) -> bool {
        self.links != before.links && (self.mode, self.owner) == (before.mode, before.owner)
    }

    /// Whether a further write might leave the content's time as it is: the kernel stamps files
    /// with its last tick, so two writes within one look like one. Times to come count as young.
    pub(in crate::site) fn is_young(&self, now: SystemTime) -> bool {
        is_within_tick(self.modified_ns, now)
    }

    /// Whether a further write might leave all times as they are, even if the content's time is
    /// set back afterwards (as `rsync -t` and `cp -p` do).
    pub(in crate::site) fn is_unsettled(&self, now: SystemTime) -> bool {
        is_within_tick(self.modified_ns.max(self.changed_ns), now)
    }

    /// Whether no further change can leave all times as they are, on whatever file system: there are some
    /// that count in steps of two seconds.
    pub(in crate::site) fn is_long_settled(&self, now: SystemTime) -> bool {
        let last = self.modified_ns.max(self.changed_ns);
        last + nanoseconds(COARSEST_TICK) < since_1970(now)
    }

    /// When the content was written, cut to seconds, and never later than now (RFC 9110 §8.8.2.1).
    pub(in crate::site) fn last_modified(&self, now: SystemTime) -> SystemTime {
        let seconds = u64::try_from(self.modified_ns / 1_000_000_000).unwrap_or(0);
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        UNIX_EPOCH + Duration::from_secs(seconds.min(now))
    }

    /// The same, to be told: never later than the answer that tells it.
    ///
    /// A time to come is a second ago: an answer that needs no waiting has the date at which its
    /// question was looked at, and the file is looked at a little later, perhaps in the next second.
    /// Nobody who gives that back is believed to have the file, for it is compared with now.
    pub(in crate::site) fn told_modified(&self, now: SystemTime) -> SystemTime {
        let modified = self.last_modified(now);
        if self.modified_ns > since_1970(now) {
            // A clock that was never set may stand at 1970, before which there are no dates.
            (modified - Duration::from_secs(1)).max(UNIX_EPOCH)
        } else {
            modified
        }
    }
}

fn is_within_tick(time_ns: i128, now: SystemTime) -> bool {
    time_ns + nanoseconds(TICK) > since_1970(now)
}

fn since_1970(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => nanoseconds(since),
        Err(before) => -nanoseconds(before.duration()),
    }
}

fn nanoseconds(duration: Duration) -> i128 {
    // A duration has at most 2^64 seconds: its nanoseconds fit into 94 bits.
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX)
}
