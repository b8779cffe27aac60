//! What is laid down beside files, and what is left alone.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::*;

fn long_text() -> String {
    "Was ist, was nicht ist, und was war. ".repeat(100)
}

/// A folder with these texts in it, an hour old.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, long_text()).unwrap();
        set_age(&path, 3600);
    }
    folder
}

fn set_age(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).unwrap();
    let time = crate::clock::wall() - Duration::from_secs(seconds);
    file.set_modified(time).unwrap();
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

fn compressed(path: &Path) -> Tally {
    run(path, false)
}

fn run(path: &Path, is_dry: bool) -> Tally {
    let order = CompressOrder {
        path: path.to_owned(),
        is_dry,
    };
    let mut last = (0, 0);
    let tally = compress(&order, &mut |done, of| last = (done, of)).unwrap();
    assert_eq!(last.0, last.1, "all is done at the end");
    tally
}

/// Every name below a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = self::names(&entry.path());
            names.extend(below.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn siblings_are_laid_beside_what_gets_smaller() {
    let folder = folder(&[
        "a.js",
        "sub/b.html",
        "photo.png",
        ".hidden.js",
        ".git/c.js",
        "d.bin",
    ]);
    let path = folder.path();
    fs::write(path.join("tiny.txt"), "tiny").unwrap();
    fs::write(path.join("empty.txt"), "").unwrap();
    fs::set_permissions(path.join("a.js"), fs::Permissions::from_mode(0o751)).unwrap();
    let tally = compressed(path);
    let expected = [
        ".git/c.js",
        ".hidden.js",
        "a.js",
        "a.js.br",
        "a.js.gz",
        "a.js.zst",
        "d.bin",
        "empty.txt",
        "photo.png",
        "sub/b.html",
        "sub/b.html.br",
        "sub/b.html.gz",
        "sub/b.html.zst",
        "tiny.txt",
    ];
    assert_eq!(names(path), expected);
    assert_eq!((tally.files, tally.compressed, tally.made), (3, 2, 6));
    assert_eq!((tally.fresh, tally.removed, tally.failed), (0, 0, 0));
    assert_eq!(tally.plain_bytes, 2 * long_text().len() as u64 + 4);
    for (place, coding) in Coding::ALL.into_iter().enumerate() {
        let sibling = path.join(format!("a.js{}", coding.suffix()));
        assert_eq!(
            modified(&sibling),
            modified(&path.join("a.js")),
            "as old as the file"
        );
        let facts = fs::metadata(&sibling).unwrap();
        assert_eq!(
            facts.mode() & 0o7777,
            0o640,
            "who may read the file; nobody runs it"
        );
        let other = fs::metadata(path.join(format!("sub/b.html{}", coding.suffix()))).unwrap();
        assert_eq!(tally.coded_bytes[place], facts.len() + other.len() + 4);
    }
    assert_eq!(CODINGS, Coding::ALL.map(Coding::name));
    let mut plain = Vec::new();
    let coded = fs::read(path.join("a.js.br")).unwrap();
    brotli::BrotliDecompress(&mut &coded[..], &mut plain).unwrap();
    assert!(plain == long_text().as_bytes());
}

#[test]
fn what_is_fresh_is_not_made_again_and_what_is_old_is() {
    let folder = folder(&["a.js"]);
    let path = folder.path();
    compressed(path);
    let again = compressed(path);
    assert_eq!((again.made, again.fresh, again.compressed), (0, 3, 1));
    fs::write(path.join("a.js"), long_text().to_uppercase()).unwrap();
    fs::remove_file(path.join("a.js.gz")).unwrap();
    fs::write(path.join("a.js.gz"), "").unwrap();
    let again = compressed(path);
    assert_eq!(
        (again.made, again.fresh),
        (3, 0),
        "an empty sibling is none"
    );
    let mut plain = Vec::new();
    let coded = fs::read(path.join("a.js.br")).unwrap();
    brotli::BrotliDecompress(&mut &coded[..], &mut plain).unwrap();
    assert!(plain == long_text().to_uppercase().as_bytes());
    // It would not be worth it any more.
    fs::write(path.join("a.js"), "short").unwrap();
    let again = compressed(path);
    assert_eq!((again.made, again.removed, again.compressed), (0, 3, 0));
    assert_eq!(names(path), ["a.js"]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = folder(&["a.js", "b.js"]);
    let path = folder.path();
    fs::write(path.join("b.js"), "short").unwrap();
    fs::write(path.join("b.js.gz"), "old").unwrap();
    set_age(&path.join("b.js.gz"), 7200);
    let tally = run(path, true);
    assert_eq!((tally.made, tally.removed, tally.compressed), (3, 1, 1));
    assert_eq!(names(path), ["a.js", "b.js", "b.js.gz"]);
    assert!(tally.coded_bytes[0] < tally.plain_bytes);
}

#[test]
fn no_link_is_followed_and_nothing_but_files_is_touched() {
    let outside = folder(&["outside.js", "target.br"]);
    let folder = folder(&["a.js", "b.js", "c.js"]);
    let path = folder.path();
    symlink(outside.path(), path.join("away")).unwrap();
    symlink(outside.path().join("outside.js"), path.join("link.js")).unwrap();
    symlink(".", path.join("loop")).unwrap();
    symlink(outside.path().join("target.br"), path.join("a.js.br")).unwrap();
    fs::create_dir(path.join("b.js.br")).unwrap();
    mknodat(CWD, path.join("c.js.br"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    mknodat(CWD, path.join("pipe.js"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    let before = fs::read(outside.path().join("target.br")).unwrap();
    let tally = compressed(path);
    assert_eq!(names(outside.path()), ["outside.js", "target.br"]);
    assert_eq!(fs::read(outside.path().join("target.br")).unwrap(), before);
    assert_eq!((tally.files, tally.made, tally.failed), (3, 6, 3));
    for failure in &tally.failures {
        assert!(matches!(failure.kind, FailureKind::InTheWay), "{failure:?}");
    }
    assert!(path.join("a.js.br").is_symlink());
}

#[test]
fn a_single_file_gets_its_siblings() {
    let folder = folder(&["a.js", "b.js"]);
    let tally = compressed(&folder.path().join("a.js"));
    assert_eq!((tally.files, tally.made), (1, 3));
    let expected = ["a.js", "a.js.br", "a.js.gz", "a.js.zst", "b.js"];
    assert_eq!(names(folder.path()), expected);
}

#[test]
fn what_cannot_be_begun_says_why() {
    let folder = folder(&[]);
    let path = folder.path();
    mknodat(CWD, path.join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    for (name, expected) in [
        ("nothing", RootErrorKind::Missing),
        ("pipe", RootErrorKind::NeitherFolderNorFile),
    ] {
        let path = path.join(name);
        let order = CompressOrder {
            path: path.clone(),
            is_dry: false,
        };
        let error = compress(&order, &mut |_, _| ()).unwrap_err();
        assert_eq!((error.kind, error.path), (expected, path));
    }
}

#[test]
fn what_would_go_on_failing_ends_it() {
    let failure = |error: Errno| Failure {
        path: "a".into(),
        kind: FailureKind::Write(error.into()),
    };
    for (error, expected) in [
        (Errno::NOSPC, true),
        (Errno::ROFS, true),
        (Errno::DQUOT, true),
        (Errno::ACCESS, false),
    ] {
        assert_eq!(failure(error).is_of_all(), expected, "{error}");
        let (mut tally, stop) = (Tally::default(), AtomicBool::new(false));
        tally.note(failure(error), &stop);
        assert_eq!(tally.is_cut_short, expected);
        assert_eq!(stop.load(Ordering::Relaxed), expected);
    }
    let mut tally = Tally::default();
    for _ in 0..COMPRESS_FAILURES_MAX + 5 {
        tally.note(failure(Errno::ACCESS), &AtomicBool::new(false));
    }
    assert_eq!(tally.failures.len(), COMPRESS_FAILURES_MAX, "a screen full");
    assert_eq!(tally.failed, COMPRESS_FAILURES_MAX as u64 + 5);
}
