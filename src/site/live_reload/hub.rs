//! Knows in which state the files are, what led there, and which pages are open.
//!
//! Law: a page says which state it was made in and hears what has happened since, exactly: nothing is
//! missed between loading a page and listening, over a broken connection or a restart of hello.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::gathering::Remedy;
use crate::exchange::Peer;
use crate::site::limits::{CHANGES_KEPT_MAX, STYLES_TOLD_MAX};

/// Where pages hear of changes.
pub(super) struct Hub {
    /// This run of hello: another run knows nothing of what happened in this one.
    run: u64,
    state: Mutex<State>,
    bell: Arc<Notify>,
}

#[derive(Default)]
struct State {
    /// How often something has changed.
    revision: u64,
    /// What the last of these changes were, the newest last; styles without paths are any.
    past: VecDeque<Remedy>,
    /// The pages that listen, by the order in which they came.
    pages: BTreeMap<u64, Peer>,
    /// How many have come.
    came: u64,
}

/// A state of the files, as a page was told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    run: u64,
    revision: u64,
}

/// What a page has missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// These styles; empty: any.
    Styles(Vec<Box<[u8]>>),
    /// More than that.
    Reload,
}

/// A page that listens; dropped, it does no longer.
pub(super) struct Listener {
    hub: Arc<Hub>,
    number: u64,
}

impl Hub {
    pub(super) fn new() -> Self {
        Self {
            run: RandomState::new().hash_one(()),
            state: Mutex::default(),
            bell: Arc::default(),
        }
    }

    /// The state the files are in.
    pub(super) fn now(&self) -> Seen {
        Seen {
            run: self.run,
            revision: self.lock().revision,
        }
    }

    /// Something changed: every page that listens is told. Answers whose they are.
    pub(super) fn tell(&self, remedy: Remedy) -> Vec<Peer> {
        let mut state = self.lock();
        state.revision += 1;
        if state.past.len() >= CHANGES_KEPT_MAX {
            state.past.pop_front();
        }
        state.past.push_back(match remedy {
            Remedy::Styles(paths) if paths.len() > STYLES_TOLD_MAX => Remedy::Styles(Vec::new()),
            remedy => remedy,
        });
        let told = state.pages.values().copied().collect();
        drop(state);
        self.bell.notify_waiters();
        told
    }

    /// What has happened since a state, and the state that leads to; `None`: nothing. Whoever names no
    /// state that we know has missed everything.
    pub(super) fn since(&self, seen: Option<Seen>) -> (Seen, Option<News>) {
        let state = self.lock();
        let now = Seen {
            run: self.run,
            revision: state.revision,
        };
        let missed = seen
            .filter(|seen| seen.run == self.run)
            .and_then(|seen| state.revision.checked_sub(seen.revision))
            .and_then(|missed| usize::try_from(missed).ok());
        let Some(missed) = missed.filter(|missed| *missed <= state.past.len()) else {
            return (now, Some(News::Reload));
        };
        if missed == 0 {
            return (now, None);
        }
        let mut paths = BTreeSet::new();
        let mut are_any = false;
        for remedy in state.past.iter().rev().take(missed) {
            match remedy {
                Remedy::Styles(changed) => {
                    are_any |= changed.is_empty();
                    paths.extend(changed.iter().cloned());
                }
                Remedy::Reload => return (now, Some(News::Reload)),
            }
        }
        let paths = if are_any || paths.len() > STYLES_TOLD_MAX {
            Vec::new()
        } else {
            paths.into_iter().collect()
        };
        (now, Some(News::Styles(paths)))
    }

    /// A page listens from now on.
    pub(super) fn listen(self: &Arc<Self>, peer: Peer) -> Listener {
        let mut state = self.lock();
        state.came += 1;
        let number = state.came;
        state.pages.insert(number, peer);
        Listener {
            hub: self.clone(),
            number,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// What has happened since a state, and a bell for what comes after.
    pub(super) fn hear(&self, seen: Option<Seen>) -> (Seen, Option<News>, Pin<Box<OwnedNotified>>) {
        // Hung up first: a change that comes between the two rings it.
        let mut bell = Box::pin(self.hub.bell.clone().notified_owned());
        bell.as_mut().enable();
        let (now, news) = self.hub.since(seen);
        (now, news, bell)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.hub.lock().pages.remove(&self.number);
    }
}

impl Seen {
    /// Reads what [`Seen::to_string`](ToString::to_string) wrote.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let (run, revision) = std::str::from_utf8(text).ok()?.split_once('-')?;
        Some(Self {
            run: u64::from_str_radix(run, 16).ok()?,
            revision: revision.parse().ok()?,
        })
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}-{}", self.run, self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(paths: &[&str]) -> Remedy {
        Remedy::Styles(paths.iter().map(|path| path.as_bytes().into()).collect())
    }

    #[allow(clippy::unnecessary_wraps, reason = "as it is heard")]
    fn swapped(paths: &[&str]) -> Option<News> {
        let paths = paths.iter().map(|path| path.as_bytes().into());
        Some(News::Styles(paths.collect()))
    }

    #[test]
    fn a_page_hears_what_happened_since_the_state_it_was_made_in() {
        let hub = Hub::new();
        let made = hub.now();
        assert_eq!(hub.since(Some(made)), (made, None));
        hub.tell(styles(&["/b.css"]));
        let between = hub.now();
        hub.tell(styles(&["/a.css", "/b.css"]));
        assert_eq!(hub.since(Some(made)).1, swapped(&["/a.css", "/b.css"]));
        hub.tell(Remedy::Reload);
        let after = hub.now();
        assert_eq!(hub.since(Some(between)), (after, Some(News::Reload)));
        hub.tell(styles(&["/a.css"]));
        assert_eq!(hub.since(Some(after)).1, swapped(&["/a.css"]));
    }

    #[test]
    fn who_was_away_for_too_long_or_in_another_run_loads_everything_again() {
        let hub = Hub::new();
        let made = hub.now();
        assert_eq!(Seen::read(made.to_string().as_bytes()), Some(made));
        for stranger in ["", "-", "0", "x-1", "0-x", "0-0", "0-18446744073709551616"] {
            let seen = Seen::read(stranger.as_bytes());
            assert_eq!(hub.since(seen), (made, Some(News::Reload)), "{stranger}");
        }
        let in_the_future = Seen {
            revision: 1,
            ..made
        };
        assert_eq!(hub.since(Some(in_the_future)).1, Some(News::Reload));
        for _ in 0..CHANGES_KEPT_MAX {
            hub.tell(styles(&["/a.css"]));
        }
        assert_eq!(hub.since(Some(made)).1, swapped(&["/a.css"]));
        hub.tell(styles(&["/a.css"]));
        assert_eq!(hub.since(Some(made)).1, Some(News::Reload));
        assert_eq!(hub.lock().past.len(), CHANGES_KEPT_MAX);
    }

    #[test]
    fn of_very_many_styles_none_is_named() {
        let hub = Hub::new();
        let made = hub.now();
        let many: Vec<String> = (0..=STYLES_TOLD_MAX).map(|n| format!("/{n}.css")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        hub.tell(styles(&many));
        hub.tell(styles(&["/a.css"]));
        assert_eq!(hub.since(Some(made)).1, swapped(&[]));
        assert_eq!(hub.lock().past[0], styles(&[]), "nor kept");
    }

    #[test]
    fn those_who_listen_are_told_and_those_who_left_are_not_counted() {
        use std::future::Future;
        use std::task::{Context, Waker};
        let hub = Arc::new(Hub::new());
        let (one, two) = (hub.listen(Peer::Unix), hub.listen(Peer::Unix));
        let (seen, news, mut bell) = one.hear(Some(hub.now()));
        assert_eq!(news, None);
        drop(two);
        assert_eq!(hub.tell(Remedy::Reload), [Peer::Unix]);
        let mut cx = Context::from_waker(Waker::noop());
        assert!(bell.as_mut().poll(&mut cx).is_ready());
        assert_eq!(one.hear(Some(seen)).1, Some(News::Reload));
        drop(one);
        assert_eq!(hub.tell(Remedy::Reload), []);
    }
}
