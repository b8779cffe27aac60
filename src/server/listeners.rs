//! Opens every address that was asked for, or none.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::StartError;
use crate::config::ListenAddress;
use crate::net::{self, Listener};
use crate::observe::Opening;

/// Opens all listeners. The first that cannot be opened is the error; those before it are closed.
pub(super) async fn open(addresses: &[ListenAddress]) -> Result<Vec<Listener>, StartError> {
    let mut listeners = Vec::new();
    for address in addresses {
        match address {
            ListenAddress::Tcp(address) => listeners.push(tcp(*address)?),
            ListenAddress::Localhost(port) => listeners.extend(localhost(*port)?),
            ListenAddress::Name { host, port } => {
                for address in resolve(host, *port).await? {
                    listeners.push(tcp(address)?);
                }
            }
            ListenAddress::Unix(path) => {
                let opened = Listener::unix(path).await;
                listeners.push(opened.map_err(|source| StartError::ListenUnix {
                    path: path.clone(),
                    source,
                })?);
            }
        }
    }
    Ok(listeners)
}

fn tcp(address: SocketAddr) -> Result<Listener, StartError> {
    Listener::tcp(address).map_err(|source| StartError::Listen {
        address: address.to_string(),
        source,
    })
}

/// 127.0.0.1 and [::1] on the same port; a machine without IPv6 has one of them.
fn localhost(port: u16) -> Result<Vec<Listener>, StartError> {
    let first = tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let port = first.address().map_or(port, |address| address.port());
    let mut listeners = vec![first];
    match Listener::tcp(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
        Ok(second) => listeners.push(second),
        Err(crate::net::ListenError::NotOurs(_) | crate::net::ListenError::System(_)) => {}
        Err(source) => {
            let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port)).to_string();
            return Err(StartError::Listen { address, source });
        }
    }
    Ok(listeners)
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, StartError> {
    let not_resolved = || StartError::NotResolved {
        name: format!("{host}:{port}"),
    };
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(|_| not_resolved())?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort();
    addresses.dedup();
    if addresses.is_empty() {
        Err(not_resolved())
    } else {
        Ok(addresses)
    }
}

/// Where it listens, and so where it can be opened, by whom.
pub(super) fn opening(
    listeners: &[Listener],
    asked: &[ListenAddress],
    path: Option<String>,
) -> Opening {
    let mut opening = Opening {
        path,
        listening: urls(listeners),
        machine: Vec::new(),
        network: Vec::new(),
        port_was_chosen: asked.iter().any(ListenAddress::leaves_port_to_system),
    };
    for listener in listeners {
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
            }
            (Some(address), _) if address.ip().is_loopback() => opening.machine.push(url(address)),
            (Some(address), _) => opening.network.push(url(address)),
            (None, Some(path)) => opening.machine.push(format!("unix:{}", path.display())),
            (None, None) => {}
        }
    }
    opening
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The addresses as a person types them: `http://127.0.0.1:7878`, `unix:/run/hello.sock`.
fn urls(listeners: &[Listener]) -> Vec<String> {
    listeners
        .iter()
        .filter_map(|listener| match (listener.address(), listener.path()) {
            (Some(address), _) => Some(url(address)),
            (None, Some(path)) => Some(format!("unix:{}", path.display())),
            (None, None) => None,
        })
        .collect()
}
