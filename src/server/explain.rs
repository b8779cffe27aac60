//! Goes the way of a request that nobody sent, and writes down every step: `hello explain`.
//!
//! Law: no socket is opened and nobody else is told. The sites are built of the settings as for a
//! start, and the way is the one that requests go.

use http::{HeaderName, HeaderValue, StatusCode};

use super::StartError;
use super::assemble::shared_descriptors;
use super::sites::Ground;
use crate::clock;
use crate::config::{ListenAddress, Settings};
pub use crate::driving::Imagined;
use crate::driving::{Leaving, PrivateOnly};
use crate::exchange::{Body, Response};
pub use crate::exchange::{
    FieldStep, FileKind, HostMatch, ListenerMatch, Origin, Peer, Proof, Reason, RuleOutcome, Said,
    Scheme, Step, Unmet,
};
use crate::http1;
use crate::observe::{Journal, Registry};
pub use crate::observe::{reason_in_words, walk_in_words};
use crate::site::{FileCache, Generation, Walk};

/// The way of a request, and its answer.
#[derive(Debug)]
pub struct Explained {
    /// What was found on the way, in order.
    pub steps: Vec<Step>,
    /// The status of the answer.
    pub status: StatusCode,
    /// Why this answer and not what was asked for, if there is something to say.
    pub reason: Option<Reason>,
    /// Its fields as they would be sent, but for those of the connection.
    pub fields: Vec<(HeaderName, HeaderValue)>,
    /// What is sent after them.
    pub content: Content,
}

/// What is sent after a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Bytes; `None`: it is made while it is sent.
    pub bytes: Option<u64>,
    /// Where it comes from.
    pub source: ContentSource,
}

/// Where a content comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentSource {
    /// There is none.
    Nothing,
    /// From memory: a small file, a page of ours, the text of a rule.
    Memory,
    /// From an open file, by the kernel.
    File,
    /// Several parts of a file.
    Parts,
    /// It is made while it is sent.
    Stream,
    /// Another protocol is spoken from here on.
    Takeover,
}

impl ContentSource {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Memory => "memory",
            Self::File => "file",
            Self::Parts => "parts",
            Self::Stream => "stream",
            Self::Takeover => "takeover",
        }
    }

    pub(super) fn of(body: &Body) -> Self {
        match body {
            Body::Empty => Self::Nothing,
            Body::Bytes(_) => Self::Memory,
            Body::File(_) => Self::File,
            Body::Parts(_) => Self::Parts,
            Body::Stream(_) => Self::Stream,
            Body::Takeover(_) => Self::Takeover,
        }
    }
}

/// Goes the way of a request that comes in at this address, or where its own leads to. May wait for a
/// disk.
///
/// # Errors
/// What a start would fail with: a folder that is not there, a file that cannot be read.
pub fn explain(
    settings: &Settings,
    asked: &Imagined,
    at: Option<&ListenAddress>,
) -> Result<Explained, StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .map_err(StartError::Runtime)?;
    let explained = runtime.block_on(go(settings, asked, at));
    // What was begun for whoever asks next is not waited for.
    runtime.shutdown_background();
    explained
}

async fn go(
    settings: &Settings,
    asked: &Imagined,
    at: Option<&ListenAddress>,
) -> Result<Explained, StartError> {
    let journal = std::sync::Arc::new(Journal::new(1));
    let registry = std::sync::Arc::new(Registry::new());
    let open_files_max = shared_descriptors(settings).files;
    let files = FileCache::new(settings.site.files.memory_bytes_max, open_files_max);
    let places = Ground::new(journal, registry, files.into()).build(settings)?;
    let walk = Walk::default();
    let (place, came_in) = place_of(settings, asked, at);
    if settings.sites.iter().any(|site| !site.listen.is_empty()) {
        walk.add(came_in);
    }
    let sites = &places[place];
    let response = match to_private(settings, asked, (sites, place)) {
        Some(elsewhere) => {
            walk.add(Step::InClear);
            elsewhere
        }
        None => asked.answer(sites, &settings.http1, &walk).await,
    };
    let private_only = { settings.tls.hsts }
        .filter(|_| asked.scheme == Scheme::Https)
        .map(PrivateOnly::during);
    let leaving = Leaving::of(
        &response,
        &asked.method,
        private_only.as_ref(),
        clock::now(),
    );
    let source = match leaving.content_bytes {
        Some(0) => ContentSource::Nothing,
        _ => ContentSource::of(&response.body),
    };
    Ok(Explained {
        steps: walk.into_steps(),
        status: leaving.status,
        reason: response.reason,
        fields: leaving.fields,
        content: Content {
            bytes: leaving.content_bytes,
            source,
        },
    })
}

/// The way to the same page in private, if it is asked for in clear and TLS is spoken.
fn to_private(
    settings: &Settings,
    asked: &Imagined,
    (sites, place): (&Generation, usize),
) -> Option<Response> {
    if asked.scheme == Scheme::Https || !settings.tls_plan().is_spoken_at(place) {
        return None;
    }
    let addresses = settings.spoken().into_iter();
    let sealed = addresses.filter(|(_, is_sealed)| *is_sealed);
    let sealed: Vec<u16> = sealed.filter_map(|(address, _)| port(address)).collect();
    let own = port_of(asked);
    // Who comes to where TLS is spoken stays there.
    let port = { sealed.first().copied() }.filter(|_| !sealed.contains(&own));
    let address = http1::address_in_private(Some(&asked.authority), &asked.target(), port);
    let language = asked.language();
    Some(match address {
        Some(address) => sites.elsewhere(address, language),
        None => sites.refuse(StatusCode::BAD_REQUEST, "plain-http", language),
    })
}

/// The address that a request comes in at, as far as its own tells.
pub(super) fn address_of<'s>(
    settings: &'s Settings,
    asked: &Imagined,
) -> Option<&'s ListenAddress> {
    let asked_for = port_of(asked);
    let mut addresses = settings.addresses().into_iter();
    let found = addresses.find(|address| port(address) == Some(asked_for));
    found.or_else(|| settings.listen.first())
}

/// Where a request comes in: where it is said to, or at the port that it asks for. Somebody in between may
/// listen there; then it is where the server does.
fn place_of(settings: &Settings, asked: &Imagined, at: Option<&ListenAddress>) -> (usize, Step) {
    let asked_for = port_of(asked);
    let mut addresses = settings.addresses().into_iter();
    let (address, by) = match at {
        Some(address) => (Some(address), ListenerMatch::Said),
        None => match addresses.find(|address| port(address) == Some(asked_for)) {
            Some(address) => (Some(address), ListenerMatch::Port),
            None => (settings.listen.first(), ListenerMatch::Server),
        },
    };
    let place = address.map_or(0, |address| settings.place_of(address));
    let address = address.map(ToString::to_string).unwrap_or_default();
    (place, Step::Listener { address, by })
}

/// The port that is asked for; where it is not said, that of the scheme.
fn port_of(asked: &Imagined) -> u16 {
    let host = crate::exchange::host_of(&asked.authority);
    let port = asked.authority.get(host.len() + 1..).unwrap_or_default();
    let usual = match asked.scheme {
        Scheme::Http => 80,
        Scheme::Https => 443,
    };
    { std::str::from_utf8(port).ok() }
        .and_then(|port| port.parse().ok())
        .unwrap_or(usual)
}

fn port(address: &ListenAddress) -> Option<u16> {
    match address {
        ListenAddress::Tcp(address) => Some(address.port()),
        ListenAddress::Localhost(port)
        | ListenAddress::EveryNetwork(port)
        | ListenAddress::Name { port, .. } => Some(*port),
        ListenAddress::Unix(_) => None,
    }
}

/// What stands before the path where nobody says it: the address that is listened on first.
pub fn usual_authority(settings: &Settings) -> String {
    match settings.addresses().into_iter().find_map(port) {
        None | Some(80 | 443) => "localhost".to_owned(),
        Some(port) => format!("localhost:{port}"),
    }
}
