//! Who may come in, and how it is known who comes.

use std::path::PathBuf;
use std::time::Duration;

use super::networks::Network;
use super::pattern::Pattern;
use super::quantity::{Unit, Unreadable};
use super::{ConfigError, Fault, bad_choice};
use crate::exchange::Origin;
use crate::i18n::shown;

/// Bytes of a realm. Reason: it is a name, and stands in a field of an answer. Above: an error.
pub const REALM_BYTES_MAX: usize = 128;

/// Who may come in: the first entry that means a path decides. A path that none means is for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessSettings {
    /// In the order they are asked.
    pub entries: Vec<AccessEntry>,
}

/// Who may come in where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessEntry {
    /// Which paths; `None`: all.
    pub path: Option<Pattern>,
    /// The file of those who have a password.
    pub users: Option<PathBuf>,
    /// What a password is asked for.
    pub realm: Realm,
    /// Those who alone may come; empty: everybody.
    pub allow: Vec<Network>,
    /// Those who may not, whoever allows them.
    pub deny: Vec<Network>,
    /// Whether a client has to have a certificate.
    pub needs_certificate: bool,
    /// What a client with a certificate may be called; empty: anything.
    pub client_names: Vec<Box<str>>,
    /// Files of keys, one of which a link has to be signed with; empty: links need no signature.
    pub link_keys: Vec<PathBuf>,
    /// Where it stands in a file, if it stands in one.
    pub origin: Option<Origin>,
}

/// Names of clients in one entry. Reason: each is compared with those of whoever comes; a team of more
/// has an authority of its own. Above: an error.
pub const CLIENT_NAMES_MAX: usize = 1024;

impl AccessSettings {
    /// Whether some path asks for a certificate.
    pub fn asks_for_certificates(&self) -> bool {
        self.entries.iter().any(|entry| entry.needs_certificate)
    }

    /// What is said here counts for every path: it takes the place of the same in each entry, and stands
    /// for the paths that none means.
    pub fn restrict(&mut self, by: &AccessEntry) {
        if self.entries.iter().all(|entry| entry.path.is_some()) {
            self.entries.push(AccessEntry::default());
        }
        for entry in &mut self.entries {
            if by.users.is_some() {
                entry.users.clone_from(&by.users);
            }
            for (lists, by) in [(&mut entry.allow, &by.allow), (&mut entry.deny, &by.deny)] {
                if !by.is_empty() {
                    lists.clone_from(by);
                }
            }
            if !by.link_keys.is_empty() {
                entry.link_keys.clone_from(&by.link_keys);
            }
        }
    }
}

impl AccessEntry {
    /// Whether everybody may come in.
    pub fn is_open(&self) -> bool {
        self.users.is_none()
            && self.allow.is_empty()
            && self.deny.is_empty()
            && self.link_keys.is_empty()
            && !self.needs_certificate
    }
}

/// What a password is asked for, as browsers show it (RFC 9110 §11.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm(String);

impl Default for Realm {
    fn default() -> Self {
        Self("hello".to_owned())
    }
}

impl Realm {
    /// Reads letters, digits and signs of ASCII: of others nobody knows what a browser makes.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        let is_good = (1..=REALM_BYTES_MAX).contains(&value.len())
            && value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_good {
            return Ok(Self(value.to_owned()));
        }
        Err(ConfigError {
            option: "realm",
            value: shown(value),
            fault: Fault::BadRealm,
        })
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How it is known who comes, where others pass requests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// Those whose word about their clients is taken.
    pub trusted: Vec<Network>,
    /// Where they say it.
    pub client_field: ClientField,
    /// Whether connections begin with a header of the PROXY protocol.
    pub speaks_proxy_protocol: bool,
}

/// The field in which a proxy tells whose request it passes on. One of them: a proxy that writes one
/// passes the other on as it came, and whatever the client wrote there would count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientField {
    /// `X-Forwarded-For`, which nearly all of them write.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ClientField {
    /// The words [`ClientField::read`] understands.
    pub const CHOICES: &'static str = "x-forwarded-for, forwarded";

    /// Reads the name of a field.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(bad_choice("client-field", value, Self::CHOICES)),
        }
    }
}

/// How long a link is good unless something else is said. Reason: as long as somebody is likely to wait
/// for somebody else to open it.
pub const LINK_TIME: Duration = Duration::from_hours(1);
/// How long a link may be good at most. Reason: beyond ten years a key will have been changed.
const LINK_TIME_MAX: Duration = Duration::from_hours(10 * 365 * 24);

/// Reads for how long a link is good: `30m`, `7d`.
pub fn link_time(value: &str) -> Result<Duration, ConfigError> {
    time_for(value, LINK_TIME_MAX)
}

/// Reads what stands behind `--for`: from a second on.
pub(super) fn time_for(value: &str, most: Duration) -> Result<Duration, ConfigError> {
    let error = |fault| ConfigError {
        option: "for",
        value: shown(value),
        fault,
    };
    let unit = Unit::Duration;
    let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    let bounds = || (unit.write(1000), unit.write(most));
    match unit.read(value) {
        Ok(amount) if amount < 1000 => {
            let (least, most) = bounds();
            Err(error(Fault::TooSmall { least, most }))
        }
        Ok(amount) if amount > most => {
            let (least, most) = bounds();
            Err(error(Fault::TooLarge { least, most }))
        }
        Ok(amount) => Ok(Duration::from_millis(amount)),
        Err(Unreadable::DurationWithoutUnit) => Err(error(Fault::DurationWithoutUnit)),
        Err(_) => Err(error(Fault::BadDuration)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_is_what_every_browser_shows_alike() {
        for good in ["hello", "Staff only", "a\"b\\c", "~"] {
            assert_eq!(Realm::read(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(REALM_BYTES_MAX + 1);
        for bad in ["", "сотрудники", "a\nb", "\u{7f}", &long] {
            assert_eq!(
                Realm::read(bad).unwrap_err().fault,
                Fault::BadRealm,
                "{bad}"
            );
        }
    }

    #[test]
    fn a_link_is_good_for_a_second_to_ten_years() {
        assert_eq!(link_time("7d").unwrap(), Duration::from_hours(7 * 24));
        for (value, code) in [
            ("999ms", "too-small"),
            ("3651d", "too-large"),
            ("60", "duration-without-unit"),
            ("soon", "bad-duration"),
        ] {
            assert_eq!(link_time(value).unwrap_err().code(), code, "{value}");
        }
    }

    #[test]
    fn the_choices_are_the_words_that_are_understood() {
        for word in ClientField::CHOICES.split(", ") {
            assert!(ClientField::read(word).is_ok(), "{word}");
        }
        assert!(ClientField::read("X-Forwarded-For").is_ok());
        assert!(ClientField::read("x-real-ip").is_err());
    }
}
