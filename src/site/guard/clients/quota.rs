//! The arithmetic of a rate: when would the next request pass?
//!
//! Law: integers alone, and no clock. A client is one number, the moment at which all of its budget will
//! be back (GCRA's "theoretical arrival time"): in the past, it has all of it. Each request that passes
//! moves it one step; none passes that would move it further than the burst from now.

use crate::config::Rate;

/// Moments and times are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    /// The time that one request is worth.
    step: u64,
    /// The time that all of the budget is worth.
    depth: u64,
    burst: u32,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It passes, and leaves so many that would pass behind it at once.
    Pass { left: u32 },
    /// It would pass after so many milliseconds, at least one.
    Wait { ms: u64 },
}

/// A budget that would take longer to come back than this is as good as none. Reason: moments are added
/// to it without a thought of overflow.
const DEPTH_MAX: u64 = u64::MAX / 4;

const NS_PER_SECOND: u64 = 1_000_000_000;
const NS_PER_MS: u64 = 1_000_000;

impl Quota {
    /// Without a burst, as often at once as the rate has in its time.
    pub(super) fn of(rate: Rate, burst: Option<u32>) -> Self {
        let period = u64::from(rate.period.seconds()) * NS_PER_SECOND;
        let step = (period / u64::from(rate.requests.max(1))).max(1);
        let burst = burst.unwrap_or(rate.requests).max(1);
        Self {
            step,
            depth: step.saturating_mul(burst.into()).min(DEPTH_MAX).max(step),
            burst,
        }
    }

    /// The moment of a tick of the clock.
    pub(super) fn moment(tick_ms: u64) -> u64 {
        tick_ms.saturating_mul(NS_PER_MS).min(DEPTH_MAX)
    }

    /// Whether a request passes of a client whose budget is back at `full_at`, and where that moves it.
    pub(super) fn judge(self, full_at: u64, now: u64) -> (Verdict, u64) {
        let then = full_at.max(now) + self.step;
        let most = self.deepest(now);
        if then > most {
            let ms = (then - most).div_ceil(NS_PER_MS);
            return (Verdict::Wait { ms }, full_at);
        }
        let left = u32::try_from((most - then) / self.step).unwrap_or(u32::MAX);
        let left = left.min(self.burst);
        (Verdict::Pass { left }, then)
    }

    /// The moment of a client that has spent all of its budget just now.
    pub(super) fn deepest(self, now: u64) -> u64 {
        now + self.depth
    }

    /// Whether a client with this moment would be refused now.
    pub(super) fn is_spent(self, full_at: u64, now: u64) -> bool {
        matches!(self.judge(full_at, now), (Verdict::Wait { .. }, _))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClientLimit;

    fn quota(text: &str) -> Quota {
        let limit = ClientLimit::read("rate-limit", "a", text).unwrap();
        Quota::of(limit.rate.unwrap(), limit.burst)
    }

    /// A client, and how many of so many requests at once pass.
    struct Client(Quota, u64);

    impl Client {
        fn of(text: &str) -> Self {
            Self(quota(text), 0)
        }

        fn ask(&mut self, times: u32, tick_ms: u64) -> u32 {
            let now = Quota::moment(tick_ms);
            let passes = |_: &u32| {
                let (verdict, full_at) = self.0.judge(self.1, now);
                self.1 = full_at;
                matches!(verdict, Verdict::Pass { .. })
            };
            u32::try_from((0..times).filter(passes).count()).unwrap()
        }
    }

    #[test]
    fn so_many_pass_at_once_and_the_rest_by_and_by() {
        let mut client = Client::of("10/s,burst=20");
        assert_eq!(client.ask(100, 5000), 20);
        assert_eq!(client.ask(1, 5099), 0, "a step takes 100 ms");
        assert_eq!(client.ask(5, 5100), 1);
        assert_eq!(client.ask(5, 5350), 2);
        assert_eq!(client.ask(5, 5400), 1, "what was left over counts");
        assert_eq!(client.ask(100, 60_000), 20, "and no more than the burst");
    }

    #[test]
    fn a_refused_client_is_told_when_to_come_again_and_then_passes() {
        for text in [
            "1/s",
            "3/s",
            "7/s,burst=2",
            "600/min,burst=1",
            "1000/h",
            "1/d",
            "1000000/s",
        ] {
            let mut client = Client::of(text);
            client.ask(2_000_000, 1);
            let now = Quota::moment(1);
            let (Verdict::Wait { ms }, _) = client.0.judge(client.1, now) else {
                panic!("{text}: the budget is spent");
            };
            assert_eq!(client.ask(1, ms), 0, "{text}: a millisecond early");
            assert_eq!(client.ask(1, ms + 1), 1, "{text}: at the time it was told");
        }
    }

    #[test]
    fn what_is_left_is_what_would_pass() {
        let mut client = Client::of("10/s,burst=5");
        for (tick_ms, expected) in [(0, 4), (0, 3), (100, 3), (150, 2), (10_000, 4)] {
            let now = Quota::moment(tick_ms);
            let (verdict, full_at) = client.0.judge(client.1, now);
            client.1 = full_at;
            assert_eq!(verdict, Verdict::Pass { left: expected }, "at {tick_ms} ms");
            let mut copy = Client(client.0, client.1);
            assert_eq!(copy.ask(100, tick_ms), expected);
        }
    }

    /// In any stretch of time no more pass than the burst and what the rate has in it.
    #[test]
    fn no_schedule_gets_more_than_the_rate() {
        for text in [
            "10/s",
            "10/s,burst=1",
            "333/s,burst=7",
            "90/min,burst=4",
            "7/h,burst=2",
        ] {
            let mut client = Client::of(text);
            let mut random = fastrand_like(text.len() as u64);
            let (mut tick_ms, mut passed) = (1_000, 0_u64);
            for _ in 0..2000 {
                tick_ms += random() % 400;
                passed += u64::from(client.ask(u32::try_from(random() % 4).unwrap(), tick_ms));
                let elapsed = Quota::moment(tick_ms - 1_000);
                let most = u64::from(client.0.burst) + elapsed / client.0.step;
                assert!(passed <= most, "{text}: {passed} of {most}");
            }
        }
    }

    #[test]
    fn a_debt_of_other_settings_is_no_deeper_than_the_budget() {
        let mut client = Client::of("1/h,burst=100");
        client.ask(100, 0);
        client.0 = quota("10/s");
        assert_eq!(client.ask(1, 1000), 0);
        client.1 = client.1.min(client.0.deepest(0));
        assert_eq!(client.ask(1, 0), 0);
        assert_eq!(client.ask(1, 100), 1);
    }

    #[test]
    fn the_rarest_and_the_deepest_do_not_overflow() {
        let mut client = Client::of("1/d,burst=1000000");
        assert_eq!(client.ask(10, u64::MAX), 10);
        let mut client = Client::of("1000000/s,burst=1000000");
        assert_eq!(client.ask(2_000_000, u64::MAX), 1_000_000);
    }

    /// Numbers that are the same in every run.
    fn fastrand_like(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        }
    }
}
