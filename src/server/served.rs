//! What is served, as others see it: where each part of it begins, and how much there is to read.

use std::fs::{self, FileType};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::limits::SHARED_NAMES_MAX;
use crate::config::{FileSettings, Hidden, Links, Mount, Serve, Settings};
use crate::observe::{ServedFolder, Shared};

/// Where the addresses of a mount begin, as it stands in them: `/docs/`; a file has one, `/report`.
pub(super) fn start_of(mount: &Mount) -> String {
    let address = mount.at.address();
    if mount.path.is_file() && !mount.at.is_start() {
        address
    } else {
        format!("{address}/")
    }
}

/// The folders that are served, each where it lies whatever the current folder is.
pub(super) fn folders(settings: &Settings) -> Vec<ServedFolder> {
    let served = |start: String, path: &Path| {
        // Found again from wherever its command is given; a link stays one, for it may be turned.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        let path = path.as_os_str().as_bytes().into();
        ServedFolder { start, path }
    };
    match &settings.site.serve {
        Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => Vec::new(),
        Serve::Path(path) => vec![served("/".to_owned(), path)],
        Serve::Mounts(mounts) => { mounts.iter() }
            .map(|mount| served(start_of(mount), &mount.path))
            .collect(),
    }
}

/// What everybody can read who reaches us. Counted, not opened; may wait for a disk.
pub(super) fn shared(settings: &Settings) -> Shared {
    let mut count = Count {
        files: 0,
        hidden: 0,
        names: 0,
        is_everything: true,
        settings: &settings.site.files,
    };
    match &settings.site.serve {
        Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => return Shared::NoFiles,
        Serve::Path(path) => count.all_below(path),
        Serve::Mounts(mounts) => { mounts.iter() }.for_each(|mount| count.all_below(&mount.path)),
    }
    Shared::Files {
        files: count.files,
        hidden: count.hidden,
        is_everything: count.is_everything,
    }
}

struct Count<'a> {
    files: u64,
    hidden: u64,
    /// Names looked at.
    names: usize,
    /// Whether that was enough.
    is_everything: bool,
    settings: &'a FileSettings,
}

impl Count<'_> {
    /// Counts what is below a path, until it is enough.
    fn all_below(&mut self, path: &Path) {
        if !path.is_dir() {
            self.files += 1;
            return;
        }
        let mut folders = vec![path.to_owned()];
        while let Some(folder) = folders.pop() {
            // What we may not read is not served either.
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if self.names == SHARED_NAMES_MAX {
                    self.is_everything = false;
                    return;
                }
                self.names += 1;
                let is_hidden = entry.file_name().as_bytes().starts_with(b".");
                if is_hidden && self.settings.hidden == Hidden::Kept {
                    self.hidden += 1;
                } else if let Ok(kind) = entry.file_type() {
                    folders.extend(self.add(kind, entry.path()));
                }
            }
        }
    }

    /// Counts a file; gives back a folder. A link counts as the file it leads to; where it leads to a
    /// folder, that is not gone through a second time.
    fn add(&mut self, kind: FileType, path: PathBuf) -> Option<PathBuf> {
        if kind.is_dir() {
            return Some(path);
        }
        let is_link = kind.is_symlink() && self.settings.links != Links::NotFollowed;
        if kind.is_file() || (is_link && path.is_file()) {
            self.files += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::MountPoint;

    #[test]
    fn files_are_counted_as_they_are_served() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        fs::create_dir_all(at(".git/objects")).unwrap();
        for name in ["index.html", "a/one", "a/b/two", "a/.env", ".git/config"] {
            fs::write(at(name), "x").unwrap();
        }
        std::os::unix::fs::symlink("index.html", at("link")).unwrap();
        std::os::unix::fs::symlink(".", at("loop")).unwrap();
        let count = |files: &dyn Fn(&mut FileSettings), serve: Serve| {
            let mut settings = Settings::default();
            settings.site.serve = serve;
            files(&mut settings.site.files);
            shared(&settings)
        };
        let all = |files, hidden| Shared::Files {
            files,
            hidden,
            is_everything: true,
        };
        let served = || Serve::Path(folder.path().into());
        assert_eq!(count(&|_| {}, served()), all(4, 2));
        assert_eq!(
            count(&|files| files.hidden = Hidden::Served, served()),
            all(6, 0)
        );
        assert_eq!(
            count(&|files| files.links = Links::NotFollowed, served()),
            all(3, 2)
        );
        let mount = |path: &str| Mount {
            at: MountPoint::start(),
            path: at(path),
        };
        let mounts = Serve::Mounts(vec![mount("a"), mount("index.html")]);
        assert_eq!(count(&|_| {}, mounts), all(3, 1));
        assert_eq!(count(&|_| {}, Serve::BuiltIn), Shared::NoFiles);
    }
}
