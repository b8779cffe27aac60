//! From facts to labels. Nothing here remembers anything or asks for the time.
//!
//! What each label needs, and what it could be instead: `docs/why.md`.

use std::time::{Duration, Instant};

use super::label::{Cause, Families, Left, Sign, Why, client_left};
use super::machine::Family;
use crate::exchange::Ending;
use crate::observe::events::End;
use crate::observe::limits::{
    RACE_APART_MAX, RACE_SETTLED_WITHIN, REPEAT_AFTER_BREAK_MAX, REPEAT_AFTER_CLOSE_MAX,
    RHYTHM_PERIOD_MAX, RHYTHM_PERIOD_MIN, RHYTHM_TIMES_MIN, SPARE_HELD_MIN, TWINS_APART_MAX,
    TWINS_SETTLED_WITHIN,
};

/// A connection on which not one byte came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silent {
    pub(super) family: Family,
    pub(super) accepted_at: Instant,
    /// When it ended; for one that lives, now.
    pub(super) until: Instant,
}

/// Another connection of the same machine, as far as it matters to a silent one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sibling {
    pub(super) id: u64,
    pub(super) family: Family,
    pub(super) accepted_at: Instant,
    /// When its first request was begun.
    pub(super) first_request: Option<Instant>,
    pub(super) ended_at: Option<Instant>,
}

/// Whether the silent connection lost a race against the sibling: both were opened at nearly
/// the same time, and it was closed as soon as the later one was there.
pub(super) fn lost_race(silent: &Silent, sibling: &Sibling) -> Option<Why> {
    let (families, apart_max, settled_within) = match (silent.family, sibling.family) {
        (Family::V4, Family::V6) | (Family::V6, Family::V4) => {
            (Families::Two, RACE_APART_MAX, RACE_SETTLED_WITHIN)
        }
        _ => (Families::One, TWINS_APART_MAX, TWINS_SETTLED_WITHIN),
    };
    let later = silent.accepted_at.max(sibling.accepted_at);
    let earlier = silent.accepted_at.min(sibling.accepted_at);
    let apart = later.saturating_duration_since(earlier);
    let settled = silent.until.saturating_duration_since(later);
    // The winner goes on: it has asked, or it is still there to ask. Over one internet it had not
    // asked before the other came: who is being answered is not racing any more.
    let won = match (sibling.first_request, families) {
        (Some(asked_at), Families::One) => asked_at >= silent.accepted_at,
        (Some(_), Families::Two) => true,
        (None, _) => sibling.ended_at.is_none(),
    };
    (won && apart <= apart_max && settled <= settled_within).then(|| Why::LostRace {
        sibling: sibling.id,
        apart_ms: ms(apart),
        families,
    })
}

/// Whether the silent connection, which has ended, was a spare one: held open while the sibling
/// was in use, or opened while it was.
pub(super) fn spare(silent: &Silent, sibling: &Sibling) -> Option<Why> {
    let opened_meanwhile = sibling
        .first_request
        .is_some_and(|asked_at| asked_at <= silent.accepted_at);
    let held_min = if opened_meanwhile {
        Duration::ZERO
    } else {
        SPARE_HELD_MIN
    };
    spare_if_held_for(held_min, silent, sibling)
}

/// Whether the silent connection, which lives, is a spare one until now. However it was opened,
/// its first request may be on the way.
pub(super) fn spare_so_far(silent: &Silent, sibling: &Sibling) -> Option<Why> {
    spare_if_held_for(SPARE_HELD_MIN, silent, sibling)
}

fn spare_if_held_for(held_min: Duration, silent: &Silent, sibling: &Sibling) -> Option<Why> {
    let asked_at = sibling.first_request?;
    let held = silent.until.saturating_duration_since(silent.accepted_at);
    // Their lives overlapped, or the spare one was opened right after: then it was for more of
    // the same. One opened long after the other ended has nothing to do with it.
    let together = asked_at <= silent.until
        && sibling
            .ended_at
            .is_none_or(|ended| ended + RACE_APART_MAX >= silent.accepted_at);
    (together && held >= held_min).then(|| Why::SpareConnection {
        sibling: sibling.id,
        held_ms: ms(held),
    })
}

/// What the end of a connection says by itself. `received` tells whether anything came.
pub(super) fn of_end(end: &End, is_media: impl FnOnce() -> bool) -> Option<Why> {
    match (end.ending, end.progress) {
        (Ending::Refused(facts), _) => match facts.name {
            "tls-on-plain-port" => Some(Why::TlsOnPlainPort {
                received_bytes: end.received,
            }),
            "http2-preface" => Some(Why::Http2Preface {
                received_bytes: end.received,
            }),
            _ => None,
        },
        (
            Ending::ClosedByClient | Ending::ResetByClient | Ending::WriteTimeout,
            Some((sent, of)),
        ) => {
            let player = client_left(end.ending) && is_media();
            Some(Why::ClientWentAway {
                left: if player { Left::Media } else { Left::Answer },
                bytes: sent,
                of,
            })
        }
        (Ending::LeftMidRequest, _) => Some(Why::ClientWentAway {
            left: Left::Request,
            bytes: end.received,
            of: 0,
        }),
        _ => None,
    }
}

/// How the connection before a new one ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub(super) id: u64,
    pub(super) ended_at: Instant,
    pub(super) ending: Ending,
    /// Whether the same was asked there, and the answer broke off.
    pub(super) same_broken: bool,
    /// Whether that answer was of a kind that players break off as a habit.
    pub(super) is_media: bool,
    pub(super) requests: u32,
}

/// Whether the first request of a connection is one that failed on the connection before.
pub(super) fn repeated(accepted_at: Instant, begun: Instant, before: &Before) -> Option<Why> {
    let why = |cause, after| Why::RepeatedRequest {
        earlier: before.id,
        after_ms: ms(after),
        cause,
        ending: before.ending.name(),
    };
    let since_end = begun.saturating_duration_since(before.ended_at);
    if before.same_broken && !before.is_media {
        return (since_end <= REPEAT_AFTER_BREAK_MAX).then(|| why(Cause::BrokenAnswer, since_end));
    }
    let ours = matches!(before.ending, Ending::IdleTimeout | Ending::Shed);
    // Opened because of the close, so not before it.
    let after = accepted_at.checked_duration_since(before.ended_at)?;
    (ours && before.requests > 0 && after <= REPEAT_AFTER_CLOSE_MAX)
        .then(|| why(Cause::StaleKeepAlive, after))
}

/// Something that comes again and again, and how steadily.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    /// The connection it came on last.
    pub(super) connection: u64,
    last: Instant,
    period: Duration,
    /// How often it came steadily.
    times: u32,
}

impl Rhythm {
    pub(super) fn new(connection: u64, at: Instant) -> Self {
        Self {
            connection,
            last: at,
            period: Duration::ZERO,
            times: 1,
        }
    }

    /// It came again. Steady is what differs from the pause before by a tenth at most.
    pub(super) fn beat(&mut self, connection: u64, at: Instant) {
        self.connection = connection;
        let pause = at.saturating_duration_since(self.last);
        self.last = at;
        let possible = (RHYTHM_PERIOD_MIN..=RHYTHM_PERIOD_MAX).contains(&pause);
        let steady = self.times == 1 || pause.abs_diff(self.period) <= self.period / 10;
        self.times = match (possible, steady) {
            (true, true) => self.times.saturating_add(1),
            // This pause may be the first of another rhythm.
            (true, false) => 2,
            (false, _) => 1,
        };
        self.period = pause;
    }

    /// The label, if it came often enough.
    pub(super) fn label(&self, by: Sign) -> Option<Why> {
        (self.times >= RHYTHM_TIMES_MIN).then(|| Why::HealthCheck {
            by,
            times: self.times,
            period_ms: ms(self.period),
        })
    }

    /// Whether it is worth remembering at this moment: heard more than once, and not long ago.
    pub(super) fn lives(&self, now: Instant) -> bool {
        self.times > 1 && now.saturating_duration_since(self.last) <= self.period * 3
    }
}

/// Whether a target names sound or moving pictures: what players break off and ask for in parts.
pub(super) fn is_media(target: &[u8]) -> bool {
    const ENDS: [&[u8]; 14] = [
        b"mp4", b"m4v", b"webm", b"mov", b"mkv", b"ogv", b"mp3", b"m4a", b"aac", b"ogg", b"oga",
        b"opus", b"wav", b"flac",
    ];
    let path = target
        .split(|byte| *byte == b'?')
        .next()
        .unwrap_or_default();
    let end = path.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    ENDS.iter().any(|media| media.eq_ignore_ascii_case(end))
}

pub(super) fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const fn millis(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A silent connection accepted at 10 s, and a sibling; times in ms after 10 s.
    fn two(
        families: (Family, Family),
        until: u64,
        sibling_at: i64,
        asked: Option<u64>,
        ended: Option<u64>,
    ) -> (Silent, Sibling) {
        let zero = clock::now();
        let ten = zero + Duration::from_secs(10);
        let at = |ms: i64| zero + millis(u64::try_from(10_000 + ms).unwrap());
        let silent = Silent {
            family: families.0,
            accepted_at: ten,
            until: ten + millis(until),
        };
        let sibling = Sibling {
            id: 7,
            family: families.1,
            accepted_at: at(sibling_at),
            first_request: asked.map(|ms| ten + millis(ms)),
            ended_at: ended.map(|ms| ten + millis(ms)),
        };
        (silent, sibling)
    }

    const BOTH: (Family, Family) = (Family::V6, Family::V4);
    const SAME: (Family, Family) = (Family::V4, Family::V4);

    fn race(case: (Silent, Sibling)) -> Option<(u64, Families)> {
        match lost_race(&case.0, &case.1) {
            Some(Why::LostRace {
                apart_ms, families, ..
            }) => Some((apart_ms, families)),
            _ => None,
        }
    }

    #[test]
    fn a_race_is_decided_when_the_later_one_is_there() {
        let two_families = Some((250, Families::Two));
        assert_eq!(race(two(BOTH, 260, 250, Some(255), None)), two_families);
        assert_eq!(race(two(BOTH, 260, 250, None, None)), two_families);
        assert_eq!(race(two(BOTH, 20, -250, Some(0), None)), two_families);
        assert_eq!(
            race(two(SAME, 4, 3, Some(4), None)),
            Some((3, Families::One))
        );
        assert_eq!(race(two(BOTH, 1000, 250, Some(255), None)), None, "held on");
        assert_eq!(race(two(SAME, 300, 3, Some(4), None)), None, "held on");
        assert_eq!(
            race(two(BOTH, 10, -5000, Some(0), None)),
            None,
            "much later"
        );
        assert_eq!(race(two(BOTH, 20, 5, None, Some(6))), None, "nobody won");
        let (mut late, in_use) = two(SAME, 10, -20, Some(0), None);
        late.accepted_at += millis(5);
        assert_eq!(race((late, in_use)), None, "the other was in use already");
    }

    fn held(case: (Silent, Sibling)) -> Option<u64> {
        match spare(&case.0, &case.1) {
            Some(Why::SpareConnection { held_ms, .. }) => Some(held_ms),
            _ => None,
        }
    }

    #[test]
    fn a_spare_connection_is_held_while_another_is_used() {
        assert_eq!(held(two(SAME, 10_000, 1, Some(2), None)), Some(10_000));
        assert_eq!(
            held(two(SAME, 10_000, -8000, Some(2), Some(50))),
            Some(10_000)
        );
        assert_eq!(held(two(SAME, 10_000, 1, None, None)), None, "nobody spoke");
        assert_eq!(held(two(SAME, 1, 1, Some(1), None)), None, "not held");
        // Opened while the other was in use, and given up at once.
        let given_up = two(SAME, 3, -90, Some(0), None);
        assert_eq!(held(given_up), Some(3));
        assert_eq!(
            spare_so_far(&given_up.0, &given_up.1),
            None,
            "it may still ask"
        );
        let kept = two(SAME, 300, -90, Some(0), None);
        assert!(spare_so_far(&kept.0, &kept.1).is_some());
    }

    #[test]
    fn a_connection_that_was_used_long_before_says_nothing() {
        let (mut silent, sibling) = two(SAME, 10_000, 0, Some(0), Some(5));
        silent.accepted_at += Duration::from_secs(8);
        assert_eq!(spare(&silent, &sibling), None);
    }

    fn before(ending: Ending) -> (Instant, Before) {
        let ended_at = clock::now();
        let before = Before {
            id: 3,
            ended_at,
            ending,
            same_broken: false,
            is_media: false,
            requests: 1,
        };
        (ended_at, before)
    }

    #[test]
    fn a_request_is_repeated_after_its_answer_broke() {
        let (end, mut before) = before(Ending::ResetByClient);
        let (accepted, begun) = (end + millis(20), end + millis(30));
        assert_eq!(repeated(accepted, begun, &before), None, "another request");
        before.same_broken = true;
        let why = repeated(accepted, begun, &before).unwrap();
        let Why::RepeatedRequest {
            after_ms, cause, ..
        } = why
        else {
            panic!("{why:?}")
        };
        assert_eq!((after_ms, cause), (30, Cause::BrokenAnswer));
        assert_eq!(
            repeated(accepted, end + Duration::from_mins(1), &before),
            None
        );
        before.is_media = true;
        assert_eq!(repeated(accepted, begun, &before), None, "players skip");
    }

    #[test]
    fn a_request_is_repeated_after_we_closed_an_idle_connection() {
        let (end, mut before) = before(Ending::IdleTimeout);
        let ask = |ms, before: &Before| repeated(end + millis(ms), end + millis(ms + 1), before);
        assert!(ask(5, &before).is_some());
        assert!(
            ask(3000, &before).is_none(),
            "too late to have crossed our close"
        );
        let opened_before = end.checked_sub(millis(1)).unwrap();
        assert!(repeated(opened_before, end + millis(5), &before).is_none());
        before.requests = 0;
        assert!(ask(5, &before).is_none(), "nothing was kept alive");
        before.requests = 1;
        before.ending = Ending::ClosedByClient;
        assert!(ask(5, &before).is_none(), "the client knows that it closed");
    }

    fn times(pauses: &[u64]) -> u32 {
        let mut at = clock::now();
        let mut rhythm = Rhythm::new(1, at);
        for pause in pauses {
            at += millis(*pause);
            rhythm.beat(1, at);
        }
        match rhythm.label(Sign::Rhythm) {
            Some(Why::HealthCheck { times, .. }) => times,
            _ => 0,
        }
    }

    #[test]
    fn a_health_check_keeps_its_rhythm() {
        assert_eq!(times(&[2_000, 2_000]), 0, "somebody who tries again");
        assert_eq!(times(&[10_000, 10_020, 10_000]), 0, "four times is chance");
        assert_eq!(times(&[10_000, 9_700, 10_040, 10_000]), 5);
        assert_eq!(times(&[10_000, 10_000, 10_000, 14_000]), 0, "off beat");
        assert_eq!(
            times(&[10_000, 3_000, 3_010, 3_000, 3_000]),
            5,
            "another rhythm"
        );
        assert_eq!(times(&[20, 20, 20, 20]), 0, "a client at work");
    }

    #[test]
    fn players_are_known_by_what_they_play() {
        assert!(is_media(b"/film.MP4?t=3"));
        assert!(is_media(b"/a.b/c.webm"));
        assert!(!is_media(b"/big.iso"));
        assert!(!is_media(b"/mp4"));
    }
}
