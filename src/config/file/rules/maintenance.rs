//! `[maintenance]`: the site is being worked on.

use std::time::Duration;

use serde_json::json;

use super::super::access::{add as add_network, networks};
use super::super::table::{Form, Key, Table, naming_some};
use super::super::values::{duration, page, pattern};
use crate::config::Network;
use crate::config::pattern::{Pattern, Template};
use crate::config::routing::{Maintenance, Origin};

/// `[maintenance]`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct MaintenanceDraft {
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

pub(super) static MAINTENANCE: Table<MaintenanceDraft> = Table {
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
    pub(super) fn of(maintenance: &Maintenance) -> Self {
        Self {
            is_on: true,
            retry_after: maintenance.retry_after,
            except: maintenance.except.clone(),
            allow: maintenance.allow.clone(),
            page: maintenance.page.clone(),
        }
    }

    pub(super) fn into_maintenance(self, origin: &Origin) -> Option<Maintenance> {
        self.is_on.then(|| Maintenance {
            origin: origin.clone(),
            retry_after: self.retry_after,
            except: self.except,
            allow: self.allow,
            page: self.page,
        })
    }
}
