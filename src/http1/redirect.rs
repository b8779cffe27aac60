//! HTTP in clear where TLS is spoken, or beside it: answered once, with the way to the same page in private.
//!
//! The request is read as any other, with the same limits and refusals. What it asks for is not
//! looked at: 308 keeps the method, so a form is sent again, this time sealed (RFC 9110 §15.4.9).

use std::sync::Arc;

use hello_http1::Next;
use http::{HeaderValue, StatusCode};

use super::drive::Conversation;
use super::turn::Turn;
use crate::clock;
use crate::driving::{Room, Witness};
use crate::exchange::{Ending, host_of};
use crate::i18n::Language;
use crate::net::{Permit, Transport};
use crate::observe::State;
use crate::tls::Channel;

/// Tells a client that spoke in clear where to go. `heard` is what it has said so far; `port` is
/// where TLS is spoken, if not where the client came to.
pub async fn redirect_to_https(
    socket: Transport,
    heard: impl AsRef<[u8]>,
    live: Witness,
    permit: Permit,
    room: Arc<Room>,
    port: Option<u16>,
) {
    let mut talk = Conversation::new(Channel::Plain(socket), live, permit, room);
    let mut turn = Turn::lend(talk.input_bytes());
    talk.live.enter(State::Reading, clock::tick_ms());
    let ending = if turn.input.take_in(heard.as_ref()) {
        answer(&mut talk, &mut turn, port).await
    } else {
        // What was heard at once is longer than the longest head may be here.
        Ending::NotTls
    };
    if talk.must_linger(&turn) {
        talk.linger(&mut turn).await;
    }
    talk.end(turn, ending);
}

async fn answer(talk: &mut Conversation, turn: &mut Turn, port: Option<u16>) -> Ending {
    loop {
        let now = clock::now();
        turn.tick_ms = clock::tick_ms();
        turn.wanted = talk.room.journal.wanted();
        match turn.receive(&mut talk.engine, now) {
            Ok(Next::Request { consumed }) => {
                turn.found(consumed);
                let response = {
                    let view = turn.view();
                    let request = view.request(&talk.live.peer, &talk.socket, turn.tick_ms);
                    let language = Language::accepted(request.field("accept-language"));
                    let sites = talk.room.sites.now();
                    let target = view.head.target(view.bytes);
                    if let Some(address) = address(request.authority, target, port) {
                        sites.elsewhere(address, language)
                    } else {
                        sites.refuse(StatusCode::BAD_REQUEST, "plain-http", language)
                    }
                };
                talk.engine.close_after_this();
                let sent = match talk.queue(turn, (now, now), response) {
                    Ok(()) => talk.send(turn).await,
                    Err(ending) => Err(ending),
                };
                return sent.err().unwrap_or(Ending::PlainHttp);
            }
            Ok(Next::NeedBytes { consumed }) => {
                turn.input.consume(consumed);
                if let Err(ending) = talk.more_bytes(turn).await {
                    return ending;
                }
            }
            Ok(_) => return Ending::Failed,
            Err(refusal) => return talk.refuse(turn, refusal).await,
        }
    }
}

/// The same page in private, if host and target are such as may stand in an address.
///
/// Without a port of its own it stays as it is in the Host field: that is the one that was reached.
pub(crate) fn address(
    authority: Option<&[u8]>,
    target: &[u8],
    port: Option<u16>,
) -> Option<HeaderValue> {
    let authority = authority.filter(|authority| !authority.is_empty())?;
    // Only `/path?query`: `*` is no page, and a whole URL names a host of its own.
    if target.first() != Some(&b'/') {
        return None;
    }
    let port = match port {
        None => return HeaderValue::from_bytes(&[b"https://", authority, target].concat()).ok(),
        Some(HTTPS_PORT) => String::new(),
        Some(port) => format!(":{port}"),
    };
    let host = host_of(authority);
    HeaderValue::from_bytes(&[b"https://", host, port.as_bytes(), target].concat()).ok()
}

/// The port of an address without one (RFC 9110 §4.2.2).
const HTTPS_PORT: u16 = 443;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_request_or_none() {
        let address_at = |host: Option<&str>, target: &str, port| {
            let address = address(host.map(str::as_bytes), target.as_bytes(), port);
            address.map(|address| address.to_str().unwrap().to_owned())
        };
        let address = |host, target| address_at(host, target, None);
        for (host, port, there) in [
            ("a:80", 443, "https://a/"),
            ("a", 8443, "https://a:8443/"),
            ("[::1]", 443, "https://[::1]/"),
            ("[::1]:8080", 8443, "https://[::1]:8443/"),
        ] {
            assert_eq!(
                address_at(Some(host), "/", Some(port)).as_deref(),
                Some(there)
            );
        }
        assert_eq!(
            address(Some("a:8443"), "/b?c").as_deref(),
            Some("https://a:8443/b?c")
        );
        assert_eq!(
            address(Some("[::1]"), "/").as_deref(),
            Some("https://[::1]/")
        );
        assert_eq!(address(Some(""), "/"), None);
        assert_eq!(address(None, "/"), None, "HTTP/1.0 need not tell");
        assert_eq!(address(Some("a"), "*"), None);
        assert_eq!(address(Some("a"), "http://b/"), None);
    }
}
