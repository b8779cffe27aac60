//! Sockets that a service manager has opened for us, and listens on while we start.
//!
//! They stand beside the addresses of the settings, in the place of the usual one. One that the
//! settings name, too, is not opened a second time; one of the name `redirect-http` tells the way to
//! https. They stay open whatever is read anew.

use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;

use listenfd::ListenFd;

use super::StartError;
use super::doors::Purpose;
use super::following::Found;
use super::reload::{Complaint, Source};
use crate::config::{ListFolders, ListenAddress, Settings, SiteSettings};
use crate::net::Listener;

/// The name of sockets that only tell the way.
const REDIRECT: &str = "redirect-http";

/// Sockets as they were handed over.
#[derive(Default)]
pub(super) struct Handed(Vec<Socket>);

struct Socket {
    address: ListenAddress,
    purpose: Purpose,
    kind: Kind,
}

enum Kind {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Handed {
    /// Takes them, by their names. To be called once, and before there are threads: the library takes
    /// what it has read out of the environment.
    pub(super) fn take(names: &[String]) -> Result<Self, StartError> {
        if names.is_empty() {
            return Ok(Self::default());
        }
        let mut descriptors = ListenFd::from_env();
        let sockets = names.iter().enumerate().map(|(place, name)| {
            let kind = socket_at(&mut descriptors, place).ok_or_else(|| StartError::Handed {
                name: name.clone(),
                number: place + 1,
            })?;
            Ok(Socket {
                address: kind.address(),
                purpose: if name == REDIRECT {
                    Purpose::Redirect
                } else {
                    Purpose::Sites
                },
                kind,
            })
        });
        sockets.collect::<Result<_, _>>().map(Self)
    }

    /// Their addresses, and what for.
    pub(super) fn addresses(&self) -> Vec<(ListenAddress, Purpose)> {
        let addresses = self.0.iter();
        addresses
            .map(|socket| (socket.address.clone(), socket.purpose))
            .collect()
    }

    /// The listener of an address, if it was handed over.
    pub(super) fn listener(
        &mut self,
        address: &ListenAddress,
    ) -> Option<Result<Listener, StartError>> {
        let place = { self.0.iter() }.position(|socket| socket.address == *address)?;
        let listener = match self.0.swap_remove(place).kind {
            Kind::Tcp(socket) => Listener::handed_tcp(socket),
            Kind::Unix(socket) => Listener::handed_unix(socket, path_of(address)),
        };
        Some(listener.map_err(StartError::Runtime))
    }
}

/// A socket that listens; `None` for anything else.
fn socket_at(descriptors: &mut ListenFd, place: usize) -> Option<Kind> {
    let listens = |socket: &dyn AsFd| {
        rustix::net::sockopt::socket_acceptconn(socket.as_fd()).unwrap_or(false)
    };
    if let Ok(Some(socket)) = descriptors.take_tcp_listener(place) {
        return listens(&socket).then_some(Kind::Tcp(socket));
    }
    let socket = descriptors.take_unix_listener(place).ok()??;
    listens(&socket).then_some(Kind::Unix(socket))
}

impl Kind {
    fn address(&self) -> ListenAddress {
        match self {
            Self::Tcp(socket) => match socket.local_addr() {
                Ok(address) => ListenAddress::Tcp(address),
                // A socket that listens has one.
                Err(_) => ListenAddress::Unix(PathBuf::new()),
            },
            Self::Unix(socket) => {
                let address = socket.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                ListenAddress::Unix(path.unwrap_or("@".as_ref()).to_owned())
            }
        }
    }
}

fn path_of(address: &ListenAddress) -> PathBuf {
    match address {
        ListenAddress::Unix(path) => path.clone(),
        _ => PathBuf::new(),
    }
}

/// The settings with the addresses that were handed over, in the place of the usual one.
pub(super) fn beside(handed: &[(ListenAddress, Purpose)], mut settings: Settings) -> Settings {
    if handed.is_empty() {
        return settings;
    }
    if settings.listen == [ListenAddress::default()] {
        settings.listen.clear();
    }
    for (address, purpose) in handed {
        let is_own = |site: &SiteSettings| site.listen.contains(address);
        if *purpose == Purpose::Sites && settings.sites.iter().any(is_own) {
            // It is for the sites that ask for it, and for no others.
            continue;
        }
        let list = match purpose {
            Purpose::Sites => &mut settings.listen,
            Purpose::Redirect => &mut settings.redirect_http,
        };
        if !list.contains(address) {
            list.push(address.clone());
        }
    }
    if !settings.listen.iter().all(ListenAddress::is_local) {
        // It was decided who may see a list before it was known who can ask.
        for site in std::iter::once(&mut settings.site).chain(&mut settings.sites) {
            if site.files.list_folders == ListFolders::ToThisMachine {
                site.files.list_folders = ListFolders::ToNobody;
            }
        }
    }
    settings
}

/// A source whose settings stand beside what was handed over.
pub(super) struct Beside {
    pub(super) handed: Vec<(ListenAddress, Purpose)>,
    pub(super) source: Arc<dyn Source>,
}

impl Source for Beside {
    fn read(&self, language: Option<&str>) -> Result<Settings, Complaint> {
        Ok(beside(&self.handed, self.source.read(language)?))
    }

    fn complaint(
        &self,
        settings: &Settings,
        error: &StartError,
        language: Option<&str>,
    ) -> Complaint {
        self.source.complaint(settings, error, language)
    }

    fn tell(&self, complaint: &Complaint) {
        self.source.tell(complaint);
    }

    fn found(&self) -> Found {
        self.source.found()
    }

    fn files(&self) -> Vec<PathBuf> {
        self.source.files()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ListenAddress {
        ListenAddress::read("listen", text.as_ref()).unwrap()
    }

    #[test]
    fn what_was_handed_over_stands_in_the_place_of_the_usual_address() {
        let handed = [
            (address("0.0.0.0:80"), Purpose::Redirect),
            (address("0.0.0.0:443"), Purpose::Sites),
        ];
        let usual = beside(&handed, Settings::default());
        assert_eq!(usual.listen, [address("0.0.0.0:443")]);
        assert_eq!(usual.redirect_http, [address("0.0.0.0:80")]);
        assert_eq!(usual.site.files.list_folders, ListFolders::ToNobody);
        let named = Settings {
            listen: vec![address("8080"), address("0.0.0.0:443")],
            ..Settings::default()
        };
        let both = beside(&handed, named);
        assert_eq!(both.listen, [address("8080"), address("0.0.0.0:443")]);
        let site = SiteSettings {
            listen: vec![address("0.0.0.0:443")],
            ..SiteSettings::default()
        };
        let of_a_site = Settings {
            listen: vec![address("8080")],
            sites: vec![site],
            ..Settings::default()
        };
        let of_a_site = beside(&handed, of_a_site);
        assert_eq!(of_a_site.listen, [address("8080")]);
        let alone = beside(&[], Settings::default());
        assert_eq!(alone.listen, [ListenAddress::default()]);
    }

    #[test]
    fn who_may_see_a_list_follows_from_who_can_ask() {
        let settings = || {
            let mut settings = Settings::default();
            settings.site.files.list_folders = ListFolders::ToThisMachine;
            settings
        };
        let lists = |text: &str| {
            let handed = [(address(text), Purpose::Sites)];
            beside(&handed, settings()).site.files.list_folders
        };
        assert_eq!(lists("127.0.0.1:80"), ListFolders::ToThisMachine);
        assert_eq!(lists("unix:/run/a.sock"), ListFolders::ToThisMachine);
        assert_eq!(lists("10.0.0.1:80"), ListFolders::ToNobody);
    }
}
