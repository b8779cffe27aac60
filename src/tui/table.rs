//! Which connections stand in the table, and in which order. Pure.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use super::words::Words;
use crate::exchange::Peer;
use crate::observe::{Chronicle, Story};

/// A column, in the order they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Peer,
    State,
    Age,
    Requests,
    Received,
    Sent,
    Last,
    Why,
}

impl Column {
    pub(super) const ALL: [Self; 9] = [
        Self::Number,
        Self::Peer,
        Self::State,
        Self::Age,
        Self::Requests,
        Self::Received,
        Self::Sent,
        Self::Last,
        Self::Why,
    ];

    /// The key of its title.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Number => "tui-column-number",
            Self::Peer => "tui-column-peer",
            Self::State => "tui-column-state",
            Self::Age => "tui-column-age",
            Self::Requests => "tui-column-requests",
            Self::Received => "tui-column-received",
            Self::Sent => "tui-column-sent",
            Self::Last => "tui-column-last",
            Self::Why => "tui-column-why",
        }
    }

    /// The same in a window of so many columns.
    pub(super) fn key_within(self, columns: u16) -> &'static str {
        match self {
            Self::Requests if columns < WIDE => "tui-column-requests-short",
            column => column.key(),
        }
    }

    /// Whether the greatest is what one looks for first.
    fn begins_with_greatest(self) -> bool {
        use Column::{Age, Last, Number, Peer, Received, Requests, Sent, State, Why};
        match self {
            Number | Age | Requests | Received | Sent => true,
            Peer | State | Last | Why => false,
        }
    }
}

/// Columns of a window that has room for whole words.
pub(super) const WIDE: u16 = 100;

/// By what the table is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) column: Column,
    pub(super) descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self::by(Column::Number)
    }
}

impl Sort {
    pub(super) fn by(column: Column) -> Self {
        Self {
            column,
            descending: column.begins_with_greatest(),
        }
    }

    pub(super) fn turned(self) -> Self {
        Self {
            descending: !self.descending,
            ..self
        }
    }

    /// By the next column, or the one before.
    pub(super) fn moved(self, by: isize) -> Self {
        let place = Column::ALL.iter().position(|column| *column == self.column);
        let place = place.unwrap_or(0).cast_signed() + by;
        let place = place.rem_euclid(Column::ALL.len().cast_signed());
        Self::by(Column::ALL[place.unsigned_abs()])
    }
}

/// What is to be seen of all connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) sort: Sort,
    /// What has to stand in a connection, in small letters; empty: anything.
    pub(super) filter: String,
    pub(super) hides_ended: bool,
}

/// The numbers of the connections to be shown, in order.
pub(super) fn arranged(
    chronicle: &Chronicle,
    choice: &Choice,
    words: &Words,
    now: Instant,
) -> Vec<u64> {
    let mut stories: Vec<&Story> = { chronicle.stories() }
        .filter(|story| story.end.is_none() || !choice.hides_ended)
        .filter(|story| choice.filter.is_empty() || speaks_of(story, &choice.filter, words))
        .collect();
    let sort = choice.sort;
    match sort.column {
        // Words are made once, not at every comparison.
        Column::State => stories.sort_by_cached_key(|story| words.state_of(story).to_owned()),
        Column::Why => stories.sort_by_cached_key(|story| {
            let why = words.why(story);
            (why.is_none(), why)
        }),
        column => stories.sort_by(|a, b| compared(a, b, column, now)),
    }
    if sort.descending {
        stories.reverse();
    }
    stories.into_iter().map(|story| story.id).collect()
}

fn compared(a: &Story, b: &Story, column: Column, now: Instant) -> Ordering {
    match column {
        Column::Peer => by_peer(a.peer).cmp(&by_peer(b.peer)),
        Column::Age => age(a, now).cmp(&age(b, now)),
        Column::Requests => a.requests_total.cmp(&b.requests_total),
        Column::Received => a.received.cmp(&b.received),
        Column::Sent => a.sent.cmp(&b.sent),
        Column::Last => last(a).cmp(&last(b)),
        Column::Number | Column::State | Column::Why => a.id.cmp(&b.id),
    }
    .then(a.id.cmp(&b.id))
}

fn by_peer(peer: Peer) -> Option<std::net::SocketAddr> {
    match peer {
        Peer::Tcp(address) | Peer::Told(address) => Some(address),
        Peer::Unix | Peer::Untold => None,
    }
}

/// Those that asked for nothing come last.
fn last(story: &Story) -> (bool, Option<&str>) {
    let running = story.running.first().map(|asked| &asked.target[..]);
    let target = running.or_else(|| Some(&story.requests.back()?.target[..]));
    (target.is_none(), target)
}

/// How long a connection has been there, or was.
pub(super) fn age(story: &Story, now: Instant) -> Duration {
    let until = story.end.as_ref().map_or(now, |end| end.at);
    until.saturating_duration_since(story.accepted_at)
}

/// Whether something of a connection contains the words looked for: its number, its peer, what it
/// is doing, what it asked for, what was answered, how it ended, what is likely.
fn speaks_of(story: &Story, wanted: &str, words: &Words) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    has(&format!("#{}", story.id))
        || has(&story.peer.to_string())
        || has(words.state_of(story))
        || { story.requests.iter() }.any(|told| {
            has(&told.target) || has(&format!("{} {}", told.status, told.method.name()))
        })
        || { story.running.iter() }
            .any(|asked| has(&asked.target) || has(&format!("… {}", asked.method.name())))
        || { story.end.as_ref() }
            .is_some_and(|end| has(end.ending.name()) || has(&end.in_words(words.language)))
        || words.why(story).is_some_and(|why| has(&why))
}
