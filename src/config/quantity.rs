//! Numbers with units, as people write them: `10s`, `64KiB`, `500B/s`, `100`.
//!
//! Law: what is shown can be typed. [`Unit::write`] gives a text that [`Unit::read`] takes back.
//!
//! `k`, `K` and `KiB` mean 1024, as in nginx. `KB` is refused, for it means 1000 to half of its
//! readers and 1024 to the other half.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Time, in milliseconds.
    Duration,
    /// Bytes.
    Bytes,
    /// Bytes in a second.
    BytesPerSecond,
    /// Things: connections, fields, files.
    Count,
}

/// Why a text is not a number with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A whole number, but of what? Hours and milliseconds are a world apart.
    DurationWithoutUnit,
    /// `KB`, `MB` or `GB`; `meant` is the nearest text with a unit of one meaning.
    AmbiguousUnit {
        /// Such as `64KiB`.
        meant: String,
    },
    /// Anything else.
    NotANumber,
}

/// The units of time and their milliseconds, largest first.
const TIMES: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// The units of bytes, largest first.
const SIZES: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

impl Unit {
    /// Reads an amount in milliseconds, bytes, bytes per second or things.
    ///
    /// A number too large for 64 bits is read as the largest; the bounds of a setting refuse it.
    pub fn read(self, text: &str) -> Result<u64, Unreadable> {
        let text = text.trim();
        let digits_end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, unit) = text.split_at(digits_end);
        if digits.is_empty() {
            return Err(Unreadable::NotANumber);
        }
        // Only digits are left, so the one way to fail is to overflow.
        let number: u64 = digits.parse().unwrap_or(u64::MAX);
        let unit = unit.trim_start();
        let factor = match self {
            Self::Duration => duration_unit(unit)?,
            Self::Bytes => size_unit(digits, unit)?,
            Self::BytesPerSecond => size_unit(digits, unit.strip_suffix("/s").unwrap_or(unit))?,
            Self::Count if unit.is_empty() => 1,
            Self::Count => return Err(Unreadable::NotANumber),
        };
        Ok(number.saturating_mul(factor))
    }

    /// The amount in the largest unit that leaves no remainder.
    pub fn write(self, amount: u64) -> String {
        match self {
            Self::Duration => in_largest(&TIMES, "s", amount),
            Self::Bytes => in_largest(&SIZES, "B", amount),
            Self::BytesPerSecond => in_largest(&SIZES, "B", amount) + "/s",
            Self::Count => amount.to_string(),
        }
    }
}

/// A day in milliseconds. Read, but not written: a limit of 24h is to be seen as what it was given.
const DAY: (&str, u64) = ("d", 86_400_000);

fn duration_unit(unit: &str) -> Result<u64, Unreadable> {
    if unit.is_empty() {
        return Err(Unreadable::DurationWithoutUnit);
    }
    { TIMES.iter().chain([&DAY]) }
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
        .ok_or(Unreadable::NotANumber)
}

fn size_unit(digits: &str, unit: &str) -> Result<u64, Unreadable> {
    let unit = unit.to_ascii_lowercase();
    match unit.as_str() {
        "" | "b" => Ok(1),
        "k" | "kib" => Ok(1 << 10),
        "m" | "mib" => Ok(1 << 20),
        "g" | "gib" => Ok(1 << 30),
        "kb" | "mb" | "gb" => {
            let letter = unit[..1].to_ascii_uppercase();
            let meant = format!("{digits}{letter}iB");
            Err(Unreadable::AmbiguousUnit { meant })
        }
        _ => Err(Unreadable::NotANumber),
    }
}

fn in_largest(units: &[(&str, u64)], unit_of_zero: &str, amount: u64) -> String {
    let largest = units
        .iter()
        .find(|(_, factor)| amount != 0 && amount.is_multiple_of(*factor));
    match largest {
        Some((unit, factor)) => format!("{}{unit}", amount / factor),
        None => format!("{amount}{unit_of_zero}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, text: &str, expected: &Result<u64, Unreadable>) {
        assert_eq!(&unit.read(text), expected, "{text:?}");
    }

    #[test]
    fn a_time_has_a_whole_number_and_a_unit() {
        for (text, milliseconds) in [
            ("1ms", 1),
            ("500ms", 500),
            ("10s", 10_000),
            (" 10 s ", 10_000),
            ("007s", 7000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("24h", 86_400_000),
            ("2d", 172_800_000),
            ("0s", 0),
            ("99999999999999999999h", u64::MAX),
            ("18446744073709551615h", u64::MAX),
        ] {
            check(Unit::Duration, text, &Ok(milliseconds));
        }
        for text in ["0", "10", " 10 ", "99999999999999999999"] {
            check(Unit::Duration, text, &Err(Unreadable::DurationWithoutUnit));
        }
        for text in [
            "",
            " ",
            "s",
            "-5s",
            "+5s",
            "1.5s",
            "1,5s",
            "1m30s",
            "10S",
            "10M",
            "10sec",
            "1D",
            "1_000s",
            "0x10s",
            "ten",
            "10 s s",
            "10\u{441}",
            "\u{661}s",
            "10s;",
        ] {
            check(Unit::Duration, text, &Err(Unreadable::NotANumber));
        }
    }

    #[test]
    fn a_size_counts_in_powers_of_1024() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("512B", 512),
            ("512b", 512),
            ("64k", 65_536),
            ("64K", 65_536),
            ("64KiB", 65_536),
            ("64kib", 65_536),
            ("64 KiB", 65_536),
            ("64m", 64 << 20),
            ("64MiB", 64 << 20),
            ("1g", 1 << 30),
            ("1GiB", 1 << 30),
            ("99999999999999999999GiB", u64::MAX),
        ] {
            check(Unit::Bytes, text, &Ok(bytes));
        }
        for (text, meant) in [
            ("64KB", "64KiB"),
            ("64kB", "64KiB"),
            ("1 mb", "1MiB"),
            ("2GB", "2GiB"),
        ] {
            let meant = meant.to_owned();
            check(Unit::Bytes, text, &Err(Unreadable::AmbiguousUnit { meant }));
        }
        for text in [
            "", "KiB", "-1", "+1", "1.5MiB", "64KiB/s", "64Ki", "1TiB", "64кб", "1 000", "1_000",
            "0x100", "many",
        ] {
            check(Unit::Bytes, text, &Err(Unreadable::NotANumber));
        }
    }

    #[test]
    fn a_rate_is_a_size_and_may_say_per_second() {
        for (text, rate) in [
            ("500", 500),
            ("500B/s", 500),
            ("1KiB/s", 1024),
            ("1KiB", 1024),
            ("1k/s", 1024),
        ] {
            check(Unit::BytesPerSecond, text, &Ok(rate));
        }
        for text in ["", "/s", "500/m", "500B/s/s", "500bit/s"] {
            check(Unit::BytesPerSecond, text, &Err(Unreadable::NotANumber));
        }
    }

    #[test]
    fn a_count_is_digits_alone() {
        check(Unit::Count, "100", &Ok(100));
        check(Unit::Count, " 100 ", &Ok(100));
        check(Unit::Count, "99999999999999999999", &Ok(u64::MAX));
        for text in [
            "",
            "-1",
            "1k",
            "1.0",
            "1e3",
            "1,000",
            "many",
            "100 connections",
        ] {
            check(Unit::Count, text, &Err(Unreadable::NotANumber));
        }
    }

    #[test]
    fn an_amount_is_shown_in_the_unit_a_person_would_write() {
        for (unit, amount, text) in [
            (Unit::Duration, 0, "0s"),
            (Unit::Duration, 100, "100ms"),
            (Unit::Duration, 1500, "1500ms"),
            (Unit::Duration, 10_000, "10s"),
            (Unit::Duration, 75_000, "75s"),
            (Unit::Duration, 120_000, "2m"),
            (Unit::Duration, 3_600_000, "1h"),
            (Unit::Duration, 86_400_000, "24h"),
            (Unit::Bytes, 0, "0B"),
            (Unit::Bytes, 256, "256B"),
            (Unit::Bytes, 1000, "1000B"),
            (Unit::Bytes, 1536, "1536B"),
            (Unit::Bytes, 16_384, "16KiB"),
            (Unit::Bytes, 64 << 20, "64MiB"),
            (Unit::Bytes, 1 << 30, "1GiB"),
            (Unit::BytesPerSecond, 500, "500B/s"),
            (Unit::BytesPerSecond, 2048, "2KiB/s"),
            (Unit::Count, 100, "100"),
        ] {
            assert_eq!(unit.write(amount), text);
        }
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        for unit in [
            Unit::Duration,
            Unit::Bytes,
            Unit::BytesPerSecond,
            Unit::Count,
        ] {
            for amount in [
                0,
                1,
                7,
                100,
                999,
                1000,
                1024,
                60_000,
                65_536,
                90_000,
                1 << 30,
            ] {
                assert_eq!(unit.read(&unit.write(amount)), Ok(amount));
            }
        }
    }
}
