//! The only file that asks what time it is.
//!
//! Everything else gets a time as a parameter, so that tests count work instead of waiting.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

/// Now, for measuring and for deadlines.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Instant {
    Instant::now()
}

/// The calendar's now.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn wall() -> SystemTime {
    SystemTime::now()
}

/// Milliseconds since some moment before the start, as of the kernel's last tick (1 to 10 ms old).
///
/// A fifth of the price of [`now`]; good enough to tell whether a file was looked at lately.
pub fn tick_ms() -> u64 {
    let now = clock_gettime(ClockId::MonotonicCoarse);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1_000_000
}

/// Microseconds on the clock that other processes on this machine have, too.
pub fn monotonic_us() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1000
}

/// The Date field's value (RFC 9110 §5.6.7), written anew once a second for each thread.
#[inline]
pub fn http_date(now: Instant) -> [u8; 29] {
    thread_local! {
        static WRITTEN: Cell<(Option<Instant>, [u8; 29])> = const { Cell::new((None, [b' '; 29])) };
    }
    let (until, text) = WRITTEN.get();
    if until.is_some_and(|until| now < until) {
        return text;
    }
    let since_1970 = wall().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let second = Duration::from_secs(since_1970.as_secs());
    let into_it = since_1970.saturating_sub(second);
    let text = http_date_of(UNIX_EPOCH + second);
    WRITTEN.set((
        now.checked_add(Duration::from_secs(1).saturating_sub(into_it)),
        text,
    ));
    text
}

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date_of(time: SystemTime) -> [u8; 29] {
    let text = httpdate::fmt_http_date(time);
    let mut bytes = [b' '; 29];
    let len = text.len().min(bytes.len());
    bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_http_wants_it() {
        let time = UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(&http_date_of(time), b"Sun, 06 Nov 1994 08:49:37 GMT");
        assert!(http_date(now()).ends_with(b" GMT"));
    }
}
