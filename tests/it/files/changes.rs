//! Files that change, between two requests and in the middle of one.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Kernel, eventually};
use crate::harness::{Client, End, Hello, Protocol, folder, get, large_file};

/// More than the kernel's buffers on both sides can hold.
const LARGE_BYTES: usize = 30 << 20;

const LOOK_OFTEN: [&str; 2] = ["--look-again-after", "1ms"];

pub fn a_changed_file_is_seen(kernel: Kernel) {
    let folder = folder(&[("page.txt", "old")]);
    let path = folder.path().join("page.txt");
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    assert_eq!(hello.get("/page.txt").text(), "old");
    // As long as before, and written so soon that a clock of seconds would not show it.
    for text in ["new", "now", "longer than before", ""] {
        fs::write(&path, text).unwrap();
        let reply = eventually(&hello, "/page.txt", |reply| reply.text() == text);
        assert_eq!(reply.length(), text.len());
    }
    let other = folder.path().join("other.txt");
    fs::write(&other, "moved").unwrap();
    fs::rename(&other, &path).unwrap();
    eventually(&hello, "/page.txt", |reply| reply.text() == "moved");
}

pub fn a_file_that_comes_or_goes_is_seen(kernel: Kernel) {
    let folder = folder(&[]);
    let path = folder.path().join("page.txt");
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    assert_eq!(hello.get("/page.txt").status(), 404);
    for _ in 0..3 {
        fs::write(&path, "hi").unwrap();
        eventually(&hello, "/page.txt", |reply| reply.text() == "hi");
        fs::remove_file(&path).unwrap();
        eventually(&hello, "/page.txt", |reply| reply.status() == 404);
    }
}

/// How releases are switched: the new folder is complete before the link leads to it.
pub fn a_root_that_is_switched_is_seen(kernel: Kernel) {
    let folder = folder(&[
        ("one/page.txt", "one"),
        ("two/page.txt", "two"),
        ("two/new.txt", "new"),
    ]);
    let (current, next) = (folder.path().join("current"), folder.path().join("next"));
    symlink("one", &current).unwrap();
    let hello = kernel.serve_with(&LOOK_OFTEN, &current);
    assert_eq!(hello.get("/page.txt").text(), "one");
    assert_eq!(hello.get("/new.txt").status(), 404);
    symlink("two", &next).unwrap();
    fs::rename(&next, &current).unwrap();
    eventually(&hello, "/page.txt", |reply| reply.text() == "two");
    assert_eq!(hello.get("/new.txt").text(), "new", "all of it, or nothing");
}

pub fn a_root_that_is_gone_is_503_until_it_is_back(kernel: Kernel) {
    let folder = folder(&[("root/page.txt", "hi")]);
    let (root, aside) = (folder.path().join("root"), folder.path().join("aside"));
    let hello = kernel.serve_with(&LOOK_OFTEN, &root);
    assert_eq!(hello.get("/page.txt").text(), "hi");
    fs::rename(&root, &aside).unwrap();
    let reply = eventually(&hello, "/page.txt", |reply| reply.status() != 200);
    assert_eq!(reply.status(), 503);
    assert_eq!(reply.field("retry-after"), Some("1"));
    fs::rename(&aside, &root).unwrap();
    eventually(&hello, "/page.txt", |reply| reply.text() == "hi");
}

/// A client that has heard the head of a large file and nothing of the rest.
struct Download {
    path: PathBuf,
    content: Vec<u8>,
    client: Client,
    hello: Hello,
    _folder: TempDir,
}

impl Download {
    fn begun(kernel: Kernel) -> Self {
        let folder = folder(&[]);
        let path = folder.path().join("large.bin");
        let content = large_file(&path, LARGE_BYTES);

        let hello = kernel.serve(folder.path());
        let mut client = hello.connect();
        client.send(get("/large.bin"));
        assert_eq!(client.head().length(), LARGE_BYTES);
        Self {
            path,
            content,
            client,
            hello,
            _folder: folder,
        }
    }

    /// The client must not take what it got for the whole.
    fn expect_taken_back(mut self) {
        let (heard, end) = self.client.rest();
        assert_eq!(end, End::Reset, "after {} bytes", heard.len());
        assert!(heard.len() < LARGE_BYTES);
        if Protocol::spoken().has_streams() {
            assert_eq!(self.client.get("/nothing").status(), 404, "others go on");
        } else {
            assert_eq!(self.hello.ending_of(&self.client.name()), "file-changed");
        }
        let request = self.hello.until(|event| event.is_request("/large.bin"));
        assert_eq!(request.number("broken_of"), LARGE_BYTES as u64);
    }

    fn expect_whole(mut self) {
        assert!(self.client.take(LARGE_BYTES) == self.content);
        assert_eq!(self.client.get("/nothing").status(), 404, "and is kept");
    }
}

pub fn a_file_cut_short_while_it_is_sent_is_a_reset(kernel: Kernel) {
    let download = Download::begun(kernel);
    let file = OpenOptions::new().write(true).open(&download.path).unwrap();
    file.set_len(LARGE_BYTES as u64 - 1).unwrap();
    download.expect_taken_back();
    let download = Download::begun(kernel);
    let file = OpenOptions::new().write(true).open(&download.path).unwrap();
    file.set_len(0).unwrap();
    download.expect_taken_back();
}

pub fn a_file_that_grows_while_it_is_sent_is_a_reset(kernel: Kernel) {
    let download = Download::begun(kernel);
    let file = OpenOptions::new().append(true).open(&download.path);
    file.unwrap().write_all(b"more").unwrap();
    download.expect_taken_back();
}

pub fn a_file_rewritten_while_it_is_sent_is_a_reset(kernel: Kernel) {
    let download = Download::begun(kernel);
    fs::write(&download.path, vec![b'x'; LARGE_BYTES]).unwrap();
    download.expect_taken_back();
}

pub fn a_file_replaced_while_it_is_sent_arrives_as_it_was(kernel: Kernel) {
    let download = Download::begun(kernel);
    let other = sibling(&download.path);
    fs::write(&other, "something else").unwrap();
    fs::rename(&other, &download.path).unwrap();
    download.expect_whole();
}

pub fn a_file_deleted_while_it_is_sent_arrives_as_it_was(kernel: Kernel) {
    let download = Download::begun(kernel);
    fs::remove_file(&download.path).unwrap();
    download.expect_whole();
}

/// What is kept in memory is sent as it was when it was looked at, however long it is on its way: the
/// kernel may hold pages of it, not a copy.
pub fn a_kept_file_changed_on_its_way_arrives_as_it_was(kernel: Kernel) {
    type Way = (&'static str, fn(&Path));
    const BYTES: usize = 48 << 10;
    let folder = folder(&[]);
    let hello = kernel.serve(folder.path());
    let ways: [Way; 3] = [
        ("rewritten", |path| {
            fs::write(path, vec![b'x'; BYTES]).unwrap();
        }),
        ("cut", |path| {
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(100).unwrap();
        }),
        ("grown", |path| {
            let file = OpenOptions::new().append(true).open(path);
            file.unwrap().write_all(b"more").unwrap();
        }),
    ];
    for (way, change) in ways {
        let (path, target) = (folder.path().join(way), format!("/{way}"));
        let content = large_file(&path, BYTES);
        assert!(hello.get(&target).body == content, "kept from here on");
        let mut client = hello.connect();
        client.send(get(&target));
        hello.until_count(2, |event| event.is_request(&target));
        change(&path);
        assert_eq!(client.head().length(), BYTES, "{way}");
        assert!(client.take(BYTES) == content, "{way} on its way");
    }
}

fn sibling(path: &Path) -> PathBuf {
    path.with_file_name("other.bin")
}
