//! A header of the PROXY protocol means the same however it is cut, and ends where it says.

use hello::exchange::Peer;
use hello::net::limits::PROXY_HEADER_BYTES_MAX;
use hello::net::proxy_protocol::{Header, Told, read};

/// Checks what has come, and every beginning of it.
pub fn check(input: &[u8]) {
    let whole = read(input);
    for cut in 0..input.len().min(PROXY_HEADER_BYTES_MAX) {
        match (read(&input[..cut]), whole) {
            // More of it is waited for.
            (Ok(Header::NotYet), Ok(_) | Err(_)) => {}
            // What is whole stays whole, and says the same.
            (Ok(Header::Whole(len, told)), Ok(Header::Whole(all, said))) => {
                assert_eq!((len, told), (all, said), "cut after {cut} of {input:?}");
            }
            // What cannot become right does not.
            (Err(fault), Err(other)) => assert_eq!(fault, other, "cut after {cut} of {input:?}"),
            (cut_short, whole) => panic!("{cut_short:?}, then {whole:?} of {input:?}"),
        }
    }
    match whole {
        Ok(Header::Whole(len, told)) => {
            assert!(len <= input.len() && len <= PROXY_HEADER_BYTES_MAX);
            if let Told::Other(peer) = told {
                assert!(matches!(peer, Peer::Told(_) | Peer::Untold), "{peer:?}");
            }
        }
        // Nobody is waited for without end.
        Ok(Header::NotYet) => assert!(input.len() < PROXY_HEADER_BYTES_MAX),
        Err(_) => {}
    }
}
