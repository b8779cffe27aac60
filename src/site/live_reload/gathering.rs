//! Gathers changes until it is quiet, so that a build that writes 500 files is one change.
//!
//! Law: pure. Time comes in as a parameter, the deadline goes out as a value.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::site::limits::{CHANGE_LONGEST, CHANGED_PATHS_MAX, MANY_CHANGES, QUIET_AFTER_MANY};

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    /// Somebody has begun to write it, where nothing had its name before.
    Made,
    /// It was written to, and its writer is done.
    Written,
    /// It came under this name from another, perhaps in place of something.
    Arrived,
    /// Nothing has this name any more.
    Gone,
}

/// What changed since it was last quiet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changes {
    /// The path that changed first, from the root of the site; empty if nobody knows.
    pub(super) first: Box<[u8]>,
    /// How many files; 0 if nobody knows.
    pub(super) files: usize,
    /// What a page has to do about it.
    pub(super) remedy: Remedy,
}

/// What a page has to do about a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Take these styles again, and keep the rest as it is; none: any.
    Styles(Vec<Box<[u8]>>),
    /// Load everything again.
    Reload,
}

/// Changes on their way.
#[derive(Debug)]
pub(super) struct Gathering {
    /// How long nothing may happen before a few changes are told.
    quiet: Duration,
    files: BTreeMap<Box<[u8]>, Fate>,
    /// Whether more happened than is known.
    is_more: bool,
    /// When the first thing happened, and the last.
    during: Option<(Instant, Instant)>,
}

/// What became of one file since it was last quiet.
#[derive(Clone, Copy, Debug)]
struct Fate {
    /// Its place among the others.
    number: usize,
    /// Whether something had its name before, as far as anybody knows.
    was_there: bool,
    /// Whether it is complete.
    is_there: bool,
    /// Whether it was made and is not complete yet.
    is_open: bool,
}

impl Gathering {
    /// Tells a few changes once nothing has happened for so long.
    pub(super) fn new(quiet: Duration) -> Self {
        Self {
            quiet,
            files: BTreeMap::new(),
            is_more: false,
            during: None,
        }
    }

    /// Something happened to one file.
    pub(super) fn hear(&mut self, path: &[u8], happened: Happened, now: Instant) {
        self.stir(now);
        let is_open = happened == Happened::Made;
        let is_there = matches!(happened, Happened::Written | Happened::Arrived);
        if let Some(fate) = self.files.get_mut(path) {
            fate.is_there = is_there;
            fate.is_open = is_open;
        } else if self.files.len() < CHANGED_PATHS_MAX {
            let fate = Fate {
                number: self.files.len(),
                was_there: matches!(happened, Happened::Written | Happened::Gone),
                is_there,
                is_open,
            };
            self.files.insert(path.into(), fate);
        } else {
            self.is_more = true;
        }
    }

    /// Something happened, and nobody knows to what.
    pub(super) fn hear_of_anything(&mut self, now: Instant) {
        self.stir(now);
        self.is_more = true;
    }

    /// What is known to have happened, in order; `*` for what is not known.
    #[cfg(test)]
    pub(super) fn known(&self) -> Vec<String> {
        let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        let files = { self.files.iter() }.filter(|(_, fate)| fate.was_there || fate.is_there);
        let files = files.map(|(path, _)| text(path));
        self.is_more
            .then(|| "*".to_owned())
            .into_iter()
            .chain(files)
            .collect()
    }

    fn stir(&mut self, now: Instant) {
        let (first, _) = self.during.unwrap_or((now, now));
        self.during = Some((first, now));
    }

    /// When there will be something to tell; `None` while nothing happens.
    ///
    /// A build is in no hurry, and pauses between its files: the more has changed, the longer it has
    /// to be quiet.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let (first, last) = self.during?;
        let is_many = self.is_more || self.files.len() >= MANY_CHANGES;
        let quiet = if is_many {
            self.quiet.max(QUIET_AFTER_MANY)
        } else {
            self.quiet
        };
        Some((last + quiet).min(first + CHANGE_LONGEST.max(quiet)))
    }

    /// What changed, if it is time to tell and anything did.
    pub(super) fn take(&mut self, now: Instant) -> Option<Changes> {
        if self.deadline()? > now {
            return None;
        }
        self.during = None;
        let is_more = std::mem::take(&mut self.is_more);
        // What came and went meanwhile was never there: the files that editors write beside. What is
        // still being made is remembered until it has come.
        let mut files: Vec<(Box<[u8]>, Fate)> = Vec::new();
        for (path, fate) in std::mem::take(&mut self.files) {
            if fate.was_there || fate.is_there {
                files.push((path, fate));
            } else if fate.is_open {
                self.files.insert(path, fate);
            }
        }
        files.sort_unstable_by_key(|(_, fate)| fate.number);
        let first = files.first().map(|(path, _)| path.clone());
        if first.is_none() && !is_more {
            return None;
        }
        let are_styles = !is_more && files.iter().all(|(path, fate)| is_style(path, *fate));
        Some(Changes {
            first: first.unwrap_or_default(),
            files: if is_more && files.len() < CHANGED_PATHS_MAX {
                0
            } else {
                files.len()
            },
            remedy: if are_styles {
                Remedy::Styles(files.into_iter().map(|(path, _)| path).collect())
            } else {
                Remedy::Reload
            },
        })
    }
}

/// Whether a page that is shown can take it again. One that is gone leaves a page without it, as it
/// would be loaded now.
fn is_style(path: &[u8], fate: Fate) -> bool {
    let extension = path.rsplit(|byte| *byte == b'.').next();
    fate.is_there && extension.is_some_and(|extension| extension.eq_ignore_ascii_case(b"css"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use Happened::{Arrived, Gone, Made, Written};

    const QUIET: Duration = Duration::from_millis(130);

    /// Hears what happened, each at its millisecond; answers what is told, and when.
    fn told(events: &[(u64, &str, Happened)]) -> Vec<(u64, Option<Changes>)> {
        let begun = clock::now();
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let mut gathering = Gathering::new(QUIET);
        let mut told = Vec::new();
        let mut tell = |gathering: &mut Gathering, until: u64| {
            while let Some(deadline) = gathering.deadline().filter(|due| *due < at(until)) {
                let just_before = deadline.checked_sub(Duration::from_nanos(1)).unwrap();
                assert_eq!(gathering.take(just_before), None, "not before it is due");
                let ms = u64::try_from((deadline - begun).as_millis()).unwrap();
                told.push((ms, gathering.take(deadline)));
            }
        };
        for (ms, path, happened) in events {
            tell(&mut gathering, *ms);
            gathering.hear(path.as_bytes(), *happened, at(*ms));
        }
        tell(&mut gathering, 3_600_000);
        told
    }

    #[allow(clippy::unnecessary_wraps, reason = "as it is told")]
    fn styles(paths: &[&str]) -> Option<Changes> {
        let paths: Vec<Box<[u8]>> = paths.iter().map(|path| path.as_bytes().into()).collect();
        Some(Changes {
            first: paths[0].clone(),
            files: paths.len(),
            remedy: Remedy::Styles(paths),
        })
    }

    #[allow(clippy::unnecessary_wraps, reason = "as it is told")]
    fn reload(first: &str, files: usize) -> Option<Changes> {
        Some(Changes {
            first: first.as_bytes().into(),
            files,
            remedy: Remedy::Reload,
        })
    }

    #[test]
    fn what_is_saved_is_told_once_it_is_quiet() {
        assert_eq!(
            told(&[(5, "/a.html", Written)]),
            [(135, reload("/a.html", 1))]
        );
        assert_eq!(
            told(&[
                (5, "/b.html", Written),
                (100, "/a.html", Written),
                (150, "/b.html", Written)
            ]),
            [(280, reload("/b.html", 2))],
            "the first comes first, and each counts once"
        );
        assert_eq!(
            told(&[(0, "/a.html", Written), (200, "/b.html", Written)]),
            [(130, reload("/a.html", 1)), (330, reload("/b.html", 1))]
        );
    }

    #[test]
    fn styles_alone_are_swapped() {
        assert_eq!(
            told(&[(0, "/b.css", Written), (1, "/a.CSS", Arrived)]),
            [(131, styles(&["/b.css", "/a.CSS"]))]
        );
        let with_a_page = [(0, "/a.css", Written), (1, "/a.html", Written)];
        assert_eq!(told(&with_a_page), [(131, reload("/a.css", 2))]);
        assert_eq!(told(&[(0, "/a.css", Gone)]), [(130, reload("/a.css", 1))]);
        assert_eq!(told(&[(0, "/css", Written)]), [(130, reload("/css", 1))]);
    }

    /// What editors do to save a file: the names are those that strace showed.
    #[test]
    fn what_editors_write_beside_is_no_change() {
        let vim = [
            (0, "/4913", Made),
            (0, "/4913", Gone),
            (1, "/app.css", Gone),
            (1, "/app.css~", Arrived),
            (1, "/app.css", Made),
            (2, "/app.css", Written),
            (3, "/app.css~", Gone),
        ];
        assert_eq!(told(&vim), [(133, styles(&["/app.css"]))]);
        let by_rename = [
            (0, "/app.css.tmp.1234", Made),
            (0, "/app.css.tmp.1234", Written),
            (9, "/app.css.tmp.1234", Gone),
            (9, "/app.css", Arrived),
        ];
        assert_eq!(told(&by_rename), [(139, styles(&["/app.css"]))]);
        assert_eq!(
            told(&[(0, "/lock", Made), (9, "/lock", Gone)]),
            [(139, None)]
        );
        let slowly_by_rename = [
            (0, "/app.css.tmp.1234", Made),
            (700, "/app.css.tmp.1234", Written),
            (700, "/app.css.tmp.1234", Gone),
            (700, "/app.css", Arrived),
        ];
        assert_eq!(
            told(&slowly_by_rename),
            [(130, None), (830, styles(&["/app.css"]))]
        );
    }

    #[test]
    fn a_build_of_500_files_is_one_change_though_it_pauses() {
        let names: Vec<String> = (0..500).map(|n| format!("/{n}.css")).collect();
        let mut build = Vec::new();
        for (n, name) in (0_u64..).zip(&names) {
            // Every hundred files it thinks for 390 ms.
            let ms = 2 * n + n / 100 * 388;
            build.push((ms, &name[..], Gone));
            build.push((ms, &name[..], Made));
            build.push((ms, &name[..], Written));
        }
        let told = told(&build);
        let [(ms, Some(changes))] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!((*ms, changes.files), (998 + 4 * 388 + 400, 500));
        assert!(matches!(&changes.remedy, Remedy::Styles(paths) if paths.len() == 500));
    }

    #[test]
    fn what_never_rests_is_told_now_and_then() {
        let writes: Vec<(u64, &str, Happened)> =
            (0..120).map(|n| (n * 100, "/log.html", Written)).collect();
        let times: Vec<u64> = told(&writes).iter().map(|(ms, _)| *ms).collect();
        assert_eq!(times, [5_000, 10_100, 12_030]);
    }

    #[test]
    fn more_than_anybody_counts_is_bounded_and_reloads() {
        let begun = clock::now();
        let mut gathering = Gathering::new(QUIET);
        for n in 0..CHANGED_PATHS_MAX + 7 {
            gathering.hear(format!("/{n}.css").as_bytes(), Written, begun);
        }
        assert_eq!(gathering.files.len(), CHANGED_PATHS_MAX);
        let changes = gathering.take(begun + CHANGE_LONGEST);
        assert_eq!(changes, reload("/0.css", CHANGED_PATHS_MAX));
        gathering.hear_of_anything(begun);
        assert_eq!(gathering.take(begun + CHANGE_LONGEST), reload("", 0));
        assert_eq!(gathering.deadline(), None);
    }
}
