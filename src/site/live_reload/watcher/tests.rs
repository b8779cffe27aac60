//! Real folders, real changes: what is noticed, by the system's word and by looking.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::config::{Hidden, Links};
use crate::site::limits::CHANGE_LONGEST;
use crate::site::live_reload::gathering::{Changes, Remedy};

/// A folder that is watched. Looks come when the test says so: its clock stands still otherwise.
struct Watching {
    folder: tempfile::TempDir,
    watcher: Watcher,
    now: Instant,
}

/// How it is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Word,
    Looking,
}

impl Watching {
    /// Watches `site` in a folder, which the test has made.
    fn site(by: By, make: impl FnOnce(&Path)) -> Self {
        Self::with(by, &FileSettings::default(), make)
    }

    fn with(by: By, settings: &FileSettings, make: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        fs::create_dir(&site).unwrap();
        make(&site);
        let now = clock::now();
        let mut watcher = Watcher::new(site, b"", settings, now);
        if by == By::Looking {
            watcher.way = Way::looking(watcher.place.as_ref(), &watcher.rules, None);
        }
        Self {
            folder,
            watcher,
            now,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("site").join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    /// What has happened since the last time, however long it took.
    fn changes(&mut self) -> Option<Changes> {
        let mut gathering = Gathering::new(Duration::ZERO);
        self.now += WATCH_PACE;
        self.watcher.attend(self.now, &mut gathering);
        gathering.take(self.now + CHANGE_LONGEST)
    }

    /// Names of what has changed, in order, or `*` if nobody knows.
    fn changed(&mut self) -> Vec<String> {
        let mut gathering = Gathering::new(Duration::ZERO);
        self.now += WATCH_PACE;
        self.watcher.attend(self.now, &mut gathering);
        gathering.known()
    }
}

const BOTH: [By; 2] = [By::Word, By::Looking];

#[test]
fn what_is_written_made_renamed_and_deleted_is_noticed_once() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| fs::create_dir_all(site.join("a/b")).unwrap());
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        site.write("a/b/page.html", "1");
        assert_eq!(site.changed(), ["/a/b/page.html"], "{by:?}");
        site.write("a/b/page.html", "longer");
        assert_eq!(site.changed(), ["/a/b/page.html"], "{by:?}");
        fs::rename(site.path("a/b/page.html"), site.path("a/other.html")).unwrap();
        assert_eq!(
            site.changed(),
            ["/a/b/page.html", "/a/other.html"],
            "{by:?}"
        );
        fs::remove_file(site.path("a/other.html")).unwrap();
        assert_eq!(site.changed(), ["/a/other.html"], "{by:?}");
        assert_eq!(site.changed(), [""; 0], "{by:?}");
    }
}

#[test]
fn what_editors_write_beside_and_rename_is_one_file() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| fs::write(site.join("app.css"), "1").unwrap());
        for _ in 0..2 {
            site.write(".app.css.swp", "hidden");
            site.write("app.css.tmp", "longer by far");
            fs::rename(site.path("app.css"), site.path("app.css~")).unwrap();
            fs::rename(site.path("app.css.tmp"), site.path("app.css")).unwrap();
            let changes = site.changes().unwrap();
            assert_eq!(
                changes.remedy,
                Remedy::Styles(vec![b"/app.css"[..].into()]),
                "{by:?}"
            );
            assert_eq!(changes.files, 1);
        }
    }
}

#[test]
fn folders_that_come_move_and_go_take_what_is_in_them_along() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| fs::create_dir_all(site.join("old/in")).unwrap());
        fs::create_dir(site.path("new")).unwrap();
        site.write("new/early.html", "before it is watched");
        assert!(
            site.changed().contains(&"/new/early.html".to_owned()),
            "{by:?}"
        );
        site.write("new/late.html", "after");
        assert_eq!(site.changed(), ["/new/late.html"], "{by:?}");

        fs::rename(site.path("old"), site.path("moved")).unwrap();
        site.changed();
        site.write("moved/in/page.html", "under its new name");
        assert_eq!(site.changed(), ["/moved/in/page.html"], "{by:?}");

        // Replaced whole, as builds do.
        fs::create_dir(site.folder.path().join("fresh")).unwrap();
        fs::write(site.folder.path().join("fresh/index.html"), "built").unwrap();
        fs::rename(site.path("moved"), site.folder.path().join("away")).unwrap();
        fs::rename(site.folder.path().join("fresh"), site.path("moved")).unwrap();
        let changed = site.changed();
        assert!(
            changed.contains(&"/moved/index.html".to_owned()),
            "{by:?}: {changed:?}"
        );
        fs::write(
            site.folder.path().join("away/in/page.html"),
            "no longer ours",
        )
        .unwrap();
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        site.write("moved/index.html", "built again");
        assert_eq!(site.changed(), ["/moved/index.html"], "{by:?}");

        fs::remove_dir_all(site.path("moved")).unwrap();
        assert!(
            site.changed().contains(&"/moved/index.html".to_owned()),
            "{by:?}"
        );
    }
}

#[test]
fn the_folder_itself_may_be_replaced_deleted_and_made_again() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| fs::write(site.join("a.css"), "1").unwrap());
        let (own, beside) = (site.path(""), site.folder.path().join("beside"));
        for _ in 0..3 {
            fs::remove_dir_all(&own).unwrap();
            fs::create_dir(&own).unwrap();
            site.write(
                "a.css",
                "another folder, and perhaps the number of the one before",
            );
            let changes = site.changes().unwrap();
            assert!(changes.files == 0 || by == By::Looking, "{changes:?}");
            site.write("a.css", "and it is watched");
            assert_eq!(site.changed(), ["/a.css"], "{by:?}");
        }
        fs::rename(&own, &beside).unwrap();
        assert_eq!(site.changed(), ["*"], "{by:?}");
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        fs::rename(&beside, &own).unwrap();
        assert_eq!(site.changed(), ["*"], "{by:?}");
        site.write("a.css", "still");
        assert_eq!(site.changed(), ["/a.css"], "{by:?}");
    }
}

#[test]
fn a_link_to_the_folder_may_be_turned() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| {
            let releases = site.parent().unwrap();
            for release in ["one", "two"] {
                fs::create_dir(releases.join(release)).unwrap();
            }
            fs::remove_dir(site).unwrap();
            symlink("one", site).unwrap();
        });
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        let next = site.folder.path().join("next");
        symlink("two", &next).unwrap();
        fs::rename(&next, site.folder.path().join("site")).unwrap();
        assert_eq!(site.changed(), ["*"], "{by:?}");
        site.write("a.css", "in the new one");
        assert_eq!(site.changed(), ["/a.css"], "{by:?}");
        fs::write(site.folder.path().join("one/a.css"), "in the old one").unwrap();
        assert_eq!(site.changed(), [""; 0], "{by:?}");
    }
}

/// As Kubernetes mounts its ConfigMaps.
#[test]
fn a_hidden_link_that_is_turned_changes_what_leads_through_it() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| {
            for (release, content) in [("..one", "1"), ("..two", "other")] {
                fs::create_dir(site.join(release)).unwrap();
                fs::write(site.join(release).join("a.css"), content).unwrap();
            }
            symlink("..one", site.join("..data")).unwrap();
            symlink("..data/a.css", site.join("a.css")).unwrap();
        });
        symlink("..two", site.path("..data_tmp")).unwrap();
        fs::rename(site.path("..data_tmp"), site.path("..data")).unwrap();
        let expected = match by {
            By::Word => "*",
            By::Looking => "/a.css",
        };
        assert_eq!(site.changed(), [expected]);
    }
}

#[test]
fn a_single_file_is_watched_and_not_its_neighbours() {
    for by in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.html");
        fs::write(&file, "1").unwrap();
        let settings = FileSettings::default();
        let mut watcher = Watcher::new(file.clone(), b"", &settings, clock::now());
        if by == By::Looking {
            watcher.way = Way::looking(watcher.place.as_ref(), &watcher.rules, None);
        }
        let now = clock::now();
        let mut site = Watching {
            folder,
            watcher,
            now,
        };
        let neighbour = site.folder.path().join("other.html");
        fs::write(&neighbour, "2").unwrap();
        fs::create_dir(site.folder.path().join("below")).unwrap();
        fs::write(site.folder.path().join("below/page.html"), "3").unwrap();
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        fs::rename(&neighbour, &file).unwrap();
        assert_eq!(site.changed(), ["/page.html"], "{by:?}");
        fs::write(&file, "longer").unwrap();
        assert_eq!(site.changed(), ["/page.html"], "{by:?}");
    }
}

#[test]
fn what_is_hidden_installed_or_a_copy_is_not_watched() {
    for by in BOTH {
        let mut site = Watching::site(by, |site| {
            for folder in [".git", "node_modules/lib", "a"] {
                fs::create_dir_all(site.join(folder)).unwrap();
            }
        });
        for name in [
            ".git/index",
            "node_modules/lib/index.js",
            ".a.css.swp",
            "a.css~",
        ] {
            site.write(name, "x");
        }
        fs::create_dir_all(site.path("a/.cache/b")).unwrap();
        assert_eq!(site.changed(), [""; 0], "{by:?}");
        let settings = FileSettings {
            hidden: Hidden::Served,
            ..FileSettings::default()
        };
        let mut site = Watching::with(by, &settings, |site| {
            fs::create_dir(site.join(".a")).unwrap();
        });
        site.write(".a/page.html", "served, so watched");
        assert_eq!(site.changed(), ["/.a/page.html"], "{by:?}");
    }
}

#[test]
fn links_to_files_are_noticed_and_those_that_lead_out_are_looked_at() {
    let mut site = Watching::site(By::Word, |_| ());
    site.write("a.css", "1");
    assert!(!site.watcher.has_links());
    symlink("a.css", site.path("b.css")).unwrap();
    fs::hard_link(site.path("a.css"), site.path("c.css")).unwrap();
    assert_eq!(site.changed(), ["/a.css", "/b.css", "/c.css"]);
    // From now on a style may have been loaded by another name than the one that is written to.
    assert!(site.watcher.has_links());
    for by in BOTH {
        let site = Watching::site(by, |site| symlink("nowhere", site.join("b.css")).unwrap());
        assert!(site.watcher.has_links(), "{by:?}");
    }

    let settings = FileSettings {
        links: Links::Anywhere,
        ..FileSettings::default()
    };
    let mut site = Watching::with(By::Word, &settings, |site| {
        let outside = site.parent().unwrap().join("outside");
        fs::create_dir(&outside).unwrap();
        symlink("../outside", site.join("out")).unwrap();
        // A circle, in which nobody runs for ever.
        symlink("../site", outside.join("back")).unwrap();
    });
    assert_eq!(site.watcher.looks_because(), Some(MustLook::Links));
    fs::write(site.folder.path().join("outside/a.css"), "1").unwrap();
    let changed = site.changed();
    assert!(changed.contains(&"/out/a.css".to_owned()), "{changed:?}");
    assert!(changed.len() < 4, "{changed:?}");
}

#[test]
fn a_pseudo_file_system_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let settings = FileSettings::default();
    let watch = |path: &Path| Watcher::new(path.to_owned(), b"", &settings, clock::now());
    assert!(!watch(folder.path()).is_looking());
    let watcher = watch(Path::new("/proc/self/task"));
    assert_eq!(watcher.looks_because(), Some(MustLook::FileSystem));
}

#[test]
fn what_the_system_could_not_keep_is_a_change_of_anything_and_all_is_watched_again() {
    let mut site = Watching::site(By::Word, |_| ());
    let most: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    site.write("a.css", "1");
    site.write("b.css", "1");
    fs::create_dir(site.path("late")).unwrap();
    // Alternating, or the kernel would take the same for one.
    for n in 0..=most {
        let name = ["a.css", "b.css"][n % 2];
        drop(
            fs::OpenOptions::new()
                .append(true)
                .open(site.path(name))
                .unwrap(),
        );
    }
    fs::create_dir(site.path("lost")).unwrap();
    assert!(site.changed().contains(&"*".to_owned()));
    site.write("lost/a.css", "1");
    assert_eq!(site.changed(), ["/lost/a.css"]);
}

#[test]
fn a_log_that_is_never_closed_is_no_change() {
    use std::io::Write;
    let mut site = Watching::site(By::Word, |_| ());
    let mut log = fs::File::create(site.path("log.txt")).unwrap();
    log.write_all(b"1").unwrap();
    assert_eq!(site.changed(), [""; 0]);
    log.write_all(b"2").unwrap();
    assert_eq!(site.changed(), [""; 0]);
    drop(log);
    assert_eq!(site.changed(), ["/log.txt"]);
}

#[test]
fn a_look_costs_a_pause_as_long_as_it_deserves_and_comes_soon_while_something_happens() {
    let mut site = Watching::site(By::Looking, |_| ());
    assert_eq!(site.changed(), [""; 0]);
    assert!(site.watcher.deadline() >= site.now + WATCH_PACE);
    site.write("a.css", "1");
    assert_eq!(site.changed(), ["/a.css"]);
    let soon = site.watcher.deadline().duration_since(site.now);
    assert!(soon >= WATCH_PACE_STIRRED);
    let mut gathering = Gathering::new(Duration::ZERO);
    site.write("b.css", "1");
    site.watcher.attend(site.now, &mut gathering);
    assert_eq!(gathering.known(), [""; 0], "it is not time to look");
}

#[test]
fn what_is_served_below_a_path_is_told_by_its_path_in_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let settings = FileSettings::default();
    let path = folder.path().to_owned();
    let mut watcher = Watcher::new(path, b"/docs", &settings, clock::now());
    fs::write(folder.path().join("a.css"), "1").unwrap();
    let mut gathering = Gathering::new(Duration::ZERO);
    watcher.attend(clock::now(), &mut gathering);
    assert_eq!(gathering.known(), ["/docs/a.css"]);
}
