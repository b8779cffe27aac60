//! The pages a visitor sees instead of what was asked for.
//!
//! Law: nothing the client sent stands in them, so there is nothing to escape. A page is made once
//! for each reason and language and kept with its head: a flood of 404s formats nothing.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, VARY,
};

use crate::config::quantity::Unit;
use crate::exchange::{Body, FieldList, Kept, Reason, Request, Response};
use crate::i18n::{self, Args, Language};

use super::guard::clients::Refused;
use super::guard::method;
use super::language_of;
use super::limits::{REFUSAL_PAGES_MAX, RETRY_AFTER_SECONDS};
use super::pipeline::{self, Dressing};
use super::route;

/// A page that stands alone: its own style, its own icon, and nothing from anywhere.
pub(super) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'",
);

/// What stands around a page that stands alone.
const ALONE: &str = include_str!("../../assets/alone.html");

const ERROR: Alone = Alone {
    title: "[[title]]",
    style: "",
    content: include_str!("../../assets/error.html"),
};

/// Every page of a site that is not its content.
#[derive(Default)]
pub(crate) struct Pages {
    reasons: Reasons,
    refusals: RwLock<HashMap<(StatusCode, &'static str, &'static str), Page>>,
    /// By limit and language.
    too_large: RwLock<HashMap<(u64, &'static str), Page>>,
    /// What every answer of this site says.
    pub(super) dressing: Dressing,
}

/// A page for each reason and language, at the start and elsewhere.
struct Reasons([[[OnceLock<Page>; 2]; Language::ALL.len()]; Reason::ALL.len()]);

impl Default for Reasons {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Default::default()))
    }
}

/// Where a page is shown: that of the start page does not lead to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    AtTheStart,
    Elsewhere,
}

#[derive(Clone)]
struct Page {
    kept: Arc<Kept>,
    body: Bytes,
}

impl Page {
    fn response(&self) -> Response {
        Response::kept(self.kept.clone(), Body::Bytes(self.body.clone()))
    }
}

impl Pages {
    /// Pages of a site whose answers all say this.
    pub(super) fn new(dressing: Dressing) -> Self {
        Self {
            dressing,
            ..Self::default()
        }
    }

    /// The answer for a reason. The client sees the [`face`] of it, the journal the reason itself.
    pub(crate) fn answer(&self, reason: Reason, request: &Request<'_>) -> Response {
        let (face, language) = (face(reason), language_of(request));
        let shown = match request.path {
            b"/" => Shown::AtTheStart,
            _ => Shown::Elsewhere,
        };
        let place = Reason::ALL.iter().position(|known| *known == face);
        let Some(place) = place else {
            // Not a reason of ours but a rule of the protocol's.
            return self.refusal(status(face), face.name(), language);
        };
        self.reasons.0[place][language as usize][shown as usize]
            .get_or_init(|| {
                let text = format!("reason-{}", face.name());
                make(status(face), [&text, ""], language, shown, self.dressing)
            })
            .response()
            .because(reason)
    }

    /// The answer to a client that asks for too much.
    pub(crate) fn limited(&self, refused: &Refused, request: &Request<'_>) -> Response {
        let page = match refused.body_bytes_max {
            Some(most) => self.too_large(most, request),
            None => self.answer(refused.reason, request),
        };
        let mut fields = page.fields().clone();
        for (name, value) in refused.fields() {
            fields.add(name.clone(), value.clone());
        }
        let response = Response::new(page.status(), fields, page.body);
        refused.told(response.because(refused.reason))
    }

    /// The answer to a request that carries more than this many bytes: with the limit, and its name.
    fn too_large(&self, most: u64, request: &Request<'_>) -> Response {
        let language = language_of(request);
        let place = (most, language.code());
        let kept = { self.too_large.read() }.unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = kept.get(&place) {
            return page.response();
        }
        drop(kept);
        let (status, text) = (status(Reason::BodyTooLarge), "reason-body-too-large");
        let args = Args::new().with("most", Unit::Bytes.write(most));
        let rule = i18n::text_with(language, "reason-body-too-large-rule", &args);
        let page = make(
            status,
            [text, &rule],
            language,
            Shown::Elsewhere,
            self.dressing,
        );
        let mut kept = { self.too_large.write() }.unwrap_or_else(PoisonError::into_inner);
        if kept.len() < REFUSAL_PAGES_MAX {
            kept.insert(place, page.clone());
        }
        page.response()
    }

    /// The answer to what never became a request: `key` is the name of a refusal or of a reason.
    pub(crate) fn refusal(
        &self,
        status: StatusCode,
        key: &'static str,
        language: Language,
    ) -> Response {
        let response = self.refusal_page(status, key, language).response();
        match Reason::ALL.into_iter().find(|reason| reason.name() == key) {
            Some(reason) => response.because(reason),
            None => response,
        }
    }

    /// Sends the client elsewhere, with a page that says so.
    pub(super) fn redirect(
        &self,
        status: StatusCode,
        location: HeaderValue,
        request: &Request<'_>,
    ) -> Response {
        let page = self.refusal(status, "redirected", language_of(request));
        route::redirect(page, status, location).because(Reason::ByRule)
    }

    /// What a rule says, or a page of our own that says what happened.
    pub(super) fn by_rule(
        &self,
        status: StatusCode,
        content: Option<&(HeaderValue, String)>,
        request: &Request<'_>,
    ) -> Response {
        let response = match content {
            Some((content_type, text)) => {
                let mut fields = FieldList::new();
                fields.add(CONTENT_TYPE, content_type.clone());
                let body = Body::Bytes(Bytes::copy_from_slice(text.as_bytes()));
                Response::new(status, fields, body)
            }
            None if status.is_success() || status == StatusCode::NOT_MODIFIED => {
                Response::new(status, FieldList::new(), Body::Empty)
            }
            None => self.refusal(status, Reason::ByRule.name(), language_of(request)),
        };
        response.because(Reason::ByRule)
    }

    fn refusal_page(&self, status: StatusCode, key: &'static str, language: Language) -> Page {
        let place = (status, key, language.code());
        let kept = self.refusals.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = kept.get(&place) {
            return page.clone();
        }
        drop(kept);
        let rule = format!("refusal-{key}");
        let own = [format!("reason-{key}"), format!("{rule}-text")];
        let text = { own.into_iter() }
            .find(|text| has_text(text, language))
            .unwrap_or_else(|| format!("status-{}-text", status.as_u16()));
        let page = make(
            status,
            [&text, &text_of(&rule, language)],
            language,
            Shown::Elsewhere,
            self.dressing,
        );
        let mut kept = self
            .refusals
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if kept.len() < REFUSAL_PAGES_MAX {
            kept.insert(place, page.clone());
        }
        page
    }
}

/// The status a reason is answered with.
///
/// What is kept from view (hidden, outside, special) is 404 like anything that is not there: a
/// stranger learns nothing from the difference (RFC 9110 §15.5.4 allows it). A file whose
/// permissions forbid reading is an honest 403: its owner wants to know what to mend.
pub(super) fn status(reason: Reason) -> StatusCode {
    match reason {
        Reason::SlashMissing | Reason::OtherName => StatusCode::MOVED_PERMANENTLY,
        Reason::BadPath | Reason::Refused(_) => StatusCode::BAD_REQUEST,
        Reason::Forbidden { .. }
        | Reason::PrivateView
        | Reason::OtherSite
        | Reason::ByRule
        | Reason::AddressDenied
        | Reason::AddressNotAllowed
        | Reason::ClientCertMissing
        | Reason::ClientNotAllowed
        | Reason::LinkUnsigned
        | Reason::LinkWrong
        | Reason::LinkExpired => StatusCode::FORBIDDEN,
        Reason::PasswordMissing | Reason::PasswordWrong => StatusCode::UNAUTHORIZED,
        Reason::NoSuchFile
        | Reason::NoIndex
        | Reason::Hidden
        | Reason::LeavesRoot
        | Reason::SpecialFile => StatusCode::NOT_FOUND,
        Reason::Misdirected | Reason::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
        Reason::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Reason::UnknownProtocol => StatusCode::NOT_IMPLEMENTED,
        Reason::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Reason::RangeUnsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Reason::Unreadable | Reason::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        Reason::RateLimited | Reason::TooManyAtOnce | Reason::TooManyGuesses => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Reason::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reason::RootGone | Reason::Overloaded | Reason::Maintenance | Reason::PasswordsQueue => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Whether a field tells of the content, and not of the answer.
pub(super) fn is_of_content(name: &HeaderName) -> bool {
    const OF_CONTENT: [HeaderName; 6] = [
        CONTENT_TYPE,
        CONTENT_LANGUAGE,
        CONTENT_ENCODING,
        CONTENT_LOCATION,
        CONTENT_SECURITY_POLICY,
        VARY,
    ];
    OF_CONTENT.contains(name)
}

/// What the client is told: the same page, byte for byte, for all that must look like "not there".
fn face(reason: Reason) -> Reason {
    match reason {
        Reason::Hidden | Reason::LeavesRoot | Reason::SpecialFile => Reason::NoSuchFile,
        // Where it is that somebody is kept out is for the journal.
        Reason::Forbidden { .. } => Reason::FORBIDDEN,
        Reason::Misdirected
        | Reason::MethodNotAllowed
        | Reason::BadPath
        | Reason::NoSuchFile
        | Reason::NoIndex
        | Reason::SlashMissing
        | Reason::OtherName
        | Reason::Unreadable
        | Reason::RootGone
        | Reason::PreconditionFailed
        | Reason::RangeUnsatisfiable
        | Reason::Panicked
        | Reason::Overloaded
        | Reason::PrivateView
        | Reason::UnknownProtocol
        | Reason::OtherSite
        | Reason::AddressDenied
        | Reason::AddressNotAllowed
        | Reason::ClientCertMissing
        | Reason::ClientNotAllowed
        | Reason::LinkUnsigned
        | Reason::LinkWrong
        | Reason::LinkExpired
        | Reason::PasswordMissing
        | Reason::PasswordWrong
        | Reason::TooManyGuesses
        | Reason::PasswordsQueue
        | Reason::RateLimited
        | Reason::TooManyAtOnce
        | Reason::BodyTooLarge
        | Reason::UnknownHost
        | Reason::ByRule
        | Reason::Maintenance
        | Reason::Refused(_) => reason,
    }
}

/// Makes a page of a key, what happened and what to do now, and of the rule that was broken in words, if
/// any was.
fn make(
    status: StatusCode,
    [text, rule]: [&str; 2],
    language: Language,
    shown: Shown,
    dressing: Dressing,
) -> Page {
    let number = status.as_u16().to_string();
    let titles = [format!("{text}-title"), format!("status-{number}")];
    let title = { titles.iter() }
        .find(|title| has_text(title, language))
        .map_or("status-other", String::as_str);
    let text = if has_text(text, language) {
        text
    } else {
        "status-other-text"
    };
    let html = { ERROR.fill(language) }
        .replace("[[status]]", &number)
        .replace("[[title]]", &i18n::text(language, title))
        .replace("[[text]]", &i18n::text(language, text))
        .replace("[[rule]]", &rule_of(rule))
        .replace("[[way]]", &way_from(shown, language));
    let mut fields = html_fields(language);
    fields.add(CONTENT_SECURITY_POLICY, POLICY);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        fields.add(ALLOW, method::ALLOWED);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        fields.add(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    }
    Page {
        kept: Arc::new(pipeline::settle(status, fields, None, dressing)),
        body: Bytes::from(html),
    }
}

fn rule_of(rule: &str) -> String {
    if rule.is_empty() {
        String::new()
    } else {
        format!("<p class=\"rule\">{rule}</p>\n")
    }
}

/// What a key says; nothing, if it has no text.
fn text_of(key: &str, language: Language) -> String {
    if has_text(key, language) {
        i18n::text(language, key)
    } else {
        String::new()
    }
}

/// A link to the start page.
fn way_from(shown: Shown, language: Language) -> String {
    match shown {
        Shown::AtTheStart => String::new(),
        Shown::Elsewhere => {
            let words = i18n::text(language, "page-to-the-start");
            format!("<p><a href=\"/\">{words}</a></p>\n")
        }
    }
}

/// Fields of a page of our own, which comes in several languages.
pub(super) fn html_fields(language: Language) -> FieldList {
    let mut fields = FieldList::new();
    fields.add(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    fields.add(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    fields.add(VARY, HeaderValue::from_static("accept-language"));
    fields
}

/// What of a page that stands alone is its own: templates, filled with the catalogue's texts.
pub(super) struct Alone {
    /// In the window's title.
    pub(super) title: &'static str,
    /// Rules of style beside those of all such pages; each ends its line.
    pub(super) style: &'static str,
    pub(super) content: &'static str,
}

impl Alone {
    pub(super) fn fill(&self, language: Language) -> String {
        let page = { ALONE.replace("[[page-title]]", self.title) }
            .replace("[[style]]", self.style)
            .replace("[[main]]", self.content);
        fill(&page, language)
    }
}

/// Puts the catalogue's texts in place of `{{key}}`, and the language's code in place of `{{lang}}`.
pub(super) fn fill(template: &str, language: Language) -> String {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (key, after) = piece.split_once("}}").unwrap_or((piece, ""));
        match key {
            "lang" => page.push_str(language.code()),
            key => page.push_str(&i18n::text(language, key)),
        }
        page.push_str(after);
    }
    page
}

/// Text that stands for itself in markup, whatever it is: controls are shown, never obeyed, for a
/// line end would also begin another event.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            character if character.is_control() => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
}

/// A key without a text is shown as itself.
fn has_text(key: &str, language: Language) -> bool {
    i18n::text(language, key) != key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Peer, Scheme};

    fn answer(pages: &Pages, reason: Reason, language: Language, path: &[u8]) -> Response {
        let fields = vec![("accept-language", language.code().as_bytes())];
        let request = Request {
            scheme: Scheme::Http,
            is_misdirected: false,
            proof: None,
            told_scheme: None,
            offer: None,
            body_bytes: Some(0),
            method: &http::Method::GET,
            path,
            query: None,
            authority: None,
            fields: &fields,
            peer: &Peer::Unix,
            tick_ms: 0,
        };
        pages.answer(reason, &request)
    }

    #[test]
    fn the_link_to_the_start_page_does_not_lead_to_where_one_is() {
        let pages = Pages::default();
        for (path, has_link) in [(&b"/"[..], false), (b"/docs/", true), (b"/", false)] {
            let response = answer(&pages, Reason::NoIndex, Language::English, path);
            let Body::Bytes(html) = &response.body else {
                panic!("a page")
            };
            let html = std::str::from_utf8(html).unwrap();
            assert_eq!(html.contains("<a "), has_link, "{html}");
        }
    }

    #[test]
    fn every_reason_has_a_page_in_every_language() {
        let pages = Pages::default();
        // Nobody sees the page of an answer that sends them on: it is empty.
        let shown = Reason::ALL.into_iter();
        for reason in shown.filter(|reason| status(*reason) != StatusCode::MOVED_PERMANENTLY) {
            for language in Language::ALL {
                let response = answer(&pages, reason, language, b"/nothing");
                let Body::Bytes(html) = &response.body else {
                    panic!("{reason:?} has no page");
                };
                let html = std::str::from_utf8(html).unwrap();
                for unfilled in ["{{", "[[", "reason-", "refusal-", "status-", "page-to"] {
                    assert!(!html.contains(unfilled), "{reason:?}: {unfilled} in {html}");
                }
                assert!(has_text(
                    &format!("status-{}", status(reason).as_u16()),
                    language
                ));
                assert_eq!(response.reason, Some(reason));
                assert_eq!(response.status(), status(reason));
            }
        }
    }

    #[test]
    fn what_a_person_can_get_wrong_in_the_address_bar_has_its_own_advice() {
        let pages = Pages::default();
        for language in Language::ALL {
            let response = pages.refusal(StatusCode::BAD_REQUEST, "bad-escape", language);
            let Body::Bytes(html) = response.body else {
                panic!("a page")
            };
            let html = std::str::from_utf8(&html).unwrap();
            assert!(html.contains("%25"), "{html}");
            assert!(html.contains("class=\"rule\""), "{html}");
        }
    }

    #[test]
    fn a_flood_of_made_up_refusals_is_not_kept() {
        let pages = Pages::default();
        for status in 400..1000 {
            let status = StatusCode::from_u16(status).unwrap();
            pages.refusal(status, "nobody-knows", Language::English);
        }
        assert_eq!(pages.refusals.read().unwrap().len(), REFUSAL_PAGES_MAX);
    }
}
