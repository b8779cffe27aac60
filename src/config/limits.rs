//! Every limit and deadline, one row each.
//!
//! Law: this table is the only list of them. The options of the command line, their help, the
//! page `docs/limits.md` and the tests are made of it. A row's texts are `limit-OPTION`,
//! `limit-OPTION-reason` and `limit-OPTION-consequence` in the catalogues; its default is what
//! the settings of the room say.

use std::num::NonZeroU64;
use std::time::Duration;

use hello_http1::FIELDS_CEILING;

use super::Settings;
use super::error::{ConfigError, Fault};
use super::quantity::{Unit, Unreadable};

/// One limit: how it is called, what may be said, and where it goes.
pub struct Limit {
    /// The option, without its dashes.
    pub option: &'static str,
    /// What the amounts count.
    pub unit: Unit,
    /// The least and the most that make sense.
    pub bounds: Bounds,
    get: fn(&Settings) -> Option<u64>,
    set: fn(&mut Settings, u64),
}

/// The least and the most, in the unit of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
}

/// Any deadline. Zero is refused: it would end every connection before it began.
const DEADLINE: Bounds = Bounds::from(1, 24 * 60 * 60 * 1000);
/// Below 1 KiB a browser's own fields do not fit; above 64 KiB no client has been seen, and
/// every connection may hold this much.
const HEAD: Bounds = Bounds::from(1 << 10, 64 << 10);
/// No longer than the longest head; `GET /` must fit.
const TARGET: Bounds = Bounds::from(16, 64 << 10);
/// The engine has room for so many fields; the number can only be lowered.
const FIELDS: Bounds = Bounds::from(1, FIELDS_CEILING as u64);
/// Sixteen digits and the line's end must fit.
const CHUNK_LINE: Bounds = Bounds::from(32, 4 << 10);
/// Nothing at all is a choice here: a body with chunk extensions is then refused.
const CHUNK_EXTENSION: Bounds = Bounds::from(0, 64 << 10);
/// As a head; a single checksum must fit.
const TRAILER: Bounds = Bounds::from(64, 64 << 10);
/// Nothing: a connection with an unread body is closed at once.
const UNREAD_BODY: Bounds = Bounds::from(0, 1 << 30);
/// Not zero, for a body without a slowest speed never ends.
const BODY_RATE: Bounds = Bounds::from(1, 1 << 30);
/// More connections than a machine has memory for are no limit.
const CONNECTIONS: Bounds = Bounds::from(1, 10_000_000);
/// As connections: more in hand than there may be is no limit.
const REQUESTS_AT_ONCE: Bounds = Bounds::from(1, 1_000_000);
/// Slower than this no page comes within a minute; faster is no limit.
const BANDWIDTH: Bounds = Bounds::from(1 << 10, 1 << 40);
/// Nothing: no request may carry any.
const BODY: Bounds = Bounds::from(0, 1 << 40);
/// Below 32 bits a client is a whole provider.
const IPV6_PREFIX: Bounds = Bounds::from(32, 128);
/// The least is a page of memory; the most, 256 MiB for each limit.
const REMEMBERED: Bounds = Bounds::from(256, 16 << 20);
/// Nothing: every file is sent from its descriptor.
const MEMORY_FILE: Bounds = Bounds::from(0, 16 << 20);
/// Nothing: no file stays in memory.
const MEMORY: Bounds = Bounds::from(0, 256 << 30);
/// Nothing: as usual, the doors close at once.
const DELAY: Bounds = Bounds::from(0, 60 * 60 * 1000);
/// Below 1 KiB every line would be a file of its own.
const LOG_SIZE: Bounds = Bounds::from(1 << 10, 1 << 40);
/// Below a minute files would be put away faster than they are compressed.
const LOG_AGE: Bounds = Bounds::from(60 * 1000, 366 * 24 * 60 * 60 * 1000);
/// Nothing: what is put away is deleted.
const LOG_FILES: Bounds = Bounds::from(0, 1000);
/// At least one, or large files could not be served.
const OPEN_FILES: Bounds = Bounds::from(1, 1_000_000);

/// The table, in the order people read it: connections, deadlines, sizes, files, logs.
pub static LIMITS: [Limit; 32] = [
    Limit {
        option: "max-connections",
        unit: Unit::Count,
        bounds: CONNECTIONS,
        get: |s| s.connections.max.map(|max| max as u64),
        set: |s, amount| s.connections.max = Some(whole(amount)),
    },
    Limit {
        option: "drain-delay",
        unit: Unit::Duration,
        bounds: DELAY,
        get: |s| milliseconds(s.drain_delay),
        set: |s, amount| s.drain_delay = Duration::from_millis(amount),
    },
    Limit {
        option: "drain-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.drain_timeout),
        set: |s, amount| s.drain_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "first-byte-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.http1.first_byte_timeout),
        set: |s, amount| s.http1.first_byte_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "handshake-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.tls.handshake_timeout),
        set: |s, amount| s.tls.handshake_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "head-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.http1.head_timeout),
        set: |s, amount| s.http1.head_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "body-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.http1.body_timeout),
        set: |s, amount| s.http1.body_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "body-rate-min",
        unit: Unit::BytesPerSecond,
        bounds: BODY_RATE,
        get: |s| Some(s.http1.body_rate_min.into()),
        set: |s, amount| s.http1.body_rate_min = u32::try_from(amount).unwrap_or(u32::MAX),
    },
    Limit {
        option: "write-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.http1.write_timeout),
        set: |s, amount| s.http1.write_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "idle-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.http1.idle_timeout),
        set: |s, amount| s.http1.idle_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "tunnel-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.connections.tunnel_timeout),
        set: |s, amount| s.connections.tunnel_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "linger-timeout",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.connections.linger_timeout),
        set: |s, amount| s.connections.linger_timeout = Duration::from_millis(amount),
    },
    Limit {
        option: "head-bytes-max",
        unit: Unit::Bytes,
        bounds: HEAD,
        get: |s| Some(s.http1.head_bytes_max as u64),
        set: |s, amount| s.http1.head_bytes_max = whole(amount),
    },
    Limit {
        option: "target-bytes-max",
        unit: Unit::Bytes,
        bounds: TARGET,
        get: |s| Some(s.http1.target_bytes_max as u64),
        set: |s, amount| s.http1.target_bytes_max = whole(amount),
    },
    Limit {
        option: "fields-max",
        unit: Unit::Count,
        bounds: FIELDS,
        get: |s| Some(s.http1.fields_max as u64),
        set: |s, amount| s.http1.fields_max = whole(amount),
    },
    Limit {
        option: "chunk-line-bytes-max",
        unit: Unit::Bytes,
        bounds: CHUNK_LINE,
        get: |s| Some(s.http1.chunk_line_bytes_max as u64),
        set: |s, amount| s.http1.chunk_line_bytes_max = whole(amount),
    },
    Limit {
        option: "chunk-extension-bytes-max",
        unit: Unit::Bytes,
        bounds: CHUNK_EXTENSION,
        get: |s| Some(s.http1.chunk_extension_bytes_max as u64),
        set: |s, amount| s.http1.chunk_extension_bytes_max = whole(amount),
    },
    Limit {
        option: "trailer-bytes-max",
        unit: Unit::Bytes,
        bounds: TRAILER,
        get: |s| Some(s.http1.trailer_bytes_max as u64),
        set: |s, amount| s.http1.trailer_bytes_max = whole(amount),
    },
    Limit {
        option: "unread-body-bytes-max",
        unit: Unit::Bytes,
        bounds: UNREAD_BODY,
        get: |s| Some(s.http1.unread_body_bytes_max),
        set: |s, amount| s.http1.unread_body_bytes_max = amount,
    },
    Limit {
        option: "connections-per-address",
        unit: Unit::Count,
        bounds: REQUESTS_AT_ONCE,
        get: |s| s.clients.connections_per_address.map(u64::from),
        set: |s, amount| {
            s.clients.connections_per_address = Some(u32::try_from(amount).unwrap_or(u32::MAX));
        },
    },
    Limit {
        option: "requests-per-address",
        unit: Unit::Count,
        bounds: REQUESTS_AT_ONCE,
        get: |s| s.site.limits.requests_per_address.map(u64::from),
        set: |s, amount| {
            s.site.limits.requests_per_address = Some(u32::try_from(amount).unwrap_or(u32::MAX));
        },
    },
    Limit {
        option: "bandwidth",
        unit: Unit::BytesPerSecond,
        bounds: BANDWIDTH,
        get: |s| s.site.limits.bandwidth.map(NonZeroU64::get),
        set: |s, amount| s.site.limits.bandwidth = NonZeroU64::new(amount),
    },
    Limit {
        option: "body-bytes-max",
        unit: Unit::Bytes,
        bounds: BODY,
        get: |s| s.site.limits.body_bytes_max,
        set: |s, amount| s.site.limits.body_bytes_max = Some(amount),
    },
    Limit {
        option: "ipv6-prefix",
        unit: Unit::Count,
        bounds: IPV6_PREFIX,
        get: |s| Some(s.clients.ipv6_prefix.into()),
        set: |s, amount| s.clients.ipv6_prefix = u8::try_from(amount).unwrap_or(128),
    },
    Limit {
        option: "remembered-clients-max",
        unit: Unit::Count,
        bounds: REMEMBERED,
        get: |s| Some(s.clients.remembered_max as u64),
        set: |s, amount| s.clients.remembered_max = whole(amount),
    },
    Limit {
        option: "memory-file-bytes-max",
        unit: Unit::Bytes,
        bounds: MEMORY_FILE,
        get: |s| Some(s.site.files.memory_file_bytes_max),
        set: |s, amount| s.site.files.memory_file_bytes_max = amount,
    },
    Limit {
        option: "memory-bytes-max",
        unit: Unit::Bytes,
        bounds: MEMORY,
        get: |s| Some(s.site.files.memory_bytes_max),
        set: |s, amount| s.site.files.memory_bytes_max = amount,
    },
    Limit {
        option: "open-files-max",
        unit: Unit::Count,
        bounds: OPEN_FILES,
        get: |s| Some(s.site.files.open_files_max as u64),
        set: |s, amount| s.site.files.open_files_max = whole(amount),
    },
    Limit {
        option: "look-again-after",
        unit: Unit::Duration,
        bounds: DEADLINE,
        get: |s| milliseconds(s.site.files.look_again_after),
        set: |s, amount| s.site.files.look_again_after = Duration::from_millis(amount),
    },
    Limit {
        option: "access-log-size-max",
        unit: Unit::Bytes,
        bounds: LOG_SIZE,
        get: |s| Some(s.logs.rotation.bytes),
        set: |s, amount| s.logs.rotation.bytes = amount,
    },
    Limit {
        option: "access-log-age-max",
        unit: Unit::Duration,
        bounds: LOG_AGE,
        get: |s| milliseconds(s.logs.rotation.every),
        set: |s, amount| s.logs.rotation.every = Duration::from_millis(amount),
    },
    Limit {
        option: "access-log-keep",
        unit: Unit::Count,
        bounds: LOG_FILES,
        get: |s| Some(s.logs.rotation.keep as u64),
        set: |s, amount| s.logs.rotation.keep = whole(amount),
    },
];

/// Limits that lie within another: a part may not be larger than its whole.
const PARTS: [(&str, &str); 2] = [
    ("target-bytes-max", "head-bytes-max"),
    ("memory-file-bytes-max", "memory-bytes-max"),
];

/// Puts the limits that were given into the settings; `given` tells the text of an option.
///
/// A part that was not given shrinks with its whole; one that was given and is larger than its
/// whole is refused.
pub fn apply<'a>(
    settings: &mut Settings,
    given: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), ConfigError> {
    for limit in &LIMITS {
        if let Some(text) = given(limit.option) {
            limit.apply(settings, text)?;
        }
    }
    let is_given = |option: &str| given(option).is_some();
    match settle_parts(settings, is_given).into_iter().next() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Makes parts fit their wholes: one that was not given shrinks, one that was given is an error.
pub(crate) fn settle_parts(
    settings: &mut Settings,
    is_given: impl Fn(&str) -> bool,
) -> Vec<ConfigError> {
    let mut wrong = Vec::new();
    for (part, whole) in PARTS {
        let (Some(part), Some(whole)) = (find(part), find(whole)) else {
            continue;
        };
        let (part_amount, whole_amount) = ((part.get)(settings), (whole.get)(settings));
        let (Some(part_amount), Some(whole_amount)) = (part_amount, whole_amount) else {
            continue;
        };
        if part_amount <= whole_amount {
            continue;
        }
        if is_given(part.option) {
            let fault = Fault::PartOverWhole {
                whole: whole.option,
                whole_value: whole.unit.write(whole_amount),
            };
            let text = part.unit.write(part_amount);
            wrong.push(ConfigError::limit(part, &text, fault));
        } else {
            (part.set)(settings, whole_amount);
        }
    }
    wrong
}

/// The row of an option.
pub fn find(option: &str) -> Option<&'static Limit> {
    LIMITS.iter().find(|limit| limit.option == option)
}

impl Limit {
    /// The value people get who do not ask for another, as it would be written; `None` if it
    /// depends on the machine.
    pub fn default_value(&self) -> Option<String> {
        self.value(&Settings::default())
    }

    /// The value in these settings, as it would be written.
    pub fn value(&self, settings: &Settings) -> Option<String> {
        (self.get)(settings).map(|amount| self.unit.write(amount))
    }

    /// A value that may be given, for errors and help.
    pub fn example(&self) -> String {
        self.default_value().unwrap_or_else(|| match self.option {
            "connections-per-address" | "requests-per-address" => "32".to_owned(),
            "bandwidth" => "1MiB/s".to_owned(),
            "body-bytes-max" => "1MiB".to_owned(),
            _ => CONNECTIONS_EXAMPLE.to_owned(),
        })
    }

    /// The least value, as it would be written.
    pub fn least(&self) -> String {
        self.unit.write(self.bounds.least)
    }

    /// The most, as it would be written.
    pub fn most(&self) -> String {
        self.unit.write(self.bounds.most)
    }

    /// Reads a value.
    pub fn amount(&self, text: &str) -> Result<u64, ConfigError> {
        self.read(text)
            .map_err(|fault| ConfigError::limit(self, text, fault))
    }

    /// Reads a value and puts it into the settings.
    pub fn apply(&self, settings: &mut Settings, text: &str) -> Result<(), ConfigError> {
        match self.read(text) {
            Ok(amount) => {
                (self.set)(settings, amount);
                Ok(())
            }
            Err(fault) => Err(ConfigError::limit(self, text, fault)),
        }
    }

    fn read(&self, text: &str) -> Result<u64, Fault> {
        let amount = self
            .unit
            .read(text)
            .map_err(|unreadable| self.fault(unreadable))?;
        let (least, most) = (self.least(), self.most());
        if amount < self.bounds.least {
            Err(Fault::TooSmall { least, most })
        } else if amount > self.bounds.most {
            Err(Fault::TooLarge { least, most })
        } else {
            Ok(amount)
        }
    }

    fn fault(&self, unreadable: Unreadable) -> Fault {
        match (unreadable, self.unit) {
            (Unreadable::DurationWithoutUnit, _) => Fault::DurationWithoutUnit,
            (Unreadable::AmbiguousUnit { meant }, _) => Fault::AmbiguousSize { meant },
            (Unreadable::NotANumber, Unit::Duration) => Fault::BadDuration,
            (Unreadable::NotANumber, Unit::Bytes) => Fault::BadSize,
            (Unreadable::NotANumber, Unit::BytesPerSecond) => Fault::BadRate,
            (Unreadable::NotANumber, Unit::Count) => Fault::BadCount {
                example: self.example(),
            },
        }
    }
}

impl Bounds {
    const fn from(least: u64, most: u64) -> Self {
        Self { least, most }
    }
}

/// A number of connections to show where one is needed.
const CONNECTIONS_EXAMPLE: &str = "10000";

/// Bounds keep amounts within what a `usize` holds on every machine hello runs on.
fn whole(amount: u64) -> usize {
    usize::try_from(amount).unwrap_or(usize::MAX)
}

fn milliseconds(duration: Duration) -> Option<u64> {
    u64::try_from(duration.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, keys};

    fn applied(given: &[(&str, &'static str)]) -> Result<Settings, ConfigError> {
        let mut settings = Settings::default();
        let text = |option: &str| given.iter().find(|(o, _)| *o == option).map(|(_, t)| *t);
        apply(&mut settings, text).map(|()| settings)
    }

    fn value(settings: &Settings, option: &str) -> String {
        find(option).unwrap().value(settings).unwrap()
    }

    #[test]
    fn the_defaults_are_the_published_ones_and_lie_within_their_bounds() {
        for (option, default) in [
            ("max-connections", None),
            ("drain-delay", Some("0s")),
            ("drain-timeout", Some("30s")),
            ("first-byte-timeout", Some("30s")),
            ("handshake-timeout", Some("10s")),
            ("head-timeout", Some("10s")),
            ("body-timeout", Some("20s")),
            ("body-rate-min", Some("500B/s")),
            ("write-timeout", Some("30s")),
            ("idle-timeout", Some("75s")),
            ("tunnel-timeout", Some("1h")),
            ("linger-timeout", Some("2s")),
            ("head-bytes-max", Some("16KiB")),
            ("target-bytes-max", Some("8KiB")),
            ("fields-max", Some("100")),
            ("chunk-line-bytes-max", Some("256B")),
            ("chunk-extension-bytes-max", Some("4KiB")),
            ("trailer-bytes-max", Some("8KiB")),
            ("unread-body-bytes-max", Some("256KiB")),
            ("connections-per-address", None),
            ("requests-per-address", None),
            ("bandwidth", None),
            ("body-bytes-max", None),
            ("ipv6-prefix", Some("64")),
            ("remembered-clients-max", Some("65536")),
            ("memory-file-bytes-max", Some("64KiB")),
            ("memory-bytes-max", Some("64MiB")),
            ("open-files-max", Some("512")),
            ("look-again-after", Some("100ms")),
            ("access-log-size-max", Some("100MiB")),
            ("access-log-age-max", Some("24h")),
            ("access-log-keep", Some("7")),
        ] {
            let limit = find(option).unwrap();
            assert_eq!(limit.default_value().as_deref(), default, "{option}");
            assert!(limit.read(&limit.example()).is_ok(), "{option}");
        }
    }

    /// A row whose `get` and `set` speak of different settings would go unnoticed elsewhere.
    #[test]
    fn every_row_sets_its_own_setting_and_no_other() {
        let defaults = Settings::default();
        for limit in &LIMITS {
            for bound in [limit.least(), limit.most()] {
                let mut settings = Settings::default();
                limit.apply(&mut settings, &bound).unwrap();
                for other in &LIMITS {
                    let expected = if other.option == limit.option {
                        Some(bound.clone())
                    } else {
                        other.value(&defaults)
                    };
                    assert_eq!(other.value(&settings), expected, "{}", limit.option);
                }
            }
        }
    }

    #[test]
    fn every_row_refuses_what_lies_outside_its_bounds() {
        for limit in &LIMITS {
            let Bounds { least, most } = limit.bounds;
            let above = limit.unit.write(most + 1);
            assert!(
                matches!(limit.read(&above), Err(Fault::TooLarge { .. })),
                "{above}"
            );
            if least > 0 {
                let below = limit.unit.write(least - 1);
                assert!(
                    matches!(limit.read(&below), Err(Fault::TooSmall { .. })),
                    "{below}"
                );
            }
        }
    }

    #[test]
    fn a_part_that_was_not_given_shrinks_with_its_whole() {
        let settings = applied(&[("head-bytes-max", "4KiB"), ("memory-bytes-max", "32k")]).unwrap();
        assert_eq!(value(&settings, "target-bytes-max"), "4KiB");
        assert_eq!(value(&settings, "memory-file-bytes-max"), "32KiB");
        let settings = applied(&[("head-bytes-max", "32KiB")]).unwrap();
        assert_eq!(value(&settings, "target-bytes-max"), "8KiB");
    }

    #[test]
    fn a_part_that_was_given_and_exceeds_its_whole_is_refused() {
        let fault = |whole, whole_value: &str| Fault::PartOverWhole {
            whole,
            whole_value: whole_value.to_owned(),
        };
        let error = applied(&[("target-bytes-max", "32KiB")]).unwrap_err();
        assert_eq!(error.option, "target-bytes-max");
        assert_eq!(error.fault, fault("head-bytes-max", "16KiB"));
        let error = applied(&[("memory-file-bytes-max", "1m"), ("memory-bytes-max", "0")]);
        assert_eq!(error.unwrap_err().fault, fault("memory-bytes-max", "0B"));
        assert!(applied(&[("target-bytes-max", "16KiB")]).is_ok());
    }

    #[test]
    fn every_row_says_what_why_and_what_then_and_no_text_is_left_over() {
        let mut expected: Vec<String> = LIMITS
            .iter()
            .flat_map(|limit| ["", "-reason", "-consequence"].map(|end| (limit.option, end)))
            .map(|(option, end)| format!("limit-{option}{end}"))
            .collect();
        expected.sort();
        let mut found = keys(Language::English);
        found.retain(|(key, _)| key.starts_with("limit-"));
        let found: Vec<String> = found.into_iter().map(|(key, _)| key).collect();
        assert_eq!(found, expected);
    }
}
