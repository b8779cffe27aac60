//! Asking the site, whatever protocol the question came in.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use http::StatusCode;

use crate::exchange::{Reason, Reply, Request, Response};
use crate::i18n::Language;
use crate::site::Generation;

/// Asks the sites, and catches it if it falls: a bug ends one exchange, not the server.
pub(crate) fn ask<'a>(sites: &'a Generation, request: Request<'a>) -> Reply<'a> {
    match catch_unwind(AssertUnwindSafe(|| sites.respond(request))) {
        Ok(Reply::Now(response)) => Reply::Now(response),
        Ok(Reply::Later(future)) => {
            let language = language_of(&request);
            Reply::Later(Box::pin(caught(sites, future, language)))
        }
        Ok(patient @ Reply::Patient(_)) => patient,
        Err(_panic) => Reply::Now(panicked(sites, language_of(&request))),
    }
}

/// What comes of a future that may fall: the word that our own code failed, if it does.
pub(crate) async fn caught<T: From<Response>>(
    sites: &Generation,
    mut future: Pin<Box<dyn Future<Output = T> + Send + '_>>,
    language: Language,
) -> T {
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(_panic) => Poll::Ready(panicked(sites, language).into()),
        },
    )
    .await
}

/// The language of whoever may have to be told that we failed.
pub(crate) fn language_of(request: &Request<'_>) -> Language {
    Language::accepted(request.field("accept-language"))
}

fn panicked(sites: &Generation, language: Language) -> Response {
    let reason = Reason::Panicked;
    sites
        .refuse(StatusCode::INTERNAL_SERVER_ERROR, reason.name(), language)
        .because(reason)
}
