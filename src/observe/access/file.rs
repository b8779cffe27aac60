//! A log that is a file: opened, put away when it is large or old, opened again when somebody else put it
//! away.
//!
//! `access.log` becomes `access.log.1`, that `access.log.2`, and so on; what is put away is compressed by a
//! thread of its own, and what is too much is deleted.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::config::{LogCompression, Rotation};
use crate::observe::limits::ROTATE_RETRY_PAUSE;
use crate::tasks;

/// A file that is written to, and what is to become of it.
pub(super) struct LogFile {
    path: PathBuf,
    file: OwnedFd,
    rotation: Rotation,
    /// `None` for what is no regular file: it is never put away.
    filling: Option<Filling>,
    /// Compresses the one that was put away last.
    compressing: Option<JoinHandle<()>>,
    /// Whether it was not there before us, and nothing has come of the log yet.
    is_made: bool,
}

/// How full it is.
struct Filling {
    bytes: u64,
    /// Which stretch of time it belongs to, counted since 1970.
    period: u64,
    /// When putting it away is tried again, after it failed.
    not_before: SystemTime,
}

impl LogFile {
    /// Opens or makes it, to append to. One that was made goes with this, as long as it does not
    /// [stay](Self::stays).
    pub(super) fn open(path: &Path, rotation: Rotation, now: SystemTime) -> io::Result<Self> {
        let (file, is_made) = open_or_make(path)?;
        Ok(Self {
            path: path.to_owned(),
            filling: filling(&file, rotation, now)?,
            file,
            rotation,
            compressing: None,
            is_made,
        })
    }

    /// From here on there is a log.
    pub(super) fn stays(&mut self) {
        self.is_made = false;
    }

    /// Looks whether it could be opened; makes it for a moment, where there is none.
    pub(super) fn try_out(path: &Path) -> io::Result<()> {
        match rustix::fs::open(path, FLAGS, Mode::empty()) {
            Err(Errno::NOENT) => {
                let made = FLAGS | OFlags::CREATE | OFlags::EXCL;
                rustix::fs::open(path, made, MODE)?;
                Ok(rustix::fs::unlink(path)?)
            }
            opened => Ok(opened.map(drop)?),
        }
    }

    /// How it is put away from here on.
    pub(super) fn is_put_away(&mut self, rotation: Rotation) {
        if let Some(filling) = &mut self.filling
            && rotation.every != self.rotation.every
        {
            // Counted in other stretches: it belongs to the one that its beginning fell into.
            let since_1970 = filling
                .period
                .saturating_mul(self.rotation.every.as_secs().max(1));
            filling.period = period(UNIX_EPOCH + Duration::from_secs(since_1970), rotation.every);
        }
        self.rotation = rotation;
    }

    /// Opens what has the name now.
    pub(super) fn reopen(&mut self, now: SystemTime) -> io::Result<()> {
        let (file, _) = open_or_make(&self.path)?;
        self.filling = filling(&file, self.rotation, now)?;
        self.file = file;
        Ok(())
    }

    /// Appends as much as the system takes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> rustix::io::Result<usize> {
        let written = rustix::io::write(&self.file, bytes)?;
        if let Some(filling) = &mut self.filling {
            filling.bytes += written as u64;
        }
        Ok(written)
    }

    /// Puts it away if it is time to, and begins another one. To be called between lines.
    pub(super) fn rotate_if_due(&mut self, now: SystemTime) -> io::Result<()> {
        let Some(filling) = &self.filling else {
            return Ok(());
        };
        let is_large = filling.bytes >= self.rotation.bytes;
        let is_old = period(now, self.rotation.every) != filling.period;
        if filling.bytes == 0 || !(is_large || is_old) || now < filling.not_before {
            return Ok(());
        }
        if { self.compressing.as_ref() }.is_some_and(|thread| !thread.is_finished()) {
            // It moves nothing that is being read; a little more in this one does no harm.
            return Ok(());
        }
        let rotated = self.rotate(now);
        if let (Err(_), Some(filling)) = (&rotated, &mut self.filling) {
            filling.not_before = now + ROTATE_RETRY_PAUSE;
        }
        rotated
    }

    fn rotate(&mut self, now: SystemTime) -> io::Result<()> {
        make_room(&self.path, self.rotation.keep)?;
        if self.rotation.keep == 0 {
            rustix::fs::unlink(&self.path)?;
        } else {
            let kept = numbered(&self.path, 1, "");
            rustix::fs::rename(&self.path, &kept)?;
        }
        self.reopen(now)?;
        let compression = self.rotation.compression;
        if self.rotation.keep > 0 && compression != LogCompression::None {
            let path = self.path.clone();
            let work = move || {
                // What could not be compressed stays as it is: nothing is lost.
                let _ = compress(&path, compression);
            };
            self.compressing = tasks::thread("hello-log-file", work).ok();
        }
        Ok(())
    }

    /// Waits until what was put away is compressed.
    pub(super) fn finish(&mut self) {
        if let Some(thread) = self.compressing.take() {
            let _ = thread.join();
        }
    }
}

/// How it is opened. A pipe that nobody reads is an error, not a wait.
const FLAGS: OFlags = OFlags::WRONLY
    .union(OFlags::APPEND)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY)
    .union(OFlags::NONBLOCK);

/// Who may read one that we make.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP);

/// Nothing came of the log: the file that was made for it goes, too.
impl Drop for LogFile {
    fn drop(&mut self) {
        if !self.is_made {
            return;
        }
        let identity = |stat: &Stat| (stat.st_dev, stat.st_ino);
        // Somebody else may have put another there, or written to ours.
        if let (Ok(ours), Ok(named)) =
            (rustix::fs::fstat(&self.file), rustix::fs::lstat(&self.path))
            && identity(&ours) == identity(&named)
            && ours.st_size == 0
        {
            let _ = rustix::fs::unlink(&self.path);
        }
    }
}

/// The file, and whether it was made for that.
fn open_or_make(path: &Path) -> io::Result<(OwnedFd, bool)> {
    match rustix::fs::open(path, FLAGS, Mode::empty()) {
        Err(Errno::NOENT) => {}
        opened => return Ok((opened?, false)),
    }
    match rustix::fs::open(path, FLAGS | OFlags::CREATE | OFlags::EXCL, MODE) {
        // A link that leads nowhere, or somebody was quicker.
        Err(Errno::EXIST) => Ok((rustix::fs::open(path, FLAGS | OFlags::CREATE, MODE)?, false)),
        made => Ok((made?, true)),
    }
}

/// How full a file is, if it is one that can be put away.
fn filling(file: &OwnedFd, rotation: Rotation, now: SystemTime) -> io::Result<Option<Filling>> {
    let stat = rustix::fs::fstat(file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    let bytes = u64::try_from(stat.st_size).unwrap_or(0);
    let changed = u64::try_from(stat.st_mtime).unwrap_or(0);
    let since = match bytes {
        0 => now,
        _ => UNIX_EPOCH + Duration::from_secs(changed),
    };
    Ok(Some(Filling {
        bytes,
        period: period(since, rotation.every),
        not_before: UNIX_EPOCH,
    }))
}

fn period(time: SystemTime, every: Duration) -> u64 {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    since_1970.as_secs() / every.as_secs().max(1)
}

/// Endings of what was put away.
const ENDINGS: [&str; 3] = ["", ".gz", ".zst"];

/// Moves what was put away before, and deletes what is too much: afterwards nothing has the number 1,
/// and at most `keep - 1` are left.
fn make_room(path: &Path, keep: usize) -> io::Result<()> {
    let mut kept = put_away(path)?;
    // The oldest first, so that none is moved onto another.
    kept.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    for (number, ending) in kept {
        let old = numbered(path, number, ending);
        if number >= keep {
            rustix::fs::unlink(&old)?;
        } else {
            rustix::fs::rename(&old, numbered(path, number + 1, ending))?;
        }
    }
    Ok(())
}

/// What was put away: its numbers, and how it ends.
fn put_away(path: &Path) -> io::Result<Vec<(usize, &'static str)>> {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?.file_name();
        let Some(rest) = { entry.as_bytes().strip_prefix(name) }
            .and_then(|rest| rest.strip_prefix(b"."))
            .and_then(|rest| std::str::from_utf8(rest).ok())
        else {
            continue;
        };
        let number = |ending: &str| {
            let digits = rest.strip_suffix(ending)?;
            let number: usize = digits.parse().ok()?;
            // `01` and `+1` are somebody else's.
            (number > 0 && number.to_string() == digits).then_some(number)
        };
        let numbers = ENDINGS.into_iter();
        found.extend(numbers.filter_map(|ending| Some((number(ending)?, ending))));
    }
    Ok(found)
}

fn numbered(path: &Path, number: usize, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(format!(".{number}{ending}"));
    name.into()
}

/// Compresses what was put away last; it has its name when it is whole.
fn compress(path: &Path, compression: LogCompression) -> io::Result<()> {
    let ending = match compression {
        LogCompression::None => return Ok(()),
        LogCompression::Gzip => ".gz",
        LogCompression::Zstd => ".zst",
    };
    let plain = numbered(path, 1, "");
    let mut begun = plain.clone().into_os_string().into_vec();
    begun.extend_from_slice(b".compressing");
    let begun = PathBuf::from(OsStr::from_bytes(&begun));
    let written = write_compressed(&plain, &begun, compression);
    if written.is_err() {
        let _ = rustix::fs::unlink(&begun);
        return written;
    }
    rustix::fs::rename(&begun, numbered(path, 1, ending))?;
    Ok(rustix::fs::unlink(&plain)?)
}

fn write_compressed(from: &Path, to: &Path, compression: LogCompression) -> io::Result<()> {
    let mut plain = File::open(from)?;
    let flags =
        OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let stat = rustix::fs::fstat(&plain)?;
    let mode = Mode::from_raw_mode(stat.st_mode) & (Mode::RWXU | Mode::RWXG | Mode::RWXO);
    let coded = File::from(rustix::fs::open(to, flags, mode)?);
    match compression {
        LogCompression::None => {}
        LogCompression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(coded, flate2::Compression::new(6));
            io::copy(&mut plain, &mut encoder)?;
            encoder.finish()?;
        }
        LogCompression::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(coded, 5)?;
            io::copy(&mut plain, &mut encoder)?;
            encoder.finish()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read;

    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn start() -> SystemTime {
        UNIX_EPOCH + 20_000 * DAY
    }

    fn rotation(compression: LogCompression) -> Rotation {
        Rotation {
            bytes: 10,
            every: DAY,
            keep: 2,
            compression,
        }
    }

    fn write(log: &mut LogFile, text: &str, now: SystemTime) {
        assert_eq!(log.write(text.as_bytes()).unwrap(), text.len());
        log.rotate_if_due(now).unwrap();
        log.finish();
    }

    /// What is in a folder, by name.
    fn found(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        let name = |entry: &std::fs::DirEntry| entry.file_name().into_string().unwrap();
        entries
            .map(|entry| (name(&entry), std::fs::read(entry.path()).unwrap()))
            .collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        found(folder).into_keys().collect()
    }

    #[test]
    fn to_try_leaves_nothing_behind_and_finds_what_opening_would() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        LogFile::try_out(&path).unwrap();
        assert!(!path.exists());
        std::fs::write(&path, "kept").unwrap();
        LogFile::try_out(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
        for path in [
            folder.path(),
            &path.join("below"),
            &folder.path().join("no/log"),
        ] {
            let now = start();
            let opened = LogFile::open(path, rotation(LogCompression::None), now);
            let (tried, opened) = (LogFile::try_out(path).unwrap_err(), opened.err().unwrap());
            assert_eq!(
                tried.raw_os_error(),
                opened.raw_os_error(),
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn a_file_that_is_large_is_put_away_and_as_many_are_kept_as_were_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        for stranger in ["a.log.01", "a.log.x", "a.logs.1", "b.log.1", "a.log.0"] {
            std::fs::write(folder.path().join(stranger), "").unwrap();
        }
        let mut log = LogFile::open(&path, rotation(LogCompression::None), start()).unwrap();
        for text in [
            "first\n",
            "second\n",
            "third\n",
            "fourth\n",
            "5\n",
            "6\n",
            "seventh\n",
        ] {
            write(&mut log, text, start());
        }
        let found = found(folder.path());
        let of = |name: &str| found.get(name).map(|text| String::from_utf8_lossy(text));
        assert_eq!(of("a.log").as_deref(), Some(""));
        assert_eq!(of("a.log.1").as_deref(), Some("5\n6\nseventh\n"));
        assert_eq!(of("a.log.2").as_deref(), Some("third\nfourth\n"));
        assert_eq!(found.len(), 3 + 5, "{:?}", names(folder.path()));
    }

    #[test]
    fn a_file_is_put_away_when_its_day_is_over_even_if_nobody_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let mut log = LogFile::open(&path, rotation(LogCompression::None), start()).unwrap();
        write(&mut log, "a\n", start() + DAY - Duration::from_secs(1));
        assert_eq!(names(folder.path()), ["a.log"]);
        write(&mut log, "b\n", start() + DAY);
        assert_eq!(names(folder.path()), ["a.log", "a.log.1"]);
        // The file of another run, of another day.
        std::fs::write(&path, "c\n").unwrap();
        let old = File::options().write(true).open(&path).unwrap();
        old.set_modified(start()).unwrap();
        let mut log = LogFile::open(&path, rotation(LogCompression::None), start() + DAY).unwrap();
        write(&mut log, "", start() + DAY);
        assert_eq!(names(folder.path()), ["a.log", "a.log.1", "a.log.2"]);
    }

    #[test]
    fn what_is_put_away_is_compressed_and_comes_back_whole() {
        for (compression, ending) in [(LogCompression::Gzip, "gz"), (LogCompression::Zstd, "zst")] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.log");
            let mut log = LogFile::open(&path, rotation(compression), start()).unwrap();
            for text in ["what was said first\n", "and what was said then\n", "3\n"] {
                write(&mut log, text, start());
            }
            let [first, second] = [2, 1].map(|number| format!("a.log.{number}.{ending}"));
            let found = found(folder.path());
            assert_eq!(names(folder.path()), ["a.log", &second, &first]);
            let mut text = String::new();
            match compression {
                LogCompression::Gzip => {
                    let coded = &found[&first][..];
                    flate2::read::GzDecoder::new(coded)
                        .read_to_string(&mut text)
                        .unwrap();
                }
                _ => {
                    text =
                        String::from_utf8(zstd::decode_all(&found[&first][..]).unwrap()).unwrap();
                }
            }
            assert_eq!(text, "what was said first\n");
        }
    }

    #[test]
    fn nothing_is_kept_where_nothing_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(folder.path().join("a.log.3.gz"), "").unwrap();
        let rotation = Rotation {
            keep: 0,
            ..rotation(LogCompression::Gzip)
        };
        let mut log = LogFile::open(&path, rotation, start()).unwrap();
        write(&mut log, "long enough\n", start());
        assert_eq!(names(folder.path()), ["a.log"]);
        assert_eq!(found(folder.path())["a.log"], b"");
    }

    #[test]
    fn what_cannot_be_put_away_is_written_on_and_tried_again_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let mut log = LogFile::open(&path, rotation(LogCompression::None), start()).unwrap();
        // A folder in the place of the oldest cannot be deleted as a file is.
        std::fs::create_dir(folder.path().join("a.log.2")).unwrap();
        log.write(b"long enough\n").unwrap();
        assert!(log.rotate_if_due(start()).is_err());
        assert!(
            log.rotate_if_due(start()).is_ok(),
            "not tried at every line"
        );
        log.write(b"more\n").unwrap();
        assert_eq!(found_file(&path), "long enough\nmore\n");
        std::fs::remove_dir(folder.path().join("a.log.2")).unwrap();
        log.rotate_if_due(start() + ROTATE_RETRY_PAUSE).unwrap();
        assert_eq!(names(folder.path()), ["a.log", "a.log.1"]);
    }

    fn found_file(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_file_that_somebody_else_put_away_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("a.log"), folder.path().join("away"));
        let mut log = LogFile::open(&path, rotation(LogCompression::None), start()).unwrap();
        log.write(b"a\n").unwrap();
        std::fs::rename(&path, &away).unwrap();
        log.write(b"b\n").unwrap();
        log.reopen(start()).unwrap();
        log.write(b"c\n").unwrap();
        assert_eq!(found_file(&away), "a\nb\n");
        assert_eq!(found_file(&path), "c\n");
    }

    #[test]
    fn a_device_is_never_put_away() {
        let device = Path::new("/dev/null");
        let mut log = LogFile::open(device, rotation(LogCompression::Gzip), start()).unwrap();
        write(&mut log, "long enough to be put away\n", start() + 3 * DAY);
        assert!(device.exists());
    }
}
