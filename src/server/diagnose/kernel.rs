//! What this kernel, and the sandbox around us, lets us use.

use std::io::{IoSliceMut, Read};
use std::os::unix::net::UnixStream;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2, sendfile};
use rustix::io::{Errno, ReadWriteFlags, preadv2};

/// Something of the kernel's that hello uses, and can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Names are confined to the folder by the kernel (`openat2`, Linux 5.6).
    Openat2,
    /// Names that are at hand are opened without a thread (`RESOLVE_CACHED`, Linux 5.12).
    ResolveCached,
    /// What is in memory is read without a thread (`preadv2` with `RWF_NOWAIT`, Linux 4.14).
    ReadNowait,
    /// Files are sent by the kernel (`sendfile`).
    Sendfile,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Openat2,
        Self::ResolveCached,
        Self::ReadNowait,
        Self::Sendfile,
    ];

    /// As the kernel calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Openat2 => "openat2",
            Self::ResolveCached => "RESOLVE_CACHED",
            Self::ReadNowait => "RWF_NOWAIT",
            Self::Sendfile => "sendfile",
        }
    }

    /// Uses it once, harmlessly: the system's answer.
    fn try_out(self) -> Result<(), Errno> {
        let open = |resolve| {
            let flags = OFlags::PATH | OFlags::CLOEXEC;
            openat2(CWD, "/", flags, Mode::empty(), resolve).map(drop)
        };
        match self {
            Self::Openat2 => open(ResolveFlags::empty()),
            Self::ResolveCached => open(ResolveFlags::CACHED),
            Self::ReadNowait => {
                let mut byte = [0];
                let mut place = [IoSliceMut::new(&mut byte)];
                preadv2(program()?, &mut place, 0, ReadWriteFlags::NOWAIT).map(drop)
            }
            Self::Sendfile => {
                let (mut hears, says) = UnixStream::pair().map_err(|_| Errno::MFILE)?;
                let mut from = 0;
                sendfile(&says, program()?, Some(&mut from), 1)?;
                hears.read_exact(&mut [0]).map_err(|_| Errno::IO)
            }
        }
    }
}

/// What is missing here.
pub fn missing_features() -> Vec<Feature> {
    let is_missing = |feature: &Feature| match feature.try_out() {
        Err(Errno::NOSYS | Errno::PERM | Errno::ACCESS | Errno::INVAL | Errno::OPNOTSUPP) => true,
        // Not at hand just now, or out of descriptors: known to the kernel all the same.
        Ok(()) | Err(_) => false,
    };
    Feature::ALL.into_iter().filter(is_missing).collect()
}

/// A file that is there for certain: the program itself.
fn program() -> Result<rustix::fd::OwnedFd, Errno> {
    rustix::fs::open(
        "/proc/self/exe",
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_we_run_on_sends_files() {
        assert!(!missing_features().contains(&Feature::Sendfile));
    }
}
