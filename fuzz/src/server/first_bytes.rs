//! What a connection speaks is decided by its first bytes, and however they are cut the decision is
//! the same: TLS or HTTP where TLS is expected, HTTP/1.1 or HTTP/2 where it is not.

use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};

use hello::clock;
use hello::config::{CertificateFiles, FileSettings, Http1Settings, TlsSettings};
use hello::driving::{Room, Witness};
use hello::exchange::{Ending, Peer};
use hello::net::{Family, Permits, Transport};
use hello::observe::{Entered, Journal, Live, Registry};
use hello::site::{FileCache, Generation, Site, Sites};
use hello::tls::first::{First, UNDECIDED_BYTES_MAX, first_of};
use hello::tls::{Certificates, Channel, Greeted, Terms};
use hello_http1::{Connection, Limits, Next, Refusal, RequestHead};

const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEAD_BYTES_MAX: usize = 512;

/// The first byte chooses the cuts; the rest is what a client says, and then it closes.
pub fn check(bytes: &[u8]) {
    let Some((&choice, said)) = bytes.split_first() else {
        return;
    };
    let said = &said[..said.len().min(2 * HEAD_BYTES_MAX)];
    where_tls_is_expected(said);
    let pieces = pieces(said, choice);
    let verdict = in_clear([said]);
    assert_eq!(in_clear(said.chunks(1)), verdict, "in clear, byte by byte");
    assert_eq!(in_clear(pieces.iter().copied()), verdict, "in clear, cut");
    hold_to_the_words(said, verdict);
    let outcome = served(&[said]);
    assert_eq!(served(&pieces), outcome, "served, cut");
    assert_eq!(
        outcome == Outcome::HandedOver,
        verdict == Verdict::Http2,
        "whoever says all of the opening words, and nobody else, gets to the driver of HTTP/2"
    );
    assert_eq!(greeted(&pieces), greeted(&[said]), "greeted, cut");
}

/// The sniffer: what it decides, it decides soon and once.
fn where_tls_is_expected(said: &[u8]) {
    let mut decided = None;
    for end in 0..=said.len().min(UNDECIDED_BYTES_MAX + 3) {
        let now = first_of(&said[..end]);
        match decided {
            None if now == First::NotYet => {
                assert!(end <= UNDECIDED_BYTES_MAX, "undecided after {end} bytes");
            }
            None => decided = Some(now),
            Some(before) => assert_eq!(now, before, "another opinion at byte {end}"),
        }
    }
    assert_eq!(first_of(said), decided.unwrap_or(First::NotYet));
    let method = said.split(|byte| *byte == b' ').next().unwrap_or(said);
    let is_method = (1..=16).contains(&method.len()) && method.iter().all(u8::is_ascii_uppercase);
    let has_space = method.len() < said.len();
    assert_eq!(decided == Some(First::Tls), said.first() == Some(&0x16));
    assert_eq!(decided == Some(First::Http), is_method && has_space);
}

/// What the engine of HTTP/1.1 makes of a connection's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Http2,
    Refused(Refusal),
    Request,
    NotYet,
}

/// Shows the engine these pieces, up to its first verdict.
fn in_clear<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Verdict {
    let limits = Limits {
        head_bytes_max: HEAD_BYTES_MAX,
        target_bytes_max: 100,
        ..Limits::default()
    };
    let now = dawn();
    let mut engine = Connection::new(Arc::new(limits), now);
    let mut head = RequestHead::default();
    let mut input = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        match engine.receive(now, &input, &mut head) {
            Ok(Next::NeedBytes { consumed }) => drop(input.drain(..consumed)),
            Ok(_) => return Verdict::Request,
            Err(Refusal::Http2Preface) if engine.opens_http2(&input) => return Verdict::Http2,
            Err(refusal) => return Verdict::Refused(refusal),
        }
        assert!(input.len() < HEAD_BYTES_MAX, "a head without an end");
    }
    Verdict::NotYet
}

/// What each verdict says about the words.
fn hold_to_the_words(said: &[u8], verdict: Verdict) {
    let first = said.strip_prefix(b"\r\n").unwrap_or(said);
    let is_undecided = first.len() < HTTP2.len() && HTTP2.starts_with(first);
    assert_eq!(verdict == Verdict::Http2, said.starts_with(HTTP2));
    assert_eq!(
        verdict == Verdict::Refused(Refusal::TlsOnPlainPort),
        first.starts_with(&[0x16, 3])
    );
    assert_eq!(
        verdict == Verdict::Refused(Refusal::Http2Preface),
        first.starts_with(b"PRI * HTTP/2.0\r\n") && !is_undecided && !said.starts_with(HTTP2)
    );
    assert_eq!(
        verdict == Verdict::Refused(Refusal::ExtraEmptyLine),
        said.starts_with(b"\r\n\r\n")
    );
    if is_undecided || [&b"\r"[..], b"\x16"].contains(&first) {
        assert_eq!(verdict, Verdict::NotYet);
    }
}

/// What became of a connection in clear.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    HandedOver,
    /// The first answer's status line, if there was an answer.
    Answered(Option<Vec<u8>>),
}

/// Lets the driver of HTTP/1.1 serve a client that says these pieces.
fn served(pieces: &[&[u8]]) -> Outcome {
    let (mut client, server) = pair();
    let room = room();
    let journal = room.journal.clone();
    let (entered, live) = enter();
    let witness = Witness::new(entered, journal.clone());
    let permit = Permits::new(1).try_take().expect("the first");
    let channel = Channel::Plain(server);
    let serving = hello::http1::serve(channel, witness, permit, room);
    let handover = converse(&mut client, pieces, &live, serving);
    if let Some(handover) = handover {
        let said = pieces.concat();
        assert!(handover.heard.starts_with(HTTP2), "words were lost");
        assert!(said.starts_with(&handover.heard), "words were made up");
        drop(handover);
        return Outcome::HandedOver;
    }
    assert_eq!(journal.totals().endings.iter().sum::<u64>(), 1, "one end");
    let mut heard = Vec::new();
    // A reset is an end as well.
    let _ = client.read_to_end(&mut heard);
    let first_line = heard.split(|byte| *byte == b'\r').next();
    Outcome::Answered(
        first_line
            .filter(|line| !line.is_empty())
            .map(<[u8]>::to_vec),
    )
}

/// What became of a connection to a port that expects TLS.
#[derive(Debug, PartialEq, Eq)]
enum Greeting {
    Sealed,
    InClear,
    Over(Ending),
}

/// Lets a client that says these pieces be greeted.
fn greeted(pieces: &[&[u8]]) -> Greeting {
    let (mut client, server) = pair();
    let journal = Arc::new(Journal::new(1));
    let (entered, live) = enter();
    let greeting = hello::tls::greet(terms(), server, &entered, &journal);
    match converse(&mut client, pieces, &live, greeting) {
        Ok(Greeted::Sealed(..)) => Greeting::Sealed,
        Ok(Greeted::PlainHttp(_, heard)) => {
            let said = pieces.concat();
            assert!(said.starts_with(&heard), "words were lost or made up");
            assert_eq!(first_of(&heard), First::Http);
            Greeting::InClear
        }
        Err(ending) => Greeting::Over(ending),
    }
}

/// Says the pieces, each when the one before was read (or will not be), closes, and waits for the
/// other side to be done.
fn converse<T>(
    client: &mut UnixStream,
    pieces: &[&[u8]],
    live: &Live,
    serving: impl Future<Output = T>,
) -> T {
    /// Looks at a server that may not want to read on.
    const LOOKS_MAX: usize = 8;
    runtime().block_on(async {
        let mut serving = pin!(serving);
        let mut said = 0;
        for piece in pieces {
            // Whoever was refused may find the door closed.
            let _ = client.write_all(piece);
            said += piece.len() as u64;
            for _ in 0..LOOKS_MAX {
                let looked = poll_fn(|cx| Poll::Ready(serving.as_mut().poll(cx))).await;
                if let Poll::Ready(outcome) = looked {
                    return outcome;
                }
                if live.received() >= said {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let _ = client.shutdown(Shutdown::Write);
        serving.await
    })
}

/// A place in a registry, and what it shows of the connection.
fn enter() -> (Entered, Arc<Live>) {
    let registry = Arc::new(Registry::new());
    let entered = registry.enter(Peer::Unix, clock::now());
    let mut seen = None;
    registry.visit(0, 1, |live| seen = Some(live.clone()));
    (entered, seen.expect("it has just entered"))
}

fn pair() -> (UnixStream, Transport) {
    let (client, server) = UnixStream::pair().expect("a pair of sockets");
    server.set_nonblocking(true).expect("a socket of ours");
    // A socket belongs to the runtime that it was made in.
    let _inside = runtime().enter();
    (client, Transport::accepted(server.into(), Family::Unix))
}

/// Cuts into pieces of one to sixteen bytes, by chance; at first smaller ones.
fn pieces(mut said: &[u8], choice: u8) -> Vec<&[u8]> {
    let mut chance = u32::from(choice);
    let mut pieces = Vec::new();
    while !said.is_empty() && pieces.len() < 64 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let most = pieces.len().min(15) + 1;
        let length = (chance >> 24) as usize % most + 1;
        let (piece, rest) = said.split_at(length.min(said.len()));
        pieces.push(piece);
        said = rest;
    }
    if !said.is_empty() {
        pieces.push(said);
    }
    pieces
}

#[allow(
    clippy::disallowed_methods,
    reason = "an Instant has no other beginning"
)]
fn dawn() -> Instant {
    Instant::now()
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    })
}

fn room() -> Arc<Room> {
    static SITES: OnceLock<Arc<Sites>> = OnceLock::new();
    let sites = SITES.get_or_init(|| {
        let folder = folder("hello-first-bytes");
        std::fs::write(folder.join("index.html"), "hi").expect("room for a file");
        let cache = FileCache::new(1 << 20, 8).into();
        let site = Site::of_path(&folder, &FileSettings::default(), &cache).expect("a folder");
        Arc::new(Sites::new(Generation::of(site)))
    });
    let limits = Http1Settings {
        head_bytes_max: HEAD_BYTES_MAX,
        target_bytes_max: 100,
        ..Http1Settings::default()
    };
    Arc::new(Room {
        sites: sites.clone(),
        journal: Arc::new(Journal::new(1)),
        limits: Arc::new(limits),
        private_only: None,
        linger_timeout: Duration::from_millis(20),
        tunnel_timeout: Duration::from_millis(20),
    })
}

/// Terms with a certificate that nobody will live to see.
fn terms() -> &'static Terms {
    static TERMS: OnceLock<Terms> = OnceLock::new();
    TERMS.get_or_init(|| {
        let folder = folder("hello-first-bytes-keys");
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned()];
        let certificate = rcgen::CertificateParams::new(names)
            .and_then(|params| params.self_signed(&key))
            .expect("a certificate");
        let files = CertificateFiles {
            certificate: folder.join("a.pem"),
            key: folder.join("a.key"),
        };
        std::fs::write(&files.certificate, certificate.pem()).expect("room for a file");
        std::fs::write(&files.key, key.serialize_pem()).expect("room for a file");
        let settings = TlsSettings {
            certificates: vec![files],
            ..TlsSettings::default()
        };
        let hour = Duration::from_hours(1);
        let certificates = Certificates::read(&settings.certificates, hour, clock::wall());
        let certificates = certificates.expect("a certificate and its key");
        Terms::new(&settings, (Arc::new(certificates), 0), None).expect("terms")
    })
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("room for a folder");
    folder
}
