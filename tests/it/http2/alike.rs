//! What is claimed of HTTP/1.1 and holds for HTTP/2 as well, in clear and in private.

use crate::harness::Hello;
use crate::harness::private::in_private;
use crate::harness::two::in_http2;

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
