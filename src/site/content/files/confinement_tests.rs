//! One table of names, opened by the kernel's confinement and by our own: the same comes out.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fd::AsFd;
use rustix::fs::{CWD, FileType, Mode, RenameFlags};
use tempfile::TempDir;

use crate::config::Links;

use super::open::{Confinement, Failure, Patience, READ, SEE_FOLDER, confined, open_by, reason};
use crate::exchange::Reason;
use crate::site::limits::LINKS_MAX;

const BOTH: [Confinement; 2] = [Confinement::Openat2, Confinement::Walk];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Got {
    File(String),
    Folder,
    Nothing(Reason),
}

fn got(root: &Path, name: &[u8], confinement: Confinement) -> Got {
    let root = rustix::fs::open(root, READ, Mode::empty()).unwrap();
    match open_by(
        root.as_fd(),
        name,
        Patience::Plenty,
        (confinement, Links::Inside),
    ) {
        Ok(opened) if opened.is_folder() => Got::Folder,
        Ok(opened) => {
            let mut content = [0; 64];
            let len = rustix::io::pread(&opened.descriptor, &mut content, 0).unwrap();
            Got::File(String::from_utf8_lossy(&content[..len]).into_owned())
        }
        Err(Failure::Refused(reason)) => Got::Nothing(reason),
        Err(Failure::WouldWait) => panic!("{name:?} would wait in the pool"),
    }
}

/// `outside.txt` and `outside/` lie beside `root/`, which holds the rest.
fn tree() -> TempDir {
    let top = tempfile::tempdir().unwrap();
    let root = top.path().join("root");
    fs::create_dir_all(root.join("sub/deep")).unwrap();
    fs::create_dir_all(root.join(".secret")).unwrap();
    fs::create_dir_all(top.path().join("outside")).unwrap();
    for (name, content) in [
        ("../outside.txt", "outside"),
        ("../outside/file.txt", "outside"),
        ("page.html", "page"),
        ("empty", ""),
        ("sub/index.html", "index"),
        ("sub/deep/file.txt", "deep"),
        (".secret/key", "key"),
        ("a b", "space"),
        ("new\nline", "newline"),
        ("100%", "percent"),
        ("...", "dots"),
        (&"n".repeat(255), "long"),
    ] {
        fs::write(root.join(name), content).unwrap();
    }
    links(top.path(), &root);
    rustix::fs::mkfifoat(CWD, root.join("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    drop(UnixListener::bind(root.join("socket")).unwrap());
    top
}

fn links(top: &Path, root: &Path) {
    for (link, target) in [
        ("in", "page.html"),
        ("in-dots", "./././page.html"),
        ("in-slashes", "sub//deep///file.txt"),
        ("in-up", "sub/../page.html"),
        ("in-up-up", "sub/deep/../../page.html"),
        ("sub/up", "../page.html"),
        ("sub/deep/up", "../../page.html"),
        ("folder", "sub"),
        ("folder-slash", "sub/"),
        ("folder-dot", "sub/."),
        ("folder-up", "sub/deep/.."),
        ("self", "."),
        ("sub/parent", ".."),
        ("twice", "folder/up"),
        ("to-pipe", "pipe"),
        ("to-hidden", ".secret/key"),
        ("file-slash", "page.html/"),
        ("file-dot", "page.html/."),
        ("file-up", "page.html/../page.html"),
        ("dangling", "nowhere"),
        ("dangling-deep", "nowhere/at/all"),
        ("loop", "loop"),
        ("ping", "pong"),
        ("pong", "ping"),
        ("loop-folder", "loop-folder/x"),
        ("out", "../outside.txt"),
        ("out-folder", "../outside"),
        ("out-top", ".."),
        ("out-far", "../../../../../../../../../../../../etc/passwd"),
        ("out-and-back", "../root/page.html"),
        ("sub/out", "../../outside.txt"),
        ("sub/out-through-self", "../self/../outside.txt"),
        ("out-by-chain", "sub/out"),
        ("absolute", "/etc/passwd"),
        ("absolute-root", "/"),
        ("magic", "/proc/self/root/etc/passwd"),
        ("chain-0", "page.html"),
        ("long-target", &"x/".repeat(2000)),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    symlink(root.join("page.html"), root.join("absolute-in")).unwrap();
    symlink(top.join("outside.txt"), root.join("absolute-out")).unwrap();
    for link in 1..=LINKS_MAX {
        symlink(
            format!("chain-{}", link - 1),
            root.join(format!("chain-{link}")),
        )
        .unwrap();
    }
}

#[test]
fn kernel_and_walk_open_the_same() {
    let top = tree();
    let root = top.path().join("root");
    let file = |content: &str| Got::File(content.to_owned());
    let none = || Got::Nothing(Reason::NoSuchFile);
    let leaves = || Got::Nothing(Reason::LeavesRoot);
    let special = || Got::Nothing(Reason::SpecialFile);
    let long = "n".repeat(255);
    let too_long = "n".repeat(256);
    let deep = "self/".repeat(LINKS_MAX) + "page.html";
    let too_deep = "self/".repeat(LINKS_MAX + 1) + "page.html";
    for (name, expected) in [
        ("page.html", file("page")),
        ("empty", file("")),
        ("sub/index.html", file("index")),
        ("sub/deep/file.txt", file("deep")),
        ("a b", file("space")),
        ("new\nline", file("newline")),
        ("100%", file("percent")),
        ("...", file("dots")),
        (&long, file("long")),
        ("sub", Got::Folder),
        ("sub/deep", Got::Folder),
        ("sub/", Got::Folder),
        (".", Got::Folder),
        // What is not there.
        ("", none()),
        ("nothing", none()),
        ("nothing/page.html", none()),
        ("page.html/", none()),
        ("page.html/index.html", none()),
        ("page.html/..", none()),
        (&too_long, none()),
        // Links that stay.
        ("in", file("page")),
        ("in-dots", file("page")),
        ("in-slashes", file("deep")),
        ("in-up", file("page")),
        ("in-up-up", file("page")),
        ("sub/up", file("page")),
        ("sub/deep/up", file("page")),
        ("folder", Got::Folder),
        ("folder/index.html", file("index")),
        ("folder-slash", Got::Folder),
        ("folder-slash/index.html", file("index")),
        ("folder-dot/index.html", file("index")),
        ("folder-up/index.html", file("index")),
        ("self", Got::Folder),
        ("self/self/self/page.html", file("page")),
        ("sub/parent/page.html", file("page")),
        ("sub/parent/sub/parent/sub/up", file("page")),
        ("twice", file("page")),
        ("to-hidden", file("key")),
        ("sub/../page.html", file("page")),
        ("chain-0", file("page")),
        ("chain-39", file("page")),
        (&deep, file("page")),
        // Links that lead nowhere.
        ("in/", none()),
        ("file-slash", none()),
        ("file-dot", none()),
        ("file-up", none()),
        ("dangling", none()),
        ("dangling-deep", none()),
        ("dangling/x", none()),
        ("loop", none()),
        ("loop/x", none()),
        ("ping", none()),
        ("loop-folder", none()),
        ("chain-40", none()),
        ("long-target", none()),
        (&too_deep, none()),
        // Ways out.
        ("..", leaves()),
        ("../outside.txt", leaves()),
        ("sub/../../outside.txt", leaves()),
        ("/etc/passwd", leaves()),
        ("out", leaves()),
        ("out-folder", leaves()),
        ("out-folder/file.txt", leaves()),
        ("out-top", leaves()),
        ("out-top/root/page.html", leaves()),
        ("out-far", leaves()),
        ("out-and-back", leaves()),
        ("sub/out", leaves()),
        ("sub/out-through-self", leaves()),
        ("sub/parent/../outside.txt", leaves()),
        ("out-by-chain", leaves()),
        ("absolute", leaves()),
        ("absolute-in", leaves()),
        ("absolute-out", leaves()),
        ("absolute-root", leaves()),
        ("absolute-root/etc/passwd", leaves()),
        ("magic", leaves()),
        // What is no file.
        ("pipe", special()),
        ("to-pipe", special()),
        ("socket", special()),
        ("socket/x", none()),
    ] {
        for confinement in BOTH {
            let got = got(&root, name.as_bytes(), confinement);
            assert_eq!(got, expected, "{name:?} by {confinement:?}");
        }
    }
}

#[test]
fn names_are_bytes() {
    let top = tempfile::tempdir().unwrap();
    let name = b"\xff\xfe \x01";
    let path = top
        .path()
        .join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name));
    fs::write(path, "bytes").unwrap();
    for confinement in BOTH {
        assert_eq!(
            got(top.path(), name, confinement),
            Got::File("bytes".to_owned())
        );
    }
}

#[test]
fn a_device_is_not_served() {
    for confinement in BOTH {
        for name in [&b"null"[..], b"zero"] {
            let got = got(Path::new("/dev"), name, confinement);
            assert_eq!(got, Got::Nothing(Reason::SpecialFile));
        }
    }
}

/// Whoever waits for a reader to come is left waiting: to open the pipe would wake it, and let it
/// write to nobody.
#[test]
fn a_pipe_is_not_opened_and_its_writer_goes_on_waiting() {
    use std::io::Write;
    use std::sync::mpsc;
    use std::time::Duration;

    let top = tempfile::tempdir().unwrap();
    let pipe = top.path().join("pipe");
    rustix::fs::mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
    symlink("pipe", top.path().join("to-pipe")).unwrap();
    let (has_opened, opened) = mpsc::channel();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut pipe = fs::OpenOptions::new().write(true).open(&pipe)?;
            has_opened.send(()).unwrap();
            pipe.write_all(b"word")
        });
        let is_waiting = || opened.recv_timeout(Duration::from_millis(50)).is_err();
        assert!(is_waiting());
        for name in [&b"pipe"[..], b"to-pipe"] {
            for confinement in BOTH {
                let got = got(top.path(), name, confinement);
                assert_eq!(got, Got::Nothing(Reason::SpecialFile));
            }
        }
        // A served file that has become a pipe since.
        assert_eq!(
            super::open::open_only_file(&pipe, Patience::Plenty).map(drop),
            Err(Failure::Refused(Reason::SpecialFile))
        );
        // A writer that was woken is gone: nobody would ever write to who reads now.
        assert!(is_waiting());
        assert_eq!(fs::read(&pipe).unwrap(), b"word");
        writer.join().unwrap().unwrap();
    });
}

/// The links of /proc jump anywhere without naming a way; a root that holds them must not jump.
#[test]
fn a_magic_link_is_not_followed() {
    for confinement in BOTH {
        for name in [&b"root/etc/passwd"[..], b"cwd", b"exe"] {
            let got = got(Path::new("/proc/self"), name, confinement);
            assert!(matches!(got, Got::Nothing(_)), "{name:?}: {got:?}");
        }
    }
}

/// Files of /proc say that they are empty and are not: what they say is what is served, and nothing
/// is read.
#[test]
fn a_file_that_calls_itself_empty_is_served_empty() {
    let folder = rustix::fs::open("/proc/self", READ, Mode::empty()).unwrap();
    for confinement in BOTH {
        let opened = open_by(
            folder.as_fd(),
            b"environ",
            Patience::Plenty,
            (confinement, Links::Inside),
        )
        .unwrap();
        let content = super::read::whole(&opened, Patience::Plenty);
        assert_eq!(content, Ok(Some(Vec::new())));
    }
}

#[test]
fn only_a_folder_is_seen_as_a_folder() {
    let top = tree();
    let root = rustix::fs::open(top.path().join("root"), READ, Mode::empty()).unwrap();
    for (name, expected) in [
        ("sub", Ok(())),
        ("folder", Ok(())),
        ("self", Ok(())),
        ("sub/parent", Ok(())),
        ("page.html", Err(Reason::NoSuchFile)),
        ("in", Err(Reason::NoSuchFile)),
        ("pipe", Err(Reason::NoSuchFile)),
        ("nothing", Err(Reason::NoSuchFile)),
        ("out-folder", Err(Reason::LeavesRoot)),
    ] {
        for confinement in BOTH {
            let patience = Patience::Plenty;
            let name = name.as_bytes();
            let seen = confined(
                root.as_fd(),
                name,
                SEE_FOLDER,
                patience,
                (confinement, Links::Inside),
            );
            let expected = expected.map_err(Failure::Refused);
            assert_eq!(seen.map(drop), expected, "{name:?} by {confinement:?}");
        }
    }
}

/// A folder and a link that leaves change places as fast as they can while names below them are
/// opened: whatever is opened lies inside.
#[test]
fn a_race_opens_nothing_outside() {
    let top = tempfile::tempdir().unwrap();
    let root = top.path().join("root");
    for folder in ["root/door", "outside"] {
        fs::create_dir_all(top.path().join(folder)).unwrap();
        fs::write(top.path().join(folder).join("file"), folder).unwrap();
    }
    symlink("../outside", root.join("trap")).unwrap();
    let opening = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (door, trap) = (root.join("door"), root.join("trap"));
            while opening.load(std::sync::atomic::Ordering::Relaxed) {
                rustix::fs::renameat_with(CWD, &door, CWD, &trap, RenameFlags::EXCHANGE).unwrap();
            }
        });
        for _ in 0..500 {
            for confinement in BOTH {
                match got(&root, b"door/file", confinement) {
                    Got::File(content) => assert_eq!(content, "root/door"),
                    Got::Nothing(_) => {}
                    Got::Folder => panic!("a file became a folder"),
                }
            }
        }
        opening.store(false, std::sync::atomic::Ordering::Relaxed);
    });
}

/// As root every file can be read, so the meaning of errors is tested by themselves.
#[test]
fn every_error_has_a_meaning() {
    use rustix::io::Errno;
    for (error, expected) in [
        (Errno::NOENT, Reason::NoSuchFile),
        (Errno::NOTDIR, Reason::NoSuchFile),
        (Errno::NAMETOOLONG, Reason::NoSuchFile),
        (Errno::LOOP, Reason::NoSuchFile),
        (Errno::XDEV, Reason::LeavesRoot),
        (Errno::ACCESS, Reason::FORBIDDEN),
        (Errno::PERM, Reason::FORBIDDEN),
        (Errno::NXIO, Reason::SpecialFile),
        (Errno::NODEV, Reason::SpecialFile),
        (Errno::MFILE, Reason::Overloaded),
        (Errno::NFILE, Reason::Overloaded),
        (Errno::NOMEM, Reason::Overloaded),
        (Errno::IO, Reason::Unreadable),
        (Errno::STALE, Reason::Unreadable),
        (Errno::AGAIN, Reason::Unreadable),
    ] {
        assert_eq!(reason(error), expected);
    }
}

#[test]
fn the_walk_never_starts_without_patience() {
    let top = tree();
    let root = rustix::fs::open(top.path().join("root"), READ, Mode::empty()).unwrap();
    let tried = confined(
        root.as_fd(),
        b"page.html",
        READ,
        Patience::None,
        (Confinement::Walk, Links::Inside),
    );
    assert_eq!(tried.map(drop), Err(Failure::WouldWait));
    assert_eq!(
        FileType::from_raw_mode(rustix::fs::fstat(&root).unwrap().st_mode),
        FileType::Directory
    );
}
