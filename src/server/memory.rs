//! Whether the memory we may have is enough for what we may keep in it.

use super::diagnose::memory_limit;
use super::limits::MEMORY_FILES_SHARE;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_may_take_half_of_a_limit() {
        assert!(!is_too_tight(128 << 20, 64 << 20));
        assert!(is_too_tight(127 << 20, 64 << 20));
        assert!(!is_too_tight(0, 0));
    }
}
