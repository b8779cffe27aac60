//! Makes the siblings of one file: reads it, compresses it, and lays the result beside it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Access, AtFlags, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid};
use rustix::io::Errno;

use crate::exchange::Coding;
use crate::site::compressing::{Effort, FILE_BYTES_MAX, encode};

use super::folder::Found;
use super::{Failure, FailureKind};

/// What became of one file.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) plain_bytes: u64,
    /// Sizes of the siblings there are now.
    pub(super) coded_bytes: [Option<u64>; Coding::COUNT],
    pub(super) made: u64,
    pub(super) fresh: u64,
    pub(super) removed: u64,
    pub(super) is_too_large: bool,
    pub(super) failures: Vec<Failure>,
}

/// What has the name of a sibling.
enum There {
    Nothing,
    /// A sibling that is used, of that size.
    Fresh(u64),
    /// A file that is older, or not smaller.
    Stale,
    /// No regular file.
    Another,
}

/// Makes what siblings there are to be made of a file.
pub(super) fn lay_all(found: &Found, is_dry: bool) -> Outcome {
    let mut outcome = Outcome {
        plain_bytes: found.size,
        ..Outcome::default()
    };
    if let Err(failure) = lay(found, is_dry, &mut outcome) {
        outcome.failures.push(failure);
    }
    outcome
}

fn lay(found: &Found, is_dry: bool, outcome: &mut Outcome) -> Result<(), Failure> {
    let failed = |kind| Failure {
        path: found.path.clone(),
        kind,
    };
    if found.size > FILE_BYTES_MAX {
        outcome.is_too_large = true;
        return Ok(());
    }
    let (mut file, stat) = open(found).map_err(|error| failed(FailureKind::Read(error)))?;
    outcome.plain_bytes = size(&stat);
    let mut wanted = Vec::new();
    for coding in Coding::ALL {
        match look(found, &stat, coding) {
            There::Fresh(bytes) => {
                outcome.fresh += 1;
                outcome.coded_bytes[coding.index()] = Some(bytes);
            }
            There::Another => outcome.failures.push(Failure {
                path: sibling_path(found, coding),
                kind: FailureKind::InTheWay,
            }),
            There::Nothing => wanted.push((coding, false)),
            There::Stale => wanted.push((coding, true)),
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    if !is_dry {
        // Before the work, not after it.
        rustix::fs::accessat(&found.folder, ".", Access::WRITE_OK, AtFlags::EACCESS)
            .map_err(|error| failed(FailureKind::Write(error.into())))?;
    }
    let content = read(&mut file, &stat).map_err(failed)?;
    for (coding, is_stale) in wanted {
        let coded = encode(&content, coding, Effort::Best);
        let written = match &coded {
            _ if is_dry => Ok(()),
            Some(coded) => write(found, &stat, coding, coded),
            None if is_stale => remove(found, coding),
            None => Ok(()),
        };
        match (written, coded) {
            (Ok(()), Some(coded)) => {
                outcome.made += 1;
                outcome.coded_bytes[coding.index()] = Some(coded.len() as u64);
            }
            (Ok(()), None) => outcome.removed += u64::from(is_stale),
            (Err(error), _) => {
                return Err(Failure {
                    path: sibling_path(found, coding),
                    kind: FailureKind::Write(error),
                });
            }
        }
    }
    Ok(())
}

/// Opens the file that was found, if that is what still has the name.
fn open(found: &Found) -> io::Result<(File, Stat)> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let name = &found.name[..];
    let opened = rustix::fs::openat(&found.folder, name, flags, Mode::empty())?;
    let stat = rustix::fs::fstat(&opened)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Errno::NOENT.into());
    }
    Ok((opened.into(), stat))
}

/// The whole content, as of that look.
fn read(file: &mut File, stat: &Stat) -> Result<Vec<u8>, FailureKind> {
    let mut content = Vec::with_capacity(usize::try_from(size(stat)).unwrap_or(0));
    // One byte more, to see whether it has grown.
    let mut bounded = file.take(size(stat) + 1);
    { bounded.read_to_end(&mut content) }.map_err(FailureKind::Read)?;
    let after = rustix::fs::fstat(&*file).map_err(|error| FailureKind::Read(error.into()))?;
    if content.len() as u64 != size(stat) || modified(&after) != modified(stat) {
        return Err(FailureKind::Changed);
    }
    Ok(content)
}

fn look(found: &Found, stat: &Stat, coding: Coding) -> There {
    let name = sibling_name(found, coding);
    match rustix::fs::statat(&found.folder, &name[..], AtFlags::SYMLINK_NOFOLLOW) {
        Err(_) => There::Nothing,
        Ok(there) if FileType::from_raw_mode(there.st_mode) != FileType::RegularFile => {
            There::Another
        }
        Ok(there) => {
            let is_fresh =
                modified(&there) >= modified(stat) && (1..size(stat)).contains(&size(&there));
            if is_fresh {
                There::Fresh(size(&there))
            } else {
                There::Stale
            }
        }
    }
}

/// Writes under another name and renames: nobody sees half of it. The sibling is as old as the file,
/// and may be read by whom the file may be read by.
fn write(found: &Found, stat: &Stat, coding: Coding, coded: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let own = format!(".hello-{}-{count}", std::process::id());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let mode = Mode::RUSR | Mode::WUSR;
    let opened = rustix::fs::openat(&found.folder, &own, flags | OFlags::CLOEXEC, mode)?;
    let name = sibling_name(found, coding);
    let written = fill(opened, stat, coded).and_then(|()| {
        let folder = &found.folder;
        Ok(rustix::fs::renameat(folder, &own, folder, &name[..])?)
    });
    if written.is_err() {
        let _ = rustix::fs::unlinkat(&found.folder, &own, AtFlags::empty());
    }
    written
}

fn fill(opened: OwnedFd, stat: &Stat, coded: &[u8]) -> io::Result<()> {
    let mut file = File::from(opened);
    file.write_all(coded)?;
    // Only the administrator can give files away; everybody else's are their own.
    let (user, group) = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
    let _ = rustix::fs::fchown(&file, Some(user), Some(group));
    let readable = Mode::from_raw_mode(stat.st_mode)
        & (Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP | Mode::ROTH);
    rustix::fs::fchmod(&file, readable)?;
    let (seconds, nanoseconds) = modified(stat);
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: nanoseconds,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    rustix::fs::futimens(&file, &times)?;
    Ok(())
}

fn remove(found: &Found, coding: Coding) -> io::Result<()> {
    let name = sibling_name(found, coding);
    Ok(rustix::fs::unlinkat(
        &found.folder,
        &name[..],
        AtFlags::empty(),
    )?)
}

fn sibling_name(found: &Found, coding: Coding) -> Vec<u8> {
    [&found.name[..], coding.suffix().as_bytes()].concat()
}

fn sibling_path(found: &Found, coding: Coding) -> PathBuf {
    let mut path = found.path.clone().into_os_string();
    path.push(coding.suffix());
    path.into()
}

fn size(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or(0)
}

#[allow(
    clippy::cast_possible_wrap,
    clippy::unnecessary_cast,
    reason = "the field types differ between machines"
)]
fn modified(stat: &Stat) -> (i64, i64) {
    (stat.st_mtime as i64, stat.st_mtime_nsec as i64)
}
