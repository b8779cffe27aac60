//! Whose requests are traced, and who is told how long they took.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::access::time_for;
use super::networks::Network;
use super::pattern::{Pattern, canonical};
use super::{ConfigError, Fault, NETWORKS_MAX};
use crate::i18n::shown;

/// Which requests have their walk written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceSettings {
    /// Those that one of these means.
    pub wanted: Vec<Traced>,
    /// Clients who are told in the answer how long it took (`Server-Timing`).
    pub timing: Vec<Network>,
}

/// What is traced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traced {
    /// Requests for these paths.
    Path(Pattern),
    /// Requests of these clients.
    From(Network),
}

impl TraceSettings {
    /// Whether nothing is written down: then no request pays for it.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.timing.is_empty()
    }

    /// Takes one more: a pattern of paths, or addresses.
    pub fn add(&mut self, option: &'static str, text: &str) -> Result<(), ConfigError> {
        if self.wanted.len() == NETWORKS_MAX {
            return Err(ConfigError {
                option,
                value: shown(text),
                fault: Fault::TooManyNetworks { most: NETWORKS_MAX },
            });
        }
        self.wanted.push(Traced::read(option, text)?);
        Ok(())
    }
}

/// Longest time for which a running server is traced, if one is said. Reason: whoever waits for longer
/// writes it into the settings.
const TRACE_TIME_MAX: Duration = Duration::from_hours(24);

/// Reads for how long a running server is to be traced.
pub fn trace_time(value: &str) -> Result<Duration, ConfigError> {
    time_for(value, TRACE_TIME_MAX)
}

impl Traced {
    /// Reads `/api/*`, `*.css`, `192.0.2.0/24` or `unix`.
    pub fn read(option: &'static str, text: &str) -> Result<Self, ConfigError> {
        if text.starts_with('/') || text.contains('*') {
            let pattern = Pattern::read(text).map_err(|fault| ConfigError {
                option,
                value: shown(text),
                fault: Fault::Pattern(fault),
            })?;
            return Ok(Self::Path(pattern));
        }
        Network::read(option, text).map(Self::From)
    }

    /// Whether it means a request for this path, as it was sent, of this client.
    pub fn means(&self, path: &[u8], client: Option<IpAddr>, is_unix: bool) -> bool {
        match self {
            Self::Path(pattern) => pattern.catch(&canonical(path)).is_some(),
            Self::From(Network::Unix) => is_unix,
            Self::From(network) => client.is_some_and(|client| network.has(client)),
        }
    }
}

impl fmt::Display for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(pattern) => f.write_str(pattern.as_str()),
            Self::From(network) => network.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_from_an_address_by_how_it_begins() {
        let client = |text: &str| text.parse().ok();
        for (text, path, from, is_meant) in [
            ("/api/*", "/api/x", "", true),
            ("/api/*", "/%61pi/x", "", true),
            ("/api/*", "/", "", false),
            ("*.css", "/a/b.css", "", true),
            ("10.0.0.7", "/", "10.0.0.7", true),
            ("10.0.0.0/8", "/", "10.1.2.3", true),
            ("10.0.0.0/8", "/", "11.1.2.3", false),
            ("10.0.0.0/8", "/", "", false),
            ("unix", "/", "", true),
        ] {
            let traced = Traced::read("trace", text).unwrap();
            let is_unix = text == "unix";
            assert_eq!(
                traced.means(path.as_bytes(), client(from), is_unix),
                is_meant,
                "{text} {path} {from}"
            );
            assert_eq!(traced.to_string(), text);
        }
        assert_eq!(trace_time("1m").unwrap(), Duration::from_mins(1));
        for (value, code) in [("25h", "too-large"), ("9", "duration-without-unit")] {
            assert_eq!(trace_time(value).unwrap_err().code(), code, "{value}");
        }
        for wrong in ["api", "localhost", "10.0.0.7/8", "/a/{", ""] {
            assert!(Traced::read("trace", wrong).is_err(), "{wrong}");
        }
    }
}
