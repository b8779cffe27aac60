//! A client and a server in one process, without a network between them.

use std::future::poll_fn;
use std::io::{IoSlice, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::choice::Choice;
use super::identity::Identity;
use super::*;
use crate::clock;
use crate::config::{CertificateFiles, HostName, TlsSettings};
use crate::exchange::Peer;
use crate::net::{Family, Sent, Transport};
use crate::observe::{Journal, Registry};
use crate::tasks;

/// A certificate for these names that vouches for itself, and its key.
fn made_for(names: &[&str]) -> [String; 2] {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(names).unwrap();
    [params.self_signed(&key).unwrap().pem(), key.serialize_pem()]
}

fn identity(names: &[&str]) -> Identity {
    let [certificate, key] = made_for(names);
    Identity::of_pem(certificate.as_bytes(), key.as_bytes(), clock::wall()).unwrap()
}

#[test]
fn the_name_decides_then_the_wildcard_then_the_order() {
    let identities = [
        identity(&["first.test"]),
        identity(&["*.second.test", "second.test"]),
        identity(&["WWW.second.test"]),
    ];
    let choice = Choice::of(&identities, std::iter::empty());
    for (name, place) in [
        (Some("first.test"), 0),
        (Some("second.test"), 1),
        (Some("a.second.test"), 1),
        (Some("www.second.test"), 2),
        (Some("a.b.second.test"), 0),
        (Some("stranger.test"), 0),
        (None, 0),
    ] {
        let chosen = choice.for_name(name);
        assert_eq!(chosen.len(), 1, "{name:?}");
        assert!(Arc::ptr_eq(&chosen[0], &identities[place].key), "{name:?}");
    }
}

#[test]
fn a_site_with_certificates_of_its_own_shows_these_and_no_others() {
    let host = |name: &str| HostName::read(name).unwrap();
    let server = [identity(&["server.test", "b.shop.test", "plain.test"])];
    let shop = [
        identity(&["*.shop.test"]),
        identity(&["a.shop.test"]),
        identity(&["elsewhere.test"]),
    ];
    let (shop_hosts, plain) = ([host("*.shop.test")], [host("plain.shop.test")]);
    let sites: [(&[HostName], &[Identity]); 2] = [(&shop_hosts, &shop), (&plain, &[])];
    let choice = Choice::of(&server, sites.into_iter());
    for (name, expected) in [
        (Some("server.test"), &server[0]),
        (Some("a.shop.test"), &shop[1]),
        // The server's names it, and the site has its own.
        (Some("b.shop.test"), &shop[0]),
        // No wildcard of a certificate is for it: the first of the site.
        (Some("a.b.shop.test"), &shop[0]),
        // A site without its own: whichever names the host.
        (Some("plain.shop.test"), &shop[0]),
        // No site has it: the same.
        (Some("elsewhere.test"), &shop[2]),
        (Some("stranger.test"), &server[0]),
        (None, &server[0]),
    ] {
        let chosen = choice.for_name(name);
        assert_eq!(chosen.len(), 1, "{name:?}");
        assert!(Arc::ptr_eq(&chosen[0], &expected.key), "{name:?}");
    }
    let alone = Choice::of(&[], [(&shop_hosts[..], &shop[..])].into_iter());
    assert!(Arc::ptr_eq(&alone.for_name(None)[0], &shop[0].key));
}

#[test]
fn a_date_counts_to_the_second() {
    let [certificate, key] = made_for(&["a.test"]);
    let at = |now| Identity::of_pem(certificate.as_bytes(), key.as_bytes(), now);
    // As the library makes them unless told otherwise: from 1975 to 4096.
    let year = Duration::from_hours(365 * 24);
    assert!(matches!(
        at(SystemTime::UNIX_EPOCH + year),
        Err(Trouble::NotYetValid { .. })
    ));
    let late = SystemTime::UNIX_EPOCH + year * 2200;
    assert!(matches!(at(late), Err(Trouble::Expired { .. })));
    assert!(at(clock::wall()).is_ok());
}

/// Terms with a certificate for `localhost`, and a client that believes in it.
fn terms() -> (Terms, Arc<ClientConfig>) {
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key] = made_for(&["localhost"]);
    let files = CertificateFiles {
        certificate: folder.path().join("a.pem"),
        key: folder.path().join("a.key"),
    };
    std::fs::write(&files.certificate, &certificate).unwrap();
    std::fs::write(&files.key, key).unwrap();
    let settings = TlsSettings {
        certificates: vec![files],
        ..TlsSettings::default()
    };
    let hour = Duration::from_hours(1);
    let certificates = Certificates::read(&settings.certificates, hour, clock::wall()).unwrap();
    let mut roots = RootCertStore::empty();
    let root = rustls::pki_types::CertificateDer::from_pem_slice(certificate.as_bytes());
    roots.add(root.unwrap()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (
        Terms::new(&settings, (Arc::new(certificates), 0), None).unwrap(),
        Arc::new(client),
    )
}

type Client = StreamOwned<ClientConnection, UnixStream>;

/// Both ends after a handshake. `client` works in a thread of its own meanwhile.
async fn both<T: Send + 'static>(
    client: impl FnOnce(Client) -> T + Send + 'static,
) -> (Box<stream::Stream>, Receiver<T>) {
    let (terms, config) = terms();
    let (near, far) = UnixStream::pair().unwrap();
    far.set_nonblocking(true).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(config, name).unwrap();
    let (tell, told) = channel();
    let work = move || {
        let _ = tell.send(client(StreamOwned::new(session, near)));
    };
    tasks::thread("client", work).unwrap();
    let socket = Transport::accepted(far.into(), Family::Unix);
    let live = Arc::new(Registry::new()).enter(Peer::Unix, clock::now());
    let journal = Arc::new(Journal::new(1));
    let greeted = greet(&terms, socket, &live, &journal).await;
    let Ok(Greeted::Sealed(Channel::Sealed(stream), Protocol::Http1)) = greeted else {
        panic!("the handshake failed");
    };
    (stream, told)
}

async fn read(stream: &mut stream::Stream, buffer: &mut [u8]) -> usize {
    poll_fn(|cx| stream.poll_read(cx, buffer)).await.unwrap()
}

#[tokio::test]
async fn an_idle_connection_holds_its_keys_and_nothing_else() {
    let (mut stream, client) = both(|mut client| {
        client.write_all(b"question").unwrap();
        let mut answer = [0; 6];
        client.read_exact(&mut answer).unwrap();
        // Until the other side is done looking.
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        answer
    })
    .await;
    let mut buffer = [0; 100];
    assert_eq!(read(&mut stream, &mut buffer).await, 8);
    let answer = [IoSlice::new(b"ans"), IoSlice::new(b"wer")];
    let sent = stream.send_slices(&answer, Follows::Nothing).unwrap();
    assert_eq!(sent, Sent::Bytes(6));
    let nothing = poll_fn(|cx| Poll::Ready(stream.poll_read(cx, &mut buffer))).await;
    assert!(nothing.is_pending());
    assert_eq!(stream.held_bytes(), 0);
    stream.take_leave();
    drop(stream);
    assert_eq!(&client.recv().unwrap(), b"answer");
}

#[tokio::test]
async fn what_does_not_fit_is_read_next_and_a_head_waits_for_its_file() {
    let (mut stream, client) = both(|mut client| {
        client.write_all(&[7; 10_000]).unwrap();
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).unwrap();
        heard
    })
    .await;
    let (mut buffer, mut heard) = ([0; 300], 0);
    while heard < 10_000 {
        heard += read(&mut stream, &mut buffer).await;
    }
    let beginning = [IoSlice::new(b"head")];
    assert_eq!(
        stream.send_slices(&beginning, Follows::More).unwrap(),
        Sent::Bytes(4)
    );
    assert!(stream.held_bytes() >= 4, "nothing has left yet");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b" and its file").unwrap();
    let descriptor = std::os::fd::AsFd::as_fd(&file);
    let sent = stream.send_file(descriptor, 0, 13).unwrap();
    assert_eq!(sent, Sent::Bytes(13));
    assert_eq!(stream.send_file(descriptor, 13, 5).unwrap(), Sent::Bytes(0));
    stream.take_leave();
    drop(stream);
    assert_eq!(client.recv().unwrap(), b"head and its file");
}

#[tokio::test]
async fn a_client_that_does_not_read_makes_us_hold_no_more_than_is_written_down() {
    let (go, wait) = channel::<()>();
    let (mut stream, client) = both(move |mut client| {
        client.flush().unwrap();
        while client.conn.is_handshaking() {
            client.conn.complete_io(&mut client.sock).unwrap();
        }
        wait.recv().unwrap();
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).unwrap();
        heard
    })
    .await;
    let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_be_bytes).collect();
    let (mut sent, mut told) = (0, Some(go));
    while sent < content.len() {
        let slice = [IoSlice::new(&content[sent..])];
        match stream.send_slices(&slice, Follows::Close).unwrap() {
            Sent::Bytes(count) => sent += count,
            Sent::Full => {
                let most = limits::SEAL_BYTES_MAX + limits::SEALED_SPARE_BYTES;
                assert!(stream.held_bytes() <= most);
                if let Some(go) = told.take() {
                    go.send(()).unwrap();
                }
                poll_fn(|cx| stream.socket_mut().poll_writable(cx))
                    .await
                    .unwrap();
            }
        }
    }
    assert!(told.is_none(), "the kernel was full at least once");
    drop(stream);
    assert!(client.recv().unwrap() == content);
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_behind_what_it_said_last() {
    let (mut stream, _client) = both(|mut client| {
        client.write_all(b"one more").unwrap();
        client.conn.send_close_notify();
        client.flush().unwrap();
    })
    .await;
    // What was said before the farewell is kept, and may hide it.
    let _ = poll_fn(|cx| Poll::Ready(stream.poll_gone(cx))).await;
    let mut buffer = [0; 100];
    assert_eq!(read(&mut stream, &mut buffer).await, 8);
    poll_fn(|cx| stream.poll_gone(cx)).await;
    assert_eq!(read(&mut stream, &mut buffer).await, 0);
}
