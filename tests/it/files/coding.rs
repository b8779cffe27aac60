//! The same content in fewer bytes: from siblings, and compressed while it is served.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::Kernel;
use crate::harness::{Hello, PATIENCE, Reply, folder, large_file};

const LOOK_OFTEN: [&str; 2] = ["--look-again-after", "1ms"];

/// Too small to be compressed while serving: what comes coded is a sibling.
pub(super) const PAGE: &str =
    "function page() { return 'page page page page page page page page'; }\n";

/// Asks with these field lines.
fn ask(hello: &Hello, target: &str, lines: &[&str]) -> Reply {
    let lines = [&["Host: a"][..], lines].concat().join("\r\n");
    hello.say(format!("GET {target} HTTP/1.1\r\n{lines}\r\n\r\n"))
}

fn ask_for(hello: &Hello, target: &str, accepted: &str) -> Reply {
    ask(hello, target, &[&format!("Accept-Encoding: {accepted}")])
}

/// Asks again until the answer is coded so.
pub(super) fn until_coded(
    hello: &Hello,
    target: &str,
    accepted: &str,
    coding: Option<&str>,
) -> Reply {
    let until = hello::clock::now() + PATIENCE;
    loop {
        let reply = ask_for(hello, target, accepted);
        assert_eq!(reply.status(), 200, "{target}");
        if reply.field("content-encoding") == coding {
            return reply;
        }
        assert!(hello::clock::now() < until, "{target} stays {}", reply.head);
    }
}

fn decoded(reply: &Reply) -> Vec<u8> {
    let mut plain = Vec::new();
    match reply.field("content-encoding") {
        None => plain.clone_from(&reply.body),
        Some("br") => brotli::BrotliDecompress(&mut &reply.body[..], &mut plain).unwrap(),
        Some("zstd") => plain = zstd::bulk::decompress(&reply.body, 1 << 24).unwrap(),
        Some("gzip") => {
            let mut decoder = flate2::read::GzDecoder::new(&reply.body[..]);
            decoder.read_to_end(&mut plain).unwrap();
        }
        Some(other) => panic!("{other}"),
    }
    plain
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A sibling is told by its bytes here: nobody but the client takes it apart.
pub(super) fn lay(folder: &Path, name: &str, content: &[u8], older_by: Duration) {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    let modified = fs::metadata(folder.join("page.js")).unwrap().modified();
    file.set_modified(modified.unwrap() - older_by).unwrap();
}

pub(super) const AS_OLD: Duration = Duration::ZERO;

pub fn a_sibling_is_sent_to_those_who_take_it(kernel: Kernel) {
    let folder = folder(&[("page.js", PAGE)]);
    lay(folder.path(), "page.js.br", b"brotli", AS_OLD);
    lay(folder.path(), "page.js.zst", b"zstandard", AS_OLD);
    lay(folder.path(), "page.js.gz", b"gz", AS_OLD);
    let hello = kernel.serve(folder.path());
    let mut tags = Vec::new();
    for (accepted, coding, content) in [
        ("br", Some("br"), "brotli"),
        ("zstd", Some("zstd"), "zstandard"),
        ("gzip, deflate, br, zstd", Some("gzip"), "gz"), // the smallest
        ("gzip;q=0.9, br, zstd", Some("br"), "brotli"),
        ("identity, br;q=0.5", None, PAGE),
        ("gzip;q=0, *", Some("br"), "brotli"),
        ("X-GZIP", Some("gzip"), "gz"),
        ("identity;q=0, zstd;q=0.1", Some("zstd"), "zstandard"),
        ("deflate, compress", None, PAGE),
        ("identity;q=0", None, PAGE), // nothing is left to choose from: RFC 9110 §12.4.1
        ("", None, PAGE),
    ] {
        let reply = ask_for(&hello, "/page.js", accepted);
        assert_eq!(reply.status(), 200, "{accepted}");
        assert_eq!(reply.field("content-encoding"), coding, "{accepted}");
        assert_eq!(reply.text(), content, "{accepted}");
        assert_eq!(reply.length(), content.len(), "{accepted}");
        assert_eq!(reply.field("vary"), Some("accept-encoding"), "{accepted}");
        assert_eq!(reply.field("accept-ranges"), Some("bytes"), "{accepted}");
        let content_type = Some("text/javascript; charset=utf-8");
        assert_eq!(reply.field("content-type"), content_type, "{accepted}");
        let tag = reply.field("etag").unwrap().to_owned();
        assert!(
            tag.starts_with('"'),
            "stored bytes have a strong tag: {tag}"
        );
        tags.push((tag, coding));
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "a tag for each form: {tags:?}");
    let silent = hello.get("/page.js");
    assert_eq!(silent.text(), PAGE);
    assert_eq!(silent.field("vary"), Some("accept-encoding"));
    // Lines of a field are one list; and the sibling is a file like any other.
    let lines = ["Accept-Encoding: zstd;q=0.1", "Accept-Encoding: br"];
    assert_eq!(ask(&hello, "/page.js", &lines).text(), "brotli");
    assert_eq!(ask_for(&hello, "/page.js.gz", "gzip").text(), "gz");
    hello.until(|event| event.is_request("/page.js") && event.text("coding") == "br");
}

pub fn what_is_no_good_sibling_is_not_used(kernel: Kernel) {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let folder = folder(&[("page.js", PAGE), ("alone.js", PAGE)]);
    let path = folder.path();
    lay(path, "page.js.br", b"old", Duration::from_secs(1));
    lay(path, "page.js.zst", &[b'x'; PAGE.len()], AS_OLD);
    symlink(outside.path().join("secret"), path.join("page.js.gz")).unwrap();
    fs::create_dir(path.join("alone.js.br")).unwrap();
    mknodat(CWD, path.join("alone.js.gz"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    lay(path, "alone.js.zst", b"", AS_OLD);
    let hello = kernel.serve(path);
    for target in ["/page.js", "/alone.js"] {
        let reply = ask_for(&hello, target, "br, zstd, gzip");
        assert_eq!(reply.field("content-encoding"), None, "{target}");
        assert_eq!(reply.field("vary"), None, "{target}");
        assert_eq!(reply.text(), PAGE, "{target}");
    }
}

pub fn a_sibling_that_changes_comes_or_goes_is_seen(kernel: Kernel) {
    let folder = folder(&[("page.js", PAGE)]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    assert_eq!(ask_for(&hello, "/page.js", "gzip").text(), PAGE);
    for content in ["one", "two", "three"] {
        lay(folder.path(), "page.js.gz", content.as_bytes(), AS_OLD);
        let until = hello::clock::now() + PATIENCE;
        while ask_for(&hello, "/page.js", "gzip").text() != content {
            assert!(hello::clock::now() < until, "{content}");
        }
    }
    // A newer file makes it old.
    let path = folder.path().join("page.js");
    fs::write(&path, PAGE.to_uppercase()).unwrap();
    let reply = until_coded(&hello, "/page.js", "gzip", None);
    assert_eq!(reply.text(), PAGE.to_uppercase());
    lay(folder.path(), "page.js.gz", b"new", AS_OLD);
    until_coded(&hello, "/page.js", "gzip", Some("gzip"));
    fs::remove_file(folder.path().join("page.js.gz")).unwrap();
    until_coded(&hello, "/page.js", "gzip", None);
}

pub fn parts_of_a_sibling_are_cut_from_its_bytes(kernel: Kernel) {
    let folder = folder(&[]);
    // One kept in memory, and one that is sent from its descriptor.
    let page = large_file(&folder.path().join("page.js"), 400_000);
    let stored: Vec<u8> = page
        .iter()
        .copied()
        .take(200_000)
        .map(|byte| !byte)
        .collect();
    lay(folder.path(), "page.js.br", &stored, AS_OLD);
    lay(folder.path(), "page.js.gz", &stored[..5000], AS_OLD);
    let hello = kernel.serve(folder.path());
    for (accepted, coding, stored) in [("br", "br", &stored[..]), ("gzip", "gzip", &stored[..5000])]
    {
        let accepted = format!("Accept-Encoding: {accepted}");
        let size = stored.len();
        let reply = ask(&hello, "/page.js", &[&accepted, "Range: bytes=1000-1999"]);
        assert_eq!(reply.status(), 206);
        assert_eq!(reply.field("content-encoding"), Some(coding));
        let place = format!("bytes 1000-1999/{size}");
        assert_eq!(reply.field("content-range"), Some(&place[..]));
        assert!(reply.body == stored[1000..2000]);
        let tag = reply.field("etag").unwrap();
        let (first, if_range) = ("Range: bytes=0-9", format!("If-Range: {tag}"));
        let rest = ask(&hello, "/page.js", &[&accepted, first, &if_range]);
        assert!(rest.body == stored[..10], "the tag of the form holds");
        let plain = hello.get("/page.js");
        let if_range = format!("If-Range: {}", plain.field("etag").unwrap());
        let whole = ask(&hello, "/page.js", &[&accepted, first, &if_range]);
        assert_eq!(whole.status(), 200, "it has a part of another form");
        assert!(whole.body == stored);
        // The envelope is not coded; what is in it is.
        let several = ask(
            &hello,
            "/page.js",
            &[&accepted, "Range: bytes=0-9,3000-3009"],
        );
        assert_eq!(several.status(), 206);
        assert_eq!(several.field("content-encoding"), None);
        let coded = format!("content-encoding: {coding}\r\n");
        let text = String::from_utf8_lossy(&several.body);
        assert_eq!(text.matches(&coded).count(), 2, "in each part");
        let whole = ask(&hello, "/page.js", &[&accepted, "Range: bytes=900000-"]);
        assert_eq!(whole.status(), 416);
        let outside = format!("bytes */{size}");
        assert_eq!(whole.field("content-range"), Some(&outside[..]));
    }
}

fn long_text() -> String {
    let lines: Vec<String> = (0..2000)
        .map(|number| format!("Line {number} of a text that repeats itself."))
        .collect();
    lines.join("\n")
}

pub fn a_text_is_compressed_once_it_was_asked_for(kernel: Kernel) {
    let text = long_text();
    // One kept in memory, and one that is sent from its descriptor.
    let large = text.repeat(3);
    let folder = folder(&[("small.txt", &text[..20_000]), ("large.html", &large)]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    for (target, text) in [("/small.txt", &text[..20_000]), ("/large.html", &large)] {
        let plain = hello.get(target);
        assert_eq!(plain.text(), text);
        assert_eq!(plain.field("vary"), Some("accept-encoding"));
        let plain_tag = plain.field("etag").unwrap();
        let mut tags = vec![plain_tag.to_owned()];
        for coding in ["br", "zstd", "gzip"] {
            let reply = until_coded(
                &hello,
                target,
                &format!("{coding}, identity;q=0.5"),
                Some(coding),
            );
            assert!(decoded(&reply) == text.as_bytes(), "{target} {coding}");
            assert!(reply.length() < text.len() / 3, "{target} {coding}");
            assert_eq!(reply.field("vary"), Some("accept-encoding"));
            assert_eq!(
                reply.field("accept-ranges"),
                None,
                "other bytes another time"
            );
            assert_eq!(reply.field("content-type"), plain.field("content-type"));
            let tag = reply.field("etag").unwrap().to_owned();
            assert!(tag.starts_with("W/\""), "{tag}");
            let accepted = format!("Accept-Encoding: {coding}");
            // Who has a form is not sent another.
            for theirs in [&tag, plain_tag] {
                let condition = format!("If-None-Match: {theirs}");
                let reply = ask(&hello, target, &[&accepted, &condition]);
                assert_eq!(reply.status(), 304, "{target} {coding} {theirs}");
                assert_eq!(reply.field("etag"), Some(theirs));
                assert_eq!(reply.field("vary"), Some("accept-encoding"));
                assert_eq!(reply.field("content-encoding"), None);
            }
            let condition = format!("If-Match: {plain_tag}");
            let same = ask(&hello, target, &[&accepted, &condition]);
            assert_eq!((same.status(), same.field("etag")), (200, Some(plain_tag)));
            let condition = format!("If-Match: {tag}");
            assert_eq!(
                ask(&hello, target, &[&accepted, &condition]).status(),
                412,
                "it is weak"
            );
            assert!(!tags.contains(&tag), "a tag for each form");
            tags.push(tag);
            // Parts are cut from what is stored.
            let part = ask(&hello, target, &[&accepted, "Range: bytes=10-19"]);
            assert_eq!(part.status(), 206);
            assert_eq!(part.field("content-encoding"), None);
            assert_eq!(part.field("etag"), Some(plain_tag));
            assert_eq!(part.text(), text[10..20]);
        }
        let other = ask(
            &hello,
            target,
            &["Accept-Encoding: gzip", "If-None-Match: W/\"x-br\""],
        );
        assert_eq!(other.status(), 200);
    }
}

pub fn who_takes_nothing_else_waits_for_the_compressor(kernel: Kernel) {
    let text = long_text();
    let folder = folder(&[("page.txt", &text)]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    // Nothing is made of a file in the moment it is written.
    until_coded(&hello, "/page.txt", "gzip", Some("gzip"));
    for (accepted, coding) in [
        ("br, identity;q=0", "br"),
        ("zstd, *;q=0", "zstd"),
        ("*, identity;q=0, br;q=0", "zstd"),
    ] {
        let reply = ask_for(&hello, "/page.txt", accepted);
        assert_eq!(reply.field("content-encoding"), Some(coding), "{accepted}");
        assert_eq!(decoded(&reply), text.as_bytes());
    }
    let part = ["Accept-Encoding: br, identity;q=0", "Range: bytes=0-9"];
    let whole = ask(&hello, "/page.txt", &part);
    assert_eq!(whole.status(), 200, "what was made has no parts");
    assert_eq!(decoded(&whole), text.as_bytes());
}

pub fn what_was_compressed_follows_the_file(kernel: Kernel) {
    let text = long_text();
    let folder = folder(&[("page.txt", &text)]);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    until_coded(&hello, "/page.txt", "br", Some("br"));
    let new = text.replace("Line", "Zeile");
    fs::write(folder.path().join("page.txt"), &new).unwrap();
    let until = hello::clock::now() + PATIENCE;
    loop {
        let reply = ask_for(&hello, "/page.txt", "br");
        let is_coded = reply.field("content-encoding").is_some();
        let content = decoded(&reply);
        assert!(
            content == new.as_bytes() || content == text.as_bytes(),
            "no mixture"
        );
        if is_coded && content == new.as_bytes() {
            break;
        }
        assert!(hello::clock::now() < until, "{}", reply.head);
    }
    // A sibling that comes is taken instead.
    let path = folder.path().join("page.txt.br");
    fs::write(&path, "sibling").unwrap();
    let until = hello::clock::now() + PATIENCE;
    while ask_for(&hello, "/page.txt", "br").text() != "sibling" {
        assert!(hello::clock::now() < until);
    }
    assert_eq!(
        ask_for(&hello, "/page.txt", "zstd").field("content-encoding"),
        None
    );
}

pub fn what_would_not_get_smaller_is_sent_as_it_is(kernel: Kernel) {
    let text = long_text();
    let folder = folder(&[
        ("photo.png", &text),
        ("film.mp4", &text),
        ("all.tar.gz", &text),
        ("unknown", &text),
        ("tiny.txt", &text[..1000]),
        ("page.txt", &text),
    ]);
    let path = folder.path();
    lay_noise(&path.join("noise.txt"));
    let hello = kernel.serve_with(&LOOK_OFTEN, path);
    for target in [
        "/photo.png",
        "/film.mp4",
        "/all.tar.gz",
        "/unknown",
        "/tiny.txt",
    ] {
        let reply = ask_for(&hello, target, "br, identity;q=0");
        assert_eq!(reply.field("content-encoding"), None, "{target}");
        assert_eq!(reply.field("vary"), None, "{target}");
    }
    until_coded(&hello, "/page.txt", "br", Some("br"));
    // This one was tried: who takes nothing else is answered when that is over.
    let noise = ask_for(&hello, "/noise.txt", "br, identity;q=0");
    assert_eq!(noise.field("content-encoding"), None);
    let silent = kernel.serve_with(&["--no-compression"], path);
    lay(path_with_page(path), "page.js.br", b"sibling", AS_OLD);
    for target in ["/page.txt", "/page.js"] {
        let reply = ask_for(&silent, target, "br, identity;q=0");
        assert_eq!(reply.field("content-encoding"), None, "{target}");
        assert_eq!(reply.field("vary"), None, "{target}");
    }
}

fn path_with_page(path: &Path) -> &Path {
    fs::write(path.join("page.js"), PAGE).unwrap();
    path
}

/// Numbers in which nothing repeats itself, the same in every run.
fn lay_noise(path: &Path) {
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    });
    fs::write(path, noise.take(20_000).collect::<Vec<u8>>()).unwrap();
}

pub fn head_of_a_form_has_the_fields_of_get(kernel: Kernel) {
    let text = long_text();
    let folder = folder(&[("page.js", PAGE), ("page.txt", &text)]);
    lay(folder.path(), "page.js.gz", &gzip(PAGE)[..40], AS_OLD);
    let hello = kernel.serve_with(&LOOK_OFTEN, folder.path());
    until_coded(&hello, "/page.txt", "gzip", Some("gzip"));
    for target in ["/page.js", "/page.txt"] {
        let mut client = hello.connect();
        let fields = "Host: a\r\nAccept-Encoding: gzip";
        client.send(format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n"));
        let whole = client.reply();
        client.send(format!("HEAD {target} HTTP/1.1\r\n{fields}\r\n\r\n"));
        let head = client.head();
        let without_date = |reply: &Reply| -> Vec<String> {
            { reply.head.lines() }
                .filter(|line| !line.starts_with("date: "))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(without_date(&head), without_date(&whole), "{target}");
        assert_eq!(head.field("content-encoding"), Some("gzip"), "{target}");
    }
}
