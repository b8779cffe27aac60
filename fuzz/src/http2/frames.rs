//! Whatever frames a client sends, what it hears is whole frames, the journal hears of one end, and
//! the connection does come to it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hello::clock;
use hello::config::{FileSettings, Http1Settings};
use hello::driving::{Handover, Room, Witness};
use hello::exchange::Peer;
use hello::net::{Family, Permits, Transport};
use hello::observe::{Journal, Registry};
use hello::site::{FileCache, Generation, Site, Sites};
use hello::tls::Channel;

const HEADERS: u8 = 1;
const PRIORITY_UPDATE: u8 = 16;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Reads frames out of the bytes: kind, flags, stream, length, payload. A client that has said all of
/// it closes.
pub fn check(bytes: &[u8]) {
    let mut said = PREFACE.to_vec();
    said.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let mut requests = 0;
    let mut rest = bytes;
    while let [kind, flags, stream, length, more @ ..] = rest {
        let (payload, more) = more.split_at(more.len().min(usize::from(*length)));
        let length = u8::try_from(payload.len()).expect("no longer than was asked for");
        let kind = match *kind % 12 {
            // The next that means anything.
            10 => PRIORITY_UPDATE,
            kind => kind,
        };
        said.extend([0, 0, length, kind, *flags, 0, 0, 0, *stream]);
        said.extend(payload);
        requests += u64::from(kind == HEADERS);
        rest = more;
    }
    let (heard, journal) = converse(&said);
    assert_frames(&heard);
    let totals = journal.totals();
    assert_eq!(totals.endings.iter().sum::<u64>(), 1, "one end");
    assert!(
        totals.requests <= requests,
        "no answer to what was not asked"
    );
}

/// Says it all, closes, and hears what comes.
fn converse(said: &[u8]) -> (Vec<u8>, Arc<Journal>) {
    let (mut client, server) = UnixStream::pair().expect("a pair of sockets");
    server.set_nonblocking(true).expect("a socket of ours");
    client.write_all(said).expect("room for all of it");
    client.shutdown(Shutdown::Write).expect("a socket of ours");
    let room = room();
    let journal = room.journal.clone();
    let live = Arc::new(Registry::new()).enter(Peer::Unix, clock::now());
    let handover = Handover {
        channel: Channel::Plain(Transport::accepted(server.into(), Family::Unix)),
        live: Witness::new(live, journal.clone()),
        permit: Permits::new(1).try_take().expect("the first"),
        heard: Vec::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(hello::http2::serve(handover, room));
    let mut heard = Vec::new();
    // A reset is an end as well.
    let _ = client.read_to_end(&mut heard);
    (heard, journal)
}

/// What is heard is frames, the last of which may be cut off where a client took too little.
fn assert_frames(mut heard: &[u8]) {
    let mut has_parted = false;
    while let [high, middle, low, kind, _, stream @ ..] = heard {
        let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        assert!(length <= 16 << 10, "a frame of {length} bytes");
        assert!(*kind <= 9, "a frame of kind {kind}");
        assert!(!has_parted || *kind != 1, "an answer after the last word");
        has_parted |= *kind == 7 && stream.get(4..8) != Some(&[0x7f, 255, 255, 255]);
        heard = heard.get(9 + length..).unwrap_or_default();
    }
}

fn room() -> Arc<Room> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("hello-frames-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("room for a folder");
        std::fs::write(folder.join("index.html"), "hi").expect("room for a file");
        folder
    });
    let short = Duration::from_millis(20);
    let limits = Http1Settings {
        write_timeout: short,
        body_timeout: short,
        idle_timeout: short,
        head_timeout: short,
        ..Http1Settings::default()
    };
    let cache = FileCache::new(1 << 20, 8).into();
    let site = Site::of_path(folder, &FileSettings::default(), &cache).expect("a folder");
    Arc::new(Room {
        sites: Arc::new(Sites::new(Generation::of(site))),
        journal: Arc::new(Journal::new(1)),
        limits: Arc::new(limits),
        private_only: None,
        linger_timeout: short,
        tunnel_timeout: short,
    })
}
