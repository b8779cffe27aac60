//! How many passwords an address may try.
//!
//! Each try that is hashed takes one, a right one gives it back, and time gives back the others. So
//! tries at the same moment do not all pass before the first is found wrong.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::exchange::Peer;
use crate::site::guard::recent::Recent;
use crate::site::limits::{GUESS_BACK_AFTER, GUESSERS_MAX, GUESSES_MAX};

/// Who has guessed lately.
pub(crate) struct Guesses(Mutex<Recent<Origin, Taken>>);

/// Where guesses come from. Somebody has all the addresses of an IPv6 network, so its first half counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Origin {
    V4([u8; 4]),
    V6(u64),
    /// Those without an address, together.
    Nowhere,
}

impl Origin {
    fn of(peer: &Peer) -> Self {
        match peer.address() {
            Some(IpAddr::V4(address)) => Self::V4(address.octets()),
            Some(IpAddr::V6(address)) => {
                let network = address.to_bits() >> 64;
                Self::V6(u64::try_from(network).unwrap_or(u64::MAX))
            }
            None => Self::Nowhere,
        }
    }
}

/// Tries that were taken and not given back.
#[derive(Clone, Copy, Debug)]
struct Taken {
    tries: u32,
    /// When time gave back the last; by the clock's ticks.
    since_ms: u64,
}

impl Taken {
    fn at(self, tick_ms: u64) -> Self {
        let pause = back_after_ms();
        let back = tick_ms.saturating_sub(self.since_ms) / pause;
        let tries = u64::from(self.tries).saturating_sub(back);
        Self {
            tries: u32::try_from(tries).unwrap_or(u32::MAX),
            since_ms: if tries == 0 {
                tick_ms
            } else {
                self.since_ms + back * pause
            },
        }
    }

    /// Seconds until there is one more, if there is none now.
    fn wait(self, tick_ms: u64) -> Option<u32> {
        (self.tries >= GUESSES_MAX).then(|| {
            let left = (self.since_ms + back_after_ms()).saturating_sub(tick_ms);
            u32::try_from(left.div_ceil(1000)).unwrap_or(1).max(1)
        })
    }
}

/// Of nobody else's making; a try of nothing takes nothing.
fn back_after_ms() -> u64 {
    u64::try_from(GUESS_BACK_AFTER.as_millis())
        .unwrap_or(u64::MAX)
        .max(1)
}

impl Guesses {
    /// Nobody has guessed yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::of(GUESSERS_MAX)))
    }

    /// Whether somebody may try one now; otherwise the seconds until then. Changes nothing.
    pub(crate) fn judge(&self, peer: &Peer, tick_ms: u64) -> Result<(), u32> {
        let guesses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = guesses.peek(&Origin::of(peer));
        match taken.and_then(|taken| taken.at(tick_ms).wait(tick_ms)) {
            Some(seconds) => Err(seconds),
            None => Ok(()),
        }
    }

    /// Takes a try, if there is one; otherwise answers the seconds until then.
    pub(crate) fn take(&self, peer: &Peer, tick_ms: u64) -> Result<(), u32> {
        let mut guesses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = Origin::of(peer);
        let none = Taken {
            tries: 0,
            since_ms: tick_ms,
        };
        let taken = guesses.get(origin).map_or(none, |taken| taken.at(tick_ms));
        if let Some(seconds) = taken.wait(tick_ms) {
            return Err(seconds);
        }
        let more = Taken {
            tries: taken.tries + 1,
            ..taken
        };
        guesses.put(origin, more);
        Ok(())
    }

    /// Gives a try back: it was right, or nobody looked.
    pub(crate) fn give_back(&self, peer: &Peer) {
        let mut guesses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = guesses.get(Origin::of(peer)) {
            taken.tries = taken.tries.saturating_sub(1);
        }
    }

    /// How many addresses are remembered.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn at(address: impl Into<IpAddr>) -> Peer {
        Peer::Tcp((address.into(), 7).into())
    }

    fn spend_all(guesses: &Guesses, peer: &Peer, tick_ms: u64) {
        for _ in 0..GUESSES_MAX {
            assert_eq!(guesses.take(peer, tick_ms), Ok(()));
        }
    }

    #[test]
    fn an_address_has_so_many_tries_and_gets_them_back_one_by_one() {
        let (guesses, peer, back) = (Guesses::new(), at([192, 0, 2, 1]), back_after_ms());
        let seconds = u32::try_from(back / 1000).unwrap();
        spend_all(&guesses, &peer, 0);
        assert_eq!(guesses.judge(&peer, 0), Err(seconds));
        assert_eq!(guesses.take(&peer, back - 1), Err(1));
        assert_eq!(guesses.judge(&peer, back), Ok(()));
        assert_eq!(guesses.take(&peer, back), Ok(()));
        assert_eq!(guesses.take(&peer, back), Err(seconds));
        spend_all(&guesses, &peer, 1000 * back);
        assert_eq!(guesses.take(&peer, 1000 * back), Err(seconds));
        // Another has its own.
        assert_eq!(guesses.take(&at([192, 0, 2, 2]), 1000 * back), Ok(()));
    }

    #[test]
    fn a_right_one_costs_nothing() {
        let (guesses, peer) = (Guesses::new(), at([192, 0, 2, 1]));
        for _ in 0..10 * GUESSES_MAX {
            assert_eq!(guesses.take(&peer, 0), Ok(()));
            guesses.give_back(&peer);
        }
    }

    #[test]
    fn to_judge_changes_nothing() {
        let (guesses, peer) = (Guesses::new(), at([192, 0, 2, 1]));
        for _ in 0..10 * GUESSES_MAX {
            assert_eq!(guesses.judge(&peer, 0), Ok(()));
        }
        assert_eq!(guesses.len(), 0);
        spend_all(&guesses, &peer, 0);
    }

    #[test]
    fn half_an_ipv6_address_counts_and_one_in_disguise_is_ipv4() {
        let guesses = Guesses::new();
        let parse = |address: &str| at(address.parse::<IpAddr>().unwrap());
        spend_all(&guesses, &parse("2001:db8::1"), 0);
        assert!(guesses.take(&parse("2001:db8::ffff:2"), 0).is_err());
        assert!(guesses.take(&parse("2001:db8:0:1::1"), 0).is_ok());
        spend_all(&guesses, &parse("192.0.2.1"), 0);
        assert!(guesses.take(&parse("::ffff:192.0.2.1"), 0).is_err());
        spend_all(&guesses, &Peer::Unix, 0);
        assert!(guesses.take(&Peer::Untold, 0).is_err());
    }

    #[test]
    fn a_million_addresses_are_not_remembered() {
        let guesses = Guesses::new();
        for number in 0..1_000_000_u32 {
            guesses.take(&at(Ipv4Addr::from(number)), 0).unwrap();
        }
        assert!(guesses.len() <= GUESSERS_MAX, "{}", guesses.len());
    }
}
