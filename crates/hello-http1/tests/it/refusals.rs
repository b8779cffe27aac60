//! Every rule a client can break, broken once.

use crate::offences::{CHUNKED, Offence, offence};
use crate::wire::Wire;
use hello_http1::{After, BodyLength, Refusal};
use std::time::Duration;

#[test]
fn every_refusal_is_provoked_answered_once_and_closes() {
    for refusal in Refusal::ALL {
        let mut wire = commit(offence(refusal));
        assert_eq!(first_refusal(&mut wire), refusal);
        assert_eq!(wire.next(), Err(refusal), "a refusal is final");
        assert_eq!(wire.after(), After::Busy, "{refusal} is owed an answer");
        let status = refusal.status().as_u16();
        wire.respond(status, BodyLength::Exact(0))
            .expect("the one answer");
        let said = wire.said();
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
        assert!(said.ends_with("\r\nconnection: close\r\n\r\n"), "{said}");
        assert!(
            wire.respond(status, BodyLength::Exact(0)).is_err(),
            "and no other"
        );
        let linger = !matches!(refusal, Refusal::TruncatedHead | Refusal::TruncatedBody);
        assert_eq!(wire.after(), After::Close { linger }, "{refusal}");
        assert_eq!(wire.next(), Err(refusal));
    }
}

/// A client whose TLS hello we answer in plain text must not be made to wait for it.
#[test]
fn other_protocols_show_in_their_first_bytes() {
    for (first, refusal) in [
        (&b"\x16\x03"[..], Refusal::TlsOnPlainPort),
        (b"\x16\x04", Refusal::NotHttp),
        (b"\x80", Refusal::NotHttp),
        (b"\"", Refusal::NotHttp),
        (b"\n", Refusal::BareLf),
        (b"\ra", Refusal::BareCr),
        (b"\t", Refusal::SpaceInRequestLine),
    ] {
        assert_eq!(
            Wire::hearing(first).next(),
            Err(refusal),
            "{}",
            first.escape_ascii()
        );
    }
}

#[test]
fn a_rule_is_broken_where_it_is_broken_and_not_later() {
    let table: [(&str, Refusal); 21] = [
        ("GET / HTTP/1.1\n", Refusal::BareLf),
        ("GET / HTTP/1.1\r\r", Refusal::BareCr),
        (
            "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::SpaceInRequestLine,
        ),
        (
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::SpaceInRequestLine,
        ),
        ("GET / HTTP/1.1 \r\n", Refusal::SpaceInRequestLine),
        (
            "GET / a HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::SpaceInRequestLine,
        ),
        (
            "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::MalformedRequestLine,
        ),
        ("GET\r\n", Refusal::MalformedRequestLine),
        ("GET / HTTP/2.0\r\n", Refusal::UnknownVersion),
        ("GET / HTTP/1.10\r\n", Refusal::MalformedVersion),
        ("GET / FTP/1.1\r\n", Refusal::MalformedVersion),
        (
            "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::UnknownMethod,
        ),
        (
            "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n",
            Refusal::SpaceBeforeFields,
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n",
            Refusal::FoldedField,
        ),
        (
            "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
            Refusal::MalformedHost,
        ),
        ("GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", Refusal::Userinfo),
        (
            "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
            Refusal::RepeatedHost,
        ),
        (
            "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n",
            Refusal::ContradictedHost,
        ),
        ("GET http://a/ HTTP/1.1\r\n\r\n", Refusal::MissingHost),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n",
            Refusal::UnknownExpectation,
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
            Refusal::TwoLengths,
        ),
    ];
    for (bytes, refusal) in table {
        assert_eq!(
            first_refusal(&mut Wire::hearing(bytes)),
            refusal,
            "{bytes:?}"
        );
    }
}

/// In short and in long words: the parser takes long ones sixteen or more bytes at a time.
#[test]
fn control_characters_are_refused_wherever_they_stand() {
    let controls = (0..0x20u8)
        .chain([0x7f])
        .filter(|byte| !b"\t\r\n".contains(byte));
    for (byte, padding) in controls.flat_map(|byte| (0..80).map(move |padding| (byte, padding))) {
        let with = |before: &str, after: &str| {
            let pad = "a".repeat(padding);
            let (before, after) = (format!("{before}{pad}"), format!("{pad}{after}"));
            let bytes = [before.as_bytes(), &[byte], after.as_bytes()].concat();
            first_refusal(&mut Wire::hearing(bytes))
        };
        let end = "\r\nHost: a\r\n\r\n";
        let target = with("GET /", &format!(" HTTP/1.1{end}"));
        assert_eq!(target, Refusal::ControlInTarget, "{byte:#x} at {padding}");
        let method = with("GE", &format!("T / HTTP/1.1{end}"));
        assert_eq!(
            method,
            Refusal::MalformedRequestLine,
            "{byte:#x} at {padding}"
        );
        let name = with("GET / HTTP/1.1\r\nx", &format!("y: z{end}"));
        assert_eq!(name, Refusal::BadFieldName, "{byte:#x} at {padding}");
        let value = with("GET / HTTP/1.1\r\nx: y", &format!("z{end}"));
        assert_eq!(value, Refusal::ControlInValue, "{byte:#x} at {padding}");
    }
}

/// The longest head, target, field count and chunk line are still taken.
#[test]
fn limits_are_the_last_value_that_passes() {
    let head = |bytes: usize| {
        let rest = "GET / HTTP/1.1\r\nHost: a\r\nx: \r\n\r\n".len();
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n",
            "y".repeat(bytes - rest)
        )
    };
    Wire::hearing(head(16 * 1024)).expect_request();
    assert_eq!(
        first_refusal(&mut Wire::hearing(head(16 * 1024 + 1))),
        Refusal::HeadTooLarge
    );
    let target =
        |bytes: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(bytes - 1));
    Wire::hearing(target(8 * 1024)).expect_request();
    assert_eq!(
        first_refusal(&mut Wire::hearing(target(8 * 1024 + 1))),
        Refusal::TargetTooLong
    );
    let fields = |fields: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "x: y\r\n".repeat(fields - 1)
        )
    };
    Wire::hearing(fields(100)).expect_request();
    assert_eq!(
        first_refusal(&mut Wire::hearing(fields(101))),
        Refusal::TooManyFields
    );
    let line = |bytes: usize| format!("{CHUNKED}0;{}\r\n\r\n", "a".repeat(bytes - 2));
    let mut wire = Wire::hearing(line(256));
    wire.expect_request();
    assert_eq!(wire.body(), b"");
    assert_eq!(
        first_refusal(&mut Wire::hearing(line(257))),
        Refusal::ChunkLineTooLong
    );
}

/// RFC 9112 §3: a method longer than any we know is a 501, not a 414.
#[test]
fn a_request_line_without_end_is_refused_for_its_longest_word() {
    let mut wire = Wire::hearing("A".repeat(9000));
    assert_eq!(first_refusal(&mut wire), Refusal::UnknownMethod);
    let mut wire = Wire::hearing(format!("GET /{}", "a".repeat(9000)));
    assert_eq!(first_refusal(&mut wire), Refusal::TargetTooLong);
}

/// A whole head is read without being searched first. That must not change which rule is broken
/// first: the length of the line is, before anything that stands in it.
#[test]
fn a_long_request_line_is_refused_alike_whether_its_head_is_whole_or_not() {
    let line = format!("PORT /{} HTTP/1.1\r\n", "n".repeat(9000));
    for rest in ["", "Host: a\r\n\r\n"] {
        let mut wire = Wire::hearing(format!("{line}{rest}"));
        assert_eq!(first_refusal(&mut wire), Refusal::TargetTooLong);
    }
}

#[test]
fn a_refused_head_request_is_answered_without_a_body() {
    for head in [
        "HEAD / HTTP/1.1\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: a\r\nx\r\n\r\n",
    ] {
        let mut wire = Wire::hearing(head);
        first_refusal(&mut wire);
        wire.answer("what was wrong");
        assert!(wire.said().ends_with("\r\n\r\n"));
    }
}

fn commit(offence: Offence) -> Wire {
    match offence {
        Offence::Saying(bytes) => Wire::hearing(bytes),
        Offence::Silence(bytes) => {
            let mut wire = Wire::hearing(bytes);
            while wire
                .next()
                .is_ok_and(|next| !matches!(next, hello_http1::Next::NeedBytes { .. }))
            {
            }
            wire.wait(Duration::from_mins(1));
            wire.connection
                .expire(wire.now)
                .expect("patience has ended");
            wire
        }
        Offence::HangingUp(bytes) => {
            let mut wire = Wire::hearing(bytes);
            while wire
                .next()
                .is_ok_and(|next| !matches!(next, hello_http1::Next::NeedBytes { .. }))
            {
            }
            wire.connection
                .receive_end()
                .expect_err("the message is not whole");
            wire
        }
    }
}

/// Reads on until something is refused.
fn first_refusal(wire: &mut Wire) -> Refusal {
    loop {
        match wire.next() {
            Err(refusal) => return refusal,
            Ok(hello_http1::Next::NeedBytes { .. } | hello_http1::Next::Paused) => {
                panic!("nothing refused in {}", wire.request.escape_ascii())
            }
            Ok(_) => {}
        }
    }
}
