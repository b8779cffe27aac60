//! Notices what happens below a path: told by the system (inotify), or, where that cannot be, by
//! looking at everything every so often.
//!
//! Law: it opens folders only (`walk.rs`), and nothing is read. It may wait for a disk: it has a thread
//! of its own. One way or the other, never both: what is noticed twice would be told twice.
//!
//! Whoever replaces the folder itself replaces what is watched: whether its path still leads to the
//! same one is looked at every so often in any case.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use rustix::fd::BorrowedFd;

use super::gathering::{Gathering, Happened};
use crate::clock;
use crate::config::FileSettings;
use crate::site::content::files::stamp::Stamp;
use crate::site::limits::{LOOKED_AT_FILES_MAX, WATCH_PACE, WATCH_PACE_STIRRED, WATCH_REST};

mod notifier;
mod place;
mod walk;

pub(super) use notifier::MustLook;
use notifier::{Notifier, Told};
use place::{Place, Rules};
use walk::{Met, walk};

/// Watches one path.
pub(super) struct Watcher {
    path: PathBuf,
    /// What its names have before them in the site.
    prefix: Box<[u8]>,
    rules: Rules,
    /// What the path led to at the last look; nothing if it led nowhere.
    place: Option<Place>,
    way: Way,
    /// When to look again.
    next_look: Instant,
}

/// How things are noticed.
enum Way {
    Told(Notifier),
    Looking(Seen, Option<MustLook>),
}

/// What was seen at the last look: names below the folder, and what they had.
type Seen = HashMap<Box<[u8]>, Stamp>;

impl Watcher {
    /// Watches from now on.
    pub(super) fn new(path: PathBuf, prefix: &[u8], settings: &FileSettings, now: Instant) -> Self {
        let rules = Rules::new(settings);
        let place = Place::at(&path);
        Self {
            way: Way::to(place.as_ref(), &rules),
            path,
            prefix: prefix.into(),
            rules,
            place,
            next_look: now + WATCH_PACE,
        }
    }

    /// Whether a file may have been loaded by another name than the one that is told.
    pub(super) fn has_links(&self) -> bool {
        self.rules.has_links.get()
    }

    /// What becomes readable when the system has something to tell.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.way {
            Way::Told(notifier) => Some(notifier.descriptor()),
            Way::Looking(..) => None,
        }
    }

    /// Why it looks, if it does though the system might tell.
    pub(super) fn looks_because(&self) -> Option<MustLook> {
        match &self.way {
            Way::Told(_) => None,
            Way::Looking(_, why) => *why,
        }
    }

    /// When to attend to it though the system tells nothing.
    pub(super) fn deadline(&self) -> Instant {
        self.next_look
    }

    /// Tells what has happened since the last time.
    pub(super) fn attend(&mut self, now: Instant, gathering: &mut Gathering) {
        let mut report = Report {
            prefix: &self.prefix,
            now,
            gathering,
        };
        let told = match (&mut self.way, &self.place) {
            (Way::Told(notifier), Some(place)) => notifier.read(place, &self.rules, &mut report),
            _ => Ok(Told::All),
        };
        if matches!(told, Ok(Told::All)) && now < self.next_look {
            return;
        }
        self.next_look = now + WATCH_PACE;
        let place = Place::at(&self.path);
        if place.is_none() {
            // Somebody is putting another in its place.
            self.next_look = now + WATCH_PACE_STIRRED;
        }
        if place != self.place || matches!(told, Ok(Told::NotAll)) {
            report.anything();
            self.way = Way::to(place.as_ref(), &self.rules);
            self.place = place;
            return;
        }
        if let Err(why) = told {
            self.way = Way::looking(place.as_ref(), &self.rules, Some(why));
            return;
        }
        if let (Way::Looking(seen, _), Some(place)) = (&mut self.way, &self.place) {
            let begun = clock::now();
            let is_stirred = look_again(seen, place, &self.rules, &mut report);
            let rest = clock::now().saturating_duration_since(begun) * WATCH_REST;
            let pause = if is_stirred {
                WATCH_PACE_STIRRED
            } else {
                WATCH_PACE
            };
            self.next_look = now + pause.max(rest);
        }
    }

    #[cfg(test)]
    fn is_looking(&self) -> bool {
        matches!(self.way, Way::Looking(..))
    }
}

/// Where it is told what happened.
struct Report<'a> {
    prefix: &'a [u8],
    now: Instant,
    gathering: &'a mut Gathering,
}

impl Report<'_> {
    fn hear(&mut self, name: &[u8], happened: Happened) {
        let path = [self.prefix, b"/", name].concat();
        self.gathering.hear(&path, happened, self.now);
    }

    fn anything(&mut self) {
        self.gathering.hear_of_anything(self.now);
    }
}

impl Way {
    /// The better way to a place.
    fn to(place: Option<&Place>, rules: &Rules) -> Self {
        match place.map(|place| Notifier::new(place, rules)) {
            Some(Ok(notifier)) => Self::Told(notifier),
            Some(Err(why)) => Self::looking(place, rules, Some(why)),
            None => Self::looking(place, rules, None),
        }
    }

    fn looking(place: Option<&Place>, rules: &Rules, why: Option<MustLook>) -> Self {
        let seen = place.map(|place| look(place, rules));
        Self::Looking(seen.unwrap_or_default(), why)
    }
}

/// Looks at everything.
fn look(place: &Place, rules: &Rules) -> Seen {
    let mut seen = Seen::new();
    walk(place, rules, b"", &mut |met| {
        match met {
            Met::File(name, stamp) if !rules.output.contains(&stamp.identity()) => {
                seen.insert(name.into(), stamp);
            }
            Met::File(..) | Met::Folder(..) => {}
            Met::Link => rules.has_links.set(true),
        }
        if seen.len() < LOOKED_AT_FILES_MAX {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    seen
}

/// Looks at everything and tells what is not as before; whether anything is.
fn look_again(seen: &mut Seen, place: &Place, rules: &Rules, report: &mut Report<'_>) -> bool {
    let before = std::mem::replace(seen, look(place, rules));
    let mut is_stirred = false;
    let mut tell = |name: &[u8], happened| {
        is_stirred = true;
        report.hear(name, happened);
    };
    for (name, stamp) in &*seen {
        match before.get(name) {
            None => tell(name, Happened::Arrived),
            Some(known) if !stamp.is_untouched_since(known) => tell(name, Happened::Written),
            Some(_) => {}
        }
    }
    for name in before.keys().filter(|name| !seen.contains_key(*name)) {
        tell(name, Happened::Gone);
    }
    is_stirred
}

#[cfg(test)]
mod tests;
