//! Where to listen: the forms of an address.
//!
//! Law: a form that does not name a network means this machine alone. `8080` and `:8080` are
//! 127.0.0.1, deliberately unlike servers where they mean every network.

use std::ffi::OsStr;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Fault};
use crate::i18n::shown;

/// The port when none is given: the one of the program this one grew from.
pub const DEFAULT_PORT: u16 = 7878;

/// The port of those who watch (`--metrics`) when none is given: the one of the manual's examples.
pub const METRICS_PORT: u16 = 9180;

/// Longest path of a Unix socket, bytes. Reason: `sockaddr_un` holds 108 with the closing zero.
pub(super) const SOCKET_PATH_BYTES_MAX: usize = 107;

/// Longest host name, bytes (RFC 1035 §2.3.4).
const NAME_BYTES_MAX: usize = 253;

/// A place to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// An address and port; port 0 is one that the system chooses.
    Tcp(SocketAddr),
    /// 127.0.0.1 and `[::1]`, on the same port.
    Localhost(u16),
    /// Every network, IPv4 and IPv6, on the same port (`--share`).
    EveryNetwork(u16),
    /// A name that the server resolves when it starts.
    Name {
        /// The name.
        host: String,
        /// The port.
        port: u16,
    },
    /// A Unix socket.
    Unix(PathBuf),
}

impl Default for ListenAddress {
    fn default() -> Self {
        Self::Tcp(loopback(DEFAULT_PORT))
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Localhost(port) => write!(f, "localhost:{port}"),
            Self::EveryNetwork(port) => write!(f, "0.0.0.0:{port}, [::]:{port}"),
            Self::Name { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl ListenAddress {
    /// Reads one address: `127.0.0.1:8080`, `[::1]:8080`, `8080`, `:8080`, `localhost`,
    /// `localhost:8080`, `example.lan:8080`, `unix:/run/hello.sock`.
    ///
    /// Without a port it is [`DEFAULT_PORT`], or [`METRICS_PORT`] of those who watch.
    pub fn read(option: &'static str, given: &OsStr) -> Result<Self, ConfigError> {
        let value = given.to_string_lossy();
        let read = match given.as_bytes().strip_prefix(b"unix:") {
            Some(path) => read_unix(OsStr::from_bytes(path)),
            None => read_network(&value, usual_port(option)),
        };
        read.map_err(|fault| error(option, &value, fault))
    }

    /// The port, where a word names one and no address: `8080`, `:8080`.
    pub fn bare_port(given: &OsStr) -> Option<u16> {
        let text = given.to_str()?;
        read_port(text.strip_prefix(':').unwrap_or(text)).ok()
    }

    /// Reads all of them.
    ///
    /// Refuses two that are certain to collide. `0.0.0.0:80` beside `127.0.0.1:80` depends on
    /// the system, which is asked when the server starts.
    pub fn read_all<'a>(
        option: &'static str,
        given: impl Iterator<Item = &'a OsStr>,
    ) -> Result<Vec<Self>, ConfigError> {
        let mut addresses: Vec<Self> = Vec::new();
        for text in given {
            Self::add(&mut addresses, option, text, Path::new(""))?;
        }
        Ok(addresses)
    }

    /// Reads one more of several; the path of a socket begins at `folder`.
    pub(crate) fn add(
        addresses: &mut Vec<Self>,
        option: &'static str,
        text: &OsStr,
        folder: &Path,
    ) -> Result<(), ConfigError> {
        let address = match Self::read(option, text)? {
            Self::Unix(path) => Self::Unix(folder.join(path)),
            address => address,
        };
        if addresses.iter().any(|earlier| earlier.collides(&address)) {
            return Err(error(option, &text.to_string_lossy(), Fault::ListenTwice));
        }
        addresses.push(address);
        Ok(())
    }

    /// How `--listen` would have it, if a word that stands for something else is a place to listen:
    /// `8080`, `http://localhost:8080/`, `[::1]:8080`, `unix:/run/hello.sock`; no name alone.
    pub fn meant_by(text: &str) -> Option<String> {
        if let Some(authority) = authority_of_url(text) {
            return Some(authority);
        }
        let is_port = text.bytes().all(|byte| byte.is_ascii_digit());
        let is_meant =
            (is_port || text.contains(':')) && Self::read("listen", OsStr::new(text)).is_ok();
        is_meant.then(|| shown(text))
    }

    /// Whether both are certain to mean the same place.
    pub(super) fn collides(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unix(a), Self::Unix(b)) => a == b,
            (Self::Name { host: a, port: p }, Self::Name { host: b, port: q }) => {
                p == q && *p != 0 && a.eq_ignore_ascii_case(b)
            }
            _ => self
                .sockets()
                .any(|a| a.port() != 0 && other.sockets().any(|b| a == b)),
        }
    }

    /// The addresses that are known without asking anybody.
    fn sockets(&self) -> impl Iterator<Item = SocketAddr> {
        let known = match self {
            Self::Tcp(address) => [Some(*address), None],
            Self::Localhost(port) => [
                Some(loopback(*port)),
                Some((Ipv6Addr::LOCALHOST, *port).into()),
            ],
            Self::EveryNetwork(port) => [
                Some((Ipv4Addr::UNSPECIFIED, *port).into()),
                Some((Ipv6Addr::UNSPECIFIED, *port).into()),
            ],
            Self::Name { .. } | Self::Unix(_) => [None, None],
        };
        known.into_iter().flatten()
    }

    /// Whether nobody but this machine is reached: loopback, or a Unix socket. A name may lead anywhere.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Localhost(_) | Self::Unix(_) => true,
            Self::EveryNetwork(_) | Self::Name { .. } => false,
        }
    }

    /// Whether the system chooses the port.
    pub fn leaves_port_to_system(&self) -> bool {
        match self {
            Self::Tcp(address) => address.port() == 0,
            Self::Localhost(port) | Self::EveryNetwork(port) | Self::Name { port, .. } => {
                *port == 0
            }
            Self::Unix(_) => false,
        }
    }
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn error(option: &'static str, value: &str, fault: Fault) -> ConfigError {
    ConfigError {
        option,
        value: shown(value),
        fault,
    }
}

fn read_unix(path: &OsStr) -> Result<ListenAddress, Fault> {
    match path.len() {
        0 => Err(Fault::BadAddress),
        bytes if bytes > SOCKET_PATH_BYTES_MAX => Err(Fault::SocketPathTooLong {
            bytes,
            most: SOCKET_PATH_BYTES_MAX,
        }),
        _ => Ok(ListenAddress::Unix(PathBuf::from(path))),
    }
}

/// The port of an address that is given without one.
fn usual_port(option: &str) -> u16 {
    match option {
        "metrics" => METRICS_PORT,
        _ => DEFAULT_PORT,
    }
}

fn read_network(text: &str, usual_port: u16) -> Result<ListenAddress, Fault> {
    if let Some(address) = authority_of_url(text) {
        return Err(Fault::UrlAsAddress { address });
    }
    if text.is_empty() || text == ":" {
        return Err(Fault::BadAddress);
    }
    if text.starts_with(['/', '.', '~']) {
        return Err(Fault::PathAsAddress);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(ListenAddress::Tcp(address));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err(Fault::Ipv6WithoutBrackets);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(ListenAddress::Tcp(loopback(read_port(text)?)));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !text.ends_with(']') => (host, read_port(port)?),
        _ => (text, usual_port),
    };
    if host.is_empty() {
        return Ok(ListenAddress::Tcp(loopback(port)));
    }
    read_host(host, port)
}

fn read_host(host: &str, port: u16) -> Result<ListenAddress, Fault> {
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(ListenAddress::Localhost(port));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Ok(ListenAddress::Tcp((address, port).into()));
    }
    let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    if let Some(address) = bracketed.and_then(|h| h.parse::<Ipv6Addr>().ok()) {
        return Ok(ListenAddress::Tcp((address, port).into()));
    }
    if host.contains(':') && !host.contains(['[', ']']) {
        return Err(Fault::Ipv6WithoutBrackets);
    }
    if !may_be_a_name(host) {
        return Err(Fault::BadAddress);
    }
    let host = host.to_owned();
    Ok(ListenAddress::Name { host, port })
}

fn read_port(text: &str) -> Result<u16, Fault> {
    if text.is_empty() {
        return Err(Fault::MissingPort);
    }
    let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if digits_only => Ok(port),
        _ => Err(Fault::BadPort { port: shown(text) }),
    }
}

/// Host and port of a URL, if that is what the text is.
fn authority_of_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    (!authority.is_empty()).then(|| shown(authority))
}

/// Letters, digits, hyphens, underscores and dots; and not a mistyped IPv4 address, whose last
/// part would be digits (no top-level domain is).
fn may_be_a_name(host: &str) -> bool {
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    let last_is_number = labels
        .clone()
        .next_back()
        .is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    host.len() <= NAME_BYTES_MAX && !last_is_number && labels.into_iter().all(may_be_a_label)
}

fn may_be_a_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ListenAddress, Fault> {
        ListenAddress::read("listen", OsStr::new(text)).map_err(|error| error.fault)
    }

    fn name(host: &str, port: u16) -> ListenAddress {
        let host = host.to_owned();
        ListenAddress::Name { host, port }
    }

    #[test]
    fn a_port_alone_is_told_from_an_address() {
        let port = |text: &str| ListenAddress::bare_port(OsStr::new(text));
        assert_eq!(
            [port("8602"), port(":8602"), port("0")],
            [Some(8602), Some(8602), Some(0)]
        );
        for text in [
            "0.0.0.0:8602",
            "localhost:8602",
            "localhost",
            "70000",
            "+80",
            ":",
            "",
        ] {
            assert_eq!(port(text), None, "{text}");
        }
    }

    #[test]
    fn those_who_watch_have_a_port_of_their_own() {
        let read = |option, text: &str| ListenAddress::read(option, OsStr::new(text)).unwrap();
        assert_eq!(read("metrics", "localhost"), ListenAddress::Localhost(9180));
        assert_eq!(read("metrics", "localhost:1"), ListenAddress::Localhost(1));
        assert_eq!(read("listen", "localhost"), ListenAddress::Localhost(7878));
    }

    #[test]
    fn every_form_of_an_address_is_understood() {
        let tcp = |text: &str| ListenAddress::Tcp(text.parse().unwrap());
        for (text, address) in [
            ("127.0.0.1:8080", tcp("127.0.0.1:8080")),
            ("127.0.0.1:0", tcp("127.0.0.1:0")),
            ("127.0.0.1", tcp("127.0.0.1:7878")),
            ("0.0.0.0:80", tcp("0.0.0.0:80")),
            ("[::1]:8080", tcp("[::1]:8080")),
            ("[::1]", tcp("[::1]:7878")),
            ("[::]:80", tcp("[::]:80")),
            ("[fe80::1%2]:80", tcp("[fe80::1%2]:80")),
            ("8080", tcp("127.0.0.1:8080")),
            (":8080", tcp("127.0.0.1:8080")),
            ("0", tcp("127.0.0.1:0")),
            ("localhost", ListenAddress::Localhost(7878)),
            ("localhost:8080", ListenAddress::Localhost(8080)),
            ("LocalHost:0", ListenAddress::Localhost(0)),
            ("example.lan:8080", name("example.lan", 8080)),
            ("example.lan", name("example.lan", 7878)),
            ("my_box", name("my_box", 7878)),
            (
                "unix:/run/hello.sock",
                ListenAddress::Unix("/run/hello.sock".into()),
            ),
            ("unix:hello.sock", ListenAddress::Unix("hello.sock".into())),
        ] {
            assert_eq!(read(text), Ok(address), "{text}");
        }
    }

    #[test]
    fn an_address_is_shown_as_it_may_be_typed() {
        for text in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost:8080",
            "example.lan:80",
            "unix:/run/hello.sock",
        ] {
            assert_eq!(read(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        let bad_port = |port: &str| Fault::BadPort {
            port: port.to_owned(),
        };
        let url = |address: &str| Fault::UrlAsAddress {
            address: address.to_owned(),
        };
        for (text, fault) in [
            ("", Fault::BadAddress),
            (" ", Fault::BadAddress),
            ("unix:", Fault::BadAddress),
            ("http:///a", bad_port("///a")),
            ("*:80", Fault::BadAddress),
            ("127.0.0.300:80", Fault::BadAddress),
            ("127.0.0:80", Fault::BadAddress),
            ("1.2.3.4.5", Fault::BadAddress),
            ("two words:80", Fault::BadAddress),
            ("a..b:80", Fault::BadAddress),
            ("-a:80", Fault::BadAddress),
            ("[::1:80", Fault::BadAddress),
            ("[::g]:80", Fault::BadAddress),
            ("127.0.0.1:80/dir", bad_port("80/dir")),
            ("127.0.0.1:", Fault::MissingPort),
            ("127.0.0.1:65536", bad_port("65536")),
            ("127.0.0.1:-1", bad_port("-1")),
            ("127.0.0.1:+1", bad_port("+1")),
            ("localhost:http", bad_port("http")),
            ("65536", bad_port("65536")),
            (":", Fault::BadAddress),
            ("::1", Fault::Ipv6WithoutBrackets),
            ("::", Fault::Ipv6WithoutBrackets),
            ("::1:8080", Fault::Ipv6WithoutBrackets),
            ("fe80::1:8:80", Fault::Ipv6WithoutBrackets),
            ("http://localhost:8080/a", url("localhost:8080")),
            ("https://example.lan", url("example.lan")),
            ("/run/hello.sock", Fault::PathAsAddress),
            ("./hello.sock", Fault::PathAsAddress),
            ("~/hello.sock", Fault::PathAsAddress),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
        assert_eq!(
            read(&format!("{}:80", "a.".repeat(200))),
            Err(Fault::BadAddress)
        );
    }

    #[test]
    fn a_place_to_listen_is_known_where_none_is_expected() {
        for (text, meant) in [
            ("8080", Some("8080")),
            (":8080", Some(":8080")),
            ("localhost:8080", Some("localhost:8080")),
            ("[::1]:8080", Some("[::1]:8080")),
            ("unix:/run/hello.sock", Some("unix:/run/hello.sock")),
            ("http://localhost:8080/a?b", Some("localhost:8080")),
            ("HTTP://localhost", Some("localhost")),
            ("", None),
            ("dist", None),
            ("localhost", None),
            ("127.0.0.1", None),
            ("65536", None),
            ("C:/dist", None),
        ] {
            assert_eq!(ListenAddress::meant_by(text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn a_socket_path_has_the_length_the_kernel_takes() {
        let path = |bytes: usize| format!("unix:{}", "s".repeat(bytes));
        assert!(read(&path(107)).is_ok());
        let fault = Fault::SocketPathTooLong {
            bytes: 108,
            most: 107,
        };
        assert_eq!(read(&path(108)), Err(fault));
    }

    #[test]
    fn a_socket_path_need_not_be_text() {
        let given = OsStr::from_bytes(b"unix:/run/\xff.sock");
        let path = PathBuf::from(OsStr::from_bytes(b"/run/\xff.sock"));
        assert_eq!(
            ListenAddress::read("listen", given),
            Ok(ListenAddress::Unix(path))
        );
    }

    #[test]
    fn an_address_that_is_given_twice_is_refused_before_the_system_does() {
        let all = |texts: &[&str]| {
            ListenAddress::read_all("listen", texts.iter().map(OsStr::new))
                .map_err(|error| error.value)
        };
        assert_eq!(all(&[]), Ok(Vec::new()));
        for texts in [
            ["8080", "8081"],
            ["127.0.0.1:0", "127.0.0.1:0"],
            ["127.0.0.1:80", "[::1]:80"],
            ["localhost:80", "localhost:81"],
            ["0.0.0.0:80", "127.0.0.1:80"],
            ["a.lan:80", "b.lan:80"],
            ["unix:a", "unix:b"],
        ] {
            assert_eq!(all(&texts).map(|all| all.len()), Ok(2), "{texts:?}");
        }
        for texts in [
            ["8080", "127.0.0.1:8080"],
            ["localhost:80", "127.0.0.1:80"],
            ["[::1]:80", "localhost:80"],
            ["a.lan:80", "A.lan:80"],
            ["unix:a", "unix:a"],
        ] {
            assert_eq!(all(&texts), Err(texts[1].to_owned()), "{texts:?}");
        }
    }
}
