//! What a request is about: the four forms of a target, and authorities.
//!
//! Law: a target is checked, cut into its parts and otherwise left alone. It is
//! decoded exactly once, and not here.

use crate::fields::Span;
use crate::refusal::Refusal;
use http::Method;
use std::net::Ipv6Addr;

/// The form of a request target. RFC 9112 §3.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TargetForm {
    /// `/path?query`: what browsers send.
    #[default]
    Origin,
    /// `http://host/path?query`: what clients send to proxies.
    Absolute,
    /// `host:port`: for CONNECT alone.
    Authority,
    /// `*`: for OPTIONS alone.
    Asterisk,
}

/// A target cut into its parts, as spans of the target itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) form: TargetForm,
    /// Empty where an absolute target has no path.
    pub(crate) path: Span,
    pub(crate) query: Option<Span>,
    pub(crate) authority: Option<Span>,
    /// The port that the scheme implies; 0 without a scheme.
    pub(crate) default_port: u16,
}

/// A host and perhaps a port. RFC 9110 §4.2, RFC 3986 §3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Authority<'a> {
    host: &'a [u8],
    port: Option<u16>,
}

/// Longest host, in bytes: no longer name exists (RFC 1035 §2.3.4), and no
/// bracketed address comes near. Beyond: 400.
const HOST_BYTES_MAX: usize = 255;

/// Cuts a target into its parts.
///
/// # Refuses
/// Bytes that are in no URI, forms that do not go with the method, user names.
///
/// # Spec
/// RFC 9112 §3.2, RFC 3986 §3.
pub(crate) fn parse(method: &Method, target: &[u8]) -> Result<Target, Refusal> {
    if *method == Method::CONNECT {
        return connect(target);
    }
    match target {
        [b'/', ..] => path_and_query(target, 0),
        b"*" if *method == Method::OPTIONS => {
            let path = Span::new(0, 1);
            Ok(Target {
                form: TargetForm::Asterisk,
                path,
                ..Target::default()
            })
        }
        b"*" => Err(Refusal::AsteriskWithoutOptions),
        _ => absolute(target),
    }
}

impl<'a> Authority<'a> {
    /// Reads `host[:port]`. The caller has refused the empty one, by its name.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::host_and_port(bytes).map_err(|refusal| {
            if bytes.contains(&b'@') {
                Refusal::Userinfo
            } else {
                refusal
            }
        })
    }

    fn host_and_port(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let (host, rest) = match bytes {
            [b'[', ..] => address(bytes)?,
            _ => name(bytes)?,
        };
        let port = match rest {
            // RFC 3986 §3.2.3 allows a colon without a port.
            [] | [b':'] => None,
            [b':', digits @ ..] => Some(port(digits)?),
            _ => return Err(Refusal::MalformedHost),
        };
        Ok(Self { host, port })
    }

    /// Whether both name the same host and port, if none means `default_port`.
    pub(crate) fn same(self, other: Self, default_port: u16) -> bool {
        self.host.eq_ignore_ascii_case(other.host)
            && self.port.unwrap_or(default_port) == other.port.unwrap_or(default_port)
    }
}

/// The authority-form. RFC 9112 §3.2.3.
fn connect(target: &[u8]) -> Result<Target, Refusal> {
    let authority = Authority::parse(target).map_err(|refusal| match refusal {
        Refusal::MalformedHost => Refusal::ConnectWithoutAuthority,
        other => other,
    })?;
    if authority.port.is_none() {
        return Err(Refusal::ConnectWithoutAuthority);
    }
    let span = Some(Span::new(0, target.len()));
    Ok(Target {
        form: TargetForm::Authority,
        authority: span,
        ..Target::default()
    })
}

/// The absolute-form. RFC 9112 §3.2.2.
fn absolute(target: &[u8]) -> Result<Target, Refusal> {
    let scheme_end = target
        .iter()
        .position(|&byte| !is_scheme(byte))
        .unwrap_or(target.len());
    let (scheme, rest) = target.split_at(scheme_end);
    if !rest.starts_with(b"://") || !scheme.first().is_some_and(u8::is_ascii_alphabetic) {
        return Err(wrong_byte(target).unwrap_or(Refusal::MalformedTarget));
    }
    let default_port = if scheme.eq_ignore_ascii_case(b"http") {
        80
    } else if scheme.eq_ignore_ascii_case(b"https") {
        443
    } else {
        return Err(Refusal::UnknownScheme);
    };
    let start = scheme_end + "://".len();
    let ends = |&byte: &u8| matches!(byte, b'/' | b'?' | b'#');
    let end = target[start..]
        .iter()
        .position(ends)
        .map_or(target.len(), |at| start + at);
    if start == end {
        // RFC 9110 §4.2.1: an empty host is invalid in an http URI.
        return Err(Refusal::MalformedHost);
    }
    Authority::parse(&target[start..end])?;
    let authority = Some(Span::new(start, end));
    let parts = path_and_query(target, end)?;
    Ok(Target {
        form: TargetForm::Absolute,
        authority,
        default_port,
        ..parts
    })
}

/// Checks path and query from `start` on, and finds where they part.
fn path_and_query(target: &[u8], start: usize) -> Result<Target, Refusal> {
    let path_end = stretch(target, start, PATH)?;
    let query = match target.get(path_end) {
        None => None,
        Some(b'?') => {
            let end = stretch(target, path_end + 1, QUERY)?;
            match target.get(end) {
                None => Some(Span::new(path_end + 1, end)),
                Some(&byte) => return Err(name_byte(byte)),
            }
        }
        Some(&byte) => return Err(name_byte(byte)),
    };
    let path = Span::new(start, path_end);
    Ok(Target {
        form: TargetForm::Origin,
        path,
        query,
        ..Target::default()
    })
}

/// Where the stretch of bytes of this class ends; escapes belong to both classes.
fn stretch(target: &[u8], start: usize, class: u8) -> Result<usize, Refusal> {
    let ends = |&byte: &u8| CLASSES[usize::from(byte)] & class == 0;
    let mut rest = &target[start..];
    loop {
        let Some(at) = rest.iter().position(ends) else {
            return Ok(target.len());
        };
        rest = match &rest[at..] {
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [b'%', ..] => return Err(Refusal::BadEscape),
            rest => return Ok(target.len() - rest.len()),
        };
    }
}

/// The first byte that no form of target can have, by its name.
fn wrong_byte(target: &[u8]) -> Option<Refusal> {
    let allowed = |byte: u8| CLASSES[usize::from(byte)] != 0 || byte == b'%';
    target
        .iter()
        .copied()
        .find(|&byte| !allowed(byte))
        .map(name_byte)
}

/// Why this byte has no place in a target.
fn name_byte(byte: u8) -> Refusal {
    match byte {
        b'#' => Refusal::FragmentInTarget,
        0..0x20 | 0x7f => Refusal::ControlInTarget,
        0x80.. => Refusal::NonAsciiTarget,
        _ => Refusal::MalformedTarget,
    }
}

/// A bracketed address, and what follows it. RFC 3986 §3.2.2.
///
/// Addresses of a future version and zone identifiers are deliberately
/// refused: nobody can reach us under one.
fn address(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let end = bytes
        .iter()
        .position(|&byte| byte == b']')
        .ok_or(Refusal::MalformedHost)?;
    let text = std::str::from_utf8(&bytes[1..end]).map_err(|_| Refusal::MalformedHost)?;
    text.parse::<Ipv6Addr>()
        .map_err(|_| Refusal::MalformedHost)?;
    Ok(bytes.split_at(end + 1))
}

/// A registered name or an IPv4 address, and what follows it.
///
/// RFC 3986 §3.2.2 would allow escapes and sub-delimiters. They are deliberately
/// refused, as are empty labels: no name that resolves has them, and a name may
/// become part of a path (`..`) or of a list (`a,b`).
fn name(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let ends = |&byte: &u8| CLASSES[usize::from(byte)] & HOST == 0;
    let end = bytes.iter().position(ends).unwrap_or(bytes.len());
    let host = &bytes[..end];
    // An empty label: at the beginning, or between two dots.
    let has_empty_label = host.starts_with(b".") || host.windows(2).any(|two| two == b"..");
    if host.is_empty() || host.len() > HOST_BYTES_MAX || has_empty_label {
        return Err(Refusal::MalformedHost);
    }
    Ok(bytes.split_at(end))
}

/// A port in decimal digits.
fn port(digits: &[u8]) -> Result<u16, Refusal> {
    let mut port: u32 = 0;
    for byte in digits {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        port = port * 10 + digit;
        if digit > 9 || port > u32::from(u16::MAX) {
            return Err(Refusal::MalformedHost);
        }
    }
    u16::try_from(port).map_err(|_| Refusal::MalformedHost)
}

fn is_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

const PATH: u8 = 1;
const QUERY: u8 = 2;
const HOST: u8 = 4;

/// Which bytes stand for themselves in a path, in a query, and in a host's name. RFC 3986 §3.2.2,
/// §3.3, §3.4.
///
/// Beyond the RFC, deliberately: `[ ] ^ { | }` and the backtick, and in queries
/// the backslash, because browsers send them raw (WHATWG URL §1.3, §4.4) and
/// `?filter[name]=x` is everywhere. A backslash in a path stays out: elsewhere
/// it is read as a slash.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'?' | b'\\' => QUERY,
            b'!' | b'$' | b'&'..=b';' | b'=' | b'@'..=b'[' | b']'..=b'~' => PATH | QUERY,
            _ => 0,
        };
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            classes[byte as usize] |= HOST;
        }
        byte += 1;
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'a> = (TargetForm, &'a str, Option<&'a str>, &'a str);

    fn parts<'a>(method: &Method, target: &'a str) -> Result<Parts<'a>, Refusal> {
        let parsed = parse(method, target.as_bytes())?;
        let text = |span: Span| std::str::from_utf8(span.of_input(target.as_bytes())).unwrap();
        let authority = parsed.authority.map_or("", text);
        Ok((
            parsed.form,
            text(parsed.path),
            parsed.query.map(text),
            authority,
        ))
    }

    #[test]
    fn the_four_forms_are_cut_into_their_parts() {
        use TargetForm::{Absolute, Asterisk, Authority, Origin};
        let get = |target| parts(&Method::GET, target).unwrap();
        assert_eq!(get("/"), (Origin, "/", None, ""));
        assert_eq!(get("/a/b?c=d?e"), (Origin, "/a/b", Some("c=d?e"), ""));
        assert_eq!(get("//a?"), (Origin, "//a", Some(""), ""));
        assert_eq!(get("http://a"), (Absolute, "", None, "a"));
        assert_eq!(get("HTTPS://a:1?q"), (Absolute, "", Some("q"), "a:1"));
        assert_eq!(get("http://[::1]:80/x"), (Absolute, "/x", None, "[::1]:80"));
        assert_eq!(parts(&Method::OPTIONS, "*"), Ok((Asterisk, "*", None, "")));
        assert_eq!(
            parts(&Method::CONNECT, "a:443"),
            Ok((Authority, "", None, "a:443"))
        );
    }

    #[test]
    fn what_browsers_send_raw_is_taken() {
        for target in [
            "/a[1]",
            "/?f[a]=1",
            "/?{}|^`",
            "/?a\\b",
            "/%00%fF",
            "/~a;b=c,d:@!$&'()*+",
        ] {
            assert!(parse(&Method::GET, target.as_bytes()).is_ok(), "{target}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_target_has_a_name() {
        let table: [(&[u8], Refusal); 22] = [
            (b"a", Refusal::MalformedTarget),
            (b"a:80", Refusal::MalformedTarget),
            (b"?q", Refusal::MalformedTarget),
            (b"**", Refusal::MalformedTarget),
            (b"/a\"b", Refusal::MalformedTarget),
            (b"/a\\b", Refusal::MalformedTarget),
            (b"/a<b>", Refusal::MalformedTarget),
            (b"*", Refusal::AsteriskWithoutOptions),
            (b"/a#b", Refusal::FragmentInTarget),
            (b"http://a#b", Refusal::FragmentInTarget),
            (b"/?a#b", Refusal::FragmentInTarget),
            (b"/\0", Refusal::ControlInTarget),
            (b"/\x7f", Refusal::ControlInTarget),
            (b"/\xc3\xa9", Refusal::NonAsciiTarget),
            (b"\xc3\xa9", Refusal::NonAsciiTarget),
            (b"/%", Refusal::BadEscape),
            (b"/%4", Refusal::BadEscape),
            (b"/?%4g", Refusal::BadEscape),
            (b"ftp://a/", Refusal::UnknownScheme),
            (b"http:///", Refusal::MalformedHost),
            (b"http://a b/", Refusal::MalformedHost),
            (b"http://u@a/", Refusal::Userinfo),
        ];
        for (target, refusal) in table {
            let found = parse(&Method::GET, target).map(|_| ());
            assert_eq!(found, Err(refusal), "{}", target.escape_ascii());
        }
        for target in ["a", "a:", "/", "http://a", "a:x", "a:66000", ":1"] {
            let found = parse(&Method::CONNECT, target.as_bytes()).map(|_| ());
            assert_eq!(found, Err(Refusal::ConnectWithoutAuthority), "{target}");
        }
    }

    #[test]
    fn authorities_are_compared_without_case_and_default_port() {
        let same = |a: &'static str, b: &'static str, port| {
            let parse = |text: &'static str| Authority::parse(text.as_bytes()).unwrap();
            parse(a).same(parse(b), port)
        };
        assert!(same("Example.COM", "example.com:80", 80));
        assert!(same("a:", "a", 80));
        assert!(same("[::1]:443", "[::1]", 443));
        assert!(!same("a", "a:443", 80));
        assert!(!same("a", "b", 80));
    }

    #[test]
    fn hosts_that_name_nothing_are_refused() {
        for host in [
            "a b", "a,b", "a/b", "..", ".a", "a..b", "%61", "[::1", "[a]", "[v1.a]", "a:-1", "::1",
        ] {
            assert_eq!(
                Authority::parse(host.as_bytes()),
                Err(Refusal::MalformedHost),
                "{host}"
            );
        }
        for host in [
            "a",
            "a.",
            "a_b.c-d",
            "127.0.0.1:7878",
            "[::ffff:1.2.3.4]",
            "a:00080",
        ] {
            assert!(Authority::parse(host.as_bytes()).is_ok(), "{host}");
        }
        assert!(Authority::parse(&[b'a'; 256]).is_err());
    }
}
