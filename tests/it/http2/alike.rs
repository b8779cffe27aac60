//! What is claimed of HTTP/1.1 and holds for HTTP/2 as well, in clear and in private.

use crate::harness::private::in_private;
use crate::harness::two::in_http2;
use crate::harness::{Hello, folder, get, large_file};

macro_rules! alike {
    ($($claim:ident,)*) => {
        mod in_clear {
            $(#[test] fn $claim() { super::in_http2(crate::protocol::$claim); })*
        }
        mod with_tls {
            $(#[test] fn $claim() { super::in_private(|| super::in_http2(crate::protocol::$claim)); })*
        }
    };
}

// The others are about what only HTTP/1.1 has: versions, lengths, chunks, `Connection`. What takes
// their place is in `docs/protocols.md`.
alike! {
    a_file_is_answered_and_the_connection_kept,
    fifty_requests_in_one_read_are_answered_in_order,
    head_is_get_without_its_content,
    options_tells_the_methods,
    a_method_that_changes_things_is_told_what_is_allowed,
    a_refusal_is_told_in_the_language_that_was_asked_for,
}

#[test]
fn what_is_being_answered_is_told_as_well() {
    in_http2(crate::running::a_slow_page_is_told_before_it_is_answered_and_counted_once);
    in_http2(crate::running::a_download_is_told_with_how_far_it_has_come);
}

#[test]
fn a_request_for_another_certificate_is_sent_to_another_connection() {
    in_http2(
        crate::tls_policy::a_request_for_another_certificate_is_told_to_come_on_another_connection,
    );
}

#[test]
fn browsers_are_told_to_come_in_private_only_in_private() {
    let files = [("page.txt", "hi")];
    let told = |hello: &Hello| {
        let reply = hello.get("/page.txt");
        assert_eq!(reply.text(), "hi");
        reply.field("strict-transport-security").map(str::to_owned)
    };
    in_private(|| {
        in_http2(|| {
            let hello = Hello::serving_with(&["--hsts", "1h"], &files);
            assert_eq!(told(&hello).as_deref(), Some("max-age=3600"));
        });
    });
    in_http2(|| assert_eq!(told(&Hello::serving(&files)), None));
}

#[test]
fn what_is_agreed_in_the_handshake_is_journalled() {
    in_private(|| {
        in_http2(|| {
            let hello = Hello::serving(&[("page.txt", "hi")]);
            assert_eq!(hello.get("/page.txt").text(), "hi");
            let handshake = hello.until(|event| event.is("handshake"));
            assert_eq!(handshake.text("protocol"), "h2");
            let request = hello.until(|event| event.is_request("/page.txt"));
            assert_eq!(request.text("version"), "HTTP/2");
        });
    });
}

/// What was not asked can be asked again elsewhere: no answer is needed, and none given.
#[test]
fn a_newcomer_without_room_is_told_in_its_own_protocol() {
    in_private(|| {
        let folder = folder(&[("page.txt", "hi")]);
        large_file(&folder.path().join("large.bin"), 30 << 20);
        let hello = Hello::start(&["--max-connections", "1"], folder.path());
        let mut busy = hello.connect();
        busy.send(get("/large.bin"));
        busy.head();
        // Beyond what leaves in one turn: from here on it is known to be sending.
        busy.take(2 << 20);
        in_http2(|| {
            let mut newcomer = hello.connect();
            newcomer.send(get("/page.txt"));
            let answer = newcomer.try_reply();
            assert!(!matches!(answer, Ok(Some(_))), "{answer:?}");
            assert_eq!(hello.ending_of(&newcomer.name()), "overloaded");
        });
    });
}
