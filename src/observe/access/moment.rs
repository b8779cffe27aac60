//! Moments as logs write them, each second written once.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::text::decimal;

/// Two clocks at one moment, and the last second as text.
pub(super) struct Moments {
    /// The same moment on both clocks, the calendar's in microseconds since 1970.
    now: (Instant, u64),
    second: u64,
    /// `2026-11-21T23:01:02`
    rfc3339: [u8; 19],
    /// `21/Nov/2026:23:01:02 +0000`
    common: [u8; 26],
}

impl Moments {
    pub(super) fn new(now: Instant, wall: SystemTime) -> Self {
        let mut moments = Self {
            now: (now, 0),
            second: 0,
            rfc3339: [b' '; 19],
            common: [b' '; 26],
        };
        moments.set(now, wall);
        moments.write(0);
        moments
    }

    /// Sets both clocks anew: the calendar may have been put right meanwhile.
    pub(super) fn set(&mut self, now: Instant, wall: SystemTime) {
        let since_1970 = wall.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        self.now = (now, micros(since_1970));
    }

    /// A moment, in microseconds since 1970.
    pub(super) fn unix_us(&self, at: Instant) -> u64 {
        let (now, wall) = self.now;
        match now.checked_duration_since(at) {
            Some(before) => wall.saturating_sub(micros(before)),
            None => wall.saturating_add(micros(at.saturating_duration_since(now))),
        }
    }

    /// As RFC 3339 has it, with milliseconds: `2026-11-21T23:01:02.123Z`.
    pub(super) fn push_rfc3339(&mut self, unix_us: u64, out: &mut Vec<u8>) {
        self.write(unix_us / 1_000_000);
        out.extend_from_slice(&self.rfc3339);
        let ms = 1000 + unix_us / 1000 % 1000;
        let start = out.len();
        decimal(ms, out);
        // The leading one kept the zeros.
        out[start] = b'.';
        out.push(b'Z');
    }

    /// As Apache and nginx have it: `21/Nov/2026:23:01:02 +0000`.
    pub(super) fn push_common(&mut self, unix_us: u64, out: &mut Vec<u8>) {
        self.write(unix_us / 1_000_000);
        out.extend_from_slice(&self.common);
    }

    #[inline]
    fn write(&mut self, second: u64) {
        if second != self.second || self.common[0] == b' ' {
            self.write_anew(second);
        }
    }

    #[cold]
    fn write_anew(&mut self, second: u64) {
        self.second = second;
        let Some(time) = UNIX_EPOCH.checked_add(Duration::from_secs(second)) else {
            return;
        };
        // `Sat, 21 Nov 2026 23:01:02 GMT`
        let http = crate::clock::http_date_of(time);
        let (day, month, year, clock) = (&http[5..7], &http[8..11], &http[12..16], &http[17..25]);
        let parts: [&[u8]; 8] = [day, b"/", month, b"/", year, b":", clock, b" +0000"];
        fill(&mut self.common, &parts);
        let month = { MONTHS.iter() }
            .position(|name| *name == month)
            .unwrap_or(0)
            + 1;
        let month = [
            b'0' + u8::from(month > 9),
            b'0' + u8::try_from(month % 10).unwrap_or(0),
        ];
        let parts: [&[u8]; 7] = [year, b"-", &month, b"-", day, b"T", clock];
        fill(&mut self.rfc3339, &parts);
    }
}

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

fn fill(text: &mut [u8], parts: &[&[u8]]) {
    let bytes = parts.iter().copied().flatten();
    for (place, byte) in text.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    let whole = duration.as_secs().saturating_mul(1_000_000);
    whole.saturating_add(duration.subsec_micros().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_both_ways_and_follow_the_calendar() {
        let now = crate::clock::now();
        let wall = UNIX_EPOCH + Duration::from_millis(1_795_302_062_007);
        let mut moments = Moments::new(now, wall);
        let say = |at: Instant, moments: &mut Moments| {
            let (mut rfc3339, mut common) = (Vec::new(), Vec::new());
            let unix_us = moments.unix_us(at);
            moments.push_rfc3339(unix_us, &mut rfc3339);
            moments.push_common(unix_us, &mut common);
            [rfc3339, common].map(|text| String::from_utf8(text).unwrap())
        };
        assert_eq!(
            say(now, &mut moments),
            ["2026-11-21T23:01:02.007Z", "21/Nov/2026:23:01:02 +0000"]
        );
        let before = now.checked_sub(Duration::from_millis(8)).unwrap_or(now);
        assert_eq!(
            say(before, &mut moments),
            ["2026-11-21T23:01:01.999Z", "21/Nov/2026:23:01:01 +0000"]
        );
        moments.set(now, wall + Duration::from_hours(24));
        assert_eq!(say(now, &mut moments)[0], "2026-11-22T23:01:02.007Z");
        moments.set(now, UNIX_EPOCH);
        assert_eq!(
            say(now, &mut moments),
            ["1970-01-01T00:00:00.000Z", "01/Jan/1970:00:00:00 +0000"]
        );
    }
}
