//! The keys of what one client may ask for: `[[limit]]`, `[[site.limit]]`.

use std::num::NonZeroU64;

use http::Method;
use serde_json::{Value, json};

use super::rules::{method, pattern, wrong};
use super::table::{Form, Key, Parts, Table};
use crate::config::clients::{is_name, requests};
use crate::config::limits;
use crate::config::pattern::Pattern;
use crate::config::quantity::Unit;
use crate::config::{By, ClientLimit, ConfigError, Fault, Rate, SiteSettings};

/// The keys that stand beside those of what is served.
pub(super) static CLIENT_LIMITS: Table<SiteSettings> = Table {
    name: "",
    keys: &[Key::parts(
        "limit",
        &Parts {
            table: &LIMIT,
            count: |site: &SiteSettings| site.limits.limits.len(),
            clear: |site: &mut SiteSettings| site.limits.limits.clear(),
            nth: |site: &SiteSettings, n| site.limits.limits[n].clone(),
            push: |site: &mut SiteSettings, limit: ClientLimit, origin| {
                let added = site.limits.add(ClientLimit {
                    origin: Some(origin.clone()),
                    ..limit
                });
                added.map_err(|(key, fault)| (key, wrong("limit", "", fault)))
            },
        },
    )],
};

static LIMIT: Table<ClientLimit> = Table {
    name: "limit",
    keys: &[
        Key::text(
            "name",
            Form::Text,
            "search",
            |limit| json!(limit.name),
            |limit, word| {
                if !is_name(word.text) {
                    let fault = Fault::BadLimit { case: "name" };
                    return Err(wrong("name", word.text, fault));
                }
                word.text.clone_into(&mut limit.name);
                Ok(())
            },
        ),
        Key::text(
            "path",
            Form::Pattern,
            "/api/*",
            |limit| json!(limit.path.as_ref().map(Pattern::as_str)),
            |limit, word| {
                limit.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "method",
            Form::Method,
            "POST",
            |limit| json!(limit.methods.iter().map(Method::as_str).collect::<Vec<_>>()),
            |limit| limit.methods.clear(),
            |limit, word| {
                limit.methods.push(method("method", word)?);
                Ok(())
            },
        ),
        Key::text(
            "by",
            Form::Text,
            "field:x-api-key",
            |limit| json!(limit.by.to_string()),
            |limit, word| {
                let by = By::read(word.text);
                let fault = Fault::BadField { case: "name" };
                limit.by = by.ok_or_else(|| wrong("by", word.text, fault))?;
                Ok(())
            },
        ),
        Key::text(
            "rate",
            Form::Text,
            "10/s",
            |limit| json!(limit.rate.map(Rate::write)),
            |limit, word| {
                let rate = Rate::read(word.text);
                limit.rate = Some(rate.map_err(|fault| wrong("rate", word.text, fault))?);
                Ok(())
            },
        ),
        Key::text(
            "burst",
            Form::Count,
            "20",
            |limit| json!(limit.burst),
            |limit, word| {
                let burst = requests(word.text);
                limit.burst = Some(burst.map_err(|fault| wrong("burst", word.text, fault))?);
                Ok(())
            },
        ),
        Key::text(
            "concurrent",
            Form::Count,
            "4",
            |limit| json!(limit.concurrent),
            |limit, word| {
                let most = requests(word.text);
                let most = most.map_err(|fault| wrong("concurrent", word.text, fault))?;
                limit.concurrent = Some(most);
                Ok(())
            },
        ),
        Key::text(
            "bandwidth",
            Form::Rate,
            "1MiB/s",
            |limit| amount(limit.bandwidth.map(NonZeroU64::get), Unit::BytesPerSecond),
            |limit, word| {
                limit.bandwidth = NonZeroU64::new(as_limit("bandwidth", word.text)?);
                Ok(())
            },
        ),
        Key::text(
            "body-bytes-max",
            Form::Bytes,
            "1MiB",
            |limit| amount(limit.body_bytes_max, Unit::Bytes),
            |limit, word| {
                limit.body_bytes_max = Some(as_limit("body-bytes-max", word.text)?);
                Ok(())
            },
        ),
        Key::flag(
            "shadow",
            |limit| limit.is_shadow,
            |limit, on| limit.is_shadow = on,
        ),
    ],
};

fn amount(amount: Option<u64>, unit: Unit) -> Value {
    json!(amount.map(|amount| unit.write(amount)))
}

/// Reads what the limit of this name would take for the whole server.
fn as_limit(name: &'static str, text: &str) -> Result<u64, ConfigError> {
    let limit = limits::find(name);
    limit.map_or(Ok(0), |limit| limit.amount(text))
}
