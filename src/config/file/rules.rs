//! The keys of what a site decides by rules: `[[rule]]`, `[[header]]`, `[[cross-origin]]`, `[errors]`,
//! `[maintenance]`, `[security]`, and a few beside them.
//!
//! A table is read into a draft, which becomes what the site room asks once all of it is there: a
//! template can be read only when its pattern is known.

mod cross_origin;
mod header;
mod maintenance;
mod rule;
mod security;

use http::Method;
use serde_json::Value;
use serde_json::json;

use super::table::{Form, Key, Kind, Once, Parts, Table};
use super::values::{method, page, wrong};
use crate::config::routing::{ErrorPage, Security, StatusRange, TrailingSlash};
use crate::config::{Fault, HostName, SiteSettings};
use cross_origin::{CROSS_ORIGIN, CorsDraft};
use header::{HEADER, HeaderDraft};
use maintenance::{MAINTENANCE, MaintenanceDraft};
use rule::{RULE, RuleDraft};
use security::SECURITY;

/// The keys that stand beside those of what is served.
pub(super) static ROUTING: Table<SiteSettings> = Table {
    name: "",
    keys: &[
        Key::text(
            "canonical-host",
            Form::Host,
            "example.com",
            |site| json!(site.routing.canonical_host.as_ref().map(HostName::as_str)),
            |site, word| {
                let host = HostName::read(word.text).filter(|host| host.parent().is_none());
                let host = host.ok_or_else(|| {
                    wrong(
                        "canonical-host",
                        word.text,
                        Fault::BadHost { case: "other" },
                    )
                })?;
                site.routing.canonical_host = Some(host);
                Ok(())
            },
        ),
        Key::text(
            "trailing-slash",
            Form::Choice(TrailingSlash::CHOICES),
            "remove",
            |site| json!(site.routing.trailing_slash.word()),
            |site, word| {
                site.routing.trailing_slash = TrailingSlash::read(word.text)?;
                Ok(())
            },
        ),
        Key::texts(
            "methods",
            Form::Method,
            "GET",
            |site| match &site.routing.methods {
                Some(methods) => json!(methods.iter().map(Method::as_str).collect::<Vec<_>>()),
                None => Value::Null,
            },
            |site| site.routing.methods = Some(Vec::new()),
            |site, word| {
                let method = method("methods", word)?;
                site.routing.methods.get_or_insert_default().push(method);
                Ok(())
            },
        ),
        Key::of(
            "errors",
            "{ \"404\" = \"/404.html\", \"5xx\" = \"/50x.html\" }",
            Kind::Map {
                names: Form::StatusRange,
                form: Form::PagePath,
                may_be_one: false,
                get: |site| {
                    let pages = site.routing.error_pages.iter();
                    pages
                        .map(|page| (page.statuses.to_string(), json!(page.page.as_str())))
                        .collect()
                },
                clear: |site| site.routing.error_pages.clear(),
                add: |site, name, word| {
                    let name = name.map_or("", |name| name.text);
                    let statuses = StatusRange::read(name).filter(|range| range.first >= 400);
                    let statuses = statuses
                        .ok_or_else(|| wrong("errors", name, Fault::BadStatus { case: "error" }))?;
                    site.routing.error_pages.push(ErrorPage {
                        origin: word.origin.clone(),
                        statuses,
                        page: page("errors", word.text)?,
                    });
                    // The one status before the hundred, wherever they stand.
                    let pages = &mut site.routing.error_pages;
                    pages.sort_by_key(|page| page.statuses.last - page.statuses.first);
                    Ok(())
                },
            },
        ),
        Key::part(
            "maintenance",
            &Once {
                table: &MAINTENANCE,
                get: |site: &SiteSettings| {
                    site.routing.maintenance.as_ref().map(MaintenanceDraft::of)
                },
                put: |site: &mut SiteSettings, draft, origin| {
                    site.routing.maintenance = draft.into_maintenance(origin);
                    Ok(())
                },
            },
        ),
        Key::part(
            "security",
            &Once {
                table: &SECURITY,
                get: |site: &SiteSettings| site.routing.security.clone(),
                put: |site: &mut SiteSettings, mut security: Security, origin| {
                    security.origin = Some(origin.clone());
                    site.routing.security = Some(security);
                    Ok(())
                },
            },
        ),
        Key::parts(
            "rule",
            &Parts {
                table: &RULE,
                count: |site: &SiteSettings| site.routing.rules.len(),
                clear: |site: &mut SiteSettings| site.routing.rules.clear(),
                nth: |site: &SiteSettings, n| RuleDraft::of(&site.routing.rules[n]),
                push: |site: &mut SiteSettings, draft: RuleDraft, origin| {
                    site.routing.rules.push(draft.into_rule(origin)?);
                    Ok(())
                },
            },
        ),
        Key::parts(
            "header",
            &Parts {
                table: &HEADER,
                count: |site: &SiteSettings| site.routing.fields.len(),
                clear: |site: &mut SiteSettings| site.routing.fields.clear(),
                nth: |site: &SiteSettings, n| HeaderDraft::of(&site.routing.fields[n]),
                push: |site: &mut SiteSettings, draft: HeaderDraft, origin| {
                    site.routing.fields.push(draft.into_rule(origin)?);
                    Ok(())
                },
            },
        ),
        Key::parts(
            "cross-origin",
            &Parts {
                table: &CROSS_ORIGIN,
                count: |site: &SiteSettings| site.routing.cors.len(),
                clear: |site: &mut SiteSettings| site.routing.cors.clear(),
                nth: |site: &SiteSettings, n| CorsDraft::of(&site.routing.cors[n]),
                push: |site: &mut SiteSettings, draft: CorsDraft, origin| {
                    site.routing.cors.push(draft.into_cors(origin)?);
                    Ok(())
                },
            },
        ),
    ],
};
