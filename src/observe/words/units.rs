//! Sizes, durations and counts as a person reads them.
//!
//! Law: what hello tells is written in the units of the reader's language (`KiB`, `КиБ`), what a
//! person types in the international ones. Binary units only; three figures are enough.

use std::sync::LazyLock;
use std::time::Duration;

use crate::i18n::{Language, text};

/// The units of a language, looked up once.
pub struct Units {
    bytes: [Unit; 5],
    milliseconds: Unit,
    seconds: Unit,
    minutes: Unit,
    hours: Unit,
    days: Unit,
    decimal_mark: u8,
}

/// A unit and its columns.
struct Unit {
    name: String,
    columns: usize,
}

/// A number and its unit: measured before it is written, so that it can stand in a column.
pub(in crate::observe) struct Figure<'a> {
    digits: [u8; DIGITS_MAX],
    len: usize,
    unit: &'a Unit,
}

/// Characters of a number: twenty digits of the largest, a mark and two decimals.
const DIGITS_MAX: usize = 24;

/// What stands between the thousands of a count: a space at which no line is broken.
const THOUSANDS: char = '\u{a0}';

/// A size as a person reads it: `840 B`, `3.1 KiB`.
pub fn size_in_words(language: Language, bytes: u64) -> String {
    kept(language).size_text(bytes)
}

/// A duration as a person reads it: `0.34 ms`, `3.45 s`.
pub fn duration_in_words(language: Language, duration: Duration) -> String {
    kept(language).duration_text(duration)
}

/// A part of a whole in percent: `0`, `<1`, `41`.
pub fn percent_text(part: u64, whole: u64) -> String {
    let percent = (u128::from(part) * 100).checked_div(u128::from(whole));
    match percent.unwrap_or(0) {
        0 if part > 0 && whole > 0 => "<1".to_owned(),
        percent => percent.to_string(),
    }
}

/// The units of every language, for those who say a number now and then.
fn kept(language: Language) -> &'static Units {
    static KEPT: LazyLock<[Units; Language::ALL.len()]> =
        LazyLock::new(|| Language::ALL.map(Units::of));
    &KEPT[language as usize]
}

impl Units {
    /// Those of a language.
    pub fn of(language: Language) -> Self {
        let unit = |key: &str| {
            let name = text(language, key);
            let columns = name.chars().count();
            Unit { name, columns }
        };
        Self {
            bytes: ["unit-b", "unit-kib", "unit-mib", "unit-gib", "unit-tib"].map(unit),
            milliseconds: unit("unit-ms"),
            seconds: unit("unit-s"),
            minutes: unit("unit-min"),
            hours: unit("unit-h"),
            days: unit("unit-d"),
            decimal_mark: text(language, "decimal-mark")
                .bytes()
                .next()
                .unwrap_or(b'.'),
        }
    }

    /// `0 B`, `1023 B`, `1.0 KiB`, `99.9 MiB`, `100 MiB`.
    pub(in crate::observe) fn size(&self, bytes: u64) -> Figure<'_> {
        if bytes < 1024 {
            return self.figure(bytes, None, &self.bytes[0]);
        }
        let (mut tenths, mut unit) = (u128::from(bytes) * 10 / 1024, 1);
        while tenths >= 10_240 && unit + 1 < self.bytes.len() {
            tenths /= 1024;
            unit += 1;
        }
        let tenths = u64::try_from(tenths).unwrap_or(u64::MAX);
        let decimals = (tenths < 1000).then_some((tenths % 10, 1));
        self.figure(tenths / 10, decimals, &self.bytes[unit])
    }

    /// `0.12 ms`, `15 ms`, `3.45 s`, `77.2 s`, `345 s`.
    pub(in crate::observe) fn duration(&self, duration: Duration) -> Figure<'_> {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        match micros {
            0..10_000 => self.figure(
                micros / 1000,
                Some((micros / 10 % 100, 2)),
                &self.milliseconds,
            ),
            10_000..1_000_000 => self.figure(micros / 1000, None, &self.milliseconds),
            _ => {
                let hundredths = micros / 10_000;
                let decimals = match hundredths {
                    0..1000 => Some((hundredths % 100, 2)),
                    1000..10_000 => Some((hundredths / 10 % 10, 1)),
                    _ => None,
                };
                self.figure(hundredths / 100, decimals, &self.seconds)
            }
        }
    }

    /// A size within a sentence.
    pub fn size_text(&self, bytes: u64) -> String {
        self.size(bytes).into_text()
    }

    /// How long an answer took, within a sentence.
    pub fn duration_text(&self, duration: Duration) -> String {
        self.duration(duration).into_text()
    }

    /// Whole seconds within a sentence: `7 s`, `1 min 17 s`, `2 h 5 min`.
    pub fn long_duration_text(&self, seconds: u64) -> String {
        let (minutes, hours) = (seconds / 60, seconds / 3600);
        let pair = |first: u64, unit: &Unit, second: u64, smaller: &Unit| {
            format!("{first} {} {second} {}", unit.name, smaller.name)
        };
        match seconds {
            0..60 => format!("{seconds} {}", self.seconds.name),
            60..3600 => pair(minutes, &self.minutes, seconds % 60, &self.seconds),
            _ => pair(hours, &self.hours, minutes % 60, &self.minutes),
        }
    }

    /// How long, in the largest unit that says enough: `12 ms`, `1.4 s`, `59 s`, `3 min`, `26 h`.
    pub fn age_text(&self, age: Duration) -> String {
        let seconds = age.as_secs();
        let millis = u64::from(age.subsec_millis());
        let figure = match seconds {
            0 => self.figure(millis, None, &self.milliseconds),
            1..10 => self.figure(seconds, Some((millis / 100, 1)), &self.seconds),
            10..60 => self.figure(seconds, None, &self.seconds),
            60..6000 => self.figure(seconds / 60, None, &self.minutes),
            6000..172_800 => self.figure(seconds / 3600, None, &self.hours),
            _ => self.figure(seconds / 86_400, None, &self.days),
        };
        figure.into_text()
    }

    /// When in the course of something, as exactly as it can be told apart: `0.034 s`, `1200 s`.
    pub fn moment_text(&self, since: Duration) -> String {
        let seconds = since.as_secs();
        let millis = u64::from(since.subsec_millis());
        let decimals = (seconds < 1000).then_some((millis, 3));
        self.figure(seconds, decimals, &self.seconds).into_text()
    }

    fn figure<'a>(&self, whole: u64, decimals: Option<(u64, usize)>, unit: &'a Unit) -> Figure<'a> {
        let mut figure = Figure {
            digits: [0; DIGITS_MAX],
            len: 0,
            unit,
        };
        figure.push_number(whole, 1);
        if let Some((decimals, places)) = decimals {
            figure.digits[figure.len] = self.decimal_mark;
            figure.len += 1;
            figure.push_number(decimals, places);
        }
        figure
    }
}

impl Figure<'_> {
    /// Columns it takes, with its unit.
    pub(in crate::observe) fn columns(&self) -> usize {
        self.len + 1 + self.unit.columns
    }

    pub(in crate::observe) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.digits[..self.len]);
        out.push(b' ');
        out.extend_from_slice(self.unit.name.as_bytes());
    }

    fn into_text(self) -> String {
        let mut text = Vec::new();
        self.write(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    fn push_number(&mut self, number: u64, places: usize) {
        let (digits, first) = digits_of(number, places);
        let digits = &digits[first..];
        self.digits[self.len..self.len + digits.len()].copy_from_slice(digits);
        self.len += digits.len();
    }
}

/// A count within a sentence: `7`, `1 204`, `12 345 678`.
pub fn count_text(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(THOUSANDS);
        }
        text.push(digit);
    }
    text
}

/// Appends a number; answers its columns.
pub(in crate::observe) fn write_number(out: &mut Vec<u8>, number: u64) -> usize {
    let (digits, first) = digits_of(number, 1);
    out.extend_from_slice(&digits[first..]);
    digits.len() - first
}

/// The digits of a number, at least `places` of them, and where they begin.
fn digits_of(mut number: u64, places: usize) -> ([u8; 20], usize) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while number > 0 || digits.len() - first < places {
        first -= 1;
        digits[first] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    (digits, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(figure: &Figure<'_>) -> String {
        let mut out = Vec::new();
        figure.write(&mut out);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.chars().count(), figure.columns());
        text
    }

    #[test]
    fn a_little_of_much_is_not_nothing() {
        for (part, whole, text) in [
            (0, 9, "0"),
            (203, 40_960, "<1"),
            (41, 100, "41"),
            (9, 9, "100"),
            (u64::MAX, u64::MAX, "100"),
            (1, 0, "0"),
        ] {
            assert_eq!(percent_text(part, whole), text);
        }
    }

    #[test]
    fn sizes_have_at_most_three_figures_after_the_first_kilobyte() {
        let (english, russian) = (Units::of(Language::English), Units::of(Language::Russian));
        for (bytes, in_english, in_russian) in [
            (0, "0 B", "0 Б"),
            (1023, "1023 B", "1023 Б"),
            (1024, "1.0 KiB", "1,0 КиБ"),
            (102_348, "99.9 KiB", "99,9 КиБ"),
            (102_400, "100 KiB", "100 КиБ"),
            ((1 << 20) - 1, "1023 KiB", "1023 КиБ"),
            (10 << 20, "10.0 MiB", "10,0 МиБ"),
            (u64::MAX, "16777215 TiB", "16777215 ТиБ"),
        ] {
            assert_eq!(written(&english.size(bytes)), in_english);
            assert_eq!(written(&russian.size(bytes)), in_russian);
            assert_eq!(english.size_text(bytes), in_english);
        }
    }

    #[test]
    fn durations_are_as_fine_as_they_are_short() {
        let (english, russian) = (Units::of(Language::English), Units::of(Language::Russian));
        for (micros, in_english, in_russian) in [
            (0, "0.00 ms", "0,00 мс"),
            (123, "0.12 ms", "0,12 мс"),
            (9_999, "9.99 ms", "9,99 мс"),
            (15_000, "15 ms", "15 мс"),
            (999_999, "999 ms", "999 мс"),
            (3_450_000, "3.45 s", "3,45 с"),
            (77_249_000, "77.2 s", "77,2 с"),
            (345_000_000, "345 s", "345 с"),
        ] {
            let duration = Duration::from_micros(micros);
            assert_eq!(written(&english.duration(duration)), in_english);
            assert_eq!(written(&russian.duration(duration)), in_russian);
        }
    }

    #[test]
    fn long_times_are_told_in_the_two_units_that_matter() {
        let units = Units::of(Language::English);
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (77, "1 min 17 s"),
            (7500, "2 h 5 min"),
        ] {
            assert_eq!(units.long_duration_text(seconds), text);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1204, "1 204"),
            (1_000_000, "1 000 000"),
        ] {
            assert_eq!(count_text(count), text.replace(' ', "\u{a0}"));
        }
    }
}
