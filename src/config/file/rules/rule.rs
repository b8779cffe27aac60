//! `[[rule]]`: which requests are meant, and one thing that becomes of them.

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use super::super::access::{add as add_network, networks};
use super::super::table::{Failed, Form, Key, Kind, Table, naming_some};
use super::super::values::{
    bad_rule, field_name, method, page_of, pattern, status, target, value, wrong,
};
use crate::config::Fault;
use crate::config::pattern::Pattern;
use crate::config::routing::{Action, Conditions, Origin, Rule, ValueTest};

/// Statuses that send a client elsewhere (RFC 9110 §15.4).
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// `[[rule]]`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct RuleDraft {
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

pub(super) static RULE: Table<RuleDraft> = Table {
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
    pub(super) fn of(rule: &Rule) -> Self {
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

    pub(super) fn into_rule(self, origin: &Origin) -> Result<Rule, Failed> {
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
