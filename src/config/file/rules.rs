//! The keys of what a site decides by rules: `[[rule]]`, `[[header]]`, `[[cross-origin]]`, `[errors]`,
//! `[maintenance]`, `[security]`, and a few beside them.
//!
//! A table is read into a draft, which becomes what the site room asks once all of it is there: a
//! template can be read only when its pattern is known.

use std::time::Duration;

use http::header::CACHE_CONTROL;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::access::{add as add_network, networks};
use super::table::{Failed, Form, Key, Kind, Once, Parts, Table, Word, naming_some};
use crate::config::pattern::{Pattern, PatternFault, Template};
use crate::config::quantity::{Unit, Unreadable};
use crate::config::routing::{
    Action, Conditions, Cors, ErrorPage, FieldChange, FieldRule, Maintenance, Origin, Rule,
    Security, StatusRange, TrailingSlash, UNTOUCHABLE, ValueTest, known_method,
};
use crate::config::{ConfigError, Fault, HostName, Network, SiteSettings};
use crate::i18n::shown;

/// Statuses that send a client elsewhere (RFC 9110 §15.4).
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];
/// Answers that a copy may be kept of: what a line about copies is meant for (RFC 9110 §15.1, §15.4.5).
const CACHEABLE: &[StatusRange] = &[
    StatusRange {
        first: 200,
        last: 299,
    },
    StatusRange {
        first: 304,
        last: 304,
    },
];

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

/// `[[rule]]`, as it is written.
#[derive(Clone, Debug)]
struct RuleDraft {
    when: Conditions,
    redirect: Option<String>,
    status: Option<StatusCode>,
    keeps_query: bool,
    rewrite: Option<String>,
    tries: Vec<String>,
    respond: Option<StatusCode>,
    body: Option<String>,
    content_type: Option<HeaderValue>,
    passes: bool,
}

impl Default for RuleDraft {
    fn default() -> Self {
        Self {
            when: Conditions::default(),
            redirect: None,
            status: None,
            keeps_query: true,
            rewrite: None,
            tries: Vec::new(),
            respond: None,
            body: None,
            content_type: None,
            passes: false,
        }
    }
}

static RULE: Table<RuleDraft> = Table {
    name: "rule",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/old/*",
            |rule| json!(rule.when.path.as_ref().map(Pattern::as_str)),
            |rule, word| {
                rule.when.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "method",
            Form::Method,
            "GET",
            |rule| {
                json!(
                    rule.when
                        .methods
                        .iter()
                        .map(Method::as_str)
                        .collect::<Vec<_>>()
                )
            },
            |rule| rule.when.methods.clear(),
            |rule, word| {
                rule.when.methods.push(method("method", word)?);
                Ok(())
            },
        ),
        Key::of(
            "header",
            "{ \"user-agent\" = \"*bot*\" }",
            Kind::Map {
                names: Form::FieldName,
                form: Form::Like,
                may_be_one: false,
                get: |rule| likes(&rule.when.fields),
                clear: |rule| {
                    rule.when
                        .fields
                        .retain(|(_, test)| *test == ValueTest::Absent);
                },
                add: |rule, name, word| {
                    let name = field_name("header", name.map_or("", |name| name.text))?;
                    let test = ValueTest::of(word.text);
                    rule.when.fields.push((name.as_str().to_owned(), test));
                    Ok(())
                },
            },
        ),
        Key::texts(
            "without-header",
            Form::FieldName,
            "authorization",
            |rule| absent(&rule.when.fields),
            |rule| {
                rule.when
                    .fields
                    .retain(|(_, test)| *test != ValueTest::Absent);
            },
            |rule, word| {
                let name = field_name("without-header", word.text)?;
                rule.when
                    .fields
                    .push((name.as_str().to_owned(), ValueTest::Absent));
                Ok(())
            },
        ),
        Key::of(
            "query",
            "{ \"page\" = \"*\" }",
            Kind::Map {
                names: Form::Text,
                form: Form::Like,
                may_be_one: false,
                get: |rule| likes(&rule.when.query),
                clear: |rule| {
                    rule.when
                        .query
                        .retain(|(_, test)| *test == ValueTest::Absent);
                },
                add: |rule, name, word| {
                    let name = name.map_or("", |name| name.text);
                    rule.when
                        .query
                        .push((name.to_owned(), ValueTest::of(word.text)));
                    Ok(())
                },
            },
        ),
        Key::texts(
            "without-query",
            Form::Text,
            "preview",
            |rule| absent(&rule.when.query),
            |rule| {
                rule.when
                    .query
                    .retain(|(_, test)| *test != ValueTest::Absent);
            },
            |rule, word| {
                rule.when
                    .query
                    .push((word.text.to_owned(), ValueTest::Absent));
                Ok(())
            },
        ),
        naming_some(Key::texts(
            "from",
            Form::Network,
            "10.0.0.0/8",
            |rule| networks(&rule.when.from),
            |rule| rule.when.from.clear(),
            |rule, word| add_network(&mut rule.when.from, "from", word),
        )),
        Key::text(
            "redirect",
            Form::Target,
            "/new/{*}",
            |rule| json!(rule.redirect),
            |rule, word| {
                rule.redirect = Some(word.text.to_owned());
                Ok(())
            },
        ),
        Key::text(
            "status",
            Form::Choice("301, 302, 303, 307, 308"),
            "301",
            |rule| json!(rule.status.map(|status| status.as_u16())),
            |rule, word| {
                let status = status("status", word.text, |code| REDIRECTS.contains(&code));
                let choices = "301, 302, 303, 307, 308";
                rule.status = Some(
                    status.map_err(|_| wrong("status", word.text, Fault::BadChoice { choices }))?,
                );
                Ok(())
            },
        ),
        Key::flag(
            "keep-query",
            |rule| rule.keeps_query,
            |rule, on| rule.keeps_query = on,
        ),
        Key::text(
            "rewrite",
            Form::PagePath,
            "/index.html",
            |rule| json!(rule.rewrite),
            |rule, word| {
                rule.rewrite = Some(word.text.to_owned());
                Ok(())
            },
        ),
        Key::texts(
            "try",
            Form::PagePath,
            "{path}.html",
            |rule| json!(rule.tries),
            |rule| rule.tries.clear(),
            |rule, word| {
                rule.tries.push(word.text.to_owned());
                Ok(())
            },
        ),
        Key::text(
            "respond",
            Form::Status,
            "410",
            |rule| json!(rule.respond.map(|status| status.as_u16())),
            |rule, word| {
                let code = status("respond", word.text, |code| code >= 200);
                rule.respond = Some(code?);
                Ok(())
            },
        ),
        Key::text(
            "body",
            Form::Text,
            "ok",
            |rule| json!(rule.body),
            |rule, word| {
                rule.body = Some(word.text.to_owned());
                Ok(())
            },
        ),
        Key::text(
            "type",
            Form::MediaType,
            "application/json",
            |rule| {
                json!(
                    rule.content_type
                        .as_ref()
                        .and_then(|value| value.to_str().ok())
                )
            },
            |rule, word| {
                rule.content_type = Some(value("type", word.text)?);
                Ok(())
            },
        ),
        Key::flag("pass", |rule| rule.passes, |rule, on| rule.passes = on),
    ],
};

impl RuleDraft {
    /// As it was written, of what was made of it.
    fn of(rule: &Rule) -> Self {
        let mut draft = Self {
            when: rule.when.clone(),
            ..Self::default()
        };
        match &rule.action {
            Action::Redirect {
                status,
                target,
                keeps_query,
            } => {
                draft.redirect = Some(target.as_str().to_owned());
                draft.status = Some(*status);
                draft.keeps_query = *keeps_query;
            }
            Action::Rewrite(target) => draft.rewrite = Some(target.as_str().to_owned()),
            Action::Try(targets) => {
                draft.tries = targets
                    .iter()
                    .map(|target| target.as_str().to_owned())
                    .collect();
            }
            Action::Respond { status, content } => {
                draft.respond = Some(*status);
                if let Some((content_type, body)) = content {
                    draft.content_type = Some(content_type.clone());
                    draft.body = Some(body.clone());
                }
            }
            Action::Pass => draft.passes = true,
        }
        draft
    }

    fn into_rule(self, origin: &Origin) -> Result<Rule, Failed> {
        let path = self.when.path.as_ref();
        let there = [
            ("redirect", self.redirect.is_some()),
            ("rewrite", self.rewrite.is_some()),
            ("try", !self.tries.is_empty()),
            ("respond", self.respond.is_some()),
            ("pass", self.passes),
        ];
        let mut there = there.into_iter().filter(|(_, is_there)| *is_there);
        let (first, second) = (there.next(), there.next());
        if let (Some((other, _)), Some((key, _))) = (first, second) {
            return Err((key, wrong(key, key, bad_rule("two-actions", other))));
        }
        let needs = |key, other| Err((key, wrong(key, key, bad_rule("needs", other))));
        if self.status.is_some() && self.redirect.is_none() {
            return needs("status", "redirect");
        }
        if !self.keeps_query && self.redirect.is_none() {
            return needs("keep-query", "redirect");
        }
        if self.body.is_some() && self.respond.is_none() {
            return needs("body", "respond");
        }
        if self.content_type.is_some() && self.body.is_none() {
            return needs("type", "body");
        }
        let action = match first.map(|(name, _)| name) {
            Some("redirect") => Action::Redirect {
                status: self.status.unwrap_or(StatusCode::FOUND),
                target: target(
                    "redirect",
                    self.redirect.as_deref().unwrap_or_default(),
                    path,
                )
                .map_err(|error| ("redirect", error))?,
                keeps_query: self.keeps_query,
            },
            Some("rewrite") => {
                let text = self.rewrite.as_deref().unwrap_or_default();
                Action::Rewrite(page_of("rewrite", text, path).map_err(|error| ("rewrite", error))?)
            }
            Some("try") => {
                let pages = self.tries.iter().map(|text| page_of("try", text, path));
                let pages = pages.collect::<Result<_, _>>();
                Action::Try(pages.map_err(|error| ("try", error))?)
            }
            Some("respond") => {
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                let content_type = self.content_type.unwrap_or(text);
                Action::Respond {
                    status: self.respond.unwrap_or(StatusCode::OK),
                    content: self.body.map(|body| (content_type, body)),
                }
            }
            Some(_) => Action::Pass,
            None => {
                let key = if path.is_some() { "path" } else { "" };
                return Err((key, wrong("rule", "", bad_rule("no-action", ""))));
            }
        };
        Ok(Rule {
            origin: origin.clone(),
            when: self.when,
            action,
        })
    }
}

/// `[[header]]`, as it is written.
#[derive(Clone, Debug, Default)]
struct HeaderDraft {
    path: Option<Pattern>,
    statuses: Vec<StatusRange>,
    changes: Vec<FieldChange>,
    cache: Option<HeaderValue>,
}

static HEADER: Table<HeaderDraft> = Table {
    name: "header",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/assets/*",
            |header| json!(header.path.as_ref().map(Pattern::as_str)),
            |header, word| {
                header.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "status",
            Form::StatusRange,
            "5xx",
            |header| {
                json!(
                    header
                        .statuses
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                )
            },
            |header| header.statuses.clear(),
            |header, word| {
                let range = StatusRange::read(word.text);
                let range = range.ok_or_else(|| {
                    wrong("status", word.text, Fault::BadStatus { case: "range" })
                })?;
                header.statuses.push(range);
                Ok(())
            },
        ),
        Key::of(
            "set",
            "{ \"x-frame-options\" = \"DENY\" }",
            Kind::Map {
                names: Form::FieldName,
                form: Form::Text,
                may_be_one: false,
                get: |header| {
                    changes(header, |change| match change {
                        FieldChange::Set(name, value) => Some((name, value)),
                        _ => None,
                    })
                },
                clear: |_| {},
                add: |header, name, word| {
                    let (name, value) = field("set", name, word)?;
                    header.changes.push(FieldChange::Set(name, value));
                    Ok(())
                },
            },
        ),
        Key::of(
            "add",
            "{ \"link\" = \"</a.css>; rel=preload\" }",
            Kind::Map {
                names: Form::FieldName,
                form: Form::Text,
                may_be_one: false,
                get: |header| {
                    changes(header, |change| match change {
                        FieldChange::Add(name, value) => Some((name, value)),
                        _ => None,
                    })
                },
                clear: |_| {},
                add: |header, name, word| {
                    let (name, value) = field("add", name, word)?;
                    header.changes.push(FieldChange::Add(name, value));
                    Ok(())
                },
            },
        ),
        Key::texts(
            "remove",
            Form::FieldName,
            "server",
            |header| {
                let removed = header.changes.iter().filter_map(|change| match change {
                    FieldChange::Remove(name) => Some(name.as_str()),
                    _ => None,
                });
                json!(removed.collect::<Vec<_>>())
            },
            |_| {},
            |header, word| {
                let name = own_field_name("remove", word.text)?;
                header.changes.push(FieldChange::Remove(name));
                Ok(())
            },
        ),
        Key::text(
            "cache",
            Form::Text,
            "public, max-age=3600",
            |header| json!(header.cache.as_ref().and_then(|value| value.to_str().ok())),
            |header, word| {
                header.cache = Some(value("cache", word.text)?);
                Ok(())
            },
        ),
    ],
};

impl HeaderDraft {
    /// As it was written, of what was made of it.
    fn of(rule: &FieldRule) -> Self {
        let (mut changes, mut statuses) = (rule.changes.clone(), rule.statuses.clone());
        let cache = match (&*changes, &*statuses) {
            ([FieldChange::Set(name, value)], CACHEABLE) if *name == CACHE_CONTROL => {
                Some(value.clone())
            }
            _ => None,
        };
        if cache.is_some() {
            changes.clear();
            statuses.clear();
        }
        Self {
            path: rule.path.clone(),
            statuses,
            changes,
            cache,
        }
    }

    fn into_rule(mut self, origin: &Origin) -> Result<FieldRule, Failed> {
        if let Some(value) = self.cache {
            if !self.changes.is_empty() && self.statuses.is_empty() {
                // What is said of copies is meant for what may be copied, the rest for every answer.
                return Err((
                    "cache",
                    wrong("cache", "", bad_rule("cache-beside-others", "")),
                ));
            }
            if self.statuses.is_empty() {
                self.statuses = CACHEABLE.to_vec();
            }
            self.changes.push(FieldChange::Set(CACHE_CONTROL, value));
        }
        if self.changes.is_empty() {
            return Err(("", wrong("header", "", bad_rule("no-change", ""))));
        }
        Ok(FieldRule {
            origin: origin.clone(),
            path: self.path,
            statuses: self.statuses,
            changes: self.changes,
        })
    }
}

/// `[[cross-origin]]`, as it is written.
#[derive(Clone, Debug)]
struct CorsDraft {
    path: Option<Pattern>,
    origins: Vec<String>,
    methods: Vec<Method>,
    request_fields: Vec<HeaderName>,
    exposed_fields: Vec<HeaderName>,
    credentials: bool,
    max_age: Duration,
}

impl Default for CorsDraft {
    fn default() -> Self {
        Self {
            path: None,
            origins: Vec::new(),
            methods: Vec::new(),
            request_fields: Vec::new(),
            exposed_fields: Vec::new(),
            credentials: false,
            max_age: CORS_MAX_AGE,
        }
    }
}

static CROSS_ORIGIN: Table<CorsDraft> = Table {
    name: "cross-origin",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/api/*",
            |cors| json!(cors.path.as_ref().map(Pattern::as_str)),
            |cors, word| {
                cors.path = Some(pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "origin",
            Form::WebOrigin,
            "https://app.example.com",
            |cors| json!(cors.origins),
            |cors| cors.origins.clear(),
            |cors, word| {
                cors.origins.push(web_origin(word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "method",
            Form::Method,
            "PUT",
            |cors| json!(cors.methods.iter().map(Method::as_str).collect::<Vec<_>>()),
            |cors| cors.methods.clear(),
            |cors, word| {
                cors.methods.push(method("method", word)?);
                Ok(())
            },
        ),
        Key::texts(
            "request-header",
            Form::FieldName,
            "x-token",
            |cors| names(&cors.request_fields),
            |cors| cors.request_fields.clear(),
            |cors, word| {
                cors.request_fields
                    .push(field_name("request-header", word.text)?);
                Ok(())
            },
        ),
        Key::texts(
            "expose-header",
            Form::FieldName,
            "x-total",
            |cors| names(&cors.exposed_fields),
            |cors| cors.exposed_fields.clear(),
            |cors, word| {
                cors.exposed_fields
                    .push(field_name("expose-header", word.text)?);
                Ok(())
            },
        ),
        Key::flag(
            "credentials",
            |cors| cors.credentials,
            |cors, on| cors.credentials = on,
        ),
        Key::text(
            "max-age",
            Form::Duration,
            "10m",
            |cors| json!(humantime::format_duration(cors.max_age).to_string()),
            |cors, word| {
                cors.max_age = duration("max-age", word.text)?;
                Ok(())
            },
        ),
    ],
};

impl CorsDraft {
    fn of(cors: &Cors) -> Self {
        let cors = cors.clone();
        Self {
            path: cors.path,
            origins: cors.origins,
            methods: cors.methods,
            request_fields: cors.request_fields,
            exposed_fields: cors.exposed_fields,
            credentials: cors.credentials,
            max_age: cors.max_age,
        }
    }

    fn into_cors(self, origin: &Origin) -> Result<Cors, Failed> {
        if self.credentials && self.origins.is_empty() {
            return Err((
                "credentials",
                wrong(
                    "credentials",
                    "true",
                    bad_rule("credentials-for-anybody", "origin"),
                ),
            ));
        }
        Ok(Cors {
            origin: origin.clone(),
            path: self.path,
            origins: self.origins,
            methods: self.methods,
            request_fields: self.request_fields,
            exposed_fields: self.exposed_fields,
            credentials: self.credentials,
            max_age: self.max_age,
        })
    }
}

/// How long browsers remember a preflight where nothing is said. Reason: none remembers it longer than
/// this by more than a little.
const CORS_MAX_AGE: Duration = Duration::from_hours(1);

/// `[maintenance]`, as it is written.
#[derive(Clone, Debug)]
struct MaintenanceDraft {
    is_on: bool,
    retry_after: Duration,
    except: Vec<Pattern>,
    allow: Vec<Network>,
    page: Option<Template>,
}

impl Default for MaintenanceDraft {
    fn default() -> Self {
        Self {
            is_on: true,
            retry_after: Duration::from_mins(5),
            except: Vec::new(),
            allow: Vec::new(),
            page: None,
        }
    }
}

static MAINTENANCE: Table<MaintenanceDraft> = Table {
    name: "maintenance",
    keys: &[
        Key::flag("on", |draft| draft.is_on, |draft, on| draft.is_on = on),
        Key::text(
            "retry-after",
            Form::Duration,
            "10m",
            |draft| json!(humantime::format_duration(draft.retry_after).to_string()),
            |draft, word| {
                draft.retry_after = duration("retry-after", word.text)?;
                Ok(())
            },
        ),
        Key::texts(
            "except",
            Form::Pattern,
            "/status",
            |draft| json!(draft.except.iter().map(Pattern::as_str).collect::<Vec<_>>()),
            |draft| draft.except.clear(),
            |draft, word| {
                draft.except.push(pattern("except", word.text)?);
                Ok(())
            },
        ),
        naming_some(Key::texts(
            "allow",
            Form::Network,
            "192.0.2.0/24",
            |draft| networks(&draft.allow),
            |draft| draft.allow.clear(),
            |draft, word| add_network(&mut draft.allow, "allow", word),
        )),
        Key::text(
            "page",
            Form::PagePath,
            "/maintenance.html",
            |draft| json!(draft.page.as_ref().map(Template::as_str)),
            |draft, word| {
                draft.page = Some(page("page", word.text)?);
                Ok(())
            },
        ),
    ],
};

impl MaintenanceDraft {
    fn of(maintenance: &Maintenance) -> Self {
        Self {
            is_on: true,
            retry_after: maintenance.retry_after,
            except: maintenance.except.clone(),
            allow: maintenance.allow.clone(),
            page: maintenance.page.clone(),
        }
    }

    fn into_maintenance(self, origin: &Origin) -> Option<Maintenance> {
        self.is_on.then(|| Maintenance {
            origin: origin.clone(),
            retry_after: self.retry_after,
            except: self.except,
            allow: self.allow,
            page: self.page,
        })
    }
}

static SECURITY: Table<Security> = Table {
    name: "security",
    keys: &[
        policy::<0>("no-referrer"),
        policy::<1>("camera=(), microphone=()"),
        policy::<2>("default-src 'self'"),
        policy::<3>("'none'"),
        policy::<4>("same-origin-allow-popups"),
        policy::<5>("require-corp"),
        policy::<6>("same-site"),
    ],
};

const fn policy<const N: usize>(example: &'static str) -> Key<Security> {
    Key::text(
        Security::NAMES[N],
        Form::Text,
        example,
        |security| {
            let is_own = security.values[N].is_some();
            json!(Some(security.said(N)).filter(|said| is_own || !said.is_empty()))
        },
        |security, word| {
            value(Security::NAMES[N], word.text)?;
            word.text
                .clone_into(security.values[N].get_or_insert_default());
            Ok(())
        },
    )
}

pub(super) fn wrong(option: &'static str, value: &str, fault: Fault) -> ConfigError {
    ConfigError {
        option,
        value: shown(value),
        fault,
    }
}

fn bad_rule(case: &'static str, other: &'static str) -> Fault {
    Fault::BadRule { case, other }
}

pub(super) fn pattern(key: &'static str, text: &str) -> Result<Pattern, ConfigError> {
    Pattern::read(text).map_err(|fault| wrong(key, text, Fault::Pattern(fault)))
}

/// A page of the site's own: `{name}` means nothing there, for nothing was caught.
fn page(key: &'static str, text: &str) -> Result<Template, ConfigError> {
    page_of(key, text, None)
}

fn page_of(key: &'static str, text: &str, path: Option<&Pattern>) -> Result<Template, ConfigError> {
    if !text.starts_with('/') && !text.starts_with("{path}") {
        return Err(wrong(key, text, Fault::Pattern(PatternFault::NoSlash)));
    }
    target(key, text, path)
}

fn target(key: &'static str, text: &str, path: Option<&Pattern>) -> Result<Template, ConfigError> {
    Template::read(text, path).map_err(|fault| wrong(key, text, Fault::Pattern(fault)))
}

pub(super) fn method(key: &'static str, word: &Word<'_>) -> Result<Method, ConfigError> {
    // One that hello does not know is refused before any rule could see it.
    known_method(word.text).ok_or_else(|| wrong(key, word.text, Fault::BadMethod))
}

fn status(
    key: &'static str,
    text: &str,
    is_fit: impl Fn(u16) -> bool,
) -> Result<StatusCode, ConfigError> {
    let code = text.parse().ok().filter(|code| is_fit(*code));
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.filter(|status| status.as_u16() < 600);
    status.ok_or_else(|| wrong(key, text, Fault::BadStatus { case: "answer" }))
}

fn duration(key: &'static str, text: &str) -> Result<Duration, ConfigError> {
    Unit::Duration
        .read(text)
        .map(Duration::from_millis)
        .map_err(|unreadable| {
            let fault = match unreadable {
                Unreadable::DurationWithoutUnit => Fault::DurationWithoutUnit,
                Unreadable::AmbiguousUnit { .. } | Unreadable::NotANumber => Fault::BadDuration,
            };
            wrong(key, text, fault)
        })
}

fn value(key: &'static str, text: &str) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_str(text).map_err(|_| wrong(key, text, Fault::BadField { case: "value" }))
}

fn field_name(key: &'static str, text: &str) -> Result<HeaderName, ConfigError> {
    HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| wrong(key, text, Fault::BadField { case: "name" }))
}

/// The name of a field that lines may touch.
fn own_field_name(key: &'static str, text: &str) -> Result<HeaderName, ConfigError> {
    let name = field_name(key, text)?;
    if UNTOUCHABLE.contains(&name.as_str()) {
        return Err(wrong(
            key,
            text,
            Fault::BadField {
                case: "untouchable",
            },
        ));
    }
    Ok(name)
}

fn field(
    key: &'static str,
    name: Option<&Word<'_>>,
    word: &Word<'_>,
) -> Result<(HeaderName, HeaderValue), ConfigError> {
    let name = own_field_name(key, name.map_or("", |name| name.text))?;
    Ok((name, value(key, word.text)?))
}

/// An origin as browsers send it (RFC 6454 §6.2).
fn web_origin(text: &str) -> Result<String, ConfigError> {
    let rest = { text.strip_prefix("https://") }.or_else(|| text.strip_prefix("http://"));
    let is_host = |host: &str| {
        let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\".contains(&byte);
        !host.is_empty()
            && host.bytes().all(is_fit)
            && !host.bytes().any(|b| b.is_ascii_uppercase())
    };
    if rest.is_some_and(is_host) || text == "null" {
        Ok(text.to_owned())
    } else {
        Err(wrong("origin", text, Fault::BadWebOrigin))
    }
}

fn likes(tests: &[(String, ValueTest)]) -> Value {
    let written = tests.iter().filter_map(|(name, test)| match test {
        ValueTest::Present => Some((name.clone(), json!("*"))),
        ValueTest::Like(like) => Some((name.clone(), json!(like))),
        ValueTest::Absent => None,
    });
    written.collect()
}

fn absent(tests: &[(String, ValueTest)]) -> Value {
    let names = tests.iter().filter(|(_, test)| *test == ValueTest::Absent);
    json!(names.map(|(name, _)| name).collect::<Vec<_>>())
}

fn names(names: &[HeaderName]) -> Value {
    json!(names.iter().map(HeaderName::as_str).collect::<Vec<_>>())
}

fn changes(
    header: &HeaderDraft,
    of: impl Fn(&FieldChange) -> Option<(&HeaderName, &HeaderValue)>,
) -> Value {
    let written = header.changes.iter().filter_map(of);
    written
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                json!(value.to_str().unwrap_or_default()),
            )
        })
        .collect()
}
