//! One site: who asks for it, what it is made of.

use std::borrow::Cow;

use super::routing::{Origin, Routing};
use super::{AccessLog, AccessSettings, FileSettings, ListenAddress, Serve, SiteLimits, SiteTls};

/// Everything that concerns one site, and no other.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// The hosts it answers for; none: whoever asks for a name that no other site has.
    pub hosts: Vec<HostName>,
    /// Where it answers; nothing: where the server listens.
    pub listen: Vec<ListenAddress>,
    /// Who it is where what is said is private, unless it is who the server is.
    pub tls: SiteTls,
    /// What is served.
    pub serve: Serve,
    /// How files are served, and what that may cost.
    pub files: FileSettings,
    /// Whether what browsers ask every site for is answered where there is no such file.
    pub answer_probes: bool,
    /// Who may come in.
    pub access: AccessSettings,
    /// What one client may ask of it.
    pub limits: SiteLimits,
    /// What becomes of requests before a file is looked for, and of answers after.
    pub routing: Routing,
    /// Its own access logs; none: it is told of where all sites are that have none.
    pub logs: Vec<AccessLog>,
    /// Where it begins in a file, if it stands in one.
    pub origin: Option<Origin>,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            listen: Vec::new(),
            tls: SiteTls::default(),
            serve: Serve::BuiltIn,
            files: FileSettings::default(),
            answer_probes: false,
            access: AccessSettings::default(),
            limits: SiteLimits::default(),
            routing: Routing::default(),
            logs: Vec::new(),
            origin: None,
        }
    }
}

impl SiteSettings {
    /// What it is called in the journal, in metrics and in reports, if no other is called so
    /// ([`name_of`](super::Settings::name_of)): its first host, or where it answers for all. The same from one reading of the file to the next, so that what is known of a site stays
    /// with it.
    pub fn name(&self) -> Cow<'_, str> {
        match (self.hosts.first(), self.listen.first()) {
            // The same host, written with the dot of the root.
            (Some(host), _) if NAMES_OF_NO_HOST.contains(&host.as_str()) => {
                format!("{}.", host.as_str()).into()
            }
            (Some(host), _) => host.as_str().into(),
            (None, Some(address)) => address.to_string().into(),
            (None, None) => DEFAULT_NAME.into(),
        }
    }
}

/// What the site is called that answers for whoever is not named.
const DEFAULT_NAME: &str = "default";

/// What sites are called that are not named after a host: that one, and all together that are not counted
/// one by one.
const NAMES_OF_NO_HOST: [&str; 2] = [DEFAULT_NAME, "other"];

/// The name of a host, or of all hosts one label below: `example.com`, `*.example.com`. In small
/// letters, without a port and without the dot of the root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName(Box<str>);

/// Longest name of a host, bytes (RFC 1035 §2.3.4, as text).
const HOST_BYTES_MAX: usize = 253;
/// Longest label, bytes (RFC 1035 §2.3.4).
const LABEL_BYTES_MAX: usize = 63;

impl HostName {
    /// Reads a name, a number (`[::1]`, `10.0.0.1`) or a wildcard. `None`: it is none of them.
    ///
    /// A name in other than Latin letters is given as it travels (RFC 5891): `xn--e1afmkfd.example`.
    pub fn read(text: &str) -> Option<Self> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if let Some(number) = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let number: std::net::Ipv6Addr = number.parse().ok()?;
            return Some(Self(format!("[{number}]").into()));
        }
        let labels = name.strip_prefix("*.").unwrap_or(&name);
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label =
            |label: &str| (1..=LABEL_BYTES_MAX).contains(&label.len()) && label.bytes().all(is_fit);
        let is_name = name.len() <= HOST_BYTES_MAX && labels.split('.').all(is_label);
        is_name.then(|| Self(name.into()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `*.`, if it stands for all hosts one label below.
    pub fn parent(&self) -> Option<&str> {
        self.0.strip_prefix("*.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_host_is_taken_for_the_site_of_those_that_are_not_named() {
        let named = |host: &str| {
            let hosts = vec![HostName::read(host).unwrap()];
            let site = SiteSettings {
                hosts,
                ..SiteSettings::default()
            };
            site.name().into_owned()
        };
        assert_eq!(SiteSettings::default().name(), "default");
        assert_eq!(
            ["a.example", "default", "DEFAULT.", "other", "others"].map(named),
            ["a.example", "default.", "default.", "other.", "others"]
        );
    }

    #[test]
    fn names_are_read_as_they_are_asked_for() {
        for (text, expected) in [
            ("example.com", Some("example.com")),
            ("Example.COM.", Some("example.com")),
            ("*.example.com", Some("*.example.com")),
            ("localhost", Some("localhost")),
            ("10.0.0.1", Some("10.0.0.1")),
            ("[0::1]", Some("[::1]")),
            ("my_host", Some("my_host")),
            ("", None),
            ("*", None),
            ("a..b", None),
            ("a.*.b", None),
            ("example.com:80", None),
            ("http://example.com", None),
            ("пример.рф", None),
            ("a b", None),
        ] {
            let name = HostName::read(text);
            assert_eq!(name.as_ref().map(HostName::as_str), expected, "{text}");
        }
        let long = [
            "a".repeat(63),
            "b".repeat(63),
            "c".repeat(63),
            "d".repeat(61),
        ]
        .join(".");
        assert!(HostName::read(&long).is_some());
        assert!(HostName::read(&format!("{long}d")).is_none());
        assert!(HostName::read(&"a".repeat(64)).is_none());
    }
}
