//! Opens every address that was asked for, or none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::StartError;
use super::handed::Handed;
use super::limits::{NEXT_PORT_TRIES_MAX, OWN_NAME_TIMEOUT};
use crate::config::{ListenAddress, Settings};
use crate::net::{self, ListenError, Listener};
use crate::observe::Opening;
use crate::tls;

/// The listeners, and what had to be chosen differently.
pub(super) struct Opened {
    pub(super) listeners: Vec<Listener>,
    /// Those that only tell the way to the others.
    pub(super) signposts: Vec<Listener>,
    /// Ports that were taken, each with the one taken instead.
    pub(super) moved: Vec<(u16, u16)>,
    /// How many listeners each address means, in their order.
    pub(super) each: Vec<usize>,
}

/// What to do about a port that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenTaken {
    /// Say so and give up.
    Fail,
    /// Take the next one that is free.
    Next,
}

impl WhenTaken {
    pub(super) fn of(settings: &Settings) -> Self {
        if settings.next_port {
            Self::Next
        } else {
            Self::Fail
        }
    }
}

/// Opens all listeners. The first that cannot be opened is the error; those before it are closed.
pub(super) async fn open(
    addresses: &[&ListenAddress],
    redirect_http: &[ListenAddress],
    when_taken: WhenTaken,
    handed: &mut Handed,
) -> Result<Opened, StartError> {
    let (mut listeners, mut moved) = (Vec::new(), Vec::new());
    for address in addresses.iter().copied().chain(redirect_http) {
        let opened = match handed.listener(address) {
            Some(handed) => vec![handed?],
            None => open_one(address, when_taken, &listeners, &mut moved).await?,
        };
        listeners.push(opened);
    }
    let each = listeners.iter().map(Vec::len).collect();
    let signposts = listeners.split_off(addresses.len());
    Ok(Opened {
        listeners: listeners.into_iter().flatten().collect(),
        signposts: signposts.into_iter().flatten().collect(),
        moved,
        each,
    })
}

/// Opens one address beside those that are `ours` already; tells ports that `moved`.
pub(super) async fn open_one(
    address: &ListenAddress,
    when_taken: WhenTaken,
    ours: &[Vec<Listener>],
    moved: &mut Vec<(u16, u16)>,
) -> Result<Vec<Listener>, StartError> {
    let from = |port, moved, open: &dyn Fn(u16) -> Result<Vec<Listener>, StartError>| {
        let open = |port| {
            open(port).map_err(|error| match taken(&error) {
                Some(address) if is_ours(address, ours) => StartError::ListenTwice { address },
                _ => error,
            })
        };
        from(port, when_taken, moved, open)
    };
    match address {
        ListenAddress::Unix(path) => {
            let opened = Listener::unix(path).await;
            let opened = opened.map_err(|source| StartError::ListenUnix {
                path: path.clone(),
                source,
            });
            Ok(vec![opened?])
        }
        ListenAddress::Tcp(address) => {
            let open = |port| Ok(vec![tcp(SocketAddr::new(address.ip(), port))?]);
            from(address.port(), moved, &open)
        }
        ListenAddress::Localhost(port) => {
            let [four, six] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            from(*port, moved, &|port| both([four, six], port))
        }
        ListenAddress::EveryNetwork(port) => {
            let [four, six] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
            from(*port, moved, &|port| both([four, six], port))
        }
        ListenAddress::Name { host, port } => {
            let found = resolve(host, *port).await?;
            let all = |port| {
                let addresses = found.iter().map(|found| SocketAddr::new(found.ip(), port));
                addresses.map(tcp).collect()
            };
            from(*port, moved, &all)
        }
    }
}

/// Opens at this port, or at the first after it where nothing is taken.
fn from(
    port: u16,
    when_taken: WhenTaken,
    moved: &mut Vec<(u16, u16)>,
    open: impl Fn(u16) -> Result<Vec<Listener>, StartError>,
) -> Result<Vec<Listener>, StartError> {
    let error = match open(port) {
        Err(error) if when_taken == WhenTaken::Next => error,
        opened => return opened,
    };
    let Some(address) = taken(&error) else {
        return Err(error);
    };
    let last = port.saturating_add(NEXT_PORT_TRIES_MAX);
    for next in port.saturating_add(1)..=last {
        match open(next) {
            Err(error) if taken(&error).is_some() => {}
            Err(error) => return Err(error),
            Ok(opened) => {
                moved.push((port, next));
                return Ok(opened);
            }
        }
    }
    Err(StartError::NoFreePort { address, last })
}

/// The address that is taken, if that is the error.
fn taken(error: &StartError) -> Option<SocketAddr> {
    match error {
        StartError::Listen {
            address,
            source: ListenError::InUse(_),
            ..
        } => Some(*address),
        _ => None,
    }
}

/// Whether it is we who listen there: `0.0.0.0:80` takes `127.0.0.1:80` along.
fn is_ours(address: SocketAddr, listeners: &[Vec<Listener>]) -> bool {
    let ours = listeners.iter().flatten().filter_map(Listener::address);
    ours.filter(|ours| ours.port() == address.port() && ours.is_ipv4() == address.is_ipv4())
        .any(|ours| {
            let wildcard = ours.ip().is_unspecified() || address.ip().is_unspecified();
            wildcard || ours.ip() == address.ip()
        })
}

fn tcp(address: SocketAddr) -> Result<Listener, StartError> {
    Listener::tcp(address).map_err(|source| StartError::Listen {
        address,
        free_sibling: None,
        source,
    })
}

/// The same of both families, on the same port; a machine without IPv6 has one of them.
fn both(families: [IpAddr; 2], port: u16) -> Result<Vec<Listener>, StartError> {
    let [four, six] = families.map(|ip| move |port| SocketAddr::new(ip, port));
    let fail = |address, free_sibling, source| StartError::Listen {
        address,
        free_sibling,
        source,
    };
    let first = Listener::tcp(four(port)).map_err(|source| {
        let is_free = |address: &SocketAddr| Listener::tcp(*address).is_ok();
        fail(four(port), alone(six(port)).filter(is_free), source)
    })?;
    let port = first.address().map_or(port, |address| address.port());
    let mut listeners = vec![first];
    match Listener::tcp(six(port)) {
        Ok(second) => listeners.push(second),
        Err(ListenError::NotOurs(_) | ListenError::System(_)) => {}
        Err(source) => return Err(fail(six(port), alone(four(port)), source)),
    }
    Ok(listeners)
}

/// An address that would do without its sibling: this machine reaches itself by either, a network of
/// others has those who know only one.
fn alone(address: SocketAddr) -> Option<SocketAddr> {
    Some(address).filter(|address| address.ip().is_loopback())
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, StartError> {
    let not_resolved = |system: String| StartError::NotResolved {
        host: host.to_owned(),
        port,
        system,
    };
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| {
            let words = error.to_string();
            // The library says first what it did, then what the resolver said.
            let said = words.rsplit(": ").next().unwrap_or_default();
            not_resolved(said.to_owned())
        })?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort();
    addresses.dedup();
    if addresses.is_empty() {
        Err(not_resolved(String::new()))
    } else {
        Ok(addresses)
    }
}

/// What the neighbours in our networks call this machine (RFC 6762), if asking them by that name leads
/// here. Only where others can reach us.
pub(super) async fn own_name(listeners: &[Listener]) -> Option<String> {
    let is_for_others = |address: SocketAddr| address.ip().is_unspecified();
    let address =
        { listeners.iter().filter_map(Listener::address) }.find(|at| is_for_others(*at))?;
    let name = tls::machine_names()
        .into_iter()
        .find(|name| name.rsplit('.').next() == Some("local"))?;
    let asked = tokio::net::lookup_host((&*name, address.port()));
    let found = tokio::time::timeout(OWN_NAME_TIMEOUT, asked)
        .await
        .ok()?
        .ok()?;
    let own = net::addresses();
    let leads_here = { found.into_iter() }.any(|found| own.contains(&found.ip()));
    leads_here.then_some(name)
}

/// Where it listens, how it is spoken there, and so where it can be opened, by whom; `own_name` is a
/// name that others know this machine by.
pub(super) fn opening(
    listeners: &[(&[Listener], &str)],
    asked: &[ListenAddress],
    own_name: Option<&str>,
) -> Opening {
    let mut opening = Opening {
        path: None,
        has_start_page: true,
        mounts: Vec::new(),
        folders: Vec::new(),
        listening: { listeners.iter() }
            .flat_map(|(listeners, scheme)| urls(listeners, scheme))
            .collect(),
        machine: Vec::new(),
        network: Vec::new(),
        port_was_chosen: asked.iter().any(ListenAddress::leaves_port_to_system),
        shared: None,
        is_drawn: false,
        configuration: None,
        sites: 0,
        besides: None,
    };
    let each = { listeners.iter() }
        .flat_map(|(listeners, scheme)| listeners.iter().map(move |listener| (listener, *scheme)));
    for (listener, scheme) in each {
        let url = |address| url(scheme, address);
        match (listener.address(), listener.path()) {
            (Some(address), _) if address.ip().is_unspecified() => {
                let own = |ip: IpAddr| url(SocketAddr::new(ip, address.port()));
                let reached = |ip: &IpAddr| address.is_ipv4() == ip.is_ipv4();
                let loopback: IpAddr = if address.is_ipv4() {
                    Ipv4Addr::LOCALHOST.into()
                } else {
                    Ipv6Addr::LOCALHOST.into()
                };
                opening.machine.push(own(loopback));
                let network = net::addresses().into_iter().filter(reached);
                opening.network.extend(network.map(own));
                if let Some(name) = own_name {
                    let by_name = format!("{scheme}://{name}:{}", address.port());
                    if !opening.network.contains(&by_name) {
                        opening.network.push(by_name);
                    }
                }
            }
            (Some(address), _) if address.ip().is_loopback() => opening.machine.push(url(address)),
            (Some(address), _) => opening.network.push(url(address)),
            (None, Some(path)) => opening.machine.push(format!("unix:{}", path.display())),
            (None, None) => {}
        }
    }
    opening
}

fn url(scheme: &str, address: SocketAddr) -> String {
    format!("{scheme}://{address}")
}

/// How addresses begin, for browsers.
pub(super) fn scheme(settings: &Settings, address: &ListenAddress) -> &'static str {
    if settings.speaks_tls_at(address) {
        "https"
    } else {
        "http"
    }
}

/// The addresses as a person types them: `http://127.0.0.1:7878`, `unix:/run/hello.sock`.
pub(super) fn urls(listeners: &[Listener], scheme: &str) -> Vec<String> {
    listeners
        .iter()
        .filter_map(|listener| match (listener.address(), listener.path()) {
            (Some(address), _) => Some(url(scheme, address)),
            (None, Some(path)) => Some(format!("unix:{}", path.display())),
            (None, None) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn the_next_port_is_taken_only_if_asked_for() {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = other.local_addr().unwrap();
        let addresses = [ListenAddress::Tcp(taken)];
        let refused = open(
            &addresses.iter().collect::<Vec<_>>(),
            &[],
            WhenTaken::Fail,
            &mut Handed::default(),
        )
        .await
        .err()
        .unwrap();
        assert_eq!(refused.key(), "port-in-use");
        let opened = open(
            &addresses.iter().collect::<Vec<_>>(),
            &[],
            WhenTaken::Next,
            &mut Handed::default(),
        )
        .await;
        if taken.port() == u16::MAX {
            assert_eq!(opened.err().unwrap().key(), "no-free-port");
            return;
        }
        let opened = opened.ok().unwrap();
        let port = opened.listeners[0].address().unwrap().port();
        assert!(port > taken.port());
        assert_eq!(opened.moved, [(taken.port(), port)]);
    }

    #[tokio::test]
    async fn an_address_that_another_of_ours_includes_is_given_twice() {
        for (first, second) in [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")] {
            let ours = Listener::tcp(format!("{first}:0").parse().unwrap()).unwrap();
            let port = ours.address().unwrap().port();
            let second = SocketAddr::new(second.parse().unwrap(), port);
            let (wanted, mut moved) = (ListenAddress::Tcp(second), Vec::new());
            let opened = open_one(&wanted, WhenTaken::Next, &[vec![ours]], &mut moved).await;
            assert_eq!(opened.err().unwrap().key(), "listen-twice");
        }
    }

    #[tokio::test]
    async fn tries_are_counted_and_other_errors_are_not_tried_again() {
        let mut moved = Vec::new();
        let tried = std::cell::Cell::new(0);
        let open = |port| {
            tried.set(tried.get() + 1);
            Err(StartError::Listen {
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
                free_sibling: None,
                source: std::io::Error::from(std::io::ErrorKind::AddrInUse).into(),
            })
        };
        let error = from(8000, WhenTaken::Next, &mut moved, open).unwrap_err();
        assert!(matches!(error, StartError::NoFreePort { last: 8100, .. }));
        assert_eq!(tried.get(), 101);
        let error = from(u16::MAX, WhenTaken::Next, &mut moved, open).unwrap_err();
        assert_eq!(error.key(), "no-free-port");
        let open = |_| Err(StartError::Runtime(std::io::ErrorKind::Other.into()));
        let error = from(8000, WhenTaken::Next, &mut moved, open).unwrap_err();
        assert_eq!(error.key(), "runtime-failed");
        assert!(moved.is_empty());
    }
}
