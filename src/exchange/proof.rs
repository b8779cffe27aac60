//! What a client has proved of itself with a certificate, when its connection was made.

use std::path::PathBuf;
use std::sync::Arc;

/// What was proved on a connection, and to whom.
///
/// A certificate counts where it was asked for on behalf of the site that is asked: another site may
/// believe other authorities, and settings that were read since may believe none of them any more.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The files of the authorities whose certificates were asked for; `None`: of whichever are
    /// wanted, where nobody connects.
    authorities: Option<Arc<[PathBuf]>>,
    /// Who the client is; `None`: it showed no certificate.
    client: Option<ClientNames>,
}

/// What a client is called by its certificate, which somebody vouches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientNames {
    /// Names that are compared letter by letter: the common name, mail addresses, URIs.
    pub exact: Vec<Box<str>>,
    /// Names of hosts, for which capitals count for nothing.
    pub hosts: Vec<Box<str>>,
}

impl Proof {
    /// That of a connection on which certificates of these authorities were asked for.
    pub fn new(authorities: Arc<[PathBuf]>, client: Option<ClientNames>) -> Self {
        Self {
            authorities: Some(authorities),
            client,
        }
    }

    /// That of a client that nobody has met: with a certificate for this name, or with none.
    pub fn imagined(name: Option<&str>) -> Self {
        let client = name.map(|name| ClientNames {
            exact: vec![name.into()],
            hosts: vec![name.into()],
        });
        Self {
            authorities: None,
            client,
        }
    }

    /// Whether certificates of these authorities, and of no others, were asked for.
    pub fn was_asked_for(&self, authorities: &[PathBuf]) -> bool {
        { self.authorities.as_deref() }.is_none_or(|asked| asked == authorities)
    }

    /// Who the client is, if it has shown that.
    pub fn client(&self) -> Option<&ClientNames> {
        self.client.as_ref()
    }
}

impl ClientNames {
    /// Whether it is called like one of these.
    pub fn are_among(&self, names: &[Box<str>]) -> bool {
        names.iter().any(|name| {
            self.exact.contains(name) || self.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_whole_and_capitals_count_but_for_hosts() {
        let names = ClientNames {
            exact: vec!["Anna".into(), "anna@team.test".into()],
            hosts: vec!["Anna.Team.test".into()],
        };
        for (name, expected) in [
            ("Anna", true),
            ("anna@team.test", true),
            ("anna.team.test", true),
            ("anna", false),
            ("Ann", false),
            ("Anna@team.test", false),
            ("*.team.test", false),
            ("", false),
        ] {
            assert_eq!(names.are_among(&[name.into()]), expected, "{name}");
        }
        assert!(!names.are_among(&[]));
    }
}
