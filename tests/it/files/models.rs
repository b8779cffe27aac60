//! Answers against small plain models: every short list of ranges, and of codings, that a few members
//! can make.
//!
//! The models know nothing of how it is done: they say which bytes were asked for, and which forms
//! are taken. Their fuzzed relatives, for what reads the fields, are in `fuzz/src/site/`.

use std::ops::Range;

use super::Kernel;
use super::coding::{AS_OLD, PAGE, lay};
use crate::harness::{Client, Reply, folder, make_old};

/// Every list of one to three of these, with the places of its members.
fn lists<'a>(members: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut lists: Vec<Vec<&str>> = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..3 {
        let to = lists.len();
        for place in from..to {
            for member in members {
                let mut longer = lists[place].clone();
                longer.push(member);
                lists.push(longer);
            }
        }
        from = to;
    }
    lists.split_off(1)
}

fn ask(client: &mut Client, target: &str, line: &str) -> Reply {
    client.send(format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n"
    ));
    client.reply()
}

// Ranges (RFC 9110 §14).

const SIZE: usize = 700;

/// Closer together than this, two parts are sent as one.
const GAP: usize = 100;

/// A range as it is written, and the bytes that it names; `None`: it is no range.
const RANGES: [(&str, Option<Range<usize>>); 11] = [
    ("0-0", Some(0..1)),
    ("300-", Some(300..SIZE)),
    ("-1", Some(SIZE - 1..SIZE)),
    ("-9999", Some(0..SIZE)),
    ("-0", Some(0..0)),
    ("110-119", Some(110..120)),
    ("220-229", Some(220..230)),
    ("690-800", Some(690..SIZE)),
    ("700-", Some(0..0)),
    ("9-5", None),
    ("x", None),
];

/// The parts of an answer, in their order: where each lies, and its bytes.
fn parts(reply: &Reply) -> Vec<(Range<usize>, Vec<u8>)> {
    let place = |text: &str| {
        let numbers = text.strip_prefix("bytes ").unwrap();
        let (range, size) = numbers.split_once('/').unwrap();
        let (first, last) = range.split_once('-').unwrap();
        assert_eq!(size, SIZE.to_string());
        first.parse::<usize>().unwrap()..last.parse::<usize>().unwrap() + 1
    };
    if let Some(field) = reply.field("content-range") {
        return vec![(place(field), reply.body.clone())];
    }
    let envelope = reply.field("content-type").unwrap();
    let boundary = envelope.strip_prefix("multipart/byteranges; boundary=");
    let boundary = boundary.expect("an envelope");
    // What is served here is text without line ends.
    let text = reply.text();
    let content = text.strip_suffix(&format!("\r\n--{boundary}--\r\n"));
    let separator = format!("\r\n--{boundary}\r\n");
    let parts = content.expect("an end").split(&separator).skip(1);
    parts
        .map(|part| {
            let (head, bytes) = part.split_once("\r\n\r\n").unwrap();
            let fields: Vec<&str> = head.split("\r\n").collect();
            assert_eq!(fields[0], "content-type: text/plain; charset=utf-8");
            let range = fields[1].strip_prefix("content-range: ").unwrap();
            assert_eq!(fields.len(), 2);
            (place(range), bytes.as_bytes().to_vec())
        })
        .collect()
}

pub fn whatever_parts_are_asked_for_are_the_bytes_they_name(kernel: Kernel) {
    let content: Vec<u8> = (0..SIZE)
        .map(|n| b'a' + u8::try_from(n * n % 23).unwrap())
        .collect();
    let text = String::from_utf8(content.clone()).unwrap();
    let folder = folder(&[("page.txt", &text)]);
    let hello = kernel.serve(folder.path());
    let mut client = hello.connect();
    for list in lists(&RANGES.map(|(text, _)| text)) {
        let meaning = |text: &&str| RANGES.iter().find(|(known, _)| known == text).unwrap();
        let meant: Vec<&Option<Range<usize>>> = list.iter().map(|text| &meaning(text).1).collect();
        let field = list.join(", ");
        let reply = ask(&mut client, "/page.txt", &format!("Range: bytes={field}"));
        if meant.contains(&&None) {
            assert_eq!((reply.status(), &reply.body), (200, &content), "{field}");
            continue;
        }
        let asked: Vec<&Range<usize>> = { meant.into_iter().flatten() }
            .filter(|range| !range.is_empty())
            .collect();
        if asked.is_empty() {
            assert_eq!(reply.status(), 416, "{field}");
            continue;
        }
        assert_eq!(reply.status(), 206, "{field}");
        holds(&parts(&reply), &asked, &content, &field);
    }
}

/// Whether these parts are an answer to who asked for these ranges.
fn holds(parts: &[(Range<usize>, Vec<u8>)], asked: &[&Range<usize>], content: &[u8], field: &str) {
    for (range, bytes) in parts {
        assert!(content[range.clone()] == bytes[..], "{field}: {range:?}");
    }
    for byte in 0..content.len() {
        let times = parts.iter().filter(|(range, _)| range.contains(&byte));
        let times = times.count();
        let is_asked = |byte: &usize| asked.iter().any(|range| range.contains(byte));
        let is_between = (byte.saturating_sub(GAP)..byte).any(|byte| is_asked(&byte))
            && (byte + 1..=byte + GAP).any(|byte| is_asked(&byte));
        match times {
            0 => assert!(!is_asked(&byte), "{field}: {byte} is missing"),
            1 => assert!(
                is_asked(&byte) || is_between,
                "{field}: nobody asked for {byte}"
            ),
            _ => panic!("{field}: {byte} comes {times} times"),
        }
    }
    // Each stands where the first that is in it was asked for.
    let asked_at = |range: &Range<usize>| {
        let is_in = |asked: &&Range<usize>| range.contains(&asked.start);
        asked.iter().position(is_in).expect("somebody asked for it")
    };
    let order: Vec<usize> = parts.iter().map(|(range, _)| asked_at(range)).collect();
    assert!(order.is_sorted(), "{field}: {order:?}");
    for (place, (one, _)) in parts.iter().enumerate() {
        for (other, _) in &parts[place + 1..] {
            let gap = one.start.max(other.start) - one.end.min(other.end);
            assert!(gap > GAP, "{field}: {one:?} and {other:?}");
        }
    }
}

// Codings (RFC 9110 §12.5.3).

/// A member as it is written: the name in it, and its weight in tenths; `None`: it is none.
const ACCEPTED: [(&str, Option<(&str, u8)>); 15] = [
    ("br", Some(("br", 10))),
    ("br;q=0", Some(("br", 0))),
    ("br;q=0.5", Some(("br", 5))),
    ("gzip", Some(("gzip", 10))),
    ("gzip;q=0", Some(("gzip", 0))),
    ("gzip;q=0.7", Some(("gzip", 7))),
    ("identity", Some(("identity", 10))),
    ("identity;q=0", Some(("identity", 0))),
    ("identity;q=0.6", Some(("identity", 6))),
    ("*", Some(("*", 10))),
    ("*;q=0", Some(("*", 0))),
    ("*;q=0.3", Some(("*", 3))),
    ("deflate", Some(("deflate", 10))),
    ("gzip;q=2", None),
    ("br;level=1", None),
];

/// What there is of the page: the smaller form first, and then itself.
const FORMS: [(&str, &[u8]); 3] = [
    ("gzip", b"gz"),
    ("br", b"brotli"),
    ("identity", PAGE.as_bytes()),
];

/// The form that should come.
fn best(list: &[&str]) -> &'static str {
    let meaning = |text: &&str| ACCEPTED.iter().find(|(known, _)| known == text).unwrap().1;
    let members: Vec<(&str, u8)> = list.iter().filter_map(meaning).collect();
    let named = |name: &str| {
        let weights = members.iter().filter(|(known, _)| *known == name);
        weights.map(|(_, weight)| *weight).min()
    };
    // In thousandths: nobody has to name the page itself to get it, unless he will not have it; but
    // whoever names something else likes that better.
    let weight = |name: &str| match named(name).or(named("*")) {
        None if name == "identity" => 1,
        Some(1..) if name == "identity" && named(name).is_none() => 1,
        weight => 100 * u16::from(weight.unwrap_or(0)),
    };
    let greatest = { FORMS.iter() }.map(|(name, _)| weight(name)).max();
    let is_best = |(name, _): &&(&'static str, &[u8])| Some(weight(name)) == greatest;
    match greatest {
        // Who takes nothing of what there is gets the page: RFC 9110 §12.4.1 lets us.
        None | Some(0) => "identity",
        Some(_) => FORMS.iter().find(is_best).unwrap().0,
    }
}

pub fn whatever_codings_are_taken_the_best_of_them_comes(kernel: Kernel) {
    let folder = folder(&[("page.js", PAGE)]);
    make_old(&folder.path().join("page.js"));
    lay(folder.path(), "page.js.gz", FORMS[0].1, AS_OLD);
    lay(folder.path(), "page.js.br", FORMS[1].1, AS_OLD);
    let hello = kernel.serve(folder.path());
    let mut client = hello.connect();
    for list in lists(&ACCEPTED.map(|(text, _)| text)) {
        let field = list.join(", ");
        let reply = ask(
            &mut client,
            "/page.js",
            &format!("Accept-Encoding: {field}"),
        );
        let expected = best(&list);
        let coding = reply.field("content-encoding").unwrap_or("identity");
        assert_eq!((reply.status(), coding), (200, expected), "{field}");
        let (_, bytes) = FORMS.iter().find(|(name, _)| *name == expected).unwrap();
        assert_eq!(reply.body, *bytes, "{field}");
    }
}
