//! Keeps pages in step with the files they are made of (`--live`).
//!
//! ```text
//! the disk → watcher → gathering → hub → stream → assets/live.js, which page.rs put into the page
//!            └── a thread of its own ──┘
//! ```
//!
//! Law: nothing of this is there without the option. What is told is that something has changed and
//! the paths of styles: less than whoever may ask for files can find out himself. So whoever may do
//! that may listen, a phone in the same network too; pages of other sites may not.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::clock;
use crate::config::FileSettings;
use crate::exchange::{FieldList, Peer, Reason, Request, Response};
use crate::observe::{Change, Journal, Notice};
use crate::tasks;

use super::content::settled::Settled;
use super::guard::onlooker;
use super::limits::{QUIET_MARGIN, REFRESHED_NAMED_MAX, RELOAD_STREAMS_MAX};
use super::pipeline::Dressing;
use super::seats::Seats;

mod gathering;
mod hub;
mod page;
mod stream;
mod watcher;

use gathering::{Changes, Gathering, Remedy};
use hub::{Hub, Seen};
use stream::Told;
use watcher::{MustLook, Watcher};

/// Where pages listen. A name that begins with a dot: no file has it unless hidden ones are served,
/// and then this one is not among them.
const STREAM_PATH: &str = "/.hello/live";
/// Where the script is.
const SCRIPT_PATH: &str = "/.hello/live.js";

/// Pages that are told of changes.
pub(super) struct LiveReload {
    hub: Arc<Hub>,
    script: Settled,
    seats: Seats,
}

/// A path that is watched, and where it stands in the site.
pub(super) struct Watched {
    /// The folder or file.
    pub(super) path: PathBuf,
    /// What its names have before them: empty, or a path without a slash at its end.
    pub(super) prefix: Box<[u8]>,
}

impl LiveReload {
    /// Starts to watch, in a thread that ends soon after this is dropped. May wait for a disk.
    pub(super) fn start(
        watched: Vec<Watched>,
        settings: &FileSettings,
        journal: Arc<Journal>,
    ) -> io::Result<Self> {
        let hub = Arc::new(Hub::new());
        let watch = Watch {
            hub: Arc::downgrade(&hub),
            journal,
            quiet: settings.look_again_after + QUIET_MARGIN,
        };
        // Before anybody is served: what changes from then on is noticed.
        let now = clock::now();
        let watchers = { watched.into_iter() }
            .map(|watched| Watcher::new(watched.path, &watched.prefix, settings, now))
            .collect();
        tasks::thread("hello-watcher", move || watch.run(watchers))?;
        let mut fields = FieldList::new();
        let (name, value) = stream::OWN_PAGES_ONLY;
        fields.add(name, value);
        let script_type = HeaderValue::from_static("text/javascript; charset=utf-8");
        fields.add(CONTENT_TYPE, script_type);
        Ok(Self {
            hub,
            script: Settled::new(fields, Bytes::from_static(SCRIPT)),
            seats: Seats::new(RELOAD_STREAMS_MAX),
        })
    }

    /// The answer to what pages ask for on their own account; `None`: it is for a file.
    pub(super) fn answer(&self, request: &Request<'_>) -> Option<Result<Response, Reason>> {
        if request.path == SCRIPT_PATH.as_bytes() {
            return Some(Ok(self.script.response()));
        }
        (request.path == STREAM_PATH.as_bytes()).then(|| {
            let authority = request.authority.unwrap_or_default();
            if onlooker::is_from_another_site(request, authority) {
                return Err(Reason::OtherSite);
            }
            let seat = self.seats.take().ok_or(Reason::Overloaded)?;
            let seen = {
                request
                    .query
                    .and_then(|query| query.strip_prefix(b"since="))
            }
            .and_then(Seen::read);
            let listener = self.hub.listen(*request.peer);
            Ok(Told::new(listener, seen, seat).response())
        })
    }

    /// The answer; if it is a page, one that listens.
    pub(super) fn in_page(
        &self,
        request: &Request<'_>,
        response: Response,
        dressing: Dressing,
    ) -> Response {
        page::with_script(request, response, self.hub.now(), dressing)
    }
}

const SCRIPT: &[u8] = include_bytes!("../../../assets/live.js");

/// What the thread has.
struct Watch {
    hub: Weak<Hub>,
    journal: Arc<Journal>,
    quiet: Duration,
}

impl Watch {
    fn run(self, mut watchers: Vec<Watcher>) {
        let mut gathering = Gathering::new(self.quiet);
        let mut said = None;
        loop {
            // Once for each reason: whoever waits for a change should know why it takes longer.
            let why = watchers.iter().find_map(Watcher::looks_because);
            if why.is_some() && why != said {
                said = why;
                self.say_why(why);
            }
            for watcher in &mut watchers {
                watcher.attend(clock::now(), &mut gathering);
            }
            let Some(hub) = self.hub.upgrade() else {
                return;
            };
            if let Some(changes) = gathering.take(clock::now()) {
                let has_links = watchers.iter().any(Watcher::has_links);
                self.tell(&hub, changes, has_links);
            }
            drop(hub);
            let due = { watchers.iter().map(Watcher::deadline) }
                .chain(gathering.deadline())
                .min();
            wait(&watchers, due.unwrap_or_else(clock::now));
        }
    }

    fn say_why(&self, why: Option<MustLook>) {
        if let Some(why) = why {
            let why = why.name();
            self.journal.notice(Notice::LooksForChanges { why });
        }
    }

    fn tell(&self, hub: &Hub, changes: Changes, has_links: bool) {
        let are_styles = matches!(changes.remedy, Remedy::Styles(_));
        let told = hub.tell(match changes.remedy {
            // By which of its names a page has it, nobody knows.
            Remedy::Styles(_) if has_links => Remedy::Styles(Vec::new()),
            remedy => remedy,
        });
        let path = changes.first.strip_prefix(b"/").unwrap_or(&changes.first);
        let change = Change {
            files: u32::try_from(changes.files).unwrap_or(u32::MAX),
            pages: u32::try_from(told.len()).unwrap_or(u32::MAX),
            are_styles,
            ..Change::default()
        };
        self.journal.changed(path, &whose(&told), change);
    }
}

/// The addresses that pages were shown at, each once.
fn whose(pages: &[Peer]) -> String {
    let mut addresses: Vec<IpAddr> = { pages.iter() }.filter_map(Peer::address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let more = addresses.len().saturating_sub(REFRESHED_NAMED_MAX);
    let named = addresses.iter().take(REFRESHED_NAMED_MAX);
    let mut named: Vec<String> = named.map(ToString::to_string).collect();
    if more > 0 {
        named.push(format!("+{more}"));
    }
    named.join(", ")
}

/// Waits until the system tells of something, or until it is time to look.
fn wait(watchers: &[Watcher], until: Instant) {
    let patience = until.saturating_duration_since(clock::now());
    let mut descriptors: Vec<PollFd<'_>> = { watchers.iter() }
        .filter_map(Watcher::descriptor)
        .map(|descriptor| PollFd::from_borrowed_fd(descriptor, PollFlags::IN))
        .collect();
    let timeout = Timespec::try_from(patience).ok();
    if poll(&mut descriptors, timeout.as_ref()).is_err() {
        // Interrupted, or not allowed: then the next look comes when it is due all the same.
        std::thread::park_timeout(patience);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::OWN_PATHS;

    #[test]
    fn what_pages_ask_for_on_their_own_account_lies_where_no_file_does() {
        for path in [STREAM_PATH, SCRIPT_PATH] {
            assert!(path.starts_with(OWN_PATHS), "{path}");
            assert!(
                SCRIPT
                    .windows(STREAM_PATH.len())
                    .any(|part| part == STREAM_PATH.as_bytes())
            );
        }
    }

    #[test]
    fn whose_pages_they_are_is_said_once_and_in_short() {
        let peer = |n: u8, port: u16| Peer::Tcp(([192, 0, 2, n], port).into());
        assert_eq!(whose(&[]), "");
        assert_eq!(whose(&[Peer::Unix]), "");
        assert_eq!(
            whose(&[peer(7, 1), peer(2, 1), peer(7, 2)]),
            "192.0.2.2, 192.0.2.7"
        );
        let many: Vec<Peer> = (0..6).map(|n| peer(n, 1)).collect();
        assert_eq!(
            whose(&many),
            "192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, +2"
        );
    }
}
