//! Guards what shows connections: only the person at this machine may look.
//!
//! Law: loopback is no protection by itself. A page of a stranger can have its own name resolve to
//! 127.0.0.1 and read what it finds there (DNS rebinding); a tunnel or a proxy on this machine
//! brings the whole world in from loopback. So all of these are asked for: a loopback peer, a name
//! that only this machine has, the same origin, and nobody in between.
//!
//! Asked by the pages concerned and not for every request: what is public needs no guard. Lists of
//! folders, where nobody asked for them to be public, ask for all but the origin.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::exchange::{Peer, Request, host_of};

/// Why a visitor is not shown any connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// Comes from another machine, or through a Unix socket.
    Elsewhere,
    /// Somebody passed the request on, and said so.
    Forwarded,
    /// Used a name that others can have point here.
    OtherName,
    /// Another site asked, or led here.
    OtherSite,
}

impl Stranger {
    /// Every reason, for the pages made of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::Elsewhere,
        Self::Forwarded,
        Self::OtherName,
        Self::OtherSite,
    ];

    /// The key of the sentence that says so.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Elsewhere => "site-away-elsewhere",
            Self::Forwarded => "site-away-forwarded",
            Self::OtherName => "site-away-other-name",
            Self::OtherSite => "site-away-other-site",
        }
    }
}

/// Fields by which proxies and tunnels tell that they passed a request on (RFC 9110 §7.6.3,
/// RFC 8586, and what is older than those), besides those with a telling part in their names.
const FORWARDING: [&str; 8] = [
    "via",
    "cdn-loop",
    "x-real-ip",
    "x-original-host",
    "x-envoy-external-address",
    "x-appengine-user-ip",
    "cf-ray",
    "cf-warp-tag-id",
];
/// Parts of such names: `Forwarded` (RFC 7239 §4), `X-Forwarded-For`, `Fly-Client-IP`, and so on.
const FORWARDING_PARTS: [&[u8]; 3] = [b"forwarded", b"client-ip", b"connecting-ip"];

/// Whether the request comes from the person at this machine, as far as a request can tell.
///
/// # Spec
/// RFC 9110 §7.2 (Host), RFC 6454 §7 (Origin), W3C Fetch Metadata §2.3 (Sec-Fetch-Site).
pub(crate) fn judge(request: &Request<'_>) -> Result<(), Stranger> {
    if !is_loopback(request.peer) {
        return Err(Stranger::Elsewhere);
    }
    if is_forwarded(request) {
        return Err(Stranger::Forwarded);
    }
    let authority = request.authority.unwrap_or_default();
    if !is_own_name(authority) {
        return Err(Stranger::OtherName);
    }
    if is_from_another_site(request, authority) {
        return Err(Stranger::OtherSite);
    }
    Ok(())
}

/// Whether it was asked at this machine, by a name that only this machine has, and with nobody in
/// between, as far as a request can tell. Who led a browser here does not matter.
pub(crate) fn is_at_this_machine(request: &Request<'_>) -> bool {
    let is_near = matches!(request.peer, Peer::Unix) || is_loopback(request.peer);
    let host = host_of(request.authority.unwrap_or_default());
    is_near && !is_forwarded(request) && (is_own_name(host) || is_loopback_number(host))
}

/// Whether a host is one that no stranger can have point here: a number, or a name that no domain of the
/// internet has. For what is told to machines nearby, which have names of their own.
pub(crate) fn is_no_strangers(host: &[u8]) -> bool {
    const NEARBY: [&str; 6] = [
        ".localhost",
        ".local",
        ".internal",
        ".lan",
        ".home.arpa",
        ".test",
    ];
    let Ok(host) = std::str::from_utf8(host) else {
        return false;
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let number = { host.strip_prefix('[') }.and_then(|rest| rest.strip_suffix(']'));
    let is_number = match number {
        Some(number) => number.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok(),
    };
    let is_alone = !host.is_empty() && !host.contains(['.', ':', '[']);
    is_number || is_alone || NEARBY.iter().any(|end| host.ends_with(end))
}

/// Any number of this machine's: it is no name, so nobody can have it point here.
fn is_loopback_number(host: &[u8]) -> bool {
    let host = std::str::from_utf8(host).unwrap_or_default();
    host.parse::<Ipv4Addr>()
        .is_ok_and(|number| number.is_loopback())
}

fn is_loopback(peer: &Peer) -> bool {
    match peer {
        Peer::Tcp(address) => address.ip().to_canonical().is_loopback(),
        // Whatever a proxy tells: it is in between.
        Peer::Unix | Peer::Told(_) | Peer::Untold => false,
    }
}

/// Besides what proxies say on purpose: they close after each request, unless they are told not to,
/// and no browser asks for that.
fn is_forwarded(request: &Request<'_>) -> bool {
    let is_closed = request.field("connection");
    is_closed.is_some_and(|wish| wish.eq_ignore_ascii_case(b"close"))
        || request.fields.any_name(&|name| {
            let has_part = |part: &&[u8]| {
                let mut windows = name.windows(part.len());
                windows.any(|window| window.eq_ignore_ascii_case(part))
            };
            FORWARDING_PARTS.iter().any(has_part) || { FORWARDING.iter() }
                .any(|field| name.eq_ignore_ascii_case(field.as_bytes()))
        })
}

/// Names that nobody else can have: whatever a resolver says, a browser takes them for this
/// machine.
fn is_own_name(authority: &[u8]) -> bool {
    let host = host_of(authority);
    host.eq_ignore_ascii_case(b"localhost") || host == b"127.0.0.1" || host == b"[::1]"
}

/// A browser says who asks. Whoever says nothing is no browser, and cannot be led here by a page.
/// Whoever says it twice says two things.
pub(crate) fn is_from_another_site(request: &Request<'_>, authority: &[u8]) -> bool {
    if { ["sec-fetch-site", "origin"].iter() }.any(|name| request.fields.nth(name, 1).is_some()) {
        return true;
    }
    let site = request.field("sec-fetch-site");
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return true;
    }
    request.field("origin").is_some_and(|origin| {
        { origin.strip_prefix(request.scheme.as_str().as_bytes()) }
            .and_then(|rest| rest.strip_prefix(b"://"))
            .is_none_or(|own| !own.eq_ignore_ascii_case(authority))
    })
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::exchange::Scheme;

    fn judged(peer: &str, host: &str, fields: &[(&str, &str)]) -> Result<(), Stranger> {
        judged_over(Scheme::Http, peer, host, fields)
    }

    fn judged_over(
        scheme: Scheme,
        peer: &str,
        host: &str,
        fields: &[(&str, &str)],
    ) -> Result<(), Stranger> {
        let fields: Vec<(&str, &[u8])> = { fields.iter() }
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        judge(&Request {
            method: &Method::GET,
            scheme,
            is_misdirected: false,
            proof: None,
            told_scheme: None,
            offer: None,
            body_bytes: Some(0),
            path: b"/",
            query: None,
            authority: (!host.is_empty()).then_some(host.as_bytes()),
            fields: &fields,
            peer: &peer.parse().map_or(Peer::Unix, Peer::Tcp),
            tick_ms: 0,
        })
    }

    #[test]
    fn the_person_at_this_machine_may_look() {
        for (peer, host) in [
            ("127.0.0.1:5", "localhost:7878"),
            ("127.0.0.1:5", "LocalHost"),
            ("127.8.8.8:5", "127.0.0.1:80"),
            ("[::1]:5", "[::1]:7878"),
            ("[::1]:5", "[::1]"),
            ("[::ffff:127.0.0.1]:5", "127.0.0.1:7878"),
        ] {
            assert_eq!(judged(peer, host, &[]), Ok(()), "{peer} {host}");
        }
        let own = [
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:7878"),
        ];
        assert_eq!(judged("[::1]:5", "localhost:7878", &own), Ok(()));
        let sealed = [("origin", "https://localhost")];
        let judged_sealed = judged_over(Scheme::Https, "[::1]:5", "localhost", &sealed);
        assert_eq!(judged_sealed, Ok(()));
        let typed = [("sec-fetch-site", "none"), ("x-forward", "no such field")];
        assert_eq!(judged("[::1]:5", "localhost:7878", &typed), Ok(()));
    }

    #[test]
    fn another_machine_may_not() {
        for peer in ["192.0.2.1:5", "[::ffff:192.0.2.1]:5", "[fe80::1]:5", "unix"] {
            let judged = judged(peer, "localhost:7878", &[]);
            assert_eq!(judged, Err(Stranger::Elsewhere), "{peer}");
        }
    }

    #[test]
    fn a_name_that_others_can_point_here_may_not() {
        for host in [
            "",
            "evil.example",
            "evil.example:7878",
            "localhost.evil.example",
            "127.0.0.1.evil.example:7878",
            "[::1].evil.example",
            "localhost.",
            "127.0.0.2",
            "::1",
            "0.0.0.0",
            "localhost:x",
        ] {
            let judged = judged("127.0.0.1:5", host, &[]);
            assert_eq!(judged, Err(Stranger::OtherName), "{host}");
        }
    }

    #[test]
    fn a_name_that_the_internet_may_have_is_a_strangers() {
        for host in [
            "127.0.0.1",
            "10.1.2.3",
            "[::1]",
            "[2001:db8::1]",
            "localhost",
            "hello",
            "HELLO",
            "a.localhost",
            "hello.default.svc.cluster.local",
            "node.internal",
            "box.lan",
            "localhost.",
        ] {
            assert!(is_no_strangers(host.as_bytes()), "{host}");
        }
        for host in [
            "",
            ".",
            "evil.example",
            "127.0.0.1.evil.example",
            "local.evil",
            "[::1].evil",
            "::1",
            "[evil]",
            "1.2.3",
            "a:b",
            "\u{e9}.example",
        ] {
            assert!(!is_no_strangers(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn another_site_may_not() {
        for field in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "new-word"),
            ("origin", "null"),
            ("origin", "http://evil.example"),
            ("origin", "https://localhost:7878"),
            ("origin", "http://localhost:8000"),
            ("origin", "http://127.0.0.1:7878"),
        ] {
            let judged = judged("127.0.0.1:5", "localhost:7878", &[field]);
            assert_eq!(judged, Err(Stranger::OtherSite), "{field:?}");
        }
        for (name, own, other) in [
            ("sec-fetch-site", "same-origin", "cross-site"),
            ("origin", "http://localhost:7878", "http://evil.example"),
        ] {
            let both = [(name, own), (name, other)];
            let judged = judged("127.0.0.1:5", "localhost:7878", &both);
            assert_eq!(judged, Err(Stranger::OtherSite), "{name}");
        }
    }

    #[test]
    fn whoever_comes_through_somebody_else_may_not() {
        let prefixed = [
            "Forwarded",
            "True-Client-IP",
            "X-Forwarded-For",
            "x-forwarded-host",
            "X-FORWARDED-ANYTHING",
        ];
        let named_otherwise = [
            "X-Forwarded",
            "X-Vercel-Forwarded-For",
            "X-Original-Forwarded-For",
            "x_forwarded_for",
            "CF-Connecting-IPv6",
            "CF-Ray",
            "Fly-Client-IP",
            "WL-Proxy-Client-IP",
            "X-Envoy-External-Address",
        ];
        for field in { FORWARDING.into_iter() }
            .chain(prefixed)
            .chain(named_otherwise)
        {
            let judged = judged("127.0.0.1:5", "localhost:7878", &[(field, "")]);
            assert_eq!(judged, Err(Stranger::Forwarded), "{field}");
        }
        // What a proxy says that passes a request on and mentions nobody.
        let silent = judged("127.0.0.1:5", "localhost:7878", &[("Connection", "close")]);
        assert_eq!(silent, Err(Stranger::Forwarded));
    }
}
