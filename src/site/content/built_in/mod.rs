//! The site in the binary: it greets, and shows the visitor's own connections as they live.
//!
//! The page is in `page.rs`, a connection on it in `thread.rs`, the live view in `live.rs`; the
//! sources are in `assets/`. Law: whatever shows connections asks `guard/onlooker.rs` first.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::exchange::{Answer, Reason, Request, Response};
use crate::i18n::Language;
use crate::observe::Watch;
use crate::site::guard::onlooker::{self, Stranger};
use crate::site::language_of;
use crate::site::limits::{LIVE_STREAMS_MAX, SLEEP};
use crate::site::seats::Seats;

use super::Reached;
use super::files::path::FilePath;
use super::settled::Settled;

mod live;
mod page;
mod thread;

use live::Live;
use thread::{View, Witness};

/// The pages in the binary.
pub(crate) struct BuiltIn {
    /// The page without connections, for each reason not to show any, in each language; each made
    /// when it is first asked for, for most never are.
    strangers: [[OnceLock<Settled>; Language::ALL.len()]; Stranger::ALL.len()],
    slept: [OnceLock<Settled>; Language::ALL.len()],
    style: Settled,
    script: Settled,
    icon: Settled,
    favicon: Settled,
    witness: Arc<Witness>,
    seats: Seats,
}

/// A part of the pages, with its type.
fn asset(content_type: &'static str, content: &'static [u8]) -> Settled {
    let mut fields = page::guarded_fields();
    fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Settled::new(fields, Bytes::from_static(content))
}

impl BuiltIn {
    /// The site; `watch` knows the connections.
    pub(crate) fn new(watch: Arc<Watch>) -> Self {
        Self {
            strangers: Default::default(),
            slept: Default::default(),
            style: asset("text/css; charset=utf-8", STYLE),
            script: asset("text/javascript; charset=utf-8", SCRIPT),
            icon: asset("image/svg+xml", ICON),
            favicon: asset("image/vnd.microsoft.icon", FAVICON),
            witness: Arc::new(Witness::new(watch)),
            seats: Seats::new(LIVE_STREAMS_MAX),
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
            Err(why) => {
                let page = &self.strangers[why as usize][language as usize];
                let make =
                    || Settled::new(page::fields(language), page::without_threads(why, language));
                page.get_or_init(make).response()
            }
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
        let make = || Settled::new(page::fields(language), page::slept(language));
        let slept = self.slept[language as usize].get_or_init(make).clone();
        Reached::Patient(Box::pin(async move {
            tokio::time::sleep(SLEEP).await;
            Answer::Final(slept.response())
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
