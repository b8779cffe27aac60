//! Reads a small file into memory, whole or not at all.

use std::io::IoSliceMut;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::AsFd;
use rustix::io::{Errno, ReadWriteFlags};

use crate::exchange::Reason;

use super::open::{Failure, Opened, Patience};
use super::stamp::Stamp;

/// Set once the kernel, or a sandbox around us, has shown that it cannot read without waiting.
static NO_NOWAIT: AtomicBool = AtomicBool::new(false);

/// The content of a file, or `None` if it changed while it was read.
pub(super) fn whole(opened: &Opened, patience: Patience) -> Result<Option<Vec<u8>>, Failure> {
    let size =
        usize::try_from(opened.stamp.size).map_err(|_| Failure::Refused(Reason::Unreadable))?;
    let mut content = vec![0; size];
    let filled = match patience {
        Patience::None => without_waiting(&opened.descriptor, &mut content)?,
        Patience::Plenty => patiently(&opened.descriptor, &mut content)?,
    };
    let after = Stamp::of_descriptor(&opened.descriptor)
        .map_err(|_| Failure::Refused(Reason::Unreadable))?;
    let whole = filled == size && after.has_content_of(&opened.stamp);
    Ok(whole.then_some(content))
}

/// What the page cache has at hand: all of it, or we go to the pool.
fn without_waiting(file: impl AsFd, content: &mut [u8]) -> Result<usize, Failure> {
    if content.is_empty() {
        return Ok(0);
    }
    if NO_NOWAIT.load(Ordering::Relaxed) {
        return Err(Failure::WouldWait);
    }
    let len = content.len();
    let mut slices = [IoSliceMut::new(content)];
    match rustix::io::preadv2(file, &mut slices, 0, ReadWriteFlags::NOWAIT) {
        Ok(filled) if filled == len => Ok(filled),
        Err(Errno::NOSYS | Errno::PERM) => {
            NO_NOWAIT.store(true, Ordering::Relaxed);
            Err(Failure::WouldWait)
        }
        // The rest is not in memory, or not in the file any more (AGAIN or too few); or this file
        // system cannot tell (OPNOTSUPP). What else ails shows in the pool.
        Ok(_) | Err(_) => Err(Failure::WouldWait),
    }
}

fn patiently(file: impl AsFd, content: &mut [u8]) -> Result<usize, Failure> {
    let mut filled = 0;
    while filled < content.len() {
        match rustix::io::pread(&file, &mut content[filled..], filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => {}
            Err(_) => return Err(Failure::Refused(Reason::Unreadable)),
        }
    }
    Ok(filled)
}
