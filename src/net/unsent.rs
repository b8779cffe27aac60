//! How many bytes the kernel holds for a peer that the peer has not acknowledged.
//!
//! With `unsafe`: no library we use asks a socket this (tcp(7), SIOCOUTQ).
#![expect(
    unsafe_code,
    reason = "one ioctl that no library wraps; it writes one integer"
)]

use std::ffi::c_int;
use std::os::fd::BorrowedFd;

use rustix::ioctl::{Getter, ioctl};

/// `SIOCOUTQ`, the same number on all of Linux but for a few old machines, which get no answer.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
const SIOCOUTQ: rustix::ioctl::Opcode = 0x5411;

/// Bytes sent and not yet acknowledged, and bytes not yet sent. `None` where nobody can tell.
#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
pub(super) fn unacknowledged_bytes(socket: BorrowedFd<'_>) -> Option<u64> {
    // SAFETY: SIOCOUTQ writes one `int` through the pointer it is given, and the type that
    // `Getter` passes is `c_int`. The descriptor is borrowed for the whole call.
    let bytes = unsafe { ioctl(socket, Getter::<SIOCOUTQ, c_int>::new()) };
    bytes.ok().and_then(|bytes| u64::try_from(bytes).ok())
}

#[cfg(not(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)))]
pub(super) fn unacknowledged_bytes(_socket: BorrowedFd<'_>) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn what_the_peer_has_not_taken_is_counted_until_it_takes_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        assert_eq!(unacknowledged_bytes(server.as_fd()), Some(0));
        server.set_nonblocking(true).unwrap();
        let mut sent = 0;
        let page = vec![0; 64 << 10];
        while let Ok(more) = server.write(&page) {
            sent += more;
        }
        let held = unacknowledged_bytes(server.as_fd()).unwrap();
        assert!(held > 0 && held <= sent as u64, "{held} of {sent}");
        let mut taken = vec![0; sent];
        client.read_exact(&mut taken).unwrap();
        assert!(unacknowledged_bytes(server.as_fd()).unwrap() < held);
    }
}
