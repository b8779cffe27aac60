//! The pages of the built-in site: texts of the catalogue in the forms of `assets/`.

use std::fmt::Write as _;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
};

use crate::exchange::{Body, FieldList, Response};
use crate::i18n::{self, Language};
use crate::site::guard::onlooker::Stranger;
use crate::site::limits::THREADS_MAX;
use crate::site::pages;

use super::thread::{View, Witness};

const INDEX: &str = include_str!("../../../../assets/index.html");
const HEADER: &str = include_str!("../../../../assets/header.html");
const SLEPT: &str = include_str!("../../../../assets/sleep.html");

/// Nothing but what this site itself serves, and nothing inline: a markup that slipped in could
/// neither run nor call home.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The page with the visitor's connections as they are now. Never kept, by anybody.
pub(super) fn with_threads(witness: &Witness, view: View) -> Response {
    let language = view.language;
    let threads = view.all(witness);
    let list = format!(
        "<ol class=\"axis\" aria-hidden=\"true\">{}</ol>\n<ol id=\"threads\" \
         data-live=\"/connections?lang={}\" data-most=\"{THREADS_MAX}\">{threads}</ol>",
        axis(language),
        language.code(),
    );
    let [still, reload, running, gone] = [
        "site-pulse-still",
        "site-pulse-reload",
        "site-pulse-live",
        "site-pulse-lost",
    ]
    .map(|key| i18n::text(language, key));
    let pulse = format!(
        "<p class=\"pulse\" id=\"pulse\" role=\"status\" data-live=\"{running}\" data-lost=\"{gone}\">\
         {still} <a href=\"/?lang={}\">{reload}</a></p>",
        language.code()
    );
    let mut fields = fields(language);
    fields.set(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let html = index(language, &pulse, &list);
    Response::new(StatusCode::OK, fields, Body::Bytes(Bytes::from(html)))
}

/// The page for whoever is not shown any connections, and why not.
pub(super) fn without_threads(why: Stranger, language: Language) -> String {
    let why = i18n::text(language, why.key());
    index(language, "", &format!("<p class=\"aside\">{why}</p>"))
}

/// What is shown after five seconds.
pub(super) fn slept(language: Language) -> String {
    with_header(SLEPT, "/sleep", language)
}

fn index(language: Language, pulse: &str, threads: &str) -> String {
    with_header(INDEX, "/", language)
        .replace("[[pulse]]", pulse)
        .replace("[[threads]]", threads)
}

fn with_header(template: &str, path: &str, language: Language) -> String {
    let mut header = HEADER.trim_end().replace("[[path]]", path);
    for other in Language::ALL {
        let mark = if other == language {
            " aria-current=\"true\""
        } else {
            ""
        };
        header = header.replace(&format!("[[current-{}]]", other.code()), mark);
    }
    pages::fill(&template.replace("[[header]]", &header), language)
}

/// The marks of time, from the second on: `assets/style.css` places them.
fn axis(language: Language) -> String {
    let marks = i18n::text(language, "site-axis");
    let mut list = String::new();
    for mark in marks.split('|') {
        // Writing to a string cannot fail.
        let _ = write!(list, "<li><span>{}</span></li>", mark.trim());
    }
    list
}

/// Fields of a page of the built-in site.
pub(super) fn fields(language: Language) -> FieldList {
    let mut fields = pages::html_fields(language);
    for (name, value) in guarded_fields().iter() {
        fields.add(name.clone(), value.clone());
    }
    fields
}

/// Fields of everything in it: what others may do with it, which is nothing.
pub(super) fn guarded_fields() -> FieldList {
    let mut fields = FieldList::new();
    fields.add(CONTENT_SECURITY_POLICY, POLICY);
    fields.add(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    fields.add(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    fields
}
