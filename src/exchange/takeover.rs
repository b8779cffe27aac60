//! What goes on when both sides have agreed to speak another protocol from here on.
//!
//! Law: whoever takes over gets two directions of bytes and no socket; it cannot tell whether they are
//! a whole connection (HTTP/1.1, RFC 9110 §7.8) or a stream of one (HTTP/2, RFC 8441).

use std::task::{Context, Poll};

/// The other protocol, from the moment the client has been told that it is spoken.
///
/// It is dropped when it is over, when the client has gone, when neither side has said anything for
/// too long, and when the server stops.
pub trait Takeover: Send {
    /// Goes on as far as it can. Ready when nothing is left to be heard or said: what was said
    /// before still arrives.
    ///
    /// What the duplex says is pending wakes the task of `cx`, as does whatever else it waits for.
    fn poll(&mut self, cx: &mut Context<'_>, duplex: &mut dyn Duplex) -> Poll<()>;

    /// The server is stopping: come to an end. Said once, and [`Takeover::poll`] is called after it.
    fn drain(&mut self) {}
}

/// Bytes from the client, and bytes to it. Lent for as long as a call lasts.
///
/// A client that is gone, or that breaks the protocol below, is the driver's business: nothing comes
/// from it any more, and nothing is taken.
pub trait Duplex {
    /// Puts what has come into `buffer`, which is not empty; the number of bytes. Zero: the client
    /// will say no more, but may still listen.
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<usize>;

    /// Takes some of `bytes`, which are not empty; how many. Pending while the client is slower.
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<usize>;

    /// Says that nothing follows what was written. The client may still speak.
    fn finish(&mut self);
}
