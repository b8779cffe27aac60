//! The site in the binary: it greets, and shows the visitor's own connections as they live.
//!
//! The page is in `page.rs`, a connection on it in `thread.rs`, the live view in `live.rs`; the
//! sources are in `assets/`. Law: whatever shows connections asks `guard/onlooker.rs` first.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT_RANGES, CONTENT_TYPE, ETAG, HeaderValue};

use crate::exchange::{Body, FieldList, Kept, Reason, Request, Response};
use crate::i18n::Language;
use crate::observe::Watch;
use crate::site::guard::onlooker::{self, Stranger};
use crate::site::limits::SLEEP;
use crate::site::{language_of, pipeline};

use super::Reached;
use super::files::path::FilePath;

mod live;
mod page;
mod thread;

use live::Live;
use thread::{View, Witness};

/// The pages in the binary.
pub(crate) struct BuiltIn {
    /// The page without connections, for each reason not to show any, in each language.
    strangers: [[Page; Language::ALL.len()]; Stranger::ALL.len()],
    slept: [Page; Language::ALL.len()],
    style: Page,
    script: Page,
    icon: Page,
    favicon: Page,
    witness: Arc<Witness>,
    seats: live::Seats,
}

/// Something that is made once.
#[derive(Clone)]
pub(super) struct Page {
    kept: Arc<Kept>,
    body: Bytes,
}

impl Page {
    /// Settles a content that can be validated by its tag.
    fn new(mut fields: FieldList, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let validators = page::validators(&body);
        fields.add(ETAG, validators.etag.clone());
        fields.add(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        Self {
            kept: Arc::new(pipeline::settle(StatusCode::OK, fields, Some(validators))),
            body,
        }
    }

    fn asset(content_type: &'static str, content: &'static [u8]) -> Self {
        let mut fields = page::guarded_fields();
        fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self::new(fields, Bytes::from_static(content))
    }

    fn response(&self) -> Response {
        Response::kept(self.kept.clone(), Body::Bytes(self.body.clone()))
    }
}

impl BuiltIn {
    /// The site; `watch` knows the connections.
    pub(crate) fn new(watch: Arc<Watch>) -> Self {
        Self {
            strangers: Stranger::ALL.map(|why| {
                Language::ALL.map(|language| {
                    Page::new(page::fields(language), page::without_threads(why, language))
                })
            }),
            slept: Language::ALL
                .map(|language| Page::new(page::fields(language), page::slept(language))),
            style: Page::asset("text/css; charset=utf-8", STYLE),
            script: Page::asset("text/javascript; charset=utf-8", SCRIPT),
            icon: Page::asset("image/svg+xml", ICON),
            favicon: Page::asset("image/vnd.microsoft.icon", FAVICON),
            witness: Arc::new(Witness::new(watch)),
            seats: live::Seats::default(),
        }
    }

    /// The answer, or why there is none.
    pub(crate) fn reach(&self, request: &Request<'_>) -> Reached {
        let path = match FilePath::decode(request.path) {
            Ok(path) => path,
            Err(reason) => return Reached::Answer(Err(reason)),
        };
        let language = chosen_language(request);
        Reached::Answer(Ok(match path.as_bytes() {
            b"/" | b"/index.html" => self.index(request, language),
            b"/connections" => return Reached::Answer(self.live(request, language)),
            b"/sleep" => return self.sleep(language),
            b"/style.css" => self.style.response(),
            b"/hello.js" => self.script.response(),
            b"/icon.svg" => self.icon.response(),
            b"/favicon.ico" => self.favicon.response(),
            _ => return Reached::Answer(Err(Reason::NoSuchFile)),
        }))
    }

    fn index(&self, request: &Request<'_>, language: Language) -> Response {
        match onlooker::judge(request) {
            Ok(()) => {
                let view = View {
                    visitor: *request.peer,
                    is_live: false,
                    language,
                };
                page::with_threads(&self.witness, view)
            }
            Err(why) => self.strangers[why as usize][language as usize].response(),
        }
    }

    /// The visitor's connections, for as long as they are looked at.
    fn live(&self, request: &Request<'_>, language: Language) -> Result<Response, Reason> {
        onlooker::judge(request).map_err(|_stranger| Reason::PrivateView)?;
        let seat = self.seats.take().ok_or(Reason::Overloaded)?;
        let last_seen = request.field("last-event-id");
        let view = View {
            visitor: *request.peer,
            is_live: true,
            language,
        };
        let live = Live::new(self.witness.clone(), view, seat, last_seen);
        Ok(live.response())
    }

    /// Five seconds of nothing, which hold up nobody: the book's slow page, grown up.
    fn sleep(&self, language: Language) -> Reached {
        let slept = self.slept[language as usize].clone();
        Reached::Patient(Box::pin(async move {
            tokio::time::sleep(SLEEP).await;
            slept.response()
        }))
    }
}

/// The language asked for in the address (`?lang=ru`), or else the one the browser prefers.
fn chosen_language(request: &Request<'_>) -> Language {
    let query = request.query.unwrap_or_default();
    let named = { query.split(|byte| *byte == b'&') }.find_map(|pair| pair.strip_prefix(b"lang="));
    named
        .and_then(|tag| std::str::from_utf8(tag).ok())
        .and_then(Language::of_tag)
        .unwrap_or_else(|| language_of(request))
}

const STYLE: &[u8] = include_bytes!("../../../../assets/style.css");
const SCRIPT: &[u8] = include_bytes!("../../../../assets/hello.js");
const ICON: &[u8] = include_bytes!("../../../../assets/icon.svg");
const FAVICON: &[u8] = include_bytes!("../../../../assets/favicon.ico");
