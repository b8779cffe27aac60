//! Where the authority is kept: one file with its key and its certificate, for its owner alone.
//!
//! Law: the file appears whole or not at all, and once. It is written under another name and given
//! its own by a link, which fails if there is one: of two who come at once, one wins and both read
//! what the winner wrote.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::error::{LocalAuthorityError, LocalAuthorityTrouble};
use crate::tls::limits::PEM_BYTES_MAX;

/// The key and the certificate.
pub(super) const KEY_FILE: &str = "authority.pem";

/// The certificate alone, for commands and other programs.
pub(super) const CERTIFICATE_FILE: &str = "authority.crt";

/// There if browsers were told to believe in it.
const NOTE_FILE: &str = "trusted-by-browsers";

/// Everything of ours.
const FILES: [&str; 3] = [KEY_FILE, CERTIFICATE_FILE, NOTE_FILE];

/// How names begin under which a file is written.
const DRAFT: &str = ".authority-";

const FOR_OWNER: u32 = 0o600;
const FOLDER_FOR_OWNER: u32 = 0o700;
const OTHERS_MAY_WRITE: u32 = 0o022;
const OTHERS_MAY_ANYTHING: u32 = 0o077;

/// What is kept in a folder, if anything is; refused if others could have read or exchanged it.
pub(super) fn read(
    folder: &Path,
    owner: Option<u32>,
) -> Result<Option<Vec<u8>>, LocalAuthorityError> {
    let path = folder.join(KEY_FILE);
    let unreadable =
        |error| LocalAuthorityError::new(&path, LocalAuthorityTrouble::Unreadable(error));
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
        .open(&path);
    let file = match file {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(unreadable)?,
    };
    let found = file.metadata().map_err(unreadable)?;
    let around = fs::metadata(folder).map_err(unreadable)?;
    let owner = owner.unwrap_or_else(|| geteuid().as_raw());
    belongs_to(owner, folder, &around, OTHERS_MAY_WRITE)?;
    belongs_to(owner, &path, &found, OTHERS_MAY_ANYTHING)?;
    let mut bytes = Vec::new();
    let mut file = file.take(PEM_BYTES_MAX);
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

fn belongs_to(
    owner: u32,
    path: &Path,
    found: &fs::Metadata,
    forbidden: u32,
) -> Result<(), LocalAuthorityError> {
    let failed = |trouble| Err(LocalAuthorityError::new(path, trouble));
    if found.uid() != owner {
        return failed(LocalAuthorityTrouble::Foreign { uid: found.uid() });
    }
    let mode = found.mode() & 0o7777;
    if mode & forbidden != 0 {
        let is_folder = found.is_dir();
        let wanted = if is_folder {
            FOLDER_FOR_OWNER
        } else {
            FOR_OWNER
        };
        return failed(LocalAuthorityTrouble::Exposed { mode, wanted });
    }
    Ok(())
}

/// Keeps what was made, unless somebody was first.
pub(super) fn keep(folder: &Path, pem: &str) -> Result<(), LocalAuthorityError> {
    let unwritable =
        |error| LocalAuthorityError::new(folder, LocalAuthorityTrouble::Unwritable(error));
    make(folder).map_err(unwritable)?;
    let draft = Draft::write(folder, pem, FOR_OWNER).map_err(unwritable)?;
    match fs::hard_link(&draft.path, folder.join(KEY_FILE)) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(unwritable(error)),
        _ => {
            // The name is on the disk, too.
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(unwritable)
        }
    }
}

/// Puts the certificate into a file that commands can be told; it is no secret.
pub(super) fn show(folder: &Path, pem: &str) -> Result<PathBuf, LocalAuthorityError> {
    replace(folder, CERTIFICATE_FILE, pem)
}

/// Notes that browsers believe in the authority of this name.
pub(super) fn note(folder: &Path, name: &str) -> Result<(), LocalAuthorityError> {
    replace(folder, NOTE_FILE, &format!("{name}\n")).map(drop)
}

pub(super) fn is_noted(folder: &Path) -> bool {
    folder.join(NOTE_FILE).is_file()
}

/// Writes a file that is no secret, whole or not at all.
fn replace(folder: &Path, name: &str, text: &str) -> Result<PathBuf, LocalAuthorityError> {
    let path = folder.join(name);
    if fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(path);
    }
    let shown = Draft::write(folder, text, 0o644).and_then(|draft| fs::rename(&draft.path, &path));
    match shown {
        Ok(()) => Ok(path),
        Err(error) => Err(LocalAuthorityError::new(
            folder,
            LocalAuthorityTrouble::Unwritable(error),
        )),
    }
}

/// Whether an authority could be kept in a folder that has none.
pub(super) fn try_out(folder: &Path) -> Result<(), LocalAuthorityError> {
    let existing = folder.ancestors().find(|part| part.is_dir());
    let existing = existing.unwrap_or(Path::new("/"));
    access(existing, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        LocalAuthorityError::new(folder, LocalAuthorityTrouble::Unwritable(error.into()))
    })
}

/// Deletes everything of ours in a folder, and the folder if nothing else is in it.
pub(super) fn forget(folder: &Path) -> Result<Vec<PathBuf>, LocalAuthorityError> {
    let unwritable = |path: &Path, error| {
        LocalAuthorityError::new(path, LocalAuthorityTrouble::Unwritable(error))
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| unwritable(folder, error))?,
    };
    let mut gone = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if FILES.contains(&&*name) || name.starts_with(DRAFT) {
            let path = entry.path();
            fs::remove_file(&path).map_err(|error| unwritable(&path, error))?;
            gone.push(path);
        }
    }
    gone.sort();
    // Somebody else's file in it is a reason to leave it.
    let _ = fs::remove_dir(folder);
    Ok(gone)
}

/// Makes the folder for its owner alone, and those above it if there are none.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_FOR_OWNER)
        .create(folder)
}

/// A file under another name than its own, gone when it is dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn write(folder: &Path, text: &str, mode: u32) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{DRAFT}{}-{count}", std::process::id()));
        // Left by a process of the same number that was cut off.
        let _ = fs::remove_file(&path);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&path)?;
        let draft = Self { path };
        // Whatever the process takes away from what it creates.
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
