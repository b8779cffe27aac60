//! What a client writes into `X-Forwarded-For` or `Forwarded` never counts: only what trusted proxies
//! appended does.
//!
//! Input: the client's lines, separated by line feeds.

use hello::config::{ClientField, Network};
use hello::exchange::Peer;
use hello::site::client_in;

/// Whom the proxy met, and what it appends.
const APPENDED: [(ClientField, &[u8]); 4] = [
    (ClientField::XForwardedFor, b"192.0.2.1"),
    (ClientField::XForwardedFor, b"2001:db8::1"),
    (ClientField::Forwarded, b"for=192.0.2.1;proto=https"),
    (ClientField::Forwarded, b"for=\"[2001:db8::1]:4711\""),
];

/// Checks what is there alone, and with what a trusted proxy appends: on the same line, and on its own.
pub fn check(input: &[u8]) {
    let trusted = [
        Network::read("trusted-proxy", "10.0.0.0/8"),
        Network::read("trusted-proxy", "::1"),
    ];
    let trusted: Vec<Network> = trusted.into_iter().flatten().collect();
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    for (field, appended) in APPENDED {
        if let Some(peer) = client_in(field, &lines, &trusted) {
            assert!(peer.is_hearsay(), "{peer:?}");
        }
        let (last, before) = lines.split_last().expect("a split has a part");
        let joined = [last, &b", "[..], appended].concat();
        let on_one_line: Vec<&[u8]> = before.iter().copied().chain([&joined[..]]).collect();
        let on_its_own: Vec<&[u8]> = lines.iter().copied().chain([appended]).collect();
        met(client_in(field, &on_its_own, &trusted), field, input);
        // Quotes that the client opened leave nobody in the place, and never somebody else.
        match client_in(field, &on_one_line, &trusted) {
            Some(Peer::Untold) if field == ClientField::Forwarded => {}
            peer => met(peer, field, input),
        }
    }
}

/// It is whom the proxy met.
fn met(peer: Option<Peer>, field: ClientField, input: &[u8]) {
    let address = peer
        .and_then(|peer| peer.address())
        .map(|address| address.to_string());
    let known = ["192.0.2.1", "2001:db8::1"];
    assert!(
        address
            .as_deref()
            .is_some_and(|address| known.contains(&address)),
        "{peer:?} in {field:?} of {input:?}"
    );
}
