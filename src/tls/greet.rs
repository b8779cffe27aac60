//! The beginning of a connection that is to be private: the handshake, or what came in its place.
//!
//! It runs in the connection's own task, so nobody waits for it but the client. It may take
//! `--handshake-timeout` and [`HANDSHAKE_BYTES_MAX`]; nothing is lost if it is cut short.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use rustls::server::Acceptor;
use rustls::{
    AlertDescription, CertificateError as Distrust, Error, HandshakeKind, PeerIncompatible,
    ProtocolVersion,
};
use tokio::time::Sleep;

use super::channel::{Channel, Follows};
use super::choice::{self, TakenFor};
use super::clients;
use super::first::{First, first_of};
use super::limits::HANDSHAKE_BYTES_MAX;
use super::protocol::Protocol;
use super::stream::{Fault, Stream};
use super::terms::{Manner, Terms};
use crate::clock;
use crate::exchange::Ending;
use crate::net::{Transport, is_gone};
use crate::observe::{Entered, Handshake, Journal, Order};

/// What came of a greeting.
pub enum Greeted {
    /// A private connection, and what is spoken on it.
    Sealed(Channel, Protocol),
    /// Somebody speaks HTTP in clear, and has said so much already.
    PlainHttp(Transport, Vec<u8>),
}

/// Greets a client. An error is how the connection ended; the end itself is the caller's to journal.
pub async fn greet(
    terms: &Terms,
    socket: Transport,
    live: &Entered,
    journal: &Arc<Journal>,
) -> Result<Greeted, Ending> {
    terms.certificates.certificates.look_again(journal).await;
    let begun = clock::now();
    let manner = terms.usual();
    let Ok(session) = manner.session() else {
        return Err(Ending::Failed);
    };
    let mut greeting = Greeting {
        stream: Stream::new(socket, session),
        manner,
        opening: terms.depend_on_name().then(|| Opening::new(terms)),
        name: None,
        received: 0,
        undecided: Vec::new(),
    };
    let deadline = tokio::time::Instant::from_std(begun + terms.handshake_timeout);
    let mut alarm = std::pin::pin!(tokio::time::sleep_until(deadline));
    let outcome = poll_fn(|cx| match greeting.poll(cx, live) {
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => greeting.poll_interruption(cx, live, alarm.as_mut()),
    })
    .await;
    match outcome {
        Ok(Spoke::Http(bytes)) => Ok(Greeted::PlainHttp(greeting.stream.into_socket(), bytes)),
        Ok(Spoke::Sealed) => {
            greeting.note(live, journal, begun, None);
            let name = greeting.name.as_deref();
            greeting.stream.taken_for = TakenFor::new(&terms.certificates, name);
            let shown = greeting.stream.session.peer_certificates();
            greeting.stream.proof = greeting.manner.proof(shown);
            let protocol = Protocol::agreed(greeting.stream.session.alpn_protocol());
            let channel = Channel::Sealed(Box::new(greeting.stream));
            Ok(Greeted::Sealed(channel, protocol))
        }
        Err(ending) => {
            if let Ending::HandshakeFailed(failure) = ending {
                greeting.note(live, journal, begun, Some(failure));
            }
            // So that an alert is heard: it must not be overtaken by a reset.
            let _ = greeting.stream.socket().shut_down_sending();
            Err(ending)
        }
    }
}

/// What a client turned out to speak.
enum Spoke {
    Sealed,
    Http(Vec<u8>),
}

/// A handshake under way.
struct Greeting<'a> {
    stream: Stream,
    /// How it goes.
    manner: Arc<Manner>,
    /// The first message, as long as how it goes on depends on it.
    opening: Option<Opening<'a>>,
    /// The name that was asked for.
    name: Option<String>,
    /// Bytes of the handshake.
    received: usize,
    /// What was said as long as it was not clear that it is a handshake.
    undecided: Vec<u8>,
}

impl Greeting<'_> {
    fn poll(&mut self, cx: &mut Context<'_>, live: &Entered) -> Poll<Result<Spoke, Ending>> {
        if self.received == 0 {
            let first = ready!(self.poll_first(cx, live));
            match first {
                Ok(None) => {}
                Ok(Some(bytes)) => return Poll::Ready(Ok(Spoke::Http(bytes))),
                Err(ending) => return Poll::Ready(Err(ending)),
            }
        }
        loop {
            let is_done = !self.stream.session.is_handshaking();
            let is_new = self.stream.session.protocol_version() == Some(ProtocolVersion::TLSv1_3);
            if is_done && is_new {
                // All that is left to say are tickets: they leave with the first answer.
                return Poll::Ready(Ok(Spoke::Sealed));
            }
            match self.stream.flush(Follows::Nothing) {
                Ok(true) if is_done => return Poll::Ready(Ok(Spoke::Sealed)),
                Ok(true) => {}
                Ok(false) => {
                    let writable = ready!(self.stream.socket_mut().poll_writable(cx));
                    if let Err(error) = writable {
                        return Poll::Ready(Err(self.ending_of_error(&error)));
                    }
                    continue;
                }
                Err(error) => return Poll::Ready(Err(self.ending_of_error(&error))),
            }
            if self.received >= HANDSHAKE_BYTES_MAX {
                return Poll::Ready(Err(Ending::HandshakeFailed("too-long")));
            }
            let opened = ready!(self.stream.poll_open(cx, &mut []));
            if let Err(ending) = self.heard(opened.map(|(_, count)| count), live) {
                return Poll::Ready(Err(ending));
            }
        }
    }

    /// Looks at the first bytes before they are taken for TLS. Some are HTTP's, if they are.
    fn poll_first(
        &mut self,
        cx: &mut Context<'_>,
        live: &Entered,
    ) -> Poll<Result<Option<Vec<u8>>, Ending>> {
        if self.opening.is_some() && first_of(&self.undecided) == First::Tls {
            return self
                .poll_opening(cx, live)
                .map(|heard| heard.map(|()| None));
        }
        let mut buffer = [0; 4 << 10];
        loop {
            let held = self.undecided.len();
            buffer[..held].copy_from_slice(&self.undecided);
            let read = self.stream.socket_mut().poll_read(cx, &mut buffer[held..]);
            let count = match ready!(read) {
                Ok(0) if held == 0 => return Poll::Ready(Err(Ending::ClosedByClient)),
                Ok(0) => return Poll::Ready(Err(Ending::NotTls)),
                Ok(count) => count,
                Err(error) => return Poll::Ready(Err(self.ending_of_error(&error))),
            };
            let said = &mut buffer[..held + count];
            let first = first_of(said);
            if first == First::Tls && self.opening.is_some() {
                live.count_received(count);
                self.undecided = said.to_vec();
                return self
                    .poll_opening(cx, live)
                    .map(|heard| heard.map(|()| None));
            }
            if first == First::Tls {
                let opened = self.stream.open(said, &mut []);
                return Poll::Ready(self.heard(opened.map(|_| count), live).map(|()| None));
            }
            live.count_received(count);
            match first {
                First::NotYet => self.undecided = said.to_vec(),
                First::Http => return Poll::Ready(Ok(Some(said.to_vec()))),
                First::Tls | First::Neither => return Poll::Ready(Err(Ending::NotTls)),
            }
        }
    }

    /// Hears who is asked for before the handshake begins: its manner depends on that.
    fn poll_opening(&mut self, cx: &mut Context<'_>, live: &Entered) -> Poll<Result<(), Ending>> {
        let Some(opening) = &mut self.opening else {
            return Poll::Ready(Ok(()));
        };
        while !opening.hear(&self.undecided) {
            if self.undecided.len() >= HANDSHAKE_BYTES_MAX {
                return Poll::Ready(Err(Ending::HandshakeFailed("too-long")));
            }
            let mut buffer = [0; 4 << 10];
            let read = ready!(self.stream.socket_mut().poll_read(cx, &mut buffer));
            match read {
                Ok(0) => return Poll::Ready(Err(Ending::HandshakeFailed("left"))),
                Ok(count) => {
                    live.count_received(count);
                    self.undecided.extend_from_slice(&buffer[..count]);
                }
                Err(error) => return Poll::Ready(Err(self.ending_of_error(&error))),
            }
        }
        self.manner = opening.manner();
        self.opening = None;
        match self.manner.session() {
            Ok(session) => self.stream.session = session,
            Err(_) => return Poll::Ready(Err(Ending::Failed)),
        }
        let mut said = std::mem::take(&mut self.undecided);
        let opened = self.stream.open(&mut said, &mut []);
        Poll::Ready(self.understood(opened.map(|_| said.len())))
    }

    /// What else may end a handshake.
    fn poll_interruption<T>(
        &self,
        cx: &mut Context<'_>,
        live: &Entered,
        alarm: std::pin::Pin<&mut Sleep>,
    ) -> Poll<Result<T, Ending>> {
        live.hear_orders(cx.waker());
        let is_silent = self.received == 0 && !self.stream.socket().has_unread_bytes();
        match live.order() {
            Order::Stop => return Poll::Ready(Err(Ending::CutShort)),
            Order::Shed => return Poll::Ready(Err(Ending::Shed)),
            Order::Drain if is_silent => return Poll::Ready(Err(Ending::Drained)),
            // Who is greeted while we stop has come before: one answer is theirs.
            Order::Carry | Order::Drain => {}
        }
        std::future::Future::poll(alarm, cx).map(|()| Err(Ending::HandshakeTimeout))
    }

    fn heard(&mut self, opened: Result<usize, Fault>, live: &Entered) -> Result<(), Ending> {
        if let Ok(count) = &opened {
            live.count_received(*count);
        }
        self.understood(opened)
    }

    fn understood(&mut self, opened: Result<usize, Fault>) -> Result<(), Ending> {
        self.name = choice::name_asked_for().or(self.name.take());
        match opened {
            Ok(0) => Err(Ending::HandshakeFailed("left")),
            Ok(count) => {
                self.received += count;
                Ok(())
            }
            Err(Fault::System(error)) => Err(self.ending_of_error(&error)),
            Err(Fault::Protocol(error)) => Err(Ending::HandshakeFailed(failure(&error))),
        }
    }

    fn ending_of_error(&self, error: &io::Error) -> Ending {
        match (is_gone(error), self.received) {
            (true, 0) => Ending::ResetByClient,
            (true, _) => Ending::HandshakeFailed("left"),
            (false, _) => Ending::Failed,
        }
    }

    /// Journals what was agreed, or why nothing was.
    fn note(
        &self,
        live: &Entered,
        journal: &Journal,
        begun: Instant,
        failure: Option<&'static str>,
    ) {
        let session = &self.stream.session;
        let now = clock::now();
        let took_us = now.saturating_duration_since(begun).as_micros();
        let suite = session.negotiated_cipher_suite();
        let group = session.negotiated_key_exchange_group();
        let handshake = Handshake {
            name: (0, 0),
            took_us: u32::try_from(took_us).unwrap_or(u32::MAX),
            version: session.protocol_version().map_or(0, u16::from),
            cipher: suite.map_or(0, |suite| suite.suite().into()),
            group: group.map_or(0, |group| group.name().into()),
            protocol: { session.alpn_protocol() }
                .map(|agreed| Protocol::agreed(Some(agreed)).name()),
            is_resumed: session.handshake_kind() == Some(HandshakeKind::Resumed),
            client_bytes: 0,
            failure,
        };
        let name = self.name.as_deref().unwrap_or_default();
        let proof = session.peer_certificates().and_then(<[_]>::first);
        // Nobody is who they say they are before their handshake is done.
        let proof = proof.filter(|_| failure.is_none());
        let client = proof.map(clients::name).unwrap_or_default();
        journal.handshake(live.id, now, (name, &client), &handshake);
    }
}

/// The first message of a client, heard as far as the name it asks for.
struct Opening<'a> {
    terms: &'a Terms,
    acceptor: Acceptor,
    /// Bytes that it has been given.
    given: usize,
    manner: Option<Arc<Manner>>,
}

impl<'a> Opening<'a> {
    fn new(terms: &'a Terms) -> Self {
        Self {
            terms,
            acceptor: Acceptor::default(),
            given: 0,
            manner: None,
        }
    }

    /// Hears what was said so far; whether it is enough. What breaks a rule is enough too: it is left to
    /// the handshake to say which.
    fn hear(&mut self, said: &[u8]) -> bool {
        let mut rest = said.get(self.given..).unwrap_or_default();
        while !rest.is_empty() {
            if !matches!(self.acceptor.read_tls(&mut rest), Ok(1..)) {
                return true;
            }
            self.given = said.len() - rest.len();
            match self.acceptor.accept() {
                Ok(None) => {}
                Ok(Some(accepted)) => {
                    let hello = accepted.client_hello();
                    self.manner = Some(self.terms.manner_for(hello.server_name()));
                    return true;
                }
                Err(_) => return true,
            }
        }
        false
    }

    /// How it goes on.
    fn manner(&self) -> Arc<Manner> {
        let known = self.manner.clone();
        known.unwrap_or_else(|| self.terms.usual())
    }
}

/// The word for what went wrong.
fn failure(error: &Error) -> &'static str {
    match error {
        Error::AlertReceived(alert) => match alert {
            AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate => "distrusted",
            AlertDescription::CertificateExpired => "found-expired",
            AlertDescription::CertificateRevoked => "found-revoked",
            AlertDescription::UnrecognisedName => "wrong-name",
            AlertDescription::ProtocolVersion => "old-version",
            AlertDescription::CloseNotify | AlertDescription::UserCanceled => "left",
            _ => "refused-by-client",
        },
        Error::PeerIncompatible(incompatible) => match incompatible {
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::SupportedVersionsExtensionRequired
            // Whoever knows TLS 1.2 sends it (RFC 5246 §7.4.1.4.1), or one of its own would do.
            | PeerIncompatible::SignatureAlgorithmsExtensionRequired => "old-version",
            PeerIncompatible::NoCipherSuitesInCommon => "no-common-cipher",
            PeerIncompatible::NoKxGroupsInCommon
            | PeerIncompatible::NamedGroupsExtensionRequired => "no-common-group",
            PeerIncompatible::NoSignatureSchemesInCommon
            | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => {
                "no-common-signature"
            }
            _ => "incompatible",
        },
        Error::NoApplicationProtocol => "no-common-protocol",
        Error::NoCertificatesPresented => "client-unproven",
        Error::InvalidCertificate(Distrust::Expired | Distrust::ExpiredContext { .. }) => {
            "client-expired"
        }
        Error::InvalidCertificate(_) => "client-unknown",
        _ => "malformed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_told_by_whom_it_concerns() {
        let alert = |alert| Error::AlertReceived(alert);
        for (error, word) in [
            (alert(AlertDescription::UnknownCA), "distrusted"),
            (alert(AlertDescription::CertificateExpired), "found-expired"),
            (alert(AlertDescription::UserCanceled), "left"),
            (alert(AlertDescription::InternalError), "refused-by-client"),
            (
                PeerIncompatible::Tls12NotOfferedOrEnabled.into(),
                "old-version",
            ),
            (
                PeerIncompatible::NoKxGroupsInCommon.into(),
                "no-common-group",
            ),
            (Error::DecryptError, "malformed"),
        ] {
            assert_eq!(failure(&error), word, "{error}");
        }
    }
}
