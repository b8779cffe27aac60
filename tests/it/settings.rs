//! Every limit can be set, and what is set holds.
//!
//! Deadlines are in `deadlines.rs`, connections in `limits.rs`, stopping in `stopping.rs`.

use crate::harness::{
    End, Hello, Protocol, folder, get, large_file, of_http1_alone, over_every_protocol,
};
use crate::repository;

over_every_protocol! {
    a_target_that_is_longer_than_was_set_is_refused,
    a_head_that_is_larger_than_was_set_is_refused,
    a_body_nobody_reads_is_thrown_away_as_far_as_was_set,
    files_are_served_whatever_is_kept_of_them,
}

// To the byte, and of what HTTP/2 does not have.
of_http1_alone! {
    a_size_that_is_set_is_the_last_that_passes,
}

/// An option, and what is just within and just beyond it.
struct Bound {
    option: [&'static str; 2],
    within: String,
    beyond: String,
    refusal: &'static str,
}

fn bounds() -> [Bound; 6] {
    let target =
        |bytes: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(bytes - 1));
    let more = |more: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{more}\r\n");
    let head = |bytes: usize| more(&format!("x: {}\r\n", "y".repeat(bytes - 32)));
    let chunks = |chunks: &str| more("Transfer-Encoding: chunked\r\n") + chunks;
    [
        Bound {
            option: ["--head-bytes-max", "1KiB"],
            within: head(1024),
            beyond: head(1025),
            refusal: "head-too-large",
        },
        Bound {
            option: ["--target-bytes-max", "16"],
            within: target(16),
            beyond: target(17),
            refusal: "target-too-long",
        },
        Bound {
            option: ["--fields-max", "3"],
            within: more("x: y\r\nx: y\r\n"),
            beyond: more("x: y\r\nx: y\r\nx: y\r\n"),
            refusal: "too-many-fields",
        },
        Bound {
            option: ["--chunk-line-bytes-max", "32"],
            within: chunks(&format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(30))),
            beyond: chunks(&format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(31))),
            refusal: "chunk-line-too-long",
        },
        Bound {
            option: ["--chunk-extension-bytes-max", "0"],
            within: chunks("1\r\na\r\n0\r\n\r\n"),
            beyond: chunks("1;x\r\na\r\n0\r\n\r\n"),
            refusal: "chunk-extensions-too-long",
        },
        Bound {
            option: ["--trailer-bytes-max", "64"],
            within: chunks(&format!("0\r\nx: {}\r\n\r\n", "y".repeat(57))),
            beyond: chunks(&format!("0\r\nx: {}\r\n\r\n", "y".repeat(58))),
            refusal: "trailers-too-large",
        },
    ]
}

fn a_size_that_is_set_is_the_last_that_passes() {
    for bound in bounds() {
        let hello = Hello::serving_with(&bound.option, &[("index.html", "hi")]);
        let option = bound.option[0];
        for (bytes, ending) in [
            (&bound.within, "closed-by-client".to_owned()),
            (&bound.beyond, format!("refused {}", bound.refusal)),
        ] {
            let mut client = hello.connect();
            let name = client.name();
            client.send(bytes);
            client.half_close();
            client.rest();
            drop(client);
            assert_eq!(hello.ending_of(&name), ending, "{option}");
        }
    }
}

fn a_target_that_is_longer_than_was_set_is_refused() {
    let hello = Hello::serving_with(&["--target-bytes-max", "16"], &[("index.html", "hi")]);
    for (bytes, status) in [(16, 404), (17, 414)] {
        let target = format!("/{}", "a".repeat(bytes - 1));
        assert_eq!(hello.get(&target).status(), status, "{bytes}");
    }
}

/// How much a field counts is a matter of the protocol; that it counts is not.
fn a_head_that_is_larger_than_was_set_is_refused() {
    let ask = |hello: &Hello, fields: String| {
        let reply = hello.say(format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"));
        reply.status()
    };
    let hello = Hello::serving_with(&["--head-bytes-max", "1KiB"], &[("index.html", "hi")]);
    for (bytes, status) in [(900, 200), (1100, 431)] {
        let field = format!("x: {}\r\n", "y".repeat(bytes));
        assert_eq!(ask(&hello, field), status, "{bytes}");
    }
    let hello = Hello::serving_with(&["--fields-max", "3"], &[("index.html", "hi")]);
    for (fields, status) in [(2, 200), (4, 431)] {
        assert_eq!(ask(&hello, "x: y\r\n".repeat(fields)), status, "{fields}");
    }
}

fn a_body_nobody_reads_is_thrown_away_as_far_as_was_set() {
    let options = ["--unread-body-bytes-max", "10"];
    let hello = Hello::serving_with(&options, &[("index.html", "hi")]);
    let body = |bytes: usize, sent: usize| {
        let body = "x".repeat(sent);
        format!("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n{body}")
    };
    let mut client = hello.connect();
    client.send(body(10, 10));
    assert!(!client.reply().says_close());
    if Protocol::spoken().has_streams() {
        // All but the last byte, which nobody waits for.
        client.send(body(12, 11));
        assert_eq!(client.reply().text(), "hi");
        client.is_told_to_stop();
        client.send(get("/"));
        assert_eq!(client.reply().text(), "hi");
        return;
    }
    client.send(body(11, 11));
    assert!(client.reply().says_close());
    assert_eq!(client.end(), End::Closed);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "unread-body");
}

/// However little is kept in memory or open, everything is served.
fn files_are_served_whatever_is_kept_of_them() {
    let folder = folder(&[("small.txt", "hi"), ("other.txt", "ho")]);
    let large = ["one.bin", "two.bin", "three.bin"];
    let contents = large.map(|name| large_file(&folder.path().join(name), 300 << 10));
    for options in [
        ["--memory-file-bytes-max", "0"],
        ["--memory-file-bytes-max", "1MiB"],
        ["--memory-bytes-max", "0"],
        ["--memory-bytes-max", "4KiB"],
        ["--open-files-max", "1"],
    ] {
        let hello = Hello::start(&options, folder.path());
        let mut client = hello.connect();
        for _ in 0..3 {
            assert_eq!(client.get("/small.txt").text(), "hi", "{options:?}");
            assert_eq!(client.get("/other.txt").text(), "ho", "{options:?}");
            for (name, content) in large.iter().zip(&contents) {
                let reply = client.get(&format!("/{name}"));
                assert!(reply.body == *content, "{options:?} {name}");
            }
        }
    }
}

/// What no site that hello serves can show from outside, and the tests that show it from within.
const WITHIN: [(&str, &str); 1] = [("tunnel-timeout", "src/http2/takeover_tests.rs")];

#[test]
fn every_limit_has_a_test_that_sets_it() {
    let tests: String = { repository::rust_files("tests/it").into_iter() }
        .map(|text| text.content)
        .collect();
    for limit in &hello::config::limits::LIMITS {
        if let Some((option, path)) = WITHIN.iter().find(|(option, _)| *option == limit.option) {
            let field = option.replace('-', "_");
            assert!(
                repository::read(path).contains(&field),
                "{path} sets no {field}"
            );
            continue;
        }
        let option = format!("\"--{}\"", limit.option);
        assert!(
            tests.contains(&option),
            "no test in tests/it sets {option}: add one that shows what it does"
        );
    }
}
