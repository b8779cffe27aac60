//! Whose request a trusted proxy passes on.
//!
//! Each proxy appends who came to it, so the list is read from its right end: as long as an entry is
//! itself a trusted proxy's, the one before it counts. What stands further left was written by
//! somebody nobody trusts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::config::{ClientField, Network, ProxySettings};
use crate::exchange::{Peer, RequestFields, Scheme};
use crate::site::limits::PROXIES_MAX;

use super::address::is_among;

/// Those whose word about their clients is taken, and where they say it.
#[derive(Debug)]
pub(crate) struct Proxies {
    trusted: Vec<Network>,
    field: ClientField,
    /// Whether they begin each connection with a word about whose it is.
    introduce: bool,
}

impl Proxies {
    /// `None`: nobody is trusted.
    pub(crate) fn new(settings: &ProxySettings) -> Option<Self> {
        (!settings.trusted.is_empty()).then(|| Self {
            trusted: settings.trusted.clone(),
            field: settings.client_field,
            introduce: settings.speaks_proxy_protocol,
        })
    }

    /// Whether a connection begins with a word about whose it is, and whoever is at its other end is
    /// trusted to say it.
    pub(crate) fn expect_introduction(&self, peer: &Peer) -> Introduction {
        match (self.introduce, is_among(peer, &self.trusted)) {
            (false, _) => Introduction::None,
            (true, true) => Introduction::Expected,
            (true, false) => Introduction::Untrusted,
        }
    }

    /// Whether somebody's word is taken, who connects on behalf of others.
    pub(crate) fn trust(&self, peer: &Peer) -> bool {
        is_among(peer, &self.trusted)
    }

    /// Whose request it is, if not that of whoever sent it.
    ///
    /// # Spec
    /// RFC 7239 §5.2, §7.4 (the order, and whom to trust).
    pub(crate) fn client(&self, peer: &Peer, fields: &dyn RequestFields) -> Option<Peer> {
        if !is_among(peer, &self.trusted) {
            return None;
        }
        let name = match self.field {
            ClientField::XForwardedFor => "x-forwarded-for",
            ClientField::Forwarded => "forwarded",
        };
        let lines = (0..).map_while(|place| fields.nth(name, place));
        let lines: Vec<&[u8]> = lines.collect();
        client_in(self.field, &lines, &self.trusted)
    }
}

/// The field in which proxies that write `X-Forwarded-For` say how they were asked.
const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

impl Proxies {
    /// How the client asked, if whoever sent this is trusted to say so and does.
    pub(crate) fn scheme(&self, sender: &Peer, fields: &dyn RequestFields) -> Option<Scheme> {
        if !is_among(sender, &self.trusted) {
            return None;
        }
        let name = match self.field {
            ClientField::XForwardedFor => X_FORWARDED_PROTO,
            ClientField::Forwarded => "forwarded",
        };
        let lines = (0..).map_while(|place| fields.nth(name, place));
        let lines: Vec<&[u8]> = lines.collect();
        scheme_in(self.field, &lines, &self.trusted)
    }
}

/// How a client asked the first of the proxies that are trusted; `None`: nobody says so, or not all say
/// the same.
///
/// # Spec
/// RFC 7239 §5.4. `X-Forwarded-Proto` has no rules: a list of it does not tell which proxy said what, so
/// one counts only where all agree.
fn scheme_in(field: ClientField, lines: &[&[u8]], trusted: &[Network]) -> Option<Scheme> {
    let mut found = None;
    let mut seen = 0;
    for line in lines.iter().rev() {
        for entry in entries(field, line)?.into_iter().rev() {
            let entry = entry.trim_ascii();
            if entry.is_empty() {
                continue;
            }
            seen += 1;
            if seen > PROXIES_MAX {
                return None;
            }
            if field == ClientField::Forwarded {
                found = parameter(entry, b"proto=").and_then(scheme);
                let told = parameter(entry, b"for=").and_then(node);
                if told.is_none_or(|told| !is_among(&told, trusted)) {
                    return found;
                }
            } else {
                let scheme = scheme(entry)?;
                if found.replace(scheme).is_some_and(|other| other != scheme) {
                    return None;
                }
            }
        }
    }
    found
}

fn scheme(text: &[u8]) -> Option<Scheme> {
    let is = |scheme: &Scheme| text.eq_ignore_ascii_case(scheme.as_str().as_bytes());
    [Scheme::Http, Scheme::Https].into_iter().find(is)
}

/// What begins a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introduction {
    /// What is spoken on it.
    None,
    /// A header of the PROXY protocol.
    Expected,
    /// The same, and nobody believes whoever is there.
    Untrusted,
}

/// Whom the lines of a field mean; `None`: they mention nobody.
pub fn client_in(field: ClientField, lines: &[&[u8]], trusted: &[Network]) -> Option<Peer> {
    let mut farthest = None;
    let mut seen = 0;
    for line in lines.iter().rev() {
        let Some(entries) = entries(field, line) else {
            return Some(Peer::Untold);
        };
        for entry in entries.into_iter().rev() {
            let entry = entry.trim_ascii();
            if entry.is_empty() {
                continue;
            }
            seen += 1;
            let told = match field {
                ClientField::XForwardedFor => node(entry),
                ClientField::Forwarded => parameter(entry, b"for=").and_then(node),
            };
            // A trusted proxy that does not say who came to it: nobody further left does, either.
            let Some(told) = told.filter(|_| seen <= PROXIES_MAX) else {
                return Some(Peer::Untold);
            };
            farthest = Some(told);
            if !is_among(&told, trusted) {
                return farthest;
            }
        }
    }
    farthest
}

/// The members of a list; in `Forwarded` a comma may stand in quotes. `None`: quotes are not closed. A
/// client that opens some would otherwise have what the proxy appends taken for its own words.
fn entries(field: ClientField, line: &[u8]) -> Option<Vec<&[u8]>> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let is_comma = |byte: &u8| {
        if field == ClientField::Forwarded {
            match *byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_quoted => is_escaped = true,
                b'"' => is_quoted = !is_quoted,
                _ => {}
            }
        }
        *byte == b',' && !is_quoted
    };
    let entries: Vec<&[u8]> = line.split(is_comma).collect();
    (!is_quoted).then_some(entries)
}

/// The value of a parameter, such as `for=`, in an element of `Forwarded`, without its quotes; the
/// only one.
///
/// # Spec
/// RFC 7239 §4 (no spaces around the sign of equality, each name once).
fn parameter<'a>(element: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let mut found = None;
    for pair in element.split(|byte| *byte == b';') {
        let pair = pair.trim_ascii();
        let Some((name, value)) = pair.split_at_checked(wanted.len()) else {
            continue;
        };
        if name.eq_ignore_ascii_case(wanted) && found.replace(value).is_some() {
            return None;
        }
    }
    let value = found?;
    let inner = value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    Some(inner.unwrap_or(value))
}

/// An address as proxies write it, with a port or without: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
/// `[2001:db8::1]`, `[2001:db8::1]:80`. Names and `unknown` are none.
fn node(text: &[u8]) -> Option<Peer> {
    let text = std::str::from_utf8(text).ok()?;
    let address = if let Ok(address) = text.parse::<IpAddr>() {
        SocketAddr::new(address, 0)
    } else if let Some(inside) = text.strip_prefix('[') {
        let (address, port) = inside.split_once(']')?;
        SocketAddr::new(address.parse::<Ipv6Addr>().ok()?.into(), port_behind(port)?)
    } else {
        let (address, _) = text.split_once(':')?;
        let port = port_behind(&text[address.len()..])?;
        SocketAddr::new(address.parse::<Ipv4Addr>().ok()?.into(), port)
    };
    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
    Some(Peer::Told(address))
}

/// `:80`, `:_hidden` (RFC 7239 §6.3), or nothing.
fn port_behind(text: &str) -> Option<u16> {
    match text.strip_prefix(':') {
        None => text.is_empty().then_some(0),
        Some(port) if port.starts_with('_') => Some(0),
        Some(port) => port.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> Vec<Network> {
        Network::read_all(
            "trusted-proxy",
            ["10.0.0.0/8", "2001:db8:ff::/48"].into_iter(),
        )
        .unwrap()
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it is compared")]
    fn told(address: &str) -> Option<Peer> {
        let with_port = address.parse::<SocketAddr>();
        let address = with_port.unwrap_or_else(|_| (address.parse::<IpAddr>().unwrap(), 0).into());
        Some(Peer::Told(address))
    }

    fn x(lines: &[&str]) -> Option<Peer> {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        client_in(ClientField::XForwardedFor, &lines, &trusted())
    }

    #[test]
    fn the_scheme_is_what_the_first_trusted_proxy_was_asked_by() {
        use Scheme::{Http, Https};
        let scheme = |field, lines: &[&str]| {
            let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
            scheme_in(field, &lines, &trusted())
        };
        for (lines, expected) in [
            (&["https"][..], Some(Https)),
            (&["HTTP"], Some(Http)),
            (&[" https , https"], Some(Https)),
            (&["https", "https"], Some(Https)),
            (&["https, http"], None),
            (&["http", "https"], None),
            (&["wss"], None),
            (&["javascript:"], None),
            (&[""], None),
            (&[], None),
        ] {
            let found = scheme(ClientField::XForwardedFor, lines);
            assert_eq!(found, expected, "{lines:?}");
        }
        for (lines, expected) in [
            (&["for=192.0.2.1;proto=https"][..], Some(Https)),
            (&["Proto=\"HTTP\";for=192.0.2.1"], Some(Http)),
            // What the client wrote stands to the left of what the proxy did.
            (&["proto=https, for=192.0.2.1;proto=http"], Some(Http)),
            (
                &["for=192.0.2.1;proto=https, for=10.0.0.1;proto=http"],
                Some(Https),
            ),
            (
                &["for=192.0.2.1;proto=https", "for=10.0.0.1;proto=http"],
                Some(Https),
            ),
            (&["for=192.0.2.1;proto=https, for=10.0.0.1"], Some(Https)),
            (&["proto=https, for=192.0.2.1"], None),
            (&["for=_hidden;proto=https"], Some(Https)),
            (&["for=192.0.2.1;proto=https;proto=http"], None),
            (&["for=192.0.2.1;proto=https\""], None),
            (&["for=192.0.2.1;host=a"], None),
        ] {
            let found = scheme(ClientField::Forwarded, lines);
            assert_eq!(found, expected, "{lines:?}");
        }
        let many = ["https"; PROXIES_MAX + 1].join(",");
        assert_eq!(scheme(ClientField::XForwardedFor, &[&many]), None);
    }

    fn forwarded(line: &str) -> Option<Peer> {
        client_in(ClientField::Forwarded, &[line.as_bytes()], &trusted())
    }

    #[test]
    fn the_first_from_the_right_that_nobody_trusts_is_the_client() {
        for (lines, expected) in [
            (&["192.0.2.1"][..], told("192.0.2.1")),
            (&["198.51.100.1, 192.0.2.1"], told("192.0.2.1")),
            (&["6.6.6.6, 192.0.2.1, 10.0.0.7"], told("192.0.2.1")),
            (
                &["6.6.6.6", "192.0.2.1", "10.0.0.7,10.0.0.8"],
                told("192.0.2.1"),
            ),
            (&["192.0.2.1", "10.0.0.7"], told("192.0.2.1")),
            // Everybody is trusted: the first of them asked.
            (&["10.0.0.1, 10.0.0.2"], told("10.0.0.1")),
            (&["192.0.2.1:4711"], told("192.0.2.1:4711")),
            (&["2001:db8::1"], told("2001:db8::1")),
            (
                &["[2001:db8::1]:4711, 2001:db8:ff::7"],
                told("[2001:db8::1]:4711"),
            ),
            (&["::ffff:192.0.2.1, ::ffff:10.0.0.7"], told("192.0.2.1")),
            (&[" ,, 192.0.2.1 ,"], told("192.0.2.1")),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(x(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_no_trusted_proxy_wrote_does_not_count_whatever_it_is() {
        for spoofed in ["10.0.0.1", "127.0.0.1", "unknown", "a,b,,", "::1", "\"x\""] {
            let line = format!("{spoofed}, 192.0.2.1");
            assert_eq!(x(&[&line]), told("192.0.2.1"), "{line}");
            let line = format!("for={spoofed}, for=192.0.2.1");
            assert_eq!(forwarded(&line), told("192.0.2.1"), "{line}");
        }
        // Opens quotes that what the proxy appends would close.
        for spoofed in ["for=6.6.6.6;x=\"", "for=6.6.6.6;x=\"\\", "\""] {
            for appended in ["for=192.0.2.1", "for=\"[2001:db8::1]\""] {
                let line = format!("{spoofed}, {appended}");
                assert_eq!(forwarded(&line), Some(Peer::Untold), "{line}");
            }
        }
    }

    #[test]
    fn a_trusted_proxy_that_does_not_say_who_leaves_nobody_in_the_place() {
        let nobody = Some(Peer::Untold);
        for line in [
            "unknown",
            "192.0.2.1, _hidden",
            "192.0.2.1, unknown, 10.0.0.1",
            "192.0.2.1, 192.0.2.1.1",
            "192.0.2.1, 192.0.2.1:99999",
            "192.0.2.1, [::1",
            "192.0.2.1, localhost",
        ] {
            assert_eq!(x(&[line]), nobody, "{line}");
        }
        let many = vec!["10.0.0.1"; PROXIES_MAX].join(",");
        assert_eq!(x(&[&many]), told("10.0.0.1"));
        assert_eq!(x(&[&format!("192.0.2.1,{many}")]), nobody);
    }

    #[test]
    fn forwarded_is_read_as_the_rfc_writes_it() {
        for (line, expected) in [
            ("for=192.0.2.43", told("192.0.2.43")),
            (
                "For=\"[2001:db8:cafe::17]:4711\"",
                told("[2001:db8:cafe::17]:4711"),
            ),
            (
                "for=192.0.2.60;proto=http;by=203.0.113.43",
                told("192.0.2.60"),
            ),
            ("for=192.0.2.43, for=198.51.100.17", told("198.51.100.17")),
            (
                "proto=https;for=\"192.0.2.1:_port\" , for=10.1.1.1",
                told("192.0.2.1"),
            ),
            (
                "for=192.0.2.1, by=\"a,b\\\",c\";for=10.0.0.1",
                told("192.0.2.1"),
            ),
            ("for=192.0.2.1, for=\"_gazonk\"", Some(Peer::Untold)),
            ("for=192.0.2.1, for=unknown", Some(Peer::Untold)),
            ("for=192.0.2.1, proto=https", Some(Peer::Untold)),
            ("for=192.0.2.1;for=192.0.2.2", Some(Peer::Untold)),
            ("for =192.0.2.1", Some(Peer::Untold)),
            ("", None),
        ] {
            assert_eq!(forwarded(line), expected, "{line}");
        }
    }

    #[test]
    fn who_is_not_trusted_is_not_listened_to_and_the_other_field_never() {
        let settings = |client_field| ProxySettings {
            trusted: trusted(),
            client_field,
            ..ProxySettings::default()
        };
        let proxies = Proxies::new(&settings(ClientField::XForwardedFor)).unwrap();
        let fields: Vec<(&str, &[u8])> = vec![
            ("x-forwarded-for", b"192.0.2.1"),
            ("forwarded", b"for=6.6.6.6"),
        ];
        let at = |address: &str| Peer::Tcp(address.parse().unwrap());
        let client = proxies.client(&at("10.0.0.1:5"), &fields);
        assert_eq!(client, told("192.0.2.1"));
        assert_eq!(proxies.client(&at("192.0.2.9:5"), &fields), None);
        assert_eq!(proxies.client(&Peer::Unix, &fields), None);
        let proxies = Proxies::new(&settings(ClientField::Forwarded)).unwrap();
        assert_eq!(proxies.client(&at("10.0.0.1:5"), &fields), told("6.6.6.6"));
        assert!(Proxies::new(&ProxySettings::default()).is_none());
    }
}
