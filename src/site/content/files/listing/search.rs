//! Looks for names in a folder and in those below it.
//!
//! Law: bounded in entries looked at, in folders that wait, in depth, in what is found and in time;
//! where a bound ends it, the answer says so. Links are found but not gone through: nothing is looked
//! at twice.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::clock;
use crate::site::limits::{
    PATH_BYTES_MAX, SEARCH_DEPTH_MAX, SEARCH_ENTRIES_MAX, SEARCH_FOUND_MAX, SEARCH_MS_MAX,
    SEARCH_WAITING_BYTES_MAX,
};

use super::super::open::Failure;
use super::super::root::Place;
use super::read::{Facts, Folder, Kind};

/// What was found, nearest first.
pub(super) struct Found {
    pub(super) hits: Vec<Hit>,
    /// Whether a bound ended the search, so that there may be more.
    pub(super) is_cut: bool,
}

/// A name that was found.
pub(super) struct Hit {
    /// The way to it from the folder where the search began.
    pub(super) way: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) facts: Facts,
}

/// What is looked for: the letters, large or small.
pub(super) struct Wanted(String);

impl Wanted {
    pub(super) fn new(query: &str) -> Self {
        Self(folded(query))
    }

    /// Whether a name has it in it.
    pub(super) fn is_in(&self, name: &[u8]) -> bool {
        folded(&String::from_utf8_lossy(name)).contains(&self.0)
    }
}

/// As [`super::order`] sees it: letters are alike whatever their size, and `ё` is `е`.
fn folded(text: &str) -> String {
    let small = text.to_lowercase();
    if small.contains('ё') {
        small.replace('ё', "е")
    } else {
        small
    }
}

/// Looks in a folder below a place, level by level.
pub(super) fn search(place: &Arc<Place>, way: &[u8], query: &str) -> Result<Found, Failure> {
    let mut search = Search {
        wanted: Wanted::new(query),
        found: Found {
            hits: Vec::new(),
            is_cut: false,
        },
        waiting: VecDeque::new(),
        waiting_bytes: 0,
        entries: 0,
        until: clock::tick_ms() + SEARCH_MS_MAX,
    };
    let start = Folder::open(place, way)?;
    search.look_in(&start, b"", 0)?;
    while let Some((below, depth)) = search.waiting.pop_front() {
        search.waiting_bytes -= below.len();
        if search.is_over() {
            search.found.is_cut = true;
            break;
        }
        // What has gone meanwhile, or may not be read, has nothing in it for us.
        if let Ok(folder) = Folder::open(place, &start.way_to(&below)) {
            let _ = search.look_in(&folder, &below, depth);
        }
    }
    Ok(search.found)
}

struct Search {
    wanted: Wanted,
    found: Found,
    /// Folders that are still to be looked in, with their depth.
    waiting: VecDeque<(Box<[u8]>, usize)>,
    waiting_bytes: usize,
    entries: usize,
    /// The clock's tick at the end.
    until: u64,
}

impl Search {
    fn is_over(&self) -> bool {
        self.found.hits.len() >= SEARCH_FOUND_MAX
            || self.entries >= SEARCH_ENTRIES_MAX
            || clock::tick_ms() >= self.until
    }

    fn look_in(&mut self, folder: &Folder, below: &[u8], depth: usize) -> Result<(), Failure> {
        let names = folder.read(clock::wall())?;
        self.found.is_cut |= names.is_cut;
        for entry in names.entries() {
            self.entries += 1;
            if self.entries.is_multiple_of(LOOK_AT_THE_CLOCK_EVERY) && self.is_over() {
                self.found.is_cut = true;
                return Ok(());
            }
            let name = names.name(*entry);
            let way = || match below {
                b"" => name.to_vec(),
                below => [below, b"/", name].concat(),
            };
            if self.wanted.is_in(name)
                && let Some(facts) = folder.look_at(name, *entry)
            {
                if self.found.hits.len() >= SEARCH_FOUND_MAX {
                    self.found.is_cut = true;
                    return Ok(());
                }
                self.found.hits.push(Hit {
                    way: way(),
                    kind: entry.kind,
                    facts,
                });
            }
            if entry.kind == Kind::Folder && !entry.is_link() {
                self.put_in_line(way(), depth + 1);
            }
        }
        Ok(())
    }

    fn put_in_line(&mut self, way: Vec<u8>, depth: usize) {
        let has_room = depth <= SEARCH_DEPTH_MAX
            && way.len() < PATH_BYTES_MAX
            && self.waiting_bytes + way.len() <= SEARCH_WAITING_BYTES_MAX;
        if has_room {
            self.waiting_bytes += way.len();
            self.waiting.push_back((way.into(), depth));
        } else {
            self.found.is_cut = true;
        }
    }
}

/// Names between two looks at the clock.
const LOOK_AT_THE_CLOCK_EVERY: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_alike_whatever_their_size() {
        for (query, name, is_in) in [
            ("read", "README.md", true),
            ("ЁЖ", "ежик", true),
            ("еж", "ЁЖИК", true),
            ("a b", "x a b y", true),
            ("ab", "a b", false),
            (".", "a.txt", true),
            ("*", "a.txt", false),
        ] {
            let wanted = Wanted::new(query);
            assert_eq!(wanted.is_in(name.as_bytes()), is_in, "{query} {name}");
        }
        assert!(Wanted::new("b").is_in(b"\xffB"));
    }
}
