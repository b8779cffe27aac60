//! Listings in fewer bytes: pages in one piece, and folders that are told while they are sent.

use std::fs;
use std::io::Read;

use serde_json::Value;

use super::{Kernel, eventually};
use crate::harness::{Client, Hello, Reply, folder};

const CODINGS: [&str; 3] = ["br", "zstd", "gzip"];

fn ask(client: &mut Client, target: &str, fields: &[&str]) -> Reply {
    let fields = [&["Host: a"][..], fields].concat().join("\r\n");
    client.send(format!("GET {target} HTTP/1.1\r\n{fields}\r\n\r\n"));
    client.reply()
}

fn ask_for(client: &mut Client, target: &str, accepted: &str) -> Reply {
    ask(client, target, &[&format!("Accept-Encoding: {accepted}")])
}

/// What of a coded content can be read, whether its end is there or not.
fn readable(coded: &[u8], coding: &str) -> Vec<u8> {
    let mut reader: Box<dyn Read + '_> = match coding {
        "br" => Box::new(brotli::Decompressor::new(coded, 4096)),
        "zstd" => Box::new(zstd::stream::read::Decoder::new(coded).unwrap()),
        "gzip" => Box::new(flate2::read::GzDecoder::new(coded)),
        other => panic!("{other}"),
    };
    let (mut plain, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(bytes @ 1..) = reader.read(&mut buffer) {
        plain.extend_from_slice(&buffer[..bytes]);
    }
    plain
}

/// A folder whose listing takes more than a packet.
fn folder_of(count: usize) -> tempfile::TempDir {
    let folder = folder(&[("a.txt", "needle")]);
    for number in 0..count {
        fs::write(folder.path().join(format!("an entry {number}.txt")), "").unwrap();
    }
    folder
}

/// As it is, once nothing about the folder changes any more between two looks.
fn plain(hello: &Hello, target: &str) -> Reply {
    let before = hello.get(target);
    eventually(hello, target, |reply| reply.body == before.body)
}

pub fn a_listing_is_sent_in_fewer_bytes_to_those_who_take_it(kernel: Kernel) {
    let folder = folder_of(100);
    fs::write(
        folder.path().join("long.txt"),
        "a word and a word\n".repeat(500),
    )
    .unwrap();
    let hello = kernel.serve_with(&["--list"], folder.path());
    let mut client = hello.connect();
    for target in [
        "/",
        "/?format=json",
        "/?sort=date&view=tiles",
        "/?q=entry",
        "/?preview=long.txt",
    ] {
        let plain = plain(&hello, target);
        assert_eq!(plain.field("content-encoding"), None, "{target}");
        let vary = Some("accept, accept-language, accept-encoding");
        assert_eq!(plain.field("vary"), vary, "{target}");
        let mut tags = vec![plain.field("etag").unwrap().to_owned()];
        for coding in CODINGS {
            let coded = ask_for(&mut client, target, coding);
            assert_eq!(coded.field("content-encoding"), Some(coding), "{target}");
            assert_eq!(coded.field("vary"), vary, "{target}");
            assert_eq!(coded.length(), coded.body.len());
            assert!(coded.body.len() < plain.body.len() / 2, "{target} {coding}");
            assert!(readable(&coded.body, coding) == plain.body, "{target}");
            let tag = coded.field("etag").unwrap();
            assert!(tag.starts_with("W/") && tag.ends_with(&format!("-{coding}\"")));
            tags.push(tag.to_owned());
            hello.until(|event| event.is_request(target) && event.text("coding") == coding);
        }
        // Who has one of these forms has it still.
        for (tag, accepted) in tags.iter().zip(["identity", "br", "zstd", "gzip"]) {
            let fields = [
                &*format!("Accept-Encoding: {accepted}"),
                &*format!("If-None-Match: {tag}"),
            ];
            let again = ask(&mut client, target, &fields);
            assert_eq!(again.status(), 304, "{target} {accepted} {tag}");
            assert_eq!(again.field("etag"), Some(&**tag));
        }
        let liked = ask_for(&mut client, target, "gzip;q=0.5, zstd, identity;q=0");
        assert_eq!(liked.field("content-encoding"), Some("zstd"), "{target}");
        let head = format!("HEAD {target} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n");
        client.send(head);
        assert_eq!(client.head().field("content-encoding"), Some("br"));
    }
}

pub fn a_listing_that_is_small_or_not_to_be_compressed_is_sent_as_it_is(kernel: Kernel) {
    let folder = folder_of(100);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let all = "br, zstd, gzip, identity;q=0";
    let hello = kernel.serve_with(&["--list"], folder.path());
    let reply = ask_for(&mut hello.connect(), "/empty/?format=json", all);
    assert_eq!(reply.field("content-encoding"), None);
    let silent = kernel.serve_with(&["--list", "--no-compression"], folder.path());
    for target in ["/", "/?format=json", "/?q=entry"] {
        let reply = ask_for(&mut silent.connect(), target, all);
        assert_eq!(reply.field("content-encoding"), None, "{target}");
        assert_eq!(reply.field("vary"), Some("accept, accept-language"));
    }
}

/// A change is in every form, for what was compressed belongs to what it was made of.
pub fn a_listing_that_changes_changes_in_each_form(kernel: Kernel) {
    let folder = folder_of(100);
    let hello = kernel.serve_with(&["--list", "--look-again-after", "1ms"], folder.path());
    let mut client = hello.connect();
    for coding in CODINGS {
        ask_for(&mut client, "/", coding);
    }
    fs::write(folder.path().join("newcomer.txt"), "").unwrap();
    eventually(&hello, "/", |reply| reply.text().contains("newcomer.txt"));
    for coding in CODINGS {
        let coded = ask_for(&mut client, "/", coding);
        let page = String::from_utf8(readable(&coded.body, coding)).unwrap();
        assert!(page.contains("newcomer.txt"), "{coding}");
    }
}

/// Too many entries for one piece: each piece leaves when it is made, and can be read then.
pub fn a_large_folder_is_compressed_while_it_is_sent(kernel: Kernel) {
    let folder = folder_of(3000);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let target = "/?format=json";
    let plain = plain(&hello, target);
    let told: Value = serde_json::from_slice(&plain.body).unwrap();
    assert_eq!(told["entries"].as_array().unwrap().len(), 3001);
    let mut client = hello.connect();
    for coding in CODINGS {
        let coded = ask_for(&mut client, target, coding);
        assert_eq!(coded.field("content-encoding"), Some(coding));
        assert!(coded.body.len() < plain.body.len() / 5, "{coding}");
        assert!(readable(&coded.body, coding) == plain.body, "{coding}");
        // The first half of the bytes tells of the first entries: nothing waits for the end.
        let beginning = readable(&coded.body[..coded.body.len() / 2], coding);
        let beginning = String::from_utf8_lossy(&beginning);
        assert!(
            beginning.contains("\"an entry 1.txt\""),
            "{coding}: {beginning}"
        );
        hello.until(|event| event.is_request(target) && event.text("coding") == coding);
    }
}
