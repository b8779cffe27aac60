//! Reads the kernel's tables of sockets: `/proc/net/tcp`, `tcp6` and `unix`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A socket that listens on TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listening {
    pub(super) address: SocketAddr,
    /// Whose it is.
    pub(super) uid: u32,
    /// Its number, as in `socket:[552]`.
    pub(super) inode: u64,
}

/// The state of a socket that listens, in the table's hexadecimal.
const LISTEN: &str = "0A";

/// The listening sockets of a table of TCP sockets, of either family.
pub(super) fn listening(table: &str) -> Vec<Listening> {
    table.lines().filter_map(listening_in).collect()
}

fn listening_in(line: &str) -> Option<Listening> {
    let mut words = line.split_whitespace();
    let address = address(words.nth(1)?)?;
    if words.nth(1)? != LISTEN {
        return None;
    }
    Some(Listening {
        address,
        uid: words.nth(3)?.parse().ok()?,
        inode: words.nth(1)?.parse().ok()?,
    })
}

/// An address in the table's form: words of 32 bits as the machine keeps them, then the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |from: usize| {
        let digits = ip.get(from..from + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    let ip: IpAddr = match ip.len() {
        8 => Ipv4Addr::from(word(0)?).into(),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let mut bytes = [0; 16];
            for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
                place.copy_from_slice(&word);
            }
            Ipv6Addr::from(bytes).into()
        }
        _ => return None,
    };
    Some((ip, port).into())
}

/// The socket in the way of this address: on the very address, or on every address of its family,
/// or of both families (`[::]` takes IPv4 along unless told otherwise).
pub(super) fn in_the_way(of: SocketAddr, sockets: &[Listening]) -> Option<Listening> {
    let on_port = || {
        sockets
            .iter()
            .filter(|socket| socket.address.port() == of.port())
    };
    let exact = on_port().find(|socket| socket.address.ip() == of.ip());
    let family = || on_port().filter(|socket| socket.address.is_ipv4() == of.is_ipv4());
    let wildcard = |socket: &&Listening| socket.address.ip().is_unspecified();
    let every = if of.ip().is_unspecified() {
        family().next()
    } else {
        family().find(wildcard)
    };
    let both = on_port().find(|socket| socket.address.is_ipv6() && wildcard(socket));
    exact.or(every).or(both).copied()
}

/// The number of the socket that listens on a path, in the table of Unix sockets.
pub(super) fn unix_inode(table: &str, path: &str) -> Option<u64> {
    table.lines().find_map(|line| {
        let (before, name) = line.split_once(path)?;
        // Flag 00010000: it has been told to listen.
        let mut words = before.split_whitespace();
        let is_listening = words.nth(3)? == "00010000";
        let inode = words.nth(2)?.parse().ok()?;
        (name.is_empty() && is_listening && words.next().is_none()).then_some(inode)
    })
}

/// The number in the name of a descriptor: `socket:[552]`.
pub(super) fn inode_in(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
        \u{20}  0: 00000000:1EC6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 552 1 000000001b8c6d19 100 0 0 10 0\n\
        \u{20}  1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 777 1 000000001b8c6d19 100 0 0 10 0\n\
        \u{20}  2: 0100007F:1F90 0100007F:A000 01 00000000:00000000 00:00000000 00000000  1000        0 778 1 000000001b8c6d19 20 4 30 10 -1\n\
        a line cut off: 0100007F:1F90\n";
    const TCP6: &str = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
        \u{20}  0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 900 1 0000000000000000 100 0 0 10 0\n\
        \u{20}  1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 901 1 0000000000000000 100 0 0 10 0\n";

    #[test]
    fn the_table_tells_who_listens_where() {
        let found = listening(TCP);
        let told: Vec<_> = found
            .iter()
            .map(|socket| (socket.address.to_string(), socket.uid, socket.inode))
            .collect();
        assert_eq!(
            told,
            [
                ("0.0.0.0:7878".to_owned(), 0, 552),
                ("127.0.0.1:8080".to_owned(), 1000, 777)
            ]
        );
        let found = listening(TCP6);
        assert_eq!(found[0].address.to_string(), "[::1]:8080");
        assert_eq!(found[1].address.to_string(), "[::]:80");
    }

    #[test]
    fn whoever_is_in_the_way_is_found_on_the_address_or_on_every_address() {
        let mut sockets = listening(TCP);
        sockets.extend(listening(TCP6));
        for (address, inode) in [
            ("127.0.0.1:8080", Some(777)),
            ("[::1]:8080", Some(900)),
            ("127.0.0.1:7878", Some(552)),
            ("0.0.0.0:8080", Some(777)),
            ("127.0.0.1:80", Some(901)),
            ("[::1]:80", Some(901)),
            ("[::1]:7878", None),
            ("127.0.0.2:8080", None),
            ("127.0.0.1:9", None),
        ] {
            let found = in_the_way(address.parse().unwrap(), &sockets);
            assert_eq!(found.map(|socket| socket.inode), inode, "{address}");
        }
    }

    #[test]
    fn a_unix_socket_is_found_by_its_path() {
        let table = "Num       RefCount Protocol Flags    Type St Inode Path\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 41 /run/a.sock\n\
            0000000000000000: 00000003 00000000 00000000 0001 03 42 /run/b.sock\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 43 /run/a.sock.old\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 44 ./x y.sock\n";
        assert_eq!(unix_inode(table, "/run/a.sock"), Some(41));
        assert_eq!(unix_inode(table, "/run/b.sock"), None, "nobody listens");
        assert_eq!(unix_inode(table, "./x y.sock"), Some(44));
        assert_eq!(unix_inode(table, "a.sock"), None);
    }

    #[test]
    fn a_descriptor_names_its_socket() {
        assert_eq!(inode_in("socket:[552]"), Some(552));
        assert_eq!(inode_in("pipe:[552]"), None);
        assert_eq!(inode_in("/dev/null"), None);
    }
}
