//! The keys of access logs: `[[access-log]]`.

use std::ffi::OsStr;

use serde_json::{Value, json};

use super::table::{Form, Key, Needs, Table, needing};
use super::values::wrong;
use crate::config::limits::{self, Limit};
use crate::config::{
    AccessLog, Addresses, ConfigError, Fault, LineFormat, LogCompression, LogConditions, LogPlace,
    Settings,
};

/// The keys of one log. How its file is put away is as `[limits]` says, unless it stands here.
pub(super) static LOG: Table<AccessLog> = Table {
    name: "access-log",
    keys: &[
        needing(
            Needs::Itself,
            Key::text(
                "to",
                Form::Text,
                "access.log",
                |log| json!(log.place.to_string()),
                |log, word| {
                    if word.text.is_empty() {
                        return Err(wrong("to", word.text, Fault::BadFileName));
                    }
                    log.place = match LogPlace::read(OsStr::new(word.text)) {
                        LogPlace::File(_) => LogPlace::File(word.path()),
                        place => place,
                    };
                    Ok(())
                },
            ),
        ),
        Key::text(
            "format",
            Form::Text,
            "json",
            |log| json!(log.format.as_written()),
            |log, word| {
                log.format = LineFormat::read("format", word.text)?;
                Ok(())
            },
        ),
        Key::flag(
            "mask",
            |log| log.addresses == Addresses::Masked,
            |log, on| {
                log.addresses = if on {
                    Addresses::Masked
                } else {
                    Addresses::Whole
                }
            },
        ),
        Key::texts(
            "status",
            Form::StatusRange,
            "5xx",
            |log| json!(log.only.statuses_as_written()),
            |log| log.only.statuses.clear(),
            |log, word| {
                let statuses = LogConditions::read_statuses("status", word.text)?;
                log.only.statuses.extend(statuses);
                Ok(())
            },
        ),
        Key::text(
            "path",
            Form::Pattern,
            "/api/*",
            |log| json!(log.only.path.as_ref().map(ToString::to_string)),
            |log, word| {
                log.only.path = Some(LogConditions::read_path("path", word.text)?);
                Ok(())
            },
        ),
        Key::text(
            "slow",
            Form::Duration,
            "1s",
            |log| json!(log.only.slow_as_written()),
            |log, word| {
                log.only.slow = Some(LogConditions::read_slow("slow", word.text)?);
                Ok(())
            },
        ),
        Key::text(
            "size-max",
            Form::Bytes,
            "1GiB",
            |log| shown(log, "access-log-size-max"),
            |log, word| rotation(log, "access-log-size-max", word.text),
        ),
        Key::text(
            "age-max",
            Form::Duration,
            "1h",
            |log| shown(log, "access-log-age-max"),
            |log, word| rotation(log, "access-log-age-max", word.text),
        ),
        Key::text(
            "keep",
            Form::Count,
            "30",
            |log| shown(log, "access-log-keep"),
            |log, word| rotation(log, "access-log-keep", word.text),
        ),
        Key::text(
            "compression",
            Form::Choice(LogCompression::CHOICES),
            "zstd",
            |log| json!(log.rotation.compression.as_str()),
            |log, word| {
                log.rotation.compression = LogCompression::read(word.text)?;
                Ok(())
            },
        ),
    ],
};

/// Reads what the limit of this name would be for every log.
fn rotation(log: &mut AccessLog, name: &str, text: &str) -> Result<(), ConfigError> {
    let mut settings = Settings::default();
    settings.logs.rotation = log.rotation;
    if let Some(limit) = limits::find(name) {
        limit.apply(&mut settings, text)?;
    }
    log.rotation = settings.logs.rotation;
    Ok(())
}

fn shown(log: &AccessLog, name: &str) -> Value {
    let mut settings = Settings::default();
    settings.logs.rotation = log.rotation;
    let limit: Option<&Limit> = limits::find(name);
    json!(limit.and_then(|limit| limit.value(&settings)))
}
