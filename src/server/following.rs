//! Follows the files that settings come from, and those that they name, and tells when they have changed
//! (`--watch`).
//!
//! Law: nothing is read, and no file is kept open: each is looked at by its name, a few times a second.
//! So it does not matter whether an editor writes a file, puts another in its place, or the whole folder
//! is another one (`current -> release-42`), nor on which disk that is. What is still being written is
//! waited for: two looks have to find the same.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::limits::{FOLLOWED_FILES_MAX, FOLLOWING_PACE};
use crate::clock;
use crate::config::Settings;
use crate::tasks;

/// What tells one state of a file or folder from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Nothing is there, or it cannot be looked at.
    Nothing,
    /// A file: device, number, bytes, times.
    File([i128; 5]),
    /// A folder, of which files are read that a pattern means: their names.
    Names(Vec<String>),
}

impl Stamp {
    /// That of a file. May wait for a disk.
    pub fn of_file(path: &Path) -> Self {
        let Ok(found) = fs::metadata(path) else {
            return Self::Nothing;
        };
        let moment = |seconds: i64, nanos: i64| i128::from(seconds) << 32 | i128::from(nanos);
        Self::File([
            found.dev().into(),
            found.ino().into(),
            found.len().into(),
            moment(found.mtime(), found.mtime_nsec()),
            moment(found.ctime(), found.ctime_nsec()),
        ])
    }

    /// That of a folder: names that could be meant by a pattern. May wait for a disk.
    pub fn of_folder(path: &Path) -> Self {
        let Ok(entries) = fs::read_dir(path) else {
            return Self::Nothing;
        };
        let entries = entries.take(FOLLOWED_FILES_MAX).filter_map(Result::ok);
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        Self::of_names(names.collect())
    }

    /// The same, where the names are known.
    pub fn of_names(mut names: Vec<String>) -> Self {
        // What an editor or a server leaves beside them is no settings.
        names.retain(|name| !name.starts_with('.') && name.ends_with(SETTINGS_END));
        names.sort_unstable();
        Self::Names(names)
    }

    /// What is there now, where this was.
    fn again(&self, path: &Path) -> Self {
        match self {
            Self::Names(_) => Self::of_folder(path),
            Self::Nothing if path.is_dir() => Self::of_folder(path),
            Self::Nothing | Self::File(_) => Self::of_file(path),
        }
    }
}

/// What files of settings are called that a pattern means.
const SETTINGS_END: &str = ".toml";

/// Files and folders, as they were found.
pub type Found = BTreeMap<PathBuf, Stamp>;

/// Files that are followed; none: nobody asked for that.
#[derive(Default)]
pub(super) struct Following {
    /// As they were when they were read.
    known: Found,
    /// As the last look found them.
    seen: Found,
    next_look: Option<Instant>,
}

impl Following {
    /// From here on: what was read, as it was then, and what these settings name besides.
    pub(super) fn follow(&mut self, read: Found, settings: &Settings) {
        let mut known = read;
        for path in named(settings) {
            let stamp = match self.known.get(path) {
                Some(stamp) => stamp.clone(),
                None => Stamp::of_file(path),
            };
            known.entry(path.to_owned()).or_insert(stamp);
        }
        while known.len() > FOLLOWED_FILES_MAX {
            known.pop_last();
        }
        self.seen.clone_from(&known);
        self.known = known;
        self.next_look = Some(clock::now() + FOLLOWING_PACE);
    }

    /// Waits until something is another and stays so. May be dropped and asked again.
    pub(super) async fn changed(&mut self) {
        loop {
            let Some(next_look) = self.next_look else {
                return std::future::pending().await;
            };
            tokio::time::sleep_until(next_look.into()).await;
            self.next_look = Some(clock::now() + FOLLOWING_PACE);
            let before = self.seen.clone();
            let found = tasks::blocking(move || look(before)).await;
            if let Some(found) = found
                && self.has_settled(found)
            {
                return;
            }
        }
    }

    /// Takes a look to heart: whether what it found is new, and was there at the look before.
    fn has_settled(&mut self, found: Found) -> bool {
        let is_settled = found == self.seen && found != self.known;
        if is_settled {
            self.known.clone_from(&found);
        }
        self.seen = found;
        is_settled
    }
}

fn look(mut found: Found) -> Found {
    for (path, stamp) in &mut found {
        *stamp = stamp.again(path);
    }
    found
}

/// Files that settings name, and whose content counts when they are applied.
fn named(settings: &Settings) -> impl Iterator<Item = &Path> {
    let tls = &settings.tls;
    let pairs = tls.certificates.iter();
    let certificates = pairs.flat_map(|pair| [&pair.certificate, &pair.key]);
    let sites = std::iter::once(&settings.site).chain(&settings.sites);
    let of_sites = sites.flat_map(|site| {
        let entries = site.access.entries.iter();
        let access = entries.flat_map(|entry| entry.users.iter().chain(&entry.link_keys));
        access.chain(&site.files.hint_files)
    });
    { certificates.chain(&tls.client_authorities).chain(of_sites) }.map(PathBuf::as_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn following(path: &Path) -> Following {
        let mut following = Following::default();
        let read = Found::from([(path.to_owned(), Stamp::of_file(path))]);
        following.follow(read, &Settings::default());
        following
    }

    /// Two looks, of which the second may find it settled.
    fn looks(following: &mut Following) -> [bool; 2] {
        [(); 2].map(|()| {
            let found = look(following.seen.clone());
            following.has_settled(found)
        })
    }

    #[test]
    fn what_is_still_being_written_is_waited_for_and_several_writes_are_one_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hello.toml");
        fs::write(&path, "a").unwrap();
        let mut following = following(&path);
        assert_eq!(looks(&mut following), [false, false]);
        fs::write(&path, "ab").unwrap();
        let found = look(following.seen.clone());
        assert!(!following.has_settled(found), "seen once");
        fs::write(&path, "abc").unwrap();
        assert_eq!(looks(&mut following), [false, true]);
        assert_eq!(looks(&mut following), [false, false], "told once");
    }

    #[test]
    fn another_file_in_its_place_and_another_folder_are_changes() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        for folder in [&one, &two] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("hello.toml"), "same").unwrap();
        }
        let link = folder.path().join("current");
        std::os::unix::fs::symlink(&one, &link).unwrap();
        let mut following = following(&link.join("hello.toml"));
        let other = folder.path().join("other");
        std::os::unix::fs::symlink(&two, &other).unwrap();
        fs::rename(&other, &link).unwrap();
        assert_eq!(looks(&mut following), [false, true]);
        fs::write(two.join("new"), "same").unwrap();
        fs::rename(two.join("new"), two.join("hello.toml")).unwrap();
        assert_eq!(looks(&mut following), [false, true]);
        // It goes, and comes back: each is one.
        fs::remove_file(two.join("hello.toml")).unwrap();
        assert_eq!(looks(&mut following), [false, true]);
        fs::write(two.join("hello.toml"), "back").unwrap();
        assert_eq!(looks(&mut following), [false, true]);
    }

    #[test]
    fn a_file_that_a_pattern_means_may_come_and_others_beside_it_mean_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut following = Following::default();
        let read = Found::from([(folder.path().to_owned(), Stamp::of_folder(folder.path()))]);
        following.follow(read, &Settings::default());
        fs::write(folder.path().join("access.log"), "a").unwrap();
        fs::write(folder.path().join(".b.toml"), "a").unwrap();
        assert_eq!(looks(&mut following), [false, false]);
        fs::write(folder.path().join("b.toml"), "a").unwrap();
        assert_eq!(looks(&mut following), [false, true]);
    }

    #[test]
    fn what_settings_name_is_followed_too_and_keeps_what_is_known_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let users = folder.path().join("users");
        fs::write(&users, "a").unwrap();
        let mut settings = Settings::default();
        settings
            .site
            .access
            .entries
            .push(crate::config::AccessEntry {
                users: Some(users.clone()),
                ..Default::default()
            });
        let mut following = Following::default();
        following.follow(Found::new(), &settings);
        assert_eq!(looks(&mut following), [false, false]);
        fs::write(&users, "ab").unwrap();
        // A reading for another reason, meanwhile, does not make it known.
        following.follow(Found::new(), &settings);
        assert_eq!(looks(&mut following), [false, true]);
    }
}
