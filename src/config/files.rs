//! What a folder that is served may cost.

use std::time::Duration;

/// Settings of the file room.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// Largest file kept in memory, bytes. Reason: below this, copying costs less than the two
    /// more system calls of `sendfile`. Larger ones are sent from an open descriptor.
    pub memory_file_bytes_max: u64,
    /// Content kept in memory, all files together, bytes. At the limit the coldest go.
    pub memory_bytes_max: u64,
    /// Open descriptors kept for larger files. At the limit the coldest go.
    pub open_files_max: usize,
    /// How long a look at a file holds before the next request looks again.
    pub look_again_after: Duration,
    /// Who is told what is in a folder that has no page of its own.
    pub list_folders: ListFolders,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            memory_file_bytes_max: 64 << 10,
            memory_bytes_max: 64 << 20,
            open_files_max: 512,
            look_again_after: Duration::from_millis(100),
            list_folders: ListFolders::ToNobody,
        }
    }
}

/// Who is told what is in folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFolders {
    /// Nobody.
    ToNobody,
    /// Whoever asks at this machine, by a name that only it has, and with nobody in between.
    ToThisMachine,
    /// Whoever asks.
    ToEverybody,
}
