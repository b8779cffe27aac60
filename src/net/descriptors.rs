//! How many files and sockets this process may have open, and how they are shared out.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::limits::{DESCRIPTORS_OF_WORKER, DESCRIPTORS_RESERVED, FILES_SHARE};

/// How the descriptors this process may have are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// The process's limit (`ulimit -n`).
    pub limit: u64,
    /// For connections.
    pub connections: usize,
    /// For open files kept for sending.
    pub files: usize,
}

/// Raises the soft limit of open files to the hard one, as far as the system lets us, and answers
/// the limit that now holds.
pub fn raise_limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Refused only by sandboxes; then the limit we have is the limit we live with.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: maximum,
                maximum,
            },
        );
    }
    getrlimit(Resource::Nofile)
        .current
        .unwrap_or(u64::from(u32::MAX))
}

impl Descriptors {
    /// Shares out a limit, of which `workers` have some for themselves. `connections_wanted` and
    /// `files_wanted` are upper bounds; where nobody says how many connections are wanted, `memory` bytes
    /// bound them.
    pub fn share(
        limit: u64,
        workers: usize,
        memory: u64,
        connection_bytes: u64,
        connections_wanted: Option<usize>,
        files_wanted: usize,
    ) -> Self {
        // Who gets no pipe copies what he sends: where they are few, others need them more.
        let pipes = (workers as u64 * DESCRIPTORS_OF_WORKER).min(limit / FILES_SHARE);
        let free = limit.saturating_sub(DESCRIPTORS_RESERVED + pipes).max(2);
        let files = usize::try_from(free / FILES_SHARE)
            .unwrap_or(usize::MAX)
            .clamp(1, files_wanted.max(1));
        let room = usize::try_from(free)
            .unwrap_or(usize::MAX)
            .saturating_sub(files)
            .max(1);
        let wanted = connections_wanted.unwrap_or_else(|| {
            let bearable = memory / 2 / connection_bytes.max(1);
            usize::try_from(bearable).unwrap_or(usize::MAX).max(1)
        });
        let connections = wanted.min(room);
        Self {
            limit,
            connections,
            files,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::limits::CONNECTION_BYTES_MAX;

    #[test]
    fn sixty_four_descriptors_are_enough_to_work_with() {
        let shared = Descriptors::share(64, 0, u64::MAX, CONNECTION_BYTES_MAX, None, 512);
        assert_eq!(
            shared,
            Descriptors {
                limit: 64,
                connections: 35,
                files: 5
            }
        );
    }

    #[test]
    fn what_is_shared_out_never_exceeds_the_limit() {
        for limit in (0..5000).chain([1 << 20, u64::MAX]) {
            let shared = Descriptors::share(limit, 64, u64::MAX, CONNECTION_BYTES_MAX, None, 512);
            assert!(shared.connections >= 1 && shared.files >= 1);
            if limit > DESCRIPTORS_RESERVED + 2 {
                let used = shared.connections as u64 + shared.files as u64;
                assert!(used <= limit - DESCRIPTORS_RESERVED, "{limit}");
            }
        }
    }

    #[test]
    fn nobody_is_let_in_beyond_what_memory_bears_unless_told_so() {
        let connections = |memory, wanted| {
            Descriptors::share(1 << 30, 2, memory, CONNECTION_BYTES_MAX, wanted, 512).connections
        };
        assert_eq!(connections(384 << 20, None), 1024);
        assert_eq!(connections(384 << 20, Some(100)), 100);
        assert_eq!(connections(384 << 20, Some(5000)), 5000);
        assert_eq!(connections(0, None), 1);
    }
}
